//! Bytes to text. UTF-8 that is valid is not copied; everything else goes through `encoding_rs`, and what could not be read is said.

use bytes::Bytes;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::sniff;

/// Offered when a body was labelled wrongly.
pub const OFFERED: [&str; 12] = [
    "UTF-8",
    "ISO-8859-1",
    "windows-1252",
    "UTF-16LE",
    "UTF-16BE",
    "Shift_JIS",
    "EUC-JP",
    "ISO-2022-JP",
    "Big5",
    "GBK",
    "gb18030",
    "EUC-KR",
];

/// Which encoding a body was read in, and how well that went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charset {
    /// As the WHATWG Encoding Standard names it: `UTF-8`, `Shift_JIS`. ISO-8859-1 is read as `windows-1252`, its superset, as browsers do.
    pub name: &'static str,
    pub source: CharsetSource,
    /// Bytes that mean nothing in this encoding were replaced by U+FFFD in the text; raw bytes are kept.
    pub lossy: bool,
    /// The `charset` of the content type when it is not a known name.
    pub unknown_label: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CharsetSource {
    /// Chosen by the user.
    Chosen,
    /// A byte order mark.
    Mark,
    /// The `charset` parameter of the content type.
    Label,
    /// The pattern of zero bytes that JSON has in UTF-16 (RFC 4627, section 3).
    Pattern,
    /// None of these: UTF-8.
    Assumed,
}

impl Default for Charset {
    fn default() -> Self {
        Self {
            name: UTF_8.name(),
            source: CharsetSource::Assumed,
            lossy: false,
            unknown_label: None,
        }
    }
}

/// Text of a body: valid UTF-8. A UTF-8 byte order mark stays in it.
#[derive(Debug, Clone)]
pub struct Text {
    pub bytes: Bytes,
    pub charset: Charset,
}

/// Reads `bytes` in the encoding that was chosen, or that a mark, the label or the bytes themselves tell.
/// An unknown name in `chosen` is passed over.
#[must_use]
pub fn decode(bytes: &Bytes, content_type: Option<&str>, chosen: Option<&str>) -> Text {
    let (encoding, charset) = choose(bytes, content_type, chosen);
    if encoding == UTF_8 && std::str::from_utf8(bytes).is_ok() {
        return Text {
            bytes: bytes.clone(),
            charset,
        };
    }
    let (text, lossy) = encoding.decode_without_bom_handling(without_utf_16_mark(bytes, encoding));
    Text {
        bytes: Bytes::from(text.into_owned()),
        charset: Charset { lossy, ..charset },
    }
}

fn choose(
    bytes: &[u8],
    content_type: Option<&str>,
    chosen: Option<&str>,
) -> (&'static Encoding, Charset) {
    let charset = |encoding: &'static Encoding, source| Charset {
        name: encoding.name(),
        source,
        ..Charset::default()
    };
    if let Some(encoding) = chosen.and_then(|name| Encoding::for_label(name.as_bytes())) {
        return (encoding, charset(encoding, CharsetSource::Chosen));
    }
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return (encoding, charset(encoding, CharsetSource::Mark));
    }
    let label = content_type.and_then(|value| sniff::parameter(value, "charset"));
    if let Some(label) = label {
        if let Some(encoding) = Encoding::for_label(label.as_bytes()) {
            return (encoding, charset(encoding, CharsetSource::Label));
        }
        let unknown = Charset {
            unknown_label: Some(label),
            ..Charset::default()
        };
        return (UTF_8, unknown);
    }
    match utf_16_pattern(bytes) {
        Some(encoding) => (encoding, charset(encoding, CharsetSource::Pattern)),
        None => (UTF_8, Charset::default()),
    }
}

/// JSON in UTF-16 without a mark: ASCII characters with a zero on one side.
pub(super) fn utf_16_pattern(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0, b'{' | b'[' | b'"', 0, second, ..] if *second != 0 => Some(UTF_16BE),
        [b'{' | b'[' | b'"', 0, second, 0, ..] if *second != 0 => Some(UTF_16LE),
        _ => None,
    }
}

