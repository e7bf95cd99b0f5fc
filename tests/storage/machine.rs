//! What this machine remembers of a workspace: where secrets belong, for which origins, and what was allowed.

use std::fs;

use gatescope::model::environment::{Proxy, ResolveOverride};
use gatescope::model::secret::{SecretKey, SecretName};
use gatescope::store::{Approvable, Approvals, DataFolder, SecretMap};

use crate::scene::{Scene, environment, slug};

fn key(environment: &str, name: SecretName) -> SecretKey {
    SecretKey {
        environment: slug(environment),
        name,
    }
}

fn texts(origins: &[&str]) -> Vec<String> {
    origins.iter().map(|&origin| origin.to_owned()).collect()
}

#[test]
fn ids_are_random_and_bound_to_the_origins_they_were_entered_for() {
    let scene = Scene::new();
    let open = || SecretMap::open(&scene.data(), &scene.directory());
    let mut map = open();
    let secret = key("acme", SecretName::ClientSecret);
    assert_eq!(map.id(&secret), None);
    let (id, written) = map.bind(
        &secret,
        &texts(&["https://Login.acme.example/", "https://api.acme.example"]),
    );
    written.expect("written");
    let (other, _) = map.bind(
        &key("acme", SecretName::Variable("ClientSecret".to_owned())),
        &[],
    );
    assert_ne!(id, other);
    assert_eq!(id.0.len(), 32);

    let map = open();
    assert_eq!(map.reports(), []);
    assert_eq!(map.id(&secret), Some(id.clone()));
    assert_eq!(
        map.origins_for(&secret),
        ["https://api.acme.example", "https://login.acme.example"]
    );
    for (now, unconfirmed) in [
        (&["https://api.acme.example"][..], &[][..]),
        (
            &["https://LOGIN.acme.example", "https://api.acme.example/"],
            &[],
        ),
        (
            &["https://api.evil.example", "https://api.acme.example"],
            &["https://api.evil.example"],
        ),
        (&["http://api.acme.example"], &["http://api.acme.example"]),
        (
            &["https://api.acme.example:8443"],
            &["https://api.acme.example:8443"],
        ),
    ] {
        assert_eq!(
            map.unconfirmed(&secret, &texts(now)),
            unconfirmed,
            "{now:?}"
        );
    }
    assert_eq!(
        map.unconfirmed(
            &key("none", SecretName::AccessToken),
            &texts(&["https://a"])
        ),
        ["https://a"],
        "what is not filed may go nowhere"
    );
}

#[test]
fn confirming_moves_the_whole_environment_and_nothing_else() {
    let scene = Scene::new();
    let mut map = SecretMap::open(&scene.data(), &scene.directory());
    let (mine, token) = (
        key("acme", SecretName::ClientSecret),
        key("acme", SecretName::AccessToken),
    );
    let other = key("other", SecretName::ClientSecret);
    for secret in [&mine, &token, &other] {
        map.bind(secret, &texts(&["https://old"]))
            .1
            .expect("written");
    }
    let id = map.id(&mine);
    map.confirm_origins(&slug("acme"), &texts(&["https://new"]))
        .expect("written");
    for (secret, origins) in [
        (&mine, "https://new"),
        (&token, "https://new"),
        (&other, "https://old"),
    ] {
        assert_eq!(map.origins_for(secret), [origins], "{secret:?}");
    }
    assert_eq!(map.id(&mine), id, "the secret itself stays");
    let (removed, written) = map.remove(&mine);
    written.expect("written");
    assert_eq!(removed, id);
    let map = SecretMap::open(&scene.data(), &scene.directory());
    assert_eq!(map.entries().len(), 2);
    assert_eq!(map.id(&mine), None);
}

