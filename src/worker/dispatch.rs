//! The worker's thread: commands come in one by one, each becomes a task. The end cancels what is under way and awaits saves.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_util::task::TaskTracker;

use crate::app::command::Command;

use super::Front;
use super::core::Core;

/// What travels to the worker.
#[derive(Debug)]
pub(super) enum Incoming {
    Command(Box<Command>),
    Shutdown,
}

/// Runs until the front shuts the worker down or goes away.
pub(super) fn run(
    front: Front,
    core: Arc<Core>,
    commands: UnboundedReceiver<Incoming>,
    limit: Duration,
) {
    match runtime(front) {
        Ok(runtime) => {
            runtime.block_on(serve(core, commands, limit));
            runtime.shutdown_timeout(Duration::from_millis(50));
        }
        Err(error) => tracing::error!(%error, "the runtime could not be started"),
    }
}

fn runtime(front: Front) -> std::io::Result<Runtime> {
    match front {
        Front::Window => Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("gatescope-network")
            .enable_all()
            .build(),
        Front::Headless => Builder::new_current_thread().enable_all().build(),
    }
}

async fn serve(core: Arc<Core>, mut commands: UnboundedReceiver<Incoming>, limit: Duration) {
    let tasks = TaskTracker::new();
    while let Some(Incoming::Command(command)) = commands.recv().await {
        execute(&core, &tasks, *command);
    }
    core.cancel_all();
    tasks.close();
    if tokio::time::timeout(limit, tasks.wait()).await.is_err() {
        tracing::warn!("some work was still under way at the end");
    }
}

/// Starts the command's work. What must keep its order is queued here, before the next command is looked at.
fn execute(core: &Arc<Core>, _tasks: &TaskTracker, command: Command) {
    if let Command::Cancel { exchange } = command {
        core.cancel(exchange);
    }
}
