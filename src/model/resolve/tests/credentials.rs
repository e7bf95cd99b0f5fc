//! Credentials in drafts: noted, masked, and refused where a file holds only the words in their place.

use super::*;
use crate::model::environment::{Proxy, Variable};
use crate::model::masks::NOT_KEPT;
use crate::model::request::NamedText;

/// With a plain variable, two secret ones, and one that was left out of a file.
fn environment_with_variables() -> (Environment, Secrets) {
    let mut environment = direct();
    let variable = |name: &str, value: &str, secret| Variable {
        name: name.to_owned(),
        value: value.to_owned(),
        secret,
    };
    environment.variables = vec![
        variable("plain", "value", false),
        variable("lost", NOT_KEPT, false),
        variable("key", "", true),
        variable("pin", "", true),
    ];
    let secret = |name: &str, value: &str| {
        let key = SecretKey {
            environment: environment.id.clone(),
            name: SecretName::Variable(name.to_owned()),
        };
        (key, Secret::new(value))
    };
    let secrets = Secrets::from([secret("key", "canary-key"), secret("pin", "007")]);
    (environment, secrets)
}

fn send_with_variables(draft: &RequestDraft) -> Result<ResolvedRequest, Vec<Problem>> {
    let (environment, secrets) = environment_with_variables();
    let context = ResolveContext {
        secrets: &secrets,
        purpose: Purpose::Send,
        dynamics: None,
    };
    resolve(draft, &environment, context)
}

#[test]
fn credentials_typed_by_name_are_noted_and_masked() {
    let mut query = get("/api/v2/x");
    query.query = vec![row(true, "access_token", Some("canary-1"))];
    let mut in_path = get("/api/v2/x?client_secret=canary-1");
    in_path.method = "POST".to_owned();
    let with_body = |body| RequestDraft {
        body,
        ..get("/api/v2/x")
    };
    let mut variable = get("/api/v2/x/{token}");
    variable.path_variables = vec![NamedText {
        name: "token".to_owned(),
        value: "canary-1".to_owned(),
    }];
    let text = |text: &str, content_type: &str| DraftBody::Text {
        text: text.to_owned(),
        content_type: content_type.to_owned(),
    };
    let part = PartRow {
        enabled: true,
        name: "password".to_owned(),
        value: PartValue::Text("canary-1".to_owned()),
        content_type: String::new(),
    };
    let table = [
        (query, Field::Query(0)),
        (variable, Field::PathVariable("token".to_owned())),
        (
            get("/api/v2/x?client_secret=canary-1&scope={{plain}}"),
            Field::Path,
        ),
        (
            with_body(DraftBody::Json {
                text: "{\"password\": \"canary-1\", \"token\": \"{{secret.key}}\"}".to_owned(),
            }),
            Field::Body,
        ),
        (
            with_body(DraftBody::Json {
                text: "{\"password\": [\"canary-1\"]}".to_owned(),
            }),
            Field::Body,
        ),
        (
            with_body(text("password=canary-1&a={{key}}", "")),
            Field::Body,
        ),
        (
            with_body(text("{\"password\": \"canary-1\"}", "application/json")),
            Field::Body,
        ),
        (
            with_body(DraftBody::Multipart { rows: vec![part] }),
            Field::BodyRow(0),
        ),
        (in_path, Field::Path),
        (
            with_body(DraftBody::Json {
                text: "{\"a\": [{\"password\": \"canary-1\"}]}".to_owned(),
            }),
            Field::Body,
        ),
        (
            with_body(DraftBody::Form {
                rows: vec![row(true, "client_secret", Some("canary-1"))],
            }),
            Field::BodyRow(0),
        ),
    ];
    for (draft, field) in table {
        let request = send_with_variables(&draft).expect("a request");
        let fields: Vec<&Field> = request.notes.iter().map(|note| &note.field).collect();
        assert_eq!(fields, [&field], "{draft:?}");
        let preview = preview_text(&request);
        assert!(!preview.contains("canary-1"), "{preview}");
    }
}

#[test]
fn references_are_no_typed_credentials() {
    let mut draft = get("/api/v2/x?access_token={{secret.key}}");
    draft.headers = vec![
        header_row("Authorization", "Bearer {{secret.key}}"),
        header_row("Cookie", "session={{key}}; b={{plain}}"),
        header_row("x-api-key", "{{plain}}"),
    ];
    draft.body = DraftBody::Json {
        text: "{\"password\":\"{{key}}\"}".to_owned(),
    };
    let request = send_with_variables(&draft).expect("a request");
    assert_eq!(request.notes, []);
    let preview = preview_text(&request);
    assert!(!preview.contains("canary-key"), "{preview}");
}

