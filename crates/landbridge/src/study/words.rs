//! The words that tables may use: one enumeration each, listed once.

use super::value::choice;

choice! {
    /// How sure a figure is.
    Quality {
        /// The figure stands in the source.
        Published = "published",
        /// Computed from published figures by a stated rule.
        Derived = "derived",
        /// An estimate without a published basis.
        Assumed = "assumed",
    }
}
choice! {
    /// What moves: goods or people.
    ClassKind {
        /// Goods, in tonnes.
        Freight = "freight",
        /// People.
        Passenger = "passenger",
    }
}
choice! {
    /// The unit of a class's demand.
    DemandUnit {
        /// Tonne.
        Tonne = "t",
        /// Person.
        Person = "person",
    }
}
choice! {
    /// Mode of a physical link.
    Mode {
        /// Road: trucks, cars, buses.
        Road = "road",
        /// Railway.
        Rail = "rail",
        /// Ferry that carries wagons or vehicles.
        Ferry = "ferry",
        /// Container or bulk shipping.
        Sea = "sea",
        /// Air service.
        Air = "air",
    }
}
choice! {
    /// State of a physical link in the study's reference state.
    Status {
        /// Usable.
        Open = "open",
        /// Usable only by traffic that an `allow` rule of `access.csv` admits.
        Restricted = "restricted",
        /// There, but shut.
        Closed = "closed",
        /// Being built.
        UnderConstruction = "under_construction",
        /// Announced.
        Planned = "planned",
        /// Once there, now gone.
        Dismantled = "dismantled",
    }
}
choice! {
    /// What a node is.
    NodeType {
        /// City or town.
        City = "city",
        /// One side of a road border.
        BorderCrossing = "border_crossing",
        /// Sea port.
        Port = "port",
        /// One side of a rail border.
        RailBorder = "rail_border",
        /// Junction or terminal.
        Terminal = "terminal",
        /// Stands for a region outside the study's detail.
        Gateway = "gateway",
    }
}
choice! {
    /// Whether travellers may pass a crossing.
    PassengerAccess {
        /// They may.
        Yes = "yes",
        /// Goods only.
        No = "no",
        /// Only those whom an `allow` rule of `access.csv` admits.
        Special = "special",
    }
}
choice! {
    /// What a terminal does.
    TerminalKind {
        /// Change of gauge: transshipment or bogie exchange.
        GaugeChange = "gauge_change",
        /// Sea port.
        Port = "port",
        /// Rail-road terminal.
        Intermodal = "intermodal",
        /// Place where a zone's goods are loaded or travellers board.
        Station = "station",
    }
}
choice! {
    /// What happens at a crossing or terminal.
    ActivityKind {
        /// Border and customs formalities, queue included where nothing else is said.
        Clearance = "clearance",
        /// Waiting for opening or departure, queueing.
        Waiting = "waiting",
        /// Inspections beyond clearance.
        Inspection = "inspection",
        /// Moving the load.
        Handling = "handling",
        /// Usual stay of the load in the terminal.
        Dwell = "dwell",
        /// A charge without time.
        Toll = "toll",
    }
}
choice! {
    /// Direction of an activity relative to its crossing or transfer.
    Direction {
        /// Both directions.
        Both = "both",
        /// From `from_node_id` to `to_node_id`; for a terminal, as the transfer is written.
        FromTo = "from_to",
        /// The other way.
        ToFrom = "to_from",
    }
}
choice! {
    /// Whose post at a border the time is spent at.
    Side {
        /// The figure is the sum of both posts.
        Both = "both",
        /// The post of the territory that is left.
        Exit = "exit",
        /// The post of the territory that is entered.
        Entry = "entry",
    }
}
choice! {
    /// What a fee or fare is charged on.
    FeePer {
        /// One truck.
        Truck = "truck",
        /// One twenty-foot container.
        Teu = "teu",
        /// One railway wagon.
        Wagon = "wagon",
        /// One tonne.
        Tonne = "t",
        /// One traveller.
        Person = "person",
        /// One car or bus.
        Vehicle = "vehicle",
        /// One truck, for each kilometre in the territory.
        TruckKm = "truck-km",
    }
}
choice! {
    /// What a haulage rate is charged on.
    RatePer {
        /// Truck-kilometre.
        TruckKm = "truck-km",
        /// Tonne-kilometre.
        TonneKm = "t-km",
        /// Container-kilometre.
        TeuKm = "teu-km",
        /// Wagon-kilometre.
        WagonKm = "wagon-km",
        /// Passenger-kilometre.
        PersonKm = "person-km",
        /// Kilometre of a car or bus.
        VehicleKm = "vehicle-km",
        /// Hour that a truck stands.
        TruckHour = "truck-h",
    }
}
choice! {
    /// Whom a charge for crossing a country falls on.
    FeeBasis {
        /// Trips that neither start nor end in the country.
        Transit = "transit",
        /// Every trip that enters it.
        Entry = "entry",
    }
}
choice! {
    /// What an access rule does.
    Effect {
        /// Admits traffic to restricted links.
        Allow = "allow",
        /// Bars traffic from links, whatever else admits it.
        Deny = "deny",
    }
}
choice! {
    /// What kind of fact a validation row is.
    FactKind {
        /// Length of a way.
        Distance = "distance",
        /// Duration.
        Time = "time",
        /// Price or charge.
        Cost = "cost",
        /// Time at a border.
        BorderTime = "border_time",
        /// Speed.
        Speed = "speed",
        /// Traffic volume.
        Volume = "volume",
        /// Capacity.
        Capacity = "capacity",
        /// Something somebody said.
        Claim = "claim",
    }
}
choice! {
    /// What a route is asked for, to be held against a published fact.
    Measure {
        /// Length of the route, km.
        DistanceKm = "distance_km",
        /// Hours in motion.
        MovingH = "moving_h",
        /// Hours door to door.
        TotalH = "total_h",
        /// Hours at borders.
        BorderH = "border_h",
        /// Length divided by hours in motion, km/h.
        SpeedKmH = "speed_km_h",
        /// Money per tonne or person, USD.
        TotalUsd = "total_usd",
    }
}
choice! {
    /// What a rule of a regime or scenario does.
    Action {
        /// Bars what it selects.
        Deny = "deny",
        /// Admits what it selects, to restricted links too.
        Allow = "allow",
        /// Adds hours.
        AddTime = "add_time",
        /// Adds money.
        AddMoney = "add_money",
        /// Checks a share of the loads for some hours.
        Check = "check",
        /// Multiplies capacity.
        CapacityFactor = "capacity_factor",
        /// Charges for passage, shared among the collectors of the link.
        Toll = "toll",
    }
}
choice! {
    /// How far a commitment has come.
    Stage {
        /// Nothing yet.
        Pending = "pending",
        /// Announced.
        Announced = "announced",
        /// Expected.
        Expected = "expected",
        /// Initialled: the text is fixed and binds nobody.
        Initialled = "initialled",
        /// Signed.
        Signed = "signed",
        /// In force.
        InForce = "in_force",
        /// Being built.
        UnderConstruction = "under_construction",
        /// Carried out.
        Done = "done",
        /// Ended or overtaken.
        Void = "void",
    }
}
choice! {
    /// Whether a statement can be judged by a model of transport.
    ClaimKind {
        /// It is about something that is computed.
        Testable = "testable",
        /// It can be judged once something is assumed.
        NeedsAssumption = "needs_assumption",
        /// It is about a motive, a feeling or a record of events.
        NotTestable = "not_testable",
    }
}
choice! {
    /// Whether the metric is the statement or stands in for it.
    Strength {
        /// The metric is the statement.
        Direct = "direct",
        /// The metric stands in for it.
        Proxy = "proxy",
    }
}
choice! {
    /// What a verdict rests on.
    Basis {
        /// Read from a table.
        Data = "data",
        /// True by construction of a regime or scenario.
        Definition = "definition",
        /// Computed, and could have come out otherwise.
        Model = "model",
        /// Follows from an assumed input.
        Assumption = "assumption",
    }
}
choice! {
    /// What a verdict has to wait for.
    Capability {
        /// Demand and flows.
        Flows = "flows",
        /// Trade in equilibrium.
        Trade = "trade",
        /// Control, revenue and leverage.
        Control = "control",
        /// Whether the settlement lasts.
        Stability = "stability",
        /// Pipelines and power lines.
        Energy = "energy",
    }
}
choice! {
    /// How much a statement matters to the study.
    Priority {
        /// The question of the study.
        Core = "core",
        /// Beside it.
        Secondary = "secondary",
        /// Background.
        Context = "context",
    }
}
choice! {
    /// What a test of a claim measures.
    Metric {
        /// 1 if a permitted way exists, else 0.
        RouteExists = "route_exists",
        /// Length of the cheapest way, km.
        RouteKm = "route_km",
        /// Hours of the cheapest way, door to door.
        RouteH = "route_h",
        /// Hours at borders on the cheapest way.
        RouteBorderH = "route_border_h",
        /// Hours at borders and terminals on the cheapest way.
        RouteStopH = "route_stop_h",
        /// Money for the cheapest way, per tonne or traveller.
        RouteUsd = "route_usd",
        /// Generalized cost of the cheapest way, per tonne or traveller.
        RouteCost = "route_cost",
        /// Border crossings on the cheapest way.
        RouteBorders = "route_borders",
        /// Changes of mode or gauge on the cheapest way.
        RouteTransfers = "route_transfers",
        /// 1 if the cheapest way runs over a link of the groups, else 0.
        RoutePasses = "route_passes",
        /// Territories on the cheapest way that are not among `territory`.
        RouteForeign = "route_foreign_territories",
        /// Actors who can close the cheapest way alone.
        RouteClosers = "route_closers",
        /// Key pairs whose cheapest way costs at least 1 percent less than in `against`, or that are joined.
        CheaperPairs = "cheaper_pairs",
        /// Length of the links together, km.
        LengthKm = "length_km",
        /// Links that are open.
        OpenLinks = "open_links",
        /// Share of the links that are open.
        OpenShare = "open_share",
        /// Share of the links that lie in territories whose controller is the actor.
        HeldShare = "held_share",
        /// Share of the links that the actor can close alone.
        ClosableShare = "closable_share",
        /// Share of the links that others can close without the actor.
        ClosableByOthersShare = "closable_by_others_share",
        /// Share of the links that cannot be opened without the consent of the actor.
        ConsentShare = "consent_share",
        /// Links that the actor or a company at home there runs, with an end within `within_km` of a place in `territory`.
        LinksRunNear = "links_run_near",
        /// Amount that uses a link of the groups, t or persons a year.
        Flow = "flow",
        /// Share of the flow between `pairs` that uses a link of the groups or, without groups, touches `territory`.
        FlowShare = "flow_share",
        /// Share of what uses a link of the groups that goes between `pairs`.
        LinkShare = "link_share",
        /// Share of the flow between `pairs` that uses a link which the actor can close alone.
        ClosableFlowShare = "closable_flow_share",
        /// Amount that passes the countries of `territory` and neither starts nor ends there, t or persons a year.
        Transit = "transit",
        /// Mean expected cost (logsum) of the demand between `pairs`, per tonne or traveller.
        MeanCost = "mean_cost",
        /// Trade between `pairs` in equilibrium with its costs, money a year.
        Trade = "trade",
        /// The same as a share of all foreign trade of `region`.
        TradeShare = "trade_share",
        /// Change of real expenditure on goods of `region`, together, against the reference: percent.
        Welfare = "welfare",
        /// Place of `region` among all by that change, from 1.
        WelfareRank = "welfare_rank",
        /// How many of `region` change by more than 0.05 percent of real expenditure or 2 percent of transit.
        RegionsMoved = "regions_moved",
        /// Access of `region` to foreign markets, 100 in the reference.
        MarketAccess = "market_access",
        /// Exports and imports of `region` over its output of goods.
        Openness = "openness",
        /// Concentration (Herfindahl) of the foreign trade of `region` by partner.
        ConcentrationPartner = "concentration_partner",
        /// The same by commodity.
        ConcentrationCommodity = "concentration_commodity",
        /// The same of its tonnes by the crossing where they leave or reach it.
        ConcentrationCrossing = "concentration_crossing",
        /// Share of the tonnes of others that passes the country of `region`.
        HubIndex = "hub_index",
        /// What `actor` has a year of carriage, travel and revenue, money: only differences between scenarios mean anything.
        Payoff = "payoff",
        /// What `actor` and its companies take for passage, money a year.
        Revenue = "revenue",
        /// What `actor` has of them a year, as a share of its output.
        PayoffShare = "payoff_share",
        /// What `on` (without it all other parties) lose together a year if `actor` closes to all what it can close, costs only.
        Denial = "denial",
        /// Shapley value of `actor` in the game of the corridor that the scenario opens, money a year.
        Shapley = "shapley",
        /// Parties that have least in the scenario of all scenarios in `among`.
        WorstOff = "worst_off",
        /// How much `actor` and `on` can pass to each other out of what they take on the opened links so that both gain over the reference, as a share of what they gain together; 0 if they cannot.
        BargainingShare = "bargaining_share",
        /// The discount factor with which `actor` keeps the agreement that opens the scenario's corridor; infinite if none is enough.
        CriticalFactor = "critical_factor",
        /// What breaking it would have to bring `actor` in each year beside money, money a year.
        BreakEven = "break_even",
        /// The same as a share of its output.
        BreakEvenShare = "break_even_share",
        /// 1 if a commitment has come at least to `stage` and is not void, else 0.
        StageReached = "stage_reached",
    }
}
choice! {
    /// What is made of a value before it is held against a threshold.
    Change {
        /// The value itself.
        Value = "value",
        /// The value less that of `against`.
        Difference = "difference",
        /// The value over that of `against`, less 1.
        Relative = "relative",
        /// The difference as a share of what `actor` gains from the reference to `against`.
        OfGain = "of_gain",
    }
}
choice! {
    /// How a value is held against a threshold.
    Comparator {
        /// Greater.
        Above = "above",
        /// Greater or equal.
        AtLeast = "at_least",
        /// Less.
        Below = "below",
        /// Less or equal.
        AtMost = "at_most",
        /// At most the tolerance away, as a share of the threshold.
        Within = "within",
    }
}
choice! {
    /// What a factor on trade corrects.
    Corrects {
        /// The weight.
        Tonnes = "tonnes",
        /// The share that uses ways which the study holds.
        Carried = "carried",
    }
}
choice! {
    /// What a fitted parameter changes.
    ParameterKind {
        /// How strongly cost decides.
        Dispersion = "dispersion",
        /// Cost of boarding a mode.
        Mode = "mode",
        /// Cost of passing crossings.
        Border = "border",
        /// Amount of trade or travel.
        Demand = "demand",
    }
}
choice! {
    /// Where a fitted value lies between its bounds.
    BoundHit {
        /// Between them.
        Inside = "inside",
        /// At the least value.
        Low = "low",
        /// At the greatest value.
        High = "high",
    }
}
choice! {
    /// Unit of an observed flow, by the year.
    ObservedUnit {
        /// Tonnes.
        Tonne = "t",
        /// Twenty-foot containers.
        Teu = "teu",
        /// Trucks.
        Truck = "truck",
        /// Railway wagons.
        Wagon = "wagon",
        /// Trains.
        Train = "train",
        /// Cars, buses and trucks together.
        Vehicle = "vehicle",
        /// Persons.
        Person = "person",
        /// Percent of something else.
        Percent = "percent",
    }
}
choice! {
    /// What becomes of deficits when trade changes.
    DeficitRule {
        /// Every deficit keeps its value.
        FixedNominal = "fixed_nominal",
        /// Expenditure keeps its ratio to output.
        FixedRatio = "fixed_ratio",
        /// Deficits are taken out before anything changes.
        Purged = "purged",
    }
}
choice! {
    /// How the durations of closures are distributed.
    DurationKind {
        /// Always the same.
        Fixed = "fixed",
        /// Repair at a constant rate.
        Exponential = "exponential",
        /// Mostly short, sometimes very long.
        Lognormal = "lognormal",
    }
}
