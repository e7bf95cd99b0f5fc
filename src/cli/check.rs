//! `gatescope check`: one line a step as it is done, what was seen below it, and the whole in the end; or the report as JSON.

use std::path::Path;

use crate::app::checking::{CheckRequest, CheckingCommand, CheckingEvent, can_check};
use crate::app::command::Command;
use crate::app::event::Event;
use crate::compare::report::ReportFormat;
use crate::model::environment::{Environment, Target};
use crate::model::sandbox_environments::every_sandbox_environment;
use crate::runs::check::outcome::{Outcome, StepResult};
use crate::runs::check::report::{CheckReport, Verdict};
use crate::runs::check::{region_behind, twin};

use super::arguments::CheckArguments;
use super::failure::{Exit, Failure};
use super::session::{EXCHANGE, Session};
use super::{environment_routes, tell, terminal};

pub(super) fn run(arguments: &CheckArguments, mut session: Session) -> Exit {
    let checked = checked(arguments, &mut session);
    let exit = match checked {
        Ok(report) => {
            if arguments.json {
                terminal::print_json(&serde_json::to_value(&*report).unwrap_or_default());
            } else {
                conclusion(&report);
            }
            match arguments.report.as_deref() {
                Some(path) => saved(&mut session, path, &report)
                    .map_or_else(|failure| tell(&failure, false), |()| exit_of(&report)),
                None => exit_of(&report),
            }
        }
        Err(failure) => tell(&failure, arguments.json),
    };
    session.end(false);
    exit
}

fn exit_of(report: &CheckReport) -> Exit {
    match report.verdict {
        _ if report.cancelled => Exit::Cancelled,
        Verdict::Passed => Exit::Holds,
        Verdict::Failed => Exit::Missed,
        Verdict::NoVerdict => Exit::NoVerdict,
    }
}

fn checked(
    arguments: &CheckArguments,
    session: &mut Session,
) -> Result<std::sync::Arc<CheckReport>, Failure> {
    if let Some(path) = &arguments.report {
        format_of(path)?;
    }
    let request = request(arguments, session)?;
    if !arguments.json {
        terminal::note(&format!(
            "note: checks {}, {}; sends GET, and POST to the login route{}",
            request.gateway.name,
            request.direct.as_ref().map_or_else(
                || "without a direct environment to compare with".to_owned(),
                |direct| format!("compared with {}", direct.name)
            ),
            if arguments.allow_writes {
                ", and one POST with a body"
            } else {
                ""
            },
        ));
    }
    if !arguments.json {
        let region = region_behind(&request.gateway, &request.all);
        environment_routes::print_warnings(&request.gateway, region);
    }
    session
        .worker
        .send(Command::Checking(CheckingCommand::Run(Box::new(request))));
    session.until(|event| match event {
        Event::Checking(CheckingEvent::Step { run, result, .. }) if run == EXCHANGE => {
            if !arguments.json {
                print(&result);
            }
            None
        }
        Event::Checking(CheckingEvent::Asking { run, resting, .. })
            if run == EXCHANGE && !resting.is_empty() =>
        {
            terminal::note(&format!("note: resting for {resting}"));
            None
        }
        Event::Checking(CheckingEvent::Ended { run, report }) if run == EXCHANGE => Some(report),
        _ => None,
    })
}

fn request(arguments: &CheckArguments, session: &mut Session) -> Result<CheckRequest, Failure> {
    let gateway = session.environment(&arguments.environment)?;
    if !can_check(&gateway) {
        return Err(Failure::usage(
            format!(
                "`{}` goes to a region directly: only gateways are checked",
                gateway.id
            ),
            "Name a gateway with --env, and the region with --against",
        ));
    }
    let mut all = every_sandbox_environment();
    if gateway.sandbox.is_none() || arguments.against.is_some() {
        all.extend(session.open()?.environments);
    }
    let direct = match &arguments.against {
        Some(name) => Some(named_direct(name, &all)?),
        None => twin(&gateway, &all).cloned(),
    };
    Ok(CheckRequest {
        run: EXCHANGE,
        gateway,
        direct,
        all,
        allow_writes: arguments.allow_writes,
        echo_path: arguments.echo_path.clone(),
        latency_pairs: usize::from(arguments.samples),
    })
}

fn named_direct(name: &str, all: &[Environment]) -> Result<Environment, Failure> {
    let found = all.iter().find(|known| known.id.as_str() == name);
    let Some(found) = found else {
        return Err(Failure::usage(
            format!("No environment is called `{name}`"),
            "gatescope env list shows them",
        ));
    };
    if matches!(found.target, Target::Direct { .. }) {
        Ok(found.clone())
    } else {
        Err(Failure::usage(
            format!(
                "`{name}` is a gateway too: --against wants one that goes to a region directly"
            ),
            "",
        ))
    }
}

fn format_of(path: &Path) -> Result<ReportFormat, Failure> {
    ReportFormat::of_file(&path.to_string_lossy()).ok_or_else(|| {
        Failure::usage(
            format!("`{}` has no ending that says what to write", path.display()),
            "Use .md, .json or .html",
        )
    })
}

fn saved(session: &mut Session, path: &Path, report: &CheckReport) -> Result<(), Failure> {
    let format = format_of(path)?;
    session
        .worker
        .send(Command::Checking(CheckingCommand::Save {
            text: report.write(format),
            path: path.to_owned(),
        }));
    session.until(|event| match event {
        Event::Checking(CheckingEvent::Saved { .. }) => Some(Ok(())),
        Event::Checking(CheckingEvent::NotSaved { path, text }) => Some(Err(Failure::new(
            Exit::NoVerdict,
            format!(
                "The report could not be written to {}: {text}",
                path.display()
            ),
            "Choose another place",
        ))),
        _ => None,
    })?
}

/// The longest of `Outcome::words`.
const WIDTH: usize = 19;

fn print(step: &StepResult) {
    let time = step
        .took_ms
        .map_or_else(String::new, |took| format!("  ({took:.0} ms)"));
    terminal::line(&format!(
        "{:WIDTH$}  {}{time}",
        step.outcome.words(),
        step.title
    ));
    let below = |text: &str| terminal::line(&format!("{:WIDTH$}  {text}", ""));
    for seen in &step.evidence {
        below(&format!("  {seen}"));
    }
    if !step.means.is_empty() && step.outcome != Outcome::Passed {
        below(&step.means);
    }
    for words in &step.tries {
        below(&format!("Try: {words}"));
    }
    for id in &step.request_ids {
        below(&format!("{}: {}", id.name, id.value));
    }
}

fn conclusion(report: &CheckReport) {
    terminal::line("");
    terminal::line(&format!(
        "{}, {} requests in {} ms",
        report.headline(),
        report.requests,
        report.took_ms
    ));
    if !report.faults.is_empty() {
        let faults: Vec<&str> = report.faults.iter().map(|fault| fault.words()).collect();
        terminal::line(&format!("Found: {}", faults.join(", ")));
    }
    if report.verdict == Verdict::NoVerdict && !report.cancelled {
        terminal::line("No verdict: no request reached the API, so nothing is known about it");
        terminal::line("Try: Give the environment its credentials, then check again");
    }
}
