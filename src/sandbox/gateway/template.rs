//! What a mapping template does to an answer that it writes anew: lists come out in another order, and numbers are read as
//! floating point, so that the last digits of long ones are lost. Both are what comparisons are there to find.

use bytes::Bytes;
use serde_json::{Map, Number, Value};

/// The body as the template writes it; what is no JSON passes as it is.
pub(super) fn rewritten(body: &Bytes) -> Bytes {
    let Ok(Value::Object(members)) = serde_json::from_slice::<Value>(body) else {
        return body.clone();
    };
    let written: Map<String, Value> = members
        .into_iter()
        .map(|(name, value)| match value {
            Value::Array(mut entries) if name == "entities" => {
                entries.reverse();
                (name, floating(Value::Array(entries)))
            }
            value => (name, floating(value)),
        })
        .collect();
    serde_json::to_vec(&written).map_or_else(|_| body.clone(), Bytes::from)
}

fn floating(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::Number(rounded(&number)),
        Value::Array(entries) => entries.into_iter().map(floating).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| (name, floating(value)))
            .collect(),
        other => other,
    }
}

/// Whole numbers up to 2^53 keep their digits.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "losing digits is what a template does"
)]
fn rounded(number: &Number) -> Number {
    match (number.as_u64(), number.as_f64()) {
        (Some(_), Some(read)) => Number::from(read as u64),
        _ => number.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_turned_and_long_numbers_lose_digits() {
        let body = Bytes::from_static(
            br#"{"entities":[{"id":"a","version":9007199254740993},{"id":"b","version":7}],"total":2}"#,
        );
        assert_eq!(
            rewritten(&body),
            Bytes::from_static(
                br#"{"entities":[{"id":"b","version":7},{"id":"a","version":9007199254740992}],"total":2}"#
            )
        );
        let page = Bytes::from_static(b"<html>");
        assert_eq!(rewritten(&page), page);
    }
}
