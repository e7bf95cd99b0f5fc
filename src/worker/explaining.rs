//! Explains answers on the blocking pool: a body may be long.

use std::sync::Arc;

use tokio_util::task::TaskTracker;

use crate::app::event::Event;
use crate::app::explaining::{ExplainingCommand, ExplainingEvent};
use crate::explain::explanation::explain;

use super::core::Core;

/// Takes the command over and returns at once.
pub(super) fn dispatch(core: &Arc<Core>, tasks: &TaskTracker, command: ExplainingCommand) {
    let ExplainingCommand::Explain {
        exchange,
        environment,
    } = command;
    let core = Arc::clone(core);
    tasks.spawn_blocking(move || {
        let explanation = Arc::new(explain(&exchange, &environment));
        core.events
            .emit(Event::Explaining(ExplainingEvent::Explained {
                exchange: exchange.id,
                explanation,
            }));
    });
}
