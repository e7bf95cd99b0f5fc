//! Judge of the query string: the same tricky request both ways, and what each answer shows of it. It passes only on an effect that
//! a real answer of Genesys Cloud shows: paging values, entities, the words of a refusal.

use std::collections::BTreeSet;

use serde_json::Value;

use super::outcome::{Effect, EffectRow, Fault, Outcome, StepKind, StepResult};
use super::probe::{Probe, TRICKY_PARTS, Way};
use super::seen::{Seen, shortened};
use super::{CheckRun, Judged, Missing};

const STEP: StepKind = StepKind::Query;
/// What was asked for.
const ASKED: [(&str, u64); 2] = [("pageSize", 2), ("pageNumber", 2)];
/// What is asked of the answer when parameters may have been added on the way.
const NOTHING_ADDED: &str = "nothing is added";
/// Genesys Cloud's own, when none is given.
const DEFAULTS: [u64; 2] = [25, 1];

impl CheckRun {
    /// Which listing shows the paging: users, or time zones where users may not be listed.
    pub(super) fn listing(&self, way: Way) -> Result<(Probe, Seen<'_>), Missing> {
        let users = self.look(Probe::Users(Way::Gateway))?;
        let probe = if users.status() == 403 || users.status() == 404 {
            Probe::Zones(way)
        } else {
            Probe::Users(way)
        };
        Ok((probe, self.look(probe)?))
    }

    /// The first two entities of a page that was seen.
    pub(super) fn two_ids(&self) -> Option<[String; 2]> {
        [Way::Direct, Way::Gateway].into_iter().find_map(|way| {
            let seen = self.look(Probe::Users(way)).ok()?;
            let mut ids = seen
                .member("entities")?
                .as_array()?
                .iter()
                .filter_map(|entity| entity.get("id")?.as_str())
                .filter(|id| {
                    id.bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                })
                .map(str::to_owned);
            Some([ids.next()?, ids.next()?])
        })
    }

    pub(super) fn next_page(&self) -> Option<String> {
        let (_, seen) = self.listing(Way::Gateway).ok()?;
        seen.member("nextUri")?.as_str().map(str::to_owned)
    }

    pub(super) fn query(&self) -> Judged {
        match self.query_rows() {
            Ok(result) => result.into(),
            Err(missing) => missing.judged(STEP),
        }
    }

    fn query_rows(&self) -> Result<StepResult, Missing> {
        let (probe, gateway) = self.listing(Way::Gateway)?;
        let direct = if self.has_control() {
            Some(self.listing(Way::Direct)?.1)
        } else {
            None
        };
        if !gateway.is_success() {
            return Ok(StepResult::not_observable(
                STEP,
                format!("no page of entities came back: {}", gateway.line()),
            ));
        }
        let mut rows = paging_rows(&gateway, direct.as_ref());
        let other_size = if rows[0].effect == Effect::Different {
            let other = match probe {
                Probe::Zones(_) => Probe::ZonesOtherSize,
                _ => Probe::UsersOtherSize,
            };
            self.look(other)?.number("pageSize")
        } else {
            None
        };
        rows.push(added_row(&gateway, direct.as_ref()));
        if matches!(probe, Probe::Users(_)) {
            if self.two_ids().is_some() {
                let one = self.look(Probe::Repeats(Way::Gateway))?;
                let other = self.control(Probe::Repeats(Way::Direct))?;
                rows.push(repeats_row(&one, other.as_ref()));
            }
            let one = self.look(Probe::Tricky(Way::Gateway))?;
            let other = self.control(Probe::Tricky(Way::Direct))?;
            rows.extend(tricky_rows(&one, other.as_ref()));
        }
        let fault = fault_of(&rows, gateway.number("pageSize"), other_size);
        Ok(result_of(rows, fault, &gateway))
    }

    /// The direct answer, where there is a direct environment to ask.
    pub(super) fn control(&self, probe: Probe) -> Result<Option<Seen<'_>>, Missing> {
        if !self.has_control() {
            return Ok(None);
        }
        match self.look(probe) {
            Ok(seen) => Ok(Some(seen)),
            Err(Missing::NotSent(_)) => Ok(None),
            Err(missing) => Err(missing),
        }
    }
}

