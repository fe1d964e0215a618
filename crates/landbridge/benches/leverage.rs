//! How fast it is known what parties to a corridor can do to each other, and how that grows.
//!
//! `cargo bench -p landbridge --bench leverage` prints sizes and the time of one closure on the built-in study; then, for
//! made-up corridors with more parties, links and zones, the time of all denial values in costs alone and of the game
//! of those who have to agree. The benchmarks are of the built-in study: all shares and denial values of one scenario,
//! in costs alone, closed to each party alone as well, and after trade has answered; and the game of its parties.

mod studies;

use std::sync::LazyLock;
use std::time::Instant;

use divan::{Bencher, black_box};
use landbridge::model::{Assignment, Board, LeverageQuery, TradeModel};
use landbridge::outcome::settlement::Convention;
use studies::{Corridor, assignment, model, south_caucasus};

/// A scenario in which most is open.
const SCENARIO: &str = "open_tripp";

static CAUCASUS: LazyLock<Assignment> = LazyLock::new(|| assignment(&south_caucasus()));

/// Made-up corridors: more links, more zones, more parties, each beside the first.
const GROWTH: [Corridor; 7] = [
    Corridor { across: 2, side: 6, zones: 4 },
    Corridor { across: 2, side: 12, zones: 4 },
    Corridor { across: 2, side: 24, zones: 4 },
    Corridor { across: 2, side: 6, zones: 8 },
    Corridor { across: 2, side: 6, zones: 16 },
    Corridor { across: 3, side: 6, zones: 4 },
    Corridor { across: 4, side: 6, zones: 4 },
];

fn main() {
    print_size();
    print_growth();
    divan::main();
}

fn board() -> Board<'static> {
    Board::new(&CAUCASUS, CAUCASUS.position(SCENARIO).expect("a scenario of the study"))
}

/// What the benchmarks work on, and what one closure takes.
#[expect(clippy::print_stdout, reason = "a size belongs to every figure")]
fn print_size() {
    let size = CAUCASUS.size();
    let start = Instant::now();
    let board = board();
    let built = start.elapsed();
    let n = board.parties().len();
    let closers: Vec<usize> = (0..n).filter(|&party| board.closable(&[party]).count() > 0).collect();
    let start = Instant::now();
    for &closer in &closers {
        black_box(board.close(&board.closable(&[closer]), None));
    }
    println!(
        "built-in study, {SCENARIO}: {n} parties, {} of which can close anything; {} pairs, {} routes, {} places with a \
         capacity; board {:.2} s, a closure {:.2} s\n",
        closers.len(),
        size.pairs,
        size.routes.routes,
        size.facilities,
        built.as_secs_f64(),
        start.elapsed().as_secs_f64() / closers.len() as f64,
    );
}

/// How the time grows with parties, links and zones.
#[expect(clippy::print_stdout, reason = "figures beside each other show how they grow")]
fn print_growth() {
    let titles = [
        "parties",
        "links",
        "zones",
        "pairs",
        "routes",
        "routes s",
        "denials s",
        "closures",
        "game s",
        "solved",
    ];
    println!("{}", titles.map(|title| format!("{title:>9}")).join(" "));
    for corridor in GROWTH {
        let model = model(&corridor.text());
        let begin = Instant::now();
        let assignment = assignment(&model);
        let built = begin.elapsed().as_secs_f64();
        let at = assignment.position(Corridor::OPEN).expect("the scenario of the corridor");
        let board = Board::new(&assignment, at);
        let begin = Instant::now();
        let leverage = board.leverage(&LeverageQuery::default(), None).expect("trade does not answer");
        let denied = begin.elapsed().as_secs_f64();
        let begin = Instant::now();
        let game = board.bargain(Convention::StatusQuo, None, &[]).expect("few parties");
        let played = begin.elapsed().as_secs_f64();
        assert!(leverage.is_converged && game.is_converged, "made-up corridors have equilibria");
        let size = assignment.size();
        println!(
            "{:>9} {:>9} {:>9} {:>9} {:>9} {built:>9.3} {denied:>9.3} {:>9} {played:>9.3} {:>9}",
            corridor.n_parties(),
            model.network.assets.len(),
            size.zones,
            size.pairs,
            size.routes.routes,
            corridor.n_parties(),
            game.n_solved,
        );
    }
    println!();
}

fn leverage(bencher: Bencher, selective: bool, with_trade: bool) {
    let board = board();
    let trade =
        with_trade.then(|| TradeModel::new(&CAUCASUS).expect("the built-in study has totals of trade"));
    let query = LeverageQuery { selective, ..LeverageQuery::default() };
    bencher.bench_local(|| board.leverage(black_box(&query), trade.as_ref()).expect("trade has equilibria"));
}

/// Shares and denial values in costs alone.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn costs_only(bencher: Bencher) {
    leverage(bencher, false, false);
}

/// The same with links also closed to each party alone.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn selective(bencher: Bencher) {
    leverage(bencher, true, false);
}

/// After trade has answered, in all horizons.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn with_trade(bencher: Bencher) {
    leverage(bencher, false, true);
}

/// With all built that could be: routes of a universe of their own, and all closures in it.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn with_options(bencher: Bencher) {
    let board = board();
    let query = LeverageQuery::default();
    bencher.bench_local(|| board.options(black_box(&query), false, 0.08).expect("no trade answers"));
}

fn game(bencher: Bencher, trade: bool) {
    let board = board();
    let trade = trade.then(|| TradeModel::new(&CAUCASUS).expect("the built-in study has totals of trade"));
    let longest = trade.as_ref().and_then(|trade| Some((trade, trade.horizons().last()?)));
    bencher.bench_local(|| board.bargain(black_box(Convention::StatusQuo), longest, &[]).expect("a game"));
}

/// Values of all parties in the game of the corridor, in costs alone.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn shapley_costs_only(bencher: Bencher) {
    game(bencher, false);
}

/// The same after trade has answered in the last horizon.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn shapley_with_trade(bencher: Bencher) {
    game(bencher, true);
}
