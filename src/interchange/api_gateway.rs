//! What Amazon API Gateway exports (REST API as OpenAPI 3.0 or Swagger 2.0, HTTP API as OpenAPI 3.0; JSON or YAML;
//! with or without extensions) as a gateway environment with its route map.
//! How one operation becomes a route is in `routes`; how the three kinds differ: facts/amazon-api-gateway.md sections 5 and 10.11.

mod routes;
#[cfg(test)]
mod tests;

use serde_json::Value;

use super::collecting::blank_environment;
use super::document::{self, member, place_of};
use super::text::Place;
use super::{Ignored, ImportError, Imported, Lint};
use crate::model::clients::ClientForm;
use crate::model::environment::{
    ApiKind, Colour, Environment, GatewayTarget, Protocol, Target, TokenFrom,
};
use crate::model::ids::EnvironmentId;
use crate::model::region::Region;
use crate::model::route::is_execute_api;
use crate::model::route_map::{Integration, RouteMap};

/// An export is never larger; what is larger is an API description that only speaks of gateways.
const LARGEST_EXPORT: usize = 16 * 1024 * 1024;

/// The cause of the lint for an API that is nowhere yet.
pub(super) const NO_ADDRESS: &str = "The export does not say where the API is";

/// Stands in for a host that the export does not tell.
const UNKNOWN_HOST: &str = "api-id.execute-api.us-east-1.amazonaws.com";

/// Whether an API description was written by or for API Gateway: it has extensions, or an invoke URL.
#[must_use]
pub fn is_export(text: &str) -> bool {
    text.len() <= LARGEST_EXPORT
        && (text.contains("x-amazon-apigateway-") || text.contains(".execute-api."))
}

/// Reads an export: one gateway environment with route map, login path and API path; what the configuration gets wrong
/// is lint.
///
/// # Errors
/// The text is no JSON or YAML, or no description of an API.
pub fn import(text: &str) -> Result<Imported, ImportError> {
    let mut imported = Imported::default();
    let document = document::read(text, &mut imported.lint)?;
    check_version(text, &document)?;
    if document.get("paths").and_then(Value::as_object).is_none() {
        return Err(ImportError::new(
            place_of(text, "paths"),
            "The description has no `paths`: export the API again, with its stage",
        ));
    }
    let mut report = Report {
        text,
        imported: &mut imported,
    };
    let address = address(&document, &mut report);
    let kind = kind(&document);
    let routes = routes::read(&document, kind, &mut report);
    let map = RouteMap {
        kind,
        stage: address.stage.clone(),
        routes,
    };
    root_extensions(&document, &mut report);
    if !map.routes.is_empty()
        && map
            .routes
            .iter()
            .all(|route| route.integration == Integration::Unknown)
    {
        report.lint(
            Place::START,
            "The export has no extensions, so it does not say what the routes do",
            "Export again with --parameters extensions='apigateway'",
        );
    }
    for warning in map.warnings(None) {
        let place = warning.route.as_deref().map_or(Place::START, |route| {
            report.resource(route.split_once(' ').map_or("", |(_, resource)| resource))
        });
        let cause = match &warning.route {
            Some(route) => format!("{route}: {}", warning.text),
            None => warning.text,
        };
        report.lint(place, cause, warning.fix);
    }
    let environment = environment(&document, address, map);
    imported.environments.push(environment);
    imported.lint.sort();
    imported.lint.dedup();
    Ok(imported)
}

/// Where findings go.
struct Report<'a> {
    text: &'a str,
    imported: &'a mut Imported,
}

impl Report<'_> {
    fn lint(&mut self, place: Place, cause: impl Into<String>, fix: impl Into<String>) {
        self.imported.lint.push(Lint::new(place, cause, fix));
    }

    fn ignore(&mut self, what: impl Into<String>, why: impl Into<String>) {
        let ignored = Ignored::new(what, why);
        if !self.imported.ignored.contains(&ignored) {
            self.imported.ignored.push(ignored);
        }
    }

    /// Where the key of a resource stands, in JSON or in YAML.
    fn resource(&self, resource: &str) -> Place {
        let quoted = format!("\"{resource}\"");
        let found = self
            .text
            .find(&quoted)
            .or_else(|| self.text.find(&format!("{resource}:")));
        found.map_or(Place::START, |at| Place::at(self.text, at))
    }
}

