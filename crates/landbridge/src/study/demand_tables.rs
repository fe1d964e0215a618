//! The tables of demand: who trades and travels with whom, where in each region it starts and ends, how it grows, and
//! what was counted on the ground. `docs/model/demand.md` says what becomes of them.

use super::schema::{
    amount, boolean, choice, id, integer, list, number, reference, references, sources, table, text,
};
use super::words::{Corrects, Direction, ObservedUnit, Quality};

table! {
    /// Regions that trade and travel: a country, a part of one with its own ways in and out, or a bloc.
    CountryRow in "economy/country.csv" optional {
        /// Identifier, for example ISO 3166-1 alpha-3.
        region: String = id();
        /// Name.
        name: String = text();
        /// Inhabitants.
        population: Option<f64> = amount("persons").optional();
        /// Gross domestic product, million US dollars of `year`.
        gdp_musd: Option<f64> = amount("million USD/year").optional();
        /// Goods exports to all the world, million US dollars of `year`.
        goods_exports_musd: Option<f64> = amount("million USD/year").optional();
        /// Goods imports from all the world, million US dollars of `year`.
        goods_imports_musd: Option<f64> = amount("million USD/year").optional();
        /// Agriculture and industry in value added.
        goods_sector_share: Option<f64> = number(0.0, 1.0, "").optional();
        /// Year of the figures.
        year: Option<i32> = integer(1900, 2200).optional();
        /// Whether it lies behind its places in `demand/zone.csv`, which are gateways on the way to it: distances to it then mean nothing, and no gravity is estimated from its trade.
        is_remote ("remote"): bool = boolean().or("0");
        /// Remarks.
        note: Option<String> = text().optional();
        /// What the row rests on.
        source: Vec<String> = sources();
        /// How sure it is.
        quality: Quality = choice(Quality::WORDS);
    }
}
table! {
    /// Groups of commodities, and the class that each moves as.
    CommodityRow in "economy/commodity.csv" optional {
        /// Identifier.
        commodity: String = id();
        /// Name.
        name: String = text();
        /// Class that it moves as.
        class: String = reference("class");
        /// Remarks.
        note: Option<String> = text().optional();
        /// What the row rests on.
        source: Vec<String> = sources();
        /// How sure it is.
        quality: Quality = choice(Quality::WORDS);
    }
}
table! {
    /// Trade of a year between two regions in one commodity. Trade inside a region is no row.
    TradeRow in "economy/trade.csv" optional {
        /// Region that sells.
        exporter: String = reference("country");
        /// Region that buys.
        importer: String = reference("country");
        /// Commodity.
        commodity: String = reference("commodity");
        /// Year of the trade, and of the money.
        year: i32 = integer(1900, 2200);
        /// Value of the year's trade.
        value: f64 = amount("currency/year");
        /// Currency, if not the study's.
        currency: Option<String> = text().optional();
        /// Weight of the year's trade.
        tonnes: f64 = amount("t/year");
        /// Share that no surface mode carries: pipeline, wire, air freight.
        off_surface_share: f64 = number(0.0, 1.0, "").or("0");
        /// Remarks.
        note: Option<String> = text().optional();
        /// What the row rests on.
        source: Vec<String> = sources();
        /// How sure it is: the value, and its split by commodity.
        quality: Quality = choice(Quality::WORDS);
        /// How sure the weight is; blank: as the value.
        tonnes_quality: Option<Quality> = choice(Quality::WORDS).optional();
    }
}
table! {
    /// Factors on trade. All rows that fit a trade multiply each other.
    ScaleRow in "economy/scale.csv" optional {
        /// Identifier.
        scale_id: String = id();
        /// Regions that sell; blank: any.
        exporter: Vec<String> = references("country", ';');
        /// Regions that buy; blank: any.
        importer: Vec<String> = references("country", ';');
        /// Commodities; blank: any.
        commodity: Vec<String> = references("commodity", ';');
        /// `tonnes`: the weight is not what the trade table says; `carried`: the share that uses ways which the study
        /// holds, the rest is left out.
        corrects: Corrects = choice(Corrects::WORDS);
        /// Factor; of `carried` at most 1.
        factor: f64 = amount("");
        /// What the factor was set by; says so where it was assumed without a count.
        basis: String = text();
        /// What the row rests on.
        source: Vec<String> = sources();
        /// How sure it is.
        quality: Quality = choice(Quality::WORDS);
    }
}
table! {
    /// Growth of trade and travel with a region, year by year. A year without a row grows as the last one before it that
    /// has one; before the first row nothing grows.
    GrowthRow in "economy/growth.csv" optional {
        /// Region.
        region: String = reference("country");
        /// Year that ends the growth: 2024 is from 2023 to 2024.
        year: i32 = integer(1900, 2200);
        /// Growth of the amount, percent a year.
        percent: f64 = number(-99.0, 1000.0, "percent/year");
        /// Remarks.
        note: Option<String> = text().optional();
        /// What the row rests on.
        source: Vec<String> = sources();
        /// How sure it is.
        quality: Quality = choice(Quality::WORDS);
    }
}
table! {
    /// Where the trade and travel of a region starts and ends. Shares of one kind sum to 1 within a region, or are all
    /// blank.
    ZoneRow in "demand/zone.csv" optional {
        /// Region.
        region: String = reference("country");
        /// Node with a `zone_id`.
        node_id: String = reference("node");
        /// Share of the region's exports.
        export_share: f64 = number(0.0, 1.0, "").or("0");
        /// Share of the region's imports.
        import_share: f64 = number(0.0, 1.0, "").or("0");
        /// Share of the region's inhabitants, for travellers.
        population_share: f64 = number(0.0, 1.0, "").or("0");
        /// Remarks.
        note: Option<String> = text().optional();
        /// What the row rests on.
        source: Vec<String> = sources();
        /// How sure it is.
        quality: Quality = choice(Quality::WORDS);
    }
}
table! {
    /// Travellers of a year from one region to another. The way back is a row of its own.
    PassengerRow in "demand/passenger.csv" optional {
        /// Region where the trip starts.
        origin: String = reference("country");
        /// Region where it ends.
        destination: String = reference("country");
        /// Why people travel.
        purpose: String = text().or("travel");
        /// Class of traveller.
        class: String = reference("class");
        /// Trips in a year.
        persons_per_year: f64 = amount("persons/year");
        /// Year of the figure.
        year: i32 = integer(1900, 2200);
        /// Distance over which trips between two places fall to 1/e, km; blank: distance does not matter.
        decay_km: Option<f64> = number(1.0, 1e5, "km").optional();
        /// Remarks.
        note: Option<String> = text().optional();
        /// What the row rests on.
        source: Vec<String> = sources();
        /// How sure it is.
        quality: Quality = choice(Quality::WORDS);
    }
}
table! {
    /// Flags of carriers, where a rule of passage looks at them. What no row names moves without a flag.
    CarrierRow in "demand/carrier.csv" optional {
        /// Identifier.
        carrier_id: String = id();
        /// Regions that sell; blank: any.
        exporter: Vec<String> = references("country", ';');
        /// Regions that buy; blank: any.
        importer: Vec<String> = references("country", ';');
        /// Country of the carrier.
        flag: String = text();
        /// Share of the freight between the regions.
        share: f64 = number(0.0, 1.0, "");
        /// Remarks.
        note: Option<String> = text().optional();
        /// What the row rests on.
        source: Vec<String> = sources();
        /// How sure it is.
        quality: Quality = choice(Quality::WORDS);
    }
}
table! {
    /// Flows that were counted, and the part of the network that they are about.
    ObservedRow in "observed.csv" optional {
        /// Identifier.
        observed_id: String = id();
        /// What was counted, in words.
        name: String = text();
        /// Crossings that it is the sum over.
        crossings: Vec<String> = references("crossing", ';');
        /// Links that it is the sum over.
        links: Vec<String> = references("link", ';');
        /// Places (ports, terminals) whose throughput it is.
        nodes: Vec<String> = references("node", ';');
        /// Territories on whose network it was counted.
        territory: Vec<String> = references("territory", ';');
        /// Modes; blank: all.
        mode: Vec<String> = list();
        /// Direction along the crossings named.
        direction: Direction = choice(Direction::WORDS).or("both");
        /// Region where what was counted starts; blank: any.
        from_region: Option<String> = reference("country").optional();
        /// Region where it ends; blank: any.
        to_region: Option<String> = reference("country").optional();
        /// `1`: only what neither starts nor ends in the territories named.
        is_transit: bool = boolean().or("0");
        /// Amount of a year; blank: the figure published is not of a year and was not brought to one.
        per_year: Option<f64> = amount("unit/year").optional();
        /// Unit.
        unit: ObservedUnit = choice(ObservedUnit::WORDS);
        /// Year.
        year: i32 = integer(1900, 2200);
        /// The figure as published, with its unit and period.
        published: String = text();
        /// How the amount of a year was worked out, if it was.
        rule: Option<String> = text().optional();
        /// `1`: a model's flow may be held against it.
        is_comparable: bool = boolean();
        /// `1`: the tables of demand were built or scaled with it, so that a match proves little.
        used_to_build: bool = boolean().or("0");
        /// Place that counts are held out by when the fit is tested: counts of one place never stand on both sides.
        /// Blank: the crossings, links, nodes or else territories named.
        location: Option<String> = text().optional();
        /// Weight in calibration; 0: not fitted to.
        fit_weight: f64 = number(0.0, 100.0, "").or("1");
        /// Why the model misses it, where that is known.
        cause: Option<String> = text().optional();
        /// Remarks; why it is not comparable, if it is not.
        note: Option<String> = text().optional();
        /// What the row rests on.
        source: Vec<String> = sources();
        /// How sure it is.
        quality: Quality = choice(Quality::WORDS);
    }
}

