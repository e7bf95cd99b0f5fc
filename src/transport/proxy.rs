//! Which way a request goes: straight or through a proxy; and the proxies' own handshakes (CONNECT, SOCKS 5).

use std::net::IpAddr;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::model::environment::{NetworkSettings, Proxy};
use crate::model::exchange::{SendError, SendErrorKind};
use crate::model::resolved::RequestUrl;
use crate::model::secret::Secret;
use crate::model::timings::Phase;

use super::connect::Stream;
use super::errors::{With, from_io, send_error};
use super::resolver::is_loopback;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ProxyKind {
    Http,
    /// TLS to the proxy itself.
    Https,
    Socks5,
    /// The proxy looks the name up.
    Socks5Hostname,
}

/// The proxy a request goes through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProxyServer {
    pub(crate) kind: ProxyKind,
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) credentials: Option<(String, Secret)>,
}

impl ProxyServer {
    /// `http://host:port`, without credentials.
    pub(crate) fn label(&self) -> String {
        let scheme = match self.kind {
            ProxyKind::Http => "http",
            ProxyKind::Https => "https",
            ProxyKind::Socks5 => "socks5",
            ProxyKind::Socks5Hostname => "socks5h",
        };
        format!("{scheme}://{}:{}", self.host, self.port)
    }

    pub(crate) fn is_socks(&self) -> bool {
        matches!(self.kind, ProxyKind::Socks5 | ProxyKind::Socks5Hostname)
    }

    /// The value of `Proxy-Authorization`.
    pub(crate) fn authorization(&self) -> Option<String> {
        let (user, password) = self.credentials.as_ref()?;
        let pair = format!("{user}:{}", password.expose());
        Some(format!("Basic {}", BASE64_STANDARD.encode(pair)))
    }
}

/// The proxy for this URL, if it goes through one. Loopback never does.
///
/// # Errors
/// A proxy address that cannot be understood.
pub(crate) fn route(
    settings: &NetworkSettings,
    password: Option<&Secret>,
    url: &RequestUrl,
) -> Result<Option<ProxyServer>, SendError> {
    if is_loopback(&url.host) {
        return Ok(None);
    }
    let Ok(target) = format!("{}/", url.origin()).parse::<http::Uri>() else {
        return Ok(None);
    };
    match &settings.proxy {
        Proxy::None => Ok(None),
        Proxy::System => Matcher::from_system()
            .intercept(&target)
            .map(|found| from_system(&found))
            .transpose(),
        Proxy::Explicit {
            url,
            user_name,
            bypass,
        } => {
            let mut server = parse(url)?;
            let exempt = Matcher::builder()
                .all("http://proxy.invalid:1")
                .no(bypass.join(","))
                .build()
                .intercept(&target)
                .is_none();
            if exempt {
                return Ok(None);
            }
            if !user_name.is_empty() {
                let password = password.cloned().unwrap_or_else(|| Secret::new(""));
                server.credentials = Some((user_name.clone(), password));
            }
            Ok(Some(server))
        }
    }
}

fn from_system(found: &Intercept) -> Result<ProxyServer, SendError> {
    let mut server = parse(&found.uri().to_string())?;
    if let Some((user, password)) = found.raw_auth() {
        server.credentials = Some((user.to_owned(), Secret::new(password)));
    } else if let Some(pair) = found.basic_auth().and_then(decode_basic) {
        server.credentials = Some(pair);
    }
    Ok(server)
}

fn decode_basic(value: &http::HeaderValue) -> Option<(String, Secret)> {
    let encoded = value.to_str().ok()?.strip_prefix("Basic ")?;
    let pair = String::from_utf8(BASE64_STANDARD.decode(encoded).ok()?).ok()?;
    let (user, password) = pair.split_once(':')?;
    Some((user.to_owned(), Secret::new(password)))
}

fn parse(text: &str) -> Result<ProxyServer, SendError> {
    let refuse = |reason: &str| {
        send_error(
            SendErrorKind::Configuration,
            None,
            format!("The proxy address cannot be used: {reason}"),
            "Write `http://host:port`, `https://host:port`, `socks5://host:port` or `socks5h://host:port`",
        )
    };
    let text = text.trim();
    let full = if text.contains("://") {
        text.to_owned()
    } else {
        format!("http://{text}")
    };
    let url = url::Url::parse(&full).map_err(|error| refuse(&error.to_string()))?;
    let (kind, port) = match url.scheme() {
        "http" => (ProxyKind::Http, 80),
        "https" => (ProxyKind::Https, 443),
        "socks5" => (ProxyKind::Socks5, 1080),
        "socks5h" => (ProxyKind::Socks5Hostname, 1080),
        other => {
            return Err(refuse(&format!(
                "`{other}` is not a kind of proxy spoken here"
            )));
        }
    };
    let host = url
        .host_str()
        .filter(|host| !host.is_empty())
        .ok_or_else(|| refuse("it names no host"))?;
    Ok(ProxyServer {
        kind,
        host: host.to_owned(),
        port: url.port().unwrap_or(port),
        credentials: (!url.username().is_empty()).then(|| {
            (
                percent_decode(url.username()),
                Secret::new(percent_decode(url.password().unwrap_or_default())),
            )
        }),
    })
}

