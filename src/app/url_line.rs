//! The URL of a leg as it is shown before sending: what both legs have in common, and what is this leg's own.

use std::ops::Range;

/// A URL and where its parts are, in bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UrlLine {
    /// Masked.
    pub url: String,
    /// `scheme://host[:port]` ends here.
    pub origin_end: usize,
    /// What the other leg's URL does not have behind the origin; empty when there is nothing to compare with.
    pub own: Range<usize>,
}

impl UrlLine {
    /// `other`: the URL of the other leg.
    #[must_use]
    pub fn new(url: &str, other: Option<&str>) -> Self {
        let origin_end = origin_end(url);
        let own = match other {
            Some(other) => {
                let own = own_part(&url[origin_end..], &other[self::origin_end(other)..]);
                own.start + origin_end..own.end + origin_end
            }
            None => origin_end..origin_end,
        };
        Self {
            url: url.to_owned(),
            origin_end,
            own,
        }
    }
}

fn origin_end(url: &str) -> usize {
    let authority = url.find("://").map_or(0, |at| at + 3);
    url[authority..]
        .find(['/', '?', '#'])
        .map_or(url.len(), |at| at + authority)
}

/// Between the common beginning and the common end, both in whole segments and pairs.
fn own_part(one: &str, other: &str) -> Range<usize> {
    if one == other {
        return one.len()..one.len();
    }
    let is_border = |text: &str, at: usize| {
        at == text.len() || matches!(text.as_bytes()[at], b'/' | b'?' | b'&' | b'#')
    };
    let same_start = one
        .bytes()
        .zip(other.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    let start = (0..=same_start)
        .rev()
        .find(|&at| is_border(one, at) && is_border(other, at))
        .unwrap_or(0);
    let room = one.len().min(other.len()) - start;
    let same_end = one
        .bytes()
        .rev()
        .zip(other.bytes().rev())
        .take(room)
        .take_while(|(a, b)| a == b)
        .count();
    let end = (0..=same_end)
        .rev()
        .find(|&back| is_border(one, one.len() - back) && is_border(other, other.len() - back))
        .unwrap_or(0);
    start..one.len() - end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(one: &str, other: &str) -> String {
        let line = UrlLine::new(one, Some(other));
        line.url[line.own].to_owned()
    }

    #[test]
    fn what_differs_is_whole_segments() {
        let direct = "https://api.usw2.pure.cloud/api/v2/users?pageSize=5";
        for (one, other, expected) in [
            (
                direct,
                "https://gate.example/test/api/v2/users?pageSize=5",
                "",
            ),
            (
                "https://gate.example/test/api/v2/users?pageSize=5",
                direct,
                "/test",
            ),
            (
                "https://gate.example/test/users?pageSize=5",
                direct,
                "/test",
            ),
            (
                direct,
                "https://gate.example/test/users?pageSize=5",
                "/api/v2",
            ),
            ("https://h/test/a", "https://h/testing/a", "/test"),
            ("https://h/a?x=1&y=2", "https://h/a?x=1&y=3", "&y=2"),
            ("https://h/a", "https://h/a", ""),
            ("https://h/a/a/b", "https://h/a/b", "/a"),
            ("https://h", "https://h/a", ""),
            ("https://h/ä/b", "https://h/ö/b", "/ä"),
        ] {
            assert_eq!(own(one, other), expected, "{one} beside {other}");
        }
        let alone = UrlLine::new(direct, None);
        assert!(alone.own.is_empty());
        assert_eq!(&direct[..alone.origin_end], "https://api.usw2.pure.cloud");
    }
}
