//! Judges of everything else that an answer shows: headers both ways, errors, bodies, compression, links, the whole answer, time, and
//! what official clients would send.

use crate::body::format;
use crate::compare::latency::{LatencyReport, LegSample, LegTiming, PairSample};
use crate::compare::outcome::VerdictKind;
use crate::compare::{Answered, Leg, Options, Side, Volatile, compare};
use crate::model::clients::{self, Breakage, ClientUrls, OfficialClient};
use crate::model::note::{ClientFormField, Field};
use crate::model::route::environment_notes;
use crate::model::rules::RuleSet;

use super::outcome::{
    Effect, EffectRow, Fault, Latency, LatencySample, Outcome, StepKind, StepResult,
};
use super::probe::{ECHO_FIELDS, Probe, Way};
use super::seen::{Refusal, Seen};
use super::{CheckRun, Judged, Missing};

/// The steps here ask for answers one after the other; the first that is not there yet is asked for.
fn judged(step: StepKind, result: Result<StepResult, Missing>) -> Judged {
    match result {
        Ok(result) => result.into(),
        Err(missing) => missing.judged(step),
    }
}

impl CheckRun {
    pub(super) fn request_headers(&self) -> Judged {
        judged(StepKind::RequestHeaders, self.try_request_headers())
    }

    fn try_request_headers(&self) -> Result<StepResult, Missing> {
        const STEP: StepKind = StepKind::RequestHeaders;
        let title = self.look(Probe::Api(Way::Gateway))?;
        let lower = self.look(Probe::ApiLowerCase)?;
        if title.status() != lower.status() || title.wire_status() != lower.wire_status() {
            let failed = StepResult::failed(
                STEP,
                Fault::HeaderCaseEnforced,
                "Header names pass in one letter case only",
            )
            .means("With Authorization it works, with authorization it does not: a validator or a mapping of the gateway takes header names by their letter case. Clients that write lower case, and every client over HTTP/2, are refused")
            .attempt("Take the request validator off, or set the environment's header case to title case and see that every client writes Authorization");
            return Ok(self.explained(failed, Probe::ApiLowerCase));
        }
        let mut effects = vec![EffectRow {
            what: "authorization in lower case".to_owned(),
            effect: Effect::Same,
            gateway: lower.status().to_string(),
            direct: title.status().to_string(),
        }];
        let mut result = StepResult::passed(STEP, "Request headers pass")
            .seen("Authorization arrives, its name in title case or in lower case");
        if self.plan.echo_path.is_some() {
            let echo = self.look(Probe::Echo)?;
            effects.extend(echo_rows(&echo));
            let lost: Vec<&str> = effects
                .iter()
                .filter(|row| row.effect == Effect::Different)
                .map(|row| row.what.as_str())
                .collect();
            let shown = effects[1..]
                .iter()
                .filter(|row| row.effect == Effect::Same)
                .map(|row| row.what.as_str())
                .collect::<Vec<_>>();
            if lost.is_empty() && shown.is_empty() {
                result = result
                    .seen(echo.line())
                    .seen("the route that was named does not answer with the headers it received");
            } else if lost.is_empty() {
                result = result
                    .seen(echo.line())
                    .seen(format!("the echo route saw {}", shown.join(", ")));
            } else {
                result = StepResult::warning(STEP, Fault::HeadersChanged, "Some request headers do not arrive")
                    .seen(echo.line())
                    .seen(format!("the echo route did not see {}", lost.join(", ")))
                    .seen(if shown.is_empty() { String::new() } else { format!("it saw {}", shown.join(", ")) })
                    .means("The gateway drops or renames them on the way")
                    .attempt("Map the headers in the integration request, or use a proxy integration; then deploy");
            }
        } else {
            result = result.seen(
                "others can be seen only by a route that answers with what it received: name one",
            );
        }
        result.effects = effects;
        Ok(result)
    }

    pub(super) fn errors(&self) -> Judged {
        judged(StepKind::Errors, self.try_errors())
    }

