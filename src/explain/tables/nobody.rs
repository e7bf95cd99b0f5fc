//! What it means when no answer came: facts/amazon-api-gateway.md sections 2 and 4, by the phase that was under way.

use crate::explain::rule::Need as N;
use crate::explain::rule::{Body, RemedyAction, Rule, Status, Sureness, advise, edit, offer};
use crate::model::note::Field;
use crate::model::timings::Phase;

const MUTUAL_TLS: &str =
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mutual-tls.html";
const PRIVATE: &str =
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html";

const NO_NAME_SERVICE: Rule = Rule {
    id: "nobody.no-name-service",
    status: Status::Any,
    body: Body::Any,
    needs: &[N::Failed(&["no-name-service"])],
    means: "{host} could not be looked up: no name server answered, so nobody said whether the name exists",
    causes: &[
        "This computer has no network",
        "Its name servers (DNS) are out of reach, or the VPN that they belong to is off",
    ],
    remedies: &[advise(
        "Check this computer's network, VPN and DNS, then send again",
    )],
    links: &[],
    sureness: Sureness::Recorded,
    source: "the resolver's own answer",
};

pub(in crate::explain) const RULES: &[Rule] = &[
    NO_NAME_SERVICE,
    Rule {
        id: "nobody.names-too-slow",
        needs: &[N::Failed(&["connect-timeout"]), N::EndedIn(Phase::Dns)],
        source: "the phase that was under way",
        ..NO_NAME_SERVICE
    },
    Rule {
        id: "nobody.api-id-not-found",
        status: Status::Any,
        body: Body::Any,
        needs: &[N::Failed(&["name-not-resolved"]), N::ExecuteApiHost],
        means: "The name {host} does not exist: there is no API {api-id} in {aws-region}, or it is a private one",
        causes: &[
            "The API id or the AWS region is mistyped",
            "The API was deleted",
            "The API is private: its name resolves only inside its VPC",
            "This computer is offline, and its system says so in the same words",
        ],
        remedies: &[
            edit("Check the invoke URL", Field::Host),
            advise("Copy the invoke URL from the stage in the AWS console once more"),
        ],
        links: &[PRIVATE],
        sureness: Sureness::Reported,
        source: "reported: unknown API ids have no DNS record",
    },
    Rule {
        id: "nobody.name-not-found",
        status: Status::Any,
        body: Body::Any,
        needs: &[N::Failed(&["name-not-resolved"])],
        means: "The name {host} was not found",
        causes: &[
            "The host name is mistyped",
            "This computer has no network, or its DNS does not answer",
        ],
        remedies: &[
            edit("Check the host", Field::Host),
            advise("Check this computer's network and DNS"),
        ],
        links: &[],
        sureness: Sureness::Recorded,
        source: "the resolver's own answer",
    },
    Rule {
        id: "nobody.refused",
        status: Status::Any,
        body: Body::Any,
        needs: &[N::Failed(&["refused"])],
        means: "{host} refused the connection: nothing listens there",
        causes: &["The port is wrong", "A firewall refuses the connection"],
        remedies: &[edit(
            "Check the port: API Gateway listens on 443 only",
            Field::Port,
        )],
        links: &[],
        sureness: Sureness::Documented,
        source: "documented: execute-api takes HTTPS on 443 only",
    },
    Rule {
        id: "nobody.unreachable",
        status: Status::Any,
        body: Body::Any,
        needs: &[N::Failed(&["unreachable", "connect-timeout"])],
        means: "{host} could not be reached",
        causes: &[
            "A firewall drops the connection",
            "The network wants a proxy that the environment does not name",
            "The API is private and this computer is outside its VPC",
        ],
        remedies: &[
            edit("Check the proxy of the environment", Field::Proxy),
            edit("Check host and port", Field::Host),
        ],
        links: &[PRIVATE],
        sureness: Sureness::Documented,
        source: "documented: private APIs are reached inside their VPC only",
    },
    Rule {
        id: "nobody.certificate-intercepted",
        status: Status::Any,
        body: Body::Any,
        needs: &[N::Failed(&["certificate-unknown-authority"])],
        means: "The certificate of {host} is signed by an authority that this computer does not trust",
        causes: &[
            "A company's proxy opens TLS connections and signs them with its own certificate",
            "The host is not the one that was meant",
            "A test server with a certificate of its own",
        ],
        remedies: &[
            edit(
                "Give the environment the authority's certificate as CA file",
                Field::CaFile,
            ),
            advise("Look at the chain in Connection: its issuer tells who signed"),
        ],
        links: &[],
        sureness: Sureness::Recorded,
        source: "the certificate chain itself",
    },
    Rule {
        id: "nobody.certificate-name",
        status: Status::Any,
        body: Body::Any,
        needs: &[N::Failed(&["certificate-wrong-name"])],
        means: "The certificate is not for {host}",
        causes: &[
            "A custom domain whose DNS record leads to the API's own name",
            "The host is mistyped",
        ],
        remedies: &[
            edit("Check the host", Field::Host),
            advise(
                "A custom domain needs its own certificate in API Gateway, and DNS must lead to its target name (d-…)",
            ),
        ],
        links: &[
            "https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains.html",
        ],
        sureness: Sureness::Documented,
        source: "documented: custom domain names",
    },
    Rule {
        id: "nobody.certificate-time",
        status: Status::Any,
        body: Body::Any,
        needs: &[N::Failed(&[
            "certificate-expired",
            "certificate-not-yet-valid",
        ])],
        means: "The certificate of {host} is not valid at this computer's time",
        causes: &["The certificate ran out", "This computer's clock is wrong"],
        remedies: &[advise(
            "Check this computer's clock, then the dates in Connection",
        )],
        links: &[],
        sureness: Sureness::Recorded,
        source: "the certificate's own dates",
    },
    Rule {
        id: "nobody.mutual-tls",
        status: Status::Any,
        body: Body::Any,
        needs: &[
            N::Failed(&["tls", "reset", "closed"]),
            N::CustomDomain,
            N::EndedIn(crate::model::timings::Phase::Tls),
        ],
        means: "{host} broke the TLS handshake off. A custom domain that asks for a client certificate does that when none comes",
        causes: &[
            "Mutual TLS is on for the custom domain",
            "The server speaks no TLS on this port",
        ],
        remedies: &[
            advise(
                "Turn mutual TLS off for the domain, or use the API's default endpoint if it is not disabled",
            ),
            edit("Check protocol and port", Field::Port),
        ],
        links: &[MUTUAL_TLS],
        sureness: Sureness::Documented,
        source: "documented: rest-api-mutual-tls",
    },
    Rule {
        id: "nobody.tls",
        status: Status::Any,
        body: Body::Any,
        needs: &[N::Failed(&["tls", "certificate-other"])],
        means: "No TLS connection came about with {host}: {error}",
        causes: &[
            "The server speaks no TLS on this port",
            "Something on the way interferes",
        ],
        remedies: &[edit("Check protocol and port", Field::Port)],
        links: &[],
        sureness: Sureness::Recorded,
        source: "the handshake's own error",
    },
    Rule {
        id: "nobody.first-byte-after-writing",
        status: Status::Any,
        body: Body::Any,
        needs: &[N::Failed(&["first-byte-timeout"]), N::Unsafe],
        means: "No answer came in time. {method} may have been carried out all the same",
        causes: &[
            "The backend is slow",
            "The environment's first-byte limit is below the gateway's own 29 to 30 s",
        ],
        remedies: &[
            advise("Look whether the change happened before sending {method} again"),
            edit(
                "Let the environment wait longer than 30 s, so that the gateway's own answer is seen",
                Field::Limits,
            ),
        ],
        links: &[],
        sureness: Sureness::Documented,
        source: "documented: integration timeouts 29 s (REST) and 30 s (HTTP API)",
    },
    Rule {
        id: "nobody.first-byte",
        status: Status::Any,
        body: Body::Any,
        needs: &[N::Failed(&["first-byte-timeout"])],
        means: "No answer came in time",
        causes: &[
            "The backend is slow",
            "The environment's first-byte limit is below the gateway's own 29 to 30 s",
        ],
        remedies: &[edit(
            "Let the environment wait longer than 30 s, so that the gateway's own answer is seen",
            Field::Limits,
        )],
        links: &[],
        sureness: Sureness::Documented,
        source: "documented: integration timeouts 29 s (REST) and 30 s (HTTP API)",
    },
    Rule {
        id: "nobody.plain-http",
        status: Status::Any,
        body: Body::Any,
        needs: &[
            N::Failed(&["reset", "closed", "protocol"]),
            N::ExecuteApiHost,
        ],
        means: "{host} ended the connection. API Gateway speaks HTTPS only",
        causes: &[
            "Plain HTTP to an execute-api host",
            "Something on the way broke the connection off",
        ],
        remedies: &[edit("Use HTTPS", Field::Protocol)],
        links: &[],
        sureness: Sureness::Documented,
        source: "documented: execute-api takes HTTPS only",
    },
    Rule {
        id: "nobody.broken-off",
        status: Status::Any,
        body: Body::Any,
        needs: &[N::Failed(&["reset", "closed", "silence-timeout"])],
        means: "The connection to {host} ended before the answer was whole",
        causes: &["The server or something on the way broke it off"],
        remedies: &[advise(
            "Send it again; when it stays so, compare with the direct way",
        )],
        links: &[],
        sureness: Sureness::Recorded,
        source: "the connection's own end",
    },
    Rule {
        id: "nobody.token",
        status: Status::Any,
        body: Body::Any,
        needs: &[N::Failed(&["token"])],
        means: "The request was not sent, because no token could be had: {error}",
        causes: &["See the token request, the first hop"],
        remedies: &[
            edit("Check the credentials", Field::ClientId),
            offer("Fetch the token once more", RemedyAction::FetchToken),
        ],
        links: &[],
        sureness: Sureness::Recorded,
        source: "the token request's own end",
    },
    Rule {
        id: "nobody.cancelled",
        status: Status::Any,
        body: Body::Any,
        needs: &[N::Failed(&["cancelled"])],
        means: "It was cancelled",
        causes: &[],
        remedies: &[advise("Send it again")],
        links: &[],
        sureness: Sureness::Recorded,
        source: "the user's own doing",
    },
    Rule {
        id: "nobody.other",
        status: Status::Any,
        body: Body::Any,
        needs: &[],
        means: "No answer came: {error}",
        causes: &[],
        remedies: &[edit("Check host, port and network settings", Field::Host)],
        links: &[],
        sureness: Sureness::Recorded,
        source: "the connection's own error",
    },
];
