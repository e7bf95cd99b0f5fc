//! Which integration a path leads to. The tables are the guide's; a resource is matched together with its method, so a
//! method that a resource lacks falls through to a greedy one (facts/amazon-api-gateway.md section 0, point 4).

use http::Method;

use super::backend::Backend;

/// Where a request goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target<'path> {
    /// `ANY …/{proxy+}`: to the backend, at the rest of the path, which never starts with the slash.
    Proxy { backend: Backend, rest: &'path str },
    /// The guide's non-proxy `GET /users`.
    Users,
    /// A non-proxy `GET /queues` whose mapping template writes the answer anew.
    Queues,
}

/// Methods that `ANY` stands for.
const METHODS: [Method; 7] = [
    Method::DELETE,
    Method::GET,
    Method::HEAD,
    Method::OPTIONS,
    Method::PATCH,
    Method::POST,
    Method::PUT,
];

/// The greedy routes, from the most to the least specific. `{proxy+}` needs at least one character after its slash.
const GREEDY: [(&str, Backend); 3] = [
    ("/loginpath/", Backend::Login),
    ("/apipath/", Backend::Api),
    ("/", Backend::Api),
];

/// The three routes that both gateways have. `path` is without the stage and starts with a slash.
pub(super) fn proxy<'path>(method: &Method, path: &'path str) -> Option<Target<'path>> {
    if !METHODS.contains(method) {
        return None;
    }
    GREEDY.iter().find_map(|(prefix, backend)| {
        let rest = path.strip_prefix(prefix)?;
        (!rest.is_empty()).then_some(Target::Proxy {
            backend: *backend,
            rest,
        })
    })
}

/// The REST API's routes: the same, `GET /users` and `GET /queues`. A trailing slash does not count in matching.
pub(super) fn rest<'path>(method: &Method, path: &'path str) -> Option<Target<'path>> {
    if method == Method::GET && matches!(path, "/users" | "/users/") {
        return Some(Target::Users);
    }
    if method == Method::GET && matches!(path, "/queues" | "/queues/") {
        return Some(Target::Queues);
    }
    proxy(method, path)
}

/// The first segment and the path after it, which starts with a slash (`/` when there is nothing).
pub(super) fn split_stage(path: &str) -> (&str, &str) {
    let path = path.strip_prefix('/').unwrap_or(path);
    match path.find('/') {
        Some(at) => (&path[..at], &path[at..]),
        None => (path, "/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_where_the_guide_says() {
        let api = |rest| {
            Some(Target::Proxy {
                backend: Backend::Api,
                rest,
            })
        };
        let login = |rest| {
            Some(Target::Proxy {
                backend: Backend::Login,
                rest,
            })
        };
        let table = [
            (Method::GET, "/users", Some(Target::Users)),
            (Method::GET, "/users/", Some(Target::Users)),
            (Method::GET, "/queues", Some(Target::Queues)),
            (Method::GET, "/queues/5", api("queues/5")),
            (Method::POST, "/users", api("users")),
            (Method::HEAD, "/users", api("users")),
            (Method::GET, "/users/5", api("users/5")),
            (Method::GET, "/api/v2/users", api("api/v2/users")),
            (Method::GET, "/apipath/api/v2/users", api("api/v2/users")),
            (Method::POST, "/loginpath/oauth/token", login("oauth/token")),
            (Method::POST, "/loginpath", api("loginpath")),
            (Method::POST, "/loginpath/", api("loginpath/")),
            (Method::GET, "/loginpathology/x", api("loginpathology/x")),
            (Method::GET, "/", None),
            (Method::TRACE, "/api/v2/users", None),
        ];
        for (method, path, expected) in table {
            assert_eq!(rest(&method, path), expected, "{method} {path}");
        }
        assert_eq!(proxy(&Method::GET, "/users"), api("users"));
    }

    #[test]
    fn the_stage_is_the_first_segment() {
        let table = [
            ("/test/users", ("test", "/users")),
            ("/test/", ("test", "/")),
            ("/test", ("test", "/")),
            ("/", ("", "/")),
            ("//x", ("", "/x")),
        ];
        for (path, expected) in table {
            assert_eq!(split_stage(path), expected, "{path}");
        }
    }
}
