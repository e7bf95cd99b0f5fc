//! `/api/v2/routing/queues`: listing, reading, and writing in memory.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::response::IntoResponse;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::super::World;
use super::super::paging::{Page, Query};
use super::super::queue_book::Queue;
use super::{Answer, Caller, id_of, object_of, with_json};

type Id = Result<Path<String>, PathRejection>;

pub(super) async fn list(
    _: Caller,
    State(world): State<Arc<World>>,
    RawQuery(raw): RawQuery,
) -> Answer {
    let query = Query::parse(raw.as_deref());
    let page = Page::of(&query)?;
    let found = world.queues.named(query.last("name"));
    let body = page.listing("/api/v2/routing/queues", &query, &found, Queue::shape);
    Ok(with_json(&body))
}

pub(super) async fn one(_: Caller, State(world): State<Arc<World>>, path: Id) -> Answer {
    let queue = world.queues.by_id(&id_of(path)?)?;
    Ok(with_json(&queue.shape()))
}

pub(super) async fn create(
    _: Caller,
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let queue = world.queues.create(object_of(&headers, &body)?)?;
    Ok(with_json(&queue.shape()))
}

pub(super) async fn replace(
    _: Caller,
    State(world): State<Arc<World>>,
    path: Id,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    changed(&world, path, &headers, &body, true)
}

pub(super) async fn change(
    _: Caller,
    State(world): State<Arc<World>>,
    path: Id,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    changed(&world, path, &headers, &body, false)
}

/// `whole`: what the body does not name goes back to its default.
fn changed(world: &World, path: Id, headers: &HeaderMap, body: &Bytes, whole: bool) -> Answer {
    let fields = object_of(headers, body)?;
    let queue = world.queues.change(&id_of(path)?, fields, whole)?;
    Ok(with_json(&queue.shape()))
}

pub(super) async fn delete(_: Caller, State(world): State<Arc<World>>, path: Id) -> Answer {
    world.queues.delete(&id_of(path)?)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
