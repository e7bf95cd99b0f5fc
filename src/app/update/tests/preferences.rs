//! Settings, pages, folders, the window's place, and the form while its file changes outside.

use super::*;
use crate::app::event::{SecretPresence, SecretReport};
use crate::app::form::NewTarget;
use crate::app::preferences::{
    OutsideChange, Page, PreferencesAction, PreferencesCommand, PreferencesEvent, Start,
};
use crate::model::environment::{Colour, Credentials, Environment, Place, Target};
use crate::model::region::Region;
use crate::model::secret::{SecretKey, SecretName};
use crate::model::settings::{Appearance, HeaderCase, Settings};
use crate::model::window_place::WindowPlace;

fn act(action: PreferencesAction) -> Action {
    Action::Preferences(action)
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_000 + seconds)
}

fn later(milliseconds: i64) -> Timestamp {
    at(0) + SignedDuration::from_millis(milliseconds)
}

fn environment(id: &str, name: &str) -> Environment {
    let mut environment = crate::app::form::blank(
        EnvironmentId::from_name(id),
        name,
        Target::Direct {
            place: Place::Region(Region::find("us-west-2").expect("a region")),
        },
    );
    environment.credentials = Credentials::ClientCredentials {
        client_id: "client".to_owned(),
        scope: String::new(),
        style: crate::model::environment::ClientAuthentication::default(),
    };
    environment
}

fn snapshot(directory: &str, environments: Vec<Environment>, drafts: Drafts) -> Event {
    Event::WorkspaceOpened(Box::new(WorkspaceSnapshot {
        directory: directory.into(),
        environments,
        requests: Vec::new(),
        drafts,
        reports: Vec::new(),
        read_only: false,
    }))
}

fn opened(environments: Vec<Environment>) -> AppState {
    let mut state = AppState::new(at(0));
    update(
        &mut state,
        snapshot("/w", environments, Drafts::default()),
        at(0),
    );
    state
}

#[test]
fn settings_hold_at_once_and_are_written_a_moment_later_once() {
    let mut state = opened(Vec::new());
    for zoom_percent in [120, 130, 9_000] {
        let settings = Settings {
            zoom_percent,
            ..Settings::default()
        };
        let commands = update(
            &mut state,
            act(PreferencesAction::Change(Box::new(settings))),
            at(0),
        );
        assert!(commands.is_empty(), "{commands:?}");
    }
    assert_eq!(state.settings.zoom_percent, 300, "kept within its bounds");
    assert!(update(&mut state, Action::Tick, later(100)).is_empty());
    let due = state.next_deadline().expect("something is due");
    let commands = update(&mut state, Action::Tick, due);
    assert!(
        matches!(&commands[..], [Command::Preferences(PreferencesCommand::SaveSettings(saved))] if saved.zoom_percent == 300),
        "{commands:?}"
    );
    assert!(update(&mut state, Action::Closing, later(5_000)).is_empty());
}

#[test]
fn what_waits_is_written_when_the_window_closes() {
    let mut state = opened(Vec::new());
    update(&mut state, Action::SetAppearance(Appearance::Dark), at(0));
    let place = WindowPlace {
        size: [900, 600],
        position: Some([10, 20]),
        maximised: false,
    };
    update(&mut state, act(PreferencesAction::Placed(place)), at(0));
    let commands = update(&mut state, Action::Closing, at(0));
    assert!(
        matches!(
            &commands[..],
            [
                Command::Preferences(PreferencesCommand::SaveSettings(_)),
                Command::Preferences(PreferencesCommand::SavePlace(kept)),
            ] if *kept == place
        ),
        "{commands:?}"
    );
}

#[test]
fn zoom_and_theme_of_earlier_versions_are_taken_over_only_without_a_settings_file() {
    for (found, zoom, appearance) in [
        (false, 150, Appearance::Dark),
        (true, 100, Appearance::System),
    ] {
        let mut state = AppState::new(at(0));
        let start = Start {
            found,
            ..Start::default()
        };
        update(
            &mut state,
            act(PreferencesAction::Started(Box::new(start))),
            at(0),
        );
        let drafts = Drafts {
            zoom_percent: 150,
            appearance: "dark".to_owned(),
            ..Drafts::default()
        };
        update(&mut state, snapshot("/w", Vec::new(), drafts), at(0));
        assert_eq!(state.settings.zoom_percent, zoom, "found: {found}");
        assert_eq!(state.settings.appearance, appearance, "found: {found}");
        let written = !update(&mut state, Action::Closing, at(0)).is_empty();
        assert_eq!(written, !found, "found: {found}");
    }
}

