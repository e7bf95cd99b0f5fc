//! The request's own credentials: what goes out, what is noted, what stays masked.

use super::*;
use crate::model::environment::Variable;
use crate::model::note::AuthField;

fn with_auth(auth: RequestAuth) -> RequestDraft {
    RequestDraft {
        auth,
        ..get("/api/v2/x")
    }
}

fn bearer(token: &str) -> RequestDraft {
    with_auth(RequestAuth::Bearer {
        token: token.to_owned(),
    })
}

fn basic(user: &str, password: &str) -> RequestDraft {
    with_auth(RequestAuth::Basic {
        user: user.to_owned(),
        password: password.to_owned(),
    })
}

fn custom(name: &str, value: &str) -> RequestDraft {
    with_auth(RequestAuth::Header {
        name: name.to_owned(),
        value: value.to_owned(),
    })
}

/// With a secret variable `key`.
fn resolved(draft: &RequestDraft) -> Result<ResolvedRequest, Vec<Problem>> {
    let mut environment = direct();
    environment.variables = vec![Variable {
        name: "key".to_owned(),
        value: String::new(),
        secret: true,
    }];
    environment.default_headers = vec![header_row("authorization", "Default one")];
    let key = SecretKey {
        environment: environment.id.clone(),
        name: SecretName::Variable("key".to_owned()),
    };
    let secrets = Secrets::from([(key, Secret::new("canary-key"))]);
    let context = ResolveContext {
        secrets: &secrets,
        purpose: Purpose::Send,
        dynamics: None,
    };
    resolve(draft, &environment, context)
}

#[test]
fn each_kind_is_one_header_behind_the_host() {
    for (draft, expected) in [
        (bearer("{{secret.key}}"), "Authorization: Bearer canary-key"),
        (
            bearer(" abc-def-ghi \n"),
            "Authorization: Bearer abc-def-ghi",
        ),
        (
            basic("ada", "{{secret.key}}"),
            "Authorization: Basic YWRhOmNhbmFyeS1rZXk=",
        ),
        (basic("", ""), "Authorization: Basic Og=="),
        (
            basic("ada", "pa:ss wörd"),
            "Authorization: Basic YWRhOnBhOnNzIHfDtnJk",
        ),
    ] {
        let request = resolved(&draft).unwrap_or_else(|problems| panic!("{problems:?}"));
        let sent = headers(&request);
        assert_eq!(sent[1], expected, "{draft:?}: {sent:?}");
        assert!(sent[0].starts_with("Host: "), "{sent:?}");
        assert!(!request.wants_token, "{draft:?}");
        let named = |line: &&String| line.to_ascii_lowercase().starts_with("authorization:");
        assert_eq!(
            sent.iter().filter(named).count(),
            1,
            "the default gives way: {sent:?}"
        );
        assert_eq!(request.headers[1].origin, HeaderOrigin::Secret, "{draft:?}");
        let preview = preview_text(&request);
        assert!(!preview.contains("canary"), "{preview}");
    }
    let request = resolved(&custom("X-Partner", "{{secret.key}}")).expect("resolved");
    let sent = headers(&request);
    assert_eq!(sent[1], "X-Partner: canary-key", "{sent:?}");
    assert!(
        sent.contains(&"authorization: Default one".to_owned()),
        "another name, so the default stays: {sent:?}"
    );
    assert!(!preview_text(&request).contains("canary"));
}

#[test]
fn what_cannot_be_sent_is_a_problem_at_its_field() {
    for (draft, field) in [
        (bearer(""), AuthField::Token),
        (bearer("a\nb"), AuthField::Token),
        (bearer("{{nobody}}x"), AuthField::Token),
        (bearer("(not kept)"), AuthField::Token),
        (basic("a:b", "c"), AuthField::User),
        (basic("a", "{{nobody}}"), AuthField::Password),
        (custom("", "x"), AuthField::HeaderName),
        (custom("a b", "x"), AuthField::HeaderName),
        (custom("x-key", "a\r\nInjected: b"), AuthField::HeaderValue),
    ] {
        let problems = resolved(&draft).expect_err("a problem");
        assert_eq!(
            problems[0].field,
            Field::Auth(field),
            "{draft:?}: {problems:?}"
        );
    }
}

#[test]
fn typed_credentials_are_noted_and_masked_and_references_are_not_noted() {
    for (draft, field) in [
        (bearer("canary-typed"), AuthField::Token),
        (basic("ada", "canary-typed"), AuthField::Password),
        (custom("x-partner", "canary-typed"), AuthField::HeaderValue),
    ] {
        let request = resolved(&draft).expect("resolved");
        let noted: Vec<&Note> = request
            .notes
            .iter()
            .filter(|note| note.field == Field::Auth(field))
            .collect();
        assert_eq!(noted.len(), 1, "{draft:?}: {:?}", request.notes);
        assert!(!preview_text(&request).contains("canary"), "{draft:?}");
        assert!(!format!("{draft:?}").contains("canary"), "{draft:?}");
    }
    for draft in [
        bearer("{{secret.key}}"),
        basic("ada", "{{secret.key}}"),
        custom("x-partner", "{{secret.key}}"),
    ] {
        let request = resolved(&draft).expect("resolved");
        let noted = |note: &&Note| matches!(note.field, Field::Auth(_));
        assert_eq!(request.notes.iter().find(noted), None, "{draft:?}");
    }
}

#[test]
fn a_token_with_its_scheme_gets_a_fix_that_takes_it_off() {
    let request = resolved(&bearer("Bearer {{secret.key}}")).expect("resolved");
    let fix = request.notes[0].fix.clone().expect("a fix");
    assert_eq!(
        fix.changes,
        vec![(Field::Auth(AuthField::Token), "{{secret.key}}".to_owned())]
    );
}

#[test]
fn a_typed_row_wins_and_says_so() {
    let mut draft = bearer("{{secret.key}}");
    draft.headers = vec![header_row("authorization", "Bearer {{secret.key}}-2")];
    let request = resolved(&draft).expect("resolved");
    let sent = headers(&request);
    assert!(
        sent.contains(&"authorization: Bearer canary-key-2".to_owned()),
        "{sent:?}"
    );
    assert!(
        !sent.iter().any(|line| line.starts_with("Authorization")),
        "{sent:?}"
    );
    assert!(
        request
            .notes
            .iter()
            .any(|note| note.field == Field::Header(0) && note.text.contains("in place of")),
        "{:?}",
        request.notes
    );
}
