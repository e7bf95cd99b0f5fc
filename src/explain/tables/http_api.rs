//! What an HTTP API's own answers mean: facts/amazon-api-gateway.md sections 1b, 3, 4 and 10. More specific rows first.

use crate::explain::rule::Need as N;
use crate::explain::rule::{Body, RemedyAction, Rule, Status, Sureness, advise, edit, offer};
use crate::model::note::Field;

const ROUTES: &str =
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html";
const JWT: &str = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-jwt.html";
const STAGES: &str =
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-stages.html";
const QUOTAS: &str =
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html";
const THROTTLING: &str =
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html";

pub(in crate::explain) const RULES: &[Rule] = &[
    Rule {
        id: "http.no-login-route",
        status: Status::Is(&[404]),
        body: Body::Message("Not Found"),
        needs: &[N::TokenRequest],
        means: "The HTTP API has no route for {route} ({stage}). It is a routing answer, not about the credentials",
        causes: &[
            "The login path of the environment ({login-path}) is not a route of the API",
            "The stage is given although the API has only $default, or is missing although it has only named ones",
            "The route takes another method than POST",
        ],
        remedies: &[
            edit("Check the login path", Field::LoginPath),
            edit("Check the stage", Field::Stage),
            advise(
                "In the gateway: add route ANY {login-path}/{proxy+} with an HTTP integration to https://{login-host}/{proxy}",
            ),
        ],
        links: &[ROUTES, STAGES],
        sureness: Sureness::Documented,
        source: "documented: http-api-develop-routes",
    },
    Rule {
        id: "http.no-route-trailing-slash",
        status: Status::Is(&[404]),
        body: Body::Message("Not Found"),
        needs: &[N::PathEndsWith("/")],
        means: "The HTTP API has no route for {route}: it does not match a path that ends with a slash to one without",
        causes: &[
            "The slash at the end of {path}",
            "Path, method or stage is wrong",
        ],
        remedies: &[advise("Leave the slash at the end out")],
        links: &[ROUTES, "https://github.com/storacha/w3infra/pull/166"],
        sureness: Sureness::Reported,
        source: "reported: w3infra 166 (HTTP APIs do not match a trailing slash)",
    },
    Rule {
        id: "http.stage-given-to-default",
        status: Status::Is(&[404]),
        body: Body::Message("Not Found"),
        needs: &[N::Stage],
        means: "The HTTP API has no route for the request. The URL names stage {stage}; an API that has only the $default stage takes that for a part of the path",
        causes: &[
            "The API has only the $default stage, which is not named in the URL",
            "Path or method is not a route of stage {stage}",
            "The API path of the environment ({api-path}) is not a route of the API",
        ],
        remedies: &[
            edit("Empty the stage if the API has only $default", Field::Stage),
            edit("Check the API path", Field::ApiPath),
            offer("Prove the gateway step by step", RemedyAction::CheckGateway),
        ],
        links: &[ROUTES, STAGES],
        sureness: Sureness::Documented,
        source: "documented: http-api-develop-routes, http-api-stages",
    },
    Rule {
        id: "http.no-route",
        status: Status::Is(&[404]),
        body: Body::Message("Not Found"),
        needs: &[],
        means: "The HTTP API has no route for {route}, or no $default stage",
        causes: &[
            "The API has named stages only, and the URL names none",
            "Path or method is not a route of the API; ANY /{proxy+} does not match / itself",
            "The API path of the environment ({api-path}) is not a route of the API",
        ],
        remedies: &[
            edit("Enter the stage", Field::Stage),
            edit("Check the API path", Field::ApiPath),
        ],
        links: &[ROUTES, STAGES],
        sureness: Sureness::Documented,
        source: "documented: http-api-develop-routes",
    },
    Rule {
        id: "http.jwt-opaque-token",
        status: Status::Is(&[401]),
        body: Body::Message("Unauthorized"),
        needs: &[N::HeaderSays(
            "www-authenticate",
            "invalid number of segments",
        )],
        means: "The route has a JWT authorizer, and the token is no JWT: Genesys Cloud's access tokens never are. Genesys Cloud was not asked",
        causes: &["A JWT authorizer reads Authorization, where the Genesys Cloud token stands"],
        remedies: &[
            advise("Take the authorizer off {route}: Genesys Cloud checks its own token"),
            advise("Or give the authorizer another header as identity source"),
        ],
        links: &[JWT],
        sureness: Sureness::Recorded,
        source: "seen in public transcripts: opaque bearer at a JWT authorizer",
    },
    Rule {
        id: "http.authorizer-refused",
        status: Status::Is(&[401]),
        body: Body::Message("Unauthorized"),
        needs: &[],
        means: "An authorizer of the HTTP API refused the request. Genesys Cloud was not asked",
        causes: &[
            "A JWT authorizer wants a token of its own issuer and audience",
            "The header that the authorizer reads is missing",
        ],
        remedies: &[
            advise("Take the authorizer off {route}: Genesys Cloud checks its own token"),
            advise("Or give the authorizer another header as identity source"),
        ],
        links: &[JWT],
        sureness: Sureness::Documented,
        source: "documented: http-api-troubleshooting-jwt",
    },
    Rule {
        id: "http.forbidden",
        status: Status::Is(&[403]),
        body: Body::Message("Forbidden"),
        needs: &[],
        means: "The HTTP API forbids the request. Genesys Cloud was not asked",
        causes: &[
            "The route takes IAM-signed requests only",
            "A Lambda authorizer answered with a deny",
            "The authorizer's token lacks a scope",
            "Mutual TLS or a disabled default endpoint",
        ],
        remedies: &[
            advise("Set the authorization of {route} to NONE: Genesys Cloud checks its own token"),
            advise("If the default endpoint is disabled, use the custom domain as host"),
        ],
        links: &[JWT],
        sureness: Sureness::Documented,
        source: "documented: HTTP API access control; the wording is only reported",
    },
    Rule {
        id: "http.throttled",
        status: Status::Is(&[429]),
        body: Body::Message("Too Many Requests"),
        needs: &[],
        means: "The HTTP API itself throttled the request; Genesys Cloud was not asked, and its own rate limit is another one",
        causes: &[
            "Throttling of the stage or route",
            "The account's limit in {aws-region}",
        ],
        remedies: &[advise(
            "Send more slowly, or raise the throttling of the stage",
        )],
        links: &[THROTTLING],
        sureness: Sureness::Documented,
        source: "documented: http-api-throttling",
    },
    Rule {
        id: "http.misconfigured",
        status: Status::Is(&[500]),
        body: Body::Message("Internal Server Error"),
        needs: &[],
        means: "The HTTP API could not carry the request out as it is configured",
        causes: &[
            "The integration's address is wrong",
            "The gateway may not invoke what the integration names",
        ],
        remedies: &[advise(
            "Check the integration of the route: it should lead to https://{api-host}",
        )],
        links: &[ROUTES],
        sureness: Sureness::Reported,
        source: "reported: the wording is not confirmed",
    },
    Rule {
        id: "http.timeout-after-writing",
        status: Status::Is(&[503, 504]),
        body: Body::Any,
        needs: &[N::Unsafe, N::WaitedAtLeast(25_000)],
        means: "What is behind the HTTP API did not answer within its limit ({waited}, 30 s at most). Genesys Cloud may have done the work all the same",
        causes: &[
            "Genesys Cloud took longer than the integration's timeout",
            "The integration leads to an address that does not answer",
        ],
        remedies: &[
            advise("Look whether the change happened before sending {method} again"),
            offer("Send the same directly", RemedyAction::SendDirectly),
        ],
        links: &[
            QUOTAS,
            "https://github.com/serverless/serverless/issues/11222",
        ],
        sureness: Sureness::Recorded,
        source: "seen: cortex 1225, serverless 11222; AWS's page speaks of 504",
    },
    Rule {
        id: "http.timeout",
        status: Status::Is(&[503, 504]),
        body: Body::Any,
        needs: &[N::WaitedAtLeast(25_000)],
        means: "What is behind the HTTP API did not answer within its limit ({waited}, 30 s at most)",
        causes: &[
            "Genesys Cloud took longer than the integration's timeout",
            "The integration leads to an address that does not answer",
        ],
        remedies: &[
            offer("Send the same directly", RemedyAction::SendDirectly),
            advise("Ask for less at once (pageSize)"),
        ],
        links: &[
            QUOTAS,
            "https://github.com/serverless/serverless/issues/11222",
        ],
        sureness: Sureness::Recorded,
        source: "seen: cortex 1225, serverless 11222; AWS's page speaks of 504",
    },
    Rule {
        id: "http.backend-unreached",
        status: Status::Is(&[503]),
        body: Body::Any,
        needs: &[N::WaitedLessThan(25_000)],
        means: "The HTTP API could not reach what is behind the route (after {waited}, so it is no timeout)",
        causes: &[
            "The integration's address refuses the connection or does not exist",
            "What is behind it was throttled",
        ],
        remedies: &[advise(
            "Check the integration of the route: it should lead to https://{api-host}",
        )],
        links: &["https://github.com/cortexlabs/cortex/issues/1225"],
        sureness: Sureness::Reported,
        source: "seen in public transcripts: within a second it is a backend that could not be invoked",
    },
    Rule {
        id: "http.body-too-large",
        status: Status::Is(&[413]),
        body: Body::Any,
        needs: &[],
        means: "The request body ({sent-size}) is over the gateway's limit of 10 MB, which cannot be raised",
        causes: &["The body is over 10 MB"],
        remedies: &[
            advise("Send less at once, or send large bodies to the region directly"),
            offer("Send the same directly", RemedyAction::SendDirectly),
        ],
        links: &[QUOTAS],
        sureness: Sureness::Documented,
        source: "documented: payload limit 10 MB; the wording is not confirmed",
    },
    Rule {
        id: "http.other",
        status: Status::Refused,
        body: Body::Any,
        needs: &[],
        means: "The HTTP API itself refused the request (status {status}): {message}",
        causes: &["Not one of the answers that are known"],
        remedies: &[
            advise("Look the request id up in the access log of the stage"),
            offer("Prove the gateway step by step", RemedyAction::CheckGateway),
        ],
        links: &[ROUTES],
        sureness: Sureness::Reported,
        source: "none: whatever is not in the rows above",
    },
];
