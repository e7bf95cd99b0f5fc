//! Links in JSON: `nextUri`, `selfUri` and whatever else points to an API path. Only what stands whole in one line is looked at.

use std::ops::Range;

use super::highlight::SpanKind;
use super::location::string_text;

/// A string that leads somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Of the line, with the quotes.
    pub range: Range<usize>,
    /// Relative (`/api/v2/…`) or absolute, escapes resolved.
    pub uri: String,
    /// What opening it is called, where the key says so: `open next page`.
    pub label: Option<&'static str>,
}

/// Longer ones are no addresses.
const LONGEST: usize = 4 * 1024;

/// Keys of Genesys Cloud's pages.
const PAGES: [(&str, &str); 5] = [
    ("nextUri", "open next page"),
    ("previousUri", "open previous page"),
    ("firstUri", "open first page"),
    ("lastUri", "open last page"),
    ("nextPage", "open next page"),
];

/// Links in a line with its spans. A relative API path is one under any key, an absolute URL only under a key that ends in `Uri`.
#[must_use]
pub fn links(line: &str, spans: &[(Range<usize>, SpanKind)]) -> Vec<Link> {
    let mut links = Vec::new();
    let mut key = None;
    for (range, kind) in spans {
        match kind {
            SpanKind::Key => key = line.get(range.clone()).map(|text| text.trim_matches('"')),
            SpanKind::String => {
                let found = line
                    .get(range.clone())
                    .and_then(|text| address(text, key))
                    .map(|(uri, label)| Link {
                        range: range.clone(),
                        uri,
                        label,
                    });
                links.extend(found);
                key = None;
            }
            SpanKind::Number | SpanKind::Literal => key = None,
            SpanKind::Punctuation | SpanKind::Plain => {}
        }
    }
    links
}

fn address(text: &str, key: Option<&str>) -> Option<(String, Option<&'static str>)> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    if inner.len() > LONGEST || !(inner.starts_with(['/', '\\']) || inner.starts_with("http")) {
        return None;
    }
    let uri = string_text(text.as_bytes());
    let is_path = uri.starts_with("/api/v") || uri.starts_with("/platform/api/v");
    let is_url = uri.starts_with("https://") || uri.starts_with("http://");
    let is_named = key.is_some_and(|key| {
        key.ends_with("Uri") || key.ends_with("URI") || key.ends_with("_uri") || key == "uri"
    });
    let is_sound = !uri
        .chars()
        .any(|character| character.is_control() || character.is_whitespace() || character == '•');
    if !is_sound || !(is_path || is_url && is_named) {
        return None;
    }
    let label = PAGES
        .iter()
        .find(|(name, _)| key == Some(*name))
        .map(|(_, label)| *label);
    Some((uri, label))
}

#[cfg(test)]
mod tests {
    use super::super::highlight::StringMap;
    use super::*;

    #[test]
    fn addresses_are_links_and_nothing_else_is() {
        /// The address, and what stands beside it.
        type Found = (&'static str, Option<&'static str>);
        let table: [(&str, &[Found]); 11] = [
            (
                r#"  "nextUri": "/api/v2/users?pageSize=5&pageNumber=2","#,
                &[(
                    "/api/v2/users?pageSize=5&pageNumber=2",
                    Some("open next page"),
                )],
            ),
            (
                r#"  "selfUri": "\/api\/v2\/users\/8f4c""#,
                &[("/api/v2/users/8f4c", None)],
            ),
            (
                r#""previousUri": "/api/v2/a""#,
                &[("/api/v2/a", Some("open previous page"))],
            ),
            (r#""anything": "/api/v2/a""#, &[("/api/v2/a", None)]),
            (
                r#""selfUri": "https://other.example/x""#,
                &[("https://other.example/x", None)],
            ),
            (r#""image": "https://other.example/x.png""#, &[]),
            (r#""path": "/users""#, &[]),
            (r#""/api/v2/users": "GET""#, &[]),
            (r#""nextUri": null"#, &[]),
            (r#""selfUri": "/api/v2/••••••""#, &[]),
            (
                r#"{"a":"/api/v2/a","nextUri":"/api/v2/b"}"#,
                &[("/api/v2/a", None), ("/api/v2/b", Some("open next page"))],
            ),
        ];
        for (line, expected) in table {
            let spans = StringMap::default().spans(line.as_bytes(), 0..line.len());
            let links = links(line, &spans);
            let is: Vec<(&str, Option<&str>)> =
                links.iter().map(|link| (&*link.uri, link.label)).collect();
            assert_eq!(is, expected, "{line}");
            for Link { range, .. } in links {
                assert!(line[range].ends_with('"'), "{line}");
            }
        }
    }
}
