//! Title, question and frame of the study.

use landbridge::model::Model;
use landbridge::outcome::Outcome;

use crate::about::About;
use crate::numbers::grouped;
use crate::table::element;

pub(crate) fn write(out: &mut String, model: &Model, outcome: &Outcome, about: &About) {
    let study = &model.study.study;
    out.push_str("<header>\n");
    element(out, "p", "kicker", "Corridor report");
    element(out, "h1", "", &study.name);
    if let Some(description) = &study.description {
        element(out, "p", "lead", description);
    }
    out.push_str("<dl class=\"facts\">\n");
    let count = |n: usize| grouped(n as f64, 0);
    let size = outcome.size;
    for (name, value) in [
        ("Rules and links as of", study.as_of.to_string()),
        ("Flows and results of", study.base_year.to_string()),
        ("Prices", crate::naming::money(model)),
        ("Places", format!("{}, of which {} zones", count(size.nodes), count(size.zones))),
        ("Links", count(size.assets)),
        ("Border crossings", count(size.crossings)),
        ("Terminals", count(size.terminals)),
        ("Classes of users", count(size.classes)),
        ("Graph solved", format!("{} states, {} directed links", count(size.states), count(size.links))),
        ("Landbridge", if about.version.is_empty() { "–".to_owned() } else { about.version.clone() }),
    ] {
        out.push_str("<div>");
        element(out, "dt", "", name);
        element(out, "dd", "", &value);
        out.push_str("</div>\n");
    }
    out.push_str("</dl>\n</header>\n");
}
