//! Tables of what would hold parties to an agreement: splits of revenue, penalties, gains beside money, vetoes.

use landbridge::outcome::leverage::Party;
use landbridge::outcome::promise::{Promises, Under};
use landbridge::outcome::settlement::{Member, Settlement, Split, Veto};

use super::stability::{factor, million};
use crate::output;

/// Which splits of the corridor's revenue keep themselves.
pub fn split(currency: &str, settlement: &Settlement) -> String {
    let Some(split) = &settlement.split else {
        return "\nNo party collects anything on the links that open: there is no revenue to split.\n"
            .to_owned();
    };
    let mut text = "\n".to_owned();
    text += &output::heading(&format!(
        "Splits of {} million {currency} a year that keep themselves",
        million(split.revenue_usd)
    ));
    let row = |member: &Member| {
        let percent = |share: f64| format!("{:.1}", 100.0 * share);
        let range =
            |at: fn((f64, f64)) -> f64| member.share.map_or("-".to_owned(), |share| percent(at(share)));
        vec![
            settlement.parties[member.party].id.clone(),
            million(member.base_usd),
            million(member.deviate_usd),
            million(member.breakdown_usd),
            percent(member.own_share),
            percent(member.min_share),
            range(|share| share.0),
            range(|share| share.1),
            if member.breaks { "breaks it" } else { "keeps it" }.to_owned(),
        ]
    };
    let header = [
        "party",
        "beside\nits share",
        "by\nbreaking",
        "after\nbreakdown",
        "share\n%",
        "least\n%",
        "range\nfrom %",
        "\nto %",
        "with its share",
    ];
    text += &output::table(&header, 1..8, split.members.iter().map(row).collect());
    text += "\nMoney is against a year in which all keep the agreement under the regime's own shares. Least: the share with \
             which a party keeps it, 0 if it keeps it for nothing. Range: what its share can be so that the others can have \
             their least, too. Collected are border fees and tolls on the links that open.\n";
    text + &verdict(currency, split)
}

fn verdict(currency: &str, split: &Split) -> String {
    let sum = 100.0 * split.min_share_sum;
    let mut text = match split.max_patience_drop {
        None => format!("Least shares add up to {sum:.1} %: no split of the revenue keeps itself.\n"),
        Some(drop) if drop.is_infinite() => {
            format!(
                "Least shares add up to {sum:.1} %, and some split keeps itself however impatient all are.\n"
            )
        }
        Some(drop) => format!(
            "Least shares add up to {sum:.1} %: some split keeps itself, until the discount factors of all fall by {drop:.3}.\n"
        ),
    };
    let surplus = split.surplus_with_side_payments_usd;
    let line = if surplus >= 0.0 {
        format!(
            "With payments to each other beside the split the agreement can be kept: {} million {currency} a year are left when \
             each has what it needs.\n",
            million(surplus)
        )
    } else {
        format!(
            "Payments to each other cannot keep it either: {} million {currency} a year are missing.\n",
            million(-surplus)
        )
    };
    text += &line;
    text
}

/// Penalties that deter, and how long they do.
pub fn penalties(currency: &str, settlement: &Settlement, promises: &Promises) -> String {
    let tempted: Vec<(usize, f64)> = promises
        .needed_usd
        .iter()
        .enumerate()
        .filter_map(|(party, needed)| Some((party, needed.filter(|needed| *needed > 0.0)?)))
        .collect();
    let mut text = "\n".to_owned();
    text += &output::heading("Penalties paid once by a breaker");
    if tempted.is_empty() {
        text += "Nobody is tempted with the patience assumed: no penalty is needed.\n";
    }
    for (party, needed) in tempted {
        let (unit, word) = unit(needed);
        let line = format!(
            "{}: {:.2} {word}{currency} would just deter it.\n",
            settlement.parties[party].id,
            needed / unit
        );
        text += &line;
    }
    let (unit, word) = unit(promises.penalties_usd.iter().copied().fold(0.0, f64::max));
    let mut rows = Vec::new();
    for (&usd, under) in promises.penalties_usd.iter().zip(&promises.under) {
        // Who keeps the agreement without a penalty, however impatient, needs none.
        let gains = |party: usize| settlement.stands[party].critical_discount_factor != Some(0.0);
        for (party, under) in under.iter().enumerate().filter(|(party, _)| gains(*party)) {
            rows.extend(under.map(|under| penalty(settlement, format!("{:.2}", usd / unit), party, under)));
        }
    }
    if rows.is_empty() {
        return text;
    }
    let header = [
        "penalty",
        "party",
        "critical\nfactor",
        "slack",
        "enough for\nyears",
        "after the guarantor\nleft: factor",
    ];
    text += &output::table(&header, 2..6, rows);
    let line = format!(
        "\nPenalties in {word}{currency}, paid once by those who gain anything: no penalty is published, these are assumptions. Factor: the patience that keeping the \
         agreement takes while the penalty stands. Enough: years until it no longer deters with the patience assumed, fading \
         {:.1} % a year{}. Those who would be better off without the agreement have no factor: they are deterred by the \
         penalty, not held by the agreement.\n",
        100.0 * promises.fades_per_year,
        if promises.leaves_after_years.is_finite() {
            format!(", with a guarantor who leaves after {} years", promises.leaves_after_years)
        } else {
            String::new()
        }
    );
    text += &line;
    text
}

