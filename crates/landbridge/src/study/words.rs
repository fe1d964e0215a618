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
    /// What a factor on trade corrects.
    Corrects {
        /// The weight.
        Tonnes = "tonnes",
        /// The share that uses ways which the study holds.
        Carried = "carried",
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
