//! An absolute URL that was pasted into the path of a request: whose it is, and what path and query it means there.

use super::place::{TypedUrl, check_host};
use super::translated::direct_behind_stage;
use super::{Base, api_base, api_path, join};
use crate::model::environment::Environment;
use crate::model::region::Region;
use crate::model::request::QueryRow;

/// An absolute URL, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastedUrl {
    /// `https://host[:port]`, as it would be sent.
    pub origin: String,
    /// ASCII; IPv6 in brackets.
    pub host: String,
    /// As pasted, without the query.
    pub path: String,
    /// The query as rows, percent-encoded as pasted.
    pub query: Vec<QueryRow>,
}

impl PastedUrl {
    /// `None` for everything that is no plain `http` or `https` URL; one with a user name is left to whoever typed it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.contains(char::is_whitespace) || text.contains("{{") {
            return None;
        }
        let typed = TypedUrl::take_apart(text);
        let protocol = typed.protocol().ok()??;
        if typed.has_user_info {
            return None;
        }
        let host = check_host(&typed.host).ok()?;
        let port = typed.port_number().ok()?.unwrap_or(protocol.default_port());
        let query = typed.rest.split('#').next().unwrap_or_default();
        let base = Base {
            scheme: protocol.scheme().to_owned(),
            host: host.clone(),
            port,
            prefix: String::new(),
        };
        let pairs = query.strip_prefix('?').unwrap_or_default();
        // Empty pairs (`?&&a`) cannot be rows; they stay where they are.
        let as_rows = pairs.is_empty() || pairs.split('&').all(|pair| !pair.is_empty());
        Some(Self {
            origin: base.origin(),
            host,
            path: if as_rows {
                typed.path
            } else {
                format!("{}{query}", typed.path)
            },
            query: if as_rows { rows(pairs) } else { Vec::new() },
        })
    }

    /// The path with which `method` means this URL in `environment`: without stage and API path, and before its path map or the
    /// routes of its own. `None` when the URL is not the environment's.
    #[must_use]
    pub fn path_in(&self, environment: &Environment, method: &str) -> Option<String> {
        let base = api_base(environment).ok()?;
        if base.origin() != self.origin {
            return None;
        }
        let behind = |prefix: &str| {
            let behind = self.path.strip_prefix(prefix)?;
            (behind.is_empty() || behind.starts_with(['/', '?'])).then_some(behind)
        };
        let stage = base.prefix.len() - join(&[api_path(environment)]).len();
        let direct = behind(&base.prefix[..stage])
            .and_then(|path| direct_behind_stage(environment, method, path));
        direct.or_else(|| {
            let behind = behind(&base.prefix)?;
            let behind = if behind.is_empty() { "/" } else { behind };
            Some(behind.to_owned())
        })
    }

    /// The region whose API this is.
    #[must_use]
    pub fn region(&self) -> Option<Region> {
        let domain = self.host.strip_prefix("api.")?;
        Region::all().find(|region| region.domain() == domain)
    }
}

fn rows(pairs: &str) -> Vec<QueryRow> {
    pairs
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = match pair.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (pair, None),
            };
            QueryRow {
                enabled: true,
                name: name.to_owned(),
                value,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::environment::{
        GatewayTarget, PathMapRule, PathMatching, Place, Protocol, Target,
    };
    use crate::model::sandbox_environments::sandbox_environments;

    fn direct() -> Environment {
        let mut environment = sandbox_environments().remove(0);
        environment.sandbox = None;
        environment.target = Target::Direct {
            place: Place::Region(Region::find("us-west-2").expect("a region")),
        };
        environment
    }

    fn gateway() -> Environment {
        let mut gateway: GatewayTarget =
            serde_json::from_str(r#"{"host":"a1.execute-api.us-east-1.amazonaws.com"}"#)
                .expect("a gateway");
        gateway.protocol = Protocol::Https;
        gateway.stage = "test".to_owned();
        Environment {
            target: Target::Gateway(Box::new(gateway)),
            path_map: vec![PathMapRule {
                matching: PathMatching::Prefix,
                from: "/api/v2/users".to_owned(),
                to: "/users".to_owned(),
            }],
            ..direct()
        }
    }

    #[test]
    fn the_path_is_the_one_of_a_request_of_that_environment() {
        let gate = "https://a1.execute-api.us-east-1.amazonaws.com";
        for (environment, url, expected) in [
            (
                direct(),
                "https://api.usw2.pure.cloud/api/v2/users",
                Some("/api/v2/users"),
            ),
            (direct(), "https://API.usw2.pure.cloud:443/a", Some("/a")),
            (direct(), "https://api.usw2.pure.cloud", Some("/")),
            (direct(), "http://api.usw2.pure.cloud/a", None),
            (direct(), "https://api.mypurecloud.com/a", None),
            (
                gateway(),
                &format!("{gate}/test/api/v2/queues"),
                Some("/api/v2/queues"),
            ),
            (
                gateway(),
                &format!("{gate}/test/users/7"),
                Some("/api/v2/users/7"),
            ),
            (gateway(), &format!("{gate}/test/usersx"), Some("/usersx")),
            (gateway(), &format!("{gate}/testing/users"), None),
            (gateway(), &format!("{gate}/prod/users"), None),
        ] {
            let pasted = PastedUrl::parse(url).unwrap_or_else(|| panic!("{url} is a URL"));
            let path = pasted.path_in(&environment, "GET");
            assert_eq!(path.as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn the_query_becomes_rows_as_it_was_pasted() {
        let rows = |url: &str| {
            let pasted = PastedUrl::parse(url).unwrap_or_else(|| panic!("{url} is a URL"));
            let rows = pasted
                .query
                .iter()
                .map(|row| (row.name.clone(), row.value.clone()))
                .collect::<Vec<_>>();
            (pasted.path, rows)
        };
        let some = |value: &str| Some(value.to_owned());
        assert_eq!(
            rows("https://h/a?b=%20c&b&d=&e=f=g#part"),
            (
                "/a".to_owned(),
                vec![
                    ("b".to_owned(), some("%20c")),
                    ("b".to_owned(), None),
                    ("d".to_owned(), some("")),
                    ("e".to_owned(), some("f=g")),
                ]
            )
        );
        assert_eq!(rows("https://h/a?&&b=1"), ("/a?&&b=1".to_owned(), vec![]));
    }

    #[test]
    fn only_plain_urls_are_taken_apart() {
        for text in [
            "/api/v2/users",
            "api.usw2.pure.cloud/a",
            "ftp://h/a",
            "https://user:pw@h/a",
            "https://h/a b",
            "https://{{host}}/a",
            "https://h:99999/a",
        ] {
            assert_eq!(PastedUrl::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_regions_own_host_is_known() {
        for (url, expected) in [
            ("https://api.usw2.pure.cloud/a", Some("us-west-2")),
            ("https://login.usw2.pure.cloud/a", None),
            ("https://api.example.com/a", None),
        ] {
            let region = PastedUrl::parse(url).and_then(|pasted| pasted.region());
            assert_eq!(region.map(Region::aws_name), expected, "{url}");
        }
    }
}
