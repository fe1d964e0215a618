//! Equilibria and their derivatives against other solutions.

use super::choices::Cell;
use super::*;
use std::sync::Arc;

use crate::assignment::{NestedLogit, Scales, UseLists};
use crate::route::route_set::Nest;

#[track_caller]
fn near(got: f64, want: f64, tolerance: f64) {
    assert!((got - want).abs() <= tolerance * want.abs().max(1.0), "{got} is not {want}");
}

/// Links of a network with a two-cycle: free cost and slope.
const LINKS: [(f64, f64); 6] =
    [(2.0, 0.02), (3.0, 0.01), (1.0, 0.005), (1.0, 0.005), (4.0, 0.01), (2.0, 0.03)];

/// All walks from node 1 to node 4: first to node 2 or 3, then to and fro between them, then on.
fn walks() -> Choices {
    let mut walks: Vec<Vec<u16>> = Vec::new();
    for start in [0_u16, 1] {
        let mut walk = vec![start];
        for step in 0..60 {
            let at_node_2 = (step % 2 == 0) == (start == 0);
            let mut whole = walk.clone();
            whole.push(if at_node_2 { 4 } else { 5 });
            walks.push(whole);
            walk.push(if at_node_2 { 2 } else { 3 });
        }
    }
    let mut lists = UseLists::default();
    let routes: Vec<(f64, Nest, u32)> = walks
        .iter()
        .enumerate()
        .map(|(at, walk)| (0.0, if at == 0 { Nest::Mode } else { Nest::Variant }, lists.number(walk)))
        .collect();
    let mut choices = Choices::new(Arc::new(lists));
    choices.push(0, 100.0, Scales::plain(1.0), f64::INFINITY, routes);
    choices
}

fn linear(free: f64, slope: f64) -> Delay {
    Delay::Bpr { free_h: free, b: slope / free, power: 1.0, capacity: 1.0 }
}

fn two_cycle() -> (Choices, Congestion) {
    let choices = walks();
    let congestion = Congestion {
        delay: LINKS.iter().map(|&(free, slope)| linear(free, slope)).collect(),
        reference_h: vec![0.0; 6],
        load: vec![vec![1.0; 6]],
        price: vec![vec![1.0; 6]],
    };
    (choices, congestion)
}

/// Logit over all walks, solved apart by Newton on the fixed point and by minimising the dual; the derivatives by
/// the adjoint agree with differences to 1e-8.
#[test]
fn equilibrium_and_derivatives_of_a_network_with_a_cycle() {
    let (choices, congestion) = two_cycle();
    let found = solve(&choices, &congestion, None, &EquilibriumConfig { gap: 1e-13, max_iterations: 30 });
    assert!(found.is_converged && found.iterations < 20, "{found:?}");
    let flows = [
        52.523_443_900_943_97,
        47.476_556_099_056_02,
        31.127_046_367_991_017,
        19.029_613_444_178_76,
        40.426_010_977_131_71,
        59.573_989_022_868_275,
    ];
    found.flow.iter().zip(flows).for_each(|(got, want)| near(*got, want, 1e-8));
    let hours = [
        3.050_468_878_018_879,
        3.474_765_560_990_560_3,
        1.155_635_231_839_955_2,
        1.095_148_067_220_893_8,
        4.404_260_109_771_317,
        3.787_219_670_686_048_4,
    ];
    found.extra_h.iter().zip(hours).for_each(|(got, want)| near(*got, want, 1e-8));
    let sensitivity = Sensitivity::new(&choices, &congestion, &found).unwrap_or_else(|| panic!("regular"));
    near(sensitivity.total_cost(), 623.985_260_080_110_7, 1e-8);
    let by_hour = [
        49.707_262_726_483_61,
        50.292_737_281_299_96,
        16.559_987_378_776_6,
        21.351_772_520_007_998,
        54.499_048_0,
        45.500_952_1,
    ];
    let gradient = sensitivity.of_total_cost();
    gradient.by_hour.iter().zip(by_hour).for_each(|(got, want)| near(*got, want, 2e-8));
    // With a price of 1 a fee is an hour.
    gradient.by_fee.iter().zip(&gradient.by_hour).for_each(|(fee, hour)| near(*fee, *hour, 1e-10));
}

