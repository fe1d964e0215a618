//! Files of Landbridge: study folders in, results folders out.
//!
//! The rim around the engine: it reads and writes, and contains no model. Results have their own serialized forms
//! here, so that the engine's types may change.

pub mod atomic;
pub mod calibration;
pub mod control;
pub mod flows;
pub mod folder;
pub mod interruption;
pub mod json;
pub mod ledger;
pub mod leverage;
pub mod queues;
pub mod regimes;
pub mod results;
pub mod revenue;
pub mod settlement;
mod tidy;
pub mod trade;
