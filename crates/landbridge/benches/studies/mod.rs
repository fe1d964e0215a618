//! Studies that benchmarks work on: the built-in one, and made-up ones of any size.

#![allow(dead_code, reason = "each benchmark uses some of these")]

use std::fmt::Write;
use std::path::{Path, PathBuf};

use landbridge::model::{Assignment, Model};
use landbridge::study::StudyText;

/// The model of a study that is known to be valid.
pub fn model(text: &StudyText) -> Model {
    let (model, diagnostics) = Model::load(text);
    model.unwrap_or_else(|| panic!("{:#?}", &diagnostics[..diagnostics.len().min(3)]))
}

/// The built-in study.
pub fn south_caucasus() -> Model {
    let root: PathBuf =
        [env!("CARGO_MANIFEST_DIR"), "..", "..", "studies", "south-caucasus"].iter().collect();
    let mut text = StudyText::new();
    read_folder(&root, &root, &mut text);
    model(&text)
}

/// The demand of the base year on the routes of all scenarios.
pub fn assignment(model: &Model) -> Assignment {
    model.assignment(model.study.study.base_year).expect("the study has demand")
}

/// Reads a folder of text files.
fn read_folder(root: &Path, folder: &Path, into: &mut StudyText) {
    for entry in std::fs::read_dir(folder).expect("the built-in study is there") {
        let path = entry.expect("a folder can be listed").path();
        if path.is_dir() {
            read_folder(root, &path, into);
        } else {
            let name =
                path.strip_prefix(root).expect("within the folder").to_string_lossy().replace('\\', "/");
            into.insert(name, std::fs::read_to_string(&path).expect("a file can be read"));
        }
    }
}

/// A made-up corridor: countries in two rows, each a square grid of roads, that all trade with each other.
#[derive(Clone, Copy, Debug)]
pub struct Corridor {
    /// Countries of a row; each is a party.
    pub across: usize,
    /// Places along each side of a country.
    pub side: usize,
    /// Zones of each country.
    pub zones: usize,
}

impl Corridor {
    /// Parties.
    pub fn n_parties(self) -> usize {
        2 * self.across
    }

    /// The scenario that opens the corridor: the first road of the upper row over all its borders.
    pub const OPEN: &'static str = "open";