/// The mark of UTF-16 says how to read the bytes and is no part of the text.
fn without_utf_16_mark<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> &'a [u8] {
    match Encoding::for_bom(bytes) {
        Some((marked, length)) if marked == encoding && marked != UTF_8 => &bytes[length..],
        _ => bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes, content type, chosen charset; text, charset, its source, whether lossy.
    type Row<'a> = (
        &'a [u8],
        Option<&'a str>,
        Option<&'a str>,
        &'a str,
        &'a str,
        CharsetSource,
        bool,
    );

    /// Peers' cases 45 and 46.
    #[expect(clippy::too_many_lines, reason = "one table")]
    #[test]
    fn labels_marks_and_patterns() {
        let json = Some("application/json");
        let table: [Row; 17] = [
            (
                b"plain",
                None,
                None,
                "plain",
                "UTF-8",
                CharsetSource::Assumed,
                false,
            ),
            (
                "é漢".as_bytes(),
                json,
                None,
                "é漢",
                "UTF-8",
                CharsetSource::Assumed,
                false,
            ),
            (
                b"\xef\xbb\xbf{}",
                json,
                None,
                "\u{feff}{}",
                "UTF-8",
                CharsetSource::Mark,
                false,
            ),
            (
                b"caf\xe9",
                Some("text/plain; charset=ISO-8859-1"),
                None,
                "café",
                "windows-1252",
                CharsetSource::Label,
                false,
            ),
            (
                b"caf\xe9",
                Some("text/plain;charset=\"latin1\""),
                None,
                "café",
                "windows-1252",
                CharsetSource::Label,
                false,
            ),
            (
                b"caf\xe9",
                Some("text/plain"),
                None,
                "caf\u{fffd}",
                "UTF-8",
                CharsetSource::Assumed,
                true,
            ),
            (
                b"caf\xe9",
                Some("text/plain"),
                Some("ISO-8859-1"),
                "café",
                "windows-1252",
                CharsetSource::Chosen,
                false,
            ),
            (
                b"\x83e\x83X\x83g",
                Some("text/plain; charset=Shift_JIS"),
                None,
                "テスト",
                "Shift_JIS",
                CharsetSource::Label,
                false,
            ),
            (
                b"\xb4\xfa\xb8\xd5",
                Some("text/plain; charset=big5"),
                None,
                "測試",
                "Big5",
                CharsetSource::Label,
                false,
            ),
            (
                b"\xb2\xe2\xca\xd4",
                Some("text/plain; charset=gb2312"),
                None,
                "测试",
                "GBK",
                CharsetSource::Label,
                false,
            ),
            (
                b"\xff\xfeh\0i\0",
                None,
                None,
                "hi",
                "UTF-16LE",
                CharsetSource::Mark,
                false,
            ),
            (
                b"\xfe\xff\0h\0i",
                Some("text/plain; charset=utf-8"),
                None,
                "hi",
                "UTF-16BE",
                CharsetSource::Mark,
                false,
            ),
            (
                b"h\0i\0",
                Some("text/plain; charset=utf-16le"),
                None,
                "hi",
                "UTF-16LE",
                CharsetSource::Label,
                false,
            ),
            (
                b"{\0\"\0a\0",
                json,
                None,
                "{\"a",
                "UTF-16LE",
                CharsetSource::Pattern,
                false,
            ),
            (
                b"\0{\0}",
                json,
                None,
                "{}",
                "UTF-16BE",
                CharsetSource::Pattern,
                false,
            ),
            (
                b"h\0i",
                Some("text/plain; charset=utf-16le"),
                None,
                "h\u{fffd}",
                "UTF-16LE",
                CharsetSource::Label,
                true,
            ),
            (
                b"ok",
                Some("text/plain; charset=utf-8"),
                Some("no such name"),
                "ok",
                "UTF-8",
                CharsetSource::Label,
                false,
            ),
        ];
        for (bytes, content_type, chosen, text, name, source, lossy) in table {
            let is = decode(&Bytes::copy_from_slice(bytes), content_type, chosen);
            assert_eq!(std::str::from_utf8(&is.bytes).unwrap(), text, "{bytes:x?}");
            let charset = (is.charset.name, is.charset.source, is.charset.lossy);
            assert_eq!(
                charset,
                (name, source, lossy),
                "{bytes:x?} {content_type:?}"
            );
        }
    }

    #[test]
    fn an_unknown_label_is_told() {
        let bytes = Bytes::from_static(b"x");
        let text = decode(&bytes, Some("text/plain; charset=klingon-8"), None);
        assert_eq!(text.charset.unknown_label.as_deref(), Some("klingon-8"));
        assert_eq!(text.charset.name, "UTF-8");
    }

    #[test]
    fn valid_text_is_not_copied() {
        let bytes = Bytes::from(vec![b'x'; 64]);
        assert_eq!(decode(&bytes, None, None).bytes.as_ptr(), bytes.as_ptr());
    }

    #[test]
    fn everything_offered_is_known() {
        for name in OFFERED {
            assert!(Encoding::for_label(name.as_bytes()).is_some(), "{name}");
        }
    }
}
