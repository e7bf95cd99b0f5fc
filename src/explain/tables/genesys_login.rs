//! What the answers of Genesys Cloud's login mean: facts/genesys-cloud.md section 4 and its corrections.

use crate::explain::rule::Need as N;
use crate::explain::rule::{Body, RemedyAction, Rule, Status, Sureness, advise, edit, offer};
use crate::model::note::Field;

const CLIENT_CREDENTIALS: &str =
    "https://developer.genesys.cloud/authorization/platform-auth/use-client-credentials";
const LIMITS: &str = "https://developer.genesys.cloud/organization/organization/limits";

pub(in crate::explain) const RULES: &[Rule] = &[
    Rule {
        id: "login.client-not-found",
        status: Status::Is(&[400]),
        body: Body::OAuth("invalid_client", &["client not found"]),
        needs: &[],
        means: "The login does not know the client: another region's login, or a mistyped client ID",
        causes: &[
            "The organisation is in another region than {login-host}",
            "The client ID is incomplete or of a deleted client",
            "The gateway's login path leads to another region's login",
        ],
        remedies: &[
            edit("Check the region", Field::Region),
            edit("Check the client ID", Field::ClientId),
        ],
        links: &[
            CLIENT_CREDENTIALS,
            "https://github.com/tishige/CallFlowVisualizer/issues/9",
        ],
        sureness: Sureness::Recorded,
        source: "seen: client tests of public clients; CallFlowVisualizer 9 (wrong region)",
    },
    Rule {
        id: "login.authentication-failed",
        status: Status::Is(&[401]),
        body: Body::OAuth("invalid_client", &["authentication failed"]),
        needs: &[],
        means: "The login knows the client, but the secret is wrong",
        causes: &[
            "The client secret was renewed or copied incompletely",
            "The gateway changed the Authorization header on its way to the login",
        ],
        remedies: &[
            edit("Enter the client secret again", Field::ClientSecret),
            edit(
                "Or ask the region directly, to leave the gateway out",
                Field::TokenFrom,
            ),
        ],
        links: &[CLIENT_CREDENTIALS],
        sureness: Sureness::Recorded,
        source: "seen: client tests of public clients",
    },
    Rule {
        id: "login.rate-limited",
        status: Status::Is(&[400]),
        body: Body::OAuth("invalid_request", &["rate limit"]),
        needs: &[],
        means: "The login has its own rate limit, and it is reached: it says so with 400, not 429",
        causes: &["Too many tokens were requested at once, by this or another program"],
        remedies: &[advise(
            "Wait a minute. A token lives a day: reuse it instead of fetching one a request",
        )],
        links: &[
            LIMITS,
            "https://github.com/MyPureCloud/terraform-provider-genesyscloud/pull/1004",
        ],
        sureness: Sureness::Recorded,
        source: "seen: CX as Code's own handling, pull 1004",
    },
    Rule {
        id: "login.unauthorized-client",
        status: Status::Refused,
        body: Body::OAuth("unauthorized_client", &[]),
        needs: &[],
        means: "The client may not use the client credentials grant",
        causes: &["The OAuth client was made for another grant type"],
        remedies: &[advise(
            "Make an OAuth client with the grant type Client Credentials in Genesys Cloud",
        )],
        links: &[CLIENT_CREDENTIALS],
        sureness: Sureness::Documented,
        source: "documented: RFC 6749 section 5.2",
    },
    Rule {
        id: "login.scope",
        status: Status::Refused,
        body: Body::OAuth("invalid_scope", &[]),
        needs: &[],
        means: "The login refuses the scope that was asked for",
        causes: &["The client does not have the scope, or it is mistyped"],
        remedies: &[edit("Check the scope, or leave it empty", Field::Scope)],
        links: &[CLIENT_CREDENTIALS],
        sureness: Sureness::Documented,
        source: "documented: RFC 6749 section 5.2",
    },
    Rule {
        id: "login.grant-lost",
        status: Status::Is(&[400]),
        body: Body::OAuth("unsupported_grant_type", &[]),
        needs: &[N::Gateway],
        means: "The login did not see grant_type=client_credentials: the gateway may have dropped the body or changed its type",
        causes: &[
            "A non-proxy integration on the login path that does not pass the form body through",
            "A mapping template for application/x-www-form-urlencoded",
        ],
        remedies: &[
            advise(
                "Let {login-path}/{proxy+} be an HTTP proxy, so that body and Content-Type pass",
            ),
            edit("Or ask the region directly", Field::TokenFrom),
        ],
        links: &[CLIENT_CREDENTIALS],
        sureness: Sureness::Documented,
        source: "documented: RFC 6749 section 5.2; the gateway's part is an inference",
    },
    Rule {
        id: "login.invalid-request",
        status: Status::Is(&[400]),
        body: Body::OAuth("invalid_request", &[]),
        needs: &[],
        means: "The login could not read the token request: {message}",
        causes: &[
            "The gateway dropped Authorization, the body or its Content-Type",
            "A parameter is missing or repeated",
        ],
        remedies: &[
            edit(
                "Ask the region directly, to leave the gateway out",
                Field::TokenFrom,
            ),
            offer("Prove the gateway step by step", RemedyAction::CheckGateway),
        ],
        links: &[CLIENT_CREDENTIALS],
        sureness: Sureness::Documented,
        source: "documented: RFC 6749 section 5.2",
    },
    Rule {
        id: "login.api-answered",
        status: Status::Refused,
        body: Body::GenesysError,
        needs: &[],
        means: "Genesys Cloud's API answered the token request, not its login: the login path leads to the wrong host",
        causes: &[
            "The integration of {login-path} leads to https://{api-host} instead of https://{login-host}",
        ],
        remedies: &[
            advise("Let {login-path}/{proxy+} lead to https://{login-host}/{proxy}, then deploy"),
            edit("Check the login path", Field::LoginPath),
        ],
        links: &[CLIENT_CREDENTIALS],
        sureness: Sureness::Recorded,
        source: "recorded: a login path routed to the API host answers with an API error body",
    },
    Rule {
        id: "login.page-answered",
        status: Status::Any,
        body: Body::Html,
        needs: &[],
        means: "The login answered the token request with a web page",
        causes: &[
            "The token was asked for at the login's page, not at /oauth/token",
            "The gateway follows a redirect to the sign-in page",
        ],
        remedies: &[edit("Check the login path", Field::LoginPath)],
        links: &[CLIENT_CREDENTIALS],
        sureness: Sureness::Recorded,
        source: "recorded: official clients take a 200 text/html for success",
    },
    Rule {
        id: "login.other",
        status: Status::Refused,
        body: Body::Any,
        needs: &[],
        means: "The login refused the token request (status {status}): {message}",
        causes: &["Not one of the answers that are known"],
        remedies: &[edit("Check client ID and secret", Field::ClientId)],
        links: &[CLIENT_CREDENTIALS],
        sureness: Sureness::Reported,
        source: "none: whatever is not in the rows above",
    },
];
