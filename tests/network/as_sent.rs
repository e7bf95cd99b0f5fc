//! From a draft to the wire the product's way: what the exchange records as sent is what the server received, byte for byte,
//! and it is what was typed.

use std::io::Write as _;

use gatescope::model::environment::{HeaderCase, HttpVersion};
use gatescope::model::request::{DraftBody, PartRow, PartValue, QueryRow, RequestDraft};
use gatescope::model::resolve::preview_text;
use gatescope::transport::Transport;

use crate::drafts::{draft, environment_at, resolved, row, send_draft, with_client};
use crate::fault_server::{FaultServer, Step, ok};
use crate::sending::describe;

/// Sends and gives back what arrived, after comparing it with what was recorded.
async fn arrived(
    draft: &RequestDraft,
    change: impl FnOnce(&mut gatescope::model::environment::Environment),
) -> String {
    let server = FaultServer::start(vec![vec![Step::ReadRequest, ok("")]]).await;
    let mut environment = environment_at("acme", server.address);
    change(&mut environment);
    let exchange = send_draft(&Transport::new(), draft, &environment).await;
    assert!(exchange.error.is_none(), "{}", describe(&exchange));
    let hop = exchange.answer().unwrap();
    let received = server.received().remove(0);
    let mut recorded = hop.sent.head.clone().unwrap().to_vec();
    recorded.extend_from_slice(&hop.sent.body_preview);
    assert_eq!(
        String::from_utf8_lossy(&recorded),
        String::from_utf8_lossy(&received),
        "recorded and received"
    );
    assert_eq!(hop.sent.total_bytes, received.len() as u64);
    let head = String::from_utf8(hop.sent.head.clone().unwrap().to_vec()).unwrap();
    let lines: Vec<String> = hop
        .sent
        .headers
        .iter()
        .map(|field| {
            let blank = if field.value.is_empty() { "" } else { " " };
            format!("{}:{blank}{}\r\n", field.name, field.text())
        })
        .collect();
    let fields = lines.concat();
    assert!(
        head.ends_with(&format!("HTTP/1.1\r\n{fields}\r\n")),
        "the fields are those of the head\n{head}\n{fields}"
    );
    String::from_utf8_lossy(&received).into_owned()
}

fn query(name: &str, value: Option<&str>, enabled: bool) -> QueryRow {
    QueryRow {
        enabled,
        name: name.to_owned(),
        value: value.map(str::to_owned),
    }
}

#[tokio::test]
async fn targets_go_out_as_typed_and_encoded_where_a_gateway_needs_it() {
    let table: Vec<(&str, Vec<QueryRow>, &str)> = vec![
        ("/api/v2/users", vec![], "/api/v2/users"),
        ("/a/../b/./c", vec![], "/a/../b/./c"),
        ("/a//b/", vec![], "/a//b/"),
        ("/a%2Fb", vec![], "/a%2Fb"),
        ("/x?a=1&a=2&b", vec![], "/x?a=1&a=2&b"),
        (
            "/x",
            vec![
                query("foo", None, true),
                query("foo", Some(""), true),
                query("foo", Some("1"), true),
                query("foo", Some("off"), false),
                query("foo", Some("2"), true),
            ],
            "/x?foo&foo=&foo=1&foo=2",
        ),
        (
            "/x",
            vec![query("q", Some("a|b;{c}"), true)],
            "/x?q=a%7Cb%3B%7Bc%7D",
        ),
        ("/x", vec![query("q", Some("100%25"), true)], "/x?q=100%25"),
    ];
    for (path, rows, expected) in table {
        let mut typed = draft("GET", path);
        typed.query = rows;
        let received = arrived(&typed, |_| {}).await;
        let line = received.split("\r\n").next().unwrap();
        assert_eq!(line, format!("GET {expected} HTTP/1.1"), "{path}");
    }
}

#[tokio::test]
async fn typed_headers_keep_case_order_and_repeats_and_are_not_doubled() {
    let mut typed = draft("PoSt", "/x");
    typed.headers = vec![
        row("x-API-key-NAME", "1"),
        row("ACCEPT", "text/plain"),
        row("user-AGENT", "mine"),
        row("X-Two", "a"),
        row("accept-encoding", "identity"),
        row("hoSt", "virtual.test"),
        row("x-two", "b"),
        row("Cookie", "a=b"),
        row("X-Empty", ""),
    ];
    let received = arrived(&typed, |_| {}).await;
    assert!(
        received.starts_with(
            "PoSt /x HTTP/1.1\r\nx-API-key-NAME: 1\r\nACCEPT: text/plain\r\nuser-AGENT: mine\r\nX-Two: a\r\naccept-encoding: identity\r\nhoSt: virtual.test\r\nx-two: b\r\nCookie: a=b\r\nX-Empty:\r\n"
        ),
        "{received}"
    );
    for name in ["accept:", "user-agent:", "accept-encoding:", "host:"] {
        let lower = received.to_lowercase();
        assert_eq!(lower.matches(&format!("\n{name}")).count(), 1, "{name}");
    }
}

#[tokio::test]
async fn header_case_is_written_as_the_environment_says() {
    for (case, expected) in [
        (HeaderCase::AsTyped, "xX-oNE: 1\r\n"),
        (HeaderCase::Title, "Xx-One: 1\r\n"),
        (HeaderCase::Lower, "xx-one: 1\r\n"),
    ] {
        let mut typed = draft("GET", "/x");
        typed.headers = vec![row("xX-oNE", "1")];
        let received = arrived(&typed, |environment| {
            environment.network.header_case = case;
        })
        .await;
        assert!(received.contains(expected), "{case:?}: {received}");
        let host = if case == HeaderCase::Lower {
            "\r\nhost: "
        } else {
            "\r\nHost: "
        };
        assert!(received.contains(host), "{case:?}: {received}");
    }
}

