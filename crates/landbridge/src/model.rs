//! `run(study) -> Outcome`: the only file that knows the order of the stages.

mod comparison;
mod counts;
mod experiments;
mod flows;
mod joint;
mod leverage;
mod loaded;
mod parameters;
mod queues;
mod sums;
mod trials;
mod validation;
mod ways;
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use thiserror::Error;

use parameters::Parameters;

pub use joint::TradeModel;
pub use leverage::{
    Board, InterruptionQuery, LeverageQuery, Menu, Patience, Payoff, RegimesQuery, RevenueQuery,
};
pub use trials::{Trial, Trials};
pub use world::World;

pub use flows::{Assignment, AssignmentSize};
pub use loaded::{FlowQuery, Loaded, Passes};

use crate::cost::{Charges, Costs, Fields, Scene, TripCosts, User};
use crate::demand::{self, Demand};
use crate::diagnostic::{Diagnostic, has_errors, sort};
use crate::index::{
    ActorIdx, AssetIdx, BitSet, ClassIdx, CountryIdx, Idx, IdxVec, LinkIdx, NodeIdx, StateIdx, TerritoryIdx,
};
use crate::network::{self, Control, LinkKind, Network};
use crate::outcome::agreement::{CommitmentState, PromisedLink};
use crate::outcome::{
    Itinerary, KeyPair, Leg, LegKind, LegStop, Outcome, Passage, Provenance, Size, Skim, SkimCell,
};
use crate::parallel;
use crate::route::k_best::{CorridorSearch, Distinct};
use crate::route::shortest_path::Search;
use crate::route::skim::skim_row;
use crate::route::{Costed, Path};
use crate::scenario::{self, EndSelector, Overlay, ScenarioError, Trip, TripEnd};
use crate::study::tables::{Action, ActivityKind, ClassKind, ClassRow, Mode, Quality, Side, Status};
use crate::study::{self, Date, Study, StudyText};
use crate::units::TFI_CARGO_T;

/// Itineraries through different territories that `run` keeps for each key pair.
pub const KEY_PAIR_ITINERARIES: usize = 3;

/// A study, ready for questions: its network, and what links cost and admit.
#[derive(Clone, Debug)]
pub struct Model {
    /// The tables.
    pub study: Arc<Study>,
    /// The graph.
    pub network: Arc<Network>,
    /// The scenario.
    pub overlay: Overlay,
    costs: Arc<Costs>,
    charges: Arc<Charges>,
}

/// What is asked for a route.
#[derive(Clone, Debug)]
pub struct RouteQuery {
    /// Origin.
    pub from: NodeIdx,
    /// Destination.
    pub to: NodeIdx,
    /// Places to pass, in order.
    pub via: Vec<NodeIdx>,
    /// Class.
    pub class: ClassIdx,
    /// Modes to keep to; empty: all modes of the class. Ferries are always added: they carry trucks and wagons.
    pub modes: Vec<Mode>,
    /// How many itineraries.
    pub k: usize,
    /// What they shall differ in.
    pub distinct: Distinct,
    /// Country of the carrier, if rules that look at it shall see one.
    pub flag: Option<CountryIdx>,
}

/// Why there is no route.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum RouteError {
    /// Origin and destination are the same.
    #[error("origin and destination are both {place}")]
    SamePlace {
        /// The place.
        place: String,
    },
    /// No permitted way connects the places.
    #[error("no way from {from} to {to} is open to class `{class}` by {modes}")]
    Unreachable {
        /// Origin.
        from: String,
        /// Destination.
        to: String,
        /// Class.
        class: String,
        /// Modes that were permitted.
        modes: String,
    },
}

impl Model {
    /// Reads a study and prepares it. The second value holds every problem; the model is there if none is an error.
    pub fn load(text: &StudyText) -> (Option<Self>, Vec<Diagnostic>) {
        Self::load_partly(text, &BTreeSet::new())
    }

