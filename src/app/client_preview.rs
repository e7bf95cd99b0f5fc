//! What the seven official clients make of a gateway environment: who sends what this environment sends, who does not, and why.
//! The clients' own URL rules live in `model::clients`.

use std::ops::Range;

use crate::model::clients::{self, Breakage, ClientForm, ClientUrl, ClientUrls, OfficialClient};
use crate::model::environment::{Environment, GatewayTarget, Target, TokenFrom};
use crate::model::resolved::RequestUrl;
use crate::model::route;
use crate::model::sandbox_environments::is_unbound;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClientVerdict {
    /// Sends what this environment sends.
    Works,
    /// Reaches the gateway with another path or another spelling of the address.
    Differs,
    /// Sends what this environment sends, and the gateway has no route for that: no form mends it.
    Unrouted,
    /// Does not reach the route.
    Broken,
}

/// Clients that send the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientGroup {
    pub clients: Vec<OfficialClient>,
    pub verdict: ClientVerdict,
    /// Why it does not simply work; empty when it does.
    pub reason: String,
    /// The URL that shows it: the login URL, or the API URL where only that one differs. May be empty.
    pub url: String,
    /// The bytes of `url` that are not as they should be.
    pub odd: Range<usize>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientPreview {
    /// In the order of `OfficialClient::ALL`, by the first client of each.
    pub groups: Vec<ClientGroup>,
    /// The exact URLs, those that send the same together.
    pub urls: Vec<(Vec<OfficialClient>, ClientUrls)>,
    /// What the clients are given.
    pub given: ClientForm,
    /// The user typed their own form in place of the one that works everywhere.
    pub typed: bool,
}

impl ClientPreview {
    /// `None` for a direct environment, and while the gateway's address is not complete or, with the sandbox, not known.
    #[must_use]
    pub fn of(environment: &Environment) -> Option<Self> {
        let Target::Gateway(gateway) = &environment.target else {
            return None;
        };
        if is_unbound(environment) {
            return None;
        }
        let expected = Expected::of(environment)?;
        let given = clients::client_form(gateway);
        let gap = expected.gap(environment, &gateway.stage);
        let mut groups: Vec<ClientGroup> = Vec::new();
        let mut urls: Vec<(Vec<OfficialClient>, ClientUrls)> = Vec::new();
        for client in OfficialClient::ALL {
            let own = clients::urls(client, &given);
            let mut found = expected.judge(&own);
            if let (ClientVerdict::Works, Some(gap)) = (found.verdict, &gap) {
                found.verdict = ClientVerdict::Unrouted;
                found.reason.clone_from(gap);
            }
            match urls.iter_mut().find(|(_, known)| *known == own) {
                Some((clients, _)) => clients.push(client),
                None => urls.push((vec![client], own)),
            }
            let same = groups.iter_mut().find(|group| {
                group.verdict == found.verdict
                    && group.reason == found.reason
                    && group.url == found.url
            });
            match same {
                Some(group) => group.clients.push(client),
                None => groups.push(ClientGroup {
                    clients: vec![client],
                    ..found
                }),
            }
        }
        Some(Self {
            groups,
            urls,
            typed: gateway.client_form != ClientForm::default()
                && gateway.client_form != clients::default_client_form(gateway),
            given,
        })
    }

    /// No client breaks what it is given; whether the gateway has routes for it is another matter.
    #[must_use]
    pub fn all_work(&self) -> bool {
        self.groups.iter().all(|group| {
            matches!(
                group.verdict,
                ClientVerdict::Works | ClientVerdict::Unrouted
            )
        })
    }
}

/// The form of the vendor's guide: the stage inside the host, the port beside it.
#[must_use]
pub fn stage_in_host(gateway: &GatewayTarget) -> ClientForm {
    let stage = gateway.stage.trim().trim_matches('/');
    let default = clients::default_client_form(gateway);
    let path = |value: &str| {
        let value = value.trim().trim_matches('/');
        if value.is_empty() {
            String::new()
        } else {
            format!("/{value}")
        }
    };
    ClientForm {
        host: match stage {
            "" | "$default" => default.host,
            stage => format!("{}/{stage}", default.host),
        },
        login_path: path(&gateway.login_path),
        api_path: path(&gateway.api_path),
        ..default
    }
}

/// `JavaScript, Python`, or all of them in a word.
#[must_use]
pub fn names(clients: &[OfficialClient]) -> String {
    if clients.len() == OfficialClient::ALL.len() {
        return "All seven clients".to_owned();
    }
    let names: Vec<&str> = clients.iter().copied().map(short_name).collect();
    names.join(", ")
}

impl ClientVerdict {
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Differs => "differs",
            Self::Unrouted => "no route",
            Self::Broken => "broken",
        }
    }
}

