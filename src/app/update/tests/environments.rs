//! Environments: the form, its answers, what comes from outside, and the keyring.

use super::{act, at_work, hear, snapshot, start};
use crate::app::action::Action;
use crate::app::command::Command;
use crate::app::event::{Event, KeyringState};
use crate::app::form::NewTarget;
use crate::app::state::{AppState, Dialog, Leg};
use crate::app::tree::TreeCommand;
use crate::model::ids::EnvironmentId;
use crate::model::note::Field;
use crate::model::region::Region;
use crate::model::secret::{Secret, SecretName};

#[test]
fn a_new_gateway_is_saved_with_its_secret_and_its_twin_and_both_become_the_legs() {
    let mut state = AppState::new(start());
    hear(&mut state, Event::WorkspaceOpened(Box::new(snapshot())));
    act(
        &mut state,
        Action::NewEnvironment(NewTarget::Gateway {
            invoke_url: "https://a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/test".to_owned(),
        }),
    );
    let mut form = state.form.clone().expect("the form is open");
    let gateway = form.gateway().expect("a gateway");
    assert_eq!(gateway.stage, "test");
    assert_eq!(form.twin_region, Region::find("us-west-2").expect("known"));
    form.environment.name = "Acme · gateway".to_owned();
    form.environment.credentials = crate::model::environment::Credentials::ClientCredentials {
        client_id: "client".to_owned(),
        scope: String::new(),
        style: crate::model::environment::ClientAuthentication::Basic,
    };
    form.entered
        .insert(SecretName::ClientSecret, Secret::new("canary"));
    act(&mut state, Action::EditForm(form));
    let commands = act(&mut state, Action::SaveForm);
    assert!(
        matches!(
            &commands[..],
            [
                Command::SetSecret { .. },
                Command::SaveEnvironment { .. },
                Command::SaveEnvironment { .. }
            ]
        ),
        "{commands:?}"
    );
    assert!(state.form.is_none());
    assert_eq!(state.leg(Leg::B).expect("B").name, "Acme · gateway");
    assert_eq!(state.leg(Leg::A).expect("A").name, "Acme · direct");
    assert!(!format!("{state:?} {commands:?}").contains("canary"));

    // The answers come one by one, and the first look at the folder does not hold the twin yet.
    let saved: Vec<_> = commands
        .iter()
        .filter_map(|command| match command {
            Command::SaveEnvironment { environment } => Some((**environment).clone()),
            _ => None,
        })
        .collect();
    for written in 1..=saved.len() {
        hear(
            &mut state,
            Event::Saved {
                what: format!("environment `{}`", saved[written - 1].name),
                conflict: None,
            },
        );
        let mut seen = snapshot();
        seen.environments = saved[..written].to_vec();
        hear(&mut state, Event::WorkspaceOpened(Box::new(seen)));
        let names = Leg::BOTH.map(|leg| state.leg(leg).map(|known| known.name.as_str()));
        assert_eq!(
            names,
            [Some("Acme · direct"), Some("Acme · gateway")],
            "after {written} answers"
        );
    }
}

#[test]
fn an_environment_from_outside_is_taken_over_and_a_removed_one_leaves_its_leg_empty() {
    let mut state = at_work();
    assert!(matches!(
        act(&mut state, Action::Focused)[..],
        [Command::CheckWorkspace]
    ));
    let outside = crate::app::form::blank(
        EnvironmentId::from_name("outside"),
        "Outside",
        crate::model::environment::Target::Direct {
            place: crate::model::environment::Place::Region(crate::app::form::default_region()),
        },
    );
    let mut seen = snapshot();
    seen.environments.push(outside.clone());
    hear(&mut state, Event::WorkspaceOpened(Box::new(seen)));
    act(
        &mut state,
        Action::ChooseEnvironment {
            leg: Leg::A,
            environment: outside.id,
        },
    );
    assert_eq!(state.leg(Leg::A).expect("A").name, "Outside");
    hear(&mut state, Event::WorkspaceOpened(Box::new(snapshot())));
    assert!(state.leg(Leg::A).is_none());
}

#[test]
fn trying_the_keyring_again_ends_with_its_answer_also_when_that_is_the_same() {
    let mut state = at_work();
    let absent = KeyringState::Unavailable {
        reason: "no keyring service is running".to_owned(),
        hint: String::new(),
    };
    hear(&mut state, Event::Keyring(absent.clone()));
    act(&mut state, Action::RetryKeyring);
    assert!(state.keyring_retrying);
    hear(&mut state, Event::Keyring(absent));
    assert!(!state.keyring_retrying);
}

#[test]
fn a_form_with_problems_stays_open_and_saves_nothing() {
    let mut state = AppState::new(start());
    hear(&mut state, Event::WorkspaceOpened(Box::new(snapshot())));
    act(
        &mut state,
        Action::NewEnvironment(NewTarget::Gateway {
            invoke_url: String::new(),
        }),
    );
    assert!(act(&mut state, Action::SaveForm).is_empty());
    let form = state.form.as_ref().expect("still open");
    assert!(!form.problems.is_empty());
    let mut changed = form.clone();
    changed.port_text = "70000".to_owned();
    act(&mut state, Action::EditForm(changed));
    let form = state.form.as_ref().expect("still open");
    assert_eq!(form.problems_at(&Field::Port).count(), 1);
    act(&mut state, Action::CloseForm);
    assert!(matches!(state.dialog, Some(Dialog::CloseForm)));
}

#[test]
fn a_deleted_environment_takes_token_and_leg_and_comes_back_with_its_secrets() {
    let mut state = AppState::new(start());
    hear(&mut state, Event::WorkspaceOpened(Box::new(snapshot())));
    let region = Region::find("us-east-1").expect("known");
    act(
        &mut state,
        Action::NewEnvironment(NewTarget::Direct(region)),
    );
    act(&mut state, Action::SaveForm);
    let id = state.legs[0].clone().expect("A");
    let commands = act(&mut state, Action::DeleteEnvironment(id.clone()));
    let [
        Command::ForgetToken { .. },
        Command::Tree(TreeCommand::RemoveEnvironment {
            environment,
            removal,
        }),
    ] = &commands[..]
    else {
        panic!("the file goes, the secrets stay: {commands:?}");
    };
    assert_eq!((environment, state.legs[0].as_ref()), (&id, None));
    assert!(state.environment(&id).is_none());

    // Another one of that name must not get the secrets that wait.
    act(
        &mut state,
        Action::NewEnvironment(NewTarget::Direct(region)),
    );
    act(&mut state, Action::SaveForm);
    let other = state.legs[0].clone().expect("A");
    assert_ne!(other, id);

    let undo = state
        .notices
        .iter()
        .find(|notice| notice.link.is_some())
        .expect("a way back")
        .id;
    let back = act(&mut state, Action::FollowNotice(undo));
    let expected = *removal;
    assert!(
        matches!(back[..], [Command::Tree(TreeCommand::Restore { removal })] if removal == expected),
        "{back:?}"
    );
    assert!(state.environment(&id).is_some());
    assert_eq!(
        state.legs[0],
        Some(other),
        "a leg in use keeps its environment"
    );
    let closing = act(&mut state, Action::Closing);
    assert!(
        matches!(
            closing.last(),
            Some(Command::Tree(TreeCommand::ForgetRemoved))
        ),
        "{closing:?}"
    );
}
