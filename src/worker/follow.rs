//! A redirect to another origin, followed because the user said so. Everything that could identify them stays behind:
//! secrets, the token, default headers and whatever is named like a credential.

use url::Url;

use crate::app::event::NotSent;
use crate::model::environment::Environment;
use crate::model::masks::{MASK, is_credential_header};
use crate::model::note::{Field, Problem};
use crate::model::request::{RequestAuth, RequestDraft};
use crate::model::resolve::{Purpose, ResolveContext, resolve};
use crate::model::resolved::{BodySegment, HeaderOrigin, RequestBody, RequestUrl, ResolvedRequest};
use crate::model::secret::Secrets;

/// The request as it goes to `url`. `status` is the redirect's: 303, and 301 or 302 after a POST, make it a GET without a body.
pub(super) fn request(
    draft: &RequestDraft,
    environment: &Environment,
    url: &str,
    status: Option<u16>,
) -> Result<ResolvedRequest, NotSent> {
    let target = parse(url)
        .ok_or_else(|| problem(Field::Path, format!("`{url}` is no http or https URL")))?;
    let mut plain = environment.clone();
    plain.default_headers.clear();
    let mut draft = draft.clone();
    draft.auth = RequestAuth::None;
    // Resolved without any secret: what needs one shows as the mask, and is taken out below.
    let context = ResolveContext {
        secrets: &Secrets::new(),
        purpose: Purpose::Preview,
    };
    let mut request = resolve(&draft, &plain, context).map_err(NotSent::Problems)?;
    if becomes_get(&request.method, status) {
        "GET".clone_into(&mut request.method);
        request.body = RequestBody::default();
        request
            .headers
            .retain(|header| !describes_body(&header.name));
    }
    if holds_mask(&request.body) {
        return Err(problem(
            Field::Body,
            "The body holds a secret, which is not sent to another origin".to_owned(),
        ));
    }
    request.headers.retain(|header| {
        matches!(header.origin, HeaderOrigin::Typed | HeaderOrigin::Automatic)
            && !is_credential_header(&header.name)
            && !contains(&header.value, MASK.as_bytes())
    });
    for header in &mut request.headers {
        if header.name.eq_ignore_ascii_case("host") {
            header.value = target.authority().into();
            header.origin = HeaderOrigin::Automatic;
        }
    }
    request.url = target;
    request.wants_token = false;
    request.mapped_from = None;
    Ok(request)
}

fn becomes_get(method: &str, status: Option<u16>) -> bool {
    match status {
        Some(303) => method != "HEAD",
        Some(301 | 302) => method == "POST",
        _ => false,
    }
}

fn describes_body(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("content-") || name == "transfer-encoding" || name == "expect"
}

fn holds_mask(body: &RequestBody) -> bool {
    body.segments.iter().any(|segment| match segment {
        BodySegment::Bytes(bytes) => contains(bytes, MASK.as_bytes()),
        BodySegment::File { .. } => false,
    })
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(text, part).is_some()
}

fn problem(field: Field, text: String) -> NotSent {
    NotSent::Problems(vec![Problem::new(field, text)])
}

/// The pieces of an absolute URL; path and query as they were given, user information and fragment left out.
fn parse(text: &str) -> Option<RequestUrl> {
    let parsed = Url::parse(text).ok()?;
    let port = parsed.port_or_known_default()?;
    if !matches!(parsed.scheme(), "http" | "https") {
        return None;
    }
    let behind_scheme = text.split_once("://")?.1;
    let behind_scheme = behind_scheme.split('#').next().unwrap_or_default();
    let target = behind_scheme
        .find(['/', '?'])
        .map_or("", |at| &behind_scheme[at..]);
    Some(RequestUrl {
        scheme: parsed.scheme().to_owned(),
        host: parsed.host_str()?.to_owned(),
        port,
        target: if target.starts_with('/') {
            target.to_owned()
        } else {
            format!("/{target}")
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_comes_apart_without_being_respelled() {
        for (text, expected) in [
            (
                "https://other.example.com/a/../b?x=%7c&y=|#top",
                Some(("https://other.example.com", "/a/../b?x=%7c&y=|")),
            ),
            (
                "http://127.0.0.1:8080",
                Some(("http://127.0.0.1:8080", "/")),
            ),
            ("http://h:80?q=1", Some(("http://h", "/?q=1"))),
            ("https://user:pass@h/x", Some(("https://h", "/x"))),
            ("ftp://h/x", None),
            ("/relative", None),
        ] {
            let parsed = parse(text);
            let shown = parsed
                .as_ref()
                .map(|url| (url.origin(), url.target.clone()));
            let expected = expected.map(|(origin, target)| (origin.to_owned(), target.to_owned()));
            assert_eq!(shown, expected, "{text}");
        }
    }

    #[test]
    fn methods_change_as_browsers_and_curl_change_them() {
        for (method, status, expected) in [
            ("POST", Some(301), true),
            ("POST", Some(302), true),
            ("POST", Some(303), true),
            ("POST", Some(307), false),
            ("POST", Some(308), false),
            ("PUT", Some(302), false),
            ("PUT", Some(303), true),
            ("HEAD", Some(303), false),
            ("POST", None, false),
        ] {
            assert_eq!(becomes_get(method, status), expected, "{method} {status:?}");
        }
    }
}