/// An unknown version is an error: what it means cannot be guessed.
pub(super) fn check_version(text: &str, document: &Value) -> Result<(), ImportError> {
    let (key, version) = match (document.get("openapi"), document.get("swagger")) {
        (Some(_), _) => ("openapi", member(document, "openapi")),
        (None, Some(_)) => ("swagger", member(document, "swagger")),
        (None, None) => {
            return Err(ImportError::new(
                Place::START,
                "This is no API description: it has neither `openapi` nor `swagger`",
            ));
        }
    };
    let known = if key == "openapi" {
        version.starts_with("3.0") || version.starts_with("3.1")
    } else {
        version.starts_with('2')
    };
    if known {
        Ok(())
    } else {
        Err(ImportError::new(
            place_of(text, key),
            format!(
                "`{key}` has a version that is not known: 3.0 and 3.1 are read, and Swagger 2.0"
            ),
        ))
    }
}

#[derive(Debug, Clone, Default)]
struct Address {
    protocol: Protocol,
    host: String,
    port: Option<u16>,
    stage: String,
}

/// `servers` with `{basePath}`, or `host` and `basePath`. Of several servers the first execute-api one.
fn address(document: &Value, report: &mut Report<'_>) -> Address {
    let from_servers = document
        .get("servers")
        .and_then(Value::as_array)
        .and_then(|servers| {
            let urls: Vec<String> = servers.iter().filter_map(server_url).collect();
            let execute_api = urls
                .iter()
                .find(|url| is_execute_api(&take_apart(url).host));
            execute_api.or(urls.first()).map(|url| take_apart(url))
        });
    let address = from_servers.or_else(|| {
        let host = document.get("host").and_then(Value::as_str)?;
        let insecure = document::elements(document, "schemes")
            .iter()
            .all(|scheme| scheme == "http")
            && !document::elements(document, "schemes").is_empty();
        let scheme = if insecure { "http" } else { "https" };
        Some(take_apart(&format!(
            "{scheme}://{host}/{}",
            member(document, "basePath").trim_start_matches('/')
        )))
    });
    match address {
        Some(address) if !address.host.is_empty() => {
            if !is_execute_api(&address.host) {
                report.lint(
                    place_of(report.text, &address.host),
                    format!("{} is no execute-api host: it is taken for a custom domain", address.host),
                    "Where it is one, its API mapping replaces the stage; else write the invoke URL into the environment",
                );
            }
            address
        }
        _ => {
            report.lint(
                Place::START,
                NO_ADDRESS,
                format!("Write the invoke URL into the environment, in place of {UNKNOWN_HOST}"),
            );
            Address {
                host: UNKNOWN_HOST.to_owned(),
                ..Address::default()
            }
        }
    }
}

/// The URL with its variables put in. A hand-written document may have an object where the text belongs.
fn server_url(server: &Value) -> Option<String> {
    let mut url = server.get("url")?.as_str()?.to_owned();
    for (name, variable) in server
        .get("variables")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        url = url.replace(&format!("{{{name}}}"), &member(variable, "default"));
    }
    Some(url)
}

/// Exports in the wild have a colon where the slash before the stage belongs.
fn take_apart(url: &str) -> Address {
    let (scheme, behind) = url.split_once("://").unwrap_or(("https", url));
    let end = behind.find([':', '/', '?']).unwrap_or(behind.len());
    let (host, rest) = behind.split_at(end);
    let (port, path) = match rest.strip_prefix(':') {
        Some(rest) => {
            let digits = rest.find('/').unwrap_or(rest.len());
            rest[..digits]
                .parse()
                .map_or((None, rest), |port: u16| (Some(port), &rest[digits..]))
        }
        None => (None, rest),
    };
    let stage = path.trim_matches('/').split('?').next().unwrap_or_default();
    Address {
        protocol: if scheme.eq_ignore_ascii_case("http") {
            Protocol::Http
        } else {
            Protocol::Https
        },
        host: host.to_ascii_lowercase(),
        port,
        stage: if stage.contains('{') {
            String::new()
        } else {
            stage.to_owned()
        },
    }
}

