//! The walk through two documents side by side, with a stack of its own: any depth, no recursion. It tells what differs, in the order of A.

use super::lists::{self, List, Matching};
use super::members::{self, Members, NO_PARTNER};
use super::place::{Place, Step};
use super::scalar;
use super::tape::{NONE, Tape, ValueKind};
use super::{IDENTITIES, ListRule, WalkOptions};
use crate::compare::outcome::RowKind;
use crate::compare::side::Leg;
use crate::model::rules::RuleAction;

/// One thing that differs.
#[derive(Debug, Clone, Copy)]
pub(in crate::compare) struct Change {
    pub(in crate::compare) kind: RowKind,
    /// The nodes; `None` where the value is missing.
    pub(in crate::compare) a: Option<u32>,
    pub(in crate::compare) b: Option<u32>,
    /// Places this stands for.
    pub(in crate::compare) times: usize,
    /// The number of the rule about the list that sets this aside.
    pub(in crate::compare) rule: Option<usize>,
}

/// Why a walk ended before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::compare) enum Stop {
    Cancelled,
    TooMuchWork,
}

/// Work between two looks at the cancel flag.
const CANCEL_STEP: u64 = 1 << 18;

/// Work that one step of a place is worth when it is looked along.
const STEP_WORK: u64 = 16;

/// Containers up to this many bytes are looked at as bytes first; larger ones differ most likely.
const AT_ONCE: usize = 4096;

/// What is said apart from the changes.
#[derive(Debug, Default)]
pub(in crate::compare) struct Remarks(pub(in crate::compare) Vec<String>);

/// Tells `report` every change, in the order of A.
///
/// # Errors
/// When it was cancelled or took too much work; what was reported until then is not all.
pub(in crate::compare) fn walk<'w, 't>(
    a: &'w Tape<'t>,
    b: &'w Tape<'t>,
    options: &'w WalkOptions<'w>,
    report: &'w mut dyn FnMut(&Place<'_, 't>, Change),
) -> Result<Remarks, Stop> {
    let mut walk = Walk {
        a,
        b,
        options,
        report,
        steps: Vec::new(),
        tasks: vec![Task::Compare(0, 0)],
        members: Members::default(),
        elements: (Vec::new(), Vec::new()),
        reordered: None,
        work: 0,
        next_check: 0,
        same_left: options.most_same,
        remarks: Vec::new(),
    };
    if a.text != b.text {
        walk.run()?;
    } else if walk.takes_same() {
        walk.tell(RowKind::Same, Some(0), Some(0), None)?;
    }
    walk.tell_key_order();
    Ok(Remarks(walk.remarks))
}

#[derive(Clone, Copy)]
enum Task {
    /// Two values at the place reached.
    Compare(u32, u32),
    /// Two values one step further down, and whether the element has moved on the way.
    Down(Step, u32, u32, bool),
    /// Two values without any difference, one step further down.
    Same(Step, u32, u32),
    /// A value that one side has, one step further down.
    Only(Step, Leg, u32, RowKind),
    /// Back up.
    Up,
}

struct Walk<'w, 't> {
    a: &'w Tape<'t>,
    b: &'w Tape<'t>,
    options: &'w WalkOptions<'w>,
    report: &'w mut dyn FnMut(&Place<'_, 't>, Change),
    /// The place reached.
    steps: Vec<Step>,
    tasks: Vec<Task>,
    members: Members,
    elements: (Vec<u32>, Vec<u32>),
    /// Objects whose members stand in another order: the first two nodes with their place, and how many there are.
    reordered: Option<(Vec<Step>, u32, u32, usize)>,
    work: u64,
    next_check: u64,
    /// Places without a difference that are still told.
    same_left: usize,
    remarks: Vec<String>,
}

impl Walk<'_, '_> {
    fn run(&mut self) -> Result<(), Stop> {
        while let Some(task) = self.tasks.pop() {
            self.spend(1)?;
            match task {
                Task::Compare(a, b) => self.compare(a, b)?,
                Task::Down(step, a, b, moved) => {
                    self.steps.push(step);
                    self.tasks.push(Task::Up);
                    if moved {
                        self.tell(RowKind::Moved, Some(a), Some(b), None)?;
                    }
                    if !moved || !self.is_same(a, b) {
                        self.compare(a, b)?;
                    }
                }
                Task::Same(step, a, b) => {
                    self.steps.push(step);
                    self.tell(RowKind::Same, Some(a), Some(b), None)?;
                    self.steps.pop();
                }
                Task::Only(step, leg, node, kind) => {
                    self.steps.push(step);
                    match leg {
                        Leg::A => self.tell(kind, Some(node), None, None)?,
                        Leg::B => self.tell(kind, None, Some(node), None)?,
                    }
                    self.steps.pop();
                }
                Task::Up => {
                    self.steps.pop();
                }
            }
        }
        Ok(())
    }