    /// As [`Self::load`], where some files could not be read: they are not reported as missing, nor are references
    /// to what they hold.
    pub fn load_partly(text: &StudyText, unreadable: &BTreeSet<String>) -> (Option<Self>, Vec<Diagnostic>) {
        let (study, mut diagnostics) = study::read(text, unreadable);
        let Some(study) = study else { return (None, diagnostics) };
        let network = network::build(&study);
        let charges = Arc::new(Charges::new(&study, &network, &mut diagnostics));
        let base = Some(scenario::BASE).filter(|&id| study.scenarios.contains_key(id));
        let overlay = scenario::compile(&study, &network, base, None, false)
            .or_else(|_| scenario::compile(&study, &network, None, None, false));
        let Ok(overlay) = overlay else { return (None, diagnostics) };
        let costs = Arc::new(Costs::new(&study, &network, &overlay, &mut diagnostics));
        sort(&mut diagnostics);
        let (study, network) = (Arc::new(study), Arc::new(network));
        let model = (!has_errors(&diagnostics)).then_some(Self { study, network, overlay, costs, charges });
        (model, diagnostics)
    }

    /// The same study under another scenario; nothing of the tables or the graph is copied.
    ///
    /// # Errors
    /// There is no such scenario, or it is a module.
    pub fn under(&self, scenario: &str, is_neutral: bool) -> Result<Self, ScenarioError> {
        self.under_as_of(Some(scenario), None, is_neutral)
    }

    /// The scenario `base`, or the tables as they stand if the study has none of this name; on a day, if one is given.
    pub fn base(&self, as_of: Option<Date>) -> Option<Self> {
        let id = Some(scenario::BASE).filter(|&id| self.study.scenarios.contains_key(id));
        let overlay = scenario::compile(&self.study, &self.network, id, as_of, false).ok()?;
        let costs = Arc::new(Costs::new(&self.study, &self.network, &overlay, &mut Vec::new()));
        Some(Self { overlay, costs, ..self.clone() })
    }

    /// As [`Self::under`], on a day; without a scenario, under that of this model.
    ///
    /// # Errors
    /// There is no such scenario, it is a module, or the day lies before the timeline.
    pub fn under_as_of(
        &self,
        scenario: Option<&str>,
        as_of: Option<Date>,
        is_neutral: bool,
    ) -> Result<Self, ScenarioError> {
        let own = Some(self.overlay.scenario.as_str()).filter(|id| !id.is_empty());
        let overlay = scenario::compile(&self.study, &self.network, scenario.or(own), as_of, is_neutral)?;
        let costs = if overlay.free_speed_kmh == self.overlay.free_speed_kmh {
            self.costs.clone()
        } else {
            // What rates the tables lack was reported when they were read.
            Arc::new(Costs::new(&self.study, &self.network, &overlay, &mut Vec::new()))
        };
        Ok(Self { overlay, costs, ..self.clone() })
    }

    /// This scenario with more links closed.
    #[must_use]
    pub fn closing(&self, assets: &[AssetIdx]) -> Self {
        let mut closed = self.clone();
        for &asset in assets {
            closed.overlay.status[asset] = Status::Closed;
        }
        closed
    }

    /// What moves from where to where in a year, the same under all scenarios: how trade answers to its cost is for
    /// [`TradeModel`]. Trade over closed borders has its places in it, with amounts of 0.
    pub fn demand(&self, year: i32) -> Demand {
        let mut demand = demand::build(&self.study, &self.network, year, &self.latent_trade());
        let parameters = Parameters::new(&self.study, self.study.parameter_values());
        demand.scale(|flow| parameters.demand(flow));
        demand
    }

    /// The scenarios that stand alone, in order.
    pub fn stand_alone(&self) -> impl Iterator<Item = &str> {
        let files = self.study.scenarios.iter();
        files.filter(|(_, file)| file.row().is_some_and(|row| !row.is_module)).map(|(id, _)| id.as_str())
    }

    /// What links cost and admit for some users under some scenarios of one study.
    pub fn fields(scenarios: &[Self], users: &[User]) -> Fields {
        let Some(any) = scenarios.first() else { return Fields::default() };
        let scenes = scenarios.iter().map(|model| Scene { overlay: &model.overlay, costs: &model.costs });
        let scenes: Vec<_> = scenes.collect();
        Fields::new(&any.study, &any.network, &any.charges, &scenes, users)
    }

