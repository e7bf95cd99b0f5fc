//! From a press of Send to a job for the transport, or the reason why nothing goes out. Both fronts come through here.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use crate::app::command::SendCommand;
use crate::app::event::{Event, NotSent, WorkspaceSnapshot};
use crate::model::dynamic::Dynamics;
use crate::model::environment::{Environment, Protection, Proxy};
use crate::model::ids::{EnvironmentId, ExchangeId};
use crate::model::note::{Field, Problem};
use crate::model::request::RequestDraft;
use crate::model::resolve::{Purpose, ResolveContext, resolve};
use crate::model::resolved::{BodySegment, ResolvedRequest};
use crate::model::sandbox_environments::{
    bind, every_sandbox_environment, is_unbound, sandbox_environments, sandbox_secrets,
};
use crate::model::secret::{SecretKey, SecretName, Secrets};
use crate::model::token::{TokenSource, token_source};
use crate::transport::{SendJob, SendOptions};

use super::core::Core;
use super::files::Open;
use super::protection::Answers;
use super::{catalogue, follow, origins, protection, trust};

/// An environment that may be sent to: checked, approved, and bound when it is the sandbox's.
#[derive(Debug)]
struct Ready {
    environment: Environment,
    all: Vec<Environment>,
    /// Relative paths of a request begin here.
    folder: Option<std::path::PathBuf>,
}

/// What the files say before a send.
struct Looked {
    snapshot: Option<WorkspaceSnapshot>,
    all: Vec<Environment>,
    folder: std::path::PathBuf,
    refusal: Option<NotSent>,
}

fn check_protection(command: &SendCommand) -> Result<(), NotSent> {
    let draft = &command.draft;
    // The catalogue is unpacked only for requests that may be in it; where a redirect leads is in no catalogue.
    let is_protected = command.environment.protection != Protection::Normal;
    let reading = (is_protected && command.follow_to.is_none())
        .then(|| catalogue::reading_operation(draft.method.trim(), draft.path.trim()))
        .flatten();
    let answers = Answers {
        confirmed: command.confirmed_unsafe,
        reading_operations: &command.reading_operations,
    };
    protection::check(draft, &command.environment, reading.as_deref(), &answers)
}

/// The job of a `Send`.
pub(super) async fn send(core: &Core, command: &SendCommand) -> Result<SendJob, NotSent> {
    let ready = ready(core, &command.environment, Some(&command.draft)).await?;
    check_protection(command)?;
    if let Some(url) = &command.follow_to {
        return follow_job(core, command, ready, url).await;
    }
    let keys = request_keys(&command.draft, &ready.environment);
    let mut secrets = gather(core, &ready, keys).await?;
    let context = ResolveContext {
        secrets: &secrets,
        purpose: Purpose::Send,
        dynamics: Some(command.dynamics.unwrap_or_else(dynamics_of_now)),
    };
    let mut request =
        resolve(&command.draft, &ready.environment, context).map_err(NotSent::Problems)?;
    place_files(&mut request, ready.folder.as_deref());
    let token = if request.wants_token {
        source(core, &ready, &mut secrets).await?
    } else {
        TokenSource::None
    };
    Ok(SendJob {
        id: command.exchange,
        environment: Arc::new(ready.environment),
        request: Some(request),
        token,
        options: SendOptions {
            follow_redirects: command.follow_redirects,
            ..SendOptions::default()
        },
    })
}

/// The job of a `FetchToken`.
pub(super) async fn token(
    core: &Core,
    exchange: ExchangeId,
    environment: &Environment,
    force: bool,
) -> Result<SendJob, NotSent> {
    let ready = ready(core, environment, None).await?;
    let keys = proxy_keys(&ready.environment);
    let mut secrets = gather(core, &ready, keys).await?;
    let token = source(core, &ready, &mut secrets).await?;
    Ok(SendJob {
        id: exchange,
        environment: Arc::new(ready.environment),
        request: None,
        token,
        options: SendOptions {
            force_new_token: force,
            ..SendOptions::default()
        },
    })
}

/// Fresh values for `{{$uuid}}` and its like.
pub(super) fn dynamics_of_now() -> Dynamics {
    let mut random = [0; 16];
    // Without the system's randomness the clock has to do: nothing secret hangs on it.
    if getrandom::fill(&mut random).is_err() {
        random = Timestamp::now().as_nanosecond().to_le_bytes();
    }
    Dynamics {
        now: Timestamp::now(),
        random: u128::from_le_bytes(random),
    }
}

