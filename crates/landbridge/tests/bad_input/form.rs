//! Files, manifest, columns and rows: the form of the texts.

use super::*;

pub fn cases() -> Vec<Case> {
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
            &["LB0101 error study.toml:18:10 [km]"],
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
            &["LB0102 error study.toml:24:2 [default] did you mean `defaults`?"],
        ),
        case(
            "a section written once that may repeat",
            [put(
                TOML,
                toy()[TOML].split("[[class]]").next().unwrap().to_owned()
                    + "[class]\nid = \"general_cargo\"\n",
            )],
            &["LB0102 error study.toml:28:1 [] must be written as `[[class]]`"],
        ),
        case(
            "a section written twice that may not repeat",
            [swap(TOML, "[units]", "[[units]]")],
            &["LB0102 error study.toml:17:1 [] must be written as `[units]`"],
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
                "LB0102 error study.toml:20:1 [currency] is a section where a value is expected",
                "LB0110 error study.toml:17:1 [] `currency` has no value",
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
            &["LB0130 error study.toml:18:10 [versts] `versts` is not a known unit of length"],
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
            &["LB0220 warning study.toml:81:8 [ferry] at a port"],
        ),
        case(
            "a charge for loading without a unit",
            [swap(TOML, "fee = 2.0\nfee_per = \"t\"", "fee = 2.0")],
            &["LB0132 error study.toml:64:1 [] give `fee` and `fee_per`"],
        ),
        case(
            "a key pair from a place to itself",
            [swap(TOML, "to = \"dunmere\"", "to = \"adelmar\"")],
            &["LB0221 error study.toml:101:6 [adelmar] two different nodes"],
        ),
        case(
            "a key pair by a mode that its class does not use",
            [swap(TOML, "modes = [\"road\", \"rail\", \"ferry\"]", "modes = [\"road\", \"ferry\"]")],
            &["LB0221 error study.toml:97:8 [rail] does not move by rail"],
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
                "LB0223 error study.toml:43:6 [passenger] choose another name",
                "LB0121 error validation.csv:4:34 [travellers] there is no class",
                "LB0121 error demand/passenger.csv:2:18 [travellers] there is no class",
                "LB0121 error demand/passenger.csv:3:18 [travellers] there is no class",
                "LB0121 error demand/passenger.csv:4:17 [travellers] there is no class",
            ],
        ),
        case(
            "a currency and year that are there twice",
            [append(PRICE, "BRM,2025,0.6,,toy,assumed")],
            &["LB0120 error economy/price_index.csv:4:5 [2025] BRM of 2025 occurs twice"],
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
