//! Who earns what by a corridor: in a year, over a concession, and at the toll that earns most (`docs/model/revenue.md`).
//!
//! Money is in the study's currency of its price year, a year unless it is a present value. Collectors are actors; those
//! that a table names nobody for stand as one without a name.

use super::flows::Levy;
use super::leverage::Party;
use crate::control::revenue::ConcessionValue;
use crate::control::toll::TollCurve;
use crate::study::tables::Quality;

/// Who earns what by a corridor.
#[derive(Clone, Debug, PartialEq)]
pub struct Revenue {
    /// The scenario that opens it.
    pub scenario: String,
    /// The scenario that it is held against.
    pub reference: String,
    /// Whether regimes have equal checks and tolls.
    pub is_neutral: bool,
    /// Year of the demand.
    pub year: i32,
    /// The parties.
    pub parties: Vec<Party>,
    /// Physical links that the scenario opens.
    pub opened: Vec<String>,
    /// The corridor: these, and what the regimes of the scenario govern; nothing if it opens nothing.
    pub corridor: Vec<String>,
    /// What each collector takes in the year, by identifier.
    pub collectors: Vec<Taken>,
    /// The years of the concession; `None` if the scenario opens nothing.
    pub concession: Option<ConcessionPlan>,
    /// The toll that earns most; `None` if the scenario opens nothing.
    pub toll: Option<BestToll>,
    /// Whether a toll in force, of a regime or scenario, is assumed.
    pub tolls_are_assumed: bool,
    /// Whether all equilibria converged.
    pub is_converged: bool,
}

/// A collector.
#[derive(Clone, Debug, PartialEq)]
pub struct Collector {
    /// Identifier of the actor; `None`: what nobody is named for.
    pub id: Option<String>,
    /// Position of the party that it is or is at home in.
    pub party: Option<usize>,
}

/// What a collector takes in a year.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// The collector.
    pub collector: Collector,
    /// By levy, in the order of [`Levy::ALL`].
    pub by_levy_usd: [f64; 3],
    /// Of that, border fees and tolls on the links of the corridor.
    pub on_corridor_usd: f64,
    /// What it takes in the reference.
    pub reference_usd: f64,
}

impl Taken {
    /// What one levy brings it.
    pub fn of_levy_usd(&self, levy: Levy) -> f64 {
        self.by_levy_usd[levy as usize]
    }

    /// All that it takes.
    pub fn usd(&self) -> f64 {
        self.by_levy_usd.iter().sum()
    }
}

impl Revenue {
    /// What one levy brings in all.
    pub fn of_levy_usd(&self, levy: Levy) -> f64 {
        self.collectors.iter().map(|taken| taken.of_levy_usd(levy)).sum()
    }

    /// What is taken in all.
    pub fn usd(&self) -> f64 {
        self.collectors.iter().map(Taken::usd).sum()
    }

    /// What all collectors of a party take, by party.
    pub fn by_party_usd(&self) -> Vec<f64> {
        let mut usd = vec![0.0; self.parties.len()];
        for taken in &self.collectors {
            if let Some(party) = taken.collector.party {
                usd[party] += taken.usd();
            }
        }
        usd
    }
}

/// What the links of the corridor earn and cost over the years of a concession. Vectors by collector have the order
/// of `collectors`.
#[derive(Clone, Debug, PartialEq)]
pub struct ConcessionPlan {
    /// Years.
    pub years: u32,
    /// Discount rate, a year, real.
    pub discount_rate: f64,
    /// Year whose demand is grown to, and the year of operation from which on revenue stays; `None`: no growth is known.
    pub grown: Option<(i32, u32)>,
    /// How sure the growth of demand is: the weakest of its rows.
    pub growth_quality: Quality,
    /// Who gets a share or pays.
    pub collectors: Vec<Collector>,
    /// The links by who collects on them.
    pub schedules: Vec<Schedule>,
    /// The works that open the links.
    pub works: Vec<Work>,
    /// Revenue, operating and capital cost.
    pub value: ConcessionValue,
    /// What is left if the works cost least and most, by collector.
    pub net_range_usd: Vec<(f64, f64)>,
}

impl ConcessionPlan {
    /// What is left in all if the works cost least and most.
    pub fn whole_range_usd(&self) -> (f64, f64) {
        self.net_range_usd.iter().fold((0.0, 0.0), |sum, net| (sum.0 + net.0, sum.1 + net.1))
    }
}

/// Links with the same collectors in all years.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    /// Identifiers of the links.
    pub links: Vec<String>,
    /// First year and share of each collector, in order; the first begins in year 1.
    pub phases: Vec<(u32, Vec<f64>)>,
    /// How sure the shares are: the weakest of the rows of the regimes that set them; `None`: those of the tables.
    pub quality: Option<Quality>,
    /// Border fees and tolls of each year.
    pub by_year_usd: Vec<f64>,
}

/// Works that open links of the scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Work {
    /// Identifier of the project.
    pub id: String,
    /// Name.
    pub name: String,
    /// What is still to be spent: low, best, high.
    pub capital_usd: [f64; 3],
    /// Years over which it is spread, before year 1.
    pub years_to_build: u32,
    /// Cost of running it, a year.
    pub operating_usd: f64,
    /// Who pays which part, by collector; `None`: nobody is named, and the collectors pay by their shares in revenue.
    pub payers: Option<Vec<f64>>,
    /// How sure the cost is.
    pub quality: Quality,
}

/// The further toll that earns most on some links.
#[derive(Clone, Debug, PartialEq)]
pub struct BestToll {
    /// Identifiers of the links.
    pub links: Vec<String>,
    /// Whether these are the opened links that a regime governs; otherwise they are all that the scenario opens.
    pub is_governed: bool,
    /// Lowest and highest further toll that was tried, money per tonne.
    pub range_usd_per_t: (f64, f64),
    /// Step of the grid, money per tonne: a peak narrower than it can be missed.
    pub step_usd_per_t: f64,
    /// To which width the best was narrowed down, money per tonne.
    pub found_to_usd_per_t: f64,
    /// Further toll per tonne against border fees and tolls taken on the corridor, the further toll included.
    pub curve: TollCurve,
    /// Tonnes that pass the links at no further toll and at the best.
    pub tonnes: (f64, f64),
    /// Taken on the corridor at no further toll and at the best, by collector.
    pub collectors: Vec<(Collector, f64, f64)>,
    /// What the best toll is worth to each party: cost of carriage and travel, and all revenue.
    pub gain_usd: Vec<f64>,
}

impl BestToll {
    /// What is taken on the corridor without a further toll.
    pub fn today_usd(&self) -> f64 {
        self.collectors.iter().map(|(_, today, _)| today).sum()
    }
}
