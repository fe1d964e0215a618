//! What came out of a test, as a sentence.

use super::{Finding, Tested, Verdict};
use crate::model::Model;
use crate::study::claim_tables::TestRow;
use crate::study::tables::{Change, ClassKind, Comparator, Metric};

/// Tests that an answer quotes.
const MOST_TESTS: usize = 3;

impl Finding {
    /// The answer in a few words. A claim that is borne out quotes its tests; one that is not, those that fail; one that
    /// depends says which readings hold; one that waits or cannot be judged says why.
    pub fn answer(&self, model: &Model) -> String {
        let says = |holds: bool| {
            let tests =
                || self.readings.iter().flat_map(|reading| &reading.tests).filter(|t| t.holds == holds);
            let quoted = tests().take(MOST_TESTS).map(|test| test.in_words(model));
            let more = tests().count().saturating_sub(MOST_TESTS);
            let rest = (more > 0).then(|| format!("and {more} more"));
            quoted.chain(rest).collect::<Vec<_>>().join("; ")
        };
        match self.verdict {
            Verdict::Supported => says(true),
            Verdict::Contradicted => says(false),
            Verdict::Depends => {
                let readings = self.readings.iter().map(|reading| {
                    format!("{}: {}", reading.name, if reading.holds() { "holds" } else { "does not hold" })
                });
                readings.collect::<Vec<_>>().join("; ")
            }
            Verdict::Deferred => "judged by `landbridge claims` and `run --full`".to_owned(),
            Verdict::Waits(capability) => format!("waits for {capability}"),
            Verdict::NotTestable => model.study.claims[self.row].reason.clone(),
        }
    }
}

impl Tested {
    /// The test and its result in words: `Baku - Nakhchivan, general by land: door to door 35.5 h in base, 10.8 h in
    /// open_tripp (-69%)`.
    pub fn in_words(&self, model: &Model) -> String {
        let test = &model.study.tests[self.row];
        let here = format!("{} in {}", number(test, self.value), state(test, &test.scenario));
        let result = match (self.against, test.other_scenario()) {
            (Some(before), Some(_)) if test.against_actor.is_some() => {
                let actor = test.against_actor.as_deref().unwrap_or("");
                let on = if test.against_on.is_empty() { &test.on } else { &test.against_on };
                let on = if on.is_empty() || test.metric != Metric::Denial {
                    String::new()
                } else {
                    format!(" against {}", on.join(", "))
                };
                format!("{here}; {} of {actor}{on}", number(test, before))
            }
            (Some(before), Some(against)) if test.against_avoid.is_empty() => {
                format!("{} in {against}, {here}", number(test, before))
            }
            (Some(before), Some(against)) => {
                let there = format!("{} in {against}", number(test, before));
                let (avoid, instead) = (test.avoid.join(", "), test.against_avoid.join(", "));
                format!("{here} avoiding {avoid}, {there} avoiding {instead}")
            }
            _ => here,
        };
        let is_shown = matches!(test.change, Change::Relative | Change::OfGain) && self.compared.is_finite();
        let change = match test.change {
            _ if !is_shown => String::new(),
            Change::OfGain => format!(" ({:+.0}% of its gain)", 100.0 * self.compared),
            _ => format!(" ({:+.0}%)", 100.0 * self.compared),
        };
        format!("{} {result}{change}", subject(model, test))
    }

    /// What the test asks for, in words: `below -1%`.
    pub fn wanted(&self, model: &Model) -> String {
        let test = &model.study.tests[self.row];
        let percent = matches!(test.change, Change::Relative | Change::OfGain);
        let threshold =
            if percent { format!("{}%", 100.0 * test.threshold) } else { test.threshold.to_string() };
        let comparator = match test.comparator {
            Comparator::Above => "above",
            Comparator::AtLeast => "at least",
            Comparator::Below => "below",
            Comparator::AtMost => "at most",
            Comparator::Within => {
                let tolerance = 100.0 * test.tolerance.unwrap_or(0.0);
                return format!("within {tolerance}% of {threshold}");
            }
        };
        let what = match test.change {
            Change::Value => "",
            Change::Difference => "difference ",
            Change::Relative => "change ",
            Change::OfGain => "part of its gain ",
        };
        format!("{what}{comparator} {threshold}")
    }
}

