//! Which line of A stands beside which line of B: lines that are the same in one row, lines that differ beside each other
//! as far as both sides have some, the rest beside nothing.

use std::ops::Range;

use crate::compare::Hunk;

/// Rows of the side-by-side view, reached by number in logarithmic time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Aligned {
    blocks: Vec<Block>,
    rows: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Block {
    /// The row at which it begins.
    row: usize,
    a: Range<usize>,
    b: Range<usize>,
    differs: bool,
}

/// One row: line numbers from 0, and whether they differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) a: Option<usize>,
    pub(super) b: Option<usize>,
    pub(super) differs: bool,
}

impl Aligned {
    /// For two texts with so many lines, which are the same but for the hunks.
    pub(super) fn new(lines: (usize, usize), hunks: &[Hunk]) -> Self {
        let mut aligned = Self::default();
        let mut next = (0, 0);
        for hunk in hunks {
            aligned.push(next.0..hunk.a.start, next.1..hunk.b.start, false);
            aligned.push(hunk.a.clone(), hunk.b.clone(), true);
            next = (hunk.a.end, hunk.b.end);
        }
        aligned.push(next.0..lines.0, next.1..lines.1, false);
        aligned
    }

    fn push(&mut self, a: Range<usize>, b: Range<usize>, differs: bool) {
        let length = a.len().max(b.len());
        if length > 0 {
            let row = self.rows;
            self.rows += length;
            self.blocks.push(Block { row, a, b, differs });
        }
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn line(&self, row: usize) -> Line {
        let block = self.blocks.partition_point(|block| block.row <= row);
        let Some(block) = block.checked_sub(1).and_then(|at| self.blocks.get(at)) else {
            return Line {
                a: None,
                b: None,
                differs: false,
            };
        };
        let within = row - block.row;
        let of = |range: &Range<usize>| (within < range.len()).then(|| range.start + within);
        Line {
            a: of(&block.a),
            b: of(&block.b),
            differs: block.differs,
        }
    }

    /// How many places differ.
    pub(super) fn changes(&self) -> usize {
        self.blocks.iter().filter(|block| block.differs).count()
    }

    /// The row at which the next change begins, from the row on; round the end to the first.
    pub(super) fn next_change(&self, after: usize) -> Option<usize> {
        let mut changes = self.changed_rows();
        let first = changes.clone().next();
        changes.find(|row| *row > after).or(first)
    }

    /// The one before; round the beginning to the last.
    pub(super) fn previous_change(&self, before: usize) -> Option<usize> {
        let last = self.changed_rows().last();
        self.changed_rows()
            .take_while(|row| *row < before)
            .last()
            .or(last)
    }

    /// The first change, when the view opens.
    pub(super) fn changed_from_the_top(&self) -> Option<usize> {
        self.changed_rows().next()
    }

    fn changed_rows(&self) -> impl Iterator<Item = usize> + Clone {
        self.blocks
            .iter()
            .filter(|block| block.differs)
            .map(|block| block.row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::differing_lines;

    /// The rows as `1=1`, `2!2`, `3!-`.
    fn shown(a: &str, b: &str) -> Vec<String> {
        let hunks = differing_lines(a.as_bytes(), b.as_bytes(), &|| false).expect("not cancelled");
        let aligned = Aligned::new((a.lines().count(), b.lines().count()), &hunks);
        (0..aligned.rows())
            .map(|row| {
                let line = aligned.line(row);
                let number = |line: Option<usize>| {
                    line.map_or("-".to_owned(), |line| (line + 1).to_string())
                };
                let sign = if line.differs { '!' } else { '=' };
                format!("{}{sign}{}", number(line.a), number(line.b))
            })
            .collect()
    }

    #[test]
    fn lines_stand_beside_what_they_correspond_to() {
        let table: [(&str, &str, &[&str]); 6] = [
            ("", "", &[]),
            ("a\nb\n", "a\nb\n", &["1=1", "2=2"]),
            ("a\nb\nc\n", "a\nx\nc\n", &["1=1", "2!2", "3=3"]),
            ("a\nc\n", "a\nb\nc\n", &["1=1", "-!2", "2=3"]),
            ("a\nb\nc\nd\n", "a\nx\nd\n", &["1=1", "2!2", "3!-", "4=3"]),
            ("", "a\n", &["-!1"]),
        ];
        for (a, b, expected) in table {
            assert_eq!(shown(a, b), expected, "{a:?} {b:?}");
        }
    }

    #[test]
    fn changes_are_reached_from_both_sides() {
        let (a, b) = ("a\nb\nc\nd\ne\n", "a\nx\nc\ny\ne\n");
        let hunks = differing_lines(a.as_bytes(), b.as_bytes(), &|| false).expect("not cancelled");
        let aligned = Aligned::new((5, 5), &hunks);
        assert_eq!(aligned.changes(), 2);
        assert_eq!(aligned.next_change(0), Some(1));
        assert_eq!(aligned.next_change(1), Some(3));
        assert_eq!(aligned.next_change(3), Some(1), "round the end");
        assert_eq!(aligned.previous_change(3), Some(1));
        assert_eq!(aligned.previous_change(1), Some(3), "round the beginning");
        assert_eq!(Aligned::new((2, 2), &[]).next_change(0), None);
    }
}
