//! What is written of each kind of text.

use super::*;
use crate::model::environment::{ResolveOverride, Variable};
use crate::model::ids::{EnvironmentId, RequestId};
use crate::model::request::{NamedText, PartRow};

const SECRET: &str = "c4n4ry-s3cret";

fn header(name: &str, value: &str) -> HeaderRow {
    HeaderRow {
        enabled: true,
        name: name.to_owned(),
        value: value.to_owned(),
    }
}

fn query(name: &str, value: &str) -> QueryRow {
    QueryRow {
        enabled: false,
        name: name.to_owned(),
        value: Some(value.to_owned()),
    }
}

#[test]
fn headers() {
    for (name, value, kept) in [
        ("Authorization", "Bearer c4n4ry-s3cret", "(not kept)"),
        ("authorization", "c4n4ry-s3cret {{x}}", "(not kept)"),
        (
            "Authorization",
            "Bearer {{secret.token}}",
            "Bearer {{secret.token}}",
        ),
        (
            "Authorization",
            "Basic {{user}}:{{secret.password}}",
            "Basic {{user}}:{{secret.password}}",
        ),
        ("Authorization", "Bearer {{a}}c4n4ry-s3cret", "(not kept)"),
        ("Authorization", "c4n4ry={{a}}", "(not kept)"),
        ("Authorization", "", ""),
        ("Cookie", "session=c4n4ry-s3cret", "(not kept)"),
        (
            "Cookie",
            "session={{secret.session}}; b={{b}}",
            "session={{secret.session}}; b={{b}}",
        ),
        ("x-api-key", "c4n4ry-s3cret", "(not kept)"),
        ("x-api-key", "(not kept)", "(not kept)"),
        (
            "Referer",
            "https://u:c4n4ry-s3cret@host/a",
            "https://u:(not kept)@host/a",
        ),
        ("Accept", "application/json", "application/json"),
        ("Idempotency-Key", "1234", "1234"),
    ] {
        let draft = RequestDraft {
            headers: vec![header(name, value)],
            ..RequestDraft::default()
        };
        let (written, places) = withhold_request_with(&draft, &Masks::default());
        assert_eq!(written.headers[0].value, kept, "{name}: {value}");
        assert_eq!(
            places,
            if value == kept {
                vec![]
            } else {
                vec![format!("header {name}")]
            },
            "{name}: {value}"
        );
        assert_eq!(without_credentials(&written), written, "once is enough");
    }
}

#[test]
fn paths() {
    for (path, kept) in [
        ("/api/v2/users?pageSize=5", "/api/v2/users?pageSize=5"),
        (
            "/a?access_token=c4n4ry-s3cret&b=c",
            "/a?access_token=(not kept)&b=c",
        ),
        (
            "/a?access_token={{secret.t}}&password=c4n4ry-s3cret",
            "/a?access_token={{secret.t}}&password=(not kept)",
        ),
        (
            "/a#access_token=c4n4ry-s3cret",
            "/a#access_token=(not kept)",
        ),
        (
            "https://me:c4n4ry-s3cret@host/a",
            "https://me:(not kept)@host/a",
        ),
        ("/a?nextPageToken=abc", "/a?nextPageToken=abc"),
    ] {
        let draft = RequestDraft {
            path: path.to_owned(),
            ..RequestDraft::default()
        };
        assert_eq!(without_credentials(&draft).path, kept, "{path}");
    }
}

