//! The gateway check in the window: it is started from the palette and the form, its steps stand where they appeared, and what they
//! offer does what it says.

use std::sync::Arc;

use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use gatescope::app::checking::{CheckRequest, CheckingCommand, CheckingEvent};
use gatescope::app::command::{Command, Drafts};
use gatescope::app::event::Event;
use gatescope::model::environment::{Environment, SandboxService, Target};
use gatescope::model::ids::ExchangeId;
use gatescope::model::note::Field;
use gatescope::model::sandbox_environments::sandbox_environments;
use gatescope::runs::check::outcome::{Fault, Outcome, StepKind, StepResult};
use gatescope::runs::check::{CheckPlan, CheckRun, Next};

use super::answers;
use super::fake::{Desk, repaint_delay, snapshot};
use super::scenes::at_work;

fn asked(desk: &Desk) -> CheckRequest {
    desk.commands()
        .into_iter()
        .find_map(|command| match command {
            Command::Checking(CheckingCommand::Run(request)) => Some(*request),
            _ => None,
        })
        .expect("a check is asked for")
}

fn step(desk: &mut Desk, run: ExchangeId, result: StepResult) {
    let exchanges = result
        .exchanges
        .iter()
        .map(|id| Arc::new(answers::answer(ExchangeId(*id))))
        .collect();
    desk.event(Event::Checking(CheckingEvent::Step {
        run,
        result: Box::new(result),
        exchanges,
    }));
}

fn failed_login(id: u64) -> StepResult {
    let mut result = StepResult::new(
        StepKind::LoginPath,
        Outcome::Failed,
        "Login path is not routed",
    );
    result.fault = Some(Fault::LoginPathMissing);
    "This is a routing answer, not an authentication one".clone_into(&mut result.means);
    result.tries = vec!["add the resource, then deploy".to_owned()];
    result.field = Some(Field::LoginPath);
    result.exchanges = vec![id];
    result
}

/// A report as the machine writes it, of a check in which nothing could be sent.
fn end(desk: &mut Desk, request: &CheckRequest) {
    let mut check = CheckRun::new(CheckPlan::new(request.gateway.clone(), None, &[]));
    while let Next::Send(_) = check.next(1) {
        check.not_sent("nothing was sent");
    }
    desk.event(Event::Checking(CheckingEvent::Ended {
        run: request.run,
        report: Arc::new(check.report()),
    }));
}

#[test]
fn it_is_started_from_the_palette_and_steps_keep_their_place() {
    let mut desk = at_work();
    desk.run_command("Check the gateway");
    let request = asked(&desk);
    assert_eq!(request.gateway.sandbox, Some(SandboxService::RestProxy));
    assert_eq!(
        request.direct.as_ref().and_then(|direct| direct.sandbox),
        Some(SandboxService::Direct)
    );
    assert!(
        !request.allow_writes,
        "nothing is written unless it was said"
    );
    let first = StepResult::new(StepKind::Name, Outcome::Passed, "Name resolves");
    step(&mut desk, request.run, first);
    let place = desk.harness.get_by_label("passed: Name resolves").rect();
    step(&mut desk, request.run, failed_login(request.run.0 + 1));
    let later = desk.harness.get_by_label("passed: Name resolves").rect();
    assert_eq!(place, later, "nothing moves when a step is done");
    assert!(
        desk.harness
            .query_by_label("failed: Login path is not routed")
            .is_some()
    );
    desk.harness.get_by_label("Cancel the check").click();
    desk.harness.run();
    let cancelled = desk
        .commands()
        .into_iter()
        .any(|command| matches!(command, Command::Cancel { exchange } if exchange == request.run));
    assert!(cancelled, "Cancel stops the run");
    end(&mut desk, &request);
    assert!(desk.harness.query_by_label("Cancel the check").is_none());
    // The pointer where Cancel was would wait for a tooltip.
    desk.harness.remove_cursor();
    // The drafts are written once.
    desk.wait(1_000);
    desk.harness.run();
    assert!(
        repaint_delay(&desk.harness) > std::time::Duration::from_secs(1),
        "a finished check asks for no frames"
    );
    desk.harness.get_by_label("Run again").click();
    desk.harness.run();
    let again = asked(&desk);
    assert!(again.run.0 >= request.run.0 + CheckRequest::IDS);
    // What an older run says lands nowhere.
    step(&mut desk, request.run, failed_login(request.run.0 + 1));
    assert!(
        desk.harness
            .query_by_label("failed: Login path is not routed")
            .is_none()
    );
}

