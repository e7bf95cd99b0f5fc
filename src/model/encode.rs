//! Percent-encoding as a gateway needs it: `|`, `{`, `}` and `;` are encoded too, a valid `%XX` is never encoded again,
//! `+` stays as typed (facts/amazon-api-gateway.md section 0, point 8; facts/peers.md cases 17-24).
//! What is encoded where is decided by `resolve`; bodies of forms use `form_component`, where nothing counts as encoded already.

/// The name of a query row. `=` and `&` are encoded, because they would end the name.
#[must_use]
pub fn query_name(text: &str) -> String {
    encode(text, Existing::Keep, |byte| {
        is_query_byte(byte) && byte != b'='
    })
}

/// The value of a query row. `&` and `#` are encoded, `=` stays.
#[must_use]
pub fn query_value(text: &str) -> String {
    encode(text, Existing::Keep, is_query_byte)
}

/// A whole query string as typed behind `?` in a path: `&` and `=` keep their meaning.
#[must_use]
pub fn query_text(text: &str) -> String {
    encode(text, Existing::Keep, |byte| {
        is_query_byte(byte) || byte == b'&'
    })
}

/// The value of a `{pathVariable}`: one segment, so `/`, `?` and `#` are encoded.
#[must_use]
pub fn path_segment(text: &str) -> String {
    encode(text, Existing::Keep, |byte| {
        is_unreserved(byte) || b"!$&'()*+,=:@".contains(&byte)
    })
}

/// A path as typed: only what cannot stand on a request line is encoded. A lone `%` stays as typed.
#[must_use]
pub fn path_text(text: &str) -> String {
    encode(text, Existing::AsTyped, |byte| {
        byte.is_ascii_graphic() && !b"\"<>`#".contains(&byte)
    })
}

/// One name or value of an `application/x-www-form-urlencoded` body: everything but unreserved characters is encoded,
/// `%` always, a space as `+`.
#[must_use]
pub fn form_component(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for &byte in text.as_bytes() {
        match byte {
            b' ' => encoded.push('+'),
            b'*' | b'-' | b'.' | b'_' => encoded.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => encoded.push(char::from(byte)),
            _ => push_encoded(&mut encoded, byte),
        }
    }
    encoded
}

/// Undoes percent-encoding; what is not a valid `%XX` stays. Bytes that are not UTF-8 come out as U+FFFD.
#[must_use]
pub fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if let Some(byte) = encoded_byte(bytes, at) {
            decoded.push(byte);
            at += 3;
        } else {
            decoded.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// What happens to `%`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Existing {
    /// A valid `%XX` stays, a lone `%` becomes `%25`.
    Keep,
    /// Every `%` stays.
    AsTyped,
}

fn encode(text: &str, existing: Existing, stays: impl Fn(u8) -> bool) -> String {
    let bytes = text.as_bytes();
    let mut encoded = String::with_capacity(bytes.len());
    for (at, &byte) in bytes.iter().enumerate() {
        let keep = if byte == b'%' {
            existing == Existing::AsTyped || encoded_byte(bytes, at).is_some()
        } else {
            stays(byte)
        };
        if keep {
            encoded.push(char::from(byte));
        } else {
            push_encoded(&mut encoded, byte);
        }
    }
    encoded
}

/// The byte that a `%XX` at this place stands for.
fn encoded_byte(bytes: &[u8], at: usize) -> Option<u8> {
    let [b'%', high, low] = bytes.get(at..at + 3)? else {
        return None;
    };
    let high = char::from(*high).to_digit(16)?;
    let low = char::from(*low).to_digit(16)?;
    u8::try_from(high * 16 + low).ok()
}

