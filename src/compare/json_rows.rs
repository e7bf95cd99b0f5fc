//! What the walk through two JSON bodies finds, on its way to a row: what it is called, what sets it aside, how its values are shown.

use super::applied::Values;
use super::collect::{Collected, Work};
use super::json::{self, Change, Place, Tape, string_value};
use super::outcome::{Layer, Row, RowKind, SetAside, Shape, Shown};
use super::present::cut;
use super::side::Side;
use super::uri::Homes;

/// One change of a JSON body on its way to a row.
pub(super) struct JsonChange<'c, 'w, 't> {
    pub(super) tapes: (&'c Tape<'t>, &'c Tape<'t>),
    pub(super) place: &'c Place<'w, 't>,
    pub(super) change: Change,
}

impl JsonChange<'_, '_, '_> {
    pub(super) fn add(
        &self,
        sides: (&Side<'_>, &Side<'_>),
        homes: &Homes,
        work: &Work<'_>,
        collected: &mut Collected,
    ) {
        if self.change.kind == RowKind::Same {
            let row = self.row(RowKind::Same, work);
            if let (Some(a), Some(b)) = (row.a, row.b) {
                collected.add_same(Layer::Body, row.place, [a, b]);
            }
            return;
        }
        let texts = (
            self.change
                .a
                .and_then(|node| string_value(self.tapes.0, node)),
            self.change
                .b
                .and_then(|node| string_value(self.tapes.1, node)),
        );
        let mut kind = self.change.kind;
        if let (RowKind::Changed, Some(a), Some(b)) = (kind, &texts.0, &texts.1)
            && let Some(relation) = homes.relation(a, b, sides)
        {
            kind = relation;
        }
        let set_aside = self.set_aside(kind, (texts.0.as_deref(), texts.1.as_deref()), work);
        let times = self.change.times;
        collected.add(Layer::Body, kind, set_aside, times, || {
            let mut row = self.row(kind, work);
            if let (RowKind::StageLost, Some(a), Some(b)) = (kind, &texts.0, &texts.1) {
                row.why = homes.lost_words(a, b);
            }
            row
        });
    }

    fn set_aside(
        &self,
        kind: RowKind,
        texts: (Option<&str>, Option<&str>),
        work: &Work<'_>,
    ) -> Option<SetAside> {
        let times = self.change.times;
        if let Some(rule) = self.change.rule {
            return Some(work.rules.use_rule(rule, times));
        }
        // Gathered for the whole body: no place of its own.
        if kind == RowKind::KeyOrder {
            return None;
        }
        let bytes = (
            self.change.a.map(|node| json::value(self.tapes.0, node)),
            self.change.b.map(|node| json::value(self.tapes.1, node)),
        );
        let values = match (texts, &bytes) {
            ((Some(a), Some(b)), _) => Values::Texts(a, b),
            (_, (Some((a, Shape::Number, _)), Some((b, Shape::Number, _)))) => {
                Values::Numbers(a, b)
            }
            _ => Values::Other,
        };
        let path = self.place.path();
        let spelled =
            |text: Option<&str>, bytes: &Option<(&[u8], Shape, std::ops::Range<usize>)>| {
                text.map(str::to_owned).or_else(|| {
                    let (bytes, ..) = bytes.as_ref()?;
                    Some(cut(bytes, 64))
                })
            };
        let (a, b) = (spelled(texts.0, &bytes.0), spelled(texts.1, &bytes.1));
        work.rules
            .for_path(&path, kind, values, times)
            .or_else(|| {
                work.expected
                    .change(&path, kind, a.as_deref(), b.as_deref())
            })
            .or_else(|| {
                work.volatile
                    .holds_change(self.place, self.change)
                    .then_some(SetAside::Volatile)
            })
    }

    fn row(&self, kind: RowKind, work: &Work<'_>) -> Row {
        let member = self.place.member().unwrap_or_default();
        let shown = |tape: &Tape<'_>, node: Option<u32>| {
            let (bytes, shape, range) = json::value(tape, node?);
            Some(Shown {
                text: work.show.json(&member, bytes),
                shape,
                bytes: range.len(),
                offset: Some(range.start),
            })
        };
        let (a, b) = (
            shown(self.tapes.0, self.change.a),
            shown(self.tapes.1, self.change.b),
        );
        let why = match (&a, &b, kind) {
            (Some(a), Some(b), RowKind::TypeChanged) => {
                format!("{} on A, {} on B", a.shape, b.shape)
            }
            _ if self.change.times > 1 => {
                format!("{}, {} times", kind_words(kind), self.change.times)
            }
            _ => kind_words(kind).to_owned(),
        };
        Row {
            layer: Layer::Body,
            place: work.show.text(&self.place.text()),
            kind,
            a,
            b,
            why,
            times: self.change.times,
            set_aside: None,
        }
    }
}

/// A kind of difference in a few words; empty where the row says more.
pub(super) fn kind_words(kind: RowKind) -> &'static str {
    match kind {
        RowKind::Changed => "another value",
        RowKind::TypeChanged => "another type",
        RowKind::Added => "missing on A",
        RowKind::Removed => "missing on B",
        RowKind::Moved => "stands at another place of its list",
        RowKind::Order => "another order",
        RowKind::Repeats => "repeated more often on one side",
        RowKind::StageLost => "without the stage or the API path on one side",
        RowKind::NumberText => "the same number, written differently",
        RowKind::StringText => "the same text, escaped differently",
        RowKind::Instant => "the same moment, written differently",
        RowKind::KeyOrder => "members in another order",
        RowKind::DuplicateKey => "a repeated name that readers pass over",
        RowKind::OwnOrigin => "the same address, each on its own side",
        RowKind::PastGateway => "leads past the gateway",
        RowKind::BodyKind
        | RowKind::InvalidJson
        | RowKind::Bytes
        | RowKind::MergedValues
        | RowKind::Remapped
        | RowKind::StatusMasked
        | RowKind::MediaParameter
        | RowKind::Charset
        | RowKind::Same => "",
    }
}
