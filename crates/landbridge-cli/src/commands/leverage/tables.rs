//! The tables of who can do what to whom.

use landbridge::outcome::leverage::{Aim, Denial, Party, Share};
use landbridge_io::leverage::{Pair, View};

use super::super::flows::percent;
use super::{NOTHING, SHOWN, million, section, share, wrapped};
use crate::output::{self, round};

/// Who takes part, what it can close, and its bill.
pub fn parties(view: &View<'_>, currency: &str) -> String {
    let leverage = view.leverage;
    let row = |(at, party): (usize, &Party)| {
        vec![
            party.id.clone(),
            party.name.clone(),
            leverage.closers[at].n_links.to_string(),
            million(leverage.transport_usd[at]),
        ]
    };
    let rows = leverage.parties.iter().enumerate().map(row).collect();
    let header = ["party", "name", "links it can\nclose alone", "transport\nbill"];
    section("Parties")
        + &output::table(&header, 2..4, rows)
        + &wrapped(&format!(
            "Links count with those of companies at home there. The bill is million {currency} a year, time and waits \
             included: half of what carriage of goods and travel cost at each end."
        ))
}

/// What of the goods of parties, and of third parties, closers could touch.
pub fn shares(view: &View<'_>) -> String {
    let leverage = view.leverage;
    let has_goods = |&&party: &&usize| leverage.transport_usd[party] > 0.0;
    let against: Vec<usize> = view.against.iter().filter(has_goods).copied().collect();
    let ids = ids(view);
    let header: Vec<&str> =
        std::iter::once("closer").chain(against.iter().map(|&at| ids[at].as_str())).collect();
    let row = |&closer: &usize| {
        let cells = against.iter().map(|&party| share(leverage.shares[closer][party].tonnes.any_link));
        std::iter::once(view.id(closer)).chain(cells).collect::<Vec<_>>()
    };
    let mut text = section("Control shares")
        + &output::table(&header, 1..header.len(), view.closers.iter().map(row).collect())
        + "Of the tonnes of the party above, those that pass a link which the closer on the left can close.\n\n";
    let any_link = |&(closer, party): &(usize, usize)| leverage.shares[closer][party].tonnes.any_link;
    let pairs = view.closers.iter().flat_map(|&closer| against.iter().map(move |&party| (closer, party)));
    let is_other =
        |pair: &(usize, usize)| !leverage.closers[pair.0].who.contains(pair.1) && any_link(pair) > 0.0;
    let mut pairs: Vec<(usize, usize)> =
        pairs.filter(|pair| leverage.closers[pair.0].who.len() == 1 && is_other(pair)).collect();
    pairs.sort_by(|a, b| any_link(b).total_cmp(&any_link(a)));
    let more = pairs.len().saturating_sub(SHOWN / 2);
    pairs.truncate(SHOWN / 2);
    if pairs.is_empty() {
        text += "Nobody carries goods over links of others.\n";
    } else {
        let row = |&(closer, party): &(usize, usize)| {
            let first = vec![view.id(closer), ids[party].clone()];
            first.into_iter().chain(cells(&leverage.shares[closer][party])).collect::<Vec<_>>()
        };
        let header = [&["closer", "of"][..], &SHARES].concat();
        text += &output::table(&header, 2..8, pairs.iter().map(row).collect());
        text += &more_line(more);
    }
    let passed = |closer: &&usize| leverage.third_parties[**closer].share.tonnes.any_link > 0.0;
    let row = |&closer: &usize| {
        let others = &leverage.third_parties[closer];
        let first = vec![view.id(closer), round(others.t_per_year / 1e3)];
        first.into_iter().chain(cells(&others.share)).collect::<Vec<_>>()
    };
    let rows: Vec<Vec<String>> = view.closers.iter().filter(passed).map(row).collect();
    if rows.is_empty() {
        text += "\nNo goods of third parties pass.\n";
    } else {
        let header = [&["closer", "third parties,\nkt a year"][..], &SHARES].concat();
        text.push('\n');
        text += &output::table(&header, 1..8, rows);
    }
    text + &wrapped(
        "Third parties: goods with neither end in the regions of the closer. One link: those on the single link that has \
         the most. No way around: those whose open ways all pass links of the closer. Dearer: how much more the best way \
         without the closer costs than the best way, in the mean of those that have a way around, at the hours of today. \
         Stands in: 1 / (1 + dearer), 1 if ways without the closer are as good.",
    )
}

/// Columns of shares in one line.
const SHARES: [&str; 6] =
    ["any link,\ntonnes", "any link,\nvalue", "one\nlink", "no way\naround", "dearer\nwithout", "stands\nin"];

fn cells(of: &Share) -> [String; 6] {
    let dearer = of.premium.map(|premium| format!("{:.1}%", 100.0 * premium));
    let stands_in = of.substitutability().map(|share| format!("{share:.2}"));
    let tonnes = &of.tonnes;
    [
        share(tonnes.any_link),
        share(of.any_link_usd),
        share(tonnes.single_chokepoint),
        share(tonnes.exclusive),
        dearer.unwrap_or_default(),
        stands_in.unwrap_or_default(),
    ]
}

fn ids(view: &View<'_>) -> Vec<String> {
    view.leverage.parties.iter().map(|party| output::visible(&party.id)).collect()
}

