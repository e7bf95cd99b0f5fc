//! The embedded Genesys Cloud and the two gateways in front of it, on 127.0.0.1, server side only.
//!
//! [`start`] binds four doors and serves them until the [`Sandbox`] is stopped or dropped:
//!
//! ```text
//!  login     POST /oauth/token, GET /.well-known/oauth-authorization-server
//!  api       /api/v2/users, routing/queues, tokens/me, organizations/me, date, …
//!  http_api  $default and /test:  ANY /{proxy+} -> api, /loginpath/{proxy+} -> login, /apipath/{proxy+} -> api
//!  rest_api  /test:               the same three, and the non-proxy GET /users
//! ```
//!
//! The gateways call Genesys in process: what a gateway drops, adds, renames or masks is done on the way in and out,
//! exactly as if a second connection lay between them. Nothing here knows how answers are explained or compared.
//!
//! Two analytics reports (`/api/v2/analytics/conversations/details` and its `/query`) take 35 s of sandbox time, longer than
//! either gateway waits: there the gateways' own timeouts can be seen.
//!
//! Behaviour follows what is documented or recorded about the real services. What is not verified about them is left out
//! or kept plain; these are the places:
//!
//! * REST API: what it answers to a raw `|`, `{` or `}` in a query (forwarded as they came), whether it decodes query values
//!   (it does not here), whether a trailing slash reaches the backend (it does), which part of `Authorization` is hashed into
//!   `IncompleteSignatureException` (the whole value), what an `Authorization` with an equals sign gets (the same),
//!   whether a mapping finds a header in another letter case (it does), the status of INTEGRATION_FAILURE, the texts of
//!   EXPIRED_TOKEN and UNSUPPORTED_MEDIA_TYPE, whether `X-HTTP-Method-Override` counts on other methods than POST (it does
//!   not), the answer to more than 10,240 bytes of headers (none of its own).
//! * HTTP API: the texts of 403, 413 and 500, the answer to an oversized header, extra methods beyond the usual seven (404).
//!   A body over 10 MB gets the plain text that was seen, from both kinds of gateway, with status 413.
//! * Login: the answers to an unsupported or missing grant are the standard's; other paths answer 404 without a body.
//! * API: 405 has the usual error body with the code `method.not.allowed`; whether every resource answers HEAD and OPTIONS
//!   (they do); the size limit of a request (10 MB); the status of a successful queue creation (200) and deletion (204).
//! * Authorizers, API keys, usage plans, WAF, caching, custom domains and mutual TLS are no part of the guide's gateways.

mod clock;
mod error;
mod gateway;
mod genesys;
mod header_case;
mod host_guard;
mod identifiers;
mod options;
mod server;

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::model::environment::SandboxAddresses;

pub use clock::SandboxClock;
pub use error::SandboxError;
pub use options::{SandboxOptions, SandboxPorts};

use gateway::{HttpApi, RestApi};
use genesys::Genesys;
use server::{Door, Doorway};

/// A running sandbox. Dropping it stops it too, without waiting.
#[derive(Debug)]
pub struct Sandbox {
    addresses: SandboxAddresses,
    cancelled: CancellationToken,
    tasks: TaskTracker,
}

impl Sandbox {
    /// Where the four doors listen.
    #[must_use]
    pub fn addresses(&self) -> SandboxAddresses {
        self.addresses.clone()
    }

    /// Closes the doors and every connection, and returns when the ports are free again.
    pub async fn stop(self) {
        self.cancelled.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.cancelled.cancel();
    }
}

/// Binds the four doors on 127.0.0.1 and serves them on the runtime that this is called in.
pub async fn start(options: SandboxOptions) -> Result<Sandbox, SandboxError> {
    let listeners = bind(options.ports).await?;
    let addresses = addresses_of(&listeners);
    let genesys = Arc::new(Genesys::new(&options, &addresses.login));
    let names = header_case::recorded_names().await;
    let cancelled = CancellationToken::new();
    let tasks = TaskTracker::new();
    let doors = [
        Door::Api(Arc::clone(&genesys)),
        Door::Login(Arc::clone(&genesys)),
        Door::HttpApi(HttpApi::new(Arc::clone(&genesys), options.clock)),
        Door::RestApi(RestApi::new(genesys, options.clock)),
    ];
    for (door, (listener, address)) in doors.into_iter().zip(listeners) {
        let doorway = Doorway::new(door, address.port(), names.clone());
        tasks.spawn(server::serve(
            listener,
            Arc::new(doorway),
            cancelled.clone(),
            tasks.clone(),
        ));
    }
    Ok(Sandbox {
        addresses,
        cancelled,
        tasks,
    })
}

type Bound = (TcpListener, SocketAddr);

/// In the order api, login, HTTP API, REST API.
async fn bind(ports: SandboxPorts) -> Result<[Bound; 4], SandboxError> {
    let [api, login, http_api, rest_api] = ports.numbers()?;
    Ok([
        bind_one("API", api).await?,
        bind_one("login", login).await?,
        bind_one("HTTP API gateway", http_api).await?,
        bind_one("REST API gateway", rest_api).await?,
    ])
}

async fn bind_one(service: &'static str, port: u16) -> Result<Bound, SandboxError> {
    let failed = |source| SandboxError::Listen {
        service,
        port,
        source,
    };
    let listener = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|source| match source.kind() {
            std::io::ErrorKind::AddrInUse => SandboxError::PortTaken { service, port },
            std::io::ErrorKind::PermissionDenied => SandboxError::PortForbidden { service, port },
            _ => failed(source),
        })?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

fn addresses_of(listeners: &[Bound; 4]) -> SandboxAddresses {
    let [api, login, http_api, rest_api] = listeners
        .each_ref()
        .map(|(_, address)| format!("http://{address}"));
    SandboxAddresses {
        api,
        login,
        http_api,
        rest_api,
    }
}
