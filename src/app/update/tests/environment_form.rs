//! The form of an environment: pasted URLs, secrets, copies, and what becomes of it when something else happens.

use super::preferences::{act, at, environment, opened, snapshot};
use super::*;
use crate::app::event::{SecretPresence, SecretReport};
use crate::app::form::NewTarget;
use crate::app::preferences::{OutsideChange, PreferencesAction};
use crate::model::environment::{Colour, Credentials, Place, Target};
use crate::model::region::Region;
use crate::model::secret::{SecretKey, SecretName};

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
