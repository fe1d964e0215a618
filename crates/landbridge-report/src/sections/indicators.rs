//! Trade facilitation indicators of the key pairs' itineraries.

use landbridge::model::Model;
use landbridge::outcome::indicators::{Tfi, Trip, tfi};
use landbridge::outcome::{Itinerary, Leg, LegKind, Outcome};
use landbridge::study::tables::{ClassKind, Side};
use landbridge::units::{TFI_CARGO_T, TFI_SECTION_KM};

use crate::naming;
use crate::numbers::{grouped, hours, usd};
use crate::table::{Cell, Table, paragraph, section};

pub(crate) fn write(out: &mut String, model: &Model, outcome: &Outcome) {
    section(out, "indicators", "Indicators of corridor performance");
    let mut table = Table::new(
        "Trade facilitation indicators of the best itineraries of freight",
        &[
            "From – to",
            "Mode",
            "Corridor",
            "#TFI1, h per post",
            "#Both posts, h per crossing",
            "#TFI2, $ per post",
            "#Both posts, $ per crossing",
            "#TFI3, $",
            "#TFI4 = SWD, km/h",
            "#SWOD, km/h",
        ],
    )
    .in_currency(model);
    let mut trips: Vec<(&str, Vec<Trip>)> = Vec::new();
    for pair in &outcome.key_pairs {
        let Some(best) = pair.itineraries.first() else { continue };
        // TFI3 is per 20 t, so that travellers have none.
        if model.class_row(pair.class).kind != ClassKind::Freight || best.total_km() <= 0.0 {
            continue;
        }
        let posts = Posts::of(best);
        let trip = posts.trip(best);
        let Some(values) = tfi(std::slice::from_ref(&trip)) else { continue };
        let mut row = vec![
            Cell::text(naming::pair(model, best)),
            Cell::text(naming::modes(best)),
            Cell::text(naming::corridor_line(model, best)),
        ];
        row.extend(figures(&values, &posts));
        table.push(row);
        match trips.iter_mut().find(|(mode, _)| *mode == pair.mode) {
            Some((_, trips)) => trips.push(trip),
            None => trips.push((&pair.mode, vec![trip])),
        }
    }
    if table.is_empty() {
        paragraph(out, "There is no itinerary of freight to compute indicators of.");
        out.push_str("</section>\n");
        return;
    }
    paragraph(
        out,
        &format!(
            "After CAREC's Corridor Performance Measurement and Monitoring, for a cargo of {} t: hours (TFI1) and payments \
             (TFI2) at one border post, cost of {} km (TFI3), speed with delay (SWD, TFI4) and without (SWOD). TFI1 and \
             TFI2 are means over the posts that the study tells apart; crossings of which it knows only the sum of both \
             posts stand in columns of their own.",
            grouped(TFI_CARGO_T, 0),
            grouped(TFI_SECTION_KM, 0)
        ),
    );
    table.write(out);
    let mut table = Table::new(
        "The same over all pairs of a mode: means of trips, and aggregate speed (all distance over all time)",
        &[
            "Mode",
            "#Itineraries",
            "#TFI1, h per post",
            "#TFI2, $ per post",
            "#TFI3, $",
            "#TFI4 = SWD, km/h",
            "#SWOD, km/h",
            "#Aggregate SWD, km/h",
            "#Aggregate SWOD, km/h",
        ],
    )
    .in_currency(model);
    for (mode, trips) in &trips {
        let Some(values) = tfi(trips) else { continue };
        let mut row = vec![Cell::text(*mode), Cell::Number(trips.len().to_string())];
        row.push(Cell::number(values.tfi1_h.map(hours)));
        row.push(Cell::number(values.tfi2_usd.map(usd)));
        let rest =
            [values.tfi4_swd_km_h, values.swod_km_h, values.aggregate_swd_km_h, values.aggregate_swod_km_h];
        row.push(Cell::Number(usd(values.tfi3_usd)));
        row.extend(rest.map(|speed| Cell::Number(grouped(speed, 1))));
        table.push(row);
    }
    table.write(out);
    out.push_str("</section>\n");
}

fn figures(values: &Tfi, posts: &Posts) -> Vec<Cell> {
    let mean =
        |values: &[f64]| (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64);
    vec![
        Cell::number(values.tfi1_h.map(hours)),
        Cell::number(mean(&posts.both_h).map(hours)),
        Cell::number(values.tfi2_usd.map(usd)),
        Cell::number(mean(&posts.both_usd).map(|money| usd(money * TFI_CARGO_T))),
        Cell::Number(usd(values.tfi3_usd)),
        Cell::Number(grouped(values.tfi4_swd_km_h, 1)),
        Cell::Number(grouped(values.swod_km_h, 1)),
    ]
}

/// Hours and payments per tonne at border posts, and at crossings whose posts are known only together.
#[derive(Default)]
struct Posts {
    single_h: Vec<f64>,
    single_usd: Vec<f64>,
    both_h: Vec<f64>,
    both_usd: Vec<f64>,
}

impl Posts {
    fn of(itinerary: &Itinerary) -> Self {
        let mut posts = Self::default();
        for leg in itinerary.legs.iter().filter(|leg| matches!(leg.kind, LegKind::Border(_))) {
            posts.add(leg);
        }
        posts
    }

    fn add(&mut self, leg: &Leg) {
        if leg.stops.is_empty() {
            return;
        }
        let is_known_by_post = leg.stops.iter().all(|stop| stop.side != Side::Both);
        if !is_known_by_post {
            self.both_h.push(leg.stop_h());
            self.both_usd.push(leg.fee_usd);
            return;
        }
        for side in [Side::Exit, Side::Entry] {
            let here = || leg.stops.iter().filter(|stop| stop.side == side);
            if here().next().is_some() {
                self.single_h.push(here().map(|stop| stop.time_h).sum());
                self.single_usd.push(here().map(|stop| stop.fee_usd).sum());
            }
        }
    }

    /// The trip of the indicators: single posts are its borders, the rest stays in its other hours.
    fn trip(&self, itinerary: &Itinerary) -> Trip {
        let mut trip = Trip::of(itinerary, TFI_CARGO_T);
        trip.other_stop_h += trip.border_h.iter().sum::<f64>() - self.single_h.iter().sum::<f64>();
        trip.border_h.clone_from(&self.single_h);
        trip.border_usd = self.single_usd.iter().map(|money| money * TFI_CARGO_T).collect();
        trip
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn posts_are_told_apart_where_the_study_does() {
        let model = fixture::model();
        let itineraries = fixture::itineraries(&model);
        let road = itineraries.iter().find(|i| naming::modes(i) == "road").unwrap();
        let rail = itineraries.iter().find(|i| naming::modes(i) == "rail").unwrap();
        // Exit 3 h and 40 $ a truck, entry 2 h and 20 $.
        let posts = Posts::of(road);
        assert_eq!(posts.single_h, [3.0, 2.0]);
        let trip = posts.trip(road);
        let values = tfi(std::slice::from_ref(&trip)).unwrap();
        assert!((values.tfi1_h.unwrap() - 2.5).abs() < 1e-9);
        assert!((values.tfi2_usd.unwrap() - 30.0).abs() < 1e-9);
        assert!((trip.total_h() - road.total_h()).abs() < 1e-9);
        // Both posts together take 10 h: no TFI1.
        let posts = Posts::of(rail);
        let trip = posts.trip(rail);
        assert_eq!(posts.both_h, [10.0]);
        assert_eq!(tfi(std::slice::from_ref(&trip)).unwrap().tfi1_h, None);
        assert!((trip.total_h() - rail.total_h()).abs() < 1e-9);
    }
}
