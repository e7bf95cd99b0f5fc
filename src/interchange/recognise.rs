//! What kind of text this is, told by its content; a file's name plays no part.
//! Cheap: it looks for marks, it does not read the whole structure.

use std::fmt;

/// A format that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The Genesys Cloud CLI's `config.toml`.
    CliConfig,
    /// The JSON file of `gc gateway --file`.
    CliGateway,
    /// HCL with a `genesyscloud` provider.
    CxAsCode,
    /// `GENESYSCLOUD_*` variables.
    ProcessVariables,
    /// An SDK's configuration file with sections; Go's too.
    SdkIni,
    /// An SDK's configuration file in JSON; Go's too.
    SdkJson,
    /// `setGateway({…})`.
    JavaScriptGateway,
    Curl,
    PostmanCollection,
    PostmanEnvironment,
    Insomnia,
    Bruno,
    Har,
    HttpFile,
    /// OpenAPI 3 and Swagger 2.0, those that API Gateway wrote too.
    OpenApi,
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::CliConfig => "Genesys Cloud CLI configuration",
            Self::CliGateway => "Genesys Cloud CLI gateway file",
            Self::CxAsCode => "CX as Code provider block",
            Self::ProcessVariables => "GENESYSCLOUD_* variables",
            Self::SdkIni => "SDK configuration (INI)",
            Self::SdkJson => "SDK configuration (JSON)",
            Self::JavaScriptGateway => "setGateway call (JavaScript)",
            Self::Curl => "cURL command",
            Self::PostmanCollection => "Postman collection",
            Self::PostmanEnvironment => "Postman environment",
            Self::Insomnia => "Insomnia export",
            Self::Bruno => "Bruno request",
            Self::Har => "HTTP archive (HAR)",
            Self::HttpFile => "HTTP request file",
            Self::OpenApi => "API description (OpenAPI, Swagger)",
        })
    }
}

/// What a text was taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recognised {
    One(Kind),
    /// Several kinds in one text: none is read.
    Several(Vec<Kind>),
    Unknown,
}

/// Tells the kind of a decoded text.
#[must_use]
pub fn recognise(text: &str) -> Recognised {
    let _ = text;
    Recognised::Unknown
}
