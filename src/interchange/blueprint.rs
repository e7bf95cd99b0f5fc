//! The gateway of the guide as a document that creates it: OpenAPI with API Gateway extensions, and Terraform around the same.
//! Four kinds: HTTP API, REST API with proxy integrations, and that with a non-proxy `/users` beside them, as the guide has it or mended; each with a login
//! path and an API path for official clients. Shapes are those of real exports (facts/amazon-api-gateway.md section 5).

#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::api_gateway;
use super::types::{Export, ExportError, Lint};
use crate::model::environment::{ApiKind, Environment, Place, Target, TokenFrom};
use crate::model::region::Region;
use crate::model::route;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BlueprintKind {
    /// `ANY /{proxy+}`.
    HttpApi,
    /// `ANY /{proxy+}` with an HTTP proxy integration.
    RestProxy,
    /// The same, and `GET /users` with a non-proxy integration.
    RestNonProxy,
    /// What the guide leaves open in that `/users` is mended: a request validator, and errors keep their status.
    RestNonProxyMended,
}

impl BlueprintKind {
    pub const ALL: [Self; 4] = [
        Self::HttpApi,
        Self::RestProxy,
        Self::RestNonProxy,
        Self::RestNonProxyMended,
    ];

    fn has_users(self) -> bool {
        matches!(self, Self::RestNonProxy | Self::RestNonProxyMended)
    }
}

/// What is to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blueprint {
    pub kind: BlueprintKind,
    pub name: String,
    /// `api.mypurecloud.com`.
    pub api_host: String,
    /// `login.mypurecloud.com`.
    pub login_host: String,
    /// `/loginpath`; empty: no route of its own.
    pub login_path: String,
    /// `/apipath`; empty: no route of its own.
    pub api_path: String,
    /// Empty or `$default`: an HTTP API's stage without a name.
    pub stage: String,
    /// Where Terraform creates it: the gateway's own AWS region, or that of the backend.
    pub aws_region: String,
}

/// Stage of the guide's REST API, and the paths that its client examples name.
const STAGE: &str = "test";
const LOGIN_PATH: &str = "/loginpath";
const API_PATH: &str = "/apipath";
/// The guide's.
const AWS_REGION: &str = "us-east-1";

impl Blueprint {
    /// A gateway for an environment: a gateway's own stage and paths, or the guide's for a direct one. `place`: the backend, where
    /// the environment does not tell it.
    ///
    /// # Errors
    /// Nothing says to which Genesys Cloud region the gateway leads.
    pub fn of(
        environment: &Environment,
        kind: BlueprintKind,
        place: Option<&Place>,
    ) -> Result<Self, ExportError> {
        let own_place = match &environment.target {
            Target::Direct { place } => Some(place.clone()),
            Target::Gateway(gateway) => match &gateway.token_from {
                TokenFrom::Region(place) => Some(place.clone()),
                TokenFrom::LoginPath => gateway.region.map(Place::Region),
            },
        };
        let hosts = place
            .or(own_place.as_ref())
            .and_then(hosts_of)
            .or_else(|| hosts_in_routes(environment));
        let (api_host, login_host) = hosts.ok_or_else(|| {
            ExportError("The environment does not say to which Genesys Cloud region the gateway leads: choose a region".to_owned())
        })?;
        let stage = if kind == BlueprintKind::HttpApi {
            ""
        } else {
            STAGE
        };
        let mut blueprint = Self {
            kind,
            name: environment.name.clone(),
            api_host,
            login_host,
            login_path: LOGIN_PATH.to_owned(),
            api_path: API_PATH.to_owned(),
            stage: stage.to_owned(),
            aws_region: AWS_REGION.to_owned(),
        };
        let region = Region::all()
            .find(|region| blueprint.api_host.strip_prefix("api.") == Some(region.domain()));
        if let Some(region) = region {
            region.aws_name().clone_into(&mut blueprint.aws_region);
        }
        if let Target::Gateway(gateway) = &environment.target {
            if let Some((_, region)) = route::execute_api_parts(&gateway.host) {
                blueprint.aws_region = region;
            }
            if !gateway.stage.is_empty() || gateway.api_kind == ApiKind::Http {
                blueprint.stage.clone_from(&gateway.stage);
            }
            for (own, path) in [
                (&gateway.login_path, &mut blueprint.login_path),
                (&gateway.api_path, &mut blueprint.api_path),
            ] {
                let trimmed = own.trim_matches('/');
                if !trimmed.is_empty() {
                    *path = format!("/{trimmed}");
                }
            }
        }
        if kind != BlueprintKind::HttpApi && blueprint.stage.is_empty() {
            STAGE.clone_into(&mut blueprint.stage);
        }
        Ok(blueprint)
    }

