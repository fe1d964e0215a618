//! Slips in who plays the game of a corridor, in sets of actors, and in causes of closure.

use super::{ACTOR, Case, JOINT, LINK, TERRITORY, append, case, put, swap, swap_at};

const HAZARD: &str = "politics/hazard.csv";

fn hazard(row: &str) -> String {
    let header =
        "cause_id,name,actor,links,groups,per_year,shape,season_amplitude,season_peak,duration,days,sigma";
    format!("{header},source,quality\nc1,Snow,{row},toy,assumed\n")
}

/// Actors who have a market, marked for the game.
fn players(n: usize) -> String {
    let rows: Vec<String> = (0..n).map(|at| format!("P{at:02},Player,state,,,1,,1,,toy,assumed")).collect();
    rows.join("\n")
}

pub fn cases() -> Vec<Case> {
    vec![
        case(
            "a player with nothing to play with",
            [append(ACTOR, "ISL,Island,state,,,0,,1,,toy,published")],
            &["LB0320 warning politics/actor.csv:7:23 [1] actor `ISL` is in the corridor game"],
        ),
        case(
            "a road on land that nobody holds",
            [swap_at(TERRITORY, "dun,Dunland", ",DUN,0", ",,0")],
            &["LB0321 warning network/link.csv:8:69 [dun] nobody can close link `rd_dunhaven_dunmere`"],
        ),
        case(
            "more players than coalitions can have",
            [append(ACTOR, players(20))],
            &["LB0323 error politics/actor.csv:26:23 [1] `P19` is actor 25 of 25 in the corridor game"],
        ),
        case(
            "an actor twice in a set",
            [swap(JOINT, "must_consent = \"BRV+CST\"", "must_consent = \"BRV+BRV\"")],
            &["LB0322 error regimes/joint.toml:13:16 [BRV+BRV] a set names `BRV` twice"],
        ),
        case(
            "sets of a link that contradict each other",
            [swap(LINK, "BRV|CST+ORC", "BRV|BRV+ORC")],
            &["LB0231 error network/link.csv:11:83 [BRV|BRV+ORC] `BRV` already suffices"],
        ),
        case(
            "a cause that closes nothing",
            [put(HAZARD, hazard(",,,2,,,,fixed,3,"))],
            &["LB0324 error politics/hazard.csv:2:10 [] cause `c1` closes nothing"],
        ),
        case(
            "a lognormal duration without its spread, and a spread of another",
            [put(
                HAZARD,
                hazard(
                    ",,eastern_road,2,,,,lognormal,3,,toy,assumed\nc2,Flood,,,eastern_road,1,,,,fixed,3,1",
                ),
            )],
            &[
                "LB0325 error politics/hazard.csv:2:41 [] cause `c1` is lognormal and has no `sigma`",
                "LB0325 error politics/hazard.csv:3:38 [1] cause `c2` has a `sigma` that its duration does not use",
            ],
        ),
        case(
            "half of a season, and a season with a shape",
            [put(
                HAZARD,
                hazard(
                    ",,eastern_road,2,,0.5,,fixed,3,,toy,assumed\nc2,Flood,,,eastern_road,1,0.5,1,0,fixed,3,",
                ),
            )],
            &[
                "LB0325 error politics/hazard.csv:2:31 [] cause `c1` has one half of a season",
                "LB0325 error politics/hazard.csv:3:27 [0.5] cause `c2` has both a shape and a season",
            ],
        ),
        case(
            "a cause of an actor, a link and a group that there are not",
            [put(HAZARD, hazard("BRU,rd_nowhere,eastern_raod,2,,,,fixed,3,"))],
            &[
                "LB0121 error politics/hazard.csv:2:9 [BRU] did you mean `BRV`",
                "LB0121 error politics/hazard.csv:2:13 [rd_nowhere]",
                "LB0121 error politics/hazard.csv:2:24 [eastern_raod] did you mean `eastern_road`",
            ],
        ),
    ]
}
