//! What was answered before its leg became another one says so, and nothing else does.

use super::preferences::environment;
use super::*;
use crate::model::environment::Colour;
use crate::model::ids::EnvironmentId;
use crate::model::request::HeaderRow;

fn workspace(environments: Vec<crate::model::environment::Environment>) -> Event {
    let mut known = snapshot();
    known.environments = environments;
    Event::WorkspaceOpened(Box::new(known))
}

fn outdated(state: &AppState) -> Option<String> {
    let tab = state.active_tab().expect("a tab");
    state.outdated_answer(tab).map(|found| found.words())
}

#[test]
fn an_answer_says_that_its_environment_is_another_one_now() {
    let mut state = at_work();
    let acme = environment("acme", "Acme");
    hear(&mut state, workspace(vec![acme.clone()]));
    act(
        &mut state,
        Action::ChooseEnvironment {
            leg: Leg::A,
            environment: EnvironmentId::from_name("acme"),
        },
    );
    act(&mut state, Action::ActivateLeg(Leg::A));
    let id = sent(&act(&mut state, Action::Send)).exchange;
    hear(&mut state, exchange(id, None, 2));
    assert_eq!(outdated(&state), None, "it has just come");

    let mut renamed = acme.clone();
    renamed.name = "Acme 2".to_owned();
    renamed.colour = Colour::default();
    hear(&mut state, workspace(vec![renamed]));
    assert_eq!(outdated(&state), None, "no server sees a name or a colour");

    let mut changed = acme.clone();
    changed.default_headers.push(HeaderRow {
        enabled: true,
        name: "x-own".to_owned(),
        value: "1".to_owned(),
    });
    hear(&mut state, workspace(vec![changed]));
    let said = outdated(&state).expect("a header more");
    assert!(
        said.starts_with("The settings of Acme (A) have changed"),
        "{said}"
    );

    hear(&mut state, workspace(vec![acme]));
    assert_eq!(outdated(&state), None, "it is what it was");
    let other = state.sandbox_environments[1].clone();
    act(
        &mut state,
        Action::ChooseEnvironment {
            leg: Leg::A,
            environment: other.id.clone(),
        },
    );
    assert_eq!(
        outdated(&state),
        Some(format!("A is now {}; this came from Acme", other.name))
    );
    act(&mut state, Action::ActivateLeg(Leg::B));
    assert!(outdated(&state).is_some(), "the answer is still of A");
}
