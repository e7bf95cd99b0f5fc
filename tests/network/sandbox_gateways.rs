//! The sandbox's gateways: routing, errors, headers, timeouts and the non-proxy route.

use gatescope::sandbox::SandboxOptions;

use crate::sandbox_harness::raw_http::send;
use crate::sandbox_harness::{Running, quick_clock, token};

const MISSING: &str = r#"{"message":"Missing Authentication Token"}"#;
const FORBIDDEN: &str = r#"{"message":"Forbidden"}"#;
const NOT_FOUND: &str = r#"{"message":"Not Found"}"#;

#[test]
fn a_token_and_a_listing_pass_through_every_gateway_path() {
    let running = Running::default();
    let addresses = &running.addresses;
    for (origin, prefix) in [
        (&addresses.http_api, ""),
        (&addresses.http_api, "/test"),
        (&addresses.rest_api, "/test"),
    ] {
        let answer = token(origin, &format!("{prefix}/loginpath/oauth/token"));
        assert_eq!(answer.status, 200, "{origin}{prefix}: {answer:?}");
        let bearer = format!(
            "Bearer {}",
            answer.json()["access_token"].as_str().expect("a token")
        );
        for path in [
            "/apipath/api/v2/users",
            "/api/v2/users",
            "/api%2Fv2%2Fusers",
        ] {
            let target = format!("{prefix}{path}?pageSize=3");
            let answer = send(origin, "GET", &target, &[("Authorization", &bearer)], b"");
            assert_eq!(answer.status, 200, "{origin}{target}: {answer:?}");
            assert_eq!(
                answer.json()["entities"].as_array().map(Vec::len),
                Some(3),
                "{target}"
            );
            assert!(
                answer.header("ININ-Correlation-Id").is_some(),
                "{target}: {answer:?}"
            );
        }
    }
}

#[test]
fn the_rest_api_answers_unknown_stages_and_routes_itself() {
    let running = Running::default();
    let hashed = r#"{"message":"Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): 'Y6JaJkZMMQ4w8+T5C38hU6KqxuI2/Z2eh4K9QTnfDCY='."}"#;
    let bearer = Some("Bearer t");
    let table = [
        ("GET", "/", None, 403, FORBIDDEN, "ForbiddenException"),
        (
            "GET",
            "/api/v2/users",
            bearer,
            403,
            FORBIDDEN,
            "ForbiddenException",
        ),
        (
            "GET",
            "/test",
            None,
            403,
            MISSING,
            "MissingAuthenticationTokenException",
        ),
        (
            "GET",
            "/test/",
            None,
            403,
            MISSING,
            "MissingAuthenticationTokenException",
        ),
        (
            "TRACE",
            "/test/x",
            None,
            403,
            MISSING,
            "MissingAuthenticationTokenException",
        ),
        (
            "GET",
            "/test/",
            bearer,
            403,
            hashed,
            "IncompleteSignatureException",
        ),
    ];
    for (method, target, authorization, status, body, error_type) in table {
        let headers: Vec<(&str, &str)> = authorization
            .iter()
            .map(|value| ("Authorization", *value))
            .collect();
        let answer = send(&running.addresses.rest_api, method, target, &headers, b"");
        let case = format!("{method} {target} {authorization:?}: {answer:?}");
        assert_eq!(answer.status, status, "{case}");
        assert_eq!(answer.text(), body, "{case}");
        for name in ["x-amzn-RequestId", "x-amz-apigw-id", "x-amzn-ErrorType"] {
            assert!(
                answer.headers.iter().any(|(key, _)| key == name),
                "{name} as written in {case}"
            );
        }
        assert_eq!(
            answer.header("x-amzn-ErrorType"),
            Some(error_type),
            "{case}"
        );
        assert_eq!(answer.header("ININ-Correlation-Id"), None, "{case}");
    }
}

#[test]
fn the_http_api_answers_unknown_routes_itself() {
    let running = Running::default();
    for target in ["/", "/test", "/test/"] {
        let answer = send(&running.addresses.http_api, "GET", target, &[], b"");
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (404, NOT_FOUND),
            "{target}"
        );
        assert!(
            answer.header("apigw-requestid").is_some(),
            "{target}: {answer:?}"
        );
        for name in [
            "x-amzn-RequestId",
            "x-amz-apigw-id",
            "x-amzn-ErrorType",
            "ININ-Correlation-Id",
        ] {
            assert_eq!(answer.header(name), None, "{target}: {answer:?}");
        }
    }
}

#[test]
fn headers_are_remapped_by_the_rest_api_only() {
    let running = Running::default();
    let bearer = running.bearer();
    let headers = [
        ("Authorization", bearer.as_str()),
        ("Accept-Encoding", "gzip"),
    ];
    let rest = send(
        &running.addresses.rest_api,
        "GET",
        "/test/api/v2/users",
        &headers,
        b"",
    );
    for name in [
        "x-amzn-RequestId",
        "x-amz-apigw-id",
        "x-amzn-Remapped-Connection",
        "x-amzn-Remapped-Content-Length",
        "x-amzn-Remapped-Date",
        "ININ-Correlation-Id",
        "X-Cache",
        "Date",
        "Content-Length",
    ] {
        assert!(
            rest.headers.iter().any(|(key, _)| key == name),
            "{name} as written: {rest:?}"
        );
    }
    for name in [
        "Via",
        "Content-Encoding",
        "x-amzn-ErrorType",
        "X-Amzn-Trace-Id",
    ] {
        assert_eq!(rest.header(name), None, "{name}: {rest:?}");
    }
    assert_eq!(rest.json()["pageSize"], 25);

    let http = send(
        &running.addresses.http_api,
        "GET",
        "/api/v2/users",
        &headers,
        b"",
    );
    assert_eq!(http.header("Content-Encoding"), Some("gzip"), "{http:?}");
    assert!(
        http.header("Via").is_some() && http.header("apigw-requestid").is_some(),
        "{http:?}"
    );
    let remapped = http
        .headers
        .iter()
        .any(|(name, _)| name.to_lowercase().starts_with("x-amzn-"));
    assert!(!remapped, "{http:?}");
}

