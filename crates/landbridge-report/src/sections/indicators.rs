//! Trade facilitation indicators of the key pairs' itineraries.

use landbridge::model::Model;
use landbridge::outcome::Outcome;
use landbridge::outcome::indicators::{Post, Tfi, Trip, tfi};
use landbridge::study::tables::ClassKind;
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
        let trip = Trip::of(best, TFI_CARGO_T);
        let Some(values) = tfi(std::slice::from_ref(&trip)) else { continue };
        let mut row = vec![
            Cell::text(naming::pair(model, best)),
            Cell::text(naming::modes(best)),
            Cell::text(naming::corridor_line(model, best)),
        ];
        row.extend(figures(&values, &trip));
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

fn figures(values: &Tfi, trip: &Trip) -> Vec<Cell> {
    let mean = |value: fn(&Post) -> f64| {
        let n = trip.both_posts.len();
        (n > 0).then(|| trip.both_posts.iter().map(value).sum::<f64>() / n as f64)
    };
    vec![
        Cell::number(values.tfi1_h.map(hours)),
        Cell::number(mean(|post| post.h).map(hours)),
        Cell::number(values.tfi2_usd.map(usd)),
        Cell::number(mean(|post| post.usd).map(usd)),
        Cell::Number(usd(values.tfi3_usd)),
        Cell::Number(grouped(values.tfi4_swd_km_h, 1)),
        Cell::Number(grouped(values.swod_km_h, 1)),
    ]
}
