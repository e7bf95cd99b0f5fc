//! What it means when something else answered: proxies, sign-in pages, CloudFront, other AWS services, other gateways.
//! Only what the evidence shows is said: facts/amazon-api-gateway.md sections 2 and 10.

use crate::explain::rule::Need as N;
use crate::explain::rule::{Body, Rule, Status, Sureness, advise, edit};
use crate::model::note::Field;

pub(in crate::explain) const RULES: &[Rule] = &[
    Rule {
        id: "way.proxy-credentials",
        status: Status::Is(&[407]),
        body: Body::Any,
        needs: &[],
        means: "A proxy on the way wants a user name and a password of its own",
        causes: &[
            "The company's proxy needs credentials",
            "The proxy's password is wrong",
        ],
        remedies: &[edit(
            "Enter the proxy's user name and password",
            Field::Proxy,
        )],
        links: &["https://www.rfc-editor.org/rfc/rfc9110#name-407-proxy-authentication-re"],
        sureness: Sureness::Documented,
        source: "documented: RFC 9110 section 15.5.8",
    },
    Rule {
        id: "way.sign-in",
        status: Status::Is(&[511]),
        body: Body::Any,
        needs: &[],
        means: "The network wants a sign-in before it lets anything through",
        causes: &["A hotel's, train's or guest network's sign-in page"],
        remedies: &[advise(
            "Open any web page in a browser, sign in, then send again",
        )],
        links: &["https://www.rfc-editor.org/rfc/rfc6585#section-6"],
        sureness: Sureness::Documented,
        source: "documented: RFC 6585 section 6",
    },
    Rule {
        id: "way.cloudfront-too-long",
        status: Status::Is(&[413, 414]),
        body: Body::Html,
        needs: &[N::Has("x-amz-cf-id")],
        means: "CloudFront refused the request because its URL or headers are too long; the API was not asked",
        causes: &["The URL is longer than 8,192 bytes"],
        remedies: &[advise(
            "Move long parameters into the body, or split the request",
        )],
        links: &[
            "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html",
        ],
        sureness: Sureness::Recorded,
        source: "seen in public transcripts: HTML 413 for a long URI",
    },
    Rule {
        id: "way.cloudfront",
        status: Status::Refused,
        body: Body::Says(&["the request could not be satisfied"]),
        needs: &[],
        means: "CloudFront itself refused the request; the API was not asked",
        causes: &[
            "The host is not the domain of any distribution or edge-optimised API",
            "The distribution blocks the method, the country or the address",
            "Plain HTTP where HTTPS is wanted",
        ],
        remedies: &[
            edit("Check the host", Field::Host),
            edit("Use HTTPS", Field::Protocol),
        ],
        links: &[
            "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-403-permission-denied.html",
        ],
        sureness: Sureness::Documented,
        source: "documented: CloudFront error pages",
    },
    Rule {
        id: "way.payload-limit",
        status: Status::Is(&[413]),
        body: Body::Says(&["content length exceeded"]),
        needs: &[],
        means: "The request body ({sent-size}) is over a limit of 10 MB: {message}",
        causes: &["The body is over the gateway's limit of 10 MB"],
        remedies: &[advise(
            "Send less at once, or send large bodies to the region directly",
        )],
        links: &["https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html"],
        sureness: Sureness::Recorded,
        source: "seen in public transcripts: plain text without AWS ids",
    },
    Rule {
        id: "way.aws-service",
        status: Status::Refused,
        body: Body::Any,
        needs: &[N::Has("x-amzn-errortype")],
        means: "An AWS service refused the request ({error-type}). Nothing shows that it is an API Gateway",
        causes: &["The host is a function URL, AppSync, or another AWS endpoint"],
        remedies: &[edit(
            "Check the host: an invoke URL has .execute-api. in it, or is a custom domain of the API",
            Field::Host,
        )],
        links: &[],
        sureness: Sureness::Recorded,
        source: "seen in public transcripts: function URLs and AppSync send x-amzn-ErrorType too",
    },
    Rule {
        id: "way.proxy",
        status: Status::Refused,
        body: Body::Any,
        needs: &[N::Has("x-squid-error")],
        means: "A proxy on the way answered itself: {host} was not asked, or did not answer the proxy",
        causes: &[
            "The proxy does not allow {host}",
            "The proxy cannot reach {host}",
        ],
        remedies: &[
            edit("Check the environment's proxy", Field::Proxy),
            advise("Ask whoever runs the proxy to allow {host}"),
        ],
        links: &[],
        sureness: Sureness::Recorded,
        source: "the proxy's own header",
    },
    Rule {
        id: "way.page-instead-of-answer",
        status: Status::Success,
        body: Body::Html,
        needs: &[],
        means: "A web page came back instead of an API's answer. Nothing in it shows Genesys Cloud or a gateway",
        causes: &[
            "A network's sign-in page or a company's proxy",
            "The host serves a web site, not the API",
        ],
        remedies: &[
            edit("Check the host", Field::Host),
            advise("Open the URL in a browser and see what it shows"),
        ],
        links: &[],
        sureness: Sureness::Reported,
        source: "reported: sign-in pages answer 200 with HTML",
    },
    Rule {
        id: "way.other-refusal",
        status: Status::Refused,
        body: Body::Any,
        needs: &[],
        means: "Something that shows neither Genesys Cloud nor an API Gateway refused the request (status {status}); it calls itself {server}",
        causes: &[
            "The host is not the gateway's: another server, load balancer or gateway answers there",
            "Something on the way answered itself",
        ],
        remedies: &[edit("Check the host", Field::Host)],
        links: &[],
        sureness: Sureness::Recorded,
        source: "the absence of every known mark",
    },
];