#[test]
fn damaged_settings_are_said_at_the_start() {
    let mut state = AppState::new(at(0));
    let start = Start {
        found: true,
        reports: vec![crate::app::event::FileReport {
            file: "settings.toml".to_owned(),
            text: "Line 1, column 3: no".to_owned(),
            hint: "It was kept as settings.toml.bad".to_owned(),
        }],
        ..Start::default()
    };
    update(
        &mut state,
        act(PreferencesAction::Started(Box::new(start))),
        at(0),
    );
    let said: Vec<&str> = state
        .notices
        .iter()
        .map(|notice| notice.text.as_str())
        .collect();
    assert_eq!(said, ["settings.toml: Line 1, column 3: no"]);
    let event = PreferencesEvent::NotSaved {
        text: "no room".to_owned(),
        hint: "Make some".to_owned(),
    };
    update(&mut state, Event::Preferences(event), at(0));
    assert!(
        state
            .notices
            .iter()
            .any(|notice| notice.text.contains("no room") && notice.hint == "Make some")
    );
}

#[test]
fn a_page_gives_way_to_what_is_done_with_requests_and_keeps_the_form() {
    let mut state = opened(vec![environment("one", "One")]);
    let form = Action::EditEnvironment(EnvironmentId::from_name("one"));
    update(&mut state, form, at(0));
    update(
        &mut state,
        act(PreferencesAction::Show(Some(Page::Settings))),
        at(0),
    );
    assert_eq!(state.preferences.page, Some(Page::Settings));
    assert!(state.form.is_some(), "the form waits behind the page");
    update(&mut state, Action::NewRequest, at(0));
    assert_eq!(state.preferences.page, None);
    update(
        &mut state,
        act(PreferencesAction::Show(Some(Page::Welcome))),
        at(0),
    );
    assert!(state.shows_welcome());
    update(&mut state, act(PreferencesAction::Show(None)), at(0));
    assert!(!state.shows_welcome());
}

#[test]
fn another_folder_takes_the_place_of_the_present_one_and_loses_no_draft() {
    let mut state = opened(vec![environment("one", "One")]);
    update(&mut state, Action::NewRequest, at(0));
    let commands = update(
        &mut state,
        act(PreferencesAction::OpenFolder("/other".into())),
        at(0),
    );
    assert!(
        matches!(
            &commands[..],
            [Command::SaveDrafts { drafts }, Command::OpenWorkspace { directory: Some(folder) }]
                if drafts.open.len() == 1 && folder.ends_with("other")
        ),
        "{commands:?}"
    );
    let failed = Event::WorkspaceFailed {
        directory: "/other".into(),
        text: "It is a file".to_owned(),
        hint: "Choose a folder".to_owned(),
    };
    update(&mut state, failed, at(0));
    assert_eq!(state.workspace.directory.as_deref(), Some("/w".as_ref()));
    assert_eq!(state.tabs.len(), 1, "the present one stays as it is");
    update(
        &mut state,
        snapshot("/other", vec![environment("two", "Two")], Drafts::default()),
        at(0),
    );
    assert!(state.tabs.is_empty());
    assert_eq!(state.legs, [None, None]);
    assert_eq!(state.environments.len(), 1);
    assert_eq!(state.environments[0].name, "Two");
}

#[test]
fn opening_a_folder_asks_about_the_changed_form_first() {
    let mut state = opened(vec![environment("one", "One")]);
    let edit = Action::EditEnvironment(EnvironmentId::from_name("one"));
    for confirm in [false, true] {
        update(&mut state, edit.clone(), at(0));
        let mut form = state.form.clone().expect("open");
        form.environment.name.push('!');
        update(&mut state, Action::EditForm(form), at(0));
        let open = act(PreferencesAction::OpenFolder("/other".into()));
        assert!(update(&mut state, open, at(0)).is_empty());
        assert!(matches!(state.dialog, Some(Dialog::CloseForm)));
        let answer = if confirm {
            DialogAnswer::Confirm
        } else {
            DialogAnswer::Dismiss
        };
        let commands = update(&mut state, Action::Answer(answer), at(0));
        let opens = commands
            .iter()
            .any(|command| matches!(command, Command::OpenWorkspace { .. }));
        assert_eq!(opens, confirm, "{commands:?}");
        assert_eq!(state.form.is_none(), confirm);
    }
}

