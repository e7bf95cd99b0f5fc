//! A path of Genesys Cloud as this gateway's own, and back: by the path map first, which the user wrote, and then by the routes
//! of the configuration that was imported (`/users` for `GET /api/v2/users`). How routes are matched is `route_map`'s.

use super::invoke_url::find_at_border;
use super::path_map::before_rule;
use super::{API_PREFIX, MappedPath, join, map_path, stage_in_url, with_leading_slash};
use crate::model::environment::{Environment, GatewayTarget, Target};

/// The path that `method` on `path` has at the environment's gateway, behind its API path or behind its stage.
/// A query is carried over untouched.
#[must_use]
pub fn map_request(environment: &Environment, method: &str, path: &str) -> MappedPath {
    let mapped = map_path(&environment.path_map, path);
    let Some(gateway) = gateway(environment).filter(|_| mapped.mapped_from.is_none()) else {
        return mapped;
    };
    let api_path = join(&[&gateway.api_path]);
    let wanted = with_leading_slash(path);
    let own = environment
        .route_map
        .as_ref()
        .and_then(|map| map.own_path(method.trim(), &wanted, &api_path));
    let Some(own) = own else { return mapped };
    let from = wanted.split('?').next().unwrap_or_default().to_owned();
    let is_below = !api_path.is_empty() && find_at_border(&own, &api_path) == Some(0);
    MappedPath {
        path: if is_below {
            own[api_path.len()..].to_owned()
        } else {
            own
        },
        mapped_from: Some(from),
        outside_api_path: !is_below && !api_path.is_empty(),
    }
}

/// The path of Genesys Cloud that `method` on `path`, a path of the gateway behind its stage or behind its API path, stands for:
/// `/api/v2/users` for `/users`. `None` when it is no path of the gateway's own. A query is carried over.
#[must_use]
pub fn direct_path(environment: &Environment, method: &str, path: &str) -> Option<String> {
    let gateway = gateway(environment)?;
    let api_path = join(&[&gateway.api_path]);
    let slashed = with_leading_slash(path);
    if find_at_border(&slashed, API_PREFIX) == Some(0) {
        return None;
    }
    let behind_stage = without_stage(gateway, &slashed);
    let below = format!("{api_path}{behind_stage}");
    [behind_stage, below.as_str()]
        .into_iter()
        .find_map(|path| direct_behind_stage(environment, method, path))
}

/// The path of Genesys Cloud that `method` on `path` behind the stage stands for, by the path map or by the routes; only one that
/// leads back to `path`.
pub(super) fn direct_behind_stage(
    environment: &Environment,
    method: &str,
    path: &str,
) -> Option<String> {
    let api_path = join(&[&gateway(environment)?.api_path]);
    let leads_back = |direct: &String| {
        let mapped = map_request(environment, method, direct);
        let back = if mapped.outside_api_path {
            mapped.path
        } else {
            format!("{api_path}{}", mapped.path)
        };
        mapped.mapped_from.is_some() && back == path
    };
    let below = path.strip_prefix(api_path.as_str());
    let by_rule = environment
        .path_map
        .iter()
        .filter_map(|rule| before_rule(rule, below?));
    let by_route = environment
        .route_map
        .as_ref()
        .and_then(|map| map.direct_path(method.trim(), path));
    by_rule.chain(by_route).find(leads_back)
}

fn without_stage<'p>(gateway: &GatewayTarget, path: &'p str) -> &'p str {
    let stage = join(&[stage_in_url(&gateway.stage)]);
    if !stage.is_empty() && find_at_border(path, &stage) == Some(0) && path.len() > stage.len() {
        &path[stage.len()..]
    } else {
        path
    }
}

fn gateway(environment: &Environment) -> Option<&GatewayTarget> {
    match &environment.target {
        Target::Gateway(gateway) => Some(gateway),
        Target::Direct { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::environment::{PathMapRule, PathMatching};
    use crate::model::route::request_url;
    use crate::model::sandbox_environments::sandbox_environments;

    /// The sandbox's non-proxy gateway, bound to no address, with another API path.
    fn gateway(api_path: &str) -> Environment {
        let mut environment = sandbox_environments().remove(3);
        if let Target::Gateway(gateway) = &mut environment.target {
            api_path.clone_into(&mut gateway.api_path);
        }
        environment
    }

    #[test]
    fn a_route_of_its_own_is_taken_by_its_method_and_found_back() {
        for (api_path, method, direct, target) in [
            ("", "GET", "/api/v2/users", "/test/users"),
            (
                "",
                "GET",
                "/api/v2/users?pageSize=3",
                "/test/users?pageSize=3",
            ),
            ("", "GET", "api/v2/users", "/test/users"),
            ("", "get", "/api/v2/routing/queues", "/test/queues"),
            ("", "POST", "/api/v2/users", "/test/api/v2/users"),
            ("", "GET", "/api/v2/users/7", "/test/api/v2/users/7"),
            ("", "POST", "/oauth/token", "/test/oauth/token"),
            ("/apipath", "GET", "/api/v2/users", "/test/users"),
            (
                "/apipath/",
                "POST",
                "/api/v2/users",
                "/test/apipath/api/v2/users",
            ),
            (
                "/nowhere",
                "PUT",
                "/api/v2/users",
                "/test/nowhere/api/v2/users",
            ),
        ] {
            let environment = gateway(api_path);
            let routed = request_url(&environment, method, direct).expect("a URL");
            assert_eq!(routed.url.target, target, "{api_path} {method} {direct}");
            let is_own = !target.contains("/api/v2") && !target.contains("/oauth");
            assert_eq!(
                routed.mapped_from.is_some(),
                is_own,
                "{api_path} {method} {direct}"
            );
            let back = direct_path(&environment, method, target);
            let slashed = with_leading_slash(direct).into_owned();
            assert_eq!(
                back,
                is_own.then_some(slashed),
                "{api_path} {method} {target}"
            );
        }
    }

    #[test]
    fn what_the_user_wrote_goes_first() {
        let mut environment = gateway("");
        environment.path_map.push(PathMapRule {
            matching: PathMatching::Exact,
            from: "/api/v2/users".to_owned(),
            to: "/api/v2/users".to_owned(),
        });
        let routed = request_url(&environment, "GET", "/api/v2/users").expect("a URL");
        assert_eq!(routed.url.target, "/test/api/v2/users");
        assert_eq!(direct_path(&environment, "GET", "/users"), None);
    }

    #[test]
    fn a_path_of_the_gateway_is_told_from_one_of_genesys_cloud() {
        let environment = gateway("");
        for (path, expected) in [
            ("/users", Some("/api/v2/users")),
            ("users", Some("/api/v2/users")),
            ("/test/users?pageSize=3", Some("/api/v2/users?pageSize=3")),
            ("/queues", Some("/api/v2/routing/queues")),
            ("/users/7", None),
            ("/api/v2/users", None),
            ("/test", None),
            ("", None),
        ] {
            let direct = direct_path(&environment, "GET", path);
            assert_eq!(direct.as_deref(), expected, "{path}");
        }
        assert_eq!(direct_path(&environment, "POST", "/users"), None);
        let direct = sandbox_environments().remove(0);
        assert_eq!(direct_path(&direct, "GET", "/users"), None);
    }
}
