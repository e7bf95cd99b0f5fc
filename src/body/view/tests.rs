//! What a viewer relies on: modes, segments, colours anywhere, remarks.

use std::fmt::Write as _;

use bytes::Bytes;
use proptest::prelude::*;

use super::super::json_lexer::Lexer;
use super::super::search::Query;
use super::{BodyKind, BodyView, Mode, Place, SpanKind};

fn view(body: impl Into<Bytes>, content_type: Option<&str>) -> BodyView {
    BodyView::lay_out(&body.into(), content_type, &|| false).unwrap()
}

fn lines(view: &BodyView, mode: Mode) -> Vec<String> {
    let document = view.document(mode);
    (0..document.segments())
        .map(|segment| document.text(segment).into_owned())
        .collect()
}

#[test]
fn modes_follow_the_kind() {
    type Row<'a> = (Option<&'a str>, &'a [u8], BodyKind, &'a [Mode]);
    let table: [Row; 5] = [
        (
            Some("text/plain"),
            b"{\"a\":1}",
            BodyKind::Json,
            &[Mode::Pretty, Mode::Raw, Mode::Hex],
        ),
        (
            Some("text/html"),
            b"<p>",
            BodyKind::Html,
            &[Mode::Raw, Mode::Hex],
        ),
        (None, b"a\0b", BodyKind::Binary, &[Mode::Hex]),
        (
            Some("image/gif"),
            b"GIF89a\0",
            BodyKind::Image,
            &[Mode::Hex],
        ),
        (Some("application/json"), b"", BodyKind::Empty, &[Mode::Hex]),
    ];
    for (content_type, body, kind, modes) in table {
        let view = view(Bytes::copy_from_slice(body), content_type);
        assert_eq!(
            (view.kind(), view.modes().as_slice()),
            (kind, modes),
            "{body:?}"
        );
        assert_eq!(view.problem(), None, "{body:?}");
        assert_eq!(&view.bytes()[..], body);
    }
    let empty = view("", Some("application/json"));
    assert_eq!(empty.document(Mode::Pretty).segments(), 0);
}

#[test]
fn pretty_raw_and_hex_side_by_side() {
    let view = view("{\"a\":1,\r\n\"a\":[2]}", None);
    assert_eq!(
        lines(&view, Mode::Pretty),
        ["{", "  \"a\": 1,", "  \"a\": [", "    2", "  ]", "}"]
    );
    assert_eq!(lines(&view, Mode::Raw), ["{\"a\":1,", "\"a\":[2]}"]);
    assert_eq!(lines(&view, Mode::Hex).len(), 2);
    assert_eq!(view.remarks(), ["Duplicate key `a` in line 2"]);
    assert_eq!(
        format!("{view:?}"),
        "BodyView { kind: Json, bytes: 17, modes: [Pretty, Raw, Hex], .. }"
    );
}

#[test]
fn remarks_say_what_is_odd() {
    let table: [(&[u8], &str); 3] = [
        (
            b"[1,]",
            "Not valid JSON, line 1, column 4: there is a comma, but nothing follows it",
        ),
        (
            b"[\"\xff\"]",
            "Some bytes are not valid UTF-8 and are shown as \u{fffd}, saving keeps them",
        ),
        (b"[1]", ""),
    ];
    for (body, remark) in table {
        let view = view(Bytes::copy_from_slice(body), Some("application/json"));
        assert_eq!(view.remarks().join("; "), remark, "{body:?}");
        assert_eq!(&view.bytes()[..], body);
    }
}

#[test]
fn a_chosen_charset_beats_the_label() {
    let bytes = Bytes::from_static(b"caf\xe9");
    let view = BodyView::lay_out_in(
        &bytes,
        Some("text/plain; charset=utf-8"),
        Some("ISO-8859-1"),
        &|| false,
    )
    .unwrap();
    assert_eq!(lines(&view, Mode::Raw), ["café"]);
}

#[test]
fn keys_strings_and_the_rest_have_their_colours() {
    let view = view("{\"k\":[\"s\",-1.5,null,oops]}", None);
    let document = view.document(Mode::Raw);
    let text = document.text(0);
    let is: Vec<(&str, SpanKind)> = document
        .spans(0)
        .into_iter()
        .map(|(span, kind)| (&text[span], kind))
        .collect();
    let expected = [
        ("{", SpanKind::Punctuation),
        ("\"k\"", SpanKind::Key),
        (":[", SpanKind::Punctuation),
        ("\"s\"", SpanKind::String),
        (",", SpanKind::Punctuation),
        ("-1.5", SpanKind::Number),
        (",", SpanKind::Punctuation),
        ("null", SpanKind::Literal),
        (",", SpanKind::Punctuation),
        ("oops", SpanKind::Plain),
        ("]}", SpanKind::Punctuation),
    ];
    assert_eq!(is, expected);
}

