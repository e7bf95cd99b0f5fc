//! Questions that come up beside one another.

use super::*;
use crate::app::state::Dialog;

#[test]
fn questions_that_come_while_another_is_open_wait_their_turn() {
    let refused = |id, text: &str| Event::NotSent {
        exchange: id,
        reason: NotSent::NeedsConfirmation {
            text: text.to_owned(),
        },
    };
    let mut state = at_work();
    let first = sent(&act(&mut state, Action::Send)).exchange;
    let one = state.active_tab().expect("a tab").id().clone();
    act(&mut state, Action::NewRequest);
    let two = state.active_tab().expect("a tab").id().clone();
    let mut draft = state.active_tab().expect("a tab").draft.clone();
    draft.path = "/api/v2/users".to_owned();
    act(&mut state, Action::EditDraft(Box::new(draft)));
    let second = sent(&act(&mut state, Action::Send)).exchange;

    act(&mut state, Action::ShowKeys);
    hear(&mut state, refused(first, "first"));
    hear(&mut state, refused(second, "second"));
    act(&mut state, Action::ShowKeys);
    let asked = |state: &AppState| match &state.dialog {
        Some(Dialog::ConfirmUnsafe { text, request, .. }) => Some((text.clone(), request.clone())),
        _ => None,
    };
    assert_eq!(asked(&state), Some(("first".to_owned(), one)));
    let commands = act(&mut state, Action::Answer(DialogAnswer::Confirm));
    assert!(sent(&commands).confirmed_unsafe);
    assert_eq!(asked(&state), Some(("second".to_owned(), two.clone())));
    let commands = act(&mut state, Action::Answer(DialogAnswer::Confirm));
    assert!(sent(&commands).confirmed_unsafe);
    assert_eq!(state.active_tab().expect("a tab").id(), &two);
    assert!(state.dialog.is_none(), "{:?}", state.dialog);
}
