//! Executes imports: what a plan says goes into the workspace, its secrets into the keyring. Nothing of an import counts as
//! typed here: what its environments ask for, and the files that its requests name, wait for the user's word as usual.

use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;
use std::sync::Arc;

use tokio_util::task::TaskTracker;

use crate::app::event::{Event, NotSent};
use crate::app::importing::{
    Applied, Fate, ImportingCommand, ImportingEvent, KeptSecret, Plan, PlannedRequest, Trouble,
};
use crate::interchange::ImportError;
use crate::interchange::reading::{self, Read};
use crate::interchange::text::LARGEST_TEXT;
use crate::model::environment::Environment;
use crate::model::secret::{Secret, SecretId, SecretKey, Secrets};
use crate::secrets::Kept;
use crate::store::atomic::{self, Access};
use crate::store::{Filed, RequestFolder, StoreError, Workspace};

use super::core::Core;
use super::events::EventSink;
use super::files::{Files, Open};
use super::imports::{FiledAnew, Import};
use super::origins::possible_keys;
use super::{Front, catalogue, commands, trust};

/// Takes the command over and returns at once.
pub(super) fn dispatch(core: &Arc<Core>, tasks: &TaskTracker, command: ImportingCommand) {
    match command {
        ImportingCommand::Apply(plan) => {
            tasks.spawn(apply(core, *plan));
        }
        ImportingCommand::ReadFile { path } => {
            let events = core.events.clone();
            tasks.spawn_blocking(move || {
                let name = path.file_name().unwrap_or(path.as_os_str());
                let name = name.to_string_lossy().into_owned();
                let read = read_file(&path)
                    .and_then(|bytes| reading::import_bytes(&bytes, None).map_err(not_read));
                tell_read(&events, name, read);
            });
        }
        ImportingCommand::ReadText { text } => {
            let events = core.events.clone();
            tasks.spawn_blocking(move || {
                let read = reading::import(text.expose(), None).map_err(not_read);
                tell_read(&events, "the pasted text".to_owned(), read);
            });
        }
        ImportingCommand::PutBack(environment) => {
            tasks.spawn(commands::put_back(core, *environment));
        }
        ImportingCommand::Swap { import } => {
            tasks.spawn(swap(core, import));
        }
    }
}

fn tell_read(events: &EventSink, name: String, read: Result<Read, Trouble>) {
    events.emit(Event::Importing(ImportingEvent::Read {
        name,
        read: read.map(Box::new),
    }));
}

/// The bytes of a file that is small enough.
///
/// # Errors
/// For folders, devices, larger files, and those that cannot be read.
pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, Trouble> {
    // To open a pipe waits for somebody who writes into it, so what it is comes first.
    let metadata = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    if let Some(trouble) = unsuitable(path, &metadata) {
        return Err(trouble);
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(LARGEST_TEXT as u64 + 1).read_to_end(&mut bytes))
        .map_err(|error| unreadable(path, &error))?;
    Ok(bytes)
}

/// Why what stands at `path` is not even opened.
fn unsuitable(path: &Path, metadata: &Metadata) -> Option<Trouble> {
    let name = path.display();
    let (text, hint) = if metadata.is_dir() {
        (
            format!("{name} is a folder"),
            "choose one file, such as the export of the whole collection",
        )
    } else if !metadata.is_file() {
        (
            format!("{name} is no file but a pipe, a socket or a device"),
            "save what comes out of it as a file, or give it to the standard input of `gatescope import -`",
        )
    } else if metadata.len() > LARGEST_TEXT as u64 {
        (
            format!(
                "{name} is too large, with {} MB: less than {} MB are read",
                metadata.len() / 1_000_000,
                LARGEST_TEXT / 1_000_000
            ),
            "export or cut out a part of it, and import that",
        )
    } else {
        return None;
    };
    Some(Trouble {
        text,
        hint: format!("{NOTHING}; {hint}"),
    })
}

fn unreadable(path: &Path, error: &io::Error) -> Trouble {
    let name = path.display();
    let (text, hint) = match error.kind() {
        ErrorKind::NotFound if path.is_symlink() => (
            format!("{name} cannot be read: it is a link to a file that is not there"),
            "choose the file itself",
        ),
        ErrorKind::NotFound => (
            format!("{name} cannot be read: there is no such file"),
            "look at its name and folder",
        ),
        ErrorKind::PermissionDenied => (
            format!("{name} cannot be read: you have no permission to"),
            "give yourself the permission to read it, or choose a copy of it",
        ),
        _ => {
            return Trouble {
                text: format!("{name} cannot be read: {error}"),
                hint: NOTHING.to_owned(),
            };
        }
    };
    Trouble {
        text,
        hint: format!("{NOTHING}; {hint}"),
    }
}

