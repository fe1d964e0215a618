//! The tables of a study, one declaration each: row type, rules and reference documentation.

use super::schema::{
    Dimension, TableSchema, amount, boolean, choice, date, expression, id, integer, list, number, quantity,
    reference, references, sources, table, text,
};
use super::value::{ActorSets, Date, Shares};

pub use super::words::{
    Action, ActivityKind, BoundHit, Capability, Change, ClaimKind, ClassKind, Comparator, Corrects,
    DeficitRule, DemandUnit, Direction, Effect, FactKind, FeeBasis, FeePer, Measure, Metric, Mode, NodeType,
    ObservedUnit, ParameterKind, PassengerAccess, Quality, RatePer, Side, Status, TerminalKind,
};

const INF: f64 = f64::INFINITY;
const SETS: &str = "sets of actors: `ARM|USA` either alone, `ARM+USA` only jointly";
const SHARES: &str = "shares by actor that sum to 1: `USA=0.74;ARM=0.26`";
const APPLIES: &str = "`freight`, `passenger`, a class, or `*` (all); several joined by `;`";

table! {
    /// What the study is. One section.
    StudyRow in "[study]" required {
        /// Short name, used for the results folder.
        id: String = id();
        /// Title.
        name: String = text();
        /// A sentence or two on the question.
        description: Option<String> = text().optional();
        /// Year of prices and flows that results are stated for.
        base_year: i32 = integer(1900, 2200);
        /// Day whose access rules hold.
        as_of: Date = date();
        /// Class that tables and charts show when none is asked for.
        main_class: String = reference("class");
        /// Scenario that stands alone and that the report holds against the base; blank: none.
        compare_with: Option<String> = text().optional();
        /// Scenarios that stand alone and whose regimes are held side by side; blank: all in which one regime is in force
        /// and links are open that the reference keeps shut.
        compare_regimes: Vec<String> = list();
    }
}
table! {
    /// Units of the study's tables. One section; nothing is guessed.
    UnitsRow in "[units]" required {
        /// Unit of `length` columns: km, m, mi, ft, nmi.
        length: Option<String> = text().optional();
        /// Unit of `free_speed` columns: kmh, mph, kn.
        speed: Option<String> = text().optional();
        /// Currency of amounts without a currency of their own.
        currency: String = text();
        /// Year of amounts without a year of their own, and of all results.
        price_year: i32 = integer(1900, 2200);
        /// Coordinate system; only WGS 84 degrees are supported.
        crs: String = choice(&["EPSG:4326"]);
    }
}
table! {
    /// Assumptions that hold where a row says nothing. One section, optional.
    DefaultsRow in "[defaults]" optional {
        /// Standard deviation divided by mean of border and terminal times without a `time_sd_h`.
        border_time_cv: f64 = number(0.0, 10.0, "").or("0");
        /// Net load of a freight train, for trains a day.
        t_per_train: f64 = number(1.0, 1e5, "t").or("1500");
        /// How long a load on a gate lasts before its queue can clear: 24 if each day begins anew, 720 for a season.
        queue_period_h: f64 = number(1.0, 8760.0, "h").or("720");
        /// Mean of the squared coefficients of variation of arrivals and service where a row gives none.
        queue_variability: f64 = number(1e-3, 1e3, "").or("1");
    }
}
table! {
    /// A homogeneous group of users: a kind of cargo or of traveller.
    ClassRow in "[[class]]" required {
        /// Name of the class.
        id: String = id();
        /// Title.
        name: String = text();
        /// Goods or people.
        kind: ClassKind = choice(ClassKind::WORDS);
        /// Unit of its demand: tonnes for freight, persons for passengers.
        unit: DemandUnit = choice(DemandUnit::WORDS);
        /// Value of an hour to one tonne or person, USD per hour.
        value_of_time_usd_per_h: f64 = amount("USD/h per unit");
        /// Price of an hour of standard deviation divided by the value of time.
        reliability_ratio: f64 = number(0.0, 10.0, "").or("0");
        /// Tonnes on one truck.
        t_per_truck: Option<f64> = number(1e-6, 1e6, "t").optional();
        /// Tonnes in one twenty-foot container.
        t_per_teu: Option<f64> = number(1e-6, 1e6, "t").optional();
        /// Tonnes in one wagon.
        t_per_wagon: Option<f64> = number(1e-6, 1e6, "t").optional();
        /// Travellers in one car or bus.
        persons_per_vehicle: Option<f64> = number(1e-6, 1e6, "persons").optional();
        /// Multiplies the `free_speed` of roads, which is that of a loaded truck.
        road_speed_factor: f64 = number(0.01, 100.0, "").or("1");
        /// Multiplies the `free_speed` of railways, which is that of a freight train.
        rail_speed_factor: f64 = number(0.01, 100.0, "").or("1");
        /// Modes it may use: an array of `road`, `rail`, `ferry`, `sea`, `air`.
        modes: Vec<String> = list();
        /// What the figures rest on.
        source: Vec<String> = sources();
        /// How sure they are.
        quality: Quality = choice(Quality::WORDS);
        /// Remarks.
        note: Option<String> = text().optional();
    }
}
table! {
    /// Loading or boarding between a zone and a mode, where no `zone-...` transfer of a terminal says otherwise.
    AccessDefaultRow in "[[access_default]]" optional {
        /// Mode that is boarded.
        mode: Mode = choice(Mode::WORDS);
        /// Who boards.
        applies_to: Vec<String> = list();
        /// Hours at each end.
        time_h: f64 = number(0.0, 1e5, "h").or("0");
        /// Charge at each end.
        fee: Option<f64> = amount("currency").optional();
        /// What the charge is per.
        fee_per: Option<FeePer> = choice(FeePer::WORDS).optional();
        /// What the figures rest on.
        source: Vec<String> = sources();
        /// How sure they are.
        quality: Quality = choice(Quality::WORDS);
        /// Remarks.
        note: Option<String> = text().optional();
    }
}
table! {
    /// Pairs of places that `run` reports in full.
    KeyPairRow in "[[key_pair]]" optional {
        /// Origin.
        from: String = reference("node");
        /// Destination.
        to: String = reference("node");
        /// Class; the main class if absent.
        class: Option<String> = reference("class").optional();
        /// Only this land mode, or `any`.
        mode: String = choice(&["any", "road", "rail"]).or("any");
    }
}
table! {
    /// Places: cities, border points, ports, terminals, gateways (GMNS `node`).
    NodeRow in "network/node.csv" required {
        /// Identifier.
        node_id: String = id();
        /// Name in English.
        name: String = text();
        /// Other names and spellings that people type.
        alt_names: Vec<String> = list();
        /// Sovereign country, ISO 3166-1 alpha-3.
        country: String = text();
        /// Territory whose rules of passage hold.
        territory: String = reference("territory");
        /// What the place is.
        node_type: NodeType = choice(NodeType::WORDS);
        /// Longitude, degrees.
        x_coord: f64 = number(-180.0, 180.0, "degrees east");
        /// Latitude, degrees.
        y_coord: f64 = number(-90.0, 90.0, "degrees north");
        /// Zone whose centre the place is, if demand starts and ends here.
        zone_id: Option<String> = id().optional();
        /// Inhabitants.
        population: Option<f64> = amount("persons").optional();
        /// What the row rests on: keys of `sources`, addresses or statements, joined by `;`.
        source: Vec<String> = sources();
        /// How sure it is.
        quality: Quality = choice(Quality::WORDS);
    }
}
table! {
    /// Roads, railways, ferries, sea lanes and air services (GMNS `link`).
    LinkRow in "network/link.csv" required {
        /// Identifier.
        link_id: String = id();
        /// Name.
        name: Option<String> = text().optional();
        /// One end.
        from_node_id: String = reference("node").alias(&["from_node"]);
        /// Other end.
        to_node_id: String = reference("node").alias(&["to_node"]);
        /// `1`: only from `from_node_id` to `to_node_id`; `0`: both ways.
        directed: bool = boolean();
        /// Mode.
        mode: Mode = choice(Mode::WORDS);
        /// Track gauge in millimetres, for rail.
        gauge_mm: Option<i32> = integer(300, 3000).optional();
        /// Number of tracks, for rail.
        tracks: Option<i32> = integer(1, 20).optional();
        /// Whether there is electric traction, for rail.
        electrified: Option<bool> = boolean().optional();
        /// Kind of way; haulage rates may depend on it.
        facility_type: Option<String> = text().optional();
        /// Length.
        length_km("length"): f64 = quantity(0.0, 50_000.0, Dimension::Length);
        /// Speed of a loaded truck, freight train or ship while moving.
        free_speed_kmh("free_speed"): Option<f64> = quantity(0.1, 2000.0, Dimension::Speed).optional();
        /// Duration of the whole link; replaces length divided by speed.
        duration_h: Option<f64> = number(1e-6, 1e5, "h").optional();
        /// Time between departures; who comes at any time waits half of it in the mean. Blank: there is no wait, or the
        /// duration or the terminals hold it.
        headway_h: Option<f64> = number(0.0, 1e4, "h").optional();
        /// Decks of a ferry: `wagon`, `vehicle`; blank means both.
        allowed_uses: Vec<String> = list();
        /// Price of the whole link; replaces the haulage rate.
        fare: Option<f64> = amount("currency").optional();
        /// What the fare is per.
        fare_per: Option<FeePer> = choice(FeePer::WORDS).optional();
        /// Most that can pass in a day, both directions together.
        capacity_per_day: Option<f64> = amount("capacity_unit/day").optional();
        /// Unit of the capacity.
        capacity_unit: Option<String> = choice(&["t", "teu", "train", "truck"]).optional();
        /// Territories in the order from one end to the other, joined by `/`.
        territory: Vec<String> = references("territory", '/');
        /// Minimal sets of actors able to close it; blank: who controls the territory, at a border either side.
        can_close: Option<ActorSets> = expression(SETS);
        /// Sets of actors whose consent opening needs; blank: who controls the territory, at a border both sides.
        must_consent: Option<ActorSets> = expression(SETS);
        /// Who runs it.
        operator: Vec<String> = references("actor", ';');
        /// Who receives tolls and fees; blank: who controls the territory.
        collectors: Option<Shares> = expression(SHARES);
        /// State in the study's reference state.
        status: Status = choice(Status::WORDS);
        /// Remarks.
        note: Option<String> = text().optional();
        /// Currency of the fare, if not the study's.
        currency: Option<String> = text().optional();
        /// Year of the fare, if not the study's.
        year: Option<i32> = integer(1900, 2200).optional();
        /// What the row rests on: keys of `sources`, addresses or statements, joined by `;`.
        source: Vec<String> = sources();
        /// How sure it is.
        quality: Quality = choice(Quality::WORDS);
    }
}
table! {
    /// Border crossing points: one row per link that a border is passed on.
    CrossingRow in "network/crossing.csv" optional {
        /// Identifier.
        crossing_id: String = id();
        /// Name.
        name: String = text();
        /// Link on which the border lies.
        link_id: String = reference("link");
        /// End of the link that `from_to` activities start from.
        from_node_id: String = reference("node");
        /// Other end.
        to_node_id: String = reference("node");
        /// Hours of the day in which it is open; blank: not known.
        open_h_per_day: Option<f64> = number(0.0, 24.0, "h/day").optional();
        /// Whether travellers may pass.
        passengers: PassengerAccess = choice(PassengerAccess::WORDS).or("yes");
        /// Remarks.
        note: Option<String> = text().optional();
        /// What the row rests on.
        source: Vec<String> = sources();
        /// How sure it is.
        quality: Quality = choice(Quality::WORDS);
    }
}
table! {
    /// Ports, gauge changes, rail-road terminals and stations: where mode or gauge changes.
    TerminalRow in "network/terminal.csv" optional {
        /// Identifier.
        terminal_id: String = id();
        /// Name.
        name: String = text();
        /// Node at which it stands.
        node_id: String = reference("node");
        /// What it does.
        kind: TerminalKind = choice(TerminalKind::WORDS);
        /// Pairs it joins, both ways, joined by `;`: `road-rail`, `rail1520-rail1435`, `rail-ferry`, `road-sea`, `zone-rail`.
        transfers: Vec<String> = list();
        /// Remarks.
        note: Option<String> = text().optional();
        /// What the row rests on.
        source: Vec<String> = sources();
        /// How sure it is.
        quality: Quality = choice(Quality::WORDS);
    }
}
table! {
    /// What happens at crossings and terminals: one row an activity, with its time and charge.
    ActivityRow in "network/activity.csv" optional {
        /// Identifier.
        activity_id: String = id();
        /// Crossing or terminal.
        at_id: String = text();
        /// What happens.
        activity: ActivityKind = choice(ActivityKind::WORDS);
        /// Direction.
        direction: Direction = choice(Direction::WORDS).or("both");
        /// Whose post, at a border.
        side: Side = choice(Side::WORDS).or("both");
        /// Whom it concerns.
        applies_to: Vec<String> = expression(APPLIES);
        /// Mean hours; blank: not known, counted as zero.
        time_h: Option<f64> = number(0.0, 1e5, "h").optional();
        /// Standard deviation of the hours.
        time_sd_h: Option<f64> = number(0.0, 1e5, "h").optional();
        /// Charge.
        fee: Option<f64> = amount("currency").optional();
        /// What the charge is per.
        fee_per: Option<FeePer> = choice(FeePer::WORDS).optional();
        /// Most that can pass in a day in the direction given.
        capacity_per_day: Option<f64> = amount("capacity_unit/day").optional();
        /// Unit of capacity and observed traffic.
        capacity_unit: Option<String> = choice(&["truck", "t", "teu", "train", "person"]).optional();
        /// Observed traffic per day in the direction given: that at which the hours given were met.
        observed_per_day: Option<f64> = amount("capacity_unit/day").optional();
        /// Lanes, cranes or tracks that serve at once.
        servers: i32 = integer(1, 1000).or("1");
        /// Mean of the squared coefficients of variation of arrivals and service; blank: that of `[defaults]`.
        variability: Option<f64> = number(1e-3, 1e3, "").optional();
        /// Days a year on which nothing passes (snow, holidays); they take from the capacity of the year.
        closed_days_per_year: f64 = number(0.0, 365.0, "days/year").or("0");
        /// Remarks.
        note: Option<String> = text().optional();
        /// Currency of the charge, if not the study's.
        currency: Option<String> = text().optional();
        /// Year of the charge, if not the study's.
        year: Option<i32> = integer(1900, 2200).optional();
        /// What the row rests on.
        source: Vec<String> = sources();
        /// How sure it is.
        quality: Quality = choice(Quality::WORDS);
    }
}
table! {
    /// Pieces of land (or sea) with their own rules of passage.
    TerritoryRow in "network/territory.csv" required {
        /// Identifier.
        territory_id: String = id();
        /// Name.
        name: String = text();
        /// Sovereign, ISO 3166-1 alpha-3; blank at sea.
        country: Option<String> = text().optional();
        /// Customs area.
        customs_area: Option<String> = text().optional();
        /// Actor who holds it in fact; blank: nobody.
        controller: Option<String> = reference("actor").optional();
        /// Whether carriers of other countries stay away because of sanctions.
        sanctioned: Option<bool> = boolean().optional();
        /// Remarks.
        note: Option<String> = text().optional();
        /// What the row rests on.
        source: Vec<String> = sources();
        /// How sure it is.
        quality: Quality = choice(Quality::WORDS);
    }
}
table! {
    /// Parties with interests: states, blocs, companies.
    ActorRow in "politics/actor.csv" required {
        /// Identifier.
        actor_id: String = id();
        /// Name.
        name: String = text();
        /// What it is.
        kind: String = choice(&["state", "bloc", "company", "external_guarantor"]);
        /// Blocs it belongs to.
        member_of: Vec<String> = references("actor", ';');
        /// Territories it holds.
        territories: Vec<String> = references("territory", ';');
        /// Whether it has a row and column in the trade table.
        has_market: Option<bool> = boolean().optional();
        /// States whose interest it follows.
        home_state: Vec<String> = references("actor", ';');
        /// Whether it is a player of the corridor game.
        in_corridor_game: Option<bool> = boolean().optional();
        /// Remarks.
        note: Option<String> = text().optional();
        /// What the row rests on.
        source: Vec<String> = sources();
        /// How sure it is.
        quality: Quality = choice(Quality::WORDS);
    }
}
table! {
    /// Who may use restricted links, and who may not use open ones. A deny beats an allow.
    AccessRow in "politics/access.csv" optional {
        /// Identifier.
        rule_id: String = id();
        /// What the rule does.
        effect: Effect = choice(Effect::WORDS);
        /// Links; blank: all of the territories.
        links: Vec<String> = references("link", ';');
        /// Territories that the link touches; blank: any.
        territory: Vec<String> = references("territory", ';');
        /// Modes of the link; blank: any.
        mode: Vec<String> = expression("modes joined by `;`");
        /// Whom it concerns; blank: all.
        applies_to: Vec<String> = expression(APPLIES);
        /// Countries one of which the trip starts or ends in; blank: any trip.
        ends: Vec<String> = expression("country codes joined by `;`");
        /// Countries one of which the trip starts in; blank: any.
        origin: Vec<String> = expression("country codes joined by `;`");
        /// Countries one of which the trip ends in; blank: any.
        destination: Vec<String> = expression("country codes joined by `;`");
        /// First day in force; blank: since always.
        valid_from: Option<Date> = date().optional();
        /// First day no longer in force; blank: open end.
        valid_to: Option<Date> = date().optional();
        /// Remarks.
        note: Option<String> = text().optional();
        /// What the row rests on.
        source: Vec<String> = sources();
        /// How sure it is.
        quality: Quality = choice(Quality::WORDS);
    }
}
table! {
    /// Haulage prices. Of the rows that fit a link and class the most specific holds: class before kind before `*`,
    /// then territory before `*`, then facility type before blank.
    RateRow in "economy/rate.csv" required {
        /// Identifier.
        rate_id: String = id();
        /// Mode.
        mode: Mode = choice(Mode::WORDS);
        /// Territory, or `*`.
        territory: String = text().or("*");
        /// Facility type; blank: any.
        facility_type: Option<String> = text().optional();
        /// Whom it concerns.
        applies_to: Vec<String> = expression(APPLIES);
        /// Price.
        rate: f64 = amount("currency");
        /// What the price is per.
        per: RatePer = choice(RatePer::WORDS);
        /// Low estimate.
        low: Option<f64> = amount("currency").optional();
        /// High estimate.
        high: Option<f64> = amount("currency").optional();
        /// Currency, if not the study's.
        currency: Option<String> = text().optional();
        /// Year of the price, if not the study's.
        year: Option<i32> = integer(1900, 2200).optional();
        /// Remarks.
        note: Option<String> = text().optional();
        /// What the row rests on.
        source: Vec<String> = sources();
        /// How sure it is.
        quality: Quality = choice(Quality::WORDS);
    }
}
table! {
    /// Charges for passing through a country, levied where it is entered (or per kilometre inside). Of the rows of one
    /// country, mode and class, those whose `ends` name the trip replace the general one.
    FeeRow in "economy/fee.csv" optional {
        /// Identifier.
        fee_id: String = id();
        /// Country that charges, ISO 3166-1 alpha-3.
        country: String = text();
        /// Mode.
        mode: Mode = choice(Mode::WORDS);
        /// Whom it concerns.
        applies_to: Vec<String> = expression(APPLIES);
        /// Which trips pay.
        basis: FeeBasis = choice(FeeBasis::WORDS);
        /// Countries one of which the trip starts or ends in; blank: any trip.
        ends: Vec<String> = expression("country codes joined by `;`");
        /// Charge.
        fee: f64 = amount("currency");
        /// What the charge is per.
        per: FeePer = choice(FeePer::WORDS);
        /// Currency, if not the study's.
        currency: Option<String> = text().optional();
        /// Year of the charge, if not the study's.
        year: Option<i32> = integer(1900, 2200).optional();
        /// Low estimate.
        low: Option<f64> = amount("currency").optional();
        /// High estimate.
        high: Option<f64> = amount("currency").optional();
        /// Remarks.
        note: Option<String> = text().optional();
        /// What the row rests on.
        source: Vec<String> = sources();
        /// How sure it is.
        quality: Quality = choice(Quality::WORDS);
    }
}
table! {
    /// What an amount of a currency and year is worth in the study's currency and price year.
    PriceIndexRow in "economy/price_index.csv" optional {
        /// Currency.
        currency: String = text();
        /// Year.
        year: i32 = integer(1900, 2200);
        /// Multiplies the amount.
        factor: f64 = number(1e-12, 1e12, "");
        /// Remarks.
        note: Option<String> = text().optional();
        /// What the row rests on.
        source: Vec<String> = sources();
        /// How sure it is.
        quality: Quality = choice(Quality::WORDS);
    }
}
table! {
    /// Published facts that the model is held against.
    ValidationRow in "validation.csv" optional {
        /// Identifier.
        validation_id: String = id();
        /// What kind of fact.
        kind: FactKind = choice(FactKind::WORDS);
        /// Origin.
        from_node_id: Option<String> = reference("node").optional();
        /// Destination.
        to_node_id: Option<String> = reference("node").optional();
        /// Nodes passed on the way, in order.
        via: Vec<String> = references("node", ';');
        /// The way in words.
        route: Option<String> = text().optional();
        /// Modes that may be used; blank: those of the class.
        mode: Vec<String> = expression("modes joined by `;`");
        /// Class whose figure it is; blank: the main class.
        class: Option<String> = reference("class").optional();
        /// What the route is asked for; blank: no route can answer.
        measure: Option<Measure> = choice(Measure::WORDS).optional();
        /// The fact, in the unit of the measure.
        value: Option<f64> = number(-INF, INF, "").optional();
        /// Low end, where the source gives a range.
        value_low: Option<f64> = number(-INF, INF, "").optional();
        /// High end.
        value_high: Option<f64> = number(-INF, INF, "").optional();
        /// Unit of the published figure.
        unit: Option<String> = text().optional();
        /// Year of the fact.
        year: Option<i32> = integer(1900, 2200).optional();
        /// `1`: the tables were built with it, so that a match proves little.
        used_to_build: bool = boolean();
        /// Why the model is expected to miss it, if it is.
        cause: Option<String> = text().optional();
        /// Remarks.
        note: Option<String> = text().optional();
        /// What the row rests on.
        source: Vec<String> = sources();
        /// How sure it is.
        quality: Quality = choice(Quality::WORDS);
    }
}
table! {
    /// Where figures come from.
    SourceRow in "sources.csv" required {
        /// Key used in `source` columns.
        key: String = id();
        /// Title.
        title: String = text();
        /// Address.
        url: Option<String> = text().optional();
        /// Date of the page or of reading it.
        date: Option<String> = text().optional();
    }
}

