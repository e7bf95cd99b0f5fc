//! Executes exports: the text is written here, with the secrets of the keyring when the user said so, and goes into a file, to the
//! clipboard, or masked to the window.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use tokio_util::task::TaskTracker;

use crate::app::event::{Event, SecretPresence};
use crate::app::exporting::{
    ExportingCommand, ExportingEvent, Handed, Job, Remarks, Subject, Written, likely_backend,
    with_own_credentials,
};
use crate::app::importing::Trouble;
use crate::body::view::BodyView;
use crate::interchange::writing::{self, Manner};
use crate::interchange::{Export, ExportContext, cli_config, text};
use crate::model::environment::Environment;
use crate::model::exchange::Exchange;
use crate::model::history::HistoryId;
use crate::model::ids::ExchangeId;
use crate::model::masks::Masks;
use crate::model::sandbox_environments::{every_sandbox_environment, sandbox_secrets};
use crate::model::secret::{Secret, SecretKey, Secrets};

use super::core::Core;
use super::{history, importing, secret_report};

/// Takes the command over and returns at once.
pub(super) fn dispatch(core: &Arc<Core>, tasks: &TaskTracker, command: ExportingCommand) {
    let core = Arc::clone(core);
    tasks.spawn(async move {
        let event = match command {
            ExportingCommand::Show { number, job } => ExportingEvent::Shown {
                number,
                result: show(&core, *job).await,
            },
            ExportingCommand::Hand { job } => {
                ExportingEvent::Handed(write(&core, *job, None).await.map(|text| text.export).map(
                    |export| Handed {
                        text: Secret::new(export.text),
                        remarks: Remarks {
                            masked: export.masked,
                            lint: export.lint,
                        },
                    },
                ))
            }
            ExportingCommand::Save {
                job,
                path,
                overwrites,
            } => save(&core, *job, path, overwrites).await,
        };
        core.events.emit(Event::Exporting(event));
    });
}

/// A written text and the secrets that may stand in it.
struct Text {
    export: Export,
    masks: Masks,
    /// A secret is too short to be found in the text.
    holds_short_secret: bool,
}

async fn show(core: &Arc<Core>, job: Job) -> Result<Arc<Written>, Trouble> {
    let without = Job {
        includes_secrets: false,
        ..job.clone()
    };
    let into = job.into.as_deref().filter(|_| job.format.updates_files());
    let existing = match into.filter(|path| path.exists()) {
        Some(path) => existing(path)?,
        None => None,
    };
    // Secrets that the file holds itself are nobody's business here.
    let existing = existing
        .map(|text| cli_config::masked(&text))
        .transpose()
        .map_err(|error| not_written(error.0))?;
    let Text {
        mut export,
        masks,
        holds_short_secret,
    } = write(core, job, existing.clone()).await?;
    if holds_short_secret {
        export.text = write(core, without, existing).await?.export.text;
    }
    blocking(move || {
        let shown = Bytes::from(masks.text(&export.text));
        let view =
            BodyView::lay_out(&shown, Some("text/plain"), &|| false).expect("nobody cancels");
        Arc::new(Written {
            view: Arc::new(view),
            remarks: Remarks {
                masked: export.masked,
                lint: export.lint,
            },
        })
    })
    .await
}

async fn save(core: &Arc<Core>, job: Job, path: PathBuf, overwrites: bool) -> ExportingEvent {
    let path = std::path::absolute(&path).unwrap_or(path);
    if path.exists() && !overwrites {
        return ExportingEvent::IsThere { path };
    }
    match saved(core, job, &path).await {
        Ok(remarks) => ExportingEvent::Saved { path, remarks },
        Err(trouble) => ExportingEvent::NotSaved(trouble),
    }
}

async fn saved(core: &Arc<Core>, job: Job, path: &Path) -> Result<Remarks, Trouble> {
    let existing = if job.format.updates_files() && path.exists() {
        existing(path)?
    } else {
        None
    };
    let is_private = job.includes_secrets;
    let export = write(core, job, existing).await?.export;
    let path = path.to_owned();
    blocking(move || importing::write_file(&path, &export.text, is_private)).await??;
    Ok(Remarks {
        masked: export.masked,
        lint: export.lint,
    })
}

fn not_written(text: String) -> Trouble {
    Trouble {
        text,
        hint: "Nothing was written".to_owned(),
    }
}

fn existing(path: &Path) -> Result<Option<String>, Trouble> {
    let bytes = importing::read_file(path).map_err(|trouble| Trouble {
        hint: "Nothing was written; choose another file".to_owned(),
        ..trouble
    })?;
    if bytes.is_empty() {
        return Ok(None);
    }
    text::decode(&bytes).map(Some).map_err(|error| Trouble {
        text: format!("{}: {error}", path.display()),
        hint: "Nothing was written; choose another file".to_owned(),
    })
}

