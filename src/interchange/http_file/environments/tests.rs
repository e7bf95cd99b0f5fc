//! Files of environments beside `.http` files, public and private.

use crate::interchange::{Imported, Kind, reading};
use crate::model::environment::{ClientAuthentication, Credentials, Target};

macro_rules! corpus {
    ($name:literal) => {
        include_str!(concat!(
            "../../../../tests/fuzz/corpus/http-environments/",
            $name
        ))
    };
}

fn read(text: &str) -> Imported {
    let read = reading::import(text, None).unwrap_or_else(|error| panic!("{error} in {text}"));
    assert_eq!(read.kind, Kind::HttpEnvironments, "{text}");
    assert_eq!(read.kind_in_words(), "Environments of HTTP request files");
    read.imported
}

fn ignored(imported: &Imported) -> Vec<&str> {
    imported
        .ignored
        .iter()
        .map(|ignored| ignored.what.as_str())
        .collect()
}

#[test]
fn the_public_file_gives_environments_with_their_clients() {
    let imported = read(corpus!("public.json"));
    let names: Vec<&str> = imported
        .environments
        .iter()
        .map(|environment| environment.name.as_str())
        .collect();
    assert_eq!(names, ["dev", "gateway"]);
    assert_eq!(
        imported.environments[0].credentials,
        Credentials::ClientCredentials {
            client_id: "id-dev".to_owned(),
            scope: "users routing".to_owned(),
            style: ClientAuthentication::Body
        }
    );
    assert!(matches!(
        imported.environments[1].target,
        Target::Gateway(_)
    ));
    assert_eq!(imported.secrets.len(), 1, "{:?}", imported.secrets);
    assert_eq!(imported.secrets[0].value.expose(), "siskin-1-dev");
    assert_eq!(
        ignored(&imported),
        [
            "the credentials person of dev",
            "the credentials fixed of dev",
            "the variable secret of gateway"
        ]
    );
}

#[test]
fn the_private_file_is_known_and_its_values_are_secrets() {
    let imported = read(corpus!("private.json"));
    assert!(imported.environments.is_empty());
    let secrets: Vec<&str> = imported
        .secrets
        .iter()
        .map(|secret| secret.value.expose())
        .collect();
    assert_eq!(secrets, ["siskin-3-value", "siskin-4-value"]);
    assert_eq!(
        ignored(&imported),
        [
            "the client certificate of dev",
            "verifyHostCertificate of dev"
        ]
    );
}

#[test]
fn other_objects_of_objects_are_none() {
    for text in [
        r#"{"a": {"b": "c"}}"#,
        r#"{"dev": {"nested": {"more": {}}}}"#,
        r#"{"dev": ["x"]}"#,
        "{}",
    ] {
        let error = reading::import(text, None).expect_err(text);
        assert!(error.text.contains("not recognised"), "{text}: {error}");
    }
}