    /// The links that each actor can close alone under the scenario; only actors who can close any.
    pub fn closures(&self) -> BTreeMap<ActorIdx, BitSet<AssetIdx>> {
        let n = self.network.assets.len();
        let mut closures = BTreeMap::new();
        for asset in self.network.assets.indices() {
            for set in &self.control(asset).can_close {
                if let [actor] = set[..] {
                    closures.entry(actor).or_insert_with(|| BitSet::empty(n)).insert(asset);
                }
            }
        }
        closures
    }

    /// The columns of control of a link under the scenario.
    pub fn control(&self, asset: AssetIdx) -> &Control {
        self.overlay.control(&self.network, asset)
    }

    /// The state of a link under the scenario.
    pub fn status(&self, asset: AssetIdx) -> Status {
        self.overlay.status[asset]
    }

    fn trip(&self, from: NodeIdx, to: NodeIdx, flag: Option<CountryIdx>) -> Trip {
        let end = |node: NodeIdx| {
            let node = &self.network.nodes[node];
            TripEnd { country: node.country, territory: node.territory }
        };
        Trip { origin: end(from), destination: end(to), flag }
    }

    /// Finds a class by name; without a name the study's main class.
    pub fn class(&self, id: Option<&str>) -> Option<ClassIdx> {
        let id = id.unwrap_or(&self.study.study.main_class);
        self.study.classes.iter().position(|class| class.id == id).map(ClassIdx::new)
    }

    /// The row of a class.
    pub fn class_row(&self, class: ClassIdx) -> &ClassRow {
        &self.study.classes[class.position()]
    }

    /// Size of the network and the study.
    pub fn size(&self) -> Size {
        Size {
            nodes: self.network.nodes.len(),
            zones: self.network.zone_nodes().len(),
            assets: self.network.assets.len(),
            states: self.network.states.len(),
            links: self.network.links.len(),
            crossings: self.network.crossings.len(),
            terminals: self.network.terminals.len(),
            classes: self.study.classes.len(),
        }
    }

    /// The modes that a query permits a class.
    fn modes(&self, class: ClassIdx, asked: &[Mode]) -> Vec<Mode> {
        let class = self.class_row(class);
        let keep = |mode: &Mode| asked.is_empty() || asked.contains(mode) || *mode == Mode::Ferry;
        Mode::ALL.iter().copied().filter(|mode| class.may_use(*mode) && keep(mode)).collect()
    }

    fn trip_costs(&self, class: ClassIdx, modes: &[Mode], trip: Trip) -> TripCosts {
        let row = self.class_row(class);
        let permits = self.overlay.permits(&self.network, row, modes, trip);
        let surcharges = self.overlay.surcharges(&self.network, row, trip);
        self.charges.trip_costs(&self.costs, row, class, trip, permits, surcharges)
    }

    /// The best itineraries of different corridors, cheapest first.
    ///
    /// # Errors
    /// The places are the same, or no permitted way connects them.
    pub fn routes(&self, query: &RouteQuery) -> Result<Vec<Itinerary>, RouteError> {
        let nodes = &self.network.nodes;
        let (from, to) = (&nodes[query.from], &nodes[query.to]);
        if query.from == query.to {
            return Err(RouteError::SamePlace { place: from.name.clone() });
        }
        let modes = self.modes(query.class, &query.modes);
        let trip = self.trip(query.from, query.to, query.flag);
        let trip_costs = self.trip_costs(query.class, &modes, trip);
        let costed = Costed { cost: &trip_costs.cost, permits: &trip_costs.permits };
        let mut search = CorridorSearch::new(&self.network, costed);
        let paths = if query.via.is_empty() {
            search.k_best(from.centroid, to.centroid, query.k, query.distinct)
        } else {
            let states_at = |&node: &NodeIdx| {
                let here = self.network.states.enumerate();
                here.filter(|(_, s)| s.node == node && s.mode_state.is_some()).map(|(at, _)| at).collect()
            };
            let mut stages: Vec<Vec<StateIdx>> = vec![vec![from.centroid]];
            stages.extend(query.via.iter().map(states_at));
            stages.push(vec![to.centroid]);
            search.k_best_via(&stages, query.k, query.distinct)
        };
        if paths.is_empty() {
            return Err(RouteError::Unreachable {
                from: from.name.clone(),
                to: to.name.clone(),
                class: self.class_row(query.class).id.clone(),
                modes: modes.iter().map(|m| m.word()).collect::<Vec<_>>().join(", "),
            });
        }
        Ok(paths.iter().map(|path| self.itinerary(query.class, &trip_costs, path)).collect())
    }