fn state(test: &TestRow, scenario: &str) -> String {
    let neutral = if test.neutral { ", neutral" } else { "" };
    let day = test.as_of.map_or(String::new(), |day| format!(" on {day}"));
    format!("{scenario}{neutral}{day}")
}

/// A number with its unit, short.
fn number(test: &TestRow, value: f64) -> String {
    let metric = test.metric;
    if value.is_infinite() {
        return if metric == Metric::CriticalFactor { "none is enough" } else { "no way" }.to_owned();
    }
    match metric {
        Metric::RouteExists | Metric::RoutePasses | Metric::StageReached => {
            if value > 0.0 { "yes" } else { "no" }.to_owned()
        }
        Metric::OpenShare
        | Metric::HeldShare
        | Metric::ClosableShare
        | Metric::ClosableByOthersShare
        | Metric::ConsentShare
        | Metric::FlowShare
        | Metric::LinkShare
        | Metric::ClosableFlowShare
        | Metric::BargainingShare => format!("{:.0}%", 100.0 * value),
        Metric::TradeShare | Metric::HubIndex => format!("{:.1}%", 100.0 * value),
        Metric::Welfare => format!("{value:+.3}%"),
        Metric::BreakEvenShare | Metric::PayoffShare => format!("{:.4}% of output", 100.0 * value),
        Metric::Trade
        | Metric::Payoff
        | Metric::Revenue
        | Metric::Denial
        | Metric::Shapley
        | Metric::BreakEven => {
            format!("{:.1} million USD a year", value / 1e6)
        }
        Metric::MarketAccess => format!("{value:.2}"),
        Metric::CriticalFactor
        | Metric::Openness
        | Metric::ConcentrationPartner
        | Metric::ConcentrationCommodity
        | Metric::ConcentrationCrossing => format!("{value:.3}"),
        Metric::Flow | Metric::Transit if test.kind == ClassKind::Freight => {
            format!("{:.2} Mt a year", value / 1e6)
        }
        Metric::Flow | Metric::Transit => format!("{:.0} thousand persons a year", value / 1e3),
        Metric::RouteKm | Metric::LengthKm => format!("{value:.1} km"),
        Metric::RouteH | Metric::RouteBorderH | Metric::RouteStopH => format!("{value:.1} h"),
        Metric::RouteUsd | Metric::RouteCost | Metric::MeanCost => format!("{value:.1} USD"),
        _ => format!("{value:.0}"),
    }
}

