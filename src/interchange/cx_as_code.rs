//! The provider block of CX as Code, the Terraform provider of Genesys Cloud (facts/genesys-cloud.md section 1.3).
//! Literals are read, and references to variables that have a default in the same text; other references are reported.

use hcl_edit::Span;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body};

use super::client_config::{ClientConfig, Outgoing, ProxyConfig, Told, deployment_text};
use super::path_params;
use super::text::{self, Place};
use super::types::{Export, ExportContext, Ignored, ImportError, Imported, Lint};
use crate::model::clients::OfficialClient;
use crate::model::environment::{Environment, Place as Deployment, Proxy};
use crate::model::route::TypedUrl;
use crate::model::secret::SecretName;

const PROVIDER: &str = "genesyscloud";

/// # Errors
/// For text that is no HCL, and for one without a `genesyscloud` provider block.
pub fn import(text: &str) -> Result<Imported, ImportError> {
    if text.trim().is_empty() {
        return Err(text::empty());
    }
    if let Some(error) = text::too_deep(text) {
        return Err(error);
    }
    let text = text.trim_start_matches('\u{feff}');
    let body = hcl_edit::parser::parse_body(text).map_err(|error| {
        let place = Place {
            line: error.location().line(),
            column: error.location().column(),
        };
        ImportError::new(place, format!("This is no HCL: {}", error.message()))
            .having_understood(blocks_before(text, place.line))
    })?;
    let reader = Reader { text, body: &body };
    let mut imported = Imported::default();
    for block in body.get_blocks("provider") {
        if block
            .labels
            .first()
            .is_some_and(|label| label.as_str() == PROVIDER)
        {
            reader.provider(block, &mut imported);
        }
    }
    if imported.environments.is_empty() {
        return Err(ImportError::new(
            Place::START,
            "There is no block `provider \"genesyscloud\"`",
        ));
    }
    Ok(imported)
}

fn blocks_before(text: &str, line: usize) -> String {
    let heads: Vec<String> = text
        .lines()
        .take(line.saturating_sub(1))
        .filter(|line| line.trim_end().ends_with('{'))
        .take(8)
        .map(|line| format!("`{}`", line.trim().trim_end_matches('{').trim_end()))
        .collect();
    heads.join(", ")
}

struct Reader<'a> {
    text: &'a str,
    body: &'a Body,
}

