//! The layer of bodies, by what they are: JSON by structure, text by lines, everything else by its bytes. How a body travelled does not matter.

use bytes::Bytes;

use super::collect::{Collected, MOST_SAME, Work};
use super::json::{Change, MOST_STEPS, Place, Stop, Tape, TapeError, WalkOptions, walk};
use super::json_rows::{JsonChange, kind_words};
use super::outcome::{Layer, Row, RowKind, SetAside, Shape, Shown};
use super::present::cut;
use super::side::Side;
use super::text::{self, Fingerprint, Lines};
use super::uri::Homes;
use crate::body::charset::{self, Charset};
use crate::body::sniff::{self, BodyKind};
use crate::model::exchange::{HeaderField, Response, header};
use crate::model::rules::PathStep;

/// A body as text, and what kind of body it is.
#[derive(Debug, Clone)]
pub(super) struct ReadBody {
    pub(super) kind: BodyKind,
    pub(super) content_type: Option<String>,
    /// As it came, content codings undone.
    raw: Bytes,
    /// UTF-8.
    text: Bytes,
    charset: Charset,
}

impl ReadBody {
    pub(super) fn of(response: &Response) -> Self {
        let content_type = header(&response.headers, "content-type").map(HeaderField::text);
        let raw = response.body.decoded.clone();
        let text = charset::decode(&raw, content_type.as_deref(), None);
        Self {
            kind: sniff::kind(content_type.as_deref(), &raw),
            content_type,
            raw,
            text: text.bytes,
            charset: text.charset,
        }
    }

    /// The nodes of a JSON body; `None` for other kinds, or when cancelled.
    pub(super) fn tape(&self, cancelled: &dyn Fn() -> bool) -> Option<Result<Tape<'_>, TapeError>> {
        if self.kind != BodyKind::Json {
            return None;
        }
        if self.charset.lossy {
            let offset = self
                .raw
                .utf8_chunks()
                .next()
                .map_or(0, |chunk| chunk.valid().len());
            return Some(Err(TapeError::Invalid { offset }));
        }
        match Tape::read(&self.text, cancelled) {
            Err(TapeError::Cancelled) => None,
            read => Some(read),
        }
    }
}

type Read<'t> = Option<Result<Tape<'t>, TapeError>>;

/// Two bodies and what was read of them.
pub(super) struct Bodies<'c, 't> {
    pub(super) sides: (&'c Side<'c>, &'c Side<'c>),
    pub(super) a: &'t ReadBody,
    pub(super) b: &'t ReadBody,
    pub(super) tapes: (&'c Read<'t>, &'c Read<'t>),
}

/// How two bodies are compared.
enum Way<'c, 't> {
    Same,
    Kind,
    Json(&'c Tape<'t>, &'c Tape<'t>),
    InvalidJson,
    Lines,
    Bytes(&'static str),
}

impl<'c, 't> Bodies<'c, 't> {
    fn way(&self) -> Way<'c, 't> {
        let (a, b) = (self.a, self.b);
        if a.kind != b.kind {
            return Way::Kind;
        }
        match self.tapes {
            (Some(Ok(one)), Some(Ok(other))) => return Way::Json(one, other),
            _ if a.raw == b.raw => return Way::Same,
            (Some(Err(TapeError::TooLarge)), _) | (_, Some(Err(TapeError::TooLarge))) => {
                return Way::Bytes("too large to be compared by structure");
            }
            (Some(Ok(_)), Some(Err(_))) | (Some(Err(_)), Some(Ok(_))) => return Way::InvalidJson,
            _ => {}
        }
        if !a.kind.is_text() {
            return Way::Bytes("other bytes");
        }
        // What could not be read was replaced, by the same sign on both sides.
        if (a.charset.lossy || b.charset.lossy) && a.text == b.text {
            return Way::Bytes("other bytes that are no text");
        }
        Way::Lines
    }

    /// Adds what differs. `None` when cancelled.
    pub(super) fn compare(&self, work: &Work<'_>, collected: &mut Collected) -> Option<()> {
        match self.way() {
            Way::Same if self.a.kind == BodyKind::Empty => {}
            Way::Same => {
                let shown = [start(self.a, work), start(self.b, work)];
                collected.add_same(Layer::Body, "body".to_owned(), shown);
            }
            Way::Kind => self.other_kind(work, collected),
            Way::Json(one, other) => self.json(one, other, work, collected)?,
            Way::InvalidJson => self.invalid_json(work, collected),
            Way::Lines => self.lines(work, collected)?,
            Way::Bytes(why) => self.bytes(why, work, collected),
        }
        self.charset_note(work, collected);
        Some(())
    }

