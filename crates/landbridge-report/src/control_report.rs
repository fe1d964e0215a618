//! What a report holds of control: what parties can do to each other, what they earn, and what their agreement is worth.

use landbridge::outcome::leverage::{Leverage, Options};
use landbridge::outcome::regimes::Regimes;

/// Control, revenue and the settlement of the scenario that is compared. Parts that were not computed are `None`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ControlReport<'c> {
    /// Control shares and denial values.
    pub leverage: Option<&'c Leverage>,
    /// The same where all that could be built is built.
    pub options: Option<&'c Options>,
    /// Regimes side by side.
    pub regimes: Option<&'c Regimes>,
}