pub(super) fn write_file(path: &Path, text: &str, is_private: bool) -> Result<(), Trouble> {
    let access = if is_private {
        Access::Private
    } else {
        Access::AsBefore
    };
    atomic::write(path, text.as_bytes(), access).map_err(trouble)
}

const NOTHING: &str = "Nothing was imported";

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn not_read(error: ImportError) -> Trouble {
    let hint = if error.understood.is_empty() {
        NOTHING.to_owned()
    } else {
        format!("{NOTHING}; understood so far: {}", error.understood)
    };
    Trouble {
        text: format!(
            "Line {}, column {}: {}",
            error.place.line, error.place.column, error.text
        ),
        hint,
    }
}

/// A secret with the id under which the keyring will know it.
struct Bound {
    key: SecretKey,
    id: SecretId,
    value: Secret,
    /// How it was filed before.
    before: Option<Filed>,
}

fn apply(core: &Arc<Core>, plan: Plan) -> impl Future<Output = ()> + Send + 'static {
    for secret in &plan.secrets {
        core.learn(&secret.value);
        core.forget_token(&secret.key.environment);
    }
    let known = core.known();
    let shared = Arc::clone(core);
    let pending = core.files.run(move |files: &mut Files| {
        let mut applied = Applied::default();
        let mut bound = Vec::new();
        let mut has_operations = false;
        match files.opened() {
            Ok(open) => {
                open.withhold(known);
                let mut import = Import::default();
                open.workspace.put_off_flushing();
                let written = write(open, plan, &mut applied, &mut bound, &mut import);
                let flushed = open.workspace.flush();
                if let Err(error) = written.and(flushed) {
                    applied.failed = Some(trouble(error));
                }
                has_operations = !import.catalogue.is_empty();
                if shared.options.front == Front::Window {
                    applied.import = open.imports.add(import);
                }
                let snapshot = open.snapshot();
                shared
                    .events
                    .emit(Event::WorkspaceOpened(Box::new(snapshot)));
            }
            Err(error) => applied.failed = Some(trouble(error)),
        }
        if has_operations {
            catalogue::own_changed(&shared);
        }
        (applied, bound)
    });
    let core = Arc::clone(core);
    async move {
        let applied = match pending.wait().await {
            Ok((mut applied, bound)) => {
                keep(&core, bound, &mut applied).await;
                applied
            }
            Err(gone) => Applied {
                failed: Some(Trouble {
                    text: gone.to_string(),
                    hint: "Start Gatescope again".to_owned(),
                }),
                ..Applied::default()
            },
        };
        core.events
            .emit(Event::Importing(ImportingEvent::Applied(Box::new(applied))));
        commands::secrets_known(&core).await;
    }
}

fn trouble(error: StoreError) -> Trouble {
    Trouble {
        text: error.to_string(),
        hint: error.hint,
    }
}

fn write(
    open: &mut Open,
    plan: Plan,
    applied: &mut Applied,
    bound: &mut Vec<Bound>,
    import: &mut Import,
) -> Result<(), StoreError> {
    for planned in plan.changed_environments() {
        match open.workspace.environment(&planned.environment.id) {
            Some(before) => applied.changed.push(before.clone()),
            None => applied.environments.push(planned.environment.id.clone()),
        }
        let saved = open.workspace.save_environment(&planned.environment)?;
        applied.conflicts.extend(saved.conflict);
    }
    if let Some(catalogue) = &plan.catalogue {
        let (change, kept) = open
            .workspace
            .save_catalogue(catalogue, plan.replaces_operations)?;
        applied.operations = change.len();
        applied.kept_operations = kept;
        import.catalogue = change.reversed();
    }
    for secret in plan.secrets {
        // Under an id of its own: what was there before can come back.
        let (id, before, written) = open.secrets.replace(&secret.key, &secret.origins);
        import.secrets.push(FiledAnew {
            key: secret.key.clone(),
            from: open.secrets.filed(&secret.key),
            to: before.clone(),
        });
        written?;
        bound.push(Bound {
            key: secret.key,
            id,
            value: secret.value,
            before,
        });
    }
    for planned in plan.requests {
        if planned.fate == Fate::Replaces {
            applied
                .changed_requests
                .extend(open.stored_request(&planned.draft.id));
        }
        let saved = write_request(&mut open.workspace, planned, applied)?;
        applied.requests.push(below_requests(&saved));
        applied.conflicts.extend(saved.conflict);
    }
    Ok(())
}

fn below_requests(saved: &crate::store::Saved) -> String {
    let file = saved.file.as_str();
    file.strip_prefix("requests/").unwrap_or(file).to_owned()
}