#[test]
fn the_map_is_of_one_workspace_and_outside_of_it() {
    let scene = Scene::new();
    fs::create_dir_all(scene.directory()).expect("made");
    let secret = key("acme", SecretName::ClientSecret);
    let mut map = SecretMap::open(&scene.data(), &scene.directory());
    map.bind(&secret, &texts(&["https://a"]))
        .1
        .expect("written");
    assert_eq!(scene.files(), Vec::<String>::new());
    let copy = scene.home().join("copy");
    fs::create_dir_all(&copy).expect("made");
    assert_eq!(
        SecretMap::open(&scene.data(), &copy).id(&secret),
        None,
        "a copied folder has no secrets"
    );
    let detour = scene.home().join("copy/../workspace");
    assert!(
        SecretMap::open(&scene.data(), &detour)
            .id(&secret)
            .is_some(),
        "another way to the same folder"
    );
}

#[test]
fn without_a_data_folder_it_holds_for_the_run() {
    let scene = Scene::new();
    fs::write(scene.home().join("file"), "").expect("written");
    let data = DataFolder::at(&scene.home().join("file/data"));
    let secret = key("acme", SecretName::ClientSecret);
    let mut map = SecretMap::open(&data, &scene.directory());
    let (id, written) = map.bind(&secret, &texts(&["https://a"]));
    assert!(written.is_err());
    assert_eq!(map.id(&secret), Some(id.clone()));
    assert_eq!(
        map.bind(&secret, &texts(&["https://b"])).0,
        id,
        "the same one again"
    );
    let mut approvals = Approvals::open(&data, &scene.directory());
    let item = Approvable::Proxy("http://proxy:1".to_owned());
    assert!(approvals.approve(&slug("acme"), &item).is_err());
    assert!(approvals.is_approved(&slug("acme"), &item));
}

#[test]
fn a_damaged_map_is_kept_aside() {
    let scene = Scene::new();
    let secret = key("acme", SecretName::ClientSecret);
    SecretMap::open(&scene.data(), &scene.directory())
        .bind(&secret, &[])
        .1
        .expect("written");
    let folder = scene.data().root().join("secrets");
    let file = fs::read_dir(&folder)
        .expect("there")
        .next()
        .expect("one")
        .expect("an entry")
        .path();
    fs::write(&file, "{").expect("damaged");
    let mut map = SecretMap::open(&scene.data(), &scene.directory());
    assert_eq!(map.id(&secret), None);
    assert!(
        map.reports()[0].hint.contains(".bad-"),
        "{:?}",
        map.reports()
    );
    let (id, written) = map.bind(&secret, &[]);
    written.expect("written anew");
    assert_eq!(fs::read_dir(&folder).expect("there").count(), 2);

    // After a start that could read it there is a last good state.
    let _ = SecretMap::open(&scene.data(), &scene.directory());
    fs::write(&file, "").expect("damaged");
    let map = SecretMap::open(&scene.data(), &scene.directory());
    assert_eq!(map.id(&secret), Some(id), "as at the last start");
    assert!(
        map.reports()[0].hint.contains("last start"),
        "{:?}",
        map.reports()
    );
}

#[test]
fn what_another_process_changes_is_taken_over_on_request() {
    let scene = Scene::new();
    let secret = key("acme", SecretName::ClientSecret);
    let mut window = SecretMap::open(&scene.data(), &scene.directory());
    let mut terminal = SecretMap::open(&scene.data(), &scene.directory());
    let (id, written) = terminal.bind(&secret, &texts(&["https://a"]));
    written.expect("written");
    assert_eq!(window.id(&secret), None);
    window.refresh();
    assert_eq!(window.id(&secret), Some(id));
    let mut approvals = Approvals::open(&scene.data(), &scene.directory());
    let item = Approvable::Proxy("http://proxy:1".to_owned());
    Approvals::open(&scene.data(), &scene.directory())
        .approve(&slug("acme"), &item)
        .expect("written");
    approvals.refresh();
    assert!(approvals.is_approved(&slug("acme"), &item));
}