async fn follow_job(
    core: &Core,
    command: &SendCommand,
    ready: Ready,
    url: &str,
) -> Result<SendJob, NotSent> {
    let keys = proxy_keys(&ready.environment);
    let secrets = gather(core, &ready, keys).await?;
    let status = core.offered_status(url);
    let mut request = {
        let dynamics = command.dynamics.unwrap_or_else(dynamics_of_now);
        follow::request(&command.draft, &ready.environment, url, status, dynamics)?
    };
    request.proxy_password = proxy_keys(&ready.environment)
        .first()
        .and_then(|key| secrets.get(key).cloned());
    place_files(&mut request, ready.folder.as_deref());
    Ok(SendJob {
        id: command.exchange,
        environment: Arc::new(ready.environment),
        request: Some(request),
        token: TokenSource::None,
        options: SendOptions {
            follow_redirects: command.follow_redirects,
            ..SendOptions::default()
        },
    })
}

async fn source(core: &Core, ready: &Ready, secrets: &mut Secrets) -> Result<TokenSource, NotSent> {
    if let Some(key) = trust::credential_key(&ready.environment, &ready.all) {
        secrets.extend(gather(core, ready, vec![key]).await?);
    }
    token_source(&ready.environment, &ready.all, secrets, Timestamp::now())
        .map_err(NotSent::Problems)
}

async fn gather(core: &Core, ready: &Ready, keys: Vec<SecretKey>) -> Result<Secrets, NotSent> {
    if ready.environment.sandbox.is_some() {
        return Ok(sandbox_secrets());
    }
    origins::gather(core, &ready.environment, &ready.all, keys).await
}

/// Looks at the workspace first (changes made outside, approvals), or starts the sandbox.
async fn ready(
    core: &Core,
    environment: &Environment,
    draft: Option<&RequestDraft>,
) -> Result<Ready, NotSent> {
    if environment.sandbox.is_some() {
        let addresses = core
            .sandbox_for(environment)
            .await
            .map_err(|trouble| NotSent::Failed {
                text: trouble.text,
                hint: trouble.hint,
            })?;
        // One that was bound in this process may have been changed on purpose since: a check does.
        let bound = if is_unbound(environment) {
            bind(environment, &addresses)
        } else {
            environment.clone()
        };
        return Ok(Ready {
            environment: spelled(core, bound),
            all: every_sandbox_environment()
                .iter()
                .map(|known| bind(known, &addresses))
                .collect(),
            folder: None,
        });
    }
    let captured = environment.clone();
    let draft = draft.cloned();
    let looked = core
        .files
        .run(move |files| {
            let open = files.opened()?;
            look(open, &captured, draft.as_ref())
        })
        .wait()
        .await
        .map_err(|gone| failed(gone.to_string(), "Start Gatescope again"))?
        .map_err(|error| failed(error.to_string(), &error.hint))?;
    if let Some(snapshot) = looked.snapshot {
        core.events
            .emit(Event::WorkspaceChanged(Box::new(snapshot)));
    }
    if let Some(refusal) = looked.refusal {
        return Err(refusal);
    }
    let mut environment = spelled(core, environment.clone());
    let ca_file = &mut environment.network.ca_file;
    if !ca_file.is_empty() {
        // Absolute paths stay: `join` replaces the folder by them.
        *ca_file = looked.folder.join(&*ca_file).to_string_lossy().into_owned();
    }
    Ok(Ready {
        environment,
        all: looked.all,
        folder: Some(looked.folder),
    })
}

/// Which of the environments another program has changed since the last look, when it does not say what was captured any more.
/// What cannot be looked at counts as unchanged.
pub(super) async fn changed_by_another(core: &Core, captured: [&Environment; 2]) -> Option<usize> {
    if captured.iter().all(|side| side.sandbox.is_some()) {
        return None;
    }
    let captured = captured.map(Clone::clone);
    // One look for both: the first that sees a change takes it in.
    let looked = core.files.run(move |files| {
        let open = files.opened().ok()?;
        let now = |open: &Open| {
            captured
                .each_ref()
                .map(|side| open.workspace.environment(&side.id).cloned())
        };
        let before = now(open);
        let snapshot = open.refresh()?.ok()?;
        let after = now(open);
        let changed = (0..captured.len()).find(|&side| {
            before[side] != after[side] && after[side].as_ref() != Some(&captured[side])
        });
        Some((snapshot, changed))
    });
    let (snapshot, changed) = looked.wait().await.ok().flatten()?;
    core.events
        .emit(Event::WorkspaceChanged(Box::new(snapshot)));
    changed
}