fn percent_decode(text: &str) -> String {
    // A form decoder leaves everything but `+` and percent signs alone.
    url::form_urlencoded::parse(
        text.replace('+', "%2B")
            .replace('&', "%26")
            .replace('=', "%3D")
            .as_bytes(),
    )
    .next()
    .map(|(name, _)| name.into_owned())
    .unwrap_or_default()
}

/// Asks an HTTP proxy for a tunnel to `authority` (`host:port`).
pub(crate) async fn tunnel(
    stream: &mut dyn Stream,
    server: &ProxyServer,
    authority: &str,
) -> Result<(), SendError> {
    let label = server.label();
    let io = |error: std::io::Error| from_io(&error, Phase::Proxy, With(&label));
    let authorization = server
        .authorization()
        .map(|value| format!("Proxy-Authorization: {value}\r\n"))
        .unwrap_or_default();
    let request =
        format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{authorization}\r\n");
    stream.write_all(request.as_bytes()).await.map_err(io)?;
    stream.flush().await.map_err(io)?;
    let head = read_proxy_head(stream).await.map_err(io)?;
    let line = head.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line).trim().to_owned();
    let status = line
        .strip_prefix("HTTP/1.")
        .and_then(|rest| rest.get(2..5))
        .and_then(|digits| digits.parse::<u16>().ok());
    match status {
        Some(200..=299) => Ok(()),
        Some(407) => Err(proxy_wants_credentials(&label)),
        Some(_) => Err(send_error(
            SendErrorKind::ProxyRefused,
            Phase::Proxy,
            format!(
                "The proxy {label} refused a tunnel to {authority}: {}",
                line.escape_debug()
            ),
            "Ask whether the proxy may reach this host, or put the host on the bypass list",
        )),
        None => Err(send_error(
            SendErrorKind::Proxy,
            Phase::Proxy,
            format!("{label} did not answer as an HTTP proxy does"),
            "Check the proxy's address, port and kind",
        )),
    }
}

fn proxy_wants_credentials(label: &str) -> SendError {
    send_error(
        SendErrorKind::ProxyAuthentication,
        Phase::Proxy,
        format!("The proxy {label} wants a user name and password, or refused those it got"),
        "Enter the proxy's user name and password in the environment",
    )
}

/// The head of the proxy's answer; one byte at a time, because what follows belongs to the tunnel.
async fn read_proxy_head(stream: &mut dyn Stream) -> std::io::Result<Vec<u8>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && !head.ends_with(b"\n\n") && head.len() < 65_536 {
        head.push(stream.read_u8().await?);
    }
    Ok(head)
}

/// The SOCKS 5 handshake (RFC 1928, 1929). `address`: the target, looked up here; `None`: the proxy looks it up.
pub(crate) async fn socks5(
    stream: &mut dyn Stream,
    server: &ProxyServer,
    host: &str,
    port: u16,
    address: Option<IpAddr>,
) -> Result<(), SendError> {
    let label = server.label();
    let io = |error: std::io::Error| from_io(&error, Phase::Proxy, With(&label));
    let method = if server.credentials.is_some() { 2 } else { 0 };
    stream.write_all(&[5, 1, method]).await.map_err(io)?;
    stream.flush().await.map_err(io)?;
    let mut answer = [0; 2];
    stream.read_exact(&mut answer).await.map_err(io)?;
    match (answer, &server.credentials) {
        ([5, 0], _) => {}
        ([5, 2], Some((user, password))) => {
            authenticate_socks(stream, user, password, &label).await?;
        }
        ([5, _], _) => return Err(proxy_wants_credentials(&label)),
        _ => {
            return Err(send_error(
                SendErrorKind::Proxy,
                Phase::Proxy,
                format!("{label} did not answer as a SOCKS 5 proxy does"),
                "Check the proxy's address, port and kind",
            ));
        }
    }
    let request = socks_request(host, port, address);
    stream.write_all(&request).await.map_err(io)?;
    stream.flush().await.map_err(io)?;
    let mut head = [0; 4];
    stream.read_exact(&mut head).await.map_err(io)?;
    let rest = match head[3] {
        1 => 4,
        4 => 16,
        _ => usize::from(stream.read_u8().await.map_err(io)?),
    };
    let mut bound = vec![0; rest + 2];
    stream.read_exact(&mut bound).await.map_err(io)?;
    if head[1] == 0 {
        return Ok(());
    }
    Err(send_error(
        SendErrorKind::ProxyRefused,
        Phase::Proxy,
        format!(
            "The proxy {label} did not connect to {host}:{port}: {}",
            socks_reason(head[1])
        ),
        "Ask whether the proxy may reach this host, or put the host on the bypass list",
    ))
}

