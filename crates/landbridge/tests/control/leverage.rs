//! Shares of control and denial: the worked example, an equilibrium from end to end, and what must hold.

use landbridge::control::denial::{
    DenialMatrix, denial_cost, dependence, second_best_premium, substitutability,
};
use landbridge::control::shapley::shapley;
use landbridge::control::share::{Closers, ControlShare, Met, Tally, concentration};
use landbridge::control::{Coalition, ControlError, Game};
use proptest::prelude::*;

use super::games::config;
use super::{all_near, near};

const SAME: f64 = 1e-12;

fn set(actors: &[usize]) -> Coalition {
    Coalition::of(actors.iter().copied()).unwrap()
}

/// A flow on one route: how much, its links, and the actors without whose links there is no way at any cost.
struct RouteFlow {
    flow: f64,
    links: Vec<usize>,
    unavoidable: Coalition,
}

/// All flows counted, for these sets of actors.
fn tally<'c>(closers: &'c Closers, asked: &'c [Coalition], routes: &[RouteFlow]) -> Tally<'c> {
    let mut tally = Tally::new(closers, asked);
    for route in routes {
        let has_no_way: Vec<bool> =
            asked.iter().map(|who| !who.intersection(route.unavoidable).is_empty()).collect();
        tally.add(route.flow, closers.on(route.links.iter().copied()), &has_no_way);
        let mut links = route.links.clone();
        links.sort_unstable();
        links.dedup();
        for link in links {
            tally.pass(link, route.flow);
        }
    }
    tally
}

/// What each of some actors could stop alone.
fn shares_of_each(n: usize, closers: &Closers, routes: &[RouteFlow]) -> Vec<ControlShare> {
    let each: Vec<Coalition> = (0..n).map(|actor| set(&[actor])).collect();
    tally(closers, &each, routes).shares()
}

/// Actors M, G, R. From b to x over M or G, to y over G and R, to z over nobody; a way to y at 110 over nobody is free.
fn example() -> (Vec<RouteFlow>, Vec<Vec<Coalition>>) {
    let route = |flow, links: &[usize], unavoidable| RouteFlow { flow, links: links.to_vec(), unavoidable };
    let routes = vec![
        route(60.0, &[0], Coalition::EMPTY),
        route(40.0, &[1], Coalition::EMPTY),
        route(100.0, &[2, 3], Coalition::EMPTY),
        route(50.0, &[4], Coalition::EMPTY),
    ];
    let closers = vec![vec![set(&[0])], vec![set(&[1])], vec![set(&[1])], vec![set(&[2])], vec![]];
    (routes, closers)
}

#[test]
fn shares_of_the_reference() {
    let (routes, closers) = example();
    let closers = Closers::new(3, &closers).unwrap();
    let shares = shares_of_each(3, &closers, &routes);
    all_near(&[0, 1, 2].map(|actor| shares[actor].any_link), &[0.24, 0.56, 0.4], SAME);
    let all = tally(&closers, &[], &routes);
    near(all.total(), 250.0, SAME);
    near(all.uncontrolled_share(), 0.2, SAME);
    let sum: f64 = shares.iter().map(|share| share.any_link).sum();
    near(sum + all.uncontrolled_share(), 1.4000000000000001, SAME);
    // G has a link with 40 and one with 100.
    all_near(&[0, 1, 2].map(|actor| shares[actor].single_chokepoint), &[0.24, 0.4, 0.4], SAME);
    // In series: G and R stop together what G stops alone; M and G stand side by side.
    near(all.share(set(&[1, 2])), 0.56, SAME);
    near(all.share(set(&[0, 1])), 0.8, SAME);
    near(all.share(set(&[])), 0.0, SAME);
}

#[test]
fn who_closes_together_and_who_cannot_be_avoided() {
    let (mut routes, mut closers) = example();
    // Link 4 needs M and R to be closed; M cannot be avoided to x.
    closers[4] = vec![set(&[0, 2])];
    routes[0].unavoidable = set(&[0]);
    let closers = Closers::new(3, &closers).unwrap();
    let asked = [set(&[0]), set(&[0, 1]), set(&[0, 2])];
    let shares = tally(&closers, &asked, &routes).shares();
    near(shares[2].joint, 0.2, SAME);
    near(shares[1].joint, 0.0, SAME);
    // Of one actor it is all that it can stop.
    near(shares[0].joint, 0.24, SAME);
    near(shares[2].any_link, 0.24 + 0.4 + 0.2, SAME);
    // The link that needs both has less than the one of R alone.
    near(shares[2].single_chokepoint, 0.4, SAME);
    near(tally(&closers, &[], &routes).uncontrolled_share(), 0.0, SAME);
    near(shares[0].exclusive, 0.24, SAME);
    assert!(closers.can_close(set(&[0, 2]), 4) && !closers.can_close(set(&[0]), 4));
}

