//! The two-answer core: layer by layer from "did both answer" to the verdict. And what is volatile between an answer and the same answer again.

use super::applied::AppliedRules;
use super::body::{Bodies, ReadBody};
use super::collect::{Collected, Work};
use super::expected::Expectations;
use super::headers::{compare_headers, differing_names};
use super::json::{Tape, TapeError};
use super::latency::LegTiming;
use super::media;
use super::obstacle::obstacle;
use super::outcome::{
    Comparison, Counts, Layer, LayerOutcome, LayerResult, Obstacle, Row, RowKind, SCHEMA, Shown,
    SideSummary, VolatileState,
};
use super::present::Presenter;
use super::requests::compare_requests;
use super::side::{Leg, Side};
use super::status::Status;
use super::verdict::{Grounds, count};
use super::volatile::Volatile;
use crate::model::exchange::Response;
use crate::model::rules::RuleSet;

/// How a comparison is done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// Secrets stay readable in the result: only when the user asked for it.
    pub show_secrets: bool,
}

/// Compares two answers. `volatile` is an argument: the core itself is the same in both directions.
/// `None` when cancelled.
#[must_use]
pub fn compare(
    a: &Side<'_>,
    b: &Side<'_>,
    volatile: &Volatile,
    rules: &RuleSet,
    options: Options,
    cancelled: &dyn Fn() -> bool,
) -> Option<Comparison> {
    let rules = AppliedRules::new(rules);
    let show = Presenter::new(&[a, b], options.show_secrets);
    let expected = Expectations::of(a, b);
    let work = Work {
        rules: &rules,
        volatile,
        expected: &expected,
        show: &show,
        cancelled,
    };
    let mut collected = Collected::default();
    let bodies = (read_body(a), read_body(b));
    let tapes = (
        tape(bodies.0.as_ref(), cancelled),
        tape(bodies.1.as_ref(), cancelled),
    );
    if cancelled() {
        return None;
    }
    let statuses = (status(a, tapes.0.as_ref()), status(b, tapes.1.as_ref()));
    let obstacle = obstacle((a, statuses.0), (b, statuses.1));
    if let (Some(one), Some(other)) = (a.response(), b.response()) {
        add_status((statuses.0, statuses.1), &work, &mut collected);
        compare_headers(
            (a, b),
            (&one.headers, &other.headers),
            &work,
            &mut collected,
        );
    }
    if let (Some(one), Some(other)) = (&bodies.0, &bodies.1) {
        let media_types = (one.content_type.as_deref(), other.content_type.as_deref());
        media::compare_media_types(media_types.0, media_types.1, &work, &mut collected);
        if are_whole(obstacle) {
            let bodies = Bodies {
                sides: (a, b),
                a: one,
                b: other,
                tapes: (&tapes.0, &tapes.1),
            };
            bodies.compare(&work, &mut collected)?;
        }
    }
    let summaries = (summary(a, statuses.0, &show), summary(b, statuses.1, &show));
    let requests = compare_requests(a, b, &show);
    let layers = layers((&summaries.0, &summaries.1), obstacle, &collected);
    let counts = layers
        .iter()
        .fold(Counts::default(), |counts, layer| counts.plus(layer.counts));
    let grounds = Grounds {
        a: &summaries.0,
        b: &summaries.1,
        obstacle,
        counts,
        collected: &collected,
        requests: &requests,
        expected: &expected,
        volatile: volatile.state(),
    };
    let verdict = grounds.verdict();
    let set_aside = collected.uses(&rules);
    let mut rows = collected.rows;
    rows.sort_by_key(|row| row.layer);
    let mut same = collected.same;
    same.sort_by_key(|row| row.layer);
    Some(Comparison {
        schema: SCHEMA,
        verdict,
        a: summaries.0,
        b: summaries.1,
        layers,
        rows,
        rows_left_out: collected.left_out,
        same,
        counts,
        set_aside,
        unused_rules: rules.unused(),
        requests,
        volatile: volatile.state().clone(),
        remarks: collected.remarks,
    })
}