#[test]
#[cfg(unix)]
fn the_data_folder_is_private_whatever_makes_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let scene = Scene::new();
    let data = scene.data();
    let mut workspace =
        gatescope::store::Workspace::open(&data.default_workspace(), &data).expect("opens");
    workspace
        .save_environment(&environment("acme"))
        .expect("saved");
    SecretMap::open(&data, workspace.directory())
        .bind(&key("acme", SecretName::ClientSecret), &[])
        .1
        .expect("written");
    for folder in ["", "secrets", "locks"] {
        let path = data.root().join(folder);
        let mode = fs::metadata(&path).expect("there").permissions().mode() & 0o777;
        assert_eq!(mode, 0o700, "{}", path.display());
    }
    for folder in ["secrets", "locks"] {
        for entry in fs::read_dir(data.root().join(folder)).expect("there") {
            let path = entry.expect("an entry").path();
            let mode = fs::metadata(&path).expect("there").permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "{}", path.display());
        }
    }
}

#[test]
fn a_change_asks_again() {
    let scene = Scene::new();
    scene.write("ca.pem", "first");
    let open = || Approvals::open(&scene.data(), &scene.directory());
    let mut wanted = environment("acme");
    wanted.network.ca_file = "ca.pem".to_owned();
    wanted.network.trusted_fingerprint = "AA:BB".to_owned();
    wanted.network.proxy = Proxy::Explicit {
        url: "http://proxy:3128".to_owned(),
        user_name: String::new(),
        bypass: Vec::new(),
    };
    wanted.network.resolve = vec![ResolveOverride {
        host: "api.example".to_owned(),
        address: "10.0.0.1".to_owned(),
    }];
    let mut approvals = open();
    let items = approvals.missing(&wanted);
    assert_eq!(items.len(), 4, "{items:?}");
    for item in &items {
        approvals.approve(&wanted.id, item).expect("written");
    }
    let approvals = open();
    assert_eq!(approvals.missing(&wanted), []);
    assert!(
        !approvals.is_approved(&slug("other"), &items[1]),
        "for one environment only"
    );
    let elsewhere = Approvals::open(&scene.data(), &scene.home().join("other"));
    assert!(
        !elsewhere.is_approved(&wanted.id, &items[1]),
        "for one workspace only"
    );

    let spelled = {
        let mut changed = wanted.clone();
        changed.network.trusted_fingerprint = "aabb".to_owned();
        changed
    };
    assert_eq!(
        approvals.missing(&spelled),
        [],
        "the same fingerprint, spelled differently"
    );
    for (what, change) in [
        (
            "proxy",
            Box::new(|e: &mut gatescope::model::environment::Environment| {
                if let Proxy::Explicit { url, .. } = &mut e.network.proxy {
                    "http://proxy:3129".clone_into(url);
                }
            }) as Box<dyn Fn(&mut gatescope::model::environment::Environment)>,
        ),
        (
            "address",
            Box::new(|e| "10.0.0.2".clone_into(&mut e.network.resolve[0].address)),
        ),
        (
            "fingerprint",
            Box::new(|e| "AA:BC".clone_into(&mut e.network.trusted_fingerprint)),
        ),
        (
            "another file",
            Box::new(|e| "./no-such.pem".clone_into(&mut e.network.ca_file)),
        ),
    ] {
        let mut changed = wanted.clone();
        change(&mut changed);
        assert_eq!(approvals.missing(&changed).len(), 1, "{what}");
    }
    scene.write("ca.pem", "second");
    assert_eq!(
        approvals.missing(&wanted),
        [Approvable::CaFile("ca.pem".to_owned())],
        "the content counts"
    );
}