#[test]
fn denial_of_the_reference() {
    // To x both ways cost 50, to y 80 or 110. Without limits M costs nothing, G and R 100 (110 - 80).
    let to_y = || denial_cost(80.0, &[(100.0, 110.0)], 0.0, 200.0).unwrap();
    near(denial_cost(50.0, &[(60.0, 50.0)], 0.0, 200.0).unwrap(), 0.0, SAME);
    near(to_y(), 3000.0, SAME);
    // Each way to x carries 70 of 100 at most; what is not served is worth 200.
    let to_x = denial_cost(50.0, &[(70.0, 50.0)], 30.0, 200.0).unwrap();
    all_near(&[to_x, to_x + to_y(), to_y()], &[4500.0, 7500.0, 3000.0], SAME);
    near(second_best_premium(50.0, 50.0).unwrap(), 0.0, SAME);
    near(second_best_premium(80.0, 110.0).unwrap(), 0.375, SAME);
    near(substitutability(0.375).unwrap(), 80.0 / 110.0, SAME);
    near(substitutability(second_best_premium(80.0, f64::INFINITY).unwrap()).unwrap(), 0.0, SAME);
    // 3000 of a bill of 100 * 50 + 100 * 80 + 50 * 40.
    near(dependence(to_y(), 15_000.0).unwrap(), 0.2, SAME);
    // Amounts need not add up to 1; one has all; of nothing there is none.
    near(concentration([50.0, 30.0, 20.0]), 0.38, SAME);
    near(concentration([0.0, 7.0]), 1.0, SAME);
    near(concentration([0.0, 0.0]), 0.0, SAME);
}

/// Two routes, 10 + x/100 of M and 15 + x/200 of G, for 900 units that are sent while they cost at most 40. Cost of a
/// unit and flow on the route of M in equilibrium.
fn equilibrium(m_open: bool, g_open: bool) -> (f64, f64) {
    match (m_open, g_open) {
        (true, true) => {
            // 10 + x/100 = 15 + (900 - x)/200.
            let x = 9.5 / 0.015;
            (10.0 + 0.01 * x, x)
        }
        (true, false) => (10.0 + 9.0, 900.0),
        (false, true) => (15.0 + 4.5, 0.0),
        (false, false) => (40.0, 0.0),
    }
}

#[test]
fn an_equilibrium_for_each_coalition() {
    let [both, m, g, none] = [(true, true), (true, false), (false, true), (false, false)];
    let cost = |(m, g): (bool, bool)| equilibrium(m, g).0;
    all_near(&[both, m, g, none].map(cost), &[16.33333333333333, 19.0, 19.5, 40.0], SAME);
    let x = equilibrium(true, true).1;
    near(x, 633.3333333333334, SAME);
    let route = |flow, link| RouteFlow { flow, links: vec![link], unavoidable: Coalition::EMPTY };
    let (routes, closers) = ([route(x, 0), route(900.0 - x, 1)], [vec![set(&[1])], vec![set(&[2])]]);
    let shares = shares_of_each(3, &Closers::new(3, &closers).unwrap(), &routes);
    all_near(&[shares[1].any_link, shares[2].any_link], &[0.7037037037037037, 0.2962962962962963], SAME);
    // What b has with all open and with each of b, M, G closing.
    let welfare = |open| vec![-900.0 * cost(open), 0.0, 0.0];
    let closed = [welfare(none), welfare(g), welfare(m)];
    let matrix = DenialMatrix::from_welfare(&welfare(both), &closed).unwrap();
    near(matrix.value(1, 0), 2850.000000000004, SAME);
    near(matrix.value(2, 0), 2400.000000000004, SAME);
    assert_eq!(matrix.ranking(0), [1, 2]);
    // Coalitions use what their members open; only b gains.
    let usable = |set: Coalition| (set.contains(0) && set.contains(1), set.contains(0) && set.contains(2));
    let gains = |&open: &(bool, bool)| vec![900.0 * (40.0 - cost(open)), 0.0, 0.0];
    let game = Game::from_usable(3, usable, gains).unwrap();
    let worths = [set(&[0, 1]), set(&[0, 2]), set(&[0, 1, 2])].map(|set| game.worth(set));
    all_near(&worths, &[18900.0, 18450.0, 21300.000000000004], SAME);
    let value = shapley(&game).unwrap();
    all_near(&value, &[13325.000000000002, 4100.000000000001, 3875.0000000000014], SAME);
}

