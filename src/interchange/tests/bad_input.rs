//! What every reader says to bad input: the same variants for all 17 kinds. `tests/fixtures/bad_input/KIND.expected` holds the
//! words of each, so that a person can judge them.

mod samples;

use std::fmt::Write as _;

use crate::interchange::reading::{self, Read};
use crate::interchange::text::{LARGEST_TEXT, Place};
use crate::interchange::{ImportError, Kind};
use crate::model::request::DraftBody;

use samples::{Sample, samples};

fn utf_16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    std::iter::once(0xfeff)
        .chain(text.encode_utf16())
        .flat_map(unit)
        .collect()
}

/// The beginning of a text, at a quarter's boundary.
fn quarter(text: &str, quarters: usize) -> &str {
    let mut end = text.len() * quarters / 4;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// What is told about it, on one line or several; no secret may be in it.
fn outcome(read: &Result<Read, ImportError>) -> String {
    match read {
        Err(error) => {
            let mut words = format!("{}:{} {}", error.place.line, error.place.column, error.text);
            if !error.understood.is_empty() {
                let _ = write!(words, "\n    understood: {}", error.understood);
            }
            words
        }
        Ok(read) => {
            let imported = &read.imported;
            let mut words = format!(
                "read: {} environments, {} requests, {} variables, {} secrets",
                imported.environments.len(),
                imported.requests.len(),
                imported.variables.len(),
                imported.secrets.len()
            );
            for lint in &imported.lint {
                let _ = write!(
                    words,
                    "\n    {}:{} {}",
                    lint.place.line, lint.place.column, lint.cause
                );
            }
            for ignored in &imported.ignored {
                let _ = write!(words, "\n    ignored {}: {}", ignored.what, ignored.why);
            }
            words
        }
    }
}

/// The place of an error is in the text and its words say something.
fn judge(text: &str, read: &Result<Read, ImportError>, name: &str) {
    let Err(error) = read else { return };
    let end = Place::at(text, text.len());
    assert!(
        error.place.line >= 1 && error.place.column >= 1 && error.place <= end,
        "{name}: {error} is behind {end:?}"
    );
    assert!(
        !error.text.trim().is_empty(),
        "{name}: an error without words"
    );
}

fn spoiled(sample: &Sample) -> Vec<(&'static str, String)> {
    let good = sample.good;
    let mut variants = vec![
        ("truncated at a quarter", quarter(good, 1).to_owned()),
        ("truncated in the middle", quarter(good, 2).to_owned()),
        ("truncated at three quarters", quarter(good, 3).to_owned()),
        ("100,000 levels", sample.deep.clone()),
        ("twice", sample.twice.clone()),
        ("unterminated quote", sample.unterminated.clone()),
    ];
    if let Some(text) = &sample.unknown_version {
        variants.push(("unknown version", text.clone()));
    }
    variants
}

#[test]
fn every_reader_says_what_is_wrong_and_where() {
    let mut wrong = Vec::new();
    for sample in samples() {
        let name = sample.kind.name();
        let mut told = String::new();
        for (variant, text) in spoiled(&sample) {
            let read = reading::import(&text, Some(sample.kind));
            judge(&text, &read, &format!("{name}, {variant}"));
            let _ = writeln!(told, "{variant}\n  {}", outcome(&read));
        }
        if told != sample.expected {
            wrong.push(format!(
                "{name} says\n{told}instead of\n{}",
                sample.expected
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_reader_refuses_what_is_empty() {
    for sample in samples() {
        for text in ["", " ", " \r\n\t ", "\u{feff}", "\u{feff} \n"] {
            for hint in [Some(sample.kind), None] {
                let error = reading::import(text, hint).expect_err("empty");
                assert!(
                    error.text.contains("empty"),
                    "{} of {text:?}: {error}",
                    sample.kind.name()
                );
            }
        }
    }
}

#[test]
fn every_reader_reads_the_encodings_of_windows() {
    for sample in samples() {
        let name = sample.kind.name();
        let plain =
            reading::import(sample.good, None).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(plain.kind, sample.kind, "by content");
        for (encoding, bytes) in [
            ("UTF-16LE", utf_16(sample.good, u16::to_le_bytes)),
            ("UTF-16BE", utf_16(sample.good, u16::to_be_bytes)),
            (
                "UTF-8 with a mark",
                format!("\u{feff}{}", sample.good).into_bytes(),
            ),
        ] {
            let read = reading::import_bytes(&bytes, None)
                .unwrap_or_else(|error| panic!("{name} in {encoding}: {error}"));
            assert_eq!(read, plain, "{name} in {encoding}");
        }
        let lines = sample.good.replace('\n', "\r\n");
        let read = reading::import(&lines, Some(sample.kind))
            .unwrap_or_else(|error| panic!("{name} with CRLF: {error}"));
        assert_eq!(
            (read.imported.environments, read.imported.secrets.len()),
            (plain.imported.environments, plain.imported.secrets.len()),
            "{name} with CRLF"
        );
    }
}

#[test]
fn every_reader_refuses_bytes_that_are_no_text() {
    for sample in samples() {
        let half = quarter(sample.good, 2);
        let mut bytes = half.as_bytes().to_vec();
        bytes.extend_from_slice(b"\xff\xfe");
        bytes.extend_from_slice(&sample.good.as_bytes()[half.len()..]);
        let error = reading::import_bytes(&bytes, Some(sample.kind)).expect_err("no UTF-8");
        assert_eq!(
            error.place,
            Place::at(half, half.len()),
            "{}: {error}",
            sample.kind.name()
        );
        let mut odd = utf_16(sample.good, u16::to_le_bytes);
        odd.pop();
        reading::import_bytes(&odd, Some(sample.kind)).expect_err("half a unit of UTF-16");
    }
}

/// A text of two kinds is read as neither, and the error names both. A cURL command, a .http file and what stands in it may
/// hold anything, so they stay what they begin as.
#[test]
fn two_kinds_in_one_text_are_told_apart() {
    let samples = samples();
    for first in &samples {
        for second in &samples {
            if first.kind == second.kind {
                continue;
            }
            let text = format!("{}\n\n{}", first.good, second.good);
            let name = format!("{} and then {}", first.kind.name(), second.kind.name());
            let read = reading::import(&text, None);
            judge(&text, &read, &name);
            match read {
                Err(_) => {}
                Ok(read) => {
                    let is_open = [Kind::Curl, Kind::HttpFile].contains(&read.kind);
                    assert!(
                        is_open
                            || !read.imported.lint.is_empty()
                            || !read.imported.ignored.is_empty(),
                        "{name}: read as {} without a word",
                        read.kind
                    );
                }
            }
        }
    }
}

#[test]
fn anchors_that_explode_are_refused() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let before = format!("*a{}", level - 1);
        let _ = writeln!(
            bomb,
            "a{level}: &a{level} [{}]",
            vec![before; 10].join(", ")
        );
    }
    for (kind, head) in [
        (
            Kind::OpenApi,
            "openapi: 3.0.1\ninfo: {title: x, version: '1'}\npaths: {}\n",
        ),
        (
            Kind::Insomnia,
            "type: collection.insomnia.rest/5.0\nname: W\n",
        ),
        (
            Kind::OpenCollection,
            "opencollection: 1.0.0\ninfo: {name: C}\n",
        ),
    ] {
        let text = format!("{head}{bomb}");
        let error = reading::import(&text, Some(kind)).expect_err("it explodes");
        assert!(error.place.line > 1, "{}: {error}", kind.name());
        judge(&text, &Err(error), kind.name());
    }
    let cycle = "openapi: 3.0.1\ninfo: {title: x, version: '1'}\npaths: &p\n  /a: *p\n";
    let error = reading::import(cycle, None).expect_err("an anchor within itself");
    assert_eq!(error.place.line, 4, "{error}");
}

#[test]
fn references_in_a_circle_end() {
    for text in [
        r##"{"openapi": "3.0.1", "info": {"title": "x", "version": "1"}, "paths": {"/a": {"post": {"requestBody": {"content":
          {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}}, "responses": {}}}},
          "components": {"schemas": {"A": {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/A"},
          "b": {"$ref": "#/components/schemas/B"}}}, "B": {"$ref": "#/components/schemas/A"}}}}"##,
        r##"{"openapi": "3.0.1", "info": {"title": "x", "version": "1"}, "paths": {"/a": {"get": {"parameters":
          [{"$ref": "#/components/parameters/P"}], "responses": {}}}},
          "components": {"parameters": {"P": {"$ref": "#/components/parameters/Q"}, "Q": {"$ref": "#/components/parameters/P"}}}}"##,
        r##"{"openapi": "3.0.1", "info": {"title": "x", "version": "1"}, "paths": {"/a": {"post": {"requestBody":
          {"$ref": "#/components/requestBodies/R"}, "responses": {}}}}, "components": {"requestBodies": {"R": {"$ref": "#/components/requestBodies/R"}}}}"##,
        r##"{"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": {"/a": {"$ref": "#/paths/~1b"}, "/b": {"$ref": "#/paths/~1a"},
          "/c": {"get": {"responses": {}}}}}"##,
    ] {
        let read = reading::import(text, None).unwrap_or_else(|error| panic!("{error} in {text}"));
        assert!(!read.imported.requests.is_empty(), "{text}");
    }
}

