//! Servers and security schemes of a description: where requests go, and where their token comes from.

use serde_json::Value;

use super::walk::Text;
use super::{Reader, Root};
use crate::interchange::Ignored;
use crate::interchange::collecting::{Collecting, region_of};
use crate::interchange::document::{elements, member};
use crate::model::environment::{
    ClientAuthentication, Colour, Credentials, Place as Deployment, Target,
};
use crate::model::region::Region;

/// Every server's token comes from here.
const TOKEN_PATH: &str = "/oauth/token";

impl<'a> Reader<'a> {
    /// The first server is the one of the requests. Others are environments where they are regions, and are named otherwise.
    pub(super) fn servers(&mut self, root: &Root<'a>) {
        let written = written_servers(root);
        let mut servers = written.iter();
        let first = servers
            .next()
            .map(|one| self.clean_url(one))
            .unwrap_or_default();
        let (origin, path) = origin_and_path(&first);
        let path = path.trim_end_matches('/');
        self.base = if path.is_empty() || path.starts_with('/') {
            path.to_owned()
        } else {
            format!("/{path}")
        };
        if self.base.contains('{') {
            self.imported.ignored.push(Ignored::new(
                "the variables of the server",
                "they have no default value",
            ));
            self.base.clear();
        }
        if let Some(region) = origin
            .filter(|origin| !origin.contains("://login."))
            .and_then(region_of_origin)
        {
            self.region(region, "");
            self.environment = self
                .imported
                .environments
                .first()
                .map(|environment| environment.id.clone());
        }
        self.origin = origin.map(str::to_owned);
        for server in servers {
            let url = self.clean_url(server);
            match origin_and_path(&url).0.and_then(region_of_origin) {
                Some(region) => self.region(region, &member(server, "description")),
                None if url.is_empty() => {}
                None => self.ignore(
                    format!("the server {url}"),
                    "requests go to the first one: enter this one as an environment of its own",
                ),
            }
        }
        for server in &written {
            self.name_choices(server);
        }
    }

    /// A server's URL without user name, password and query: a base has none of them, and names of environments come of it.
    fn clean_url(&mut self, server: &Value) -> String {
        let url = url_of(server);
        let (url, cut) = url
            .find(['?', '#'])
            .map_or((url.as_str(), ""), |at| url.split_at(at));
        if !cut.is_empty() {
            self.ignore(
                "the query of the server's URL",
                "write it into the requests, as a secret if it is one",
            );
        }
        let Some((scheme, behind)) = url.split_once("://") else {
            return url.to_owned();
        };
        let (authority, path) = behind.split_at(behind.find('/').unwrap_or(behind.len()));
        let Some((_, host)) = authority.rsplit_once('@') else {
            return url.to_owned();
        };
        self.ignore(
            "user name and password in the server's URL",
            "write them into the credentials of the requests",
        );
        format!("{scheme}://{host}{path}")
    }

    /// Values that a server's variable may have besides its default one.
    fn name_choices(&mut self, server: &Value) {
        let variables = server.get("variables").and_then(Value::as_object);
        for (name, variable) in variables.into_iter().flatten() {
            let default = member(variable, "default");
            let others: Vec<String> = elements(variable, "enum")
                .iter()
                .filter_map(Value::as_str)
                .filter(|value| *value != default)
                .map(str::to_owned)
                .collect();
            if !others.is_empty() {
                self.ignore(
                    format!(
                        "other values of the server's variable {name}: {}",
                        others.join(", ")
                    ),
                    format!("the default one is taken, which is `{default}`"),
                );
            }
        }
    }

    fn region(&mut self, region: Region, name: &str) {
        let target = Target::Direct {
            place: Deployment::Region(region),
        };
        self.direct(target, name, &format!("{} · direct", region.place()));
    }

    /// An environment of that target, unless there is one.
    fn direct(&mut self, target: Target, name: &str, usual: &str) {
        let known = &self.imported.environments;
        if known.iter().any(|known| known.target == target) {
            return;
        }
        let name = name.trim();
        let is_name = !name.is_empty() && name.chars().count() <= 40;
        let mut collecting = Collecting::new("");
        collecting.imported.environments = std::mem::take(&mut self.imported.environments);
        collecting.add_environment(if is_name { name } else { usual }, Colour::Teal, target);
        self.imported.environments = collecting.imported.environments;
    }

