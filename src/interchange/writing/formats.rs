//! The formats that can be written: what each is called, under what heading a person looks for it, and what its file is called.

use std::fmt::Write as _;
use std::str::FromStr;

use crate::interchange::blueprint::BlueprintKind;
use crate::interchange::curl::Shell;
use crate::interchange::snippets::Language;

/// A format that can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    CliConfig,
    CliGateway,
    CxAsCode,
    Variables,
    SdkIni,
    SdkJson,
    GoIni,
    GoJson,
    Snippet(Language),
    PostmanEnvironment,
    /// The document that creates the gateway.
    Blueprint(BlueprintKind),
    /// Terraform around the same document.
    Terraform(BlueprintKind),
    Curl(Shell),
    PostmanCollection,
    Insomnia,
    Bruno,
    HttpFile,
    Har,
}

/// What a format writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SubjectKind {
    Environment,
    Requests,
    Exchanges,
}

/// The heading under which a person looks for a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    GenesysCli,
    CxAsCode,
    SdkConfiguration,
    SdkCode,
    Curl,
    Collections,
    Blueprint,
    Archive,
}

impl Group {
    /// The heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::GenesysCli => "Genesys Cloud CLI",
            Self::CxAsCode => "CX as Code",
            Self::SdkConfiguration => "SDK configuration file",
            Self::SdkCode => "SDK code",
            Self::Curl => "cURL",
            Self::Collections => "Other request tools",
            Self::Blueprint => "Create the gateway",
            Self::Archive => "HTTP archive",
        }
    }
}

/// One format as it is told to a person.
struct Row {
    format: Format,
    /// As it is typed.
    name: &'static str,
    group: Group,
    /// Under its heading.
    title: &'static str,
    /// What it is, in a sentence of its own.
    words: &'static str,
    /// The name of its file; `*` stands for the name of what is in it.
    file: &'static str,
}

const fn row(
    format: Format,
    name: &'static str,
    group: Group,
    title: &'static str,
    words: &'static str,
    file: &'static str,
) -> Row {
    Row {
        format,
        name,
        group,
        title,
        words,
        file,
    }
}