    /// The document for `aws apigateway import-rest-api` or `aws apigatewayv2 import-api`.
    #[must_use]
    pub fn open_api(&self) -> Export {
        let text = self.document();
        Export {
            lint: lint(&text),
            text,
            masked: Vec::new(),
        }
    }

    /// The same as a Terraform configuration of one file.
    #[must_use]
    pub fn terraform(&self) -> Export {
        let document = self.document();
        let mut text = format!(
            "terraform {{\n  required_providers {{\n    aws = {{\n      source = \"hashicorp/aws\"\n    }}\n  }}\n}}\n\nvariable \"aws_region\" {{\n  type    = string\n  default = {}\n}}\n\nprovider \"aws\" {{\n  region = var.aws_region\n}}\n\nlocals {{\n  description = <<-JSON\n",
            quoted(&self.aws_region)
        );
        let lines_before = text.lines().count();
        let _ = write!(text, "{}  JSON\n}}\n\n", indented(&escaped(&document)));
        let mut lint = lint(&document);
        for found in &mut lint {
            found.place.line += lines_before;
            found.place.column += INDENT.len();
        }
        let name = quoted(&self.name);
        if self.kind == BlueprintKind::HttpApi {
            let stage = quoted(if self.stage.is_empty() {
                "$default"
            } else {
                &self.stage
            });
            let _ = write!(
                text,
                "resource \"aws_apigatewayv2_api\" \"genesys\" {{\n  name          = {name}\n  protocol_type = \"HTTP\"\n  body          = local.description\n}}\n\n\
                 resource \"aws_apigatewayv2_stage\" \"genesys\" {{\n  api_id      = aws_apigatewayv2_api.genesys.id\n  name        = {stage}\n  auto_deploy = true\n}}\n\n\
                 output \"invoke_url\" {{\n  value = aws_apigatewayv2_stage.genesys.invoke_url\n}}\n"
            );
        } else {
            let stage = quoted(&self.stage);
            let _ = write!(
                text,
                "resource \"aws_api_gateway_rest_api\" \"genesys\" {{\n  name = {name}\n  body = local.description\n\n  endpoint_configuration {{\n    types = [\"REGIONAL\"]\n  }}\n}}\n\n\
                 resource \"aws_api_gateway_deployment\" \"genesys\" {{\n  rest_api_id = aws_api_gateway_rest_api.genesys.id\n\n  triggers = {{\n    redeployment = sha1(local.description)\n  }}\n\n  lifecycle {{\n    create_before_destroy = true\n  }}\n}}\n\n\
                 resource \"aws_api_gateway_stage\" \"genesys\" {{\n  rest_api_id   = aws_api_gateway_rest_api.genesys.id\n  deployment_id = aws_api_gateway_deployment.genesys.id\n  stage_name    = {stage}\n}}\n\n\
                 output \"invoke_url\" {{\n  value = aws_api_gateway_stage.genesys.invoke_url\n}}\n"
            );
        }
        Export {
            text,
            masked: Vec::new(),
            lint,
        }
    }

    fn mends_users(&self) -> bool {
        self.kind == BlueprintKind::RestNonProxyMended
    }

    fn document(&self) -> String {
        let mut paths = Map::new();
        if self.kind.has_users() {
            paths.insert("/users".to_owned(), json!({"get": self.users()}));
        }
        let api = format!("https://{}/{{proxy}}", self.api_host);
        let login = format!("https://{}/{{proxy}}", self.login_host);
        if !self.login_path.is_empty() {
            paths.insert(
                format!("{}/{{proxy+}}", self.login_path),
                self.proxy(&login),
            );
        }
        if !self.api_path.is_empty() && self.api_path != self.login_path {
            paths.insert(format!("{}/{{proxy+}}", self.api_path), self.proxy(&api));
        }
        paths.insert("/{proxy+}".to_owned(), self.proxy(&api));
        let mut document = json!({
            "openapi": "3.0.1",
            "info": {"title": self.name, "version": "1.0"},
            "paths": paths,
        });
        if self.kind == BlueprintKind::HttpApi {
            document["x-amazon-apigateway-importexport-version"] = json!("1.0");
        } else {
            document["components"] =
                json!({"schemas": {"Empty": {"title": "Empty Schema", "type": "object"}}});
            if self.mends_users() {
                document["x-amazon-apigateway-request-validators"] = json!({"parameters": {"validateRequestParameters": true, "validateRequestBody": false}});
            }
        }
        let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
        text.push('\n');
        text
    }

