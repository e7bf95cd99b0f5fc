//! The command line as a person types it. What the words mean in the model is the work of the commands beside this file.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::interchange::Kind;
use crate::interchange::writing::Format;

/// A request tester for Genesys Cloud APIs behind an Amazon API Gateway.
///
/// Without a subcommand the window opens.
#[derive(Debug, Parser)]
#[command(name = "gatescope", version, about, long_about = None, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 what was asked holds, 1 it does not (different, check found something, token refused, --fail or --expect-status missed), \
2 usage, configuration or refused by protection, 3 nothing came back or not comparable, 130 cancelled."
)]
pub struct Arguments {
    /// The workspace folder; without it, the default one in the data folder
    #[arg(long, global = true, value_name = "DIR")]
    pub workspace: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Option<Subcommands>,
}

#[derive(Debug, Subcommand)]
pub enum Subcommands {
    /// Send one request and print the answer
    #[command(
        override_usage = "gatescope send [OPTIONS] --env <NAME> [METHOD] <PATH>",
        after_long_help = JSON_DOCUMENT
    )]
    Send(SendArguments),
    /// Prove a gateway environment step by step: GET, and POST to the login route, unless --allow-writes is given
    Check(CheckArguments),
    /// Send one request to two environments and say whether the answers are the same, and if not, why
    #[command(
        override_usage = "gatescope compare [OPTIONS] --a <ENV> --b <ENV> [METHOD] <PATH>",
        after_long_help = COMPARISON
    )]
    Compare(CompareArguments),
    /// Show the state of an environment's access token, and fetch one when there is none
    Token(TokenArguments),
    /// List, show, add and change environments
    #[command(subcommand)]
    Env(EnvironmentCommand),
    /// Read the configuration of another tool: official clients, cURL, Postman, Insomnia, Bruno, HAR, .http, OpenAPI, API Gateway
    #[command(override_usage = "gatescope import [OPTIONS] <FILE|-|--variables>", after_long_help = IMPORT)]
    Import(ImportArguments),
    /// Write an environment, requests or exchanges for another tool; alone, it lists the formats
    #[command(override_usage = "gatescope export --as <FORMAT> [OPTIONS]", after_help = crate::interchange::writing::list())]
    Export(ExportArguments),
    /// Run the embedded Genesys Cloud and gateways until Ctrl+C
    Sandbox(SandboxArguments),
}

/// What `--json` promises; keys are only ever added.
const JSON_DOCUMENT: &str = "\
Output: the body on standard output, byte for byte when it is piped; on a terminal JSON is indented. One line of timing a \
hop, notes and errors go to standard error.

The document of --json (times in milliseconds, sizes in bytes; what did not happen or is not known is null):
  environment, started_at (RFC 3339), total_ms
  status, url      of the last answer
  answered_by      words; answerer (who, through, phase); evidence[] (seen, shows)
  explanation      main and also[]: rule, means, causes[], try[], links[], sureness, source; request_ids[]
  hops[]           every request that went out, in order: token, redirect, renewal, new connection
    purpose        request, token, redirect, renewed (after a 401) or reconnected
    start_ms       after the start of the exchange
    request        method, url, version, headers[] (name, value; as sent, in order), body, body_bytes, total_bytes
    phases         dns_ms, tcp_ms, proxy_ms, tls_ms, send_ms, wait_ms, download_ms, total_ms
    connection     peer_address, resolved_addresses[], proxy, reused, tls (version, cipher, alpn, resumed,
                   trusted_by_fingerprint, chain[])
    response       version, status, reason, headers[] (as received, in order), body; null without an answer
      body         text, base64 (when it is no text) or path (with --output); wire_bytes, decoded_bytes,
                   codings[], incomplete (problem, text; null: the body is whole)
    error, notes[] as below, of this hop
  notes[]          field, text
  redirect_offer   a redirect to another origin that was not followed
  error            kind, phase, text, hint; null when an answer came back
When nothing was sent: problems[] (field, text, hint) and exit_code. Secrets are masked unless --show-secrets is given.";

/// What `compare` does, and what its exit codes say.
const COMPARISON: &str = "\
A GET, HEAD or OPTIONS is sent to A, to B, and to A again: what differs between A and A is volatile and leaves the verdict, but \
stays listed with --all. Other methods are sent once to each side, after a question or with --yes. Redirects are not followed and \
no token is renewed: both are findings. The rules of the workspace (rules.toml) and the shipped ones apply; each says how many \
differences it set aside.

