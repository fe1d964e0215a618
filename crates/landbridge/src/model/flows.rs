//! Demand on the network in every scenario: one route universe, frozen, and the flows on it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::parameters::Parameters;
use super::sums::Bundles;
use super::ways::{Way, ways};
use super::{Loaded, Model};
use crate::assignment::equilibrium::{Congestion, Equilibrium, EquilibriumConfig, Start, solve};
use crate::assignment::{Loader, RouteUses, Waits};
use crate::cost::{Facilities, Facility, Fields, User};
use crate::demand::{Demand, Segment};
use crate::index::{AssetIdx, ClassIdx, Idx, IdxVec, LinkIdx, NodeIdx, PieceIdx, RouteIdx};
use crate::outcome::flows::{Counted, Flows, LinkUser};
use crate::parallel;
use crate::route::route_set::{Closures, OdGroup, RouteSetConfig, RouteSetSize, RouteSets};
use crate::scenario::BASE;
use crate::study::choice_tables::ChoiceRow;

/// The demand of a year, all scenarios that stand alone, and the routes between which demand chooses in any of them.
///
/// The routes hold the best way of every pair in every scenario, also when any one actor closes all that it can close
/// alone there (`docs/model/assignment.md`). Each scenario is solved for its equilibrium of flows and queues
/// (`docs/model/equilibrium.md`).
#[derive(Clone, Debug)]
pub struct Assignment {
    /// The demand.
    pub demand: Demand,
    /// The scenarios in order; the reference, whose costs scale the choice, is among them.
    pub scenarios: Vec<Model>,
    pub(super) fields: Arc<Fields>,
    pub(super) groups: Vec<OdGroup>,
    pub(super) sets: Arc<RouteSets>,
    pub(super) choice: ChoiceRow,
    /// By class and link, what passing it is felt to cost beyond the fields.
    pub(super) constants: IdxVec<ClassIdx, Vec<f64>>,
    /// The way of each route: its position in `ways`.
    pub(super) way_of: Arc<Vec<u32>>,
    pub(super) ways: Arc<Vec<Way>>,
    pub(super) bundles: Arc<Bundles>,
    /// Where hours rise with flow.
    pub facilities: Arc<Facilities>,
    pub(super) uses: Arc<RouteUses>,
    /// By scenario.
    pub(super) equilibria: Vec<Equilibrium>,
}

/// How large the problem is; stated with every timing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AssignmentSize {
    /// Places where demand starts and ends.
    pub zones: usize,
    /// Classes under each of their flags.
    pub segments: usize,
    /// Pairs of places of all segments.
    pub pairs: usize,
    /// Scenarios.
    pub scenarios: usize,
    /// Places where hours rise with flow.
    pub facilities: usize,
    /// The route sets.
    pub routes: RouteSetSize,
}

impl Model {
    /// Puts the demand of a year on the routes of all scenarios. `None` if the study holds no demand.
    pub fn assignment(&self, year: i32) -> Option<Assignment> {
        let demand = self.demand(year);
        if demand.segments.is_empty() {
            return None;
        }
        // The reference comes first: the scenario `base`, or else the tables as they stand.
        let under = |id: &str| self.under(id, false).ok();
        let reference = self.base(None);
        let others = self.stand_alone().filter(|&id| id != BASE).filter_map(under);
        let scenarios: Vec<Model> = reference.into_iter().chain(others).collect();
        Some(Assignment::new(demand, scenarios))
    }
}