fn write_request(
    workspace: &mut Workspace,
    planned: PlannedRequest,
    applied: &mut Applied,
) -> Result<crate::store::Saved, StoreError> {
    let directory = planned.directory();
    let mut draft = planned.draft;
    if planned.fate == Fate::Replaces {
        return workspace.save_request(&draft);
    }
    draft.id = Workspace::new_request_id();
    let mut path = String::new();
    for (name, words) in planned.folder {
        if !path.is_empty() {
            path.push('/');
        }
        path.push_str(&name);
        let is_new = !applied.folders.contains(&path)
            && !workspace.folders().iter().any(|folder| folder.path == path);
        if is_new {
            workspace.create_folder(&RequestFolder {
                path: path.clone(),
                name: words,
                order: Vec::new(),
            })?;
            applied.folders.push(path.clone());
        }
    }
    let saved = workspace.save_request_in(&draft, &directory, None)?;
    applied
        .new_requests
        .push((draft.id, below_requests(&saved)));
    Ok(saved)
}

async fn keep(core: &Core, bound: Vec<Bound>, applied: &mut Applied) {
    for Bound {
        key,
        id,
        value,
        before,
    } in bound
    {
        let kept = core.ask_vault(move |vault| vault.set(&id, &value)).await;
        let only_in_memory = match kept {
            Some(Kept::InKeyring) => None,
            Some(Kept::SessionOnly(error)) => Some(Trouble {
                text: error.text,
                hint: error.hint,
            }),
            None => Some(Trouble {
                text: "The keyring could not be asked".to_owned(),
                hint: "Enter it again in the environment".to_owned(),
            }),
        };
        if core.options.front == Front::Headless {
            settle(core, &key, before, only_in_memory.is_none()).await;
        }
        applied.secrets.push(KeptSecret {
            key,
            only_in_memory,
        });
    }
}

/// Without a window nothing is taken back later: the secret before goes, or stays when the new one was not kept.
async fn settle(core: &Core, key: &SecretKey, before: Option<Filed>, is_kept: bool) {
    let key = key.clone();
    let pending = core.files.run(move |files: &mut Files| {
        let Some(open) = files.if_open() else {
            return Vec::new();
        };
        let gone = if is_kept {
            before.map(|filed| filed.id)
        } else {
            let (now, _) = open.secrets.put(&key, before.as_ref());
            now.map(|filed| filed.id)
        };
        open.secrets
            .forget_waiting(&gone.into_iter().collect::<Vec<_>>())
    });
    if let Ok(gone) = pending.wait().await
        && !gone.is_empty()
    {
        commands::forget(core, gone).await;
    }
}

/// Catalogue and secrets change sides: as before the import, or as after it.
fn swap(core: &Arc<Core>, import: u64) -> impl Future<Output = ()> + Send + 'static {
    let shared = Arc::clone(core);
    let pending = core.files.run(move |files: &mut Files| {
        let swapped = files.opened().and_then(|open| open.swap_import(import));
        match swapped {
            Ok(swapped) => {
                for environment in &swapped.environments {
                    shared.forget_token(environment);
                }
                if swapped.has_other_operations {
                    catalogue::own_changed(&shared);
                }
            }
            Err(error) => shared.events.emit(Event::SaveFailed {
                what: "what was imported".to_owned(),
                text: error.to_string(),
                hint: error.hint,
            }),
        }
    });
    let core = Arc::clone(core);
    async move {
        let _ = pending.wait().await;
        commands::secrets_known(&core).await;
    }
}

/// Those that the environment may use: bound to the origins that it has now.
pub(super) async fn secrets_of(core: &Core, environment: &Environment) -> Result<Secrets, Trouble> {
    let all = environments(core).await;
    let mut keys = possible_keys(environment);
    keys.extend(
        trust::credential_key(environment, &all).filter(|key| key.environment != environment.id),
    );
    super::origins::gather(core, environment, &all, keys)
        .await
        .map_err(why_not)
}

/// Those of the workspace.
pub(super) async fn environments(core: &Core) -> Vec<Environment> {
    core.files
        .run(|files| {
            files
                .opened()
                .map(|open| open.workspace.environments())
                .unwrap_or_default()
        })
        .wait()
        .await
        .unwrap_or_default()
}

fn why_not(reason: NotSent) -> Trouble {
    match reason {
        NotSent::Failed { text, hint } | NotSent::SecretUnreadable { text, hint } => {
            Trouble { text, hint }
        }
        NotSent::OriginsChanged { environment, .. } => Trouble {
            text: format!(
                "The secrets of `{environment}` were entered for other addresses than it has now"
            ),
            hint: "Confirm the addresses, then export again".to_owned(),
        },
        _ => Trouble {
            text: "The secrets could not be read".to_owned(),
            hint: "Look at the environment's secrets".to_owned(),
        },
    }
}