#[tokio::test]
async fn every_kind_of_body_arrives_whole_with_its_length_and_type() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"\0\x01file\r\n").unwrap();
    let path = file.path().to_str().unwrap().to_owned();
    let table = [
        (
            DraftBody::Json {
                text: "{ \"a\": 9007199254740993 }".to_owned(),
            },
            "application/json",
            "{ \"a\": 9007199254740993 }",
        ),
        (
            DraftBody::Text {
                text: "h\u{e9}llo".to_owned(),
                content_type: "text/plain; charset=utf-8".to_owned(),
            },
            "text/plain; charset=utf-8",
            "h\u{e9}llo",
        ),
        (
            DraftBody::Form {
                rows: vec![
                    query("a", Some("1 &="), true),
                    query("off", Some("x"), false),
                    query("a", Some("\u{e9}"), true),
                ],
            },
            "application/x-www-form-urlencoded",
            "a=1+%26%3D&a=%C3%A9",
        ),
        (
            DraftBody::File {
                path,
                content_type: "application/octet-stream".to_owned(),
            },
            "application/octet-stream",
            "\0\x01file\r\n",
        ),
    ];
    for (body, content_type, expected) in table {
        let mut typed = draft("POST", "/x");
        typed.body = body;
        let received = arrived(&typed, |_| {}).await;
        let (head, body) = received.split_once("\r\n\r\n").unwrap();
        assert_eq!(body, expected);
        assert!(
            head.contains(&format!("\r\nContent-Type: {content_type}")),
            "{head}"
        );
        assert!(
            head.contains(&format!("\r\nContent-Length: {}", expected.len())),
            "{head}"
        );
    }
}

#[tokio::test]
async fn multipart_bodies_have_the_announced_length_and_every_part() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&b"0123456789".repeat(20_000)).unwrap();
    let part = |name: &str, value| PartRow {
        enabled: true,
        name: name.to_owned(),
        value,
        content_type: String::new(),
    };
    let mut typed = draft("POST", "/upload");
    typed.body = DraftBody::Multipart {
        rows: vec![
            part("note", PartValue::Text("a\r\nb".to_owned())),
            part(
                "file",
                PartValue::File {
                    path: file.path().to_str().unwrap().to_owned(),
                    file_name: "quote\".csv".to_owned(),
                },
            ),
        ],
    };
    let server = FaultServer::start(vec![vec![Step::ReadRequest, ok("")]]).await;
    let environment = environment_at("acme", server.address);
    let exchange = send_draft(&Transport::new(), &typed, &environment).await;
    assert!(exchange.error.is_none(), "{}", describe(&exchange));
    let received = String::from_utf8(server.received().remove(0)).unwrap();
    let (head, body) = received.split_once("\r\n\r\n").unwrap();
    let boundary = head
        .split("boundary=")
        .nth(1)
        .unwrap()
        .split("\r\n")
        .next()
        .unwrap()
        .trim_matches('"');
    let parts: Vec<&str> = body.split(&format!("--{boundary}")).collect();
    assert_eq!(parts.len(), 4, "two parts between the boundaries");
    assert!(parts[1].ends_with("\r\n\r\na\r\nb\r\n"), "{}", parts[1]);
    assert!(
        parts[2].contains("filename=\"quote%22.csv\"")
            || parts[2].contains("filename=\"quote\\\".csv\""),
        "{}",
        &parts[2][..200]
    );
    assert!(parts[2].ends_with(&format!("{}\r\n", "0123456789".repeat(20_000))));
    assert_eq!(parts[3], "--\r\n");
    let sent = &exchange.answer().unwrap().sent;
    assert_eq!(sent.body_bytes, body.len() as u64);
    assert_eq!(
        &sent.body_preview[..],
        &body.as_bytes()[..sent.body_preview.len()]
    );
    assert!(
        head.contains(&format!("Content-Length: {}", body.len())),
        "{head}"
    );
}

#[tokio::test]
async fn the_preview_shows_what_is_sent_with_and_without_a_token() {
    let login_answer =
        r#"{"access_token":"preview-canary","token_type":"bearer","expires_in":3600}"#;
    for credentials in [false, true] {
        let server = FaultServer::start(vec![vec![Step::ReadRequest, ok("")]]).await;
        let login = FaultServer::start(vec![vec![Step::ReadRequest, ok(login_answer)]]).await;
        let environment = if credentials {
            with_client("acme", server.address, login.address)
        } else {
            environment_at("acme", server.address)
        };
        let mut typed = draft("PUT", "/x?y=1");
        typed.headers = vec![row("X-oDD", "1")];
        typed.body = DraftBody::Json {
            text: "[1]".to_owned(),
        };
        let preview = preview_text(&resolved(&typed, &environment));
        let exchange = send_draft(&Transport::new(), &typed, &environment).await;
        assert!(exchange.error.is_none(), "{}", describe(&exchange));
        let received = String::from_utf8(server.received().remove(0)).unwrap();
        assert_eq!(received.contains("Bearer preview-canary"), credentials);
        assert_eq!(preview, exchange.masks.text(&received));
    }
}

#[tokio::test]
async fn automatic_over_plain_http_is_http1_as_typed() {
    let mut typed = draft("GET", "/a/../b");
    typed.headers = vec![row("tenantId", "7")];
    let received = arrived(&typed, |environment| {
        environment.network.http_version = HttpVersion::Automatic;
    })
    .await;
    assert!(
        received.starts_with("GET /a/../b HTTP/1.1\r\n"),
        "{received}"
    );
    assert!(received.contains("\r\ntenantId: 7\r\n"), "{received}");
}