fn push_encoded(text: &mut String, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    text.push('%');
    text.push(char::from(DIGITS[usize::from(byte >> 4)]));
    text.push(char::from(DIGITS[usize::from(byte & 15)]));
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// What stands in a query as typed, apart from the separators.
fn is_query_byte(byte: u8) -> bool {
    is_unreserved(byte) || b"/:@?,!$'()*+=[]".contains(&byte)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn query_values_are_encoded_as_a_gateway_needs_them() {
        let table = [
            ("a|b", "a%7Cb"),
            ("{x};y", "%7Bx%7D%3By"),
            ("a b", "a%20b"),
            ("a+b", "a+b"),
            ("a%2Bb", "a%2Bb"),
            ("%30%", "%30%25"),
            ("%batch", "%batch"),
            ("%ae%", "%ae%25"),
            ("%zz", "%25zz"),
            ("%4E%C3%A4", "%4E%C3%A4"),
            ("ä", "%C3%A4"),
            ("\"<>`^\\", "%22%3C%3E%60%5E%5C"),
            ("a&b#c=d", "a%26b%23c=d"),
            (
                "2024-01-01T00:00:00.000Z/2024-01-02T00:00:00.000Z",
                "2024-01-01T00:00:00.000Z/2024-01-02T00:00:00.000Z",
            ),
            ("(key='a'),b!*$?@", "(key='a'),b!*$?@"),
            ("a\r\nb\0\u{7f}", "a%0D%0Ab%00%7F"),
            ("", ""),
        ];
        for (typed, sent) in table {
            assert_eq!(query_value(typed), sent, "value {typed:?}");
        }
        assert_eq!(query_name("a=b&c"), "a%3Db%26c");
        assert_eq!(query_text("a=b&c&&d={x}#"), "a=b&c&&d=%7Bx%7D%23");
    }

    #[test]
    fn a_path_value_is_one_segment() {
        let table = [
            ("a/b#c?d e", "a%2Fb%23c%3Fd%20e"),
            ("a%2Fb", "a%2Fb"),
            ("100%", "100%25"),
            ("x:verb@y", "x:verb@y"),
            ("{id}", "%7Bid%7D"),
            ("é", "%C3%A9"),
        ];
        for (typed, sent) in table {
            assert_eq!(path_segment(typed), sent, "segment {typed:?}");
        }
    }

    #[test]
    fn a_typed_path_changes_only_where_it_must() {
        let table = [
            ("/a/../b//c/{x}|^\\;%zz%", "/a/../b//c/{x}|^\\;%zz%"),
            ("/a b", "/a%20b"),
            ("/ä<>\"`", "/%C3%A4%3C%3E%22%60"),
            ("/a#b", "/a%23b"),
            ("/x:verb(key='a')", "/x:verb(key='a')"),
        ];
        for (typed, sent) in table {
            assert_eq!(path_text(typed), sent, "path {typed:?}");
        }
    }

    #[test]
    fn form_components_encode_everything_but_letters_digits_and_four_marks() {
        let table = [
            ("a b", "a+b"),
            ("a+b", "a%2Bb"),
            ("50%25", "50%2525"),
            ("a=b&c", "a%3Db%26c"),
            ("-._*~", "-._*%7E"),
            ("ü", "%C3%BC"),
        ];
        for (typed, sent) in table {
            assert_eq!(form_component(typed), sent, "component {typed:?}");
        }
    }

    proptest! {
        #[test]
        fn encoding_twice_changes_nothing(text in "\\PC*|[%0-9a-fA-F+&=# {}|]{0,24}") {
            for encoder in [query_name, query_value, query_text, path_segment, path_text] {
                let once = encoder(&text);
                prop_assert_eq!(encoder(&once), once.clone());
            }
        }

        #[test]
        fn the_output_can_stand_on_a_request_line(text in any::<String>()) {
            for encoder in [query_name, query_value, query_text, path_segment, path_text, form_component] {
                let encoded = encoder(&text);
                prop_assert!(encoded.bytes().all(|byte| byte.is_ascii_graphic()), "{:?}", encoded);
            }
        }

        #[test]
        fn decoding_gives_back_a_text_without_percent(text in any::<String>()) {
            let text = text.replace('%', "");
            for encoder in [query_name, query_value, query_text, path_segment, path_text] {
                prop_assert_eq!(decode(&encoder(&text)), text.clone());
            }
        }

        #[test]
        fn a_form_component_gives_back_any_text(text in any::<String>()) {
            prop_assert_eq!(decode(&form_component(&text).replace('+', " ")), text);
        }
    }
}
