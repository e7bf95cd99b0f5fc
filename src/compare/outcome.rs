//! What a comparison says: verdict, layers, rows, counts. Plain values that can be shown, stored and read again; secrets are masked in them.
//! How a verdict is reached is in `verdict`, the parts of the answers in `headers`, `status`, `body` and `json`.

use serde::{Deserialize, Serialize};

use super::side::{Answered, Leg};
use crate::model::masks::MASK;
use crate::model::rules::{CompareRule, JsonPath, RuleAction, RulePlace};

/// The version of the document that is written.
pub const SCHEMA: u32 = 1;

/// Two answers compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Comparison {
    pub schema: u32,
    pub verdict: Verdict,
    pub a: SideSummary,
    pub b: SideSummary,
    /// One result a layer, in the order of `Layer::ALL`.
    pub layers: Vec<LayerResult>,
    /// In the order of the layers, within a body in the order of A.
    pub rows: Vec<Row>,
    /// Differences beyond the limit of rows: counted, not listed.
    pub rows_left_out: usize,
    /// What is the same on both sides, headers first: whole objects and lists where nothing in them differs.
    /// At most `MOST_SAME` places of a body; never counted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub same: Vec<Row>,
    pub counts: Counts,
    /// What set differences aside, and how many each.
    pub set_aside: Vec<SetAsideUse>,
    /// Rules that set nothing aside, the shipped ones left out: they may be outdated.
    pub unused_rules: Vec<CompareRule>,
    pub requests: super::requests::RequestComparison,
    pub volatile: VolatileState,
    /// What else is worth knowing: a rule that could not be applied, an alignment that had to be cut short.
    pub remarks: Vec<String>,
}

impl Comparison {
    /// Rows that count against the verdict.
    pub fn differences(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.counts_as_difference())
    }

    /// A row by its number: those of `rows`, then those of `same`.
    #[must_use]
    pub fn row(&self, number: usize) -> Option<&Row> {
        match number.checked_sub(self.rows.len()) {
            Some(behind) => self.same.get(behind),
            None => self.rows.get(number),
        }
    }

    /// Rows that something set aside: the page `Set aside`.
    pub fn suppressed(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.set_aside.is_some())
    }

    #[must_use]
    pub fn layer(&self, layer: Layer) -> Option<&LayerResult> {
        self.layers.iter().find(|result| result.layer == layer)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Verdict {
    pub kind: VerdictKind,
    /// `Different: 1 body place differs, 17 differences are set aside`.
    pub headline: String,
    /// The likely cause in a sentence; empty when the answers are the same.
    pub cause: String,
    /// Set when `kind` is `NotComparable`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub obstacle: Option<Obstacle>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VerdictKind {
    /// Nothing but the built-in per-answer fields differs.
    Identical,
    /// Only notes, and differences set aside by a rule, as volatile or as expected.
    Equivalent,
    Different,
    NotComparable,
}

impl std::fmt::Display for VerdictKind {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Identical => "Identical",
            Self::Equivalent => "Equivalent",
            Self::Different => "Different",
            Self::NotComparable => "Not comparable",
        })
    }
}

/// Why two answers cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "leg", rename_all = "kebab-case")]
pub enum Obstacle {
    /// Nothing came back on that side.
    Unreachable(Leg),
    BothUnreachable,
    /// The user stopped that side.
    Cancelled(Leg),
    /// The login refused a token, or the API refused it on that side only.
    TokenRefused(Leg),
    /// The gateway itself answered on that side only.
    GatewayAnswered(Leg),
    /// 429 on that side only.
    RateLimited(Leg),
    /// 5xx on that side only.
    ServerError(Leg),
    /// The body did not arrive whole on that side.
    Incomplete(Leg),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    Reachable,
    WhoAnswered,
    Status,
    Headers,
    MediaType,
    Body,
    Timing,
}

impl Layer {
    pub const ALL: [Self; 7] = [
        Self::Reachable,
        Self::WhoAnswered,
        Self::Status,
        Self::Headers,
        Self::MediaType,
        Self::Body,
        Self::Timing,
    ];
}