/// What differs between A and the same request to A again. `None` when cancelled.
#[must_use]
pub fn volatile_places(
    a: &Side<'_>,
    again: &Side<'_>,
    rules: &RuleSet,
    cancelled: &dyn Fn() -> bool,
) -> Option<Volatile> {
    let rules = AppliedRules::new(rules);
    let bodies = (read_body(a), read_body(again));
    let tapes = (
        tape(bodies.0.as_ref(), cancelled),
        tape(bodies.1.as_ref(), cancelled),
    );
    let statuses = (status(a, tapes.0.as_ref()), status(again, tapes.1.as_ref()));
    if let Some(because) = unusable((a, statuses.0), (again, statuses.1)) {
        return Some(Volatile::unusable(because));
    }
    let (Some(one), Some(other)) = (a.response(), again.response()) else {
        return Some(Volatile::unusable("A gave no answer"));
    };
    let mut volatile = Volatile {
        headers: differing_names(&one.headers, &other.headers)
            .into_iter()
            .collect(),
        ..Volatile::default()
    };
    let work = Work {
        rules: &rules,
        volatile: &Volatile::default(),
        expected: &Expectations::default(),
        show: &Presenter::default(),
        cancelled,
    };
    if let (Some(one), Some(other)) = (&bodies.0, &bodies.1) {
        let media_types = (one.content_type.as_deref(), other.content_type.as_deref());
        volatile.media_type = media::difference(media_types.0, media_types.1).is_some();
        let bodies = Bodies {
            sides: (a, again),
            a: one,
            b: other,
            tapes: (&tapes.0, &tapes.1),
        };
        bodies.note_volatile(&work, &mut volatile)?;
    }
    if cancelled() {
        return None;
    }
    volatile.state = VolatileState::Known {
        places: volatile.places(),
    };
    Some(volatile)
}

/// Why A again tells nothing about what changes by itself.
fn unusable(a: (&Side<'_>, Option<Status>), again: (&Side<'_>, Option<Status>)) -> Option<String> {
    let Some(second) = again.1 else {
        return Some("A did not answer when it was asked again".to_owned());
    };
    let first = a.1?;
    if first.effective != second.effective {
        return Some(format!(
            "A answered {} first and {} when it was asked again",
            first.effective, second.effective
        ));
    }
    let cut_off = again
        .0
        .response()
        .is_some_and(|response| response.body.incomplete.is_some());
    cut_off.then(|| "the second answer of A did not arrive whole".to_owned())
}

fn read_body(side: &Side<'_>) -> Option<ReadBody> {
    side.response().map(ReadBody::of)
}

fn tape<'t>(
    body: Option<&'t ReadBody>,
    cancelled: &dyn Fn() -> bool,
) -> Option<Result<Tape<'t>, TapeError>> {
    body?.tape(cancelled)
}

fn status(side: &Side<'_>, tape: Option<&Result<Tape<'_>, TapeError>>) -> Option<Status> {
    let tape = tape.and_then(|tape| tape.as_ref().ok());
    Some(Status::of(side.response()?.status, tape))
}

fn are_whole(obstacle: Option<Obstacle>) -> bool {
    !matches!(
        obstacle,
        Some(Obstacle::Incomplete(_) | Obstacle::Cancelled(_))
    )
}

fn add_status(
    statuses: (Option<Status>, Option<Status>),
    work: &Work<'_>,
    collected: &mut Collected,
) {
    let (Some(a), Some(b)) = statuses else {
        return;
    };
    if a == b {
        return;
    }
    let shown = |status: Status| {
        Some(Shown::plain(if status.is_masked() {
            format!("{} ({} in the body)", status.sent, status.effective)
        } else {
            status.sent.to_string()
        }))
    };
    let (kind, why, set_aside) = if a.effective == b.effective {
        let masked = if a.is_masked() {
            (Leg::A, a)
        } else {
            (Leg::B, b)
        };
        (
            RowKind::StatusMasked,
            format!("masked on {}", masked.0),
            work.expected
                .status(masked.0, masked.1.sent, masked.1.effective),
        )
    } else {
        (RowKind::Changed, "another status".to_owned(), None)
    };
    collected.add_row(Row {
        layer: Layer::Status,
        place: "status".to_owned(),
        kind,
        a: shown(a),
        b: shown(b),
        why,
        times: 1,
        set_aside,
    });
}