/// In the order in which they are listed; those of one heading stand together.
const ROWS: [Row; 30] = [
    row(
        Format::CliConfig,
        "cli-config",
        Group::GenesysCli,
        "config.toml",
        "A profile of the CLI's ~/.gc/config.toml",
        "config.toml",
    ),
    row(
        Format::CliGateway,
        "cli-gateway",
        Group::GenesysCli,
        "gateway.json",
        "The file for `gc gateway --file`",
        "gateway.json",
    ),
    row(
        Format::CxAsCode,
        "cx-as-code",
        Group::CxAsCode,
        "Provider block",
        "The `provider \"genesyscloud\"` block in Terraform's language",
        "provider.tf",
    ),
    row(
        Format::Variables,
        "variables",
        Group::CxAsCode,
        "Environment variables",
        "GENESYSCLOUD_* variables as `export` lines",
        "genesyscloud.env",
    ),
    row(
        Format::SdkIni,
        "sdk-ini",
        Group::SdkConfiguration,
        "INI for JavaScript, Python, Java, .NET",
        "The INI file that the SDKs for JavaScript, Python, Java and .NET watch",
        "config",
    ),
    row(
        Format::SdkJson,
        "sdk-json",
        Group::SdkConfiguration,
        "JSON for JavaScript, Python, Java, .NET",
        "The same as JSON",
        "config",
    ),
    row(
        Format::GoIni,
        "go-ini",
        Group::SdkConfiguration,
        "INI for Go",
        "The INI file that the SDK for Go watches",
        "config",
    ),
    row(
        Format::GoJson,
        "go-json",
        Group::SdkConfiguration,
        "JSON for Go",
        "The same as JSON",
        "config",
    ),
    row(
        Format::Snippet(Language::JavaScript),
        "javascript",
        Group::SdkCode,
        "JavaScript",
        "JavaScript that sets the gateway of the SDK",
        "gateway.js",
    ),
    row(
        Format::Snippet(Language::Python),
        "python",
        Group::SdkCode,
        "Python",
        "Python that sets the gateway of the SDK",
        "gateway.py",
    ),
    row(
        Format::Snippet(Language::Java),
        "java",
        Group::SdkCode,
        "Java",
        "Java that sets the gateway of the SDK",
        "Gateway.java",
    ),
    row(
        Format::Snippet(Language::DotNet),
        "dotnet",
        Group::SdkCode,
        "C#",
        "C# that sets the gateway of the SDK",
        "Gateway.cs",
    ),
    row(
        Format::Snippet(Language::Go),
        "go",
        Group::SdkCode,
        "Go",
        "Go that sets the gateway of the SDK",
        "gateway.go",
    ),
    row(
        Format::PostmanEnvironment,
        "postman-environment",
        Group::Collections,
        "Postman environment",
        "A Postman environment with the address and the variables",
        "*.postman_environment.json",
    ),
    row(
        Format::Blueprint(BlueprintKind::HttpApi),
        "openapi-http-api",
        Group::Blueprint,
        "OpenAPI: HTTP API",
        "OpenAPI for `aws apigatewayv2 import-api`: an HTTP API",
        "*-http-api.json",
    ),
    row(
        Format::Blueprint(BlueprintKind::RestProxy),
        "openapi-rest-proxy",
        Group::Blueprint,
        "OpenAPI: REST API, proxy",
        "OpenAPI for `aws apigateway import-rest-api`: passes everything on",
        "*-rest-proxy.json",
    ),
    row(
        Format::Blueprint(BlueprintKind::RestNonProxy),
        "openapi-rest-non-proxy",
        Group::Blueprint,
        "OpenAPI: REST API, non-proxy /users",
        "The same with a /users of its own that maps request and answer",
        "*-rest-non-proxy.json",
    ),
    row(
        Format::Blueprint(BlueprintKind::RestNonProxyMended),
        "openapi-rest-mended",
        Group::Blueprint,
        "OpenAPI: REST API, non-proxy /users, mended",
        "The same with a request validator, and errors keep their status",
        "*-rest-mended.json",
    ),
    row(
        Format::Terraform(BlueprintKind::HttpApi),
        "terraform-http-api",
        Group::Blueprint,
        "Terraform: HTTP API",
        "Terraform that creates the HTTP API and its stage",
        "*-http-api.tf",
    ),
    row(
        Format::Terraform(BlueprintKind::RestProxy),
        "terraform-rest-proxy",
        Group::Blueprint,
        "Terraform: REST API, proxy",
        "Terraform that creates the REST API that passes everything on",
        "*-rest-proxy.tf",
    ),
    row(
        Format::Terraform(BlueprintKind::RestNonProxy),
        "terraform-rest-non-proxy",
        Group::Blueprint,
        "Terraform: REST API, non-proxy /users",
        "Terraform that creates the REST API with a /users of its own",
        "*-rest-non-proxy.tf",
    ),
    row(
        Format::Terraform(BlueprintKind::RestNonProxyMended),
        "terraform-rest-mended",
        Group::Blueprint,
        "Terraform: REST API, non-proxy /users, mended",
        "The same with a request validator, and errors keep their status",
        "*-rest-mended.tf",
    ),
    row(
        Format::Curl(Shell::Posix),
        "curl",
        Group::Curl,
        "Linux, macOS shells",
        "cURL commands for sh, bash and zsh",
        "*.sh",
    ),
    row(
        Format::Curl(Shell::Cmd),
        "curl-cmd",
        Group::Curl,
        "Windows cmd",
        "cURL commands for the Windows command prompt",
        "*.bat",
    ),
    row(
        Format::Curl(Shell::Power),
        "curl-powershell",
        Group::Curl,
        "PowerShell",
        "cURL commands for PowerShell",
        "*.ps1",
    ),
    row(
        Format::PostmanCollection,
        "postman",
        Group::Collections,
        "Postman collection",
        "A Postman collection, version 2.1",
        "*.postman_collection.json",
    ),
    row(
        Format::Insomnia,
        "insomnia",
        Group::Collections,
        "Insomnia",
        "An Insomnia export, version 4",
        "*.insomnia.json",
    ),
    row(
        Format::Bruno,
        "bruno",
        Group::Collections,
        "Bruno",
        "A Bruno collection as one JSON file",
        "*.bruno.json",
    ),
    row(
        Format::HttpFile,
        "http",
        Group::Collections,
        ".http file",
        "An .http file for VS Code REST Client and JetBrains",
        "*.http",
    ),
    row(
        Format::Har,
        "har",
        Group::Archive,
        "HAR 1.2",
        "What was sent and what came back, with timings",
        "*.har",
    ),
];

/// What a file is called whose subject has no name that can stand in one.
const NAMELESS: &str = "gatescope";

