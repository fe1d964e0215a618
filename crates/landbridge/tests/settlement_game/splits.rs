//! Splits that keep themselves, penalties and vetoes: by hand on the toy with a toll, and against the thresholds.

use landbridge::model::Board;
use landbridge::outcome::promise::PromiseQuery;
use landbridge::outcome::settlement::{Deviation, Settlement};
use landbridge::study::StudyText;

use super::support::{self, close, folder, toy};
use super::{PATIENCE, assignment};

/// The toy with the railway to Dunmere under a regime: Borovia and Dunland close, consent and share a toll of 2 a tonne;
/// the railway company runs it.
pub fn tolled() -> StudyText {
    let mut text = toy();
    let basis = "source = [\"toy\"]\nquality = \"assumed\"\n";
    let regime = format!(
        "[regime]\nname = \"Railway of two\"\n{basis}\n[[control]]\ngroups = [\"dunmere_railway\"]\ncan_close = \"BRV|DUN\"\n\
         must_consent = \"BRV+DUN\"\noperator = [\"ORC\"]\ncollectors = \"BRV=0.75;DUN=0.25\"\n{basis}\n[[rule]]\nid = \"toll\"\n\
         action = \"toll\"\ngroups = [\"dunmere_railway\"]\napplies_to = [\"freight\"]\namount = 2.0\nper = \"t\"\n{basis}"
    );
    let scenario = format!(
        "[scenario]\nname = \"With a toll\"\nextends = \"dunmere_by_rail\"\nregimes = [\"railway_of_two\"]\n{basis}"
    );
    text.insert("regimes/railway_of_two.toml".to_owned(), regime);
    text.insert("scenarios/with_toll.toml".to_owned(), scenario);
    text
}

/// Whether the members who break the agreement with their own shares are those whom the thresholds say to break it.
fn agrees_with_thresholds(settlement: &Settlement) {
    let split = settlement.split.as_ref().unwrap();
    let shares: f64 = split.members.iter().map(|member| member.own_share).sum();
    close(shares, 1.0, 1e-12, "shares");
    for member in &split.members {
        let stand = &settlement.stands[member.party];
        let margin = 1e-6 * split.revenue_usd;
        let least = stand.break_even_usd.min(stand.worth_usd);
        // Within the margin rounding decides.
        if least.abs() > margin {
            assert_eq!(member.breaks, least < 0.0, "{}", settlement.parties[member.party].id);
        }
        if let Some((from, to)) = member.share {
            assert!(from <= to + 1e-12 && (from - member.min_share).abs() < 1e-12);
        }
    }
    assert_eq!(split.min_share_sum <= 1.0, split.members.iter().all(|member| member.share.is_some()));
}

#[test]
fn a_toll_is_split_by_hand() {
    let model = support::model(&tolled());
    let assignment = assignment(&model);
    let board = Board::new(&assignment, assignment.position("with_toll").unwrap());
    let settlement = board.settlement(PATIENCE).unwrap();
    agrees_with_thresholds(&settlement);
    let split = settlement.split.as_ref().unwrap();
    let at = |id: &str| settlement.parties.iter().position(|party| party.id == id).unwrap();
    let (borovia, dunland, company) = (at("BRV"), at("DUN"), at("ORC"));
    let members: Vec<usize> = split.members.iter().map(|member| member.party).collect();
    assert_eq!(members, [borovia, dunland, company], "collectors, and who runs the line");
    // Three quarters and one quarter of 2 a tonne; all goods over the railway pay once.
    let of = |party: usize| split.members.iter().find(|member| member.party == party).unwrap();
    close(of(borovia).own_share, 0.75, 1e-12, "Borovia");
    close(of(dunland).own_share, 0.25, 1e-12, "Dunland");
    let revenue = board.open().corridor_usd.iter().sum::<f64>();
    close(split.revenue_usd, revenue, 1e-12, "revenue");
    assert!(revenue > 0.0);
    // Closing the one link is breakdown at once, X = P = -worth, so that patience does not matter: the least share is
    // what is missing to have as much as without, own share - worth / revenue. Ways that leave the line open to all who
    // use it bring nothing.
    for party in [borovia, dunland, company] {
        let stand = &settlement.stands[party];
        let wanted = (of(party).own_share - stand.worth_usd / revenue).max(0.0);
        close(of(party).min_share, wanted, 1e-9, &settlement.parties[party].id);
    }
    let sum: f64 = split.members.iter().map(|member| member.min_share).sum();
    close(split.min_share_sum, sum, 1e-12, "sum");
    // With payments to each other: at no share Borovia and Dunland could close the line to Castora, which does not use
    // it, have as much as by keeping the agreement for a year, and breakdown after; the company only breakdown.
    let delta = settlement.discount_factor;
    let left = |party: usize| {
        let (worth, own) = (settlement.stands[party].worth_usd, of(party).own_share * revenue);
        match of(party).min_share {
            share if share > 0.0 => -share * revenue,
            _ if party == company => worth,
            _ => delta * (worth - own),
        }
    };
    let surplus = revenue + left(borovia) + left(dunland) + left(company);
    close(split.surplus_with_side_payments_usd, surplus, 1e-9, "surplus");
}