/// Bytes of names and values.
fn body_length(body: &DraftBody) -> usize {
    match body {
        DraftBody::Json { text } | DraftBody::Text { text, .. } => text.len(),
        DraftBody::Form { rows } => rows
            .iter()
            .map(|row| row.name.len() + row.value.as_ref().map_or(0, String::len))
            .sum(),
        other => panic!("another body: {other:?}"),
    }
}

#[test]
fn a_command_of_a_megabyte_is_read() {
    let body = "x".repeat(1_000_000);
    let many = "-H 'X-One: 1' ".repeat(70_000);
    for (name, text, bytes) in [
        (
            "a body",
            format!("curl https://api.mypurecloud.com/a -d '{body}'"),
            1_000_000,
        ),
        (
            "dollar quotes",
            format!(
                "curl https://api.mypurecloud.com/a -d $'{}'",
                "\\n".repeat(500_000)
            ),
            500_000,
        ),
        (
            "options",
            format!("curl https://api.mypurecloud.com/a {many}-d a=1"),
            2,
        ),
        (
            "a path",
            format!("curl https://api.mypurecloud.com/{body} -d a=1"),
            2,
        ),
    ] {
        let read = reading::import(&text, None).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(
            body_length(&read.imported.requests[0].draft.body),
            bytes,
            "{name}"
        );
    }
    let open = format!("curl https://api.mypurecloud.com/a -d '{body}");
    let error = reading::import(&open, None).expect_err("an open quote");
    assert_eq!(
        error.place,
        Place::at(&open, open.len() - body.len() - 1),
        "{error}"
    );
}

