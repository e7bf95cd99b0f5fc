//! Masking by name inside a text: JSON and form fields, parts of a multipart body, and the fields and password of a URL.
//! Nothing is parsed into a tree and nothing is respelled: all that is not a credential's value stays byte for byte,
//! in damaged and cut-off texts too.

use std::borrow::Cow;
use std::ops::Range;

use super::{MASK, is_credential_field};

/// How the fields of a text are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldSyntax {
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/form-data`.
    Multipart,
}

impl FieldSyntax {
    /// By a `Content-Type` value; `None` for types without named fields.
    #[must_use]
    pub fn of_content_type(content_type: &str) -> Option<Self> {
        let essence = content_type
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        match essence.as_str() {
            "application/x-www-form-urlencoded" => Some(Self::Form),
            "multipart/form-data" => Some(Self::Multipart),
            "application/x-ndjson" | "application/jsonl" | "text/json" => Some(Self::Json),
            json if json.ends_with("/json") || json.ends_with("+json") => Some(Self::Json),
            _ => None,
        }
    }

    /// By a `Content-Type` value, and by how the text begins where that does not tell. A text that begins like JSON is JSON
    /// when it is called a form too: `curl -d` calls everything one.
    #[must_use]
    pub fn of(content_type: &str, text: &str) -> Self {
        match Self::of_content_type(content_type) {
            Some(Self::Form) if begins_like_json(text) => Self::Json,
            Some(told) => told,
            None if text.trim_start().starts_with(['{', '[']) => Self::Json,
            None if text.starts_with("--") => Self::Multipart,
            None => Self::Form,
        }
    }
}

/// `{"`, `[{` and the like; a form may begin with `{{variable}}`.
fn begins_like_json(text: &str) -> bool {
    let text = text.trim_start();
    let behind = |open: char| text.strip_prefix(open).map(str::trim_start);
    behind('{').is_some_and(|rest| rest.starts_with(['"', '}']))
        || behind('[').is_some_and(|rest| rest.starts_with(['{', '[', '"', ']']))
}

/// `text` with the values of fields named like credentials replaced by `MASK`.
#[must_use]
pub fn mask_named_fields(text: &str, syntax: FieldSyntax) -> String {
    replace_named_fields(text, syntax, MASK)
}

/// The same with other words in place of the values: `(not kept)`. In JSON the value becomes a text of these words,
/// so they hold no quote and no backslash.
#[must_use]
pub fn replace_named_fields(text: &str, syntax: FieldSyntax, words: &str) -> String {
    match syntax {
        FieldSyntax::Json => replace(text, &json_values(text), &format!("\"{words}\"")),
        FieldSyntax::Form => replace(text, &form_values(text), words),
        FieldSyntax::Multipart => replace(text, &part_values(text), words),
    }
}

/// A URL or request target with its password and the values of query and fragment fields named like credentials replaced.
/// A user name without a password is replaced whole: there it is a token.
#[must_use]
pub fn mask_url(url: &str) -> String {
    replace(url, &credentials_in_url(url), MASK)
}

/// Where the values of fields named like credentials are; in JSON with their quotes.
#[must_use]
pub fn credentials_in_text(text: &str, syntax: FieldSyntax) -> Vec<Range<usize>> {
    match syntax {
        FieldSyntax::Json => json_values(text),
        FieldSyntax::Form => form_values(text),
        FieldSyntax::Multipart => part_values(text),
    }
}

/// Where the password of a URL and the values of its credential fields are, in order.
#[must_use]
pub fn credentials_in_url(url: &str) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = password(url).into_iter().collect();
    let fields = url.find(['?', '#']).map_or(url.len(), |at| at + 1);
    let mut start = fields;
    for part in url[fields..].split(['?', '#']) {
        ranges.extend(
            form_values(part)
                .into_iter()
                .map(|range| start + range.start..start + range.end),
        );
        start += part.len() + 1;
    }
    ranges
}

