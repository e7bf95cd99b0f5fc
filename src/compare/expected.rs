//! Differences that the configuration of a gateway explains: the effects of its route map, as far as they reach this request.

use regex::Regex;

use super::outcome::{RowKind, SetAside};
use super::requests::{Address, without_prefix};
use super::side::{Leg, Side};
use crate::model::route_map::{ExpectedEffect, Integration, Route};
use crate::model::rules::PathStep;

/// What the routes of both sides make different.
#[derive(Debug, Clone, Default)]
pub(super) struct Expectations {
    /// Parameters that arrive at the service as something else than was sent.
    parameters: Vec<Parameter>,
    /// Sides whose integration passes no header of the service on.
    drops_headers: Vec<Leg>,
    masked_status: Vec<MaskedStatus>,
    /// In words, for the cause.
    sentences: Vec<Sentence>,
}

/// One effect of a route in words, told only where it shows in the answers.
#[derive(Debug, Clone)]
struct Sentence {
    /// What the rows say that it sets aside.
    because: String,
    words: String,
}

#[derive(Debug, Clone)]
struct MaskedStatus {
    leg: Leg,
    /// Which statuses of the service, as a regular expression; `default` for those that fit no other, `None` for all.
    pattern: Option<String>,
    shown: u16,
}

#[derive(Debug, Clone)]
struct Parameter {
    leg: Leg,
    name: String,
    /// What the service gets; `None` when it gets nothing.
    value: Option<String>,
    /// What was sent; empty when it was not.
    asked: String,
    because: String,
}

/// Members of a page of entities that follow from which page was asked for.
const PAGING: [&str; 10] = [
    "pageSize",
    "pageNumber",
    "pageCount",
    "nextUri",
    "previousUri",
    "firstUri",
    "lastUri",
    "selfUri",
    "cursor",
    "nextPage",
];

impl Expectations {
    pub(super) fn of(a: &Side<'_>, b: &Side<'_>) -> Self {
        let mut expectations = Self::default();
        for (leg, side) in [(Leg::A, a), (Leg::B, b)] {
            expectations.add(leg, side);
        }
        expectations
    }

    fn add(&mut self, leg: Leg, side: &Side<'_>) -> Option<()> {
        let map = side.environment.route_map.as_ref()?;
        let sent = &side.exchange.answer()?.sent;
        let address = Address::of(&sent.url);
        let path = without_prefix(side, &address.path)?;
        let route = map.route(&sent.method, path)?;
        if route.integration == Integration::Http {
            self.drops_headers.push(leg);
        }
        let asked = query_parameters(&address.query);
        for effect in &route.effects {
            self.add_effect(leg, route, effect, &asked);
        }
        Some(())
    }

    fn add_effect(
        &mut self,
        leg: Leg,
        route: &Route,
        effect: &ExpectedEffect,
        asked: &[(String, String)],
    ) {
        let resource = &route.resource;
        match effect {
            ExpectedEffect::ParameterFixed { name, value } => {
                if asked
                    .iter()
                    .any(|(other, sent)| other == name && sent == value)
                {
                    return;
                }
                let because = format!("{name} fixed to {value}");
                self.tell(
                    &because,
                    format!("the route {resource} fixes {name} to {value}"),
                );
                self.add_parameter(leg, (name, asked), Some(value), because);
            }
            ExpectedEffect::ParameterAppended { name, value } => {
                let because = format!("{name}={value} added");
                self.tell(
                    &because,
                    format!("the route {resource} sends {name}={value} besides what was asked"),
                );
                self.add_parameter(leg, (name, asked), Some(value), because);
            }
            ExpectedEffect::ParameterDropped { name }
                if asked.iter().any(|(other, _)| other == name) =>
            {
                self.add_dropped(leg, resource, (name, asked));
            }
            ExpectedEffect::OtherParametersDropped => {
                let mapped = |name: &str| {
                    route.effects.iter().any(|effect| {
                        matches!(effect, ExpectedEffect::ParameterFixed { name: other, .. } | ExpectedEffect::ParameterAppended { name: other, .. } | ExpectedEffect::ParameterPassed { from: other, .. } if other == name)
                    })
                };
                for (name, _) in asked.iter().filter(|(name, _)| !mapped(name)) {
                    self.add_dropped(leg, resource, (name, asked));
                }
            }
            ExpectedEffect::ParameterPassed { name, from }
                if name != from && asked.iter().any(|(other, _)| other == from) =>
            {
                let because = format!("{from} passed on as {name}");
                self.tell(
                    &because,
                    format!("the route {resource} passes {from} on as {name}"),
                );
                self.add_parameter(leg, (from, asked), None, because);
            }
            ExpectedEffect::ParameterSet { name, from } => {
                let because = format!("{name} set from {from}");
                self.tell(
                    &because,
                    format!("the route {resource} sets {name} from {from}"),
                );
                self.add_parameter(leg, (name, asked), None, because);
            }
            ExpectedEffect::StatusMasked { status } => self.masked_status.push(MaskedStatus {
                leg,
                pattern: None,
                shown: *status,
            }),
            ExpectedEffect::StatusMapped { pattern, status } => {
                self.masked_status.push(MaskedStatus {
                    leg,
                    pattern: Some(pattern.clone()),
                    shown: *status,
                });
            }
            // Parameters that were not sent change nothing. What follows in an answer from another header, path or body of the request, or from a template, is not in the
            // configuration: such differences count, and the request editor tells of the effect.
            ExpectedEffect::ParameterPassed { .. }
            | ExpectedEffect::ParameterDropped { .. }
            | ExpectedEffect::OtherHeadersDropped
            | ExpectedEffect::HeaderPassed { .. }
            | ExpectedEffect::HeaderFixed { .. }
            | ExpectedEffect::HeaderSet { .. }
            | ExpectedEffect::HeaderDropped { .. }
            | ExpectedEffect::PathFilled { .. }
            | ExpectedEffect::PathReplaced { .. }
            | ExpectedEffect::BodyRewritten { .. }
            | ExpectedEffect::OtherBodiesRefused
            | ExpectedEffect::AnswerRewritten => {}
        }
    }

