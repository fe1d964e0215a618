//! What fitted parameters change: the dispersion of choice, what boarding a mode and passing a border is felt to cost, and
//! amounts of trade and travel (`docs/model/calibration.md`).
//!
//! Constants of modes and borders shape choices and the expected cost of them; they are no money that anybody pays, and
//! itineraries do not show them.

use crate::demand::Flow;
use crate::index::{ClassIdx, Idx, IdxVec, LinkIdx};
use crate::network::{LinkKind, ModeState, Network};
use crate::study::Study;
use crate::study::calibration_tables::ParameterRow;
use crate::study::tables::ParameterKind;

/// Parameters with their values.
#[derive(Clone, Debug)]
pub(crate) struct Parameters<'s> {
    study: &'s Study,
    pub values: Vec<f64>,
}

impl<'s> Parameters<'s> {
    /// The parameters of a study with these values, in the order of the table.
    pub fn new(study: &'s Study, values: Vec<f64>) -> Self {
        Self { study, values }
    }

    fn of(&self, kind: ParameterKind) -> impl Iterator<Item = (&'s ParameterRow, f64)> + '_ {
        let all = self.study.parameters.iter().zip(self.values.iter().copied());
        all.filter(move |(row, _)| row.kind == kind)
    }

    /// The factor on `kappa`.
    pub fn dispersion(&self) -> f64 {
        self.of(ParameterKind::Dispersion).map(|(_, value)| value).product()
    }

    /// The factor on a flow of demand.
    pub fn demand(&self, flow: &Flow) -> f64 {
        let class = &self.study.classes[flow.class.position()];
        let concerned = self.of(ParameterKind::Demand).filter(|(row, _)| {
            class.is_in(&row.applies_to) && row.concerns(&flow.origin, &flow.destination, &flow.what)
        });
        concerned.map(|(_, value)| value).product()
    }

    /// What passing each link is felt to cost a class beyond its cost: money per tonne or person.
    pub fn constants(&self, network: &Network) -> IdxVec<ClassIdx, Vec<f64>> {
        let classes = self.study.classes.iter().map(|class| {
            let mut constants = vec![0.0; network.links.len()];
            for (row, value) in self.of(ParameterKind::Mode).filter(|(row, _)| class.is_in(&row.applies_to)) {
                for link in boardings(network, &row.modes) {
                    constants[link.position()] += value;
                }
            }
            for (row, value) in self.of(ParameterKind::Border).filter(|(row, _)| class.is_in(&row.applies_to))
            {
                for (at, link) in network.links.enumerate() {
                    let LinkKind::Border(crossing) = link.kind else { continue };
                    if row.crossings.contains(&network.crossings[crossing].id) {
                        constants[at.position()] += value;
                    }
                }
            }
            constants
        });
        classes.collect()
    }
}

/// Links that lead into one of some mode-states from another state: from the centroid, or from another mode. A change of
/// gauge is no boarding.
fn boardings(network: &Network, words: &[String]) -> Vec<LinkIdx> {
    let is_meant = |state: Option<ModeState>| {
        state.is_some_and(|state| words.iter().any(|word| word == mode_state_word(state)))
    };
    let boards = |link: &crate::network::Link| {
        let [tail, head] = [link.tail, link.head].map(|state| network.states[state].mode_state);
        matches!(link.kind, LinkKind::Access(_) | LinkKind::Transfer(_)) && is_meant(head) && !is_meant(tail)
    };
    network.links.enumerate().filter(|(_, link)| boards(link)).map(|(at, _)| at).collect()
}

/// The word of a mode-state in the table of parameters.
pub(crate) fn mode_state_word(state: ModeState) -> &'static str {
    match state {
        ModeState::Road => "road",
        ModeState::Rail(_) => "rail",
        ModeState::WagonDeck => "wagon_deck",
        ModeState::VehicleDeck => "vehicle_deck",
        ModeState::Sea => "sea",
        ModeState::Air => "air",
    }
}
