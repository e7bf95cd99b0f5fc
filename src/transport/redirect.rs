//! Redirects: what the next request is, and which ones are followed. Pure. Inside one origin they are followed;
//! to another origin only when the user says so, and then without anything secret.

use std::fmt::Write as _;

use bytes::Bytes;

use crate::model::exchange::{HeaderField, Response, SendError, SendErrorKind, header};
use crate::model::resolved::{
    HeaderOrigin, RequestBody, RequestHeader, RequestUrl, ResolvedRequest,
};
use crate::model::timings::Phase;

use super::cookies::Cookies;
use super::errors::send_error;

/// The answer asks for another request.
#[must_use]
pub(crate) fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// The `Location` as bytes of a URL: what is not ASCII or would end a line is percent-encoded, the fragment is left out.
pub(crate) fn location(response: &Response) -> Option<String> {
    let value = &header(&response.headers, "location")?.value;
    let mut text = String::with_capacity(value.len());
    for &byte in value.iter().take_while(|&&byte| byte != b'#') {
        if byte.is_ascii_graphic() {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    let text = text.trim_matches(' ').to_owned();
    Some(text)
}

/// Where `location` leads from `base` (RFC 3986 section 5.2). Path and query stay as the server wrote them.
///
/// # Errors
/// A `Location` that is no http or https URL.
pub(crate) fn resolve(base: &RequestUrl, location: &str) -> Result<RequestUrl, SendError> {
    if let Some((scheme, rest)) = location.split_once("://")
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())
    {
        return absolute(&scheme.to_ascii_lowercase(), rest, location);
    }
    if let Some(rest) = location.strip_prefix("//") {
        return absolute(&base.scheme, rest, location);
    }
    let first = location.split(['/', '?']).next().unwrap_or_default();
    if first.contains(':') {
        return Err(invalid(location, "it is no http or https address"));
    }
    let path = base.target.split('?').next().unwrap_or("/");
    let target = if location.is_empty() {
        base.target.clone()
    } else if location.starts_with('/') {
        location.to_owned()
    } else if location.starts_with('?') {
        format!("{path}{location}")
    } else {
        let folder = path.rfind('/').map_or("/", |at| &path[..=at]);
        without_dots(&format!("{folder}{location}"))
    };
    Ok(RequestUrl {
        target,
        ..base.clone()
    })
}

fn absolute(scheme: &str, rest: &str, location: &str) -> Result<RequestUrl, SendError> {
    if !matches!(scheme, "http" | "https") {
        return Err(invalid(location, "it is no http or https address"));
    }
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, target) = rest.split_at(end);
    let url = url::Url::parse(&format!("{scheme}://{authority}/"))
        .map_err(|error| invalid(location, &error.to_string()))?;
    let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
        return Err(invalid(location, "it names no host"));
    };
    let target = if target.starts_with('/') {
        target.to_owned()
    } else {
        format!("/{target}")
    };
    Ok(RequestUrl {
        scheme: scheme.to_owned(),
        host: host.to_owned(),
        port,
        target,
    })
}

fn invalid(location: &str, reason: &str) -> SendError {
    let shown: String = location.chars().take(200).collect();
    send_error(
        SendErrorKind::RedirectInvalid,
        Phase::Download,
        format!("The redirect leads to `{shown}`, which cannot be followed: {reason}"),
        "The answer with its `Location` is kept; the server has to mend it",
    )
}

/// `.` and `..` of a relative reference are instructions, not names (RFC 3986 section 5.2.4).
fn without_dots(target: &str) -> String {
    let (path, query) = target
        .split_once('?')
        .map_or((target, None), |(path, query)| (path, Some(query)));
    let mut kept: Vec<&str> = Vec::new();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    for (index, segment) in segments.iter().enumerate() {
        let last = index + 1 == segments.len();
        match *segment {
            "." if last => kept.push(""),
            "." => {}
            ".." => {
                kept.pop();
                if last {
                    kept.push("");
                }
            }
            other => kept.push(other),
        }
    }
    let path = format!("/{}", kept.join("/"));
    query.map_or(path.clone(), |query| format!("{path}?{query}"))
}

/// The request that follows `status` (RFC 9110 section 15.4): 301 and 302 make a GET of a POST, 303 of everything
/// but HEAD, 307 and 308 change nothing.
#[must_use]
pub(crate) fn next_request(
    request: &ResolvedRequest,
    status: u16,
    url: RequestUrl,
) -> ResolvedRequest {
    let mut next = request.clone();
    let becomes_get = match status {
        303 => !matches!(request.method.as_str(), "GET" | "HEAD"),
        301 | 302 => request.method == "POST",
        _ => false,
    };
    if becomes_get {
        "GET".clone_into(&mut next.method);
        next.body = RequestBody::default();
        next.headers.retain(|header| !describes_body(&header.name));
    }
    next.url = url;
    next
}

fn describes_body(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("content-")
        || matches!(name.as_str(), "transfer-encoding" | "expect" | "trailer")
}

/// Adds what the server set on the way to `Cookie`.
pub(crate) fn with_cookies(mut request: ResolvedRequest, cookies: &Cookies) -> ResolvedRequest {
    let path = request
        .url
        .target
        .split('?')
        .next()
        .unwrap_or("/")
        .to_owned();
    let secure = request.url.scheme == "https";
    let existing = request
        .headers
        .iter_mut()
        .find(|header| header.name.eq_ignore_ascii_case("cookie"));
    let typed = existing.as_ref().map(|header| header.value.clone());
    let Some(value) = cookies.header(typed.as_deref(), &path, secure) else {
        return request;
    };
    match existing {
        Some(header) => header.value = value,
        None => request.headers.push(RequestHeader {
            name: "Cookie".to_owned(),
            value,
            origin: HeaderOrigin::Secret,
        }),
    }
    request
}

