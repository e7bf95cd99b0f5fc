//! (to come)

use super::environment::{Environment, GatewayTarget, Place, Target, TokenFrom};
use super::note::Problem;
use super::resolved::RequestUrl;

pub fn login_url(environment: &Environment) -> Result<RequestUrl, Vec<Problem>> {
    let direct = |place: &Place| match place {
        Place::Region(region) => (
            "https".to_owned(),
            format!("login.{}", region.domain()),
            443,
        ),
        Place::Domain(domain) => ("https".to_owned(), format!("login.{domain}"), 443),
        Place::Origins { login, .. } => ("http".to_owned(), login.replace("http://", ""), 80),
    };
    let gateway =
        |gateway: &GatewayTarget| format!("/{}/{}/oauth/token", gateway.stage, gateway.login_path);
    let ((scheme, host, port), target) = match &environment.target {
        Target::Direct { place } => (direct(place), "/oauth/token".to_owned()),
        Target::Gateway(target) => match &target.token_from {
            TokenFrom::Region(place) => (direct(place), "/oauth/token".to_owned()),
            TokenFrom::LoginPath => (
                ("https".to_owned(), target.host.clone(), 443),
                gateway(target),
            ),
        },
    };
    if host.is_empty() {
        return Err(vec![Problem::new(
            super::note::Field::Host,
            "The host is missing",
        )]);
    }
    Ok(RequestUrl {
        scheme,
        host,
        port,
        target,
    })
}
