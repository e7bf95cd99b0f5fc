//! Drafts and what they mean, table by table (facts/peers.md cases 16-38, 65-67).

use super::*;
use crate::model::environment::{
    Credentials, GatewayTarget, KeepHistory, NetworkSettings, PathMapRule, Place, Protection,
    Protocol, Target,
};
use crate::model::ids::EnvironmentId;
use crate::model::masks::MASK;
use crate::model::region::Region;
use crate::model::request::{
    DraftBody, HeaderRow, NamedText, PartRow, PartValue, QueryRow, RequestAuth,
};
use crate::model::resolved::{BodySegment, HeaderOrigin};
use crate::model::sandbox_environments::sandbox_environments;
use crate::model::secret::Secret;

fn direct() -> Environment {
    Environment {
        id: EnvironmentId::from_name("acme direct"),
        name: "Acme direct".to_owned(),
        colour: crate::model::environment::Colour::Teal,
        protection: Protection::Normal,
        target: Target::Direct {
            place: Place::Region(Region::find("us-east-1").expect("a region")),
        },
        credentials: Credentials::AccessToken,
        variables: Vec::new(),
        default_headers: Vec::new(),
        path_map: Vec::new(),
        network: NetworkSettings::default(),
        history: KeepHistory::default(),
        route_map: None,
        sandbox: None,
    }
}

fn gateway() -> Environment {
    let mut gateway: GatewayTarget =
        serde_json::from_str(r#"{"host":"a1.execute-api.us-east-1.amazonaws.com"}"#)
            .expect("a gateway");
    gateway.protocol = Protocol::Https;
    gateway.stage = "test".to_owned();
    gateway.api_path = "/apipath/".to_owned();
    Environment {
        target: Target::Gateway(Box::new(gateway)),
        path_map: vec![PathMapRule {
            matching: crate::model::environment::PathMatching::Prefix,
            from: "/api/v2/users".to_owned(),
            to: "/users".to_owned(),
        }],
        ..direct()
    }
}

fn get(path: &str) -> RequestDraft {
    RequestDraft {
        path: path.to_owned(),
        ..RequestDraft::default()
    }
}

fn row(enabled: bool, name: &str, value: Option<&str>) -> QueryRow {
    QueryRow {
        enabled,
        name: name.to_owned(),
        value: value.map(str::to_owned),
    }
}

fn header_row(name: &str, value: &str) -> HeaderRow {
    HeaderRow {
        enabled: true,
        name: name.to_owned(),
        value: value.to_owned(),
    }
}

fn send(draft: &RequestDraft, environment: &Environment) -> Result<ResolvedRequest, Vec<Problem>> {
    let secrets = Secrets::new();
    resolve(
        draft,
        environment,
        ResolveContext {
            secrets: &secrets,
            purpose: Purpose::Send,
            dynamics: None,
        },
    )
}

fn sent(draft: &RequestDraft) -> ResolvedRequest {
    send(draft, &direct()).unwrap_or_else(|problems| panic!("{draft:?}: {problems:?}"))
}

fn headers(request: &ResolvedRequest) -> Vec<String> {
    request
        .headers
        .iter()
        .map(|header| {
            format!(
                "{}: {}",
                header.name,
                String::from_utf8_lossy(&header.value)
            )
        })
        .collect()
}

fn body(request: &ResolvedRequest) -> String {
    request
        .body
        .segments
        .iter()
        .map(|segment| match segment {
            BodySegment::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            BodySegment::File { path, .. } => format!("<{}>", path.display()),
        })
        .collect()
}

#[test]
fn paths_go_out_as_typed() {
    let table = [
        ("", "/"),
        ("api/v2/users", "/api/v2/users"),
        ("/a/../b", "/a/../b"),
        ("//double", "//double"),
        ("/a/", "/a/"),
        ("/x:verb", "/x:verb"),
        (
            "/urn:a:b/2024-01-01T10:00:00/(key='a')",
            "/urn:a:b/2024-01-01T10:00:00/(key='a')",
        ),
        ("/a b#c", "/a%20b%23c"),
        ("/{}/{a b}", "/{}/{a%20b}"),
        ("/x?a=%30%", "/x?a=%30%25"),
        ("/x?%batch&%ae%", "/x?%batch&%ae%25"),
        ("/x?q=%4E%C3%A4", "/x?q=%4E%C3%A4"),
        ("/x?a=b&c", "/x?a=b&c"),
        ("/x?bar=baz!", "/x?bar=baz!"),
        ("/x?&&a=1", "/x?&&a=1"),
        ("/x?a=1&a=2", "/x?a=1&a=2"),
        ("/x?x=a+b&y=a%2Bb&z=a b", "/x?x=a+b&y=a%2Bb&z=a%20b"),
        (
            "/x?interval=2024-01-01T00:00:00.000Z/2024-01-02T00:00:00.000Z",
            "/x?interval=2024-01-01T00:00:00.000Z/2024-01-02T00:00:00.000Z",
        ),
        (" /x \n", "/x"),
        ("https://api.mypurecloud.com/x//y?a", "/x//y?a"),
        ("HTTPS://API.mypurecloud.com:443/x", "/x"),
    ];
    for (typed, target) in table {
        assert_eq!(sent(&get(typed)).url.target, target, "{typed:?}");
    }
}

#[test]
fn query_rows_follow_a_typed_query() {
    let mut draft = get("/api/v2/x?a=1");
    draft.query = vec![
        row(true, "foo", None),
        row(true, "foo", Some("")),
        row(false, "foo", Some("off")),
        row(true, "", None),
        row(true, "expand", Some("a|b")),
        row(true, "expand", Some("c&d=e#")),
    ];
    assert_eq!(
        sent(&draft).url.target,
        "/api/v2/x?a=1&foo&foo=&expand=a%7Cb&expand=c%26d=e%23"
    );
    draft.path = "/api/v2/x?".to_owned();
    assert!(sent(&draft).url.target.starts_with("/api/v2/x?foo&foo=&"));
}

#[test]
fn path_places_are_filled_as_one_segment() {
    let mut draft = get("/users/{userId}/x?q={userId}");
    draft.path_variables = vec![NamedText {
        name: "userId".to_owned(),
        value: "a/b#c?d e".to_owned(),
    }];
    assert_eq!(
        sent(&draft).url.target,
        "/users/a%2Fb%23c%3Fd%20e/x?q=%7BuserId%7D"
    );
    draft.path_variables.clear();
    let problems = send(&draft, &direct()).expect_err("an unfilled place");
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].field, Field::PathVariable("userId".to_owned()));
}