/// With the header names that Gatescope adds as the settings have them.
fn spelled(core: &Core, mut environment: Environment) -> Environment {
    let case = &mut environment.network.header_case;
    *case = core.settings().header_case_of(*case);
    environment
}

fn look(
    open: &mut Open,
    captured: &Environment,
    draft: Option<&RequestDraft>,
) -> Result<Looked, crate::store::StoreError> {
    open.secrets.refresh();
    open.approvals.refresh();
    let before = open.workspace.environment(&captured.id).cloned();
    let snapshot = open.refresh().transpose()?;
    let after = open.workspace.environment(&captured.id).cloned();
    let mut missing: Vec<_> = open.approvals.missing(captured);
    if let Some(draft) = draft {
        let stored = open.stored_request(&draft.id);
        let files = trust::body_files_of_workspace(draft, stored.as_ref());
        missing.extend(open.approvals.missing_body_files(&captured.id, &files));
    }
    let refusal = if before != after && after.as_ref() != Some(captured) {
        Some(changed_outside(&captured.id))
    } else if let Some(problem) = unreadable_ca_file(captured, open.workspace.directory()) {
        Some(NotSent::Problems(vec![problem]))
    } else if missing.is_empty() {
        None
    } else {
        Some(NotSent::NeedsApproval {
            environment: captured.id.clone(),
            items: missing.into_iter().map(trust::approval).collect(),
        })
    };
    let mut all = open.workspace.environments();
    all.extend(sandbox_environments());
    Ok(Looked {
        snapshot,
        all,
        folder: open.workspace.directory().to_owned(),
        refusal,
    })
}

/// There is nothing to allow in a CA file that cannot be opened.
fn unreadable_ca_file(environment: &Environment, folder: &Path) -> Option<Problem> {
    let named = &environment.network.ca_file;
    if named.is_empty() {
        return None;
    }
    let error = std::fs::File::open(folder.join(named)).err()?;
    let reason = match error.kind() {
        std::io::ErrorKind::NotFound => "it does not exist",
        std::io::ErrorKind::PermissionDenied => "permission denied",
        _ => "it cannot be opened",
    };
    Some(Problem::new(
        Field::CaFile,
        format!(
            "`{named}` cannot be read: {reason}. Correct the path or take it out; nothing was sent"
        ),
    ))
}

/// What the user saw when they pressed Send is not what the file says any more.
fn changed_outside(environment: &EnvironmentId) -> NotSent {
    failed(
        format!(
            "The environment `{environment}` was changed by another program just now, so nothing was sent"
        ),
        "It has been read again: check its address, then send again",
    )
}

fn failed(text: String, hint: &str) -> NotSent {
    NotSent::Failed {
        text,
        hint: hint.to_owned(),
    }
}

/// The secrets that the request itself may need, apart from the token's.
fn request_keys(draft: &RequestDraft, environment: &Environment) -> Vec<SecretKey> {
    // As it would be written: every text that was typed is in it.
    let texts = serde_json::to_string(&(draft, &environment.default_headers)).unwrap_or_default();
    let mut keys = proxy_keys(environment);
    if texts.contains("{{") {
        let used = environment
            .variables
            .iter()
            .filter(|variable| variable.secret && texts.contains(&variable.name));
        keys.extend(used.map(|variable| SecretKey {
            environment: environment.id.clone(),
            name: SecretName::Variable(variable.name.clone()),
        }));
    }
    keys
}

pub(super) fn proxy_keys(environment: &Environment) -> Vec<SecretKey> {
    match &environment.network.proxy {
        Proxy::Explicit { user_name, .. } if !user_name.is_empty() => vec![SecretKey {
            environment: environment.id.clone(),
            name: SecretName::ProxyPassword,
        }],
        _ => Vec::new(),
    }
}

fn place_files(request: &mut ResolvedRequest, folder: Option<&Path>) {
    let Some(folder) = folder else {
        return;
    };
    for segment in &mut request.body.segments {
        if let BodySegment::File { path, .. } = segment {
            *path = folder.join(&*path);
        }
    }
}