    /// Turns a path into legs: moves in one mode-state without a border are joined.
    fn itinerary(&self, class: ClassIdx, trip_costs: &TripCosts, path: &Path) -> Itinerary {
        let network = &self.network;
        let links = self.costs.of(class);
        let mut legs: Vec<Leg> = Vec::new();
        for &at in &path.links {
            let link = &network.links[at];
            let Some(mode_state) = network.mode_state(at) else { continue };
            let kind = match link.kind {
                LinkKind::LineHaul => LegKind::Move,
                LinkKind::Border(crossing) => LegKind::Border(crossing),
                LinkKind::Transfer(terminal) => LegKind::Transfer(terminal),
                LinkKind::Access(terminal) => LegKind::Access(terminal),
                LinkKind::Egress(terminal) => LegKind::Egress(terminal),
            };
            let cost = &links[at];
            let stops = self.costs.stops(network, self.class_row(class), class, at).map(|stop| LegStop {
                activity: stop.stop.activity,
                side: stop.stop.side,
                time_h: stop.time_h,
                usd: stop.fee_usd + stop.standing_usd,
                fee_usd: stop.fee_usd,
                assumed: stop.stop.quality == Quality::Assumed,
            });
            let extra = trip_costs.surcharges.get(&at).copied().unwrap_or_default();
            let check = (extra.time_h > 0.0).then_some(LegStop {
                activity: ActivityKind::Inspection,
                side: Side::Both,
                time_h: extra.time_h,
                usd: 0.0,
                fee_usd: 0.0,
                assumed: extra.is_assumed,
            });
            let assumed = link.asset.is_some_and(|a| network.assets[a].quality == Quality::Assumed);
            let part = Leg {
                kind,
                mode_state,
                from: network.states[link.tail].node,
                to: network.states[link.head].node,
                assets: link.asset.into_iter().collect(),
                length_km: cost.length_km,
                assumed_km: if assumed { cost.length_km } else { 0.0 },
                moving_h: cost.moving_h,
                stops: stops.chain(check).collect(),
                sd_h: cost.sd_h + extra.sd_h,
                haulage_usd: cost.haulage_usd,
                fee_usd: cost.fee_usd,
                standing_usd: cost.standing_usd,
                charge_usd: trip_costs.charge_usd[at],
            };
            match legs.last_mut() {
                Some(last)
                    if last.kind == LegKind::Move
                        && kind == LegKind::Move
                        && last.mode_state == mode_state =>
                {
                    last.to = part.to;
                    last.assets.extend(part.assets);
                    last.length_km += part.length_km;
                    last.assumed_km += part.assumed_km;
                    last.moving_h += part.moving_h;
                    last.stops.extend(part.stops);
                    last.sd_h += part.sd_h;
                    last.haulage_usd += part.haulage_usd;
                    last.charge_usd += part.charge_usd;
                }
                _ => legs.push(part),
            }
        }
        let ends = |link: Option<&LinkIdx>| link.map(|&l| &network.links[l]);
        let from = ends(path.links.first()).map_or(NodeIdx(0), |l| network.states[l.tail].node);
        let to = ends(path.links.last()).map_or(NodeIdx(0), |l| network.states[l.head].node);
        Itinerary { class, from, to, legs, cost: path.cost }
    }

