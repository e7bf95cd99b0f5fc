//! The way out for every format: an environment, requests or exchanges in, a text and what was masked out.
//! How a format writes them is in its own file.

mod formats;

use std::borrow::Cow;
use std::path::Path;

use super::blueprint::Blueprint;
use super::curl::{self, CurlOptions, Shell};
use super::snippets;
use super::types::{Export, ExportContext, ExportError, ImportedRequest};
use super::written_requests::{Collection, Dialect};
use super::{
    bruno, cli_config, cli_gateway, cx_as_code, har, http_file, insomnia, postman,
    process_variables, sdk_ini, sdk_json,
};
use crate::model::dynamic::Dynamics;
use crate::model::environment::{Environment, Place, Target, TokenFrom};
use crate::model::exchange::Exchange;
use crate::model::sandbox_environments::is_unbound;

pub use super::written_requests::typed_credentials;
pub use formats::{Format, Group, SubjectKind, list};

/// What is to be written.
#[derive(Debug, Clone, Copy)]
pub enum Subject<'a> {
    Environment(&'a Environment),
    Requests {
        /// Of the collection.
        name: &'a str,
        requests: &'a [ImportedRequest],
        /// Where they go; cURL needs one.
        environment: Option<&'a Environment>,
    },
    /// `version`: Gatescope's own.
    Exchanges {
        exchanges: &'a [&'a Exchange],
        version: &'a str,
    },
}

/// How it is to be written.
#[derive(Debug, Clone, Copy)]
pub struct Manner<'a> {
    pub context: ExportContext<'a>,
    /// A whole `config.toml` that the profile is written into; the rest of it stays as it is.
    pub existing: Option<&'a str>,
    /// Name of the profile; without one, the environment's.
    pub profile: Option<&'a str>,
    /// The Genesys Cloud region behind the gateway, where the environment does not tell it.
    pub backend: Option<&'a Place>,
    pub dynamics: Dynamics,
    /// Relative paths of body files begin here.
    pub folder: Option<&'a Path>,
}

/// Writes `subject` as `format`.
///
/// # Errors
/// When the format does not take such a subject, or cannot say what is in it.
pub fn export(
    format: Format,
    subject: Subject<'_>,
    manner: Manner<'_>,
) -> Result<Export, ExportError> {
    match (subject, format.takes()) {
        (Subject::Environment(environment), SubjectKind::Environment) => {
            of_environment(format, environment, manner)
        }
        (
            Subject::Requests {
                name,
                requests,
                environment,
            },
            SubjectKind::Requests,
        ) => of_requests(format, name, requests, environment, manner),
        (Subject::Exchanges { exchanges, version }, SubjectKind::Exchanges) => {
            let shows_secrets = manner.context.reveals_secrets;
            Ok(har::export(exchanges, version, shows_secrets))
        }
        (_, wanted) => Err(ExportError(format!(
            "`{}` is written from {}",
            format.name(),
            match wanted {
                SubjectKind::Environment => "an environment: choose one",
                SubjectKind::Requests => "requests: choose one or more",
                SubjectKind::Exchanges => "exchanges: send a request first",
            }
        ))),
    }
}

fn of_environment(
    format: Format,
    environment: &Environment,
    manner: Manner<'_>,
) -> Result<Export, ExportError> {
    if is_unbound(environment) {
        return Err(ExportError(
            "The sandbox gets its address when it starts, and another one each time: there is nothing to write down".to_owned(),
        ));
    }
    let environment = &with_region(environment, manner.backend);
    let context = manner.context;
    let blueprint = |kind| Blueprint::of(environment, kind, manner.backend);
    Ok(match format {
        Format::CliConfig => {
            let profile = manner.profile.unwrap_or(&environment.name);
            cli_config::export(environment, context, manner.existing, profile)?
        }
        Format::CliGateway => cli_gateway::export(environment, context)?,
        Format::CxAsCode => cx_as_code::export(environment, context),
        Format::Variables => process_variables::export(environment, context),
        Format::SdkIni => sdk_ini::export(environment, context)?,
        Format::SdkJson => sdk_json::export(environment, context),
        Format::GoIni => sdk_ini::export_go(environment, context)?,
        Format::GoJson => sdk_json::export_go(environment, context),
        Format::Snippet(language) => snippets::export(environment, context, language)?,
        Format::PostmanEnvironment => postman::export_environment(environment, context),
        Format::Blueprint(kind) => blueprint(kind)?.open_api(),
        Format::Terraform(kind) => blueprint(kind)?.terraform(),
        _ => {
            return Err(ExportError(format!(
                "`{}` takes no environment",
                format.name()
            )));
        }
    })
}

/// A gateway whose region nobody told, with that of its backend: official configurations name one beside the gateway.
fn with_region<'a>(environment: &'a Environment, backend: Option<&Place>) -> Cow<'a, Environment> {
    let mut known = environment.clone();
    match (&mut known.target, backend) {
        (Target::Gateway(gateway), Some(Place::Region(region)))
            if gateway.region.is_none() && gateway.token_from == TokenFrom::LoginPath =>
        {
            gateway.region = Some(*region);
            Cow::Owned(known)
        }
        _ => Cow::Borrowed(environment),
    }
}

fn of_requests(
    format: Format,
    name: &str,
    requests: &[ImportedRequest],
    environment: Option<&Environment>,
    manner: Manner<'_>,
) -> Result<Export, ExportError> {
    let collection =
        |dialect| Collection::new(name, requests, environment, manner.context, dialect);
    Ok(match format {
        Format::Curl(shell) => return commands(shell, requests, environment, manner),
        Format::PostmanCollection => postman::export(collection(Dialect::Postman)),
        Format::Insomnia => insomnia::export(collection(Dialect::Insomnia)),
        Format::Bruno => bruno::export(collection(Dialect::Bruno)),
        Format::HttpFile => http_file::export(collection(Dialect::HttpFile)),
        _ => {
            return Err(ExportError(format!(
                "`{}` takes no requests",
                format.name()
            )));
        }
    })
}

/// One command a request.
fn commands(
    shell: Shell,
    requests: &[ImportedRequest],
    environment: Option<&Environment>,
    manner: Manner<'_>,
) -> Result<Export, ExportError> {
    let Some(environment) = environment else {
        return Err(ExportError(
            "A cURL command needs to know where it goes: choose an environment too".to_owned(),
        ));
    };
    let options = CurlOptions {
        dynamics: manner.dynamics,
        folder: manner.folder,
    };
    let mut all = Export::default();
    for request in requests {
        let draft = &request.draft;
        let one = curl::export(draft, environment, options, shell, manner.context).map_err(
            |problems| {
                let words: Vec<String> = problems.iter().map(ToString::to_string).collect();
                ExportError(format!("`{}`: {}", draft.name, words.join("; ")))
            },
        )?;
        if !all.text.is_empty() {
            all.text.push('\n');
        }
        all.text.push_str(&one.text);
        for words in one.masked {
            if !all.masked.contains(&words) {
                all.masked.push(words);
            }
        }
        all.lint.extend(one.lint);
    }
    Ok(all)
}

#[cfg(test)]
mod tests;