/// Two classes that price an hour differently, chains of modes, a route that is closed, two gates with queues and one
/// that is only watched.
fn gates(shift: &[f64; 3], fee: &[f64; 3], capacity: &[f64; 3]) -> (Choices, Congestion) {
    let queue = |at: usize| Delay::Queue {
        period_h: 720.0,
        capacity_per_h: capacity[at],
        variability: 1.25,
        servers: 3,
    };
    let load = [1.0 / 20.0 / 8760.0, 1.0 / 12.0 / 8760.0];
    let price = [[0.9, 0.9, 0.7], [4.0, 4.0, 3.9]];
    let mut lists = UseLists::default();
    let numbers = [&[0][..], &[0, 1], &[0, 2], &[1], &[2]].map(|list| lists.number(list));
    let mut choices = Choices::new(Arc::new(lists));
    let scales = Scales { route: 0.12, corridor: 0.09, mode: 0.06 };
    let routes: [(f64, Nest, &[u16]); 5] = [
        (40.0, Nest::Mode, &[0]),
        (f64::INFINITY, Nest::Corridor, &[0, 1]),
        (42.0, Nest::Variant, &[0, 2]),
        (43.0, Nest::Corridor, &[1]),
        (47.0, Nest::Mode, &[2]),
    ];
    for user in 0..2 {
        for (q, more) in [(2e6, 0.0), (7e5, 3.0)] {
            let own = |uses: &[u16]| -> f64 {
                let of = |&f: &u16| {
                    let f = usize::from(f);
                    price[user][f] * shift[f] + fee[f] * load[user] * 8760.0
                };
                uses.iter().map(of).sum()
            };
            let routes = routes.iter().zip(numbers);
            let routes = routes.map(|(&(cost, nest, uses), list)| (cost + more + own(uses), nest, list));
            choices.push(user, q, scales, 120.0, routes);
        }
    }
    let congestion = Congestion {
        delay: vec![queue(0), queue(1), Delay::Constant { hours: 2.0 }],
        reference_h: vec![1.0, 0.0, 2.0],
        load: load.map(|load| vec![load; 3]).to_vec(),
        price: price.map(|price| price.to_vec()).to_vec(),
    };
    (choices, congestion)
}

const EXACT: EquilibriumConfig = EquilibriumConfig { gap: 1e-13, max_iterations: 60 };

#[test]
fn derivatives_are_those_of_solving_again() {
    let capacity = [9.0, 4.0, 1.0];
    let (choices, congestion) = gates(&[0.0; 3], &[0.0; 3], &capacity);
    let found = solve(&choices, &congestion, None, &EXACT);
    assert!(found.is_converged, "{found:?}");
    // Over capacity at one gate, near it at the other: the hours move what is chosen.
    assert!(found.extra_h[0] > 3.0 && found.extra_h[1] > 1.0 && found.extra_h[2] == 0.0, "{found:?}");
    let at = |shift: &[f64; 3], fee: &[f64; 3], capacity: &[f64; 3]| {
        let (choices, congestion) = gates(shift, fee, capacity);
        let found = solve(&choices, &congestion, Some(found.as_start()), &EXACT);
        assert!(found.is_converged, "{found:?}");
        let of = Sensitivity::new(&choices, &congestion, &found).unwrap_or_else(|| panic!("regular"));
        (of.total_cost(), found.flow)
    };
    let of = Sensitivity::new(&choices, &congestion, &found).unwrap_or_else(|| panic!("regular"));
    let of_cost = of.of_total_cost();
    let of_flows = [0, 1, 2].map(|facility| of.of_flow(facility));
    let moved = |by: f64, which: usize| {
        let mut moved = [0.0; 3];
        moved[which] = by;
        moved
    };
    for which in 0..3 {
        let step = 1e-3;
        let pairs = [
            (
                at(&moved(step, which), &[0.0; 3], &capacity),
                at(&moved(-step, which), &[0.0; 3], &capacity),
                of_cost.by_hour[which],
                of_flows.each_ref().map(|of| of.by_hour[which]),
            ),
            (
                at(&[0.0; 3], &moved(step, which), &capacity),
                at(&[0.0; 3], &moved(-step, which), &capacity),
                8760.0 * of_cost.by_fee[which],
                of_flows.each_ref().map(|of| 8760.0 * of.by_fee[which]),
            ),
            {
                let changed = |by: f64| std::array::from_fn(|at| capacity[at] + moved(by, which)[at]);
                (
                    at(&[0.0; 3], &[0.0; 3], &changed(step)),
                    at(&[0.0; 3], &[0.0; 3], &changed(-step)),
                    of_cost.by_capacity[which],
                    of_flows.each_ref().map(|of| of.by_capacity[which]),
                )
            },
        ];
        for (up, down, of_cost, of_flows) in pairs {
            let scale = of_cost.abs().max(1.0);
            near((up.0 - down.0) / (2.0 * step) / scale, of_cost / scale, 1e-6);
            for (facility, of_flow) in of_flows.into_iter().enumerate() {
                near((up.1[facility] - down.1[facility]) / (2.0 * step), of_flow, 1e-6);
            }
        }
    }
}