    /// Client credentials: the environments whose login is the scheme's ask for a client. Another host of the first server
    /// becomes an environment with its login.
    pub(super) fn security(&mut self, schemes: &[(String, Value)]) {
        for (name, scheme) in schemes {
            let Some(token_url) = client_credentials(scheme) else {
                self.name_scheme(name, scheme);
                continue;
            };
            let base = self.origin.clone().unwrap_or_default();
            let token_url = match url::Url::parse(&base).map(|base| base.join(&token_url)) {
                Ok(Ok(joined)) => joined.to_string(),
                _ => token_url,
            };
            let (origin, path) = origin_and_path(&token_url);
            let login = origin.filter(|_| path == TOKEN_PATH);
            if !login.is_some_and(|login| self.login(login)) {
                self.ignore(
                    format!("the token URL of {name}"),
                    format!("a token is fetched at `{TOKEN_PATH}` of a server's own login: enter it in an environment"),
                );
            }
        }
    }

    fn login(&mut self, login: &str) -> bool {
        let region = region_of_origin(login);
        if self.environment.is_none()
            && let Some(api) = self.origin.clone()
        {
            let target = Target::Direct {
                place: Deployment::Origins {
                    api: api.clone(),
                    login: login.to_owned(),
                },
            };
            let host = api.split_once("://").map_or(api.as_str(), |(_, host)| host);
            self.direct(target, "", host);
            self.environment = self
                .imported
                .environments
                .last()
                .map(|environment| environment.id.clone());
        }
        let mut any = false;
        for environment in &mut self.imported.environments {
            let fits = match &environment.target {
                Target::Direct {
                    place: Deployment::Region(own),
                } => Some(*own) == region,
                Target::Direct {
                    place: Deployment::Origins { login: own, .. },
                } => own == login,
                Target::Direct { .. } | Target::Gateway(_) => false,
            };
            if fits {
                any = true;
                environment.credentials = Credentials::ClientCredentials {
                    client_id: String::new(),
                    scope: String::new(),
                    style: ClientAuthentication::Basic,
                };
            }
        }
        any
    }

    fn name_scheme(&mut self, name: &str, scheme: &Value) {
        let kind = member(scheme, "type");
        let bearer = kind == "http" && member(scheme, "scheme").eq_ignore_ascii_case("bearer");
        let why = match kind.as_str() {
            "apiKey" => format!(
                "it is the {} `{}`: add it to the environment, its value as a secret",
                member(scheme, "in"),
                member(scheme, "name")
            ),
            "http" if !bearer => "write it into the credentials of the requests".to_owned(),
            _ => return,
        };
        self.ignore(format!("the security scheme {name}"), why);
    }
}

fn written_servers(root: &Root<'_>) -> Vec<Value> {
    if let Some(servers) = root.servers {
        return serde_json::from_str(servers.get()).unwrap_or_default();
    }
    let base = root.base_path.as_ref().map_or("", |path| &path.0);
    let url = match &root.host {
        Some(host) => {
            let scheme = scheme(root.schemes.as_deref().unwrap_or_default());
            format!("{scheme}://{}{base}", host.0)
        }
        None => base.to_owned(),
    };
    vec![serde_json::json!({ "url": url })]
}

/// Swagger's `schemes`: HTTPS unless plain HTTP is all there is.
fn scheme(schemes: &[Text<'_>]) -> &'static str {
    if !schemes.is_empty() && schemes.iter().all(|scheme| scheme.0 == "http") {
        "http"
    } else {
        "https"
    }
}

/// With the default values of its variables.
fn url_of(server: &Value) -> String {
    let mut url = member(server, "url");
    let variables = server.get("variables").and_then(Value::as_object);
    for (name, variable) in variables.into_iter().flatten() {
        url = url.replace(&format!("{{{name}}}"), &member(variable, "default"));
    }
    url
}

fn origin_and_path(url: &str) -> (Option<&str>, &str) {
    match url.find("://") {
        Some(at) => {
            let host = at + 3;
            let end = url[host..].find('/').map_or(url.len(), |path| host + path);
            (Some(&url[..end]), &url[end..])
        }
        None => (None, url),
    }
}

fn region_of_origin(origin: &str) -> Option<Region> {
    let host = origin.split_once("://")?.1;
    region_of(host.split(':').next().unwrap_or(host))
}

/// The token URL of a scheme with client credentials: OpenAPI 3 has flows, Swagger one flow named `application`.
fn client_credentials(scheme: &Value) -> Option<String> {
    if member(scheme, "type") != "oauth2" {
        return None;
    }
    let flow = scheme
        .pointer("/flows/clientCredentials")
        .or_else(|| (member(scheme, "flow") == "application").then_some(scheme))?;
    let url = member(flow, "tokenUrl");
    (!url.is_empty()).then_some(url)
}