    fn proxy(&self, uri: &str) -> Value {
        if self.kind == BlueprintKind::HttpApi {
            return json!({
                "x-amazon-apigateway-any-method": {
                    "responses": {"default": {"description": "Whatever Genesys Cloud answers"}},
                    "x-amazon-apigateway-integration": {
                        "payloadFormatVersion": "1.0",
                        "type": "http_proxy",
                        "httpMethod": "ANY",
                        "uri": uri,
                        "connectionType": "INTERNET",
                        "timeoutInMillis": 30_000,
                    },
                },
                "parameters": [{"name": "proxy+", "in": "path", "required": true, "schema": {"type": "string"}}],
            });
        }
        json!({
            "x-amazon-apigateway-any-method": {
                "parameters": [{"name": "proxy", "in": "path", "required": true, "schema": {"type": "string"}}],
                "responses": {"200": empty_response()},
                "x-amazon-apigateway-integration": {
                    "type": "http_proxy",
                    "httpMethod": "ANY",
                    "uri": uri,
                    "responses": {"default": {"statusCode": "200"}},
                    "requestParameters": {"integration.request.path.proxy": "method.request.path.proxy"},
                    "passthroughBehavior": "when_no_match",
                    "timeoutInMillis": 29_000,
                },
            },
        })
    }

    /// `GET /users` of the guide, section 3.
    fn users(&self) -> Value {
        let parameter = |name: &str, place: &str, required: bool| json!({"name": name, "in": place, "required": required, "schema": {"type": "string"}});
        let statuses = ["400", "401", "403", "404", "429", "500", "503"];
        let mut answers = Map::new();
        let mut declared = Map::new();
        answers.insert("default".to_owned(), json!({"statusCode": "200"}));
        declared.insert("200".to_owned(), empty_response());
        if self.mends_users() {
            for status in statuses {
                answers.insert(status.to_owned(), json!({"statusCode": status}));
                declared.insert(
                    status.to_owned(),
                    json!({"description": format!("{status} response")}),
                );
            }
        }
        let mut users = json!({
            "parameters": [parameter("pageSize", "query", false), parameter("pageNumber", "query", false), parameter("Authorization", "header", true)],
            "responses": declared,
            "x-amazon-apigateway-integration": {
                "type": "http",
                "httpMethod": "GET",
                "uri": format!("https://{}{}/users", self.api_host, route::API_PREFIX),
                "responses": answers,
                "requestParameters": {
                    "integration.request.querystring.pageNumber": "method.request.querystring.pageNumber",
                    "integration.request.querystring.pageSize": "'5'",
                    "integration.request.header.Authorization": "method.request.header.Authorization",
                },
                "passthroughBehavior": "when_no_match",
                "timeoutInMillis": 29_000,
            },
        });
        if self.mends_users() {
            users["x-amazon-apigateway-request-validator"] = json!("parameters");
        }
        users
    }
}

/// What the document's own reader says of it, but for the address that it cannot have yet.
fn lint(document: &str) -> Vec<Lint> {
    let mut found = api_gateway::import(document).map_or_else(|_| Vec::new(), |read| read.lint);
    found.retain(|lint| lint.cause != api_gateway::NO_ADDRESS);
    found
}

fn empty_response() -> Value {
    json!({"description": "200 response", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Empty"}}}})
}

fn hosts_of(place: &Place) -> Option<(String, String)> {
    match place {
        Place::Region(region) => Some((
            format!("api.{}", region.domain()),
            format!("login.{}", region.domain()),
        )),
        Place::Domain(domain) => {
            let domain = domain.trim().trim_end_matches('/');
            let domain = domain
                .split_once("://")
                .map_or(domain, |(_, behind)| behind);
            let domain = ["api.", "login.", "apps."]
                .iter()
                .find_map(|prefix| domain.strip_prefix(prefix))
                .unwrap_or(domain);
            (!domain.is_empty()).then(|| (format!("api.{domain}"), format!("login.{domain}")))
        }
        // Origins stand for mock servers that no gateway reaches.
        Place::Origins { .. } => None,
    }
}

fn hosts_in_routes(environment: &Environment) -> Option<(String, String)> {
    let map = environment.route_map.as_ref()?;
    let host = map
        .routes
        .iter()
        .filter_map(|route| route.backend_host())
        .find(|host| host.starts_with("api."))?;
    Some((
        host.to_owned(),
        format!("login.{}", host.strip_prefix("api.")?),
    ))
}

/// `${` and `%{` begin templates in HCL.
fn escaped(text: &str) -> String {
    text.replace("${", "$${").replace("%{", "%%{")
}

fn quoted(text: &str) -> String {
    escaped(&Value::from(text).to_string())
}

const INDENT: &str = "  ";

fn indented(text: &str) -> String {
    text.lines().fold(String::new(), |mut written, line| {
        let _ = writeln!(written, "{INDENT}{line}");
        written
    })
}