fn summary(side: &Side<'_>, status: Option<Status>, show: &Presenter) -> SideSummary {
    let exchange = side.exchange;
    let response = side.response();
    let body = response.map(|response| &response.body);
    let error = exchange
        .error
        .as_ref()
        .or_else(|| exchange.answer()?.error.as_ref())
        .map(|error| show.text(&error.text))
        .or_else(|| {
            let problem = body?.incomplete.as_ref()?;
            Some(problem.to_string())
        });
    let media_type = |response: &Response| {
        crate::model::exchange::header(&response.headers, "content-type")
            .map(|field| show.text(&field.text()))
            .unwrap_or_default()
    };
    SideSummary {
        environment: side.environment.id.to_string(),
        environment_name: side.environment.name.clone(),
        answered: side.answered.clone(),
        started_at: exchange.started_at.to_string(),
        status: status.map(|status| status.sent),
        reason: response
            .map(|response| response.reason.clone())
            .unwrap_or_default(),
        effective_status: status.map(|status| status.effective),
        error,
        media_type: response.map(media_type).unwrap_or_default(),
        wire_bytes: body.map_or(0, |body| body.wire.len()),
        decoded_bytes: body.map_or(0, |body| body.decoded.len()),
        codings: body.map(|body| body.codings.clone()).unwrap_or_default(),
        timing: LegTiming::of_exchange(exchange),
    }
}

fn layers(
    sides: (&SideSummary, &SideSummary),
    obstacle: Option<Obstacle>,
    collected: &Collected,
) -> Vec<LayerResult> {
    let (a, b) = sides;
    let both = a.status.is_some() && b.status.is_some();
    let result = |layer: Layer| {
        let counts = collected.counts(layer);
        let outcome = match layer {
            Layer::Reachable if both => LayerOutcome::Same,
            Layer::Reachable => LayerOutcome::Different,
            Layer::Timing => LayerOutcome::Informative,
            _ if !both => LayerOutcome::NotCompared,
            Layer::Body if !are_whole(obstacle) => LayerOutcome::NotCompared,
            Layer::WhoAnswered if matches!(obstacle, Some(Obstacle::GatewayAnswered(_))) => {
                LayerOutcome::Different
            }
            _ if counts.differences > 0 => LayerOutcome::Different,
            _ if counts != Counts::default() => LayerOutcome::SetAside,
            _ => LayerOutcome::Same,
        };
        LayerResult {
            layer,
            outcome,
            counts,
            text: layer_text(layer, outcome, sides, counts),
        }
    };
    Layer::ALL.into_iter().map(result).collect()
}

fn layer_text(
    layer: Layer,
    outcome: LayerOutcome,
    (a, b): (&SideSummary, &SideSummary),
    counts: Counts,
) -> String {
    let both = |a: String, b: String| {
        if a == b {
            format!("{a} on both sides")
        } else {
            format!("{a} on A, {b} on B")
        }
    };
    match layer {
        Layer::Reachable => {
            let reached = |side: &SideSummary| match side.status {
                Some(_) => "answered".to_owned(),
                None => side
                    .error
                    .clone()
                    .unwrap_or_else(|| "nothing came back".to_owned()),
            };
            both(reached(a), reached(b))
        }
        Layer::Timing => {
            if a.status.is_none() || b.status.is_none() {
                return "one side has no time to compare".to_owned();
            }
            let apart = b.timing.total_ms - a.timing.total_ms;
            let word = if apart < 0.0 { "shorter" } else { "longer" };
            format!("B took {:.1} ms {word}, in one request each", apart.abs())
        }
        _ if outcome == LayerOutcome::NotCompared => "not compared".to_owned(),
        Layer::WhoAnswered => {
            let name = |side: &SideSummary| {
                if side.answered.text.is_empty() {
                    "not known".to_owned()
                } else {
                    side.answered.text.clone()
                }
            };
            both(name(a), name(b))
        }
        Layer::Status => {
            let told = |side: &SideSummary| match (side.status, side.effective_status) {
                (Some(sent), Some(effective)) if sent != effective => {
                    format!("{effective} behind {sent}")
                }
                (Some(sent), _) => sent.to_string(),
                (None, _) => String::new(),
            };
            both(told(a), told(b))
        }
        Layer::MediaType => {
            let name = |side: &SideSummary| {
                if side.media_type.is_empty() {
                    "none".to_owned()
                } else {
                    side.media_type.clone()
                }
            };
            both(name(a), name(b))
        }
        Layer::Headers | Layer::Body => counts_text(counts),
    }
}

fn counts_text(counts: Counts) -> String {
    let parts = [
        (counts.differences, "difference", "differences"),
        (counts.notes, "note", "notes"),
        (counts.suppressed(), "set aside", "set aside"),
        (counts.built_in, "in every answer", "in every answer"),
    ];
    let told: Vec<String> = parts
        .into_iter()
        .filter(|(number, ..)| *number > 0)
        .map(|(number, one, many)| count(number, one, many))
        .collect();
    if told.is_empty() {
        "the same".to_owned()
    } else {
        told.join(", ")
    }
}
