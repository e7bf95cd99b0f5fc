//! Two JSON texts, compared by structure: a flat row of nodes each (`tape`), walked side by side without recursion (`walk`); members by name (`members`),
//! elements by identity, by rule or by longest common subsequence (`lists`), values by their meaning (`scalar`). Nothing is parsed into a tree, nothing respelled.
//! What a difference means for the verdict is decided in `body`.

mod lists;
mod members;
mod place;
mod scalar;
mod tape;
mod walk;

use std::ops::Range;

use super::outcome::Shape;
use crate::model::rules::{PathStep, RuleAction};

pub(super) use place::Place;
pub(super) use scalar::{are_within, hash_bytes, mix as fold};
pub(super) use tape::{Tape, TapeError, ValueKind};
pub(super) use walk::{Change, Stop, walk};

/// What a rule says about a list.
#[derive(Debug, Clone, Copy)]
pub(super) struct ListRule<'r> {
    /// For the change that it sets aside.
    pub(super) number: usize,
    pub(super) action: &'r RuleAction,
}

/// Says what the rules say about the list at a place.
pub(super) type AskListRule<'r> = dyn Fn(&[PathStep<'_>]) -> Option<ListRule<'r>> + 'r;

/// How a walk is done.
pub(super) struct WalkOptions<'r> {
    /// `None`: no rule says anything about lists.
    pub(super) list_rule: Option<&'r AskListRule<'r>>,
    /// No rule says anything about lists further down than this.
    pub(super) list_rule_depth: usize,
    /// Steps of work after which the walk gives up.
    pub(super) most_steps: u64,
    /// How many places without any difference are told too, as `RowKind::Same`.
    pub(super) most_same: usize,
    pub(super) cancelled: &'r dyn Fn() -> bool,
}

/// Steps of work that a comparison may take: some seconds.
pub(super) const MOST_STEPS: u64 = 600_000_000;

/// Members that name an element, in this order, when every element has another one.
const IDENTITIES: [&str; 3] = ["id", "selfUri", "name"];

/// The text of a value and what it is.
pub(super) fn value<'t>(tape: &Tape<'t>, node: u32) -> (&'t [u8], Shape, Range<usize>) {
    let shape = match tape.node(node).kind {
        ValueKind::Object => Shape::Object,
        ValueKind::Array => Shape::Array,
        ValueKind::String => Shape::String,
        ValueKind::Number => Shape::Number,
        ValueKind::Boolean => Shape::Boolean,
        ValueKind::Null => Shape::Null,
    };
    (tape.value(node), shape, tape.range(node))
}

/// The inside of a string value as text, escapes undone; `None` for other values.
pub(super) fn string_value(tape: &Tape<'_>, node: u32) -> Option<String> {
    if tape.node(node).kind != ValueKind::String {
        return None;
    }
    let value = tape.value(node);
    let inside = scalar::unescaped(&value[1..value.len() - 1]);
    Some(String::from_utf8_lossy(&inside).into_owned())
}

#[cfg(test)]
mod tests;
