//! The form of an environment against what is outside of it: the file that another program changed, and the draft that
//! outlives the window.

use super::super::command::FormDraft;
use super::super::form::EnvironmentForm;
use super::super::preferences::OutsideChange;
use super::super::state::AppState;
use super::environments::refresh;

/// What the form holds and no file does.
pub(super) fn draft(state: &AppState) -> Option<Box<FormDraft>> {
    let form = state.form.as_ref().filter(|form| form.is_changed())?;
    Some(Box::new(FormDraft {
        environment: form.environment.clone(),
        is_new: form.is_new,
        twin: form.make_twin.then_some(form.twin_region),
    }))
}

/// The form as it was when the window closed. One whose file is gone becomes a new one: saving makes the file again.
pub(super) fn take_draft(state: &mut AppState, draft: FormDraft) {
    if state.form.is_some() {
        return;
    }
    let stored = state
        .environments
        .iter()
        .find(|known| known.id == draft.environment.id)
        .filter(|_| !draft.is_new)
        .cloned();
    let mut form = EnvironmentForm::edit(draft.environment);
    if let Some(stored) = stored {
        form.initial = stored;
    } else {
        form.is_new = true;
        // It differs from nothing at all, so that it is asked about and kept.
        form.initial.name.clear();
    }
    if let Some(region) = draft.twin {
        form.make_twin = true;
        form.twin_region = region;
    }
    refresh(&mut form, state);
    state.form = Some(Box::new(form));
}

/// The file of the environment in the form says something else now. Without changes in the form, the form shows it.
pub(super) fn notice_outside(state: &mut AppState) {
    let Some(change) = super::preferences::outside_change(state) else {
        if let Some(form) = &mut state.form {
            form.outside = None;
        }
        return;
    };
    let changed = state.form.as_ref().is_some_and(|form| form.is_changed());
    let shows_file = !changed && matches!(change, OutsideChange::Changed(_));
    if let Some(form) = &mut state.form {
        form.outside = Some(change);
    }
    if shows_file {
        take_file(state);
    }
}

/// The form as its file is now: what was typed goes, or the form closes with a deleted file.
pub(super) fn take_file(state: &mut AppState) {
    let Some(form) = state.form.take() else {
        return;
    };
    match form.outside {
        Some(OutsideChange::Changed(environment)) => {
            let mut again = EnvironmentForm::edit(*environment);
            again.secret_reports = form.secret_reports;
            refresh(&mut again, state);
            state.form = Some(Box::new(again));
        }
        Some(OutsideChange::Deleted) => {}
        None => state.form = Some(form),
    }
}

/// What was typed stays; saving puts it over what the file says, or makes the file again.
pub(super) fn keep_mine(state: &mut AppState) {
    let Some(mut form) = state.form.take() else {
        return;
    };
    match form.outside.take() {
        Some(OutsideChange::Changed(environment)) => form.initial = *environment,
        Some(OutsideChange::Deleted) => form.is_new = true,
        None => {}
    }
    refresh(&mut form, state);
    state.form = Some(form);
}
