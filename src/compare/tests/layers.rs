//! A table for every rule of the facts: headers, bodies of every kind, bad input.

use super::super::outcome::{Layer, RowKind, SetAside};
use super::super::test_side::{TestSide, direct, gateway};
use super::super::*;
use crate::model::environment::Target;
use crate::model::exchange::HeaderField;
use crate::model::rules::RuleSet;

fn run(a: &TestSide, b: &TestSide) -> Comparison {
    compare(
        &a.side(),
        &b.side(),
        &Volatile::not_asked(),
        &RuleSet::default(),
        Options::default(),
        &|| false,
    )
    .expect("not cancelled")
}

/// The rows of a layer as `place kind by`, where `by` is `!` for a difference and `~` for a note.
fn rows(found: &Comparison, layer: Layer) -> Vec<String> {
    found
        .rows
        .iter()
        .filter(|row| row.layer == layer)
        .map(|row| {
            let by = match &row.set_aside {
                Some(SetAside::BuiltIn { .. }) => "built-in",
                Some(SetAside::Rule { .. }) => "rule",
                Some(SetAside::Volatile) => "volatile",
                Some(SetAside::Expected { .. }) => "expected",
                None if row.kind.is_note() => "~",
                None => "!",
            };
            format!("{} {:?} {by}", row.place, row.kind)
        })
        .collect()
}

/// Lines of headers on A and B, and the rows they make.
#[expect(clippy::too_many_lines, reason = "one table")]
#[test]
fn headers_as_the_facts_say() {
    let table: [(&[&str], &[&str], &[&str]); 24] = [
        (&["Date: 1"], &["Date: 2"], &["date Changed built-in"]),
        (
            &["Connection: keep-alive"],
            &[],
            &["connection Removed built-in"],
        ),
        (
            &[],
            &["x-amzn-RequestId: 1", "x-amz-apigw-id: 2"],
            &[
                "x-amzn-requestid Added built-in",
                "x-amz-apigw-id Added built-in",
            ],
        ),
        (
            &["X-Amz-Cf-Pop: a"],
            &["x-amz-cf-pop: b"],
            &["x-amz-cf-pop Changed built-in"],
        ),
        (
            &["inin-ratelimit-count: 1"],
            &["inin-ratelimit-count: 2"],
            &["inin-ratelimit-count Changed built-in"],
        ),
        (
            &["inin-ratelimit-allowed: 1"],
            &["inin-ratelimit-allowed: 2"],
            &["inin-ratelimit-allowed Changed !"],
        ),
        (
            &["ININ-Correlation-Id: 1"],
            &["inin-correlation-id: 2"],
            &["inin-correlation-id Changed built-in"],
        ),
        (
            &["ININ-Correlation-Id: 1"],
            &[],
            &["inin-correlation-id Removed !"],
        ),
        (&["X-A: 1"], &["x-a: 1"], &[]),
        (&["X-A: 1"], &["x-a: 2"], &["x-a Changed !"]),
        (
            &["Date: 1", "Server: s"],
            &[
                "Date: 9",
                "x-amzn-Remapped-Date: 1",
                "x-amzn-Remapped-Server: s",
            ],
            &["date Remapped built-in", "server Remapped built-in"],
        ),
        (
            &["WWW-Authenticate: Bearer"],
            &["x-amzn-Remapped-WWW-Authenticate: Bearer"],
            &["www-authenticate Remapped ~"],
        ),
        (
            &["WWW-Authenticate: Bearer"],
            &["x-amzn-Remapped-WWW-Authenticate: Basic"],
            &["www-authenticate Changed !"],
        ),
        (
            &["X-A: 1", "X-A: 2"],
            &["X-A: 1, 2"],
            &["x-a MergedValues ~"],
        ),
        (
            &["X-A: 1", "X-A: 2"],
            &["X-A: 2", "X-A: 1"],
            &["x-a Changed !"],
        ),
        (&["Vary: a, b"], &["Vary: B,A"], &["vary Changed rule"]),
        (&["Vary: a"], &["Vary: a, c"], &["vary Changed !"]),
        (
            &["Set-Cookie: s=1; Path=/"],
            &["Set-Cookie: s=2; path=/; "],
            &["set-cookie Changed !"],
        ),
        (
            &["Set-Cookie: s=1; Path=/; Secure"],
            &["Set-Cookie: s=2; Secure; Path=/"],
            &["set-cookie Changed built-in"],
        ),
        (
            &["Set-Cookie: s=1; Secure"],
            &["Set-Cookie: s=1"],
            &["set-cookie Changed !"],
        ),
        (
            &["Set-Cookie: s=1", "Set-Cookie: t=1"],
            &["Set-Cookie: s=1, t=1"],
            &["set-cookie Changed !"],
        ),
        (
            &["Location: https://api.mypurecloud.com/api/v2/users/1"],
            &["Location: https://a1b2c3.execute-api.us-east-1.amazonaws.com/test/api/v2/users/1"],
            &["location OwnOrigin ~"],
        ),
        (
            &["Location: /api/v2/users/1"],
            &["Location: /test/api/v2/users/1"],
            &["location OwnOrigin ~"],
        ),
        (
            &["Location: https://api.mypurecloud.com/api/v2/users/1"],
            &["Location: https://api.mypurecloud.com/api/v2/users/1"],
            &["location PastGateway !"],
        ),
    ];
    let with = |mut side: TestSide, lines: &[&str]| {
        for line in lines {
            let (name, value) = line.split_once(": ").expect("a header");
            side = side.with_header(name, value);
        }
        side
    };
    for (a, b, expected) in table {
        let found = run(&with(direct(200, "{}"), a), &with(gateway(200, "{}"), b));
        assert_eq!(rows(&found, Layer::Headers), expected, "\nA {a:?}\nB {b:?}");
    }
}

