//! How the types that carry secrets on their way to the wire and back print for a programmer: enough to recognise them by,
//! never a value that a log or a failure report must not hold.

use std::fmt::{Debug, Formatter, Result};

use bytes::Bytes;

use super::exchange::{Exchange, HeaderField, Hop, Response, ResponseBody, SentRequest};
use super::masks::is_credential_header;
use super::resolved::{BodySegment, HeaderOrigin, RequestHeader, ResolvedRequest};

const SECRET: &str = "(secret)";

/// Bytes of which only the length is told.
struct Length(usize);

impl Debug for Length {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        write!(formatter, "{} bytes", self.0)
    }
}

fn field(formatter: &mut Formatter<'_>, name: &str, value: &Bytes, shown: bool) -> Result {
    if shown && !is_credential_header(name) {
        write!(formatter, "{name}: {}", value.escape_ascii())
    } else {
        write!(formatter, "{name}: {SECRET}")
    }
}

impl Debug for RequestHeader {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        let shown = matches!(self.origin, HeaderOrigin::Typed | HeaderOrigin::Automatic);
        field(formatter, &self.name, &self.value, shown)
    }
}

impl Debug for HeaderField {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        field(formatter, &self.name, &self.value, true)
    }
}

impl Debug for BodySegment {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        match self {
            Self::Bytes(bytes) => Length(bytes.len()).fmt(formatter),
            Self::File { path, row } => formatter
                .debug_struct("File")
                .field("path", path)
                .field("row", row)
                .finish(),
        }
    }
}

impl Debug for ResolvedRequest {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        formatter
            .debug_struct("ResolvedRequest")
            .field("environment", &self.environment)
            .field("method", &self.method)
            .field("url", &self.masks.url(&self.url.to_string()))
            .field("headers", &self.headers)
            .field("body", &self.body)
            .field("wants_token", &self.wants_token)
            .finish_non_exhaustive()
    }
}

impl Debug for Exchange {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        formatter
            .debug_struct("Exchange")
            .field("id", &self.id)
            .field("environment", &self.environment)
            .field("hops", &self.hops)
            .field("total", &self.total)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

impl Debug for Hop {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        formatter
            .debug_struct("Hop")
            .field("purpose", &self.purpose)
            .field("sent", &self.sent)
            .field("phases", &self.phases)
            .field("response", &self.response)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

/// Of the header fields the names only: any of the values can come from a secret.
impl Debug for SentRequest {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        let names: Vec<&str> = self
            .headers
            .iter()
            .map(|field| field.name.as_str())
            .collect();
        formatter
            .debug_struct("SentRequest")
            .field("method", &self.method)
            .field("version", &self.version)
            .field("headers", &names)
            .field("body", &Length(self.body_preview.len()))
            .finish_non_exhaustive()
    }
}

impl Debug for Response {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        formatter
            .debug_struct("Response")
            .field("version", &self.version)
            .field("status", &self.status)
            .field("headers", &self.headers)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

impl Debug for ResponseBody {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        formatter
            .debug_struct("ResponseBody")
            .field("wire", &Length(self.wire.len()))
            .field("decoded", &Length(self.decoded.len()))
            .field("codings", &self.codings)
            .field("incomplete", &self.incomplete)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::super::exchange::WireVersion;
    use super::super::ids::EnvironmentId;
    use super::super::masks::Masks;
    use super::super::resolved::{RequestBody, RequestUrl};
    use super::super::secret::Secret;
    use super::*;

    const CANARY: &str = "kestrel-4711";

    #[test]
    fn nothing_that_is_secret_is_printed() {
        let mut masks = Masks::default();
        masks.add(CANARY);
        let request = ResolvedRequest {
            environment: EnvironmentId::new("acme").expect("a slug"),
            method: "POST".to_owned(),
            url: RequestUrl {
                scheme: "https".to_owned(),
                host: "api.example.com".to_owned(),
                port: 443,
                target: format!("/x?k={CANARY}"),
            },
            headers: vec![
                RequestHeader {
                    name: "X-Own".to_owned(),
                    value: CANARY.into(),
                    origin: HeaderOrigin::Secret,
                },
                RequestHeader {
                    name: "Accept".to_owned(),
                    value: "text/plain".into(),
                    origin: HeaderOrigin::Automatic,
                },
            ],
            body: RequestBody::from_bytes(CANARY),
            network: super::super::environment::NetworkSettings::default(),
            proxy_password: Some(Secret::new(CANARY)),
            wants_token: true,
            mapped_from: None,
            notes: Vec::new(),
            masks,
        }
        .with_authorization(&Secret::new(CANARY));
        let sent = SentRequest {
            method: "POST".to_owned(),
            url: request.url.to_string(),
            version: WireVersion::Http11,
            head: Some(CANARY.into()),
            headers: vec![HeaderField::new("X-Own", CANARY)],
            body_preview: CANARY.into(),
            body_bytes: 0,
            total_bytes: 0,
        };
        let body = ResponseBody {
            wire: CANARY.into(),
            decoded: CANARY.into(),
            ..ResponseBody::default()
        };
        let cookie = HeaderField::new("Set-Cookie", CANARY);
        let printed = format!("{request:?} {sent:?} {body:?} {cookie:?}");
        assert!(!printed.contains(CANARY), "{printed}");
        assert!(
            printed.contains("Accept: text/plain") && printed.contains("X-Own: (secret)"),
            "{printed}"
        );
    }
}
