//! The sections of the report, one file each.

pub(crate) mod claims;
pub(crate) mod crossings;
pub(crate) mod flows;
pub(crate) mod glossary;
pub(crate) mod header;
pub(crate) mod indicators;
pub(crate) mod inputs;
pub(crate) mod leverage;
pub(crate) mod maps;
pub(crate) mod pairs;
pub(crate) mod provenance;
pub(crate) mod queues;
pub(crate) mod regimes;
pub(crate) mod revenue;
pub(crate) mod settlement;
pub(crate) mod summary;
pub(crate) mod validation;
pub(crate) mod welfare;
