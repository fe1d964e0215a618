//! Rows that make no sense together.

use super::*;

pub fn cases() -> Vec<Case> {
    vec![
        // Sense.
        case(
            "a link from a node to itself",
            [swap(LINK, "rd_bruvala_sulm,,bruvala,sulm", "rd_bruvala_sulm,,sulm,sulm")],
            &[
                "LB0201 error network/link.csv:7:23 [sulm] starts and ends at `sulm`",
                "LB0203 warning network/link.csv:7:46 [120] its ends are 0.0 km apart",
            ],
        ),
        case(
            "neither duration nor speed",
            [swap_at(LINK, "rd_bruvala_sulm", ",60,", ",,")],
            &["LB0202 error network/link.csv:7:53 [] no duration and no speed"],
        ),
        case(
            "a length in metres",
            [swap_at(LINK, "rd_bruvala_sulm", ",120,", ",12000,")],
            &["LB0203 warning network/link.csv:7:49 [12000] is 12000.0 km long, its ends are 110.6 km apart"],
        ),
        case(
            "rails without a gauge",
            [swap_at(LINK, "rl_adelmar_bruvala", "1520", "")],
            &[
                "LB0204 error network/link.csv:10:44 [] has no gauge",
                "LB0208 warning network/terminal.csv:4:65 [rail1520-rail1435] no such link ends at `bruvala`",
            ],
        ),
        case(
            "a crossing of other nodes",
            [swap(CROSSING, "sulm,dunmere", "sulm,dunhaven")],
            &["LB0205 error network/crossing.csv:6:42 [sulm] its link joins `sulm` and `dunmere`"],
        ),
        case(
            "a border without a crossing",
            [
                swap_at(LINK, "rd_bruvala_sulm", "highway", "border_crossing"),
                swap_at(LINK, "rd_bruvala_sulm", "brv/brv_south", "brv/cst"),
            ],
            &[
                "LB0219 warning network/link.csv:7:70 [brv/cst] in the order of travel",
                "LB0206 warning network/link.csv:7:1 [rd_bruvala_sulm] has no row in crossing.csv",
            ],
        ),
        case(
            "two gauges that meet in vain",
            [swap(TERMINAL, "gauge_change", "intermodal")],
            &["LB0207 warning network/node.csv:4:1 [bruvala] two gauges meet"],
        ),
        case(
            "a terminal without tracks",
            [swap(
                TERMINAL,
                "t_arvenport,Port of Arvenport,arvenport,port,road-ferry",
                "t_arvenport,Port of Arvenport,arvenport,port,road-ferry;road-rail",
            )],
            &["LB0208 warning network/terminal.csv:3:46 [road-ferry;road-rail] serves `rail`"],
        ),
        case(
            "a class that may use nothing",
            [swap(TOML, "modes = [\"road\", \"rail\", \"air\"]", "modes = []")],
            &["LB0210 error study.toml:52:9 [] class `travellers` may use no mode"],
        ),
        case(
            "no price for the railway",
            [swap_at(RATE, "r_rail_passenger", "*", "dun")],
            &[
                "LB0211 error network/link.csv:10:1 [rl_adelmar_bruvala] no rate for class `travellers` by rail in `ald`",
                "LB0211 error network/link.csv:10:1 [rl_adelmar_bruvala] no rate for class `travellers` by rail in `brv`",
                "LB0211 error network/link.csv:11:1 [rl_bruvala_castelmor] no rate for class `travellers` by rail in `cst`",
                "LB0211 error network/link.csv:12:1 [rl_bruvala_dunmere] no rate for class `travellers` by rail in `brv_south`",
            ],
        ),
        case(
            "a restricted road for nobody",
            [swap_at(ACCESS, "a_southgate", "rd_sulm_dunmere", "rd_bruvala_sulm")],
            &["LB0213 warning network/link.csv:9:80 [restricted] nobody is admitted"],
        ),
        case(
            "a restricted road that nobody is admitted to any more",
            [swap_at(ACCESS, "a_southgate", "CST,,,,,", "CST,,,,2025-06-30,")],
            &["LB0213 warning network/link.csv:9:80 [restricted] nobody is admitted"],
        ),
        case(
            "a crossing for nobody",
            [swap_at(CROSSING, "x_ald_brv_road", ",yes,", ",special,")],
            &["LB0213 warning network/crossing.csv:3:64 [special] no travellers are admitted"],
        ),
        case(
            "a node in the middle of nowhere",
            [append(NODE, "extra,Extra,,ALD,ald,city,-30,2,,,toy,assumed")],
            &["LB0214 warning network/node.csv:9:1 [extra] nothing can reach it"],
        ),
        case(
            "a rule about nothing",
            [swap_at(ACCESS, "d_embargo", "rail", "sea")],
            &["LB0215 error politics/access.csv:3:1 [d_embargo] selects no link"],
        ),
        case(
            "a crossing and a terminal without activities",
            [
                swap(ACTIVITY, "v12,x_brv_dun_road", "v12,x_brv_cst_road"),
                swap(ACTIVITY, "v18,t_bruvala_gauge", "v18,t_bruvala_yard"),
                swap(ACTIVITY, "v19,t_bruvala_gauge", "v19,t_bruvala_yard"),
            ],
            &[
                "LB0216 warning network/crossing.csv:6:1 [x_brv_dun_road] it costs no time",
                "LB0216 warning network/terminal.csv:4:1 [t_bruvala_gauge] it costs no time",
            ],
        ),
        case(
            "two prices for one case",
            [append(RATE, "r_twice,rail,*,,freight,0.05,t-km,,,,,,toy,assumed")],
            &[
                "LB0217 error economy/rate.csv:8:1 [r_twice] rates `r_rail_freight` and `r_twice` hold equally",
            ],
        ),
        case(
            "a class that does not say what a truck carries",
            [
                swap(TOML, "t_per_truck = 20.0", ""),
                swap(TOML, "compare_with = \"joint_board\"", "compare_with = \"quarrel\""),
                Remove(JOINT),
                Remove(BOARD),
                Remove("regimes/neutral.toml"),
                Remove(CLAIMS),
            ],
            &[
                "LB0218 error economy/fee.csv:2:45 [truck] charge `f_brv_transit` is per truck",
                "LB0218 error study.toml:29:6 [general_cargo] a fee for clearance is per truck",
                "LB0218 error study.toml:29:6 [general_cargo] rate `r_road_cst` is per truck-km",
                "LB0218 error study.toml:29:6 [general_cargo] rate `r_road_freight` is per truck-km",
                "LB0218 error study.toml:29:6 [general_cargo] rate `r_truck_hour` is per truck-h",
                "LB0218 error study.toml:29:6 [general_cargo] the fare of link `fy_arvenport_dunhaven` is per truck",
            ],
        ),
        case(
            "zones that a spreadsheet rewrote as numbers",
            [swap(NODE, "2.0,1,400000", "2.0,2.50174E+11,400000")],
            &["LB0117 error network/node.csv:2:58 [2.50174E+11]"],
        ),
        case(
            "two nodes of one zone",
            [swap(NODE, "2.0,3,200000", "2.0,1,200000")],
            &["LB0120 error network/node.csv:5:45 [1] nodes `adelmar` and `castelmor` are both zone `1`"],
        ),
        case(
            "parameters of choice out of range",
            [append(TOML, "[choice]\nkappa = 0\neta = 1.5")],
            &["LB0113 error study.toml:108:9 [0] `kappa`", "LB0113 error study.toml:109:7 [1.5] `eta`"],
        ),
        case(
            "scales of choice in the wrong order",
            [append(TOML, "[choice]\nratio_mode = 0.9")],
            &["LB0260 error study.toml:107:1 [] closer substitutes"],
        ),
        case(
            "not shipping costs nothing",
            [append(TOML, "[choice]\nchoke_factor = 0\nchoke_usd_per_person = 5")],
            &["LB0260 error study.toml:108:16 [0] class `general_cargo` nothing"],
        ),
    ]
}
