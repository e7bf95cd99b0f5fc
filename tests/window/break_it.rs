//! "Break it…": the faults of the sandbox's gateways in a list, wherever the sandbox is met. One choice opens the gateway as leg B
//! and checks it; from there one click leads to the gateway without the fault.

use std::sync::Arc;

use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;
use gatescope::app::checking::{CheckRequest, CheckingCommand, CheckingEvent};
use gatescope::app::command::{Command, Drafts};
use gatescope::app::event::Event;
use gatescope::app::state::Leg;
use gatescope::model::broken_gateways::BrokenGateway;
use gatescope::model::environment::SandboxService;
use gatescope::model::note::Field;
use gatescope::runs::check::outcome::{Fault, Outcome, StepKind, StepResult};
use gatescope::runs::check::{CheckPlan, CheckRun, Next};

use super::fake::{Desk, snapshot};
use super::scenes::at_work;

/// What the row of a fault is called.
fn row(broken: BrokenGateway) -> String {
    let mut name = broken.fault().to_owned();
    name[..1].make_ascii_uppercase();
    format!("{name}: {}", broken.words())
}

fn is_listed(desk: &Desk) -> bool {
    desk.harness
        .query_by_role_and_label(Role::Button, &row(BrokenGateway::LoginPathMissing))
        .is_some()
}

fn check_asked(desk: &Desk) -> CheckRequest {
    desk.commands()
        .into_iter()
        .find_map(|command| match command {
            Command::Checking(CheckingCommand::Run(request)) => Some(*request),
            _ => None,
        })
        .expect("a check is asked for")
}

fn legs(desk: &Desk) -> [Option<SandboxService>; 2] {
    let state = desk.harness.state().state();
    Leg::BOTH.map(|leg| state.leg(leg).and_then(|environment| environment.sandbox))
}

fn choose(desk: &mut Desk, broken: BrokenGateway) -> CheckRequest {
    desk.harness
        .get_by_role_and_label(Role::Button, &row(broken))
        .click();
    desk.harness.run();
    check_asked(desk)
}

#[test]
fn from_the_welcome_page_a_fault_is_opened_as_leg_b_and_checked() {
    let mut desk = Desk::with(snapshot(Vec::new(), Drafts::default()));
    desk.commands();
    desk.harness
        .get_by_role_and_label(Role::Button, "Break it…")
        .click();
    desk.harness.run();
    for broken in BrokenGateway::ALL {
        assert!(
            desk.harness
                .query_by_role_and_label(Role::Button, &row(broken))
                .is_some(),
            "{broken:?} is not listed"
        );
    }
    desk.harness
        .get_by_role_and_label(Role::Button, &row(BrokenGateway::QueryFixed))
        .click();
    desk.harness.run();
    let commands = desk.commands();
    assert!(
        commands
            .iter()
            .any(|command| matches!(command, Command::StartSandbox)),
        "{commands:?}"
    );
    let asked = commands.iter().find_map(|command| match command {
        Command::Checking(CheckingCommand::Run(request)) => Some(request),
        _ => None,
    });
    let asked = asked.expect("it is checked");
    let broken = SandboxService::Broken(BrokenGateway::QueryFixed);
    assert_eq!(asked.gateway.sandbox, Some(broken));
    assert_eq!(legs(&desk), [Some(SandboxService::Direct), Some(broken)]);
    assert!(!is_listed(&desk), "the list is gone");
    assert!(desk.harness.query_by_label("Cancel the check").is_some());
    // Behind the check waits something to send.
    desk.harness.get_by_label("Close the check").click();
    desk.harness.run();
    assert_eq!(
        desk.harness.get_by_label("Path").value().as_deref(),
        Some("/api/v2/users")
    );
}

