//! Landbridge on paper: charts, maps and one HTML file that anybody can open.
//!
//! In: a [`Model`](landbridge::model::Model) and its [`Outcome`](landbridge::outcome::Outcome). Out: text, either a
//! standalone SVG or a self-contained HTML page without scripts and without requests to anywhere. There is no model in
//! here: every figure is one of the engine's, or a sum that its types offer.
//!
//! The same input gives the same bytes. Whatever comes from a study (names, notes) is text and never markup: charts,
//! maps and tables are written through writers that escape, and take no raw markup from data.

#![forbid(unsafe_code)]

mod about;
mod basemap;
mod flow_report;
mod geometry;
mod html;
mod labels;
mod map;
mod matrix_chart;
mod naming;
mod numbers;
mod projection;
mod sections;
mod style;
mod svg;
mod table;
mod tcd_chart;
mod toll_chart;
mod welfare_chart;

#[cfg(test)]
mod fixture;

pub use about::About;
pub use basemap::BasemapProblem;
pub use flow_report::FlowReport;
pub use html::html_report;
pub use map::{FlowLayer, MapExtent, flow_map, network_map};
pub use tcd_chart::{Panels, tcd_chart};
pub use toll_chart::toll_chart;

use thiserror::Error;

/// Why a map or a report cannot be made.
#[derive(Debug, Error)]
pub enum ReportError {
    /// The basemap is not JSON.
    #[error("the basemap is not JSON")]
    BasemapText {
        /// Where it breaks off.
        #[source]
        source: serde_json::Error,
    },
    /// The basemap is JSON, but not a topology with countries.
    #[error("the basemap is not a TopoJSON topology of countries: {problem}")]
    BasemapContent {
        /// What is missing or wrong.
        problem: BasemapProblem,
    },
}