fn result_of(rows: Vec<EffectRow>, fault: Option<Fault>, gateway: &Seen<'_>) -> StepResult {
    let different: Vec<String> = rows
        .iter()
        .filter(|row| row.effect == Effect::Different)
        .map(|row| {
            let what = if row.what == NOTHING_ADDED {
                "not asked for"
            } else {
                row.what.as_str()
            };
            format!(
                "{what}: {} through the gateway, {} directly",
                row.gateway, row.direct
            )
        })
        .collect();
    let same = rows.iter().filter(|row| row.effect == Effect::Same).count();
    let mut result = match fault {
        Some(fault) => {
            let (title, means, attempt) = words_of(fault);
            let mut result = StepResult::failed(STEP, fault, title)
                .means(means)
                .attempt(attempt);
            // It works, only not as asked: other answers can be relied on.
            result.outcome = Outcome::Warning;
            result.evidence = different;
            result
        }
        None if same == 0 => {
            StepResult::not_observable(STEP, "no answer shows what arrived of the query string")
        }
        None => StepResult::passed(STEP, "Query string has the same effect").seen(format!(
            "{same} tricky things arrive as they were sent: {}",
            rows.iter()
                .filter(|row| row.effect == Effect::Same)
                .map(|row| row.what.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        )),
    };
    if fault.is_some() {
        result.exchanges.push(gateway.exchange.id.0);
    }
    result.effects = rows;
    result
}

fn words_of(fault: Fault) -> (&'static str, &'static str, &'static str) {
    match fault {
        Fault::QueryDropped => (
            "Query string does not arrive",
            "Genesys Cloud answers as if no parameters had been sent: a non-proxy integration passes only those that are mapped",
            "Declare the parameters in the method request and map them in the integration request, or use a proxy integration; then deploy",
        ),
        Fault::QueryFixed => (
            "A query parameter is fixed",
            "Whatever page size is asked for, the same comes back: the integration request maps the parameter to a constant (an HTTP_PROXY mapping that is appended can have the same effect)",
            "Map the parameter from method.request.querystring, or take the mapping out; then deploy",
        ),
        Fault::QueryAppended => (
            "Query parameters are added on the way",
            "The answer shows parameters that were not sent: in HTTP_PROXY a mapped parameter is appended to the client's own, not put in its place",
            "Take the parameter's mapping out of the integration request; then deploy",
        ),
        _ => (
            "Query string has a different effect",
            "Something in the query string does not reach Genesys Cloud as it was sent",
            "Compare the request directly and through the gateway, and encode the characters that differ once more",
        ),
    }
}

fn fault_of(rows: &[EffectRow], size: Option<u64>, other_size: Option<u64>) -> Option<Fault> {
    let differs = |row: &EffectRow| row.effect == Effect::Different;
    let (size_row, number_row, added) = (&rows[0], &rows[1], &rows[2]);
    if differs(size_row) {
        let is_default = size == Some(DEFAULTS[0]);
        let is_same_again = other_size.is_some() && other_size == size;
        return Some(match (is_default, is_same_again) {
            (true, _) => Fault::QueryDropped,
            (false, true) => Fault::QueryFixed,
            (false, false) => Fault::QueryChanged,
        });
    }
    if differs(added) {
        return Some(Fault::QueryAppended);
    }
    if differs(number_row) {
        return Some(Fault::QueryDropped);
    }
    rows.iter().any(differs).then_some(Fault::QueryChanged)
}

fn paging_rows(gateway: &Seen<'_>, direct: Option<&Seen<'_>>) -> Vec<EffectRow> {
    ASKED
        .iter()
        .map(|(name, asked)| {
            let got = gateway.number(name);
            let control = direct.and_then(|seen| seen.number(name)).unwrap_or(*asked);
            row(
                format!("{name}={asked}"),
                match got {
                    None => Effect::NotObservable,
                    Some(got) if got == control => Effect::Same,
                    Some(_) => Effect::Different,
                },
                got.map_or_else(|| format!("no {name} in the answer"), |got| got.to_string()),
                control.to_string(),
            )
        })
        .collect()
}

/// Parameters of the answer's own links, and members of its entities, that the direct answer lacks.
fn added_row(gateway: &Seen<'_>, direct: Option<&Seen<'_>>) -> EffectRow {
    let what = NOTHING_ADDED.to_owned();
    let (here, there) = (shown_of(gateway), direct.map(shown_of));
    let Some(there) = there else {
        return row(
            what,
            Effect::NotObservable,
            listed(&here),
            "not asked".to_owned(),
        );
    };
    let mut more: BTreeSet<String> = here.difference(&there).cloned().collect();
    // An empty page has no members to compare with.
    more.retain(|item| item.starts_with('?') || there.iter().any(|item| item.starts_with('.')));
    let effect = if here.is_empty() {
        Effect::NotObservable
    } else if more.is_empty() {
        Effect::Same
    } else {
        Effect::Different
    };
    let gateway = if more.is_empty() {
        "nothing".to_owned()
    } else {
        listed(&more)
    };
    row(what, effect, gateway, "nothing".to_owned())
}

fn listed(items: &BTreeSet<String>) -> String {
    let items: Vec<&str> = items
        .iter()
        .map(|item| item.trim_start_matches(['?', '.']))
        .collect();
    items.join(", ")
}

/// `?expand=skills` of the answer's links, `.skills` of its entities.
fn shown_of(seen: &Seen<'_>) -> BTreeSet<String> {
    let mut shown = BTreeSet::new();
    for link in ["selfUri", "firstUri", "nextUri"] {
        let Some((_, query)) = seen
            .member(link)
            .and_then(Value::as_str)
            .and_then(|link| link.split_once('?'))
        else {
            continue;
        };
        for part in query.split('&').filter(|part| !part.starts_with("page")) {
            shown.insert(format!("?{part}"));
        }
    }
    let entities = seen.member("entities").and_then(Value::as_array);
    for entity in entities.into_iter().flatten() {
        let names = entity
            .as_object()
            .into_iter()
            .flat_map(|entity| entity.keys());
        shown.extend(names.map(|name| format!(".{name}")));
    }
    shown
}

fn repeats_row(gateway: &Seen<'_>, direct: Option<&Seen<'_>>) -> EffectRow {
    let number = |seen: &Seen<'_>| {
        seen.member("entities")
            .and_then(Value::as_array)
            .map(Vec::len)
    };
    let control = direct.and_then(number).unwrap_or(2);
    let got = number(gateway);
    let words = |number: usize| match number {
        1 => "1 entity".to_owned(),
        more => format!("{more} entities"),
    };
    row(
        "a repeated parameter".to_owned(),
        match got {
            None => Effect::NotObservable,
            Some(got) if got == control => Effect::Same,
            Some(_) => Effect::Different,
        },
        got.map_or_else(|| "no entities".to_owned(), words),
        words(control),
    )
}

