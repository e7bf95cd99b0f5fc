//! The sandbox's Genesys: login, API, limits, Host guard, ports.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use gatescope::sandbox::{self, SandboxClock, SandboxError, SandboxOptions, SandboxPorts};
use serde_json::{Value, json};

use crate::sandbox_harness::raw_http::send;
use crate::sandbox_harness::{BASIC, Running, grant, token};

/// What is tried, `Authorization`, body, status and, for an error, the whole answer.
type LoginCase = (
    &'static str,
    Option<&'static str>,
    &'static str,
    u16,
    Option<Value>,
);

#[test]
fn the_login_answers_as_the_real_one() {
    let running = Running::default();
    let oauth_error = |error: &str, text: &str| json!({ "error": error, "description": text, "error_description": text });
    let form = "grant_type=client_credentials";
    let body_pair =
        "grant_type=client_credentials&client_id=sandbox-client&client_secret=sandbox-secret";
    let encoded_pair = "Basic c2FuZGJveCUyRGNsaWVudDpzYW5kYm94JTJEc2VjcmV0";
    let unknown = "Basic c29tZW9uZTpzYW5kYm94LXNlY3JldA==";
    let wrong = "Basic c2FuZGJveC1jbGllbnQ6d3Jvbmc=";
    let not_found = oauth_error("invalid_client", "client not found");
    let table: [LoginCase; 9] = [
        ("raw Basic", Some(BASIC), form, 200, None),
        ("encoded Basic", Some(encoded_pair), form, 200, None),
        ("in the body", None, body_pair, 200, None),
        (
            "unknown client",
            Some(unknown),
            form,
            400,
            Some(not_found.clone()),
        ),
        ("no client", None, form, 400, Some(not_found.clone())),
        (
            "broken Basic",
            Some("Basic ???"),
            form,
            400,
            Some(not_found),
        ),
        (
            "wrong secret",
            Some(wrong),
            form,
            401,
            Some(oauth_error("invalid_client", "authentication failed")),
        ),
        (
            "other grant",
            Some(BASIC),
            "grant_type=password",
            400,
            Some(oauth_error(
                "unsupported_grant_type",
                "unsupported grant type",
            )),
        ),
        (
            "no grant",
            Some(BASIC),
            "",
            400,
            Some(oauth_error("invalid_request", "grant_type is required")),
        ),
    ];
    for (case, authorization, body, status, expected) in table {
        let headers: Vec<(&str, &str)> = authorization
            .iter()
            .map(|value| ("Authorization", *value))
            .collect();
        let answer = grant(&running.addresses.login, "/oauth/token", &headers, body);
        assert_eq!(answer.status, status, "{case}: {answer:?}");
        assert!(
            answer.header("ININ-Correlation-Id").is_some(),
            "{case}: {answer:?}"
        );
        if let Some(expected) = expected {
            assert_eq!(answer.json(), expected, "{case}");
        } else {
            assert_eq!(answer.json()["token_type"], "bearer", "{case}");
            assert_eq!(answer.json()["expires_in"], 86_400, "{case}");
        }
    }
    let metadata = send(
        &running.addresses.login,
        "GET",
        "/.well-known/oauth-authorization-server",
        &[],
        b"",
    );
    let endpoint = format!("{}/oauth/token", running.addresses.login);
    assert_eq!(metadata.json()["token_endpoint"], endpoint, "{metadata:?}");
}

#[test]
fn the_login_limits_with_400_and_not_429() {
    let running = Running::new(SandboxOptions {
        token_requests_per_minute: 1,
        ..SandboxOptions::default()
    });
    assert_eq!(token(&running.addresses.login, "/oauth/token").status, 200);
    let answer = token(&running.addresses.login, "/oauth/token");
    assert_eq!(answer.status, 400, "{answer:?}");
    assert_eq!(answer.json()["error"], "invalid_request");
    let text = answer.json()["error_description"]
        .as_str()
        .map(str::to_owned);
    assert!(
        text.is_some_and(|text| text.starts_with("rate limit exceeded; ")),
        "{answer:?}"
    );
}

