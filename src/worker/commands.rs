//! Commands about files and secrets. Each function queues its work before it returns a future, so that two saves never change places.

use std::path::PathBuf;
use std::sync::Arc;

use crate::app::command::{Approval, Drafts};
use crate::app::event::{Event, SecretState};
use crate::model::environment::Environment;
use crate::model::exchange::ResponseBody;
use crate::model::ids::{EnvironmentId, RequestId};
use crate::model::masks::Masks;
use crate::model::request::RequestDraft;
use crate::model::route;
use crate::model::secret::{Secret, SecretId, SecretKey};
use crate::secrets::Kept;
use crate::store::atomic::{self, Access};
use crate::store::{Saved, StoreError};

use super::core::Core;
use super::files::{Files, Open};
use super::{Front, catalogue, preferences, trust};

/// Runs work on the open workspace and tells what came of it. It is told from the queue itself: what a later command tells
/// never comes before it.
fn on_files<R: Send + 'static>(
    core: &Arc<Core>,
    what: String,
    work: impl FnOnce(&mut Open) -> Result<R, StoreError> + Send + 'static,
    done: impl FnOnce(&Core, R) + Send + 'static,
) -> impl Future<Output = bool> + Send + 'static {
    let known = core.known();
    let shared = Arc::clone(core);
    let failed = what.clone();
    let pending = core.files.run(move |files: &mut Files| {
        let result = files.opened().and_then(|open| {
            open.withhold(known);
            work(open)
        });
        match result {
            Ok(result) => {
                done(&shared, result);
                true
            }
            Err(error) => {
                shared.events.emit(Event::SaveFailed {
                    what: failed,
                    text: error.to_string(),
                    hint: error.hint,
                });
                false
            }
        }
    });
    let core = Arc::clone(core);
    async move {
        match pending.wait().await {
            Ok(succeeded) => succeeded,
            Err(gone) => {
                core.events.emit(Event::SaveFailed {
                    what,
                    text: gone.to_string(),
                    hint: "Start Gatescope again".to_owned(),
                });
                false
            }
        }
    }
}

pub(super) fn open_workspace(
    core: &Arc<Core>,
    directory: Option<PathBuf>,
    shown: Option<PathBuf>,
) -> impl Future<Output = ()> + Send + 'static {
    let pending = core.files.run(move |files| {
        let event = files.open(directory.as_deref(), shown.as_deref());
        (event, files.waits_for_window())
    });
    let core = Arc::clone(core);
    async move {
        if let Ok((event, waits)) = pending.wait().await {
            let opened = match &event {
                Event::WorkspaceOpened(snapshot) => Some(snapshot.directory.clone()),
                _ => None,
            };
            core.events.emit(event);
            if let Some(folder) = opened {
                if !waits {
                    catalogue::own_changed(&core);
                    tell_secrets(&core).await;
                }
                if core.options.front == Front::Window {
                    preferences::remember(&core, folder).await;
                }
            }
        }
    }
}

/// The window shows the workspace that was opened last.
pub(super) fn enter_workspace(
    core: &Arc<Core>,
    directory: PathBuf,
    drafts: Drafts,
) -> impl Future<Output = ()> + Send + 'static {
    let known = core.known();
    let pending = core
        .files
        .run(move |files| files.enter(&directory, &drafts, known));
    let core = Arc::clone(core);
    async move {
        if let Ok(Err(error)) = pending.wait().await {
            core.events.emit(Event::SaveFailed {
                what: "drafts".to_owned(),
                text: error.to_string(),
                hint: error.hint,
            });
        }
        catalogue::own_changed(&core);
        tell_secrets(&core).await;
    }
}