Exit codes: 0 identical or equivalent, 1 different, 2 usage or refused by protection, 3 not comparable (one side not reached, \
refused, limited, or answered by the gateway itself), 130 cancelled.

The document of --json and of a .json report: comparison (verdict, a, b, layers[], rows[], counts, set-aside[], unused-rules[], \
requests, volatile, remarks[]), run (what was sent, in which order, with whose token), latency (with --samples: warm, cold, \
samples[]). Secrets are masked unless --show-secrets is given.";

/// What `import` does.
const IMPORT: &str = "\
The kind is recognised by content. First comes what would be created, what is ignored and why, and what a client would stumble \
over, with line, cause and fix; then a question, or --yes. Secrets go to the keyring, bound to the addresses they came with, and \
never into a file of the workspace. Nothing imported is executed, and files that it names wait for approval. What has a name that \
is taken gets a number, or with --replace takes the place of what is there.

Exit codes: 0 imported, 1 imported but a secret could not be kept, 2 not readable, not confirmed or not written.

The document of --json: kind, environments[] (id, name, api, login, routes, fate), requests[] (name, folder, method, path, \
environment, fate), secrets[] (environment, key, origins, kept, reason), catalogue_operations, lint[] (line, column, cause, fix), \
ignored[] (what, why), files[] (path, purpose), waiting[] (words), lost_secrets (how many no environment takes), imported (environments, requests, \
conflicts, kept_operations, error; null when nothing was changed). A fate is new, numbered, replaces, completed or used.";

fn status(text: &str) -> Result<u16, String> {
    text.parse()
        .ok()
        .filter(|status| (100..=999).contains(status))
        .ok_or_else(|| "a status is a number from 100 to 999, as in 200".to_owned())
}

#[derive(Debug, Clone, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub struct SendArguments {
    /// The environment to send to: an id from `gatescope env list`
    #[arg(short, long = "env", value_name = "NAME")]
    pub environment: String,
    #[command(flatten)]
    pub request: RequestArguments,
    /// Print the whole exchange as one JSON document
    #[arg(long)]
    pub json: bool,
    /// Exit with 1 when the status is 400 or more, or the JSON body of a 2xx is a Genesys error (`status` of 400 or more, and `code`)
    #[arg(short, long)]
    pub fail: bool,
    /// Exit with 1 when the status is not this one
    #[arg(long, value_name = "STATUS", value_parser = status)]
    pub expect_status: Option<u16>,
    /// Print secrets and tokens as they are
    #[arg(long)]
    pub show_secrets: bool,
    /// Print the cURL command that does the same, and send nothing; secrets stand in it as shell variables
    #[arg(long, conflicts_with_all = ["json", "fail", "expect_status", "output", "include"])]
    pub curl: bool,
    /// Show what would be sent and what the gateway's configuration says of it, and send nothing; secrets stand masked
    #[arg(long, conflicts_with_all = ["curl", "fail", "expect_status", "output", "include", "show_secrets"])]
    pub dry_run: bool,
    /// Show redirects, follow none
    #[arg(long)]
    pub no_follow: bool,
    /// Follow one redirect to another origin, without token, secrets and default headers; a body goes along only with --yes
    #[arg(long, conflicts_with = "no_follow")]
    pub follow_elsewhere: bool,
    /// Print the status line and the headers before the body
    #[arg(short, long)]
    pub include: bool,
    /// Write the body to a file
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write every hop to a file as an HTTP archive (HAR 1.2), the token request included; secrets masked unless --show-secrets
    #[arg(long, value_name = "FILE", conflicts_with = "curl")]
    pub har: Option<PathBuf>,
    /// Print no timing and no notes; errors, and a body that is not whole, are told all the same
    #[arg(short, long)]
    pub silent: bool,
    /// Send unsafe methods to an environment that asks before
    #[arg(short, long)]
    pub yes: bool,
}

