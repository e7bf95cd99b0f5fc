//! From rows and obstacles to one verdict, in words: what differs, and what the likely cause is.

use super::collect::Collected;
use super::expected::Expectations;
use super::outcome::{
    Counts, Layer, Obstacle, Row, RowKind, SetAside, Shape, SideSummary, Verdict, VerdictKind,
    VolatileState,
};
use super::requests::RequestComparison;
use super::side::Leg;
use crate::model::rules::JsonPath;

/// Everything a verdict is made of.
pub(super) struct Grounds<'g> {
    pub(super) a: &'g SideSummary,
    pub(super) b: &'g SideSummary,
    pub(super) obstacle: Option<Obstacle>,
    pub(super) counts: Counts,
    pub(super) collected: &'g Collected,
    pub(super) requests: &'g RequestComparison,
    pub(super) expected: &'g Expectations,
    pub(super) volatile: &'g VolatileState,
}

impl Grounds<'_> {
    pub(super) fn verdict(&self) -> Verdict {
        let kind = self.kind();
        Verdict {
            kind,
            headline: self.headline(kind),
            cause: self.cause(kind),
            obstacle: self.obstacle,
        }
    }

    fn kind(&self) -> VerdictKind {
        if self.obstacle.is_some() {
            VerdictKind::NotComparable
        } else if self.counts.differences > 0 {
            VerdictKind::Different
        } else if self.counts.notes + self.counts.suppressed() > 0 {
            VerdictKind::Equivalent
        } else {
            VerdictKind::Identical
        }
    }

    fn headline(&self, kind: VerdictKind) -> String {
        let aside = self.counts.suppressed();
        match kind {
            VerdictKind::Identical if self.counts.built_in > 0 => format!(
                "Identical, apart from {} that {} in every answer",
                count(self.counts.built_in, "field", "fields"),
                if self.counts.built_in == 1 {
                    "differs"
                } else {
                    "differ"
                },
            ),
            VerdictKind::Identical => "Identical".to_owned(),
            VerdictKind::Equivalent => {
                let mut parts = Vec::new();
                if self.counts.notes > 0 {
                    parts.push(count(self.counts.notes, "note", "notes"));
                }
                if aside > 0 {
                    parts.push(format!(
                        "{} set aside",
                        count(aside, "difference", "differences")
                    ));
                }
                format!("Equivalent: {}", parts.join(", "))
            }
            VerdictKind::Different => {
                let mut text = format!("Different: {}", self.what_differs());
                if aside > 0 {
                    let aside = count(aside, "difference is", "differences are");
                    text = format!("{text}; {aside} expected, volatile or ignored");
                }
                text
            }
            VerdictKind::NotComparable => {
                format!(
                    "Not comparable: {}",
                    self.obstacle.map(obstacle_words).unwrap_or_default()
                )
            }
        }
    }

    /// `the status, 2 headers and 1 body place differ`
    fn what_differs(&self) -> String {
        let number = |layer| self.collected.counts(layer).differences;
        let mut parts = Vec::new();
        if number(Layer::Status) > 0 {
            parts.push("the status".to_owned());
        }
        if number(Layer::Headers) > 0 {
            parts.push(count(number(Layer::Headers), "header", "headers"));
        }
        if number(Layer::MediaType) > 0 {
            parts.push("the media type".to_owned());
        }
        if number(Layer::Body) > 0 {
            parts.push(count(number(Layer::Body), "body place", "body places"));
        }
        let one = self.counts.differences == 1;
        let list = match parts.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
            Some((last, _)) => last.clone(),
            None => String::new(),
        };
        format!("{list} {}", if one { "differs" } else { "differ" })
    }

    fn cause(&self, kind: VerdictKind) -> String {
        let mut sentences = Vec::new();
        match kind {
            VerdictKind::NotComparable => sentences.extend(self.obstacle_cause()),
            VerdictKind::Different => sentences.push(self.difference_cause()),
            VerdictKind::Equivalent => sentences.extend(self.noted_sentence()),
            VerdictKind::Identical => {}
        }
        sentences.extend(self.masked_sentence());
        let reasons = self
            .expected
            .told(|because| self.collected.expects(because));
        if !reasons.is_empty() {
            sentences.push(format!("Expected: {}", reasons.join("; ")));
        }
        let parts: Vec<&str> = self
            .requests
            .unintended()
            .map(|row| row.part.as_str())
            .collect();
        if !parts.is_empty() && kind != VerdictKind::Identical {
            sentences.push(format!(
                "The two requests were not the same: {} differed",
                parts.join(", ")
            ));
        }
        sentences.join(". ")
    }

    fn side(&self, leg: Leg) -> &SideSummary {
        match leg {
            Leg::A => self.a,
            Leg::B => self.b,
        }
    }

    fn obstacle_cause(&self) -> Vec<String> {
        let meaning = |leg: Leg| {
            let side = self.side(leg);
            let told = [
                side.error.clone().unwrap_or_default(),
                side.answered.meaning.clone(),
            ];
            told.into_iter().find(|text| !text.is_empty())
        };
        let Some(obstacle) = self.obstacle else {
            return Vec::new();
        };
        match obstacle {
            Obstacle::BothUnreachable => [Leg::A, Leg::B]
                .into_iter()
                .filter_map(|leg| Some(format!("{leg}: {}", meaning(leg)?)))
                .collect(),
            Obstacle::TokenRefused(leg) if self.side(leg).status.is_some() => {
                vec![meaning(leg).unwrap_or_else(|| {
                    format!(
                        "{leg} answered 401 and {} did not: the token did not arrive there, or is not good there",
                        leg.other()
                    )
                })]
            }
            Obstacle::GatewayAnswered(leg) => {
                let who = &self.side(leg).answered.text;
                let mut told = vec![format!("{leg} was answered by: {who}")];
                told.extend(meaning(leg));
                told
            }
            Obstacle::RateLimited(leg) => vec![meaning(leg).unwrap_or_else(|| {
                format!("{leg} has used up its requests: wait and compare again")
            })],
            Obstacle::ServerError(leg)
            | Obstacle::Unreachable(leg)
            | Obstacle::Cancelled(leg)
            | Obstacle::TokenRefused(leg)
            | Obstacle::Incomplete(leg) => meaning(leg).into_iter().collect(),
        }
    }

    fn masked_sentence(&self) -> Option<String> {
        let masked = |leg: Leg| {
            let side = self.side(leg);
            let (sent, effective) = (side.status?, side.effective_status?);
            (sent != effective).then(|| {
                format!(
                    "{leg} says {sent} for a Genesys error {effective}: a non-proxy integration hides the status"
                )
            })
        };
        match (masked(Leg::A), masked(Leg::B)) {
            (Some(a), Some(b)) => Some(format!("{a}. {b}")),
            (a, b) => a.or(b),
        }
    }

    /// What the notes say, the first three kinds of them.
    fn noted_sentence(&self) -> Option<String> {
        let mut told: Vec<&str> = Vec::new();
        for row in &self.collected.rows {
            let is_told = row.set_aside.is_none()
                && row.kind != RowKind::StatusMasked
                && !row.why.is_empty()
                && !told.contains(&row.why.as_str());
            if is_told && told.len() < 3 {
                told.push(&row.why);
            }
        }
        (!told.is_empty()).then(|| format!("Noted: {}", told.join("; ")))
    }

    fn differences(&self) -> impl Iterator<Item = &Row> {
        self.collected
            .rows
            .iter()
            .filter(|row| row.counts_as_difference())
    }

    fn difference_cause(&self) -> String {
        if self.collected.counts(Layer::Status).differences > 0 {
            return self.status_cause();
        }
        let whole = self.differences().find(|row| {
            matches!(
                row.kind,
                RowKind::BodyKind | RowKind::InvalidJson | RowKind::Bytes
            )
        });
        if let Some(row) = whole {
            return format!("The bodies are not alike: {}", row.why);
        }
        if let Some(sentence) = self.digits_cause() {
            return sentence;
        }
        if let Some(row) = self
            .differences()
            .find(|row| row.kind == RowKind::PastGateway)
        {
            return format!("{} leads past the gateway", row.place);
        }
        if let Some(sentence) = self.page_cause() {
            return sentence;
        }
        let body = self.collected.counts(Layer::Body).differences;
        if body == 0 {
            return self.header_cause();
        }
        if self
            .differences()
            .filter(|row| row.layer == Layer::Body)
            .all(|row| row.kind == RowKind::Moved)
        {
            return "Only the order of lists differs in the body".to_owned();
        }
        let by_itself = match self.volatile {
            VolatileState::Known { .. } => {
                "A did not change in the same places when it was asked again"
            }
            VolatileState::NotAsked => "A was not asked again, so some of it may change by itself",
            VolatileState::Unusable { .. } => {
                "A gave nothing to compare when it was asked again, so some of it may change by itself"
            }
        };
        format!(
            "{} between the two answers; {by_itself}",
            count(
                body,
                "place of the body differs",
                "places of the body differ"
            )
        )
    }

    /// Numbers that went through floating point, and what else differs in the body.
    fn digits_cause(&self) -> Option<String> {
        let body: Vec<&Row> = self
            .differences()
            .filter(|row| row.layer == Layer::Body)
            .collect();
        let (lost, others): (Vec<&Row>, Vec<&Row>) =
            body.into_iter().partition(|row| lost_digits(row));
        let first = &lost.first()?.place;
        let everywhere = |place: &str| Some(JsonPath::parse(place).ok()?.for_every_element());
        let general = everywhere(first);
        let one_member = lost.iter().all(|row| everywhere(&row.place) == general);
        let told = match (lost.len(), general.filter(|_| one_member)) {
            (1, _) => format!("A number lost digits at {first}"),
            (number, Some(general)) => format!("{number} numbers lost digits at {general}"),
            (number, None) => format!("{number} numbers lost digits, the first at {first}"),
        };
        let mut text = format!("{told}: something on the way reads numbers as floating point");
        if !others.is_empty() {
            let moved = others.iter().all(|row| row.kind == RowKind::Moved);
            let (one, many) = if moved {
                (
                    "element stands at another place of its list",
                    "elements stand at another place of their list",
                )
            } else {
                ("other place differs", "other places differ")
            };
            let besides = count(others.len(), one, many);
            text = format!("{text}. Besides, {besides}");
        }
        Some(text)
    }

    fn status_cause(&self) -> String {
        let told = |leg: Leg| {
            let status = self.side(leg).effective_status;
            status.map_or_else(|| "nothing".to_owned(), |status| status.to_string())
        };
        let mut text = format!("A answered {}, B {}", told(Leg::A), told(Leg::B));
        let meaning = [Leg::B, Leg::A]
            .into_iter()
            .map(|leg| (leg, &self.side(leg).answered.meaning))
            .find(|(_, meaning)| !meaning.is_empty());
        if let Some((leg, meaning)) = meaning {
            text = format!("{text}. {leg}: {meaning}");
        }
        text
    }

    fn header_cause(&self) -> String {
        let rows: Vec<&Row> = self
            .differences()
            .filter(|row| row.layer == Layer::Headers)
            .collect();
        for (kind, leg) in [(RowKind::Removed, Leg::B), (RowKind::Added, Leg::A)] {
            if rows.len() >= 2 && rows.iter().all(|row| row.kind == kind) {
                return format!(
                    "{leg} lacks {} that {} has: something on the way takes them out or adds them",
                    count(rows.len(), "header", "headers"),
                    leg.other()
                );
            }
        }
        let names: Vec<&str> = self
            .differences()
            .take(4)
            .map(|row| row.place.as_str())
            .collect();
        format!(
            "The bodies are the same; these headers differ: {}",
            names.join(", ")
        )
    }

    /// Two pages of one list.
    fn page_cause(&self) -> Option<String> {
        let total_differs = self.collected.rows.iter().any(|row| row.place == "$.total");
        let page = self.collected.rows.iter().find(|row| {
            matches!(row.place.as_str(), "$.pageSize" | "$.pageNumber")
                && !matches!(row.set_aside, Some(SetAside::Expected { .. }))
        })?;
        let (a, b) = (page.a.as_ref()?, page.b.as_ref()?);
        let name = page.place.trim_start_matches("$.");
        (!total_differs).then(|| {
            format!(
                "The two answers are different pages of one list: {name} is {} on A and {} on B",
                a.text, b.text
            )
        })
    }
}

