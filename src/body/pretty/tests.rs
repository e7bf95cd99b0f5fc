//! Peers' cases 1 to 11, and the law: the tokens of the pretty text are the tokens of the text.

use proptest::prelude::*;

use super::super::json_lexer::{Lexer, TokenKind};
use super::{JsonProblemKind as Kind, Pretty, begins_with_mark, pretty};

fn of(text: &str) -> Pretty {
    pretty(text.as_bytes(), &|| false).unwrap()
}

fn written(text: &str) -> String {
    String::from_utf8(of(text).text).unwrap()
}

fn tokens(text: &[u8]) -> Vec<(TokenKind, &[u8])> {
    Lexer::new(text)
        .map(|token| (token.kind, &text[token.start..token.end]))
        .collect()
}

#[test]
fn valid_json_is_laid_out_and_nothing_is_respelled() {
    let table = [
        (
            r#"{"id":9007199254740993,"n":12345678901234567890}"#,
            "{\n  \"id\": 9007199254740993,\n  \"n\": 12345678901234567890\n}",
        ),
        (
            "[1.000000,1E5,1.24815739284710478594,-0,1e400]",
            "[\n  1.000000,\n  1E5,\n  1.24815739284710478594,\n  -0,\n  1e400\n]",
        ),
        (
            r#"{"b":1,"a":2,"10":3,"2":4}"#,
            "{\n  \"b\": 1,\n  \"a\": 2,\n  \"10\": 3,\n  \"2\": 4\n}",
        ),
        (r#"{"a":1,"a":2}"#, "{\n  \"a\": 1,\n  \"a\": 2\n}"),
        (
            r#"["\u00e9","\\u0430","\/","\"\\","\uD800"]"#,
            "[\n  \"\\u00e9\",\n  \"\\\\u0430\",\n  \"\\/\",\n  \"\\\"\\\\\",\n  \"\\uD800\"\n]",
        ),
        (
            r#"[null,"",[],{}," ",[{}]]"#,
            "[\n  null,\n  \"\",\n  [],\n  {},\n  \" \",\n  [\n    {}\n  ]\n]",
        ),
        (" \"x\" ", "\"x\""),
        ("\u{feff}{\"a\":1}", "\u{feff}{\n  \"a\": 1\n}"),
        (")]}',\n{\"a\":1}", ")]}',\n{\n  \"a\": 1\n}"),
        ("\u{feff})]}'\n[]", "\u{feff})]}'\n[]"),
    ];
    for (text, expected) in table {
        assert_eq!(written(text), expected, "{text}");
        assert_eq!(of(text).problem, None, "{text}");
    }
}

#[test]
fn what_is_not_valid_is_shown_with_the_place() {
    let table = [
        ("{foo: bar}", Kind::KeyExpected, 1, 1, 2, "{\n  foo: bar\n}"),
        (
            "[1,2,3,]",
            Kind::TrailingComma,
            7,
            1,
            8,
            "[\n  1,\n  2,\n  3,\n]",
        ),
        (
            "{\"foo\":[]]]}",
            Kind::WrongBracket,
            9,
            1,
            10,
            "{\n  \"foo\": []\n]\n]\n}",
        ),
        (
            "{\"a\":1\n\"b\":2}",
            Kind::CommaExpected,
            7,
            2,
            1,
            "{\n  \"a\": 1 \"b\": 2\n}",
        ),
        ("{\"a\" 1}", Kind::ColonExpected, 5, 1, 6, "{\n  \"a\" 1\n}"),
        ("{\"é\":}", Kind::ValueExpected, 6, 1, 6, "{\n  \"é\":\n}"),
        (
            "[\"é\",\n 01]",
            Kind::UnknownWord,
            8,
            2,
            2,
            "[\n  \"é\",\n  01\n]",
        ),
        ("[\"a\\x\"]", Kind::BadEscape, 3, 1, 4, "[\n  \"a\\x\"\n]"),
        (
            "[\"a\nb\"]",
            Kind::ControlCharacter,
            3,
            1,
            4,
            "[\n  \"a\nb\"\n]",
        ),
        ("{\"a\":[1", Kind::Unclosed, 7, 1, 8, "{\n  \"a\": [\n    1"),
        ("[\"abc", Kind::UnfinishedString, 1, 1, 2, "[\n  \"abc"),
        ("]", Kind::NothingOpen, 0, 1, 1, "]"),
        (
            "{\"a\":1}\n{\"a\":2}",
            Kind::TextAfterEnd,
            8,
            2,
            1,
            "{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}",
        ),
        (
            "Internal error",
            Kind::UnknownWord,
            0,
            1,
            1,
            "Internal\nerror",
        ),
        ("\n ", Kind::Blank, 2, 2, 2, ""),
    ];
    for (text, kind, offset, line, column, expected) in table {
        let problem = of(text).problem.expect(text);
        let place = (problem.offset, problem.line, problem.column);
        assert_eq!(
            (problem.kind, place),
            (kind, (offset, line, column)),
            "{text}"
        );
        assert_eq!(written(text), expected, "{text}");
    }
}

#[test]
fn a_hundred_thousand_brackets_are_no_trouble() {
    let depth = 100_000;
    let text = "[".repeat(depth) + &"]".repeat(depth);
    let pretty = of(&text);
    assert_eq!((pretty.depth, pretty.problem), (depth, None));
    assert!(
        pretty.text.len() < 50 * 1024 * 1024,
        "{}",
        pretty.text.len()
    );
    assert_eq!(minify(&pretty.text), text.as_bytes());
    assert_eq!(of(&"{\"a\":[".repeat(70)).depth, 140);
}

#[test]
fn the_index_made_on_the_way_is_the_index_of_the_text() {
    let long = format!("[\"{}\",\"a\nb\",{{\"k\":[1,2]}}]", "é".repeat(9_000));
    for text in [long.as_str(), "[1,2,{\"a\":[]}]", "[\"a\nb", ""] {
        let pretty = of(text);
        let whole = super::Segments::of(&pretty.text, &|| false).unwrap();
        let starts = |segments: &super::Segments| -> Vec<(usize, usize)> {
            (0..segments.len())
                .map(|at| (segments.start(at), segments.line(at)))
                .collect()
        };
        assert_eq!(starts(&pretty.segments), starts(&whole), "{text:.20}");
    }
}

#[test]
fn cancelling_gives_nothing() {
    assert!(pretty(b"[1]", &|| true).is_none());
}

fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,9})?([eE][+-]?[0-9]{1,3})?",
        "[a-zé漢 :,{}\\[\\]]{0,12}".prop_map(|text| format!("\"{text}\"")),
        Just(r#""\ud800\"\\ \u00e9""#.to_owned()),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5)
                .prop_map(|all| format!("[{}]", all.join(" ,"))),
            proptest::collection::vec(inner, 0..5).prop_map(|all| {
                let members: Vec<String> =
                    all.iter().map(|value| format!("\"k\" :{value}")).collect();
                format!("{{{}}}", members.join(",\n"))
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn valid_json_keeps_its_tokens_and_stays_valid(text in json()) {
        let pretty = of(&text);
        prop_assert_eq!(&pretty.problem, &None);
        prop_assert_eq!(tokens(&pretty.text), tokens(text.as_bytes()));
        prop_assert_eq!(minify(&pretty.text), minify(text.as_bytes()));
        let again = super::pretty(&pretty.text, &|| false).unwrap();
        prop_assert_eq!(again.text, pretty.text);
    }

    #[test]
    fn anything_at_all_keeps_its_tokens(pieces in proptest::collection::vec(
        prop_oneof![
            Just("{"), Just("}"), Just("["), Just("]"), Just(":"), Just(","), Just("\""), Just("\\"), Just("\n"), Just(" "),
            Just("1"), Just("true"), Just("é"), Just("\u{feff}"), Just(")]}'"), Just("while(1);"), Just("\u{1}"), Just("\"a\""),
        ],
        0..24,
    )) {
        let text = pieces.concat();
        let pretty = of(&text);
        prop_assert_eq!(tokens(&pretty.text), tokens(text.as_bytes()), "{:?}", text);
        prop_assert_eq!(minify(&pretty.text), minify(text.as_bytes()), "{:?}", text);
        let short = minify(text.as_bytes());
        prop_assert_eq!(tokens(&short), tokens(text.as_bytes()), "{:?}", text);
    }
}

/// The tokens without the blanks between them, as short as can be.
fn minify(text: &[u8]) -> Vec<u8> {
    let mut short = Vec::with_capacity(text.len());
    let mut after_word = false;
    for token in Lexer::new(text) {
        let is_word = matches!(
            token.kind,
            TokenKind::Number | TokenKind::Literal | TokenKind::Garbage
        );
        if is_word && (after_word || short.is_empty() && begins_with_mark(text, token)) {
            short.push(b' ');
        }
        short.extend_from_slice(&text[token.start..token.end]);
        if token.kind == TokenKind::Protection {
            short.push(b'\n');
        }
        after_word = is_word;
    }
    short
}