#[test]
fn nothing_typed_into_the_form_is_lost_to_another_form() {
    let mut state = opened(vec![environment("one", "One"), environment("two", "Two")]);
    let edit = |id: &str| Action::EditEnvironment(EnvironmentId::from_name(id));
    update(&mut state, edit("one"), at(0));
    let mut form = state.form.clone().expect("open");
    "Typed".clone_into(&mut form.environment.name);
    update(&mut state, Action::EditForm(form), at(0));
    update(&mut state, edit("one"), at(0));
    let name = |state: &AppState| state.form.as_ref().expect("open").environment.name.clone();
    assert_eq!(name(&state), "Typed", "the same form stays");
    for action in [
        edit("two"),
        Action::TrySandbox,
        act(PreferencesAction::Duplicate(EnvironmentId::from_name(
            "one",
        ))),
    ] {
        update(&mut state, action.clone(), at(0));
        assert!(
            matches!(state.dialog, Some(Dialog::CloseForm)),
            "{action:?}"
        );
        update(&mut state, Action::Answer(DialogAnswer::Dismiss), at(0));
        assert_eq!(name(&state), "Typed", "{action:?}");
    }
    update(&mut state, edit("two"), at(0));
    update(&mut state, Action::Answer(DialogAnswer::Confirm), at(0));
    assert_eq!(name(&state), "Two", "what waited is done");
}

#[test]
fn a_form_with_changes_is_there_again_after_the_window_was_closed() {
    for is_new in [false, true] {
        let mut state = opened(vec![environment("one", "One")]);
        if is_new {
            let new = NewTarget::Gateway {
                invoke_url: "https://gw.example/mapped".to_owned(),
            };
            update(&mut state, Action::NewEnvironment(new), at(0));
        } else {
            let edit = Action::EditEnvironment(EnvironmentId::from_name("one"));
            update(&mut state, edit, at(0));
        }
        let mut form = state.form.clone().expect("open");
        "Typed".clone_into(&mut form.environment.name);
        form.entered.insert(
            SecretName::ClientSecret,
            crate::model::secret::Secret::new("typed-secret-4711"),
        );
        update(&mut state, Action::EditForm(form.clone()), at(0));
        let commands = update(&mut state, Action::Closing, at(0));
        let [Command::SaveDrafts { drafts }] = &commands[..] else {
            panic!("{commands:?}");
        };
        let text = serde_json::to_string(drafts).expect("written");
        assert!(!text.contains("4711"), "{text}");
        let read: Drafts = serde_json::from_str(&text).expect("read");

        let mut again = AppState::new(at(0));
        let event = snapshot("/w", vec![environment("one", "One")], read);
        update(&mut again, event, at(0));
        let back = again.form.as_ref().expect("open");
        assert_eq!(back.environment, form.environment, "new: {is_new}");
        assert_eq!(back.is_new, is_new);
        assert!(back.is_changed(), "new: {is_new}");
        update(&mut again, Action::CloseForm, at(0));
        update(&mut again, Action::Answer(DialogAnswer::Confirm), at(0));
        let commands = update(&mut again, Action::Closing, at(0));
        let left = commands.iter().any(
            |command| matches!(command, Command::SaveDrafts { drafts } if drafts.form.is_some()),
        );
        assert!(!left, "given up is given up");
    }
}

#[test]
fn an_environment_deleted_in_flight_still_names_its_answer() {
    let mut state = opened(vec![environment("one", "One")]);
    update(&mut state, Action::NewRequest, at(0));
    let choose = Action::ChooseEnvironment {
        leg: Leg::A,
        environment: EnvironmentId::from_name("one"),
    };
    update(&mut state, choose, at(0));
    let mut draft = state.tabs[0].draft.clone();
    "/api/v2/users".clone_into(&mut draft.path);
    update(&mut state, Action::EditDraft(Box::new(draft)), at(0));
    let commands = update(&mut state, Action::Send, at(0));
    let Some(Command::Send(sent)) = commands
        .into_iter()
        .find(|command| matches!(command, Command::Send(_)))
    else {
        panic!("nothing was sent");
    };
    update(
        &mut state,
        snapshot("/w", Vec::new(), Drafts::default()),
        at(1),
    );
    assert!(state.leg(Leg::A).is_none());
    assert!(state.tabs[0].in_flight.is_some(), "it goes on");
    let problems = NotSent::Failed {
        text: "gone".to_owned(),
        hint: String::new(),
    };
    update(
        &mut state,
        Event::NotSent {
            exchange: sent.exchange,
            reason: problems,
        },
        at(2),
    );
    assert!(state.tabs[0].in_flight.is_none());
    assert_eq!(sent.environment.name, "One", "captured when it was sent");
}