    fn try_errors(&self) -> Result<StepResult, Missing> {
        const STEP: StepKind = StepKind::Errors;
        let probe = Probe::MissingUser(Way::Gateway);
        let here = self.look(probe)?;
        let there = self.control(Probe::MissingUser(Way::Direct))?;
        if here.status() != here.wire_status() {
            let failed = StepResult::failed(STEP, Fault::StatusMasked, "Errors lose their status")
                .means(format!(
                    "Genesys Cloud refused with {}, and the gateway makes {} of it: the integration response has one default for every status",
                    here.status(),
                    here.wire_status()
                ))
                .attempt("Add integration responses with patterns for 4xx and 5xx, or use a proxy integration; then deploy");
            return Ok(self.explained(failed, probe));
        }
        if here.is_gateway_itself() {
            let failed = StepResult::failed(
                STEP,
                Fault::ErrorsChanged,
                "The gateway answers in Genesys Cloud's place",
            );
            return Ok(self.explained(failed, probe));
        }
        let (Some(here_code), here_status) = (here.code(), here.status()) else {
            return Ok(StepResult::not_observable(
                STEP,
                format!("no error came back: {}", here.line()),
            ));
        };
        if let Some(there) = &there {
            let there_code = there.code().unwrap_or_default();
            if there.status() != here_status || there_code != here_code {
                let mut failed = StepResult::failed(STEP, Fault::ErrorsChanged, "Errors change on the way")
                    .means(format!(
                        "Directly the same request is answered {} {there_code}, through the gateway {here_status} {here_code}",
                        there.status()
                    ));
                failed.effects.push(EffectRow {
                    what: "a user that does not exist".to_owned(),
                    effect: Effect::Different,
                    gateway: format!("{here_status} {here_code}"),
                    direct: format!("{} {there_code}", there.status()),
                });
                return Ok(self.explained(failed, probe));
            }
        }
        let both = if there.is_some() { " both ways" } else { "" };
        Ok(
            StepResult::passed(STEP, "Errors keep their status and body").seen(format!(
                "a user that does not exist is answered {here_status} {here_code}{both}"
            )),
        )
    }

    pub(super) fn bodies(&self) -> Judged {
        judged(StepKind::Bodies, self.try_bodies())
    }

