//! The embedded Genesys Cloud: its login and its API, over one world of tokens, people and queues.
//! Requests come in whole and answers go out whole, with the headers that the real service's edge puts on them.

mod api;
mod edge;
mod errors;
mod limiter;
mod login;
mod paging;
mod people;
mod queue_book;
mod tokens;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::BodyExt;
use tower_service::Service;

use super::clock::SandboxClock;
use super::options::SandboxOptions;
use super::server::BODY_LIMIT;

use edge::Edge;
use errors::ApiError;
use limiter::Limiter;
use people::People;
use queue_book::QueueBook;
use tokens::Tokens;

/// What the answers are about. One per sandbox, in memory only.
#[derive(Debug)]
pub(super) struct World {
    clock: SandboxClock,
    login_origin: String,
    tokens: Tokens,
    request_limit: Limiter,
    token_limit: Limiter,
    people: People,
    queues: QueueBook,
}

/// The two Genesys services.
#[derive(Debug)]
pub(super) struct Genesys {
    world: Arc<World>,
    router: Router,
}

impl Genesys {
    /// `login_origin`: where the login listens, for its metadata document.
    pub(super) fn new(options: &SandboxOptions, login_origin: &str) -> Self {
        let world = Arc::new(World {
            clock: options.clock,
            login_origin: login_origin.to_owned(),
            tokens: Tokens::new(options.clock, options.token_lifetime),
            request_limit: Limiter::new(options.clock, options.requests_per_minute),
            token_limit: Limiter::new(options.clock, options.token_requests_per_minute),
            people: People::bundled(),
            queues: QueueBook::bundled(),
        });
        Self {
            router: api::router(Arc::clone(&world)),
            world,
        }
    }

    /// `api.{domain}`. HEAD is answered like GET, without the body.
    pub(super) async fn api(&self, mut request: Request<Bytes>) -> Response<Bytes> {
        let edge = Edge::of(&request);
        if request.method() == Method::HEAD {
            *request.method_mut() = Method::GET;
        }
        request.extensions_mut().insert(edge.usage());
        let Ok(response) = self.router.clone().call(request.map(Body::from)).await;
        let (parts, body) = response.into_parts();
        let body = match body.collect().await {
            Ok(collected) => collected.to_bytes(),
            // Bodies are made from bytes in memory; a broken one cannot occur.
            Err(_) => Bytes::new(),
        };
        edge.leave(Response::from_parts(parts, body))
    }

    /// `login.{domain}`.
    pub(super) fn login(&self, request: &Request<Bytes>) -> Response<Bytes> {
        let edge = Edge::of(request);
        edge.leave(login::answer(&self.world, request))
    }

    /// The answer to a request of more than [`BODY_LIMIT`] bytes, whose body was not kept.
    pub(super) fn too_large() -> Response<Bytes> {
        let request = Request::new(Bytes::new());
        Edge::of(&request).leave(ApiError::entity_too_large(BODY_LIMIT).into_bytes())
    }
}
