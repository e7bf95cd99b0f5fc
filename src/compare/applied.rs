//! Rules at work: compiled once, asked for each difference, their uses counted.

use std::cell::Cell;
use std::collections::BTreeSet;

use regex::{Regex, RegexBuilder};

use super::json::{self, ListRule};
use super::outcome::{RowKind, SetAside};
use crate::model::rules::{
    CompareRule, PathStep, RuleAction, RulePlace, RuleSet, Segment, shipped_rules,
};

/// Bytes that a compiled mask may take.
const MASK_LIMIT: usize = 1 << 20;

/// All rules that apply.
#[derive(Debug)]
pub(super) struct AppliedRules {
    rules: Vec<Applied>,
}

#[derive(Debug)]
struct Applied {
    rule: CompareRule,
    mask: Option<Regex>,
    uses: Cell<usize>,
}

/// Two values of one place, as a rule looks at them.
#[derive(Debug, Clone, Copy)]
pub(super) enum Values<'v> {
    Texts(&'v str, &'v str),
    Numbers(&'v [u8], &'v [u8]),
    /// Something that no rule about values can judge: missing on a side, objects, lists.
    Other,
}

impl AppliedRules {
    pub(super) fn new(rules: &RuleSet) -> Self {
        let applied = |rule: &CompareRule| Applied {
            mask: match &rule.action {
                RuleAction::Mask(pattern) => RegexBuilder::new(pattern)
                    .size_limit(MASK_LIMIT)
                    .build()
                    .ok(),
                _ => None,
            },
            rule: rule.clone(),
            uses: Cell::new(0),
        };
        Self {
            rules: rules.active().map(applied).collect(),
        }
    }

    /// How far down a list may be that a rule says something about; `None` when no rule does.
    pub(super) fn list_rule_depth(&self) -> Option<usize> {
        let depth = |applied: &Applied| match &applied.rule.place {
            RulePlace::Json(place) if applied.rule.action.aligns() => {
                let segments = place.segments();
                let any_depth = segments.contains(&Segment::AnyDepth);
                Some(if any_depth {
                    usize::MAX
                } else {
                    segments.len()
                })
            }
            _ => None,
        };
        self.rules.iter().filter_map(depth).max()
    }

    /// What is said about the elements of the list at `path`.
    pub(super) fn list_rule(&self, path: &[PathStep<'_>]) -> Option<ListRule<'_>> {
        let found = self.rules.iter().enumerate().find(|(_, applied)| {
            applied.rule.action.aligns()
                && matches!(&applied.rule.place, RulePlace::Json(place) if place.matches(path))
        });
        found.map(|(number, applied)| ListRule {
            number,
            action: &applied.rule.action,
        })
    }

    /// The rule of that number has set `times` places aside.
    pub(super) fn use_rule(&self, number: usize, times: usize) -> SetAside {
        let applied = &self.rules[number];
        applied.uses.set(applied.uses.get() + times);
        SetAside::Rule {
            id: applied.rule.id.clone(),
            because: applied.rule.because.clone(),
        }
    }

    /// The first rule that sets aside what differs in a JSON body.
    pub(super) fn for_path(
        &self,
        path: &[PathStep<'_>],
        kind: RowKind,
        values: Values<'_>,
        times: usize,
    ) -> Option<SetAside> {
        let number = self.rules.iter().position(|applied| {
            matches!(&applied.rule.place, RulePlace::Json(place) if place.covers(path))
                && applied.sets_aside(kind, values)
        })?;
        Some(self.use_rule(number, times))
    }

    /// The first rule that sets aside what differs in a header.
    pub(super) fn for_header(
        &self,
        name: &str,
        kind: RowKind,
        values: Values<'_>,
    ) -> Option<SetAside> {
        let number = self.rules.iter().position(|applied| {
            applied.rule.place.fits_header(name)
                && (applied.sets_aside(kind, values) || applied.is_list_of_words(values))
        })?;
        Some(self.use_rule(number, 1))
    }

    /// The first rule whose place is spelled exactly so: for rows that stand for many places.
    pub(super) fn for_spelled_place(&self, place: &str, times: usize) -> Option<SetAside> {
        let number = self.rules.iter().position(|applied| {
            applied.rule.action == RuleAction::Ignore && applied.rule.place.to_string() == place
        })?;
        Some(self.use_rule(number, times))
    }

    /// How often each rule was used, those never used left out.
    pub(super) fn uses(&self) -> impl Iterator<Item = (SetAside, usize)> {
        self.rules
            .iter()
            .filter(|applied| applied.uses.get() > 0)
            .map(|applied| {
                let set_aside = SetAside::Rule {
                    id: applied.rule.id.clone(),
                    because: applied.rule.because.clone(),
                };
                (set_aside, applied.uses.get())
            })
    }

    /// The user's own rules that nothing needed.
    pub(super) fn unused(&self) -> Vec<CompareRule> {
        let shipped: BTreeSet<&str> = shipped_rules()
            .iter()
            .map(|rule| rule.id.as_str())
            .collect();
        self.rules
            .iter()
            .filter(|applied| {
                applied.uses.get() == 0 && !shipped.contains(applied.rule.id.as_str())
            })
            .map(|applied| applied.rule.clone())
            .collect()
    }
}

impl Applied {
    fn sets_aside(&self, kind: RowKind, values: Values<'_>) -> bool {
        match (&self.rule.action, values) {
            (RuleAction::Ignore, _) => true,
            _ if kind != RowKind::Changed => false,
            (RuleAction::IgnoreCase, Values::Texts(a, b)) => same_but_case(a, b),
            (RuleAction::Tolerance(within), Values::Numbers(a, b)) => {
                json::are_within(a, b, within.as_bytes())
            }
            (RuleAction::Mask(_), Values::Texts(a, b)) => self.same_behind_mask(a, b),
            (RuleAction::Mask(_), Values::Numbers(a, b)) => {
                match (std::str::from_utf8(a), std::str::from_utf8(b)) {
                    (Ok(a), Ok(b)) => self.same_behind_mask(a, b),
                    _ => false,
                }
            }
            _ => false,
        }
    }

    fn same_behind_mask(&self, a: &str, b: &str) -> bool {
        self.mask
            .as_ref()
            .is_some_and(|mask| mask.replace_all(a, "\0") == mask.replace_all(b, "\0"))
    }

    /// A header's comma-separated words in another order.
    fn is_list_of_words(&self, values: Values<'_>) -> bool {
        let Values::Texts(a, b) = values else {
            return false;
        };
        let words = |text: &str| {
            let mut words: Vec<String> = text
                .split(',')
                .map(|word| word.trim().to_ascii_lowercase())
                .filter(|word| !word.is_empty())
                .collect();
            words.sort();
            if self.rule.action == RuleAction::Set {
                words.dedup();
            }
            words
        };
        matches!(self.rule.action, RuleAction::Set | RuleAction::Multiset) && words(a) == words(b)
    }
}

fn same_but_case(a: &str, b: &str) -> bool {
    let folded = |text: &str| {
        text.chars()
            .flat_map(char::to_lowercase)
            .collect::<String>()
    };
    a.eq_ignore_ascii_case(b) || folded(a) == folded(b)
}
