//! `gatescope compare`: one request, two environments, one verdict, with or without samples of the latency.

use std::path::Path;
use std::sync::Arc;

use crate::app::command::Command;
use crate::app::comparing::{
    Alignment, CompareCommand, Compared, ComparingCommand, ComparingEvent, ComparingOptions,
    NotStarted, SampleCommand,
};
use crate::app::event::{Event, NotSent};
use crate::compare::latency::{LatencyReport, samples_csv};
use crate::compare::outcome::Obstacle;
use crate::compare::record::{LegOrder, TokenUse};
use crate::compare::report::{Report, ReportFormat};
use crate::compare::{Leg, VerdictKind};
use crate::model::environment::Environment;
use crate::model::ids::ExchangeId;
use crate::runs::comparison::StopReason;
use crate::runs::sampling::{SamplingEnd, SamplingRefused};

use super::arguments::{CompareArguments, TokenSide};
use super::failure::{Exit, Failure};
use super::session::Session;
use super::{comparison_text, draft, tell, terminal};

/// The comparison; its exchanges have the next numbers.
const COMPARISON: ExchangeId = ExchangeId(1);
const EXCHANGES: [ExchangeId; 3] = [ExchangeId(2), ExchangeId(3), ExchangeId(4)];
const SAMPLING: ExchangeId = ExchangeId(5);

pub(super) fn run(arguments: &CompareArguments, mut session: Session) -> Exit {
    let exit = match compare(arguments, &mut session) {
        Ok(exit) => exit,
        Err(failure) => tell(&failure, arguments.json),
    };
    session.end(arguments.json);
    exit
}

fn compare(arguments: &CompareArguments, session: &mut Session) -> Result<Exit, Failure> {
    // A name that cannot be written is told before anything is sent.
    let formats = formats(arguments)?;
    let draft = draft::draft(&arguments.request, session)?;
    let ([a, b], rules) = session.two_environments([&arguments.a, &arguments.b])?;
    if a.id == b.id {
        return Err(Failure::usage(
            format!("A and B are the same environment, `{}`", a.id),
            "Name another one with --b",
        ));
    }
    let mut command = CompareCommand {
        job: COMPARISON,
        exchanges: EXCHANGES,
        draft,
        a,
        b,
        confirmed: false,
        reading_operations: session.settings.reading_operations.clone(),
        options: options(arguments),
        rules,
        dynamics: None,
        show_secrets: arguments.show_secrets,
    };
    let compared = send(arguments, session, &mut command)?;
    let mut report = Report {
        comparison: (*compared.comparison).clone(),
        latency: None,
        run: Some(compared.run.clone()),
    };
    let mut exit = exit_of(&report);
    let mut end = None;
    if let Some(pairs) = arguments.samples {
        if report.comparison.verdict.kind == VerdictKind::NotComparable {
            terminal::note("note: no samples were taken, because the answers are not comparable");
        } else {
            let sampled = sample(session, &command, usize::from(pairs))?;
            if sampled.0 == SamplingEnd::Cancelled {
                exit = Exit::Cancelled;
            }
            report.latency = Some((*sampled.1).clone());
            end = Some(sampled.0).filter(|end| *end != SamplingEnd::Complete);
        }
    }
    if arguments.json {
        terminal::print_json(&serde_json::to_value(&report).unwrap_or_default());
    } else {
        comparison_text::print(&report, arguments.all);
    }
    if let Some(end) = end {
        terminal::note(&format!("note: sampling ended early: {end}"));
    }
    write_files(arguments, &formats, &report)?;
    Ok(exit)
}

fn options(arguments: &CompareArguments) -> ComparingOptions {
    ComparingOptions {
        order: if arguments.parallel {
            LegOrder::AtOnce
        } else {
            LegOrder::OneAfterTheOther
        },
        tokens: match arguments.one_token {
            None => TokenUse::Own,
            Some(TokenSide::A) => TokenUse::OneForBoth(Leg::A),
            Some(TokenSide::B) => TokenUse::OneForBoth(Leg::B),
        },
        alignment: match (&arguments.by_key, arguments.in_order) {
            (Some(key), _) => Alignment::ByKey(key.clone()),
            (None, true) => Alignment::InOrder,
            (None, false) => Alignment::Automatic,
        },
    }
}

fn formats(arguments: &CompareArguments) -> Result<Vec<ReportFormat>, Failure> {
    arguments
        .reports
        .iter()
        .map(|path| {
            ReportFormat::of_file(&path.to_string_lossy()).ok_or_else(|| {
                Failure::usage(
                    format!(
                        "--report: {} ends in none of .md, .json and .html",
                        path.display()
                    ),
                    "Nothing was sent",
                )
            })
        })
        .collect()
}

/// Compares; asks where a person can be asked.
fn send(
    arguments: &CompareArguments,
    session: &mut Session,
    command: &mut CompareCommand,
) -> Result<Arc<Compared>, Failure> {
    loop {
        let sending = ComparingCommand::Compare(Box::new(command.clone()));
        session.worker.send(Command::Comparing(sending));
        let ended = session.until(|event| match event {
            Event::Comparing(ComparingEvent::Done { job, compared }) if job == COMPARISON => {
                Some(Ok(compared))
            }
            Event::Comparing(ComparingEvent::Stopped { job, reason }) if job == COMPARISON => {
                Some(Err(Ended::Stopped(reason)))
            }
            Event::Comparing(ComparingEvent::NotStarted { job, reason }) if job == COMPARISON => {
                Some(Err(Ended::NotStarted(Box::new(reason))))
            }
            _ => None,
        })?;
        match ended {
            Ok(compared) => return Ok(compared),
            Err(Ended::Stopped(reason)) => return Err(stopped(reason)),
            Err(Ended::NotStarted(reason)) => go_on(arguments, command, *reason)?,
        }
    }
}

