//! The ledger of claims.

use super::*;

pub fn cases() -> Vec<Case> {
    vec![
        case(
            "an unknown metric",
            [swap(CLAIMS, "\"closable_share\"", "\"closeable_share\"")],
            &["LB0114 error claims.toml:26:10 [closeable_share] did you mean `closable_share`?"],
        ),
        case(
            "a test without an actor",
            [swap_at(CLAIMS, "[[test]]", "actor = \"CST\"\n", "")],
            &["LB0250 error claims.toml:26:10 [closable_share] has no `actor`"],
        ),
        case(
            "a comparison with a gain that names no scenario, and scenarios that are not there",
            [swap_at(
                CLAIMS,
                "[[test]]",
                "metric = \"closable_share\"",
                "metric = \"worst_off\"\nchange = \"of_gain\"\namong = [\"quarel\"]\nagainst_actor = \"CSS\"",
            )],
            &[
                "LB0121 error claims.toml:28:9 [quarel] did you mean `quarrel`?",
                "LB0121 error claims.toml:29:17 [CSS] did you mean `CST`?",
                "LB0250 error claims.toml:26:10 [worst_off] has no `against`",
            ],
        ),
        case(
            "a test of a claim that is not there",
            [swap_at(CLAIMS, "[[test]]", "\"joint_hands\"", "\"joint_hand\"")],
            &["LB0121 error claims.toml:25:9 [joint_hand] did you mean `joint_hands`?"],
        ),
        case(
            "a test in a scenario that is not there, against a module",
            [
                swap_at(CLAIMS, "[[test]]", "\"base\"", "\"bsae\""),
                swap_at(CLAIMS, "as specified\"\nmetric", "against = \"base\"", "against = \"railway\""),
            ],
            &[
                "LB0121 error claims.toml:27:12 [bsae] did you mean `base`?",
                "LB0121 error claims.toml:72:11 [railway] `against`: there is no scenario `railway`",
            ],
        ),
        case(
            "a way from a place to itself",
            [swap(CLAIMS, "to = \"castelmor\"", "to = \"adelmar\"")],
            &["LB0250 error claims.toml:69:6 [adelmar] from a place to itself"],
        ),
        case(
            "a claim without a test",
            [swap(CLAIMS, "kind = \"not_testable\"", "kind = \"testable\"")],
            &["LB0251 error claims.toml:91:6 [trust] has no test and waits for nothing"],
        ),
        case(
            "a claim that has tests and waits",
            [swap(CLAIMS, "basis = \"definition\"", "basis = \"definition\"\nwaits_for = \"flows\"")],
            &["LB0251 error claims.toml:4:6 [joint_hands] more than one"],
        ),
        case(
            "a threshold that is a word",
            [swap(CLAIMS, "threshold = 0", "threshold = \"none\"")],
            &["LB0111 error claims.toml:31:13 [none] is not a number"],
        ),
        case(
            "a claim about nobody known",
            [swap(CLAIMS, "subjects = [\"CST\"]", "subjects = [\"CTS\"]")],
            &["LB0121 error claims.toml:8:12 [CTS] did you mean `CST`?"],
        ),
        case(
            "flows on a day, between regions that are not",
            [swap(
                CLAIMS,
                "metric = \"closable_share\"\nscenario = \"base\"",
                "metric = \"flow\"\nas_of = \"2025-01-01\"\npairs = [\"ALD/CTS\"]\nscenario = \"base\"",
            )],
            &[
                "LB0250 error claims.toml:27:9 [2025-01-01] flows are computed on the day of the scenario",
                "LB0121 error claims.toml:28:9 [ALD/CTS] is not a pair of regions",
            ],
        ),
    ]
}