    /// Its tables. Every second road crosses a border, where trucks queue.
    pub fn text(self) -> StudyText {
        let Self { across, side, zones } = self;
        let row = "made up,assumed\n";
        let name = |x: usize, y: usize| format!("C{}_{}", x / side, y / side);
        let (mut nodes, mut links) = (String::new(), String::new());
        let (mut crossings, mut activities) = (String::new(), String::new());
        nodes += "node_id,name,country,territory,node_type,x_coord,y_coord,zone_id,source,quality\n";
        links += "link_id,from_node_id,to_node_id,directed,mode,facility_type,length,free_speed,territory,status,\
                  source,quality\n";
        crossings += "crossing_id,name,link_id,from_node_id,to_node_id,source,quality\n";
        activities +=
            "activity_id,at_id,activity,applies_to,time_h,capacity_per_day,capacity_unit,source,quality\n";
        // Places of a country that are zones lie scattered over it.
        let is_zone = |x: usize, y: usize| {
            let at = x % side + side * (y % side);
            (0..zones).any(|zone| zone * (side * side) / zones + zone % 2 == at)
        };
        let mut of_zones =
            "region,node_id,export_share,import_share,population_share,source,quality\n".to_owned();
        let (width, height) = (across * side, 2 * side);
        for y in 0..height {
            for x in 0..width {
                let own = name(x, y);
                let zone = if is_zone(x, y) { format!("z{x}_{y}") } else { String::new() };
                let (lon, lat) = (x as f64 * 0.3, y as f64 * 0.3);
                let _ =
                    write!(nodes, "n{x}_{y},Place {x} {y},{own},{own},city,{lon:.2},{lat:.2},{zone},{row}");
                if !zone.is_empty() {
                    let share = 1.0 / zones as f64;
                    let _ = write!(of_zones, "{own},n{x}_{y},{share},{share},{share},{row}");
                }
                for (u, v) in [(x + 1, y), (x, y + 1)] {
                    let is_border = u < width && v < height && name(u, v) != own;
                    if u >= width || v >= height || (is_border && (x + y) % 2 == 1 && y > 0) {
                        continue;
                    }
                    let id = format!("l{x}_{y}_{u}_{v}");
                    let other = name(u, v);
                    let territory = if is_border { format!("{own}/{other}") } else { own.clone() };
                    let status = if is_border && y == 0 && u > x { "closed" } else { "open" };
                    let km = 25 + (x * 7 + y * 13) % 15;
                    let _ = write!(
                        links,
                        "{id},n{x}_{y},n{u}_{v},0,road,trunk,{km},60,{territory},{status},{row}"
                    );
                    if is_border {
                        let _ = write!(crossings, "c{id},Gate {id},{id},n{x}_{y},n{u}_{v},{row}");
                        let hours = 1 + (x + y) % 5;
                        let _ = write!(activities, "a{id},c{id},clearance,freight,{hours},150,truck,{row}");
                    }
                }
            }
        }
        let countries: Vec<String> =
            (0..2 * across).map(|at| format!("C{}_{}", at % across, at / across)).collect();
        let mut tables = [
            "territory_id,name,country,controller,source,quality\n",
            "actor_id,name,kind,territories,has_market,in_corridor_game,source,quality\n",
            "region,name,source,quality\n",
            "exporter,importer,commodity,year,value,tonnes,source,quality\n",
        ]
        .map(str::to_owned);
        for (at, id) in countries.iter().enumerate() {
            let _ = write!(tables[0], "{id},{id},{id},{id},{row}");
            let _ = write!(tables[1], "{id},{id},state,{id},1,1,{row}");
            let _ = write!(tables[2], "{id},{id},{row}");
            for (other, partner) in countries.iter().enumerate().filter(|(other, _)| *other != at) {
                let tonnes = 20_000 * (1 + (at * 3 + other * 5) % 7);
                let _ = write!(tables[3], "{id},{partner},goods,2024,{},{tonnes},{row}", 1000 * tonnes);
            }
        }
        let [territories, actors, regions, trade] = tables;
        let opened: Vec<String> =
            (1..across).map(|border| format!("\"l{}_0_{}_0\"", border * side - 1, border * side)).collect();
        let toml = "[study]\nid = \"corridor\"\nname = \"Corridor\"\nbase_year = 2024\nas_of = \"2024-01-01\"\n\
                    main_class = \"goods\"\n[units]\nlength = \"km\"\nspeed = \"kmh\"\ncurrency = \"USD\"\n\
                    price_year = 2024\ncrs = \"EPSG:4326\"\n[[class]]\nid = \"goods\"\nname = \"Goods\"\n\
                    kind = \"freight\"\nunit = \"t\"\nvalue_of_time_usd_per_h = 0.5\nt_per_truck = 20\n\
                    modes = [\"road\"]\nsource = \"made up\"\nquality = \"assumed\"\n";
        let scenario = |name: &str, more: &str| {
            format!("[scenario]\nname = \"{name}\"\nsource = [\"made_up\"]\nquality = \"assumed\"\n{more}")
        };
        let opening = format!("[[change]]\nlinks = [{}]\nstatus = \"open\"\n", opened.join(", "));
        StudyText::from(
            [
                ("study.toml", toml.to_owned()),
                ("network/node.csv", nodes),
                ("network/link.csv", links),
                ("network/crossing.csv", crossings),
                ("network/activity.csv", activities),
                ("network/territory.csv", territories),
                ("politics/actor.csv", actors),
                (
                    "economy/rate.csv",
                    format!("rate_id,mode,rate,per,source,quality\nr,road,1.2,truck-km,{row}"),
                ),
                ("economy/country.csv", regions),
                (
                    "economy/commodity.csv",
                    format!("commodity,name,class,source,quality\ngoods,Goods,goods,{row}"),
                ),
                ("economy/trade.csv", trade),
                ("demand/zone.csv", of_zones),
                ("scenarios/base.toml", scenario("As it stands", "")),
                ("scenarios/open.toml", scenario("Corridor", &format!("extends = \"base\"\n{opening}"))),
                ("sources.csv", "key,title\nmade_up,Made up\n".to_owned()),
            ]
            .map(|(name, text)| (name.to_owned(), text)),
        )
    }
}
