//! Longest common subsequence of two rows of hashes: lists without identity, and lines of text.
//! Exact while the pairs of equal entries can be counted out (Hunt and Szymanski); beyond that repeated entries are only looked for near their place,
//! and rows of millions of entries are compared by their common start and end.

use std::collections::HashMap;

/// Pairs of equal entries that are considered.
const MOST_MATCHES: usize = 3_000_000;

/// Entries between the common start and end of two rows; more are not aligned at all.
const MOST_ENTRIES: usize = 4_000_000;

/// How far a repeated entry is looked for when there are too many pairs: places among its own repeats.
const NEAR: usize = 4;

/// Entries of both rows that belong together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Alignment {
    /// Indices in A and B, both rising.
    pub(super) pairs: Vec<(u32, u32)>,
    /// Whether it is a longest one for certain.
    pub(super) exact: bool,
}

/// `None` when cancelled.
pub(super) fn align(a: &[u64], b: &[u64], cancelled: &dyn Fn() -> bool) -> Option<Alignment> {
    let start = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (rest_a, rest_b) = (&a[start..], &b[start..]);
    let end = rest_a
        .iter()
        .rev()
        .zip(rest_b.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let (middle_a, middle_b) = (&rest_a[..rest_a.len() - end], &rest_b[..rest_b.len() - end]);
    let mut pairs: Vec<(u32, u32)> = (0..start).map(|at| (index(at), index(at))).collect();
    let exact = middle(middle_a, middle_b, start, &mut pairs, cancelled)?;
    pairs.extend((0..end).map(|at| (index(a.len() - end + at), index(b.len() - end + at))));
    Some(Alignment { pairs, exact })
}

/// A matched pair, and the one before it in its chain.
struct Link {
    a: u32,
    b: u32,
    before: u32,
}

const FIRST: u32 = u32::MAX;

fn middle(
    a: &[u64],
    b: &[u64],
    shift: usize,
    pairs: &mut Vec<(u32, u32)>,
    cancelled: &dyn Fn() -> bool,
) -> Option<bool> {
    if a.is_empty() || b.is_empty() {
        return Some(true);
    }
    if a.len() + b.len() > MOST_ENTRIES {
        return Some(false);
    }
    let mut places: HashMap<u64, Vec<u32>> = HashMap::new();
    for (at, &hash) in b.iter().enumerate() {
        places.entry(hash).or_default().push(index(at));
    }
    let matches = a
        .iter()
        .filter_map(|hash| places.get(hash).map(Vec::len))
        .fold(0_usize, usize::saturating_add);
    let exact = matches <= MOST_MATCHES;
    let mut seen: HashMap<u64, usize> = HashMap::new();
    // The last pair of the best chain of each length, by its place in B.
    let mut ends: Vec<u32> = Vec::new();
    let mut chains: Vec<u32> = Vec::new();
    let mut links: Vec<Link> = Vec::new();
    for (at, hash) in a.iter().enumerate() {
        if at % 4096 == 0 && cancelled() {
            return None;
        }
        let Some(all) = places.get(hash) else {
            continue;
        };
        let near = if exact {
            &all[..]
        } else {
            let repeat = seen.entry(*hash).or_insert(0);
            let low = repeat.saturating_sub(NEAR).min(all.len());
            let high = (*repeat + NEAR + 1).min(all.len());
            *repeat += 1;
            &all[low..high]
        };
        // From behind, so that no two pairs of one entry of A come into the same chain.
        for &place in near.iter().rev() {
            let length = ends.partition_point(|&end| end < place);
            if ends.get(length) == Some(&place) {
                continue;
            }
            let link = index(links.len());
            links.push(Link {
                a: index(at),
                b: place,
                before: length.checked_sub(1).map_or(FIRST, |before| chains[before]),
            });
            if length == ends.len() {
                ends.push(place);
                chains.push(link);
            } else {
                ends[length] = place;
                chains[length] = link;
            }
        }
    }
    let from = pairs.len();
    let mut link = chains.last().copied().unwrap_or(FIRST);
    while link != FIRST {
        let Link { a, b, before } = links[link as usize];
        pairs.push((a + index(shift), b + index(shift)));
        link = before;
    }
    pairs[from..].reverse();
    Some(exact)
}

/// Which of the values stand outside a longest rising subsequence: the elements that were moved.
pub(super) fn out_of_order(values: &[u32]) -> Vec<bool> {
    let mut ends: Vec<u32> = Vec::new();
    let mut chains: Vec<usize> = Vec::new();
    let mut before: Vec<usize> = Vec::with_capacity(values.len());
    for (at, &value) in values.iter().enumerate() {
        let length = ends.partition_point(|&end| end < value);
        before.push(
            length
                .checked_sub(1)
                .map_or(usize::MAX, |last| chains[last]),
        );
        if length == ends.len() {
            ends.push(value);
            chains.push(at);
        } else {
            ends[length] = value;
            chains[length] = at;
        }
    }
    let mut moved = vec![true; values.len()];
    let mut at = chains.last().copied().unwrap_or(usize::MAX);
    while at != usize::MAX {
        moved[at] = false;
        at = before[at];
    }
    moved
}

fn index(value: usize) -> u32 {
    u32::try_from(value).expect("rows are shorter than 4 billion entries")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn longest(a: &[u64], b: &[u64]) -> usize {
        let mut row = vec![0; b.len() + 1];
        for x in a {
            let mut corner = 0;
            for (at, y) in b.iter().enumerate() {
                let above = row[at + 1];
                row[at + 1] = if x == y {
                    corner + 1
                } else {
                    above.max(row[at])
                };
                corner = above;
            }
        }
        row[b.len()]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn it_is_common_rising_and_longest(
            a in prop::collection::vec(0_u64..6, 0..24),
            b in prop::collection::vec(0_u64..6, 0..24),
        ) {
            let found = align(&a, &b, &|| false).expect("not cancelled");
            prop_assert!(found.exact);
            prop_assert_eq!(found.pairs.len(), longest(&a, &b));
            for pair in found.pairs.windows(2) {
                prop_assert!(pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1);
            }
            for (left, right) in found.pairs {
                prop_assert_eq!(a[left as usize], b[right as usize]);
            }
        }

        #[test]
        fn what_stays_is_in_order_and_nothing_more_could_stay(values in Just((0..20_u32).collect::<Vec<_>>()).prop_shuffle()) {
            let moved = out_of_order(&values);
            let kept: Vec<u64> = values.iter().zip(&moved).filter(|(_, moved)| !**moved).map(|(value, _)| u64::from(*value)).collect();
            prop_assert!(kept.is_sorted());
            let all: Vec<u64> = values.iter().map(|value| u64::from(*value)).collect();
            let sorted: Vec<u64> = (0..20).collect();
            prop_assert_eq!(kept.len(), longest(&all, &sorted));
        }
    }

    #[test]
    fn very_many_repeats_are_bounded() {
        let a: Vec<u64> = (0..20_000).map(|at| at % 2).collect();
        let b: Vec<u64> = (0..20_000).map(|at| (at / 2 + 1) % 2).collect();
        let found = align(&a, &b, &|| false).expect("not cancelled");
        assert!(!found.exact);
        assert!(found.pairs.len() >= 9_000, "{}", found.pairs.len());
        assert_eq!(align(&a, &b, &|| true), None);
    }
}
