//! Which words can be URLs, and what they are made of. A word that stands alone is one for curl whatever it is, but what people paste has prompts,
//! options of other versions and lost quotes in it: a header or a token there must not become an address.

use crate::model::route::PastedUrl;

/// Whether `word` may be where a request goes: it has a protocol, or begins with a host.
pub(super) fn is_url(word: &str) -> bool {
    let word = without_references(word);
    if has_protocol(&word) {
        return true;
    }
    if word.contains(char::is_whitespace) {
        return false;
    }
    let authority = authority(&word);
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, port),
        _ => (host, ""),
    };
    let is_part_of_name =
        |sign: char| sign.is_alphanumeric() || "-._{},".contains(sign) || "[]:%".contains(sign);
    let is_name = !name.is_empty()
        && name.chars().all(is_part_of_name)
        && (!name.contains(':') || name.starts_with('['));
    is_name && port.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether `word` can be nothing but a URL: behind an option that nobody knows it may be the option's value.
pub(super) fn is_unmistakable(word: &str) -> bool {
    if !is_url(word) {
        return false;
    }
    let plain = without_references(word);
    let authority = authority(&plain);
    // A token in three parts has dots as well, but capitals too, and nothing behind.
    let is_host = authority.contains('.')
        && (plain.len() > authority.len() || authority.contains(':'))
        && !authority.contains(|sign: char| sign.is_ascii_uppercase());
    has_protocol(&plain)
        || word.starts_with("{{")
        || authority.split(':').next() == Some("localhost")
        || is_host
}

/// Whether curl would make several URLs of this one: `{a,b}` and `[1-3]`.
pub(super) fn is_pattern(url: &str) -> bool {
    let plain = without_references(url);
    let between = |open: char, close: char, holds: fn(&str) -> bool| {
        plain.split(open).skip(1).any(|behind| {
            behind
                .split_once(close)
                .is_some_and(|(inside, _)| holds(inside))
        })
    };
    let is_range = |inside: &str| {
        let range = inside.split(':').next().unwrap_or_default();
        range.split_once('-').is_some_and(|(from, to)| {
            let is_end =
                |end: &str| !end.is_empty() && end.bytes().all(|byte| byte.is_ascii_alphanumeric());
            is_end(from) && is_end(to)
        })
    };
    between('{', '}', |inside| inside.contains(',')) || between('[', ']', is_range)
}

/// curl takes a host without a protocol for http.
pub(super) fn with_scheme(url: &str) -> String {
    if url.contains("://") || url.starts_with("{{") {
        url.to_owned()
    } else {
        format!("http://{url}")
    }
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
    let (url, fragment) = url
        .split_once('#')
        .map_or((url, None), |(url, part)| (url, Some(part)));
    let sign = if url.contains('?') { '&' } else { '?' };
    let fragment = fragment.map_or_else(String::new, |part| format!("#{part}"));
    format!("{url}{sign}{}{fragment}", query.join("&"))
}

/// The parts of a URL; variables may stand in path and query. `None` for one whose host is not known.
pub(super) fn parse(url: &str) -> Option<PastedUrl> {
    let (protocol, rest) = url.split_once("://")?;
    let authority = authority(rest);
    if authority.contains("{{") {
        return None;
    }
    let mut references = Vec::new();
    let mut plain = format!("{protocol}://{authority}");
    let mut behind = &rest[authority.len()..];
    while let Some((before, after)) = behind.split_once("{{") {
        let Some((name, rest)) = after.split_once("}}") else {
            break;
        };
        plain.push_str(before);
        plain.push_str(&stand_in(references.len()));
        references.push(format!("{{{{{name}}}}}"));
        behind = rest;
    }
    plain.push_str(behind);
    let mut pasted = PastedUrl::parse(&plain)?;
    let put_back = |text: &mut String| {
        for (number, reference) in references.iter().enumerate() {
            *text = text.replace(&stand_in(number), reference);
        }
    };
    put_back(&mut pasted.path);
    for row in &mut pasted.query {
        put_back(&mut row.name);
        row.value.iter_mut().for_each(put_back);
    }
    Some(pasted)
}

/// What stands in a URL for a variable while it is taken apart: a text that nobody writes and nothing changes.
fn stand_in(number: usize) -> String {
    format!("gatescope-variable-{number}-here")
}

fn has_protocol(word: &str) -> bool {
    word.split_once("://").is_some_and(|(protocol, _)| {
        protocol.starts_with(|sign: char| sign.is_ascii_alphabetic())
            && protocol
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+.-".contains(&byte))
    })
}

fn authority(word: &str) -> &str {
    &word[..word.find(['/', '?', '#']).unwrap_or(word.len())]
}

/// With a digit in the place of each `{{variable}}`: it may stand for a name, and for a port.
fn without_references(word: &str) -> String {
    let mut plain = String::with_capacity(word.len());
    let mut rest = word;
    while let Some((before, behind)) = rest.split_once("{{") {
        let Some((_, after)) = behind.split_once("}}") else {
            break;
        };
        plain.push_str(before);
        plain.push('0');
        rest = after;
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_can_be_urls() {
        for (word, url, unmistakable) in [
            ("https://h.example/a b", true, true),
            ("HTTP://h", true, true),
            ("h.example/a", true, true),
            ("h.example:8080", true, true),
            ("localhost:8080/x", true, true),
            ("user:pass@h.example/a", true, true),
            ("{{baseUrl}}/a", true, true),
            ("{{host name}}:{{port}}/a", true, true),
            ("[::1]:8080/a", true, false),
            ("h{1,2}.example/a", true, true),
            ("foo", true, false),
            ("eyJhbGci.eyJz.c2ln", true, false),
            ("Authorization: Bearer tok", false, false),
            ("X-Token:SECRET", false, false),
            ("{\"a\":1}", false, false),
            ("client_secret=abc", false, false),
            ("h.example/a b", false, false),
            ("/api/v2/users", false, false),
            ("", false, false),
        ] {
            assert_eq!(is_url(word), url, "{word}");
            assert_eq!(is_unmistakable(word), unmistakable, "{word}");
        }
    }

    #[test]
    fn variables_stay_in_path_and_query() {
        let url = "https://api.mypurecloud.com/{{a}}/{{a b}}?{{c}}=d&e={{f}}-{{a}}";
        let pasted = parse(url).expect("a URL");
        assert_eq!(pasted.origin, "https://api.mypurecloud.com");
        assert_eq!(pasted.path, "/{{a}}/{{a b}}");
        let query: Vec<(&str, Option<&str>)> = pasted
            .query
            .iter()
            .map(|row| (row.name.as_str(), row.value.as_deref()))
            .collect();
        assert_eq!(query, [("{{c}}", Some("d")), ("e", Some("{{f}}-{{a}}"))]);
        assert_eq!(parse("https://{{host}}/a"), None);
    }

    #[test]
    fn patterns_are_told_from_references() {
        for (url, pattern) in [
            ("https://h/{a,b}", true),
            ("https://h/[1-3]", true),
            ("https://h/[a-z:2]", true),
            ("https://h/{{id}}", false),
            ("https://h/{id}", false),
            ("https://[::1]/a", false),
            ("https://h/a[]=1", false),
        ] {
            assert_eq!(is_pattern(url), pattern, "{url}");
        }
    }
}