    fn tell(&mut self, because: &str, words: String) {
        self.sentences.push(Sentence {
            because: because.to_owned(),
            words,
        });
    }

    /// The effects that differences were set aside for, in words.
    pub(super) fn told(&self, is_seen: impl Fn(&str) -> bool) -> Vec<String> {
        let seen = self
            .sentences
            .iter()
            .filter(|sentence| is_seen(&sentence.because));
        let mut words: Vec<String> = seen.map(|sentence| sentence.words.clone()).collect();
        words.dedup();
        words
    }

    fn add_dropped(
        &mut self,
        leg: Leg,
        resource: &str,
        (name, asked): (&str, &[(String, String)]),
    ) {
        let because = format!("{name} not passed on");
        self.tell(
            &because,
            format!("the route {resource} does not pass {name} on"),
        );
        self.add_parameter(leg, (name, asked), None, because);
    }

    fn add_parameter(
        &mut self,
        leg: Leg,
        (name, asked): (&str, &[(String, String)]),
        value: Option<&String>,
        because: String,
    ) {
        let asked = asked.iter().find(|(other, _)| other == name);
        self.parameters.push(Parameter {
            leg,
            name: name.to_owned(),
            value: value.cloned(),
            asked: asked.map(|(_, value)| value.clone()).unwrap_or_default(),
            because,
        });
    }

    /// A status line that says `shown` on that side where the service says `said`.
    pub(super) fn status(&self, leg: Leg, shown: u16, said: u16) -> Option<SetAside> {
        let own = || self.masked_status.iter().filter(|masked| masked.leg == leg);
        let fits = |masked: &MaskedStatus| match masked.pattern.as_deref() {
            None | Some("default") => false,
            Some(pattern) => fits_pattern(pattern, said),
        };
        let applies = own().find(|masked| fits(masked)).or_else(|| {
            own().find(|masked| matches!(masked.pattern.as_deref(), None | Some("default")))
        })?;
        (applies.shown == shown).then(|| SetAside::Expected {
            because: match &applies.pattern {
                None => format!("the integration answers {shown} whatever the service says"),
                Some(_) => format!("the integration answers {shown} where the service says {said}"),
            },
        })
    }

    /// A header that one side lacks: the integration there passes none on.
    pub(super) fn header(&self, kind: RowKind) -> Option<SetAside> {
        let lacking = match kind {
            RowKind::Added => Leg::A,
            RowKind::Removed => Leg::B,
            _ => return None,
        };
        self.drops_headers
            .contains(&lacking)
            .then(|| SetAside::Expected {
                because: "a non-proxy integration passes no header of the service on".to_owned(),
            })
    }

