//! The URL of a command: what curl makes of it, and which parts of a request it gives.

use super::body::{around_references, encoded};
use crate::interchange::text::Place;
use crate::interchange::types::{Ignored, Imported, ImportedRequest, Lint};
use crate::model::encode;
use crate::model::request::{RequestAuth, RequestDraft};
use crate::model::route::PastedUrl;

/// curl takes a host without a protocol for http.
pub(super) fn with_scheme(url: &str) -> String {
    if url.contains("://") || url.starts_with("{{") {
        url.to_owned()
    } else {
        format!("http://{url}")
    }
}

/// The URL in front of its query and fragment, and both of these with their signs.
fn apart(url: &str) -> (&str, &str, &str) {
    let (url, fragment) = url.split_at(url.find('#').unwrap_or(url.len()));
    let (path, query) = url.split_at(url.find('?').unwrap_or(url.len()));
    (path, query, fragment)
}

pub(super) fn with_query(url: &str, query: &[String]) -> String {
    let query: Vec<&str> = query
        .iter()
        .map(String::as_str)
        .filter(|query| !query.is_empty())
        .collect();
    if query.is_empty() {
        return url.to_owned();
    }
    let (path, known, fragment) = apart(url);
    let sign = if known.is_empty() { '?' } else { '&' };
    format!("{path}{known}{sign}{}{fragment}", query.join("&"))
}

/// curl puts the name of an uploaded file behind a URL that ends with a slash or with the host.
pub(super) fn with_file_name(url: &str, file: &str) -> String {
    let (path, query, fragment) = apart(url);
    let behind_scheme = path.split_once("://").map_or(path, |(_, rest)| rest);
    let sign = match (behind_scheme.contains('/'), path.ends_with('/')) {
        (true, false) => return url.to_owned(),
        (false, _) => "/",
        (true, true) => "",
    };
    let name = file.rsplit(['/', '\\']).next().unwrap_or_default();
    format!("{path}{sign}{}{query}{fragment}", encoded(name, "%20"))
}

/// curl takes `.` and `..` out of a path, unless `--path-as-is` says otherwise.
pub(super) fn without_dots(url: &str) -> String {
    let (path, query, fragment) = apart(url);
    let start = path.find("://").map_or(0, |at| at + 3);
    let Some(root) = path[start..].find('/').map(|at| start + at) else {
        return url.to_owned();
    };
    let is_dots = |part: &str| part == "." || part == "..";
    if !path[root..].split('/').any(is_dots) {
        return url.to_owned();
    }
    let mut kept: Vec<&str> = Vec::new();
    for part in path[root + 1..].split('/') {
        match part {
            "." => {}
            ".." => {
                kept.pop();
            }
            part => kept.push(part),
        }
    }
    let slash = if path.rsplit('/').next().is_some_and(is_dots) && !kept.is_empty() {
        "/"
    } else {
        ""
    };
    format!(
        "{}/{}{slash}{query}{fragment}",
        &path[..root],
        kept.join("/")
    )
}

/// `{a,b}` and `[1-9]` are several URLs to curl, unless `--globoff` says otherwise.
pub(super) fn look_for_globs(url: &str, place: Place, imported: &mut Imported) {
    let (path, query, _) = apart(url);
    let start = path.find("://").map_or(0, |at| at + 3);
    let root = path[start..].find('/').map_or(path.len(), |at| start + at);
    let mut rest = format!("{}{query}", &path[root..]);
    while let Some((before, behind)) = rest.split_once("{{") {
        let behind = behind.split_once("}}").map_or("", |(_, behind)| behind);
        rest = format!("{before}{behind}");
    }
    let is_glob =
        |open: char, close: char| rest.find(open).is_some_and(|at| rest[at..].contains(close));
    if is_glob('{', '}') || is_glob('[', ']') {
        imported.lint.push(Lint::new(
            place,
            "curl makes URLs of its own of `{…}` and `[…]`, one for each value; here they are part of one URL as they stand",
            "Add --globoff if that is meant, or import a command for each URL",
        ));
    }
}

/// The URL taken apart, with variables in its path and query; `None` where a variable stands for the host.
pub(super) fn pasted(url: &str) -> Option<PastedUrl> {
    let mut names = Vec::new();
    let mut plain = String::new();
    for (is_reference, piece) in around_references(url) {
        if is_reference {
            plain.push_str(&stand_in(names.len()));
            names.push(piece);
        } else if piece.contains(STAND_IN) {
            return None;
        } else {
            plain.push_str(piece);
        }
    }
    let mut pasted = PastedUrl::parse(&plain).filter(|_| names.len() <= MOST_VARIABLES)?;
    if pasted.origin.contains(STAND_IN) {
        return None;
    }
    let restore = |text: &mut String| {
        // From the last to the first: `-1` is the start of `-10`.
        for (number, name) in names.iter().enumerate().rev() {
            *text = text.replace(&stand_in(number), name);
        }
    };
    restore(&mut pasted.path);
    for row in &mut pasted.query {
        restore(&mut row.name);
        row.value.as_mut().map(restore);
    }
    Some(pasted)
}

/// A URL with more is left whole.
const MOST_VARIABLES: usize = 100;

/// Stands for a variable while a URL is taken apart.
const STAND_IN: &str = "gatescope-variable-";

fn stand_in(number: usize) -> String {
    format!("{STAND_IN}{number}")
}

/// Path, query, origin and name of the request.
pub(super) fn place_url(request: &mut ImportedRequest, url: &str, imported: &mut Imported) {
    let url = with_scheme(url);
    let draft = &mut request.draft;
    let without_user = take_user(&url, draft, imported);
    if let Some(pasted) = pasted(&without_user) {
        request.origin = Some(pasted.origin);
        draft.path = if pasted.path.is_empty() {
            "/".to_owned()
        } else {
            pasted.path
        };
        draft.query = pasted.query;
    } else {
        request.origin = None;
        draft.path = without_user;
        draft.query = Vec::new();
    }
    let path = draft.path.split('?').next().unwrap_or_default();
    draft.name = format!("{} {path}", draft.method);
}

/// `https://user:password@host` is Basic authorization.
fn take_user(url: &str, draft: &mut RequestDraft, imported: &mut Imported) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let Some((user, host)) = rest[..end].rsplit_once('@') else {
        return url.to_owned();
    };
    if draft.auth == RequestAuth::None {
        let (user, password) = user.split_once(':').unwrap_or((user, ""));
        draft.auth = RequestAuth::Basic {
            user: encode::decode(user),
            password: encode::decode(password),
        };
    } else {
        imported.ignored.push(Ignored::new(
            "user and password in the URL",
            "the command has other credentials too",
        ));
    }
    format!("{scheme}://{host}{}", &rest[end..])
}
