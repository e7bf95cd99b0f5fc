//! Refuses requests that were not meant for this sandbox: a web page whose name was made to point at 127.0.0.1
//! (DNS rebinding) arrives with its own name in `Host`.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST};
use http::request::Parts;
use http::{HeaderValue, Response, StatusCode};

/// The names one door answers to.
#[derive(Debug, Clone)]
pub(super) struct HostGuard {
    own: [String; 2],
}

impl HostGuard {
    pub(super) fn new(port: u16) -> Self {
        Self {
            own: [format!("127.0.0.1:{port}"), format!("localhost:{port}")],
        }
    }

    /// The answer to a request that carries, in a `Host` header or in its target, a name that is not the door's own.
    pub(super) fn refuses(&self, request: &Parts) -> Option<Response<Bytes>> {
        let authority = request
            .uri
            .authority()
            .map(|authority| authority.as_str().to_owned());
        let hosts = request
            .headers
            .get_all(HOST)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let named: Vec<String> = authority.into_iter().chain(hosts).collect();
        if named.is_empty() {
            return Some(self.refusal("without a Host name"));
        }
        let foreign = named.iter().find(|name| !self.is_own(name))?;
        Some(self.refusal(&format!("for {foreign:?}")))
    }

    fn is_own(&self, name: &str) -> bool {
        self.own.iter().any(|own| own.eq_ignore_ascii_case(name))
    }

    fn refusal(&self, what: &str) -> Response<Bytes> {
        let text = format!(
            "The sandbox refused a request {what}: it answers only to {} and {}, so that no web page can reach it.\n",
            self.own[0], self.own[1]
        );
        let mut response = Response::new(Bytes::from(text));
        *response.status_mut() = StatusCode::MISDIRECTED_REQUEST;
        response.headers_mut().insert(
            CONTENT_TYPE,
            HeaderValue::from_static("text/plain; charset=utf-8"),
        );
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(target: &str, hosts: &[&str]) -> bool {
        let mut request = http::Request::builder().uri(target);
        for host in hosts {
            request = request.header(HOST, *host);
        }
        let (parts, ()) = request.body(()).expect("valid").into_parts();
        HostGuard::new(8080).refuses(&parts).is_none()
    }

    #[test]
    fn only_own_names_pass() {
        let table: [(&str, &[&str], bool); 11] = [
            ("/", &["127.0.0.1:8080"], true),
            ("/", &["localhost:8080"], true),
            ("/", &["LocalHost:8080"], true),
            ("/", &[], false),
            ("/", &["127.0.0.1"], false),
            ("/", &["127.0.0.1:8081"], false),
            ("/", &["evil.example:8080"], false),
            ("/", &["127.0.0.1:8080", "evil.example"], false),
            ("http://evil.example/", &["127.0.0.1:8080"], false),
            ("http://127.0.0.1:8080/", &["127.0.0.1:8080"], true),
            ("http://localhost:8080/", &[], true),
        ];
        for (target, hosts, expected) in table {
            assert_eq!(accepted(target, hosts), expected, "{target} {hosts:?}");
        }
    }
}
