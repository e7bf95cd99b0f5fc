//! From host names to addresses: the system's resolver, fixed addresses of an environment, and address literals.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;

use crate::model::environment::ResolveOverride;

/// A lookup under way.
pub type Lookup<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send + 'a>>;

/// Looks names up. `Transport::with_resolver` takes another one than the system's.
pub trait Resolver: std::fmt::Debug + Send + Sync {
    /// All addresses of `host`, in the order in which they are to be tried.
    fn lookup(&self, host: &str) -> Lookup<'_>;
}

/// `getaddrinfo`, on the blocking pool: dropping the future does not wait for it.
#[derive(Debug, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn lookup(&self, host: &str) -> Lookup<'_> {
        let host = host.to_owned();
        Box::pin(async move {
            let addresses = tokio::net::lookup_host((host.as_str(), 0)).await?;
            Ok(addresses.map(|address| address.ip()).collect())
        })
    }
}

/// The addresses of `host` that need no lookup: literals, overrides, `localhost` and names below it (RFC 6761 section 6.3).
pub(crate) fn known(host: &str, overrides: &[ResolveOverride]) -> Option<Vec<IpAddr>> {
    if let Some(fixed) = overrides
        .iter()
        .find(|entry| entry.host.eq_ignore_ascii_case(host))
        .and_then(|entry| bare(&entry.address).parse().ok())
    {
        return Some(vec![fixed]);
    }
    if let Ok(literal) = bare(host).parse() {
        return Some(vec![literal]);
    }
    is_localhost(host).then(|| {
        vec![
            IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(Ipv6Addr::LOCALHOST),
        ]
    })
}

/// This computer itself, which no proxy is ever asked for.
pub(crate) fn is_loopback(host: &str) -> bool {
    is_localhost(host)
        || bare(host.trim_end_matches('.'))
            .parse::<IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}

fn is_localhost(host: &str) -> bool {
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

fn bare(host: &str) -> &str {
    host.strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(host)
}

/// Both families in turn (RFC 8305), beginning with the family the resolver put first.
pub(crate) fn in_turn(addresses: &[IpAddr], port: u16) -> Vec<SocketAddr> {
    let first_family = addresses.first().is_some_and(IpAddr::is_ipv6);
    let (first, second): (Vec<_>, Vec<_>) = addresses
        .iter()
        .partition(|address| address.is_ipv6() == first_family);
    let mut order = Vec::with_capacity(addresses.len());
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    loop {
        let pair = (first.next(), second.next());
        if pair == (None, None) {
            return order;
        }
        for address in [pair.0, pair.1].into_iter().flatten() {
            let address = SocketAddr::new(address, port);
            if !order.contains(&address) {
                order.push(address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_hosts_need_no_lookup() {
        let overrides = [ResolveOverride {
            host: "api.example.test".to_owned(),
            address: "203.0.113.7".to_owned(),
        }];
        let table = [
            ("API.example.test", Some("203.0.113.7")),
            ("[::1]", Some("::1")),
            ("127.0.0.1", Some("127.0.0.1")),
            ("foo.localhost", Some("127.0.0.1")),
            ("Localhost.", Some("127.0.0.1")),
            ("notlocalhost", None),
            ("other.example.test", None),
        ];
        for (host, expected) in table {
            let first = known(host, &overrides).map(|addresses| addresses[0].to_string());
            assert_eq!(first.as_deref(), expected, "{host}");
        }
    }

    #[test]
    fn loopback_is_told_by_name_and_address() {
        for (host, expected) in [
            ("localhost", true),
            ("LOCALHOST.", true),
            ("a.localhost", true),
            ("127.9.8.7", true),
            ("[::1]", true),
            ("localhost.example.test", false),
            ("10.0.0.1", false),
        ] {
            assert_eq!(is_loopback(host), expected, "{host}");
        }
    }

    #[test]
    fn families_take_turns() {
        let addresses: Vec<IpAddr> = ["::1", "::2", "10.0.0.1", "::1"]
            .iter()
            .map(|text| text.parse().unwrap())
            .collect();
        let order: Vec<String> = in_turn(&addresses, 80)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(order, ["[::1]:80", "10.0.0.1:80", "[::2]:80"]);
    }
}