    /// Whether one more place without a difference is to be told.
    fn takes_same(&mut self) -> bool {
        let takes = self.same_left > 0;
        self.same_left = self.same_left.saturating_sub(1);
        takes
    }

    fn spend(&mut self, work: u64) -> Result<(), Stop> {
        self.work += work;
        if self.work >= self.next_check {
            self.next_check = self.work + CANCEL_STEP;
            if (self.options.cancelled)() {
                return Err(Stop::Cancelled);
            }
            if self.work > self.options.most_steps {
                return Err(Stop::TooMuchWork);
            }
        }
        Ok(())
    }

    fn tell(
        &mut self,
        kind: RowKind,
        a: Option<u32>,
        b: Option<u32>,
        rule: Option<usize>,
    ) -> Result<(), Stop> {
        self.tell_times(kind, a, b, rule, 1)
    }

    fn tell_times(
        &mut self,
        kind: RowKind,
        a: Option<u32>,
        b: Option<u32>,
        rule: Option<usize>,
        times: usize,
    ) -> Result<(), Stop> {
        // Whoever is told looks along the whole place.
        self.spend(8 + STEP_WORK * self.steps.len() as u64)?;
        let place = Place {
            a: self.a,
            b: self.b,
            steps: &self.steps,
        };
        (self.report)(
            &place,
            Change {
                kind,
                a,
                b,
                times,
                rule,
            },
        );
        Ok(())
    }

    fn compare(&mut self, a: u32, b: u32) -> Result<(), Stop> {
        let kinds = (self.a.node(a).kind, self.b.node(b).kind);
        match kinds {
            (ValueKind::Object, ValueKind::Object) => self.objects(a, b),
            (ValueKind::Array, ValueKind::Array) => self.lists(a, b),
            (one, other) if one != other => self.tell(RowKind::TypeChanged, Some(a), Some(b), None),
            (kind, _) => {
                let (left, right) = (self.a.value(a), self.b.value(b));
                if left == right {
                    if self.takes_same() {
                        return self.tell(RowKind::Same, Some(a), Some(b), None);
                    }
                    return Ok(());
                }
                self.tell(scalar_change(kind, left, right), Some(a), Some(b), None)
            }
        }
    }

    /// Whether nothing can differ. Hashes only tell when not to look.
    #[inline]
    fn is_same(&self, a: u32, b: u32) -> bool {
        let (one, other) = (self.a.node(a), self.b.node(b));
        let length = one.end - one.start;
        length == other.end - other.start
            && one.hash == other.hash
            && (length as usize <= AT_ONCE)
            && self.a.value(a) == self.b.value(b)
    }

    fn objects(&mut self, a: u32, b: u32) -> Result<(), Stop> {
        let mut members = std::mem::take(&mut self.members);
        members.pair((self.a, a), (self.b, b));
        self.spend((members.children_a.len() + members.children_b.len()) as u64)?;
        if members.reordered {
            match &mut self.reordered {
                Some((.., count)) => *count += 1,
                None => self.reordered = Some((self.steps.clone(), a, b, 1)),
            }
        }
        let overridden_a = members::overridden(self.a, &members.children_a, |place| {
            members.partner[place] == NO_PARTNER
        });
        let overridden_b =
            members::overridden(self.b, &members.children_b, |place| !members.taken[place]);
        let kind = |overridden: &[usize], place: usize, kind: RowKind| {
            if overridden.binary_search(&place).is_ok() {
                RowKind::DuplicateKey
            } else {
                kind
            }
        };
        let first = self.tasks.len();
        for (place, (&node, &partner)) in
            members.children_a.iter().zip(&members.partner).enumerate()
        {
            if partner == NO_PARTNER {
                let kind = kind(&overridden_a, place, RowKind::Removed);
                let step = Step::Member(Leg::A, node);
                self.tasks.push(Task::Only(step, Leg::A, node, kind));
                continue;
            }
            let other = members.children_b[partner as usize];
            let step = Step::Member(Leg::A, node);
            if !self.is_same(node, other) {
                self.tasks.push(Task::Down(step, node, other, false));
            } else if self.takes_same() {
                self.tasks.push(Task::Same(step, node, other));
            }
        }
        for (place, &node) in members.children_b.iter().enumerate() {
            if !members.taken[place] {
                let kind = kind(&overridden_b, place, RowKind::Added);
                let step = Step::Member(Leg::B, node);
                self.tasks.push(Task::Only(step, Leg::B, node, kind));
            }
        }
        // The last task on the stack comes first.
        self.tasks[first..].reverse();
        self.members = members;
        Ok(())
    }

