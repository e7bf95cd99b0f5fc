//! What happens with comparisons: they are started, asked about, judged again when a rule changes, and kept with their request.

mod questions;

use std::path::PathBuf;
use std::sync::Arc;

use crate::app::command::Command;
use crate::app::comparing::{
    CompareCommand, CompareStep, Compared, ComparingAction, ComparingCommand, ComparingEvent,
    Running, SampleCommand, Sampling, SaveKind, Subject, TabComparing, Waiting, why_not,
};
use crate::app::editing::EditingCommand;
use crate::app::event::StoredRules;
use crate::app::notices::NoticeKind;
use crate::app::state::{AppState, Leg};
use crate::app::undo::Change;
use crate::compare::Leg as CompareLeg;
use crate::compare::latency::LatencyReport;
use crate::compare::report::ReportFormat;
use crate::model::environment::Environment;
use crate::model::ids::{ExchangeId, RequestId};
use crate::model::request::RequestDraft;
use crate::model::rules::RuleSet;
use crate::runs::sampling::{SamplingEnd, SamplingProgress};

pub(super) use questions::{confirmed, not_confirmed, resume};
use questions::{not_started, stopped};

use super::sending::next_exchange;
use super::{notice, requests, start_sandbox, undo};

pub(super) fn on_action(state: &mut AppState, action: ComparingAction) -> Vec<Command> {
    match action {
        ComparingAction::Start => start(state),
        ComparingAction::Cancel => cancel(state),
        ComparingAction::StartSampling { pairs } => start_sampling(state, pairs),
        ComparingAction::CancelSampling => cancel_sampling(state),
        ComparingAction::ShowOptions(shown) => {
            state.comparing.options_shown = shown;
            Vec::new()
        }
        ComparingAction::SetOptions(options) => {
            let realigned = state.comparing.options.alignment != options.alignment;
            state.comparing.options = options;
            if realigned {
                judge_shown(state)
            } else {
                Vec::new()
            }
        }
        ComparingAction::IgnoreRow { row, choice } => ignore_row(state, row, choice),
        ComparingAction::SwitchRule { id, on } => {
            let mut rules = state.comparing.rules.clone();
            let verb = if on { "Switched on" } else { "Switched off" };
            if rules.switch(&id, on) {
                change_rules(state, rules, format!("{verb} the rule {id}"))
            } else {
                Vec::new()
            }
        }
        ComparingAction::DeleteRule { id } => {
            let mut rules = state.comparing.rules.clone();
            rules.own.retain(|rule| rule.id != id);
            change_rules(state, rules, format!("Deleted the rule {id}"))
        }
        ComparingAction::Reopen(id) => {
            let exchanges = [(); 3].map(|()| next_exchange(state));
            vec![Command::Comparing(ComparingCommand::Reopen {
                id,
                exchanges,
            })]
        }
        ComparingAction::CopyMarkdown => copy_markdown(state),
        ComparingAction::AskWhereToSave(kind) => vec![Command::PickFile {
            purpose: crate::app::command::FilePurpose::SaveComparison(kind),
            request: None,
        }],
        ComparingAction::Save { path, kind } => save(state, path, kind),
        ComparingAction::Show => {
            if let Some(tab) = shown_tab(state) {
                tab.shown = true;
            }
            Vec::new()
        }
        ComparingAction::Close => {
            if let Some(tab) = shown_tab(state) {
                tab.shown = false;
            }
            Vec::new()
        }
    }
}