pub(super) fn check_workspace(core: &Arc<Core>) -> impl Future<Output = ()> + Send + 'static {
    let again = Arc::clone(core);
    let checked = on_files(
        core,
        "the workspace".to_owned(),
        |open| {
            open.secrets.refresh();
            open.approvals.refresh();
            let has_other_operations = open.catalogue_changed();
            Ok((open.refresh().transpose()?, has_other_operations))
        },
        |core, (snapshot, has_other_operations)| {
            if has_other_operations {
                catalogue::own_changed(core);
            }
            if let Some(snapshot) = snapshot {
                core.events
                    .emit(Event::WorkspaceChanged(Box::new(snapshot)));
            }
        },
    );
    async move {
        if checked.await {
            tell_secrets(&again).await;
        }
    }
}

pub(super) fn save_environment(
    core: &Arc<Core>,
    environment: Environment,
) -> impl Future<Output = ()> + Send + 'static {
    let what = format!("environment `{}`", environment.name);
    save(core, what, move |open| open.save_environment(&environment))
}

/// As it was before; nothing of it counts as typed now.
pub(super) fn put_back(
    core: &Arc<Core>,
    environment: Environment,
) -> impl Future<Output = ()> + Send + 'static {
    let what = format!("environment `{}`", environment.name);
    save(core, what, move |open| {
        open.workspace.save_environment(&environment)
    })
}

pub(super) fn save_request(
    core: &Arc<Core>,
    draft: RequestDraft,
) -> impl Future<Output = ()> + Send + 'static {
    let what = format!("request `{}`", draft.name);
    save(core, what, move |open| open.save_request(&draft))
}

pub(super) fn save_rules(
    core: &Arc<Core>,
    rules: crate::model::rules::RuleSet,
) -> impl Future<Output = ()> + Send + 'static {
    let what = crate::app::comparing::RULES.to_owned();
    save(core, what, move |open| open.workspace.save_rules(&rules))
}

/// A pasted text that is too large to be edited becomes a file; when it cannot, it stays where it is.
pub(super) fn keep_body(
    core: &Arc<Core>,
    draft: RequestDraft,
) -> impl Future<Output = ()> + Send + 'static {
    let request = draft.id.clone();
    let bytes = draft.body.text().map_or(0, str::len);
    let pending = core.files.run(move |files| files.keep_body(&draft));
    let core = Arc::clone(core);
    async move {
        core.events.emit(match pending.wait().await {
            Ok(Ok(path)) => Event::BodyKept {
                request,
                bytes,
                path,
            },
            Ok(Err(error)) => Event::BodyNotKept {
                text: error.text,
                hint: error.hint,
            },
            Err(gone) => Event::BodyNotKept {
                text: gone.to_string(),
                hint: "Start Gatescope again".to_owned(),
            },
        });
    }
}

fn save(
    core: &Arc<Core>,
    what: String,
    work: impl FnOnce(&mut Open) -> Result<Saved, StoreError> + Send + 'static,
) -> impl Future<Output = ()> + Send + 'static {
    let saved_what = what.clone();
    let saving = on_files(
        core,
        what,
        move |open| work(open).map(|saved| (saved, open.snapshot())),
        move |core, (saved, snapshot)| {
            core.events.emit(Event::Saved {
                what: saved_what,
                conflict: saved.conflict,
            });
            // Ids, paths and merged values may differ from what was handed in.
            core.events
                .emit(Event::WorkspaceChanged(Box::new(snapshot)));
        },
    );
    async move {
        saving.await;
    }
}

pub(super) fn delete_environment(
    core: &Arc<Core>,
    id: EnvironmentId,
) -> impl Future<Output = ()> + Send + 'static {
    core.forget_token(&id);
    let what = format!("environment `{id}`");
    let gone = what.clone();
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let deleting = on_files(
        core,
        what,
        move |open| {
            open.workspace.delete_environment(&id)?;
            let keys: Vec<SecretKey> = open
                .secrets
                .entries()
                .into_iter()
                .map(|(key, _)| key)
                .filter(|key| key.environment == id)
                .collect();
            let ids: Vec<SecretId> = keys
                .iter()
                .filter_map(|key| open.secrets.remove(key).0)
                .collect();
            Ok((ids, open.snapshot()))
        },
        move |core, (ids, snapshot)| {
            core.events.emit(Event::Saved {
                what: gone,
                conflict: None,
            });
            core.events
                .emit(Event::WorkspaceChanged(Box::new(snapshot)));
            let _ = sender.send(ids);
        },
    );
    let core = Arc::clone(core);
    async move {
        deleting.await;
        if let Ok(ids) = receiver.await
            && !ids.is_empty()
        {
            forget(&core, ids).await;
            tell_secrets(&core).await;
        }
    }
}

