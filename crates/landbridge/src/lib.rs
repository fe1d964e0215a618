//! Landbridge: the engine.
//!
//! For any transport corridor: if this route opens, who moves what where, at what time and cost. The engine turns the
//! text of a study into results in memory. It touches no files, no clock, no network and starts no threads of its own
//! beyond [`parallel`].
//!
//! The modules stand in the order in which data flows; a module uses only those above it.

#![forbid(unsafe_code)]

// Kernel: no stage, used by all.
pub mod diagnostic;
pub mod index;
pub mod linear;
pub mod nonlinear;
pub mod parallel;
pub mod units;
pub mod vector;

// The pipeline.
pub mod study;

pub mod network;

pub mod scenario;

pub mod demand;

pub mod cost;

pub mod route;

pub mod assignment;

pub mod trade;

pub mod control;

pub mod outcome;

pub mod model;

// Questions asked of the model.
pub mod calibration;

pub mod claims;
