//! Masking by value: every form, tables, laws and a large body.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use proptest::prelude::*;

use super::*;

fn masks(secrets: &[&str]) -> Masks {
    let mut masks = Masks::default();
    for secret in secrets {
        masks.add(secret);
    }
    masks
}

/// `%XX` for the bytes that `plain` does not keep.
fn percent(bytes: &[u8], plain: impl Fn(u8) -> bool, upper: bool) -> String {
    let mut text = String::new();
    for &byte in bytes {
        if plain(byte) {
            text.push(char::from(byte));
        } else if upper {
            write!(text, "%{byte:02X}").expect("a string takes all");
        } else {
            write!(text, "%{byte:02x}").expect("a string takes all");
        }
    }
    text
}

fn strict(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

fn lenient(byte: u8) -> bool {
    strict(byte) || b"!'()*;,/?:@&=$".contains(&byte)
}

fn json_ascii(text: &str) -> String {
    let mut escaped = String::new();
    for unit in text.encode_utf16() {
        write!(escaped, "\\u{unit:04x}").expect("a string takes all");
    }
    escaped
}

/// Every form of `secret`, with a name for messages.
fn forms(secret: &str) -> Vec<(String, String)> {
    let json = serde_json::to_string(secret).expect("a text is JSON");
    let json = json[1..json.len() - 1].to_owned();
    let form = percent(secret.as_bytes(), |byte| strict(byte) || byte == b' ', true);
    let form = form.replace(' ', "+");
    let mut forms = vec![
        ("raw".to_owned(), secret.to_owned()),
        ("JSON".to_owned(), json.clone()),
        ("JSON with \\/".to_owned(), json.replace('/', "\\/")),
        ("JSON in ASCII".to_owned(), json_ascii(secret)),
        (
            "JSON in JSON".to_owned(),
            json.replace('\\', "\\\\").replace('"', "\\\""),
        ),
        ("form".to_owned(), form.clone()),
        (
            "Base64 of the form".to_owned(),
            STANDARD.encode(format!("id:{form}")),
        ),
    ];
    for upper in [true, false] {
        let text = percent(secret.as_bytes(), strict, upper);
        forms.push((
            format!("percent twice {upper}"),
            percent(text.as_bytes(), strict, upper),
        ));
        forms.push((format!("strict {upper}"), text));
        forms.push((
            format!("lenient {upper}"),
            percent(secret.as_bytes(), lenient, upper),
        ));
        forms.push((
            format!("all {upper}"),
            percent(secret.as_bytes(), |_| false, upper),
        ));
    }
    for before in ["", "i", "id", "id:", "client-id:"] {
        for after in ["", "x", "yz", ":end"] {
            let text = format!("{before}{secret}{after}");
            for (name, engine) in [
                ("standard", &STANDARD),
                ("standard without padding", &STANDARD_NO_PAD),
                ("URL-safe", &URL_SAFE),
                ("URL-safe without padding", &URL_SAFE_NO_PAD),
            ] {
                let encoded = engine.encode(&text);
                forms.push((
                    format!("Base64 {name} {before}|{after} in a URL"),
                    percent(encoded.as_bytes(), strict, true),
                ));
                forms.push((format!("Base64 {name} {before}|{after}"), encoded));
            }
        }
    }
    forms
}

#[test]
fn each_form_is_masked_where_it_stands() {
    for secret in [
        "kanarie-4711",
        "a b+c%d:e/f&g=h",
        "gr\u{fc}\u{df}e \u{1f600} \"x\" \\y\u{7}",
        "%41%42?>\u{ff}~~~",
    ] {
        let masks = masks(&[secret]);
        for (name, form) in forms(secret) {
            let masked = masks.text(&format!("<{form}>"));
            assert!(masked.contains(MASK), "{name}: {form} stayed as {masked}");
            assert!(!masked.contains(&form), "{name}: {form} stayed as {masked}");
            assert!(
                !masks.occur_in(masked.as_bytes()),
                "{name}: {form} left {masked}"
            );
            assert!(
                masked.starts_with('<') && masked.ends_with('>'),
                "{name}: what surrounds {form} changed: {masked}"
            );
        }
    }
}

#[test]
fn examples() {
    let masks = masks(&["kanarie-4711", "kanarie-4711-long", "abc"]);
    for (text, expected) in [
        ("", ""),
        ("nothing here: abc", "nothing here: abc"),
        ("kanarie-4711", "••••••"),
        ("x=kanarie-4711-long;", "x=••••••;"),
        ("kanarie-4711kanarie-4711", "••••••••••••"),
        ("50% of kanarie%2D4711 %zz %", "50% of •••••• %zz %"),
        (r#"{"a":"kanarie\u002d4711\n"}"#, r#"{"a":"••••••\n"}"#),
        ("Basic aWQ6a2FuYXJpZS00NzEx", "Basic aWQ6••••••"),
        ("Basic aTprYW5hcmllLTQ3MTE=", "Basic aT••••••"),
    ] {
        assert_eq!(masks.text(text), expected, "{text}");
    }
}

#[test]
fn bytes_that_are_not_text() {
    let masks = masks(&["kanarie-4711", "gr\u{fc}\u{df}e-geheim"]);
    assert_eq!(
        masks.bytes(b"\xff\xfekanarie-4711\x80"),
        [b"\xff\xfe", MASK.as_bytes(), b"\x80"].concat()
    );
    assert_eq!(
        masks.bytes(b"x gr\xfc\xdfe-geheim y"),
        [b"x ", MASK.as_bytes(), b" y"].concat()
    );
    assert_eq!(
        masks.header("X-Note", b"gr\xfc\xdf kanarie-4711"),
        "gr\u{fc}\u{df} ••••••"
    );
}

#[test]
fn headers() {
    let masks = masks(&["kanarie-4711"]);
    for (name, value, expected) in [
        ("Authorization", "Bearer other-secret", "Bearer ••••••"),
        ("x-api-key", "other-secret", "••••••"),
        ("Cookie", "a=b; c=d", "••••••"),
        ("X-Note", "see kanarie-4711", "see ••••••"),
        ("Content-Type", "application/json", "application/json"),
        (
            "Location",
            "https://u:other@host/?access_token=other&x=kanarie-4711",
            "https://u:••••••@host/?access_token=••••••&x=••••••",
        ),
        (
            "location",
            "/done#access_token=other&token_type=bearer",
            "/done#access_token=••••••&token_type=bearer",
        ),
        ("Set-Cookie", "session=other; Path=/; HttpOnly", "••••••"),
        (
            "Refresh",
            "0; url=https://host/?access_token=other",
            "0; url=https://host/?access_token=••••••",
        ),
    ] {
        assert_eq!(masks.header(name, value.as_bytes()), expected, "{name}");
    }
}

#[test]
fn bodies_are_masked_by_value_and_by_name() {
    let masks = masks(&["kanarie-4711"]);
    assert_eq!(
        masks.body(
            Some("application/json; charset=utf-8"),
            r#"{"access_token":"new","note":"kanarie-4711"}"#
        ),
        r#"{"access_token":"••••••","note":"••••••"}"#
    );
    assert_eq!(
        masks.body(None, "token=new kanarie-4711"),
        "token=new ••••••"
    );
}

#[test]
fn places_in_a_text_that_is_to_be_written() {
    let masks = masks(&["kanarie-4711", "test"]);
    for (text, expected) in [
        ("a kanarie-4711 b", vec!["kanarie-4711"]),
        ("\u{e4}kanarie%2D4711\u{e4}", vec!["kanarie%2D4711"]),
        ("test", vec!["test"]),
        ("/test/api", vec![]),
        ("dGVzdA==", vec![]),
        ("aWQ6a2FuYXJpZS00NzEx", vec!["a2FuYXJpZS00NzEx"]),
        ("", vec![]),
    ] {
        let places: Vec<&str> = masks
            .places_in(text)
            .into_iter()
            .map(|range| &text[range])
            .collect();
        assert_eq!(places, expected, "{text}");
    }
}

#[test]
fn short_values_and_repeats_are_not_added() {
    let mut some = masks(&["", "abc"]);
    assert!(some.is_empty());
    some.add("abcd");
    some.extend(&masks(&["abcd", "efgh"]));
    assert_eq!(format!("{some:?}"), "Masks(2)");
    assert_eq!(some.text("abcd efgh"), "•••••• ••••••");
    some.add("ijkl");
    assert_eq!(some.text("abcd ijkl"), "•••••• ••••••");
}

proptest! {
    #[test]
    fn no_form_of_a_secret_is_left(
        secret in "[ -~\u{e4}\u{20ac}\u{1f600}]{4,24}",
        other in "[a-zA-Z0-9]{6,12}",
        before in "[ -~\u{e4}]{0,12}",
        after in "[ -~\u{e4}]{0,12}",
        pick in any::<prop::sample::Index>(),
    ) {
        let masks = masks(&[&secret, &other]);
        let forms = forms(&secret);
        let (name, form) = &forms[pick.index(forms.len())];
        let text = format!("{before} {form} {after} {other}");
        let masked = masks.text(&text);
        prop_assert!(!masks.occur_in(masked.as_bytes()), "{name}: {text} left {masked}");
        prop_assert!(!masked.contains(&secret), "{name}: {text} left {masked}");
        prop_assert!(!masked.contains(&other), "{name}: {text} left {masked}");
    }

    #[test]
    fn any_bytes_are_taken(bytes in prop::collection::vec(any::<u8>(), 0..200), secret in ".{4,10}") {
        let masks = masks(&[&secret]);
        let masked = masks.bytes(&bytes);
        prop_assert_eq!(masks.occur_in(&bytes), masked != bytes);
        let _ = masks.header("Location", &bytes);
        let _ = masks.text(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn a_text_without_the_secret_stays_as_it_is(text in "[a-z0-9%+\\\\\"\u{e4} ]{0,100}") {
        let masks = masks(&["KANARIE_SECRET"]);
        prop_assume!(!masks.occur_in(text.as_bytes()));
        prop_assert_eq!(masks.text(&text), text);
    }
}

/// Ten secrets in ten megabytes: seconds, not minutes, even with every kind of escape in it.
#[test]
fn large_bodies_are_masked() {
    let secrets: Vec<String> = (0..10)
        .map(|number| format!("secret number {number} + %"))
        .collect();
    let masks = masks(&secrets.iter().map(String::as_str).collect::<Vec<_>>());
    let row = r#"{"id":"a%2Fb+c","text":"line\nline \u00e4","uri":"/api/v2/users/1234567890"},"#;
    let mut body = row.repeat(10_000_000 / row.len());
    body.push_str("secret%20number+7%20%2B%20%25");
    let masked = masks.text(&body);
    assert!(
        masked.ends_with("},••••••"),
        "{}",
        &masked[masked.len() - 60..]
    );
    assert_eq!(
        masked.len(),
        body.len() - "secret%20number+7%20%2B%20%25".len() + MASK.len()
    );
}

#[test]
fn the_words_for_what_was_left_out_are_no_secret() {
    let mut masks = Masks::default();
    masks.add(super::NOT_KEPT);
    assert!(masks.is_empty());
}

struct Through<'a>(&'a Masks, &'a [&'a str]);
impl std::fmt::Debug for Through<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.debug(formatter, &self.1)
    }
}

#[test]
fn what_is_printed_through_masks_holds_no_secret() {
    let mut masks = Masks::default();
    masks.add("top\"secret");
    let texts = ["a top\"secret b"];
    let through = Through(&masks, &texts);
    assert_eq!(format!("{through:?}"), "[\"a •••••• b\"]");
    assert_eq!(format!("{through:#?}"), "[\n    \"a •••••• b\",\n]");
}