fn socks_request(host: &str, port: u16, address: Option<IpAddr>) -> Vec<u8> {
    let mut request = vec![5, 1, 0];
    match address {
        Some(IpAddr::V4(four)) => {
            request.push(1);
            request.extend_from_slice(&four.octets());
        }
        Some(IpAddr::V6(six)) => {
            request.push(4);
            request.extend_from_slice(&six.octets());
        }
        None => {
            request.push(3);
            request.push(u8::try_from(host.len()).unwrap_or(u8::MAX));
            request.extend_from_slice(&host.as_bytes()[..host.len().min(255)]);
        }
    }
    request.extend_from_slice(&port.to_be_bytes());
    request
}

async fn authenticate_socks(
    stream: &mut dyn Stream,
    user: &str,
    password: &Secret,
    label: &str,
) -> Result<(), SendError> {
    let io = |error: std::io::Error| from_io(&error, Phase::Proxy, With(label));
    let mut message = vec![1];
    for text in [user, password.expose()] {
        message.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
        message.extend_from_slice(&text.as_bytes()[..text.len().min(255)]);
    }
    stream.write_all(&message).await.map_err(io)?;
    stream.flush().await.map_err(io)?;
    let mut answer = [0; 2];
    stream.read_exact(&mut answer).await.map_err(io)?;
    if answer[1] == 0 {
        Ok(())
    } else {
        Err(proxy_wants_credentials(label))
    }
}

fn socks_reason(code: u8) -> &'static str {
    match code {
        2 => "its rules do not allow it",
        3 => "the network cannot be reached",
        4 => "the host cannot be reached",
        5 => "the connection was refused",
        6 => "it took too long",
        7 => "it does not know the command",
        8 => "it does not know the kind of address",
        _ => "it failed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(proxy: Proxy, host: &str) -> Option<String> {
        let settings = NetworkSettings {
            proxy,
            ..NetworkSettings::default()
        };
        let url = RequestUrl {
            scheme: "https".to_owned(),
            host: host.to_owned(),
            port: 443,
            target: "/".to_owned(),
        };
        let route = route(&settings, Some(&Secret::new("pass")), &url).unwrap();
        route.map(|server| server.label())
    }

    #[test]
    fn the_bypass_list_and_loopback_go_straight() {
        let proxy = |url: &str| Proxy::Explicit {
            url: url.to_owned(),
            user_name: String::new(),
            bypass: vec![
                "exact.test".to_owned(),
                ".internal".to_owned(),
                "10.0.0.0/8".to_owned(),
            ],
        };
        let table = [
            ("http://p.test:3128", "api.test", Some("http://p.test:3128")),
            ("p.test:3128", "api.test", Some("http://p.test:3128")),
            (
                "socks5h://p.test",
                "api.test",
                Some("socks5h://p.test:1080"),
            ),
            ("http://p.test:3128", "exact.test", None),
            ("http://p.test:3128", "a.internal", None),
            ("http://p.test:3128", "10.1.2.3", None),
            ("http://p.test:3128", "localhost", None),
            ("http://p.test:3128", "127.0.0.5", None),
            ("http://p.test:3128", "[::1]", None),
        ];
        for (url, host, expected) in table {
            assert_eq!(
                chosen(proxy(url), host).as_deref(),
                expected,
                "{url} {host}"
            );
        }
        assert_eq!(chosen(Proxy::None, "api.test"), None);
    }

    #[test]
    fn addresses_of_proxies_are_taken_apart() {
        let server = parse("http://us%40er:p%3Aw+d@p.test").unwrap();
        let (user, password) = server.credentials.clone().unwrap();
        assert_eq!(
            (user.as_str(), password.expose(), server.port),
            ("us@er", "p:w+d", 80)
        );
        assert!(!server.label().contains("us"));
        for bad in ["ftp://p.test", "http://", "http://p.test:99999"] {
            assert_eq!(
                parse(bad).unwrap_err().kind,
                SendErrorKind::Configuration,
                "{bad}"
            );
        }
    }
}