#[test]
fn a_password_inside_basic_is_masked_by_itself_too() {
    let mut draft = get("/api/v2/x");
    // user:canary-1
    draft.headers = vec![header_row("Authorization", "Basic dXNlcjpjYW5hcnktMQ==")];
    let request = sent(&draft);
    for text in ["canary-1", "dXNlcjpjYW5hcnktMQ==", "canary%2D1"] {
        assert!(request.masks.occur_in(text.as_bytes()), "{text}");
    }
}

#[test]
fn passwords_of_the_proxy_are_masked() {
    let mut environment = direct();
    environment.network.proxy = Proxy::Explicit {
        url: "http://me:in%20url@proxy:3128".to_owned(),
        user_name: String::new(),
        bypass: Vec::new(),
    };
    let key = SecretKey {
        environment: environment.id.clone(),
        name: SecretName::ProxyPassword,
    };
    let secrets = Secrets::from([(key, Secret::new("canary-proxy"))]);
    let context = ResolveContext {
        secrets: &secrets,
        purpose: Purpose::Send,
        dynamics: None,
    };
    let request = resolve(&get("/api/v2/x"), &environment, context).expect("a request");
    // me:canary-proxy, me:in url
    for text in [
        "canary-proxy",
        "bWU6Y2FuYXJ5LXByb3h5",
        "in url",
        "bWU6aW4gdXJs",
    ] {
        assert!(request.masks.occur_in(text.as_bytes()), "{text}");
    }
}

#[test]
fn a_secret_too_short_to_be_masked_is_noted() {
    let mut draft = get("/api/v2/x?a={{pin}}");
    draft.headers = vec![header_row("X-Pin", "{{secret.pin}}")];
    let request = send_with_variables(&draft).expect("a request");
    let notes: Vec<&str> = request
        .notes
        .iter()
        .map(|note| note.text.as_str())
        .collect();
    assert_eq!(
        notes,
        ["The secret variable `pin` is too short to be masked: what was sent shows it"]
    );
    assert_eq!(request.notes[0].field, Field::Variable("pin".to_owned()));
}

#[test]
fn notes_and_problems_quote_no_secret() {
    let (mut environment, secrets) = environment_with_variables();
    environment.network.http_version = HttpVersion::Http2;
    environment.path_map = vec![PathMapRule {
        matching: crate::model::environment::PathMatching::Prefix,
        from: "/a".to_owned(),
        to: "/b".to_owned(),
    }];
    let context = ResolveContext {
        secrets: &secrets,
        purpose: Purpose::Send,
        dynamics: None,
    };
    let draft = get("/a/../a b/{{key}}?access_token=x");
    let request = resolve(&draft, &environment, context).expect("a request");
    let words = format!("{:?} {:?}", request.notes, request.mapped_from);
    assert!(
        request.notes.len() >= 3 && request.mapped_from.is_some(),
        "{words}"
    );
    assert!(
        !words.contains("canary-key") && !words.contains("access_token=x"),
        "{words}"
    );
    let mut draft = get("/a");
    draft.headers = vec![header_row("{{key}} x", "a")];
    let problems = resolve(&draft, &environment, context).expect_err("no header name");
    assert!(
        !format!("{problems:?}").contains("canary-key"),
        "{problems:?}"
    );
}

#[test]
fn a_fix_puts_no_secret_into_the_draft() {
    for (typed, fixed) in [
        (
            "https://other.example/x/{{key}}?a={{key}}",
            Some("/x/{{key}}?a={{key}}"),
        ),
        ("https://{{plain}}.example/x", None),
        ("https://other.example", None),
    ] {
        let problems = send_with_variables(&get(typed)).expect_err(typed);
        let fix = problems[0].fix.as_ref();
        assert_eq!(
            fix.map(|fix| fix.changes.clone()),
            fixed.map(|path| vec![(Field::Path, path.to_owned())]),
            "{typed}"
        );
    }
}

