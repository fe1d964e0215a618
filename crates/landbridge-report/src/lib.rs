//! Stand-in until the report lands.
#![allow(missing_docs, clippy::missing_errors_doc)]
use landbridge::{
    model::Model,
    outcome::{Itinerary, Outcome},
};
pub struct About {
    pub version: String,
    pub inputs: Vec<(String, String)>,
}
pub fn tcd_chart(_: &Model, _: &[Itinerary]) -> String {
    String::new()
}
pub fn html_report(_: &Model, _: &Outcome, _: Option<&str>, _: &About) -> Result<String, std::io::Error> {
    Ok(String::new())
}