/// Colours of every segment against those of one pass over the whole text.
fn check_colours(view: &BodyView, mode: Mode) {
    let document = view.document(mode);
    let whole = document.whole();
    let mut expected = vec![SpanKind::Plain; whole.len()];
    for token in Lexer::new(whole) {
        let next = whole[token.end..]
            .iter()
            .find(|byte| !byte.is_ascii_whitespace());
        let kind = match token.kind {
            super::super::json_lexer::TokenKind::String if next == Some(&b':') => SpanKind::Key,
            super::super::json_lexer::TokenKind::String => SpanKind::String,
            super::super::json_lexer::TokenKind::Number => SpanKind::Number,
            super::super::json_lexer::TokenKind::Literal => SpanKind::Literal,
            super::super::json_lexer::TokenKind::Garbage => SpanKind::Plain,
            _ => SpanKind::Punctuation,
        };
        expected[token.start..token.end].fill(kind);
    }
    for segment in 0..document.segments() {
        let start = document.offset(Place { segment, column: 0 });
        let mut painted = 0;
        for (span, kind) in document.spans(segment) {
            assert_eq!(span.start, painted, "a gap in segment {segment}");
            painted = span.end;
            for at in span {
                assert_eq!(
                    kind,
                    expected[start + at],
                    "{mode} segment {segment}, byte {at}"
                );
            }
        }
        assert_eq!(painted, document.text(segment).len(), "segment {segment}");
    }
}

#[test]
fn colours_are_right_in_the_middle_of_long_lines() {
    let mut body = String::from("[");
    for index in 0..400 {
        write!(
            body,
            "{{\"id\":{index},\"text\":\"a \\\" quote {}\",\"ok\":true}},",
            "x".repeat(index % 90)
        )
        .unwrap();
    }
    write!(
        body,
        "\"{}\",\"{}\",1]",
        "long \\\\ ".repeat(6_000),
        "\\".repeat(30_000)
    )
    .unwrap();
    let view = view(body, Some("application/json"));
    check_colours(&view, Mode::Raw);
    check_colours(&view, Mode::Pretty);
}

#[test]
fn searching_lands_on_places() {
    let body = format!("[\"{}needle\",\n\"Needle\"]", "x".repeat(4_090));
    let view = view(body, None);
    let document = view.document(Mode::Raw);
    let query = Query {
        text: "needle".to_owned(),
        ..Query::default()
    };
    let matches = query
        .find(document.whole(), &|| false)
        .expect("sound")
        .expect("whole");
    let place = |index: usize| matches.get(index).expect("it was found").clone();
    let first = document.place(place(0).start)..document.place(place(0).end);
    assert_eq!(document.slice(first.start, first.end), "needle");
    let marked: Vec<usize> = (0..3)
        .map(|segment| matches.within(&document.range(segment)).len())
        .collect();
    assert_eq!(marked, [1, 1, 1], "the first lies across two segments");
    let second = document.place(place(1).start);
    assert_eq!(document.line(second.segment), 2);
    assert_eq!(document.segment_of_line(2), second.segment);
    let columns = document.columns(second.segment, &place(1));
    assert_eq!(&document.text(second.segment)[columns], "Needle");
    let hex = view.document(Mode::Hex);
    let row = hex.place(place(1).start).segment;
    assert_eq!(&hex.text(row)[hex.columns(row, &place(1))][..2], "4e");
}

#[test]
fn a_preview_is_the_beginning() {
    let body = Bytes::from("x\n".repeat(BodyView::PREVIEW_BYTES));
    let preview = BodyView::preview(&body, None);
    assert!(preview.is_preview());
    assert_eq!(
        preview.document(Mode::Raw).segments(),
        BodyView::PREVIEW_BYTES / 2
    );
    assert!(
        BodyView::lay_out(&body, None, &|| true).is_none(),
        "cancelled"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_body_is_laid_out_and_kept(body in proptest::collection::vec(any::<u8>(), 0..300), label in 0usize..4) {
        let label = [None, Some("application/json"), Some("text/plain; charset=shift_jis"), Some("image/png")][label];
        let view = view(body.clone(), label);
        prop_assert_eq!(&view.bytes()[..], &body[..]);
        for mode in [Mode::Pretty, Mode::Raw, Mode::Hex] {
            let document = view.document(mode);
            for segment in 0..=document.segments() {
                let length = document.text(segment).len();
                let painted: usize = document.spans(segment).iter().map(|(span, _)| span.len()).sum();
                prop_assert_eq!(painted, length);
            }
        }
    }
}
