//! Idle HTTP/1.1 connections, each kept for requests with the same origin, environment and network settings only.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
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

type Kept = Mutex<HashMap<PoolKey, Vec<(Instant, Idle)>>>;

pub(crate) struct Pool {
    kept: Arc<Kept>,
    idle_for: Duration,
}

impl Default for Pool {
    fn default() -> Self {
        Self {
            kept: Arc::default(),
            idle_for: IDLE_FOR,
        }
    }
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Pool")
    }
}

impl Pool {
    /// The connection that was used last, unless the server has closed it or it has been idle too long.
    pub(crate) fn take(&self, key: &PoolKey) -> Option<Idle> {
        let mut pool = locked(&self.kept);
        let kept = pool.get_mut(key)?;
        while let Some((since, idle)) = kept.pop() {
            if since.elapsed() < self.idle_for && is_quiet(&*idle.stream) {
                return Some(idle);
            }
        }
        // The key stays until the idle time is over: the task that closes knows by it that it is still needed.
        None
    }

    /// Keeps a connection for the idle time; then it is closed, whether or not anything else is sent.
    pub(crate) fn put(&self, key: PoolKey, idle: Idle) {
        let mut pool = locked(&self.kept);
        let first = pool.is_empty();
        let kept = pool.entry(key).or_default();
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push((Instant::now(), idle));
        drop(pool);
        if first {
            tokio::spawn(close_idle(Arc::downgrade(&self.kept), self.idle_for));
        }
    }
}

/// Runs as long as anything is kept; a pool that is gone has closed its connections itself.
async fn close_idle(pool: Weak<Kept>, idle_for: Duration) {
    loop {
        tokio::time::sleep(idle_for).await;
        let Some(pool) = pool.upgrade() else {
            return;
        };
        let mut pool = locked(&pool);
        pool.retain(|_, kept| {
            kept.retain(|(since, _)| since.elapsed() < idle_for);
            !kept.is_empty()
        });
        if pool.is_empty() {
            return;
        }
    }
}

fn locked(pool: &Kept) -> MutexGuard<'_, HashMap<PoolKey, Vec<(Instant, Idle)>>> {
    pool.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Nothing has arrived: neither the end of the connection nor bytes nobody asked for.
fn is_quiet(stream: &dyn Stream) -> bool {
    let mut byte = [std::mem::MaybeUninit::uninit(); 1];
    socket2::SockRef::from(stream.socket())
        .peek(&mut byte)
        .is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    fn key() -> PoolKey {
        PoolKey {
            environment: EnvironmentId::new("acme").expect("a slug"),
            origin: "http://127.0.0.1".to_owned(),
            version: HttpVersion::default(),
            proxy: None,
            proxy_credentials: None,
            ca_file: String::new(),
            trusted_fingerprint: String::new(),
            resolve: Vec::new(),
        }
    }

    async fn connection(listener: &TcpListener) -> (Idle, TcpStream) {
        let address = listener.local_addr().expect("an address");
        let (near, far) = tokio::join!(TcpStream::connect(address), listener.accept());
        let idle = Idle {
            stream: Box::new(near.expect("connected")),
            peer_address: address.to_string(),
            tls: None,
        };
        (idle, far.expect("accepted").0)
    }

    #[tokio::test]
    async fn idle_connections_are_closed_although_nothing_else_is_sent() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let pool = Pool {
            idle_for: Duration::from_millis(50),
            ..Pool::default()
        };
        // Twice: the task that closes ends with the last connection and has to begin anew.
        for round in 0..2 {
            let (idle, mut far) = connection(&listener).await;
            pool.put(key(), idle);
            let read = tokio::time::timeout(Duration::from_secs(10), far.read(&mut [0; 1]))
                .await
                .unwrap_or_else(|_| panic!("round {round}: not closed"));
            assert_eq!(read.ok(), Some(0), "round {round}");
            assert!(pool.take(&key()).is_none(), "round {round}");
        }
    }
}
