//! The explanation of one exchange: who answered, what it means, why, what to try, and the ids to ask for help with.

use serde::{Deserialize, Serialize};

use crate::model::environment::Environment;
use crate::model::exchange::{Exchange, Response, header};

use super::answerer::{Evidence, WhoAnswered};
use super::facts::Facts;
use super::rule::{RemedyAction, Rule, Sureness, Table};
use super::tables;

/// What is said about one exchange. Values in it are masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    pub who: WhoAnswered,
    /// `None`: nothing to explain, it went well.
    pub main: Option<Finding>,
    /// The status that the body tells, where the answer says success all the same.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub told_status: Option<u16>,
    /// What else is worth knowing; on success, what the gateway changed.
    pub also: Vec<Finding>,
    /// In the order in which a log search wants them.
    pub request_ids: Vec<RequestId>,
}

/// One rule that held, with its words filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule's id: `rest.no-route`.
    pub rule: String,
    pub means: String,
    pub causes: Vec<String>,
    pub remedies: Vec<Remedy>,
    pub links: Vec<String>,
    pub sureness: Sureness,
    pub source: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remedy {
    pub words: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub action: Option<RemedyAction>,
}

/// An id that the answer carries, under the name it was received with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestId {
    pub name: String,
    pub value: String,
}

impl Finding {
    fn of(rule: &Rule, facts: &Facts<'_>) -> Self {
        let fill = |texts: &[&str]| texts.iter().map(|text| facts.fill(text)).collect();
        Self {
            rule: rule.id.to_owned(),
            means: facts.fill(rule.means),
            causes: fill(rule.causes),
            remedies: rule
                .remedies
                .iter()
                .map(|remedy| Remedy {
                    words: facts.fill(remedy.words),
                    action: remedy.action.clone(),
                })
                .collect(),
            links: rule.links.iter().map(|&link| link.to_owned()).collect(),
            sureness: rule.sureness,
            source: rule.source.to_owned(),
        }
    }
}

/// Explains what the exchange ended with.
#[must_use]
pub fn explain(exchange: &Exchange, environment: &Environment) -> Explanation {
    let facts = Facts::new(exchange, environment);
    let main = tables::rules(Table::of(facts.who.answerer))
        .iter()
        .find(|rule| rule.holds(&facts))
        .map(|rule| Finding::of(rule, &facts));
    let also = if facts.response().is_some() {
        tables::findings()
            .iter()
            .filter(|rule| rule.holds(&facts))
            .map(|rule| Finding::of(rule, &facts))
            .collect()
    } else {
        Vec::new()
    };
    Explanation {
        main,
        told_status: facts.told_status(),
        also,
        request_ids: facts.response().map_or_else(Vec::new, request_ids),
        who: facts.who,
    }
}

impl Explanation {
    /// The evidence for who answered.
    #[must_use]
    pub fn evidence(&self) -> &[Evidence] {
        &self.who.evidence
    }

    /// The finding that belongs into a banner: the main one, or a status that the gateway masked.
    #[must_use]
    pub fn banner(&self) -> Option<&Finding> {
        self.main.as_ref()
    }
}

/// Ids that logs and support ask for: of the gateway first, then of the trace, then of Genesys Cloud.
const REQUEST_IDS: [&str; 7] = [
    "x-amzn-requestid",
    "apigw-requestid",
    "x-amz-apigw-id",
    "x-amzn-trace-id",
    "x-amzn-remapped-x-amzn-requestid",
    "x-amz-cf-id",
    "inin-correlation-id",
];

fn request_ids(response: &Response) -> Vec<RequestId> {
    REQUEST_IDS
        .iter()
        .filter_map(|name| header(&response.headers, name))
        .map(|field| RequestId {
            name: field.name.clone(),
            value: field.text(),
        })
        .collect()
}
