//! How much of what moves each closer could touch, and how much dearer the way around it is: one pass over the flows on
//! routes, for the parties and for third parties.

use super::Board;
use super::board::HALF;
use crate::control::denial::second_best_premium;
use crate::control::share::{Closers, Met, Tally};
use crate::control::{Coalition, ControlError};
use crate::demand::OdCell;
use crate::index::{AssetIdx, Idx, PieceIdx, RouteIdx};
use crate::outcome::leverage::{Closer, Share, ThirdParties};
use crate::study::tables::ClassKind;

/// Goods of a cell that are a beneficiary's.
struct Stake {
    beneficiary: usize,
    /// Share of the tonnes.
    share: f64,
    /// Value of it, money per tonne of the cell.
    usd_per_t: f64,
}

/// Sums of one beneficiary.
struct Sums<'c> {
    tonnes: Tally<'c>,
    usd: Tally<'c>,
    /// By closer: tonnes that have a way around it, and the premium on each of them.
    around: Vec<(f64, f64)>,
    /// Tonnes on each piece of routes.
    on_pieces: Vec<f64>,
}

impl Board<'_> {
    /// `[closer][beneficiary]`, of the goods of a beneficiary its half of what it trades with others; and by closer what
    /// others trade among themselves.
    ///
    /// # Errors
    /// More parties, or more distinct sets of closers, than can be told apart.
    pub(super) fn shares(
        &self,
        closers: &[Closer],
    ) -> Result<(Vec<Vec<Share>>, Vec<ThirdParties>), ControlError> {
        let n = self.parties().len();
        if n == 0 {
            return Ok((Vec::new(), Vec::new()));
        }
        let of_links = Closers::new(n, &self.closing_sets()?)?;
        let sets: Vec<Coalition> = closers.iter().map(|closer| closer.who).collect();
        let sums = self.sums(&of_links, &sets);
        let shares: Vec<Vec<Share>> = sums.iter().map(Sums::shares).collect();
        let third_parties = |closer: usize| {
            let sum = &sums[n + closer];
            let (t_per_year, usd_per_year) = (sum.tonnes.total(), sum.usd.total());
            ThirdParties { t_per_year, usd_per_year, share: shares[n + closer][closer] }
        };
        let of_closer = |closer: usize| (0..n).map(|party| shares[party][closer]).collect();
        let all = 0..closers.len();
        Ok((all.clone().map(of_closer).collect(), all.map(third_parties).collect()))
    }

    /// By party, of the tonnes of all other parties, those that pass any link which it can close alone: (R2).
    ///
    /// # Errors
    /// As [`Self::shares`].
    pub(super) fn shares_of_others(&self) -> Result<Vec<f64>, ControlError> {
        let n = self.parties().len();
        if n == 0 {
            return Ok(Vec::new());
        }
        let of_links = Closers::new(n, &self.closing_sets()?)?;
        let alone: Vec<Coalition> = (0..n).map(|party| Coalition::EMPTY.with(party)).collect();
        let sums = self.sums(&of_links, &alone);
        let of_closer = |closer: usize| {
            let others = || sums[..n].iter().enumerate().filter(move |(party, _)| *party != closer);
            let all: f64 = others().map(|(_, sum)| sum.tonnes.total()).sum();
            let touched = others().map(|(_, sum)| sum.tonnes.total() * sum.tonnes.share(alone[closer]));
            if all > 0.0 { touched.sum::<f64>() / all } else { 0.0 }
        };
        Ok((0..n).map(of_closer).collect())
    }

    /// The sums of all beneficiaries: the parties, then for each set of closers third parties.
    fn sums<'c>(&self, of_links: &'c Closers, asked: &'c [Coalition]) -> Vec<Sums<'c>> {
        let (sets, network) = (&self.assignment.sets, &self.model().network);
        let assets_of = |piece: usize| {
            let links = sets.piece_links(PieceIdx::new(piece)).iter();
            let mut assets: Vec<AssetIdx> = links.filter_map(|&link| network.links[link].asset).collect();
            assets.dedup();
            assets
        };
        let met_on: Vec<Met> = (0..sets.n_pieces())
            .map(|piece| of_links.on(assets_of(piece).into_iter().map(Idx::position)))
            .collect();
        let met_by = |route: usize| {
            let pieces = sets.pieces(RouteIdx::new(route)).iter();
            pieces.fold(Met::NOBODY, |met, piece| met.or(met_on[piece.position()]))
        };
        let powers: Vec<Met> = asked.iter().map(|&who| of_links.power(who)).collect();
        let nothing = || Sums {
            tonnes: Tally::new(of_links, asked),
            usd: Tally::new(of_links, asked),
            around: vec![(0.0, 0.0); asked.len()],
            on_pieces: vec![0.0; sets.n_pieces()],
        };
        let mut sums: Vec<Sums<'_>> = (0..self.parties().len() + asked.len()).map(|_| nothing()).collect();
        let ends = self.ends();
        let loaded = self.assignment.load(self.scenario());
        let congestion = self.assignment.congestion(self.scenario());
        let extra_h = &self.assignment.equilibrium(self.scenario()).extra_h;
        for (at, segment) in self.assignment.demand.segments.iter().enumerate() {
            if self.model().class_row(segment.class).kind != ClassKind::Freight {
                continue;
            }
            let uses = &self.assignment.uses;
            let waits = uses.lists().sums(&congestion.cost(at, extra_h));
            for (number, cell) in segment.cells.iter().enumerate() {
                let stakes = self.goods_of(cell, &ends, asked);
                if stakes.is_empty() {
                    continue;
                }
                // The best way, and the best without each closer; none: infinite.
                let (mut best, mut without) = (f64::INFINITY, vec![f64::INFINITY; asked.len()]);
                for (route, _) in self.loader.cell_routes(at, number) {
                    let cost = self.costs.0[route] + waits[uses.list(route) as usize];
                    let met = met_by(route);
                    best = best.min(cost);
                    for (without, &power) in without.iter_mut().zip(&powers) {
                        if !met.shares_a_set_with(power) {
                            *without = without.min(cost);
                        }
                    }
                }
                let no_way: Vec<bool> = without.iter().map(|cost| cost.is_infinite()).collect();
                let premiums: Vec<Option<f64>> = without
                    .iter()
                    .map(|&cost| second_best_premium(best, cost).ok().filter(|p| p.is_finite()))
                    .collect();
                // Flows of a pair that meet the same are one: few are different.
                let mut by_met: Vec<(Met, f64)> = Vec::new();
                let (mut on_pieces, mut total) = (Vec::new(), 0.0);
                for (route, amount) in loaded.loader.cell_flows(&loaded.loading, at, number) {
                    let met = met_by(route.position());
                    match by_met.iter_mut().find(|(known, _)| *known == met) {
                        Some((_, sum)) => *sum += amount,
                        None => by_met.push((met, amount)),
                    }
                    on_pieces.extend(sets.pieces(route).iter().map(|piece| (piece.position(), amount)));
                    total += amount;
                }
                for stake in &stakes {
                    let sum = &mut sums[stake.beneficiary];
                    for &(met, amount) in &by_met {
                        sum.tonnes.add(stake.share * amount, met, &no_way);
                        sum.usd.add(stake.usd_per_t * amount, met, &no_way);
                    }
                    for ((tonnes, dearer), premium) in sum.around.iter_mut().zip(&premiums) {
                        if let Some(premium) = premium {
                            *tonnes += stake.share * total;
                            *dearer += stake.share * total * premium;
                        }
                    }
                    for &(piece, amount) in &on_pieces {
                        sum.on_pieces[piece] += stake.share * amount;
                    }
                }
            }
        }
        for piece in 0..sets.n_pieces() {
            let assets = assets_of(piece);
            for sum in sums.iter_mut().filter(|sum| sum.on_pieces[piece] > 0.0) {
                for asset in &assets {
                    sum.tonnes.pass(asset.position(), sum.on_pieces[piece]);
                }
            }
        }
        sums
    }

    /// The parties at both ends of each flow of the demand.
    fn ends(&self) -> Vec<[Option<usize>; 2]> {
        let of_region =
            |region: &String| self.parties().iter().position(|party| party.regions.contains(region));
        let flows = self.assignment.demand.flows.iter();
        flows.map(|flow| [of_region(&flow.origin), of_region(&flow.destination)]).collect()
    }

    /// Whose the goods of a cell are: half those of the party at each end; and for each closer all of those that have
    /// neither end with it.
    fn goods_of(&self, cell: &OdCell, ends: &[[Option<usize>; 2]], asked: &[Coalition]) -> Vec<Stake> {
        let n = self.parties().len();
        let mut stakes: Vec<Stake> = Vec::new();
        let mut add = |beneficiary: usize, part: f64, usd: f64| {
            let (share, usd_per_t) = (part / cell.per_year, usd / cell.per_year);
            match stakes.iter_mut().find(|stake| stake.beneficiary == beneficiary) {
                Some(stake) => {
                    stake.share += share;
                    stake.usd_per_t += usd_per_t;
                }
                None => stakes.push(Stake { beneficiary, share, usd_per_t }),
            }
        };
        for part in cell.parts.iter().filter(|_| cell.per_year > 0.0) {
            let at: Vec<usize> = ends[part.flow].into_iter().flatten().collect();
            for &party in &at {
                add(party, HALF * part.per_year, HALF * part.usd_per_year);
            }
            for (closer, who) in asked.iter().enumerate() {
                if !at.iter().any(|&party| who.contains(party)) {
                    add(n + closer, part.per_year, part.usd_per_year);
                }
            }
        }
        stakes
    }
}

impl Sums<'_> {
    /// By closer.
    fn shares(&self) -> Vec<Share> {
        let all = self.tonnes.shares().into_iter().zip(self.usd.shares()).zip(&self.around);
        let share = |((tonnes, usd), &(around, dearer))| {
            let usd: crate::control::share::ControlShare = usd;
            let premium = (around > 0.0).then(|| dearer / around);
            Share { tonnes, any_link_usd: usd.any_link, premium }
        };
        all.map(share).collect()
    }
}
