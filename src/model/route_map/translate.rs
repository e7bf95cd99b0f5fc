//! Direct paths as gateway paths and back: `/api/v2/users` <-> `/users`; and the login and API path that follow from the routes.

use super::{ExpectedEffect, Fit, Route, RouteMap, place_name};
use crate::model::route::{API_PREFIX, TOKEN_PATH, join, stage_in_url};

impl RouteMap {
    /// The path behind the stage where a route of its own takes `method` on `direct`: `/users` for `/api/v2/users`; a query is
    /// carried over. `None` where none does: what a route for every path takes is reached under the API path `api_path`.
    /// Of several ways the most specific one is taken, and of equal ones that under the API path.
    #[must_use]
    pub fn own_path(&self, method: &str, direct: &str, api_path: &str) -> Option<String> {
        let is_login = direct.split('?').next() == Some(TOKEN_PATH);
        let usual = format!("{}{direct}", api_path.trim_end_matches('/'));
        let way = self.way(method, direct, &usual, |route| {
            is_login == leads_to_login(route)
        })?;
        let is_own = way.rank.iter().any(|points| *points > 0);
        (is_own && way.path != usual).then_some(way.path)
    }

    /// The path at the backend that `method` on the gateway path reaches; a query is carried over.
    #[must_use]
    pub fn direct_path(&self, method: &str, gateway: &str) -> Option<String> {
        let (path, query) = gateway
            .find('?')
            .map_or((gateway, ""), |at| gateway.split_at(at));
        let route = self.route(method, path)?;
        let url = self.backend_url(route, path)?;
        let (_, behind) = url.split_once("://")?;
        let own = behind.find('/').map_or("/", |at| &behind[at..]);
        let own = own.split('?').next().unwrap_or(own);
        Some(format!("{own}{query}"))
    }

    /// `usual` wins where nothing is more specific.
    fn way(
        &self,
        method: &str,
        direct: &str,
        usual: &str,
        wanted: impl Fn(&Route) -> bool,
    ) -> Option<Way> {
        let (path, query) = direct
            .find('?')
            .map_or((direct, ""), |at| direct.split_at(at));
        self.routes
            .iter()
            .filter(|route| route.method == "ANY" || route.method.eq_ignore_ascii_case(method))
            .filter(|route| wanted(route))
            .filter_map(|route| {
                let own = route.backend_path();
                let fit = backwards(route, &own, path)?;
                let gateway = placed(route, &fit)?;
                // Another route may catch that path first.
                let caught = self.route(method, &gateway)?;
                (self.direct_path(method, &gateway)? == path).then(|| {
                    let path = format!("{gateway}{query}");
                    let is_usual = path == usual;
                    let order = (fit.rank.clone(), is_usual, std::ptr::eq(caught, route));
                    let rank = fit.rank;
                    (order, Way { rank, path })
                })
            })
            .max_by(|one, two| one.0.cmp(&two.0))
            .map(|(_, way)| way)
    }

    /// What official clients miss that ask for `login` (`/test/loginpath/oauth/token`) and for paths like `api`
    /// (`/test/apipath/api/v2/users`). `None` where the routes take both, or do not say where they lead.
    #[must_use]
    pub fn client_gap(&self, stage: &str, login: &str, api: &str) -> Option<String> {
        let stage = join(&[stage_in_url(stage)]);
        let login = login.strip_prefix(&stage)?;
        let api = api.strip_prefix(&stage)?;
        match self.route("POST", login) {
            None => {
                return Some(format!(
                    "no route takes POST {login}, so no client gets a token"
                ));
            }
            Some(route) if !leads_to_login(route) => {
                let host = route.backend_host().unwrap_or_default();
                if host.starts_with("api.") {
                    return Some(format!(
                        "POST {login} goes to {host}, which gives no tokens"
                    ));
                }
            }
            Some(_) => {}
        }
        let stem = api
            .find(API_PREFIX)
            .map(|at| &api[..at + API_PREFIX.len()])?;
        let below = format!("{stem}/");
        let takes = |route: &Route| {
            route.resource == "$default"
                || route.resource.starts_with(&below)
                || Fit::of(&route.resource, &format!("{below}a/b"), self.kind).is_some()
        };
        (!self.routes.iter().any(takes)).then(|| format!("no route takes what begins with {stem}"))
    }

    /// The login path under which clients reach `/oauth/token`, when there is one; it may be empty.
    #[must_use]
    pub fn login_path(&self) -> Option<String> {
        let way = self.way("POST", TOKEN_PATH, "", leads_to_login)?;
        way.path.strip_suffix(TOKEN_PATH).map(str::to_owned)
    }

    /// The API path under which clients reach every path below `/api/v2`, when there is one; it may be empty.
    #[must_use]
    pub fn api_path(&self) -> Option<String> {
        let probe = format!("{API_PREFIX}/a/b/c");
        let way = self.way("PATCH", &probe, "", |route| !leads_to_login(route))?;
        way.path.strip_suffix(&probe).map(str::to_owned)
    }
}

/// One way to a path at the backend.
struct Way {
    /// How closely the route fits that path: all zero for one that takes every path.
    rank: Vec<u8>,
    path: String,
}

/// `/api/v2/users/{proxy}` is everything below `/api/v2/users`.
fn greedy_stem(path: &str) -> Option<&str> {
    let (stem, last) = path.rsplit_once('/')?;
    place_name(last).map(|_| stem)
}

/// `https://login.mypurecloud.com/…`, or a URI that ends with the token path.
pub(super) fn leads_to_login(route: &Route) -> bool {
    route
        .backend_host()
        .is_some_and(|host| host.starts_with("login."))
        || route.backend_path().ends_with(TOKEN_PATH)
}

/// The values of the URI's places for which the backend gets `path`. A place that the resource takes greedily may hold slashes.
/// `own` is the path at its backend.
fn backwards<'a>(route: &Route, own: &'a str, path: &'a str) -> Option<Fit<'a>> {
    if !route.is_greedy() {
        return Fit::of(own, path, super::ApiKind::Http);
    }
    let stem = greedy_stem(own)?;
    let name = place_name(own.rsplit('/').next()?)?;
    let rest = path.strip_prefix(stem)?.strip_prefix('/')?;
    let mut fit = Fit {
        rank: vec![2; stem.matches('/').count()],
        values: vec![(name, rest)],
    };
    fit.rank.push(0);
    (!rest.is_empty()).then_some(fit)
}

/// The resource with its places filled; `None` when a value is missing.
fn placed(route: &Route, fit: &Fit<'_>) -> Option<String> {
    let mut path = String::new();
    for part in route.resource.split('/').filter(|part| !part.is_empty()) {
        path.push('/');
        match place_name(part) {
            None => path.push_str(part),
            Some(name) => {
                let place = name_at_backend(route, name.trim_end_matches('+'));
                let (_, value) = fit.values.iter().find(|(other, _)| *other == place)?;
                path.push_str(value);
            }
        }
    }
    Some(if path.is_empty() {
        "/".to_owned()
    } else {
        path
    })
}

/// The place of the endpoint's URL that the place `name` of the resource fills: its own name, unless a mapping says another.
fn name_at_backend<'a>(route: &'a Route, name: &'a str) -> &'a str {
    let source = format!("method.request.path.{name}");
    let mapped = route.effects.iter().find_map(|effect| match effect {
        ExpectedEffect::PathFilled { name, from } if *from == source => Some(name.as_str()),
        _ => None,
    });
    mapped.unwrap_or(name)
}