pub(super) fn on_event(state: &mut AppState, event: ComparingEvent) -> Vec<Command> {
    match event {
        ComparingEvent::Progress { job, step } => {
            if let Some(running) = running(state, job).and_then(|tab| tab.running.as_mut()) {
                running.step = step;
            }
        }
        ComparingEvent::Done { job, compared } => done(state, job, &compared),
        ComparingEvent::TextsReady { job, texts } => {
            if let Some(tab) = of_result(state, job) {
                tab.texts = Some(texts);
            }
        }
        ComparingEvent::Kept { job, id } => {
            if let Some(tab) = of_result(state, job) {
                tab.history = Some(id);
                // Samples that were taken before of the same request and sides stand on its page too.
                let latency = tab.latency.clone();
                let latency = latency.filter(|_| tab.samples_are_of_the_comparison());
                return latency.map_or_else(Vec::new, |latency| {
                    vec![Command::Comparing(ComparingCommand::KeepSamples {
                        id,
                        latency,
                    })]
                });
            }
        }
        ComparingEvent::Stopped { job, reason } => stopped(state, job, reason),
        ComparingEvent::NotStarted { job, reason } => not_started(state, job, reason),
        ComparingEvent::SamplingProgress {
            job,
            progress,
            waiting,
        } => {
            if let Some(sampling) = sampling(state, job).and_then(|tab| tab.sampling.as_mut()) {
                sampling.progress = progress;
                sampling.waiting = waiting;
            }
        }
        ComparingEvent::Sampled { job, end, latency } => {
            return sampling(state, job)
                .and_then(|tab| sampled(tab, end, latency))
                .into_iter()
                .collect();
        }
        ComparingEvent::Reopened {
            id: _,
            draft,
            compared,
        } => reopened(state, &draft, compared),
        ComparingEvent::NotReopened { text, hint } => {
            notice(state, NoticeKind::Warning, text, hint);
        }
        ComparingEvent::Written { path } => {
            let words = format!("Saved {}", path.display());
            notice(state, NoticeKind::Done, words, "");
        }
        ComparingEvent::NotWritten { path, text } => {
            let words = format!("{} was not saved: {text}", path.display());
            notice(state, NoticeKind::Failure, words, "Choose another place");
        }
    }
    Vec::new()
}

/// The tab of the open request, with whatever is known of its comparison.
fn open_tab(state: &mut AppState) -> Option<&mut TabComparing> {
    let request = state.active_tab()?.id().clone();
    Some(state.comparing.tabs.entry(request).or_default())
}

/// The open request's, when there is one.
fn shown_tab(state: &mut AppState) -> Option<&mut TabComparing> {
    let request = state.active_tab()?.id().clone();
    state.comparing.tabs.get_mut(&request)
}

fn running(state: &mut AppState, job: ExchangeId) -> Option<&mut TabComparing> {
    state.comparing.tabs.values_mut().find(|tab| {
        tab.running
            .as_ref()
            .is_some_and(|running| running.job == job)
    })
}

fn sampling(state: &mut AppState, job: ExchangeId) -> Option<&mut TabComparing> {
    state.comparing.tabs.values_mut().find(|tab| {
        tab.sampling
            .as_ref()
            .is_some_and(|sampling| sampling.job == job)
    })
}

/// Shows the samples, and adds them to the comparison of the history when they are of its request and environments.
fn sampled(
    tab: &mut TabComparing,
    end: SamplingEnd,
    latency: Arc<LatencyReport>,
) -> Option<Command> {
    let sampling = tab.sampling.take()?;
    tab.sampling_end = (end != SamplingEnd::Complete).then_some(end);
    if latency.samples.is_empty() {
        return None;
    }
    tab.latency = Some(Arc::clone(&latency));
    tab.sampled = Some(sampling.subject);
    let id = tab
        .history
        .filter(|_| tab.samples_are_of_the_comparison())?;
    Some(Command::Comparing(ComparingCommand::KeepSamples {
        id,
        latency,
    }))
}

fn of_result(state: &mut AppState, job: ExchangeId) -> Option<&mut TabComparing> {
    state
        .comparing
        .tabs
        .values_mut()
        .find(|tab| tab.done.as_ref().is_some_and(|done| done.job == job))
}

/// Both sides as they are now, or why there are none, which has been said then.
fn both_sides(state: &mut AppState) -> Option<(RequestDraft, Environment, Environment)> {
    if let Some(reason) = why_not(state) {
        notice(state, NoticeKind::Warning, "Not compared", reason);
        return None;
    }
    let draft = state.active_tab()?.draft.clone();
    let sides = Leg::BOTH.map(|leg| state.leg(leg).cloned());
    if let [Some(a), Some(b)] = sides {
        Some((draft, a, b))
    } else {
        let text = "The environment of A or B is not there any more";
        notice(
            state,
            NoticeKind::Warning,
            text,
            "Choose another one in the top bar",
        );
        None
    }
}

