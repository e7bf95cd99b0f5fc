//! An exchange without its secrets: by value, and by name where a field is named like a credential. What holds none stays byte for byte.

use std::sync::Arc;

use bytes::Bytes;

use crate::body::charset;
use crate::body::sniff;
use crate::model::exchange::{
    Exchange, HeaderField, Hop, Response, ResponseBody, SendError, SentRequest, header,
};
use crate::model::history::WithoutBodies;
use crate::model::masks::{FieldSyntax, Masks, mask_named_fields};
use crate::model::note::Note;

/// The exchange as it may be written, with nothing left to be masked. A body that cannot be masked is left out, and the reason told.
pub(super) fn masked(exchange: &Exchange, longest: usize) -> (Exchange, Option<WithoutBodies>) {
    let masking = Masking {
        masks: &exchange.masks,
        longest,
    };
    let mut without = None;
    let hops = exchange
        .hops
        .iter()
        .map(|hop| masking.hop(hop, &mut without))
        .collect();
    let masked = Exchange {
        id: exchange.id,
        environment: exchange.environment.clone(),
        started_at: exchange.started_at,
        hops,
        notes: masking.notes(&exchange.notes),
        masks: Masks::default(),
        total: exchange.total,
        error: exchange.error.as_ref().map(|error| masking.error(error)),
        redirect_offer: exchange
            .redirect_offer
            .as_deref()
            .map(|url| masking.masks.url(url)),
    };
    (masked, without)
}

struct Masking<'a> {
    masks: &'a Masks,
    /// Longer bodies, in bytes, are left out.
    longest: usize,
}