fn password(url: &str) -> Option<Range<usize>> {
    let start = if url.starts_with("//") {
        2
    } else {
        url.find("://")? + 3
    };
    let authority = &url[start..];
    let end = authority.find(['/', '?', '#']).unwrap_or(authority.len());
    let user = authority[..end].rfind('@')?;
    let password = authority[..user].find(':').map_or(0, |colon| colon + 1);
    (password < user).then_some(start + password..start + user)
}

fn replace(text: &str, ranges: &[Range<usize>], words: &str) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut position = 0;
    for range in ranges {
        replaced.push_str(&text[position..range.start]);
        replaced.push_str(words);
        position = range.end;
    }
    replaced.push_str(&text[position..]);
    replaced
}

/// Where the values of credential fields are; empty ones are left alone.
fn form_values(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    for pair in text.split('&') {
        if let Some((name, value)) = pair.split_once('=')
            && !value.is_empty()
            && is_credential_field(&form_decoded(name))
        {
            let value_start = start + name.len() + 1;
            // A line end after the last pair is not part of the value.
            let value = value.trim_end_matches(['\r', '\n']);
            ranges.push(value_start..value_start + value.len());
        }
        start += pair.len() + 1;
    }
    ranges
}

fn form_decoded(name: &str) -> Cow<'_, str> {
    if !name.contains(['%', '+']) {
        return Cow::Borrowed(name);
    }
    let pair = url::form_urlencoded::parse(name.as_bytes()).next();
    pair.map_or(Cow::Borrowed(name), |(name, _)| {
        Cow::Owned(name.into_owned())
    })
}

/// The values of parts whose `Content-Disposition` name is a credential's.
fn part_values(text: &str) -> Vec<Range<usize>> {
    let Some(boundary) = text.lines().next().filter(|line| line.starts_with("--")) else {
        return Vec::new();
    };
    let mut ranges = Vec::new();
    let mut start = 0;
    for part in text.split(boundary) {
        let head_end = part
            .find("\r\n\r\n")
            .map(|at| at + 4)
            .or_else(|| part.find("\n\n").map(|at| at + 2));
        if let Some(head_end) = head_end
            && part_name(&part[..head_end]).is_some_and(is_credential_field)
        {
            let value = &part[head_end..];
            let value = value
                .strip_suffix("\r\n")
                .or_else(|| value.strip_suffix('\n'))
                .unwrap_or(value);
            if !value.is_empty() {
                ranges.push(start + head_end..start + head_end + value.len());
            }
        }
        start += part.len() + boundary.len();
    }
    ranges
}

fn part_name(head: &str) -> Option<&str> {
    let (_, after) = head.split_once(" name=\"")?;
    after.split_once('"').map(|(name, _)| name)
}

/// What surrounds a place in JSON.
enum Container {
    Object {
        /// The name of the member whose value is next or under way is a credential's.
        credential: bool,
        /// A string here is a name.
        at_name: bool,
    },
    /// `credential`: its elements belong to a member named like a credential.
    Array { credential: bool },
}

fn json_values(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut ranges = Vec::new();
    let mut containers: Vec<Container> = Vec::new();
    let mut position = 0;
    while let Some(&byte) = bytes.get(position) {
        let token = json_token(bytes, position);
        let value = match byte {
            b'"' => json_string(&text[token.clone()], containers.last_mut()),
            b'-' | b'0'..=b'9' => in_credential(containers.last()),
            b'{' => {
                containers.push(Container::Object {
                    credential: false,
                    at_name: true,
                });
                false
            }
            b'[' => {
                let credential = in_credential(containers.last());
                containers.push(Container::Array { credential });
                false
            }
            b'}' | b']' => {
                containers.pop();
                false
            }
            b',' => {
                if let Some(Container::Object { at_name, .. }) = containers.last_mut() {
                    *at_name = true;
                }
                false
            }
            _ => false,
        };
        position = token.end;
        if value {
            ranges.push(token);
        }
    }
    ranges
}

