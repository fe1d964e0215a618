//! What could be built against closures (`network/bypass.csv`), and what closing is still worth when all of it is.
//!
//! In: a scenario, and the works that open or widen links of it. Out: denial values with all of them built, both sides in
//! one universe of routes of their own; which of them take the more traffic, and what they cost: (L4) to (L6) of
//! `docs/model/leverage.md`.

use super::{Board, LeverageQuery};
use crate::index::{AssetIdx, BitSet};
use crate::model::joint::TradeModel;
use crate::model::{Assignment, Loaded, Model};
use crate::network::LinkKind;
use crate::outcome::leverage::{Answer, Closer, Options, Project};
use crate::parallel;
use crate::scenario::Works;
use crate::study::bypass_tables::BypassRow;
use crate::study::tables::{ClassKind, Quality};

/// Years over which what is built is paid for: what appraisals of roads and railways commonly take.
const LIFE_YEARS: f64 = 30.0;

/// A project answers a closure if it carries more goods by at least this part of what it carries after. Below stand the
/// ripples that any closure sends through the queues of a whole network.
const MATERIAL: f64 = 1e-3;

impl Board<'_> {
    /// Denial values with all options built; `None` if the scenario has none. With trade, all horizons of the study.
    ///
    /// # Errors
    /// As [`Self::leverage`].
    pub fn options(
        &self,
        query: &LeverageQuery,
        with_trade: bool,
        discount_rate: f64,
    ) -> Result<Option<Options>, String> {
        let rows: Vec<&BypassRow> =
            self.model().study.bypasses.iter().filter(|row| self.model().is_option(row)).collect();
        if rows.is_empty() {
            return Ok(None);
        }
        let universe = self.assignment.with_built(self.scenario(), &rows);
        let built = Board::new(&universe, universe.scenarios.len() - 1);
        let trade = if with_trade { TradeModel::new(&universe) } else { None };
        let closers = built.closers(&query.jointly).map_err(|error| error.to_string())?;
        let (denials, are_closures) = built.denials(&closers, query.selective, trade.as_ref())?;
        let (answers, are_answers) = built.answers(&closers, &rows);
        Ok(Some(Options {
            projects: rows.iter().map(|row| project(row, discount_rate)).collect(),
            discount_rate,
            life_years: LIFE_YEARS,
            denials,
            answers,
            is_converged: are_closures && are_answers,
        }))
    }

    /// By closer, the projects that take more goods if it closes; and whether the equilibria converged.
    fn answers(&self, closers: &[Closer], rows: &[&BypassRow]) -> (Vec<Vec<Answer>>, bool) {
        let network = &self.model().network;
        let uses: Vec<Vec<bool>> = rows
            .iter()
            .map(|row| {
                let works = self.model().works(row);
                self.assignment.routes_that(|link| {
                    let link = &network.links[link];
                    let is_at = match link.kind {
                        LinkKind::Transfer(at) | LinkKind::Access(Some(at)) | LinkKind::Egress(Some(at)) => {
                            works.terminals.contains(&at)
                        }
                        _ => false,
                    };
                    is_at || link.asset.is_some_and(|asset| works.assets.contains(&asset))
                })
            })
            .collect();
        let open = self.tonnes_on(&self.assignment.load(self.scenario()), &uses);
        let closed: Vec<BitSet<AssetIdx>> = closers.iter().map(|closer| self.closed_by(closer.who)).collect();
        let answers = parallel::map_with(
            &closed,
            || (),
            |(), closed| {
                if closed.count() == 0 {
                    return (Vec::new(), true);
                }
                let (loaded, is_converged) = self.loaded_without(closed);
                let after = self.tonnes_on(&loaded, &uses);
                let all = open.iter().zip(after).enumerate();
                let answer = |(project, (&open, after)): (usize, (&f64, f64))| {
                    let more = after - open;
                    (more > MATERIAL * after).then_some(Answer {
                        project,
                        open_t_per_year: open,
                        more_t_per_year: more,
                    })
                };
                let mut answers: Vec<Answer> = all.filter_map(answer).collect();
                answers.sort_by(|a, b| b.more_t_per_year.total_cmp(&a.more_t_per_year));
                (answers, is_converged)
            },
        );
        let is_converged = answers.iter().all(|(_, is_converged)| *is_converged);
        (answers.into_iter().map(|(answers, _)| answers).collect(), is_converged)
    }

    /// By project, tonnes of goods a year on routes that use a link or terminal of it.
    fn tonnes_on(&self, loaded: &Loaded<'_>, uses: &[Vec<bool>]) -> Vec<f64> {
        let mut tonnes = vec![0.0; uses.len()];
        for (at, segment) in loaded.loader.segments().iter().enumerate() {
            if self.model().class_row(segment.class).kind != ClassKind::Freight {
                continue;
            }
            for flow in loaded.loader.route_flows(&loaded.loading, at) {
                for (tonnes, _) in tonnes.iter_mut().zip(uses).filter(|(_, uses)| uses[flow.route.0 as usize])
                {
                    *tonnes += flow.per_year;
                }
            }
        }
        tonnes
    }
}

