//! Which splits of a corridor's revenue keep themselves: (S5), (S6) of `docs/model/settlement.md`.
//!
//! In: where each party stands, and what it collects on the corridor under the regime. Out: least shares, the range of
//! each, and whether the regime's own shares keep themselves. Money is against a year in which all keep the agreement.

use crate::control::split::{Party, self_enforcing_splits, who_breaks};
use crate::outcome::settlement::{Deviation, Member, Split, Stand, Way};

/// The splits that keep themselves; `None` if nothing is collected, or by nobody who is a party.
///
/// # Errors
/// Payoffs that are not finite.
pub(super) fn split(
    stands: &[Stand],
    collected_usd: &[f64],
    discount_factor: f64,
) -> Result<Option<Split>, String> {
    let revenue: f64 = collected_usd.iter().sum();
    if revenue <= 0.0 {
        return Ok(None);
    }
    let is_member = |party: &usize| collected_usd[*party] > 0.0 || !stands[*party].options.is_empty();
    let at: Vec<usize> = (0..stands.len()).filter(is_member).collect();
    let of = |&party: &usize| to_split(&stands[party], collected_usd[party], revenue, discount_factor);
    let parties: Vec<Party> = at.iter().map(of).collect();
    let shares: Vec<f64> = at.iter().map(|&party| collected_usd[party] / revenue).collect();
    let splits = self_enforcing_splits(revenue, &parties).map_err(|error| error.to_string())?;
    let breaking = who_breaks(revenue, &parties, &shares).map_err(|error| error.to_string())?;
    let member = |(place, party): (usize, &Party)| Member {
        party: at[place],
        base_usd: party.base,
        deviate_usd: party.deviate,
        breakdown_usd: party.breakdown,
        own_share: shares[place],
        min_share: splits.min_share[place],
        share: splits.share.as_ref().map(|share| (share[place].min, share[place].max)),
        breaks: breaking.contains(&place),
    };
    Ok(Some(Split {
        revenue_usd: revenue,
        members: parties.iter().enumerate().map(member).collect(),
        min_share_sum: splits.min_share_sum,
        max_patience_drop: splits.max_patience_drop,
        surplus_with_side_payments_usd: splits.surplus_with_side_payments,
    }))
}

/// A party with what it has by its best way to break the agreement, as that is at its least share. What the regime pays
/// it is taken out of all payoffs, so that a way which stops the collection, or takes it, is not counted twice.
fn to_split(stand: &Stand, collected_usd: f64, revenue: f64, discount_factor: f64) -> Party {
    let (base, breakdown) = (-collected_usd, -stand.worth_usd);
    // Who can do nothing has what it has by keeping the agreement, whatever its share.
    let nothing =
        Way { deviation: Deviation::CloseToAll, gain_usd: 0.0, shared_usd: revenue, own_usd: collected_usd };
    let idle = std::slice::from_ref(&nothing);
    let ways = if stand.options.is_empty() { idle } else { &stand.options };
    let impatience = 1.0 - discount_factor;
    let least = |way: &Way| {
        let apart = way.gain_usd - way.own_usd;
        let counts = revenue - impatience * way.shared_usd;
        let lacks = impatience * apart + discount_factor * breakdown - base;
        let share = match () {
            () if lacks <= 0.0 => 0.0,
            () if counts > 0.0 => lacks / counts,
            // Who does not look ahead has of a share as much by breaking the agreement: none is enough.
            () => 1.0 + lacks / revenue,
        };
        (share, apart + share * way.shared_usd)
    };
    // The way that asks for the largest share; of those that ask for none, the one that brings most.
    let mut best = least(&ways[0]);
    for way in &ways[1..] {
        let found = least(way);
        if found.0.total_cmp(&best.0).then(found.1.total_cmp(&best.1)).is_gt() {
            best = found;
        }
    }
    Party { base, deviate: best.1, breakdown, discount_factor }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(gain_usd: f64, shared_usd: f64, own_usd: f64) -> Way {
        Way { deviation: Deviation::CloseToAll, gain_usd, shared_usd, own_usd }
    }

    fn stand(options: Vec<Way>, worth_usd: f64) -> Stand {
        Stand {
            options,
            worth_usd,
            critical_discount_factor: None,
            slack: 0.0,
            break_even_usd: 0.0,
            break_even_gdp_pct: None,
        }
    }

    fn near(found: f64, wanted: f64) {
        assert!((found - wanted).abs() < 1e-12, "{found} is not {wanted}");
    }

    #[test]
    fn two_who_split_a_hundred() {
        // One collects 60, can take all and would lose 70 by breakdown; the other collects 40, loses 30 in the year in
        // which it closes, and 50 in each after. Patience is a half.
        let first = stand(vec![way(40.0, 0.0, 0.0)], 70.0);
        let second = stand(vec![way(-30.0, 0.0, 0.0)], 50.0);
        let found = split(&[first, second], &[60.0, 40.0], 0.5).unwrap().unwrap();
        // 0.5 * 40 - 0.5 * 70 + 60 = 45, and 0.5 * -30 - 0.5 * 50 + 40 = 0.
        near(found.members[0].min_share, 0.45);
        near(found.members[1].min_share, 0.0);
        assert_eq!(found.members[0].share.map(|share| share.1), Some(1.0));
        near(found.members[1].share.unwrap().1, 0.55);
        // (60 + 40 (1 - d) - 70 d) / 100 = 1 - 1.1 d and (40 - 30 (1 - d) - 50 d) / 100 = 0.1 - 0.2 d add up to 1 at
        // d = 0.1 / 1.3.
        near(found.max_patience_drop.unwrap(), 0.5 - 0.1 / 1.3);
        assert!(found.members.iter().all(|member| !member.breaks));
    }

    #[test]
    fn revenue_that_goes_on_is_not_counted_twice() {
        // It closes to one user: 80 of 100 are still collected, of which 48 are its own, and it gains 5. At its least
        // share it has as much by either: 100 s - 60 = 0.5 (5 - 48 + 80 s) - 0.5 * 70.
        let first = stand(vec![way(5.0, 80.0, 48.0)], 70.0);
        let idle = stand(Vec::new(), 50.0);
        let found = split(&[first, idle], &[60.0, 40.0], 0.5).unwrap().unwrap();
        let share = found.members[0].min_share;
        near(share, 3.5 / 60.0);
        near(100.0 * share - 60.0, 0.5 * (5.0 - 48.0 + 80.0 * share) - 35.0);
        near(found.members[1].min_share, 0.0);
    }

    #[test]
    fn who_does_not_look_ahead_may_have_no_share_that_is_enough() {
        let tempted = stand(vec![way(5.0, 100.0, 100.0)], 70.0);
        let found = split(&[tempted], &[100.0], 0.0).unwrap().unwrap();
        assert!(
            found.members[0].min_share > 1.0 && found.members[0].breaks && found.members[0].share.is_none()
        );
        assert!(split(&[stand(Vec::new(), 1.0)], &[0.0], 0.5).unwrap().is_none());
    }
}