impl ClientGroup {
    /// `JavaScript, Python: broken: the port lands in the path, behind the stage: https://…`.
    #[must_use]
    pub fn words(&self) -> String {
        let parts = [
            names(&self.clients),
            self.verdict.word().to_owned(),
            self.reason.clone(),
            self.url.clone(),
        ];
        let told: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        told.join(": ")
    }
}

/// What the names of a group are on screen.
#[must_use]
pub fn short_name(client: OfficialClient) -> &'static str {
    match client {
        OfficialClient::JavaScript => "JavaScript",
        OfficialClient::Python => "Python",
        OfficialClient::Java => "Java",
        OfficialClient::DotNet => ".NET",
        OfficialClient::Go => "Go",
        OfficialClient::CxAsCode => "CX as Code",
        OfficialClient::Cli => "CLI",
    }
}

/// The URLs of this environment, as the gateway should get them.
struct Expected {
    login: RequestUrl,
    api: RequestUrl,
}

impl Expected {
    fn of(environment: &Environment) -> Option<Self> {
        // An official client asks the gateway for its token wherever Gatescope asks.
        let mut through = environment.clone();
        if let Target::Gateway(gateway) = &mut through.target {
            gateway.token_from = TokenFrom::LoginPath;
        }
        through.path_map.clear();
        through.route_map = None;
        Some(Self {
            login: route::login_url(&through).ok()?,
            api: route::api_base(&through).ok()?.url("/api/v2/users"),
        })
    }

    /// What the routes lack for the two URLs.
    fn gap(&self, environment: &Environment, stage: &str) -> Option<String> {
        let map = environment.route_map.as_ref()?;
        map.client_gap(stage, &self.login.target, &self.api.target)
    }

    fn judge(&self, urls: &ClientUrls) -> ClientGroup {
        let login = verdict(&self.login, &urls.login);
        let api = verdict(&self.api, &urls.api);
        let (verdict, shown, expected) = if login >= api {
            (login, &urls.login, &self.login)
        } else {
            (api, &urls.api, &self.api)
        };
        if verdict == ClientVerdict::Works {
            return ClientGroup {
                clients: Vec::new(),
                verdict,
                reason: String::new(),
                url: String::new(),
                odd: 0..0,
            };
        }
        let mut reasons: Vec<String> = urls.breakages().iter().map(ToString::to_string).collect();
        if reasons.is_empty() {
            reasons.push("this is not the address of this environment".to_owned());
        }
        ClientGroup {
            clients: Vec::new(),
            verdict,
            reason: reasons.join("; "),
            odd: odd_part(&expected.to_string(), &shown.text),
            url: shown.text.clone(),
        }
    }
}

fn verdict(expected: &RequestUrl, found: &ClientUrl) -> ClientVerdict {
    let Some(sent) = &found.sent else {
        return ClientVerdict::Broken;
    };
    let fatal = found.breakages.iter().any(|breakage| {
        !matches!(
            breakage,
            Breakage::DanglingColon
                | Breakage::DoubleSlash
                | Breakage::EncodedSpaces
                | Breakage::ChangedCharacters
        )
    });
    let same_place = sent.host.eq_ignore_ascii_case(&expected.host)
        && sent.port == expected.port
        && found
            .text
            .split("://")
            .next()
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case(&expected.scheme));
    if fatal || !same_place {
        ClientVerdict::Broken
    } else if found.breakages.is_empty() && sent.target == expected.target {
        ClientVerdict::Works
    } else {
        ClientVerdict::Differs
    }
}

