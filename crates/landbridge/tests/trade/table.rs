//! Tables of trade that a user brings: every problem has its code, and any text is read or refused.

use std::collections::BTreeSet;
use std::sync::Arc;

use landbridge::diagnostic::{Code, Diagnostic, SourceText, has_errors};
use landbridge::trade::equilibrium::{EquilibriumConfig, solve};
use landbridge::trade::table::{Missing, read_trade};
use landbridge::trade::{Closure, Economy, Elasticity, Group};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn source(text: &str) -> Arc<SourceText> {
    SourceText::new("table.csv", text)
}

/// All that is said of two tables, and of the answer.
fn said(flows: &str, shock: &str, missing: Missing) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    let Some(table) = read_trade(&source(flows), missing, &mut out) else {
        assert!(has_errors(&out));
        return out;
    };
    let Some(change) = table.read_change(&source(shock), &mut out) else {
        assert!(has_errors(&out));
        return out;
    };
    let elasticity = Elasticity::from_sigma(5.0).unwrap();
    let group = Group { flow: table.flow.clone(), latent: None, elasticity };
    let answer = Economy::new(vec![group], Closure::FixedNominal)
        .and_then(|economy| solve(&economy, &[change], &EquilibriumConfig::default()));
    match answer {
        Ok(after) => assert!(after.is_converged && after.welfare_hat.iter().all(|hat| hat.is_finite())),
        Err(error) => out.push(table.problem(&error)),
    }
    out
}

const HEADER: &str = "exporter,importer,value\n";
const SHOCK: &str = "exporter,importer,tau_hat\n";

#[test]
fn every_code_of_trade_is_raised() {
    let cases = [
        ("A,A,6\nA,B,2\nB,B,9\n", "A,B,0.9\n", Code::LB0290),
        ("A,A,6\nA,B,2\nB,A,2\nB,B,9\nA,A,6\n", "A,B,0.9\n", Code::LB0291),
        ("A,A,6\nA,B,2\nB,A,2\nB,B,9\n", "A,B,0.9\nA,B,0.9\n", Code::LB0291),
        ("A,A,0\nA,B,0\nB,A,2\nB,B,9\n", "A,B,0.9\n", Code::LB0292),
        ("A,A,6\nA,B,3\nB,A,2\nB,B,9\n", "A,B,closed\nB,A,closed\n", Code::LB0293),
        ("A,A,0\nA,B,2\nB,A,2\nB,B,9\n", "B,A,closed\n", Code::LB0294),
        ("A,A,6\nA,B,0\nB,A,0\nB,B,9\n", "A,B,0.9\n", Code::LB0295),
    ];
    let mut raised = BTreeSet::new();
    for (flows, shock, code) in cases {
        let found = said(&format!("{HEADER}{flows}"), &format!("{SHOCK}{shock}"), Missing::Error);
        assert!(found.iter().any(|problem| problem.code == code), "{}: {found:?}", code.name());
        assert!(found.iter().all(|problem| problem.place.is_some() && !problem.help.is_empty()));
        raised.insert(code);
    }
    assert_eq!(raised.len(), 6);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        rng_seed: RngSeed::Fixed(7),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_rows_are_answered_or_refused(
        flows in prop::collection::vec((0..3usize, 0..3usize, "[0-9]{1,3}|-1|1e15|nan|inf|x||0|1e-300"), 0..14),
        shock in prop::collection::vec((0..4usize, 0..3usize, "0[.][1-9]|closed|0|inf|-1|1e6||1e-6"), 0..5),
        zero in any::<bool>(),
    ) {
        let row = |(i, j, value): &(usize, usize, String)| format!("c{i},c{j},{value}\n");
        let flows: String = flows.iter().map(row).collect();
        let shock: String = shock.iter().map(row).collect();
        let missing = if zero { Missing::Zero } else { Missing::Error };
        said(&format!("{HEADER}{flows}"), &format!("{SHOCK}{shock}"), missing);
    }

    #[test]
    fn any_text_is_refused(text in ".{0,200}") {
        said(&text, &text, Missing::Error);
        said(&format!("{HEADER}{text}"), &text, Missing::Zero);
    }
}
