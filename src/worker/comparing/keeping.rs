//! What is kept of comparisons: a document in the history, with the entries of its exchanges, and the files that the user saves.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::app::comparing::{Compared, ComparedSide, ComparingEvent, SaveKind};
use crate::compare::latency::{LatencyReport, samples_csv};
use crate::compare::outcome::{Comparison, Layer};
use crate::compare::record::RunLeg;
use crate::compare::report::Report;
use crate::model::environment::{Environment, KeepHistory};
use crate::model::exchange::Exchange;
use crate::model::history::{HistoryId, HistoryKind, HistorySummary};
use crate::model::ids::ExchangeId;
use crate::model::masks::Masks;
use crate::model::request::RequestDraft;
use crate::store::withheld;

use super::super::core::Core;
use super::super::history;
use super::tell;

/// A comparison as the history keeps it: masked, with everything that its page shows but the bodies, which are entries of their own.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Kept {
    report: Report,
    draft: RequestDraft,
    a: Environment,
    b: Environment,
    /// The exchanges it was made from.
    entries: Vec<(RunLeg, HistoryId)>,
    started_at: Timestamp,
}

impl Kept {
    fn pack(&self) -> std::io::Result<Vec<u8>> {
        zstd::bulk::compress(&serde_json::to_vec(self)?, LEVEL)
    }

    fn unpack(document: &[u8]) -> std::io::Result<Self> {
        let document = zstd::bulk::decompress(document, LARGEST)?;
        Ok(serde_json::from_slice(&document)?)
    }
}

/// Documents are small and seldom written.
const LEVEL: i32 = 3;
/// What unpacks to more bytes is damaged.
const LARGEST: usize = 256 << 20;

/// Stands where an environment keeps heads only.
const NOT_KEPT: &str = "(not kept)";

/// Writes a comparison to the history, unless one of its environments keeps nothing.
pub(super) async fn keep(
    core: &Arc<Core>,
    workspace: PathBuf,
    compared: &Arc<Compared>,
    draft: &RequestDraft,
    entries: Vec<(RunLeg, HistoryId)>,
) {
    let sides = [&compared.a.environment, &compared.b.environment];
    if sides
        .iter()
        .any(|side| side.history == KeepHistory::Nothing)
    {
        return;
    }
    let mut comparison = (*compared.comparison).clone();
    if sides
        .iter()
        .any(|side| side.history == KeepHistory::HeadsOnly)
    {
        without_bodies(&mut comparison);
    }
    let known = masks_of(core, compared);
    let kept = Kept {
        report: Report {
            comparison,
            latency: None,
            run: Some(compared.run.clone()),
        },
        draft: withheld::without_credentials_with(draft, &known),
        a: withheld::withhold_environment_with(sides[0], &known).0,
        b: withheld::withhold_environment_with(sides[1], &known).0,
        entries,
        started_at: compared.started_at,
    };
    let document = match kept.pack() {
        Ok(document) => document,
        Err(error) => {
            tracing::warn!(%error, "a comparison could not be written");
            return;
        }
    };
    let summary = summary(compared, &kept);
    if let Some(id) = history::put(core, workspace, summary, document).await {
        let job = compared.job;
        tell(core, ComparingEvent::Kept { job, id });
    }
}

fn masks_of(core: &Core, compared: &Compared) -> Masks {
    let mut masks = core.known();
    let exchanges = [&compared.a.exchange, &compared.b.exchange, &compared.again];
    for exchange in exchanges.into_iter().flatten() {
        masks.extend(&exchange.masks);
    }
    masks
}

fn without_bodies(comparison: &mut Comparison) {
    for row in comparison.rows.iter_mut().chain(&mut comparison.same) {
        if row.layer == Layer::Body {
            for shown in [&mut row.a, &mut row.b].into_iter().flatten() {
                NOT_KEPT.clone_into(&mut shown.text);
            }
        }
    }
}

