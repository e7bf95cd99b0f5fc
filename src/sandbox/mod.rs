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
//! [`Sandbox::break_gateways`] adds two doors with gateways that have one fault each (`gateway::broken`).
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

mod broken;
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

use crate::model::environment::{BrokenAddresses, SandboxAddresses};

pub use clock::SandboxClock;
pub use error::SandboxError;
pub use options::{SandboxOptions, SandboxPorts};

use gateway::{BrokenApi, HttpApi, RestApi};
use genesys::Genesys;
use server::{Door, Doorway};

/// A running sandbox. Dropping it stops it too, without waiting.
#[derive(Debug)]
pub struct Sandbox {
    addresses: SandboxAddresses,
    cancelled: CancellationToken,
    tasks: TaskTracker,
    options: SandboxOptions,
    genesys: Arc<Genesys>,
    names: http::Extensions,
}

impl Sandbox {
    /// Where the four doors listen.
    #[must_use]
    pub fn addresses(&self) -> SandboxAddresses {
        self.addresses.clone()
    }

    /// Starts the doors of the broken gateways as well, on free ports; once.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn break_gateways(&mut self) -> Result<SandboxAddresses, SandboxError> {
        if self.addresses.broken.is_some() {
            return Ok(self.addresses());
        }
        let elsewhere = Genesys::new(&self.options, &self.addresses.login);
        let api = Arc::new(BrokenApi::new(
            Arc::clone(&self.genesys),
            Arc::new(elsewhere),
            self.options.clock,
        ));
        let (plain, plain_address) = bind_one("broken gateways", 0).await?;
        let (secure, secure_address) = bind_one("gateway with a wrong certificate", 0).await?;
        let certificate = broken::wrong_certificate().map_err(|source| SandboxError::Listen {
            service: "gateway with a wrong certificate",
            port: secure_address.port(),
            source,
        })?;
        for (listener, port, certificate) in [
            (plain, plain_address.port(), None),
            (secure, secure_address.port(), Some(certificate)),
        ] {
            let door = broken::BrokenDoor {
                api: Arc::clone(&api),
                names: self.names.clone(),
                port,
                certificate,
            };
            self.tasks.spawn(broken::serve(
                listener,
                door,
                self.cancelled.clone(),
                self.tasks.clone(),
            ));
        }
        self.addresses.broken = Some(BrokenAddresses {
            plain: format!("http://{plain_address}"),
            secure: format!("https://{secure_address}"),
        });
        Ok(self.addresses())
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
        Door::RestApi(RestApi::new(Arc::clone(&genesys), options.clock)),
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
        options,
        genesys,
        names,
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
        broken: None,
    }
}