#[test]
fn the_start_and_the_order_of_users_change_nothing() {
    let capacity = [9.0, 4.0, 1.0];
    let (choices, congestion) = gates(&[0.0; 3], &[0.0; 3], &capacity);
    let cold = solve(&choices, &congestion, None, &EXACT);
    for start in [[0.0; 3], [30.0, 0.1, 5.0], [0.0, 30.0, 30.0]] {
        let start = Start { flow: &start, flow_by_hours: &[] };
        let warm = solve(&choices, &congestion, Some(start), &EXACT);
        assert!(warm.is_converged);
        warm.flow.iter().zip(&cold.flow).for_each(|(a, b)| near(*a, *b, 1e-10));
    }
}

#[test]
fn without_congestion_the_first_loading_is_the_equilibrium() {
    let (choices, mut congestion) = gates(&[0.0; 3], &[0.0; 3], &[9.0, 4.0, 1.0]);
    congestion.delay = vec![Delay::Constant { hours: 1.0 }; 3];
    congestion.reference_h = vec![1.0; 3];
    let found = solve(&choices, &congestion, None, &EXACT);
    assert!(found.is_converged && found.iterations == 0, "{found:?}");
}

/// A study without a capacity has equilibria too: what is chosen.
#[test]
fn without_any_place_with_a_queue_there_is_nothing_to_solve() {
    let (mut choices, congestion) = (
        Choices::new(Arc::default()),
        Congestion { load: vec![Vec::new()], price: vec![Vec::new()], ..Congestion::default() },
    );
    choices.push(0, 100.0, Scales::plain(1.0), f64::INFINITY, [(3.0, Nest::Mode, 0)]);
    let found = solve(&choices, &congestion, None, &EXACT);
    assert!(found.is_converged && found.iterations == 0 && found.flow.is_empty(), "{found:?}");
    let of = Sensitivity::new(&choices, &congestion, &found).unwrap_or_else(|| panic!("regular"));
    assert!((of.total_cost() - 300.0).abs() < 1e-9 && of.of_total_cost().by_hour.is_empty());
}

/// More flow, and with it more hours, where capacity is less; and a queue that no other way relieves grows until
/// goods are not shipped.
#[test]
fn less_capacity_means_more_hours_there() {
    let mut last = (0.0, f64::INFINITY);
    for capacity in [12.0, 9.0, 6.0, 3.0, 1.0] {
        let (choices, congestion) = gates(&[0.0; 3], &[0.0; 3], &[capacity, 4.0, 1.0]);
        let found = solve(&choices, &congestion, None, &EXACT);
        assert!(found.is_converged && found.extra_h[0] > last.0 && found.flow[0] < last.1, "{found:?}");
        last = (found.extra_h[0], found.flow[0]);
    }
}

type Tree = (Cell, Vec<(f64, Nest, u32)>);