/// The request itself: the same for every command that sends one.
#[derive(Debug, Clone, Args)]
pub struct RequestArguments {
    /// Method and path, or the path alone: GET, or POST when there is a body
    #[arg(required_unless_present = "saved", num_args = 1..=2, value_name = "[METHOD] PATH")]
    pub line: Vec<String>,
    /// A saved request in place of one that is typed: its name or its file below `requests`
    #[arg(long = "request", id = "saved", value_name = "NAME", conflicts_with_all = [
        "line", "query", "path_variables", "headers", "data", "form", "parts", "no_auth", "auth",
    ])]
    pub saved: Option<String>,
    /// A query parameter, sent in the given order; `NAME` alone sends no `=`
    #[arg(short, long = "query", value_name = "NAME=VALUE")]
    pub query: Vec<String>,
    /// The value of a {name} in the path
    #[arg(short, long = "path-variable", value_name = "NAME=VALUE")]
    pub path_variables: Vec<String>,
    /// A header; name case, order and repeats are kept
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    pub headers: Vec<String>,
    /// The body: a text, `@FILE`, or `@-` for standard input; application/json unless a header says otherwise
    #[arg(short, long, value_name = "BODY", conflicts_with_all = ["form", "parts"])]
    pub data: Option<String>,
    /// A field of an application/x-www-form-urlencoded body
    #[arg(long, value_name = "NAME=VALUE", conflicts_with = "parts")]
    pub form: Vec<String>,
    /// A part of a multipart/form-data body; `NAME=@FILE` sends a file
    #[arg(short = 'F', long = "part", value_name = "NAME=VALUE")]
    pub parts: Vec<String>,
    /// Send without the environment's token
    #[arg(long)]
    pub no_auth: bool,
    /// Credentials in place of the environment's token: bearer:TOKEN, basic:USER:PASSWORD or header:NAME:VALUE,
    /// secrets as {{secret.NAME}}
    #[arg(long, value_name = "KIND:…", conflicts_with = "no_auth")]
    pub auth: Option<String>,
}

/// What a comparison is made of.
#[derive(Debug, Clone, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub struct CompareArguments {
    /// Side A, usually direct: an id from `gatescope env list`
    #[arg(long, value_name = "ENV")]
    pub a: String,
    /// Side B, usually the gateway
    #[arg(long, value_name = "ENV")]
    pub b: String,
    #[command(flatten)]
    pub request: RequestArguments,
    /// Print the comparison as one JSON document
    #[arg(long)]
    pub json: bool,
    /// Then send N more pairs, A B and B A in turn, and say how much longer B takes; only for requests that read
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1_000))]
    pub samples: Option<u16>,
    /// Write the comparison to a file: Markdown, JSON or one HTML page, by the end of its name; may be repeated
    #[arg(long = "report", value_name = "FILE.md|.json|.html")]
    pub reports: Vec<PathBuf>,
    /// Write the samples to a file
    #[arg(long, value_name = "FILE.csv", requires = "samples")]
    pub csv: Option<PathBuf>,
    /// Send A and B at once instead of one after the other
    #[arg(long)]
    pub parallel: bool,
    /// Send the token of that side to both sides
    #[arg(long, value_name = "a|b", value_enum, ignore_case = true)]
    pub one_token: Option<TokenSide>,
    /// Align the elements of lists by this member, where no rule says otherwise
    #[arg(long, value_name = "MEMBER", conflicts_with = "in_order")]
    pub by_key: Option<String>,
    /// Compare lists element by element, whatever identity their elements have
    #[arg(long)]
    pub in_order: bool,
    /// Also list what is only a note, and every difference that was set aside
    #[arg(long)]
    pub all: bool,
    /// Print secrets and tokens as they are
    #[arg(long)]
    pub show_secrets: bool,
    /// Send a request that acts to both sides, once each, without asking
    #[arg(short, long)]
    pub yes: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum TokenSide {
    A,
    B,
}

#[derive(Debug, Clone, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub struct TokenArguments {
    /// The environment: an id from `gatescope env list`
    #[arg(short, long = "env", value_name = "NAME")]
    pub environment: String,
    /// Print the token alone
    #[arg(long, conflicts_with = "json")]
    pub print: bool,
    /// Fetch a new one even when there is a fresh one
    #[arg(long)]
    pub new: bool,
    /// Print the state and the exchange as one JSON document
    #[arg(long)]
    pub json: bool,
    /// Print secrets and tokens in the document as they are
    #[arg(long)]
    pub show_secrets: bool,
}

#[derive(Debug, Clone, Args)]
pub struct CheckArguments {
    /// The gateway environment to check: an id from `gatescope env list`
    #[arg(short, long = "env", value_name = "NAME")]
    pub environment: String,
    /// The direct environment to compare with; without it, the one with the same credentials
    #[arg(long, value_name = "NAME")]
    pub against: Option<String>,
    /// Print the report as a JSON document
    #[arg(long)]
    pub json: bool,
    /// Also write the report to a file: .md, .json or .html
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Also send one POST with a JSON body that Genesys Cloud refuses as incomplete
    #[arg(long)]
    pub allow_writes: bool,
    /// A path behind the stage whose answer shows the request that it received
    #[arg(long, value_name = "PATH")]
    pub echo_path: Option<String>,
    /// Pairs of requests to measure what the gateway adds; 0 for none
    #[arg(long, value_name = "PAIRS", default_value_t = 10, value_parser = clap::value_parser!(u16).range(0..=1000))]
    pub samples: u16,
}

