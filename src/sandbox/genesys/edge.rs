//! What lies between Genesys's services and the wire: correlation id, rate-limit headers, compression, and the content
//! delivery network that the real service sits behind (facts/genesys-cloud.md section 5).

use std::io::Write;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response};

use super::super::identifiers;
use super::super::server;
use super::errors;
use super::limiter::Usage;

/// Shorter bodies are not compressed.
const COMPRESSION_THRESHOLD: usize = 1000;

/// Where the rate limit that a request was counted against is noted on its way through.
pub(super) type UsageCell = Arc<OnceLock<Usage>>;

/// One request's way through the edge.
#[derive(Debug)]
pub(super) struct Edge {
    correlation_id: String,
    without_body: bool,
    takes_gzip: bool,
    usage: UsageCell,
}

impl Edge {
    pub(super) fn of(request: &Request<Bytes>) -> Self {
        Self {
            correlation_id: identifiers::random_uuid(),
            without_body: request.method() == Method::HEAD,
            takes_gzip: accepts_gzip(request.headers()),
            usage: UsageCell::default(),
        }
    }

    pub(super) fn usage(&self) -> UsageCell {
        Arc::clone(&self.usage)
    }

    /// The answer as it leaves Genesys.
    pub(super) fn leave(&self, mut response: Response<Bytes>) -> Response<Bytes> {
        errors::render(&mut response, &self.correlation_id);
        if self.takes_gzip {
            compress(&mut response);
        }
        server::finish(&mut response);
        self.add_headers(&mut response);
        if self.without_body {
            *response.body_mut() = Bytes::new();
        }
        response
    }

    fn add_headers(&self, response: &mut Response<Bytes>) {
        let failed = response.status().as_u16() >= 400;
        let distribution = identifiers::hexadecimal(&identifiers::random_bytes::<16>());
        let mut add = |name: &'static str, value: String| {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response
                    .headers_mut()
                    .insert(HeaderName::from_static(name), value);
            }
        };
        add("inin-correlation-id", self.correlation_id.clone());
        if let Some(usage) = self.usage.get() {
            add("inin-ratelimit-count", usage.count.to_string());
            add("inin-ratelimit-allowed", usage.allowed.to_string());
            add("inin-ratelimit-reset", usage.reset_seconds.to_string());
        }
        add(
            "strict-transport-security",
            "max-age=600; includeSubDomains".into(),
        );
        add(
            "cache-control",
            "no-cache, no-store, must-revalidate".into(),
        );
        add("pragma", "no-cache".into());
        add("expires", "0".into());
        let cache = if failed {
            "Error from cloudfront"
        } else {
            "Miss from cloudfront"
        };
        add("x-cache", cache.into());
        add(
            "via",
            format!("1.1 {distribution}.cloudfront.net (CloudFront)"),
        );
        add("x-amz-cf-pop", "IAD12-P3".into());
        add("x-amz-cf-id", identifiers::distribution_request_id());
    }
}

/// `gzip`, `x-gzip` or `*`, unless with `q=0`; a coding named by itself beats the star.
fn accepts_gzip(headers: &HeaderMap) -> bool {
    let mut by_star = false;
    for value in headers.get_all(ACCEPT_ENCODING) {
        for part in value.to_str().unwrap_or_default().split(',') {
            let (coding, quality) = part.split_once(';').unwrap_or((part, ""));
            let wanted = quality
                .trim()
                .strip_prefix("q=")
                .is_none_or(|number| number.trim().parse().unwrap_or(1.0) > 0.0);
            match coding.trim().to_ascii_lowercase().as_str() {
                "gzip" | "x-gzip" => return wanted,
                "*" => by_star = wanted,
                _ => {}
            }
        }
    }
    by_star
}

fn compress(response: &mut Response<Bytes>) {
    let headers = response.headers();
    if response.body().len() < COMPRESSION_THRESHOLD || !headers.contains_key(CONTENT_TYPE) {
        return;
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let written = encoder.write_all(response.body());
    if let (Ok(()), Ok(compressed)) = (written, encoder.finish()) {
        *response.body_mut() = Bytes::from(compressed);
        response
            .headers_mut()
            .insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_used_when_asked_for() {
        let table = [
            ("gzip", true),
            ("gzip, compress, deflate, br", true),
            ("deflate, GZIP;q=0.5", true),
            ("x-gzip", true),
            ("*", true),
            ("*;q=0", false),
            ("*, gzip;q=0", false),
            ("gzip;q=0", false),
            ("gzip; q=0.0", false),
            ("identity", false),
            ("br", false),
            ("", false),
        ];
        for (value, expected) in table {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(value));
            assert_eq!(accepts_gzip(&headers), expected, "{value:?}");
        }
        assert!(!accepts_gzip(&HeaderMap::new()));
    }
}