/// Where `found` differs from `expected`: what is between their common beginning and their common end.
fn odd_part(expected: &str, found: &str) -> Range<usize> {
    let start: usize = expected
        .chars()
        .zip(found.chars())
        .take_while(|(one, other)| one == other)
        .map(|(one, _)| one.len_utf8())
        .sum();
    let end: usize = expected[start..]
        .chars()
        .rev()
        .zip(found[start..].chars().rev())
        .take_while(|(one, other)| one == other)
        .map(|(one, _)| one.len_utf8())
        .sum();
    start..found.len() - end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::form::{blank, empty_gateway};
    use crate::model::environment::Protocol;
    use crate::model::ids::EnvironmentId;

    const HOST: &str = "a1b2c3d4e5.execute-api.us-west-2.amazonaws.com";

    fn environment(form: impl FnOnce(&GatewayTarget) -> ClientForm) -> Environment {
        let mut gateway = GatewayTarget {
            protocol: Protocol::Https,
            host: HOST.to_owned(),
            stage: "test".to_owned(),
            login_path: "/loginpath".to_owned(),
            api_path: "/apipath".to_owned(),
            ..empty_gateway()
        };
        gateway.client_form = form(&gateway);
        blank(
            EnvironmentId::from_name("gateway"),
            "Gateway",
            Target::Gateway(Box::new(gateway)),
        )
    }

    /// Group by group: who, the verdict, the part of the URL that is odd.
    fn shown(environment: &Environment) -> Vec<(String, ClientVerdict, String)> {
        let preview = ClientPreview::of(environment).expect("a complete gateway");
        preview
            .groups
            .iter()
            .map(|group| {
                let names: Vec<&str> = group.clients.iter().copied().map(short_name).collect();
                (
                    names.join(", "),
                    group.verdict,
                    group.url[group.odd.clone()].to_owned(),
                )
            })
            .collect()
    }

    #[test]
    fn the_form_that_is_given_by_itself_works_in_all_seven() {
        let preview = ClientPreview::of(&environment(|_| ClientForm::default())).expect("complete");
        assert!(preview.all_work(), "{preview:?}");
        assert!(!preview.typed);
        assert_eq!(preview.given.login_path, "/test/loginpath");
        assert_eq!(preview.groups[0].clients.len(), 7);
    }

    #[test]
    fn the_form_of_the_guide_breaks_the_sdks_and_works_in_the_go_family() {
        let all = "JavaScript, Python, Java, .NET".to_owned();
        assert_eq!(
            shown(&environment(stage_in_host)),
            [
                (all, ClientVerdict::Broken, ":443".to_owned()),
                (
                    "Go, CX as Code, CLI".to_owned(),
                    ClientVerdict::Works,
                    String::new()
                ),
            ]
        );
    }

    #[test]
    fn a_last_slash_is_kept_by_the_cli_alone() {
        let found = shown(&environment(|gateway| ClientForm {
            login_path: "/test/loginpath/".to_owned(),
            ..clients::default_client_form(gateway)
        }));
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(
            found[1],
            ("CLI".to_owned(), ClientVerdict::Differs, "/".to_owned())
        );
    }

    #[test]
    fn another_address_than_the_environments_is_no_success() {
        for (what, form) in [
            (
                "other host",
                ClientForm {
                    host: "other.example".to_owned(),
                    ..ClientForm::default()
                },
            ),
            ("no host", ClientForm::default()),
            (
                "no protocol for Go",
                ClientForm {
                    host: HOST.to_owned(),
                    port: "443".to_owned(),
                    ..ClientForm::default()
                },
            ),
        ] {
            let environment = environment(|gateway| {
                let default = clients::default_client_form(gateway);
                ClientForm {
                    login_path: default.login_path,
                    api_path: default.api_path,
                    ..form
                }
            });
            let preview = ClientPreview::of(&environment).expect("complete");
            assert!(preview.typed, "{what}");
            assert!(!preview.all_work(), "{what}: {preview:?}");
            for group in &preview.groups {
                let reasoned = group.verdict == ClientVerdict::Works || !group.reason.is_empty();
                assert!(reasoned, "{what}: {group:?}");
            }
        }
    }

    #[test]
    fn a_form_that_works_is_of_no_use_where_no_route_takes_it() {
        let route = |resource: &str, uri: &str| serde_json::json!({"method": "ANY", "resource": resource, "integration": "http-proxy", "uri": uri});
        let api = route("/apipath/{proxy+}", "https://api.mypurecloud.com/{proxy}");
        let login = route(
            "/loginpath/{proxy+}",
            "https://login.mypurecloud.com/{proxy}",
        );
        let all = route("/{proxy+}", "https://api.mypurecloud.com/{proxy}");
        let users = route("/users", "https://api.mypurecloud.com/api/v2/users");
        for (routes, wanted) in [
            (vec![&api, &login], None),
            (
                vec![&api],
                Some("no route takes POST /loginpath/oauth/token, so no client gets a token"),
            ),
            (
                vec![&all],
                Some(
                    "POST /loginpath/oauth/token goes to api.mypurecloud.com, which gives no tokens",
                ),
            ),
            (
                vec![&login, &users],
                Some("no route takes what begins with /apipath/api/v2"),
            ),
        ] {
            let mut through = environment(|_| ClientForm::default());
            let map = serde_json::json!({"kind": "rest", "stage": "test", "routes": routes});
            through.route_map = Some(serde_json::from_value(map).expect("a route map"));
            let preview = ClientPreview::of(&through).expect("complete");
            let group = &preview.groups[0];
            let told = (group.verdict == ClientVerdict::Unrouted).then_some(group.reason.as_str());
            assert_eq!(told, wanted);
            assert!(preview.all_work(), "the form itself is right");
        }
    }

    #[test]
    fn a_direct_or_unfinished_environment_has_no_preview() {
        let mut unfinished = environment(|_| ClientForm::default());
        if let Target::Gateway(gateway) = &mut unfinished.target {
            gateway.host.clear();
        }
        assert_eq!(ClientPreview::of(&unfinished), None);
    }
}