#[test]
fn the_first_finding_is_named_above_and_leads_to_its_step() {
    let mut desk = at_work();
    desk.run_command("Check the gateway");
    let request = asked(&desk);
    assert!(
        desk.harness
            .query_by_label("Nothing found so far")
            .is_some()
    );
    let mut kinds = StepKind::ALL.into_iter();
    for kind in kinds
        .by_ref()
        .take_while(|kind| *kind != StepKind::LoginPath)
    {
        let mut passed = StepResult::new(kind, Outcome::Passed, "Is as it should be");
        passed.tries = vec!["nothing".to_owned(); 12];
        step(&mut desk, request.run, passed);
    }
    step(&mut desk, request.run, failed_login(request.run.0 + 1));
    end(&mut desk, &request);
    let finding = "failed: Login path is not routed";
    let before = desk.harness.get_by_label(finding).rect().top();
    desk.harness
        .get_by_label("Found: Login path is not routed")
        .click();
    desk.harness.run();
    let after = desk.harness.get_by_label(finding).rect().top();
    let height = desk.harness.ctx.content_rect().height();
    assert!(before > height, "it stands below what is seen: {before}");
    assert!(after < height, "it is seen: {after}");
}

#[test]
fn escape_ends_the_check_then_leaves_its_page_then_the_form() {
    let mut desk = at_work();
    desk.run_command("Check the gateway");
    let request = asked(&desk);
    let escape = |desk: &mut Desk| {
        desk.harness.key_press(egui::Key::Escape);
        desk.harness.run();
    };
    escape(&mut desk);
    let cancelled = desk
        .commands()
        .into_iter()
        .any(|command| matches!(command, Command::Cancel { exchange } if exchange == request.run));
    assert!(cancelled, "what is under way ends first");
    end(&mut desk, &request);
    assert!(desk.harness.query_by_label("Run again").is_some());
    escape(&mut desk);
    assert!(desk.harness.query_by_label("Run again").is_none());
    desk.run_command("Add an environment");
    assert!(desk.harness.query_by_label("Cancel editing").is_some());
    escape(&mut desk);
    assert!(desk.harness.query_by_label("Cancel editing").is_none());
}

#[test]
fn a_step_shows_its_exchange_and_the_report_is_saved() {
    let mut desk = at_work();
    desk.run_command("Check the gateway");
    let request = asked(&desk);
    step(&mut desk, request.run, failed_login(request.run.0 + 1));
    end(&mut desk, &request);
    desk.harness
        .get_by_label("Show exchange: Login path is routed")
        .click();
    desk.harness.run();
    assert!(
        desk.harness
            .query_by_label("Hide exchange: Login path is routed")
            .is_some()
    );
    let shown = desk.harness.query_all_by_role(Role::Label).any(|node| {
        let said = node.accesskit_node().value().unwrap_or_default();
        said.contains("HTTP/1.1 200")
    });
    assert!(shown, "the exchange's status line is there");
    desk.harness.get_by_label("Save the report…").click();
    desk.harness.run();
    desk.harness
        .get_by_role_and_label(Role::TextInput, "Save the report to")
        .focus();
    desk.harness.run();
    desk.harness.key_press(egui::Key::Enter);
    desk.harness.run();
    let saved = desk
        .commands()
        .into_iter()
        .find_map(|command| match command {
            Command::Checking(CheckingCommand::Save { text, path }) => Some((text, path)),
            _ => None,
        });
    let (text, path) = saved.expect("it is saved");
    assert!(text.starts_with("# Gateway check"), "{text}");
    assert_eq!(path.to_string_lossy(), "check-sandbox-rest-proxy.md");
}