#[derive(Debug, Clone, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub struct ImportArguments {
    /// The file to read, or `-` for standard input
    #[arg(value_name = "FILE", required_unless_present = "variables")]
    pub file: Option<PathBuf>,
    /// Read the GENESYSCLOUD_* variables of this process
    #[arg(long, conflicts_with_all = ["file", "kind"])]
    pub variables: bool,
    /// Read it as this kind, whatever it looks like: cli-config, cli-gateway, cx-as-code, variables, sdk-ini, sdk-json, javascript,
    /// curl, postman, postman-environment, insomnia, bruno, opencollection, har, http, http-environments, openapi
    #[arg(long, value_name = "KIND")]
    pub kind: Option<Kind>,
    /// The environment that takes requests, variables and secrets that name none: an id from `gatescope env list`
    #[arg(short, long = "env", value_name = "NAME")]
    pub environment: Option<String>,
    /// Replace what has the same name
    #[arg(long)]
    pub replace: bool,
    /// Give official clients the form that works in all seven, where the imported one does not: stage inside both paths
    #[arg(long)]
    pub mend_clients: bool,
    /// Make a request of each operation, also of more than 300
    #[arg(long)]
    pub all_requests: bool,
    /// Import without asking
    #[arg(short, long, conflicts_with = "dry_run")]
    pub yes: bool,
    /// Show what would be imported, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Clone, Args)]
pub struct ExportArguments {
    /// The format; without it, all of them are listed with what each is
    #[arg(long = "as", value_name = "FORMAT", hide_possible_values = true)]
    pub format: Option<Format>,
    /// The environment to write, or that the requests go to: an id from `gatescope env list`
    #[arg(short, long = "env", value_name = "NAME")]
    pub environment: Option<String>,
    /// A saved request by its name or its file below `requests`; may be repeated
    #[arg(long = "request", value_name = "NAME")]
    pub requests: Vec<String>,
    /// All saved requests
    #[arg(long, conflicts_with = "requests")]
    pub all: bool,
    /// For har: the newest N exchanges of the history; without it, one
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1_000))]
    pub last: Option<u16>,
    /// For har: only exchanges that hold these words, as the history's search takes them: part of a URL, a method, 404, 4xx, failed
    #[arg(long, value_name = "WORDS")]
    pub search: Option<String>,
    /// Write secrets as they are
    #[arg(long)]
    pub with_secrets: bool,
    /// Write to a file; into a config.toml that is there, its profile is written and the rest stays
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write over a file that is there
    #[arg(long, requires = "output")]
    pub replace: bool,
    /// The profile of a config.toml; without it, the name of the environment
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// The Genesys Cloud region behind a gateway that openapi-… and terraform-… create, where the environment does not tell it
    #[arg(long, value_name = "REGION")]
    pub backend: Option<String>,
}

#[derive(Debug, Clone, Args)]
pub struct SandboxArguments {
    /// The first of four ports in a row; without it, free ones
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..=65_532))]
    pub port: Option<u16>,
    /// Print the addresses as a JSON document
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum EnvironmentCommand {
    /// All environments, the sandbox's included
    List {
        /// Print a JSON document
        #[arg(long)]
        json: bool,
    },
    /// Where one environment sends to, which of its secrets are stored or missing, and what is worth knowing about it
    Show {
        name: String,
        /// Also show the exact login and API URL that each official client would build, and which of them break
        #[arg(long)]
        clients: bool,
        /// Print a JSON document
        #[arg(long)]
        json: bool,
    },
    /// Add an environment
    Add(Box<AddArguments>),
    /// Keep a secret in the keyring; its value is read from a hidden prompt or from standard input
    SetSecret {
        name: String,
        /// client-secret, access-token, gateway-password, proxy-password, or the name of a secret variable
        key: String,
    },
    /// Take a secret out of the keyring
    DeleteSecret { name: String, key: String },
    /// Allow the CA file, the proxy and other outside things that an environment's file asks for
    Approve {
        name: String,
        /// Allow the files that this saved request sends, in place of what the environment asks for
        #[arg(long, value_name = "NAME")]
        request: Option<String>,
    },
    /// Let an environment's secrets go to its new addresses
    ConfirmOrigins { name: String },
    /// Delete an environment and its secrets
    Delete { name: String },
}