    fn lists(&mut self, a: u32, b: u32) -> Result<(), Stop> {
        let (mut elements_a, mut elements_b) = std::mem::take(&mut self.elements);
        self.a.children_into(a, &mut elements_a);
        self.b.children_into(b, &mut elements_b);
        self.spend(4 * (elements_a.len() + elements_b.len()) as u64)?;
        let rule = match self.options.list_rule {
            Some(list_rule) if self.steps.len() <= self.options.list_rule_depth => {
                self.spend(STEP_WORK * self.steps.len() as u64)?;
                let place = Place {
                    a: self.a,
                    b: self.b,
                    steps: &self.steps,
                };
                list_rule(&place.path())
            }
            _ => None,
        };
        let lists = (
            List {
                tape: self.a,
                node: a,
                elements: &elements_a,
            },
            List {
                tape: self.b,
                node: b,
                elements: &elements_b,
            },
        );
        let (matching, without_order) = self.matching(lists, rule)?;
        self.tell_matching(&matching, (a, b), (&elements_a, &elements_b), without_order)?;
        self.elements = (elements_a, elements_b);
        Ok(())
    }

    /// What belongs together, and the rule by which order does not count.
    fn matching(
        &mut self,
        (a, b): (List<'_, '_>, List<'_, '_>),
        rule: Option<ListRule<'_>>,
    ) -> Result<(Matching, Option<usize>), Stop> {
        let number = rule.map(|rule| rule.number);
        match rule.map(|rule| rule.action) {
            Some(action @ (RuleAction::Set | RuleAction::Multiset)) => {
                // What has an identity is found by it, so that a change inside stays a change inside.
                let matching = by_identity(a, b)
                    .unwrap_or_else(|| lists::as_set(a, b, *action == RuleAction::Multiset));
                return Ok((matching, number));
            }
            Some(RuleAction::ByKey(key)) => {
                if let Some(matching) = lists::by_key(a, b, key) {
                    return Ok((matching, number));
                }
                let place = self.place_text();
                self.remark(format!(
                    "{place} could not be aligned by {key}: not every element has its own"
                ));
            }
            Some(_) => return Ok((self.in_order(a, b)?, None)),
            None => {}
        }
        match by_identity(a, b) {
            Some(matching) => Ok((matching, None)),
            None => Ok((self.in_order(a, b)?, None)),
        }
    }

    fn in_order(&mut self, a: List<'_, '_>, b: List<'_, '_>) -> Result<Matching, Stop> {
        let size = (a.elements.len() as u64) * (b.elements.len() as u64);
        self.spend((size / 16).min(1 << 20))?;
        let matching = lists::in_order(a, b, self.options.cancelled).ok_or(Stop::Cancelled)?;
        if matching.approximate {
            let place = self.place_text();
            self.remark(format!(
                "{place} repeats its elements too often for the shortest list of changes"
            ));
        }
        Ok(matching)
    }

