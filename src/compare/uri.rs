//! Addresses inside answers: relative ones that lost the stage, absolute ones that lead past the gateway, and those that only name their own side.

use std::collections::BTreeMap;

use super::json::{Tape, ValueKind, string_value};
use super::outcome::RowKind;
use super::requests::{Address, prefix, prefix_words};
use super::side::{Leg, Side};
use crate::model::route::{self, API_PREFIX};

/// Where each side lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Homes {
    a: Home,
    b: Home,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Home {
    /// `https://host`, lower case; of what was really sent.
    origin: String,
    /// Stage and API path.
    prefix: String,
    /// The same in words.
    words: String,
}

impl Homes {
    pub(super) fn of(a: &Side<'_>, b: &Side<'_>) -> Self {
        let home = |side: &Side<'_>| Home {
            origin: side
                .exchange
                .answer()
                .map(|hop| Address::of(&hop.sent.url).origin)
                .unwrap_or_default(),
            prefix: prefix(side),
            words: prefix_words(side),
        };
        Self {
            a: home(a),
            b: home(b),
        }
    }

    /// What two addresses that differ have to do with each other; `None`: they are two addresses.
    pub(super) fn relation(
        &self,
        a: &str,
        b: &str,
        sides: (&Side<'_>, &Side<'_>),
    ) -> Option<RowKind> {
        if a.starts_with('/') && b.starts_with('/') {
            return self.relative(a, b, sides);
        }
        let (one, other) = (Address::of(a), Address::of(b));
        if !a.contains("://") || !b.contains("://") || one.query != other.query {
            return None;
        }
        let own = one.origin == self.a.origin && other.origin == self.b.origin;
        let same_path = self
            .relative(&one.path, &other.path, sides)
            .is_some_and(|kind| kind == RowKind::OwnOrigin)
            || one.path == other.path;
        (own && same_path && self.a.origin != self.b.origin).then_some(RowKind::OwnOrigin)
    }

    fn relative(&self, a: &str, b: &str, sides: (&Side<'_>, &Side<'_>)) -> Option<RowKind> {
        let (bare_a, own_a) = self.a.bare(a);
        let (bare_b, own_b) = self.b.bare(b);
        let mapped =
            |side: &Side<'_>, from: &str| route::map_request(side.environment, "GET", from).path;
        let same = bare_a == bare_b
            || mapped(sides.1, bare_a) == bare_b
            || mapped(sides.0, bare_b) == bare_a;
        if !same {
            return None;
        }
        Some(if own_a && own_b {
            RowKind::OwnOrigin
        } else {
            RowKind::StageLost
        })
    }

    /// What two addresses that are one but for the stage say: `without the stage /test on B`.
    pub(super) fn lost_words(&self, a: &str, b: &str) -> String {
        let told: Vec<String> = [(Leg::A, &self.a, a), (Leg::B, &self.b, b)]
            .into_iter()
            .filter(|(_, home, address)| !home.bare(address).1)
            .map(|(leg, home, _)| format!("without {} on {leg}", home.words))
            .collect();
        told.join(", ")
    }

    /// Whether the address that one side gives leads to the other side's origin, past its own.
    pub(super) fn leads_past(&self, a: Option<&str>, b: Option<&str>) -> bool {
        let leads = |address: Option<&str>, home: &Home| {
            address.is_some_and(|address| {
                address.contains("://") && Address::of(address).origin == home.origin
            })
        };
        self.a.origin != self.b.origin && (leads(b, &self.a) || leads(a, &self.b))
    }

    /// Members of either body whose relative addresses do not carry the stage of their side, where the stages differ:
    /// the member's name, how many there are, and the first of them.
    pub(super) fn stage_lost(&self, a: &Tape<'_>, b: &Tape<'_>) -> Vec<StageLost> {
        if self.a.prefix == self.b.prefix {
            return Vec::new();
        }
        let mut found: BTreeMap<String, StageLost> = BTreeMap::new();
        for (leg, home, tape) in [(Leg::A, &self.a, a), (Leg::B, &self.b, b)] {
            if home.prefix.is_empty() {
                continue;
            }
            for node in 0..tape.nodes.len() {
                let node = u32::try_from(node).expect("fewer nodes than bytes");
                let Some(address) = home.lost_address(tape, node) else {
                    continue;
                };
                let member = String::from_utf8_lossy(tape.key(node)).into_owned();
                let entry = found.entry(member.clone()).or_insert_with(|| {
                    let first = |tape: &Tape<'_>| first_address(tape, member.as_bytes());
                    let examples = match leg {
                        Leg::A => [Some(address), first(b)],
                        Leg::B => [first(a), Some(address)],
                    };
                    StageLost {
                        member,
                        lacking: format!("{} of {leg}", home.words),
                        examples,
                        times: 0,
                    }
                });
                entry.times += 1;
            }
        }
        found.into_values().collect()
    }
}

/// The first relative address under that member, wherever it stands.
fn first_address(tape: &Tape<'_>, member: &[u8]) -> Option<String> {
    let count = u32::try_from(tape.nodes.len()).expect("fewer nodes than bytes");
    (0..count)
        .filter(|&node| tape.key(node) == member && tape.node(node).kind == ValueKind::String)
        .find(|&node| tape.value(node)[1..].starts_with(b"/"))
        .and_then(|node| string_value(tape, node))
}

/// Relative addresses without the stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StageLost {
    pub(super) member: String,
    /// `the stage /test and the API path /apipath of B`
    pub(super) lacking: String,
    /// The first one of each side.
    pub(super) examples: [Option<String>; 2],
    pub(super) times: usize,
}

impl Home {
    /// A path without the stage, and whether it had it (or there is none to have).
    fn bare<'p>(&self, path: &'p str) -> (&'p str, bool) {
        if self.prefix.is_empty() {
            return (path, true);
        }
        match path.strip_prefix(self.prefix.as_str()) {
            Some(rest) if rest.starts_with('/') => (rest, true),
            _ => (path, false),
        }
    }

    fn lost_address(&self, tape: &Tape<'_>, node: u32) -> Option<String> {
        let key = tape.key(node);
        if tape.node(node).kind != ValueKind::String || !(key.ends_with(b"Uri") || key == b"uri") {
            return None;
        }
        // Looked at as bytes first: there may be very many.
        let value = tape.value(node);
        if !value[1..].starts_with(b"/") {
            return None;
        }
        let address = string_value(tape, node)?;
        (address.starts_with(API_PREFIX) && !self.bare(&address).1).then_some(address)
    }
}
