//! Regimes, scenarios, agreement and timeline.

use super::*;

pub fn cases() -> Vec<Case> {
    vec![
        // Regimes and scenarios.
        case(
            "a class that rules charge per a truck that it does not have",
            [swap(TOML, "t_per_truck = 20.0", "")],
            &[
                "LB0218 error regimes/joint.toml:36:7 [truck] rule `toll` charges class `general_cargo`",
                "LB0218 error regimes/neutral.toml:14:7 [truck] rule `toll` charges class `general_cargo`",
            ],
        ),
        case(
            "a scenario that extends itself",
            [swap(RAILWAY, "is_module = true", "extends = \"railway\"")],
            &["LB0230 error scenarios/railway.toml:5:11 [railway] leads back to itself"],
        ),
        case(
            "a scenario and its module include each other",
            [swap(RAILWAY, "is_module = true", "include = [\"dunmere_by_rail\"]")],
            &[
                "LB0230 error scenarios/dunmere_by_rail.toml:3:11 [base] leads back to itself",
                "LB0230 error scenarios/railway.toml:3:1 [] leads back to itself",
            ],
        ),
        case(
            "a scenario that extends nothing known",
            [swap(QUARREL, "extends = \"base\"", "extends = \"bsae\"")],
            &["LB0121 error scenarios/quarrel.toml:3:11 [bsae] did you mean `base`?"],
        ),
        case(
            "a report against an unknown scenario",
            [swap(TOML, "compare_with = \"joint_board\"", "compare_with = \"joint_bord\"")],
            &["LB0121 error study.toml:14:16 [joint_bord] did you mean `joint_board`?"],
        ),
        case(
            "a report against a module",
            [swap(TOML, "compare_with = \"joint_board\"", "compare_with = \"railway\"")],
            &["LB0121 error study.toml:14:16 [railway] is a module and does not stand alone"],
        ),
        case(
            "regimes to compare that are no scenarios, or modules",
            [swap(
                TOML,
                "compare_with = \"joint_board\"",
                "compare_regimes = [\"joint_bord\", \"railway\"] # \"joint_board\"",
            )],
            &[
                "LB0121 error study.toml:14:19 [joint_bord;railway] did you mean `joint_board`?",
                "LB0121 error study.toml:14:19 [joint_bord;railway] is a module and does not stand alone",
            ],
        ),
        case(
            "a regime to compare twice, the reference, and one without a regime",
            [swap(
                TOML,
                "compare_with = \"joint_board\"",
                "compare_regimes = [\"joint_board\", \"base\", \"joint_board\", \"quarrel\"] #",
            )],
            &[
                "LB0315 error study.toml:14:19 [joint_board;base;joint_board;quarrel] names `joint_board` twice",
                "LB0315 error study.toml:14:19 [joint_board;base;joint_board;quarrel] is the reference",
                "LB0316 warning study.toml:14:19 [joint_board;base;joint_board;quarrel] in force in `quarrel`",
            ],
        ),
        case(
            "a scenario under an unknown regime",
            [swap(BOARD, "[\"joint\"]", "[\"joint_board\"]")],
            &["LB0121 error scenarios/joint_board.toml:4:11 [joint_board] there is no regime `joint_board`"],
        ),
        case(
            "who can close alone need not be joined",
            [swap(JOINT, "can_close = \"BRV+CST\"", "can_close = \"BRV|BRV+CST\"")],
            &["LB0231 error regimes/joint.toml:12:13 [BRV|BRV+CST] `BRV` already suffices"],
        ),
        case(
            "a check without a probability",
            [swap(JOINT, "probability = 0.5\n", "")],
            &[
                "LB0232 error regimes/joint.toml:22:10 [check] rule `check` is `check` but has no `probability`",
            ],
        ),
        case(
            "a probability above one",
            [swap(JOINT, "probability = 0.5", "probability = 5")],
            &["LB0113 error regimes/joint.toml:25:15 [5]"],
        ),
        case(
            "a change without an effect",
            [swap(RAILWAY, "status = \"open\"\n", "")],
            &["LB0233 error scenarios/railway.toml:9:1 [] a change has 0 effects"],
        ),
        case(
            "a change with two effects",
            [swap(RAILWAY, "status = \"open\"\n", "status = \"open\"\nfree_speed = 50.0\n")],
            &["LB0233 error scenarios/railway.toml:11:10 [open] a change has 2 effects"],
        ),
        case(
            "two regimes on one road",
            [
                swap(BOARD, "[\"joint\"]", "[\"joint\", \"other\"]"),
                put("regimes/other.toml", toy()[JOINT].clone()),
            ],
            &[
                "LB0234 error scenarios/joint_board.toml:4:11 [joint;other] regimes `joint` and `other` both govern",
            ],
        ),
        case(
            "years of control that overlap",
            [put(
                JOINT,
                toy()[JOINT].clone()
                    + "[[control]]\nlinks = [\"rd_bruvala_castelmor\"]\nfrom_year = 30\n"
                    + "source = [\"toy\"]\nquality = \"assumed\"\n",
            )],
            &["LB0217 error regimes/joint.toml:51:13 [30] two control rows of regime `joint`"],
        ),
        case(
            "years of control with a gap",
            [swap(
                JOINT,
                "collectors = \"BRV=0.5;CST=0.5\"",
                "from_year = 2\ncollectors = \"BRV=0.5;CST=0.5\"",
            )],
            &[
                "LB0310 warning regimes/joint.toml:15:13 [2] no control row of regime `joint` holds for `rd_bruvala_castelmor` in year 1",
            ],
        ),
        case(
            "a rule that selects no link",
            [swap(JOINT, "flag = [\"DUN\"]", "flag = [\"DUN\"]\nmode = [\"rail\"]")],
            &["LB0215 error regimes/joint.toml:42:6 [no_dunland_carriers] selects no link"],
        ),
        case(
            "a promise by nobody known, of a link that is not there",
            [put(
                "politics/agreement.csv",
                "item_id,instrument,party,commitment,links,date_signed,source,quality\n\
                 a1,Treaty,BVR,opens the road,rd_none,2025-02-28,toy,assumed\n",
            )],
            &[
                "LB0121 error politics/agreement.csv:2:11 [BVR] `party`: there is no actor `BVR`; did you mean `BRV`?",
                "LB0121 error politics/agreement.csv:2:30 [rd_none] there is no link `rd_none`",
            ],
        ),
        case(
            "an event on an unknown group",
            [put(
                "politics/timeline.csv",
                "event_id,date,event,groups,status_to,source,quality\n\
                 e1,2025-01-01,closed,eastern_rod,closed,toy,assumed\n",
            )],
            &["LB0121 error politics/timeline.csv:2:22 [eastern_rod] did you mean `eastern_road`?"],
        ),
        case(
            "an event into a state that is none, and a promise of a day that is none",
            [
                put(
                    "politics/timeline.csv",
                    "event_id,date,event,status_to,source,quality\ne1,2025-01-01,closed,shut,toy,assumed\n",
                ),
                put(
                    "politics/agreement.csv",
                    "item_id,instrument,party,commitment,date_signed,source,quality\n\
                     a1,Treaty,BRV,opens the road,2025-02-30,toy,assumed\n",
                ),
            ],
            &[
                "LB0114 error politics/timeline.csv:2:22 [shut]",
                "LB0115 error politics/agreement.csv:2:30 [2025-02-30]",
            ],
        ),
        case(
            "a group of unknown links",
            [swap("network/group.csv", "rd_bruvala_castelmor", "rd_bruvala_castelmoor")],
            &[
                "LB0121 error network/group.csv:2:45 [rd_bruvala_castelmoor] did you mean `rd_bruvala_castelmor`?",
            ],
        ),
        case(
            "shares of tolls that are too little together",
            [swap(JOINT, "BRV=0.5;CST=0.5", "BRV=0.5;CST=0.4")],
            &["LB0209 error regimes/joint.toml:15:14 [BRV=0.5;CST=0.4] sum to 0.9"],
        ),
        case(
            "an unknown actor and an unknown territory in a regime",
            [
                swap(JOINT, "operator = [\"ORC\"]", "operator = [\"ORK\"]"),
                swap(JOINT, "applies_to = [\"freight\"]", "territory = [\"brv_suoth\"]"),
            ],
            &[
                "LB0121 error regimes/joint.toml:14:12 [ORK] there is no actor `ORK`",
                "LB0121 error regimes/joint.toml:24:13 [brv_suoth] did you mean `brv_south`?",
            ],
        ),
        case(
            "a scenario of a day before the first event",
            [
                swap(BOARD, "extends = \"base\"", "extends = \"base\"\nas_of = \"2019-05-01\""),
                put(
                    "politics/timeline.csv",
                    "event_id,date,event,source,quality\ne1,2020-01-01,the beginning,toy,assumed\n",
                ),
            ],
            &[
                "LB0235 error scenarios/joint_board.toml:4:9 [2019-05-01] before the first event of the timeline, 2020-01-01",
            ],
        ),
        case(
            "a scenario of a variant that no regime has",
            [swap(BOARD, "extends = \"base\"", "extends = \"base\"\nvariants = [\"bsae\"]")],
            &["LB0121 error scenarios/joint_board.toml:4:12 [bsae] did you mean `base`?"],
        ),
    ]
}