impl std::fmt::Display for Layer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Reachable => "Reachable",
            Self::WhoAnswered => "Who answered",
            Self::Status => "Status",
            Self::Headers => "Headers",
            Self::MediaType => "Media type",
            Self::Body => "Body",
            Self::Timing => "Timing",
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LayerResult {
    pub layer: Layer,
    pub outcome: LayerOutcome,
    pub counts: Counts,
    /// What was found, in a few words: `200 on both sides`, `3 places differ`.
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LayerOutcome {
    Same,
    /// Only notes, or differences that were set aside.
    SetAside,
    Different,
    /// There was nothing to compare on one side at least.
    NotCompared,
    /// Shown, and never part of the verdict: timing.
    Informative,
}

/// Differences, counted. A row that stands for several places counts each of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Counts {
    pub differences: usize,
    pub notes: usize,
    pub built_in: usize,
    pub by_rule: usize,
    pub volatile: usize,
    pub expected: usize,
}

impl Counts {
    /// What a rule, volatility or the route map set aside; the built-in fields are not among it.
    #[must_use]
    pub fn suppressed(&self) -> usize {
        self.by_rule + self.volatile + self.expected
    }

    pub(super) fn add(&mut self, kind: RowKind, set_aside: Option<&SetAside>, times: usize) {
        let counter = match set_aside {
            Some(SetAside::BuiltIn { .. }) => &mut self.built_in,
            Some(SetAside::Rule { .. }) => &mut self.by_rule,
            Some(SetAside::Volatile) => &mut self.volatile,
            Some(SetAside::Expected { .. }) => &mut self.expected,
            None if kind.is_note() => &mut self.notes,
            None => &mut self.differences,
        };
        *counter += times;
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            differences: self.differences + other.differences,
            notes: self.notes + other.notes,
            built_in: self.built_in + other.built_in,
            by_rule: self.by_rule + other.by_rule,
            volatile: self.volatile + other.volatile,
            expected: self.expected + other.expected,
        }
    }
}

/// One place at which the answers differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Row {
    pub layer: Layer,
    /// `status`, `content-type`, `$.entities[id=8f4c].version`, `lines 3-5`, `body`.
    pub place: String,
    pub kind: RowKind,
    /// `None`: missing on that side.
    pub a: Option<Shown>,
    pub b: Option<Shown>,
    /// What the difference is, in a few words.
    pub why: String,
    /// Places this row stands for: 1, more for notes that are gathered.
    pub times: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set_aside: Option<SetAside>,
}

impl Row {
    /// Whether the row counts against the verdict.
    #[must_use]
    pub fn counts_as_difference(&self) -> bool {
        self.set_aside.is_none() && !self.kind.is_note()
    }

    /// The row as the other way round would have it.
    #[must_use]
    pub fn mirrored(mut self) -> Self {
        std::mem::swap(&mut self.a, &mut self.b);
        self.kind = match self.kind {
            RowKind::Added => RowKind::Removed,
            RowKind::Removed => RowKind::Added,
            other => other,
        };
        self
    }

    /// The rules that "ignore this…" offers: this very place first, then the same place in every element.
    /// Empty where no rule can reach, as in the status.
    #[must_use]
    pub fn ignore_rules(&self) -> Vec<CompareRule> {
        let places: Vec<RulePlace> = match self.layer {
            Layer::Headers | Layer::MediaType if !self.place.contains(' ') => {
                vec![RulePlace::Header(self.place.clone())]
            }
            Layer::Body if !self.place.contains(MASK) => match JsonPath::parse(&self.place) {
                Ok(path) => {
                    let general = path.for_every_element();
                    let mut paths = vec![path];
                    if general != paths[0] {
                        paths.push(general);
                    }
                    paths.into_iter().map(RulePlace::Json).collect()
                }
                Err(_) => Vec::new(),
            },
            _ => Vec::new(),
        };
        places
            .into_iter()
            .map(|place| CompareRule::new(place, RuleAction::Ignore, ""))
            .collect()
    }
}

/// A value on one side, masked and cut to what a row can show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Shown {
    pub text: String,
    pub shape: Shape,
    /// Bytes of the whole value in the body's text.
    pub bytes: usize,
    /// Where the value begins in the body's decoded text, in bytes; `None` outside bodies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<usize>,
}