#[test]
fn a_file_changed_outside_is_shown_or_asked_about() {
    let edit = Action::EditEnvironment(EnvironmentId::from_name("one"));
    let changed = || {
        let mut changed = environment("one", "One");
        changed.colour = Colour::Red;
        changed
    };
    // Nothing typed: the form shows the file.
    let mut state = opened(vec![environment("one", "One")]);
    update(&mut state, edit.clone(), at(0));
    update(
        &mut state,
        snapshot("/w", vec![changed()], Drafts::default()),
        at(0),
    );
    let form = state.form.as_ref().expect("open");
    assert_eq!(form.environment.colour, Colour::Red);
    assert_eq!(form.outside, None);

    for keep in [true, false] {
        let mut state = opened(vec![environment("one", "One")]);
        update(&mut state, edit.clone(), at(0));
        let mut form = state.form.clone().expect("open");
        "Mine".clone_into(&mut form.environment.name);
        update(&mut state, Action::EditForm(form), at(0));
        update(
            &mut state,
            snapshot("/w", vec![changed()], Drafts::default()),
            at(0),
        );
        let form = state.form.as_ref().expect("open");
        assert_eq!(form.environment.name, "Mine", "what was typed is there");
        assert!(matches!(form.outside, Some(OutsideChange::Changed(_))));
        let answer = if keep {
            PreferencesAction::KeepMine
        } else {
            PreferencesAction::TakeFile
        };
        update(&mut state, act(answer), at(0));
        let form = state.form.as_ref().expect("open");
        assert_eq!(form.outside, None);
        let (name, colour) = (form.environment.name.as_str(), form.environment.colour);
        let expected = if keep {
            ("Mine", Colour::Teal)
        } else {
            ("One", Colour::Red)
        };
        assert_eq!((name, colour), expected, "keep: {keep}");
        assert_eq!(form.is_changed(), keep);
    }
}

#[test]
fn a_file_deleted_outside_can_be_made_again_from_the_form() {
    let mut state = opened(vec![environment("one", "One")]);
    let edit = Action::EditEnvironment(EnvironmentId::from_name("one"));
    update(&mut state, edit, at(0));
    update(
        &mut state,
        snapshot("/w", Vec::new(), Drafts::default()),
        at(0),
    );
    let form = state.form.as_ref().expect("open");
    assert_eq!(form.outside, Some(OutsideChange::Deleted));
    update(&mut state, act(PreferencesAction::KeepMine), at(0));
    let commands = update(&mut state, Action::SaveForm, at(0));
    assert!(
        matches!(&commands[..], [Command::SaveEnvironment { environment }] if environment.name == "One"),
        "{commands:?}"
    );
}

#[test]
fn a_copy_borrows_the_credentials_and_copies_no_secret() {
    let mut state = opened(vec![environment("one", "One")]);
    let id = EnvironmentId::from_name("one");
    update(
        &mut state,
        act(PreferencesAction::Duplicate(id.clone())),
        at(0),
    );
    let form = state.form.as_ref().expect("open");
    assert!(form.is_new);
    assert_eq!(form.environment.name, "One copy");
    assert_ne!(form.environment.colour, Colour::Teal, "told apart");
    assert_eq!(
        form.environment.credentials,
        Credentials::SameAs {
            environment: id.clone()
        }
    );
    let commands = update(&mut state, Action::SaveForm, at(0));
    assert!(
        matches!(&commands[..], [Command::SaveEnvironment { environment }] if environment.id != id),
        "{commands:?}"
    );
}

