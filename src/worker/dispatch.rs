//! The worker's thread: commands come in one by one, each becomes a task. The end cancels what is under way and awaits saves.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::command::Command;
use crate::app::comparing::ComparingCommand;
use crate::app::event::{Event, TokenState};
use crate::model::exchange::ResponseBody;
use crate::model::ids::ExchangeId;
use crate::model::masks::Masks;

use super::core::Core;
use super::{Front, commands, laying_out, secret_report, sending};

/// What travels to the worker.
pub(super) enum Incoming {
    Command(Box<Command>),
    /// A future of the front's, to be run here.
    Task(Pin<Box<dyn Future<Output = ()> + Send>>),
    Shutdown,
}

impl fmt::Debug for Incoming {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(command) => formatter.debug_tuple("Command").field(command).finish(),
            Self::Task(_) => formatter.write_str("Task"),
            Self::Shutdown => formatter.write_str("Shutdown"),
        }
    }
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
            match front {
                Front::Window => runtime.shutdown_timeout(Duration::from_millis(50)),
                // The process ends at once; what had to be finished was awaited.
                Front::Headless => runtime.shutdown_background(),
            }
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
    let mut watches_interrupts = false;
    loop {
        match commands.recv().await {
            Some(Incoming::Command(command)) => {
                if core.options.front == Front::Headless
                    && !watches_interrupts
                    && can_be_interrupted(&command)
                {
                    watches_interrupts = true;
                    tokio::spawn(cancel_on_interrupt(Arc::clone(&core)));
                }
                execute(&core, &tasks, *command);
            }
            Some(Incoming::Task(task)) => {
                tokio::spawn(task);
            }
            Some(Incoming::Shutdown) | None => break,
        }
    }
    core.cancel_all();
    tasks.close();
    if tokio::time::timeout(limit, tasks.wait()).await.is_err() {
        tracing::warn!("some work was still under way at the end");
    }
    if tokio::time::timeout(limit, core.stop_sandbox())
        .await
        .is_err()
    {
        tracing::warn!("the sandbox was still answering at the end");
    }
}

/// Before one of these the system's own handling of Ctrl+C is right: it ends the process, a hidden prompt included.
fn can_be_interrupted(command: &Command) -> bool {
    matches!(
        command,
        Command::Send(_)
            | Command::FetchToken { .. }
            | Command::StartSandbox
            | Command::Comparing(ComparingCommand::Compare(_) | ComparingCommand::Sample(_))
            | Command::Checking(_)
    )
}

async fn cancel_on_interrupt(core: Arc<Core>) {
    while tokio::signal::ctrl_c().await.is_ok() {
        core.cancel_all();
        core.events.interrupted();
    }
}

