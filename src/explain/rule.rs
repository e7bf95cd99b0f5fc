//! What a rule is and when it holds. The rules themselves are the tables in `tables`, one an answerer.

use serde::{Deserialize, Serialize};

use crate::model::note::Field;
use crate::model::timings::Phase;

use super::answerer::{Answerer, Through};
use super::facts::Facts;
use super::shape::BodyShape;

/// A rule as data: what it needs, what it means then, and what to try. Texts may hold `{place}` holders, see `facts`.
#[derive(Debug)]
pub struct Rule {
    /// `rest.no-route`: the table, then the case. Stable: reports name it.
    pub id: &'static str,
    pub status: Status,
    pub body: Body,
    /// All of them.
    pub needs: &'static [Need],
    pub means: &'static str,
    /// Most likely first.
    pub causes: &'static [&'static str],
    /// In the order in which to try them.
    pub remedies: &'static [RemedyRule],
    pub links: &'static [&'static str],
    pub sureness: Sureness,
    /// Where the fact comes from, in a few words.
    pub source: &'static str,
}

/// How the fact is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sureness {
    /// Some report it; not seen in a recording nor in the vendor's pages.
    Reported,
    /// Seen in recorded traffic.
    Recorded,
    /// The vendor's documentation says so.
    Documented,
}

impl Sureness {
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Reported => "reported by users, not confirmed",
            Self::Recorded => "seen in recorded traffic",
            Self::Documented => "documented by the vendor",
        }
    }
}

