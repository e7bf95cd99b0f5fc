//! Laying out the body of an answer, with memory made ready for long ones. The system hands out fresh pages one by one, at the
//! first touch of each; for a hundred megabytes that takes a third of the time of writing them. Several threads touch them first.

use std::num::NonZeroUsize;
use std::thread;

use bytes::Bytes;

use crate::body::pretty;
use crate::body::sniff::{self, BodyKind};
use crate::body::view::BodyView;

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
    fn a_long_body_is_laid_out_as_the_view_alone_does_it() {
        let body = Bytes::from(format!("[{}]", vec!["12.50"; WORTH_THREADS / 6].join(",")));
        let with_room = lay_out(&body, Some("application/json"), &|| false).expect("not cancelled");
        let alone = BodyView::lay_out(&body, Some("application/json"), &|| false).expect("same");
        let text = |view: &BodyView| view.document(Mode::Pretty).whole().clone();
        assert!(text(&with_room) == text(&alone), "the pretty texts differ");
        assert!(lay_out(&body, Some("application/json"), &|| true).is_none());
    }
}