    fn try_bodies(&self) -> Result<StepResult, Missing> {
        const STEP: StepKind = StepKind::Bodies;
        if !self.plan.allow_writes {
            return Ok(StepResult::skipped(
                STEP,
                "Nothing but GET, and POST to the login route, is sent unless writes are allowed",
            ));
        }
        let here = self.look(Probe::Body(Way::Gateway))?;
        let there = self.control(Probe::Body(Way::Direct))?;
        let effect = |seen: &Seen<'_>| {
            let code = seen.code()?;
            Some(format!("{} {code}: {}", seen.status(), seen.message()))
        };
        let here_effect = effect(&here);
        let there_effect = there.as_ref().and_then(effect);
        let rows = vec![EffectRow {
            what: "a JSON body without what is required".to_owned(),
            effect: match (&here_effect, &there_effect) {
                (Some(here), Some(there)) if here == there => Effect::Same,
                (Some(_) | None, None) => Effect::NotObservable,
                _ => Effect::Different,
            },
            gateway: here_effect.unwrap_or_else(|| here.line()),
            direct: there_effect.unwrap_or_else(|| "not asked".to_owned()),
        }];
        let mut result = match rows[0].effect {
            Effect::Same => StepResult::passed(STEP, "Request bodies pass")
                .seen("a JSON body is refused for the same reason both ways: it was read"),
            Effect::NotObservable => {
                StepResult::not_observable(STEP, "no direct answer to compare it with")
            }
            Effect::Different if here.refusal() == Some(Refusal::Timeout) => {
                StepResult::not_observable(STEP, here.line())
            }
            Effect::Different => {
                let failed = StepResult::failed(STEP, Fault::BodyChanged, "Request bodies change on the way")
                    .means("The same JSON body is answered differently through the gateway: a mapping template or the content type changes it");
                self.explained(failed, Probe::Body(Way::Gateway))
            }
        };
        result.effects = rows;
        Ok(result)
    }

    pub(super) fn compression(&self) -> Judged {
        judged(StepKind::Compression, self.try_compression())
    }

    fn try_compression(&self) -> Result<StepResult, Missing> {
        const STEP: StepKind = StepKind::Compression;
        let (probe, here) = self.listing(Way::Gateway)?;
        let there = if self.has_control() {
            Some(self.listing(Way::Direct)?.1)
        } else {
            None
        };
        let Some(response) = here.response() else {
            return Ok(StepResult::not_observable(STEP, here.line()));
        };
        if let Some(problem) = &response.body.incomplete {
            let failed =
                StepResult::failed(STEP, Fault::BodyChanged, "The answer's body is damaged")
                    .seen(problem.to_string());
            return Ok(self.explained(failed, probe));
        }
        let coding = |seen: &Seen<'_>| {
            seen.response()
                .map(|response| response.body.codings.join(", "))
                .filter(|codings| !codings.is_empty())
        };
        let size = |seen: &Seen<'_>| {
            seen.response()
                .map_or(0, |response| response.body.wire.len() as u64)
        };
        let words = |seen: &Seen<'_>| match coding(seen) {
            Some(coding) => format!("{coding}, {} on the wire", format::size(size(seen))),
            None => format!("not compressed, {} on the wire", format::size(size(seen))),
        };
        let direct = there.as_ref();
        let mut result = StepResult::passed(
            STEP,
            if coding(&here).is_some() {
                "Answers come compressed"
            } else {
                "Answers come whole, without compression"
            },
        )
        .seen(format!("through the gateway: {}", words(&here)));
        if let Some(direct) = direct {
            result = result.seen(format!("directly: {}", words(direct)));
            if coding(direct).is_some() && coding(&here).is_none() {
                result = result.means("A REST API takes the backend's compression off; it compresses itself only when minimumCompressionSize is set");
            }
        }
        Ok(result)
    }

    pub(super) fn page_links(&self) -> Judged {
        judged(StepKind::PageLinks, self.try_page_links())
    }

    fn try_page_links(&self) -> Result<StepResult, Missing> {
        const STEP: StepKind = StepKind::PageLinks;
        if self
            .step(StepKind::Query)
            .is_some_and(|query| query.fault.is_some())
        {
            return Ok(StepResult::skipped(
                STEP,
                "The query string does not arrive as it is sent, so no page can be asked for",
            ));
        }
        let Some(link) = self.next_page() else {
            return Ok(StepResult::not_observable(
                STEP,
                "the answer has no link to a next page",
            ));
        };
        if !link.starts_with('/') {
            return Ok(StepResult::warning(
                STEP,
                Fault::LinksBroken,
                "Pagination links are absolute",
            )
            .seen(super::seen::shortened(&link))
            .means("A client that follows them leaves the gateway"));
        }
        let next = self.look(Probe::NextPage)?;
        if next.number("pageNumber") == Some(3) {
            return Ok(StepResult::passed(STEP, "Pagination links can be followed")
                .seen(next.line())
                .means("The links are relative (/api/v2/…): a client has to put stage and API path before them, as this check did"));
        }
        let failed = StepResult::warning(STEP, Fault::LinksBroken, "The next page is another one")
            .means("The link of the answer, with stage and API path before it, does not lead to the third page");
        Ok(self.explained(failed, Probe::NextPage))
    }

    pub(super) fn platform_headers(&self) -> Judged {
        judged(StepKind::PlatformHeaders, self.try_platform_headers())
    }

    fn try_platform_headers(&self) -> Result<StepResult, Missing> {
        const STEP: StepKind = StepKind::PlatformHeaders;
        const NAMES: [&str; 4] = [
            "ININ-Correlation-Id",
            "inin-ratelimit-count",
            "inin-ratelimit-allowed",
            "inin-ratelimit-reset",
        ];
        let (_, here) = self.listing(Way::Gateway)?;
        let there = if self.has_control() {
            Some(self.listing(Way::Direct)?.1)
        } else {
            None
        };
        let expected: Vec<&str> = NAMES
            .into_iter()
            .filter(|name| there.as_ref().is_none_or(|seen| seen.has(name)))
            .collect();
        let lost: Vec<&str> = expected
            .iter()
            .copied()
            .filter(|name| !here.has(name))
            .collect();
        if lost.is_empty() {
            return Ok(StepResult::passed(STEP, STEP.words()).seen(expected.join(", ")));
        }
        if there.is_none() && lost.len() < NAMES.len() && here.has(NAMES[0]) {
            return Ok(StepResult::not_observable(
                STEP,
                format!(
                    "{} is there; without a direct answer nothing tells whether the others should be",
                    NAMES[0]
                ),
            ));
        }
        let warning = StepResult::warning(STEP, Fault::HeadersLost, "Response headers are lost")
            .seen(format!("missing through the gateway: {}", lost.join(", ")))
            .means("Without them clients cannot pace themselves, and support cannot find the request: a non-proxy integration returns only the headers that are mapped")
            .attempt("Map the headers in the integration response, or use a proxy integration; then deploy");
        Ok(warning)
    }

    pub(super) fn same_answer(&self) -> Judged {
        judged(StepKind::SameAnswer, self.try_same_answer())
    }

    fn try_same_answer(&self) -> Result<StepResult, Missing> {
        const STEP: StepKind = StepKind::SameAnswer;
        if !self.has_control() {
            return Ok(StepResult::skipped(
                STEP,
                "There is no direct environment with a token to compare with",
            ));
        }
        if !self.plan.shares_client {
            return Ok(StepResult::skipped(
                STEP,
                "The direct environment has another client: its answers are its own",
            ));
        }
        let here = self.look(Probe::Api(Way::Gateway))?;
        let there = self.look(Probe::Api(Way::Direct))?;
        if !here.is_success() || !there.is_success() {
            return Ok(StepResult::not_observable(STEP, here.line()));
        }
        let (Some(direct), gateway) = (&self.plan.direct, &self.plan.gateway) else {
            return Ok(StepResult::skipped(STEP, "There is no direct environment"));
        };
        let answered = |seen: &Seen<'_>| Answered {
            by: crate::compare::Answerer::GenesysCloud,
            text: seen.who.words(),
            meaning: String::new(),
        };
        let (direct_answer, gateway_answer) = (answered(&there), answered(&here));
        let side = |exchange, environment, answered| Side {
            exchange,
            environment,
            answered,
        };
        let a = side(&**there.exchange, &**direct, &direct_answer);
        let b = side(&**here.exchange, &**gateway, &gateway_answer);
        let rules = RuleSet::default();
        let options = Options::default();
        let Some(comparison) = compare(&a, &b, &Volatile::not_asked(), &rules, options, &|| false)
        else {
            return Ok(StepResult::not_observable(
                STEP,
                "the comparison was stopped",
            ));
        };
        let headline = comparison.verdict.headline.clone();
        Ok(match comparison.verdict.kind {
            VerdictKind::Identical | VerdictKind::Equivalent => {
                StepResult::passed(STEP, STEP.words())
                    .seen(format!("{}: {headline}", here.request_line()))
            }
            VerdictKind::NotComparable => StepResult::not_observable(STEP, headline),
            VerdictKind::Different => {
                let failed = StepResult::failed(
                    STEP,
                    Fault::DifferentAnswer,
                    "Another answer than directly",
                )
                .seen(headline)
                .means(comparison.verdict.cause.clone());
                self.explained(failed, Probe::Api(Way::Gateway))
            }
        })
    }

    pub(super) fn latency(&self) -> Judged {
        judged(StepKind::Latency, self.try_latency())
    }

    fn try_latency(&self) -> Result<StepResult, Missing> {
        const STEP: StepKind = StepKind::Latency;
        if self.plan.latency_pairs == 0 {
            return Ok(StepResult::skipped(STEP, "No samples were asked for"));
        }
        if !self.has_control() {
            return Ok(StepResult::skipped(
                STEP,
                "There is no direct environment with a token to measure against",
            ));
        }
        let mut samples = Vec::new();
        for pair in 0..self.plan.latency_pairs {
            // A B, B A, …: what drifts meets both alike.
            let order = if pair % 2 == 0 {
                [Way::Direct, Way::Gateway]
            } else {
                [Way::Gateway, Way::Direct]
            };
            for way in order {
                self.look(Probe::Sample(pair, way))?;
            }
            let sample = |way| {
                let seen = self.look(Probe::Sample(pair, way)).ok()?;
                seen.is_success().then(|| LegSample {
                    status: seen.wire_status(),
                    timing: LegTiming::of_exchange(seen.exchange),
                })
            };
            if let (Some(a), Some(b)) = (sample(Way::Direct), sample(Way::Gateway)) {
                samples.push(PairSample {
                    pair: pair + 1,
                    first: if order[0] == Way::Direct {
                        Leg::A
                    } else {
                        Leg::B
                    },
                    a,
                    b,
                });
            }
        }
        let measured = samples.len();
        if measured == 0 {
            return Ok(StepResult::not_observable(
                STEP,
                "no pair of requests succeeded",
            ));
        }
        let report = LatencyReport::new(samples);
        let Some((connections, group)) = report.main_group() else {
            return Ok(StepResult::not_observable(STEP, report.sentence()));
        };
        let median = group.total.median_ms;
        let title = if median.abs() < 0.05 {
            "Latency: the gateway adds next to nothing".to_owned()
        } else if median < 0.0 {
            format!("Latency: the gateway is {:.1} ms faster", -median)
        } else {
            format!("Latency: the gateway adds {median:.1} ms")
        };
        let mut result = StepResult::passed(STEP, title).seen(
            report
                .sentence()
                .replacen("B adds", "it adds", 1)
                .replacen("B saves", "it saves", 1),
        );
        result.latency = Some(Box::new(Latency {
            connections,
            added: group.total.clone(),
            mixed_pairs: report.mixed_pairs,
            samples: report.samples.iter().map(sample_of).collect(),
        }));
        Ok(result)
    }

    pub(super) fn clients(&self) -> Judged {
        const STEP: StepKind = StepKind::Clients;
        let Some(gateway) = self.gateway() else {
            return StepResult::skipped(STEP, "This is no gateway").into();
        };
        let form = clients::client_form(gateway);
        let mut broken = Vec::new();
        // Those that send the same are told in one line.
        let mut groups: Vec<(ClientUrls, Vec<String>)> = Vec::new();
        for client in OfficialClient::ALL {
            let urls = clients::urls(client, &form);
            if breaks(&urls) {
                broken.push(client.to_string());
            }
            match groups.iter_mut().find(|(known, _)| *known == urls) {
                Some((_, names)) => names.push(client.to_string()),
                None => groups.push((urls, vec![client.to_string()])),
            }
        }
        let evidence = groups
            .iter()
            .flat_map(|(urls, names)| client_lines(urls, names))
            .collect();
        let mut result = if broken.is_empty() {
            StepResult::passed(STEP, "Every official client asks for the right addresses")
        } else {
            let mut warning = StepResult::warning(
                STEP,
                Fault::ClientsBreak,
                format!("{} would break", broken.join(", ")),
            )
            .attempt("Use the form that works in all: bare host, port spelled out, stage inside both paths")
            .about(Field::ClientForm(ClientFormField::Host));
            warning.outcome = Outcome::Warning;
            warning.fix = environment_notes(&self.plan.gateway)
                .into_iter()
                .find(|note| matches!(note.field, Field::ClientForm(_)) && note.fix.is_some())
                .and_then(|note| note.fix);
            warning
        };
        result.evidence = evidence;
        result.into()
    }
}