/// Whether a list names something; a blank list names all.
fn names(list: &[String], id: &str) -> bool {
    list.is_empty() || list.iter().any(|named| named == id)
}

impl ScaleRow {
    /// Whether the factor is about a trade.
    pub fn concerns(&self, exporter: &str, importer: &str, commodity: &str) -> bool {
        names(&self.exporter, exporter)
            && names(&self.importer, importer)
            && names(&self.commodity, commodity)
    }
}

impl ObservedRow {
    /// The place that the row is held out by.
    pub fn location(&self) -> String {
        let named = [&self.crossings, &self.links, &self.nodes, &self.territory];
        let first = || named.into_iter().find(|list| !list.is_empty()).map(|list| list.join(";"));
        self.location.clone().or_else(first).unwrap_or_default()
    }
}

impl ObservedRow {
    /// Whether another row counts the same thing, perhaps in another year.
    pub fn counts_same(&self, other: &Self) -> bool {
        let key = |row: &'_ Self| {
            (
                (row.crossings.clone(), row.links.clone(), row.nodes.clone(), row.territory.clone()),
                (row.mode.clone(), row.direction, row.unit, row.is_transit),
                (row.from_region.clone(), row.to_region.clone()),
            )
        };
        key(self) == key(other)
    }
}

impl CarrierRow {
    /// Whether the row is about the freight between two regions.
    pub fn concerns(&self, exporter: &str, importer: &str) -> bool {
        names(&self.exporter, exporter) && names(&self.importer, importer)
    }
}

impl CountryRow {
    /// Gross domestic product in the study's currency of its price year, as far as the price index reaches; `None` if it
    /// is not known.
    pub fn gdp_usd(&self, study: &super::Study) -> Option<f64> {
        let gdp = self.gdp_musd.filter(|gdp| *gdp > 0.0)?;
        let year = self.year.unwrap_or(study.units.price_year);
        let mut index = study.price_index.iter().filter(|row| row.currency == "USD" && row.year == year);
        let is_own = study.units.currency == "USD" && year == study.units.price_year;
        let factor = if is_own { 1.0 } else { index.next().map_or(1.0, |row| row.factor) };
        Some(1e6 * gdp * factor)
    }
}
