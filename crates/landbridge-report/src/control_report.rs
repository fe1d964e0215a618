//! What a report holds of control: what parties can do to each other, what they earn, and what their agreement is worth.

use landbridge::outcome::interruption::Interruptions;
use landbridge::outcome::leverage::{Leverage, Options};
use landbridge::outcome::promise::Promises;
use landbridge::outcome::regimes::Regimes;
use landbridge::outcome::revenue::Revenue;
use landbridge::outcome::settlement::{Bargain, Settlement};

/// Control, revenue and the settlement of the scenario that is compared. Parts that were not computed are `None`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ControlReport<'c> {
    /// Control shares and denial values.
    pub leverage: Option<&'c Leverage>,
    /// The same where all that could be built is built.
    pub options: Option<&'c Options>,
    /// Who earns what.
    pub revenue: Option<&'c Revenue>,
    /// Regimes side by side.
    pub regimes: Option<&'c Regimes>,
    /// The game of the corridor.
    pub bargain: Option<&'c Bargain>,
    /// Whom it pays to break the agreement, and what would hold parties to it.
    pub settlement: Option<(&'c Settlement, Option<&'c Promises>)>,
    /// What interruptions cost, scenario by scenario.
    pub interruptions: &'c [Interruptions],
}