#[test]
fn what_a_file_holds_in_place_of_a_credential_is_never_sent() {
    let with_body = |body| RequestDraft {
        body,
        ..get("/api/v2/x")
    };
    let with_header = |name: &str, value: &str| RequestDraft {
        headers: vec![header_row(name, value)],
        ..get("/api/v2/x")
    };
    let part = |value| PartRow {
        enabled: true,
        name: "a".to_owned(),
        value,
        content_type: String::new(),
    };
    let mut variable = get("/api/v2/x/{id}");
    variable.path_variables = vec![NamedText {
        name: "id".to_owned(),
        value: NOT_KEPT.to_owned(),
    }];
    let mut query = get("/api/v2/x");
    query.query = vec![row(true, "access_token", Some(NOT_KEPT))];
    let table = [
        (get("/api/v2/x?access_token=(not kept)"), Field::Path),
        (get("/(not kept)/x"), Field::Path),
        (get("/api/v2/x/{{lost}}"), Field::Path),
        (variable, Field::PathVariable("id".to_owned())),
        (query, Field::Query(0)),
        (with_header("Authorization", NOT_KEPT), Field::Header(0)),
        (with_header("X-Note", "a {{lost}}"), Field::Header(0)),
        (
            with_body(DraftBody::Json {
                text: "{\"password\":\"(not kept)\"}".to_owned(),
            }),
            Field::Body,
        ),
        (
            with_body(DraftBody::Text {
                text: "password=(not kept)".to_owned(),
                content_type: String::new(),
            }),
            Field::Body,
        ),
        (
            with_body(DraftBody::Form {
                rows: vec![row(true, "password", Some(NOT_KEPT))],
            }),
            Field::BodyRow(0),
        ),
        (
            with_body(DraftBody::Multipart {
                rows: vec![part(PartValue::Text(NOT_KEPT.to_owned()))],
            }),
            Field::BodyRow(0),
        ),
        (
            with_body(DraftBody::Multipart {
                rows: vec![part(PartValue::File {
                    path: NOT_KEPT.to_owned(),
                    file_name: "a".to_owned(),
                })],
            }),
            Field::BodyRow(0),
        ),
        (
            with_body(DraftBody::File {
                path: NOT_KEPT.to_owned(),
                content_type: String::new(),
            }),
            Field::Body,
        ),
    ];
    for (draft, field) in table {
        let problems = send_with_variables(&draft).expect_err("a problem");
        assert_eq!(problems.len(), 1, "{draft:?}: {problems:?}");
        assert_eq!(problems[0].field, field, "{draft:?}");
        assert!(
            problems[0].text.contains("enter it again"),
            "{}",
            problems[0].text
        );
    }
    let mut off = get("/api/v2/x");
    off.query = vec![row(false, "access_token", Some(NOT_KEPT))];
    assert_eq!(send_with_variables(&off).map(|_| ()), Ok(()));
}

#[test]
fn an_environment_with_a_gap_is_not_sent_to() {
    type Change = fn(&mut Environment);
    let table: [(Change, Field); 4] = [
        (
            |environment| environment.default_headers = vec![header_row("x-api-key", NOT_KEPT)],
            Field::DefaultHeader(0),
        ),
        (
            |environment| {
                environment.network.proxy = Proxy::Explicit {
                    url: "http://me:(not kept)@proxy:3128".to_owned(),
                    user_name: String::new(),
                    bypass: Vec::new(),
                };
            },
            Field::Proxy,
        ),
        (
            |environment| {
                if let Target::Gateway(gateway) = &mut environment.target {
                    gateway.stage = NOT_KEPT.to_owned();
                }
            },
            Field::Stage,
        ),
        (
            |environment| {
                if let Target::Gateway(gateway) = &mut environment.target {
                    gateway.api_path = "/a/(not kept)".to_owned();
                }
            },
            Field::ApiPath,
        ),
    ];
    for (change, field) in table {
        let mut environment = gateway();
        change(&mut environment);
        let problems = send(&get("/api/v2/x"), &environment).expect_err("a problem");
        let fields: Vec<&Field> = problems.iter().map(|problem| &problem.field).collect();
        assert_eq!(fields, [&field], "{problems:?}");
    }
}

#[test]
fn cookies_and_variables_named_like_credentials_are_masked_by_themselves() {
    let mut environment = gateway();
    environment.variables = vec![Variable {
        name: "password".to_owned(),
        value: "typed-in-the-open".to_owned(),
        secret: false,
    }];
    let mut draft = get("/api/v2/x");
    draft.headers = vec![
        header_row("Cookie", "theme=dark; session=0123456789abcdef"),
        header_row("X-Plain", "{{password}}"),
    ];
    let resolved = send(&draft, &environment).expect("it resolves");
    for (echoed, expected) in [
        ("0123456789abcdef", MASK),
        ("typed-in-the-open", MASK),
        ("a dark theme", "a dark theme"),
    ] {
        assert_eq!(resolved.masks.text(echoed), expected, "{echoed}");
    }
    let header = resolved
        .headers
        .iter()
        .find(|header| header.name == "X-Plain");
    assert_eq!(
        header.map(|header| header.origin),
        Some(HeaderOrigin::Secret)
    );
    let printed = format!("{resolved:?} {draft:?} {environment:?}");
    for secret in ["0123456789abcdef", "typed-in-the-open"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