fn penalty(settlement: &Settlement, usd: String, party: usize, under: Under) -> Vec<String> {
    vec![
        usd,
        settlement.parties[party].id.clone(),
        factor(under.critical_discount_factor),
        if under.slack.is_finite() { format!("{:+.3}", under.slack) } else { "-".to_owned() },
        if under.enough_years.is_finite() {
            format!("{:.1}", under.enough_years)
        } else {
            "always".to_owned()
        },
        factor(settlement.stands[party].critical_discount_factor),
    ]
}

/// Critical factors if breaking the agreement brings something beside money.
pub fn gains(currency: &str, settlement: &Settlement, promises: &Promises) -> String {
    let able: Vec<usize> =
        (0..settlement.parties.len()).filter(|&party| promises.needed_usd[party].is_some()).collect();
    if promises.gains_usd.is_empty() || able.is_empty() {
        return String::new();
    }
    let mut text = "\n".to_owned();
    text += &output::heading("Critical factors if breaking the agreement brings more than money");
    let (unit, word) = unit(promises.gains_usd.iter().copied().fold(0.0, f64::max));
    let mut header = vec!["gain\na year"];
    header.extend(able.iter().map(|&party| settlement.parties[party].id.as_str()));
    let rows = promises.gains_usd.iter().zip(&promises.factors).map(|(&gain, factors)| {
        let mut row = vec![format!("{:.2}", gain / unit)];
        row.extend(able.iter().map(|&party| factor(factors[party])));
        row
    });
    let n = header.len();
    text += &output::table(&header, 0..n, rows.collect());
    let line = format!(
        "\nGains in {word}{currency} in each year from then on, for territory, prestige or whatever payoffs leave out: an assumption. \
         `none`: no patience keeps the party.\n"
    );
    text += &line;
    text
}

/// The unit in which amounts up to one are shown, and its name before the currency.
fn unit(largest: f64) -> (f64, &'static str) {
    match largest {
        usd if usd >= 1e5 => (1e6, "million "),
        usd if usd >= 1e2 => (1e3, "thousand "),
        _ => (1.0, ""),
    }
}

/// What a guarantor's veto moves.
pub fn veto(currency: &str, parties: &[Party], veto: &Veto) -> String {
    let guarantor = &parties[veto.guarantor].id;
    let mut text = "\n".to_owned();
    text += &output::heading(&format!("What the veto of {guarantor} moves: Shapley values, costs only"));
    let row = |(at, party): (usize, &Party)| {
        let (with, without) = (veto.with_usd[at], veto.without_usd[at]);
        vec![party.id.clone(), million(with), million(without), million(with - without)]
    };
    let header = ["party", "with its\nveto", "its consent\ntaken as given", "moved by\nthe veto"];
    text += &output::table(&header, 1..4, parties.iter().enumerate().map(row).collect());
    let line = format!(
        "\nMillion {currency} a year. A guarantor does two things: its penalty lowers the patience that keeping the agreement \
         takes, above; and where its consent is needed it is one more who can refuse, and value moves to it.\n"
    );
    text += &line;
    text
}