pub(super) fn delete_request(
    core: &Arc<Core>,
    id: RequestId,
) -> impl Future<Output = ()> + Send + 'static {
    let what = "request".to_owned();
    let gone = what.clone();
    let deleting = on_files(
        core,
        what,
        move |open| open.workspace.delete_request(&id).map(|()| open.snapshot()),
        move |core, snapshot| {
            core.events.emit(Event::Saved {
                what: gone,
                conflict: None,
            });
            core.events
                .emit(Event::WorkspaceChanged(Box::new(snapshot)));
        },
    );
    async move {
        deleting.await;
    }
}

pub(super) fn save_drafts(
    core: &Arc<Core>,
    drafts: Drafts,
) -> impl Future<Output = ()> + Send + 'static {
    let saving = on_files(
        core,
        "drafts".to_owned(),
        move |open| open.save_drafts(&drafts),
        |_, ()| {},
    );
    async move {
        saving.await;
    }
}

pub(super) fn set_secret(
    core: &Arc<Core>,
    environment: &Environment,
    key: SecretKey,
    secret: Secret,
) -> impl Future<Output = ()> + Send + 'static {
    core.forget_token(&environment.id);
    core.learn(&secret);
    let origins = route::origins(environment);
    let what = format!("{} of `{}`", key.name, environment.name);
    let saved = what.clone();
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let binding = on_files(
        core,
        what,
        move |open| Ok(open.secrets.bind(&key, &origins)),
        |_, bound| {
            let _ = sender.send(bound);
        },
    );
    let core = Arc::clone(core);
    async move {
        binding.await;
        let Ok((id, written)) = receiver.await else {
            return;
        };
        let kept = core.ask_vault(move |vault| vault.set(&id, &secret)).await;
        match (kept, written) {
            (Some(Kept::InKeyring), Ok(())) => core.events.emit(Event::Saved {
                what: saved,
                conflict: None,
            }),
            (Some(Kept::SessionOnly(error)), _) => core.events.emit(Event::SaveFailed {
                what: saved,
                text: error.text,
                hint: error.hint,
            }),
            (_, Err(error)) => core.events.emit(Event::SaveFailed {
                what: saved,
                text: error.to_string(),
                hint: error.hint,
            }),
            (None, Ok(())) => {}
        }
        tell_secrets(&core).await;
    }
}

pub(super) fn delete_secret(
    core: &Arc<Core>,
    key: SecretKey,
) -> impl Future<Output = ()> + Send + 'static {
    core.forget_token(&key.environment);
    let what = format!("{} of `{}`", key.name, key.environment);
    let gone = what.clone();
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let removing = on_files(
        core,
        what,
        move |open| {
            let (id, written) = open.secrets.remove(&key);
            written.map(|()| id)
        },
        |_, id| {
            let _ = sender.send(id);
        },
    );
    let core = Arc::clone(core);
    async move {
        removing.await;
        if let Ok(id) = receiver.await {
            forget(&core, id.into_iter().collect()).await;
            core.events.emit(Event::Saved {
                what: gone,
                conflict: None,
            });
            tell_secrets(&core).await;
        }
    }
}

pub(super) async fn forget(core: &Core, ids: Vec<SecretId>) {
    core.ask_vault(move |vault| {
        for id in ids {
            if let Err(error) = vault.delete(&id) {
                tracing::warn!(%error, "a secret could not be taken out of the keyring");
            }
        }
    })
    .await;
}

