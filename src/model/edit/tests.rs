//! Fields set as text, fixes and twins.

use super::*;
use crate::model::route::{login_url, origins};
use crate::model::sandbox_environments::sandbox_environments;

fn gateway() -> Environment {
    let mut environment = sandbox_environments().remove(2);
    environment.sandbox = None;
    "Acme gateway".clone_into(&mut environment.name);
    environment
}

#[test]
fn fields_are_set_and_wrong_texts_change_nothing() {
    let mut environment = gateway();
    for (field, text) in [
        (
            Field::InvokeUrl,
            "https://a1.execute-api.eu-west-1.amazonaws.com/prod",
        ),
        (Field::Port, "8443"),
        (Field::LoginPath, "/login"),
        (Field::ClientId, "id"),
        (Field::HttpVersion, "2"),
    ] {
        set_field(&mut environment, &field, text).expect(text);
    }
    assert_eq!(
        login_url(&environment).expect("a login URL").to_string(),
        "https://a1.execute-api.eu-west-1.amazonaws.com:8443/prod/login/oauth/token"
    );
    assert_eq!(environment.network.http_version, HttpVersion::Http2);
    let before = environment.clone();
    for (field, text) in [
        (Field::Port, "x"),
        (Field::Port, "0"),
        (Field::Protocol, "ftp"),
        (Field::InvokeUrl, "a b"),
        (Field::Region, "eu-west-1"),
        (Field::HttpVersion, "3"),
        (Field::Query(0), "x"),
    ] {
        let problem = set_field(&mut environment, &field, text).expect_err(text);
        assert_eq!(problem.field, field);
        assert_eq!(environment, before, "{field} {text}");
    }
    let fix = Fix {
        label: "Both".to_owned(),
        changes: vec![
            (Field::Stage, "x".to_owned()),
            (Field::Port, "x".to_owned()),
        ],
    };
    apply_fix(&mut environment, &fix).expect_err("a port that is none");
    assert_eq!(environment, before, "half a fix");
}

#[test]
fn a_twin_goes_to_the_region_with_the_same_credentials() {
    let gateway = gateway();
    let place = Place::Domain("mypurecloud.de".to_owned());
    let twin = direct_twin(&gateway, place.clone(), &[]);
    assert_eq!(
        (twin.name.as_str(), twin.id.as_str()),
        ("Acme · direct", "acme-direct")
    );
    assert_eq!(
        twin.credentials,
        Credentials::SameAs {
            environment: gateway.id.clone()
        }
    );
    assert_eq!(
        origins(&twin),
        ["https://api.mypurecloud.de", "https://login.mypurecloud.de"]
    );
    let second = direct_twin(&gateway, place, &[twin.id]);
    assert_eq!(second.id.as_str(), "acme-direct-2");
}

#[test]
fn a_request_field_is_set_or_nothing_changes() {
    let mut draft = RequestDraft::default();
    set_draft_field(&mut draft, &Field::Path, "/x").expect("a path");
    assert_eq!(draft.path, "/x");
    let before = draft.clone();
    set_draft_field(&mut draft, &Field::Header(0), "x").expect_err("no such row");
    set_draft_field(&mut draft, &Field::Host, "x").expect_err("no field of a request");
    assert_eq!(draft, before);
}

#[test]
fn another_proxy_url_keeps_user_name_and_bypass_list() {
    let mut environment = crate::model::sandbox_environments::sandbox_environments().remove(0);
    let explicit = |url: &str| Proxy::Explicit {
        url: url.to_owned(),
        user_name: "me".to_owned(),
        bypass: vec![".internal".to_owned()],
    };
    environment.network.proxy = explicit("http://old:3128");
    set_field(&mut environment, &Field::Proxy, " http://new:3128 ").expect("a proxy");
    assert_eq!(environment.network.proxy, explicit("http://new:3128"));
    for (text, expected) in [
        ("none", Proxy::None),
        ("system", Proxy::System),
        ("", Proxy::System),
    ] {
        set_field(&mut environment, &Field::Proxy, text).expect(text);
        assert_eq!(environment.network.proxy, expected, "{text:?}");
    }
}
