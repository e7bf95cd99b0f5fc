//! Laying out the body of an answer, with memory made ready for long ones. The system hands out fresh pages one by one, at the
//! first touch of each; for a hundred megabytes that takes a third of the time of writing them. Several threads touch them first.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::thread;

use bytes::Bytes;

use crate::body::pretty;
use crate::body::sniff::{self, BodyKind};
use crate::body::view::BodyView;
use crate::model::masks::Masks;

/// Shorter texts are written into pages as they come.
const WORTH_THREADS: usize = 8 * 1024 * 1024;
const MOST_THREADS: usize = 4;
/// The smallest page of the systems at hand.
const PAGE: usize = 4_096;

/// What `BodyView::lay_out` gives, sooner for long JSON. `None` when cancelled.
#[must_use]
pub fn lay_out(
    decoded: &Bytes,
    content_type: Option<&str>,
    cancelled: &dyn Fn() -> bool,
) -> Option<BodyView> {
    let room = if sniff::kind(content_type, decoded) == BodyKind::Json {
        for_writing(pretty::usual_length(decoded.len()))
    } else {
        Vec::new()
    };
    BodyView::lay_out_into(room, decoded, content_type, cancelled)
}

/// Texts up to this are masked first and laid out then; in longer ones secrets are looked for while they are laid out.
const MASKED_FIRST: usize = 8 << 20;
/// What is looked through at a time, in bytes: small enough for the caches.
const PART: usize = 1 << 20;

/// The same for an answer that may echo secrets: where one stands, the view shows the mask. `None` when cancelled.
#[must_use]
pub(super) fn lay_out_masked(
    decoded: &Bytes,
    content_type: Option<&str>,
    masks: &Masks,
    cancelled: &(dyn Fn() -> bool + Sync),
) -> Option<BodyView> {
    let masked = |ranges| Bytes::from(Masks::replaced(decoded, ranges));
    if masks.is_empty() {
        return lay_out(decoded, content_type, cancelled);
    }
    if decoded.len() <= MASKED_FIRST {
        let ranges = masks.ranges(decoded);
        let shown = if ranges.is_empty() {
            decoded.clone()
        } else {
            masked(ranges)
        };
        return lay_out(&shown, content_type, cancelled);
    }
    // Nearly always there is none: then the layout is ready when the search is.
    let (view, ranges) = thread::scope(|scope| {
        let search = thread::Builder::new()
            .name("gatescope-masks".to_owned())
            .spawn_scoped(scope, || secrets_in(decoded, masks, cancelled));
        let view = lay_out(decoded, content_type, cancelled);
        let ranges = match search {
            Ok(search) => search.join().ok().flatten(),
            Err(_) => secrets_in(decoded, masks, cancelled),
        };
        (view, ranges)
    });
    match ranges? {
        ranges if ranges.is_empty() => view,
        ranges => {
            drop(view);
            lay_out(&masked(ranges), content_type, cancelled)
        }
    }
}

/// Where secrets stand in a long body, part by part. The parts overlap, so that none is missed at a border.
fn secrets_in(
    body: &[u8],
    masks: &Masks,
    cancelled: &(dyn Fn() -> bool + Sync),
) -> Option<Vec<Range<usize>>> {
    let overlap = masks.longest_form();
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    while start < body.len() {
        if cancelled() {
            return None;
        }
        let end = character_border(body, start + PART + overlap);
        for range in masks.ranges(&body[start..end]) {
            let range = start + range.start..start + range.end;
            match found.last_mut() {
                Some(last) if range.start < last.end => last.end = last.end.max(range.end),
                _ => found.push(range),
            }
        }
        start = character_border(body, start + PART);
    }
    Some(found)
}

/// Not inside a character: a part of a UTF-8 text is UTF-8 too.
fn character_border(body: &[u8], at: usize) -> usize {
    let mut at = at.min(body.len());
    while at > 0 && body.get(at).is_some_and(|byte| byte & 0xc0 == 0x80) {
        at -= 1;
    }
    at
}

/// An empty buffer, with room for `bytes` when they are many.
fn for_writing(bytes: usize) -> Vec<u8> {
    if bytes < WORTH_THREADS {
        return Vec::new();
    }
    let threads = thread::available_parallelism()
        .map_or(1, NonZeroUsize::get)
        .min(MOST_THREADS);
    // The system gives memory of zeros out untouched.
    let mut buffer = vec![0; bytes];
    thread::scope(|scope| {
        for part in buffer.chunks_mut(bytes.div_ceil(threads)) {
            // Where no thread can be started the writing touches the pages.
            let _ = thread::Builder::new().spawn_scoped(scope, || touch(part));
        }
    });
    buffer.clear();
    buffer
}

fn touch(part: &mut [u8]) {
    for page in part.chunks_mut(PAGE) {
        page[0] = 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::view::Mode;

    #[test]
    fn there_is_room_and_nothing_in_it() {
        for (bytes, least) in [
            (0, 0),
            (WORTH_THREADS - 1, 0),
            (WORTH_THREADS, WORTH_THREADS),
            (WORTH_THREADS + 12_345, WORTH_THREADS + 12_345),
        ] {
            let buffer = for_writing(bytes);
            assert!(buffer.is_empty(), "{bytes}");
            assert!(buffer.capacity() >= least, "{bytes}");
        }
    }

    #[test]
    fn a_secret_is_masked_wherever_it_stands_in_a_long_body() {
        let mut masks = Masks::default();
        masks.add("c4n4ry/token%value");
        let border = PART - 9;
        for (spelled, at) in [
            ("c4n4ry/token%value", border),
            ("c4n4ry\\/token\\u0025value", border),
            ("c4n4ry%2Ftoken%25value", PART * 3 - 4),
            ("c4n4ry/token%value", MASKED_FIRST + 5),
        ] {
            let mut text = vec![b'x'; MASKED_FIRST + 100];
            text[0] = b'"';
            text.splice(at..at, spelled.bytes());
            text.push(b'"');
            let expected = Bytes::from(masks.bytes(&text));
            let body = Bytes::from(text);
            let view = lay_out_masked(&body, Some("application/json"), &masks, &|| false)
                .expect("not cancelled");
            let shown = view.document(Mode::Raw).whole();
            assert!(
                *shown == expected,
                "{spelled} at {at} is not masked as in a short body"
            );
            assert_eq!(
                memchr::memmem::find(shown, b"c4n4ry"),
                None,
                "{spelled} at {at}"
            );
        }
        let clean = Bytes::from(vec![b'7'; MASKED_FIRST + 1]);
        let view = lay_out_masked(&clean, None, &masks, &|| false).expect("not cancelled");
        assert!(*view.bytes() == clean);
        assert!(lay_out_masked(&clean, None, &masks, &|| true).is_none());
    }

    #[test]
    fn a_long_body_is_laid_out_as_the_view_alone_does_it() {
        let body = Bytes::from(format!("[{}]", vec!["12.50"; WORTH_THREADS / 6].join(",")));
        let with_room = lay_out(&body, Some("application/json"), &|| false).expect("not cancelled");
        let alone = BodyView::lay_out(&body, Some("application/json"), &|| false).expect("same");
        let text = |view: &BodyView| view.document(Mode::Pretty).whole().clone();
        assert!(text(&with_room) == text(&alone), "the pretty texts differ");
        assert!(lay_out(&body, Some("application/json"), &|| true).is_none());
    }
}
