//! Slips in the table of what could be built.

use super::{Case, case, put};

const BYPASS: &str = "network/bypass.csv";

/// One project of the toy.
fn project(links: &str, factor: &str, costs: &str, payers: &str) -> String {
    format!(
        "project_id,name,links,capacity_factor,capex_low,capex,capex_high,spent_share,years_to_build,payers,source,quality\n\
         w,Works,{links},{factor},{costs},5,{payers},toy,assumed\n"
    )
}

pub fn cases() -> Vec<Case> {
    let of = |text: String| [put(BYPASS, text)];
    let costs = "8000000,10000000,15000000,0.4";
    vec![
        case(
            "a project without links",
            of(project("", "", costs, "")),
            &["LB0300 error network/bypass.csv:2:9 [] name the links that it opens or widens"],
        ),
        case(
            "a terminal that is none",
            [put(
                BYPASS,
                project("", "", costs, "")
                    .replace("name,links,", "name,links,terminals,")
                    .replace("Works,,", "Works,,t_arvenpor,"),
            )],
            &["LB0121 error network/bypass.csv:2:10 [t_arvenpor] did you mean `t_arvenport`"],
        ),
        case(
            "a link that is none",
            of(project("rl_bruvala_dunmer", "", costs, "")),
            &["LB0121 error network/bypass.csv:2:9 [rl_bruvala_dunmer] did you mean `rl_bruvala_dunmere`"],
        ),
        case(
            "a low cost above the cost, and a high one below it",
            of(project("rl_bruvala_dunmere", "", "11000000,10000000,9000000,0", "")),
            &[
                "LB0301 error network/bypass.csv:2:29 [11000000] give `capex_low` up to `capex`",
                "LB0301 error network/bypass.csv:2:47 [9000000] give `capex_low` up to `capex`",
            ],
        ),
        case(
            "more spent than all",
            of(project("rl_bruvala_dunmere", "", "8000000,10000000,15000000,1.4", "")),
            &["LB0113 error network/bypass.csv:2:55 [1.4]"],
        ),
        case(
            "parts of payers that are no whole",
            of(project("rl_bruvala_dunmere", "", costs, "BRV=0.5;DUN=0.4")),
            &["LB0209 error network/bypass.csv:2:61 [BRV=0.5;DUN=0.4]"],
        ),
        case(
            "a payer who is none",
            of(project("rl_bruvala_dunmere", "", costs, "BRV=0.5;XYZ=0.5")),
            &["LB0121 error network/bypass.csv:2:61 [BRV=0.5;XYZ=0.5]"],
        ),
        case(
            "a factor of nothing",
            of(project("rd_adelmar_bruvala", "0", costs, "")),
            &["LB0113 error network/bypass.csv:2:28 [0]"],
        ),
        case(
            "a wider link that has no capacity",
            of(project("rd_adelmar_arvenport", "2", costs, "")),
            &["LB0302 warning network/bypass.csv:2:30 [2] give the link, or an activity at its crossing"],
        ),
        case(
            "works that open what is open",
            of(project("rd_adelmar_arvenport;rd_bruvala_sulm", "", costs, "")),
            &[
                "LB0303 warning network/bypass.csv:2:9 [rd_adelmar_arvenport;rd_bruvala_sulm] name links that are planned",
            ],
        ),
    ]
}
