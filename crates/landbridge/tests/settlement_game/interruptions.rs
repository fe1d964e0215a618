//! Interruptions on the toy: who can close what, what a day costs, and luck that is the same in all scenarios.

use landbridge::control::disruption::simulate::SimulationConfig;
use landbridge::model::{Assignment, Board, InterruptionQuery};
use landbridge::outcome::interruption::{CauseEffect, Interruptions};
use landbridge::study::StudyText;

use super::support::{self, close, toy};
use super::{assignment, splits::tolled};

const HAZARD: &str = "politics/hazard.csv";
const HEADER: &str =
    "cause_id,name,actor,links,groups,per_year,shape,season_amplitude,season_peak,duration,days,sigma";

/// Without discounting, so that costs are days times what a day costs.
const ASKED: InterruptionQuery = InterruptionQuery {
    config: SimulationConfig { years: 10.0, n_draws: 2000, seed: 7 },
    discount_rate: 0.0,
};

fn with(mut text: StudyText, rows: &[&str]) -> StudyText {
    text.insert(HAZARD.to_owned(), support::csv(HEADER, rows));
    text
}

fn played(assignment: &Assignment, scenario: &str) -> Interruptions {
    let board = Board::new(assignment, assignment.position(scenario).unwrap());
    board.interruptions(&ASKED).unwrap()
}

fn cause<'i>(of: &'i Interruptions, id: &str) -> &'i CauseEffect {
    of.causes.iter().find(|cause| cause.id == id).unwrap()
}

#[test]
fn a_cause_closes_what_its_actor_can_close() {
    let model = support::model(&toy());
    let assignment = assignment(&model);
    let (railway, board) = (played(&assignment, "dunmere_by_rail"), played(&assignment, "joint_board"));
    // Borovia can close the line that opens; the company, which neither owns nor runs it, cannot. On the eastern road
    // under the joint board nobody can close alone what nobody opened; snow needs nobody.
    assert_eq!(cause(&railway, "h_quarrel").links, ["rl_bruvala_dunmere"]);
    assert!(cause(&railway, "h_quarrel").is_of_corridor && !cause(&railway, "h_snow").is_of_corridor);
    assert!(cause(&railway, "h_strike").links.is_empty() && cause(&board, "h_quarrel").links.is_empty());
    assert_eq!(cause(&board, "h_snow").links, ["rd_bruvala_castelmor"]);
    // The same snow in both scenarios.
    assert_eq!(cause(&railway, "h_snow").closed_days_per_year, cause(&board, "h_snow").closed_days_per_year);
    assert!(cause(&railway, "h_strike").closed_days_per_year.mean.abs() < 1e-12);
    // -ln 0.05 / 0.5 quiet years rule out one event in two years.
    close(cause(&railway, "h_quarrel").quiet_years, 5.991_464_547_107_98, 1e-12, "quiet years");
    // The joint board opens nothing: no corridor closes, but snow costs something.
    assert!(board.opened.is_empty() && board.draws.never_closed_share() > 1.0 - 1e-12);
    assert!(board.draws.cost().mean > 0.0);
}

#[test]
fn a_closed_day_costs_its_part_of_a_closed_year() {
    let model = support::model(&with(toy(), &["q,Quarrel,BRV,,,0.5,,,,fixed,73,"]));
    let assignment = assignment(&model);
    let found = played(&assignment, "dunmere_by_rail");
    let board = Board::new(&assignment, assignment.position("dunmere_by_rail").unwrap());
    let game = board.bargain(landbridge::outcome::settlement::Convention::StatusQuo, None, &[]).unwrap();
    let cause = &found.causes[0];
    // The corridor is one line, so closing it takes what all gain by it.
    close(cause.total_per_day_usd, game.worth_usd / 365.0, 1e-9, "a day");
    for (at, gain) in game.gain_usd.iter().enumerate() {
        close(cause.cost_per_day_usd[at], gain / 365.0, 1e-6, &found.parties[at].id);
    }
    for draw in &found.draws.draws {
        assert!((draw.cost - cause.total_per_day_usd * draw.closed_days).abs() < 1e-6 * game.worth_usd);
    }
    let cost: f64 = found.cost_usd.iter().sum();
    close(cost, found.draws.cost().mean, 1e-9, "parties add up");
    // An event every two years of being open, a fifth of a year long. The first begins after exp(-t / 2): of 2000 draws
    // exp(-5) never see one, and the share is within 4 standard errors of that.
    let never = (-5.0_f64).exp();
    let error = (never * (1.0 - never) / 2000.0).sqrt();
    assert!((found.draws.never_closed_share() - never).abs() < 4.0 * error);
}

#[test]
fn causes_that_share_links_do_not_count_twice() {
    let (quarrel, flood) =
        ("q,Quarrel,BRV,,,0.5,,,,fixed,73,", "f,Flood,,rl_bruvala_dunmere,,1,,,,exponential,20,");
    let (snow, calm) = ("s,Snow,,,eastern_road,2,,1,0,fixed,3.65,", "q,Quarrel,BRV,,,0,,,,fixed,73,");
    let play = |rows: &[&str]| {
        let model = support::model(&with(tolled(), rows));
        let assignment = assignment(&model);
        played(&assignment, "with_toll")
    };
    // Both close the one line: a day costs the same, and days that both close count once.
    let same = play(&[quarrel, flood]);
    let per_day = same.causes[0].total_per_day_usd;
    close(same.causes[1].total_per_day_usd, per_day, 1e-12, "one line");
    let apart: f64 = same.causes.iter().map(|cause| cause.closed_days_per_year.mean).sum();
    let together = same.draws.closed_days_per_year().mean;
    assert!(together < apart, "{together} {apart}");
    for draw in &same.draws.draws {
        assert!((draw.cost - per_day * draw.closed_days).abs() < 1e-6 * per_day * (1.0 + draw.closed_days));
    }
    close(same.corridor_cost_usd, same.draws.cost().mean, 1e-9, "there is nothing but the corridor");
    // They share no links: costs add up, draw by draw, and neither changes the luck of the other.
    let (both, first, second) = (play(&[quarrel, snow]), play(&[quarrel]), play(&[calm, snow]));
    for ((both, first), second) in both.draws.draws.iter().zip(&first.draws.draws).zip(&second.draws.draws) {
        assert!((both.cost - first.cost - second.cost).abs() < 1e-6 * per_day * (1.0 + first.closed_days));
        assert_eq!(both.closed_days.to_bits(), first.closed_days.to_bits(), "snow is not on the corridor");
    }
    close(both.corridor_cost_usd, first.draws.cost().mean, 1e-9, "without snow");
}

#[test]
fn questions_that_make_no_sense_are_refused() {
    let model = support::model(&toy());
    let assignment = assignment(&model);
    let board = Board::new(&assignment, 0);
    for asked in [
        InterruptionQuery { discount_rate: -0.1, ..ASKED },
        InterruptionQuery { config: SimulationConfig { years: 0.0, ..ASKED.config }, ..ASKED },
        InterruptionQuery { config: SimulationConfig { n_draws: 0, ..ASKED.config }, ..ASKED },
    ] {
        assert!(board.interruptions(&asked).is_err(), "{asked:?}");
    }
}
