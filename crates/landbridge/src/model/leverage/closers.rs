//! Who closes: each party alone, and the sets of parties that can close a link only together.

use std::collections::BTreeSet;

use super::Board;
use crate::control::{Coalition, ControlError};
use crate::index::{AssetIdx, BitSet};
use crate::outcome::leverage::Closer;

impl Board<'_> {
    /// Each party alone, in order; then the sets of two or more that columns of control of the scenario name, and those
    /// asked for, each once.
    ///
    /// # Errors
    /// More parties than sets can hold, or a set with others.
    pub(super) fn closers(&self, jointly: &[Coalition]) -> Result<Vec<Closer>, ControlError> {
        let all = Coalition::all(self.parties().len())?;
        let named: BTreeSet<Coalition> = self.closing_sets()?.into_iter().flatten().collect();
        let mut sets: Vec<Coalition> = all.members().map(|party| Coalition::EMPTY.with(party)).collect();
        for set in named.into_iter().chain(jointly.iter().copied()) {
            if let Some(actor) = set.minus(all).members().next() {
                return Err(ControlError::Actor { actor, n_actors: all.len() });
            }
            if !set.is_empty() && !sets.contains(&set) {
                sets.push(set);
            }
        }
        Ok(sets.into_iter().map(|who| Closer { who, n_links: self.closed_by(who).count() }).collect())
    }

    /// By link, the sets of parties that can close it together, with all who are at home there; sets with others, who
    /// are no party's, are left out.
    ///
    /// # Errors
    /// More parties than sets can hold.
    pub(super) fn closing_sets(&self) -> Result<Vec<Vec<Coalition>>, ControlError> {
        Coalition::all(self.parties().len())?;
        let of_asset = |asset: AssetIdx| {
            let sets = self.model().control(asset).can_close.iter().filter(|set| !set.is_empty());
            let of_parties = sets.map(|set| {
                set.iter().try_fold(Coalition::EMPTY, |who, &actor| Some(who.with(self.party_of(actor)?)))
            });
            of_parties.flatten().collect()
        };
        Ok(self.model().network.assets.indices().map(of_asset).collect())
    }

    /// The links that a set of parties can close together.
    pub(super) fn closed_by(&self, who: Coalition) -> BitSet<AssetIdx> {
        self.closable(&who.members().collect::<Vec<_>>())
    }
}
