//! The requests of a gateway check: what each one is, in which environment and with whose token. Only GET, and POST to the login
//! route (and, when writes are allowed, one POST that Genesys Cloud refuses because its body is not complete).

use crate::model::environment::{Environment, HeaderCase, HttpVersion, Protection, Target};
use crate::model::request::{DraftBody, HeaderRow, QueryRow, RequestAuth, RequestDraft};

use super::CheckPlan;

/// Through the gateway, or to the region directly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Way {
    Gateway,
    Direct,
}

/// One request of the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Probe {
    /// `/` of the stage: a greedy route does not match it.
    Root,
    /// A route that nobody made.
    UnknownRoute,
    /// The token request without credentials.
    LoginBare,
    /// The same with a signature that no account made: only a route that wants signatures looks at it.
    LoginSigned,
    /// A token through the login path.
    GatewayToken,
    /// A token from the region.
    RegionToken,
    /// `GET /api/v2/tokens/me`: any token may.
    Api(Way),
    /// The same with a signature that no account made.
    ApiSigned,
    /// The same with header names in lower case.
    ApiLowerCase,
    /// A page of users: size 2, number 2.
    Users(Way),
    /// Size 3: is the size fixed, whatever is asked for?
    UsersOtherSize,
    /// A page of time zones, for tokens that may not list users.
    Zones(Way),
    ZonesOtherSize,
    /// Two ids as a repeated parameter.
    Repeats(Way),
    /// A value that Genesys Cloud refuses and quotes.
    Tricky(Way),
    /// The route that the user named, which answers with what it received.
    Echo,
    /// A user that does not exist.
    MissingUser(Way),
    /// A body that is refused for what it lacks.
    Body(Way),
    /// The next page, by the link of the answer.
    NextPage,
    /// One request of a pair of samples.
    Sample(usize, Way),
}

impl Probe {
    #[must_use]
    pub fn way(self) -> Way {
        match self {
            Self::RegionToken => Way::Direct,
            Self::Api(way)
            | Self::Users(way)
            | Self::Zones(way)
            | Self::Repeats(way)
            | Self::Tricky(way)
            | Self::MissingUser(way)
            | Self::Body(way)
            | Self::Sample(_, way) => way,
            _ => Way::Gateway,
        }
    }
}

/// Whose token a request carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenOf {
    Nobody,
    /// The environment's own.
    Own,
    /// The direct environment's, which has the same client.
    Direct,
}

/// What is to be sent.
#[derive(Debug, Clone)]
pub struct ProbeRequest {
    pub probe: Probe,
    /// Changed for this request where it has to be.
    pub environment: Environment,
    /// `None`: the environment's token is asked for anew.
    pub draft: Option<RequestDraft>,
    pub token: TokenOf,
    /// On a new connection.
    pub cold: bool,
}

/// The parts of `TRICKY`, what each is called, and what it means when it arrives.
pub(super) const TRICKY_PARTS: [(&str, &str); 6] = [
    ("encoded slash %2F", "s/l"),
    ("encoded plus %2B", "p+l"),
    ("encoded space %20", "s p"),
    ("plus for a space", "q q"),
    ("encoded | { } ;", "r|{};"),
    ("encoded percent %25", "x%y"),
];
/// The parts, joined by `~`, which nothing has to encode.
const TRICKY: &str = "s%2Fl~p%2Bl~s%20p~q+q~r%7C%7B%7D%3B~x%25y";

/// What no account's signature looks like.
const NOBODYS_SIGNATURE: &str = "AWS4-HMAC-SHA256 Credential=GATESCOPECHECK000000/20260101/us-east-1/execute-api/aws4_request, SignedHeaders=host;x-amz-date, Signature=0000000000000000000000000000000000000000000000000000000000000000";

pub(super) const MISSING_USER: &str = "/api/v2/users/00000000-0000-4000-8000-000000000000";
const UNKNOWN_ROUTE: &str = "/gatescope-check-no-such-route";

/// Header fields that only an echo shows.
pub(super) const ECHO_FIELDS: [(&str, &str); 2] = [
    ("X-Gatescope-Check", "gatescope-check-1"),
    ("Accept-Language", "de-CH"),
];

/// What a request needs of earlier answers.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    pub(super) ids: Option<[String; 2]>,
    pub(super) next_page: Option<String>,
}

