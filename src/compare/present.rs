//! How values of the answers are written into the result: masked by value and by name, cut to what a row can show.

use super::side::Side;
use crate::model::masks::{FieldSyntax, MASK, Masks, is_credential_field, mask_named_fields};

/// Bytes of a value that a row shows.
pub(super) const SHOWN_BYTES: usize = 400;

/// Writes values for people.
#[derive(Debug, Clone, Default)]
pub(super) struct Presenter {
    masks: Masks,
    show_secrets: bool,
}

impl Presenter {
    /// Masks the secrets of all sides everywhere: a token of A may turn up in an answer of B.
    pub(super) fn new(sides: &[&Side<'_>], show_secrets: bool) -> Self {
        let mut masks = Masks::default();
        for side in sides {
            masks.extend(&side.exchange.masks);
        }
        Self {
            masks,
            show_secrets,
        }
    }

    pub(super) fn text(&self, text: &str) -> String {
        if self.show_secrets {
            return text.to_owned();
        }
        self.masks.text(text)
    }

    pub(super) fn url(&self, url: &str) -> String {
        if self.show_secrets {
            return url.to_owned();
        }
        self.masks.url(url)
    }

    pub(super) fn header(&self, name: &str, value: &[u8]) -> String {
        if self.show_secrets {
            return String::from_utf8_lossy(value).into_owned();
        }
        self.masks.header(name, value)
    }

    pub(super) fn body(&self, content_type: Option<&str>, text: &str) -> String {
        if self.show_secrets {
            return text.to_owned();
        }
        self.masks.body(content_type, text)
    }

    /// A JSON value under a member's name (empty for none), masked and cut.
    pub(super) fn json(&self, member: &str, value: &[u8]) -> String {
        let text = cut(value, SHOWN_BYTES);
        if self.show_secrets {
            return text;
        }
        if is_credential_field(member) && !matches!(value, b"null" | b"\"\"" | b"true" | b"false") {
            return MASK.to_owned();
        }
        // A secret that the cut runs through is looked for in more than what is shown.
        let wider = cut(value, SHOWN_BYTES + 4096);
        let masked = self.masks.text(&wider);
        let masked = if value
            .first()
            .is_some_and(|byte| matches!(byte, b'{' | b'['))
        {
            mask_named_fields(&masked, FieldSyntax::Json)
        } else {
            masked
        };
        if masked == wider {
            text
        } else {
            cut(masked.as_bytes(), SHOWN_BYTES)
        }
    }

    /// Lines of text, masked and cut.
    pub(super) fn lines(&self, content_type: Option<&str>, text: &[u8]) -> String {
        let wider = cut(text, SHOWN_BYTES * 4 + 4096);
        cut(self.body(content_type, &wider).as_bytes(), SHOWN_BYTES * 4)
    }
}

/// At most `limit` bytes as text, with `…` where something was cut off.
pub(super) fn cut(value: &[u8], limit: usize) -> String {
    if value.len() <= limit {
        return String::from_utf8_lossy(value).into_owned();
    }
    let mut end = limit;
    while end > 0 && value[end] & 0b1100_0000 == 0b1000_0000 {
        end -= 1;
    }
    let mut text = String::from_utf8_lossy(&value[..end]).into_owned();
    text.push('…');
    text
}
