//! The traps of a request's path: what an environment puts before it anyway, and what Genesys Cloud has no path for.

use super::invoke_url::find_at_border;
use super::{API_PREFIX, direct_path, join, map_path, stage_in_url};
use crate::model::environment::{Environment, GatewayTarget, Place, Target};
use crate::model::note::{Field, Note};
use crate::model::sandbox_environments;

/// What is worth saying about the path of a request in an environment; the path without its query.
#[must_use]
pub fn path_notes(environment: &Environment, method: &str, path: &str) -> Vec<Note> {
    if path.is_empty() || path == "/" {
        return Vec::new();
    }
    if let Some(direct) = direct_path(environment, method, path) {
        let note = Note::new(
            Field::Path,
            format!("`{path}` is a path of this gateway alone: Genesys Cloud calls it `{direct}`"),
        );
        return vec![note.with_fix(
            "Write that, which holds on both sides",
            vec![(Field::Path, direct)],
        )];
    }
    if let Target::Gateway(gateway) = &environment.target
        && let Some(note) = doubled(gateway, path)
    {
        return vec![note];
    }
    if is_foreign(environment, path) {
        let slash = if path.starts_with('/') { "" } else { "/" };
        return vec![
            Note::new(
                Field::Path,
                format!("Paths of Genesys Cloud begin with `{API_PREFIX}`"),
            )
            .with_fix(
                "Put it in front",
                vec![(Field::Path, format!("{API_PREFIX}{slash}{path}"))],
            ),
        ];
    }
    Vec::new()
}

/// The path holds what is put before every path of this environment.
fn doubled(gateway: &GatewayTarget, path: &str) -> Option<Note> {
    let slashed = format!("/{}", path.trim_start_matches('/'));
    let stage = join(&[stage_in_url(&gateway.stage)]);
    let api = join(&[&gateway.api_path]);
    let both = format!("{stage}{api}");
    let (held, what) = [
        (&both, "stage and API path"),
        (&api, "API path"),
        (&stage, "stage"),
    ]
    .into_iter()
    .find(|(held, _)| !held.is_empty() && find_at_border(&slashed, held) == Some(0))?;
    // An API path such as `/api` begins a path of Genesys Cloud too.
    if find_at_border(&slashed, API_PREFIX) == Some(0) {
        return None;
    }
    let rest = &slashed[held.len()..];
    let rest = if rest.is_empty() { "/" } else { rest };
    Some(
        Note::new(
            Field::Path,
            format!("`{held}` is put in front by itself, as {what} of the environment: here it makes the path hold it twice"),
        )
        .with_fix("Cut it off", vec![(Field::Path, rest.to_owned())]),
    )
}

/// No path of Genesys Cloud, and nothing says that the gateway has routes of its own.
fn is_foreign(environment: &Environment, path: &str) -> bool {
    let own_servers = matches!(
        environment.target,
        Target::Direct {
            place: Place::Origins { .. }
        }
    );
    let own_routes = !environment.path_map.is_empty() || environment.route_map.is_some();
    let relative = path.trim_start_matches('/');
    !own_servers
        && !own_routes
        && !sandbox_environments::is_unbound(environment)
        && environment.sandbox.is_none()
        && map_path(&environment.path_map, path).mapped_from.is_none()
        && !relative.starts_with("api/v")
        && !relative.starts_with("oauth/")
        && !relative.starts_with("{{")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::environment::{PathMapRule, PathMatching};
    use crate::model::region::Region;
    use crate::model::sandbox_environments::sandbox_environments;

    fn gateway(stage: &str, api: &str) -> Environment {
        let mut environment = sandbox_environments().remove(2);
        environment.sandbox = None;
        environment.path_map.clear();
        environment.route_map = None;
        if let Target::Gateway(gateway) = &mut environment.target {
            "a1b2c3d4e5.execute-api.us-west-2.amazonaws.com".clone_into(&mut gateway.host);
            stage.clone_into(&mut gateway.stage);
            api.clone_into(&mut gateway.api_path);
        }
        environment
    }

    fn fixed(environment: &Environment, path: &str) -> Option<String> {
        let notes = path_notes(environment, "GET", path);
        assert!(notes.len() <= 1, "{path}: {notes:?}");
        let fix = notes.into_iter().next()?.fix.expect("each has a fix");
        Some(fix.changes[0].1.clone())
    }

    #[test]
    fn a_path_that_holds_what_is_put_before_it_gets_a_note_with_the_fix() {
        for (stage, api, path, expected) in [
            (
                "test",
                "/apipath",
                "/apipath/api/v2/users",
                Some("/api/v2/users"),
            ),
            (
                "test",
                "/apipath",
                "/test/apipath/api/v2/users",
                Some("/api/v2/users"),
            ),
            ("test", "", "/test/api/v2/users", Some("/api/v2/users")),
            ("test", "/apipath", "/apipath", Some("/")),
            ("test", "/apipath", "/api/v2/users", None),
            ("test", "/apipath", "/api/v2/apipath/x", None),
            (
                "test",
                "/apipath",
                "/apipaths/x",
                Some("/api/v2/apipaths/x"),
            ),
            ("", "/api", "/api/v2/users", None),
            ("$default", "", "/api/v2/users", None),
            ("test", "", "/users", Some("/api/v2/users")),
            ("test", "", "users", Some("/api/v2/users")),
            ("test", "", "", None),
            ("test", "", "{{path}}", None),
            ("test", "", "/oauth/token", None),
        ] {
            let environment = gateway(stage, api);
            assert_eq!(
                fixed(&environment, path).as_deref(),
                expected,
                "{stage} {api} {path}"
            );
        }
    }

    #[test]
    fn own_routes_and_own_servers_may_have_any_path() {
        let mut mapped = gateway("test", "");
        mapped.path_map.push(PathMapRule {
            matching: PathMatching::Prefix,
            from: "/api/v2/users".to_owned(),
            to: "/users".to_owned(),
        });
        assert_eq!(fixed(&mapped, "/elsewhere"), None);
        // Its own path for what the other side calls by another name.
        assert_eq!(fixed(&mapped, "/users").as_deref(), Some("/api/v2/users"));
        let direct = |place| Environment {
            target: Target::Direct { place },
            ..gateway("", "")
        };
        let mock = Place::Origins {
            api: "http://127.0.0.1:1".to_owned(),
            login: "http://127.0.0.1:2".to_owned(),
        };
        assert_eq!(fixed(&direct(mock), "/x"), None);
        let region = Place::Region(Region::all().next().expect("there are regions"));
        assert_eq!(fixed(&direct(region), "/x").as_deref(), Some("/api/v2/x"));
    }
}