#[derive(Debug)]
pub enum Status {
    Any,
    Is(&'static [u16]),
    Success,
    Refused,
}

impl Status {
    fn holds(&self, status: u16) -> bool {
        match self {
            Self::Any => true,
            Self::Is(list) => list.contains(&status),
            Self::Success => (200..300).contains(&status),
            Self::Refused => status >= 400,
        }
    }
}

/// What the body must be. Words are compared without regard to case.
#[derive(Debug)]
pub enum Body {
    Any,
    /// `{"message": …}` with exactly this text.
    Message(&'static str),
    /// `{"message": …}`, or any text body, that holds one of these.
    Says(&'static [&'static str]),
    /// `{"message": null}`.
    NullMessage,
    /// Genesys Cloud's `code` is one of these; one that ends with `*` is a beginning.
    Code(&'static [&'static str]),
    /// OAuth's `error`, with one of these in the description (none: any).
    OAuth(&'static str, &'static [&'static str]),
    /// A Genesys Cloud error with whatever code.
    GenesysError,
    Html,
    Empty,
}

impl Body {
    fn holds(&self, facts: &Facts<'_>) -> bool {
        let holds_one = |text: &str, words: &[&str]| {
            let text = text.to_lowercase();
            words.iter().any(|word| text.contains(&word.to_lowercase()))
        };
        match (self, &facts.shape) {
            (Self::Any, _)
            | (Self::NullMessage, BodyShape::LoneMessage(None))
            | (Self::GenesysError, BodyShape::GenesysError { .. })
            | (Self::Html, BodyShape::Html)
            | (Self::Empty, BodyShape::Empty) => true,
            (Self::Message(wanted), BodyShape::LoneMessage(Some(said))) => {
                said.trim().eq_ignore_ascii_case(wanted)
            }
            (Self::Says(words), BodyShape::LoneMessage(Some(said))) => holds_one(said, words),
            (Self::Says(words), BodyShape::Other | BodyShape::Html | BodyShape::OtherJson) => {
                holds_one(&facts.body_beginning(), words)
            }
            (Self::Code(codes), BodyShape::GenesysError { code, .. }) => {
                codes.iter().any(|wanted| match wanted.strip_suffix('*') {
                    Some(start) => code.starts_with(start),
                    None => code == wanted,
                })
            }
            (Self::OAuth(wanted, words), BodyShape::OAuthError { error, description }) => {
                error == wanted
                    && (words.is_empty()
                        || holds_one(description.as_deref().unwrap_or_default(), words))
            }
            _ => false,
        }
    }
}

/// A header, an environment fact or a request fact.
#[derive(Debug)]
pub enum Need {
    /// The answer has the header.
    Has(&'static str),
    Lacks(&'static str),
    /// The answer's header holds the words, whatever the case.
    HeaderSays(&'static str, &'static str),
    /// The environment is a gateway.
    Gateway,
    Direct,
    /// The environment names a stage.
    Stage,
    NoStage,
    ExecuteApiHost,
    CustomDomain,
    /// The token comes through the gateway's login path.
    TokenThroughGateway,
    /// The hop is a token request.
    TokenRequest,
    ApiRequest,
    Through(Through),
    /// The request carried Authorization.
    SentAuthorization,
    SentNoAuthorization,
    /// It began with `Bearer `.
    SentBearer,
    SentHeader(&'static str),
    SentNoHeader(&'static str),
    /// A header name went out in lower case although it is usually written otherwise.
    SentLowerCaseNames,
    Method(&'static [&'static str]),
    /// A method that may have done something.
    Unsafe,
    /// Percent-encoding is written with letters of either case.
    PathHolds(&'static str),
    /// The path begins with the environment's stage, twice.
    StageDoubled,
    PathEndsWith(&'static str),
    QueryHolds(&'static str),
    /// From the last byte sent to the first received, at least this many milliseconds.
    WaitedAtLeast(u64),
    WaitedLessThan(u64),
    /// Body bytes sent, at least.
    SentBodyAtLeast(u64),
    /// The exchange ended in this phase.
    EndedIn(Phase),
    /// The kind of the error the exchange ended with, as its kebab-case word.
    Failed(&'static [&'static str]),
    /// The answer's body holds one of these, case and all.
    BodyHolds(&'static str),
    /// The environment's path map gave the request another path.
    Mapped,
    /// The body tells a refusal, the status a success.
    Masked,
    /// A `pageSize` was asked for, and the answer's own is another.
    AnswersOtherPageSize,
    /// The answer's links lack stage and API path.
    LinksLosePrefix,
    /// Some header was renamed to `x-amzn-Remapped-…`.
    HasRemapped,
    /// The environment names one kind of API, the answer shows the other.
    KindDiffers,
    /// The clocks differ by at least this many seconds, by the answer's Date.
    ClockOffAtLeast(u64),
}

impl Need {
    fn holds(&self, facts: &Facts<'_>) -> bool {
        match self {
            Self::Has(name) => facts.header(name).is_some(),
            Self::Lacks(name) => facts.header(name).is_none(),
            Self::HeaderSays(name, words) => facts
                .header(name)
                .is_some_and(|value| value.to_lowercase().contains(&words.to_lowercase())),
            Self::Gateway => facts.gateway().is_some(),
            Self::Direct => facts.gateway().is_none(),
            Self::Stage => facts
                .gateway()
                .is_some_and(|gateway| !gateway.stage.is_empty()),
            Self::NoStage => facts
                .gateway()
                .is_some_and(|gateway| gateway.stage.is_empty()),
            Self::ExecuteApiHost => facts.is_execute_api(),
            Self::CustomDomain => facts.gateway().is_some() && !facts.is_execute_api(),
            Self::TokenThroughGateway => facts.token_through_gateway(),
            Self::TokenRequest => facts.is_token_request(),
            Self::ApiRequest => !facts.is_token_request(),
            Self::Through(way) => facts.through() == Some(*way),
            Self::SentAuthorization => facts.sent("authorization").is_some(),
            Self::SentNoAuthorization => facts.sent("authorization").is_none(),
            Self::SentBearer => facts
                .sent("authorization")
                .is_some_and(|value| value.to_lowercase().starts_with("bearer ")),
            Self::SentHeader(name) => facts.sent(name).is_some(),
            Self::SentNoHeader(name) => facts.sent(name).is_none(),
            Self::SentLowerCaseNames => facts.sent_lower_case_names(),
            Self::Method(methods) => methods.contains(&facts.method()),
            Self::Unsafe => !matches!(facts.method(), "GET" | "HEAD" | "OPTIONS"),
            Self::PathHolds(part) => facts
                .path()
                .to_ascii_lowercase()
                .contains(&part.to_ascii_lowercase()),
            Self::StageDoubled => facts.has_stage_twice(),
            Self::PathEndsWith(end) => facts.path().len() > 1 && facts.path().ends_with(end),
            Self::QueryHolds(part) => facts.query().contains(part),
            Self::WaitedAtLeast(milliseconds) => facts.waited_ms() >= *milliseconds,
            Self::WaitedLessThan(milliseconds) => facts.waited_ms() < *milliseconds,
            Self::SentBodyAtLeast(bytes) => facts.sent_body_bytes() >= *bytes,
            Self::EndedIn(phase) => facts.ended_in() == Some(*phase),
            Self::Failed(kinds) => facts
                .failure()
                .is_some_and(|kind| kinds.contains(&kind.as_str())),
            Self::BodyHolds(words) => {
                memchr::memmem::find(facts.body(), words.as_bytes()).is_some()
            }
            Self::Mapped => facts.is_mapped(),
            Self::Masked => facts.is_masked(),
            Self::AnswersOtherPageSize => facts.answers_other_page_size(),
            Self::LinksLosePrefix => facts.links_lose_prefix(),
            Self::HasRemapped => facts.has_remapped(),
            Self::KindDiffers => facts.kind_differs(),
            Self::ClockOffAtLeast(seconds) => {
                facts.clock_off_seconds().is_some_and(|off| off >= *seconds)
            }
        }
    }
}

/// One thing to try.
#[derive(Debug)]
pub struct RemedyRule {
    pub words: &'static str,
    pub action: Option<RemedyAction>,
}

/// What one click does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum RemedyAction {
    /// Opens the environment's form at the field.
    EditField {
        field: Field,
    },
    /// Opens the request's place.
    EditRequest {
        field: Field,
    },
    /// Sends the same once more with the header names of the other case.
    ResendOtherHeaderCase,
    /// Sends the same to the region directly.
    SendDirectly,
    Compare,
    CheckGateway,
    FetchToken,
}

/// Words without a click.
pub(super) const fn advise(words: &'static str) -> RemedyRule {
    RemedyRule {
        words,
        action: None,
    }
}

/// Words with a click.
pub(super) const fn offer(words: &'static str, action: RemedyAction) -> RemedyRule {
    RemedyRule {
        words,
        action: Some(action),
    }
}

/// Words with a click that opens a field of the environment.
pub(super) const fn edit(words: &'static str, field: Field) -> RemedyRule {
    offer(words, RemedyAction::EditField { field })
}

impl Rule {
    #[must_use]
    pub fn holds(&self, facts: &Facts<'_>) -> bool {
        self.status.holds(facts.status())
            && self.body.holds(facts)
            && self.needs.iter().all(|need| need.holds(facts))
    }
}

/// The table that an answerer's rules stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Table {
    Nobody,
    GenesysLogin,
    GenesysApi,
    RestGateway,
    HttpApi,
    /// Proxies, captive portals, CloudFront, other AWS services, whatever else.
    OnTheWay,
}

impl Table {
    #[must_use]
    pub fn of(answerer: Answerer) -> Self {
        match answerer {
            Answerer::Nobody { .. } => Self::Nobody,
            Answerer::GenesysLogin { .. } => Self::GenesysLogin,
            Answerer::GenesysApi { .. } | Answerer::Backend { .. } => Self::GenesysApi,
            Answerer::RestGateway => Self::RestGateway,
            Answerer::HttpApi => Self::HttpApi,
            Answerer::CloudFront
            | Answerer::AwsService
            | Answerer::Proxy
            | Answerer::CaptivePortal
            | Answerer::SomethingElse => Self::OnTheWay,
        }
    }
}
