//! Answers of Genesys Cloud's login and API, directly and through gateways.

use super::{At, Case, GENESYS, HTTP, REST, USUAL};

type Fields = &'static [(&'static str, &'static str)];

const REMAPPED: Fields = &[("x-amzn-Remapped-Date", "Tue, 24 Nov 2026 10:00:00 GMT")];
const NOTHING_SENT: Fields = &[];
const LOGIN: Case = Case {
    at: At::Direct,
    method: "POST",
    target: "/oauth/token",
    sent: &[("Authorization", "Basic abc")],
    headers: &[GENESYS],
    ..USUAL
};
const GATEWAY_LOGIN: Case = Case {
    at: At::Rest,
    target: "/test/loginpath/oauth/token",
    headers: &[REST, GENESYS, REMAPPED],
    ..LOGIN
};
const DIRECT: Case = Case {
    at: At::Direct,
    target: "/api/v2/users",
    headers: &[GENESYS],
    ..USUAL
};
const PROXIED: Case = Case {
    headers: &[REST, GENESYS, REMAPPED],
    ..USUAL
};
const REQUIRED: &str = r#"{"message":"No authentication bearer token specified in authorization header.","code":"authentication.required","status":401,"contextId":"c1","details":[],"errors":[]}"#;

pub(super) const CASES: &[Case] = &[
    Case {
        rule: "login.client-not-found",
        status: 400,
        body: r#"{"error":"invalid_client","description":"client not found","error_description":"client not found"}"#,
        says: "login.usw2.pure.cloud",
        ..LOGIN
    },
    Case {
        rule: "login.authentication-failed",
        status: 401,
        body: r#"{"error":"invalid_client","description":"authentication failed","error_description":"authentication failed"}"#,
        says: "the secret is wrong",
        ..GATEWAY_LOGIN
    },
    Case {
        rule: "login.rate-limited",
        status: 400,
        body: r#"{"error":"invalid_request","description":"rate limit exceeded; 300","error_description":"rate limit exceeded; 300"}"#,
        says: "400, not 429",
        ..LOGIN
    },
    Case {
        rule: "login.unauthorized-client",
        status: 400,
        body: r#"{"error":"unauthorized_client","error_description":"no"}"#,
        says: "Client Credentials",
        ..LOGIN
    },
    Case {
        rule: "login.scope",
        status: 400,
        body: r#"{"error":"invalid_scope"}"#,
        says: "scope",
        ..LOGIN
    },
    Case {
        rule: "login.grant-lost",
        status: 400,
        body: r#"{"error":"unsupported_grant_type"}"#,
        says: "/loginpath/{proxy+}",
        ..GATEWAY_LOGIN
    },
    Case {
        rule: "login.invalid-request",
        status: 400,
        body: r#"{"error":"invalid_request","error_description":"missing grant"}"#,
        says: "missing grant",
        ..GATEWAY_LOGIN
    },
    Case {
        rule: "login.api-answered",
        status: 401,
        body: REQUIRED,
        says: "the wrong host",
        ..GATEWAY_LOGIN
    },
    Case {
        rule: "login.page-answered",
        status: 200,
        body: "<!DOCTYPE html><html><body>Sign in</body></html>",
        says: "web page",
        ..GATEWAY_LOGIN
    },
    Case {
        rule: "login.other",
        status: 500,
        body: r#"{"error":"server_error","error_description":"oops"}"#,
        says: "oops",
        ..LOGIN
    },
    Case {
        rule: "api.token-not-sent",
        sent: NOTHING_SENT,
        status: 401,
        body: REQUIRED,
        says: "none was sent",
        ..DIRECT
    },
    Case {
        rule: "api.authorization-dropped",
        status: 401,
        body: REQUIRED,
        says: "deploy to stage test",
        ..PROXIED
    },
    Case {
        rule: "api.authorization-dropped",
        status: 200,
        headers: &[REST],
        body: REQUIRED,
        says: "the gateway dropped Authorization",
        ..USUAL
    },
    Case {
        rule: "api.authorization-lost",
        status: 401,
        body: REQUIRED,
        says: "Look at Sent",
        ..DIRECT
    },
    Case {
        rule: "api.token-refused",
        status: 401,
        body: r#"{"message":"Invalid login credentials.","code":"bad.credentials","status":401}"#,
        says: "of another region",
        ..PROXIED
    },
    Case {
        rule: "api.address-not-allowed",
        status: 401,
        body: r#"{"message":"Requests originating from this IP address are not authorized: [203.0.113.7]","code":"ip.not.authorized","status":401,"contextId":"c"}"#,
        says: "203.0.113.7",
        ..PROXIED
    },
    Case {
        rule: "api.address-not-allowed-direct",
        status: 401,
        body: r#"{"message":"Requests originating from this IP address are not authorized: [203.0.113.7]","code":"ip.not.authorized","status":401,"contextId":"c"}"#,
        says: "this computer's is not among them",
        ..DIRECT
    },
    Case {
        rule: "api.user-context",
        target: "/api/v2/users/me",
        status: 400,
        body: r#"{"message":"This request requires a user context. Client credentials cannot be used for requests to this resource.","code":"not.a.user","status":400,"contextId":"c"}"#,
        says: "/api/v2/tokens/me",
        ..DIRECT
    },
    Case {
        rule: "api.user-context-by-words",
        target: "/api/v2/users/me",
        status: 400,
        body: r#"{"message":"This request requires a user context. Client credentials cannot be used for requests to this resource.","code":"bad.request","status":400,"contextId":"c"}"#,
        says: "/api/v2/tokens/me",
        ..DIRECT
    },
    Case {
        rule: "api.permissions",
        status: 403,
        body: r#"{"message":"Unable to perform the requested action. You are missing the following permission(s): directory:user:view","code":"missing.any.permissions","status":403,"contextId":"c"}"#,
        says: "directory:user:view",
        ..DIRECT
    },
    Case {
        rule: "api.scope",
        status: 403,
        body: r#"{"message":"The client application is not authorized for the scope","code":"app.not.authorized.for.scope","status":403}"#,
        says: "scope",
        ..DIRECT
    },
    Case {
        rule: "api.not-authorized",
        status: 403,
        body: r#"{"message":"You are not authorized to perform the requested action.","code":"not.authorized","status":403,"contextId":"c"}"#,
        says: "roles, divisions",
        ..DIRECT
    },
    Case {
        rule: "api.path-doubled",
        target: "/test/apipath/api/v2/api/v2/users",
        status: 404,
        body: r#"{"message":"not found","code":"not.found","status":404,"contextId":"c"}"#,
        says: "twice",
        ..PROXIED
    },
    Case {
        rule: "api.fell-through",
        at: At::Mapped,
        method: "POST",
        target: "/test/users",
        status: 404,
        body: r#"{"message":"not found","code":"not.found","status":404,"contextId":"c"}"#,
        says: "give the resource the method POST",
        ..PROXIED
    },
    Case {
        rule: "api.not-found",
        target: "/api/v2/users/00000000-0000-0000-0000-000000000000",
        status: 404,
        body: r#"{"message":"The requested resource was not found.","code":"not.found","status":404,"contextId":"c"}"#,
        says: "The way there works",
        ..DIRECT
    },
    Case {
        rule: "api.query-refused",
        status: 400,
        body: r#"{"message":"Invalid value 5000 for pageSize","code":"invalid.query.param.value","status":400,"contextId":"c"}"#,
        says: "pageSize",
        ..PROXIED
    },
    Case {
        rule: "api.bad-request",
        method: "POST",
        status: 400,
        body: r#"{"message":"The value of name is missing","code":"constraint.validation","status":400,"contextId":"c"}"#,
        says: "name is missing",
        ..DIRECT
    },
    Case {
        rule: "api.answer-too-large",
        status: 400,
        body: r#"{"message":"The response is over the size limit","code":"response.entity.too.large","status":400,"contextId":"c"}"#,
        says: "smaller pageSize",
        ..DIRECT
    },
    Case {
        rule: "api.body-too-large",
        method: "POST",
        sent_bytes: 4_000_000,
        status: 413,
        body: r#"{"message":"The request is over the size limit. Maximum bytes: 3000000","code":"request.entity.too.large","status":413,"contextId":"c"}"#,
        says: "3000000",
        ..DIRECT
    },
    Case {
        rule: "api.media-type",
        method: "POST",
        status: 415,
        body: r#"{"message":"Unsupported media type","code":"unsupported.media.type","status":415,"contextId":"c"}"#,
        says: "Content-Type",
        ..PROXIED
    },
    Case {
        rule: "api.client-slow",
        method: "POST",
        status: 408,
        body: r#"{"message":"timeout","code":"client.timeout","status":408,"contextId":"c"}"#,
        says: "body",
        ..DIRECT
    },
    Case {
        rule: "api.conflict",
        method: "PUT",
        status: 409,
        body: r#"{"message":"version 3 is not 4","code":"request.conflict","status":409,"contextId":"c"}"#,
        says: "version 3 is not 4",
        ..DIRECT
    },
    Case {
        rule: "api.rate-limited",
        status: 429,
        headers: &[REST, GENESYS, REMAPPED, &[("Retry-After", "42")]],
        body: r#"{"message":"Rate limit exceeded the maximum. Retry the request in [42] seconds","code":"too.many.requests.retry.after","status":429}"#,
        says: "Wait 42 s",
        ..USUAL
    },
    Case {
        rule: "api.unavailable",
        status: 503,
        body: r#"{"message":"Service Unavailable","code":"service.unavailable","status":503,"contextId":"c"}"#,
        says: "service.unavailable",
        ..DIRECT
    },
    Case {
        rule: "api.timeout",
        status: 504,
        body: r#"{"message":"The request timed out.","code":"request.timeout","status":504,"contextId":"c"}"#,
        says: "the gateway did not give up",
        ..PROXIED
    },
    Case {
        rule: "api.backend-refused",
        at: At::Http,
        status: 404,
        headers: &[HTTP],
        body: "<html>not here</html>",
        says: "nothing shows that it is Genesys Cloud",
        ..USUAL
    },
    Case {
        rule: "api.other",
        status: 422,
        body: r#"{"message":"strange","code":"quite.strange","status":422,"contextId":"c"}"#,
        says: "422: strange",
        ..DIRECT
    },
];