#[test]
fn leverage_and_credibility() {
    let matrix =
        DenialMatrix::new(&[vec![2.0, 10.0, 0.5], vec![4.0, 0.0, 3.0], vec![-1.0, 6.0, 5.0]]).unwrap();
    near(matrix.net_leverage(0, 1), 6.0, SAME);
    near(matrix.credibility(0, 1, 1.0).unwrap(), 5.0, SAME);
    // No own cost: the floor stands for it.
    near(matrix.credibility(1, 0, 0.5).unwrap(), 8.0, SAME);
    assert_eq!((matrix.ranking(1), matrix.ranking(0)), (vec![0, 2], vec![1, 2]));
    assert!(matrix.credibility(1, 0, 0.0).is_err());
    assert!(DenialMatrix::new(&[vec![1.0], vec![1.0]]).is_err());
    // 0 and 2 close together what takes 12 from 1, at a cost of 3 to them: no leverage of one over another.
    let closers = vec![set(&[0]), set(&[1]), set(&[0, 2])];
    let value = [vec![2.0, 10.0, 0.5], vec![4.0, 0.0, 3.0], vec![1.0, 12.0, 2.0]];
    let own = [vec![2.0; 3], vec![0.0; 3], vec![3.0; 3]];
    let matrix = DenialMatrix::of_sets(3, closers, &value, &own).unwrap();
    near(matrix.credibility(2, 1, 1.0).unwrap(), 4.0, SAME);
    near(matrix.net_leverage(0, 1), 6.0, SAME);
    // 2 closes nothing alone.
    near(matrix.net_leverage(2, 1), -3.0, SAME);
    assert!(DenialMatrix::of_sets(3, vec![set(&[0])], &value, &own).is_err());
}

#[test]
fn what_makes_no_sense_is_refused() {
    let (_, closers) = example();
    assert_eq!(Closers::new(2, &closers).unwrap_err(), ControlError::Actor { actor: 2, n_actors: 2 });
    assert!(Closers::new(25, &closers).is_err() && Closers::new(0, &[]).is_err());
    let many: Vec<Vec<Coalition>> = (1..200).map(|bits| vec![Coalition::from_bits(bits)]).collect();
    assert_eq!(Closers::new(8, &many).unwrap_err(), ControlError::TooManySets { n_sets: 199, most: 128 });
    // Nothing is no share of nothing.
    assert_eq!(shares_of_each(3, &Closers::new(3, &closers).unwrap(), &[]), [ControlShare::default(); 3]);
    assert!(second_best_premium(80.0, 70.0).is_err());
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn shares_keep_their_order(
        routes in prop::collection::vec((0.1..10.0f64, prop::collection::vec(0..6usize, 0..4), 0..16_u32), 1..8),
        closers in prop::collection::vec(prop::collection::vec(0..16_u32, 0..3), 6),
    ) {
        let routes: Vec<RouteFlow> = routes.into_iter()
            .map(|(flow, links, bits)| RouteFlow { flow, links, unavoidable: Coalition::from_bits(bits) }).collect();
        let closers: Vec<Vec<Coalition>> =
            closers.into_iter().map(|sets| sets.into_iter().map(Coalition::from_bits).collect()).collect();
        let known = Closers::new(4, &closers).unwrap();
        let all = Coalition::all(4).unwrap();
        let asked: Vec<Coalition> = all.subsets().collect();
        let counted = tally(&known, &asked, &routes);
        near(counted.share(all) + counted.uncontrolled_share(), 1.0, SAME);
        // Each route on its own: the words of the definitions, without the sums by whom it meets.
        let total: f64 = routes.iter().map(|route| route.flow).sum();
        let stops = |who: Coalition, route: &RouteFlow| {
            let of_link = |&link: &usize| closers[link].iter().any(|set| !set.is_empty() && set.is_subset_of(who));
            route.links.iter().any(of_link)
        };
        let part = |takes: &dyn Fn(&RouteFlow) -> bool| {
            routes.iter().filter(|route| takes(route)).map(|route| route.flow).sum::<f64>() / total
        };
        for (&who, share) in asked.iter().zip(counted.shares()) {
            prop_assert!(share.single_chokepoint <= share.any_link + SAME && share.any_link <= 1.0 + SAME);
            near(share.any_link, part(&|route| stops(who, route)), SAME);
            let needs_all = |route: &RouteFlow| {
                stops(who, route) && who.members().all(|actor| !stops(who.without(actor), route))
            };
            near(share.joint, part(&needs_all), SAME);
            let on = |link: usize| part(&|route| stops(who, route) && route.links.contains(&link));
            let closed = (0..6).filter(|&link| known.can_close(who, link));
            near(share.single_chokepoint, closed.map(on).fold(0.0, f64::max), SAME);
            // More members never stop less.
            who.subsets().for_each(|part| assert!(counted.share(part) <= share.any_link + SAME));
        }
        prop_assert_eq!(known.on([]), Met::NOBODY);
    }

    #[test]
    fn net_leverage_has_two_sides(rows in (1..7usize).prop_flat_map(|n| prop::collection::vec(prop::collection::vec(-9.0..9.0f64, n), n))) {
        let matrix = DenialMatrix::new(&rows).unwrap();
        for a in 0..rows.len() {
            for b in 0..rows.len() {
                prop_assert!((matrix.net_leverage(a, b) + matrix.net_leverage(b, a)).abs() < f64::MIN_POSITIVE);
            }
            let ranking = matrix.ranking(a);
            prop_assert!(ranking.windows(2).all(|pair| matrix.value(pair[0], a) >= matrix.value(pair[1], a)));
        }
    }
}