impl Reader<'_> {
    fn place(&self, value: &impl Span) -> Place {
        Place::at(self.text, value.span().map_or(0, |span| span.start))
    }

    fn provider(&self, block: &Block, imported: &mut Imported) {
        let alias = block.body.get_attribute("alias");
        let name = alias.and_then(|alias| alias.value.as_str()).map_or_else(
            || "CX as Code".to_owned(),
            |alias| format!("CX as Code {alias}"),
        );
        let mut config = ClientConfig::new(name, self.place(block));
        for attribute in block.body.attributes() {
            let key = attribute.key.as_str();
            let slot = match key {
                "aws_region" => &mut config.region,
                "oauthclient_id" => &mut config.client_id,
                "oauthclient_secret" => &mut config.client_secret,
                "access_token" => &mut config.access_token,
                "alias" => continue,
                _ => {
                    imported
                        .ignored
                        .push(Ignored::new(key, "it says nothing about where requests go"));
                    continue;
                }
            };
            *slot = self.value(&attribute.value, key, imported);
        }
        if let Some(region) = &config.region
            && !crate::model::region::Region::all()
                .any(|known| known.aws_name().eq_ignore_ascii_case(&region.text))
        {
            imported.lint.push(Lint::new(
                region.place,
                "CX as Code takes AWS names only, and refuses this region",
                "Write a name such as `us-east-1`",
            ));
        }
        if let (Some(token), Some(_)) = (&config.access_token, &config.client_id) {
            imported.lint.push(Lint::new(
                token.place,
                "CX as Code uses the access token and not the client: when the token ends, requests fail",
                "Take the access token out",
            ));
        }
        let gateways: Vec<&Block> = block.body.get_blocks("gateway").collect();
        if let [_, .., last] = gateways.as_slice() {
            imported.lint.push(Lint::new(
                self.place(*last),
                "There are several `gateway` blocks: the provider takes one of them, and not always the last",
                "Keep one of them",
            ));
        }
        if let Some(gateway) = gateways.last() {
            self.gateway(gateway, &mut config, imported);
        }
        for other in block.body.blocks() {
            match other.ident.as_str() {
                "gateway" => {}
                "proxy" => self.proxy(other, &mut config.proxy, imported),
                name => imported.ignored.push(Ignored::new(
                    name,
                    "it says nothing about where requests go",
                )),
            }
        }
        config.add_to(&[OfficialClient::CxAsCode], imported);
    }

    fn gateway(&self, block: &Block, config: &mut ClientConfig, imported: &mut Imported) {
        config.start = self.place(block);
        for attribute in block.body.attributes() {
            let key = attribute.key.as_str();
            let words = format!("gateway.{key}");
            let slot = match key {
                "host" => &mut config.host,
                "port" => &mut config.port,
                "protocol" => &mut config.protocol,
                _ => {
                    imported
                        .ignored
                        .push(Ignored::new(words, "the provider knows no such setting"));
                    continue;
                }
            };
            *slot = self.value(&attribute.value, &words, imported);
            if key == "host" && slot.is_none() {
                // Still a gateway, even if its host stands elsewhere.
                let reference = attribute.value.to_string();
                let place = self.place(&attribute.value);
                *slot = Some(Told::new(format!("${{{}}}", reference.trim()), place));
            }
        }
        if config.host.is_none() {
            imported.lint.push(Lint::new(
                config.start,
                "The block names no host: it comes from GENESYSCLOUD_GATEWAY_HOST, or no gateway is used",
                "Write the host into the block",
            ));
        }
        for inner in block.body.blocks() {
            match inner.ident.as_str() {
                "path_params" => self.path_params(inner, config, imported),
                "auth" => {
                    let get = |key: &str, imported: &mut Imported| {
                        let attribute = inner.body.get_attribute(key)?;
                        self.value(&attribute.value, &format!("gateway.auth.{key}"), imported)
                    };
                    config.user_name = get("username", imported);
                    config.password = get("password", imported);
                }
                "dynamic" => {
                    config.has_unread_path = true;
                    imported.ignored.push(Ignored::new(
                        "gateway.dynamic",
                        "it is made by an expression, which is not evaluated: fill it in",
                    ));
                }
                name => imported.ignored.push(Ignored::new(
                    format!("gateway.{name}"),
                    "the provider knows no such block",
                )),
            }
        }
    }

    fn path_params(&self, block: &Block, config: &mut ClientConfig, imported: &mut Imported) {
        let get = |key: &str, imported: &mut Imported| {
            let attribute = block.body.get_attribute(key)?;
            self.value(
                &attribute.value,
                &format!("gateway.path_params.{key}"),
                imported,
            )
        };
        let name = get("path_name", imported);
        let value = get("path_value", imported);
        match (name, value) {
            (Some(name), Some(value)) => {
                let told = Told::new(value.text.clone(), name.place);
                path_params::put(&name.text, &value.text, &told, config, &mut imported.lint, "CX as Code");
            }
            (None, None) if block.body.is_empty() => imported.lint.push(Lint::new(
                self.place(block),
                "An empty block takes one path from GENESYSCLOUD_GATEWAY_PATH_NAME and GENESYSCLOUD_GATEWAY_PATH_VALUE: the other one is lost",
                "Write path_name and path_value into two blocks",
            )),
            _ if ["path_name", "path_value"].iter().all(|key| block.body.has_attribute(key)) => {
                config.has_unread_path = true;
            }
            _ => imported.lint.push(Lint::new(
                self.place(block),
                "A path_params block needs path_name and path_value",
                "Add the missing one",
            )),
        }
    }

    fn proxy(&self, block: &Block, proxy: &mut ProxyConfig, imported: &mut Imported) {
        let get = |body: &Body, key: &str, imported: &mut Imported| {
            let attribute = body.get_attribute(key)?;
            self.value(&attribute.value, &format!("proxy.{key}"), imported)
        };
        proxy.host = get(&block.body, "host", imported);
        proxy.port = get(&block.body, "port", imported);
        proxy.protocol = get(&block.body, "protocol", imported);
        for auth in block.body.get_blocks("auth") {
            proxy.user_name = get(&auth.body, "username", imported);
            proxy.password = get(&auth.body, "password", imported);
        }
    }

    fn value(&self, value: &Expression, what: &str, imported: &mut Imported) -> Option<Told> {
        let place = self.place(value);
        if let Some(text) = literal(value) {
            return Some(Told::new(text, place));
        }
        let reference = value.to_string();
        let reference = reference.trim();
        let default = reference
            .strip_prefix("var.")
            .and_then(|name| self.default_of(name));
        if let Some(text) = default {
            return Some(Told::new(text, place));
        }
        let why = match reference.strip_prefix("var.") {
            Some(name) => format!(
                "its value is the variable `{name}`, which has no default in this text: fill it in"
            ),
            None => "its value is an expression, which is not evaluated: fill it in".to_owned(),
        };
        imported.ignored.push(Ignored::new(what, why));
        None
    }

    fn default_of(&self, name: &str) -> Option<String> {
        let block = self.body.get_blocks("variable").find(|block| {
            block
                .labels
                .first()
                .is_some_and(|label| label.as_str() == name)
        })?;
        literal(&block.body.get_attribute("default")?.value)
    }
}

