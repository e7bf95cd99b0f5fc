//! Where the rows of a table stand when most are equally high and some have remarks below them.

/// Heights in points.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::ui) struct RowHeights {
    count: usize,
    row: f32,
    /// Rows that are higher, ascending, and by how much.
    extras: Vec<(usize, f32)>,
}

impl RowHeights {
    /// `extras` ascending.
    pub(in crate::ui) fn new(count: usize, row: f32, extras: Vec<(usize, f32)>) -> Self {
        Self { count, row, extras }
    }

    /// Where row `index` begins, from the top of the table.
    pub(in crate::ui) fn top(&self, index: usize) -> f32 {
        let extra: f32 = self
            .extras
            .iter()
            .take_while(|(row, _)| *row < index)
            .map(|(_, extra)| extra)
            .sum();
        as_points(index) * self.row + extra
    }

    pub(in crate::ui) fn total(&self) -> f32 {
        self.top(self.count)
    }

    /// The row at a height; the last one below the end.
    pub(in crate::ui) fn at(&self, height: f32) -> usize {
        let mut above = 0.0;
        for (row, extra) in &self.extras {
            let end = as_points(*row + 1) * self.row + above;
            if height < end {
                break;
            }
            if height < end + extra {
                return *row;
            }
            above += extra;
        }
        rows_in(height - above, self.row).min(self.count.saturating_sub(1))
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "some ten thousand rows, far below 2^23"
)]
fn as_points(rows: usize) -> f32 {
    rows as f32
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "not negative, and far below 2^23"
)]
fn rows_in(height: f32, row: f32) -> usize {
    (height / row).max(0.0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_found_where_it_stands() {
        let heights = RowHeights::new(10_000, 28.0, vec![(1, 20.0), (5_000, 40.0)]);
        for row in [0, 1, 2, 3, 4_999, 5_000, 5_001, 9_999] {
            let top = heights.top(row);
            assert_eq!(heights.at(top + 1.0), row, "row {row} at {top}");
            let below = heights.top(row + 1);
            assert_eq!(heights.at(below - 1.0), row, "row {row} up to {below}");
        }
        assert!((heights.total() - (280_000.0 + 60.0)).abs() < 0.5);
        assert_eq!(heights.at(-5.0), 0);
        assert_eq!(heights.at(1e9), 9_999);
    }
}