/// The same request to another origin, after the user chose to follow: without any header whose value came from
/// a secret, the token or the environment. Also tells which headers were left out.
///
/// # Errors
/// A `location` that is no http or https URL.
pub fn follow_elsewhere(
    request: &ResolvedRequest,
    status: u16,
    location: &str,
) -> Result<(ResolvedRequest, Vec<String>), SendError> {
    let url = resolve(&request.url, location)?;
    let mut next = next_request(request, status, url);
    let mut dropped = Vec::new();
    next.headers.retain(|header| {
        let kept = matches!(header.origin, HeaderOrigin::Typed | HeaderOrigin::Automatic)
            && !crate::model::masks::is_credential_header(&header.name);
        if !kept {
            dropped.push(header.name.clone());
        }
        kept
    });
    let authority = next.url.authority();
    for header in &mut next.headers {
        if header.name.eq_ignore_ascii_case("host") {
            header.value = Bytes::from(authority.clone());
        }
    }
    next.wants_token = false;
    Ok((next, dropped))
}

/// The chain of a redirect that does not end.
pub(crate) fn endless(chain: &[String], limit: u32, looped: bool) -> SendError {
    let shown = chain.join(" -> ");
    let text = if looped {
        format!("The redirects go in a circle: {shown}")
    } else {
        format!("More than {limit} redirects: {shown}")
    };
    send_error(
        SendErrorKind::RedirectLimit,
        Phase::Download,
        text,
        "Send without following redirects to see each answer by itself",
    )
}

/// The `Set-Cookie` fields of an answer.
pub(crate) fn set_cookies(headers: &[HeaderField]) -> impl Iterator<Item = String> + '_ {
    headers
        .iter()
        .filter(|field| field.name.eq_ignore_ascii_case("set-cookie"))
        .map(HeaderField::text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> RequestUrl {
        RequestUrl {
            scheme: "https".to_owned(),
            host: "api.example.test".to_owned(),
            port: 443,
            target: "/a/b?x=1".to_owned(),
        }
    }

    #[test]
    fn locations_are_resolved() {
        let table = [
            (
                "https://other.test/x/../{y}?q=|",
                Some("https://other.test/x/../{y}?q=|"),
            ),
            ("HTTP://other.test:8080", Some("http://other.test:8080/")),
            ("//other.test/z", Some("https://other.test/z")),
            ("/root", Some("https://api.example.test/root")),
            ("c", Some("https://api.example.test/a/c")),
            ("../c/./d", Some("https://api.example.test/c/d")),
            ("?y=2", Some("https://api.example.test/a/b?y=2")),
            ("", Some("https://api.example.test/a/b?x=1")),
            (
                "https://user@api.example.test:443/u",
                Some("https://api.example.test/u"),
            ),
            ("mailto:a@b", None),
            ("ftp://other.test/", None),
            ("https:///x", None),
        ];
        for (location, expected) in table {
            let found = resolve(&base(), location).ok().map(|url| url.to_string());
            assert_eq!(found.as_deref(), expected, "{location}");
        }
    }

    fn request() -> ResolvedRequest {
        let header = |name: &str, origin| RequestHeader {
            name: name.to_owned(),
            value: Bytes::from_static(b"v"),
            origin,
        };
        ResolvedRequest {
            environment: crate::model::ids::EnvironmentId::from_name("acme"),
            method: "POST".to_owned(),
            url: base(),
            headers: vec![
                header("Host", HeaderOrigin::Automatic),
                header("Authorization", HeaderOrigin::Token),
                header("X-Typed", HeaderOrigin::Typed),
                header("X-Secret", HeaderOrigin::Secret),
                header("X-Default", HeaderOrigin::EnvironmentDefault),
                header("Cookie", HeaderOrigin::Typed),
                header("Content-Type", HeaderOrigin::Automatic),
            ],
            body: RequestBody::from_bytes("body"),
            network: crate::model::environment::NetworkSettings::default(),
            proxy_password: None,
            wants_token: true,
            mapped_from: None,
            notes: Vec::new(),
            masks: crate::model::masks::Masks::default(),
        }
    }

    #[test]
    fn nothing_secret_goes_to_another_origin() {
        let (next, dropped) =
            follow_elsewhere(&request(), 307, "https://other.test:8443/x").unwrap();
        let names: Vec<&str> = next
            .headers
            .iter()
            .map(|header| header.name.as_str())
            .collect();
        assert_eq!(names, ["Host", "X-Typed", "Content-Type"]);
        assert_eq!(
            dropped,
            ["Authorization", "X-Secret", "X-Default", "Cookie"]
        );
        assert_eq!(&next.headers[0].value[..], b"other.test:8443");
        assert_eq!((next.method.as_str(), next.wants_token), ("POST", false));
        assert!(!next.body.is_empty());

        let (next, _) = follow_elsewhere(&request(), 303, "https://other.test/x").unwrap();
        let names: Vec<&str> = next
            .headers
            .iter()
            .map(|header| header.name.as_str())
            .collect();
        assert_eq!(
            (next.method.as_str(), names),
            ("GET", vec!["Host", "X-Typed"])
        );
        assert!(next.body.is_empty());
    }
}