#[test]
fn what_the_keyring_says_lands_in_the_form_of_that_environment() {
    let mut state = opened(vec![environment("one", "One")]);
    let key = SecretKey {
        environment: EnvironmentId::from_name("one"),
        name: SecretName::ClientSecret,
    };
    let known = vec![(key.clone(), crate::app::event::SecretState::Stored)];
    update(&mut state, Event::SecretsKnown(known), at(0));
    let edit = Action::EditEnvironment(EnvironmentId::from_name("one"));
    let commands = update(&mut state, edit, at(0));
    assert!(
        matches!(&commands[..], [Command::CheckSecrets { .. }]),
        "{commands:?}"
    );
    let report = |environment: &str| SecretReport {
        key: SecretKey {
            environment: EnvironmentId::from_name(environment),
            name: SecretName::ClientSecret,
        },
        presence: SecretPresence::Missing,
        unconfirmed: Vec::new(),
        entered_for: Vec::new(),
    };
    update(
        &mut state,
        Event::SecretsChecked(vec![report("other")]),
        at(0),
    );
    let form = state.form.as_ref().expect("open");
    assert_eq!(form.secret_report(&SecretName::ClientSecret), None);
    update(
        &mut state,
        Event::SecretsChecked(vec![report("one")]),
        at(0),
    );
    let form = state.form.as_ref().expect("open");
    assert_eq!(
        form.secret_report(&SecretName::ClientSecret)
            .map(|report| &report.presence),
        Some(&SecretPresence::Missing)
    );
    let forget = act(PreferencesAction::ForgetSecret(SecretName::ClientSecret));
    let commands = update(&mut state, forget, at(0));
    assert!(
        matches!(&commands[..], [Command::DeleteSecret { key: deleted }] if *deleted == key),
        "{commands:?}"
    );
}

#[test]
fn a_pasted_url_is_taken_apart_wherever_it_is_pasted() {
    let gateway_url = "https://a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/test";
    let direct_url = "https://api.usw2.pure.cloud/api/v2/users";
    for (url, into_name) in [
        (gateway_url, true),
        (gateway_url, false),
        (direct_url, true),
        (direct_url, false),
    ] {
        let mut state = opened(Vec::new());
        let new = NewTarget::Gateway {
            invoke_url: String::new(),
        };
        update(&mut state, Action::NewEnvironment(new), at(0));
        let mut form = state.form.clone().expect("open");
        if into_name {
            url.clone_into(&mut form.environment.name);
        } else if let Target::Gateway(gateway) = &mut form.environment.target {
            url.clone_into(&mut gateway.host);
        }
        update(&mut state, Action::EditForm(form), at(0));
        let form = state.form.as_ref().expect("open");
        let name = form.environment.name.as_str();
        if url == gateway_url {
            let gateway = form.gateway().expect("a gateway");
            assert_eq!(gateway.stage, "test", "{into_name}");
            assert!(gateway.host.ends_with("amazonaws.com"), "{into_name}");
            assert_eq!(name, "Gateway · test", "{into_name}");
        } else {
            assert!(!form.is_gateway(), "{into_name}");
            assert_eq!(name, "US West (Oregon) · direct", "{into_name}");
        }
        assert!(form.problems.is_empty(), "{:?}", form.problems);
    }
}

#[test]
fn an_api_address_where_an_invoke_url_is_asked_for_makes_a_direct_environment() {
    let mut state = opened(Vec::new());
    let new = NewTarget::Gateway {
        invoke_url: "https://login.mypurecloud.de".to_owned(),
    };
    update(&mut state, Action::NewEnvironment(new), at(0));
    let form = state.form.as_ref().expect("open");
    let region = Region::find("eu-central-1").expect("a region");
    assert_eq!(
        form.environment.target,
        Target::Direct {
            place: Place::Region(region)
        }
    );
    assert!(form.is_new && form.problems.is_empty());
}

#[test]
fn the_invoke_url_follows_the_fields_and_the_fields_the_invoke_url() {
    let mut state = opened(Vec::new());
    let new = NewTarget::Gateway {
        invoke_url: "https://a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/test".to_owned(),
    };
    update(&mut state, Action::NewEnvironment(new), at(0));
    let mut form = state.form.clone().expect("open");
    if let Target::Gateway(gateway) = &mut form.environment.target {
        "prod".clone_into(&mut gateway.stage);
    }
    update(&mut state, Action::EditForm(form), at(0));
    let form = state.form.clone().expect("open");
    assert_eq!(
        form.invoke_url,
        "https://a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/prod"
    );
    let mut form = form;
    "https://gw.example:8443/mapped".clone_into(&mut form.invoke_url);
    update(&mut state, Action::EditForm(form), at(0));
    let form = state.form.as_ref().expect("open");
    let gateway = form.gateway().expect("a gateway");
    assert_eq!(
        (gateway.host.as_str(), gateway.port, gateway.stage.as_str()),
        ("gw.example", Some(8_443), "mapped")
    );
    assert!(
        form.sample_url
            .starts_with("https://gw.example:8443/mapped/api/v2/users")
    );
}

