//! Cookies that an answer sets are used on the next hops of the same exchange (RFC 6265, one origin). Nothing is kept after it.

use bytes::Bytes;

#[derive(Debug, Default, Clone)]
pub(crate) struct Cookies(Vec<Cookie>);

#[derive(Debug, Clone)]
struct Cookie {
    name: String,
    value: String,
    path: String,
    secure: bool,
}

impl Cookies {
    /// Takes one `Set-Cookie` of an answer to a request for `request_path`.
    pub(crate) fn set(&mut self, set_cookie: &str, request_path: &str) {
        let mut parts = set_cookie.split(';');
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else {
            return;
        };
        let (name, value) = (name.trim().to_owned(), value.trim().to_owned());
        if name.is_empty() {
            return;
        }
        let mut cookie = Cookie {
            name,
            value,
            path: default_path(request_path).to_owned(),
            secure: false,
        };
        let mut expired = false;
        for attribute in parts {
            let (key, value) = attribute.split_once('=').unwrap_or((attribute, ""));
            let value = value.trim();
            match key.trim().to_ascii_lowercase().as_str() {
                "path" if value.starts_with('/') => value.clone_into(&mut cookie.path),
                "secure" => cookie.secure = true,
                "max-age" => expired = value.parse::<i64>().is_ok_and(|seconds| seconds <= 0),
                _ => {}
            }
        }
        self.0
            .retain(|known| known.name != cookie.name || known.path != cookie.path);
        if !expired {
            self.0.push(cookie);
        }
    }

    /// The value of `Cookie`: what was typed, with the cookies for `path` behind it. A cookie of the same name replaces the typed one.
    /// `None`: nothing is to be added.
    pub(crate) fn header(&self, typed: Option<&[u8]>, path: &str, secure: bool) -> Option<Bytes> {
        let fitting: Vec<&Cookie> = self
            .0
            .iter()
            .filter(|cookie| matches(&cookie.path, path) && (secure || !cookie.secure))
            .collect();
        if fitting.is_empty() {
            return None;
        }
        let replaced = |pair: &&str| {
            let name = pair.split('=').next().unwrap_or_default().trim();
            !fitting.iter().any(|cookie| cookie.name == name)
        };
        let typed = String::from_utf8_lossy(typed.unwrap_or_default()).into_owned();
        let pairs: Vec<String> = typed
            .split(';')
            .map(str::trim)
            .filter(|pair| !pair.is_empty())
            .filter(replaced)
            .map(str::to_owned)
            .chain(
                fitting
                    .iter()
                    .map(|cookie| format!("{}={}", cookie.name, cookie.value)),
            )
            .collect();
        Some(Bytes::from(pairs.join("; ")))
    }
}

/// RFC 6265 section 5.1.4.
fn default_path(request_path: &str) -> &str {
    match request_path.rfind('/') {
        None | Some(0) => "/",
        Some(at) => &request_path[..at],
    }
}

fn matches(cookie_path: &str, path: &str) -> bool {
    path.strip_prefix(cookie_path)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || cookie_path.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_go_where_they_belong() {
        type Row<'a> = (
            &'a [&'a str],
            Option<&'a str>,
            &'a str,
            bool,
            Option<&'a str>,
        );
        let table: [Row; 8] = [
            (&["a=1"], None, "/x/y", false, Some("a=1")),
            (&["a=1; Path=/"], Some("t=0"), "/z", false, Some("t=0; a=1")),
            (
                &["a=1; Path=/"],
                Some("a=0; b=2"),
                "/",
                false,
                Some("b=2; a=1"),
            ),
            (&["a=1; Path=/x"], None, "/xy", false, None),
            (&["a=1; Secure; Path=/"], None, "/", false, None),
            (&["a=1; Secure; Path=/"], None, "/", true, Some("a=1")),
            (
                &["a=1; Path=/", "a=; Max-Age=0; Path=/"],
                None,
                "/",
                false,
                None,
            ),
            (&["=x", "nothing"], None, "/", false, None),
        ];
        for (set, typed, path, secure, expected) in table {
            let mut cookies = Cookies::default();
            for line in set {
                cookies.set(line, "/x/y");
            }
            let found = cookies.header(typed.map(str::as_bytes), path, secure);
            assert_eq!(
                found.as_deref(),
                expected.map(str::as_bytes),
                "{set:?} {path}"
            );
        }
    }
}
