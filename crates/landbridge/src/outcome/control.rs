//! Control, revenue and the settlement of one scenario, as far as they were computed: what tables, summary and report show.

use super::interruption::Interruptions;
use super::leverage::{Leverage, Options};
use super::promise::Promises;
use super::regimes::Regimes;
use super::revenue::Revenue;
use super::settlement::{Bargain, Settlement};

/// Results by reference; parts that were not computed are `None`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Control<'c> {
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
    pub settlement: Option<(&'c Settlement, &'c Promises)>,
    /// What interruptions cost, scenario by scenario.
    pub interruptions: &'c [Interruptions],
}