    fn json(
        &self,
        one: &Tape<'t>,
        other: &Tape<'t>,
        work: &Work<'_>,
        collected: &mut Collected,
    ) -> Option<()> {
        compare_prefixes(one, other, work, collected);
        let homes = Homes::of(self.sides.0, self.sides.1);
        let walked = walk_json((one, other), MOST_SAME, work, &mut |place, change| {
            let found = JsonChange {
                tapes: (one, other),
                place,
                change,
            };
            found.add(self.sides, &homes, work, collected);
        });
        match walked {
            Ok(remarks) => collected.remarks.extend(remarks),
            Err(Stop::Cancelled) => return None,
            Err(Stop::TooMuchWork) => {
                self.bytes(
                    "too much work to be compared by structure to the end",
                    work,
                    collected,
                );
            }
        }
        for lost in homes.stage_lost(one, other) {
            let place = format!("$..{}", lost.member);
            let set_aside = work.rules.for_spelled_place(&place, lost.times);
            let [a, b] = lost.examples.map(|example| {
                let example = example?;
                Some(Shown::plain(work.show.text(&cut(example.as_bytes(), 200))))
            });
            collected.add(
                Layer::Body,
                RowKind::StageLost,
                set_aside,
                lost.times,
                || Row {
                    layer: Layer::Body,
                    place,
                    kind: RowKind::StageLost,
                    a,
                    b,
                    why: format!("relative addresses without {}", lost.lacking),
                    times: lost.times,
                    set_aside: None,
                },
            );
        }
        Some(())
    }

    fn other_kind(&self, work: &Work<'_>, collected: &mut Collected) {
        let shown = |body: &ReadBody| (body.kind != BodyKind::Empty).then(|| start(body, work));
        let why = match (self.a.kind, self.b.kind) {
            (BodyKind::Empty, _) => format!("A is empty, B is {}", self.b.kind),
            (_, BodyKind::Empty) => format!("A is {}, B is empty", self.a.kind),
            (a, b) => format!("A is {a}, B is {b}"),
        };
        add_whole(
            RowKind::BodyKind,
            (shown(self.a), shown(self.b)),
            why,
            work,
            collected,
        );
    }

    fn invalid_json(&self, work: &Work<'_>, collected: &mut Collected) {
        let told = |leg: &str, read: &Read<'_>, body: &ReadBody| match read {
            Some(Err(TapeError::Invalid { offset })) => {
                let before = &body.text[..(*offset).min(body.text.len())];
                let line = memchr::memchr_iter(b'\n', before).count() + 1;
                let what = if *offset >= body.text.len() {
                    "ends too early"
                } else {
                    "is no longer JSON"
                };
                Some(format!("{leg} {what} at byte {offset}, line {line}"))
            }
            _ => None,
        };
        let why = told("A", self.tapes.0, self.a)
            .or_else(|| told("B", self.tapes.1, self.b))
            .unwrap_or_default();
        let shown = (Some(start(self.a, work)), Some(start(self.b, work)));
        add_whole(RowKind::InvalidJson, shown, why, work, collected);
    }