/// What is measured, with its filters.
fn subject(model: &Model, test: &TestRow) -> String {
    let metric = match test.metric {
        Metric::RouteExists => "a way:",
        Metric::RouteKm | Metric::LengthKm => "length",
        Metric::RouteH => "door to door",
        Metric::RouteBorderH => "at borders",
        Metric::RouteStopH => "at stops",
        Metric::RouteUsd => "price",
        Metric::RouteCost => "generalized cost",
        Metric::RouteBorders => "borders",
        Metric::RouteTransfers => "transfers",
        Metric::RoutePasses => "the best way over",
        Metric::RouteForeign => "territories passed besides",
        Metric::RouteClosers => "actors who can close the best way alone",
        Metric::CheaperPairs => "key pairs cheaper",
        Metric::OpenLinks => "open links of",
        Metric::OpenShare => "open",
        Metric::HeldShare => "held by",
        Metric::ClosableShare => "closable alone by",
        Metric::ClosableByOthersShare => "closable by others without",
        Metric::ConsentShare => "needing the consent of",
        Metric::LinksRunNear => "links run by",
        Metric::StageReached => "has come to",
        Metric::Flow => "over",
        Metric::FlowShare => "share over",
        Metric::LinkShare => "share of what uses",
        Metric::ClosableFlowShare => "share that passes what can be closed alone by",
        Metric::Transit => "transit through",
        Metric::MeanCost => "mean cost",
        Metric::Trade => "trade",
        Metric::TradeShare => "share of",
        Metric::Welfare => "real expenditure",
        Metric::WelfareRank => "place by gain",
        Metric::RegionsMoved => "regions that feel it among",
        Metric::MarketAccess => "market access",
        Metric::Openness => "openness",
        Metric::ConcentrationPartner => "concentration by partner",
        Metric::ConcentrationCommodity => "concentration by commodity",
        Metric::ConcentrationCrossing => "concentration by crossing",
        Metric::HubIndex => "hub index",
        Metric::Payoff | Metric::PayoffShare => "carriage, travel and revenue",
        Metric::Revenue => "revenue from passage",
        Metric::Denial => "denial value of",
        Metric::Shapley => "Shapley value",
        Metric::WorstOff => "parties that have least in it among",
        Metric::BargainingShare => "room to share what is taken, of the joint gain with",
        Metric::CriticalFactor => "patience that keeping the agreement takes",
        Metric::BreakEven | Metric::BreakEvenShare => "break-even gain of breaking it",
    };
    let groups = test.groups.iter().chain(&test.links).map(String::as_str).collect::<Vec<_>>().join(", ");
    let actor = test.actor.as_deref().unwrap_or("");
    let territory = test.territory.join(", ");
    if test.metric == Metric::Denial {
        let on = if test.on.is_empty() { "all others".to_owned() } else { test.on.join(", ") };
        return format!("{metric} {actor} against {on}:");
    }
    if test.metric == Metric::WorstOff {
        return format!("{metric} {}:", test.among.join(", "));
    }
    if test.metric == Metric::BargainingShare {
        return format!("{actor}: {metric} {}:", test.on.join(", "));
    }
    if test.metric.is_of_parties() {
        return format!("{actor}: {metric}");
    }
    if test.metric.is_of_trade() {
        let (regions, pairs) = (test.region.join(", "), test.pairs.join(", "));
        let after = test.horizon.as_ref().map_or(String::new(), |horizon| format!(" ({horizon})"));
        return match test.metric {
            Metric::Trade => format!("{metric} {pairs}{after}:"),
            Metric::TradeShare => format!("trade {pairs} as a {metric} that of {regions}{after}:"),
            Metric::RegionsMoved => format!("{metric} {regions}{after}:"),
            _ => format!("{regions}: {metric}{after}"),
        };
    }
    if test.metric.is_of_flows() {
        let what = if test.kind == ClassKind::Freight { "goods" } else { "travellers" };
        let pairs = if test.pairs.is_empty() { String::new() } else { format!(" {}", test.pairs.join(", ")) };
        let through = if test.through.is_empty() {
            String::new()
        } else {
            format!(" touching {}", test.through.join(", "))
        };
        let place = match test.metric {
            Metric::ClosableFlowShare => actor.to_owned(),
            _ if groups.is_empty() => territory,
            _ => groups,
        };
        let space = if place.is_empty() { "" } else { " " };
        return format!("{what}{pairs}{through}: {metric}{space}{place}");
    }
    if test.metric.is_of_route() {
        let name = |id: &Option<String>| {
            let id = id.as_deref().unwrap_or("");
            model.network.node(id).map_or(id, |node| model.network.nodes[node].name.as_str()).to_owned()
        };
        let class = test.class.as_deref().unwrap_or(&model.study.study.main_class);
        let via: Vec<_> = test.via.iter().map(|id| name(&Some(id.clone()))).collect();
        let ends = [vec![name(&test.from)], via, vec![name(&test.to)]].concat().join(" - ");
        let mut modes = test.mode.clone();
        modes.sort();
        let by = match modes.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            [] => String::new(),
            ["rail", "road"] => " by land".to_owned(),
            _ => format!(" by {}", modes.join(" or ")),
        };
        let mut text = format!("{ends}, {class}{by}");
        for (word, list) in
            [(" within ", &test.within), (" over links that nobody can close but ", &test.closable_only_by)]
        {
            if !list.is_empty() {
                text += word;
                text += &list.join(", ");
            }
        }
        let of = match test.metric {
            Metric::RoutePasses => format!(" {groups}:"),
            Metric::RouteForeign => format!(" {territory}:"),
            _ => String::new(),
        };
        return format!("{text}: {metric}{of}");
    }
    match test.metric {
        Metric::CheaperPairs => format!("{metric} than in {}:", test.against.as_deref().unwrap_or("")),
        Metric::OpenLinks => format!("{metric} {groups}:"),
        Metric::LengthKm | Metric::OpenShare => format!("links of {groups}: {metric}"),
        Metric::LinksRunNear => {
            format!("{metric} {actor} within {} km of {territory}:", test.within_km.unwrap_or(0.0))
        }
        Metric::StageReached => {
            let stage = test.stage.map_or("", |stage| stage.word()).replace('_', " ");
            format!("{} {metric} `{stage}`:", test.item.as_deref().unwrap_or(""))
        }
        _ => format!("links of {groups} {metric} {actor}:"),
    }
}