#[test]
fn the_api_answers_with_its_own_statuses_and_codes() {
    let running = Running::default();
    let bearer = running.bearer();
    let none = "";
    let bad = "Bearer nonsense";
    let good = bearer.as_str();
    let table: [(&str, &str, &str, u16, &str); 17] = [
        ("GET", "/api/v2/users", none, 401, "authentication.required"),
        (
            "GET",
            "/api/v2/users",
            BASIC,
            401,
            "authentication.required",
        ),
        ("GET", "/api/v2/users", bad, 401, "bad.credentials"),
        ("GET", "/api/v2/users/me", good, 400, "not.a.user"),
        ("GET", "/api/v2/users/unknown", good, 404, "not.found"),
        ("GET", "/api/v2/users/%FF", good, 404, "not.found"),
        ("GET", "/users", none, 404, "not.found"),
        ("GET", "/", none, 404, "not.found"),
        ("PUT", "/api/v2/users", good, 405, "method.not.allowed"),
        ("POST", "/api/v2/users", good, 403, "missing.permissions"),
        (
            "GET",
            "/api/v2/users?pageSize=abc",
            good,
            400,
            "invalid.query.param.value",
        ),
        (
            "GET",
            "/api/v2/users?pageSize=501",
            good,
            400,
            "invalid.query.param.value",
        ),
        (
            "GET",
            "/api/v2/users?state=lost",
            good,
            400,
            "invalid.query.param.value",
        ),
        (
            "GET",
            "/api/v2/routing/queues/unknown",
            good,
            404,
            "not.found",
        ),
        (
            "DELETE",
            "/api/v2/routing/queues/unknown",
            good,
            404,
            "not.found",
        ),
        (
            "POST",
            "/api/v2/routing/queues",
            good,
            415,
            "unsupported.media.type",
        ),
        (
            "GET",
            "/api/v2/analytics/conversations/details",
            good,
            400,
            "constraint.validation",
        ),
    ];
    for (method, target, authorization, status, code) in table {
        let answer = send(
            &running.addresses.api,
            method,
            target,
            &[("Authorization", authorization)],
            b"",
        );
        let case = format!("{method} {target} {authorization:?}: {answer:?}");
        assert_eq!(answer.status, status, "{case}");
        let body = answer.json();
        assert_eq!(body["code"], code, "{case}");
        assert_eq!(body["status"], status, "{case}");
        assert_eq!(
            body["details"].as_array().map(Vec::len),
            Some(usize::from(code == "constraint.validation")),
            "{case}"
        );
        let id = answer.header("ININ-Correlation-Id");
        assert!(id.is_some(), "{case}");
        if code != "bad.credentials" {
            assert_eq!(body["contextId"].as_str(), id, "{case}");
        }
    }
}

#[test]
fn a_listing_has_pages_links_and_the_edges_headers() {
    let running = Running::default();
    let bearer = running.bearer();
    let get = |target: &str, more: &[(&str, &str)]| {
        let mut headers = vec![("Authorization", bearer.as_str())];
        headers.extend_from_slice(more);
        send(&running.addresses.api, "GET", target, &headers, b"")
    };
    let first = get(
        "/api/v2/users?pageSize=5&pageNumber=2&expand=presence,customAttributes",
        &[],
    );
    let body = first.json();
    assert_eq!(first.status, 200, "{first:?}");
    assert_eq!(body["entities"].as_array().map(Vec::len), Some(5));
    assert_eq!(body["total"], 46);
    assert_eq!(body["pageCount"], 10);
    let next = "/api/v2/users?pageSize=5&pageNumber=3&expand=presence%2CcustomAttributes";
    assert_eq!(body["nextUri"], next);
    assert!(body["entities"][0]["presence"].is_object(), "{body}");
    assert!(
        first.text().contains("\"badgeNumber\":90071992547"),
        "{body}"
    );
    for name in [
        "Date",
        "Content-Length",
        "ININ-Correlation-Id",
        "inin-ratelimit-count",
        "Strict-Transport-Security",
        "X-Cache",
        "Via",
        "X-Amz-Cf-Pop",
        "X-Amz-Cf-Id",
    ] {
        assert!(
            first.headers.iter().any(|(key, _)| key == name),
            "{name} as written: {first:?}"
        );
    }
    assert_eq!(first.header("inin-ratelimit-count"), Some("1"));
    assert_eq!(first.header("inin-ratelimit-allowed"), Some("300"));
    assert_eq!(get(next, &[]).header("inin-ratelimit-count"), Some("2"));

    let packed = get(
        "/api/v2/users?pageSize=5",
        &[("Accept-Encoding", "gzip, br")],
    );
    assert_eq!(
        packed.header("Content-Encoding"),
        Some("gzip"),
        "{packed:?}"
    );
    assert_eq!(packed.body[..2], [0x1f, 0x8b]);
    let head = send(
        &running.addresses.api,
        "HEAD",
        "/api/v2/users?pageSize=5",
        &[("Authorization", bearer.as_str())],
        b"",
    );
    let plain = get("/api/v2/users?pageSize=5", &[]);
    assert_eq!(
        head.header("Content-Length"),
        plain.header("Content-Length"),
        "{head:?}"
    );
    assert!(head.body.is_empty(), "{head:?}");
    let options = send(&running.addresses.api, "OPTIONS", "/api/v2/users", &[], b"");
    assert_eq!(
        (options.status, options.header("Allow")),
        (200, Some("GET,HEAD,POST"))
    );
}

