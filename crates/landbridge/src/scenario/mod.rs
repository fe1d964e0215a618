//! Stage 2: who may use which link, in what state it is, under whose control, at what surcharge.
//!
//! In: the network, and the study's access rules, regimes and scenarios. Out: an [`Overlay`] on the network, which for
//! a class and a trip gives the set of links it may use and what rules add to them (`docs/model/access.md`). A closure
//! removes a link; it is never a high cost.

mod compile;
mod hybrid;
mod overlay;
mod rule;

pub use compile::{BASE, ScenarioError, compile};
pub(crate) use compile::{Governance, named};
pub use hybrid::Part;
pub use overlay::{Difference, Overlay, Surcharge, Works};
pub use rule::{EndSelector, Rule};

use crate::index::{CountryIdx, TerritoryIdx};

/// Where a trip starts or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TripEnd {
    /// Sovereign country.
    pub country: CountryIdx,
    /// Territory.
    pub territory: TerritoryIdx,
}

/// Where a trip starts and ends and whose carrier does it, as far as rules of passage and charges see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Trip {
    /// Origin.
    pub origin: TripEnd,
    /// Destination.
    pub destination: TripEnd,
    /// Country of the carrier, if it is known.
    pub flag: Option<CountryIdx>,
}

impl Trip {
    /// Whether the trip starts or ends in a country.
    pub fn ends_in(&self, country: CountryIdx) -> bool {
        self.origin.country == country || self.destination.country == country
    }
}
