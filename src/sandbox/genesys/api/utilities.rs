//! Resources that any token may read.

use axum::body::Body;
use axum::extract::RawQuery;
use http::Response;
use serde_json::json;

use super::super::paging::{Page, Query};
use super::super::queue_book;
use super::{Answer, Caller, with_json};

/// Differs from call to call, as a clock does.
pub(super) async fn date(_: Caller) -> Response<Body> {
    with_json(&json!({ "currentDate": queue_book::now() }))
}

/// Names and offsets from UTC in seconds, without daylight saving time.
const TIME_ZONES: [(&str, i32); 12] = [
    ("America/Los_Angeles", -28_800),
    ("America/New_York", -18_000),
    ("America/Sao_Paulo", -10_800),
    ("Asia/Dubai", 14_400),
    ("Asia/Kolkata", 19_800),
    ("Asia/Singapore", 28_800),
    ("Asia/Tokyo", 32_400),
    ("Australia/Sydney", 36_000),
    ("Europe/Berlin", 3_600),
    ("Europe/London", 0),
    ("Europe/Zurich", 3_600),
    ("UTC", 0),
];

pub(super) async fn time_zones(_: Caller, RawQuery(raw): RawQuery) -> Answer {
    let query = Query::parse(raw.as_deref());
    let page = Page::of(&query)?;
    let body = page.listing(
        "/api/v2/timezones",
        &query,
        &TIME_ZONES,
        |(id, offset)| json!({ "id": id, "offset": offset }),
    );
    Ok(with_json(&body))
}

/// Addresses from the blocks kept for documentation (RFC 5737).
pub(super) async fn ip_ranges(_: Caller) -> Response<Body> {
    let range = |cidr: &str, service: &str| json!({ "cidr": cidr, "service": service, "region": "us-east-1", "direction": "both" });
    with_json(&json!({
        "entities": [
            range("192.0.2.0/25", "data-actions"),
            range("198.51.100.0/26", "open-messaging"),
            range("203.0.113.64/27", "smtp"),
        ],
    }))
}