fn literal(value: &Expression) -> Option<String> {
    match value {
        Expression::Bool(truth) => Some(truth.value().to_string()),
        Expression::Number(number) => Some(number.value().to_string()),
        _ => value.as_str().map(str::to_owned),
    }
}

/// The provider block. A masked secret is left to the provider's variable, which a comment names.
#[must_use]
pub fn export(environment: &Environment, context: ExportContext<'_>) -> Export {
    let mut outgoing = Outgoing::new(environment, context);
    let mut block = Writer::default();
    block.open("provider \"genesyscloud\"");
    if let Some(id) = outgoing.client_id {
        block.pair("oauthclient_id", id);
        let secret = outgoing.secret(&SecretName::ClientSecret);
        block.secret(
            "oauthclient_secret",
            secret,
            "GENESYSCLOUD_OAUTHCLIENT_SECRET",
        );
    } else if outgoing.uses_token() && context.has(environment, &SecretName::AccessToken) {
        let token = outgoing.secret(&SecretName::AccessToken);
        block.secret("access_token", token, "GENESYSCLOUD_ACCESS_TOKEN");
    }
    match &outgoing.place {
        Some(Deployment::Region(region)) => block.pair("aws_region", region.aws_name()),
        Some(other) => block.pair("aws_region", &deployment_text(other)),
        None => {}
    }
    if let Some(form) = outgoing.form.clone() {
        block.open("gateway");
        block.pair("host", &form.host);
        block.pair("port", &form.port);
        block.pair("protocol", &form.protocol);
        let has_password = context.has(environment, &SecretName::GatewayPassword);
        if has_password || !outgoing.gateway_user.is_empty() {
            block.open("auth");
            block.pair("username", outgoing.gateway_user);
            let password = outgoing.secret(&SecretName::GatewayPassword);
            block.secret("password", password, "GENESYSCLOUD_GATEWAY_AUTH_PASSWORD");
            block.close();
        }
        for (name, path) in [("login", &form.login_path), ("api", &form.api_path)] {
            if !path.is_empty() {
                block.open("path_params");
                block.pair("path_name", name);
                block.pair("path_value", path);
                block.close();
            }
        }
        block.close();
    }
    if let Proxy::Explicit { url, user_name, .. } = &environment.network.proxy {
        let typed = TypedUrl::take_apart(url);
        block.open("proxy");
        block.pair("host", &typed.host);
        block.pair("port", typed.port.as_deref().unwrap_or_default());
        block.pair("protocol", typed.scheme.as_deref().unwrap_or("http"));
        if !user_name.is_empty() {
            block.open("auth");
            block.pair("username", user_name);
            let password = outgoing.secret(&SecretName::ProxyPassword);
            block.secret("password", password, "GENESYSCLOUD_PROXY_AUTH_PASSWORD");
            block.close();
        }
        block.close();
    }
    block.close();
    let lint = import(&block.text)
        .map(|read| read.lint)
        .unwrap_or_default();
    Export {
        text: block.text,
        masked: outgoing.masked,
        lint,
    }
}

#[derive(Default)]
struct Writer {
    text: String,
    depth: usize,
}

impl Writer {
    fn line(&mut self, line: &str) {
        self.text.push_str(&"  ".repeat(self.depth));
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn open(&mut self, head: &str) {
        self.line(&format!("{head} {{"));
        self.depth += 1;
    }

    fn close(&mut self) {
        self.depth -= 1;
        self.line("}");
    }

    fn pair(&mut self, key: &str, value: &str) {
        if !value.is_empty() {
            self.line(&format!("{key} = {}", quoted(value)));
        }
    }

    fn secret(&mut self, key: &str, value: Option<&str>, variable: &str) {
        match value {
            Some(value) => self.pair(key, value),
            None => self.line(&format!("# {key} comes from {variable}")),
        }
    }
}

/// A string of HCL: `${` and `%{` begin a template unless doubled.
pub(super) fn quoted(text: &str) -> String {
    let escaped = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
        .replace('\r', "\\r")
        .replace('\t', "\\t")
        .replace("${", "$${")
        .replace("%{", "%%{");
    format!("\"{escaped}\"")
}
