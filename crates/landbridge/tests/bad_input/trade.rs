//! Slips in the totals of trade and in how strongly it answers.

use super::{Case, Remove, case, put};

const TOTALS: &str = "economy/trade_total.csv";
const ELASTICITY: &str = "economy/elasticity.csv";

/// Two regions of the toy; the rows of a case come last.
fn totals(rows: &str) -> String {
    format!("exporter,importer,year,value,closed,source,quality\n{rows}")
}

fn elasticity(row: &str) -> String {
    format!("horizon,name,years,epsilon,low,high,source,quality\n{row},toy,assumed\n")
}

fn good() -> String {
    elasticity("long,Ten years,10,4,2,5")
}

const TWO: &str = "ALD,ALD,2025,800,0,toy,assumed\nALD,BRV,2025,9e9,0,toy,assumed\nBRV,ALD,2025,9e9,0,toy,assumed\n\
                   BRV,BRV,2025,500,0,toy,assumed\n";

pub fn cases() -> Vec<Case> {
    let with = |row: &str| [put(TOTALS, totals(TWO)), put(ELASTICITY, elasticity(row))];
    let of = |rows: &str| [put(TOTALS, totals(rows)), put(ELASTICITY, good())];
    vec![
        case(
            "a table that is not square",
            of(
                "ALD,ALD,2025,800,0,toy,assumed\nALD,BRV,2025,9e9,0,toy,assumed\nBRV,BRV,2025,500,0,toy,assumed\n",
            ),
            &["LB0290 error economy/trade_total.csv:2:1 [ALD] add a row; value 0 if they do not trade"],
        ),
        case(
            "a pair twice",
            of(&format!("{TWO}BRV,BRV,2025,1,0,toy,assumed\n")),
            &["LB0291 error economy/trade_total.csv:6:5 [BRV] delete one of the rows"],
        ),
        case(
            "a negative value",
            of(&TWO.replace("BRV,BRV,2025,500", "BRV,BRV,2025,-500")),
            &["LB0113 error economy/trade_total.csv:5:14 [-500]"],
        ),
        case(
            "a region that sells and buys nothing",
            of(&TWO.replace("9e9", "0").replace("BRV,BRV,2025,500", "BRV,BRV,2025,0")),
            &[
                "LB0292 error economy/trade_total.csv:4:1 [BRV] give what it sells to itself",
                "LB0292 error economy/trade_total.csv:3:5 [BRV] give what it sells to itself",
            ],
        ),
        case(
            "a closed border with trade",
            of(&TWO.replace("ALD,BRV,2025,9e9,0", "ALD,BRV,2025,9e9,1")),
            &["LB0296 error economy/trade_total.csv:3:14 [9e9] write `closed` 0 to keep the trade"],
        ),
        case(
            "a region closed to itself",
            of(&TWO.replace("ALD,ALD,2025,800,0", "ALD,ALD,2025,0,1")),
            &["LB0296 error economy/trade_total.csv:2:16 [1] write `closed` 0"],
        ),
        case(
            "a low value above the elasticity",
            with("long,Ten years,10,4,4.5,5"),
            &["LB0297 error economy/elasticity.csv:2:21 [4.5] give `low` up to `epsilon`"],
        ),
        case(
            "an elasticity of nothing",
            with("long,Ten years,10,0,,"),
            &["LB0113 error economy/elasticity.csv:2:19 [0]"],
        ),
        case(
            "totals without an elasticity",
            [put(TOTALS, totals(TWO)), Remove(ELASTICITY)],
            &["LB0298 error economy/trade_total.csv [] add `economy/elasticity.csv`"],
        ),
        case(
            "an elasticity without totals",
            [put(ELASTICITY, good()), Remove(TOTALS)],
            &["LB0298 error economy/elasticity.csv [] add `economy/trade_total.csv`"],
        ),
        case(
            "commodities beyond the total",
            of(&format!(
                "{TWO}ALD,CST,2025,5,0,toy,assumed\nCST,ALD,2025,9e9,0,toy,assumed\nCST,CST,2025,9,0,toy,assumed\n\
                 BRV,CST,2025,9,0,toy,assumed\nCST,BRV,2025,9e9,0,toy,assumed\n"
            )),
            &["LB0299 warning economy/trade_total.csv:6:14 [5] raise the total"],
        ),
    ]
}