#[test]
fn a_queue_is_created_changed_and_deleted() {
    let running = Running::default();
    let bearer = running.bearer();
    let call = |method: &str, target: &str, body: &str| {
        let headers = [
            ("Authorization", bearer.as_str()),
            ("Content-Type", "application/json"),
        ];
        send(
            &running.addresses.api,
            method,
            target,
            &headers,
            body.as_bytes(),
        )
    };
    let created = call(
        "POST",
        "/api/v2/routing/queues",
        r#"{"name":"Night shift"}"#,
    );
    assert_eq!(created.status, 200, "{created:?}");
    let uri = created.json()["selfUri"]
        .as_str()
        .map(str::to_owned)
        .expect("a link");
    let table = [
        (
            "POST",
            "/api/v2/routing/queues",
            r#"{"name":"night SHIFT"}"#,
            409,
        ),
        ("POST", "/api/v2/routing/queues", r#"{"name":""}"#, 400),
        ("POST", "/api/v2/routing/queues", "{", 400),
        ("PATCH", uri.as_str(), r#"{"description":"From ten"}"#, 200),
        ("GET", uri.as_str(), "", 200),
        ("DELETE", uri.as_str(), "", 204),
        ("GET", uri.as_str(), "", 404),
    ];
    for (method, target, body, status) in table {
        let answer = call(method, target, body);
        assert_eq!(
            answer.status, status,
            "{method} {target} {body}: {answer:?}"
        );
        if status == 204 {
            assert_eq!(answer.header("Content-Length"), None, "{answer:?}");
        }
        if method == "GET" && status == 200 {
            assert_eq!(answer.json()["description"], "From ten");
            assert_eq!(answer.json()["name"], "Night shift");
        }
    }
}

#[test]
fn the_rate_limit_ends_in_429() {
    let running = Running::new(SandboxOptions {
        requests_per_minute: 1,
        ..SandboxOptions::default()
    });
    let bearer = running.bearer();
    let headers = [("Authorization", bearer.as_str())];
    let get = || send(&running.addresses.api, "GET", "/api/v2/date", &headers, b"");
    assert_eq!(get().status, 200);
    let answer = get();
    assert_eq!(answer.status, 429, "{answer:?}");
    assert_eq!(answer.json()["code"], "too.many.requests.retry.after");
    assert_eq!(
        answer.header("Retry-After"),
        answer.header("inin-ratelimit-reset"),
        "{answer:?}"
    );
    assert_eq!(answer.header("inin-ratelimit-count"), Some("2"));
}

#[test]
fn a_token_expires_in_sandbox_time_and_can_be_revoked() {
    let running = Running::new(SandboxOptions {
        clock: SandboxClock::scaled(Duration::from_mins(5), Duration::from_millis(200)),
        token_lifetime: Duration::from_mins(5),
        ..SandboxOptions::default()
    });
    let bearer = running.bearer();
    let headers = [("Authorization", bearer.as_str())];
    let status = || send(&running.addresses.api, "GET", "/api/v2/date", &headers, b"").status;
    let deadline = Instant::now() + Duration::from_secs(30);
    while status() != 401 {
        assert!(Instant::now() < deadline, "the token never expired");
    }

    let lasting = Running::default();
    let bearer = lasting.bearer();
    let headers = [("Authorization", bearer.as_str())];
    let call = |method| {
        send(
            &lasting.addresses.api,
            method,
            "/api/v2/tokens/me",
            &headers,
            b"",
        )
        .status
    };
    assert_eq!([call("GET"), call("DELETE"), call("GET")], [200, 200, 401]);
}

#[test]
fn only_own_host_names_are_answered() {
    let running = Running::default();
    let addresses = &running.addresses;
    for origin in [
        &addresses.api,
        &addresses.login,
        &addresses.http_api,
        &addresses.rest_api,
    ] {
        let port = origin.rsplit(':').next().expect("a port");
        let table = [
            (format!("localhost:{port}"), false),
            (format!("127.0.0.1:{port}"), false),
            (format!("evil.example:{port}"), true),
            ("127.0.0.1".to_owned(), true),
        ];
        for (host, refused) in table {
            let answer = send(origin, "GET", "/", &[("Host", &host)], b"");
            assert_eq!(answer.status == 421, refused, "{origin} {host}: {answer:?}");
            assert_eq!(
                answer.text().contains("no web page can reach it"),
                refused,
                "{host}"
            );
        }
    }
}

#[test]
fn ports_are_fixed_named_when_taken_and_free_after_stopping() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let options = |ports| SandboxOptions {
        ports,
        ..SandboxOptions::default()
    };
    let error = runtime
        .block_on(sandbox::start(options(SandboxPorts::Each([0, port, 0, 0]))))
        .expect_err("the port is taken");
    assert!(
        matches!(
            error,
            SandboxError::PortTaken {
                service: "login",
                ..
            }
        ),
        "{error:?}"
    );
    assert!(error.to_string().contains(&port.to_string()), "{error}");

    let addresses = Running::default().stop();
    for origin in [
        addresses.api,
        addresses.login,
        addresses.http_api,
        addresses.rest_api,
    ] {
        let authority = origin.trim_start_matches("http://");
        TcpListener::bind(authority).unwrap_or_else(|error| panic!("{authority}: {error}"));
    }
}