fn summary(compared: &Compared, kept: &Kept) -> HistorySummary {
    let comparison = &kept.report.comparison;
    let sent = comparison.requests.a.as_ref();
    HistorySummary {
        kind: HistoryKind::Comparison,
        request: Some(kept.draft.id.clone()).filter(|id| !id.0.is_empty()),
        environment: kept.a.id.clone(),
        environment_name: format!("{} | {}", kept.a.name, kept.b.name),
        environment_colour: kept.a.colour,
        leg: None,
        method: compared.run.method.clone(),
        path: kept.draft.path.clone(),
        url: sent.map(|sent| sent.url.clone()).unwrap_or_default(),
        status: None,
        error: None,
        answered_by: Some(comparison.verdict.headline.clone()),
        started_at: compared.started_at,
        total: compared
            .a
            .exchange
            .as_ref()
            .map(|exchange| exchange.total)
            .unwrap_or_default(),
        wire_bytes: 0,
        decoded_bytes: 0,
    }
}

/// Puts samples beside a comparison of the history; nothing happens when it is not there any more.
pub(super) async fn add_samples(core: Arc<Core>, id: HistoryId, latency: Arc<LatencyReport>) {
    let Some(document) = history::document(&core, id, HistoryKind::Comparison).await else {
        return;
    };
    let written = Kept::unpack(&document).and_then(|mut kept| {
        kept.report.latency = Some((*latency).clone());
        kept.pack()
    });
    match written {
        Ok(document) => history::replace(&core, id, document).await,
        Err(error) => tracing::warn!(%error, "samples could not be added to their comparison"),
    }
}

/// Reads a comparison out of the history, with its exchanges as far as they are still there.
pub(super) async fn reopen(core: Arc<Core>, id: HistoryId, exchanges: [ExchangeId; 3]) {
    let not_there = |text: &str, hint: &str| ComparingEvent::NotReopened {
        text: text.to_owned(),
        hint: hint.to_owned(),
    };
    let Some(document) = history::document(&core, id, HistoryKind::Comparison).await else {
        let hint = "It was deleted, or the limits in the settings left no room for it";
        tell(
            &core,
            not_there("This comparison is not in the history any more", hint),
        );
        return;
    };
    let kept = match Kept::unpack(&document) {
        Ok(kept) => kept,
        Err(error) => {
            tracing::warn!(%error, "a comparison of the history could not be read");
            let hint = "It may have been written by a newer Gatescope";
            tell(&core, not_there("This comparison cannot be read", hint));
            return;
        }
    };
    let mut found: [Option<Arc<Exchange>>; 3] = [None, None, None];
    for (leg, entry) in &kept.entries {
        let index = *leg as usize;
        found[index] = history::exchange(&core, *entry, exchanges[index])
            .await
            .map(Arc::new);
    }
    let [a, b, again] = found;
    let run = kept
        .report
        .run
        .unwrap_or_else(|| crate::compare::record::RunRecord {
            method: kept.draft.method.clone(),
            order: crate::compare::record::LegOrder::default(),
            tokens: crate::compare::record::TokenUse::default(),
            sent: vec![RunLeg::A, RunLeg::B],
        });
    let compared = Arc::new(Compared {
        // The first of the new ids: nothing else is under way under it.
        job: exchanges[0],
        comparison: Arc::new(kept.report.comparison),
        run,
        a: ComparedSide {
            environment: Arc::new(kept.a),
            exchange: a,
        },
        b: ComparedSide {
            environment: Arc::new(kept.b),
            exchange: b,
        },
        again,
        started_at: kept.started_at,
        past: Some(id),
        latency: kept.report.latency.map(Arc::new),
    });
    let draft = Box::new(kept.draft);
    tell(
        &core,
        ComparingEvent::Reopened {
            id,
            draft,
            compared: Arc::clone(&compared),
        },
    );
    super::lay_out(&core, &compared).await;
}

/// Writes a report or the samples where the user said.
pub(super) fn save(core: &Core, report: &Report, kind: SaveKind, path: PathBuf) {
    let text = match kind {
        SaveKind::Report(format) => report.text(format),
        SaveKind::Samples => {
            let samples = report.latency.as_ref().map(|latency| &latency.samples[..]);
            samples_csv(samples.unwrap_or_default())
        }
    };
    tell(
        core,
        match write(&path, text.as_bytes()) {
            Ok(()) => ComparingEvent::Written { path },
            Err(text) => ComparingEvent::NotWritten { path, text },
        },
    );
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    crate::store::atomic::write(path, bytes, crate::store::atomic::Access::AsBefore)
        .map_err(|error| error.text)
}
