//! No answer at all, and answers of whatever stands between.

use super::{At, Case, USUAL};
use crate::model::exchange::SendErrorKind as K;
use crate::model::timings::Phase;

const fn failed(rule: &'static str, kind: K, phase: Phase, says: &'static str) -> Case {
    Case {
        rule,
        failed: Some((kind, phase)),
        says,
        ..USUAL
    }
}

pub(super) const CASES: &[Case] = &[
    failed(
        "nobody.no-name-service",
        K::NoNameService,
        Phase::Dns,
        "no name server answered",
    ),
    failed(
        "nobody.names-too-slow",
        K::ConnectTimeout,
        Phase::Dns,
        "no name server answered",
    ),
    failed(
        "nobody.api-id-not-found",
        K::NameNotResolved,
        Phase::Dns,
        "no API a1b2c3d4e5 in us-west-2",
    ),
    Case {
        at: At::CustomDomain,
        ..failed(
            "nobody.name-not-found",
            K::NameNotResolved,
            Phase::Dns,
            "api.acme.example",
        )
    },
    failed("nobody.refused", K::Refused, Phase::Tcp, "443 only"),
    failed(
        "nobody.unreachable",
        K::ConnectTimeout,
        Phase::Tcp,
        "could not be reached",
    ),
    failed(
        "nobody.certificate-intercepted",
        K::CertificateUnknownAuthority,
        Phase::Tls,
        "CA file",
    ),
    failed(
        "nobody.certificate-name",
        K::CertificateWrongName,
        Phase::Tls,
        "not for a1b2c3d4e5",
    ),
    failed(
        "nobody.certificate-time",
        K::CertificateExpired,
        Phase::Tls,
        "clock",
    ),
    Case {
        at: At::CustomDomain,
        ..failed(
            "nobody.mutual-tls",
            K::Reset,
            Phase::Tls,
            "client certificate",
        )
    },
    failed("nobody.tls", K::Tls, Phase::Tls, "No TLS connection"),
    Case {
        method: "POST",
        ..failed(
            "nobody.first-byte-after-writing",
            K::FirstByteTimeout,
            Phase::Wait,
            "before sending POST again",
        )
    },
    failed(
        "nobody.first-byte",
        K::FirstByteTimeout,
        Phase::Wait,
        "longer than 30 s",
    ),
    failed("nobody.plain-http", K::Closed, Phase::Wait, "HTTPS only"),
    Case {
        at: At::Direct,
        ..failed(
            "nobody.broken-off",
            K::Reset,
            Phase::Download,
            "before the answer was whole",
        )
    },
    failed(
        "nobody.token",
        K::Token,
        Phase::Wait,
        "no token could be had",
    ),
    failed("nobody.cancelled", K::Cancelled, Phase::Wait, "cancelled"),
    Case {
        at: At::Direct,
        ..failed(
            "nobody.other",
            K::Protocol,
            Phase::Wait,
            "it did not come about",
        )
    },
    Case {
        rule: "way.proxy-credentials",
        status: 407,
        headers: &[&[("Proxy-Authenticate", "Basic realm=\"proxy\"")]],
        says: "user name and password",
        ..USUAL
    },
    Case {
        rule: "way.sign-in",
        status: 511,
        body: "<html>Welcome aboard</html>",
        says: "sign in",
        ..USUAL
    },
    Case {
        rule: "way.cloudfront-too-long",
        status: 413,
        headers: &[&[("x-amz-cf-id", "abc"), ("Server", "CloudFront")]],
        body: "<HTML><HEAD><TITLE>ERROR: The request could not be satisfied</TITLE></HEAD></HTML>",
        says: "too long",
        ..USUAL
    },
    Case {
        rule: "way.cloudfront",
        status: 403,
        headers: &[&[("x-amz-cf-id", "abc"), ("Server", "CloudFront")]],
        body: "<HTML><HEAD><TITLE>ERROR: The request could not be satisfied</TITLE></HEAD></HTML>",
        says: "CloudFront itself",
        ..USUAL
    },
    Case {
        rule: "way.payload-limit",
        method: "POST",
        sent_bytes: 11_000_000,
        status: 413,
        body: "HTTP content length exceeded 10485760 bytes.",
        says: "10 MB",
        ..USUAL
    },
    Case {
        rule: "way.aws-service",
        status: 403,
        headers: &[&[
            ("x-amzn-RequestId", "0d4c7a3e"),
            ("x-amzn-ErrorType", "AccessDeniedException"),
        ]],
        body: r#"{"Message":"Forbidden"}"#,
        says: "Nothing shows that it is an API Gateway",
        ..USUAL
    },
    Case {
        rule: "way.proxy",
        status: 403,
        headers: &[&[
            ("X-Squid-Error", "ERR_ACCESS_DENIED 0"),
            ("Server", "squid/5.7"),
        ]],
        body: "<html>Access Denied</html>",
        says: "A proxy on the way",
        ..USUAL
    },
    Case {
        rule: "way.page-instead-of-answer",
        status: 200,
        headers: &[&[("Content-Type", "text/html"), ("Server", "nginx")]],
        body: "<!doctype html><html><body>Hotel</body></html>",
        says: "A web page came back",
        ..USUAL
    },
    Case {
        rule: "way.other-refusal",
        status: 404,
        headers: &[&[("Server", "nginx/1.25")]],
        body: "<html><body><center><h1>404 Not Found</h1></center></body></html>",
        says: "nginx/1.25",
        ..USUAL
    },
    Case {
        rule: "way.other-refusal",
        status: 404,
        headers: &[&[
            ("Server", "kong/3.4.0"),
            ("Content-Type", "application/json"),
        ]],
        body: r#"{"message":"no Route matched with those values"}"#,
        says: "kong/3.4.0",
        ..USUAL
    },
];