#[test]
fn a_length_counts_where_there_is_no_body() {
    let side = |mut side: TestSide, length: &str| {
        side.sent().method = "HEAD".to_owned();
        side.with_bytes("application/json", b"")
            .with_header("Content-Length", length)
    };
    let found = run(&side(direct(200, ""), "5"), &side(gateway(200, ""), "6"));
    assert_eq!(rows(&found, Layer::Headers), ["content-length Changed !"]);
    let found = run(
        &direct(200, "{}").with_header("Content-Length", "2"),
        &gateway(200, "{ }").with_header("Content-Length", "3"),
    );
    assert_eq!(
        rows(&found, Layer::Headers),
        ["content-length Changed built-in"]
    );
    assert_eq!(found.verdict.kind, VerdictKind::Identical);
}

/// Content type and body of A and B, and the rows they make.
type BodyRow<'t> = (&'t str, &'t [u8], &'t str, &'t [u8], &'t [&'t str]);

#[expect(clippy::too_many_lines, reason = "one table")]
#[test]
fn bodies_of_every_kind() {
    let utf16: Vec<u8> = "\u{feff}{\"a\":\"é\"}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let deeper = "[".repeat(100_000) + "1" + &"]".repeat(100_000);
    let big = format!("[{}]", "1,".repeat(5_000_000) + "1");
    let json = "application/json";
    let table: [BodyRow<'_>; 21] = [
        (json, b"{}", json, b"", &["body BodyKind !"]),
        (json, b"", json, b"", &[]),
        (
            json,
            b"{\"a\":1}",
            json,
            b"<html>no</html>",
            &["body BodyKind !"],
        ),
        (
            json,
            b"{\"a\":1}",
            json,
            b"{\"a\":",
            &["body InvalidJson !"],
        ),
        (json, b"{\"a\":", json, b"{\"a\":", &[]),
        (json, b"{\"a\":", json, b"{\"b\":", &["line 1 Changed !"]),
        (
            json,
            b"{\"a\":\"\xff\"}",
            json,
            b"{\"a\":\"\xfe\"}",
            &["body Bytes !"],
        ),
        (
            json,
            b"{\"a\":\"\xff\"}",
            json,
            b"{\"a\":\"x\"}",
            &["body InvalidJson !"],
        ),
        (
            json,
            utf16.as_slice(),
            json,
            "{\"a\":\"é\"}".as_bytes(),
            &["body Charset ~"],
        ),
        (json, b"\xef\xbb\xbf{}", json, b"{}", &["body Charset ~"]),
        (json, b")]}',{}", json, b"{}", &["body Changed !"]),
        (
            "text/plain; charset=iso-8859-1",
            b"caf\xe9",
            "text/plain; charset=utf-8",
            "café".as_bytes(),
            &["body Charset ~"],
        ),
        (
            "text/plain",
            b"a\nb\n",
            "text/plain",
            b"a\nc\n",
            &["line 2 Changed !"],
        ),
        (
            "text/plain",
            b"a\n",
            "text/plain",
            b"a\nb\nc\n",
            &["lines 2-3 of B Added !"],
        ),
        ("text/plain", b"\xff\xfea", "text/plain", b"\xff\xfea", &[]),
        (
            "application/octet-stream",
            b"\0\x01\x02",
            "application/octet-stream",
            b"\0\x01\x03",
            &["body Bytes !"],
        ),
        (
            "image/png",
            b"\x89PNG\r\n\x1a\nx",
            "image/png",
            b"\x89PNG\r\n\x1a\nx",
            &[],
        ),
        (json, deep.as_bytes(), json, deeper.as_bytes(), &["$ !"]),
        (json, big.as_bytes(), json, b"[1,1,1,1]", &["$ !"]),
        (
            json,
            b"{\"nextUri\":\"/api/v2/users?p=2\",\"selfUri\":\"/x\"}",
            json,
            b"{\"nextUri\":\"/api/v2/users?p=2\",\"selfUri\":\"/x\"}",
            &["$..nextUri StageLost ~"],
        ),
        (
            json,
            b"{\"nextUri\":\"/api/v2/users?p=2\"}",
            json,
            b"{\"nextUri\":\"/test/api/v2/users?p=2\"}",
            &["$.nextUri OwnOrigin ~"],
        ),
    ];
    for (type_a, a, type_b, b, expected) in table {
        let found = run(
            &direct(200, "").with_bytes(type_a, a),
            &gateway(200, "").with_bytes(type_b, b),
        );
        let rows = rows(&found, Layer::Body);
        let shown =
            |bytes: &[u8]| String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        if expected == ["$ !"] {
            assert!(
                !rows.is_empty() && rows[0].starts_with('$') && rows[0].ends_with('!'),
                "{:?}",
                rows.first()
            );
            assert_eq!(found.verdict.kind, VerdictKind::Different);
        } else {
            assert_eq!(rows, expected, "\nA {}\nB {}", shown(a), shown(b));
        }
    }
}

#[test]
fn where_json_stops_being_json_is_said() {
    let found = run(&direct(200, "{}"), &gateway(200, "{\n\"a\": nul}"));
    assert_eq!(found.rows[0].why, "B is no longer JSON at byte 7, line 2");
    assert_eq!(
        found.verdict.cause,
        "The bodies are not alike: B is no longer JSON at byte 7, line 2"
    );
}

#[test]
fn a_coding_on_the_way_is_no_difference() {
    let mut a = direct(200, r#"{"a":1}"#).with_header("Content-Encoding", "gzip");
    let response = a.response();
    let mut body = (*response.body).clone();
    body.wire = b"\x1f\x8b".to_vec().into();
    body.codings = vec!["gzip".to_owned()];
    response.body = std::sync::Arc::new(body);
    let found = run(&a, &gateway(200, r#"{"a":1}"#));
    assert_eq!(
        found.verdict.kind,
        VerdictKind::Identical,
        "{:?}",
        found.rows
    );
    assert_eq!((found.a.wire_bytes, found.a.decoded_bytes), (2, 7));
}

#[test]
fn statuses_in_rows_and_layers() {
    let error = r#"{"message":"m","code":"bad","status":401,"contextId":"c"}"#;
    let found = run(&direct(401, error), &gateway(200, error));
    let row = &found.rows[0];
    assert_eq!(
        (row.kind, row.b.as_ref().map(|shown| shown.text.as_str())),
        (RowKind::StatusMasked, Some("200 (401 in the body)"))
    );
    assert_eq!(
        found.layer(Layer::Status).map(|layer| layer.text.as_str()),
        Some("401 on A, 401 behind 200 on B")
    );
    assert_eq!(
        (found.b.status, found.b.effective_status),
        (Some(200), Some(401))
    );
}

#[test]
fn names_of_header_values_that_are_no_text_are_shown() {
    let mut b = gateway(200, "{}");
    b.response()
        .headers
        .push(HeaderField::new("X-Raw", vec![0xe9]));
    let found = run(&direct(200, "{}"), &b);
    assert_eq!(
        found.rows[0].b.as_ref().map(|shown| shown.text.as_str()),
        Some("é")
    );
}

/// What is listed as the same, as `place = value`.
fn same(found: &Comparison, layer: Layer) -> Vec<String> {
    found
        .same
        .iter()
        .filter(|row| row.layer == layer)
        .map(|row| {
            assert_eq!(row.kind, RowKind::Same);
            assert!(row.set_aside.is_none() && !row.counts_as_difference());
            let [a, b] = [&row.a, &row.b].map(|shown| &shown.as_ref().expect("both").text);
            assert_eq!(a, b, "{}", row.place);
            format!("{} = {a}", row.place)
        })
        .collect()
}

#[test]
fn what_is_the_same_is_listed_apart() {
    let one = r#"{"id":"x","tags":["p","q"],"n":{"a":1,"b":2},"entities":[{"id":"1","v":1},{"id":"2","v":2}]}"#;
    let other = r#"{"id":"x","tags":["p","q"],"n":{"a":1,"b":3},"entities":[{"id":"1","v":1},{"id":"2","v":9}]}"#;
    let found = run(
        &direct(200, one)
            .with_header("X-Same", "s")
            .with_header("X-Own", "1"),
        &gateway(200, other)
            .with_header("x-same", "s")
            .with_header("X-Own", "2"),
    );
    assert_eq!(
        rows(&found, Layer::Body),
        ["$.n.b Changed !", "$.entities[id=2].v Changed !"]
    );
    assert_eq!(
        same(&found, Layer::Body),
        [
            "$.id = \"x\"",
            "$.tags = [\"p\",\"q\"]",
            "$.n.a = 1",
            "$.entities[id=1] = {\"id\":\"1\",\"v\":1}",
            "$.entities[id=2].id = \"2\"",
        ]
    );
    let headers = same(&found, Layer::Headers);
    assert!(headers.contains(&"x-same = s".to_owned()), "{headers:?}");
    assert!(
        !headers.iter().any(|row| row.starts_with("x-own")),
        "{headers:?}"
    );
    assert_eq!(
        same(&found, Layer::MediaType),
        ["content-type = application/json"]
    );
    assert_eq!(
        found.counts.differences, 3,
        "never counted: {:?}",
        found.counts
    );
    assert_eq!(found.row(found.rows.len()), found.same.first());
    // Bodies without any difference are one row, and the many places of a large one stay few rows.
    let alike = run(&direct(200, one), &gateway(200, one));
    assert_eq!(same(&alike, Layer::Body), [format!("$ = {one}")]);
    let many = |last: usize| {
        let list: Vec<String> = (0..5_000).map(|number| format!("[{number}]")).collect();
        format!("[{},{last}]", list.join(","))
    };
    let large = run(&direct(200, &many(1)), &gateway(200, &many(2)));
    assert_eq!(same(&large, Layer::Body).len(), 1_000);
}

#[test]
fn addresses_say_what_they_lack_and_where() {
    let body = r#"{"nextUri":"/api/v2/users?p=2"}"#;
    for (stage, api_path, lacking) in [
        ("test", "", "the stage /test of B"),
        (
            "test",
            "/apipath",
            "the stage /test and the API path /apipath of B",
        ),
        ("", "/apipath", "the API path /apipath of B"),
    ] {
        let mut b = gateway(200, body);
        let Target::Gateway(target) = &mut b.environment.target else {
            panic!("a gateway");
        };
        stage.clone_into(&mut target.stage);
        api_path.clone_into(&mut target.api_path);
        let found = run(&direct(200, body), &b);
        let whys: Vec<&str> = found
            .rows
            .iter()
            .filter(|row| row.kind == RowKind::StageLost)
            .map(|row| row.why.as_str())
            .collect();
        assert_eq!(whys, [format!("relative addresses without {lacking}")]);
        assert!(
            found.verdict.cause.contains(lacking),
            "{}",
            found.verdict.cause
        );
    }
}