#[test]
fn the_form_starts_it_and_a_step_leads_back_to_its_field() {
    let mut own: Environment = sandbox_environments().swap_remove(2);
    own.sandbox = None;
    own.id = gatescope::model::ids::EnvironmentId::new("own").expect("a slug");
    own.name = "Own gateway".to_owned();
    if let Target::Gateway(gateway) = &mut own.target {
        gateway.host = "a1b2c3.execute-api.us-east-1.amazonaws.com".to_owned();
        gateway.protocol = gatescope::model::environment::Protocol::Https;
    }
    let drafts = Drafts {
        leg_a: Some(own.id.clone()),
        ..Drafts::default()
    };
    let mut desk = Desk::with(snapshot(vec![own], drafts));
    desk.run_command("Edit the environment of leg A");
    desk.commands();
    desk.harness.get_by_label("Check the gateway").click();
    desk.harness.run();
    let request = asked(&desk);
    assert_eq!(request.gateway.id.as_str(), "own");
    step(&mut desk, request.run, failed_login(request.run.0 + 1));
    end(&mut desk, &request);
    assert!(
        desk.harness
            .query_by_role_and_label(Role::TextInput, "Login path")
            .is_some(),
        "the form stands beside the check"
    );
    desk.harness.get_by_label("Edit the login path").click();
    desk.harness.run();
    let (focused, _) = desk.focused().expect("something has the keyboard");
    assert_eq!(focused, "Login path");
}

/// A gateway whose configuration was imported: what that gets wrong is there before the first step, and stays with the report.
#[test]
fn what_the_imported_configuration_gets_wrong_stands_above_the_steps() {
    let export = include_str!("../fixtures/exports/3-rest-non-proxy.json");
    let read = gatescope::interchange::reading::import(export, None).expect("it reads");
    let gateway = read.imported.environments.into_iter().next().expect("one");
    let drafts = Drafts {
        leg_b: Some(gateway.id.clone()),
        ..Drafts::default()
    };
    let mut desk = Desk::with(snapshot(vec![gateway], drafts));
    desk.harness
        .key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::K);
    desk.harness.run();
    desk.harness
        .event(egui::Event::Text("Check the gateway".to_owned()));
    desk.harness.run();
    desk.harness.key_press(egui::Key::Enter);
    desk.harness.run();
    let request = asked(&desk);
    let warnings = CheckPlan::new(request.gateway.clone(), None, &request.all).route_warnings();
    assert!(warnings.len() > 2, "{warnings:?}");
    let words = format!("Configuration: {} warnings", warnings.len());
    let first = StepResult::new(StepKind::Name, Outcome::Passed, "Name resolves");
    step(&mut desk, request.run, first);
    let heading = desk.harness.get_by_label(&words).rect();
    let below = desk.harness.get_by_label("passed: Name resolves").rect();
    assert!(heading.bottom() <= below.top(), "{heading:?} {below:?}");
    let cause = format!(
        "{}: {}",
        warnings[0].route.as_deref().expect("a route"),
        warnings[0].text
    );
    assert!(desk.harness.query_by_label(&cause).is_none(), "folded");
    desk.harness.get_by_label(&words).click();
    desk.harness.run();
    desk.harness.get_by_label(&cause);
    desk.harness
        .query_all_by_label(&warnings[0].fix)
        .next()
        .expect("what to change");
    end(&mut desk, &request);
    let shown = desk.harness.state().state().checking.shown.clone();
    let shown = shown.expect("the check");
    let report = shown.report.expect("its report");
    assert_eq!(report.route_warnings, warnings);
}