fn in_credential(container: Option<&Container>) -> bool {
    match container {
        Some(Container::Object {
            credential,
            at_name,
        }) => *credential && !at_name,
        Some(Container::Array { credential }) => *credential,
        None => false,
    }
}

/// Whether the string `token` is a credential's value; a name changes the container instead.
fn json_string(token: &str, container: Option<&mut Container>) -> bool {
    match container {
        Some(Container::Object {
            credential,
            at_name,
        }) if *at_name => {
            *at_name = false;
            let inner = token.strip_prefix('"').unwrap_or(token);
            let inner = inner.strip_suffix('"').unwrap_or(inner);
            *credential = if inner.contains('\\') {
                serde_json::from_str::<String>(token).is_ok_and(|name| is_credential_field(&name))
            } else {
                is_credential_field(inner)
            };
            false
        }
        container => token != "\"\"" && in_credential(container.as_deref()),
    }
}

/// The string or number at `start`, else one byte.
fn json_token(bytes: &[u8], start: usize) -> Range<usize> {
    match bytes[start] {
        b'"' => {
            let mut end = start + 1;
            while let Some(at) = memchr::memchr2(b'"', b'\\', &bytes[end.min(bytes.len())..]) {
                if bytes[end + at] == b'"' {
                    return start..end + at + 1;
                }
                end += at + 2;
            }
            // Cut off: the rest belongs to the string.
            start..bytes.len()
        }
        b'-' | b'0'..=b'9' => {
            let length = bytes[start..]
                .iter()
                .take_while(|byte| {
                    byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E')
                })
                .count();
            start..start + length
        }
        _ => start..start + 1,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn json_that_is_called_a_form_is_json() {
        const FORM: &str = "application/x-www-form-urlencoded";
        for (content_type, text, expected) in [
            (FORM, "{\"client_secret\": 1}", FieldSyntax::Json),
            (FORM, " [{\"a\": 1}]", FieldSyntax::Json),
            (FORM, "{{a}}&client_secret=b", FieldSyntax::Form),
            (FORM, "a=b", FieldSyntax::Form),
            ("multipart/form-data", "{\"a\": 1}", FieldSyntax::Multipart),
            ("text/plain", "{ a }", FieldSyntax::Json),
            ("", "--x", FieldSyntax::Multipart),
        ] {
            assert_eq!(
                FieldSyntax::of(content_type, text),
                expected,
                "{content_type}: {text}"
            );
        }
    }

    #[test]
    fn json_fields() {
        for (text, expected) in [
            (
                r#"{"access_token":"abc","token_type":"bearer","expires_in":86399}"#,
                r#"{"access_token":"••••••","token_type":"bearer","expires_in":86399}"#,
            ),
            (
                "{ \"id\" : 1E5,\n\t\"client_secret\" :\t\"a\\\"b\\\\\" , \"n\":1.000 }",
                "{ \"id\" : 1E5,\n\t\"client_secret\" :\t\"••••••\" , \"n\":1.000 }",
            ),
            (r#"{"password":12345}"#, r#"{"password":"••••••"}"#),
            (
                r#"{"password":null,"token":true,"secret":""}"#,
                r#"{"password":null,"token":true,"secret":""}"#,
            ),
            (
                r#"{"passwd":["a",["b"],{"c":"d"},1],"e":"f"}"#,
                r#"{"passwd":["••••••",["••••••"],{"c":"d"},"••••••"],"e":"f"}"#,
            ),
            (
                r#"[{"token":{"value":"x","secret":"y"}},"token","z"]"#,
                r#"[{"token":{"value":"x","secret":"••••••"}},"token","z"]"#,
            ),
            (
                r#"{"client\u005fsecret":"a"}"#,
                r#"{"client\u005fsecret":"••••••"}"#,
            ),
            (r#"{"a":"password","b":"c"}"#, r#"{"a":"password","b":"c"}"#),
            (r#"{"password":"cut of"#, r#"{"password":"••••••""#),
            (r#"{"password":"cut \"#, r#"{"password":"••••••""#),
            (
                "{\"token\":\"a\"}\n{\"token\":\"b\"}",
                "{\"token\":\"••••••\"}\n{\"token\":\"••••••\"}",
            ),
            ("not json: }]{", "not json: }]{"),
            ("", ""),
        ] {
            assert_eq!(
                mask_named_fields(text, FieldSyntax::Json),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn form_fields() {
        for (text, expected) in [
            (
                "grant_type=client_credentials&client_id=a&client_secret=b%20c&scope=",
                "grant_type=client_credentials&client_id=a&client_secret=••••••&scope=",
            ),
            ("client%5Fsecret=b&x", "client%5Fsecret=••••••&x"),
            ("password=&token", "password=&token"),
            ("password=a=b=c\r\n", "password=••••••\r\n"),
            ("&&=&a=b", "&&=&a=b"),
            ("", ""),
        ] {
            assert_eq!(
                mask_named_fields(text, FieldSyntax::Form),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn multipart_fields() {
        let text = "--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nabc\r\n\
                    --b\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nabc\r\n--b--\r\n";
        assert_eq!(
            mask_named_fields(text, FieldSyntax::Multipart),
            text.replacen("abc", MASK, 1)
        );
        assert_eq!(mask_named_fields("plain", FieldSyntax::Multipart), "plain");
    }

    #[test]
    fn urls() {
        for (url, expected) in [
            (
                "https://user:pa@ss@host/p?a=b",
                "https://user:••••••@host/p?a=b",
            ),
            ("https://token@host", "https://••••••@host"),
            ("https://user:@host/", "https://user:@host/"),
            ("//u:p@host/x", "//u:••••••@host/x"),
            ("https://host/a@b:c", "https://host/a@b:c"),
            (
                "/api/v2/users?access_token=abc&pageSize=5#access_token=d&state=e",
                "/api/v2/users?access_token=••••••&pageSize=5#access_token=••••••&state=e",
            ),
            ("/a?b=c?token=d", "/a?b=c?token=••••••"),
            ("", ""),
            ("://", "://"),
        ] {
            assert_eq!(mask_url(url), expected, "{url}");
        }
    }

    #[test]
    fn syntaxes_by_content_type() {
        for (content_type, expected) in [
            ("application/json", Some(FieldSyntax::Json)),
            (
                "Application/Problem+JSON; charset=utf-8",
                Some(FieldSyntax::Json),
            ),
            (
                "application/x-www-form-urlencoded;charset=UTF-8",
                Some(FieldSyntax::Form),
            ),
            (
                "multipart/form-data; boundary=x",
                Some(FieldSyntax::Multipart),
            ),
            ("text/html", None),
            ("", None),
        ] {
            assert_eq!(
                FieldSyntax::of_content_type(content_type),
                expected,
                "{content_type}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_text_is_taken(text in ".{0,200}", json in r#"[\{\}\[\]":,\\a1\-]{0,80}"#) {
            for text in [&text, &json] {
                for syntax in [FieldSyntax::Json, FieldSyntax::Form, FieldSyntax::Multipart] {
                    let _ = mask_named_fields(text, syntax);
                }
                let _ = mask_url(text);
            }
        }

        /// All but the value stays as it was.
        #[test]
        fn only_the_value_changes(
            before in any::<i32>(),
            value in "[^\"\\\\]{1,20}",
            after in "[a-z \\t]{0,10}",
        ) {
            let text = format!(r#"{{"n": {before}.00,"client_secret":"{value}","x":"{after}"}}"#);
            let expected = format!(r#"{{"n": {before}.00,"client_secret":"{MASK}","x":"{after}"}}"#);
            prop_assert_eq!(mask_named_fields(&text, FieldSyntax::Json), expected);
        }
    }
}