impl Masking<'_> {
    fn hop(&self, hop: &Hop, without: &mut Option<WithoutBodies>) -> Hop {
        let mut connection = hop.connection.clone();
        connection.proxy = connection.proxy.map(|proxy| self.masks.url(&proxy));
        Hop {
            purpose: hop.purpose,
            start_offset: hop.start_offset,
            sent: self.sent(&hop.sent),
            phases: hop.phases.clone(),
            connection,
            response: hop
                .response
                .as_ref()
                .map(|response| self.response(response, without)),
            error: hop.error.as_ref().map(|error| self.error(error)),
            notes: self.notes(&hop.notes),
        }
    }

    fn sent(&self, sent: &SentRequest) -> SentRequest {
        SentRequest {
            method: self.masks.text(&sent.method),
            url: self.masks.url(&sent.url),
            version: sent.version,
            head: sent.head.as_ref().map(|head| self.head(head)),
            headers: self.headers(&sent.headers),
            // What cannot be masked in place is left out: it is a beginning, for looking at.
            body_preview: self
                .body(&sent.headers, &sent.body_preview)
                .unwrap_or_default(),
            body_bytes: sent.body_bytes,
            total_bytes: sent.total_bytes,
        }
    }

    fn response(&self, response: &Response, without: &mut Option<WithoutBodies>) -> Response {
        let body = &response.body;
        let decoded = if body.decoded.len() > self.longest {
            Err(WithoutBodies::TooLong)
        } else {
            self.body(&response.headers, &body.decoded)
                .ok_or(WithoutBodies::Secret)
        };
        let decoded = decoded.unwrap_or_else(|reason| {
            *without = Some(reason);
            Bytes::new()
        });
        Response {
            version: response.version,
            status: response.status,
            reason: self.masks.text(&response.reason),
            head: response.head.as_ref().map(|head| self.head(head)),
            headers: self.headers(&response.headers),
            body: Arc::new(ResponseBody {
                // Coded bytes hide a secret from every search; only their number is kept.
                wire: body.wire.clone(),
                decoded,
                codings: body.codings.clone(),
                incomplete: body.incomplete.clone(),
            }),
        }
    }

    /// `None` when there is a secret in a text whose bytes are not those of its characters.
    fn body(&self, headers: &[HeaderField], bytes: &Bytes) -> Option<Bytes> {
        if bytes.is_empty() {
            return Some(bytes.clone());
        }
        let content_type = header(headers, "content-type").map(HeaderField::text);
        let content_type = content_type.as_deref();
        if let Ok(text) = std::str::from_utf8(bytes) {
            return Some(replaced(bytes, self.text(content_type, text).into_bytes()));
        }
        if sniff::kind(content_type, bytes).is_text() {
            let decoded = charset::decode(bytes, content_type, None);
            let text = String::from_utf8_lossy(&decoded.bytes);
            if self.text(content_type, &text) != text {
                return None;
            }
        }
        Some(replaced(bytes, self.masks.bytes(bytes)))
    }

    fn text(&self, content_type: Option<&str>, text: &str) -> String {
        let masked = self.masks.text(text);
        let syntax = content_type
            .and_then(FieldSyntax::of_content_type)
            .or_else(|| {
                text.trim_start()
                    .starts_with(['{', '['])
                    .then_some(FieldSyntax::Json)
            });
        match syntax {
            Some(syntax) => mask_named_fields(&masked, syntax),
            None => masked,
        }
    }

    fn headers(&self, headers: &[HeaderField]) -> Vec<HeaderField> {
        headers
            .iter()
            .map(|field| HeaderField {
                name: self.masks.text(&field.name),
                value: self.value(field),
            })
            .collect()
    }

    fn value(&self, field: &HeaderField) -> Bytes {
        let shown = self.masks.header(&field.name, &field.value);
        if shown == field.text() {
            field.value.clone()
        } else {
            shown.into()
        }
    }

    /// Line by line, as it was: the target of the first line, the values of the others.
    fn head(&self, head: &Bytes) -> Bytes {
        let mut masked = Vec::with_capacity(head.len());
        // Where a folded value goes on, its name still counts.
        let mut name = String::new();
        for (index, line) in head.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let end = line.len() - line.iter().rev().take_while(|b| is_end(**b)).count();
            let (content, ending) = line.split_at(end);
            if index == 0 {
                let text = String::from_utf8_lossy(content);
                let parts: Vec<String> = text.split(' ').map(|part| self.masks.url(part)).collect();
                let shown = parts.join(" ");
                if shown == text {
                    masked.extend_from_slice(content);
                } else {
                    masked.extend_from_slice(self.masks.text(&shown).as_bytes());
                }
            } else if content
                .first()
                .is_some_and(|byte| matches!(byte, b' ' | b'\t'))
            {
                masked.push(content[0]);
                let field = HeaderField::new(name.clone(), content[1..].to_vec());
                masked.extend_from_slice(&self.value(&field));
            } else if let Some(colon) = memchr::memchr(b':', content) {
                name = String::from_utf8_lossy(&content[..colon]).into_owned();
                let blanks = content[colon + 1..]
                    .iter()
                    .take_while(|byte| **byte == b' ')
                    .count();
                let start = colon + 1 + blanks;
                masked.extend_from_slice(&self.masks.bytes(&content[..colon]));
                masked.extend_from_slice(&content[colon..start]);
                let field = HeaderField::new(name.clone(), content[start..].to_vec());
                masked.extend_from_slice(&self.value(&field));
            } else {
                masked.extend_from_slice(&self.masks.bytes(content));
            }
            masked.extend_from_slice(ending);
        }
        replaced(head, masked)
    }

    fn error(&self, error: &SendError) -> SendError {
        SendError {
            text: self.masks.text(&error.text),
            hint: self.masks.text(&error.hint),
            ..error.clone()
        }
    }

    fn notes(&self, notes: &[Note]) -> Vec<Note> {
        notes
            .iter()
            .map(|note| {
                let mut note = note.clone();
                note.text = self.masks.text(&note.text);
                for (_, text) in note.fix.iter_mut().flat_map(|fix| &mut fix.changes) {
                    *text = self.masks.text(text);
                }
                note
            })
            .collect()
    }
}