fn start(state: &mut AppState) -> Vec<Command> {
    let Some((draft, a, b)) = both_sides(state) else {
        return Vec::new();
    };
    let request = draft.id.clone();
    let command = CompareCommand {
        job: ExchangeId(0),
        exchanges: [ExchangeId(0); 3],
        draft,
        a,
        b,
        confirmed: false,
        reading_operations: state.settings.reading_operations.clone(),
        options: state.comparing.options.clone(),
        rules: state.comparing.rules.clone(),
        dynamics: None,
        show_secrets: false,
    };
    // What goes out is what is shown; what changed outside is shown from the next look on.
    std::iter::once(Command::CheckWorkspace)
        .chain(compare(state, &request, command))
        .collect()
}

/// Sends a captured command under new ids.
fn compare(state: &mut AppState, request: &RequestId, mut command: CompareCommand) -> Vec<Command> {
    command.job = next_exchange(state);
    command.exchanges = [(); 3].map(|()| next_exchange(state));
    let started_at = state.now;
    let tab = state.comparing.tabs.entry(request.clone()).or_default();
    tab.shown = true;
    tab.failure = None;
    tab.running = Some(Running {
        job: command.job,
        step: CompareStep::Preparing,
        started_at,
        cancelling: false,
        judges_again: false,
        subject: Some(Subject::new(&command.draft, &command.a, &command.b)),
    });
    tab.asked = Some(Waiting::Compare(request.clone(), Box::new(command.clone())));
    let mut commands = sandbox_for(state, [&command.a, &command.b]);
    commands.push(Command::Comparing(ComparingCommand::Compare(Box::new(
        command,
    ))));
    commands
}

fn sandbox_for(state: &mut AppState, sides: [&Environment; 2]) -> Vec<Command> {
    if sides.iter().any(|side| side.sandbox.is_some()) {
        start_sandbox(state).into_iter().collect()
    } else {
        Vec::new()
    }
}

fn cancel(state: &mut AppState) -> Vec<Command> {
    let Some(running) = shown_tab(state).and_then(|tab| tab.running.as_mut()) else {
        return Vec::new();
    };
    running.cancelling = true;
    vec![Command::Cancel {
        exchange: running.job,
    }]
}

fn start_sampling(state: &mut AppState, pairs: usize) -> Vec<Command> {
    let Some((draft, a, b)) = both_sides(state) else {
        return Vec::new();
    };
    let request = draft.id.clone();
    let command = SampleCommand {
        job: ExchangeId(0),
        draft,
        a,
        b,
        reading_operations: state.settings.reading_operations.clone(),
        tokens: state.comparing.options.tokens,
        pairs,
        dynamics: None,
    };
    sample(state, &request, command)
}

fn sample(state: &mut AppState, request: &RequestId, mut command: SampleCommand) -> Vec<Command> {
    command.job = next_exchange(state);
    let started_at = state.now;
    let tab = state.comparing.tabs.entry(request.clone()).or_default();
    tab.shown = true;
    tab.failure = None;
    tab.sampling_end = None;
    tab.sampling = Some(Sampling {
        job: command.job,
        progress: SamplingProgress {
            measured: 0,
            of: command.pairs,
            discarded: 0,
        },
        waiting: None,
        started_at,
        cancelling: false,
        subject: Subject::new(&command.draft, &command.a, &command.b),
    });
    tab.asked = Some(Waiting::Sample(request.clone(), Box::new(command.clone())));
    let mut commands = sandbox_for(state, [&command.a, &command.b]);
    commands.push(Command::Comparing(ComparingCommand::Sample(Box::new(
        command,
    ))));
    commands
}

