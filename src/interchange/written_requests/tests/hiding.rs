//! Credentials that were typed into requests: none goes out unasked, and what stands for them is kept as a secret by the next reader.

use super::*;

/// Requests with a credential in every place that takes one.
#[expect(clippy::too_many_lines, reason = "a table")]
fn with_credentials() -> Vec<ImportedRequest> {
    let place = |name: &str, change: fn(&mut RequestDraft)| {
        let mut draft = RequestDraft {
            name: name.to_owned(),
            method: "POST".to_owned(),
            path: "/api/v2/x".to_owned(),
            ..RequestDraft::default()
        };
        change(&mut draft);
        ImportedRequest::new(draft)
    };
    let part = |name: &str, text: &str, content_type: &str| PartRow {
        enabled: true,
        name: name.to_owned(),
        value: PartValue::Text(text.to_owned()),
        content_type: content_type.to_owned(),
    };
    let mut requests = vec![
        place("path", |draft| {
            draft.path = "/x?api_key=canary-01".to_owned();
        }),
        place("place", |draft| {
            draft.path = "/x/{token}/{version}.json".to_owned();
            draft.path_variables = vec![
                NamedText {
                    name: "token".to_owned(),
                    value: "canary-02".to_owned(),
                },
                NamedText {
                    name: "version".to_owned(),
                    value: "2".to_owned(),
                },
            ];
        }),
        place("query", |draft| {
            draft.query = vec![query("client_secret", "canary-03")];
        }),
        place("query that is off", |draft| {
            draft.query = vec![QueryRow {
                enabled: false,
                ..query("client_secret", "canary-04")
            }];
        }),
        place("header", |draft| {
            draft.headers = vec![
                header("x-api-key", "canary-05"),
                header("Cookie", "session=canary-06"),
                header("X-Custom", "Bearer canary-07"),
                header(
                    "X-Callback",
                    "https://u:canary-08@h.example/?token=canary-09",
                ),
            ];
        }),
        place("bearer", |draft| {
            draft.auth = RequestAuth::Bearer {
                token: "canary-10".to_owned(),
            };
        }),
        place("basic", |draft| {
            draft.auth = RequestAuth::Basic {
                user: "anna".to_owned(),
                password: "canary-11".to_owned(),
            };
        }),
        place("own header", |draft| {
            draft.auth = RequestAuth::Header {
                name: "x-key".to_owned(),
                value: "canary-12".to_owned(),
            };
        }),
        place("json", |draft| {
            draft.body = DraftBody::Json {
                text: "{\"client_secret\": \"canary-13\", \"a\": [{\"password\": \"canary-14\"}]}"
                    .to_owned(),
            };
        }),
        place("form", |draft| {
            draft.body = DraftBody::Form {
                rows: vec![query("client_secret", "canary-15")],
            };
        }),
        place("text", |draft| {
            draft.body = DraftBody::Text {
                text: "a=1&password=canary-16".to_owned(),
                content_type: "application/x-www-form-urlencoded".to_owned(),
            };
        }),
    ];
    requests.push(place("again", |draft| {
        draft.body = DraftBody::Text {
            text: "the token is canary-10, and not another".to_owned(),
            content_type: String::new(),
        };
    }));
    let mut parts = place("parts", |_| {});
    parts.draft.body = DraftBody::Multipart {
        rows: vec![
            part("password", "canary-17", ""),
            part("doc", "{\"token\": \"canary-18\"}", "application/json"),
        ],
    };
    requests.push(parts);
    requests
}

#[test]
fn no_typed_credential_goes_out_unasked() {
    let requests = with_credentials();
    let mut environment = direct();
    environment.default_headers = vec![header("x-gateway-key", "canary-19")];
    environment.variables = vec![
        variable("password", "canary-20", false),
        variable("used", "", true),
    ];
    let secrets = Secrets::new();
    for dialect in DIALECTS {
        for known in [None, Some(&environment)] {
            let export = written(dialect, &requests, known, ExportContext::masked(&secrets));
            assert!(
                !export.text.contains("canary"),
                "{dialect:?}: {}",
                export.text
            );
            for words in [
                "api_key of `path`",
                "token of `place`",
                "client_secret of `query`",
                "x_api_key of `header`",
                "cookie of `header`",
                "x_custom of `header`",
                "token of `bearer`",
                "anna_password of `basic`",
                "x_key of `own header`",
                "client_secret of `json`",
                "password of `parts`",
                "token of `parts`",
            ] {
                assert!(
                    export.masked.iter().any(|masked| masked.starts_with(words)),
                    "{dialect:?}: {words} is not in {:?}",
                    export.masked
                );
            }
            let shown = ExportContext {
                secrets: &secrets,
                reveals_secrets: true,
            };
            let export = written(dialect, &requests, known, shown);
            for number in 1..=18 {
                let canary = format!("canary-{number:02}");
                let is_off = number == 4 && dialect == Dialect::HttpFile;
                assert!(
                    is_off || export.text.contains(&canary),
                    "{dialect:?}: {canary} is not in {}",
                    export.text
                );
            }
        }
    }
    let (masks, holds_short) = typed_credentials(&requests);
    assert!(masks.occur_in(b"x canary-18") && !holds_short);
}

#[test]
fn what_stands_for_a_credential_is_a_variable_of_the_collection() {
    let draft = RequestDraft {
        name: "A".to_owned(),
        path: "/a".to_owned(),
        query: vec![query("api_key", "canary-1")],
        headers: vec![header("x-api-key", "canary-2")],
        ..RequestDraft::default()
    };
    let mut environment = direct();
    environment.variables = vec![variable("api_key", "7", false)];
    for (dialect, expected) in [
        (Dialect::Postman, ["{{other2_api_key}}", "{{x_api_key}}"]),
        (
            Dialect::Insomnia,
            ["{{ _.other2_api_key }}", "{{ _.x_api_key }}"],
        ),
        (Dialect::Bruno, ["{{other2_api_key}}", "{{x_api_key}}"]),
        (Dialect::HttpFile, ["@other2_api_key =\n", "@x_api_key =\n"]),
    ] {
        let export = masked(dialect, &draft, Some(&environment));
        for words in expected {
            assert!(export.text.contains(words), "{words}: {}", export.text);
        }
        let imported = reading::import(&export.text, None).expect("reads").imported;
        for name in ["other2_api_key", "x_api_key"] {
            let found = imported.variables.iter().find(|known| known.name == name);
            assert!(
                found.is_some_and(|known| known.secret),
                "{dialect:?} {name}"
            );
        }
    }
}