/// Starts the command's work. What must keep its order is queued here, before the next command is looked at.
#[expect(clippy::too_many_lines, reason = "one arm a kind: a table")]
fn execute(core: &Arc<Core>, tasks: &TaskTracker, command: Command) {
    use Command as C;
    let shared = || Arc::clone(core);
    match command {
        C::OpenWorkspace { directory, shown } => {
            // What was deleted from the one on screen can still be brought back.
            let is_first = shown.is_none();
            tasks.spawn(commands::open_workspace(core, directory, shown));
            if is_first && core.options.front == Front::Window {
                super::tree::forget_removed(core, tasks, super::tree::Which::All);
            }
        }
        C::EnterWorkspace { directory, drafts } => {
            tasks.spawn(commands::enter_workspace(core, directory, drafts));
            super::tree::forget_removed(core, tasks, super::tree::Which::All);
        }
        C::CheckWorkspace => {
            tasks.spawn(commands::check_workspace(core));
        }
        C::SaveEnvironment { environment } => {
            tasks.spawn(commands::save_environment(core, *environment));
        }
        C::DeleteEnvironment { environment } => {
            tasks.spawn(commands::delete_environment(core, environment));
        }
        C::SaveRequest { draft } => {
            tasks.spawn(commands::save_request(core, *draft));
        }
        C::DeleteRequest { request } => {
            tasks.spawn(commands::delete_request(core, request));
        }
        C::SaveDrafts { drafts } => {
            tasks.spawn(commands::save_drafts(core, drafts));
        }
        C::SetSecret {
            environment,
            key,
            secret,
        } => {
            tasks.spawn(commands::set_secret(core, &environment, key, secret));
        }
        C::DeleteSecret { key } => {
            tasks.spawn(commands::delete_secret(core, key));
        }
        C::CheckSecrets { environment } => {
            tasks.spawn(secret_report::check(shared(), *environment));
        }
        C::ConfirmOrigins { environment } => {
            tasks.spawn(commands::confirm_origins(core, *environment));
        }
        C::Approve { environment, item } => {
            tasks.spawn(commands::approve(core, environment, item));
        }
        C::RetryKeyring => {
            tasks.spawn(commands::retry_keyring(shared()));
        }
        C::KeepBody { draft } => {
            tasks.spawn(commands::keep_body(core, *draft));
        }
        C::SaveBody { body, path, masks } => {
            tasks.spawn(commands::save_body(shared(), body, path, masks));
        }
        C::Send(command) => {
            let cancel = core.begin(command.exchange);
            tasks.spawn(sending::send(shared(), *command, cancel));
        }
        C::FetchToken {
            exchange,
            environment,
            force,
        } => {
            let cancel = core.begin(exchange);
            tasks.spawn(sending::fetch_token(
                shared(),
                exchange,
                *environment,
                force,
                cancel,
            ));
        }
        C::ForgetToken { environment } => {
            core.forget_token(&environment);
            core.events.emit(Event::Token {
                environment,
                state: TokenState::Missing,
            });
        }
        C::Cancel { exchange } => core.cancel(exchange),
        C::StartSandbox => {
            tasks.spawn(start_sandbox(shared()));
        }
        C::LayOutBody {
            exchange,
            body,
            content_type,
            masks,
        } => {
            let cancel = core.begin(exchange);
            let answer = Answer {
                body,
                content_type,
                masks,
            };
            tasks.spawn(lay_out(shared(), exchange, answer, cancel));
        }
        // The window's own: dialogs begin on the main thread.
        C::PickFile { .. } => {}
        C::History(command) => super::history::dispatch(core, tasks, command),
        C::Tree(command) => super::tree::dispatch(core, tasks, command),
        C::Catalogue(command) => super::catalogue::dispatch(core, tasks, command),
        C::TokenPanel(command) => super::token_panel::dispatch(core, tasks, command),
        C::Reading(command) => super::reading::dispatch(core, tasks, command),
        C::Editing(command) => super::editing::dispatch(core, tasks, command),
        C::Explaining(command) => super::explaining::dispatch(core, tasks, command),
        C::Checking(command) => super::checking::dispatch(core, tasks, command),
        C::Preferences(command) => super::preferences::dispatch(core, tasks, command),
        C::Comparing(command) => super::comparing::dispatch(core, tasks, command),
        C::Importing(command) => super::importing::dispatch(core, tasks, command),
        C::Exporting(command) => super::exporting::dispatch(core, tasks, command),
    }
}

async fn start_sandbox(core: Arc<Core>) {
    if let Err(trouble) = core.sandbox().await {
        core.events.emit(Event::SandboxFailed {
            text: trouble.text,
            hint: trouble.hint,
        });
    }
}

struct Answer {
    body: Arc<ResponseBody>,
    content_type: Option<String>,
    masks: Masks,
}

async fn lay_out(core: Arc<Core>, exchange: ExchangeId, answer: Answer, cancel: CancellationToken) {
    let laid_out = tokio::task::spawn_blocking(move || {
        laying_out::lay_out_masked(
            &answer.body.decoded,
            answer.content_type.as_deref(),
            &answer.masks,
            &|| cancel.is_cancelled(),
        )
    })
    .await;
    core.end(exchange);
    if let Ok(Some(view)) = laid_out {
        core.events.emit(Event::BodyReady {
            exchange,
            view: Arc::new(view),
        });
    }
}
