//! Where in two documents a change is: the steps from the root, kept as node numbers and written out only when somebody looks.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::scalar::{hash_bytes, mix, unescaped};
use super::tape::{NONE, Tape, ValueKind};
use crate::compare::side::Leg;
use crate::model::rules::PathStep;

/// Steps written out at either end of a very deep place.
const SHOWN_STEPS: usize = 40;

/// One step down.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    /// The member's node, in the document of that side.
    Member(Leg, u32),
    /// Indices in A and B (`NONE` where there is none), and the node of the member that names the element, on the side given.
    Element {
        a: u32,
        b: u32,
        identity: u32,
        identity_leg: Leg,
    },
}

/// The steps from the root to a change.
#[derive(Clone, Copy)]
pub(in crate::compare) struct Place<'w, 't> {
    pub(super) a: &'w Tape<'t>,
    pub(super) b: &'w Tape<'t>,
    pub(super) steps: &'w [Step],
}

impl<'t> Place<'_, 't> {
    fn tape(&self, leg: Leg) -> &Tape<'t> {
        match leg {
            Leg::A => self.a,
            Leg::B => self.b,
        }
    }

    fn step(&self, step: Step) -> PathStep<'t> {
        match step {
            Step::Member(leg, node) => PathStep::Member(lossy(self.tape(leg).key(node))),
            Step::Element {
                a,
                b,
                identity,
                identity_leg,
            } => {
                let index = |index: u32| (index != NONE).then_some(index as usize);
                let tape = self.tape(identity_leg);
                PathStep::Element {
                    index_a: index(a),
                    index_b: index(b),
                    identity: (identity != NONE)
                        .then(|| (lossy(tape.key(identity)), identity_text(tape, identity))),
                }
            }
        }
    }

    /// All steps, for rules to look at.
    pub(in crate::compare) fn path(&self) -> Vec<PathStep<'t>> {
        self.steps.iter().map(|&step| self.step(step)).collect()
    }

    /// The name of the innermost member.
    pub(in crate::compare) fn member(&self) -> Option<Cow<'t, str>> {
        self.steps.iter().rev().find_map(|&step| match step {
            Step::Member(leg, node) => Some(lossy(self.tape(leg).key(node))),
            Step::Element { .. } => None,
        })
    }

    /// `$.entities[id=8f4c].version`; the middle of a very deep place is left out.
    pub(in crate::compare) fn text(&self) -> String {
        let mut text = "$".to_owned();
        let deep = self.steps.len() > 2 * SHOWN_STEPS;
        let head = if deep { SHOWN_STEPS } else { self.steps.len() };
        self.push(&mut text, &self.steps[..head]);
        if deep {
            let tail = self.steps.len() - SHOWN_STEPS;
            let left_out = tail - head;
            write!(text, " … {left_out} more … ").expect("a string takes everything");
            self.push(&mut text, &self.steps[tail..]);
        }
        text
    }

    fn push(&self, text: &mut String, steps: &[Step]) {
        for &step in steps {
            write!(text, "{}", self.step(step)).expect("a string takes everything");
        }
    }

    /// One number a prefix, from the root on, the same for the same place in A whatever it was compared with.
    pub(in crate::compare) fn fingerprints(&self) -> impl Iterator<Item = u64> {
        let root = std::iter::once(1);
        let steps = self.steps.iter().scan(1, |hash, &step| {
            let own = match step {
                Step::Member(leg, node) => mix(2, hash_bytes(&unescaped(self.tape(leg).key(node)))),
                Step::Element {
                    identity,
                    identity_leg,
                    ..
                } if identity != NONE => {
                    let tape = self.tape(identity_leg);
                    mix(3, tape.node(identity).hash)
                }
                // An element that A has not: every such one of the list has the same number.
                Step::Element { a, .. } => mix(4, u64::from(a)),
            };
            *hash = mix(*hash, own);
            Some(*hash)
        });
        root.chain(steps)
    }
}

fn lossy(key: &[u8]) -> Cow<'_, str> {
    match unescaped(key) {
        Cow::Borrowed(key) => String::from_utf8_lossy(key),
        Cow::Owned(key) => Cow::Owned(String::from_utf8_lossy(&key).into_owned()),
    }
}

fn identity_text<'t>(tape: &Tape<'t>, node: u32) -> Cow<'t, str> {
    let value = tape.value(node);
    if tape.node(node).kind == ValueKind::String {
        lossy(&value[1..value.len() - 1])
    } else {
        String::from_utf8_lossy(value)
    }
}
