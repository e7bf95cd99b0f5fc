//! Comparison rules: what may differ between two answers, why, and where. Data of the workspace (`rules.toml`), shipped rules beside the user's own.
//! Reading and printing the file's text is in `file`, places in a body in `path`, the shipped rules in `shipped`; applying them is the work of `compare`.

mod file;
mod path;
mod shipped;

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

pub use file::{RuleProblem, RulesText};
pub use path::{JsonPath, PathError, PathStep, Segment};
pub use shipped::shipped_rules;

/// The rules of a workspace: the user's own in their order, then the shipped ones that are not switched off.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleSet {
    pub own: Vec<CompareRule>,
    /// Ids of shipped rules that do not apply.
    pub switched_off: BTreeSet<String>,
}

impl RuleSet {
    /// Every rule that applies, the user's own first. The first that fits a difference sets it aside.
    pub fn active(&self) -> impl Iterator<Item = &CompareRule> {
        let shipped = shipped_rules()
            .iter()
            .filter(|rule| !self.switched_off.contains(&rule.id));
        self.own.iter().filter(|rule| rule.enabled).chain(shipped)
    }

    /// The rules as a list that shows everything: own and shipped, applying or not.
    pub fn listed(&self) -> impl Iterator<Item = ListedRule<'_>> {
        let own = self.own.iter().map(|rule| ListedRule {
            rule,
            shipped: false,
            applies: rule.enabled,
        });
        let shipped = shipped_rules().iter().map(|rule| ListedRule {
            rule,
            shipped: true,
            applies: !self.switched_off.contains(&rule.id),
        });
        own.chain(shipped)
    }

    /// Switches a shipped rule or one of the user's own on or off. `false` when there is none of that id.
    pub fn switch(&mut self, id: &str, on: bool) -> bool {
        if let Some(rule) = self.own.iter_mut().find(|rule| rule.id == id) {
            rule.enabled = on;
            return true;
        }
        if !shipped_rules().iter().any(|rule| rule.id == id) {
            return false;
        }
        if on {
            self.switched_off.remove(id);
        } else {
            self.switched_off.insert(id.to_owned());
        }
        true
    }

    /// Adds a rule of the user's own under an id that is free; nothing when the same place and action are there already.
    /// Returns the id under which the rule is found.
    pub fn add(&mut self, mut rule: CompareRule) -> String {
        let same =
            |other: &&mut CompareRule| other.place == rule.place && other.action == rule.action;
        if let Some(known) = self.own.iter_mut().find(same) {
            known.enabled = true;
            return known.id.clone();
        }
        rule.id = self.free_id(&rule);
        let id = rule.id.clone();
        self.own.push(rule);
        id
    }

    fn free_id(&self, rule: &CompareRule) -> String {
        let wanted = if rule.id.is_empty() {
            rule.suggested_id()
        } else {
            rule.id.clone()
        };
        let taken = |id: &str| {
            self.own.iter().any(|rule| rule.id == id)
                || shipped_rules().iter().any(|rule| rule.id == id)
        };
        if !taken(&wanted) {
            return wanted;
        }
        let most = self.own.len() + shipped_rules().len() + 2;
        (2..=most)
            .map(|number| format!("{wanted}-{number}"))
            .find(|id| !taken(id))
            .expect("more numbers than rules")
    }
}

/// A rule as the list of rules shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListedRule<'a> {
    pub rule: &'a CompareRule,
    pub shipped: bool,
    pub applies: bool,
}

/// One rule: where, what, because.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct CompareRule {
    /// Unique among the rules; shown beside what the rule set aside.
    pub id: String,
    pub enabled: bool,
    pub place: RulePlace,
    pub action: RuleAction,
    pub because: String,
}

impl CompareRule {
    #[must_use]
    pub fn new(place: RulePlace, action: RuleAction, because: impl Into<String>) -> Self {
        let mut rule = Self {
            id: String::new(),
            enabled: true,
            place,
            action,
            because: because.into(),
        };
        rule.id = rule.suggested_id();
        rule
    }

    /// A readable id made of the place and the action: `entities-version-ignore`.
    #[must_use]
    pub fn suggested_id(&self) -> String {
        let mut id = String::new();
        for character in format!("{} {}", self.place, self.action.word()).chars() {
            if character.is_ascii_alphanumeric() {
                id.push(character.to_ascii_lowercase());
            } else if !id.is_empty() && !id.ends_with('-') {
                id.push('-');
            }
        }
        id.truncate(60);
        id.trim_end_matches('-').to_owned()
    }
}

/// Where a rule applies.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RulePlace {
    /// A header name without regard to case; `*` at the end stands for any rest.
    Header(String),
    /// A place in a JSON body and everything below it.
    Json(JsonPath),
}

impl RulePlace {
    /// Whether a header of that name is meant.
    #[must_use]
    pub fn fits_header(&self, name: &str) -> bool {
        match self {
            Self::Header(pattern) => header_fits(pattern, name),
            Self::Json(_) => false,
        }
    }
}

impl fmt::Display for RulePlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => formatter.write_str(name),
            Self::Json(path) => path.fmt(formatter),
        }
    }
}

/// Whether `name` is the header that `pattern` names, or begins as it does when it ends with `*`.
#[must_use]
pub fn header_fits(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name
            .get(..start.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(start)),
        None => name.eq_ignore_ascii_case(pattern),
    }
}

/// What a rule does.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleAction {
    /// Every difference at the place or below it is set aside.
    Ignore,
    /// Texts that differ in case only count as equal.
    IgnoreCase,
    /// Elements count in their order; they are aligned by longest common subsequence, whatever identity they have.
    List,
    /// Order and repetition of elements (or of a header's comma-separated words) do not count.
    Set,
    /// Order does not count, repetition does.
    Multiset,
    /// Elements are aligned by this member; their order does not count.
    ByKey(String),
    /// Numbers at most this far apart count as equal. A decimal number as text.
    Tolerance(String),
    /// What the regular expression matches is left out before texts are compared.
    Mask(String),
}

impl RuleAction {
    /// The word for it in `rules.toml`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Ignore => "ignore",
            Self::IgnoreCase => "ignore-case",
            Self::List => "list",
            Self::Set => "set",
            Self::Multiset => "multiset",
            Self::ByKey(_) => "by-key",
            Self::Tolerance(_) => "tolerance",
            Self::Mask(_) => "mask",
        }
    }

    /// Whether it says how the elements of an array are aligned.
    #[must_use]
    pub fn aligns(&self) -> bool {
        matches!(
            self,
            Self::List | Self::Set | Self::Multiset | Self::ByKey(_)
        )
    }
}

impl fmt::Display for RuleAction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ignore => formatter.write_str("ignore"),
            Self::IgnoreCase => formatter.write_str("equal ignoring case"),
            Self::List => formatter.write_str("list"),
            Self::Set => formatter.write_str("set"),
            Self::Multiset => formatter.write_str("multiset"),
            Self::ByKey(key) => write!(formatter, "by key {key}"),
            Self::Tolerance(within) => write!(formatter, "within {within}"),
            Self::Mask(pattern) => write!(formatter, "mask {pattern}"),
        }
    }
}

#[cfg(test)]
mod tests;