impl Shown {
    pub(super) fn plain(text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            bytes: text.len(),
            text,
            shape: Shape::Plain,
            offset: None,
        }
    }
}

/// What kind of value it is: for its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    Plain,
    String,
    Number,
    /// `true`, `false`
    Boolean,
    Null,
    Object,
    Array,
}

impl std::fmt::Display for Shape {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Plain => "text",
            Self::String => "a string",
            Self::Number => "a number",
            Self::Boolean => "true or false",
            Self::Null => "null",
            Self::Object => "an object",
            Self::Array => "a list",
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowKind {
    Changed,
    TypeChanged,
    /// Only in B.
    Added,
    /// Only in A.
    Removed,
    /// The same element at another place of its list.
    Moved,
    /// The order of a list differs, and a rule says that it does not count.
    Order,
    /// Repeats of an element differ, and a rule says that they do not count.
    Repeats,
    /// A relative URI carries the stage on one side and not on the other, or leads past B's stage.
    StageLost,
    /// An absolute URI leads to the service itself, past the gateway.
    PastGateway,
    /// Bodies of different kinds: JSON and HTML.
    BodyKind,
    /// One body is JSON as it should be, the other is not.
    InvalidJson,
    /// The bytes of a body.
    Bytes,
    // Notes: no difference in meaning.
    /// `1` and `1.0`.
    NumberText,
    /// `"é"` and `"\u00e9"`.
    StringText,
    /// Two spellings of one instant.
    Instant,
    KeyOrder,
    DuplicateKey,
    /// Several header lines on one side, one with commas on the other.
    MergedValues,
    /// A header that came as `x-amzn-remapped-…`.
    Remapped,
    /// The status line says success, the body is a Genesys error of the same status as the other side's.
    StatusMasked,
    /// Media type parameters without meaning, `charset` of JSON.
    MediaParameter,
    /// The same text in two charsets, with or without a byte order mark.
    Charset,
    /// The same absolute URI, each on its own side's origin.
    OwnOrigin,
    /// Nothing differs; only in `Comparison::same`.
    Same,
}

impl RowKind {
    /// Whether the difference is one of spelling only.
    #[must_use]
    pub fn is_note(self) -> bool {
        self >= Self::NumberText || self == Self::StageLost
    }
}

/// What took a difference out of the verdict.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum SetAside {
    /// Differs in every answer by its nature; see `built_in`.
    BuiltIn {
        because: String,
    },
    Rule {
        id: String,
        because: String,
    },
    /// Differs between A and A again.
    Volatile,
    /// The route map of an environment says so.
    Expected {
        because: String,
    },
}

impl std::fmt::Display for SetAside {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::BuiltIn { because } => write!(formatter, "in every answer: {because}"),
            Self::Rule { id, because } if because.is_empty() => write!(formatter, "rule {id}"),
            Self::Rule { id, because } => write!(formatter, "rule {id}: {because}"),
            Self::Volatile => formatter.write_str("volatile: A differs from A"),
            Self::Expected { because } => write!(formatter, "expected: {because}"),
        }
    }
}

/// How many differences one thing set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SetAsideUse {
    pub set_aside: SetAside,
    pub count: usize,
}

/// What is known about what changes from one answer to the next.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum VolatileState {
    /// A was not asked again: the method is unsafe, or the user wanted two requests only.
    #[default]
    NotAsked,
    /// A and A again were compared.
    Known { places: usize },
    /// A again gave nothing to compare with.
    Unusable { because: String },
}

/// What is kept of one side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SideSummary {
    pub environment: String,
    pub environment_name: String,
    pub answered: Answered,
    /// RFC 3339.
    pub started_at: String,
    /// `None`: nothing came back.
    pub status: Option<u16>,
    #[serde(default)]
    pub reason: String,
    /// The status that counts: that of a Genesys error behind a success.
    pub effective_status: Option<u16>,
    /// What went wrong, for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    #[serde(default)]
    pub media_type: String,
    pub wire_bytes: usize,
    pub decoded_bytes: usize,
    #[serde(default)]
    pub codings: Vec<String>,
    /// Of the request itself, without the token request.
    pub timing: super::latency::LegTiming,
}
