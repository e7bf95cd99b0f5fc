//! Imports in the window: what was pasted or dropped is looked at first, nothing happens without a yes, and it is one step of undo.

use std::sync::Arc;

use egui::Key;
use egui_kittest::kittest::Queryable as _;
use gatescope::app::command::{Command, Drafts, FilePurpose};
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
fn what_waits_for_approval_is_told_before() {
    let mut desk = Desk::fresh();
    read(
        &mut desk,
        "curl https://api.mypurecloud.de/a -x http://u:canary-4711-token@proxy:8080 --cacert ca.pem",
    );
    for words in [
        "the proxy http://proxy:8080 of Genesys Cloud eu-central-1",
        "ca.pem (certificates that are trusted)",
        "proxy-password of genesys-cloud-eu-central-1, for its proxy",
    ] {
        desk.harness.get_by_label(words);
    }
    assert!(desk.harness.query_by_label_contains("canary").is_none());
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

fn drop_files(desk: &mut Desk, names: &[&str]) {
    for name in names {
        let file = Arc::new(Dropped((*name).into()));
        desk.harness.input_mut().dropped_files.push(file);
    }
    desk.harness.run();
}

#[test]
fn several_dropped_files_are_looked_at_one_after_the_other() {
    let mut desk = Desk::fresh();
    desk.commands();
    drop_files(&mut desk, &["/tmp/a.toml", "/tmp/b.toml", "/tmp/c.toml"]);
    assert_eq!(importing(&desk).len(), 3);
    for name in ["a", "b", "c"] {
        let text = format!("[{name}]\nenvironment = \"mypurecloud.de\"\n");
        let read = reading::import(&text, None).expect("it reads");
        desk.event(Event::Importing(ImportingEvent::Read {
            name: format!("{name}.toml"),
            read: Ok(Box::new(read)),
        }));
    }
    desk.harness.get_by_label("Import a.toml?");
    desk.harness.get_by_label_contains("1 of 3");
    desk.harness.get_by_label("Skip").click();
    desk.harness.run();
    desk.harness.get_by_label("Import b.toml?");
    desk.harness.get_by_label_contains("2 of 3");
    desk.harness.get_by_label("Import").click();
    desk.harness.run();
    let plan = match importing(&desk).as_slice() {
        [ImportingCommand::Apply(plan)] => (**plan).clone(),
        other => panic!("{other:?}"),
    };
    let next = desk.harness.query_by_label("Import c.toml?");
    assert!(next.is_none(), "it is planned over what the second one did");
    applied(&mut desk, &plan);
    desk.harness.get_by_label("Import c.toml?");
    desk.harness.get_by_label_contains("3 of 3");
    desk.harness.get_by_label("Cancel").click();
    desk.harness.run();
    drop_files(&mut desk, &["/tmp/d.toml"]);
    read(&mut desk, COMMAND);
    let place = desk.harness.query_by_label_contains("1 of");
    assert!(place.is_none(), "one alone is not counted");
}

#[test]
fn all_that_wait_can_be_cancelled_and_one_that_cannot_be_read_holds_nothing_up() {
    let mut desk = Desk::fresh();
    drop_files(&mut desk, &["/tmp/a.toml", "/tmp/b.toml", "/tmp/c.toml"]);
    desk.event(Event::Importing(ImportingEvent::Read {
        name: "a.toml".to_owned(),
        read: Err(Trouble {
            text: "/tmp/a.toml is a folder".to_owned(),
            hint: String::new(),
        }),
    }));
    read(&mut desk, COMMAND);
    read(&mut desk, COMMAND);
    desk.harness.get_by_label_contains("1 of 2");
    desk.harness.get_by_label("Cancel all").click();
    desk.harness.run();
    assert!(desk.harness.query_by_label("Import").is_none());
}

#[test]
fn a_file_that_hovers_is_told_what_it_will_do() {
    let mut desk = Desk::fresh();
    let words = "Drop it to look at what it would import";
    assert!(desk.harness.query_by_label(words).is_none());
    let hovered = egui::HoveredFile {
        path: Some("/tmp/config.toml".into()),
        ..egui::HoveredFile::default()
    };
    desk.harness.input_mut().hovered_files = vec![hovered];
    // It is painted again and again while something hovers.
    desk.harness.run_steps(3);
    desk.harness.get_by_label(words);
    desk.harness.input_mut().hovered_files.clear();
    desk.harness.run();
    assert!(desk.harness.query_by_label(words).is_none());
}

/// Its size is the window's, whatever is in it: nothing grows, and both buttons can be pressed at once.
#[test]
fn the_dialog_stays_as_it_is_and_inside_the_window() {
    let long = include_str!("../fixtures/exports/3-rest-non-proxy.json");
    for (width, height) in [(1_280.0, 800.0), (900.0, 560.0), (420.0, 320.0)] {
        let mut desk = Desk::fresh();
        desk.harness.set_size(egui::vec2(width, height));
        desk.harness.run();
        let mut before = None;
        for text in [COMMAND, long] {
            read(&mut desk, text);
            let window = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(width, height));
            let title = desk.harness.get_by_label("Import the pasted text?").rect();
            let button = desk.harness.get_by_label("Import").rect();
            for rect in [title, button, desk.harness.get_by_label("Cancel").rect()] {
                assert!(window.contains_rect(rect), "{width}x{height}: {rect:?}");
            }
            let now = (title.left_top(), button);
            assert_eq!(*before.get_or_insert(now), now, "{width}x{height}");
            desk.harness.step();
            let later = desk.harness.get_by_label("Import").rect();
            assert_eq!(later, button, "{width}x{height}: it grows");
            // A slip beside it loses nothing.
            let beside = egui::pos2(2.0, 2.0);
            for pressed in [true, false] {
                desk.harness.event(egui::Event::PointerButton {
                    pos: beside,
                    button: egui::PointerButton::Primary,
                    pressed,
                    modifiers: egui::Modifiers::NONE,
                });
                desk.harness.run();
            }
            desk.harness.get_by_label("Cancel").click();
            desk.harness.run();
            assert!(desk.harness.query_by_label("Import").is_none());
        }
    }
}

