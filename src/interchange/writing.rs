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
mod tests {
    use super::*;
    use crate::interchange::reading;
    use crate::model::environment::{Credentials, Target};
    use crate::model::request::{
        DraftBody, HeaderRow, NamedText, PartRow, PartValue, QueryRow, RequestAuth, RequestDraft,
    };
    use crate::model::secret::{Secret, SecretKey, SecretName, Secrets};

    const PROFILE: &str = "[prod]\nclient_credentials = \"abc\"\nclient_secret = \"top\"\ngateway_host = \"gw.example.com\"\n\
        gateway_protocol = \"https\"\ngateway_port = \"443\"\ngateway_pathparams = '{login: /test/loginpath, api: /test/apipath}'\n";

    fn environment() -> Environment {
        let mut read = reading::import(PROFILE, None).expect("a profile");
        read.imported.environments.remove(0)
    }

    fn secrets(environment: &Environment) -> Secrets {
        let key = SecretKey {
            environment: environment.id.clone(),
            name: SecretName::ClientSecret,
        };
        Secrets::from([(key, Secret::new("canary-4711"))])
    }

    fn manner(secrets: &Secrets, reveals_secrets: bool) -> Manner<'_> {
        Manner {
            context: ExportContext {
                secrets,
                reveals_secrets,
            },
            existing: None,
            profile: None,
            backend: None,
            dynamics: Dynamics::EXAMPLE,
            folder: None,
        }
    }

    #[test]
    fn every_format_of_an_environment_masks_its_secrets_and_says_so() {
        let environment = environment();
        let secrets = secrets(&environment);
        let place = Place::Domain("mypurecloud.com".to_owned());
        for format in Format::all().filter(|format| format.takes() == SubjectKind::Environment) {
            let manner = Manner {
                backend: Some(&place),
                ..manner(&secrets, false)
            };
            let export = export(format, Subject::Environment(&environment), manner)
                .unwrap_or_else(|error| panic!("{}: {error}", format.name()));
            assert!(
                !export.text.contains("canary"),
                "{}: {}",
                format.name(),
                export.text
            );
            assert!(!export.text.trim().is_empty(), "{}", format.name());
            assert_eq!(format.name().parse(), Ok(format));
            // The others say nothing about clients.
            if matches!(
                format,
                Format::CliConfig | Format::CxAsCode | Format::Variables
            ) {
                assert_eq!(export.masked, ["client secret"], "{}", format.name());
            }
        }
    }

    #[test]
    fn what_is_written_as_a_configuration_is_read_again() {
        let environment = environment();
        let secrets = secrets(&environment);
        for (format, has_credentials) in [
            (Format::CliConfig, true),
            (Format::CliGateway, false),
            (Format::CxAsCode, true),
            (Format::SdkIni, false),
            (Format::SdkJson, false),
            (Format::GoIni, false),
            (Format::GoJson, false),
            (Format::Snippet(Language::JavaScript), false),
        ] {
            let export = export(
                format,
                Subject::Environment(&environment),
                manner(&secrets, true),
            )
            .unwrap_or_else(|error| panic!("{}: {error}", format.name()));
            let read = reading::import(&export.text, None)
                .unwrap_or_else(|error| panic!("{}: {error} in\n{}", format.name(), export.text));
            let again = &read.imported.environments[0];
            let (Target::Gateway(was), Target::Gateway(is)) = (&environment.target, &again.target)
            else {
                panic!("{}: no gateway in {}", format.name(), export.text);
            };
            assert_eq!(is, was, "{}:\n{}", format.name(), export.text);
            if has_credentials {
                assert!(
                    matches!(&again.credentials, Credentials::ClientCredentials { client_id, .. } if client_id == "abc"),
                    "{}",
                    format.name()
                );
                assert!(
                    read.imported
                        .secrets
                        .iter()
                        .any(|secret| secret.value.expose() == "canary-4711"),
                    "{}:\n{}",
                    format.name(),
                    export.text
                );
            }
        }
    }

    fn requests() -> Vec<ImportedRequest> {
        let row = |name: &str, value: &str| HeaderRow {
            enabled: true,
            name: name.to_owned(),
            value: value.to_owned(),
        };
        let query = |name: &str, value: &str| QueryRow {
            enabled: true,
            name: name.to_owned(),
            value: Some(value.to_owned()),
        };
        let one = RequestDraft {
            name: "One user".to_owned(),
            path: "/api/v2/users/{userId}".to_owned(),
            path_variables: vec![NamedText {
                name: "userId".to_owned(),
                value: "42".to_owned(),
            }],
            query: vec![query("expand", "groups"), query("a", "b c")],
            headers: vec![row("X-Trace", "yes")],
            ..RequestDraft::default()
        };
        let bodies = [
            (
                "Json",
                DraftBody::Json {
                    text: "{\n  \"a\": \"ä\"\n}".to_owned(),
                },
            ),
            (
                "Form",
                DraftBody::Form {
                    rows: vec![query("a", "1"), query("b", "2 3")],
                },
            ),
            (
                "Parts",
                DraftBody::Multipart {
                    rows: vec![
                        PartRow {
                            enabled: true,
                            name: "text".to_owned(),
                            value: PartValue::Text("plain".to_owned()),
                            content_type: String::new(),
                        },
                        PartRow {
                            enabled: true,
                            name: "file".to_owned(),
                            value: PartValue::File {
                                path: "a.bin".to_owned(),
                                file_name: String::new(),
                            },
                            content_type: String::new(),
                        },
                    ],
                },
            ),
        ];
        let mut requests = vec![ImportedRequest::new(one)];
        requests[0].folder = vec!["Users".to_owned(), "Read".to_owned()];
        for (name, body) in bodies {
            let draft = RequestDraft {
                name: name.to_owned(),
                method: "POST".to_owned(),
                path: "/api/v2/things".to_owned(),
                auth: RequestAuth::Bearer {
                    token: "{{secret.own}}".to_owned(),
                },
                body,
                ..RequestDraft::default()
            };
            let mut request = ImportedRequest::new(draft);
            request.folder = vec!["Users".to_owned()];
            requests.push(request);
        }
        requests
    }

    #[test]
    fn what_is_written_as_a_collection_is_read_again() {
        let environment = reading::import("[p]\nenvironment = \"mypurecloud.com\"\n", None)
            .expect("a profile")
            .imported
            .environments
            .remove(0);
        let secrets = Secrets::new();
        let requests = requests();
        let subject = Subject::Requests {
            name: "All",
            requests: &requests,
            environment: Some(&environment),
        };
        for format in [Format::PostmanCollection, Format::Insomnia, Format::Bruno] {
            let export = export(format, subject, manner(&secrets, false))
                .unwrap_or_else(|error| panic!("{}: {error}", format.name()));
            assert_eq!(export.masked, Vec::<String>::new(), "{}", format.name());
            let read = reading::import(&export.text, None)
                .unwrap_or_else(|error| panic!("{}: {error}\n{}", format.name(), export.text));
            assert_eq!(
                read.imported.requests.len(),
                requests.len(),
                "{}",
                format.name()
            );
            for (was, is) in requests.iter().zip(&read.imported.requests) {
                assert_eq!(is.folder, was.folder, "{}", format.name());
                assert_eq!(is.draft, was.draft, "{}:\n{}", format.name(), export.text);
            }
        }
    }

    #[test]
    fn a_command_reveals_a_secret_only_when_asked() {
        let mut environment = environment();
        environment.credentials = Credentials::None;
        environment
            .variables
            .push(crate::model::environment::Variable {
                name: "own".to_owned(),
                value: String::new(),
                secret: true,
            });
        let key = SecretKey {
            environment: environment.id.clone(),
            name: SecretName::Variable("own".to_owned()),
        };
        let secrets = Secrets::from([(key, Secret::new("canary & 'x'"))]);
        let requests = requests();
        let subject = Subject::Requests {
            name: "All",
            requests: &requests[1..2],
            environment: Some(&environment),
        };
        for (shell, set) in [
            (Shell::Posix, "export SECRET_OWN='canary & '\\''x'\\'''\n"),
            (Shell::Cmd, "set SECRET_OWN=canary ^& 'x'\n"),
            (Shell::Power, "$env:SECRET_OWN = 'canary & ''x'''\n"),
        ] {
            let format = Format::Curl(shell);
            let masked = export(format, subject, manner(&secrets, false)).expect("a command");
            assert!(!masked.text.contains("canary"), "{}", masked.text);
            assert_eq!(masked.masked, ["the secret variable own"]);
            let shown = export(format, subject, manner(&secrets, true)).expect("a command");
            assert!(shown.text.starts_with(set), "{}", shown.text);
            assert_eq!(shown.masked, Vec::<String>::new());
        }
    }

    #[test]
    fn a_format_takes_what_it_is_made_for() {
        let environment = environment();
        let secrets = Secrets::new();
        let subject = Subject::Environment(&environment);
        for format in [Format::Curl(Shell::Posix), Format::Har, Format::Bruno] {
            assert!(export(format, subject, manner(&secrets, false)).is_err());
        }
    }
}
