//! REST APIs with one fault each: a stage for every fault, and otherwise the proxy routes of the guide's API.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, Request, Response, StatusCode, Uri};

use crate::model::broken_gateways::BrokenGateway;

use super::super::clock::SandboxClock;
use super::super::genesys::Genesys;
use super::backend::Backend;
use super::rest::{RestApi, identified, unknown_route};
use super::rest_errors::RestError;
use super::routes::{self, Target};

/// What the slow gateway's integration waits: its timeout is set low, so that nobody has to wait half a minute.
const SHORT_TIMEOUT: Duration = Duration::from_secs(3);
/// Requests that the throttled stage lets through in a window.
const BURST: u32 = 3;
const WINDOW: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(in crate::sandbox) struct BrokenApi {
    rest: RestApi,
    /// Another region: its own tokens, the same kind of people.
    elsewhere: RestApi,
    clock: SandboxClock,
    let_through: Mutex<Option<(Instant, u32)>>,
}

impl BrokenApi {
    pub(in crate::sandbox) fn new(
        genesys: Arc<Genesys>,
        elsewhere: Arc<Genesys>,
        clock: SandboxClock,
    ) -> Self {
        Self {
            rest: RestApi::new(genesys, clock),
            elsewhere: RestApi::new(elsewhere, clock),
            clock,
            let_through: Mutex::default(),
        }
    }

    /// `lower_case`: the request wrote `authorization` in lower case.
    pub(in crate::sandbox) async fn answer(
        &self,
        request: Request<Bytes>,
        lower_case: bool,
    ) -> Response<Bytes> {
        identified(self.integrated(request, lower_case).await)
    }

    async fn integrated(
        &self,
        request: Request<Bytes>,
        lower_case: bool,
    ) -> Result<Response<Bytes>, RestError> {
        let (mut parts, body) = request.into_parts();
        let (stage, path) = routes::split_stage(parts.uri.path());
        let broken = BrokenGateway::of_stage(stage).ok_or(RestError::Forbidden)?;
        let path = path.to_owned();
        if broken == BrokenGateway::Throttled && self.is_used_up() {
            return Err(RestError::TooManyRequests);
        }
        let Some(Target::Proxy { backend, rest }) = routed(broken, &parts, &path) else {
            return Err(unknown_route(&parts.headers));
        };
        admits(broken, backend, &parts.headers, lower_case)?;
        if backend == Backend::Api {
            change(broken, &mut parts);
        }
        match (broken, backend) {
            (BrokenGateway::SlowBackend, Backend::Api) => {
                tokio::time::sleep(self.clock.real(SHORT_TIMEOUT)).await;
                Err(RestError::IntegrationTimeout)
            }
            (BrokenGateway::WrongRegion, Backend::Api) => {
                self.elsewhere.proxied(&parts, body, backend, rest).await
            }
            (BrokenGateway::StatusMasked, Backend::Api) => {
                let mut response = self.rest.proxied(&parts, body, backend, rest).await?;
                *response.status_mut() = StatusCode::OK;
                Ok(response)
            }
            _ => self.rest.proxied(&parts, body, backend, rest).await,
        }
    }

    fn is_used_up(&self) -> bool {
        let now = Instant::now();
        let mut window = self.let_through.lock().expect("held by nobody who panics");
        let (opened, count) = match *window {
            Some((opened, count)) if self.clock.between(opened, now) < WINDOW => (opened, count),
            _ => (now, 0),
        };
        *window = Some((opened, count.saturating_add(1)));
        count >= BURST
    }
}

fn routed<'path>(broken: BrokenGateway, parts: &Parts, path: &'path str) -> Option<Target<'path>> {
    // A greedy route at the top would take the login's path to the API.
    if broken == BrokenGateway::LoginPathMissing && !path.starts_with("/apipath/") {
        return None;
    }
    routes::proxy(&parts.method, path)
}

/// What a gateway asks for before it passes anything on.
fn admits(
    broken: BrokenGateway,
    backend: Backend,
    headers: &HeaderMap,
    lower_case: bool,
) -> Result<(), RestError> {
    match broken {
        BrokenGateway::HeaderCase
            if backend == Backend::Api && (lower_case || !headers.contains_key(AUTHORIZATION)) =>
        {
            Err(RestError::AuthorizationMissing)
        }
        // No usage plan holds any key.
        BrokenGateway::ApiKeyNeeded => Err(RestError::Forbidden),
        BrokenGateway::SignatureNeeded => Err(match headers.get(AUTHORIZATION) {
            Some(value) if value.as_bytes().starts_with(b"AWS4-HMAC-SHA256") => {
                RestError::UnknownSigner
            }
            _ => unknown_route(headers),
        }),
        _ => Ok(()),
    }
}

/// What is done to a request on its way to the API.
fn change(broken: BrokenGateway, parts: &mut Parts) {
    if broken == BrokenGateway::AuthorizationDropped {
        parts.headers.remove(AUTHORIZATION);
    }
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let changed = match broken {
        BrokenGateway::QueryDropped => String::new(),
        BrokenGateway::QueryFixed => {
            let kept = query
                .split('&')
                .filter(|part| !part.is_empty() && part.split('=').next() != Some("pageSize"));
            kept.chain(["pageSize=5"]).collect::<Vec<_>>().join("&")
        }
        BrokenGateway::QueryAppended if query.is_empty() => "expand=presence".to_owned(),
        BrokenGateway::QueryAppended => format!("{query}&expand=presence"),
        _ => return,
    };
    let path = parts.uri.path();
    let target = if changed.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{changed}")
    };
    if let Ok(uri) = target.parse::<Uri>() {
        parts.uri = uri;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_changed_as_the_fault_says() {
        let table = [
            (BrokenGateway::QueryDropped, "/x?pageSize=2&a=1", "/x"),
            (
                BrokenGateway::QueryFixed,
                "/x?pageSize=2&a=1",
                "/x?a=1&pageSize=5",
            ),
            (BrokenGateway::QueryFixed, "/x", "/x?pageSize=5"),
            (
                BrokenGateway::QueryAppended,
                "/x?a=1",
                "/x?a=1&expand=presence",
            ),
            (BrokenGateway::QueryAppended, "/x", "/x?expand=presence"),
            (BrokenGateway::StatusMasked, "/x?a=1", "/x?a=1"),
        ];
        for (broken, before, after) in table {
            let request = Request::builder().uri(before).body(()).expect("valid");
            let (mut parts, ()) = request.into_parts();
            change(broken, &mut parts);
            assert_eq!(parts.uri, after, "{broken:?} {before}");
        }
    }
}