fn cancel_sampling(state: &mut AppState) -> Vec<Command> {
    let Some(sampling) = shown_tab(state).and_then(|tab| tab.sampling.as_mut()) else {
        return Vec::new();
    };
    sampling.cancelling = true;
    vec![Command::Cancel {
        exchange: sampling.job,
    }]
}

/// What every action and every event may have changed for comparisons: environments, open tabs.
pub(super) fn follow_up(state: &mut AppState) -> Vec<Command> {
    if state.comparing.tabs.is_empty() {
        return Vec::new();
    }
    let mut commands = environments_may_have_changed(state);
    commands.extend(forget_closed(state));
    commands
}

/// Samplings whose environments are not what they were when they began come to their end.
fn environments_may_have_changed(state: &mut AppState) -> Vec<Command> {
    let mut edited = Vec::new();
    let under_way = state
        .comparing
        .tabs
        .values()
        .filter_map(|tab| tab.sampling.as_ref());
    for sampling in under_way.filter(|sampling| !sampling.cancelling) {
        let legs = [CompareLeg::A, CompareLeg::B];
        let changed = legs
            .into_iter()
            .zip(&sampling.subject.environments)
            .find(|(_, captured)| state.environment(&captured.id) != Some(captured));
        edited.extend(changed.map(|(leg, _)| (sampling.job, leg)));
    }
    let mut commands = Vec::new();
    for (job, leg) in edited {
        // Told once: the end comes as an event.
        if let Some(sampling) = sampling(state, job).and_then(|tab| tab.sampling.as_mut()) {
            sampling.cancelling = true;
        }
        let command = ComparingCommand::EnvironmentEdited { job, leg };
        commands.push(Command::Comparing(command));
    }
    commands
}

fn done(state: &mut AppState, job: ExchangeId, compared: &Arc<Compared>) {
    let Some(tab) = running(state, job) else {
        return;
    };
    let Some(running) = tab.running.take() else {
        return;
    };
    let is_new = !running.judges_again;
    if is_new {
        tab.history = None;
        tab.compared = running.subject;
        tab.drop_other_samples();
        tab.texts = None;
    }
    tab.done = Some(Arc::clone(compared));
    if is_new {
        let sides = [&compared.a.exchange, &compared.b.exchange, &compared.again];
        for exchange in sides.into_iter().flatten() {
            super::rate_limit(state, exchange);
        }
    }
}

fn ignore_row(state: &mut AppState, row: usize, choice: usize) -> Vec<Command> {
    let rule = shown_tab(state).and_then(|tab| {
        let done = tab.done.as_ref()?;
        let mut rules = done.comparison.rows.get(row)?.ignore_rules();
        (choice < rules.len()).then(|| rules.swap_remove(choice))
    });
    let Some(rule) = rule else {
        return Vec::new();
    };
    let mut rules = state.comparing.rules.clone();
    let words = format!("Ignoring {}", rule.place);
    rules.add(rule);
    change_rules(state, rules, words)
}

/// Changes the rules of the workspace as one step, which a notice offers to take back.
fn change_rules(state: &mut AppState, rules: RuleSet, words: String) -> Vec<Command> {
    if rules == state.comparing.rules {
        return Vec::new();
    }
    if state.comparing.rules_are_damaged {
        notice(
            state,
            NoticeKind::Failure,
            "The rules were not changed: rules.toml holds something that is not understood",
            "Mend the file in an editor first; its problems are listed in a notice",
        );
        return Vec::new();
    }
    if !requests::can_write(state, "The rules were not changed", "") {
        return Vec::new();
    }
    let change = Change::Rules(Box::new(rules));
    let (step, commands) = undo::perform(state, words.clone(), change);
    undo::tell(state, words, "", step);
    commands
}

/// Puts other rules in place: they are written, and the open comparison is judged by them.
pub(super) fn put_rules(state: &mut AppState, rules: RuleSet) -> (RuleSet, Vec<Command>) {
    let before = std::mem::replace(&mut state.comparing.rules, rules.clone());
    let mut commands = vec![Command::Comparing(ComparingCommand::SaveRules { rules })];
    commands.extend(judge_shown(state));
    (before, commands)
}