/// All tables, in the order in which the reference documentation shows them.
pub const ALL: &[&TableSchema] = {
    use super::schema::Row;
    &[
        &StudyRow::TABLE,
        &UnitsRow::TABLE,
        &DefaultsRow::TABLE,
        &ClassRow::TABLE,
        &AccessDefaultRow::TABLE,
        &KeyPairRow::TABLE,
        &super::choice_tables::ChoiceRow::TABLE,
        &super::trade_tables::TradeSettingsRow::TABLE,
        &NodeRow::TABLE,
        &LinkRow::TABLE,
        &CrossingRow::TABLE,
        &TerminalRow::TABLE,
        &ActivityRow::TABLE,
        &TerritoryRow::TABLE,
        &ActorRow::TABLE,
        &AccessRow::TABLE,
        &RateRow::TABLE,
        &FeeRow::TABLE,
        &PriceIndexRow::TABLE,
        &ValidationRow::TABLE,
        &SourceRow::TABLE,
        &super::scenario_tables::GroupRow::TABLE,
        &super::settlement_tables::EventRow::TABLE,
        &super::settlement_tables::CommitmentRow::TABLE,
        super::bypass_tables::BYPASS,
        super::hazard_tables::HAZARD,
        &super::demand_tables::CountryRow::TABLE,
        &super::demand_tables::CommodityRow::TABLE,
        &super::demand_tables::TradeRow::TABLE,
        &super::demand_tables::ScaleRow::TABLE,
        &super::demand_tables::GrowthRow::TABLE,
        &super::trade_tables::TradeTotalRow::TABLE,
        &super::trade_tables::ElasticityRow::TABLE,
        &super::demand_tables::ZoneRow::TABLE,
        &super::demand_tables::PassengerRow::TABLE,
        &super::demand_tables::CarrierRow::TABLE,
        &super::demand_tables::ObservedRow::TABLE,
        &super::calibration_tables::CalibrationRow::TABLE,
        &super::calibration_tables::ParameterRow::TABLE,
        &super::calibration_tables::FittedRow::TABLE,
        &super::calibration_tables::ExperimentRow::TABLE,
    ]
};