#[test]
fn body_files_outside_the_folder_ask() {
    let scene = Scene::new();
    scene.write("bodies/inside.bin", "");
    let outside = scene.home().join("outside.bin");
    fs::write(&outside, "").expect("written");
    let mut approvals = Approvals::open(&scene.data(), &scene.directory());
    let outside = outside.to_string_lossy().into_owned();
    #[cfg(unix)]
    std::os::unix::fs::symlink(&outside, scene.path("link.bin")).expect("linked");
    let mut asks = vec![
        outside.as_str(),
        "../outside.bin",
        "bodies/../../missing",
        "/etc/passwd",
    ];
    if cfg!(unix) {
        asks.push("link.bin");
    }
    for path in &asks {
        assert_eq!(
            approvals
                .missing_body_files(&slug("acme"), &[(*path).to_owned()])
                .len(),
            1,
            "{path}"
        );
    }
    for path in [
        "bodies/inside.bin",
        "bodies/not-there",
        "a/../b",
        "./bodies/inside.bin",
    ] {
        assert_eq!(
            approvals.missing_body_files(&slug("acme"), &[path.to_owned()]),
            [],
            "{path}"
        );
    }
    approvals
        .approve(&slug("acme"), &Approvable::BodyFile(outside.clone()))
        .expect("written");
    assert_eq!(
        approvals.missing_body_files(&slug("acme"), &texts(&["../outside.bin"])),
        []
    );
}

#[test]
fn the_data_folder_is_found() {
    let explicit = DataFolder::find(Some(std::path::Path::new("/a/b"))).expect("explicit");
    assert_eq!(
        explicit.root(),
        std::path::absolute("/a/b").expect("absolute")
    );
    assert_eq!(
        explicit.default_workspace(),
        explicit.root().join("workspace")
    );
    let output = crate::scene::child(
        "machine::data_folder_child",
        "GATESCOPE_DATA_DIR",
        "/somewhere",
    )
    .env("GATESCOPE_TEST_CHILD", "1")
    .output()
    .expect("this program runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

/// The child of the test above; alone it does nothing.
#[test]
fn data_folder_child() {
    if std::env::var_os("GATESCOPE_TEST_CHILD").is_some() {
        let found = DataFolder::find(None).expect("found");
        assert_eq!(
            found.root(),
            std::path::absolute("/somewhere").expect("absolute")
        );
    }
}

#[test]
#[cfg(unix)]
fn a_workspace_is_the_same_before_and_after_its_folder_is_made() {
    let scene = Scene::new();
    fs::create_dir_all(scene.home().join("real")).expect("made");
    let link = scene.home().join("link");
    std::os::unix::fs::symlink(scene.home().join("real"), &link).expect("linked");
    let directory = link.join("new/workspace");
    let secret = key("acme", SecretName::ClientSecret);
    let mut map = SecretMap::open(&scene.data(), &directory);
    let (id, written) = map.bind(&secret, &texts(&["https://a"]));
    written.expect("written");
    fs::create_dir_all(&directory).expect("made");
    assert_eq!(
        SecretMap::open(&scene.data(), &directory).id(&secret),
        Some(id.clone())
    );
    let real = scene.home().join("real/new/workspace");
    assert_eq!(SecretMap::open(&scene.data(), &real).id(&secret), Some(id));
}

#[test]
#[cfg(unix)]
fn what_could_not_be_written_is_not_undone_by_looking_again() {
    let scene = Scene::new();
    let data = scene.data();
    let secret = key("acme", SecretName::ClientSecret);
    let mut map = SecretMap::open(&data, &scene.directory());
    map.bind(&key("other", SecretName::ClientSecret), &[])
        .1
        .expect("written");
    // A file where the folder was: nothing can be written below it, whoever runs the test.
    let folder = data.root().join("secrets");
    let aside = data.root().join("secrets-aside");
    fs::rename(&folder, &aside).expect("moved");
    fs::write(&folder, "in the way").expect("written");
    let (id, written) = map.bind(&secret, &texts(&["https://a"]));
    assert!(written.is_err(), "{written:?}");
    fs::remove_file(&folder).expect("removed");
    fs::rename(&aside, &folder).expect("moved back");
    map.refresh();
    assert_eq!(map.id(&secret), Some(id), "it holds for this run");
}