impl Format {
    /// Every format, in the order in which they are listed.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().map(|row| row.format)
    }

    /// Those that write such a subject.
    pub fn of(kind: SubjectKind) -> impl Iterator<Item = Self> {
        Self::all().filter(move |format| format.takes() == kind)
    }

    fn row(self) -> &'static Row {
        ROWS.iter()
            .find(|row| row.format == self)
            .expect("every format has a row")
    }

    /// As a person types it: `cli-config`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name
    }

    #[must_use]
    pub fn group(self) -> Group {
        self.row().group
    }

    /// What it is called under the heading of its group.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.row().title
    }

    /// What it is, without a full stop.
    #[must_use]
    pub fn words(self) -> &'static str {
        self.row().words
    }

    /// What a file of it is called. `name` is that of its subject, as a person wrote it.
    #[must_use]
    pub fn file_name(self, name: &str) -> String {
        let mut stem = String::new();
        for letter in name.chars() {
            if letter.is_alphanumeric() {
                stem.extend(letter.to_lowercase());
            } else if !stem.is_empty() && !stem.ends_with('-') {
                stem.push('-');
            }
        }
        // File systems take 255 bytes; a letter may have four.
        let stem: String = stem.trim_end_matches('-').chars().take(48).collect();
        let stem = if stem.is_empty() { NAMELESS } else { &stem };
        self.row().file.replace('*', stem)
    }

    #[must_use]
    pub fn takes(self) -> SubjectKind {
        match self {
            Self::CliConfig
            | Self::CliGateway
            | Self::CxAsCode
            | Self::Variables
            | Self::SdkIni
            | Self::SdkJson
            | Self::GoIni
            | Self::GoJson
            | Self::Snippet(_)
            | Self::PostmanEnvironment
            | Self::Blueprint(_)
            | Self::Terraform(_) => SubjectKind::Environment,
            Self::Curl(_)
            | Self::PostmanCollection
            | Self::Insomnia
            | Self::Bruno
            | Self::HttpFile => SubjectKind::Requests,
            Self::Har => SubjectKind::Exchanges,
        }
    }

    /// Whether secrets can stand in it, when that is asked for. Collections leave every credential out.
    #[must_use]
    pub fn can_hold_secrets(self) -> bool {
        !matches!(
            self,
            Self::Blueprint(_)
                | Self::Terraform(_)
                | Self::PostmanCollection
                | Self::Insomnia
                | Self::Bruno
                | Self::HttpFile
        )
    }

    /// Whether a file that is there is completed rather than written anew.
    #[must_use]
    pub fn updates_files(self) -> bool {
        self == Self::CliConfig
    }

    /// It creates a gateway, and has to know which Genesys Cloud is behind it.
    #[must_use]
    pub fn creates_gateway(self) -> bool {
        matches!(self, Self::Blueprint(_) | Self::Terraform(_))
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        ROWS.iter()
            .find(|row| row.name == text)
            .map(|row| row.format)
            .ok_or_else(|| {
                let names: Vec<&str> = ROWS.iter().map(|row| row.name).collect();
                format!(
                    "`{text}` is no format; known are {}. `gatescope export` says what each is",
                    names.join(", ")
                )
            })
    }
}

/// Every format with what it is, one a line, under what it is written from.
#[must_use]
pub fn list() -> String {
    let widest = ROWS.iter().map(|row| row.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for (kind, heading) in [
        (SubjectKind::Environment, "From an environment (--env NAME)"),
        (
            SubjectKind::Requests,
            "From saved requests (--request NAME or --all; --env NAME says where they go)",
        ),
        (
            SubjectKind::Exchanges,
            "From the history (--last N, --env, --search), or at once with `send --har FILE`",
        ),
    ] {
        let _ = writeln!(text, "{heading}:");
        for format in Format::of(kind) {
            let (name, words) = (format.name(), format.words());
            let _ = writeln!(text, "  {name:widest$}  {words}");
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_has_a_name_of_its_own_and_stands_with_its_group() {
        for (index, row) in ROWS.iter().enumerate() {
            assert_eq!(row.name.parse(), Ok(row.format), "{}", row.name);
            assert!(
                ROWS[index + 1..]
                    .iter()
                    .all(|other| other.name != row.name && other.format != row.format),
                "{} is there twice",
                row.name
            );
            assert!(!row.words.ends_with('.'), "{}", row.words);
        }
        for kind in [
            SubjectKind::Environment,
            SubjectKind::Requests,
            SubjectKind::Exchanges,
        ] {
            let mut groups: Vec<Group> = Format::of(kind).map(Format::group).collect();
            groups.dedup();
            let mut distinct = groups.clone();
            distinct.sort_by_key(|group| group.title());
            distinct.dedup();
            assert_eq!(groups.len(), distinct.len(), "{groups:?}");
        }
    }

    #[test]
    fn a_file_is_called_after_what_is_in_it() {
        for (format, name, expected) in [
            (Format::CliConfig, "Acme prod", "config.toml"),
            (Format::Har, "GET /api/v2/users", "get-api-v2-users.har"),
            (Format::Har, "../..", "gatescope.har"),
            (Format::HttpFile, "Größe é", "größe-é.http"),
            (
                Format::Blueprint(BlueprintKind::HttpApi),
                "Acme",
                "acme-http-api.json",
            ),
        ] {
            assert_eq!(format.file_name(name), expected, "{name}");
        }
        assert!(Format::Har.file_name(&"x".repeat(5_000)).len() < 60);
    }

    #[test]
    fn the_list_names_each_once_in_lines_that_fit() {
        let list = list();
        for format in Format::all() {
            let lines = list.lines().filter(|line| {
                line.trim_start()
                    .starts_with(&format!("{} ", format.name()))
            });
            assert_eq!(lines.count(), 1, "{}:\n{list}", format.name());
        }
        assert!(
            list.lines().all(|line| line.chars().count() <= 98),
            "{list}"
        );
    }
}