#[test]
fn splits_agree_with_thresholds_in_the_study() {
    let model = support::model(&folder("south-caucasus"));
    let assignment = assignment(&model);
    let board = Board::new(&assignment, assignment.position("open_tripp").unwrap());
    let settlement = board.settlement(PATIENCE).unwrap();
    agrees_with_thresholds(&settlement);
    // Tolls are taken by a host on its own land only, and found to bring more than none.
    for stand in &settlement.stands {
        for way in &stand.options {
            if let Deviation::RaiseToll(toll) = way.deviation {
                assert!(toll > 0.0 && toll <= 60.0 && way.gain_usd > 0.0);
            }
        }
    }
    let usa = settlement.parties.iter().position(|party| party.id == "USA").unwrap();
    assert_eq!(board.guarantor(), Some(usa), "its consent is needed under this regime");
}

#[test]
fn penalties_deter_as_worked_out_by_hand() {
    let model = support::model(&toy());
    let assignment = assignment(&model);
    let board = Board::new(&assignment, assignment.position("dunmere_by_rail").unwrap());
    let mut settlement = board.settlement(PATIENCE).unwrap();
    // One party with the payoffs of the reference: C = 0, X = 6, P = -6, so that the critical factor is a half; the
    // patience is 0.25.
    settlement.discount_factor = 0.25;
    let party = settlement.parties.iter().position(|party| party.id == "BRV").unwrap();
    settlement.stands[party].options.truncate(1);
    settlement.stands[party].options[0].gain_usd = 6.0;
    settlement.stands[party].worth_usd = 6.0;
    let asked = PromiseQuery {
        penalties_usd: vec![4.0, 2.0],
        fades_per_year: 0.1,
        leaves_after_years: f64::INFINITY,
        gains_usd: vec![0.0, 3.0],
    };
    let promises = settlement.promises(&asked).unwrap();
    // X + d P / (1 - d) = 6 - 2: 4 is just enough.
    close(promises.needed_usd[party].unwrap(), 4.0, 1e-12, "needed");
    assert_eq!(promises.penalties_usd, [2.0, 4.0]);
    let under = |at: usize| promises.under[at][party].unwrap();
    // (6 - F) / (12 - F).
    close(under(0).critical_discount_factor.unwrap(), 0.4, 1e-12, "2");
    close(under(1).critical_discount_factor.unwrap(), 0.25, 1e-12, "4");
    close(under(1).slack, 0.0, 1e-12, "slack");
    close(under(0).enough_years, 0.0, 1e-12, "2 is not enough");
    // A penalty that is just enough has no year to fade; twice as much has ln 2 / 0.1.
    close(under(1).enough_years, 0.0, 1e-12, "4 fades at once");
    let twice = PromiseQuery { penalties_usd: vec![8.0], ..asked.clone() };
    let found = settlement.promises(&twice).unwrap().under[0][party].unwrap();
    close(found.enough_years, 2.0_f64.ln() / 0.1, 1e-12, "8");
    let leaves = PromiseQuery { penalties_usd: vec![8.0], leaves_after_years: 5.0, ..asked.clone() };
    close(settlement.promises(&leaves).unwrap().under[0][party].unwrap().enough_years, 5.0, 1e-12, "left");
    // A gain of 3 each year: X = 9, P = -3.
    close(promises.factors[0][party].unwrap(), 0.5, 1e-12, "no gain");
    close(promises.factors[1][party].unwrap(), 0.75, 1e-12, "a gain of 3");
    assert!(settlement.promises(&PromiseQuery { penalties_usd: vec![-1.0], ..asked }).is_err());
    // Without a question there are some penalties, around the one that is needed.
    let some = settlement.promises(&PromiseQuery::default()).unwrap();
    close(some.penalties_usd[2], 4.0, 1e-12, "in between");
}

#[test]
fn a_veto_moves_value_to_who_has_it() {
    let model = support::model(&toy());
    let assignment = assignment(&model);
    let board = Board::new(&assignment, assignment.position("dunmere_by_rail").unwrap());
    let game = board.bargain(landbridge::outcome::settlement::Convention::StatusQuo, None, &[]).unwrap();
    let at = |id: &str| game.parties.iter().position(|party| party.id == id).unwrap();
    let [aldermark, borovia, castora, dunland] = ["ALD", "BRV", "CST", "DUN"].map(at);
    let gain = &game.gain_usd;
    let veto = board.veto(castora).unwrap();
    let scale = game.worth_usd;
    // Three have to consent, and share alike what others gain, and what they gain themselves.
    let three = gain[aldermark] / 4.0 + (gain[borovia] + gain[castora] + gain[dunland]) / 3.0;
    // Without the veto of Castora two do; Castora has a third of its own gain, as Aldermark has.
    let two = (gain[aldermark] + gain[castora]) / 3.0 + f64::midpoint(gain[borovia], gain[dunland]);
    for (found, wanted) in [
        (veto.with_usd[castora], three),
        (veto.with_usd[borovia], three),
        (veto.with_usd[aldermark], gain[aldermark] / 4.0),
        (veto.without_usd[borovia], two),
        (veto.without_usd[dunland], two),
        (veto.without_usd[castora], gain[castora] / 3.0),
        (veto.without_usd[aldermark], gain[aldermark] / 3.0),
    ] {
        assert!((found - wanted).abs() < 1e-9 * scale, "{found} {wanted}");
    }
    assert!(veto.with_usd[castora] > veto.without_usd[castora]);
}
