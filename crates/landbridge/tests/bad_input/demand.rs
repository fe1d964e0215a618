//! Slips in the tables of demand.

use super::{Case, append, case, swap, swap_at};

const COUNTRY: &str = "economy/country.csv";
const COMMODITY: &str = "economy/commodity.csv";
const TRADE: &str = "economy/trade.csv";
const SCALE: &str = "economy/scale.csv";
const GROWTH: &str = "economy/growth.csv";
const ZONE: &str = "demand/zone.csv";
const PASSENGER: &str = "demand/passenger.csv";
const CARRIER: &str = "demand/carrier.csv";
const OBSERVED: &str = "observed.csv";

pub fn cases() -> Vec<Case> {
    vec![
        case(
            "negative tonnes",
            [swap(TRADE, "USD,12000", "USD,-12000")],
            &["LB0113 error economy/trade.csv:2:32 [-12000] give a value from 0"],
        ),
        case(
            "a share above 1",
            [swap_at(TRADE, "ALD,CST,machines", ",0.1,", ",10,")],
            &["LB0113 error economy/trade.csv:3:39 [10] give a value from 0 to 1"],
        ),
        case(
            "trade in the money of a year without a price index",
            [swap(TRADE, "ALD,CST,grain,2025", "ALD,CST,grain,2023")],
            &["LB0131 error economy/trade.csv:2:15 [2023] add a row to economy/price_index.csv"],
        ),
        case(
            "a region that is not there",
            [swap(TRADE, "ALD,CST,grain", "ALB,CST,grain")],
            &["LB0121 error economy/trade.csv:2:1 [ALB] did you mean `ALD`?"],
        ),
        case(
            "a commodity that is not there",
            [swap(TRADE, "CST,BRV,machines", "CST,BRV,machine")],
            &["LB0121 error economy/trade.csv:4:9 [machine] did you mean `machines`?"],
        ),
        case(
            "a class that is not there",
            [swap(COMMODITY, "Grain,general_cargo", "Grain,general")],
            &["LB0121 error economy/commodity.csv:2:13 [general] did you mean `general_cargo`?"],
        ),
        case(
            "goods that move as travellers",
            [swap(COMMODITY, "Grain,general_cargo", "Grain,travellers")],
            &["LB0244 error economy/commodity.csv:2:13 [travellers] name a class of freight"],
        ),
        case(
            "travellers that move as goods",
            [swap(PASSENGER, "holiday,travellers", "holiday,general_cargo")],
            &["LB0244 error demand/passenger.csv:4:17 [general_cargo] name a class of travellers"],
        ),
        case(
            "a trade written twice",
            [append(TRADE, "ALD,CST,grain,2025,1,,1,0,,toy,assumed,")],
            &["LB0120 error economy/trade.csv:6:9 [grain] add the rows up"],
        ),
        case(
            "a travel written twice",
            [append(PASSENGER, "ALD,CST,business,travellers,1,2025,,,toy,assumed")],
            &["LB0120 error demand/passenger.csv:5:18 [travellers] add the rows up"],
        ),
        case(
            "the growth of a year written twice",
            [append(GROWTH, "ALD,2026,5,,toy,assumed")],
            &["LB0120 error economy/growth.csv:4:5 [2026] a region grows at one rate in a year"],
        ),
        case(
            "a factor on trade that there is not",
            [append(SCALE, "fish_by_sea,DUN,CST,,tonnes,0.5,by guess,toy,assumed")],
            &[
                "LB0220 warning economy/scale.csv:4:1 [fish_by_sea] `fish_by_sea` fits no row of economy/trade.csv",
            ],
        ),
        case(
            "a place of a region written twice",
            [append(ZONE, "DUN,dunmere,,,,,toy,assumed")],
            &["LB0120 error demand/zone.csv:7:5 [dunmere] `dunmere` of region `DUN`"],
        ),
        case(
            "a region written twice",
            [append(COUNTRY, "DUN,Dunland,,,,,,,,toy,assumed")],
            &["LB0120 error economy/country.csv:6:1 [DUN] give each row its own identifier"],
        ),
        case(
            "a zone without a node",
            [swap(ZONE, "DUN,dunmere", "DUN,dunmore")],
            &["LB0121 error demand/zone.csv:6:5 [dunmore] did you mean `dunmere`?"],
        ),
        case(
            "a node that is no zone",
            [swap(ZONE, "DUN,dunmere", "DUN,dunhaven")],
            &["LB0241 error demand/zone.csv:6:5 [dunhaven] give the node a `zone_id`"],
        ),
        case(
            "shares that do not sum to 1",
            [swap(ZONE, "CST,castelmor,0.75,0.75", "CST,castelmor,0.75,0.7")],
            &["LB0240 error demand/zone.csv:5:20 [0.7] `import_share` of region `CST` sums to 0.95"],
        ),
        case(
            "trade that starts nowhere",
            [swap(ZONE, "DUN,dunmere,1", "DUN,dunmere,")],
            &["LB0242 error economy/trade.csv:5:1 [DUN] give `export_share`"],
        ),
        case(
            "trade that ends nowhere",
            [swap(ZONE, "BRV,bruvala,1,1", "BRV,bruvala,1,")],
            &["LB0242 error economy/trade.csv:4:5 [BRV] give `import_share`"],
        ),
        case(
            "travellers without a place",
            [swap(ZONE, "DUN,dunmere,1,1,1", "DUN,dunmere,1,1,")],
            &["LB0242 error demand/passenger.csv:4:5 [DUN] give `population_share`"],
        ),
        case(
            "a region that trades with itself",
            [swap(TRADE, "DUN,ALD,grain", "DUN,DUN,grain")],
            &["LB0243 error economy/trade.csv:5:5 [DUN] make two regions of it"],
        ),
        case(
            "travellers that stay in their region",
            [swap(PASSENGER, "ALD,DUN,holiday", "ALD,ALD,holiday")],
            &["LB0243 error demand/passenger.csv:4:5 [ALD] make two regions of it"],
        ),
        case(
            "more carried than there is",
            [swap(SCALE, "carried,0.8", "carried,1.8")],
            &["LB0113 error economy/scale.csv:3:42 [1.8] give a share from 0 to 1"],
        ),
        case(
            "a word that is no correction",
            [swap(SCALE, "tonnes,0.5", "tons,0.5")],
            &["LB0114 error economy/scale.csv:2:22 [tons] permitted: `tonnes`, `carried`"],
        ),
        case(
            "carriers that share more than all",
            [append(CARRIER, "ald_trucks,,CST,ALD,0.9,,toy,assumed")],
            &["LB0240 error demand/carrier.csv:3:21 [0.9] carriers from `ALD` to `CST` share 1.1"],
        ),
        case(
            "a flag of no country",
            [swap(CARRIER, "DUN,0.2", "DUM,0.2")],
            &["LB0121 error demand/carrier.csv:2:20 [DUM] did you mean `DUN`?"],
        ),
        case(
            "an observed flow of no year called comparable",
            [swap_at(OBSERVED, "o2,", "in March,,0", "in March,,1")],
            &["LB0245 error observed.csv:3:38 [] `o2` is called comparable but has no amount of a year"],
        ),
        case(
            "an observed flow at a crossing that is not there",
            [swap(OBSERVED, "x_ald_brv_road", "x_ald_brv_raod")],
            &["LB0121 error observed.csv:2:24 [x_ald_brv_raod] did you mean `x_ald_brv_road`?"],
        ),
    ]
}
