//! Why a question about trade has no answer.

use thiserror::Error;

use super::elasticity::MAX_SIGMA;

/// Why a question about trade has no answer. Regions and groups are positions, from 0.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum TradeError {
    /// An elasticity of substitution that the model has no meaning or no arithmetic for.
    #[error("the elasticity of substitution {sigma} is not above 1 and at most {MAX_SIGMA}")]
    Elasticity {
        /// Elasticity of substitution.
        sigma: f64,
    },
    /// There is nothing that is traded.
    #[error("there are no groups of goods or no regions")]
    Empty,
    /// Matrices of different sizes.
    #[error("group {group} has {found} regions instead of {expected}")]
    Size {
        /// Group.
        group: usize,
        /// Regions of the first group.
        expected: usize,
        /// Regions of this one.
        found: usize,
    },
    /// A flow below 0, or too large to add up.
    #[error(
        "the flow {value} of group {group} from region {exporter} to {importer} is negative or not finite"
    )]
    Flow {
        /// Group.
        group: usize,
        /// Exporter.
        exporter: usize,
        /// Importer.
        importer: usize,
        /// Flow.
        value: f64,
    },
    /// A region that sells nothing to anybody, itself included: its price means nothing.
    #[error("region {region} sells nothing, not even to itself")]
    NoOutput {
        /// Region.
        region: usize,
    },
    /// A region that buys nothing from anybody, itself included.
    #[error("region {region} buys nothing, not even from itself")]
    NoExpenditure {
        /// Region.
        region: usize,
    },
    /// A change of cost that is not above 0. Infinite means closed and is permitted.
    #[error("the change of cost {value} from region {exporter} to {importer} is not above 0")]
    CostChange {
        /// Exporter.
        exporter: usize,
        /// Importer.
        importer: usize,
        /// New cost over old.
        value: f64,
    },
    /// All that an importer could buy of a group is closed to it.
    #[error("region {importer} cannot buy group {group} from anybody")]
    NoSupplier {
        /// Group.
        group: usize,
        /// Importer.
        importer: usize,
    },
    /// All to whom an exporter could sell are closed to it.
    #[error("region {exporter} cannot sell to anybody")]
    NoBuyer {
        /// Exporter.
        exporter: usize,
    },
    /// The deficits cannot be what the closure asks for.
    #[error("no equilibrium: {reason}")]
    NoEquilibrium {
        /// The region that shows it.
        region: usize,
        /// Why.
        reason: NoEquilibrium,
    },
}

/// Why there is no equilibrium.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum NoEquilibrium {
    /// Regions that trade with nobody else cannot buy more than they sell.
    #[error("regions cut off from all others have a deficit of {deficit} that nobody can finance")]
    CutOff {
        /// Their deficit.
        deficit: f64,
    },
    /// Without deficits, whoever sells must be able to buy.
    #[error("a region without a deficit can only buy from, or only sell to, the others")]
    OneWay,
    /// On the way from the base to the asked-for state the equilibrium ceases to exist.
    #[error("the deficits cannot be kept beyond {share:.4} of the change of cost")]
    Lost {
        /// Part of the change, 0 to 1, to which an equilibrium could be followed.
        share: f64,
    },
}