#[test]
fn the_keyboard_alone_finds_it_and_chooses() {
    let mut desk = at_work();
    desk.run_command("Break it");
    assert!(is_listed(&desk));
    let (first, _) = desk.focused().expect("the list has the keyboard");
    assert_eq!(first, row(BrokenGateway::LoginPathMissing));
    for _ in 0..3 {
        desk.harness.key_press(egui::Key::ArrowDown);
        desk.harness.run();
    }
    desk.harness.key_press(egui::Key::ArrowUp);
    desk.harness.run();
    let (third, _) = desk.focused().expect("the list has the keyboard");
    assert_eq!(third, row(BrokenGateway::AuthorizationDropped));
    desk.harness.key_press(egui::Key::Enter);
    desk.harness.run();
    let asked = check_asked(&desk);
    assert_eq!(
        asked.gateway.sandbox,
        Some(SandboxService::Broken(BrokenGateway::AuthorizationDropped))
    );
    // Esc leaves everything as it is.
    let before = legs(&desk);
    desk.run_command("Break it");
    assert!(is_listed(&desk));
    desk.harness.key_press(egui::Key::Escape);
    desk.harness.run();
    assert!(!is_listed(&desk));
    assert_eq!(legs(&desk), before);
}

#[test]
fn the_switcher_offers_it_beside_the_sandbox() {
    let mut desk = at_work();
    desk.harness
        .key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::E);
    desk.harness.run();
    desk.harness
        .get_by_role_and_label(Role::Button, "Break it…")
        .click();
    desk.harness.run();
    let asked = choose(&mut desk, BrokenGateway::Throttled);
    assert_eq!(
        asked.gateway.sandbox,
        Some(SandboxService::Broken(BrokenGateway::Throttled))
    );
}

#[test]
fn every_row_is_reached_in_a_small_window_and_when_everything_is_large() {
    for (width, height) in [(900.0, 600.0), (720.0, 450.0)] {
        let builder = egui_kittest::Harness::builder().with_size(egui::vec2(width, height));
        let mut desk = Desk::built(snapshot(Vec::new(), Drafts::default()), builder);
        desk.run_command("Break it");
        for _ in 1..BrokenGateway::ALL.len() {
            desk.harness.key_press(egui::Key::ArrowDown);
            desk.harness.run();
        }
        let (last, place) = desk.focused().expect("the list has the keyboard");
        assert_eq!(last, row(BrokenGateway::WrongCertificate));
        assert!(
            place.bottom() <= height && place.right() <= width,
            "{place:?} in {width} x {height}"
        );
        let cancel = desk.harness.get_by_role_and_label(Role::Button, "Cancel");
        assert!(cancel.rect().bottom() <= height, "{:?}", cancel.rect());
    }
}

#[test]
fn a_finding_in_the_sandbox_says_why_it_has_no_fix_and_leads_to_the_sound_gateway() {
    let mut desk = at_work();
    desk.run_command("Break it");
    let request = choose(&mut desk, BrokenGateway::LoginPathMissing);
    let mut failed = StepResult::new(
        StepKind::LoginPath,
        Outcome::Failed,
        "Login path is not routed",
    );
    failed.fault = Some(Fault::LoginPathMissing);
    failed.tries = vec!["Add the resource, then deploy".to_owned()];
    failed.field = Some(Field::LoginPath);
    desk.event(Event::Checking(CheckingEvent::Step {
        run: request.run,
        result: Box::new(failed),
        exchanges: Vec::new(),
    }));
    let mut check = CheckRun::new(CheckPlan::new(request.gateway.clone(), None, &[]));
    while let Next::Send(_) = check.next(1) {
        check.not_sent("nothing was sent");
    }
    desk.event(Event::Checking(CheckingEvent::Ended {
        run: request.run,
        report: Arc::new(check.report()),
    }));
    assert!(desk.harness.query_by_label("Edit the login path").is_none());
    desk.harness.get_by_label(
        "The sandbox's environments cannot be changed: in one of your own, a link here leads to the login path",
    );
    desk.harness
        .get_by_label("Check the gateway without this fault: Login path is routed")
        .click();
    desk.harness.run();
    let again = check_asked(&desk);
    assert_eq!(again.gateway.sandbox, Some(SandboxService::RestProxy));
    assert_eq!(
        legs(&desk),
        [
            Some(SandboxService::Direct),
            Some(SandboxService::RestProxy)
        ]
    );
}
