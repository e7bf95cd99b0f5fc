//! The rules that come with Gatescope. Each is shown, counted and can be switched off.
//! What differs in every answer by its nature (dates, ids of the one answer, hop-by-hop fields) is no rule: `compare::built_in` holds it.

use std::sync::LazyLock;

use super::{CompareRule, JsonPath, RuleAction, RulePlace};

/// Id, place, action, reason. The ids of two answers lie in error bodies (facts/amazon-api-gateway.md section 2);
/// the headers are lists of words whose order means nothing (RFC 9110 sections 10.2.1 and 12.5.5, Fetch standard).
static SHIPPED: LazyLock<Vec<CompareRule>> = LazyLock::new(|| {
    let mask_all = || RuleAction::Mask("(?s).+".to_owned());
    let words = "an order of words that means nothing";
    vec![
        rule(
            "context-id",
            json("$..contextId"),
            mask_all(),
            "an id of the one answer",
        ),
        rule(
            "correlation-id",
            json("$..correlationId"),
            mask_all(),
            "an id of the one answer",
        ),
        rule("vary-words", header("vary"), RuleAction::Set, words),
        rule("allow-words", header("allow"), RuleAction::Set, words),
        rule(
            "cors-allow-headers",
            header("access-control-allow-headers"),
            RuleAction::Set,
            words,
        ),
        rule(
            "cors-allow-methods",
            header("access-control-allow-methods"),
            RuleAction::Set,
            words,
        ),
        rule(
            "cors-expose-headers",
            header("access-control-expose-headers"),
            RuleAction::Set,
            words,
        ),
    ]
});

/// All shipped rules, in the order in which they apply.
#[must_use]
pub fn shipped_rules() -> &'static [CompareRule] {
    &SHIPPED
}

fn rule(id: &str, place: RulePlace, action: RuleAction, because: &str) -> CompareRule {
    CompareRule {
        id: id.to_owned(),
        enabled: true,
        place,
        action,
        because: because.to_owned(),
    }
}

fn json(path: &str) -> RulePlace {
    RulePlace::Json(JsonPath::parse(path).expect("a path"))
}

fn header(name: &str) -> RulePlace {
    RulePlace::Header(name.to_owned())
}