/// Trees of all shapes: routes closed and open, corridors with one route and several, that use the same places or
/// others, cheap and far too dear; pairs without a way, with and without the choice not to ship.
fn trees() -> (Choices, Vec<Tree>) {
    let mut lists = UseLists::default();
    let numbers = [&[][..], &[0], &[1], &[1, 0], &[2, 2]].map(|list| lists.number(list));
    let mut choices = Choices::new(Arc::new(lists));
    let mut state = 1_u64;
    let mut draw = |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let mut trees = Vec::new();
    for at in 0..400 {
        let route = |first: bool, draw: &mut dyn FnMut(u64) -> u64| {
            let nest = [Nest::Mode, Nest::Corridor, Nest::Variant, Nest::Variant][draw(4) as usize];
            let dear = if draw(9) == 0 { 1e5 } else { 0.0 };
            let cost = if draw(5) == 0 { f64::INFINITY } else { 10.0 + draw(400) as f64 / 10.0 + dear };
            (cost, if first { Nest::Mode } else { nest }, numbers[draw(5) as usize])
        };
        let routes: Vec<_> = (0..draw(12)).map(|number| route(number == 0, &mut draw)).collect();
        let choke = [30.0, 200.0, f64::INFINITY][draw(3) as usize];
        let scales = Scales { route: 0.3, corridor: 0.2, mode: 0.1 + draw(10) as f64 / 100.0 };
        choices.push(at % 2, draw(1000) as f64, scales, choke, routes.iter().copied());
        trees.push((choices.cells[at].clone(), routes));
    }
    assert!(choices.forks.len() > 20, "some corridors fork");
    (choices, trees)
}

/// The dense arrays against the tree of one pair after the other.
#[test]
fn what_is_chosen_is_the_nested_logit() {
    let (choices, trees) = trees();
    let congestion = Congestion {
        delay: vec![Delay::Constant { hours: 1.0 }; 3],
        reference_h: vec![0.0; 3],
        load: vec![vec![1.0; 3]; 2],
        price: vec![vec![0.5, 1.0, 2.0], vec![3.0, 0.1, 0.0]],
    };
    let extra_h = [1.5, -2.0, 4.0];
    let response = respond(&choices, &congestion, &extra_h);
    let (mut total, mut per_year) = (0.0, vec![vec![0.0; 3]; 2]);
    for (at, (cell, routes)) in trees.iter().enumerate() {
        let user = cell.user as usize;
        let extra = congestion.cost(user, &extra_h);
        let uses = |list: u32| choices.lists.of(list).iter().map(|&f| usize::from(f));
        let costs: Vec<f64> =
            routes.iter().map(|&(cost, _, list)| cost + uses(list).map(|f| extra[f]).sum::<f64>()).collect();
        let nests: Vec<Nest> = routes.iter().map(|&(_, nest, _)| nest).collect();
        let mut wanted = vec![0.0; routes.len()];
        let chosen = NestedLogit::default().choose(&costs, &nests, &cell.scales, cell.choke, &mut wanted);
        let mut got = vec![f64::NAN; routes.len()];
        choices.share_out(&response.chosen, at, routes.iter().copied(), &mut got);
        got.iter().zip(&wanted).for_each(|(got, want)| near(*got, *want, 1e-13));
        near(response.chosen.unserved_share[at], chosen.unserved_share, 1e-13);
        let expected = response.chosen.expected_cost[at];
        if chosen.expected_cost.is_finite() {
            near(expected, chosen.expected_cost, 1e-13);
            total += cell.per_year * chosen.expected_cost;
        } else {
            assert!(expected.is_infinite() && !choices.is_connected(at));
        }
        for (share, &(_, _, list)) in wanted.iter().zip(routes) {
            uses(list).for_each(|f| per_year[user][f] += cell.per_year * share);
        }
    }
    near(response.total_cost, total, 1e-12);
    for (got, want) in response.per_year.iter().flatten().zip(per_year.iter().flatten()) {
        near(*got, *want, 1e-12);
    }
}