impl Assignment {
    /// The first scenario is the reference.
    pub(super) fn new(demand: Demand, scenarios: Vec<Model>) -> Self {
        let model = &scenarios[0];
        let groups = groups(&demand);
        let users: Vec<User> = groups.iter().map(|g| User { class: g.class, flag: g.flag }).collect();
        let fields = Model::fields(&scenarios, &users);
        let of_scenario = scenarios.iter().map(|scenario| scenario.closures().into_values().collect());
        let closures = Closures { of_scenario: of_scenario.collect() };
        let mut choice = model.study.choice();
        let config = RouteSetConfig {
            k: usize::try_from(choice.k).unwrap_or(1),
            overlap: choice.overlap,
            stretch: choice.stretch,
        };
        let sets = RouteSets::build(&model.network, &fields, &groups, &closures, 0, &config);
        let (way_of, ways) = ways(&model.network, &sets);
        let bundles = Bundles::new(&model.study, &model.network, &demand);
        let parameters = Parameters::new(&model.study, model.study.parameter_values());
        choice.kappa *= parameters.dispersion();
        let constants = parameters.constants(&model.network);
        let facilities = Facilities::new(&model.study, &model.network, &model.costs);
        let links_of: Vec<&[LinkIdx]> = facilities.all.iter().map(|f| f.links.as_slice()).collect();
        let uses = RouteUses::new(&sets, model.network.links.len(), &links_of);
        let mut assignment = Self {
            demand,
            scenarios,
            fields: Arc::new(fields),
            groups,
            sets: Arc::new(sets),
            choice,
            constants,
            way_of: Arc::new(way_of),
            ways: Arc::new(ways),
            bundles: Arc::new(bundles),
            facilities: Arc::new(facilities),
            uses: Arc::new(uses),
            equilibria: Vec::new(),
        };
        assignment.equilibria = assignment.solve_all();
        assignment
    }

    /// The same demand and routes where all regimes have equal checks and tolls, so that only control differs. The
    /// reference stays as it is.
    #[must_use]
    pub fn neutral(&self) -> Self {
        let reference = self.reference();
        let equal = |model: &Model| {
            if model.overlay.scenario == reference.overlay.scenario {
                return model.clone();
            }
            reference.under(&model.overlay.scenario, true).unwrap_or_else(|_| model.clone())
        };
        self.of_scenarios(self.scenarios.iter().map(equal).collect())
    }

    /// The same demand and routes under other scenarios of the same study, the reference first.
    #[must_use]
    pub(super) fn of_scenarios(&self, scenarios: Vec<Model>) -> Self {
        let users: Vec<User> = self.groups.iter().map(|g| User { class: g.class, flag: g.flag }).collect();
        let fields = Arc::new(Model::fields(&scenarios, &users));
        let mut assignment = Self { scenarios, fields, equilibria: Vec::new(), ..self.clone() };
        assignment.equilibria = assignment.solve_from(self.equilibria[0].clone());
        assignment
    }

    /// The equilibrium of every scenario: the reference first, for the others start from its flows.
    pub fn solve_all(&self) -> Vec<Equilibrium> {
        self.solve_from(self.solve(&self.loader(), 0, None))
    }

    fn solve_from(&self, reference: Equilibrium) -> Vec<Equilibrium> {
        let loader = self.loader();
        let others: Vec<usize> = (1..self.scenarios.len()).collect();
        let others =
            parallel::map_with(&others, || (), |(), &at| self.solve(&loader, at, Some(reference.as_start())));
        std::iter::once(reference).chain(others).collect()
    }

    pub(super) fn solve(
        &self,
        loader: &Loader<'_>,
        scenario: usize,
        start: Option<Start<'_>>,
    ) -> Equilibrium {
        let choices = loader.choices(&loader.route_costs(&self.fields, scenario), &self.uses);
        solve(&choices, &self.congestion(scenario), start, &EquilibriumConfig::default())
    }

    /// What flows do to hours in a scenario, and what hours cost whom.
    pub fn congestion(&self, scenario: usize) -> Congestion {
        let model = &self.scenarios[scenario];
        let facilities = &self.facilities.all;
        let by_segment = |of: &dyn Fn(&Facility, ClassIdx) -> f64| -> Vec<Vec<f64>> {
            let classes = self.groups.iter().map(|group| group.class);
            classes.map(|class| facilities.iter().map(|facility| of(facility, class)).collect()).collect()
        };
        Congestion {
            delay: self.facilities.delays(&model.network, &model.overlay),
            reference_h: facilities.iter().map(|facility| facility.queue_h).collect(),
            load: by_segment(&Facility::load),
            price: by_segment(&Facility::hour_usd),
        }
    }

