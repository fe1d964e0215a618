//! What was promised and how it stands on a day.

use crate::index::AssetIdx;
use crate::study::Date;
use crate::study::settlement_tables::Stage;
use crate::study::tables::Status;

/// A commitment on a day.
#[derive(Clone, Debug, PartialEq)]
pub struct CommitmentState {
    /// Row of the table of commitments.
    pub row: usize,
    /// How far it has come.
    pub stage: Stage,
    /// Day on which it came so far; none while it is pending.
    pub since: Option<Date>,
    /// The links that it opens, each with what stands in the way.
    pub links: Vec<PromisedLink>,
}

impl CommitmentState {
    /// Links on which nothing stands in the way.
    pub fn free_links(&self) -> usize {
        self.links.iter().filter(|link| link.is_free()).count()
    }
}

/// A link that a commitment opens.
#[derive(Clone, Debug, PartialEq)]
pub struct PromisedLink {
    /// The link.
    pub asset: AssetIdx,
    /// Its state.
    pub status: Status,
    /// Rules in force that bar somebody from it.
    pub barred_by: Vec<String>,
}

impl PromisedLink {
    /// Whether it is open and no rule bars anybody.
    pub fn is_free(&self) -> bool {
        self.status == Status::Open && self.barred_by.is_empty()
    }
}