pub(super) fn request(
    plan: &CheckPlan,
    probe: Probe,
    token: TokenOf,
    known: &Known,
) -> Option<ProbeRequest> {
    let mut environment = match probe.way() {
        Way::Gateway => (*plan.gateway).clone(),
        Way::Direct => (**plan.direct.as_ref()?).clone(),
    };
    environment.network.header_case = HeaderCase::Title;
    let get = |path: &str| Some(draft("GET", path));
    let mut token = token;
    let draft = match probe {
        Probe::GatewayToken | Probe::RegionToken => None,
        Probe::Root => {
            put_before(&mut environment, "");
            get("/")
        }
        Probe::UnknownRoute => {
            put_before(&mut environment, "");
            get(UNKNOWN_ROUTE)
        }
        Probe::LoginBare => Some(login(&mut environment, Vec::new())),
        Probe::LoginSigned => Some(login(&mut environment, signature())),
        Probe::Api(_) | Probe::Sample(..) => get("/api/v2/tokens/me"),
        Probe::ApiSigned => {
            token = TokenOf::Nobody;
            get("/api/v2/tokens/me").map(|draft| RequestDraft {
                headers: signature(),
                ..draft
            })
        }
        Probe::ApiLowerCase => {
            environment.network.header_case = HeaderCase::Lower;
            environment.network.http_version = HttpVersion::Http11;
            get("/api/v2/tokens/me")
        }
        Probe::Users(_) => get("/api/v2/users?pageSize=2&pageNumber=2&expand=skills"),
        Probe::UsersOtherSize => get("/api/v2/users?pageSize=3&pageNumber=2&expand=skills"),
        Probe::Zones(_) => get("/api/v2/timezones?pageSize=2&pageNumber=2"),
        Probe::ZonesOtherSize => get("/api/v2/timezones?pageSize=3&pageNumber=2"),
        Probe::Repeats(_) => {
            let [one, two] = known.ids.as_ref()?;
            get(&format!("/api/v2/users?id={one}&id={two}"))
        }
        Probe::Tricky(_) => get(&format!("/api/v2/users?pageSize=1&sortOrder={TRICKY}")),
        Probe::Echo => {
            put_before(&mut environment, "");
            token = TokenOf::Nobody;
            get(plan.echo_path.as_deref()?).map(|draft| RequestDraft {
                headers: ECHO_FIELDS
                    .iter()
                    .map(|(name, value)| row(name, value))
                    .collect(),
                ..draft
            })
        }
        Probe::MissingUser(_) => get(MISSING_USER),
        Probe::Body(_) => Some(RequestDraft {
            body: DraftBody::Json {
                text: r#"{"gatescopeCheck":"grüezi"}"#.to_owned(),
            },
            ..draft("POST", "/api/v2/analytics/conversations/details/query")
        }),
        Probe::NextPage => get(known.next_page.as_deref()?),
    };
    let draft = draft.map(|draft| match token {
        TokenOf::Nobody => RequestDraft {
            auth: RequestAuth::None,
            ..draft
        },
        TokenOf::Own | TokenOf::Direct => draft,
    });
    Some(ProbeRequest {
        probe,
        environment,
        draft,
        token,
        cold: probe == Probe::Root,
    })
}

/// What stands between the stage and the request's path.
fn put_before(environment: &mut Environment, path: &str) {
    environment.path_map.clear();
    environment.route_map = None;
    if let Target::Gateway(gateway) = &mut environment.target {
        path.clone_into(&mut gateway.api_path);
    }
}

/// The token request itself, without credentials. A read-only environment asks for tokens all the same.
fn login(environment: &mut Environment, headers: Vec<HeaderRow>) -> RequestDraft {
    let path = match &environment.target {
        Target::Gateway(gateway) => gateway.login_path.clone(),
        Target::Direct { .. } => String::new(),
    };
    put_before(environment, &path);
    environment.protection = Protection::Normal;
    RequestDraft {
        headers,
        body: DraftBody::Form {
            rows: vec![QueryRow {
                enabled: true,
                name: "grant_type".to_owned(),
                value: Some("client_credentials".to_owned()),
            }],
        },
        ..draft("POST", "/oauth/token")
    }
}

fn signature() -> Vec<HeaderRow> {
    vec![
        row("Authorization", NOBODYS_SIGNATURE),
        row("X-Amz-Date", "20260101T000000Z"),
    ]
}

fn row(name: &str, value: &str) -> HeaderRow {
    HeaderRow {
        enabled: true,
        name: name.to_owned(),
        value: value.to_owned(),
    }
}

fn draft(method: &str, path: &str) -> RequestDraft {
    RequestDraft {
        method: method.to_owned(),
        path: path.to_owned(),
        ..RequestDraft::default()
    }
}