#[derive(Debug, Clone, Args)]
pub struct AddArguments {
    /// The name; its id is made of it, as in `Acme prod` -> `acme-prod`
    #[arg(long)]
    pub name: String,
    #[command(flatten)]
    pub direct: DirectArguments,
    #[command(flatten)]
    pub gateway: GatewayArguments,
    #[command(flatten)]
    pub credentials: CredentialArguments,
    #[command(flatten)]
    pub settings: SettingArguments,
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Direct")]
pub struct DirectArguments {
    /// A Genesys Cloud region: `us-east-1`, `mypurecloud.ie`, `Frankfurt`
    #[arg(long, conflicts_with_all = ["domain", "api_origin", "invoke_url"])]
    pub region: Option<String>,
    /// A custom domain: requests go to api.DOMAIN, the token comes from login.DOMAIN
    #[arg(long, conflicts_with_all = ["api_origin", "invoke_url"])]
    pub domain: Option<String>,
    /// The API's origin in full, as in `http://127.0.0.1:8080`
    #[arg(
        long,
        value_name = "URL",
        requires = "login_origin",
        conflicts_with = "invoke_url"
    )]
    pub api_origin: Option<String>,
    /// The login's origin in full
    #[arg(long, value_name = "URL", requires = "api_origin")]
    pub login_origin: Option<String>,
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Gateway")]
pub struct GatewayArguments {
    /// The gateway's invoke URL, with or without its stage
    #[arg(long, value_name = "URL")]
    pub invoke_url: Option<String>,
    /// The stage, when the invoke URL has none
    #[arg(long, requires = "invoke_url")]
    pub stage: Option<String>,
    /// The path before /oauth/token
    #[arg(long, value_name = "PATH", requires = "invoke_url")]
    pub login_path: Option<String>,
    /// The path before /api/v2
    #[arg(long, value_name = "PATH", requires = "invoke_url")]
    pub api_path: Option<String>,
    /// Take the token from a region or domain directly, past the gateway
    #[arg(long, value_name = "REGION", requires = "invoke_url")]
    pub token_from: Option<String>,
    /// A route of the gateway's own: `/api/v2/users=/users`; a `=` before the first path matches it exactly
    #[arg(long, value_name = "FROM=TO", requires = "invoke_url")]
    pub map: Vec<String>,
    /// Also add the direct environment of this region, with the same credentials
    #[arg(long, value_name = "REGION", requires = "invoke_url")]
    pub with_direct_twin: Option<String>,
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Credentials")]
pub struct CredentialArguments {
    /// The client id of the client credentials grant; its secret is set with `gatescope env set-secret`
    #[arg(long, conflicts_with_all = ["access_token", "same_as"])]
    pub client_id: Option<String>,
    /// The scope asked for
    #[arg(long, requires = "client_id")]
    pub scope: Option<String>,
    /// How the client authenticates: `basic`, `basic-raw` or `body`
    #[arg(long, requires = "client_id", value_name = "STYLE")]
    pub client_authentication: Option<String>,
    /// Use a pasted access token, set with `gatescope env set-secret NAME access-token`
    #[arg(long, conflicts_with = "same_as")]
    pub access_token: bool,
    /// Use the credentials of another environment
    #[arg(long, value_name = "NAME")]
    pub same_as: Option<String>,
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Settings")]
pub struct SettingArguments {
    /// `normal`, `ask` (before unsafe methods) or `read-only`
    #[arg(long, value_name = "PROTECTION")]
    pub protection: Option<String>,
    /// A variable, used as {{name}}
    #[arg(long = "variable", value_name = "NAME=VALUE")]
    pub variables: Vec<String>,
    /// A secret variable; its value is set with `gatescope env set-secret`
    #[arg(long = "secret-variable", value_name = "NAME")]
    pub secret_variables: Vec<String>,
    /// A header sent with every request
    #[arg(long = "default-header", value_name = "NAME: VALUE")]
    pub default_headers: Vec<String>,
    /// `system`, `none`, or a proxy's URL
    #[arg(long, value_name = "URL")]
    pub proxy: Option<String>,
    /// A PEM file of extra certificate authorities
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// The SHA-256 fingerprint of a certificate to trust
    #[arg(long, value_name = "HEX")]
    pub trusted_fingerprint: Option<String>,
    /// `http11`, `automatic` or `http2`
    #[arg(long, value_name = "VERSION")]
    pub http_version: Option<String>,
}