enum Ended {
    Stopped(StopReason),
    NotStarted(Box<NotStarted>),
}

fn stopped(reason: StopReason) -> Failure {
    match reason {
        StopReason::Cancelled => Failure::cancelled(),
        StopReason::NotConfirmed => Failure::usage(reason.to_string(), ""),
        StopReason::FirstFailed => Failure::new(
            Exit::NoVerdict,
            reason.to_string(),
            "Send it with `gatescope send` to A alone to see why",
        ),
    }
}

/// What was asked is answered by `--yes` or by the person; everything else is why nothing was sent.
fn go_on(
    arguments: &CompareArguments,
    command: &mut CompareCommand,
    reason: NotStarted,
) -> Result<(), Failure> {
    match reason {
        NotStarted::NeedsConfirmation(confirmation) => {
            if let Some(pairs) = arguments.samples {
                let refused = SamplingRefused::Unsafe(usize::from(pairs) * 2);
                return Err(Failure::usage(refused.to_string(), "Nothing was sent"));
            }
            let question = format!("{} {}", confirmation.title, confirmation.text);
            allowed(arguments, &question, "both environments will act on it")?;
            command.confirmed = true;
            Ok(())
        }
        NotStarted::Side {
            reason: NotSent::NeedsReadingConfirmation { operation, text },
            ..
        } => {
            allowed(arguments, &text, "its method is one that acts")?;
            command.reading_operations.push(operation);
            Ok(())
        }
        other => Err(not_started(other, [&command.a, &command.b])),
    }
}

fn allowed(arguments: &CompareArguments, question: &str, because: &str) -> Result<(), Failure> {
    if arguments.yes {
        return Ok(());
    }
    if !terminal::can_ask() {
        return Err(Failure::usage(
            format!("It needs --yes because {because}. {question}"),
            "Nothing was sent",
        ));
    }
    if terminal::ask(question) {
        Ok(())
    } else {
        Err(Failure::usage("Nothing was sent", ""))
    }
}

fn not_started(reason: NotStarted, sides: [&Environment; 2]) -> Failure {
    match reason {
        NotStarted::Failed { text, hint } => Failure::usage(text, hint),
        NotStarted::NeedsConfirmation(confirmation) => {
            Failure::usage(confirmation.text, "Nothing was sent")
        }
        NotStarted::Side { leg, reason } => Failure::not_sent(
            reason,
            match leg {
                Leg::A => sides[0],
                Leg::B => sides[1],
            },
        ),
    }
}

fn sample(
    session: &mut Session,
    command: &CompareCommand,
    pairs: usize,
) -> Result<(SamplingEnd, Arc<LatencyReport>), Failure> {
    let sampling = SampleCommand {
        job: SAMPLING,
        draft: command.draft.clone(),
        a: command.a.clone(),
        b: command.b.clone(),
        reading_operations: command.reading_operations.clone(),
        tokens: command.options.tokens,
        pairs,
        dynamics: None,
    };
    let sampling = ComparingCommand::Sample(Box::new(sampling));
    session.worker.send(Command::Comparing(sampling));
    let mut told = None;
    let ended = session.until(|event| match event {
        Event::Comparing(ComparingEvent::Sampled { job, end, latency }) if job == SAMPLING => {
            Some(Ok((end, latency)))
        }
        Event::Comparing(ComparingEvent::NotStarted { job, reason }) if job == SAMPLING => {
            Some(Err(reason))
        }
        Event::Comparing(ComparingEvent::SamplingProgress {
            waiting: Some(waiting),
            progress,
            ..
        }) if told.as_ref() != Some(&waiting) => {
            terminal::note(&format!(
                "{} of {} pairs; waiting: {waiting}",
                progress.measured, progress.of
            ));
            told = Some(waiting);
            None
        }
        _ => None,
    })?;
    ended.map_err(|reason| not_started(reason, [&command.a, &command.b]))
}

fn exit_of(report: &Report) -> Exit {
    let verdict = &report.comparison.verdict;
    match verdict.kind {
        VerdictKind::Identical | VerdictKind::Equivalent => Exit::Holds,
        VerdictKind::Different => Exit::Missed,
        VerdictKind::NotComparable => match verdict.obstacle {
            Some(Obstacle::Cancelled(_)) => Exit::Cancelled,
            _ => Exit::NoVerdict,
        },
    }
}

fn write_files(
    arguments: &CompareArguments,
    formats: &[ReportFormat],
    report: &Report,
) -> Result<(), Failure> {
    for (path, format) in arguments.reports.iter().zip(formats) {
        write(path, &report.text(*format), "--report")?;
    }
    if let (Some(path), Some(latency)) = (&arguments.csv, &report.latency) {
        write(path, &samples_csv(&latency.samples), "--csv")?;
    }
    Ok(())
}

fn write(path: &Path, text: &str, option: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| {
        Failure::usage(
            format!("{option}: {} cannot be written: {error}", path.display()),
            "Choose another file; the comparison itself was made",
        )
    })
}