#[test]
fn a_configuration_of_any_kind_pasted_into_the_path_is_imported() {
    for text in [
        include_str!("../fuzz/corpus/cli-config/two-profiles.toml"),
        "[gateway]\nhost = h.example\n",
        "{\"gateway\": {\"host\": \"h.example\"}}",
        "provider \"genesyscloud\" {\n  aws_region = \"us-east-1\"\n}\n",
        "export GENESYSCLOUD_REGION=us-east-1",
        "platformClient.setGateway({host: 'h.example'})",
        "GET https://api.mypurecloud.de/api/v2/users HTTP/1.1\nAccept: */*",
    ] {
        let mut desk = Desk::fresh();
        desk.harness
            .key_press_modifiers(egui::Modifiers::COMMAND, Key::T);
        desk.harness.run();
        desk.commands();
        paste(&mut desk, text);
        match importing(&desk).as_slice() {
            [ImportingCommand::ReadText { text: read }] => assert_eq!(read.expose(), text),
            other => panic!("{text}: {other:?}"),
        }
        let tab = &desk.harness.state().state().tabs[0];
        assert_eq!(tab.draft.path, "", "{text}");
    }
    let mut desk = Desk::fresh();
    desk.harness
        .key_press_modifiers(egui::Modifiers::COMMAND, Key::T);
    desk.harness.run();
    for path in ["/api/v2/users?x=1", "https://api.mypurecloud.de/api/v2/me"] {
        paste(&mut desk, path);
        assert!(importing(&desk).is_empty(), "{path} is a path");
    }
}

#[test]
fn without_a_file_dialog_it_is_said_and_the_path_can_be_typed() {
    let mut desk = Desk::fresh();
    desk.harness
        .key_press_modifiers(egui::Modifiers::COMMAND, Key::T);
    desk.harness.run();
    assert!(desk.harness.query_by_label("File to import").is_none());
    desk.event(Event::NoFileDialog {
        purpose: FilePurpose::Import,
    });
    let told = desk
        .harness
        .query_all_by_label_contains("This desktop has no file dialog");
    assert!(told.count() > 0, "it is said");
    let field = desk.harness.get_by_label("File to import");
    field.focus();
    desk.harness.run();
    desk.commands();
    desk.harness
        .get_by_label("File to import")
        .type_text("/tmp/config.toml");
    desk.harness.run();
    desk.harness.get_by_label("Import the typed file").click();
    desk.harness.run();
    match importing(&desk).as_slice() {
        [ImportingCommand::ReadFile { path }] => {
            assert_eq!(path, std::path::Path::new("/tmp/config.toml"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn importing_stands_where_exporting_does() {
    let mut desk = Desk::fresh();
    for menu in ["New request or folder", "Settings and appearance"] {
        desk.harness.get_by_label(menu).click();
        desk.harness.run();
        desk.harness.get_by_label("Import a file…");
        desk.harness.key_press(Key::Escape);
        desk.harness.run();
    }
    desk.harness
        .key_press_modifiers(egui::Modifiers::COMMAND, Key::E);
    desk.harness.run();
    desk.harness.get_by_label("Import…");
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

#[test]
fn a_request_offers_the_environment_that_it_was_imported_with() {
    let drafts = Drafts {
        leg_a: Some(EnvironmentId::from_name("sandbox-direct")),
        leg_b: Some(EnvironmentId::from_name("sandbox-rest-proxy")),
        ..Drafts::default()
    };
    let mut desk = Desk::with(snapshot(Vec::new(), drafts));
    desk.commands();
    let plan = confirmed(&mut desk, COMMAND);
    let environments = applied(&mut desk, &plan);
    let name = &environments[0].name;
    desk.harness
        .get_by_label(&format!("This request came with {name}"));
    desk.harness
        .get_by_label(&format!("Use {name} on leg A"))
        .click();
    desk.harness.run();
    let state = desk.harness.state().state();
    let chosen = state.leg(state.active_leg).map(|chosen| chosen.id.clone());
    assert_eq!(chosen.as_ref(), Some(&environments[0].id));
    let offer = desk
        .harness
        .query_by_label_contains("This request came with");
    assert!(offer.is_none(), "it is there now");
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
