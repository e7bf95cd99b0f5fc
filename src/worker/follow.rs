//! A redirect to another origin, followed because the user said so. Everything that could identify them stays behind:
//! secrets, the token, default headers and whatever is named like a credential.

use crate::app::event::NotSent;
use crate::model::dynamic::Dynamics;
use crate::model::environment::Environment;
use crate::model::masks::MASK;
use crate::model::note::{Field, Note, Problem};
use crate::model::request::{RequestAuth, RequestDraft};
use crate::model::resolve::{Purpose, ResolveContext, resolve};
use crate::model::resolved::{BodySegment, RequestBody, ResolvedRequest};
use crate::model::secret::Secrets;
use crate::transport::follow_elsewhere;

/// The status of an offer that nobody remembers: method and body stay.
const UNKNOWN_OFFER: u16 = 307;

/// The request as it goes to `url`. `status` is the redirect's: 303, and 301 or 302 after a POST, make it a GET without a body.
pub(super) fn request(
    draft: &RequestDraft,
    environment: &Environment,
    url: &str,
    status: Option<u16>,
    dynamics: Dynamics,
) -> Result<ResolvedRequest, NotSent> {
    let mut plain = environment.clone();
    plain.default_headers.clear();
    let mut draft = draft.clone();
    draft.auth = RequestAuth::None;
    // Resolved without any secret: what needs one shows as the mask, and is taken out below.
    let context = ResolveContext {
        secrets: &Secrets::new(),
        purpose: Purpose::Preview,
        dynamics: Some(dynamics),
    };
    let request = resolve(&draft, &plain, context).map_err(NotSent::Problems)?;
    let (mut request, mut left_behind) =
        follow_elsewhere(&request, status.unwrap_or(UNKNOWN_OFFER), url)
            .map_err(|error| problem(Field::Path, error.text))?;
    if holds_mask(&request.body) {
        return Err(problem(
            Field::Body,
            "The body holds a secret, which is not sent to another origin".to_owned(),
        ));
    }
    request.headers.retain(|header| {
        let kept = !contains(&header.value, MASK.as_bytes());
        if !kept {
            left_behind.push(header.name.clone());
        }
        kept
    });
    if !left_behind.is_empty() {
        request.notes.push(Note::new(
            Field::Path,
            format!(
                "Left out, because they could hold credentials: {}",
                left_behind.join(", ")
            ),
        ));
    }
    request.mapped_from = None;
    Ok(request)
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

#[cfg(test)]
mod tests {
    use super::*;

    use crate::model::request::{DraftBody, HeaderRow};
    use crate::model::sandbox_environments::sandbox_environments;

    fn environment() -> Environment {
        let mut environment = sandbox_environments().swap_remove(0);
        environment.target = crate::model::environment::Target::Direct {
            place: crate::model::environment::Place::Domain("example.com".to_owned()),
        };
        environment.variables = vec![crate::model::environment::Variable {
            name: "key".to_owned(),
            value: String::new(),
            secret: true,
        }];
        environment
    }

    fn draft(method: &str, body: &str) -> RequestDraft {
        let row = |name: &str, value: &str| HeaderRow {
            enabled: true,
            name: name.to_owned(),
            value: value.to_owned(),
        };
        RequestDraft {
            method: method.to_owned(),
            path: "/x".to_owned(),
            headers: vec![
                row("X-Plain", "1"),
                row("X-Hidden", "{{secret.key}}"),
                row("X-Api-Key", "typed"),
            ],
            body: DraftBody::Text {
                text: body.to_owned(),
                content_type: "text/plain".to_owned(),
            },
            ..RequestDraft::default()
        }
    }

    #[test]
    fn nothing_secret_goes_to_the_other_origin() {
        let url = "https://other.example/a/../b?x=%7c";
        let next = request(
            &draft("POST", "hello"),
            &environment(),
            url,
            Some(307),
            Dynamics::EXAMPLE,
        )
        .expect("followed");
        assert_eq!(next.url.to_string(), url);
        assert_eq!(next.method, "POST");
        assert!(!next.wants_token);
        let names: Vec<&str> = next
            .headers
            .iter()
            .map(|header| header.name.as_str())
            .collect();
        assert!(names.contains(&"X-Plain"), "{names:?}");
        assert!(
            !names.contains(&"X-Hidden")
                && !names.contains(&"X-Api-Key")
                && !names.contains(&"Authorization"),
            "{names:?}"
        );
        let host = next.headers.iter().find(|header| header.name == "Host");
        assert_eq!(
            host.map(|header| header.value.as_ref()),
            Some(&b"other.example"[..])
        );
        assert!(
            next.notes
                .iter()
                .any(|note| note.text.contains("X-Api-Key") && note.text.contains("X-Hidden")),
            "{:?}",
            next.notes
        );
    }

    #[test]
    fn a_body_that_holds_a_secret_stays_here_unless_the_redirect_drops_it() {
        let (environment, draft) = (environment(), draft("POST", "k={{secret.key}}"));
        let refused = request(
            &draft,
            &environment,
            "https://o.example/",
            Some(308),
            Dynamics::EXAMPLE,
        );
        assert!(
            matches!(&refused, Err(NotSent::Problems(problems)) if problems[0].field == Field::Body),
            "{refused:?}"
        );
        let get = request(
            &draft,
            &environment,
            "https://o.example/",
            Some(302),
            Dynamics::EXAMPLE,
        )
        .expect("a GET");
        assert_eq!((get.method.as_str(), get.body.is_empty()), ("GET", true));
    }

    #[test]
    fn only_http_is_followed() {
        let refused = request(
            &draft("GET", ""),
            &environment(),
            "ftp://o.example/",
            None,
            Dynamics::EXAMPLE,
        );
        assert!(matches!(&refused, Err(NotSent::Problems(_))), "{refused:?}");
    }
}
