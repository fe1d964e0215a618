//! A small study for tests, with names that try to be markup.

use std::collections::BTreeMap;

use landbridge::model::{Model, RouteQuery};
use landbridge::outcome::Itinerary;
use landbridge::route::k_best::Distinct;

const MANIFEST: &str = r#"
[study]
id = "s"
name = "Study <script>alert(1)</script>"
description = "On <img src=x onerror=alert(1)>"
base_year = 2025
as_of = "2025-06-30"
main_class = "goods"

[units]
length = "km"
speed = "km/h"
currency = "USD"
price_year = 2024
crs = "EPSG:4326"

[[class]]
id = "goods"
name = "Goods & more"
kind = "freight"
unit = "t"
value_of_time_usd_per_h = 0.5
t_per_truck = 20
t_per_wagon = 60
modes = ["road", "rail"]
source = "s"
quality = "assumed"

[[key_pair]]
from = "a"
to = "d"

[[key_pair]]
from = "a"
to = "d"
mode = "road"

[[key_pair]]
from = "a"
to = "z"
"#;

/// The files of the study.
pub(crate) fn files() -> BTreeMap<String, String> {
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    BTreeMap::from([
        file("study.toml", MANIFEST),
        file(
            "network/node.csv",
            "node_id,name,country,territory,node_type,x_coord,y_coord,zone_id,population,source,quality\n\
             a,\"A<script>alert(1)</script>\",AAA,A,city,43.0,41.0,ZA,100000,s,published\n\
             b,B,AAA,A,border_crossing,43.9,41.0,,,s,published\n\
             c,C,BBB,B,border_crossing,44.1,41.0,,,s,published\n\
             d,\"D \"\"quoted\"\" & 'more'\",BBB,B,city,45.0,41.0,ZD,2000000,s,published\n\
             e,E,AAA,A,rail_border,43.9,41.3,,,s,published\n\
             f,F,BBB,B,rail_border,44.1,41.3,,,s,published\n\
             z,Z,BBB,B,city,45.5,41.5,ZZ,10,s,assumed\n",
        ),
        file(
            "network/link.csv",
            "link_id,from_node_id,to_node_id,directed,mode,gauge_mm,length,free_speed,territory,status,source,quality\n\
             ab,a,b,0,road,,80,60,A,open,s,published\n\
             bc,b,c,0,road,,20,40,A/B,open,s,assumed\n\
             cd,c,d,0,road,,80,60,B,open,s,published\n\
             ae,a,e,0,rail,1520,85,40,A,open,s,published\n\
             ef,e,f,0,rail,1520,20,40,A/B,open,s,published\n\
             fd,f,d,0,rail,1520,85,40,B,open,s,assumed\n\
             dz,d,z,0,road,,70,60,B,closed,s,published\n",
        ),
        file(
            "network/crossing.csv",
            "crossing_id,name,link_id,from_node_id,to_node_id,source,quality\n\
             x,\"X <script>gate</script> (old)\",bc,b,c,s,published\n\
             y,Y rail,ef,e,f,s,assumed\n",
        ),
        file(
            "network/activity.csv",
            "activity_id,at_id,activity,direction,side,applies_to,time_h,fee,fee_per,source,quality\n\
             x1,x,clearance,both,exit,freight,3,40,truck,s,published\n\
             x2,x,waiting,both,entry,freight,2,20,truck,s,assumed\n\
             y1,y,clearance,both,both,freight,10,60,wagon,s,assumed\n",
        ),
        file(
            "network/territory.csv",
            "territory_id,name,country,controller,source,quality\nA,A land,AAA,GA,s,published\nB,B land,BBB,GB,s,published\n",
        ),
        file(
            "politics/actor.csv",
            "actor_id,name,kind,territories,source,quality\n\
             GA,\"<b>A</b> government\",state,A,s,published\nGB,B government,state,B,s,published\n",
        ),
        file(
            "economy/rate.csv",
            "rate_id,mode,territory,applies_to,rate,per,source,quality\n\
             r1,road,*,freight,1.1,truck-km,s,assumed\nr2,rail,*,freight,0.035,t-km,s,assumed\n",
        ),
        file("sources.csv", "key,title\ns,A source\n"),
        file(
            "validation.csv",
            "validation_id,kind,from_node_id,to_node_id,mode,measure,value,unit,used_to_build,cause,note,source,quality\n\
             v1,distance,a,d,road,distance_km,200,km,0,\"<i>detour</i>\",,s,published\n\
             v2,time,a,d,rail,total_h,20,h,1,,,s,published\n\
             v3,time,a,z,road,total_h,20,h,0,,,s,published\n\
             v4,claim,,,,,5,m USD,0,,,s,published\n",
        ),
    ])
}

