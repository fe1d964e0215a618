//! Cells, references, units and money.

use super::*;

pub fn cases() -> Vec<Case> {
    vec![
        // Cells.
        case(
            "no name",
            [swap(NODE, ",Sulm,", ",,")],
            &["LB0110 error network/node.csv:8:6 [] `name` has no value"],
        ),
        case(
            "no source",
            [swap_at(NODE, "sulm,", "toy", " ; ")],
            &["LB0110 error network/node.csv:8:43 [] `source` has no value"],
        ),
        case(
            "a speed of nothing",
            [swap_at(LINK, "rd_bruvala_sulm", ",60,", ",0,")],
            &["LB0113 error network/link.csv:7:53 [0] give a value from 0.1 to 2000 km/h"],
        ),
        case(
            "a negative length",
            [swap_at(LINK, "rd_bruvala_sulm", ",120,", ",-120,")],
            &["LB0113 error network/link.csv:7:49 [-120] give a value from 0 to 50000 km"],
        ),
        case(
            "a latitude of 950",
            [swap(NODE, "1.5", "950")],
            &["LB0113 error network/node.csv:3:41 [950] give a value from -90 to 90"],
        ),
        case(
            "a price beyond all measure",
            [swap_at(RATE, "r_road_freight", "2.0", "1e300")],
            &["LB0113 error economy/rate.csv:5:32 [1e300] from 0 to 1e15"],
        ),
        case(
            "a year out of range",
            [swap(PRICE, "2015", "15")],
            &["LB0113 error economy/price_index.csv:3:5 [15] give a whole number from 1900 to 2200"],
        ),
        case(
            "words for a number",
            [swap(NODE, "1.5", "north")],
            &["LB0111 error network/node.csv:3:41 [north] `north` is not a number"],
        ),
        case(
            "a decimal comma",
            [swap(NODE, "1.5", "\"1,5\"")],
            &["LB0111 error network/node.csv:3:41 [1,5] write a decimal point"],
        ),
        case(
            "a fraction for a whole number",
            [swap(LINK, ",1520,", ",1520.0,")],
            &["LB0111 error network/link.csv:10:44 [1520.0] is not a whole number"],
        ),
        case(
            "not a number",
            [swap(NODE, "1.5", "NaN")],
            &["LB0112 error network/node.csv:3:41 [NaN] leave the cell empty"],
        ),
        case(
            "infinity",
            [swap(NODE, "1.5", "-inf")],
            &["LB0112 error network/node.csv:3:41 [-inf] leave the cell empty"],
        ),
        case(
            "infinity in the manifest",
            [swap(TOML, "value_of_time_usd_per_h = 0.5", "value_of_time_usd_per_h = inf")],
            &["LB0112 error study.toml:33:27 [inf] `inf` is not a finite number"],
        ),
        case(
            "a word that is not one of the list",
            [swap_at(LINK, "rd_bruvala_sulm", ",road,", ",raod,")],
            &["LB0114 error network/link.csv:7:33 [raod] did you mean `road`?"],
        ),
        case(
            "neither true nor false",
            [swap_at(LINK, "rd_bruvala_sulm", ",0,", ",both,")],
            &["LB0114 error network/link.csv:7:31 [both] neither true nor false"],
        ),
        case(
            "freight counted in persons",
            [swap(TOML, "unit = \"t\"", "unit = \"person\"")],
            &["LB0114 error study.toml:32:8 [person] freight is counted in `t`"],
        ),
        case(
            "a date of another order",
            [swap(ACCESS, "2021-07-01", "01.07.2021")],
            &["LB0115 error politics/access.csv:4:49 [01.07.2021] write year, month and day"],
        ),
        case(
            "a day that is not in the calendar",
            [swap(TOML, "as_of = 2025-06-30", "as_of = \"2025-06-31\"")],
            &["LB0115 error study.toml:12:9 [2025-06-31]"],
        ),
        case(
            "an empty set of actors",
            [swap(LINK, "BRV|CST+ORC", "BRV|")],
            &["LB0116 error network/link.csv:11:83 [BRV|] has an empty set of actors"],
        ),
        case(
            "shares without numbers",
            [swap(LINK, "ORC=0.75;BRV=0.25", "ORC;BRV")],
            &["LB0116 error network/link.csv:11:107 [ORC;BRV] is not a list of shares"],
        ),
        case(
            "shares that are too much together",
            [swap(LINK, "ORC=0.75;BRV=0.25", "ORC=0.75;BRV=0.5")],
            &["LB0209 error network/link.csv:11:107 [ORC=0.75;BRV=0.5] sum to 1.25"],
        ),
        case(
            "a transfer to nothing",
            [swap(TERMINAL, "rail1520-rail1435", "rail1520")],
            &["LB0116 error network/terminal.csv:4:65 [rail1520] is not a transfer"],
        ),
        case(
            "a transfer to a mode that there is not",
            [swap(TERMINAL, "rail1520-rail1435", "rail1520-raill1435")],
            &["LB0116 error network/terminal.csv:4:65 [rail1520-raill1435] did you mean `rail1435`?"],
        ),
        case(
            "a name that a spreadsheet took for a number",
            [append(NODE, "2.5E+11,Extra,,ALD,ald,city,-30,2,,,toy,assumed")],
            &["LB0117 error network/node.csv:9:1 [2.5E+11] a spreadsheet rewrote"],
        ),
        // References.
        case(
            "a link to a node that there is not",
            [swap_at(LINK, "rd_bruvala_sulm", ",sulm,", ",slum,")],
            &["LB0121 error network/link.csv:7:26 [slum] did you mean `sulm`?"],
        ),
        case(
            "an activity at a place that there is not",
            [swap(ACTIVITY, "x_brv_dun_road", "x_brv_dum_road")],
            &[
                "LB0121 error network/activity.csv:13:5 [x_brv_dum_road] did you mean `x_brv_dun_road`?",
                "LB0216 warning network/crossing.csv:6:1 [x_brv_dun_road]",
            ],
        ),
        case(
            "a territory that there is not",
            [swap_at(LINK, "rd_bruvala_sulm", "brv/brv_south", "brv/brv_north")],
            &["LB0121 error network/link.csv:7:62 [brv/brv_north] there is no territory `brv_north`"],
        ),
        case(
            "an actor that there is not",
            [swap(LINK, "BRV|CST+ORC", "BRV|CST+OCR")],
            &["LB0121 error network/link.csv:11:83 [BRV|CST+OCR] did you mean `ORC`?"],
        ),
        case(
            "a class that there is not",
            [swap_at(RATE, "r_road_cst", "freight", "general_carog")],
            &["LB0121 error economy/rate.csv:4:22 [general_carog] did you mean `general_cargo`?"],
        ),
        case(
            "a main class that there is not",
            [swap(TOML, "main_class = \"general_cargo\"", "main_class = \"cargo\"")],
            &["LB0121 error study.toml:13:14 [cargo] there is no class `cargo`"],
        ),
        case(
            "a country that there is not",
            [swap_at(ACCESS, "a_southgate", ",CST,", ",CTS,")],
            &["LB0121 error politics/access.csv:2:45 [CTS] did you mean `CST`?"],
        ),
        case(
            "a mode that there is not",
            [swap(TOML, "modes = [\"road\", \"rail\", \"ferry\"]", "modes = [\"road\", \"rail\", \"fery\"]")],
            &["LB0121 error study.toml:38:9 [road;rail;fery] did you mean `ferry`?"],
        ),
        case(
            "a source of one word that there is not",
            [swap_at(NODE, "sulm,", "toy", "tyo")],
            &["LB0121 error network/node.csv:8:43 [tyo] did you mean `toy`?"],
        ),
        // Units and money.
        case(
            "a fare of a year without an index",
            [swap_at(LINK, "air_adelmar_castelmor", "USD,2015", "USD,2014")],
            &["LB0131 error network/link.csv:2:164 [2014] there is no price index for USD of 2014"],
        ),
        case(
            "a charge in a currency without an index",
            [swap(FEE, "BRM", "BRN")],
            &["LB0131 error economy/fee.csv:2:51 [BRN] there is no price index for BRN of 2025"],
        ),
        case(
            "a fee that is per nothing",
            [swap(ACTIVITY, ",100,truck,", ",100,,")],
            &["LB0132 error network/activity.csv:4:55 [] give both"],
        ),
        case(
            "a fare that is per nothing",
            [swap(LINK, ",600,truck,", ",600,,")],
            &["LB0132 error network/link.csv:3:79 [] give both"],
        ),
        case(
            "a fee by the kilometre at a border",
            [swap(ACTIVITY, ",100,truck,", ",100,truck-km,")],
            &["LB0132 error network/activity.csv:4:55 [truck-km] a crossing or terminal has no length"],
        ),
        case(
            "a train that costs by the hour of a truck",
            [swap(RATE, "r_truck_hour,road", "r_truck_hour,rail")],
            &["LB0132 error economy/rate.csv:7:33 [truck-h] has mode `road`"],
        ),
    ]
}
