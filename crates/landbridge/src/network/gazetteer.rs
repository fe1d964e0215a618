//! Finds places however a person types them: case, accents, scripts, old and foreign names, small slips.

use std::collections::BTreeMap;

use deunicode::deunicode;
use thiserror::Error;

use crate::index::{Idx, IdxVec, NodeIdx};
use crate::study::Study;
use crate::study::tables::NodeType;

use super::Node;

/// No single place has the name.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum PlaceNotFound {
    /// Nothing is called so.
    #[error("there is no place `{name}` in the study{}", hint(suggestions))]
    Unknown {
        /// What was typed.
        name: String,
        /// Names most like it.
        suggestions: Vec<String>,
    },
    /// Several places are called so.
    #[error("`{name}` can be {}", candidates.join(" or "))]
    Ambiguous {
        /// What was typed.
        name: String,
        /// Identifiers that tell them apart.
        candidates: Vec<String>,
    },
}

fn hint(suggestions: &[String]) -> String {
    if suggestions.is_empty() { String::new() } else { format!("; did you mean {}?", suggestions.join(", ")) }
}

/// Names of all places in a form that ignores case, accents and punctuation.
#[derive(Clone, Debug, Default)]
pub struct Gazetteer {
    by_key: BTreeMap<String, Vec<NodeIdx>>,
    /// Per node: identifier, name and whether the place is a city, port or gateway.
    nodes: Vec<(String, String, bool)>,
}

impl Gazetteer {
    pub(super) fn new(study: &Study, nodes: &IdxVec<NodeIdx, Node>) -> Self {
        let mut by_key: BTreeMap<String, Vec<NodeIdx>> = BTreeMap::new();
        for row in study.nodes.iter() {
            let Ok(at) = nodes.as_slice().binary_search_by(|n| n.id.cmp(&row.node_id)) else { continue };
            // `Agarak (Karchevan)` is found by the whole, by what stands before and by what stands in the brackets.
            let bracketed = row.name.split(['(', ')']).map(str::trim).filter(|part| !part.is_empty());
            let names = [row.node_id.as_str(), row.name.as_str()].into_iter();
            for name in names.chain(bracketed).chain(row.alt_names.iter().map(String::as_str)) {
                let places = by_key.entry(key(name)).or_default();
                // All names of a node come in one go.
                if places.last() != Some(&NodeIdx::new(at)) {
                    places.push(NodeIdx::new(at));
                }
            }
        }
        for places in by_key.values_mut() {
            places.sort();
        }
        let main =
            |node: &Node| matches!(node.node_type, NodeType::City | NodeType::Port | NodeType::Gateway);
        let nodes = nodes.iter().map(|n| (n.id.clone(), n.name.clone(), main(n))).collect();
        Self { by_key, nodes }
    }

    /// The place that a name means.
    ///
    /// # Errors
    /// The name is unknown or means several places.
    pub fn find(&self, name: &str) -> Result<NodeIdx, PlaceNotFound> {
        let typed = key(name);
        let Some(places) = self.by_key.get(&typed).filter(|_| !typed.is_empty()) else {
            return Err(PlaceNotFound::Unknown {
                name: crate::diagnostic::clip(name),
                suggestions: self.suggest(&typed),
            });
        };
        if let [place] = places[..] {
            return Ok(place);
        }
        let named = |test: &dyn Fn(&(String, String, bool)) -> bool| {
            let mut found = places.iter().filter(|at| test(&self.nodes[at.position()]));
            found.next().filter(|_| found.next().is_none()).copied()
        };
        // An identifier is meant before a name, a name before another spelling, a city before a border post.
        named(&|(id, _, _)| id == name)
            .or_else(|| named(&|(_, node, _)| key(node) == typed))
            .or_else(|| named(&|(_, _, main)| *main))
            .ok_or_else(|| PlaceNotFound::Ambiguous {
                name: crate::diagnostic::clip(name),
                candidates: places
                    .iter()
                    .map(|at| {
                        let (id, name, _) = &self.nodes[at.position()];
                        format!("{name} (`{id}`)")
                    })
                    .collect(),
            })
    }

    /// At most five names like the one typed, best first.
    fn suggest(&self, typed: &str) -> Vec<String> {
        if typed.is_empty() || typed.len() > 200 {
            return Vec::new();
        }
        let mut scored: Vec<(f64, &NodeIdx)> = Vec::new();
        for (name, places) in &self.by_key {
            let similarity = strsim::jaro_winkler(typed, name);
            if similarity >= 0.78 {
                scored.extend(places.iter().map(|place| (similarity, place)));
            }
        }
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        let mut names: Vec<String> = Vec::new();
        for (_, place) in scored {
            let name = &self.nodes[place.position()].1;
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        names.truncate(5);
        names
    }
}

/// Lower-case ASCII letters and digits of a name, transliterated.
fn key(name: &str) -> String {
    let folded = name.chars().map(|c| match c {
        // Latin letters whose transliteration is not what people type without them.
        'ə' | 'Ə' => 'a',
        'x' | 'X' => 'x',
        c => c,
    });
    deunicode(&folded.collect::<String>())
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_ignore_case_accents_and_punctuation() {
        for spelling in ["Naxçıvan", "naxcivan", " NAXCIVAN ", "Nax-çı-van"] {
            assert_eq!(key(spelling), "naxcivan");
        }
        assert_eq!(key("Erzurum / Kars"), "erzurumkars");
        assert_eq!(key("Тбилиси"), "tbilisi");
    }
}
