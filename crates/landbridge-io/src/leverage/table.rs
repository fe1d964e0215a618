//! Leverage for spreadsheets.

use landbridge::outcome::leverage::{Denial, Share};

use super::{Pair, Taken, View};
use crate::tidy::{Csv, number};

/// The columns; a row fills those of its kind.
const HEADER: [&str; 33] = [
    "scenario",
    "is_neutral",
    "row",
    "closer",
    "against",
    "aim",
    "horizon",
    "loss_usd_per_year",
    "own_cost_usd_per_year",
    "credibility",
    "net_usd_per_year",
    "dependence_share",
    "unserved_per_year",
    "loss_with_options_usd_per_year",
    "own_cost_with_options_usd_per_year",
    "net_with_options_usd_per_year",
    "unserved_with_options_per_year",
    "any_link_t_share",
    "any_link_usd_share",
    "single_chokepoint_t_share",
    "exclusive_t_share",
    "joint_t_share",
    "second_best_premium_share",
    "substitutability",
    "against_transport_usd_per_year",
    "project_id",
    "open_t_per_year",
    "more_t_per_year",
    "capex_left_usd",
    "usd_per_year",
    "years_to_build",
    "quality",
    "is_converged",
];

/// A row under construction, by the names of its columns.
struct Row([String; HEADER.len()]);

impl Row {
    fn put(&mut self, column: &str, value: String) {
        if let Some(at) = HEADER.iter().position(|known| *known == column) {
            self.0[at] = value;
        }
    }

    fn put_if(&mut self, column: &str, value: Option<String>) {
        self.put(column, value.unwrap_or_default());
    }
}

/// A row for each pair, way of closing and horizon (without one, costs alone count); then one for each closer of what
/// third parties carry, and one for each project that takes more goods if a closer closes.
pub fn leverage_csv(view: &View<'_>) -> Vec<u8> {
    let leverage = view.leverage;
    let mut csv = Csv::new(&HEADER);
    let new = |kind: &str, closer: usize, is_converged: bool| {
        let mut row = Row(std::array::from_fn(|_| String::new()));
        row.put("scenario", leverage.scenario.clone());
        row.put("is_neutral", u8::from(leverage.is_neutral).to_string());
        row.put("row", kind.to_owned());
        row.put("closer", view.id(closer));
        row.put("is_converged", u8::from(is_converged).to_string());
        row
    };
    let are_options_converged = view.options.is_none_or(|options| options.is_converged);
    for (table, denial) in leverage.denials.iter().enumerate() {
        for pair in view.pairs(table) {
            let mut row = new("pair", pair.closer, leverage.is_converged && are_options_converged);
            put_pair(&mut row, view, denial, &pair);
            csv.row(row.0);
        }
    }
    for &closer in &view.closers {
        let others = &leverage.third_parties[closer];
        let mut row = new("third_parties", closer, leverage.is_converged);
        put_share(&mut row, &others.share);
        row.put("open_t_per_year", number(others.t_per_year, 0));
        csv.row(row.0);
    }
    if let Some(options) = view.options {
        for &closer in &view.closers {
            for answer in &options.answers[closer] {
                let project = &options.projects[answer.project];
                let mut row = new("answer", closer, options.is_converged);
                row.put("project_id", project.id.clone());
                row.put("open_t_per_year", number(answer.open_t_per_year, 0));
                row.put("more_t_per_year", number(answer.more_t_per_year, 0));
                row.put("capex_left_usd", number(project.capex_left_usd.1, 0));
                row.put("usd_per_year", number(project.usd_per_year, 0));
                row.put("years_to_build", number(project.years_to_build, 2));
                row.put("quality", project.quality.word().to_owned());
                csv.row(row.0);
            }
        }
    }
    csv.finish()
}

fn put_pair(row: &mut Row, view: &View<'_>, denial: &Denial, pair: &Pair) {
    let leverage = view.leverage;
    row.put("against", leverage.parties[pair.against].id.clone());
    row.put("aim", denial.aim.word().to_owned());
    row.put_if("horizon", denial.horizon.clone());
    let columns = ["loss_usd_per_year", "own_cost_usd_per_year", "net_usd_per_year", "unserved_per_year"];
    put_taken(row, columns, pair.existing);
    if let Some(taken) = pair.with_options {
        let columns = [
            "loss_with_options_usd_per_year",
            "own_cost_with_options_usd_per_year",
            "net_with_options_usd_per_year",
            "unserved_with_options_per_year",
        ];
        put_taken(row, columns, taken);
    }
    row.put("credibility", number(pair.credibility, 4));
    row.put_if("dependence_share", pair.dependence.map(|share| number(share, 6)));
    put_share(row, &leverage.shares[pair.closer][pair.against]);
    row.put("against_transport_usd_per_year", number(leverage.transport_usd[pair.against], 0));
}

fn put_taken(row: &mut Row, [loss, own, net, unserved]: [&str; 4], taken: Taken) {
    row.put(loss, number(taken.loss_usd, 0));
    row.put(own, number(taken.own_usd, 0));
    row.put_if(net, taken.net_usd.map(|usd| number(usd, 0)));
    row.put(unserved, number(taken.unserved, 1));
}

fn put_share(row: &mut Row, share: &Share) {
    row.put("any_link_t_share", number(share.tonnes.any_link, 6));
    row.put("any_link_usd_share", number(share.any_link_usd, 6));
    row.put("single_chokepoint_t_share", number(share.tonnes.single_chokepoint, 6));
    row.put("exclusive_t_share", number(share.tonnes.exclusive, 6));
    row.put("joint_t_share", number(share.tonnes.joint, 6));
    row.put_if("second_best_premium_share", share.premium.map(|premium| number(premium, 6)));
    row.put_if("substitutability", share.substitutability().map(|share| number(share, 6)));
}
