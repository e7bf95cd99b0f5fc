//! The way out for every format: an environment, requests or exchanges in, a text and what was masked out.
//! How a format writes them is in its own file.

use std::path::Path;
use std::str::FromStr;

use super::blueprint::{Blueprint, BlueprintKind};
use super::curl::{self, CurlOptions, Shell};
use super::snippets::{self, Language};
use super::types::{Export, ExportContext, ExportError, ImportedRequest};
use super::written_requests::base_of;
use super::{
    bruno, cli_config, cli_gateway, cx_as_code, har, http_file, insomnia, postman,
    process_variables, sdk_ini, sdk_json,
};
use crate::model::dynamic::Dynamics;
use crate::model::environment::{Environment, Place};
use crate::model::exchange::Exchange;

/// A format that can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    CliConfig,
    CliGateway,
    CxAsCode,
    Variables,
    SdkIni,
    SdkJson,
    GoIni,
    GoJson,
    Snippet(Language),
    PostmanEnvironment,
    /// The document that creates the gateway.
    Blueprint(BlueprintKind),
    /// Terraform around the same document.
    Terraform(BlueprintKind),
    Curl(Shell),
    PostmanCollection,
    Insomnia,
    Bruno,
    HttpFile,
    Har,
}

/// What a format writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubjectKind {
    Environment,
    Requests,
    Exchanges,
}

/// Formats as a person types them, with what they are.
const NAMES: [(Format, &str, &str); 27] = [
    (
        Format::CliConfig,
        "cli-config",
        "profile of the CLI's config.toml",
    ),
    (
        Format::CliGateway,
        "cli-gateway",
        "file for `gc gateway --file`",
    ),
    (
        Format::CxAsCode,
        "cx-as-code",
        "provider block of CX as Code",
    ),
    (
        Format::Variables,
        "variables",
        "GENESYSCLOUD_* variables as export lines",
    ),
    (
        Format::SdkIni,
        "sdk-ini",
        "INI file of the SDKs for JavaScript, Python, Java and .NET",
    ),
    (Format::SdkJson, "sdk-json", "JSON file of the same"),
    (Format::GoIni, "go-ini", "INI file of the SDK for Go"),
    (Format::GoJson, "go-json", "JSON file of the SDK for Go"),
    (
        Format::Snippet(Language::JavaScript),
        "javascript",
        "JavaScript code",
    ),
    (Format::Snippet(Language::Python), "python", "Python code"),
    (Format::Snippet(Language::Java), "java", "Java code"),
    (Format::Snippet(Language::DotNet), "dotnet", "C# code"),
    (Format::Snippet(Language::Go), "go", "Go code"),
    (
        Format::PostmanEnvironment,
        "postman-environment",
        "Postman environment",
    ),
    (
        Format::Blueprint(BlueprintKind::HttpApi),
        "openapi-http-api",
        "document that creates the gateway as an HTTP API",
    ),
    (
        Format::Blueprint(BlueprintKind::RestProxy),
        "openapi-rest-proxy",
        "the same as a REST API, proxied",
    ),
    (
        Format::Blueprint(BlueprintKind::RestNonProxy),
        "openapi-rest-non-proxy",
        "the same with a non-proxy /users",
    ),
    (
        Format::Terraform(BlueprintKind::HttpApi),
        "terraform-http-api",
        "Terraform for the HTTP API",
    ),
    (
        Format::Terraform(BlueprintKind::RestProxy),
        "terraform-rest-proxy",
        "Terraform for the proxied REST API",
    ),
    (
        Format::Terraform(BlueprintKind::RestNonProxy),
        "terraform-rest-non-proxy",
        "Terraform with a non-proxy /users",
    ),
    (
        Format::Curl(Shell::Posix),
        "curl",
        "cURL command for a POSIX shell",
    ),
    (
        Format::Curl(Shell::Cmd),
        "curl-cmd",
        "cURL command for Windows cmd",
    ),
    (
        Format::Curl(Shell::Power),
        "curl-powershell",
        "cURL command for PowerShell",
    ),
    (
        Format::PostmanCollection,
        "postman",
        "Postman collection 2.1",
    ),
    (Format::Insomnia, "insomnia", "Insomnia export, version 4"),
    (Format::Bruno, "bruno", "Bruno collection"),
    (Format::HttpFile, "http", ".http file"),
];

impl Format {
    /// Every format that an environment or a request can be written in; HAR takes exchanges.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|(format, _, _)| *format)
    }

    /// As a person types it: `cli-config`.
    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES
            .iter()
            .find(|(format, _, _)| *format == self)
            .map_or("har", |(_, name, _)| name)
    }

    /// What it is, without a full stop.
    #[must_use]
    pub fn words(self) -> &'static str {
        NAMES
            .iter()
            .find(|(format, _, _)| *format == self)
            .map_or("HTTP archive", |(_, _, words)| words)
    }

    #[must_use]
    pub fn takes(self) -> SubjectKind {
        match self {
            Self::CliConfig
            | Self::CliGateway
            | Self::CxAsCode
            | Self::Variables
            | Self::SdkIni
            | Self::SdkJson
            | Self::GoIni
            | Self::GoJson
            | Self::Snippet(_)
            | Self::PostmanEnvironment
            | Self::Blueprint(_)
            | Self::Terraform(_) => SubjectKind::Environment,
            Self::Curl(_)
            | Self::PostmanCollection
            | Self::Insomnia
            | Self::Bruno
            | Self::HttpFile => SubjectKind::Requests,
            Self::Har => SubjectKind::Exchanges,
        }
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        NAMES
            .iter()
            .find(|(_, name, _)| *name == text)
            .map(|(format, _, _)| *format)
            .ok_or_else(|| {
                let names: Vec<&str> = NAMES.iter().map(|(_, name, _)| *name).collect();
                format!("`{text}` is no format; known are {}", names.join(", "))
            })
    }
}

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
    /// The Genesys Cloud region behind a blueprint's gateway, where the environment does not tell it.
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
            Ok(har::export(exchanges, version))
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

fn of_requests(
    format: Format,
    name: &str,
    requests: &[ImportedRequest],
    environment: Option<&Environment>,
    manner: Manner<'_>,
) -> Result<Export, ExportError> {
    let base = base_of(environment);
    Ok(match format {
        Format::Curl(shell) => return commands(shell, requests, environment, manner),
        Format::PostmanCollection => postman::export(name, &base, requests),
        Format::Insomnia => insomnia::export(name, &base, requests),
        Format::Bruno => bruno::export(name, &base, requests),
        Format::HttpFile => http_file::export(&base, requests),
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