    fn lines(&self, work: &Work<'_>, collected: &mut Collected) -> Option<()> {
        let (a, b) = (Lines::of(&self.a.text), Lines::of(&self.b.text));
        for hunk in text::differing(&a, &b, work.cancelled)? {
            let kind = match (hunk.a.is_empty(), hunk.b.is_empty()) {
                (true, _) => RowKind::Added,
                (_, true) => RowKind::Removed,
                _ => RowKind::Changed,
            };
            let set_aside = work
                .volatile
                .holds_lines(&hunk.a)
                .then_some(SetAside::Volatile);
            collected.add(Layer::Body, kind, set_aside, 1, || {
                let shown = |body: &ReadBody, lines: &Lines<'_>, range: &std::ops::Range<usize>| {
                    let bytes = lines.range(range);
                    (!range.is_empty()).then(|| Shown {
                        text: work
                            .show
                            .lines(body.content_type.as_deref(), &body.text[bytes.clone()]),
                        shape: Shape::Plain,
                        bytes: bytes.len(),
                        offset: Some(bytes.start),
                    })
                };
                let (range, leg) = if hunk.a.is_empty() {
                    (&hunk.b, " of B")
                } else {
                    (&hunk.a, "")
                };
                let place = if range.len() == 1 {
                    format!("line {}{leg}", range.start + 1)
                } else {
                    format!("lines {}-{}{leg}", range.start + 1, range.end)
                };
                Row {
                    layer: Layer::Body,
                    place,
                    kind,
                    a: shown(self.a, &a, &hunk.a),
                    b: shown(self.b, &b, &hunk.b),
                    why: kind_words(kind).to_owned(),
                    times: 1,
                    set_aside: None,
                }
            });
        }
        Some(())
    }

    fn bytes(&self, why: &str, work: &Work<'_>, collected: &mut Collected) {
        let Some(offset) = text::first_difference(&self.a.raw, &self.b.raw) else {
            return;
        };
        let shown = |body: &ReadBody| {
            let print = Fingerprint::of(&body.raw);
            let text = format!("{} bytes, SHA-256 {}", print.length, print.sha256);
            Some(Shown {
                bytes: print.length,
                ..Shown::plain(text)
            })
        };
        let why = format!("{why}; the first difference is at byte {offset}");
        add_whole(
            RowKind::Bytes,
            (shown(self.a), shown(self.b)),
            why,
            work,
            collected,
        );
    }

    fn charset_note(&self, work: &Work<'_>, collected: &mut Collected) {
        if !self.a.kind.is_text() || !self.b.kind.is_text() {
            return;
        }
        let described = |body: &ReadBody| {
            let mark = if body.text.starts_with(b"\xef\xbb\xbf") {
                " with a byte order mark"
            } else {
                ""
            };
            format!("{}{mark}", body.charset.name)
        };
        let (a, b) = (described(self.a), described(self.b));
        let same_bytes = self.a.raw == self.b.raw;
        if a != b && !same_bytes {
            let shown = (Some(Shown::plain(a)), Some(Shown::plain(b)));
            let why = "read as the text it is".to_owned();
            add_whole(RowKind::Charset, shown, why, work, collected);
        }
        for (leg, body) in [("A", self.a), ("B", self.b)] {
            if body.charset.lossy {
                collected.remarks.push(format!(
                    "The body of {leg} has bytes that are no {}",
                    body.charset.name
                ));
            }
        }
    }

    /// Puts what differs into what is volatile. `None` when cancelled.
    pub(super) fn note_volatile(
        &self,
        work: &Work<'_>,
        volatile: &mut super::volatile::Volatile,
    ) -> Option<()> {
        match self.way() {
            Way::Same => {}
            Way::Json(one, other) => {
                let walked = walk_json((one, other), 0, work, &mut |place, change| {
                    volatile.add_change(place, change);
                });
                match walked {
                    Ok(_) => {}
                    Err(Stop::Cancelled) => return None,
                    Err(Stop::TooMuchWork) => volatile.body = true,
                }
            }
            Way::Lines => {
                let (a, b) = (Lines::of(&self.a.text), Lines::of(&self.b.text));
                let hunks = text::differing(&a, &b, work.cancelled)?;
                volatile.lines = hunks.into_iter().map(|hunk| hunk.a).collect();
            }
            Way::Kind | Way::InvalidJson | Way::Bytes(_) => volatile.body = true,
        }
        Some(())
    }
}

/// A row about the whole body.
fn add_whole(
    kind: RowKind,
    (a, b): (Option<Shown>, Option<Shown>),
    why: String,
    work: &Work<'_>,
    collected: &mut Collected,
) {
    collected.add_row(Row {
        layer: Layer::Body,
        place: "body".to_owned(),
        kind,
        a,
        b,
        why,
        times: 1,
        set_aside: work.volatile.body.then_some(SetAside::Volatile),
    });
}

/// Something in front of the JSON on one side only keeps readers from reading it.
fn compare_prefixes(one: &Tape<'_>, other: &Tape<'_>, work: &Work<'_>, collected: &mut Collected) {
    let prefix = |tape: &Tape<'_>| {
        let front = &tape.text[..tape.range(0).start];
        let front = String::from_utf8_lossy(front).replace('\u{feff}', "");
        front.trim().to_owned()
    };
    let (a, b) = (prefix(one), prefix(other));
    if a != b {
        let shown = |text: String| (!text.is_empty()).then(|| Shown::plain(text));
        let kind = RowKind::Changed;
        let why = "a prefix before the JSON".to_owned();
        add_whole(kind, (shown(a), shown(b)), why, work, collected);
    }
}

/// How a body begins.
fn start(body: &ReadBody, work: &Work<'_>) -> Shown {
    let text = if body.kind.is_text() {
        work.show.lines(body.content_type.as_deref(), &body.text)
    } else {
        body.kind.to_string()
    };
    Shown {
        text: cut(text.as_bytes(), 200),
        shape: Shape::Plain,
        bytes: body.raw.len(),
        offset: Some(0),
    }
}

fn walk_json<'t>(
    (one, other): (&Tape<'t>, &Tape<'t>),
    most_same: usize,
    work: &Work<'_>,
    report: &mut dyn FnMut(&Place<'_, 't>, Change),
) -> Result<Vec<String>, Stop> {
    let depth = work.rules.list_rule_depth();
    let list_rule = |path: &[PathStep<'_>]| work.rules.list_rule(path);
    let options = WalkOptions {
        list_rule: if depth.is_some() {
            Some(&list_rule)
        } else {
            None
        },
        list_rule_depth: depth.unwrap_or_default(),
        most_steps: MOST_STEPS,
        most_same,
        cancelled: work.cancelled,
    };
    Ok(walk(one, other, &options, report)?.0)
}
