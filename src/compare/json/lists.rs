//! Elements of two lists that belong together: by a member that names them, as sets, or by longest common subsequence.

use std::collections::{HashMap, HashSet};

use super::scalar::unescaped;
use super::tape::{NONE, Tape, ValueKind};
use crate::compare::align::{align, out_of_order};

/// Cells of the table that finds the best partners in a gap.
const MOST_CELLS: usize = 4096;

/// What belongs together in two lists. Indices are those of the elements.
#[derive(Debug, Default)]
pub(super) struct Matching {
    /// In the order of A.
    pub(super) pairs: Vec<Matched>,
    pub(super) removed: Vec<u32>,
    pub(super) added: Vec<u32>,
    /// Repeats that a set does not count.
    pub(super) repeats: usize,
    /// The alignment was cut short.
    pub(super) approximate: bool,
    /// Nodes of the naming members, one an element; empty without.
    pub(super) identities_a: Vec<u32>,
    pub(super) identities_b: Vec<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Matched {
    pub(super) a: u32,
    pub(super) b: u32,
    pub(super) moved: bool,
}

/// One of the two lists.
#[derive(Clone, Copy)]
pub(super) struct List<'l, 't> {
    pub(super) tape: &'l Tape<'t>,
    pub(super) node: u32,
    pub(super) elements: &'l [u32],
}

impl List<'_, '_> {
    fn hashes(&self) -> Vec<u64> {
        let hash = |&element: &u32| self.tape.node(element).hash;
        self.elements.iter().map(hash).collect()
    }
}

/// By a member that every element has and no two share; `None` when they have not.
pub(super) fn by_key(a: List<'_, '_>, b: List<'_, '_>, key: &str) -> Option<Matching> {
    if stands_second(a, b) {
        return Some(by_key_from(b, a, key)?.turned());
    }
    by_key_from(a, b, key)
}

/// Of several smallest sets of moves (or longest subsequences) always the same one is found, whichever side comes first.
fn stands_second(a: List<'_, '_>, b: List<'_, '_>) -> bool {
    let rank = |list: List<'_, '_>| {
        let node = list.tape.node(list.node);
        (node.hash, node.end - node.start)
    };
    rank(a) > rank(b)
}

fn by_key_from(a: List<'_, '_>, b: List<'_, '_>, key: &str) -> Option<Matching> {
    let identities_a = identities(a, key)?;
    let identities_b = identities(b, key)?;
    let mut places: HashMap<u64, u32> = HashMap::with_capacity(identities_b.len());
    for (at, &node) in identities_b.iter().enumerate() {
        places.insert(b.tape.node(node).hash, index(at));
    }
    let mut matching = Matching::default();
    let mut taken = vec![false; identities_b.len()];
    for (at, &node) in identities_a.iter().enumerate() {
        match places.get(&a.tape.node(node).hash) {
            Some(&place) => {
                if !same_identity(a.tape, node, b.tape, identities_b[place as usize]) {
                    return None;
                }
                taken[place as usize] = true;
                matching.pairs.push(Matched {
                    a: index(at),
                    b: place,
                    moved: false,
                });
            }
            None => matching.removed.push(index(at)),
        }
    }
    matching.added = (0..index(taken.len()))
        .filter(|&at| !taken[at as usize])
        .collect();
    mark_moves(&mut matching.pairs);
    matching.identities_a = identities_a;
    matching.identities_b = identities_b;
    Some(matching)
}

fn mark_moves(pairs: &mut [Matched]) {
    let places: Vec<u32> = pairs.iter().map(|pair| pair.b).collect();
    if places.is_sorted() {
        return;
    }
    for (pair, moved) in pairs.iter_mut().zip(out_of_order(&places)) {
        pair.moved = moved;
    }
}

fn identities(list: List<'_, '_>, key: &str) -> Option<Vec<u32>> {
    let mut nodes = Vec::with_capacity(list.elements.len());
    let mut seen = HashSet::with_capacity(list.elements.len());
    for &element in list.elements {
        let node = list.tape.member(element, key.as_bytes())?;
        let value = list.tape.node(node);
        let names = matches!(value.kind, ValueKind::String | ValueKind::Number);
        if !names || !seen.insert(value.hash) {
            return None;
        }
        nodes.push(node);
    }
    Some(nodes)
}

fn same_identity(a: &Tape<'_>, one: u32, b: &Tape<'_>, other: u32) -> bool {
    let (left, right) = (a.value(one), b.value(other));
    left == right
        || a.node(one).kind == b.node(other).kind
            && (a.node(one).kind == ValueKind::Number || unescaped(left) == unescaped(right))
}

/// As multisets: equal elements pair off, wherever they stand. As sets, repeats do not count.
pub(super) fn as_set(a: List<'_, '_>, b: List<'_, '_>, repeats_count: bool) -> Matching {
    if stands_second(a, b) {
        return as_set_from(b, a, repeats_count).turned();
    }
    as_set_from(a, b, repeats_count)
}

fn as_set_from(a: List<'_, '_>, b: List<'_, '_>, repeats_count: bool) -> Matching {
    let mut places: HashMap<u64, Vec<u32>> = HashMap::with_capacity(b.elements.len());
    let hashes_b = b.hashes();
    for (at, &hash) in hashes_b.iter().enumerate().rev() {
        places.entry(hash).or_default().push(index(at));
    }
    let mut matching = Matching::default();
    let mut taken = vec![false; b.elements.len()];
    let mut counts: HashMap<u64, (usize, usize)> = HashMap::new();
    for (at, hash) in a.hashes().into_iter().enumerate() {
        let count = counts.entry(hash).or_default();
        count.0 += 1;
        if count.0 > 1 && !repeats_count {
            continue;
        }
        if let Some(place) = places.get_mut(&hash).and_then(Vec::pop) {
            taken[place as usize] = true;
            matching.pairs.push(Matched {
                a: index(at),
                b: place,
                moved: false,
            });
        } else {
            matching.removed.push(index(at));
        }
    }
    for (at, &hash) in hashes_b.iter().enumerate() {
        let count = counts.entry(hash).or_default();
        count.1 += 1;
        let is_repeat = !repeats_count && (count.0 > 0 || count.1 > 1);
        if !taken[at] && !is_repeat {
            matching.added.push(index(at));
        }
    }
    if !repeats_count {
        let repeats = |&(a, b): &(usize, usize)| match (a, b) {
            (0, count) | (count, 0) => count - 1,
            (a, b) => a.abs_diff(b),
        };
        matching.repeats = counts.values().map(repeats).sum();
    }
    mark_moves(&mut matching.pairs);
    matching
}

/// In their order. `None` when cancelled.
pub(super) fn in_order(
    a: List<'_, '_>,
    b: List<'_, '_>,
    cancelled: &dyn Fn() -> bool,
) -> Option<Matching> {
    if stands_second(a, b) {
        return Some(in_order_from(b, a, cancelled)?.turned());
    }
    in_order_from(a, b, cancelled)
}

impl Matching {
    fn turned(mut self) -> Self {
        for pair in &mut self.pairs {
            std::mem::swap(&mut pair.a, &mut pair.b);
        }
        self.pairs.sort_unstable_by_key(|pair| pair.a);
        std::mem::swap(&mut self.added, &mut self.removed);
        std::mem::swap(&mut self.identities_a, &mut self.identities_b);
        self
    }
}

fn in_order_from(
    a: List<'_, '_>,
    b: List<'_, '_>,
    cancelled: &dyn Fn() -> bool,
) -> Option<Matching> {
    let (hashes_a, hashes_b) = (a.hashes(), b.hashes());
    let alignment = align(&hashes_a, &hashes_b, cancelled)?;
    let mut matching = Matching {
        approximate: !alignment.exact,
        ..Matching::default()
    };
    let mut taken_a = vec![false; hashes_a.len()];
    let mut taken_b = vec![false; hashes_b.len()];
    for &(one, other) in &alignment.pairs {
        taken_a[one as usize] = true;
        taken_b[other as usize] = true;
        matching.pairs.push(Matched {
            a: one,
            b: other,
            moved: false,
        });
    }
    pair_moved(
        &hashes_a,
        &hashes_b,
        &mut taken_a,
        &mut taken_b,
        &mut matching,
    );
    let ends = (index(hashes_a.len()), index(hashes_b.len()));
    let mut gap = (0, 0);
    for &(one, other) in alignment.pairs.iter().chain(std::iter::once(&ends)) {
        let left_a: Vec<u32> = (gap.0..one).filter(|&at| !taken_a[at as usize]).collect();
        let left_b: Vec<u32> = (gap.1..other).filter(|&at| !taken_b[at as usize]).collect();
        if !left_a.is_empty() || !left_b.is_empty() {
            pair_in_gap((a, &left_a), (b, &left_b), &mut matching);
        }
        gap = (one + 1, other + 1);
    }
    matching.pairs.sort_unstable_by_key(|pair| pair.a);
    matching.removed.sort_unstable();
    matching.added.sort_unstable();
    Some(matching)
}

/// Equal elements outside the common subsequence have moved.
fn pair_moved(
    hashes_a: &[u64],
    hashes_b: &[u64],
    taken_a: &mut [bool],
    taken_b: &mut [bool],
    matching: &mut Matching,
) {
    let mut places: HashMap<u64, Vec<u32>> = HashMap::new();
    for (at, &hash) in hashes_b.iter().enumerate().rev() {
        if !taken_b[at] {
            places.entry(hash).or_default().push(index(at));
        }
    }
    if places.is_empty() {
        return;
    }
    for (at, hash) in hashes_a.iter().enumerate() {
        if taken_a[at] {
            continue;
        }
        if let Some(place) = places.get_mut(hash).and_then(Vec::pop) {
            taken_a[at] = true;
            taken_b[place as usize] = true;
            matching.pairs.push(Matched {
                a: index(at),
                b: place,
                moved: true,
            });
        }
    }
}

/// Elements between two common ones: what stands for what was changed, the rest was removed or added.
fn pair_in_gap(a: (List<'_, '_>, &[u32]), b: (List<'_, '_>, &[u32]), matching: &mut Matching) {
    let (left_a, left_b) = (a.1, b.1);
    let partners = if left_a.len() != left_b.len()
        && !left_a.is_empty()
        && left_a.len().saturating_mul(left_b.len()) <= MOST_CELLS
    {
        most_alike(a, b)
    } else {
        (0..left_a.len().min(left_b.len()))
            .map(|at| (at, at))
            .collect()
    };
    let (mut next_a, mut next_b) = (0, 0);
    for (one, other) in partners {
        matching.removed.extend(&left_a[next_a..one]);
        matching.added.extend(&left_b[next_b..other]);
        matching.pairs.push(Matched {
            a: left_a[one],
            b: left_b[other],
            moved: false,
        });
        (next_a, next_b) = (one + 1, other + 1);
    }
    matching.removed.extend(&left_a[next_a..]);
    matching.added.extend(&left_b[next_b..]);
}

/// The pairs in order that have most in common.
fn most_alike(a: (List<'_, '_>, &[u32]), b: (List<'_, '_>, &[u32])) -> Vec<(usize, usize)> {
    let (rows, columns) = (a.1.len(), b.1.len());
    let at = |row: usize, column: usize| row * (columns + 1) + column;
    let mut best = vec![0_usize; (rows + 1) * (columns + 1)];
    let likeness: Vec<usize> =
        a.1.iter()
            .flat_map(|&one| b.1.iter().map(move |&other| (one, other)))
            .map(|(one, other)| {
                alike(
                    (a.0.tape, a.0.elements[one as usize]),
                    (b.0.tape, b.0.elements[other as usize]),
                )
            })
            .collect();
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            let together = best[at(row + 1, column + 1)] + likeness[row * columns + column];
            best[at(row, column)] = together
                .max(best[at(row + 1, column)])
                .max(best[at(row, column + 1)]);
        }
    }
    let mut pairs = Vec::new();
    let (mut row, mut column) = (0, 0);
    while row < rows && column < columns {
        let together = best[at(row + 1, column + 1)] + likeness[row * columns + column];
        if best[at(row, column)] == together {
            pairs.push((row, column));
            row += 1;
            column += 1;
        } else if best[at(row, column)] == best[at(row + 1, column)] {
            row += 1;
        } else {
            column += 1;
        }
    }
    pairs
}

/// How much two elements have in common; never nothing, so that as many as possible pair off.
fn alike(a: (&Tape<'_>, u32), b: (&Tape<'_>, u32)) -> usize {
    /// Members looked at.
    const LOOKED_AT: u32 = 32;
    let (one, other) = (a.0.node(a.1), b.0.node(b.1));
    if one.kind != other.kind {
        return 1;
    }
    if one.kind != ValueKind::Object || one.count > LOOKED_AT || other.count > LOOKED_AT {
        return 2;
    }
    let (mut members_a, mut members_b) = (Vec::new(), Vec::new());
    a.0.children_into(a.1, &mut members_a);
    b.0.children_into(b.1, &mut members_b);
    let shared = members_a
        .iter()
        .filter(|&&one| {
            members_b.iter().any(|&other| {
                a.0.node(one).hash == b.0.node(other).hash && a.0.key(one) == b.0.key(other)
            })
        })
        .count();
    2 + 4 * shared
}

/// No identity.
pub(super) fn identity(identities: &[u32], at: u32) -> u32 {
    identities.get(at as usize).copied().unwrap_or(NONE)
}

fn index(value: usize) -> u32 {
    u32::try_from(value).expect("fewer elements than bytes")
}