fn is_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// The same bytes, shared, when nothing was replaced in them.
fn replaced(bytes: &Bytes, masked: Vec<u8>) -> Bytes {
    if masked == bytes[..] {
        bytes.clone()
    } else {
        masked.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::masks::MASK;

    fn masking(masks: &Masks) -> Masking<'_> {
        Masking {
            masks,
            longest: 1_000,
        }
    }

    #[test]
    fn a_head_keeps_every_byte_that_is_not_secret() {
        let mut masks = Masks::default();
        masks.add("kestrel-4711");
        for (head, expected) in [
            (
                "GET /a?x=1 HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /a?x=1 HTTP/1.1\r\nHost: h\r\n\r\n".to_owned(),
            ),
            (
                "GET /a?q=kestrel-4711&token=abc HTTP/1.1\r\nauthorization:Bearer abcdef\r\nX:  y \r\n\r\n",
                format!(
                    "GET /a?q={MASK}&token={MASK} HTTP/1.1\r\nauthorization:Bearer {MASK}\r\nX:  y \r\n\r\n"
                ),
            ),
            (
                "HTTP/1.1 200 kestrel-4711\nX-A: 1 kestrel-4711\n folded kestrel-4711\nno colon kestrel-4711\n",
                format!("HTTP/1.1 200 {MASK}\nX-A: 1 {MASK}\n folded {MASK}\nno colon {MASK}\n"),
            ),
            (
                "HTTP/1.1 200 OK\r\nX-Api-Key: one\r\n\ttwo\r\n",
                format!("HTTP/1.1 200 OK\r\nX-Api-Key: {MASK}\r\n\t{MASK}\r\n"),
            ),
        ] {
            let masked = masking(&masks).head(&Bytes::from_static(head.as_bytes()));
            assert_eq!(String::from_utf8_lossy(&masked), expected, "{head}");
        }
        let latin1 = Bytes::from_static(b"HTTP/1.1 200 OK\r\nX-Name: M\xfcller\r\n\r\n");
        assert_eq!(masking(&masks).head(&latin1), latin1);
    }

    #[test]
    fn bodies_are_masked_by_value_and_by_name_and_left_out_where_that_cannot_be() {
        let mut masks = Masks::default();
        masks.add("kestrel-4711");
        let json = [HeaderField::new("content-type", "application/json")];
        let utf16 = [HeaderField::new(
            "content-type",
            "application/json; charset=utf-16le",
        )];
        let wide =
            |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
        let body = |headers: &[HeaderField], bytes: Vec<u8>| {
            masking(&masks)
                .body(headers, &Bytes::from(bytes))
                .map(|bytes| bytes.to_vec())
        };
        for (name, headers, bytes, expected) in [
            (
                "by value",
                &[][..],
                b"a kestrel-4711 b".to_vec(),
                Some(format!("a {MASK} b").into_bytes()),
            ),
            (
                "by name",
                &json[..],
                br#"{"access_token":"x1","n":12345678901234567890}"#.to_vec(),
                Some(
                    format!(r#"{{"access_token":"{MASK}","n":12345678901234567890}}"#).into_bytes(),
                ),
            ),
            (
                "by name without a type",
                &[][..],
                br#" {"client_secret":"x1"}"#.to_vec(),
                Some(format!(r#" {{"client_secret":"{MASK}"}}"#).into_bytes()),
            ),
            ("binary", &[][..], vec![0, 255, 1], Some(vec![0, 255, 1])),
            (
                "wide without a secret",
                &utf16[..],
                wide("{\"a\":\"é\"}"),
                Some(wide("{\"a\":\"é\"}")),
            ),
            (
                "wide with a secret",
                &utf16[..],
                wide("{\"a\":\"é kestrel-4711\"}"),
                None,
            ),
        ] {
            assert_eq!(body(headers, bytes), expected, "{name}");
        }
    }
}