/// The rules as the workspace has them: what is shown is judged by them when they changed outside.
pub(super) fn rules_read(state: &mut AppState, rules: StoredRules) -> Vec<Command> {
    state.comparing.rules_are_damaged = rules.damaged;
    if state.comparing.rules == rules.set {
        return Vec::new();
    }
    state.comparing.rules = rules.set;
    judge_shown(state)
}

/// Judges the answers of the open comparison again, under the rules and options of now. Nothing is sent.
fn judge_shown(state: &mut AppState) -> Vec<Command> {
    let (rules, options) = (
        state.comparing.rules.clone(),
        state.comparing.options.clone(),
    );
    let started_at = state.now;
    let job = next_exchange(state);
    let Some(tab) = shown_tab(state).filter(|tab| {
        tab.running
            .as_ref()
            .is_none_or(|running| running.judges_again)
    }) else {
        return Vec::new();
    };
    let Some(compared) = tab.done.clone().filter(|done| done.has_answers()) else {
        return Vec::new();
    };
    let mut commands = Vec::new();
    if let Some(running) = &tab.running {
        commands.push(Command::Cancel {
            exchange: running.job,
        });
    }
    tab.running = Some(Running {
        job,
        step: CompareStep::Judging,
        started_at,
        cancelling: false,
        judges_again: true,
        subject: None,
    });
    commands.push(Command::Comparing(ComparingCommand::Judge {
        job,
        compared,
        rules,
        options,
    }));
    commands
}

fn copy_markdown(state: &mut AppState) -> Vec<Command> {
    let Some(report) = open_tab(state).and_then(|tab| tab.report()) else {
        return Vec::new();
    };
    notice(
        state,
        NoticeKind::Done,
        "The report is in the clipboard",
        "",
    );
    let text = report.text(ReportFormat::Markdown);
    vec![Command::Editing(EditingCommand::Copy(text))]
}

pub(super) fn save(state: &mut AppState, path: PathBuf, kind: SaveKind) -> Vec<Command> {
    let Some(report) = open_tab(state).and_then(|tab| tab.report()) else {
        notice(
            state,
            NoticeKind::Failure,
            "There is no comparison to save",
            "",
        );
        return Vec::new();
    };
    vec![Command::Comparing(ComparingCommand::Save {
        report: Arc::new(report),
        kind,
        path,
    })]
}

/// Shows a comparison out of the history in the tab of its request, or in a new one when that is not open.
fn reopened(state: &mut AppState, draft: &RequestDraft, compared: Arc<Compared>) {
    let request = draft.id.clone();
    if state.tab(&request).is_some() || state.stored(&request).is_some() {
        requests::open(state, &request);
    } else {
        let id = requests::unused_id(state);
        requests::add_tab(
            state,
            RequestDraft {
                id,
                ..draft.clone()
            },
        );
    }
    super::preferences::leave_page(state);
    let history = compared.past;
    let subject = Subject::new(draft, &compared.a.environment, &compared.b.environment);
    if let Some(tab) = open_tab(state) {
        // One that is under way goes on, and takes its place when it is done.
        let (running, sampling) = (tab.running.take(), tab.sampling.take());
        *tab = TabComparing {
            shown: true,
            running,
            sampling,
            latency: compared.latency.clone(),
            sampled: compared.latency.as_ref().map(|_| subject.clone()),
            compared: Some(subject),
            history,
            done: Some(compared),
            ..TabComparing::default()
        };
    }
}

/// Comparisons of requests that are not open any more are given up: they are in the history.
fn forget_closed(state: &mut AppState) -> Vec<Command> {
    let open: Vec<RequestId> = state.tabs.iter().map(|tab| tab.id().clone()).collect();
    let mut commands = Vec::new();
    state.comparing.tabs.retain(|request, tab| {
        let stays = open.contains(request);
        if !stays {
            commands.extend(tab.jobs().map(|exchange| Command::Cancel { exchange }));
        }
        stays
    });
    commands
}

#[cfg(test)]
mod tests;
