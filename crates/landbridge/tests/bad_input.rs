//! What a study says when something is wrong with it: every kind of slip, with the exact problems that it must raise and
//! no others. The toy study is the study that is spoiled.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeSet;

use landbridge::diagnostic::{Code, Diagnostic, MAX_PER_FILE, MAX_TEXT, Severity};
use landbridge::model::Model;
use landbridge::study::StudyText;
use proptest::prelude::*;
use proptest::test_runner::{FileFailurePersistence, RngSeed};
use support::{model, toy};

const TOML: &str = "study.toml";
const NODE: &str = "network/node.csv";
const LINK: &str = "network/link.csv";
const CROSSING: &str = "network/crossing.csv";
const TERMINAL: &str = "network/terminal.csv";
const ACTIVITY: &str = "network/activity.csv";
const TERRITORY: &str = "network/territory.csv";
const ACTOR: &str = "politics/actor.csv";
const ACCESS: &str = "politics/access.csv";
const JOINT: &str = "regimes/joint.toml";
const BOARD: &str = "scenarios/joint_board.toml";
const RAILWAY: &str = "scenarios/railway.toml";
const QUARREL: &str = "scenarios/quarrel.toml";
const RATE: &str = "economy/rate.csv";
const FEE: &str = "economy/fee.csv";
const PRICE: &str = "economy/price_index.csv";