/// The second derivatives against differences of the first, where corridors fork too.
#[test]
fn the_curvature_is_the_slope_of_what_is_chosen() {
    let (choices, _) = trees();
    let congestion = Congestion {
        delay: vec![Delay::Constant { hours: 1.0 }; 3],
        reference_h: vec![0.0; 3],
        load: vec![vec![1.0; 3]; 2],
        price: vec![vec![1.0; 3]; 2],
    };
    let at = |extra_h: &[f64; 3]| respond(&choices, &congestion, extra_h);
    let matrices = curvature(&choices, &congestion, &at(&[0.0; 3]));
    // Central differences: an error of second order in the step, with third derivatives of some scale squared.
    let step = 1e-4;
    for by in 0..3 {
        let moved = |step: f64| {
            let mut extra_h = [0.0; 3];
            extra_h[by] = step;
            at(&extra_h).per_year
        };
        let (up, down) = (moved(step), moved(-step));
        for user in 0..2 {
            for of in 0..3 {
                let slope = (down[user][of] - up[user][of]) / (2.0 * step);
                near(matrices[user][of * 3 + by], slope, 1e-7);
            }
        }
    }
}

#[test]
fn cells_of_others_are_added_as_they_are() {
    let (choices, trees) = trees();
    let mut again = Choices::new(Arc::clone(&choices.lists));
    for (at, (cell, routes)) in trees.iter().enumerate() {
        if at % 7 == 3 {
            again.push(cell.user as usize, cell.per_year, cell.scales, cell.choke, routes.iter().copied());
        } else {
            again.extend(&choices, at..at + 1);
        }
    }
    assert!(again == choices);
    let mut halves = Choices::new(Arc::clone(&choices.lists));
    halves.extend(&choices, 0..150);
    halves.extend(&choices, 150..150);
    halves.extend(&choices, 150..400);
    assert!(halves == choices);
}

/// Braess (1968): six users, roads 10x, 50 + x and a short cut of 10 + x, on which each way costs 92; without it 83.
/// Whoever closes the short cut takes -9 from each: a denial value below 0.
#[test]
fn closing_the_short_cut_of_braess_helps_everybody() {
    // 1-3, 1-4, 3-2, 4-2, and the short cut 3-4; a free road costs an unnoticeable 1e-9.
    let delay = [(1e-9, 10.0), (50.0, 1.0), (50.0, 1.0), (1e-9, 10.0), (10.0, 1.0)];
    let congestion = Congestion {
        delay: delay.iter().map(|&(free, slope)| linear(free, slope)).collect(),
        reference_h: vec![0.0; 5],
        load: vec![vec![1.0; 5]],
        price: vec![vec![1.0; 5]],
    };
    let theta = 1000.0;
    let bill = |is_open: bool| {
        let short_cut = if is_open { 0.0 } else { f64::INFINITY };
        let ways: [(f64, &[u16]); 3] = [(0.0, &[0, 2]), (0.0, &[1, 3]), (short_cut, &[0, 4, 3])];
        let nests = [Nest::Mode, Nest::Variant, Nest::Variant];
        let routes = ways.into_iter().zip(nests).map(|((cost, uses), nest)| (cost, nest, uses));
        let mut lists = UseLists::default();
        let routes: Vec<_> = routes.map(|(cost, nest, uses)| (cost, nest, lists.number(uses))).collect();
        let mut choices = Choices::new(Arc::new(lists));
        choices.push(0, 6.0, Scales::plain(theta), f64::INFINITY, routes);
        let found = solve(&choices, &congestion, None, &EquilibriumConfig { gap: 1e-12, max_iterations: 60 });
        assert!(found.is_converged, "{found:?}");
        6.0 * choices.chosen(&congestion, &found.extra_h).expected_cost[0]
    };
    // The expected cost of n equal ways is ln(n) / theta below their cost.
    let spread = 6.0 * 3.0_f64.ln() / theta;
    let (open, closed) = (bill(true), bill(false));
    assert!(
        (open - 552.0).abs() <= 2.0 * spread && (closed - 498.0).abs() <= 2.0 * spread,
        "{open} {closed}"
    );
    let denial = closed - open;
    assert!((denial + 54.0).abs() <= 2.0 * spread, "{denial}");
}
