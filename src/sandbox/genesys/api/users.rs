//! `/api/v2/users`: listing and reading. The demo client may not write.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};

use super::super::World;
use super::super::errors::ApiError;
use super::super::paging::{Page, Query};
use super::super::people::Person;
use super::{Answer, Caller, id_of, with_json};

pub(super) async fn list(
    _: Caller,
    State(world): State<Arc<World>>,
    RawQuery(raw): RawQuery,
) -> Answer {
    let query = Query::parse(raw.as_deref());
    let page = Page::of(&query)?;
    let found = selected(&world, &query)?;
    let expand = query.list("expand");
    let body = page.listing("/api/v2/users", &query, &found, |person| {
        world.people.shape(person, &expand)
    });
    Ok(with_json(&body))
}

/// Filtered by `id` and `state` and in `sortOrder`.
fn selected<'world>(world: &'world World, query: &Query) -> Result<Vec<&'world Person>, ApiError> {
    let ids = query.list("id");
    let state = one_of(query, "state", &["active", "inactive", "deleted", "any"])?;
    let order = one_of(
        query,
        "sortOrder",
        &["ascending", "descending", "asc", "desc"],
    )?;
    let mut found: Vec<&Person> = world
        .people
        .all()
        .iter()
        .filter(|person| ids.is_empty() || ids.contains(&person.id()))
        .filter(|person| state == "any" || person.state() == state)
        .collect();
    found.sort_by_key(|person| person.name().to_lowercase());
    if order.starts_with("desc") {
        found.reverse();
    }
    Ok(found)
}

/// The value of `name` in lower case, or the first of `allowed` when it is not given.
fn one_of(query: &Query, name: &str, allowed: &[&'static str]) -> Result<&'static str, ApiError> {
    let Some(value) = query.last(name) else {
        return Ok(allowed[0]);
    };
    allowed
        .iter()
        .find(|known| known.eq_ignore_ascii_case(value))
        .copied()
        .ok_or_else(|| ApiError::invalid_query(name, value, &format!("[{}]", allowed.join(", "))))
}

pub(super) async fn one(
    _: Caller,
    State(world): State<Arc<World>>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(raw): RawQuery,
) -> Answer {
    let query = Query::parse(raw.as_deref());
    let id = id_of(path)?;
    let person = world.people.by_id(&id).ok_or_else(ApiError::not_found)?;
    Ok(with_json(
        &world.people.shape(person, &query.list("expand")),
    ))
}

/// Client credentials have no user.
pub(super) async fn me(_: Caller) -> ApiError {
    ApiError::user_context_required()
}

pub(super) async fn create(_: Caller) -> ApiError {
    ApiError::missing_permission("directory:user:add")
}

pub(super) async fn change(_: Caller) -> ApiError {
    ApiError::missing_permission("directory:user:edit")
}

pub(super) async fn delete(_: Caller) -> ApiError {
    ApiError::missing_permission("directory:user:delete")
}
