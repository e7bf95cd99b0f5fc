//! Direct paths as gateway paths and back: `/api/v2/users` <-> `/users`; and what of that an environment can keep
//! as login path, API path and path map.

use super::{Fit, Route, RouteMap, place_name};
use crate::model::environment::{PathMapRule, PathMatching};
use crate::model::route::{API_PREFIX, TOKEN_PATH};

impl RouteMap {
    /// The path behind the stage under which the gateway sends `method` to `direct` at the API; a query is carried over.
    /// `None` when no route leads there. Of several ways the most specific one is taken.
    #[must_use]
    pub fn gateway_path(&self, method: &str, direct: &str) -> Option<String> {
        let is_login = direct.split('?').next() == Some(TOKEN_PATH);
        self.way(method, direct, |route| is_login == leads_to_login(route))
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

    fn way(&self, method: &str, direct: &str, wanted: impl Fn(&Route) -> bool) -> Option<String> {
        let (path, query) = direct
            .find('?')
            .map_or((direct, ""), |at| direct.split_at(at));
        self.routes
            .iter()
            .filter(|route| route.method == "ANY" || route.method.eq_ignore_ascii_case(method))
            .filter(|route| wanted(route))
            .filter_map(|route| {
                let fit = backwards(route, path)?;
                let gateway = placed(&route.resource, &fit)?;
                // Another route may catch that path first.
                let caught = self.route(method, &gateway)?;
                (self.direct_path(method, &gateway)? == path)
                    .then(|| (fit.rank, std::ptr::eq(caught, route), gateway))
            })
            .max_by(|one, two| (&one.0, one.1).cmp(&(&two.0, two.1)))
            .map(|(_, _, gateway)| format!("{gateway}{query}"))
    }

    /// The login path under which clients reach `/oauth/token`, when there is one; it may be empty.
    #[must_use]
    pub fn login_path(&self) -> Option<String> {
        let way = self.way("POST", TOKEN_PATH, leads_to_login)?;
        way.strip_suffix(TOKEN_PATH).map(str::to_owned)
    }

    /// The API path under which clients reach every path below `/api/v2`, when there is one; it may be empty.
    #[must_use]
    pub fn api_path(&self) -> Option<String> {
        let probe = format!("{API_PREFIX}/a/b/c");
        let way = self.way("PATCH", &probe, |route| !leads_to_login(route))?;
        way.strip_suffix(&probe).map(str::to_owned)
    }

    /// Rules for the paths that have a route of their own elsewhere: `/api/v2/users` -> `/users`. `api_path` stands before
    /// every mapped path, so a resource outside it cannot be reached by a rule.
    #[must_use]
    pub fn path_rules(&self, api_path: &str) -> Vec<PathMapRule> {
        let mut rules: Vec<PathMapRule> = Vec::new();
        for route in self.routes.iter().filter(|route| !leads_to_login(route)) {
            let Some(to) = behind(&route.resource, api_path) else {
                continue;
            };
            let from = route.backend_path();
            if route.backend_host().is_none() || !from.starts_with('/') {
                continue;
            }
            let rule = if route.is_greedy() {
                let ends = (greedy_stem(from), greedy_stem(to));
                let (Some(from), Some(to)) = ends else {
                    continue;
                };
                rule(PathMatching::Prefix, from, to)
            } else {
                rule(PathMatching::Exact, from, to)
            };
            let is_plain = !rule.from.contains('{') && !rule.to.contains('{');
            if is_plain && rule.from != rule.to && !rule.from.is_empty() && !rules.contains(&rule) {
                rules.push(rule);
            }
        }
        rules.sort_by_key(|rule| {
            (
                rule.matching == PathMatching::Prefix,
                usize::MAX - rule.from.len(),
            )
        });
        rules
    }
}

fn rule(matching: PathMatching, from: &str, to: &str) -> PathMapRule {
    PathMapRule {
        matching,
        from: from.to_owned(),
        to: to.to_owned(),
    }
}

/// `/api/v2/users/{proxy}` is everything below `/api/v2/users`.
fn greedy_stem(path: &str) -> Option<&str> {
    let (stem, last) = path.rsplit_once('/')?;
    place_name(last).map(|_| stem)
}

fn behind<'a>(resource: &'a str, api_path: &str) -> Option<&'a str> {
    let api_path = api_path.trim_end_matches('/');
    let rest = resource.strip_prefix(api_path)?;
    rest.starts_with('/').then_some(rest)
}

/// `https://login.mypurecloud.com/…`, or a URI that ends with the token path.
pub(super) fn leads_to_login(route: &Route) -> bool {
    route
        .backend_host()
        .is_some_and(|host| host.starts_with("login."))
        || route.backend_path().ends_with(TOKEN_PATH)
}

/// The values of the URI's places for which the backend gets `path`. A place that the resource takes greedily may hold slashes.
fn backwards<'a>(route: &'a Route, path: &'a str) -> Option<Fit<'a>> {
    let own = route.backend_path();
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
fn placed(resource: &str, fit: &Fit<'_>) -> Option<String> {
    let mut path = String::new();
    for part in resource.split('/').filter(|part| !part.is_empty()) {
        path.push('/');
        match place_name(part) {
            None => path.push_str(part),
            Some(name) => {
                let name = name.trim_end_matches('+');
                let (_, value) = fit.values.iter().find(|(other, _)| *other == name)?;
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