/// Whether one who works with that client meets an error.
fn breaks(urls: &ClientUrls) -> bool {
    let most_servers_take_it = |breakage: &Breakage| *breakage == Breakage::DanglingColon;
    !urls.breakages().iter().all(most_servers_take_it)
}

/// Who, what they would send to the login and to the API, and what is wrong with it.
fn client_lines(urls: &ClientUrls, names: &[String]) -> Vec<String> {
    let names = if names.len() == OfficialClient::ALL.len() {
        "All seven official clients".to_owned()
    } else {
        names.join(", ")
    };
    let why: Vec<String> = urls.breakages().iter().map(ToString::to_string).collect();
    let mut lines = vec![match (breaks(urls), why.is_empty()) {
        (true, _) => format!("{names}: would break, {}", why.join("; ")),
        (false, false) => format!("{names}: work, although {}", why.join("; ")),
        (false, true) => format!("{names}: work"),
    }];
    for (method, url) in [("POST", &urls.login), ("GET", &urls.api)] {
        if !url.text.is_empty() {
            lines.push(format!("{method} {}", url.text));
        }
    }
    lines
}

fn sample_of(pair: &PairSample) -> LatencySample {
    LatencySample {
        direct_ms: pair.a.timing.total_ms,
        gateway_ms: pair.b.timing.total_ms,
        direct_first: pair.first == Leg::A,
        connections: pair.connections(),
    }
}