/// What stands in the first brackets of the refusal: the value as it arrived.
fn quoted(seen: &Seen<'_>) -> Option<String> {
    let message = seen.member("message")?.as_str()?;
    let (_, rest) = message.split_once('[')?;
    let (value, _) = rest.split_once(']')?;
    value.contains('~').then(|| value.to_owned())
}

fn tricky_rows(gateway: &Seen<'_>, direct: Option<&Seen<'_>>) -> Vec<EffectRow> {
    let sent: Vec<String> = TRICKY_PARTS
        .iter()
        .map(|(_, value)| (*value).to_owned())
        .collect();
    let parts = |value: String| -> Vec<String> { value.split('~').map(str::to_owned).collect() };
    let control = direct.and_then(quoted).map(parts);
    let there = control.clone().unwrap_or_else(|| sent.clone());
    let Some(here) = quoted(gateway).map(parts) else {
        let words = "one value with reserved characters".to_owned();
        // Directly it was refused and quoted, and here it was not: it did not arrive.
        let effect = match (&control, gateway.is_success()) {
            (Some(_), true) => Effect::Different,
            _ => Effect::NotObservable,
        };
        let shown = if gateway.is_success() {
            "accepted without it".to_owned()
        } else {
            shortened(&gateway.message())
        };
        let directly = control.map_or_else(|| "not quoted".to_owned(), |parts| parts.join("~"));
        return vec![row(words, effect, shown, directly)];
    };
    if here.len() != TRICKY_PARTS.len() || there.len() != TRICKY_PARTS.len() {
        let effect = if here == there {
            Effect::Same
        } else {
            Effect::Different
        };
        let words = "one value with reserved characters".to_owned();
        return vec![row(words, effect, here.join("~"), there.join("~"))];
    }
    TRICKY_PARTS
        .iter()
        .zip(here.into_iter().zip(there))
        .map(|((what, _), (here, there))| {
            let effect = if here == there {
                Effect::Same
            } else {
                Effect::Different
            };
            row((*what).to_owned(), effect, here, there)
        })
        .collect()
}

fn row(what: String, effect: Effect, gateway: String, direct: String) -> EffectRow {
    EffectRow {
        what,
        effect,
        gateway,
        direct,
    }
}
