//! What is worth knowing beside the answer.

use super::{At, Case, GENESYS, HTTP, REST, USUAL};

const REMAPPED: &[(&str, &str)] = &[("x-amzn-Remapped-Server", "istio-envoy")];
const PAGE: &str = r#"{"entities":[{"id":"1","selfUri":"/api/v2/users/1"}],"pageSize":5,"nextUri":"/api/v2/users?pageSize=5&pageNumber=2"}"#;
const PROXIED: Case = Case {
    headers: &[REST, GENESYS, REMAPPED],
    body: "{}",
    ..USUAL
};
const REQUIRED: &str = r#"{"message":"No authentication bearer token specified in authorization header.","code":"authentication.required","status":401,"contextId":"c1"}"#;

pub(super) const CASES: &[Case] = &[
    Case {
        rule: "also.status-masked",
        headers: &[REST],
        body: REQUIRED,
        says: "answered 200 although Genesys Cloud refused with 401",
        ..USUAL
    },
    Case {
        rule: "also.validator-missing",
        sent: &[],
        headers: &[REST],
        body: REQUIRED,
        says: "request validator",
        ..USUAL
    },
    Case {
        rule: "also.page-size-changed",
        headers: &[REST],
        body: PAGE,
        says: "pageSize",
        ..USUAL
    },
    Case {
        rule: "also.links-lose-stage",
        headers: &[REST, GENESYS, REMAPPED],
        body: PAGE,
        says: "stage test and API path /apipath",
        ..USUAL
    },
    Case {
        rule: "also.encoded-slash",
        target: "/test/apipath/api/v2/users/a%2Fb",
        says: "%252F",
        ..PROXIED
    },
    Case {
        rule: "also.encoded-slash",
        target: "/test/apipath/api/v2/users/a%2fb",
        says: "%252F",
        ..PROXIED
    },
    Case {
        rule: "also.hash",
        target: "/test/apipath/api/v2/users/a%23b",
        says: "ends the URL there",
        ..PROXIED
    },
    Case {
        rule: "also.stage-doubled",
        target: "/test/test/apipath/api/v2/users",
        status: 403,
        headers: &[
            REST,
            &[("x-amzn-ErrorType", "IncompleteSignatureException")],
        ],
        body: r#"{"message":"Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): 'QmVhcmVyIHRva2Vu='."}"#,
        says: "Stage test stands twice",
        ..USUAL
    },
    Case {
        rule: "also.stage-doubled",
        at: At::Http,
        method: "POST",
        target: "/test/test/loginpath/oauth/token",
        status: 404,
        headers: &[HTTP],
        body: r#"{"message":"Not Found"}"#,
        says: "Take the stage out of the login path",
        ..USUAL
    },
    Case {
        rule: "also.semicolon",
        target: "/test/apipath/api/v2/users?q=a;b",
        says: "%3B",
        ..PROXIED
    },
    Case {
        rule: "also.reserved-characters",
        target: "/test/apipath/api/v2/users?q=a|b",
        says: "%7C",
        ..PROXIED
    },
    Case {
        rule: "also.trailing-slash",
        target: "/test/apipath/api/v2/users/",
        says: "slash",
        ..PROXIED
    },
    Case {
        rule: "also.lower-case-names",
        sent: &[("authorization", "Bearer x")],
        status: 400,
        headers: &[REST, &[("x-amzn-ErrorType", "BadRequestException")]],
        body: r#"{"message": "Missing required request parameters: [Authorization]"}"#,
        says: "usual header names",
        ..USUAL
    },
    Case {
        rule: "also.maybe-cached",
        headers: &[REST, GENESYS, REMAPPED, &[("Age", "17")]],
        body: "{}",
        says: "same id twice",
        ..USUAL
    },
    Case {
        rule: "also.headers-remapped",
        says: "renamed headers",
        ..PROXIED
    },
    Case {
        rule: "also.headers-dropped",
        headers: &[REST],
        body: PAGE,
        says: "rate-limit counters",
        ..USUAL
    },
    Case {
        rule: "also.kind-differs",
        headers: &[HTTP, GENESYS],
        body: "{}",
        says: "kind of API",
        ..USUAL
    },
    Case {
        rule: "also.no-gateway-shown",
        at: At::CustomDomain,
        headers: &[GENESYS],
        body: "{}",
        says: "Nothing in the answer shows an API Gateway",
        ..USUAL
    },
    Case {
        rule: "also.clock",
        at: At::Direct,
        target: "/api/v2/date",
        headers: &[GENESYS, &[("Date", "Tue, 24 Nov 2026 10:05:00 GMT")]],
        body: "{}",
        says: "clock",
        ..USUAL
    },
];
