//! Whom and when a row concerns: groups of classes as tables name them (`*`, `freight`, `passenger` or a class), and
//! the days on which a rule holds.

use super::Date;
use super::tables::{AccessRow, ClassRow, Mode};

impl AccessRow {
    /// Whether the rule is about a link: each of links, territories and modes that it names must fit. A link touches
    /// the territories it lies in and those of its ends: a ship touches the land of its ports.
    pub fn selects(&self, link_id: &str, mode: Mode, touches: impl Fn(&str) -> bool) -> bool {
        (self.links.is_empty() || self.links.iter().any(|id| id == link_id))
            && (self.territory.is_empty() || self.territory.iter().any(|territory| touches(territory)))
            && (self.mode.is_empty() || self.mode.iter().any(|word| word == mode.word()))
    }

    /// Whether the rule holds on a day.
    pub fn is_in_force(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day < to)
    }
}

impl ClassRow {
    /// How closely a list of groups names this class: 2 by its own name, 1 by its kind, 0 as one of all (`*` or an
    /// empty list), `None` not at all.
    pub fn closeness(&self, groups: &[String]) -> Option<u8> {
        if groups.is_empty() {
            return Some(0);
        }
        groups
            .iter()
            .filter_map(|group| match group.as_str() {
                "*" => Some(0),
                word if word == self.kind.word() => Some(1),
                word if word == self.id => Some(2),
                _ => None,
            })
            .max()
    }
    /// Whether the list names this class in any way.
    pub fn is_in(&self, groups: &[String]) -> bool {
        self.closeness(groups).is_some()
    }
}
