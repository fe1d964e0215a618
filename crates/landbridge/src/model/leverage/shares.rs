//! How much of what moves each party could touch: one pass over the flows on routes.

use super::Board;
use crate::index::{Idx, PieceIdx, RouteIdx};
use crate::outcome::leverage::Share;
use crate::study::tables::ClassKind;

/// Sums of one beneficiary.
#[derive(Clone)]
struct Sums {
    tonnes: f64,
    usd: f64,
    /// By closer.
    any_link: Vec<f64>,
    any_link_usd: Vec<f64>,
    exclusive: Vec<f64>,
    /// Tonnes on each piece of routes.
    on_pieces: Vec<f64>,
}

impl Board<'_> {
    /// `shares[closer][beneficiary]`: of the goods of a beneficiary, its half of what it trades with others.
    pub(super) fn shares(&self) -> Vec<Vec<Share>> {
        let (sets, network) = (&self.assignment.sets, &self.model().network);
        let n = self.parties().len();
        assert!(n <= 64, "parties are bits of a word");
        let closable: Vec<_> = (0..n).map(|party| self.closable(&[party])).collect();
        let asset_of = |link: &crate::index::LinkIdx| network.links[*link].asset;
        // Who can close any link of a piece.
        let closers: Vec<u64> = (0..sets.n_pieces())
            .map(|piece| {
                let links = sets.piece_links(PieceIdx::new(piece));
                let meets = |party: &usize| {
                    links.iter().filter_map(asset_of).any(|asset| closable[*party].contains(asset))
                };
                (0..n).filter(meets).fold(0, |bits, party| bits | 1 << party)
            })
            .collect();
        let of_route = |route: usize| {
            sets.pieces(RouteIdx::new(route)).iter().fold(0, |bits, piece| bits | closers[piece.position()])
        };
        let nothing = || vec![0.0; n];
        let mut sums = vec![
            Sums {
                tonnes: 0.0,
                usd: 0.0,
                any_link: nothing(),
                any_link_usd: nothing(),
                exclusive: nothing(),
                on_pieces: vec![0.0; sets.n_pieces()],
            };
            n
        ];
        let loaded = self.assignment.load(self.scenario());
        for (at, segment) in self.assignment.demand.segments.iter().enumerate() {
            if self.model().class_row(segment.class).kind != ClassKind::Freight {
                continue;
            }
            for (number, cell) in segment.cells.iter().enumerate() {
                let stakes = &self.stakes[at][number];
                if stakes.is_empty() || cell.per_year == 0.0 {
                    continue;
                }
                let usd: f64 = cell.parts.iter().map(|part| part.usd_per_year).sum();
                let worth = usd / cell.per_year;
                // No way around a party: all ways that are open meet it.
                let routes = self.loader.cell_routes(at, number).map(|(route, _)| route);
                let open = routes.filter(|&route| self.costs.0[route].is_finite());
                let unavoidable = open.fold(u64::MAX, |bits, route| bits & of_route(route));
                for (route, amount) in loaded.loader.cell_flows(&loaded.loading, at, number) {
                    let met = of_route(route.position());
                    for &(party, stake) in stakes {
                        let (sum, t) = (&mut sums[party], stake * amount);
                        sum.tonnes += t;
                        sum.usd += t * worth;
                        for closer in (0..n).filter(|closer| met >> closer & 1 == 1) {
                            sum.any_link[closer] += t;
                            sum.any_link_usd[closer] += t * worth;
                            sum.exclusive[closer] += if unavoidable >> closer & 1 == 1 { t } else { 0.0 };
                        }
                        for piece in sets.pieces(route) {
                            sum.on_pieces[piece.position()] += t;
                        }
                    }
                }
            }
        }
        let most: Vec<Vec<f64>> = sums.iter().map(|sum| self.chokepoints(&sum.on_pieces)).collect();
        let share = |closer: usize, party: usize| {
            let sum = &sums[party];
            let of = |part: f64, all: f64| if all > 0.0 { part / all } else { 0.0 };
            Share {
                any_link: of(sum.any_link[closer], sum.tonnes),
                any_link_usd: of(sum.any_link_usd[closer], sum.usd),
                single_chokepoint: of(most[party][closer], sum.tonnes),
                exclusive: of(sum.exclusive[closer], sum.tonnes),
            }
        };
        (0..n).map(|closer| (0..n).map(|party| share(closer, party)).collect()).collect()
    }

    /// By party: tonnes on the one link that it can close alone with the most of them, both directions together.
    fn chokepoints(&self, on_pieces: &[f64]) -> Vec<f64> {
        let (sets, network) = (&self.assignment.sets, &self.model().network);
        let mut on_assets = vec![0.0; network.assets.len()];
        for (piece, &amount) in on_pieces.iter().enumerate().filter(|(_, amount)| **amount > 0.0) {
            let links = sets.piece_links(PieceIdx::new(piece)).iter();
            let mut assets: Vec<_> = links.filter_map(|&link| network.links[link].asset).collect();
            assets.dedup();
            for asset in assets {
                on_assets[asset.position()] += amount;
            }
        }
        let most = |party: usize| {
            let closable = self.closable(&[party]);
            let assets = network.assets.indices().filter(|&asset| closable.contains(asset));
            assets.map(|asset| on_assets[asset.position()]).fold(0.0, f64::max)
        };
        (0..self.parties().len()).map(most).collect()
    }
}