    /// The equilibrium of a scenario, by its position.
    pub fn equilibrium(&self, scenario: usize) -> &Equilibrium {
        &self.equilibria[scenario]
    }

    /// The reference scenario.
    pub fn reference(&self) -> &Model {
        &self.scenarios[0]
    }

    /// Position of a scenario; `base` is the reference also where it stands for the tables.
    pub fn position(&self, scenario: &str) -> Option<usize> {
        if scenario == BASE {
            return Some(0);
        }
        self.scenarios.iter().position(|model| model.overlay.scenario == scenario)
    }

    /// How large the problem is.
    pub fn size(&self) -> AssignmentSize {
        let ends = self.groups.iter().flat_map(|group| &group.pairs).flat_map(|&(from, to)| [from, to]);
        AssignmentSize {
            zones: ends.collect::<BTreeSet<NodeIdx>>().len(),
            segments: self.groups.len(),
            pairs: self.groups.iter().map(|group| group.pairs.len()).sum(),
            scenarios: self.scenarios.len(),
            facilities: self.facilities.all.len(),
            routes: self.sets.size(),
        }
    }

    pub(super) fn loader(&self) -> Loader<'_> {
        let model = self.reference();
        Loader::new(&model.study, &model.network, &self.sets, &self.fields, &self.groups, &self.choice)
            .with_constants(self.constants.clone())
    }

    /// Puts demand on the routes of a scenario, by its position.
    pub fn load(&self, scenario: usize) -> Loaded<'_> {
        self.load_with(Arc::new(self.loader()), scenario)
    }

    fn load_with<'a>(&'a self, loader: Arc<Loader<'a>>, scenario: usize) -> Loaded<'a> {
        let congestion = self.congestion(scenario);
        let extra_h = &self.equilibria[scenario].extra_h;
        let cost = (0..self.groups.len()).map(|segment| congestion.cost(segment, extra_h)).collect();
        let waits = Waits { uses: &self.uses, cost };
        let loading = loader.load_with(&loader.route_costs(&self.fields, scenario), Some(&waits));
        Loaded { assignment: self, loader, loading, scenario }
    }

    /// The flows of all scenarios, in order.
    pub fn all_flows(&self) -> Vec<Flows> {
        let positions: Vec<usize> = (0..self.scenarios.len()).collect();
        let loader = Arc::new(self.loader());
        parallel::map_with(
            &positions,
            || (),
            |(), &scenario| self.load_with(loader.clone(), scenario).flows(),
        )
    }

    /// The flows of a scenario, by its position.
    pub fn flows(&self, scenario: usize) -> Flows {
        self.load(scenario).flows()
    }

    /// Who uses any of some physical links in a scenario, the greatest first; each trip counts once.
    pub fn users(&self, scenario: usize, assets: &[AssetIdx]) -> Vec<LinkUser> {
        self.load(scenario).users(assets)
    }

    /// What the model says of each counted flow that may be compared, in the reference scenario.
    pub fn counted(&self) -> Vec<Counted> {
        self.load(0).counted()
    }

    /// For each route whether it uses a link.
    pub(super) fn routes_that(&self, uses: impl Fn(LinkIdx) -> bool) -> Vec<bool> {
        let pieces = (0..self.sets.n_pieces()).map(PieceIdx::new);
        let of_piece: Vec<bool> =
            pieces.map(|piece| self.sets.piece_links(piece).iter().any(|&link| uses(link))).collect();
        let routes = (0..self.sets.n_routes()).map(RouteIdx::new);
        routes.map(|route| self.sets.pieces(route).iter().any(|p| of_piece[p.position()])).collect()
    }
}

/// Demand as the route sets and the loader take it.
pub(super) fn groups(demand: &Demand) -> Vec<OdGroup> {
    let group = |segment: &Segment| OdGroup {
        class: segment.class,
        flag: segment.flag,
        pairs: segment.cells.iter().map(|cell| (cell.origin, cell.destination)).collect(),
        per_year: segment.cells.iter().map(|cell| cell.per_year).collect(),
    };
    demand.segments.iter().map(group).collect()
}