#[test]
fn bodies() {
    let text = |text: &str, content_type: &str| DraftBody::Text {
        text: text.to_owned(),
        content_type: content_type.to_owned(),
    };
    let json = |text: &str| DraftBody::Json {
        text: text.to_owned(),
    };
    for (body, kept) in [
        (
            json("{ \"client_secret\" : \"c4n4ry-s3cret\", \"n\": 1.0 }"),
            json("{ \"client_secret\" : \"(not kept)\", \"n\": 1.0 }"),
        ),
        (
            json("{\"password\":\"{{secret.p}}\"}"),
            json("{\"password\":\"{{secret.p}}\"}"),
        ),
        (
            json("{\"password\":\"c4n4ry-s3cret"),
            json("{\"password\":\"(not kept)\""),
        ),
        (
            text(
                "grant_type=x&client_secret=c4n4ry-s3cret",
                "application/x-www-form-urlencoded",
            ),
            text(
                "grant_type=x&client_secret=(not kept)",
                "application/x-www-form-urlencoded",
            ),
        ),
        (
            text("{\"access_token\": \"c4n4ry-s3cret\"}", "text/plain"),
            text("{\"access_token\": \"(not kept)\"}", "text/plain"),
        ),
        (
            text("password=c4n4ry-s3cret", ""),
            text("password=(not kept)", ""),
        ),
        (
            text("Dear password, hello", "text/plain"),
            text("Dear password, hello", "text/plain"),
        ),
        (
            DraftBody::Form {
                rows: vec![query("client_secret", SECRET), query("scope", "a")],
            },
            DraftBody::Form {
                rows: vec![query("client_secret", NOT_KEPT), query("scope", "a")],
            },
        ),
    ] {
        let draft = RequestDraft {
            body: body.clone(),
            ..RequestDraft::default()
        };
        assert_eq!(without_credentials(&draft).body, kept, "{body:?}");
    }
}

#[test]
fn rows_and_parts() {
    let draft = RequestDraft {
        id: RequestId("r".to_owned()),
        path_variables: vec![NamedText {
            name: "accessToken".to_owned(),
            value: SECRET.to_owned(),
        }],
        query: vec![
            query("api_key", SECRET),
            query("callback", "https://a:c4n4ry-s3cret@b/"),
        ],
        body: DraftBody::Multipart {
            rows: vec![PartRow {
                enabled: true,
                name: "password".to_owned(),
                value: PartValue::Text(SECRET.to_owned()),
                content_type: String::new(),
            }],
        },
        ..RequestDraft::default()
    };
    let (written, places) = withhold_request_with(&draft, &Masks::default());
    assert!(!format!("{written:?}").contains(SECRET), "{written:?}");
    assert_eq!(
        places,
        [
            "path variable accessToken",
            "parameter api_key",
            "parameter callback",
            "form field password"
        ]
    );
}

#[test]
fn environments() {
    let mut environment: Environment = toml_edit::de::from_str(
        "id = 'a'\nname = 'A'\n[target]\nkind = 'gateway'\nhost = 'me:c4n4ry-s3cret@host'",
    )
    .expect("an environment");
    environment.default_headers = vec![header("X-Api-Key", SECRET), header("X-A", "b")];
    environment.variables = vec![
        Variable {
            name: "clientSecret".to_owned(),
            value: SECRET.to_owned(),
            secret: false,
        },
        Variable {
            name: "kept".to_owned(),
            value: SECRET.to_owned(),
            secret: true,
        },
        Variable {
            name: "plain".to_owned(),
            value: "value".to_owned(),
            secret: false,
        },
    ];
    environment.network.proxy = Proxy::Explicit {
        url: "http://me:c4n4ry-s3cret@proxy:3128".to_owned(),
        user_name: "me".to_owned(),
        bypass: Vec::new(),
    };
    environment.network.resolve = vec![ResolveOverride {
        host: "a".to_owned(),
        address: "127.0.0.1".to_owned(),
    }];
    let (written, places) = withhold_environment_with(&environment, &Masks::default());
    assert!(!format!("{written:?}").contains(SECRET), "{written:?}");
    assert_eq!(
        places,
        [
            "default header X-Api-Key",
            "variable clientSecret",
            "variable kept",
            "host",
            "proxy"
        ]
    );
    assert_eq!(written.id, EnvironmentId::new("a").expect("a slug"));
    assert_eq!(written.variables[2], environment.variables[2]);
    assert_eq!(written.network.resolve, environment.network.resolve);
}

fn known() -> Masks {
    let mut known = Masks::default();
    known.add(SECRET);
    known.add("test");
    known
}

