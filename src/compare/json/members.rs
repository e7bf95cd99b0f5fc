//! Members of two objects that belong together, by name. A repeated name is taken from the end: its last value is what readers take.

use std::collections::{HashMap, HashSet};

use super::scalar::{hash_bytes, unescaped};
use super::tape::Tape;

/// Objects beyond this many members are looked up by hash.
const FEW: usize = 24;

/// Which members belong together.
#[derive(Debug, Default)]
pub(super) struct Members {
    pub(super) children_a: Vec<u32>,
    pub(super) children_b: Vec<u32>,
    /// For each child of A its place among those of B, or `NO_PARTNER`.
    pub(super) partner: Vec<u32>,
    /// Which children of B have a partner.
    pub(super) taken: Vec<bool>,
    /// The members both have stand in another order.
    pub(super) reordered: bool,
}

pub(super) const NO_PARTNER: u32 = u32::MAX;

impl Members {
    /// Fills itself in; its rooms are used again for the next two objects.
    pub(super) fn pair(&mut self, a: (&Tape<'_>, u32), b: (&Tape<'_>, u32)) {
        a.0.children_into(a.1, &mut self.children_a);
        b.0.children_into(b.1, &mut self.children_b);
        let (count_a, count_b) = (self.children_a.len(), self.children_b.len());
        self.partner.clear();
        self.partner.resize(count_a, NO_PARTNER);
        self.taken.clear();
        self.taken.resize(count_b, false);
        let in_step = (1..=count_a.min(count_b))
            .take_while(|back| {
                let (one, other) = (
                    self.children_a[count_a - back],
                    self.children_b[count_b - back],
                );
                same_key(a.0, one, b.0, other)
            })
            .count();
        for back in 1..=in_step {
            self.partner[count_a - back] = index(count_b - back);
            self.taken[count_b - back] = true;
        }
        let (rest_a, rest_b) = (count_a - in_step, count_b - in_step);
        if rest_a > 0 && rest_b > 0 {
            if rest_a <= FEW && rest_b <= FEW {
                self.pair_few(a.0, b.0, rest_a, rest_b);
            } else {
                self.pair_many(a.0, b.0, rest_a, rest_b);
            }
        }
        let mut highest = 0;
        self.reordered = self
            .partner
            .iter()
            .filter(|&&partner| partner != NO_PARTNER)
            .any(|&partner| {
                let falls = partner < highest;
                highest = partner;
                falls
            });
    }

    fn pair_few(&mut self, a: &Tape<'_>, b: &Tape<'_>, rest_a: usize, rest_b: usize) {
        for one in (0..rest_a).rev() {
            let found = (0..rest_b).rev().find(|&other| {
                !self.taken[other] && same_key(a, self.children_a[one], b, self.children_b[other])
            });
            if let Some(other) = found {
                self.partner[one] = index(other);
                self.taken[other] = true;
            }
        }
    }

    fn pair_many(&mut self, a: &Tape<'_>, b: &Tape<'_>, rest_a: usize, rest_b: usize) {
        // Places in B by name, the last one on top.
        let mut places: HashMap<u64, Vec<u32>> = HashMap::with_capacity(rest_b);
        for other in 0..rest_b {
            let hash = key_hash(b, self.children_b[other]);
            places.entry(hash).or_default().push(index(other));
        }
        for one in (0..rest_a).rev() {
            let node = self.children_a[one];
            let Some(candidates) = places.get_mut(&key_hash(a, node)) else {
                continue;
            };
            let found = candidates
                .iter()
                .rposition(|&other| same_key(a, node, b, self.children_b[other as usize]));
            if let Some(at) = found {
                let other = candidates.remove(at);
                self.partner[one] = other;
                self.taken[other as usize] = true;
            }
        }
    }
}

/// The places, rising, of those `alone` children whose name comes again further down: readers never see them.
pub(super) fn overridden(
    tape: &Tape<'_>,
    children: &[u32],
    alone: impl Fn(usize) -> bool,
) -> Vec<usize> {
    let lonely: Vec<usize> = (0..children.len()).filter(|&place| alone(place)).collect();
    let Some(&first) = lonely.first() else {
        return lonely;
    };
    if children.len() <= FEW {
        let comes_again = |&place: &usize| {
            children[place + 1..]
                .iter()
                .any(|&later| same_key(tape, children[place], tape, later))
        };
        return lonely.into_iter().filter(comes_again).collect();
    }
    let mut seen = HashSet::with_capacity(children.len() - first);
    let mut found: Vec<usize> = (first..children.len())
        .rev()
        .filter(|&place| !seen.insert(unescaped(tape.key(children[place]))) && alone(place))
        .collect();
    found.reverse();
    found
}

#[inline]
fn same_key(a: &Tape<'_>, one: u32, b: &Tape<'_>, other: u32) -> bool {
    let (left, right) = (a.key(one), b.key(other));
    if left == right {
        return true;
    }
    let escaped = a.node(one).escaped_key || b.node(other).escaped_key;
    escaped && unescaped(left) == unescaped(right)
}

fn key_hash(tape: &Tape<'_>, node: u32) -> u64 {
    if tape.node(node).escaped_key {
        hash_bytes(&unescaped(tape.key(node)))
    } else {
        hash_bytes(tape.key(node))
    }
}

fn index(value: usize) -> u32 {
    u32::try_from(value).expect("fewer members than bytes")
}
