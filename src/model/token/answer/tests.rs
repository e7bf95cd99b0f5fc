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
fn lifetimes() {
    for (expires_in, seconds, remark) in [
        (r#","expires_in":3600"#, 3_600, ""),
        (r#","expires_in":86399"#, 86_399, ""),
        (r#","expires_in":"3600""#, 3_600, "read as a number"),
        (r#","expires_in":" 3600 ""#, 3_600, "read as a number"),
        (r#","expires_in":0"#, 0, "used once"),
        (r#","expires_in":"0""#, 0, "used once"),
        (r#","expires_in":-1"#, 0, "used once"),
        ("", 300, "names no `expires_in`"),
        (r#","expires_in":null"#, 300, "names no `expires_in`"),
        (r#","expires_in":"soon""#, 300, "not a number"),
        (r#","expires_in":"NaN""#, 300, "not a number"),
        (r#","expires_in":true"#, 300, "not a number"),
        (r#","expires_in":[1]"#, 300, "not a number"),
        (r#","expires_in":1e9"#, 172_800, "48 h are assumed"),
        (r#","expires_in":1e400"#, 172_800, "48 h are assumed"),
        (r#","expires_in":172800"#, 172_800, ""),
        (
            r#","expires_in":12345678901234567890123"#,
            172_800,
            "48 h are assumed",
        ),
    ] {
        let body = format!(r#"{{"access_token":"abc","token_type":"bearer"{expires_in}}}"#);
        let token = read(DIRECT, 200, &[], &body).expect("a token");
        let lifetime = token.expires_at.expect("an end").as_second() - at().as_second();
        assert_eq!(lifetime, seconds, "{expires_in}");
        let remarks = token.remarks.join("; ");
        assert_eq!(
            remarks.is_empty(),
            remark.is_empty(),
            "{expires_in}: {remarks}"
        );
        assert!(remarks.contains(remark), "{expires_in}: {remarks}");
        assert!(!token.pasted);
        assert_eq!(token.is_fresh(at()), seconds > 0, "{expires_in}");
    }
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

#[test]
fn oauth_errors() {
    let unknown = r#"{"error":"invalid_client","description":"client not found","error_description":"client not found"}"#;
    let wrong = r#"{"error":"invalid_client","description":"authentication failed","error_description":"authentication failed"}"#;
    let limit =
        r#"{"error":"invalid_request","error_description":"rate limit exceeded; try later"}"#;
    check(&[
        (
            DIRECT,
            400,
            &[],
            unknown,
            Kind::UnknownClient,
            "client not found",
            "us-east-1",
        ),
        (
            GATEWAY,
            400,
            &[],
            unknown,
            Kind::UnknownClient,
            "client not found",
            "POST /loginpath/oauth/token",
        ),
        (
            DIRECT,
            401,
            &[],
            wrong,
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
            limit,
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
            unknown,
            Kind::ErrorInSuccess,
            "client not found",
            "us-east-1",
        ),
        (
            GATEWAY,
            200,
            &[],
            wrong,
            Kind::ErrorInSuccess,
            "authentication failed",
            "non-proxy",
        ),
    ]);
}

#[test]
fn answers_of_the_gateway_itself() {
    let rest: &[(&str, &str)] = &[
        ("x-amzn-RequestId", "a"),
        ("x-amzn-ErrorType", "MissingAuthenticationTokenException"),
        ("x-amz-apigw-id", "b="),
    ];
    let http: &[(&str, &str)] = &[("apigw-requestid", "Mc7UVioPPHcEKPA=")];
    let signature = r#"{"message":"Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): 'x='."}"#;
    let denied = r#"{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke with an explicit deny"}"#;
    let own = Kind::GatewayAnswered;
    check(&[
        (
            GATEWAY,
            403,
            rest,
            r#"{"message":"Missing Authentication Token"}"#,
            own,
            "Missing Authentication Token",
            "stage `test` and login path `loginpath`",
        ),
        (
            GATEWAY,
            403,
            &[],
            r#"{"message":"Missing Authentication Token"}"#,
            own,
            "403",
            "not about the credentials",
        ),
        (
            GATEWAY,
            403,
            rest,
            signature,
            own,
            "key=value",
            "POST /loginpath/oauth/token",
        ),
        (
            GATEWAY,
            403,
            rest,
            r#"{"message":"Forbidden"}"#,
            own,
            "Forbidden",
            "stage",
        ),
        (GATEWAY, 403, rest, denied, own, "explicit deny", "policy"),
        (
            GATEWAY,
            404,
            http,
            r#"{"message":"Not Found"}"#,
            own,
            "404",
            "stage `test`",
        ),
        (
            GATEWAY,
            401,
            http,
            r#"{"message":"Unauthorized"}"#,
            own,
            "401",
            "authorizer",
        ),
        (
            GATEWAY,
            400,
            rest,
            r#"{"message":"Missing required request parameters: [Authorization]"}"#,
            own,
            "Missing required",
            "validator",
        ),
        (
            GATEWAY,
            415,
            rest,
            r#"{"message":"Unsupported Media Type"}"#,
            own,
            "415",
            "x-www-form-urlencoded",
        ),
        (
            GATEWAY,
            429,
            rest,
            r#"{"message":"Too Many Requests"}"#,
            Kind::RateLimited,
            "Too Many Requests",
            "Wait",
        ),
        (
            GATEWAY,
            500,
            rest,
            r#"{"message": "Internal server error"}"#,
            own,
            "500",
            "integration",
        ),
        (
            GATEWAY,
            500,
            rest,
            r#"{"message":null}"#,
            own,
            "500",
            "integration",
        ),
        (
            GATEWAY,
            503,
            http,
            r#"{"message":"Service Unavailable"}"#,
            own,
            "503",
            "in time",
        ),
        (
            GATEWAY,
            504,
            rest,
            r#"{"message": "Endpoint request timed out"}"#,
            own,
            "timed out",
            "in time",
        ),
        (GATEWAY, 403, rest, "", own, "empty body", "stage"),
        (
            DIRECT,
            403,
            rest,
            r#"{"message":"Forbidden"}"#,
            own,
            "403",
            "not the login",
        ),
        (
            DIRECT,
            403,
            &[],
            r#"{"message":"Forbidden"}"#,
            Kind::UnexpectedStatus,
            "Forbidden",
            "token endpoint",
        ),
    ]);
}

#[test]
fn answers_of_others() {
    let html = "<!DOCTYPE html><html><head><title>Sign in</title>";
    let cloudfront = "<HTML><HEAD><TITLE>ERROR: The request could not be satisfied</TITLE>";
    let traced: &[(&str, &str)] = &[("ININ-Correlation-Id", "x")];
    check(&[
        (
            DIRECT,
            200,
            &[("Content-Type", "text/html")],
            html,
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
            cloudfront,
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
            traced,
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
    ]);
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
