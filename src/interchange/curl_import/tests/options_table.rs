//! What becomes of each option: part of the request or of its environment, a file that waits, a secret, or a notice.
//! Every spelling of a row means the same. What curl itself makes of a line was seen at a recording server.

use std::fmt::Write as _;

use super::super::import;
use crate::interchange::types::Imported;
use crate::model::environment::{HttpVersion, Limits, Proxy};
use crate::model::request::{DraftBody, PartValue, QueryRow, RequestAuth};

const URL: &str = "https://api.mypurecloud.com/api/v2/users";

/// All that is not a plain GET of `URL`, a line each.
fn told(command: &str) -> Vec<String> {
    let imported = import(command).unwrap_or_else(|error| panic!("{command}: {error}"));
    let mut lines = Vec::new();
    for request in &imported.requests {
        let draft = &request.draft;
        if draft.method != "GET" {
            lines.push(format!("method {}", draft.method));
        }
        if draft.path != "/api/v2/users" {
            lines.push(format!("path {}", draft.path));
        }
        if !draft.query.is_empty() {
            lines.push(format!("query {}", rows(&draft.query)));
        }
        let headers = draft.headers.iter();
        lines.extend(headers.map(|row| format!("header {}: {}", row.name, row.value)));
        match &draft.auth {
            RequestAuth::None => {}
            RequestAuth::Basic { user, password } => lines.push(format!("basic {user} {password}")),
            RequestAuth::Bearer { token } => lines.push(format!("bearer {token}")),
            other => lines.push(format!("{other:?}")),
        }
        lines.extend(body(&draft.body));
    }
    network(&imported, &mut lines);
    for secret in &imported.secrets {
        let value = secret.value.expose();
        lines.push(format!(
            "secret {} {value} to {}",
            secret.name,
            secret.origins.join(" ")
        ));
    }
    for file in &imported.files {
        lines.push(format!("file {} for {}", file.path, file.purpose));
    }
    for one in &imported.ignored {
        lines.push(format!("ignored {}: {}", one.what, one.why));
    }
    lines.extend(
        imported
            .lint
            .iter()
            .map(|lint| format!("lint {}", lint.cause)),
    );
    lines
}

fn rows(rows: &[QueryRow]) -> String {
    rows.iter().fold(String::new(), |mut text, row| {
        let _ = match &row.value {
            Some(value) => write!(text, "[{}={value}]", row.name),
            None => write!(text, "[{}]", row.name),
        };
        text
    })
}

fn body(body: &DraftBody) -> Option<String> {
    let line = match body {
        DraftBody::None => return None,
        DraftBody::Json { text } => format!("json {text}"),
        DraftBody::Text { text, content_type } => format!("text ({content_type}) {text}"),
        DraftBody::Form { rows: pairs } => format!("form {}", rows(pairs)),
        DraftBody::File { path, content_type } => format!("body @{path} ({content_type})"),
        DraftBody::Multipart { rows } => rows.iter().fold("parts".to_owned(), |line, row| {
            let value = match &row.value {
                PartValue::Text(value) => value.clone(),
                PartValue::File { path, file_name } => format!("@{path} as {file_name:?}"),
            };
            line + &format!(" [{}={value} ({})]", row.name, row.content_type)
        }),
    };
    Some(line)
}

fn network(imported: &Imported, lines: &mut Vec<String>) {
    for environment in &imported.environments {
        let network = &environment.network;
        match &network.proxy {
            Proxy::System => {}
            Proxy::None => lines.push("no proxy".to_owned()),
            Proxy::Explicit {
                url,
                user_name,
                bypass,
            } => {
                lines.push(format!("proxy {url} {user_name:?} but for {bypass:?}"));
            }
        }
        if !network.ca_file.is_empty() {
            lines.push(format!("trusts {}", network.ca_file));
        }
        if network.http_version != HttpVersion::default() {
            lines.push(format!("version {:?}", network.http_version));
        }
        let known = network.resolve.iter();
        lines.extend(known.map(|one| format!("{} is at {}", one.host, one.address)));
        let (limits, usual) = (&network.limits, Limits::default());
        for (name, limit, usual) in [
            ("connect", limits.connect_ms, usual.connect_ms),
            ("first byte", limits.first_byte_ms, usual.first_byte_ms),
            (
                "redirects",
                u64::from(limits.redirects),
                u64::from(usual.redirects),
            ),
        ] {
            if limit != usual {
                lines.push(format!("{name} {limit}"));
            }
        }
    }
}

/// Each row of the table: the spellings, and the lines that all of them give.
fn table() -> Vec<(&'static str, Vec<&'static str>)> {
    let mut rows: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in include_str!("options_table.txt").lines() {
        if let Some(told) = line.strip_prefix("    ") {
            rows.last_mut().expect("spellings first").1.push(told);
        } else if !line.is_empty() && !line.starts_with('#') {
            rows.push((line, Vec::new()));
        }
    }
    rows
}

#[test]
fn each_option_in_each_spelling_becomes_what_the_table_says() {
    let mut wrong = Vec::new();
    for (spellings, expected) in table() {
        for options in spellings.split(" | ") {
            let command = if options.contains("URL") {
                format!("curl {}", options.replace("URL", URL))
            } else if options.contains("https://api.mypurecloud.com") {
                format!("curl {options}")
            } else {
                format!("curl {options} {URL}")
            };
            let told = told(&command);
            if told != expected {
                wrong.push((options, told, expected.clone()));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "spelling, what came, what should: {wrong:#?}"
    );
}

#[test]
fn without_an_environment_they_are_listed() {
    let belongs = "it belongs to an environment: set it there";
    for (options, expected) in [
        ("-m 5", vec![format!("ignored --max-time: {belongs}")]),
        (
            "-x p.example -U me:canary",
            vec![
                format!("ignored --proxy: {belongs}"),
                format!("ignored --proxy-user: {belongs}"),
            ],
        ),
        (
            "--http2 --http2",
            vec![format!("ignored --http2: {belongs}")],
        ),
    ] {
        let mut lines = told(&format!("curl {options} https://h.example/api/v2/users"));
        lines.retain(|line| !line.starts_with("path"));
        assert_eq!(lines, expected, "{options}");
    }
}

#[test]
fn numbers_that_are_none_are_errors_with_their_place() {
    for options in [
        "-m soon",
        "-m 1.x",
        "-m .",
        "-m -1",
        "--connect-timeout ''",
        "--max-redirs many",
    ] {
        let error = import(&format!("curl {options} {URL}")).expect_err(options);
        assert_eq!(
            (error.place.line, error.place.column),
            (1, 6),
            "{options}: {error}"
        );
        assert!(error.text.contains("needs a number"), "{options}: {error}");
    }
}