async fn blocking<R: Send + 'static>(
    work: impl FnOnce() -> R + Send + 'static,
) -> Result<R, Trouble> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Trouble {
            text: format!("The export ended without a result: {error}"),
            hint: "Export again".to_owned(),
        })
}

async fn write(core: &Arc<Core>, job: Job, existing: Option<String>) -> Result<Text, Trouble> {
    let mut masks = Masks::default();
    let mut secrets = Secrets::new();
    let mut holds_short_secret = false;
    if let Subject::Requests { requests, .. } = &job.subject {
        // As typed they stand in the text when secrets go into it.
        let (typed, holds_short) = writing::typed_credentials(requests);
        masks.extend(&typed);
        holds_short_secret |= holds_short;
    }
    let mut all = every_sandbox_environment();
    let named = match &job.subject {
        Subject::Environment(environment) => Some(&**environment),
        Subject::Requests { environment, .. } => environment.as_deref(),
        Subject::Exchange(_) | Subject::Past(_) => None,
    };
    if let Some(environment) = named {
        all.extend(importing::environments(core).await);
        secrets = secrets_of(core, environment, job.includes_secrets).await?;
        for secret in secrets.values() {
            let length = secret.expose().len();
            holds_short_secret |= (1..Masks::SHORTEST).contains(&length);
            masks.add(secret.expose());
        }
    }
    let past = match &job.subject {
        Subject::Past(ids) => past(core, ids).await?,
        Subject::Exchange(exchange) => {
            masks.extend(&exchange.masks);
            Vec::new()
        }
        _ => Vec::new(),
    };
    let export = blocking(move || written(&job, &all, &secrets, existing.as_deref(), &past))
        .await?
        .map_err(|error| not_written(error.0))?;
    Ok(Text {
        export,
        masks,
        holds_short_secret,
    })
}

/// Those that are still in the history, in the order that was asked for.
async fn past(core: &Arc<Core>, ids: &[HistoryId]) -> Result<Vec<Exchange>, Trouble> {
    let mut found = Vec::new();
    for id in ids {
        found.extend(history::exchange(core, *id, ExchangeId(0)).await);
    }
    if found.is_empty() {
        return Err(Trouble {
            text: "This exchange is not in the history any more".to_owned(),
            hint: "Send the request again".to_owned(),
        });
    }
    Ok(found)
}

fn written(
    job: &Job,
    all: &[Environment],
    secrets: &Secrets,
    existing: Option<&str>,
    past: &[Exchange],
) -> Result<Export, crate::interchange::ExportError> {
    let backend = match &job.subject {
        Subject::Environment(environment) if job.backend.is_none() => {
            likely_backend(environment, all)
        }
        _ => job.backend.clone(),
    };
    let manner = Manner {
        context: ExportContext {
            secrets,
            reveals_secrets: job.includes_secrets,
        },
        existing,
        profile: job.profile.as_deref(),
        backend: backend.as_ref(),
        dynamics: job.dynamics,
        folder: job.folder.as_deref(),
    };
    let own = |environment: &Environment| with_own_credentials(environment.clone(), all);
    match &job.subject {
        Subject::Environment(environment) => {
            let subject = writing::Subject::Environment(&own(environment));
            writing::export(job.format, subject, manner)
        }
        Subject::Requests {
            name,
            requests,
            environment,
        } => {
            let environment = environment.as_deref().map(own);
            let subject = writing::Subject::Requests {
                name,
                requests,
                environment: environment.as_ref(),
            };
            writing::export(job.format, subject, manner)
        }
        Subject::Exchange(_) | Subject::Past(_) => {
            let exchanges: Vec<&Exchange> = match &job.subject {
                Subject::Exchange(exchange) => vec![&**exchange],
                _ => past.iter().collect(),
            };
            let subject = writing::Subject::Exchanges {
                exchanges: &exchanges,
                version: env!("CARGO_PKG_VERSION"),
            };
            writing::export(job.format, subject, manner)
        }
    }
}

/// Their values when they go into the text; otherwise only which there are. All under the environment's own id.
async fn secrets_of(
    core: &Arc<Core>,
    environment: &Environment,
    with_values: bool,
) -> Result<Secrets, Trouble> {
    let own = |key: SecretKey| SecretKey {
        environment: environment.id.clone(),
        ..key
    };
    if environment.sandbox.is_some() {
        let known = sandbox_secrets().into_iter();
        return Ok(known
            .filter(|(key, _)| key.environment == environment.id)
            .map(|(key, value)| (key, if with_values { value } else { Secret::new("") }))
            .collect());
    }
    if with_values {
        let secrets = importing::secrets_of(core, environment).await?;
        return Ok(secrets
            .into_iter()
            .map(|(key, value)| (own(key), value))
            .collect());
    }
    let reports = secret_report::reports(core, environment.clone()).await;
    Ok(reports
        .into_iter()
        .filter(|report| report.presence != SecretPresence::Missing)
        .map(|report| (own(report.key), Secret::new("")))
        .collect())
}