#[test]
fn a_known_secret_is_left_out_of_every_field_of_a_request() {
    let row = |name: &str, value: PartValue| PartRow {
        enabled: true,
        name: name.to_owned(),
        value,
        content_type: format!("text/{SECRET}"),
    };
    let bodies = [
        DraftBody::None,
        DraftBody::Json {
            text: format!("{{\"note\":\"see {SECRET}\"}}"),
        },
        DraftBody::Text {
            text: format!("see {SECRET}"),
            content_type: SECRET.to_owned(),
        },
        DraftBody::Form {
            rows: vec![query("note", SECRET), query(SECRET, "a")],
        },
        DraftBody::Multipart {
            rows: vec![
                row("note", PartValue::Text(SECRET.to_owned())),
                row(
                    SECRET,
                    PartValue::File {
                        path: SECRET.to_owned(),
                        file_name: SECRET.to_owned(),
                    },
                ),
            ],
        },
        DraftBody::File {
            path: SECRET.to_owned(),
            content_type: SECRET.to_owned(),
        },
    ];
    for body in bodies {
        let draft = RequestDraft {
            name: format!("a {SECRET}"),
            method: SECRET.to_owned(),
            path: format!("/a/{SECRET}?note=c4n4ry%2Ds3cret"),
            path_variables: vec![
                NamedText {
                    name: "id".to_owned(),
                    value: SECRET.to_owned(),
                },
                NamedText {
                    name: SECRET.to_owned(),
                    value: "a".to_owned(),
                },
            ],
            query: vec![query("note", "YzRuNHJ5LXMzY3JldA=="), query(SECRET, "a")],
            headers: vec![header("X-Note", SECRET), header(SECRET, "a")],
            body,
            ..RequestDraft::default()
        };
        let (written, places) = withhold_request_with(&draft, &known());
        for words in [format!("{written:?}"), format!("{places:?}")] {
            assert!(!known().occur_in(words.as_bytes()), "{words}");
        }
        assert_eq!(written.name, "a (not kept)");
        assert_eq!(written.path, "/a/(not kept)?note=(not kept)");
        assert_eq!(written.query[0].value.as_deref(), Some(NOT_KEPT));
        assert_eq!(
            places[..9],
            [
                "name",
                "method",
                "path",
                "path variable id",
                "path variable name",
                "parameter note",
                "parameter name",
                "header X-Note",
                "header name"
            ]
        );
        assert_eq!(
            without_credentials_with(&written, &known()),
            written,
            "once is enough"
        );
    }
}

#[test]
fn a_short_secret_costs_no_path() {
    let draft = RequestDraft {
        path: "/test/api/v2/users".to_owned(),
        query: vec![query("stage", "test"), query("note", "a test")],
        ..RequestDraft::default()
    };
    let written = without_credentials_with(&draft, &known());
    assert_eq!(written.path, draft.path);
    assert_eq!(written.query[0].value.as_deref(), Some(NOT_KEPT));
    assert_eq!(written.query[1], draft.query[1]);
}

#[test]
fn a_known_secret_is_left_out_of_an_environment() {
    let mut environment: Environment = toml_edit::de::from_str(
        "id = 'a'
         name = 'A c4n4ry-s3cret'
         variables = [{ name = 'note', value = 'see c4n4ry-s3cret' }]
         default_headers = []
         path-map = [{ from = '/a', to = '/c4n4ry-s3cret' }]
         [target]
         kind = 'gateway'
         host = 'c4n4ry-s3cret.example'
         stage = 'c4n4ry-s3cret'
         login-path = '/c4n4ry-s3cret'
         api-path = '/c4n4ry-s3cret'
         user-name = 'c4n4ry-s3cret'
         [target.client-form]
         host = 'c4n4ry-s3cret'
         port = 'c4n4ry-s3cret'
         protocol = 'c4n4ry-s3cret'
         login-path = 'c4n4ry-s3cret'
         api-path = 'c4n4ry-s3cret'
         [credentials]
         kind = 'client-credentials'
         client_id = 'c4n4ry-s3cret'
         scope = 'c4n4ry-s3cret'
         [network]
         ca-file = '/c4n4ry-s3cret'
         trusted-fingerprint = 'c4n4ry-s3cret'
         resolve = [{ host = 'c4n4ry-s3cret', address = 'c4n4ry-s3cret' }]
         [network.proxy]
         kind = 'explicit'
         url = 'http://c4n4ry-s3cret:1'
         user_name = 'c4n4ry-s3cret'
         bypass = ['c4n4ry-s3cret']",
    )
    .expect("an environment");
    environment.default_headers = vec![header("X-Note", SECRET)];
    let (written, places) = withhold_environment_with(&environment, &known());
    assert!(
        !known().occur_in(format!("{written:?}").as_bytes()),
        "{written:?}"
    );
    assert!(places.len() >= 20, "{places:?}");
    assert_eq!(written.id, environment.id);
    assert_eq!(
        withhold_environment_with(&written, &known()).1,
        Vec::<String>::new()
    );
}