/// Each is a text of its kind in which one thing stands again and again; a reader that looks at the whole for each would not end.
#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn long_texts_of_the_same_end() {
    for (name, kind, head, unit, tail) in [
        (
            "profiles",
            Kind::CliConfig,
            "",
            "[p~]\nenvironment = \"mypurecloud.ie\"\n",
            "",
        ),
        (
            "keys",
            Kind::SdkIni,
            "[gateway]\nhost = h\nprotocol = https\n",
            "k~ = v\n",
            "",
        ),
        (
            "the same key",
            Kind::SdkIni,
            "[gateway]\nprotocol = https\n",
            "host = h\n",
            "",
        ),
        (
            "variables",
            Kind::ProcessVariables,
            "",
            "GENESYSCLOUD_GATEWAY_HOST=h\n",
            "",
        ),
        (
            "other variables",
            Kind::ProcessVariables,
            "GENESYSCLOUD_REGION=us-east-1\n",
            "A~=h\n",
            "",
        ),
        (
            "blocks",
            Kind::CxAsCode,
            "provider \"genesyscloud\" {\n  aws_region = \"us-east-1\"\n}\n",
            "a \"b~\" {\n}\n",
            "",
        ),
        (
            "the same key",
            Kind::SdkJson,
            "{\"gateway\": {\"host\": \"h\"",
            ", \"host\": \"h\"",
            "}}",
        ),
        (
            "keys",
            Kind::CliGateway,
            "{\"host\": \"h\", \"protocol\": \"https\", \"pathParams\": {\"login\": \"/l\"",
            ", \"k~\": \"h\"",
            "}}",
        ),
        (
            "keys",
            Kind::JavaScriptGateway,
            "x.setGateway({host: 'h'",
            ", k~: 'h'",
            "})",
        ),
        (
            "commands",
            Kind::Curl,
            "",
            "curl https://api.mypurecloud.com/a\n",
            "",
        ),
        (
            "open expansions",
            Kind::Curl,
            "curl https://api.mypurecloud.com/a -d \"",
            "${",
            "\"",
        ),
        (
            "shell variables",
            Kind::Curl,
            "curl https://api.mypurecloud.com/a -d \"",
            "$A_~",
            "\"",
        ),
        (
            "requests",
            Kind::HttpFile,
            "",
            "###\nGET https://api.mypurecloud.com/a\nX: {{a\n\n",
            "",
        ),
        (
            "rows",
            Kind::Bruno,
            "get {\n  url: https://api.mypurecloud.com/a\n}\nheaders {\n",
            "  x~: 1\n",
            "}\n",
        ),
        (
            "environments that extend the one before",
            Kind::OpenCollection,
            "opencollection: 1.0.0\nitems: []\nconfig:\n  environments:\n",
            "    - {name: e~, extends: e0, variables: [{name: v, value: x}]}\n",
            "",
        ),
        (
            "sets",
            Kind::HttpEnvironments,
            "{\"dev\": {\"host\": \"https://api.mypurecloud.de\"}",
            ", \"s~\": {\"a\": \"{{b}}\"}",
            "}",
        ),
        (
            "values",
            Kind::PostmanEnvironment,
            "{\"name\": \"n\", \"values\": [{\"key\": \"a\", \"value\": \"1\"}",
            ", {\"key\": \"a~\", \"value\": \"1\"}",
            "]}",
        ),
    ] {
        let mut text = head.to_owned();
        for number in 0..300_000 / unit.len() {
            text.push_str(&unit.replace('~', &number.to_string()));
        }
        text.push_str(tail);
        let read = reading::import(&text, Some(kind))
            .unwrap_or_else(|error| panic!("{name} of {}: {error}", kind.name()));
        assert!(
            read.imported.lint.len() < 40_000,
            "{name} of {}",
            kind.name()
        );
    }
}

#[test]
fn a_text_over_the_limit_is_refused_by_every_reader() {
    let text = " x".repeat(LARGEST_TEXT / 2 + 1);
    for sample in samples() {
        let error = reading::import(&text, Some(sample.kind)).expect_err("too large");
        assert!(error.text.contains("MB"), "{}: {error}", sample.kind.name());
    }
    reading::import_bytes(text.as_bytes(), None).expect_err("too large");
}
