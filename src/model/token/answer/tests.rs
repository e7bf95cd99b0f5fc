//! A table a shape of answer; the failing row is printed.

mod gateway;
mod lifetimes;

use TokenRefusalKind as Kind;

use super::*;

const DIRECT: &str =
    r#"{"id":"direct","name":"Direct","target":{"kind":"direct","place":{"region":"us-east-1"}}}"#;
const GATEWAY: &str = r#"{"id":"gateway","name":"Gateway","target":{"kind":"gateway",
    "host":"abc.execute-api.us-east-1.amazonaws.com","stage":"test","login-path":"/loginpath"}}"#;
const API_ERROR: &str =
    r#"{"message":"Not found.","code":"not.found","status":404,"contextId":"x"}"#;

fn environment(text: &str) -> Environment {
    serde_json::from_str(text).expect("an environment")
}

fn at() -> Timestamp {
    Timestamp::from_second(1_800_000_000).expect("a valid second")
}

fn fields(headers: &[(&str, &str)]) -> Vec<HeaderField> {
    headers
        .iter()
        .map(|(name, value)| HeaderField::new(*name, value.as_bytes().to_vec()))
        .collect()
}

fn read(
    environment: &str,
    status: u16,
    headers: &[(&str, &str)],
    body: &str,
) -> Result<AccessToken, TokenRefusal> {
    let environment = self::environment(environment);
    let login_url = if environment.id.as_str() == "direct" {
        "https://login.mypurecloud.com/oauth/token"
    } else {
        "https://abc.execute-api.us-east-1.amazonaws.com/test/loginpath/oauth/token"
    };
    let mut masks = Masks::default();
    masks.add("kanarie-4711");
    read_token_answer(
        &environment,
        login_url,
        status,
        &fields(headers),
        body.as_bytes(),
        at(),
        &masks,
    )
}

