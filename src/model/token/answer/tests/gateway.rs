//! The gateway's own answers: facts/amazon-api-gateway.md section 1.

use super::*;

const REST: &[(&str, &str)] = &[
    ("x-amzn-RequestId", "a"),
    ("x-amzn-ErrorType", "MissingAuthenticationTokenException"),
    ("x-amz-apigw-id", "b="),
];
const HTTP: &[(&str, &str)] = &[("apigw-requestid", "Mc7UVioPPHcEKPA=")];
const SIGNATURE: &str = r#"{"message":"Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): 'x='."}"#;
const DENIED: &str = r#"{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke with an explicit deny"}"#;
const OWN: Kind = Kind::GatewayAnswered;

const GATEWAY_ANSWERS: &[Row<'static>] = &[
    (
        GATEWAY,
        403,
        REST,
        r#"{"message":"Missing Authentication Token"}"#,
        OWN,
        "Missing Authentication Token",
        "stage `test` and login path `loginpath`",
    ),
    (
        GATEWAY,
        403,
        &[],
        r#"{"message":"Missing Authentication Token"}"#,
        OWN,
        "403",
        "not about the credentials",
    ),
    (
        GATEWAY,
        403,
        REST,
        SIGNATURE,
        OWN,
        "key=value",
        "POST /loginpath/oauth/token",
    ),
    (
        GATEWAY,
        403,
        REST,
        r#"{"message":"Forbidden"}"#,
        OWN,
        "Forbidden",
        "stage",
    ),
    (GATEWAY, 403, REST, DENIED, OWN, "explicit deny", "policy"),
    (
        GATEWAY,
        404,
        HTTP,
        r#"{"message":"Not Found"}"#,
        OWN,
        "404",
        "stage `test`",
    ),
    (
        GATEWAY,
        401,
        HTTP,
        r#"{"message":"Unauthorized"}"#,
        OWN,
        "401",
        "authorizer",
    ),
    (
        GATEWAY,
        400,
        REST,
        r#"{"message":"Missing required request parameters: [Authorization]"}"#,
        OWN,
        "Missing required",
        "validator",
    ),
    (
        GATEWAY,
        415,
        REST,
        r#"{"message":"Unsupported Media Type"}"#,
        OWN,
        "415",
        "x-www-form-urlencoded",
    ),
    (
        GATEWAY,
        429,
        REST,
        r#"{"message":"Too Many Requests"}"#,
        Kind::RateLimited,
        "Too Many Requests",
        "Wait",
    ),
    (
        GATEWAY,
        500,
        REST,
        r#"{"message": "Internal server error"}"#,
        OWN,
        "500",
        "integration",
    ),
    (
        GATEWAY,
        500,
        REST,
        r#"{"message":null}"#,
        OWN,
        "500",
        "integration",
    ),
    (
        GATEWAY,
        503,
        HTTP,
        r#"{"message":"Service Unavailable"}"#,
        OWN,
        "503",
        "in time",
    ),
    (
        GATEWAY,
        504,
        REST,
        r#"{"message": "Endpoint request timed out"}"#,
        OWN,
        "timed out",
        "in time",
    ),
    (GATEWAY, 403, REST, "", OWN, "empty body", "stage"),
    (
        DIRECT,
        403,
        REST,
        r#"{"message":"Forbidden"}"#,
        OWN,
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
];

#[test]
fn answers_of_the_gateway_itself() {
    check(GATEWAY_ANSWERS);
}
