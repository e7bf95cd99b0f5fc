//! Links of the check lead to their fields: text fields, choosers and what is folded away get the keyboard and are in sight.

use std::sync::Arc;

use egui_kittest::kittest::Queryable as _;
use gatescope::app::checking::{CheckingCommand, CheckingEvent};
use gatescope::app::command::{Command, Drafts};
use gatescope::app::event::Event;
use gatescope::model::environment::{Credentials, Environment, Protocol, Target};
use gatescope::model::ids::EnvironmentId;
use gatescope::model::note::{ClientFormField, Field};
use gatescope::model::sandbox_environments::sandbox_environments;
use gatescope::runs::check::outcome::{Fault, Outcome, StepKind, StepResult};
use gatescope::runs::check::{CheckPlan, CheckRun, Next};

use super::fake::{Desk, snapshot};

fn own(change: impl FnOnce(&mut Environment)) -> Environment {
    let mut own = sandbox_environments().swap_remove(2);
    own.sandbox = None;
    own.id = EnvironmentId::new("own").expect("a slug");
    "Own gateway".clone_into(&mut own.name);
    if let Target::Gateway(gateway) = &mut own.target {
        "a1b2c3.execute-api.us-east-1.amazonaws.com".clone_into(&mut gateway.host);
        gateway.protocol = Protocol::Https;
    }
    change(&mut own);
    own
}

/// A check of that environment whose first step failed because of the field.
fn checked(environment: Environment, field: &Field) -> Desk {
    let drafts = Drafts {
        leg_a: Some(environment.id.clone()),
        ..Drafts::default()
    };
    let mut desk = Desk::with(snapshot(vec![environment], drafts));
    desk.run_command("Check the gateway");
    let asked = desk
        .commands()
        .into_iter()
        .find_map(|command| match command {
            Command::Checking(CheckingCommand::Run(request)) => Some(*request),
            _ => None,
        });
    let request = asked.expect("a check is asked for");
    let mut failed = StepResult::new(StepKind::Name, Outcome::Failed, "It does not work");
    failed.fault = Some(Fault::NameNotResolved);
    failed.field = Some(field.clone());
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
    desk
}

type Change = fn(&mut Environment);

#[test]
fn a_link_gives_the_keyboard_to_its_field_whatever_kind_it_is() {
    let pasted = |own: &mut Environment| own.credentials = Credentials::AccessToken;
    let same = |own: &mut Environment| {
        own.credentials = Credentials::SameAs {
            environment: EnvironmentId::new("other").expect("a slug"),
        };
    };
    let as_it_is = |_: &mut Environment| {};
    let table: [(Field, Change, &str); 16] = [
        (Field::Host, as_it_is, "Host"),
        (Field::Stage, as_it_is, "Stage"),
        (Field::Port, as_it_is, "Port"),
        (Field::LoginPath, as_it_is, "Login path"),
        (Field::ApiPath, as_it_is, "API path"),
        (Field::ClientId, as_it_is, "Client ID"),
        (Field::Scope, as_it_is, "Scope"),
        // Choosers: what is chosen has the keyboard.
        (Field::Protocol, as_it_is, "https"),
        (Field::TokenFrom, as_it_is, "Login path"),
        (Field::Region, as_it_is, "Login path"),
        (Field::SameAs, same, "Same as"),
        // What another kind of credentials has is reached by way of the kinds.
        (Field::ClientId, pasted, "Pasted token"),
        // Folded away until it is wanted.
        (Field::Proxy, as_it_is, "System"),
        (Field::CaFile, as_it_is, "CA file"),
        (Field::HttpVersion, as_it_is, "1.1"),
        (
            Field::ClientForm(ClientFormField::Host),
            as_it_is,
            "Client host",
        ),
    ];
    for (field, change, expected) in table {
        let mut desk = checked(own(change), &field);
        desk.harness
            .get_by_label(&format!("Edit the {field}"))
            .click();
        desk.harness.run();
        let focused = desk.focused();
        let Some((name, place)) = focused else {
            panic!("{field}: nothing has the keyboard");
        };
        assert_eq!(name, expected, "{field}");
        assert!(
            place.top() >= 0.0 && place.bottom() <= 900.0,
            "{field} is out of sight: {place:?}"
        );
        // It is led to once: afterwards the keyboard is free.
        desk.harness.key_press(egui::Key::Tab);
        desk.harness.run();
        let after = desk.focused();
        assert!(
            after.is_none_or(|(_, later)| later != place),
            "{field} holds the keyboard"
        );
    }
}