    /// Territories that an itinerary passes, in order, without repeats in a row and without the sea.
    pub fn territories(&self, itinerary: &Itinerary) -> Vec<TerritoryIdx> {
        let network = &self.network;
        let mut passed = vec![network.nodes[itinerary.from].territory];
        let mut at = itinerary.from;
        for asset in itinerary.legs.iter().flat_map(|leg| &leg.assets) {
            let asset = &network.assets[*asset];
            let forward = asset.ends.0 == at;
            at = if forward { asset.ends.1 } else { asset.ends.0 };
            if forward {
                passed.extend(&asset.territories);
            } else {
                passed.extend(asset.territories.iter().rev());
            }
            passed.push(network.nodes[at].territory);
        }
        passed.retain(|&t| network.territories[t].country.is_some());
        passed.dedup();
        passed
    }

    /// Everything that `landbridge run` reports.
    pub fn run(&self) -> Outcome {
        Outcome {
            key_pairs: self.key_pairs(),
            passages: self.passages(),
            skims: self
                .study
                .classes
                .iter()
                .enumerate()
                .map(|(at, _)| self.skim(ClassIdx::new(at)))
                .collect(),
            validation: self.validate(),
            provenance: self.provenance(),
            size: self.size(),
        }
    }

    fn key_pairs(&self) -> Vec<KeyPair> {
        let rows: Vec<_> = self.study.key_pairs.iter().collect();
        parallel::map_with(
            &rows,
            || (),
            |(), row| {
                let (from, to) = (self.network.node(&row.from)?, self.network.node(&row.to)?);
                let class = self.class(row.class.as_deref())?;
                let modes = Mode::from_word(&row.mode).into_iter().collect();
                let query = RouteQuery {
                    from,
                    to,
                    via: Vec::new(),
                    class,
                    modes,
                    k: KEY_PAIR_ITINERARIES,
                    distinct: Distinct::Territories,
                    flag: None,
                };
                let itineraries = self.routes(&query).unwrap_or_default();
                Some(KeyPair { from, to, class, mode: row.mode.clone(), itineraries })
            },
        )
        .into_iter()
        .flatten()
        .collect()
    }

    /// Each usable crossing in each direction, as it concerns the main class. Access rules do not enter.
    fn passages(&self) -> Vec<Passage> {
        let network = &self.network;
        let mut passages = Vec::new();
        let Some(class) = self.class(None) else { return passages };
        let row = self.class_row(class);
        for (at, link) in network.links.enumerate() {
            let LinkKind::Border(crossing) = link.kind else { continue };
            if !self.overlay.is_usable(network.crossings[crossing].asset) {
                continue;
            }
            let (mut hours, mut fees_usd) = (BTreeMap::new(), BTreeMap::new());
            let (mut assumed, mut assumed_h) = (!network.stops(at).is_empty(), 0.0);
            for stop in self.costs.stops(network, row, class, at) {
                *hours.entry(stop.stop.side).or_insert(0.0) += stop.time_h;
                let load = if row.kind == ClassKind::Freight { TFI_CARGO_T } else { 1.0 };
                *fees_usd.entry(stop.stop.side).or_insert(0.0) += stop.fee_usd * load;
                let is_assumed = stop.stop.quality == Quality::Assumed;
                assumed &= is_assumed;
                assumed_h += if is_assumed { stop.time_h } else { 0.0 };
            }
            let (from, to) = (network.states[link.tail].node, network.states[link.head].node);
            passages.push(Passage { crossing, from, to, class, hours, fees_usd, assumed, assumed_h });
        }
        passages.sort_by_key(|p| (p.crossing, p.from));
        passages
    }

