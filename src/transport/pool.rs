//! Idle HTTP/1.1 connections, each kept for requests with the same origin, environment and network settings only.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};

use crate::model::environment::{HttpVersion, ResolveOverride};
use crate::model::exchange::TlsInfo;
use crate::model::ids::EnvironmentId;
use crate::model::resolved::ResolvedRequest;

use super::connect::Stream;
use super::proxy::ProxyServer;

/// Shorter than the idle time of usual servers (5 s and more), so that a connection is rarely found closed.
const IDLE_FOR: Duration = Duration::from_secs(4);
/// Idle connections kept for one key.
const KEPT: usize = 8;

/// What has to be equal for a connection to be used again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct PoolKey {
    environment: EnvironmentId,
    origin: String,
    version: HttpVersion,
    proxy: Option<String>,
    /// SHA-256 of the proxy's credentials.
    proxy_credentials: Option<[u8; 32]>,
    ca_file: String,
    trusted_fingerprint: String,
    resolve: Vec<(String, String)>,
}

impl PoolKey {
    pub(crate) fn new(request: &ResolvedRequest, proxy: Option<&ProxyServer>) -> Self {
        let pair = |entry: &ResolveOverride| (entry.host.clone(), entry.address.clone());
        Self {
            environment: request.environment.clone(),
            origin: request.url.origin(),
            version: request.network.http_version,
            proxy: proxy.map(ProxyServer::label),
            proxy_credentials: proxy
                .and_then(ProxyServer::authorization)
                .map(|value| Sha256::digest(value).into()),
            ca_file: request.network.ca_file.clone(),
            trusted_fingerprint: request.network.trusted_fingerprint.clone(),
            resolve: request.network.resolve.iter().map(pair).collect(),
        }
    }
}

/// A connection between two requests.
pub(crate) struct Idle {
    pub(crate) stream: Box<dyn Stream>,
    pub(crate) peer_address: String,
    pub(crate) tls: Option<TlsInfo>,
}

#[derive(Default)]
pub(crate) struct Pool(Mutex<HashMap<PoolKey, Vec<(Instant, Idle)>>>);

impl std::fmt::Debug for Pool {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Pool")
    }
}

impl Pool {
    /// The connection that was used last, unless the server has closed it or it has been idle too long.
    pub(crate) fn take(&self, key: &PoolKey) -> Option<Idle> {
        let mut pool = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = pool.get_mut(key)?;
        while let Some((since, idle)) = kept.pop() {
            if since.elapsed() < IDLE_FOR && is_quiet(&*idle.stream) {
                return Some(idle);
            }
        }
        None
    }

    pub(crate) fn put(&self, key: PoolKey, idle: Idle) {
        let mut pool = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pool.retain(|_, kept| {
            kept.retain(|(since, _)| since.elapsed() < IDLE_FOR);
            !kept.is_empty()
        });
        let kept = pool.entry(key).or_default();
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push((Instant::now(), idle));
    }
}

/// Nothing has arrived: neither the end of the connection nor bytes nobody asked for.
fn is_quiet(stream: &dyn Stream) -> bool {
    let mut byte = [std::mem::MaybeUninit::uninit(); 1];
    socket2::SockRef::from(stream.socket())
        .peek(&mut byte)
        .is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
}
