//! Imports in the window: what was pasted or dropped is looked at first, nothing happens without a yes, and it is one step of undo.

use std::sync::Arc;

use egui::Key;
use egui_kittest::kittest::Queryable as _;
use gatescope::app::command::{Command, Drafts};
use gatescope::app::event::{Event, StoredRequest};
use gatescope::app::importing::{Applied, Fate, ImportingCommand, ImportingEvent, Plan, Trouble};
use gatescope::app::tree::{Node, TreeCommand};
use gatescope::interchange::reading;
use gatescope::model::environment::Environment;
use gatescope::model::ids::{EnvironmentId, RequestId};

use super::bad_input::Dropped;
use super::fake::{Desk, snapshot};

const COMMAND: &str = "curl 'https://api.mypurecloud.de/api/v2/users?pageSize=5' -H 'Authorization: Bearer canary-4711-token'";

/// The import commands among those that were sent.
fn importing(desk: &Desk) -> Vec<ImportingCommand> {
    desk.commands()
        .into_iter()
        .filter_map(|command| match command {
            Command::Importing(command) => Some(command),
            _ => None,
        })
        .collect()
}

fn paste(desk: &mut Desk, text: &str) {
    desk.harness.event(egui::Event::Paste(text.to_owned()));
    desk.harness.run();
}

/// The worker read the text.
fn read(desk: &mut Desk, text: &str) {
    let read = reading::import(text, None).expect("it reads");
    desk.event(Event::Importing(ImportingEvent::Read {
        name: "the pasted text".to_owned(),
        read: Ok(Box::new(read)),
    }));
}

