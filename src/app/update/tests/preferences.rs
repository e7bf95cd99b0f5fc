//! Settings, pages, folders, the window's place, and the form while its file changes outside.

use super::*;
use crate::app::catalogue::{CatalogueAction, CatalogueEvent};
use crate::app::form::NewTarget;
use crate::app::preferences::{
    Page, PreferencesAction, PreferencesCommand, PreferencesEvent, Start,
};
use crate::app::state::Dialog;
use crate::app::tree::TreeAction;
use crate::model::catalogue::Catalogue;
use crate::model::environment::{Credentials, Environment, Place, Target};
use crate::model::region::Region;
use crate::model::settings::{Appearance, HeaderCase, Settings};
use crate::model::window_place::WindowPlace;

pub(super) fn act(action: PreferencesAction) -> Action {
    Action::Preferences(action)
}

pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_000 + seconds)
}

fn later(milliseconds: i64) -> Timestamp {
    at(0) + SignedDuration::from_millis(milliseconds)
}

pub(super) fn environment(id: &str, name: &str) -> Environment {
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

pub(super) fn snapshot(directory: &str, environments: Vec<Environment>, drafts: Drafts) -> Event {
    Event::WorkspaceOpened(Box::new(WorkspaceSnapshot {
        rules: crate::app::event::StoredRules::default(),
        folders: Vec::new(),
        directory: directory.into(),
        environments,
        requests: Vec::new(),
        drafts,
        reports: Vec::new(),
        read_only: false,
    }))
}

pub(super) fn opened(environments: Vec<Environment>) -> AppState {
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
            [Command::SaveDrafts { drafts }, Command::OpenWorkspace { directory: Some(folder), shown: Some(shown) }]
                if drafts.open.len() == 1 && folder.ends_with("other") && shown.ends_with("w")
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
    let other = || snapshot("/other", vec![environment("two", "Two")], Drafts::default());
    assert!(
        update(&mut state, other(), at(0)).is_empty(),
        "nobody asked"
    );
    assert_eq!(state.tabs.len(), 1);
    update(
        &mut state,
        act(PreferencesAction::OpenFolder("/other".into())),
        at(0),
    );
    let third = act(PreferencesAction::OpenFolder("/third".into()));
    assert!(
        update(&mut state, third, at(0)).is_empty(),
        "one after the other"
    );
    // Typed while the other one is read.
    let mut draft = state.tabs[0].draft.clone();
    draft.path = "/typed/meanwhile".to_owned();
    update(&mut state, Action::EditDraft(Box::new(draft)), at(0));
    let commands = update(&mut state, other(), at(0));
    let last = commands.iter().find_map(|command| match command {
        Command::EnterWorkspace { directory, drafts } if directory.ends_with("other") => {
            Some(drafts)
        }
        _ => None,
    });
    let last = last.unwrap_or_else(|| panic!("it is not left: {commands:?}"));
    assert_eq!(last.open[0].draft.path, "/typed/meanwhile");
    let late = snapshot("/w", vec![environment("one", "One")], Drafts::default());
    assert!(update(&mut state, late, at(0)).is_empty());
    assert_eq!(
        state.workspace.directory.as_deref(),
        Some("/other".as_ref())
    );
    assert!(state.tabs.is_empty());
    assert_eq!(state.legs, [None, None]);
    assert_eq!(state.environments.len(), 1);
    assert_eq!(state.environments[0].name, "Two");
}

#[test]
fn a_file_that_was_mended_outside_is_not_complained_about_any_more() {
    let report = |text: &str| crate::app::event::FileReport {
        file: "environments/one.toml".to_owned(),
        text: text.to_owned(),
        hint: String::new(),
    };
    let mut state = opened(Vec::new());
    let look = |state: &mut AppState, reports: Vec<crate::app::event::FileReport>| {
        let Event::WorkspaceOpened(mut snapshot) = snapshot("/w", Vec::new(), Drafts::default())
        else {
            unreachable!("made above");
        };
        snapshot.reports = reports;
        update(state, Event::WorkspaceOpened(snapshot), at(0));
        let said: Vec<String> = state
            .notices
            .iter()
            .map(|notice| notice.text.clone())
            .collect();
        said
    };
    let first = report("line 3: no value");
    assert_eq!(
        look(&mut state, vec![first.clone()]),
        ["environments/one.toml: line 3: no value"]
    );
    assert_eq!(
        look(&mut state, vec![report("line 4: no value")]),
        ["environments/one.toml: line 4: no value"],
        "the newest only"
    );
    assert_eq!(look(&mut state, Vec::new()), Vec::<String>::new());
    assert_eq!(look(&mut state, vec![first]).len(), 1, "broken once more");
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

#[test]
fn whatever_shows_a_request_asks_about_the_changed_form_in_front_of_it() {
    let catalogue = "GET\t/api/v2/users\tgetUsers\tUsers\t\t\n";
    let catalogue = Catalogue::parse(catalogue).expect("a catalogue");
    let opening: [fn(&AppState) -> Action; 4] = [
        |_| Action::Catalogue(CatalogueAction::OpenOperation(0)),
        |state| Action::SelectTab(state.tabs[0].id().clone()),
        |_| Action::Tree(TreeAction::ReopenClosed),
        |_| {
            Action::Tree(TreeAction::NewRequest {
                within: String::new(),
            })
        },
    ];
    for action in opening {
        let mut state = opened(vec![environment("one", "One")]);
        let loaded = CatalogueEvent::Loaded {
            catalogue: Arc::new(catalogue.clone()),
            revision: 0,
            missing: None,
        };
        update(&mut state, Event::Catalogue(loaded), at(0));
        update(&mut state, Action::NewRequest, at(0));
        let edit = Action::EditEnvironment(EnvironmentId::from_name("one"));
        update(&mut state, edit.clone(), at(0));
        let settings = act(PreferencesAction::Show(Some(Page::Settings)));
        update(&mut state, settings, at(0));
        let shows = action(&state);
        update(&mut state, shows.clone(), at(0));
        assert_eq!(state.preferences.page, None, "{shows:?}");
        assert!(
            state.form.is_none(),
            "nothing was changed in the form: {shows:?}"
        );

        update(&mut state, edit, at(0));
        let mut form = state.form.clone().expect("a form");
        form.environment.name = "Another".to_owned();
        update(&mut state, Action::EditForm(form), at(0));
        update(&mut state, shows.clone(), at(0));
        let kept = state.form.as_ref().expect("it is not given up unasked");
        assert_eq!(kept.environment.name, "Another", "{shows:?}");
        assert!(
            matches!(state.dialog, Some(Dialog::CloseForm)),
            "{shows:?}: {:?}",
            state.dialog
        );
    }
}