pub fn more_line(more: usize) -> String {
    match more {
        0 => String::new(),
        1 => "1 more pair; --format csv lists all\n".to_owned(),
        more => format!("{more} more pairs; --format csv lists all\n"),
    }
}

/// What closing takes from whom: with existing links only, and with all options built.
pub fn matrix(view: &View<'_>, table: usize, currency: &str) -> String {
    let ids = ids(view);
    let header: Vec<&str> =
        std::iter::once("closer").chain(view.against.iter().map(|&at| ids[at].as_str())).collect();
    let rows = |denial: &Denial| -> Vec<Vec<String>> {
        let row = |&closer: &usize| {
            let cell = |&party: &usize| match denial.aim {
                Aim::Selective if view.leverage.closers[closer].who.contains(party) => String::new(),
                _ => million(denial.values.value(closer, party)),
            };
            std::iter::once(view.id(closer)).chain(view.against.iter().map(cell)).collect()
        };
        view.closers.iter().map(row).collect()
    };
    let denial = &view.leverage.denials[table];
    let (counts, what) = match &denial.horizon {
        None => ("costs only".to_owned(), "cost of carriage and travel, less revenue"),
        Some(horizon) => {
            (format!("after trade has answered ({horizon})"), "real income, revenue and cost of travel")
        }
    };
    let whom = match denial.aim {
        Aim::General => {
            "closed to all, those who close among them: where the party above is one, it is its own cost"
        }
        Aim::Selective => "closed to the trips of that party alone",
    };
    let tables = |what: &str, denial: &Denial| {
        section(&format!("Denial values, {} closure, {counts}, {what}", denial.aim.word()))
            + &output::table(&header, 1..header.len(), rows(denial))
    };
    let built = view.options.map(|options| tables("with all options built", &options.denials[table]));
    tables("existing links only", denial)
        + &built.unwrap_or_default()
        + &wrapped(&format!(
            "Million {currency} a year that the party above has less if the closer on the left closes: {what}. Links are \
             {whom}. Below 0: it gains."
        ))
}

/// Pairs by what closing takes.
pub fn ranking(view: &View<'_>, currency: &str) -> String {
    let leverage = view.leverage;
    let is_alone =
        |pair: &Pair| leverage.closers[pair.closer].alone().is_some_and(|party| party != pair.against);
    let mut pairs: Vec<Pair> = view.pairs(0).filter(is_alone).collect();
    pairs.retain(|pair| million(pair.existing.loss_usd) != NOTHING);
    pairs.sort_by(|a, b| b.existing.loss_usd.total_cmp(&a.existing.loss_usd));
    let more = pairs.len().saturating_sub(SHOWN);
    pairs.truncate(SHOWN);
    let mut text = section("Pairs by denial value, general closure, costs only");
    if pairs.is_empty() {
        return text + "Closing takes nothing from anybody else.\n";
    }
    // What each pair loses after trade has answered, a column for each horizon.
    let answered: Vec<(&Denial, String)> = leverage
        .denials
        .iter()
        .filter(|denial| denial.aim == Aim::General)
        .filter_map(|denial| Some((denial, format!("trade,\n{}", output::visible(denial.horizon.as_ref()?)))))
        .collect();
    let row = |pair: &Pair| {
        let taken = pair.existing;
        let ratio = if taken.loss_usd > 0.0 { round(pair.credibility) } else { String::new() };
        let mut row =
            vec![view.id(pair.closer), leverage.parties[pair.against].id.clone(), million(taken.loss_usd)];
        row.extend(pair.with_options.map(|taken| million(taken.loss_usd)));
        row.extend([
            million(taken.own_usd),
            ratio,
            taken.net_usd.map(million).unwrap_or_default(),
            percent(taken.loss_usd, leverage.transport_usd[pair.against]),
            round(taken.unserved / 1e3),
        ]);
        row.extend(
            answered.iter().map(|(denial, _)| million(denial.values.value(pair.closer, pair.against))),
        );
        row
    };
    let mut header = vec!["closer", "on", "denial"];
    header.extend(view.options.map(|_| "with\noptions"));
    header.extend(["own\ncost", "credi-\nbility", "net\nleverage", "depen-\ndence", "unserved"]);
    header.extend(answered.iter().map(|(_, title)| title.as_str()));
    text += &output::table(&header, 2..header.len(), pairs.iter().map(row).collect());
    text += &more_line(more);
    text + &format!(
        "Denial: million {currency} a year that the one closed to has less.\n{}Own cost: the same of the closer.\n\
         Credibility: denial over own cost, which counts as {} million at least.\n\
         Net leverage: denial less what the other could do to the closer.\n\
         Dependence: denial over the transport bill of the one closed to.\n\
         Unserved: thousand tonnes and persons of its own that no longer move.\n{}",
        if view.options.is_some() { "With options: if all is built.\n" } else { "" },
        fine(view.floor_usd()),
        if answered.is_empty() { "" } else { "Trade: the denial value after trade has answered.\n" },
    )
}

/// Millions with as many decimals as a small floor needs.
fn fine(usd: f64) -> String {
    let million = usd / 1e6;
    if million >= 0.1 { round(million) } else { format!("{million:.2e}") }
}
