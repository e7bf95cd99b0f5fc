//! Names and usual values of request headers, for completing them.

use super::completion::Suggestion;
use super::rows::Column;
use super::variables::marks;

/// Each with values that people send with it.
const HEADERS: &[(&str, &[&str])] = &[
    (
        "Accept",
        &["application/json", "*/*", "text/csv", "text/plain"],
    ),
    (
        "Accept-Encoding",
        &["gzip, deflate, br, zstd", "gzip", "identity"],
    ),
    (
        "Accept-Language",
        &["en-US", "en", "de", "fr", "es", "pt-BR", "ja"],
    ),
    (
        "Authorization",
        &["Bearer {{secret.token}}", "Basic {{secret.login}}"],
    ),
    ("Cache-Control", &["no-cache", "no-store", "max-age=0"]),
    ("Connection", &["close", "keep-alive"]),
    (
        "Content-Type",
        &[
            "application/json",
            "application/x-www-form-urlencoded",
            "text/csv",
            "text/plain; charset=utf-8",
            "application/octet-stream",
        ],
    ),
    ("Content-Encoding", &["gzip"]),
    ("Cookie", &[]),
    ("Expect", &["100-continue"]),
    ("Forwarded", &[]),
    ("Host", &[]),
    ("If-Match", &[]),
    ("If-Modified-Since", &[]),
    ("If-None-Match", &[]),
    ("Idempotency-Key", &["{{$uuid}}"]),
    ("ININ-Correlation-Id", &["{{$uuid}}"]),
    ("Origin", &[]),
    ("Prefer", &["return=representation", "return=minimal"]),
    ("Range", &["bytes=0-1023"]),
    ("Referer", &[]),
    ("User-Agent", &[]),
    ("X-Amz-Date", &[]),
    ("X-Amz-Security-Token", &["{{secret.session_token}}"]),
    ("X-Amzn-Trace-Id", &[]),
    ("x-api-key", &["{{secret.api_key}}"]),
    ("X-Correlation-Id", &["{{$uuid}}"]),
    ("X-Forwarded-For", &[]),
    ("X-Forwarded-Host", &[]),
    ("X-Forwarded-Proto", &["https", "http"]),
    ("X-HTTP-Method-Override", &["PATCH", "PUT", "DELETE", "GET"]),
    ("X-Request-Id", &["{{$uuid}}"]),
    ("X-Requested-With", &["XMLHttpRequest"]),
];

/// What fits what was typed; nothing once it is typed whole.
pub(in crate::ui) fn suggest(column: Column, name: &str, typed: &str) -> Vec<Suggestion> {
    let wanted = typed.trim().to_lowercase();
    let all: Vec<&str> = match column {
        Column::Name => HEADERS.iter().map(|(name, _)| *name).collect(),
        Column::Value => HEADERS
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name.trim()))
            .map(|(_, values)| values.to_vec())
            .unwrap_or_default(),
    };
    // A single letter fits nearly every name somewhere: there its beginning counts.
    let fits = |text: &str| {
        let text = text.to_lowercase();
        if wanted.len() < 2 {
            text.starts_with(&wanted)
        } else {
            text.contains(&wanted)
        }
    };
    all.into_iter()
        .filter(|text| *text != typed && fits(text))
        .map(|text| Suggestion {
            label: text.to_owned(),
            marks: marks(text, &wanted),
            is_mono: true,
            ..Suggestion::default()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_suggested_by_what_was_typed() {
        for (column, name, typed, expected) in [
            (Column::Name, "", "acc", "Accept"),
            (Column::Name, "", "corr", "ININ-Correlation-Id"),
            (Column::Value, "accept", "", "application/json"),
            (Column::Value, "CONTENT-TYPE", "csv", "text/csv"),
        ] {
            let found = suggest(column, name, typed);
            assert_eq!(
                found.first().map(|first| first.label.as_str()),
                Some(expected),
                "{name} {typed}"
            );
        }
        assert!(suggest(Column::Value, "X-Unknown", "").is_empty());
        assert!(
            suggest(Column::Name, "", "Accept")
                .iter()
                .all(|found| found.label != "Accept"),
            "what stands there already is not suggested"
        );
    }
}
