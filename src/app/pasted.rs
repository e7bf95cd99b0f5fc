//! A URL pasted into a field of the environment form or the welcome page: what kind of target it names.

use crate::model::environment::Place;
use crate::model::region::Region;
use crate::model::route;

/// What a pasted URL stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pasted {
    /// `https://api.mypurecloud.com`, `https://login.usw2.pure.cloud/oauth/token`, `https://apps.…`.
    Direct(Place),
    /// Any other URL: the gateway's, to be taken apart by `InvokeUrl`.
    Gateway(String),
}

/// What ends every domain of Genesys Cloud.
const VENDOR_ENDINGS: [&str; 6] = [
    ".pure.cloud",
    ".us-gov-pure.cloud",
    ".eusc-pure.cloud",
    "mypurecloud.com.au",
    ".inindca.com",
    ".inintca.com",
];

/// The target that a URL or host name names; `None` when it is neither.
#[must_use]
pub fn target_of(text: &str) -> Option<Pasted> {
    let text = text.trim();
    if text.is_empty() || text.contains(char::is_whitespace) {
        return None;
    }
    let domain = route::domain_of(text);
    if let Ok(region) = Region::find(&domain) {
        return Some(Pasted::Direct(Place::Region(region)));
    }
    if VENDOR_ENDINGS
        .iter()
        .any(|ending| format!(".{domain}").ends_with(ending))
    {
        return Some(Pasted::Direct(Place::Domain(domain)));
    }
    let is_url = text.contains("://") || route::is_execute_api(&domain);
    (is_url && route::InvokeUrl::parse(text).is_ok()).then(|| Pasted::Gateway(text.to_owned()))
}

/// The URL that one edit brought into a field; typing brings one character at a time and is left alone.
#[must_use]
pub fn pasted_into(before: &str, after: &str) -> Option<Pasted> {
    /// `https://a` is the shortest that is worth taking apart.
    const SHORTEST: usize = 8;
    let same = |one: &mut dyn Iterator<Item = u8>, other: &mut dyn Iterator<Item = u8>| {
        one.zip(other)
            .take_while(|(one, other)| one == other)
            .count()
    };
    let head = same(&mut before.bytes(), &mut after.bytes());
    let tail = same(
        &mut before.bytes().skip(head).rev(),
        &mut after.bytes().skip(head).rev(),
    );
    if after.len() < head + tail + SHORTEST {
        return None;
    }
    let start = ["https://", "http://"]
        .iter()
        .filter_map(|scheme| after.find(scheme))
        .min();
    let text = match start {
        Some(start) => after[start..].split_whitespace().next()?,
        None if route::is_execute_api(&route::domain_of(after)) => after,
        None => return None,
    };
    target_of(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(word: &str) -> Option<Pasted> {
        Some(Pasted::Direct(Place::Region(
            Region::find(word).expect("a region"),
        )))
    }

    fn gateway(url: &str) -> Option<Pasted> {
        Some(Pasted::Gateway(url.to_owned()))
    }

    #[test]
    fn a_url_names_a_region_a_domain_or_a_gateway() {
        let execute = "https://a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/test";
        for (text, expected) in [
            ("https://api.usw2.pure.cloud", region("us-west-2")),
            (
                "https://login.mypurecloud.com/oauth/token",
                region("us-east-1"),
            ),
            (
                "https://api.mypurecloud.de/api/v2/users?pageSize=5",
                region("eu-central-1"),
            ),
            (
                "https://apps.mypurecloud.com.au/directory",
                region("ap-southeast-2"),
            ),
            (
                "https://api.new1.pure.cloud",
                Some(Pasted::Direct(Place::Domain("new1.pure.cloud".to_owned()))),
            ),
            (execute, gateway(execute)),
            (
                "a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/test",
                gateway("a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/test"),
            ),
            (
                "https://api.acme.example/genesys",
                gateway("https://api.acme.example/genesys"),
            ),
            ("Acme prod", None),
            ("", None),
            ("https://", None),
            ("ftp://files.example", None),
        ] {
            assert_eq!(target_of(text), expected, "{text}");
        }
    }

    #[test]
    fn typing_is_left_alone_and_a_paste_is_seen_within_other_text() {
        let url = "https://a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/test";
        for (before, after, seen) in [
            ("", url, true),
            ("Gateway", &format!("Gateway{url}") as &str, true),
            ("old.example", url, true),
            (&url[..url.len() - 1], url, false),
            ("https:/", "https://", false),
            ("", "Acme production", false),
        ] {
            assert_eq!(pasted_into(before, after).is_some(), seen, "{after}");
        }
    }
}
