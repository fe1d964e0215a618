//! What closing takes from whom: every closer in turn closes what it can, to all or to one, and each such state is solved
//! for its equilibrium: (39) of `docs/model/control.md`.

use super::{Board, Payoff};
use crate::control::Coalition;
use crate::control::denial::DenialMatrix;
use crate::index::{AssetIdx, BitSet};
use crate::model::joint::TradeModel;
use crate::outcome::leverage::{Aim, Closer, Denial, joined};
use crate::parallel;

/// One closure.
struct Task {
    closer: usize,
    /// The party to whose trips alone it closes.
    aim: Option<usize>,
    /// Position of the horizon; `None`: costs only.
    horizon: Option<usize>,
}

impl Board<'_> {
    /// Denial values: in costs alone, then by horizon if trade may answer; each of a general and, if asked for, of a
    /// selective closure. And whether all equilibria converged.
    ///
    /// # Errors
    /// Trade has no equilibrium under a closure: the message says which.
    pub(super) fn denials(
        &self,
        closers: &[Closer],
        selective: bool,
        trade: Option<&TradeModel<'_>>,
    ) -> Result<(Vec<Denial>, bool), String> {
        let n = self.parties().len();
        let closed: Vec<BitSet<AssetIdx>> = closers.iter().map(|closer| self.closed_by(closer.who)).collect();
        let n_horizons = trade.map_or(0, |trade| trade.horizons().len());
        let horizons = || std::iter::once(None).chain((0..n_horizons).map(Some));
        let aims: Vec<Option<usize>> =
            std::iter::once(None).chain((0..n).filter(|_| selective).map(Some)).collect();
        let mut tasks = Vec::new();
        for horizon in horizons() {
            for (closer, of) in closers.iter().enumerate().filter(|(_, of)| of.n_links > 0) {
                let aims = aims.iter().filter(|aim| aim.is_none_or(|party| !of.who.contains(party)));
                tasks.extend(aims.map(|&aim| Task { closer, aim, horizon }));
            }
        }
        let open = self.open_by_horizon(trade)?;
        let solved = parallel::map_with(
            &tasks,
            || (),
            |(), task| {
                let closed = &closed[task.closer];
                let Some((trade, at)) = trade.zip(task.horizon) else {
                    return Ok(self.close(closed, task.aim));
                };
                let horizon = &trade.horizons()[at];
                self.close_with_trade(closed, task.aim, (trade, horizon), &open[at]).map_err(|error| {
                    let who = joined(self.parties(), closers[task.closer].who);
                    format!("{who} closing after `{}`: {error}", horizon.horizon)
                })
            },
        );
        let solved: Vec<Payoff> = solved.into_iter().collect::<Result<_, String>>()?;
        let is_converged =
            self.open().is_converged && open.iter().chain(&solved).all(|payoff| payoff.is_converged);
        let mut denials = Vec::new();
        for horizon in horizons() {
            for aim in
                [Aim::General, Aim::Selective].into_iter().filter(|aim| selective || *aim == Aim::General)
            {
                let none = || vec![vec![0.0; n]; closers.len()];
                let (mut loss_usd, mut own_usd, mut unserved) = (none(), none(), none());
                let is_of_table =
                    |task: &Task| task.horizon == horizon && task.aim.is_some() == (aim == Aim::Selective);
                for (task, payoff) in tasks.iter().zip(&solved).filter(|(task, _)| is_of_table(task)) {
                    let own: f64 =
                        closers[task.closer].who.members().map(|party| -payoff.gain_usd[party]).sum();
                    let open = task.horizon.map_or(self.open(), |at| &open[at]);
                    for against in task.aim.map_or(0..n, |party| party..party + 1) {
                        loss_usd[task.closer][against] = -payoff.gain_usd[against];
                        own_usd[task.closer][against] = own;
                        unserved[task.closer][against] = payoff.unserved[against] - open.unserved[against];
                    }
                }
                let sets: Vec<Coalition> = closers.iter().map(|closer| closer.who).collect();
                let values =
                    DenialMatrix::of_sets(n, sets, &loss_usd, &own_usd).map_err(|e| e.to_string())?;
                let horizon = horizon.and_then(|at| Some(trade?.horizons()[at].horizon.clone()));
                denials.push(Denial { aim, horizon, values, unserved });
            }
        }
        Ok((denials, is_converged))
    }

    /// With nothing closed after trade has answered, by horizon.
    fn open_by_horizon(&self, trade: Option<&TradeModel<'_>>) -> Result<Vec<Payoff>, String> {
        let Some(trade) = trade else { return Ok(Vec::new()) };
        let open = |(): &mut (), horizon: &_| {
            let horizon: &crate::study::trade_tables::ElasticityRow = horizon;
            let failed = |error| format!("nothing closed, after `{}`: {error}", horizon.horizon);
            self.open_with_trade((trade, horizon)).map_err(failed)
        };
        parallel::map_with(trade.horizons(), || (), open).into_iter().collect()
    }
}
