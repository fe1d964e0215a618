//! What a report holds of flows, and of the trade and control that go with them.

use landbridge::model::AssignmentSize;
use landbridge::outcome::control::Control;
use landbridge::outcome::flows::{Counted, Flows};
use landbridge::outcome::trade::TradeOutcome;

/// Flows of a study's scenarios that the report shows.
#[derive(Clone, Copy, Debug)]
pub struct FlowReport<'f> {
    /// How large the problem was.
    pub size: AssignmentSize,
    /// Flows of the scenario before.
    pub before: &'f Flows,
    /// Flows of the scenario that is held against it, if any.
    pub after: Option<&'f Flows>,
    /// Counted flows, and what the model says of them in the scenario before.
    pub counted: &'f [Counted],
    /// Trade of the scenario after, if the study holds trade totals; other scenarios in it are not shown.
    pub trade: Option<&'f TradeOutcome>,
    /// Control, revenue and settlement of the scenario after.
    pub control: Control<'f>,
}