/// The marks of each kind (facts section 5); without extensions the way the version is written.
fn kind(document: &Value) -> ApiKind {
    let has = |name: &str| document.get(name).is_some();
    let written = |name: &str| {
        routes::operations(document).any(|(_, _, operation)| {
            routes::integration(document, operation)
                .is_some_and(|integration| integration.get(name).is_some())
        })
    };
    if has("swagger")
        || has("x-amazon-apigateway-gateway-responses")
        || has("x-amazon-apigateway-policy")
        || has("x-amazon-apigateway-request-validators")
        || has("x-amazon-apigateway-binary-media-types")
        || has("x-amazon-apigateway-api-key-source")
    {
        return ApiKind::Rest;
    }
    if has("x-amazon-apigateway-importexport-version")
        || has("x-amazon-apigateway-cors")
        || written("payloadFormatVersion")
    {
        return ApiKind::Http;
    }
    if written("passthroughBehavior")
        || written("cacheNamespace")
        || written("responses")
        || written("requestTemplates")
    {
        return ApiKind::Rest;
    }
    let version = document
        .get("info")
        .map(|info| member(info, "version"))
        .unwrap_or_default();
    let is_time = version.starts_with("20") && version.len() >= 20;
    match () {
        () if is_time && version.ends_with("UTC") => ApiKind::Http,
        () if is_time && version.contains('T') && version.ends_with('Z') => ApiKind::Rest,
        () => ApiKind::Unknown,
    }
}

fn root_extensions(document: &Value, report: &mut Report<'_>) {
    let Some(root) = document.as_object() else {
        return;
    };
    for (name, value) in root.iter().filter(|(name, _)| name.starts_with("x-")) {
        let why = match name.as_str() {
            "x-amazon-apigateway-importexport-version"
            | "x-amazon-apigateway-request-validators"
            | "x-amazon-apigateway-request-validator"
            | "x-amazon-apigateway-api-key-source" => continue,
            "x-amazon-apigateway-gateway-responses" => {
                "the gateway's own errors look different here than by default"
            }
            "x-amazon-apigateway-cors" => {
                "the gateway answers preflight requests itself and replaces the CORS headers of Genesys Cloud"
            }
            "x-amazon-apigateway-policy" => {
                "a resource policy decides who may call: a refusal is 403"
            }
            "x-amazon-apigateway-binary-media-types" => "it says which bodies pass as bytes",
            "x-amazon-apigateway-minimum-compression-size" => {
                "the gateway compresses answers itself"
            }
            "x-amazon-apigateway-endpoint-configuration" if value.to_string().contains("rue") => {
                "where the default endpoint is disabled, the invoke URL answers 403 Forbidden"
            }
            _ => "it changes nothing that a request would show",
        };
        report.ignore(name, why);
    }
}

fn environment(document: &Value, address: Address, map: RouteMap) -> Environment {
    let title = document
        .get("info")
        .map(|info| member(info, "title"))
        .unwrap_or_default();
    let title = if title.trim().is_empty() {
        address
            .host
            .split('.')
            .next()
            .unwrap_or("gateway")
            .to_owned()
    } else {
        title.trim().to_owned()
    };
    let name = if address.stage.is_empty() {
        title
    } else {
        format!("{title} {}", address.stage)
    };
    let login_path = map.login_path();
    let api_path = map.api_path().unwrap_or_default();
    let region = backend_region(&map);
    let token_from = match (&login_path, region) {
        (None, Some(region)) => TokenFrom::Region(crate::model::environment::Place::Region(region)),
        _ => TokenFrom::LoginPath,
    };
    let target = Target::Gateway(Box::new(GatewayTarget {
        protocol: address.protocol,
        host: address.host,
        port: address.port,
        stage: address.stage,
        login_path: login_path.unwrap_or_default(),
        api_path,
        token_from,
        region,
        user_name: String::new(),
        api_kind: map.kind,
        client_form: ClientForm::default(),
    }));
    let mut environment = blank_environment(
        EnvironmentId::from_name(&name),
        &name,
        Colour::Violet,
        target,
    );
    environment.route_map = Some(map);
    environment
}

/// The region that the routes lead to.
fn backend_region(map: &RouteMap) -> Option<Region> {
    map.routes
        .iter()
        .filter_map(|route| route.backend_host())
        .find_map(super::collecting::region_of)
}