impl Model {
    /// Whether a project is an option in the scenario: it opens a link that nobody can use, or widens one.
    fn is_option(&self, row: &BypassRow) -> bool {
        row.capacity_factor.is_some()
            || self.works(row).assets.iter().any(|&asset| !self.overlay.is_usable(asset))
    }

    fn works(&self, row: &BypassRow) -> Works {
        let terminal = |id: &String| self.network.terminals.enumerate().find(|(_, known)| known.id == *id);
        Works {
            project: row.project_id.clone(),
            assets: row.links.iter().filter_map(|id| self.network.asset(id)).collect(),
            terminals: row.terminals.iter().filter_map(terminal).map(|(at, _)| at).collect(),
            capacity_factor: row.capacity_factor,
            is_assumed: row.quality == Quality::Assumed,
        }
    }

    /// This scenario with works done.
    fn with_built(&self, rows: &[&BypassRow]) -> Self {
        let mut built = self.clone();
        for row in rows {
            built.overlay.build(&self.works(row));
        }
        built
    }
}

impl Assignment {
    /// The same demand on routes found anew for the reference, a scenario, and the same with works done, which is the
    /// last.
    fn with_built(&self, scenario: usize, rows: &[&BypassRow]) -> Self {
        let model = &self.scenarios[scenario];
        let own = (scenario > 0).then_some(model).into_iter();
        let scenarios = std::iter::once(self.reference()).chain(own).cloned();
        Self::new(self.demand.clone(), scenarios.chain([model.with_built(rows)]).collect())
    }
}

fn project(row: &BypassRow, discount_rate: f64) -> Project {
    let left = |usd: f64| usd * (1.0 - row.spent_share);
    let capex_left = row.capex_left();
    Project {
        id: row.project_id.clone(),
        name: row.name.clone(),
        links: row.links.clone(),
        terminals: row.terminals.clone(),
        capacity_factor: row.capacity_factor,
        status: row.status.clone(),
        capex_left_usd: (row.capex_low.map(left), capex_left, row.capex_high.map(left)),
        usd_per_year: annuity(capex_left, discount_rate) + row.opex_per_year,
        years_to_build: row.years_to_build,
        payers: row.payers.iter().flat_map(|shares| shares.0.iter().cloned()).collect(),
        quality: row.quality,
    }
}

/// What a cost is a year over the life of what is built: (L6).
fn annuity(usd: f64, discount_rate: f64) -> f64 {
    if discount_rate == 0.0 {
        usd / LIFE_YEARS
    } else {
        usd * discount_rate / (1.0 - (1.0 + discount_rate).powf(-LIFE_YEARS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payments_of_all_years_are_worth_what_was_spent() {
        for rate in [0.0, 0.03, 0.08, 0.2] {
            let payment = annuity(900.0, rate);
            let worth: f64 = (1..=30).map(|year| payment / (1.0_f64 + rate).powi(year)).sum();
            assert!((worth - 900.0).abs() < 1e-9, "{rate}: {worth}");
        }
    }
}