    /// What follows in a JSON body from a parameter that the service did not get as it was sent.
    /// `text_a`, `text_b`: the values as spelled, without the quotes of strings; `None` where missing.
    pub(super) fn change(
        &self,
        path: &[PathStep<'_>],
        kind: RowKind,
        text_a: Option<&str>,
        text_b: Option<&str>,
    ) -> Option<SetAside> {
        let found = self
            .parameters
            .iter()
            .find(|parameter| parameter.explains(path, kind, text_a, text_b))
            .or_else(|| self.repeats_the_query(path, text_a?, text_b?))?;
        Some(SetAside::Expected {
            because: found.because.clone(),
        })
    }
}

impl Expectations {
    /// The addresses of a page repeat the query that the service got: the first of the parameters that make them differ, where
    /// nothing else does.
    fn repeats_the_query(
        &self,
        path: &[PathStep<'_>],
        text_a: &str,
        text_b: &str,
    ) -> Option<&Parameter> {
        let [PathStep::Member(name)] = path else {
            return None;
        };
        let is_address = name.ends_with("Uri") && PAGING.contains(&name.as_ref());
        let other = |text: &str| {
            let (path, query) = text.split_once('?').unwrap_or((text, ""));
            let others = query_parameters(query).into_iter();
            let others = others.filter(|(name, _)| self.of_name(name).is_none());
            (path.to_owned(), others.collect::<Vec<_>>())
        };
        if !is_address || other(text_a) != other(text_b) {
            return None;
        }
        let written = [text_a, text_b].map(|text| text.split_once('?').unwrap_or_default().1);
        let names = written.into_iter().flat_map(query_parameters);
        names.into_iter().find_map(|(name, _)| self.of_name(&name))
    }

    fn of_name(&self, name: &str) -> Option<&Parameter> {
        self.parameters
            .iter()
            .find(|parameter| parameter.name == name)
    }
}

impl Parameter {
    fn explains(
        &self,
        path: &[PathStep<'_>],
        kind: RowKind,
        text_a: Option<&str>,
        text_b: Option<&str>,
    ) -> bool {
        let here = match self.leg {
            Leg::A => text_a,
            Leg::B => text_b,
        };
        // The service tells at the top which value it took.
        if let [PathStep::Member(name)] = path {
            let is_paging = is_paging_parameter(&self.name) && PAGING.contains(&name.as_ref());
            if name == self.name.as_str() {
                return self.value.is_none()
                    || self.value.as_deref() == here
                    || is_paging && here.is_none();
            }
            return is_paging;
        }
        match self.name.as_str() {
            name if is_paging_parameter(name) => is_whole_entity(path, kind),
            "expand" => {
                let asked = |name: &str| self.asked.split(',').any(|word| word.trim() == name);
                matches!(
                    kind,
                    RowKind::Added | RowKind::Removed | RowKind::TypeChanged
                ) && matches!(path.last(), Some(PathStep::Member(name)) if asked(name))
            }
            "sortOrder" | "sortBy" => {
                matches!(kind, RowKind::Moved | RowKind::Order) || is_whole_entity(path, kind)
            }
            _ => false,
        }
    }
}

/// The whole status has to fit, as API Gateway has it.
fn fits_pattern(pattern: &str, status: u16) -> bool {
    Regex::new(&format!("^(?:{pattern})$")).is_ok_and(|regex| regex.is_match(&status.to_string()))
}

fn is_paging_parameter(name: &str) -> bool {
    matches!(
        name,
        "pageSize" | "pageNumber" | "limit" | "after" | "before" | "cursor"
    )
}

/// A whole element of a list right below the root: `$.entities[id=…]`.
fn is_whole_entity(path: &[PathStep<'_>], kind: RowKind) -> bool {
    matches!(kind, RowKind::Added | RowKind::Removed | RowKind::Moved)
        && matches!(path, [PathStep::Member(_), PathStep::Element { .. }])
}

/// Names and values as sent, decoded.
fn query_parameters(query: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::model::route_map::Demands;

    fn route(effects: Vec<ExpectedEffect>) -> Route {
        Route {
            method: "GET".to_owned(),
            resource: "/users".to_owned(),
            integration: Integration::Http,
            uri: String::new(),
            timeout_ms: None,
            effects,
            demands: Demands::default(),
        }
    }

    fn fixed(name: &str, value: &str) -> ExpectedEffect {
        ExpectedEffect::ParameterFixed {
            name: name.to_owned(),
            value: value.to_owned(),
        }
    }

    fn expectations(effects: Vec<ExpectedEffect>, query: &str) -> Expectations {
        let route = route(effects);
        let mut expectations = Expectations::default();
        for effect in &route.effects {
            expectations.add_effect(Leg::B, &route, effect, &query_parameters(query));
        }
        expectations
    }

    #[test]
    fn a_fixed_page_size_explains_the_page_and_nothing_else() {
        let expected = expectations(vec![fixed("pageSize", "5")], "pageSize=25");
        let member = |name| PathStep::Member(Cow::Borrowed(name));
        let element = PathStep::Element {
            index_a: Some(7),
            index_b: None,
            identity: None,
        };
        let entity = [member("entities"), element.clone()];
        let inside = [member("entities"), element, member("version")];
        let size = [member("pageSize")];
        let total = [member("total")];
        let uri = [member("nextUri")];
        let table = [
            (&size[..], RowKind::Changed, Some("25"), Some("5"), true),
            (&size[..], RowKind::Changed, Some("25"), Some("10"), false),
            (&uri[..], RowKind::Changed, Some("/a"), Some("/b"), true),
            (&total[..], RowKind::Changed, Some("90"), Some("91"), false),
            (&entity[..], RowKind::Removed, Some("{}"), None, true),
            (&entity[..], RowKind::Changed, Some("{}"), Some("1"), false),
            (&inside[..], RowKind::Changed, Some("1"), Some("2"), false),
        ];
        for (path, kind, a, b, wanted) in table {
            assert_eq!(
                expected.change(path, kind, a, b).is_some(),
                wanted,
                "{path:?} {kind:?} {a:?} {b:?}"
            );
        }
        assert_eq!(
            expected.told(|_| true),
            ["the route /users fixes pageSize to 5"]
        );
        assert!(
            expectations(vec![fixed("pageSize", "5")], "pageSize=5")
                .sentences
                .is_empty()
        );
    }

    #[test]
    fn parameters_that_are_not_named_are_dropped() {
        let effects = vec![
            ExpectedEffect::ParameterPassed {
                name: "pageNumber".to_owned(),
                from: "pageNumber".to_owned(),
            },
            fixed("pageSize", "5"),
            ExpectedEffect::OtherParametersDropped,
        ];
        let expected = expectations(effects, "expand=team&pageSize=5&pageNumber=2");
        assert_eq!(
            expected.told(|_| true),
            ["the route /users does not pass expand on"]
        );
    }

    #[test]
    fn addresses_of_a_page_repeat_the_query_that_arrived() {
        let effects = vec![
            fixed("pageSize", "5"),
            ExpectedEffect::OtherParametersDropped,
        ];
        let expected = expectations(effects, "expand=team&pageSize=5&sortOrder=DESC");
        let told = |name: &str, a: &str, b: &str| {
            let path = [PathStep::Member(Cow::Borrowed(name))];
            let found = expected.change(&path, RowKind::Changed, Some(a), Some(b))?;
            match found {
                SetAside::Expected { because } => Some(because),
                _ => None,
            }
        };
        let short = "/api/v2/users?pageSize=5";
        let long = "/api/v2/users?pageSize=5&sortOrder=DESC&expand=team";
        for (name, a, b, wanted) in [
            ("selfUri", long, short, Some("sortOrder not passed on")),
            (
                "nextUri",
                "/api/v2/users?expand=team&pageSize=5",
                short,
                Some("expand not passed on"),
            ),
            // Something else differs as well, or it is no address of the page.
            ("selfUri", long, "/api/v2/users?pageSize=6", None),
            ("selfUri", long, "/api/v2/groups?pageSize=5", None),
            ("imageUri", long, short, None),
            ("name", long, short, None),
        ] {
            assert_eq!(told(name, a, b).as_deref(), wanted, "{name} {a} {b}");
        }
    }

    #[test]
    fn masked_statuses_belong_to_their_side() {
        let expected = expectations(vec![ExpectedEffect::StatusMasked { status: 200 }], "");
        assert!(expected.status(Leg::B, 200, 404).is_some());
        assert!(expected.status(Leg::A, 200, 404).is_none());
        assert!(expected.status(Leg::B, 201, 404).is_none());
    }

    #[test]
    fn a_mapped_status_follows_from_what_the_service_said() {
        let mapped = |pattern: &str, status| ExpectedEffect::StatusMapped {
            pattern: pattern.to_owned(),
            status,
        };
        let effects = vec![
            mapped(r"4\d{2}", 400),
            mapped("default", 200),
            mapped("(", 500),
        ];
        let expected = expectations(effects, "");
        for (said, shown, wanted) in [
            (404, 400, true),
            (404, 200, false),
            (500, 200, true),
            (500, 500, false),
            (4040, 400, false),
        ] {
            let found = expected.status(Leg::B, shown, said).is_some();
            assert_eq!(found, wanted, "{said} shown as {shown}");
        }
    }

    #[test]
    fn renamed_and_set_parameters_are_expected_too() {
        let effects = vec![
            ExpectedEffect::ParameterPassed {
                name: "size".to_owned(),
                from: "pageSize".to_owned(),
            },
            ExpectedEffect::ParameterSet {
                name: "pageNumber".to_owned(),
                from: "stageVariables.page".to_owned(),
            },
        ];
        let expected = expectations(effects, "pageSize=5");
        assert_eq!(
            expected.told(|_| true),
            [
                "the route /users passes pageSize on as size",
                "the route /users sets pageNumber from stageVariables.page",
            ]
        );
        for name in ["pageSize", "pageNumber"] {
            let path = [PathStep::Member(Cow::Borrowed(name))];
            assert!(
                expected
                    .change(&path, RowKind::Changed, Some("5"), Some("25"))
                    .is_some(),
                "{name}"
            );
        }
    }
}
