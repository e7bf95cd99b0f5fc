//! What a gateway does with a request, as far as its configuration tells: routes and the effects to expect.
//! Reading one from an export is the work of `interchange`.

use serde::{Deserialize, Serialize};

use super::environment::ApiKind;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct RouteMap {
    pub kind: ApiKind,
    pub stage: String,
    pub routes: Vec<Route>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Route {
    /// Upper case; `ANY` for every method.
    pub method: String,
    /// `/users`, `/users/{userId}`, `/{proxy+}`.
    pub resource: String,
    pub integration: Integration,
    /// Where the request goes: `https://api.mypurecloud.com/{proxy}`.
    pub uri: String,
    /// The integration's timeout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
    #[serde(default)]
    pub effects: Vec<ExpectedEffect>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Integration {
    /// `http_proxy`: headers, query and body pass.
    HttpProxy,
    /// `http`: only what is mapped passes.
    Http,
    Other,
}

/// A difference that the configuration itself explains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "kebab-case")]
pub enum ExpectedEffect {
    /// The backend gets `value` whatever the client sends.
    ParameterFixed { name: String, value: String },
    /// The backend never sees it.
    ParameterDropped { name: String },
    /// The backend gets the client's value and `value` (HTTP_PROXY mappings append).
    ParameterAppended { name: String, value: String },
    /// Query parameters not named by the mapping never reach the backend.
    OtherParametersDropped,
    /// Request headers not named by the mapping never reach the backend.
    OtherHeadersDropped,
    /// The client sees `status` whatever the backend answers.
    StatusMasked { status: u16 },
}

impl RouteMap {
    /// The route that `method` on `path` hits, by API Gateway's order: resource and method together,
    /// static segments before `{parameter}`, both before `{proxy+}`; a resource without the method falls through
    /// to a greedy one (facts/amazon-api-gateway.md section 0, point 4). `path` has no stage.
    #[must_use]
    pub fn route(&self, method: &str, path: &str) -> Option<&Route> {
        self.routes
            .iter()
            .filter(|route| route.method == "ANY" || route.method.eq_ignore_ascii_case(method))
            .filter_map(|route| specificity(&route.resource, path).map(|rank| (rank, route)))
            .max_by_key(|(rank, route)| (rank.clone(), route.method != "ANY"))
            .map(|(_, route)| route)
    }
}

/// Two points for a static segment, one for a parameter, none for the greedy rest; `None` when the resource does not match.
fn specificity(resource: &str, path: &str) -> Option<Vec<u8>> {
    let mut rank = Vec::new();
    let mut rest = path
        .trim_matches('/')
        .split('/')
        .filter(|segment| !segment.is_empty())
        .peekable();
    for part in resource
        .trim_matches('/')
        .split('/')
        .filter(|segment| !segment.is_empty())
    {
        if part.starts_with('{') && part.ends_with("+}") {
            rest.peek()?;
            rank.push(0);
            return Some(rank);
        }
        let segment = rest.next()?;
        if part.starts_with('{') {
            rank.push(1);
        } else if part == segment {
            rank.push(2);
        } else {
            return None;
        }
    }
    rest.next().is_none().then_some(rank)
}