/// Two numbers that are one as floating point: digits beyond 2^53 went missing.
fn lost_digits(row: &Row) -> bool {
    let number = |shown: &Option<super::outcome::Shown>| {
        let shown = shown
            .as_ref()
            .filter(|shown| shown.shape == Shape::Number)?;
        shown
            .text
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
    };
    row.kind == RowKind::Changed
        && matches!((number(&row.a), number(&row.b)), (Some(a), Some(b)) if a.to_bits() == b.to_bits())
}

fn obstacle_words(obstacle: Obstacle) -> String {
    match obstacle {
        Obstacle::Unreachable(leg) => format!("nothing came back on {leg}"),
        Obstacle::BothUnreachable => "nothing came back on either side".to_owned(),
        Obstacle::Cancelled(leg) => format!("{leg} was cancelled"),
        Obstacle::TokenRefused(leg) => format!("the token was refused on {leg}"),
        Obstacle::GatewayAnswered(leg) => format!("the gateway itself answered on {leg}"),
        Obstacle::RateLimited(leg) => format!("{leg} was rate limited"),
        Obstacle::ServerError(leg) => format!("{leg} answered with a server error"),
        Obstacle::Incomplete(leg) => format!("the body of {leg} did not arrive whole"),
    }
}

/// `1 header`, `2 headers`
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