/// Files that add 1000 t a year from A to B, and a count.
pub(crate) const DEMAND: [(&str, &str); 5] = [
    (
        "economy/country.csv",
        "region,name,population,year,source,quality\nAAA,A,1,2025,s,published\nBBB,B,1,2025,s,published\n",
    ),
    ("economy/commodity.csv", "commodity,name,class,source,quality\nwool,Wool,goods,s,published\n"),
    (
        "economy/trade.csv",
        "exporter,importer,commodity,year,value,tonnes,source,quality\nAAA,BBB,wool,2024,5000,1000,s,published\n",
    ),
    (
        "demand/zone.csv",
        "region,node_id,export_share,import_share,population_share,source,quality\n\
                 AAA,a,1,1,1,s,published\nBBB,d,1,1,1,s,published\n",
    ),
    (
        "observed.csv",
        "observed_id,name,crossings,per_year,unit,year,published,is_comparable,source,quality\n\
                 o,\"<b>count</b>\",x,50,truck,2025,50 trucks,1,s,published\n",
    ),
];

/// Files that add to [`DEMAND`] what welfare needs, and a scenario in which the road is shut.
pub(crate) const TOTALS: [(&str, &str); 5] = [
    (
        "economy/trade_total.csv",
        "exporter,importer,year,value,source,quality\nAAA,AAA,2024,90000,s,published\n\
         AAA,BBB,2024,5000,s,published\nBBB,AAA,2024,3000,s,published\nBBB,BBB,2024,70000,s,published\n",
    ),
    (
        "economy/elasticity.csv",
        "horizon,name,years,epsilon,low,high,source,quality\nlong,First & last,10,4,2,6,s,assumed\n",
    ),
    (
        "economy/country.csv",
        "region,name,population,gdp_musd,year,source,quality\n\
         AAA,A,1,0.2,2025,s,published\nBBB,B,1,0.1,2025,s,published\n",
    ),
    ("scenarios/base.toml", "[scenario]\nname = \"base\"\nsource = [\"s\"]\nquality = \"assumed\"\n"),
    (
        "scenarios/shut.toml",
        "[scenario]\nname = \"shut\"\nextends = \"base\"\nsource = [\"s\"]\nquality = \"assumed\"\n\
         [[change]]\nlinks = [\"bc\"]\nstatus = \"closed\"\n",
    ),
];

/// The study as a model.
pub(crate) fn model() -> Model {
    model_of(&files())
}

/// A model of files that hold no error.
pub(crate) fn model_of(files: &BTreeMap<String, String>) -> Model {
    let (model, diagnostics) = Model::load(files);
    model.unwrap_or_else(|| panic!("{diagnostics:#?}"))
}

/// The road and the railway from `a` to `d`.
pub(crate) fn itineraries(model: &Model) -> Vec<Itinerary> {
    let (from, to) = (model.network.node("a").unwrap(), model.network.node("d").unwrap());
    let class = model.class(None).unwrap();
    model
        .routes(&RouteQuery {
            from,
            to,
            via: vec![],
            class,
            modes: vec![],
            k: 2,
            distinct: Distinct::Corridor,
            flag: None,
        })
        .unwrap()
}

/// Two countries that share a border, quantized.
pub(crate) const BASEMAP: &str = r#"{
 "type": "Topology", "transform": {"scale": [0.1, 0.1], "translate": [40, 38]},
 "arcs": [[[40, 40], [0, -20]], [[40, 20], [-30, 0], [0, 20], [30, 0]], [[40, 40], [30, 0], [0, -20], [-30, 0]]],
 "objects": {"countries": {"type": "GeometryCollection", "geometries": [
  {"type": "Polygon", "arcs": [[0, 1]], "properties": {"name": "Left <b>land</b>", "iso_a3": "AAA"}},
  {"type": "MultiPolygon", "arcs": [[[-1, 2]]], "properties": {"name": "<B>land</B>", "iso_a3": null}}
 ]}}}"#;