#[test]
fn a_gateway_maps_and_prefixes() {
    let table = [
        ("/api/v2/users?a=1", "/test/apipath/users?a=1", true),
        ("/api/v2/users/me", "/test/apipath/users/me", true),
        (
            "/api/v2/usersearch",
            "/test/apipath/api/v2/usersearch",
            false,
        ),
        ("//x/../y", "/test/apipath//x/../y", false),
        (
            "https://a1.execute-api.us-east-1.amazonaws.com/test/apipath/api/v2/users",
            "/test/apipath/api/v2/users",
            false,
        ),
    ];
    for (typed, target, mapped) in table {
        let request = send(&get(typed), &gateway()).expect(typed);
        assert_eq!(request.url.target, target, "{typed}");
        assert_eq!(request.mapped_from.is_some(), mapped, "{typed}");
    }
}

#[test]
fn an_absolute_url_of_another_origin_is_refused() {
    for typed in [
        "https://api.mypurecloud.ie/x",
        "http://api.mypurecloud.com/x",
        "https://api.mypurecloud.com:8443/x",
        "https://user:pass@api.mypurecloud.com/x",
        "https://:99999/x",
    ] {
        let problems = send(&get(typed), &direct()).expect_err(typed);
        assert_eq!(problems[0].field, Field::Path, "{typed}");
    }
}

#[test]
fn headers_stand_in_their_order() {
    let mut environment = direct();
    environment.default_headers = vec![header_row("X-Default", "1"), header_row("X-Typed", "no")];
    let mut draft = get("/api/v2/x");
    draft.headers = vec![
        header_row("X-Api-KEY-case", "v"),
        header_row("x-typed", "2"),
        header_row("x-typed", ""),
        header_row("", ""),
        header_row("accept", "text/html"),
    ];
    let request = send(&draft, &environment).expect("a request");
    assert_eq!(
        headers(&request),
        [
            "Host: api.mypurecloud.com",
            "X-Default: 1",
            "X-Api-KEY-case: v",
            "x-typed: 2",
            "x-typed: ",
            "accept: text/html",
            "Accept-Encoding: gzip, deflate, br, zstd",
            concat!("User-Agent: gatescope/", env!("CARGO_PKG_VERSION")),
        ]
    );
    assert!(request.wants_token);
}

#[test]
fn malformed_headers_are_problems_on_their_row() {
    for (name, value) in [
        ("X-A", "a\r\nX-B: c"),
        ("X-A", "a\0"),
        ("X-A\r\nX-B", "c"),
        ("X A", "c"),
        ("X-A:", "c"),
        ("", "c"),
        ("Content-Length", "5"),
        ("Content-Length", "x"),
        ("Transfer-Encoding", "gzip"),
        ("X-A", "{{nobody}}"),
    ] {
        let mut draft = get("/api/v2/x");
        draft.headers = vec![header_row("X-First", "1"), header_row(name, value)];
        let problems = send(&draft, &direct()).expect_err(name);
        assert_eq!(problems[0].field, Field::Header(1), "{name:?}: {value:?}");
    }
}

