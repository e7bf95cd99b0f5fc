//! What a person wrote into a file stays: comments, unknown keys, order, links inside the folder, permissions.

use std::fs;

use gatescope::model::environment::Protection;
use gatescope::model::masks::Masks;
use gatescope::model::request::{DraftBody, QueryRow};

use crate::scene::{Scene, request, slug};

const BY_HAND: &str = r#"# Our production gateway. Ask Ops before you touch it.
name = "Acme"  # shown in the list
id = "acme"

team = "contact centre" # unknown to Gatescope

[target]
kind = "gateway"
host = "a1b2c3.execute-api.us-east-1.amazonaws.com" # do not use the custom domain yet
stage = 'prod'

# our own notes
[notes]
runbook = "https://wiki/runbook"

[[variables]]
# the one with all the roles
name = "userId"
value = "42"
owner = "ops"
"#;

#[test]
fn a_file_written_by_hand_keeps_its_face() {
    let scene = Scene::new();
    scene.write("environments/acme.toml", BY_HAND);
    let mut workspace = scene.open();
    assert_eq!(workspace.reports(), []);
    let mut environment = workspace.environment(&slug("acme")).expect("read").clone();
    environment.name = "Acme (new)".to_owned();
    environment.protection = Protection::Ask;
    environment.variables[0].value = "43".to_owned();
    let saved = workspace.save_environment(&environment).expect("saved");
    assert_eq!(
        (saved.file.as_str(), saved.merged),
        ("environments/acme.toml", false)
    );
    let expected = BY_HAND
        .replace("\"Acme\"", "\"Acme (new)\"")
        .replace("\"42\"", "\"43\"")
        .replace(
            "Gatescope\n",
            "Gatescope\nprotection = \"ask\"\nschema = 1\n",
        );
    assert_eq!(scene.read("environments/acme.toml"), expected);
    assert_eq!(scene.open().environment(&slug("acme")), Some(&environment));
}

#[test]
fn a_save_without_a_change_writes_nothing_but_the_version() {
    let scene = Scene::new();
    scene.write("environments/acme.toml", format!("schema = 1\n{BY_HAND}"));
    let mut workspace = scene.open();
    let environment = workspace.environments()[0].clone();
    workspace.save_environment(&environment).expect("saved");
    assert_eq!(
        scene.read("environments/acme.toml"),
        format!("schema = 1\n{BY_HAND}")
    );
}

#[test]
fn the_file_name_stands_in_for_id_and_name() {
    let scene = Scene::new();
    scene.write(
        "requests/users/get-one.toml",
        "path = '/api/v2/users/{userId}'\n",
    );
    scene.write(
        "environments/Mine.toml",
        "[target]\nkind = 'gateway'\nhost = 'h'\n",
    );
    let mut workspace = scene.open();
    assert_eq!(workspace.reports(), []);
    let stored = workspace.requests().remove(0);
    assert_eq!(stored.path, "users/get-one.toml");
    assert_eq!(
        (stored.draft.name.as_str(), stored.draft.method.as_str()),
        ("get-one", "GET")
    );
    assert_eq!(workspace.environments()[0].id, slug("mine"));
    // The same id at the next start, so that drafts find their request.
    assert_eq!(scene.open().requests()[0].draft.id, stored.draft.id);
    let mut draft = stored.draft;
    draft.method = "DELETE".to_owned();
    let saved = workspace.save_request(&draft).expect("saved");
    assert_eq!(saved.file, "requests/users/get-one.toml");
    assert_eq!(scene.open().requests()[0].draft, draft);
}

#[test]
fn credentials_are_named_and_left_out_of_the_file() {
    let scene = Scene::new();
    let mut workspace = scene.open();
    let mut draft = request("r", "Login");
    draft.query = vec![QueryRow {
        enabled: true,
        name: "access_token".to_owned(),
        value: Some("c4n4ry-s3cret".to_owned()),
    }];
    let saved = workspace.save_request(&draft).expect("saved");
    assert_eq!(saved.withheld, ["parameter access_token"]);
    let text = scene.read(&saved.file);
    assert!(
        !text.contains("c4n4ry") && text.contains("(not kept)"),
        "{text}"
    );
}

#[test]
fn a_known_secret_is_left_out_wherever_it_was_typed_also_after_a_reload() {
    let scene = Scene::new();
    let mut workspace = scene.open();
    let mut known = Masks::default();
    known.add("c4n4ry-s3cret");
    workspace.withhold(known);
    let mut draft = request("r", "Note");
    draft.path = "/api/v2/users?note=c4n4ry%2Ds3cret".to_owned();
    let saved = workspace.save_request(&draft).expect("saved");
    assert_eq!(saved.withheld, ["path"]);
    workspace.reload().expect("read again");
    draft.body = DraftBody::Json {
        text: "{\"note\":\"c4n4ry-s3cret\"}".to_owned(),
    };
    let saved = workspace.save_request(&draft).expect("saved");
    assert_eq!(saved.withheld, ["path", "body"]);
    let text = scene.read(&saved.file);
    assert!(
        !text.contains("c4n4ry") && text.matches("(not kept)").count() == 2,
        "{text}"
    );
}

#[test]
#[cfg(unix)]
fn permissions_stay_and_links_inside_the_folder_lead_on() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let scene = Scene::new();
    scene.write("shared/acme.toml", BY_HAND);
    scene.write("requests/a.toml", "id = 'a'\n");
    fs::create_dir_all(scene.path("environments")).expect("made");
    symlink("../shared/acme.toml", scene.path("environments/acme.toml")).expect("linked");
    symlink("a.toml", scene.path("requests/b.toml")).expect("linked");
    fs::set_permissions(
        scene.path("shared/acme.toml"),
        fs::Permissions::from_mode(0o640),
    )
    .expect("set");
    let mut workspace = scene.open();
    assert_eq!(workspace.reports(), []);
    assert_eq!(
        workspace.requests().len(),
        1,
        "a link to a neighbour is no second request"
    );
    let mut environment = workspace.environments()[0].clone();
    environment.name = "Linked".to_owned();
    workspace.save_environment(&environment).expect("saved");
    let link = fs::symlink_metadata(scene.path("environments/acme.toml")).expect("there");
    assert!(link.is_symlink(), "the link stays a link");
    let target = fs::metadata(scene.path("shared/acme.toml")).expect("there");
    assert_eq!(target.permissions().mode() & 0o777, 0o640);
    assert!(scene.read("shared/acme.toml").contains("Linked"));
    assert!(!workspace.changed_outside());
}
