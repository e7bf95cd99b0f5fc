//! Every format is written masked, and read again as what it was.

use super::*;
use crate::interchange::reading;
use crate::interchange::snippets::Language;
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
    for format in Format::of(SubjectKind::Environment) {
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
        // The CLI's profile has to name a region, the others need none.
        let mut is = is.clone();
        is.region = was.region;
        assert_eq!(&is, was, "{}:\n{}", format.name(), export.text);
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
        // The body has quotes, which older PowerShells lose: a comment says so first.
        let text = match (shell, shown.text.split_once('\n')) {
            (Shell::Power, Some((comment, rest))) => {
                assert!(comment.starts_with("# For PowerShell 7.3"), "{comment}");
                rest
            }
            _ => shown.text.as_str(),
        };
        assert!(text.starts_with(set), "{}", shown.text);
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