    /// What the cheapest route of each pair of zones costs a class, over all modes it may use.
    pub fn skim(&self, class: ClassIdx) -> Skim {
        let network = &self.network;
        let zones = network.zone_nodes();
        let n = zones.len();
        let modes = self.modes(class, &[]);
        // Trips between countries that no rule or charge tells apart share one set of costs.
        let mut countries: BTreeSet<CountryIdx> = self.charges.distinguished();
        let mut territories: BTreeSet<TerritoryIdx> = BTreeSet::new();
        for end in self.overlay.distinguished(network) {
            match end {
                EndSelector::Country(country) => _ = countries.insert(country),
                EndSelector::Territory(territory) => _ = territories.insert(territory),
            }
        }
        let group = |zone: usize| {
            let node = &network.nodes[zones[zone]];
            let country = Some(node.country).filter(|c| countries.contains(c));
            (country, Some(node.territory).filter(|t| territories.contains(t)))
        };
        let mut by_group: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        (0..n).for_each(|zone| by_group.entry(group(zone)).or_default().push(zone));

        let groups: Vec<_> = by_group.iter().collect();
        let pairs: Vec<_> = groups.iter().flat_map(|o| groups.iter().map(move |d| (o.1, d.1))).collect();
        let blocks = parallel::map_with(
            &pairs,
            || Search::new(network),
            |search, (origins, destinations)| {
                let trip = self.trip(zones[origins[0]], zones[destinations[0]], None);
                let trip_costs = self.trip_costs(class, &modes, trip);
                let costed = Costed { cost: &trip_costs.cost, permits: &trip_costs.permits };
                let quantities: IdxVec<LinkIdx, [f64; 4]> = self
                    .costs
                    .of(class)
                    .enumerate()
                    .map(|(at, c)| {
                        let extra_h = trip_costs.surcharges.get(&at).map_or(0.0, |extra| extra.time_h);
                        let usd = c.total_usd() + trip_costs.charge_usd[at];
                        [c.length_km, c.moving_h, c.stop_h + extra_h, usd]
                    })
                    .collect();
                let ends: Vec<NodeIdx> = destinations.iter().map(|&zone| zones[zone]).collect();
                let row =
                    |&origin: &usize| skim_row(search, network, costed, zones[origin], &ends, &quantities);
                origins.iter().map(row).collect::<Vec<_>>()
            },
        );
        let mut cells = vec![None; n * n];
        for ((origins, destinations), block) in pairs.iter().zip(blocks) {
            for (&origin, row) in origins.iter().zip(block) {
                for (&destination, cell) in destinations.iter().zip(row) {
                    if origin != destination {
                        cells[origin * n + destination] = cell.map(|(cost, [km, moving_h, stop_h, usd])| {
                            SkimCell { cost, km, moving_h, stop_h, usd }
                        });
                    }
                }
            }
        }
        Skim { class, zones, cells }
    }

    /// Every commitment as it stands on the day of the scenario, with what stands in the way of each link it opens.
    pub fn agreement(&self) -> Vec<CommitmentState> {
        let link = |asset: AssetIdx| {
            let bars = |rule: &&scenario::Rule| rule.action == Action::Deny && rule.assets.contains(&asset);
            let barred_by = self.overlay.rules.iter().filter(bars).map(|rule| rule.name.clone()).collect();
            PromisedLink { asset, status: self.status(asset), barred_by }
        };
        let rows = self.study.agreement.iter().enumerate();
        rows.map(|(row, commitment)| {
            let (stage, since) = commitment.stage(self.overlay.as_of);
            let crossings = self.network.crossings.iter().filter(|c| commitment.crossings.contains(&c.id));
            let mut opens: BTreeSet<AssetIdx> = crossings.map(|crossing| crossing.asset).collect();
            let named = scenario::named(&self.study, &self.network, &commitment.groups, &commitment.links);
            opens.extend(named.unwrap_or_default());
            CommitmentState { row, stage, since, links: opens.into_iter().map(link).collect() }
        })
        .collect()
    }

    /// Rows by table and quality.
    fn provenance(&self) -> Vec<Provenance> {
        let study = &self.study;
        macro_rules! count {
            ($($table:ident $name:literal),* $(,)?) => {
                vec![$({
                    let mut rows = BTreeMap::new();
                    study.$table.iter().for_each(|row| *rows.entry(row.quality).or_insert(0) += 1);
                    Provenance { table: $name, rows }
                }),*]
            };
        }
        count! {
            classes "class", nodes "node", links "link", crossings "crossing", terminals "terminal",
            activities "activity", rates "rate", fees "fee", access "access", timeline "timeline",
            agreement "agreement", countries "country", commodities "commodity", trade "trade", scales "scale",
            growth "growth", bypasses "bypass", hazards "hazard", zones "zone", passengers "passenger", carriers "carrier", observed "observed",
        }
    }
}
