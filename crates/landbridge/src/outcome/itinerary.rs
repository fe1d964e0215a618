//! One route of one class, leg by leg.

use crate::index::{AssetIdx, ClassIdx, CrossingIdx, NodeIdx, TerminalIdx};
use crate::network::ModeState;
use crate::study::tables::{ActivityKind, Side};

/// What a leg is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegKind {
    /// Movement in one mode-state without a border.
    Move,
    /// Passing a border.
    Border(CrossingIdx),
    /// Change of mode or gauge.
    Transfer(TerminalIdx),
    /// Loading or boarding at the origin.
    Access(Option<TerminalIdx>),
    /// Unloading or alighting at the destination.
    Egress(Option<TerminalIdx>),
}

/// An activity within a leg. Money is per unit of the class.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LegStop {
    /// What happens.
    pub activity: ActivityKind,
    /// Whose post, at a border.
    pub side: Side,
    /// Hours.
    pub time_h: f64,
    /// Fee and standing cost.
    pub usd: f64,
    /// The fee alone.
    pub fee_usd: f64,
    /// Whether the figures are assumed.
    pub assumed: bool,
}

/// A part of an itinerary. Money is per unit of the class (tonne or person).
#[derive(Clone, Debug, PartialEq)]
pub struct Leg {
    /// What it is.
    pub kind: LegKind,
    /// In what the load moves; for a transfer, what it changes into.
    pub mode_state: ModeState,
    /// Where it starts.
    pub from: NodeIdx,
    /// Where it ends.
    pub to: NodeIdx,
    /// Physical links in order.
    pub assets: Vec<AssetIdx>,
    /// Length, km.
    pub length_km: f64,
    /// Kilometres of links whose length is assumed.
    pub assumed_km: f64,
    /// Hours in motion.
    pub moving_h: f64,
    /// Activities in order.
    pub stops: Vec<LegStop>,
    /// Standard deviation of the hours.
    pub sd_h: f64,
    /// Haulage or fare.
    pub haulage_usd: f64,
    /// Fees at stops.
    pub fee_usd: f64,
    /// Standing cost of a waiting vehicle.
    pub standing_usd: f64,
    /// Charges of countries for passing through.
    pub charge_usd: f64,
}

impl Leg {
    /// Hours at stops.
    pub fn stop_h(&self) -> f64 {
        self.stops.iter().map(|stop| stop.time_h).sum()
    }
    /// All hours.
    pub fn total_h(&self) -> f64 {
        self.moving_h + self.stop_h()
    }
    /// Money that grows with distance: haulage, and charges levied while moving.
    pub fn moving_usd(&self) -> f64 {
        match self.kind {
            LegKind::Move => self.haulage_usd + self.charge_usd,
            _ => self.haulage_usd,
        }
    }
    /// All money.
    pub fn total_usd(&self) -> f64 {
        self.haulage_usd + self.fee_usd + self.standing_usd + self.charge_usd
    }
}

/// One route of one class from one place to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Itinerary {
    /// Class.
    pub class: ClassIdx,
    /// Origin.
    pub from: NodeIdx,
    /// Destination.
    pub to: NodeIdx,
    /// Legs in the order of travel.
    pub legs: Vec<Leg>,
    /// Generalized cost per unit of the class.
    pub cost: f64,
}

impl Itinerary {
    /// Length, km.
    pub fn total_km(&self) -> f64 {
        self.legs.iter().map(|leg| leg.length_km).sum()
    }
    /// Hours in motion.
    pub fn moving_h(&self) -> f64 {
        self.legs.iter().map(|leg| leg.moving_h).sum()
    }
    /// Hours at borders.
    pub fn border_h(&self) -> f64 {
        self.legs.iter().filter(|leg| matches!(leg.kind, LegKind::Border(_))).map(Leg::stop_h).sum()
    }
    /// Hours at terminals: transfers, loading and unloading.
    pub fn terminal_h(&self) -> f64 {
        self.legs.iter().filter(|leg| !matches!(leg.kind, LegKind::Border(_))).map(Leg::stop_h).sum()
    }
    /// All hours.
    pub fn total_h(&self) -> f64 {
        self.moving_h() + self.border_h() + self.terminal_h()
    }
    /// Standard deviation of the hours if all delays come together (sum of the deviations).
    pub fn sd_h(&self) -> f64 {
        self.legs.iter().map(|leg| leg.sd_h).sum()
    }
    /// The time that 95 of 100 trips keep, by a lognormal with this mean and standard deviation.
    pub fn p95_h(&self) -> f64 {
        let (mean, sd) = (self.total_h(), self.sd_h());
        if mean <= 0.0 {
            return 0.0;
        }
        let variance = (1.0 + (sd / mean).powi(2)).ln();
        (mean.ln() - variance / 2.0 + 1.644_853_626_951_472_2 * variance.sqrt()).exp()
    }
    /// Money per unit of the class.
    pub fn total_usd(&self) -> f64 {
        self.legs.iter().map(Leg::total_usd).sum()
    }
    /// Crossings passed, in order, each with its leg.
    pub fn crossings(&self) -> impl Iterator<Item = (CrossingIdx, &Leg)> {
        self.legs.iter().filter_map(|leg| match leg.kind {
            LegKind::Border(crossing) => Some((crossing, leg)),
            _ => None,
        })
    }
    /// Mode-states of the moving legs in order, without repeats in a row.
    pub fn mode_chain(&self) -> Vec<ModeState> {
        let moving = self.legs.iter().filter(|leg| leg.length_km > 0.0 || leg.moving_h > 0.0);
        let mut chain: Vec<_> = moving.map(|leg| leg.mode_state).collect();
        chain.dedup();
        chain
    }
    /// Share of the hours at stops that rests on assumed figures, 0 to 1.
    pub fn assumed_stop_share(&self) -> f64 {
        let stops = || self.legs.iter().flat_map(|leg| &leg.stops);
        let all: f64 = stops().map(|stop| stop.time_h).sum();
        let assumed: f64 = stops().filter(|stop| stop.assumed).map(|stop| stop.time_h).sum();
        if all > 0.0 { assumed / all } else { 0.0 }
    }
    /// Share of the length that rests on assumed figures, 0 to 1.
    pub fn assumed_length_share(&self) -> f64 {
        let assumed: f64 = self.legs.iter().map(|leg| leg.assumed_km).sum();
        if self.total_km() > 0.0 { assumed / self.total_km() } else { 0.0 }
    }
}
