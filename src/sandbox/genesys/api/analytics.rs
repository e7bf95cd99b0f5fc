//! Analytics over conversations: a report that takes longer than a gateway waits. Direct, it is answered; through a
//! gateway it ends in the gateway's timeout.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{RawQuery, State};
use bytes::Bytes;
use http::HeaderMap;
use serde_json::{Value, json};

use super::super::World;
use super::super::errors::ApiError;
use super::super::paging::Query;
use super::{Answer, Caller, object_of, with_json};

/// How long the report takes, in sandbox time: longer than the 29 s and 30 s of the gateways.
const REPORT_TIME: Duration = Duration::from_secs(35);

pub(super) async fn conversations(
    _: Caller,
    State(world): State<Arc<World>>,
    RawQuery(raw): RawQuery,
) -> Answer {
    let query = Query::parse(raw.as_deref());
    if query.list("id").is_empty() {
        return Err(ApiError::constraint("id", "must not be empty"));
    }
    report(&world).await;
    Ok(with_json(&json!({ "conversations": [] })))
}

pub(super) async fn query_conversations(
    _: Caller,
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let fields = object_of(&headers, &body)?;
    if !fields.get("interval").is_some_and(Value::is_string) {
        return Err(ApiError::constraint("interval", "must not be null"));
    }
    report(&world).await;
    Ok(with_json(&json!({ "conversations": [], "totalHits": 0 })))
}

async fn report(world: &World) {
    tokio::time::sleep(world.clock.real(REPORT_TIME)).await;
}
