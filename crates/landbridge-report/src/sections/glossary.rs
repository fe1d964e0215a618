//! What the indicators mean.

use crate::table::{element, section};

const TERMS: [(&str, &str); 15] = [
    (
        "Generalized cost",
        "Money, plus hours times the value of time, plus the spread of the hours times its price. Routes are compared by it; it is not shown as money.",
    ),
    (
        "Itinerary",
        "One way from origin to destination, leg by leg, with all stops. Alternatives differ in corridor: in the borders, terminals or main links they use.",
    ),
    (
        "Corridor",
        "What tells an itinerary from others: the border crossings, ferries, ships and flights in order.",
    ),
    (
        "Hours in motion, at borders, at terminals",
        "Mean hours of each part. Terminals are changes of mode or gauge, loading and unloading. The three add up to the total.",
    ),
    (
        "P95",
        "The hours that 95 of 100 trips keep, by a lognormal distribution with the itinerary's mean and standard deviation. Deviations of all stops are added up, which is an upper bound.",
    ),
    (
        "Cost per unit",
        "Haulage or fare, fees at stops, the standing cost of a waiting vehicle, and transit charges, per tonne or person. The value of time is not in it.",
    ),
    (
        "TFI1",
        "Hours to clear one border post, from entering it to leaving it. A crossing has two posts, one a country; “both posts” is their sum and is not TFI1.",
    ),
    ("TFI2", "Payments at one border post, USD."),
    ("TFI3", "Cost of a section of 500 km for a cargo of 20 t, USD, border payments included."),
    ("TFI4, SWD", "Speed with delay: length divided by all hours, km/h."),
    ("SWOD", "Speed without delay: length divided by hours in motion, km/h."),
    (
        "Aggregate speed",
        "All distance of several trips divided by all their time; long trips weigh more than in the mean of speeds.",
    ),
    (
        "Time-cost-distance chart",
        "Cumulative hours or money over distance (UNESCAP). Slopes are movement, upright steps are stops; the chord from start to end has the slope 1/SWD.",
    ),
    (
        "Who can close",
        "The smallest sets of actors able to shut the crossing; “or” means either alone, “with” only together.",
    ),
    ("Restricted", "There and usable, but only by traffic that a rule admits."),
];

pub(crate) fn write(out: &mut String) {
    section(out, "glossary", "Glossary");
    out.push_str("<dl class=\"glossary\">\n");
    for (term, meaning) in TERMS {
        out.push_str("<div>");
        element(out, "dt", "", term);
        element(out, "dd", "", meaning);
        out.push_str("</div>\n");
    }
    out.push_str("</dl>\n</section>\n");
}