/// Names that every request has, or that this one was given: an answer without any of them shows no request.
const SHOWN_BY_AN_ECHO: [&str; 4] = ["user-agent", "host", "accept-language", "x-gatescope-check"];

fn echo_rows(echo: &Seen<'_>) -> Vec<EffectRow> {
    let body = echo
        .response()
        .map_or(&[][..], |response| &response.body.decoded[..]);
    let names = body.to_ascii_lowercase();
    let has = |body: &[u8], text: &str| memchr::memmem::find(body, text.as_bytes()).is_some();
    let is_echo = echo.is_success() && SHOWN_BY_AN_ECHO.iter().any(|name| has(&names, name));
    ECHO_FIELDS
        .iter()
        .map(|(name, value)| {
            let has_value = has(body, value);
            let has_name = has(&names, &name.to_ascii_lowercase());
            let (effect, gateway) = match (has_value, has_name) {
                _ if !is_echo => (Effect::NotObservable, "the answer shows no request headers"),
                (true, true) => (Effect::Same, *value),
                (true, false) => (Effect::Different, "its value under another name"),
                (false, _) => (Effect::Different, "not in the answer"),
            };
            EffectRow {
                what: (*name).to_owned(),
                effect,
                gateway: gateway.to_owned(),
                direct: (*value).to_owned(),
            }
        })
        .collect()
}
