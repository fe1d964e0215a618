//! How fast it is known what parties to a corridor can do to each other, on the built-in study.
//!
//! `cargo bench -p landbridge --bench leverage` prints sizes, and the time of all shares and denial values of one scenario:
//! in costs alone, closed to each party alone as well, and after trade has answered.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Instant;

use divan::{Bencher, black_box};
use landbridge::model::{Assignment, Board, LeverageQuery, Model, TradeModel};
use landbridge::study::StudyText;

/// A scenario in which most is open.
const SCENARIO: &str = "open_tripp";

static CAUCASUS: LazyLock<Assignment> = LazyLock::new(|| {
    let root: PathBuf =
        [env!("CARGO_MANIFEST_DIR"), "..", "..", "studies", "south-caucasus"].iter().collect();
    let mut text = StudyText::new();
    read_folder(&root, &root, &mut text);
    let (model, _) = Model::load(&text);
    let model = model.expect("the built-in study is valid");
    model.assignment(model.study.study.base_year).expect("the built-in study has demand")
});

fn main() {
    print_size();
    divan::main();
}

fn read_folder(root: &Path, folder: &Path, into: &mut StudyText) {
    for entry in std::fs::read_dir(folder).expect("the built-in study is there") {
        let path = entry.expect("a folder can be listed").path();
        if path.is_dir() {
            read_folder(root, &path, into);
        } else {
            let name =
                path.strip_prefix(root).expect("within the folder").to_string_lossy().replace('\\', "/");
            into.insert(name, std::fs::read_to_string(&path).expect("a file can be read"));
        }
    }
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