#[test]
fn a_typed_authorization_wins_and_is_masked() {
    let mut draft = get("/api/v2/x");
    draft.headers = vec![header_row("authorization", "Bearer typed-token-1")];
    let request = sent(&draft);
    assert!(!request.wants_token);
    assert!(
        request
            .headers
            .iter()
            .any(|header| header.name == "authorization" && header.origin == HeaderOrigin::Secret)
    );
    let preview = preview_text(&request);
    assert!(!preview.contains("typed-token-1"), "{preview}");
    assert_eq!(request.notes.len(), 1, "{:?}", request.notes);
    draft.headers.clear();
    assert!(sent(&draft).wants_token);
    draft.auth = RequestAuth::None;
    assert!(!sent(&draft).wants_token);
}

#[test]
fn an_environment_without_credentials_shows_and_wants_no_token() {
    let mut environment = direct();
    environment.credentials = Credentials::None;
    let request = send(&get("/api/v2/x"), &environment).expect("a request");
    assert!(!request.wants_token);
    let preview = preview_text(&request);
    assert!(!preview.contains("Authorization"), "{preview}");
}

#[test]
fn all_problems_come_at_once() {
    let mut draft = get("/{id}/{{nobody}}");
    draft.method = "G T".to_owned();
    draft.headers = vec![header_row("", "x")];
    draft.query = vec![row(true, "a", Some("{{nobody}}"))];
    draft.body = DraftBody::File {
        path: String::new(),
        content_type: String::new(),
    };
    let mut fields: Vec<Field> = send(&draft, &direct())
        .expect_err("problems")
        .into_iter()
        .map(|problem| problem.field)
        .collect();
    fields.sort();
    assert_eq!(
        fields,
        [
            Field::Method,
            Field::Path,
            Field::PathVariable("id".to_owned()),
            Field::Query(0),
            Field::Header(0),
            Field::Body,
        ]
    );
}

#[test]
fn a_preview_masks_secrets_and_shows_missing_ones_as_masks() {
    let mut environment = direct();
    for name in ["key", "absent"] {
        environment
            .variables
            .push(crate::model::environment::Variable {
                name: name.to_owned(),
                value: String::new(),
                secret: true,
            });
    }
    let key = SecretKey {
        environment: environment.id.clone(),
        name: SecretName::Variable("key".to_owned()),
    };
    let secrets = Secrets::from([(key, Secret::new("canary value"))]);
    let mut draft = get("/api/v2/x/{{key}}?a={{key}}");
    draft.headers = vec![header_row("X-Note", "{{secret.key}} {{absent}}")];
    draft.body = DraftBody::Json {
        text: "{\"a\":\"{{key}}\"}".to_owned(),
    };
    let context = ResolveContext {
        secrets: &secrets,
        purpose: Purpose::Preview,
        dynamics: None,
    };
    let resolved = resolve(&draft, &environment, context).expect("a preview");
    // The dots do not go out, so nothing is said of their characters.
    let mut notes = resolved.notes.iter();
    assert!(
        notes.all(|note| !note.text.contains("UTF-8")),
        "{:?}",
        resolved.notes
    );
    let preview = preview_text(&resolved);
    assert!(!preview.contains("canary"), "{preview}");
    assert!(
        preview.contains(&format!("X-Note: {MASK} {MASK}\r\n")),
        "{preview}"
    );
    assert!(
        preview.contains(&format!(
            "Host: api.mypurecloud.com\r\nAuthorization: Bearer {MASK}\r\n"
        )),
        "{preview}"
    );
    let problems = resolve(
        &draft,
        &environment,
        ResolveContext {
            purpose: Purpose::Send,
            dynamics: None,
            ..context
        },
    )
    .expect_err("a missing secret");
    assert_eq!(problems[0].field, Field::Header(0));
}

#[test]
fn an_unbound_sandbox_previews_but_does_not_send() {
    let environment = sandbox_environments().remove(2);
    let problems = send(&get("/api/v2/x"), &environment).expect_err("not started");
    assert_eq!(problems[0].field, Field::Environment);
}

#[test]
fn other_http_versions_say_what_they_respell() {
    let mut environment = direct();
    environment.network.http_version = HttpVersion::Http2;
    let mut draft = get("/api/v2/a/../b?q='x'");
    draft.headers = vec![header_row("X-Api-KEY2", "v")];
    let request = send(&draft, &environment).expect("a request");
    let fields: Vec<&Field> = request.notes.iter().map(|note| &note.field).collect();
    assert_eq!(fields, [&Field::Header(0), &Field::Path]);
    assert!(
        request.notes[1].text.contains("/b?q=%27x%27"),
        "{:?}",
        request.notes
    );
}

#[test]
fn unsafe_requests() {
    let override_header = [RequestHeader {
        name: "x-http-method-override".to_owned(),
        value: bytes::Bytes::from_static(b"DELETE"),
        origin: HeaderOrigin::Typed,
    }];
    for (method, expected) in [
        ("GET", false),
        ("HEAD", false),
        ("OPTIONS", false),
        ("POST", true),
        ("DELETE", true),
        ("PURGE", true),
        ("get", true),
    ] {
        assert_eq!(is_unsafe(method, &[]), expected, "{method}");
        assert!(is_unsafe(method, &override_header), "{method}");
    }
}

mod auth;
mod bodies;
mod credentials;