pub(super) fn confirm_origins(
    core: &Arc<Core>,
    environment: Environment,
) -> impl Future<Output = ()> + Send + 'static {
    let what = format!("the addresses of `{}`", environment.name);
    let confirmed = what.clone();
    let again = Arc::clone(core);
    let confirming = on_files(
        core,
        what,
        move |open| {
            let origins = route::origins(&environment);
            let all = open.workspace.environments();
            let borrowed = trust::credential_key(&environment, &all)
                .filter(|key| key.environment != environment.id);
            if let Some(key) = borrowed {
                open.secrets
                    .bind(&trust::grant_key(&environment.id, &key), &origins)
                    .1?;
            }
            open.secrets.confirm_origins(&environment.id, &origins)
        },
        move |core, ()| {
            core.events.emit(Event::Saved {
                what: confirmed,
                conflict: None,
            });
        },
    );
    async move {
        if confirming.await {
            tell_secrets(&again).await;
        }
    }
}

pub(super) fn approve(
    core: &Arc<Core>,
    environment: EnvironmentId,
    item: Approval,
) -> impl Future<Output = ()> + Send + 'static {
    let what = "the approval".to_owned();
    let approved = what.clone();
    let approving = on_files(
        core,
        what,
        move |open| {
            open.approvals
                .approve(&environment, &trust::approvable(&item))
        },
        move |core, ()| {
            core.events.emit(Event::Saved {
                what: approved,
                conflict: None,
            });
        },
    );
    async move {
        approving.await;
    }
}

pub(super) async fn retry_keyring(core: Arc<Core>) {
    core.ask_vault(crate::secrets::SecretVault::try_again).await;
    core.answer_keyring_state();
    tell_secrets(&core).await;
}

/// Tells which secrets there are, once what was queued before is done.
pub(super) fn secrets_known(core: &Arc<Core>) -> impl Future<Output = ()> + Send + 'static {
    let core = Arc::clone(core);
    async move { tell_secrets(&core).await }
}

/// Which secrets there are, without asking the keyring.
async fn tell_secrets(core: &Arc<Core>) {
    let vault = core.vault.clone();
    let known = core
        .files
        .run(move |files| {
            let open = files.opened().ok()?;
            let environments = open.workspace.environments();
            let entries = open.secrets.entries().into_iter();
            let entries = entries.filter(|(key, _)| !trust::is_bookkeeping(key));
            let states = entries.map(|(key, id)| {
                let now = environments
                    .iter()
                    .find(|environment| environment.id == key.environment)
                    .map(route::origins)
                    .unwrap_or_default();
                let state = if !open.secrets.unconfirmed(&key, &now).is_empty() {
                    SecretState::OriginsChanged
                } else if vault.is_session_only(&id) {
                    SecretState::SessionOnly
                } else {
                    SecretState::Stored
                };
                (key, state)
            });
            Some(states.collect::<Vec<_>>())
        })
        .wait()
        .await;
    if let Ok(Some(known)) = known {
        core.events.emit(Event::SecretsKnown(known));
    }
}

/// The decoded bytes, written beside and moved into place; where the answer echoes a secret, the file holds the mask.
pub(super) async fn save_body(
    core: Arc<Core>,
    body: Arc<ResponseBody>,
    path: PathBuf,
    masks: Masks,
) {
    let target = path.clone();
    let written = tokio::task::spawn_blocking(move || {
        if masks.occur_in(&body.decoded) {
            atomic::write(&target, &masks.bytes(&body.decoded), Access::AsBefore)
        } else {
            atomic::write(&target, &body.decoded, Access::AsBefore)
        }
    })
    .await;
    core.events.emit(match written {
        Ok(Ok(())) => Event::BodySaved { path },
        Ok(Err(error)) => Event::BodySaveFailed {
            path,
            text: format!("{error}. {}", error.hint),
        },
        Err(error) => Event::BodySaveFailed {
            path,
            text: error.to_string(),
        },
    });
}