#[test]
fn the_non_proxy_route_fixes_the_page_size_and_masks_the_status() {
    let running = Running::default();
    let bearer = running.bearer();
    let rest = &running.addresses.rest_api;
    let good = [
        ("Authorization", bearer.as_str()),
        ("Accept-Encoding", "gzip"),
    ];
    let answer = send(
        rest,
        "GET",
        "/test/users?pageSize=20&pageNumber=2&expand=presence",
        &good,
        b"",
    );
    let body = answer.json();
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(
        (&body["pageSize"], &body["pageNumber"]),
        (&5.into(), &2.into())
    );
    assert_eq!(body["entities"][0].get("presence"), None, "{body}");
    for name in ["x-amzn-RequestId", "x-amz-apigw-id", "X-Amzn-Trace-Id"] {
        assert!(
            answer.headers.iter().any(|(key, _)| key == name),
            "{name} as written: {answer:?}"
        );
    }
    for name in [
        "ININ-Correlation-Id",
        "inin-ratelimit-count",
        "Via",
        "X-Cache",
        "Content-Encoding",
        "x-amzn-Remapped-Date",
    ] {
        assert_eq!(answer.header(name), None, "{name}: {answer:?}");
    }
    let table = [
        (None, "/test/users", "authentication.required", 401),
        (
            Some("Bearer nonsense"),
            "/test/users",
            "bad.credentials",
            401,
        ),
        (
            Some(bearer.as_str()),
            "/test/users?pageNumber=x",
            "invalid.query.param.value",
            400,
        ),
    ];
    for (authorization, target, code, status) in table {
        let headers: Vec<(&str, &str)> = authorization
            .iter()
            .map(|value| ("Authorization", *value))
            .collect();
        let answer = send(rest, "GET", target, &headers, b"");
        assert_eq!(answer.status, 200, "{target}: {answer:?}");
        assert_eq!(answer.json()["code"], code, "{target}");
        assert_eq!(answer.json()["status"], status, "{target}");
    }
    let other = send(rest, "POST", "/test/users", &good, b"");
    assert_eq!(
        (other.status, &other.json()["code"]),
        (404, &"not.found".into()),
        "{other:?}"
    );
    let overriding = [good[0], ("X-HTTP-Method-Override", "GET")];
    let answer = send(rest, "POST", "/test/users", &overriding, b"");
    assert_eq!(answer.json()["pageSize"], 5, "{answer:?}");
}

#[test]
fn a_slow_backend_ends_in_each_gateways_own_timeout() {
    let running = Running::new(SandboxOptions {
        clock: quick_clock(),
        ..SandboxOptions::default()
    });
    let bearer = running.bearer();
    let headers = [("Authorization", bearer.as_str())];
    let addresses = &running.addresses;
    let path = "/api/v2/analytics/conversations/details?id=a";
    let rest = send(
        &addresses.rest_api,
        "GET",
        &format!("/test{path}"),
        &headers,
        b"",
    );
    assert_eq!(rest.status, 504, "{rest:?}");
    assert_eq!(rest.text(), r#"{"message": "Endpoint request timed out"}"#);
    assert_eq!(
        rest.header("x-amzn-ErrorType"),
        Some("InternalServerErrorException")
    );
    let http = send(&addresses.http_api, "GET", path, &headers, b"");
    assert_eq!(http.status, 503, "{http:?}");
    assert_eq!(http.text(), r#"{"message":"Service Unavailable"}"#);
    let direct = send(&addresses.api, "GET", path, &headers, b"");
    assert_eq!(
        (direct.status, direct.text().as_str()),
        (200, r#"{"conversations":[]}"#)
    );
}

#[test]
fn more_than_ten_megabytes_are_refused() {
    let running = Running::default();
    let body = vec![b'a'; 10 * 1024 * 1024 + 1];
    let addresses = &running.addresses;
    for (origin, target) in [
        (&addresses.rest_api, "/test/x"),
        (&addresses.http_api, "/x"),
    ] {
        let answer = send(origin, "POST", target, &[], &body);
        assert_eq!(answer.status, 413, "{answer:?}");
        assert_eq!(
            answer.text(),
            "HTTP content length exceeded 10485760 bytes."
        );
        assert_eq!(answer.header("x-amzn-RequestId"), None, "{answer:?}");
    }
    let direct = send(&addresses.api, "POST", "/x", &[], &body);
    assert_eq!(
        direct.json()["code"],
        "request.entity.too.large",
        "{direct:?}"
    );

    let bearer = running.bearer();
    let headers = [
        ("Authorization", bearer.as_str()),
        ("Content-Type", "application/json"),
    ];
    let large = format!(r#"{{"description":"{}"}}"#, "a".repeat(5 * 1024 * 1024));
    let target = "/test/api/v2/routing/queues";
    let answer = send(
        &addresses.rest_api,
        "POST",
        target,
        &headers,
        large.as_bytes(),
    );
    assert_eq!(answer.json()["code"], "constraint.validation", "{answer:?}");
}
