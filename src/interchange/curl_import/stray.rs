//! Words that stand alone, and which of them can be URLs. Each is one for curl, whatever it is, but what people paste has
//! prompts, options of other versions and lost quotes in it: a header or a token there must not become an address.

use crate::interchange::text::Place;
use crate::interchange::types::{Ignored, Imported};

/// Words that are no URLs are listed by their place up to that many.
const MOST_PLACES: usize = 5;

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

/// Words that stand alone and are no URLs. They may be credentials: their places are told, and nothing else.
pub(super) fn ignore(text: &str, strays: &[usize], imported: &mut Imported) {
    for at in strays.iter().take(MOST_PLACES) {
        let place = Place::at(text, *at);
        imported.ignored.push(Ignored::new(
            format!(
                "the word at line {}, column {}",
                place.line, place.column
            ),
            "it belongs to no option and is no URL: look for an option or a quote that is missing before it",
        ));
    }
    if let Some(more) = strays
        .len()
        .checked_sub(MOST_PLACES)
        .filter(|more| *more > 0)
    {
        imported.ignored.push(Ignored::new(
            format!("{more} more words"),
            "they belong to no option and are no URLs",
        ));
    }
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
}
