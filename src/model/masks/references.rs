//! Values that are made of `{{name}}` references: nothing of them is secret, so they may be written to files.

use super::names::SCHEMES;

/// `{{secret.token}}`, `Bearer {{token}}`, `Basic {{user}}:{{secret.password}}`.
#[must_use]
pub fn is_made_of_references(value: &str) -> bool {
    let value = value.trim();
    let scheme = value
        .split_once(' ')
        .filter(|(word, _)| SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(word)));
    value.contains("{{") && only_references(scheme.map_or(value, |(_, rest)| rest))
}

/// `a={{x}}; b={{y}}`: the names of cookies are no secret either.
fn are_cookie_references(value: &str) -> bool {
    value.split(';').all(|cookie| {
        cookie
            .split_once('=')
            .is_some_and(|(name, value)| !name.contains("{{") && is_made_of_references(value))
    })
}

/// Whether a header row holds nothing secret though it is named like a credential.
#[must_use]
pub fn is_header_of_references(name: &str, value: &str) -> bool {
    is_made_of_references(value)
        || (name.trim().eq_ignore_ascii_case("cookie") && are_cookie_references(value))
}

fn only_references(text: &str) -> bool {
    let mut rest = text.trim();
    while let Some(inner) = rest.strip_prefix("{{") {
        let Some((_, after)) = inner.split_once("}}") else {
            return false;
        };
        rest = after
            .trim_start()
            .trim_start_matches([':', ','])
            .trim_start();
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_alone_hold_no_secret() {
        for (name, value, expected) in [
            ("Authorization", "{{token}}", true),
            ("Authorization", "Bearer {{secret.token}}", true),
            ("Authorization", "bearer  {{ a }}", true),
            ("Authorization", "Basic {{user}}:{{secret.password}}", true),
            ("Authorization", "Bearer {{a}}x", false),
            ("Authorization", "Bearer x{{a}}", false),
            ("Authorization", "Secret {{a}}", false),
            ("Authorization", "{{a}}{{b", false),
            ("Authorization", "Bearer", false),
            ("Authorization", "", false),
            ("Cookie", "a={{x}}; b={{y}}", true),
            ("cookie", "a={{x}}; b=y", false),
            ("x-api-key", "a={{x}}", false),
        ] {
            assert_eq!(
                is_header_of_references(name, value),
                expected,
                "{name}: {value}"
            );
        }
    }
}
