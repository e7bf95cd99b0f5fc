//! JSON with places in it that are filled in later (`{{name}}`): checked, coloured and indented as if they were values.
//! Where the places are is told by the caller; a place counts as text inside a string and as a number outside of one.

use std::borrow::Cow;
use std::ops::Range;

use super::highlight::{SpanKind, StringMap};
use super::json_lexer::Lexer;
use super::pretty::{JsonProblem, pretty};

/// The text with a stand-in for each place: as long as the place, so that every offset stays what it is.
fn with_stand_ins<'a>(text: &'a str, places: &[Range<usize>]) -> Cow<'a, [u8]> {
    if places.is_empty() {
        return Cow::Borrowed(text.as_bytes());
    }
    let mut bytes = text.as_bytes().to_vec();
    for place in places {
        bytes[place.clone()].fill(b'1');
    }
    Cow::Owned(bytes)
}

/// Where the text stops being JSON, whatever its places are filled with; `None` for JSON and for no text at all.
#[must_use]
pub fn problem(text: &str, places: &[Range<usize>]) -> Option<JsonProblem> {
    if text.trim().is_empty() {
        return None;
    }
    pretty(&with_stand_ins(text, places), &|| false)?.problem
}

/// What the text consists of, places included as what stands in for them: every byte in exactly one span.
#[must_use]
pub fn spans(text: &str, places: &[Range<usize>]) -> Vec<(Range<usize>, SpanKind)> {
    let bytes = with_stand_ins(text, places);
    // Without a map each block begins outside a string: the whole text is one piece from its start.
    StringMap::default().spans(&bytes, 0..bytes.len())
}

/// One value a line. Nothing is respelled, and the places are what they were.
///
/// # Errors
/// Where the text is no JSON: it is not touched then.
pub fn formatted(text: &str, places: &[Range<usize>]) -> Result<String, JsonProblem> {
    let bytes = with_stand_ins(text, places);
    let Some(laid_out) = pretty(&bytes, &|| false) else {
        return Ok(text.to_owned());
    };
    if let Some(problem) = laid_out.problem {
        return Err(problem);
    }
    // The tokens of the pretty text are the tokens of the text: each gets its own spelling back.
    let mut out = String::with_capacity(laid_out.text.len());
    let mut written = 0;
    for (shown, typed) in Lexer::new(&laid_out.text).zip(Lexer::new(&bytes)) {
        out.push_str(&String::from_utf8_lossy(
            &laid_out.text[written..shown.start],
        ));
        out.push_str(&text[typed.start..typed.end]);
        written = shown.end;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Places as the model finds them, good enough for these texts.
    fn places(text: &str) -> Vec<Range<usize>> {
        let mut places = Vec::new();
        let mut from = 0;
        while let Some(open) = text[from..].find("{{").map(|at| at + from) {
            let Some(end) = text[open..].find("}}").map(|at| at + open + 2) else {
                break;
            };
            places.push(open..end);
            from = end;
        }
        places
    }

    #[test]
    fn places_are_tolerated_inside_and_outside_of_strings() {
        for text in [
            "{\"a\": {{user}}, \"b\": \"x {{key}}\"}",
            "[{{a}}, {{b}}]",
            "{{whole}}",
            "{\"{{name}}\": 1}",
            "",
            "  ",
        ] {
            assert_eq!(problem(text, &places(text)), None, "{text}");
        }
    }

    #[test]
    fn a_problem_is_named_where_it_stands() {
        for (text, line, column) in [
            ("{\"a\": }", 1, 7),
            ("{\n  \"ü\": {{x}}\n  \"b\": 1\n}", 3, 3),
            ("[1, 2,]", 1, 7),
            ("{\"a\": {{user}} {{b}}}", 1, 16),
        ] {
            let found = problem(text, &places(text)).unwrap_or_else(|| panic!("{text} is no JSON"));
            assert_eq!(
                (found.line, found.column),
                (line, column),
                "{text}: {found}"
            );
        }
    }

    #[test]
    fn formatting_respells_nothing() {
        let text = "{\"a\":1.0e3,\"b\":[{{x}},\"{{y}} \\u00e9\"],\"a\":{}}";
        assert_eq!(
            formatted(text, &places(text)).expect("JSON"),
            "{\n  \"a\": 1.0e3,\n  \"b\": [\n    {{x}},\n    \"{{y}} \\u00e9\"\n  ],\n  \"a\": {}\n}"
        );
        assert!(formatted("{\"a\":}", &[]).is_err());
    }

    #[test]
    fn every_byte_is_in_one_span() {
        let text = "{\"a\": {{x}}, \"b\": [true, \"ü\"]} ";
        let mut at = 0;
        for (range, _) in spans(text, &places(text)) {
            assert_eq!(range.start, at);
            at = range.end;
        }
        assert_eq!(at, text.len());
    }

    proptest! {
        #[test]
        fn formatting_twice_is_formatting_once(
            text in "(\\[|\\{\"a\":|1|\"x\"|\\{\\{p\\}\\}|,|\\]|\\}| ){0,12}"
        ) {
            if let Ok(once) = formatted(&text, &places(&text)) {
                prop_assert_eq!(&formatted(&once, &places(&once)).expect("still JSON"), &once);
                let bare = |text: &str| text.split_whitespace().collect::<String>();
                prop_assert_eq!(bare(&once), bare(&text));
            }
        }
    }
}