/// One way to spoil a file.
enum Edit {
    /// The first occurrence of a text becomes another, after the first occurrence of a mark.
    After(&'static str, &'static str, &'static str, String),
    /// A line is added at the end.
    Append(&'static str, String),
    /// The file holds something else.
    Put(&'static str, String),
    /// The file is not there.
    Remove(&'static str),
}
use Edit::{Append, Put, Remove};

/// The first occurrence of a text becomes another.
fn swap(file: &'static str, from: &'static str, to: impl Into<String>) -> Edit {
    Edit::After(file, "", from, to.into())
}

/// As [`swap`], in the row (or section) that begins at a mark.
fn swap_at(file: &'static str, mark: &'static str, from: &'static str, to: impl Into<String>) -> Edit {
    Edit::After(file, mark, from, to.into())
}

fn append(file: &'static str, line: impl Into<String>) -> Edit {
    Append(file, line.into())
}

fn put(file: &'static str, text: impl Into<String>) -> Edit {
    Put(file, text.into())
}

/// A slip, and the problems that it raises: code, severity, place, offending text in brackets, and after those
/// optionally a part of the message or the help.
struct Case {
    slip: &'static str,
    edits: Vec<Edit>,
    expect: &'static [&'static str],
}

fn case<const N: usize>(slip: &'static str, edits: [Edit; N], expect: &'static [&'static str]) -> Case {
    Case { slip, edits: edits.into(), expect }
}

fn spoiled(edits: &[Edit]) -> StudyText {
    let mut text = toy();
    for edit in edits {
        match edit {
            Edit::After(file, mark, from, to) => {
                let old = text.get_mut(*file).unwrap();
                let start = old.find(mark).unwrap_or_else(|| panic!("`{mark}` is not in {file}"));
                let at = old[start..].find(from).unwrap_or_else(|| panic!("`{from}` is not in {file}"));
                old.replace_range(start + at..start + at + from.len(), to);
            }
            Append(file, line) => text.get_mut(*file).unwrap().extend([line.as_str(), "\n"]),
            Put(file, new) => drop(text.insert((*file).to_owned(), new.clone())),
            Remove(file) => drop(text.remove(*file).unwrap()),
        }
    }
    text
}

fn cases() -> Vec<Case> {
    vec![
        // Files.
        case("no manifest", [Remove(TOML)], &["LB0001 error study.toml [] add it"]),
        case(
            "no table of links",
            [Remove(LINK)],
            &["LB0001 error network/link.csv [] Roads, railways, ferries"],
        ),
        case(
            "no table of nodes, where another table has nearly its name",
            [Remove(NODE)],
            &["LB0001 error network/node.csv [] add it; it holds"],
        ),
        case(
            "a table separated by semicolons",
            [put(RATE, "rate_id;mode;rate;per;source;quality\nr;road;1,5;t-km;toy;assumed\n")],
            &[
                "LB0104 error economy/rate.csv:1:1 [rate_id;mode;rate;per;source;quality] separated by semicolons",
            ],
        ),
        case(
            "a table separated by tabs",
            [put(RATE, "rate_id\tmode\trate\tper\tsource\tquality\n")],
            &[
                "LB0104 error economy/rate.csv:1:1 [rate_id\u{fffd}mode\u{fffd}rate\u{fffd}per\u{fffd}source\u{fffd}quality] separated by tabs",
            ],
        ),
        case(
            "a table under another name",
            [Remove(LINK), put("network/links.csv", "link_id\n")],
            &[
                "LB0001 error network/link.csv [] is it `network/links.csv`?",
                "LB0006 warning network/links.csv [] is `network/link.csv` meant?",
            ],
        ),
        case("an empty table", [put(LINK, "")], &["LB0103 error network/link.csv [] has no header"]),
        case(
            "a table of blanks",
            [put(LINK, "\n,,\n\n")],
            &["LB0103 error network/link.csv [] has no header"],
        ),
        case(
            "a header and no rows",
            [put(RATE, "rate_id,mode,rate,per,source,quality\n,,,,,\n")],
            &["LB0103 error economy/rate.csv [] has no rows"],
        ),
        case(
            "an optional table without rows",
            [put("validation.csv", "validation_id,kind,used_to_build,source,quality\n")],
            &[],
        ),
        // The manifest.
        case(
            "a syntax error",
            [swap(TOML, "length = \"km\"", "length = km")],
            &["LB0101 error study.toml:17:10 [km]"],
        ),
        case(
            "a misspelt key",
            [swap(TOML, "base_year", "base_yaer")],
            &[
                "LB0102 error study.toml:11:1 [base_yaer] did you mean `base_year`?",
                "LB0110 error study.toml:7:1 [] `base_year` has no value",
            ],
        ),
        case(
            "a misspelt section",
            [swap(TOML, "[defaults]", "[default]")],
            &["LB0102 error study.toml:23:2 [default] did you mean `defaults`?"],
        ),
        case(
            "a section written once that may repeat",
            [put(
                TOML,
                toy()[TOML].split("[[class]]").next().unwrap().to_owned()
                    + "[class]\nid = \"general_cargo\"\n",
            )],
            &["LB0102 error study.toml:27:1 [] must be written as `[[class]]`"],
        ),
        case(
            "a section written twice that may not repeat",
            [swap(TOML, "[units]", "[[units]]")],
            &["LB0102 error study.toml:16:1 [] must be written as `[units]`"],
        ),
        case(
            "a list of something else than sections",
            [
                swap(TOML, "[study]", "key_pair = [\"adelmar\"]\n[study]"),
                swap(
                    TOML,
                    "[[key_pair]]\nfrom = \"adelmar\"\nto = \"castelmor\"\n\n[[key_pair]]\nfrom = \"castelmor\"\nto = \"adelmar\"\nmode = \"rail\"\n\n[[key_pair]]\nfrom = \"adelmar\"\nto = \"dunmere\"\n\n[[key_pair]]\nfrom = \"adelmar\"\nto = \"castelmor\"\nclass = \"travellers\"\n",
                    "",
                ),
            ],
            &["LB0102 error study.toml:7:12 [] must be written as `[[key_pair]]`"],
        ),
        case(
            "a section where a value is expected",
            [swap(TOML, "currency = \"USD\"", "currency = { code = \"USD\" }")],
            &[
                "LB0102 error study.toml:19:1 [currency] is a section where a value is expected",
                "LB0110 error study.toml:16:1 [] `currency` has no value",
            ],
        ),
        case(
            "no class",
            [put(TOML, toy()[TOML].split("# Classes").next().unwrap().to_owned())],
            &["LB0104 error study.toml [] lacks the section `[[class]]`"],
        ),
        case(
            "an empty list of classes",
            [put(TOML, "class = []\n".to_owned() + toy()[TOML].split("# Classes").next().unwrap())],
            &["LB0103 error study.toml:1:9 [] `class` has no rows"],
        ),
        case(
            "no head",
            [swap(TOML, "[study]", "[stduy]")],
            &[
                "LB0102 error study.toml:7:2 [stduy] did you mean `study`?",
                "LB0104 error study.toml [] lacks the section `[study]`",
            ],
        ),
        // Columns.
        case(
            "a column that is missing",
            [swap(NODE, "country", "u_country")],
            &["LB0104 error network/node.csv:1:1 [] lacks the column `country`"],
        ),
        case(
            "a column that is misspelt",
            [swap(LINK, ",length,", ",lenght,")],
            &[
                "LB0104 error network/link.csv:1:1 [] is `lenght` meant?",
                "LB0106 warning network/link.csv:1:94 [lenght] is `length` meant?",
            ],
        ),
        case(
            "an optional column that is misspelt",
            [swap(LINK, "electrified", "electrifeid")],
            &["LB0106 warning network/link.csv:1:68 [electrifeid] is `electrified` meant?"],
        ),
        case(
            "a column cut by an export",
            [swap(CROSSING, "from_node_id", "from_node_")],
            &["LB0106 warning network/crossing.csv:1:26 [from_node_] is read as `from_node_id`"],
        ),
        case(
            "a column that is there twice",
            [swap(CROSSING, "note", "name")],
            &["LB0105 error network/crossing.csv:1:76 [name] both give `name`"],
        ),
        case(
            "a length in two units",
            [swap(LINK, "tracks", "length_mi")],
            &["LB0105 error network/link.csv:1:97 [length] `length` and `length_mi` both give `length`"],
        ),
        case(
            "a unit that is not declared",
            [swap(TOML, "length = \"km\"", "")],
            &["LB0130 error network/link.csv:1:94 [length] write `length = \"km\"` under `[units]`"],
        ),
        case(
            "a unit that is not known",
            [swap(TOML, "length = \"km\"", "length = \"versts\"")],
            &["LB0130 error study.toml:17:10 [versts] `versts` is not a known unit of length"],
        ),
        // Rows.
        case(
            "a row that is too short",
            [append(NODE, "extra,Extra")],
            &["LB0107 error network/node.csv:9 [extra] the row has 2 fields, the header has 12"],
        ),
        case(
            "a row that is too long, and that others refer to",
            [swap(NODE, "adelmar,Adelmar,", "adelmar,Adelmar,Adelmarr,")],
            &["LB0107 error network/node.csv:2 [adelmar] in quotation marks"],
        ),
        case(
            "a quotation mark that is not closed",
            [swap(NODE, ",Bruvala,", ",\"Bruvala,")],
            &[
                "LB0108 error network/node.csv:4:9 [\"Bruvala,,BRV,brv,city,-28.0,3.0,2,300000,toy,published\u{fffd}castelmor,Castelmor,,CST…] is not closed",
            ],
        ),
        case(
            "a quotation mark in the header that is not closed",
            [swap(NODE, "name", "\"name")],
            &[
                "LB0108 error network/node.csv:1:9 [\"name,alt_names,country,territory,node_type,x_coord,y_coord,zone_id,population,s…] is not closed",
            ],
        ),
        case(
            "a quotation mark that another one closes by chance",
            [swap(NODE, ",Bruvala,", ",\"Bruvala,"), swap(NODE, ",Sulm,", ",Sulm\",")],
            &[
                "LB0108 error network/node.csv:4:9 [Bruvala,,BRV,brv,city,-28.0,3.0,2,300000,toy,published\u{fffd}castelmor,Castelmor,,CST,…] goes over several lines",
            ],
        ),
        case(
            "a quotation mark that another one closes too early",
            [
                swap(NODE, ",Bruvala,", ",\"Bruvala,"),
                swap(NODE, "castelmor,Castelmor", "castelmor\",Castelmor"),
            ],
            &["LB0107 error network/node.csv:4 [bruvala] a quotation mark is probably not closed"],
        ),
        case(
            "a field of a megabyte",
            [swap(NODE, ",Bruvala,", format!(",{},", "x".repeat(1 << 20)))],
            &[
                "LB0108 error network/node.csv:4:9 [xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…] longer than 65536 bytes",
            ],
        ),
        case(
            "two rows of one name",
            [swap(NODE, "sulm,Sulm", "dunmere,Sulm")],
            &[
                "LB0120 error network/node.csv:8:1 [dunmere] `node_id` `dunmere` occurs twice",
                "LB0121 error network/link.csv:7:26 [sulm]",
                "LB0121 error network/link.csv:9:18 [sulm]",
                "LB0121 error network/crossing.csv:6:42 [sulm]",
            ],
        ),
        case(
            "one name for a crossing and a terminal",
            [
                swap(TERMINAL, "t_dunhaven", "x_brv_dun_road"),
                swap(ACTIVITY, "t_dunhaven", "x_brv_dun_road"),
                swap(ACTIVITY, "t_dunhaven", "x_brv_dun_road"),
                swap(ACTIVITY, "t_dunhaven", "x_brv_dun_road"),
            ],
            &["LB0120 error network/terminal.csv:6:1 [x_brv_dun_road] is also the name of a crossing"],
        ),
        case(
            "two crossings on a link",
            [swap(CROSSING, "Eastgate rail,rl_bruvala_castelmor", "Eastgate rail,rd_bruvala_castelmor")],
            &[
                "LB0120 error network/crossing.csv:5:25 [rd_bruvala_castelmor] already has the crossing `x_brv_cst_rail`",
                "LB0206 warning network/link.csv:11:1 [rl_bruvala_castelmor] add its crossing",
            ],
        ),
        case(
            "territories in the wrong order",
            [swap(LINK, "ald/brv,,,,,open,the border", "brv/ald,,,,,open,the border")],
            &["LB0219 warning network/link.csv:5:68 [brv/ald] in the order of travel"],
        ),
        case(
            "loading on to a ferry",
            [swap(TOML, "mode = \"air\"\napplies_to", "mode = \"ferry\"\napplies_to")],
            &["LB0220 warning study.toml:80:8 [ferry] at a port"],
        ),
        case(
            "a charge for loading without a unit",
            [swap(TOML, "fee = 2.0\nfee_per = \"t\"", "fee = 2.0")],
            &["LB0132 error study.toml:63:1 [] give `fee` and `fee_per`"],
        ),
        case(
            "a key pair from a place to itself",
            [swap(TOML, "to = \"dunmere\"", "to = \"adelmar\"")],
            &["LB0221 error study.toml:100:6 [adelmar] two different nodes"],
        ),
        case(
            "a key pair by a mode that its class does not use",
            [swap(TOML, "modes = [\"road\", \"rail\", \"ferry\"]", "modes = [\"road\", \"ferry\"]")],
            &["LB0221 error study.toml:96:8 [rail] does not move by rail"],
        ),
        case(
            "a node in another country than its territory",
            [swap(NODE, "dunmere,Dunmere,,DUN,", "dunmere,Dunmere,,CST,")],
            &["LB0222 error network/node.csv:7:18 [CST] its territory `dun` in DUN"],
        ),
        case(
            "a class with the name of a group",
            [
                swap(TOML, "id = \"travellers\"", "id = \"passenger\""),
                swap(TOML, "class = \"travellers\"", "class = \"passenger\""),
            ],
            &[
                "LB0223 error study.toml:42:6 [passenger] choose another name",
                "LB0121 error validation.csv:4:34 [travellers] there is no class",
            ],
        ),
        case(
            "parameters of choice out of range",
            [append(TOML, "[choice]\nkappa = 0\neta = 1.5")],
            &["LB0113 error study.toml:107:9 [0] `kappa`", "LB0113 error study.toml:108:7 [1.5] `eta`"],
        ),
        case(
            "scales of choice in the wrong order",
            [append(TOML, "[choice]\nratio_mode = 0.9")],
            &["LB0240 error study.toml:106:1 [] closer substitutes"],
        ),
        case(
            "not shipping costs nothing",
            [append(TOML, "[choice]\nchoke_factor = 0\nchoke_usd_per_person = 5")],
            &["LB0240 error study.toml:107:16 [0] class `general_cargo` nothing"],
        ),
        case(
            "a currency and year that are there twice",
            [append(PRICE, "BRM,2025,0.6,,toy,assumed")],
            &["LB0120 error economy/price_index.csv:4:5 [2025] BRM of 2025 occurs twice"],
        ),
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
            &["LB0112 error study.toml:32:27 [inf] `inf` is not a finite number"],
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
            &["LB0114 error study.toml:31:8 [person] freight is counted in `t`"],
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
            &["LB0121 error study.toml:37:9 [road;rail;fery] did you mean `ferry`?"],
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
            &["LB0210 error study.toml:51:9 [] class `travellers` may use no mode"],
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
                Remove(JOINT),
                Remove(BOARD),
                Remove("regimes/neutral.toml"),
            ],
            &[
                "LB0218 error economy/fee.csv:2:45 [truck] charge `f_brv_transit` is per truck",
                "LB0218 error study.toml:28:6 [general_cargo] a fee for clearance is per truck",
                "LB0218 error study.toml:28:6 [general_cargo] rate `r_road_cst` is per truck-km",
                "LB0218 error study.toml:28:6 [general_cargo] rate `r_road_freight` is per truck-km",
                "LB0218 error study.toml:28:6 [general_cargo] rate `r_truck_hour` is per truck-h",
                "LB0218 error study.toml:28:6 [general_cargo] the fare of link `fy_arvenport_dunhaven` is per truck",
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
        // Several at once, and strange characters.
        case(
            "problems in three files",
            [
                swap(NODE, "1.5", "north"),
                swap(RATE, "0.04", "-0.04"),
                swap(TOML, "base_year = 2025", "base_year = \"soon\""),
            ],
            &[
                "LB0113 error economy/rate.csv:2:32 [-0.04]",
                "LB0111 error network/node.csv:3:41 [north]",
                "LB0111 error study.toml:11:13 [soon]",
            ],
        ),
        case(
            "markup in a name",
            [swap_at(LINK, "rd_bruvala_sulm", ",sulm,", ",<script>alert(1)</script>,")],
            &[
                "LB0121 error network/link.csv:7:26 [<script>alert(1)</script>] there is no node `<script>alert(1)</script>`",
            ],
        ),
        case(
            "control characters in a name",
            [swap_at(LINK, "rd_bruvala_sulm", ",sulm,", ",\u{1b}[31msulm\u{7},")],
            &[
                "LB0121 error network/link.csv:7:26 [\u{fffd}[31msulm\u{fffd}] there is no node `\u{fffd}[31msulm\u{fffd}`",
            ],
        ),
        case(
            "columns are counted in characters",
            [swap(NODE, "Adelmarr", "Адельмарр\u{1f69a}"), swap_at(NODE, "adelmar,", "-30.0", "west")],
            &["LB0111 error network/node.csv:2:50 [west]"],
        ),
        case(
            "a territory without an actor",
            [swap(TERRITORY, "Castora,CST,,CST", "Castora,CST,,CTS")],
            &["LB0121 error network/territory.csv:5:18 [CTS] did you mean `CST`?"],
        ),
        case(
            "an actor without a territory",
            [swap(ACTOR, "cst;brv_south", "cst;brv_suoth")],
            &["LB0121 error politics/actor.csv:4:20 [cst;brv_suoth] did you mean `brv_south`?"],
        ),
    ]
}

/// Everything that a study says.
fn problems(text: &StudyText) -> Vec<Diagnostic> {
    let (model, diagnostics) = Model::load(text);
    let has_errors = diagnostics.iter().any(|d| d.severity == Severity::Error);
    assert_eq!(model.is_none(), has_errors, "a study with errors, and no other, gives no model");
    diagnostics
}

/// Code, severity, place and offending text; then message and help.
fn in_words(d: &Diagnostic) -> (String, String) {
    let place = d.place.as_ref().map_or(" []".to_owned(), |place| format!("{place} [{}]", place.text));
    (format!("{} {} {place}", d.code.name(), d.severity.name()), format!("{}; {}", d.message, d.help))
}

/// Whether a problem is the one expected.
fn matches(found: &Diagnostic, expect: &str) -> bool {
    let end = expect.find("] ").map_or(expect.len(), |at| at + 1);
    let (place, words) = in_words(found);
    place == expect[..end] && words.contains(expect[end..].trim())
}

/// Whether the offending text stands at the place in the file: an opening quotation mark may come before it.
fn stands_there(text: &StudyText, d: &Diagnostic) -> bool {
    let Some(place) = d.place.as_ref().filter(|place| place.column > 0) else { return true };
    let Some(file) = text.get(&place.file) else { return false };
    let Some(line) = file.strip_prefix('\u{feff}').unwrap_or(file).split('\n').nth(place.line as usize - 1)
    else {
        return false;
    };
    let from: String = line.chars().skip(place.column as usize - 1).collect();
    let begins = |text: &str| {
        let text = text.trim_end_matches('…');
        let pairs = text.chars().zip(from.trim_start_matches(['"', '[']).chars());
        // Of a text over several lines only the first is compared.
        text.is_empty() || pairs.clone().count() > 0 && pairs.clone().all(|(a, b)| a == b || a == '\u{fffd}')
    };
    // An array of the manifest is shown with its items joined, as a list in a table is written.
    from.starts_with('[') || begins(place.text.trim_start_matches('"'))
}

#[test]
fn every_slip_raises_its_problems_and_no_others() {
    let mut wrong: Vec<String> = Vec::new();
    for case in cases() {
        let text = spoiled(&case.edits);
        let mut found = problems(&text);
        for d in found.iter().filter(|d| !stands_there(&text, d)) {
            wrong.push(format!("{}: not there {:?}", case.slip, d.place));
        }
        let mut missing = Vec::new();
        for expect in case.expect {
            match found.iter().position(|d| matches(d, expect)) {
                Some(at) => drop(found.remove(at)),
                None => missing.push(expect),
            }
        }
        for expect in missing {
            wrong.push(format!("{}: expected {expect}", case.slip));
        }
        for d in found {
            let (place, words) = in_words(&d);
            wrong.push(format!("{}: found    {place} {words}", case.slip));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn an_empty_folder_says_what_a_study_needs() {
    let found = problems(&StudyText::new());
    assert_eq!(
        found.iter().map(in_words).map(|(place, _)| place).collect::<Vec<_>>(),
        ["LB0001 error study.toml []"]
    );
    assert!(found[0].help.contains("the folder is empty"), "{}", found[0].help);
}

/// The same files as they come from another system or a spreadsheet.
fn foreign(text: &StudyText) -> StudyText {
    text.iter()
        .map(|(file, text)| (file.clone(), format!("\u{feff}{}", text.replace('\n', "\r\n"))))
        .collect()
}

#[test]
fn line_ends_and_byte_order_marks_change_nothing() {
    let (plain, foreign_model) = (model(&toy()), model(&foreign(&toy())));
    assert_eq!(format!("{:?}", plain.run()), format!("{:?}", foreign_model.run()));
    for case in cases() {
        let text = spoiled(&case.edits);
        let words = |text: &StudyText| -> Vec<(String, String)> {
            // A carriage return within a text is shown as the character for what cannot be shown.
            problems(text)
                .iter()
                .map(in_words)
                .map(|(p, w)| (p.replace("\u{fffd}\u{fffd}", "\u{fffd}"), w))
                .collect()
        };
        let (here, there) = (words(&text), words(&foreign(&text)));
        assert_eq!(here.len(), there.len(), "{}", case.slip);
        for ((place, message), (foreign_place, foreign_message)) in here.iter().zip(&there) {
            // Texts over several lines are cut after a number of characters, of which a carriage return is one.
            let same = |place: &str| place.chars().take(110).collect::<String>();
            assert_eq!(same(place), same(foreign_place), "{}", case.slip);
            assert_eq!(message, foreign_message, "{}", case.slip);
        }
    }
}

#[test]
fn messages_are_short_and_hold_nothing_that_a_terminal_obeys() {
    let long = "\u{1b}]0;x\u{7}".repeat(200);
    let everywhere: Vec<StudyText> =
        ["adelmar", "ALD", "general_cargo", "road", "toy", "x_brv_dun_road", "2025", "km"]
            .iter()
            .map(|word| {
                let replace = |(file, text): (String, String)| {
                    let long = if file == TOML { "x".repeat(2_000) } else { long.clone() };
                    (file, text.replacen(word, &long, 3))
                };
                toy().into_iter().map(replace).collect()
            })
            .collect();
    let spoiled = cases().into_iter().map(|case| spoiled(&case.edits));
    for text in spoiled.chain(everywhere) {
        for d in problems(&text) {
            let shown = [&d.message, &d.help, &d.place.as_ref().map_or(String::new(), |p| p.text.clone())];
            for words in shown {
                assert!(!words.chars().any(char::is_control), "{words:?}");
                // A message names at most five texts of the study, the rest is its own words.
                assert!(words.chars().count() < 5 * MAX_TEXT + 400, "{} is too long: {words}", d.code.name());
            }
            assert!(!d.message.is_empty() && !d.help.is_empty(), "{} says nothing", d.code.name());
            assert!(d.place.as_ref().is_none_or(|p| p.text.chars().count() <= MAX_TEXT + 1));
        }
    }
}

/// Most problems that a study can raise: those of each file, and that there are more.
const MOST: usize = (MAX_PER_FILE + 1) * 20;

#[test]
fn thousands_of_problems_are_counted_and_not_listed() {
    let rows = |n: usize, row: &dyn Fn(usize) -> String| (0..n).map(row).collect::<String>();
    // Rows that are wrong by themselves.
    let bad = rows(2000, &|at| format!("n{at},N,,ALD,ald,city,west,2,,,toy,assumed\n"));
    let mut found = problems(&spoiled(&[append(NODE, bad)]));
    assert_eq!(in_words(&found[0]).0, "LB0109 error network/node.csv []");
    found.retain(|d| d.code != Code::LB0111);
    assert_eq!(found.len(), 1, "nothing follows from a table that was given up");
    // Rows that are wrong by what they refer to.
    let bad = rows(2000, &|at| format!("a{at},nowhere{at},toll,both,both,*,,,,,,,,,,,toy,assumed\n"));
    let found = problems(&spoiled(&[append(ACTIVITY, bad)]));
    assert_eq!(found.len(), MAX_PER_FILE + 1);
    assert_eq!(in_words(&found[0]).0, "LB0109 error network/activity.csv []");
    // Warnings remain warnings, and do not push errors out of the list.
    let idle = rows(2000, &|at| format!("n{at},N,,ALD,ald,city,-30,2,,,toy,assumed\n"));
    let (loaded, found) = Model::load(&spoiled(&[append(NODE, idle.clone())]));
    assert!(loaded.is_some());
    assert_eq!(found.len(), MAX_PER_FILE + 1);
    assert_eq!(in_words(&found[0]).0, "LB0109 warning network/node.csv []");
    let wrong = "wrong,N,,ALD,nowhere,city,-30,2,,,toy,assumed\n";
    let found = problems(&spoiled(&[append(NODE, idle + wrong)]));
    assert_eq!(found.len(), MAX_PER_FILE + 1);
    assert!(found.iter().any(|d| d.code == Code::LB0121));
    assert_eq!(in_words(&found[0]).0, "LB0109 error network/node.csv []");
}

#[test]
fn a_large_table_with_every_reference_wrong_is_read_in_time() {
    // Links between nodes that there are not, and as many nodes to compare them with: comparing each with each would
    // take minutes.
    let rows = |row: &dyn Fn(usize) -> String| (0..10_000).map(row).collect::<String>();
    let nodes = rows(&|at| format!("node_number_{at},N,,ALD,ald,city,-30,2,,,toy,assumed\n"));
    let links = rows(&|at| {
        format!("l{at},,from_number_{at},to_number_{at},0,road,,,,,1,60,,,,,,,ald,,,,,open,,,,toy,assumed\n")
    });
    let found = problems(&spoiled(&[append(NODE, nodes), append(LINK, links)]));
    assert!(found.len() <= MOST);
}

/// Codes that the reading of files makes, before the engine sees a text.
const MADE_ELSEWHERE: [Code; 4] = [Code::LB0002, Code::LB0003, Code::LB0004, Code::LB0005];

#[test]
fn every_code_is_raised_by_something() {
    let mut raised: BTreeSet<Code> = MADE_ELSEWHERE.into();
    for case in cases() {
        let found = problems(&spoiled(&case.edits));
        for code in found.iter().map(|d| d.code) {
            assert!(!MADE_ELSEWHERE.contains(&code), "the engine makes {} itself", code.name());
        }
        raised.extend(found.iter().map(|d| d.code));
    }
    // By `thousands_of_problems_are_counted_and_not_listed`.
    raised.insert(Code::LB0109);
    let never: Vec<_> = Code::ALL.iter().filter(|code| !raised.contains(code)).map(|c| c.name()).collect();
    assert_eq!(never, Vec::<&str>::new());
}

/// Reads a study that may be anything at all.
fn survives(text: &StudyText) {
    let (model, diagnostics) = Model::load(text);
    assert!(diagnostics.len() <= MOST);
    if let Some(model) = model {
        // What is read without errors can be run.
        model.run();
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256,
        // The same texts in every run; a failure is kept beside this file and tried first from then on.
        rng_seed: RngSeed::Fixed(20_250_630),
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct("tests/regressions/bad_input.txt"))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_bytes_as_a_file_are_no_reason_to_panic(at in 0..64usize, bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let mut text = toy();
        let file = text.keys().nth(at % text.len()).unwrap().clone();
        text.insert(file, String::from_utf8_lossy(&bytes).into_owned());
        survives(&text);
    }

    #[test]
    fn any_characters_of_the_grammars_are_no_reason_to_panic(
        at in 0..64usize,
        lines in prop::collection::vec(r#"[\[\]=",;|+\-\n\r#.{}a-e0-9 \u{feff}é]{0,30}"#, 0..20),
    ) {
        let mut text = toy();
        let file = text.keys().nth(at % text.len()).unwrap().clone();
        text.insert(file, lines.join("\n"));
        survives(&text);
    }

    #[test]
    fn any_cell_of_the_toy_study_may_hold_anything(
        at in 0..64usize,
        cell in 0..400usize,
        new in prop_oneof![
            "\\PC{0,12}",
            "-?[0-9]{1,3}(\\.[0-9]{1,3})?(e[0-9]{1,3})?",
            prop::sample::select(vec![
                "", "*", "zone-rail", "rail-rail", "zone-zone", "road-road", "adelmar", "ald", "ALD", "freight", "1e308",
                "planned", "restricted", "rail", "ferry", "sea", "t-km", "both", "BRV|CST", "NaN", "\"", "\n", "0",
            ]).prop_map(str::to_owned),
        ],
    ) {
        let mut text = toy();
        let file = text.keys().nth(at % text.len()).unwrap().clone();
        let old = &text[&file];
        let ends: Vec<usize> = old.match_indices([',', '\n', '=']).map(|(at, _)| at).collect();
        let at = cell % (ends.len() - 1);
        let spoiled = format!("{}{new}{}", &old[..=ends[at]], &old[ends[at + 1]..]);
        text.insert(file, spoiled);
        survives(&text);
    }
}

#[test]
fn deep_nesting_is_no_reason_to_panic() {
    for open in ["[", "{", "x=[", "[[", "a.", "\"\"\""] {
        let mut text = toy();
        text.insert(TOML.to_owned(), open.repeat(100_000));
        survives(&text);
    }
}
