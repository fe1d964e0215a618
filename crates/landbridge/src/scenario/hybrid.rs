//! What would hold if one regime had the checks, tolls or shares of another?
//!
//! In: overlays over the same links. Out: an overlay that has who controls and who may pass from one, hours from another,
//! money from a third and collectors from a fourth: (R6) of `docs/model/regimes.md`.

use super::overlay::order;
use super::{Overlay, Rule};
use crate::network::Network;
use crate::study::tables::Action;

/// What rules do. A rule that takes both hours and money counts with each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// They say who may pass.
    Passage,
    /// They take hours, or change how many can pass in an hour.
    Checks,
    /// They take money.
    Tolls,
}

impl Rule {
    /// The rule as far as it does one thing; `None` if it does not.
    fn part(&self, part: Part) -> Option<Self> {
        let is_passage = matches!(self.action, Action::Allow | Action::Deny);
        let does = match part {
            Part::Passage => return is_passage.then(|| self.clone()),
            Part::Checks => self.time_h != 0.0 || self.sd_h != 0.0 || self.action == Action::CapacityFactor,
            Part::Tolls => self.is_surcharge() && self.money.is_some_and(|(amount, _)| amount != 0.0),
        };
        let of_part = match part {
            Part::Tolls => Self { time_h: 0.0, sd_h: 0.0, capacity_factor: 1.0, ..self.clone() },
            _ => Self { money: None, ..self.clone() },
        };
        (does && !is_passage).then_some(of_part)
    }
}

impl Overlay {
    /// This overlay, who controls and who may pass being its own, with what rules take in hours, what they take in money
    /// and who collects it from others.
    #[must_use]
    pub fn with(&self, network: &Network, checks: &Self, tolls: &Self, shares: &Self) -> Self {
        let mut hybrid = self.clone();
        hybrid.rules = self.rules_of(Part::Passage).collect();
        hybrid.rules.extend(checks.rules_of(Part::Checks).chain(tolls.rules_of(Part::Tolls)));
        order(&mut hybrid.rules);
        for &asset in self.control.keys().chain(shares.control.keys()) {
            let mut control = self.control(network, asset).clone();
            control.collectors.clone_from(&shares.control(network, asset).collectors);
            hybrid.control.insert(asset, control);
        }
        hybrid
    }

    /// Whether links are in the same state and as fast as in another overlay.
    pub fn has_links_of(&self, other: &Self) -> bool {
        self.status == other.status && self.free_speed_kmh == other.free_speed_kmh
    }

    /// Whether rules do the same in another overlay, whatever their names.
    pub fn has_rules_of(&self, other: &Self, part: Part) -> bool {
        let nameless = |overlay: &Self| -> Vec<Rule> {
            overlay.rules_of(part).map(|rule| Rule { name: String::new(), ..rule }).collect()
        };
        let (own, others) = (nameless(self), nameless(other));
        let count = |rules: &[Rule], rule: &Rule| rules.iter().filter(|known| *known == rule).count();
        own.len() == others.len() && own.iter().all(|rule| count(&own, rule) == count(&others, rule))
    }

    /// Whether the same collect the same shares as in another overlay.
    pub fn has_collectors_of(&self, other: &Self, network: &Network) -> bool {
        let mut assets = network.assets.indices();
        let collectors = |overlay: &Self, asset| overlay.control(network, asset).collectors.clone();
        assets.all(|asset| collectors(self, asset) == collectors(other, asset))
    }

    fn rules_of(&self, part: Part) -> impl Iterator<Item = Rule> + '_ {
        self.rules.iter().filter_map(move |rule| rule.part(part))
    }
}