#[test]
fn odd_answers_that_hold_a_token() {
    for (body, remark) in [
        (
            r#"{"access_token":"abc","token_type":"bearer","expires_in":60}"#,
            "",
        ),
        (
            r#"{"access_token":"abc","token_type":"Bearer","expires_in":60}"#,
            "",
        ),
        (r#"{"access_token":"abc","expires_in":60,"error":null}"#, ""),
        (
            "\u{feff}{\"access_token\":\"abc\",\"expires_in\":60}",
            "byte order mark",
        ),
        (" \r\n{\"access_token\":\"abc\",\"expires_in\":60}\n", ""),
        (
            r#"{"access_token":"abc","token_type":"mac","expires_in":60}"#,
            "`mac`",
        ),
        (r#"{"access_token":" abc\n","expires_in":60}"#, "taken off"),
        (
            r#"{"access_token":"Bearer abc","expires_in":60}"#,
            "`Bearer`",
        ),
        (
            r#"{"access_token":"abc","expires_in":60,"error":"odd"}"#,
            "`error`",
        ),
        (
            r#"{"access_token":"x","access_token":"abc","expires_in":60}"#,
            "",
        ),
    ] {
        let token = read(DIRECT, 200, &[], body).expect(body);
        assert_eq!(token.value.expose(), "abc", "{body}");
        let remarks = token.remarks.join("; ");
        assert_eq!(remarks.is_empty(), remark.is_empty(), "{body}: {remarks}");
        assert!(remarks.contains(remark), "{body}: {remarks}");
    }
}

/// One row: environment, status, headers, body, the kind, words of the text, words of the hint.
type Row<'a> = (
    &'a str,
    u16,
    &'a [(&'a str, &'a str)],
    &'a str,
    Kind,
    &'a str,
    &'a str,
);

fn check(rows: &[Row<'_>]) {
    for (environment, status, headers, body, kind, text, hint) in rows {
        let refusal = read(environment, *status, headers, body).expect_err(body);
        assert_eq!(refusal.kind, *kind, "{status} {body}: {refusal:?}");
        assert!(
            refusal.text.contains(text),
            "{status} {body}: {text:?} is not in {refusal:?}"
        );
        assert!(
            refusal.hint.contains(hint),
            "{status} {body}: {hint:?} is not in {refusal:?}"
        );
        for words in [&refusal.text, &refusal.hint] {
            assert!(
                !words.is_empty() && !words.contains("kanarie"),
                "{refusal:?}"
            );
        }
    }
}

const UNKNOWN: &str = r#"{"error":"invalid_client","description":"client not found","error_description":"client not found"}"#;
const WRONG: &str = r#"{"error":"invalid_client","description":"authentication failed","error_description":"authentication failed"}"#;
const LIMIT: &str =
    r#"{"error":"invalid_request","error_description":"rate limit exceeded; try later"}"#;

const OAUTH_ERRORS: &[Row<'static>] = &[
    (
        DIRECT,
        400,
        &[],
        UNKNOWN,
        Kind::UnknownClient,
        "client not found",
        "us-east-1",
    ),
    (
        GATEWAY,
        400,
        &[],
        UNKNOWN,
        Kind::UnknownClient,
        "client not found",
        "POST /loginpath/oauth/token",
    ),
    (
        DIRECT,
        401,
        &[],
        WRONG,
        Kind::WrongSecret,
        "secret",
        "client secret",
    ),
    (
        DIRECT,
        401,
        &[],
        r#"{"error":"invalid_client"}"#,
        Kind::WrongSecret,
        "invalid_client",
        "secret",
    ),
    (
        DIRECT,
        400,
        &[],
        r#"{"error":"invalid_client"}"#,
        Kind::OAuthError,
        "invalid_client",
        "us-east-1",
    ),
    (
        DIRECT,
        400,
        &[],
        LIMIT,
        Kind::RateLimited,
        "rate limit exceeded",
        "Wait a minute",
    ),
    (
        DIRECT,
        429,
        &[("Retry-After", "7")],
        "{}",
        Kind::RateLimited,
        "429",
        "Wait 7 s",
    ),
    (
        DIRECT,
        429,
        &[("Retry-After", "soon")],
        "",
        Kind::RateLimited,
        "429",
        "Wait a minute",
    ),
    (
        DIRECT,
        400,
        &[],
        r#"{"error":"unsupported_grant_type"}"#,
        Kind::OAuthError,
        "unsupported_grant_type",
        "unchanged",
    ),
    (
        DIRECT,
        400,
        &[],
        r#"{"error":"unauthorized_client"}"#,
        Kind::OAuthError,
        "400",
        "grant type",
    ),
    (
        DIRECT,
        400,
        &[],
        r#"{"error":"invalid_scope"}"#,
        Kind::OAuthError,
        "400",
        "scope",
    ),
    (
        DIRECT,
        400,
        &[],
        r#"{"error":"odd","error_description":"saw kanarie-4711"}"#,
        Kind::OAuthError,
        "••••••",
        "scope",
    ),
    (
        DIRECT,
        200,
        &[],
        UNKNOWN,
        Kind::ErrorInSuccess,
        "client not found",
        "us-east-1",
    ),
    (
        GATEWAY,
        200,
        &[],
        WRONG,
        Kind::ErrorInSuccess,
        "authentication failed",
        "non-proxy",
    ),
];

#[test]
fn oauth_errors() {
    check(OAUTH_ERRORS);
}

const HTML: &str = "<!DOCTYPE html><html><head><title>Sign in</title>";
const CLOUDFRONT: &str = "<HTML><HEAD><TITLE>ERROR: The request could not be satisfied</TITLE>";
const TRACED: &[(&str, &str)] = &[("ININ-Correlation-Id", "x")];

const OTHERS: &[Row<'static>] = &[
    (
        DIRECT,
        200,
        &[("Content-Type", "text/html")],
        HTML,
        Kind::Html,
        "Sign in",
        "proxy",
    ),
    (
        DIRECT,
        200,
        &[("Content-Type", "text/html")],
        "<p>kanarie-4711",
        Kind::Html,
        "••••••",
        "proxy",
    ),
    (
        GATEWAY,
        403,
        &[],
        CLOUDFRONT,
        Kind::Html,
        "could not be satisfied",
        "CloudFront",
    ),
    (
        DIRECT,
        200,
        &[],
        "",
        Kind::NotJson,
        "empty body",
        "https://login.mypurecloud.com/oauth/token",
    ),
    (
        GATEWAY,
        200,
        &[],
        "",
        Kind::NotJson,
        "empty body",
        "stage `test`",
    ),
    (
        DIRECT,
        200,
        &[],
        "access_token=abc",
        Kind::NotJson,
        "access_token=••••••",
        "token endpoint",
    ),
    (
        DIRECT,
        200,
        &[],
        "[1]",
        Kind::NotJson,
        "[1]",
        "token endpoint",
    ),
    (
        DIRECT,
        200,
        &[],
        "{}",
        Kind::NoAccessToken,
        "empty object",
        "token endpoint",
    ),
    (
        DIRECT,
        200,
        &[],
        r#"{"b":1,"a":2}"#,
        Kind::NoAccessToken,
        "`a`, `b`",
        "token endpoint",
    ),
    (
        DIRECT,
        200,
        &[],
        r#"{"access_token":""}"#,
        Kind::NoAccessToken,
        "`access_token`",
        "token endpoint",
    ),
    (
        DIRECT,
        200,
        &[],
        r#"{"access_token":null}"#,
        Kind::NoAccessToken,
        "`access_token`",
        "token endpoint",
    ),
    (
        DIRECT,
        200,
        &[],
        r#"{"access_token":"a b"}"#,
        Kind::NoAccessToken,
        "a blank",
        "mypurecloud.com",
    ),
    (
        DIRECT,
        200,
        &[],
        r#"{"access_token":{"a":1}}"#,
        Kind::NoAccessToken,
        "`access_token`",
        "token endpoint",
    ),
    (
        DIRECT,
        302,
        &[("Location", "https://u:p@x.example/?token=abc")],
        "",
        Kind::Redirect,
        "https://u:••••••@x.example/?token=••••••",
        "another URL",
    ),
    (
        DIRECT,
        304,
        &[],
        "",
        Kind::UnexpectedStatus,
        "304",
        "token endpoint",
    ),
    (
        DIRECT,
        404,
        &[],
        API_ERROR,
        Kind::ApiHost,
        "not.found",
        "https://login.mypurecloud.com/oauth/token",
    ),
    (
        GATEWAY,
        404,
        &[],
        API_ERROR,
        Kind::ApiHost,
        "404",
        "POST /loginpath/oauth/token",
    ),
    (
        GATEWAY,
        200,
        &[],
        API_ERROR,
        Kind::ApiHost,
        "404 in the body",
        "login",
    ),
    (
        GATEWAY,
        401,
        TRACED,
        r#"{"message":"No.","code":"authentication.required"}"#,
        Kind::ApiHost,
        "authentication.required",
        "API host",
    ),
    (DIRECT, 407, &[], "", Kind::UnexpectedStatus, "407", "proxy"),
    (
        DIRECT,
        500,
        &[],
        "oops kanarie-4711",
        Kind::UnexpectedStatus,
        "oops ••••••",
        "token endpoint",
    ),
    (
        DIRECT,
        502,
        &[],
        "",
        Kind::UnexpectedStatus,
        "502",
        "token endpoint",
    ),
];

#[test]
fn answers_of_others() {
    check(OTHERS);
}

#[test]
fn quotes_stop_at_200_characters() {
    let body = format!("x{}", "\u{e4}".repeat(1_000));
    let refusal = read(DIRECT, 200, &[], &body).expect_err("no token");
    assert!(
        refusal
            .text
            .ends_with(&format!("x{}…", "\u{e4}".repeat(199))),
        "{refusal:?}"
    );
}

#[test]
fn an_environment_that_looks_wrong_is_suspected_before_the_gateway() {
    let twice = GATEWAY.replace("/loginpath", "/test/loginpath");
    assert_ne!(twice, GATEWAY);
    let refusal = read(&twice, 404, &[], API_ERROR).expect_err("no token");
    assert!(
        refusal.hint.starts_with("login path: ")
            && refusal.hint.contains("Check stage and login path first"),
        "{refusal:?}"
    );
    let refusal = read(GATEWAY, 404, &[], API_ERROR).expect_err("no token");
    assert!(
        refusal.hint.starts_with("Check stage and login path first"),
        "{refusal:?}"
    );
}

proptest::proptest! {
    #[test]
    fn any_answer_is_read(status in 100_u16..1000, body in ".{0,80}", json in r#"\{"(access_token|error|message|code|expires_in)":[-0-9"a\{\}e.]{0,8}\}"#) {
        for environment in [DIRECT, GATEWAY] {
            for body in [&body, &json] {
                let _ = read(environment, status, &[], body);
            }
        }
    }
}