#[test]
fn names_keep_their_emoji_and_are_warned_of_what_cannot_be_seen() {
    for (name, warned) in [
        ("Ünïcode 🚀 日本", false),
        ("עברית", false),
        ("tab\there", false),
        ("back\u{8}space", true),
        ("turned \u{202e}around", true),
    ] {
        let mut state = opened(vec![environment("one", "One")]);
        let edit = Action::EditEnvironment(EnvironmentId::from_name("one"));
        update(&mut state, edit, at(0));
        let mut form = state.form.clone().expect("open");
        name.clone_into(&mut form.environment.name);
        update(&mut state, Action::EditForm(form), at(0));
        let form = state.form.as_ref().expect("open");
        let note = form
            .notes_at(&crate::model::note::Field::Name)
            .next()
            .cloned();
        assert_eq!(note.is_some(), warned, "{name:?}");
        if let Some(fix) = note.and_then(|note| note.fix) {
            update(&mut state, Action::ApplyFormFix(fix), at(0));
            let form = state.form.as_ref().expect("open");
            assert_eq!(form.notes_at(&crate::model::note::Field::Name).count(), 0);
        }
        assert!(
            !update(&mut state, Action::SaveForm, at(0)).is_empty(),
            "{name:?}"
        );
    }
}

#[test]
fn a_new_environment_starts_with_the_limits_of_the_settings() {
    let mut state = opened(Vec::new());
    let mut settings = Settings::default();
    settings.limits.connect_ms = 4_000;
    update(
        &mut state,
        act(PreferencesAction::Change(Box::new(settings))),
        at(0),
    );
    let region = Region::find("us-west-2").expect("a region");
    update(
        &mut state,
        Action::NewEnvironment(NewTarget::Direct(region)),
        at(0),
    );
    let form = state.form.as_ref().expect("open");
    assert_eq!(form.environment.network.limits.connect_ms, 4_000);
}

#[test]
fn added_header_names_are_previewed_as_they_will_be_spelled() {
    let mut state = opened(vec![environment("one", "One")]);
    update(&mut state, Action::NewRequest, at(0));
    let choose = Action::ChooseEnvironment {
        leg: Leg::A,
        environment: EnvironmentId::from_name("one"),
    };
    update(&mut state, choose, at(0));
    let settings = Settings {
        header_case: HeaderCase::Lower,
        ..Settings::default()
    };
    update(
        &mut state,
        act(PreferencesAction::Change(Box::new(settings))),
        at(0),
    );
    let resolved = state.tabs[0].previews[0].ready().expect("resolved");
    let text = crate::model::resolve::preview_text(resolved);
    assert!(text.contains("\r\naccept: "), "{text}");
    assert!(text.contains("\r\nauthorization: Bearer "), "{text}");
}

#[test]
fn saving_at_once_writes_stored_requests_without_a_word_and_once() {
    let mut state = opened(Vec::new());
    let settings = Settings {
        save_at_once: true,
        ..Settings::default()
    };
    update(
        &mut state,
        act(PreferencesAction::Change(Box::new(settings))),
        at(0),
    );
    update(&mut state, Action::NewRequest, at(0));
    let mut draft = state.tabs[0].draft.clone();
    "/api/v2/users".clone_into(&mut draft.path);
    update(
        &mut state,
        Action::EditDraft(Box::new(draft.clone())),
        at(0),
    );
    let saves = |commands: &[Command]| {
        commands
            .iter()
            .filter(|command| matches!(command, Command::SaveRequest { .. }))
            .count()
    };
    let commands = update(&mut state, Action::Tick, later(2_000));
    assert_eq!(saves(&commands), 0, "a new one waits for Ctrl+S");
    let commands = update(&mut state, Action::SaveRequest, later(2_000));
    assert_eq!(saves(&commands), 1);
    let name = state.tabs[0].draft.name.clone();
    let answer = Event::Saved {
        what: format!("request `{name}`"),
        conflict: None,
    };
    update(&mut state, answer.clone(), later(2_100));
    let mut draft = state.tabs[0].draft.clone();
    "/api/v2/groups".clone_into(&mut draft.path);
    update(&mut state, Action::EditDraft(Box::new(draft)), later(2_200));
    let commands = update(&mut state, Action::Tick, later(4_000));
    assert_eq!(saves(&commands), 1, "{commands:?}");
    let commands = update(&mut state, Action::Tick, later(6_000));
    assert_eq!(saves(&commands), 0, "it is on its way: {commands:?}");
    update(&mut state, answer, later(6_100));
    assert!(!state.is_unsaved(&state.tabs[0]));
    assert_eq!(state.notices.iter().count(), 0);
}
