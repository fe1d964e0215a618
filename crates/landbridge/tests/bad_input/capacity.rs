//! Slips in capacities, opening hours and the units of counts.

use super::{ACTIVITY, CROSSING, Case, LINK, case, swap, swap_at};

const OBSERVED: &str = "observed.csv";

pub fn cases() -> Vec<Case> {
    vec![
        case(
            "a capacity of nothing",
            [swap(ACTIVITY, "200,truck,120", "0,truck,120")],
            &["LB0270 error network/activity.csv:4:61 [0] close the link if nothing may pass"],
        ),
        case(
            "a capacity without a unit",
            [swap(ACTIVITY, "200,truck,120", "200,,120")],
            &["LB0270 error network/activity.csv:4:65 [] give `capacity_unit`"],
        ),
        case(
            "a gate that is closed on all days",
            // No row of the toy gives a year of its charge.
            [
                swap(ACTIVITY, "currency,year,source", "currency,closed_days_per_year,source"),
                swap(
                    ACTIVITY,
                    "200,truck,120,both posts together,,,",
                    "200,truck,120,both posts together,,365,",
                ),
            ],
            &["LB0270 error network/activity.csv:4:96 [365] close the link if nothing passes all year"],
        ),
        case(
            "an observed flow without a capacity",
            [swap(ACTIVITY, "200,truck,120", ",,120")],
            &[
                "LB0271 warning network/activity.csv:4:63 [120] put the count into observed.csv",
                "LB0302 warning network/bypass.csv:2:58 [2] give the link, or an activity at its crossing",
            ],
        ),
        case(
            "an observed flow of a year as one of a day",
            [swap(ACTIVITY, "200,truck,120", "200,truck,43800")],
            &["LB0273 warning network/activity.csv:4:71 [43800] probably one is of a year"],
        ),
        case(
            "a line with a capacity of nothing",
            [swap(LINK, "main,320,40,,,,,,,", "main,320,40,,,,,0,train,")],
            &["LB0270 error network/link.csv:10:69 [0] give it the status `closed`"],
        ),
        case(
            "a line with a capacity of no unit",
            [swap(LINK, "main,320,40,,,,,,,", "main,320,40,,,,,12,,")],
            &["LB0270 error network/link.csv:10:72 [] give `capacity_unit`: t, teu, train or truck"],
        ),
        case(
            "a crossing that never opens",
            [swap_at(CROSSING, "x_ald_brv_road", ",24,", ",0,")],
            &["LB0272 error network/crossing.csv:3:61 [0] close the link `rd_adelmar_bruvala` instead"],
        ),
        case(
            "trucks counted on a railway",
            [swap(OBSERVED, "x_ald_brv_road,,,,road", "x_ald_brv_rail,,,,rail")],
            &["LB0274 error observed.csv:2:63 [truck] no class that moves by rail can be counted in `truck`"],
        ),
        case(
            "wagons counted at a road crossing",
            [swap(OBSERVED, "road,from_to,,,0,730,truck", ",from_to,,,0,730,wagon")],
            &["LB0274 error observed.csv:2:59 [wagon] no class that moves by road can be counted in `wagon`"],
        ),
        case(
            "percents called comparable",
            [swap(OBSERVED, "730,truck", "73,percent")],
            &["LB0274 error observed.csv:2:62 [percent] write `0` in `is_comparable`"],
        ),
    ]
}
