//! How a gateway writes the backend's path and query from the client's: path parameters are decoded once
//! (`%2F` arrives as `/`, `%252F` as `%2F`), and what may not stand in a URL is encoded again.

use std::fmt::Write;

/// The backend's path for the greedy rest of the client's.
pub(super) fn backend_path(rest: &str) -> String {
    let decoded = decode(rest.as_bytes());
    let mut path = String::from("/");
    for (position, byte) in decoded.iter().enumerate() {
        let stands = match byte {
            b'%' => is_escape(&decoded[position..]),
            byte => byte.is_ascii_graphic() && !b"\"<>\\^`{|}?#".contains(byte),
        };
        if stands {
            path.push(char::from(*byte));
        } else {
            let _ = write!(path, "%{byte:02X}");
        }
    }
    path
}

/// A REST API takes `;` for a separator of parameters.
pub(super) fn rest_query(query: &str) -> String {
    query.replace(';', "&")
}

fn decode(text: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        if *byte == b'%' && is_escape(rest) {
            decoded.push(digit(rest[1]) * 16 + digit(rest[2]));
            rest = &rest[3..];
        } else {
            decoded.push(*byte);
            rest = after;
        }
    }
    decoded
}

fn is_escape(text: &[u8]) -> bool {
    text.len() >= 3 && text[1].is_ascii_hexdigit() && text[2].is_ascii_hexdigit()
}

/// The value of a hexadecimal digit.
fn digit(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => byte - b'0',
        b'a'..=b'f' => byte - b'a' + 10,
        _ => byte - b'A' + 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_parameters_are_decoded_once() {
        let table = [
            ("api/v2/users", "/api/v2/users"),
            ("a%2Fb", "/a/b"),
            ("a%252Fb", "/a%2Fb"),
            ("a%20b", "/a%20b"),
            ("a+b", "/a+b"),
            ("a%3Fb%23c", "/a%3Fb%23c"),
            ("a%25b", "/a%25b"),
            ("a%2525", "/a%25"),
            ("%C3%A4", "/%C3%A4"),
            ("%0D%0A", "/%0D%0A"),
            ("%zz", "/%25zz"),
            ("users/", "/users/"),
            ("{id}", "/%7Bid%7D"),
        ];
        for (rest, expected) in table {
            assert_eq!(backend_path(rest), expected, "{rest}");
        }
    }

    #[test]
    fn a_semicolon_separates_parameters() {
        assert_eq!(rest_query("a=1;b=2&c=%3B"), "a=1&b=2&c=%3B");
    }
}
