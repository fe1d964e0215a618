//! Stage 8: who can stop what, what that is worth, and whether an agreement about it keeps.
//!
//! In: actors as positions from 0, numbers of theirs, and functions that answer "what if" for a set of actors, a toll or
//! a regime. Out: worth of coalitions, shares, thresholds, ranges (`docs/model/control.md`). Nothing here knows a study,
//! a network or an equilibrium, and nothing here says how probable peace is.
//!
//! [`share`] and [`denial`] say what an actor holds in hand; [`coalition`] and [`game`] what actors can do together;
//! [`shapley`], [`core`] and [`nucleolus`] who can expect what of it; [`stability`] and [`split`] whether it pays to keep
//! an agreement; [`disruption`] what interruptions cost; [`revenue`] and [`toll`] what passage earns and for whom;
//! [`decompose`] which part of a regime makes the difference.

pub mod coalition;
pub mod core;
pub mod decompose;
pub mod denial;
pub mod disruption;
mod error;
pub mod game;
mod linear_program;
pub mod nucleolus;
mod random;
pub mod revenue;
pub mod shapley;
pub mod share;
pub mod split;
pub mod stability;
mod sum;
pub mod toll;

pub use coalition::Coalition;
pub use error::ControlError;
pub use game::Game;