/// Looks, says yes, and gives the plan that was handed over.
fn confirmed(desk: &mut Desk, text: &str) -> Plan {
    read(desk, text);
    desk.harness.get_by_label("Import").click();
    desk.harness.run();
    match importing(desk).as_slice() {
        [ImportingCommand::Apply(plan)] => (**plan).clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_pasted_command_is_looked_at_before_anything_happens() {
    let mut desk = Desk::fresh();
    desk.commands();
    paste(&mut desk, COMMAND);
    match importing(&desk).as_slice() {
        [ImportingCommand::ReadText { text }] => assert_eq!(text.expose(), COMMAND),
        other => panic!("{other:?}"),
    }
    read(&mut desk, COMMAND);
    for words in [
        "New: Genesys Cloud eu-central-1, https://api.mypurecloud.de",
        "New: GET /api/v2/users",
    ] {
        desk.harness.get_by_label(words);
    }
    assert!(desk.harness.query_by_label_contains("canary").is_none());
    desk.harness.key_press(Key::Escape);
    desk.harness.run();
    assert!(desk.harness.query_by_label("Import").is_none());
    assert!(importing(&desk).is_empty());
}

#[test]
fn a_yes_hands_the_plan_over_with_its_secrets_bound() {
    let mut desk = Desk::fresh();
    desk.commands();
    let plan = confirmed(&mut desk, COMMAND);
    assert_eq!(plan.environments.len(), 1);
    assert_eq!(
        plan.secrets[0].origins,
        ["https://api.mypurecloud.de", "https://login.mypurecloud.de"]
    );
    assert!(desk.harness.query_by_label("Import").is_none());
}

/// The workspace as the worker tells it after the import, and what it did.
fn applied(desk: &mut Desk, plan: &Plan) -> Vec<Environment> {
    let environments: Vec<Environment> = plan
        .environments
        .iter()
        .map(|planned| planned.environment.clone())
        .collect();
    let mut opened = snapshot(environments.clone(), Drafts::default());
    let mut done = Applied::default();
    for (number, planned) in plan.requests.iter().enumerate() {
        let mut draft = planned.draft.clone();
        draft.id = RequestId(format!("imported-{number}"));
        let path = format!("imported-{number}.toml");
        done.requests.push(path.clone());
        done.new_requests.push((draft.id.clone(), path.clone()));
        opened.requests.push(StoredRequest { path, draft });
    }
    done.environments = environments.iter().map(|one| one.id.clone()).collect();
    desk.event(Event::WorkspaceChanged(Box::new(opened)));
    desk.event(Event::Importing(ImportingEvent::Applied(Box::new(done))));
    environments
}

#[test]
fn an_import_is_opened_and_taken_back_in_one_step() {
    let mut desk = Desk::fresh();
    desk.commands();
    let plan = confirmed(&mut desk, COMMAND);
    let environments = applied(&mut desk, &plan);
    let state = desk.harness.state().state();
    let open = state.active_tab().expect("the imported request is open");
    assert_eq!(open.draft.path, "/api/v2/users");
    let chosen = state.leg(state.active_leg).map(|chosen| chosen.id.clone());
    assert_eq!(chosen.as_ref(), Some(&environments[0].id));
    let told = desk
        .harness
        .query_all_by_label_contains("Imported 1 environment and 1 request");
    assert!(told.count() > 0, "what was done is told");
    desk.commands();
    desk.harness
        .get_by_label("Undo: Imported 1 environment and 1 request")
        .click();
    desk.harness.run();
    let trees: Vec<TreeCommand> = desk
        .commands()
        .into_iter()
        .filter_map(|command| match command {
            Command::Tree(command) => Some(command),
            _ => None,
        })
        .collect();
    let removes = |node: &Node| {
        trees.iter().any(
            |command| matches!(command, TreeCommand::Remove { node: removed, .. } if removed == node),
        )
    };
    assert!(
        removes(&Node::Request(RequestId("imported-0".to_owned()))),
        "{trees:?}"
    );
    assert!(
        trees.iter().any(|command| matches!(
            command,
            TreeCommand::RemoveEnvironment { environment, .. } if *environment == environments[0].id
        )),
        "{trees:?}"
    );
    let state = desk.harness.state().state();
    assert!(state.environments.is_empty() && state.workspace.requests.is_empty());
}

#[test]
fn what_has_the_same_name_is_replaced_only_when_that_is_chosen() {
    let profile = "[prod]\nenvironment = \"mypurecloud.de\"\n";
    let there = reading::import(profile, None)
        .expect("reads")
        .imported
        .environments;
    let mut desk = Desk::with(snapshot(there, Drafts::default()));
    desk.commands();
    read(&mut desk, profile);
    desk.harness
        .get_by_label_contains("New, because prod is taken");
    desk.harness
        .get_by_label("Replace what has the same name")
        .click();
    desk.harness.run();
    desk.harness.get_by_label_contains("Replaces: prod");
    desk.harness.get_by_label("Import").click();
    desk.harness.run();
    match importing(&desk).as_slice() {
        [ImportingCommand::Apply(plan)] => assert_eq!(plan.environments[0].fate, Fate::Replaces),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_command_pasted_into_the_path_is_imported_and_the_path_stays() {
    let mut desk = Desk::fresh();
    desk.harness
        .key_press_modifiers(egui::Modifiers::COMMAND, Key::T);
    desk.harness.run();
    desk.harness.get_by_label("Path").focus();
    desk.harness.run();
    let before = desk.harness.state().state().tabs[0].draft.path.clone();
    desk.commands();
    paste(&mut desk, COMMAND);
    assert!(
        matches!(
            importing(&desk).as_slice(),
            [ImportingCommand::ReadText { .. }]
        ),
        "it is read"
    );
    assert_eq!(desk.harness.state().state().tabs[0].draft.path, before);
}

#[test]
fn a_dropped_file_is_read_and_one_that_cannot_be_read_is_told() {
    let mut desk = Desk::fresh();
    desk.commands();
    let file = Arc::new(Dropped("/tmp/config.toml".into()));
    desk.harness.input_mut().dropped_files.push(file);
    desk.harness.run();
    match importing(&desk).as_slice() {
        [ImportingCommand::ReadFile { path }] => {
            assert_eq!(path, std::path::Path::new("/tmp/config.toml"));
        }
        other => panic!("{other:?}"),
    }
    desk.event(Event::Importing(ImportingEvent::Read {
        name: "config.toml".to_owned(),
        read: Err(Trouble {
            text: "Line 3, column 1: a quote has no end".to_owned(),
            hint: "Nothing was imported".to_owned(),
        }),
    }));
    let told = desk
        .harness
        .query_all_by_label_contains("config.toml: Line 3, column 1");
    assert!(told.count() > 0, "the trouble is told");
}

/// Where no environment was chosen, those of an import can be used at once; what was chosen stays.
#[test]
fn new_environments_go_into_the_legs_that_are_empty() {
    let text = include_str!("../fuzz/corpus/cli-config/two-profiles.toml");
    let mut desk = Desk::fresh();
    desk.commands();
    let plan = confirmed(&mut desk, text);
    applied(&mut desk, &plan);
    let chosen = |desk: &Desk| -> Vec<Option<String>> {
        let legs = &desk.harness.state().state().legs;
        legs.iter()
            .map(|leg| leg.as_ref().map(ToString::to_string))
            .collect()
    };
    let both = [Some("prod".to_owned()), Some("gate".to_owned())];
    assert_eq!(
        chosen(&desk),
        both,
        "a direct environment and a gateway make a pair"
    );
}

#[test]
fn a_leg_that_was_chosen_stays_after_an_import() {
    let text = include_str!("../fuzz/corpus/cli-config/two-profiles.toml");
    let drafts = Drafts {
        leg_a: Some(EnvironmentId::from_name("sandbox-direct")),
        leg_b: Some(EnvironmentId::from_name("sandbox-rest-proxy")),
        ..Drafts::default()
    };
    let mut desk = Desk::with(snapshot(Vec::new(), drafts));
    desk.commands();
    let before = desk.harness.state().state().legs.clone();
    assert!(before.iter().all(Option::is_some), "{before:?}");
    let plan = confirmed(&mut desk, text);
    applied(&mut desk, &plan);
    assert_eq!(desk.harness.state().state().legs, before);
}

/// However small the window is: who looks at an import can say yes and no to it.
#[test]
fn the_buttons_stay_in_reach_in_the_smallest_windows() {
    let collection = include_str!("../fuzz/corpus/opencollection/bundle.yml");
    for size in [[480.0, 360.0], [267.0, 500.0]] {
        let builder = egui_kittest::Harness::builder().with_size(egui::vec2(size[0], size[1]));
        let known = reading::import("[prod]\nenvironment = \"mypurecloud.de\"\n", None);
        let known = known.expect("reads").imported.environments;
        let mut desk = Desk::built(snapshot(known, Drafts::default()), builder);
        read(&mut desk, collection);
        desk.harness.run();
        desk.harness.get_by_label("OpenCollection file (Bruno 3)");
        let window = desk.harness.ctx.content_rect();
        for label in ["Import the pasted text?", "Cancel", "Import"] {
            let rect = desk.harness.get_by_label(label).rect();
            assert!(
                window.contains_rect(rect),
                "{label} at {rect:?} is outside of {window:?}"
            );
        }
    }
}
