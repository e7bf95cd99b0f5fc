//! Answers of the gateways themselves, with headers and bodies as they were recorded or documented.

use super::{At, Case, HTTP, REST, USUAL};

type Fields = &'static [(&'static str, &'static str)];

const NO_ROUTE: Fields = &[("x-amzn-ErrorType", "MissingAuthenticationTokenException")];
const SIGNATURE: Fields = &[("x-amzn-ErrorType", "IncompleteSignatureException")];
const FORBIDDEN: Fields = &[("x-amzn-ErrorType", "ForbiddenException")];
const DENIED: Fields = &[("x-amzn-ErrorType", "AccessDeniedException")];
const BAD: Fields = &[("x-amzn-ErrorType", "BadRequestException")];
const INTERNAL: Fields = &[("x-amzn-ErrorType", "InternalServerErrorException")];
const NO_ROUTE_BODY: &str = r#"{"message":"Missing Authentication Token"}"#;
const SIGNATURE_BODY: &str = r#"{"message":"Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): 'jXY5Ab3d='."}"#;
const FORBIDDEN_BODY: &str = r#"{"message":"Forbidden"}"#;
const NOTHING_SENT: Fields = &[];

pub(super) const CASES: &[Case] = &[
    Case {
        rule: "rest.no-login-route",
        method: "POST",
        target: "/test/loginpath/oauth/token",
        sent: &[("Authorization", "Basic abc")],
        status: 403,
        headers: &[REST, SIGNATURE],
        body: SIGNATURE_BODY,
        says: "POST /loginpath/oauth/token in stage test",
        ..USUAL
    },
    Case {
        rule: "rest.no-login-route",
        method: "POST",
        target: "/test/loginpath/oauth/token",
        sent: NOTHING_SENT,
        status: 403,
        headers: &[REST, NO_ROUTE],
        body: NO_ROUTE_BODY,
        says: "add resource /loginpath/{proxy+}",
        ..USUAL
    },
    Case {
        rule: "rest.no-route-with-bearer",
        status: 403,
        headers: &[REST, SIGNATURE],
        body: SIGNATURE_BODY,
        says: "GET /apipath/api/v2/users in stage test",
        ..USUAL
    },
    Case {
        rule: "rest.no-route-with-bearer",
        status: 403,
        headers: &[REST, SIGNATURE],
        body: r#"{"message":"'TOKEN' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer TOKEN'."}"#,
        says: "The token is not what is wrong",
        ..USUAL
    },
    Case {
        rule: "rest.no-route",
        sent: NOTHING_SENT,
        status: 403,
        headers: &[REST, NO_ROUTE],
        body: NO_ROUTE_BODY,
        says: "GET /apipath/api/v2/users in stage test",
        ..USUAL
    },
    Case {
        rule: "rest.no-stage",
        at: At::RestWithoutStage,
        target: "/apipath/api/v2/users",
        status: 403,
        headers: &[REST, FORBIDDEN],
        body: FORBIDDEN_BODY,
        says: "first path segment as the stage",
        ..USUAL
    },
    Case {
        rule: "rest.api-key-refused",
        sent: &[("Authorization", "Bearer x"), ("x-api-key", "abc")],
        status: 403,
        headers: &[REST, FORBIDDEN],
        body: FORBIDDEN_BODY,
        says: "usage plan holds API a1b2c3d4e5, stage test",
        ..USUAL
    },
    Case {
        rule: "rest.forbidden-custom-domain",
        at: At::CustomDomain,
        status: 403,
        headers: &[REST, FORBIDDEN],
        body: FORBIDDEN_BODY,
        says: "behind a mapping it is left out",
        ..USUAL
    },
    Case {
        rule: "rest.forbidden",
        status: 403,
        headers: &[REST, FORBIDDEN],
        body: FORBIDDEN_BODY,
        says: "x-api-key",
        ..USUAL
    },
    Case {
        rule: "rest.policy-denied",
        status: 403,
        headers: &[REST, DENIED],
        body: r#"{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-west-2:********1234:a1b2c3d4e5/test/GET/users with an explicit deny in a resource-based policy"}"#,
        says: "A policy of the gateway denies GET /apipath/api/v2/users",
        ..USUAL
    },
    Case {
        rule: "rest.policy-denied",
        status: 403,
        headers: &[REST, DENIED],
        body: r#"{"Message":"User is not authorized to access this resource"}"#,
        says: "resource policy",
        ..USUAL
    },
    Case {
        rule: "rest.signature-token-expired",
        status: 403,
        headers: &[REST, &[("x-amzn-ErrorType", "ExpiredTokenException")]],
        body: r#"{"message":"The security token included in the request is expired"}"#,
        says: "Renew the AWS credentials",
        ..USUAL
    },
    Case {
        rule: "rest.signature-unknown-key",
        status: 403,
        headers: &[REST, &[("x-amzn-ErrorType", "UnrecognizedClientException")]],
        body: r#"{"message":"The security token included in the request is invalid."}"#,
        says: "does not know the signing key",
        ..USUAL
    },
    Case {
        rule: "rest.signature-unknown-key",
        status: 403,
        headers: &[REST, &[("x-amzn-ErrorType", "InvalidSignatureException")]],
        body: r#"{"message":"The security token included in the request is invalid."}"#,
        says: "does not know the signing key",
        ..USUAL
    },
    Case {
        rule: "rest.signature-wrong",
        status: 403,
        headers: &[REST, &[("x-amzn-ErrorType", "InvalidSignatureException")]],
        body: r#"{"message":"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method."}"#,
        says: "execute-api in us-west-2",
        ..USUAL
    },
    Case {
        rule: "rest.parameter-missing-by-case",
        sent: &[("authorization", "Bearer x")],
        status: 400,
        headers: &[REST, BAD],
        body: r#"{"message": "Missing required request parameters: [Authorization]"}"#,
        says: "[Authorization]",
        ..USUAL
    },
    Case {
        rule: "rest.parameter-missing",
        sent: NOTHING_SENT,
        status: 400,
        headers: &[REST, BAD],
        body: r#"{"message": "Missing required request parameters: [Authorization]"}"#,
        says: "[Authorization]",
        ..USUAL
    },
    Case {
        rule: "rest.body-refused",
        method: "POST",
        status: 400,
        headers: &[REST, BAD],
        body: r#"{"message": "Invalid request body"}"#,
        says: "model",
        ..USUAL
    },
    Case {
        rule: "rest.authorizer-refused",
        status: 401,
        headers: &[REST, &[("x-amzn-ErrorType", "UnauthorizedException")]],
        body: r#"{"message":"Unauthorized"}"#,
        says: "Genesys Cloud was not asked",
        ..USUAL
    },
    Case {
        rule: "rest.body-too-large",
        method: "POST",
        sent_bytes: 11_000_000,
        status: 413,
        headers: &[REST],
        body: r#"{"message": "Request Too Long"}"#,
        says: "limit of 10 MB",
        ..USUAL
    },
    Case {
        rule: "rest.uri-too-long",
        status: 414,
        headers: &[REST],
        body: r#"{"message":"Request URI too long"}"#,
        says: "longer than the gateway takes",
        ..USUAL
    },
    Case {
        rule: "rest.media-type",
        method: "POST",
        status: 415,
        headers: &[REST, BAD],
        body: r#"{"message": "Unsupported Media Type"}"#,
        says: "mapping templates",
        ..USUAL
    },
    Case {
        rule: "rest.quota",
        status: 429,
        headers: &[REST, &[("x-amzn-ErrorType", "LimitExceededException")]],
        body: r#"{"message":"Limit Exceeded"}"#,
        says: "quota",
        ..USUAL
    },
    Case {
        rule: "rest.throttled",
        status: 429,
        headers: &[REST, &[("x-amzn-ErrorType", "TooManyRequestsException")]],
        body: r#"{"message":"Too Many Requests"}"#,
        says: "raise the throttling of stage test",
        ..USUAL
    },
    Case {
        rule: "rest.authorizer-failed",
        status: 500,
        headers: &[
            REST,
            &[("x-amzn-ErrorType", "AuthorizerConfigurationException")],
        ],
        body: r#"{"message":null}"#,
        says: "authorizer",
        ..USUAL
    },
    Case {
        rule: "rest.authorizer-misconfigured",
        status: 500,
        headers: &[
            REST,
            &[("x-amzn-ErrorType", "AuthorizerConfigurationException")],
        ],
        body: r#"{"message": "Internal server error"}"#,
        says: "could not use the authorizer",
        ..USUAL
    },
    Case {
        rule: "rest.timeout-after-writing",
        method: "POST",
        status: 504,
        headers: &[REST, INTERNAL],
        body: r#"{"message": "Endpoint request timed out"}"#,
        waited_ms: 29_200,
        says: "before sending POST again",
        ..USUAL
    },
    Case {
        rule: "rest.timeout",
        status: 504,
        headers: &[REST, INTERNAL],
        body: r#"{"message": "Endpoint request timed out"}"#,
        waited_ms: 29_200,
        says: "29.2 s",
        ..USUAL
    },
    Case {
        rule: "rest.backend-unreached",
        status: 504,
        headers: &[REST, INTERNAL],
        body: r#"{"message": "Network error communicating with endpoint"}"#,
        says: "could not reach what is behind /apipath/api/v2/users",
        ..USUAL
    },
    Case {
        rule: "rest.gateway-timeout-soon",
        status: 504,
        headers: &[REST, INTERNAL],
        body: r#"{"message": "Endpoint request timed out"}"#,
        waited_ms: 5_000,
        says: "sooner than the usual 29 s",
        ..USUAL
    },
    Case {
        rule: "rest.misconfigured",
        status: 500,
        headers: &[REST, INTERNAL],
        body: r#"{"message": "Internal server error"}"#,
        says: "as it is configured",
        ..USUAL
    },
    Case {
        rule: "rest.lambda-answer-malformed",
        status: 502,
        headers: &[REST, INTERNAL],
        body: r#"{"message": "Internal server error"}"#,
        says: "Lambda",
        ..USUAL
    },
    Case {
        rule: "rest.resource-not-found",
        status: 404,
        headers: &[REST, &[("x-amzn-ErrorType", "NotFoundException")]],
        body: r#"{"message":"Not Found"}"#,
        says: "customised",
        ..USUAL
    },
    Case {
        rule: "rest.no-route-customised",
        status: 400,
        headers: &[REST, NO_ROUTE],
        body: r#"{"fault":{"code":"ACME-17"}}"#,
        says: "the error type tells",
        ..USUAL
    },
    Case {
        rule: "rest.other",
        status: 418,
        headers: &[REST, &[("x-amzn-ErrorType", "AcmeException")]],
        body: r#"{"error":"teapot"}"#,
        says: "AcmeException",
        ..USUAL
    },
    Case {
        rule: "http.no-login-route",
        at: At::Http,
        method: "POST",
        target: "/test/loginpath/oauth/token",
        status: 404,
        headers: &[HTTP],
        body: r#"{"message":"Not Found"}"#,
        says: "POST /loginpath/oauth/token",
        ..USUAL
    },
    Case {
        rule: "http.no-route-trailing-slash",
        at: At::Http,
        target: "/test/api/v2/users/",
        status: 404,
        headers: &[HTTP],
        body: r#"{"message":"Not Found"}"#,
        says: "slash",
        ..USUAL
    },
    Case {
        rule: "http.stage-given-to-default",
        at: At::Http,
        status: 404,
        headers: &[HTTP],
        body: r#"{"message":"Not Found"}"#,
        says: "$default",
        ..USUAL
    },
    Case {
        rule: "http.no-route",
        at: At::HttpWithoutStage,
        target: "/apipath/api/v2/users",
        status: 404,
        headers: &[HTTP],
        body: r#"{"message":"Not Found"}"#,
        says: "GET /apipath/api/v2/users",
        ..USUAL
    },
    Case {
        rule: "http.jwt-opaque-token",
        at: At::Http,
        status: 401,
        headers: &[
            HTTP,
            &[(
                "www-authenticate",
                r#"Bearer scope="" error="invalid_token" error_description="token contains an invalid number of segments""#,
            )],
        ],
        body: r#"{"message":"Unauthorized"}"#,
        says: "no JWT",
        ..USUAL
    },
    Case {
        rule: "http.authorizer-refused",
        at: At::Http,
        status: 401,
        headers: &[
            HTTP,
            &[(
                "www-authenticate",
                r#"Bearer scope="" error="invalid_token" error_description="the token does not have a valid audience""#,
            )],
        ],
        body: r#"{"message":"Unauthorized"}"#,
        says: "Genesys Cloud was not asked",
        ..USUAL
    },
    Case {
        rule: "http.forbidden",
        at: At::Http,
        status: 403,
        headers: &[HTTP],
        body: FORBIDDEN_BODY,
        says: "NONE",
        ..USUAL
    },
    Case {
        rule: "http.throttled",
        at: At::Http,
        status: 429,
        headers: &[HTTP],
        body: r#"{"message":"Too Many Requests"}"#,
        says: "more slowly",
        ..USUAL
    },
    Case {
        rule: "http.misconfigured",
        at: At::Http,
        status: 500,
        headers: &[HTTP],
        body: r#"{"message":"Internal Server Error"}"#,
        says: "integration",
        ..USUAL
    },
    Case {
        rule: "http.timeout-after-writing",
        at: At::Http,
        method: "DELETE",
        status: 503,
        headers: &[HTTP],
        body: r#"{"message":"Service Unavailable"}"#,
        waited_ms: 30_050,
        says: "before sending DELETE again",
        ..USUAL
    },
    Case {
        rule: "http.timeout",
        at: At::Http,
        status: 503,
        headers: &[HTTP],
        body: r#"{"message":"Service Unavailable"}"#,
        waited_ms: 30_050,
        says: "30 s at most",
        ..USUAL
    },
    Case {
        rule: "http.backend-unreached",
        at: At::Http,
        status: 503,
        headers: &[HTTP],
        body: r#"{"message":"Service Unavailable"}"#,
        waited_ms: 300,
        says: "so it is no timeout",
        ..USUAL
    },
    Case {
        rule: "http.body-too-large",
        at: At::Http,
        method: "POST",
        sent_bytes: 11_000_000,
        status: 413,
        headers: &[HTTP],
        body: r#"{"message":"Request Entity Too Large"}"#,
        says: "10 MB",
        ..USUAL
    },
    Case {
        rule: "http.other",
        at: At::Http,
        status: 504,
        headers: &[HTTP],
        body: r#"{"message":"Gateway Timeout"}"#,
        waited_ms: 200,
        says: "504",
        ..USUAL
    },
];
