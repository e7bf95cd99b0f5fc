//! A URL pasted into the path: taken apart when an environment has its origin, else an environment of it is offered. And a path
//! of a gateway's own: it becomes the path of Genesys Cloud that it stands for.

use crate::app::command::Command;
use crate::app::editing::{OfferKind, UrlOffer};
use crate::app::form::NewTarget;
use crate::app::state::{AppState, Leg, SandboxState};
use crate::model::environment::Environment;
use crate::model::request::RequestDraft;
use crate::model::route::{self, PastedUrl};
use crate::model::sandbox_environments::bind;

use super::{choose_environment, environments, requests};

/// Takes the URL in the draft's path apart. What was typed as rows before stays in front of the URL's own query.
pub(super) fn take_apart(state: &mut AppState, mut draft: RequestDraft) -> Vec<Command> {
    let mut legs = [state.active_leg, other(state.active_leg)].into_iter();
    let Some(pasted) = PastedUrl::parse(&draft.path) else {
        let direct = legs.find_map(|leg| {
            let environment = reachable(state, state.leg(leg)?)?;
            route::direct_path(&environment, &draft.method, draft.path.trim())
        });
        if let Some(path) = direct {
            draft.path = path;
        }
        return requests::edit(state, draft);
    };
    state.editing.offer = None;
    let own = legs.find_map(|leg| {
        let environment = reachable(state, state.leg(leg)?)?;
        Some((leg, pasted.path_in(&environment, &draft.method)?))
    });
    if let Some((_, path)) = own {
        put(&mut draft, path, &pasted);
        return requests::edit(state, draft);
    }
    let elsewhere = state.all_environments().find_map(|known| {
        let path = pasted.path_in(&reachable(state, known)?, &draft.method)?;
        Some((known.id.clone(), known.name.clone(), path))
    });
    let kind = if let Some((environment, name, path)) = elsewhere {
        put(&mut draft, path, &pasted);
        OfferKind::Choose {
            leg: state.active_leg,
            environment,
            name,
        }
    } else {
        let target = match pasted.region() {
            Some(region) => NewTarget::Direct(region),
            None => NewTarget::Gateway {
                invoke_url: format!("{}{}", pasted.origin, pasted.path),
            },
        };
        OfferKind::Make { target }
    };
    state.editing.offer = Some(UrlOffer {
        request: draft.id.clone(),
        origin: pasted.origin,
        kind,
    });
    requests::edit(state, draft)
}

fn put(draft: &mut RequestDraft, path: String, pasted: &PastedUrl) {
    draft.path = path;
    draft.query.extend(pasted.query.iter().cloned());
}

fn other(leg: Leg) -> Leg {
    match leg {
        Leg::A => Leg::B,
        Leg::B => Leg::A,
    }
}

/// With its addresses; a sandbox that is not running has none.
fn reachable(state: &AppState, environment: &Environment) -> Option<Environment> {
    if environment.sandbox.is_none() {
        return Some(environment.clone());
    }
    match &state.sandbox {
        SandboxState::Running(addresses) => Some(bind(environment, addresses)),
        _ => None,
    }
}

/// Chooses or makes the environment that was offered, or puts the offer away.
pub(super) fn answer(state: &mut AppState, accepted: bool) -> Vec<Command> {
    let Some(offer) = state.editing.offer.take() else {
        return Vec::new();
    };
    if !accepted {
        state.importing.came_with.remove(&offer.request);
        return Vec::new();
    }
    match offer.kind {
        OfferKind::Choose {
            leg, environment, ..
        }
        | OfferKind::CameWith {
            leg, environment, ..
        } => choose_environment(state, leg, environment),
        // The path stays as it was pasted until the environment is there; then it is taken apart (`made`).
        OfferKind::Make { target } => {
            state.editing.waiting = Some(offer.request);
            environments::new_form(state, &target)
        }
    }
}

/// An environment was saved: the URL that it was made from is taken apart now.
pub(super) fn made(state: &mut AppState) -> Vec<Command> {
    let Some(request) = state.editing.waiting.take() else {
        return Vec::new();
    };
    let draft = state.tab(&request).map(|tab| tab.draft.clone());
    draft.map_or_else(Vec::new, |draft| take_apart(state, draft))
}
