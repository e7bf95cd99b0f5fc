//! Gathers what differs: asks rules, route map and volatility in this order, counts everything, and lists what a person can read through.

use std::collections::BTreeMap;

use super::applied::AppliedRules;
use super::expected::Expectations;
use super::outcome::{Counts, Layer, Row, RowKind, SetAside, SetAsideUse, Shown};
use super::present::Presenter;
use super::volatile::Volatile;

/// Rows of each kind (differences, notes, set aside) that are listed; all are counted.
pub(super) const MOST_ROWS: usize = 20_000;
const MOST_NOTES: usize = 2_000;
/// Places of a body that are listed as the same on both sides.
pub(super) const MOST_SAME: usize = 1_000;

/// What a comparison works with.
pub(super) struct Work<'w> {
    pub(super) rules: &'w AppliedRules,
    pub(super) volatile: &'w Volatile,
    pub(super) expected: &'w Expectations,
    pub(super) show: &'w Presenter,
    pub(super) cancelled: &'w dyn Fn() -> bool,
}

/// The rows so far.
#[derive(Debug, Default)]
pub(super) struct Collected {
    pub(super) rows: Vec<Row>,
    pub(super) left_out: usize,
    /// What does not differ.
    pub(super) same: Vec<Row>,
    pub(super) remarks: Vec<String>,
    counts: BTreeMap<Layer, Counts>,
    /// Uses of everything but rules, which count theirs themselves.
    uses: BTreeMap<SetAside, usize>,
    listed: [usize; 3],
}

impl Collected {
    pub(super) fn counts(&self, layer: Layer) -> Counts {
        self.counts.get(&layer).copied().unwrap_or_default()
    }

    /// Some difference was set aside because the route map says so, for that reason.
    pub(super) fn expects(&self, because: &str) -> bool {
        self.uses.contains_key(&SetAside::Expected {
            because: because.to_owned(),
        })
    }

    /// Adds a row. `row` is made only when there is room for it.
    pub(super) fn add(
        &mut self,
        layer: Layer,
        kind: RowKind,
        set_aside: Option<SetAside>,
        times: usize,
        row: impl FnOnce() -> Row,
    ) {
        self.counts
            .entry(layer)
            .or_default()
            .add(kind, set_aside.as_ref(), times);
        let (listed, most) = match &set_aside {
            Some(_) => (&mut self.listed[2], MOST_ROWS),
            None if kind.is_note() => (&mut self.listed[1], MOST_NOTES),
            None => (&mut self.listed[0], MOST_ROWS),
        };
        if *listed < most {
            *listed += 1;
            let mut row = row();
            row.set_aside.clone_from(&set_aside);
            self.rows.push(row);
        } else {
            self.left_out += times;
        }
        match set_aside {
            None | Some(SetAside::Rule { .. }) => {}
            Some(other) => *self.uses.entry(other).or_default() += times,
        }
    }

    /// Adds a row that is there anyway.
    pub(super) fn add_row(&mut self, row: Row) {
        let set_aside = row.set_aside.clone();
        self.add(row.layer, row.kind, set_aside, row.times, || row);
    }

    /// Lists something that both sides have alike.
    pub(super) fn add_same(&mut self, layer: Layer, place: String, shown: [Shown; 2]) {
        let [a, b] = shown.map(Some);
        self.same.push(Row {
            layer,
            place,
            kind: RowKind::Same,
            a,
            b,
            why: "the same".to_owned(),
            times: 1,
            set_aside: None,
        });
    }

    /// What set differences aside: rules first, then the rest.
    pub(super) fn uses(&self, rules: &AppliedRules) -> Vec<SetAsideUse> {
        let others = self.uses.iter().map(|(by, count)| (by.clone(), *count));
        rules
            .uses()
            .chain(others)
            .map(|(set_aside, count)| SetAsideUse { set_aside, count })
            .collect()
    }
}
