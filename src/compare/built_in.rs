//! What differs in every answer by its nature, as data that can be shown: facts/amazon-api-gateway.md section 2, "Comparison defaults".
//! It never counts against "identical", is listed apart, and cannot be switched off; what can be switched off is a shipped rule (`model::rules`).

use crate::model::rules::header_fits;

/// A header of the built-in list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuiltInField {
    /// Lower case; `*` at the end stands for any rest.
    pub name: &'static str,
    pub scope: BuiltInScope,
    pub because: &'static str,
}

/// What of a header does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuiltInScope {
    /// Its values, and whether it is there.
    Whole,
    /// Its values; that one side lacks it is a difference.
    Values,
    /// The values of cookies; their names and attributes are compared.
    CookieValues,
}

const HOP: &str = "belongs to the connection, not to the answer";
const MOMENT: &str = "the moment of the answer";
const TRACE: &str = "an id of the one answer";
const SENDER: &str = "says which machine sent it";
const CACHE: &str = "says how a cache on the way served it";
const COUNTER: &str = "a rate counter";

const FIELDS: [BuiltInField; 23] = [
    whole("date", MOMENT),
    whole("age", MOMENT),
    whole("connection", HOP),
    whole("keep-alive", HOP),
    whole("proxy-connection", HOP),
    whole("transfer-encoding", HOP),
    whole("trailer", HOP),
    whole("upgrade", HOP),
    whole(
        "content-length",
        "follows from the body, which is compared itself",
    ),
    whole(
        "content-encoding",
        "how the body travelled; bodies are compared decoded",
    ),
    whole("server", SENDER),
    whole("via", SENDER),
    whole("apigw-requestid", TRACE),
    whole("x-amzn-requestid", TRACE),
    whole("x-amz-apigw-id", TRACE),
    whole("x-amzn-trace-id", TRACE),
    whole("x-amz-cf-*", TRACE),
    whole("x-cache", CACHE),
    whole("alt-svc", SENDER),
    BuiltInField {
        name: "inin-correlation-id",
        scope: BuiltInScope::Values,
        because: TRACE,
    },
    whole("inin-ratelimit-count", COUNTER),
    whole("inin-ratelimit-reset", COUNTER),
    BuiltInField {
        name: "set-cookie",
        scope: BuiltInScope::CookieValues,
        because: "the value of a cookie is made for one answer",
    },
];

const fn whole(name: &'static str, because: &'static str) -> BuiltInField {
    BuiltInField {
        name,
        scope: BuiltInScope::Whole,
        because,
    }
}

/// The list itself.
#[must_use]
pub fn built_in_fields() -> &'static [BuiltInField] {
    &FIELDS
}

pub(super) fn built_in(name: &str) -> Option<&'static BuiltInField> {
    FIELDS.iter().find(|field| header_fits(field.name, name))
}
