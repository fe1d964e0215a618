//! Stage 6: how many take which route.
//!
//! In: frozen route sets, the fields of scenarios, demand. Out: shares of routes, expected costs and flows on links
//! (`docs/model/assignment.md`, `docs/model/equilibrium.md`). What is closed, what links cost and what flows do to the
//! hours on them comes in as data: nothing here knows a rule.

pub mod equilibrium;
mod load;
mod nested_logit;
mod uses;

pub use load::{Loader, Loading, RouteCosts, RouteFlow, Segment, SegmentLoading, Waits};
pub use nested_logit::{Chosen, NestedLogit, Scales};
pub use uses::{RouteUses, UseLists};