    fn tell_matching(
        &mut self,
        matching: &Matching,
        nodes: (u32, u32),
        (elements_a, elements_b): (&[u32], &[u32]),
        without_order: Option<usize>,
    ) -> Result<(), Stop> {
        let first = self.tasks.len();
        let moved = matching.pairs.iter().filter(|pair| pair.moved).count();
        if let Some(rule) = without_order {
            if moved > 0 {
                let both = (Some(nodes.0), Some(nodes.1));
                self.tell_times(RowKind::Order, both.0, both.1, Some(rule), moved)?;
            }
            if matching.repeats > 0 {
                let both = (Some(nodes.0), Some(nodes.1));
                let times = matching.repeats;
                self.tell_times(RowKind::Repeats, both.0, both.1, Some(rule), times)?;
            }
        }
        let mut removed = matching.removed.iter().copied().peekable();
        let mut added = Added::new(matching);
        let only_a = |at: u32| {
            let step = Step::Element {
                a: at,
                b: NONE,
                identity: lists::identity(&matching.identities_a, at),
                identity_leg: Leg::A,
            };
            Task::Only(step, Leg::A, elements_a[at as usize], RowKind::Removed)
        };
        let only_b = |at: u32| {
            let step = Step::Element {
                a: NONE,
                b: at,
                identity: lists::identity(&matching.identities_b, at),
                identity_leg: Leg::B,
            };
            Task::Only(step, Leg::B, elements_b[at as usize], RowKind::Added)
        };
        // What was removed is told before what was added in its place.
        let mut waiting: Vec<u32> = added.in_front().collect();
        for pair in &matching.pairs {
            while let Some(at) = removed.next_if(|&at| at < pair.a) {
                self.tasks.push(only_a(at));
            }
            self.tasks.extend(waiting.drain(..).map(only_b));
            let (one, other) = (elements_a[pair.a as usize], elements_b[pair.b as usize]);
            let has_moved = pair.moved && without_order.is_none();
            let step = || Step::Element {
                a: pair.a,
                b: pair.b,
                identity: lists::identity(&matching.identities_a, pair.a),
                identity_leg: Leg::A,
            };
            if has_moved || !self.is_same(one, other) {
                self.tasks.push(Task::Down(step(), one, other, has_moved));
            } else if self.takes_same() {
                self.tasks.push(Task::Same(step(), one, other));
            }
            waiting.extend(added.behind(pair.b));
        }
        self.tasks.extend(removed.map(only_a));
        self.tasks.extend(waiting.into_iter().map(only_b));
        self.tasks[first..].reverse();
        Ok(())
    }

    fn place_text(&self) -> String {
        let place = Place {
            a: self.a,
            b: self.b,
            steps: &self.steps,
        };
        place.text()
    }

    fn remark(&mut self, text: String) {
        /// A rule that cannot be applied to every element's list need not be told for each of them.
        const MOST_REMARKS: usize = 20;
        if self.remarks.len() < MOST_REMARKS {
            self.remarks.push(text);
        }
    }

    fn tell_key_order(&mut self) {
        if let Some((steps, a, b, times)) = self.reordered.take() {
            let place = Place {
                a: self.a,
                b: self.b,
                steps: &steps,
            };
            (self.report)(
                &place,
                Change {
                    kind: RowKind::KeyOrder,
                    a: Some(a),
                    b: Some(b),
                    times,
                    rule: None,
                },
            );
        }
    }
}

/// Elements of B alone, to be told behind the element that stands before them in B.
struct Added {
    /// The element of B before each run of added ones (`NONE` for the front), and the run.
    runs: Vec<(u32, Vec<u32>)>,
}

impl Added {
    fn new(matching: &Matching) -> Self {
        let mut runs: Vec<(u32, Vec<u32>)> = Vec::new();
        for &at in &matching.added {
            match runs.last_mut() {
                Some((_, run)) if run.last().is_some_and(|&last| last + 1 == at) => run.push(at),
                _ => runs.push((at.checked_sub(1).unwrap_or(NONE), vec![at])),
            }
        }
        Self { runs }
    }

    fn take(&mut self, before: u32) -> impl Iterator<Item = u32> + use<> {
        // Runs are sorted by what stands before them, the front's first.
        let key = |before: u32| before.wrapping_add(1);
        let found = self
            .runs
            .binary_search_by_key(&key(before), |(before, _)| key(*before));
        let run = found.map(|at| std::mem::take(&mut self.runs[at].1));
        run.unwrap_or_default().into_iter()
    }

    fn in_front(&mut self) -> impl Iterator<Item = u32> + use<> {
        self.take(NONE)
    }

    fn behind(&mut self, element: u32) -> impl Iterator<Item = u32> + use<> {
        self.take(element)
    }
}

/// Elements paired by the first of `IDENTITIES` that all of them have, each another one.
fn by_identity(a: List<'_, '_>, b: List<'_, '_>) -> Option<Matching> {
    if a.elements.is_empty() || b.elements.is_empty() {
        return None;
    }
    IDENTITIES
        .into_iter()
        .find_map(|key| lists::by_key(a, b, key))
}

fn scalar_change(kind: ValueKind, left: &[u8], right: &[u8]) -> RowKind {
    match kind {
        ValueKind::Number if scalar::same_number(left, right) => RowKind::NumberText,
        ValueKind::String => {
            let (left, right) = (&left[1..left.len() - 1], &right[1..right.len() - 1]);
            let (left, right) = (scalar::unescaped(left), scalar::unescaped(right));
            if left == right {
                RowKind::StringText
            } else if scalar::same_instant(&left, &right) {
                RowKind::Instant
            } else {
                RowKind::Changed
            }
        }
        _ => RowKind::Changed,
    }
}
