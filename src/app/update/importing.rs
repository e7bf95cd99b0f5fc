//! What came of imports.

use super::super::command::Command;
use super::super::importing::ImportingEvent;
use super::super::notices::NoticeKind;
use super::super::state::AppState;
use super::notice;

pub(super) fn on_event(state: &mut AppState, event: ImportingEvent) -> Vec<Command> {
    match event {
        ImportingEvent::Applied(applied) => {
            if let Some(trouble) = applied.failed {
                notice(state, NoticeKind::Failure, trouble.text, trouble.hint);
            }
        }
        ImportingEvent::Secrets(Err(trouble)) => {
            notice(state, NoticeKind::Failure, trouble.text, trouble.hint);
        }
        ImportingEvent::Secrets(Ok(_)) => {}
    }
    Vec::new()
}
