//! Two processes on one workspace: both may write, and nothing either of them wrote is lost.

use std::env;
use std::path::PathBuf;
use std::process::Stdio;

use gatescope::model::environment::Variable;
use gatescope::model::secret::{SecretKey, SecretName};
use gatescope::store::{DataFolder, SecretMap, Workspace};

use crate::scene::{Scene, child, environment, request, slug};

const CHILD: &str = "GATESCOPE_TEST_WRITER";
const ROUNDS: usize = 25;

/// One of the two writers; alone it does nothing.
#[test]
fn writer_child() {
    let Ok(value) = env::var(CHILD) else { return };
    let (number, home) = value.split_once(':').expect("number:home");
    let home = PathBuf::from(home);
    let data = DataFolder::at(&home.join("data"));
    let directory = home.join("workspace");
    let mut workspace = Workspace::open(&directory, &data).expect("opens");
    let mut secrets = SecretMap::open(&data, &directory);
    for round in 0..ROUNDS {
        // Its own key of the shared file; the other writer changes another one.
        let mut shared = workspace
            .environment(&slug("shared"))
            .expect("there")
            .clone();
        if number == "0" {
            shared.name = format!("name {round}");
        } else {
            shared.network.limits.connect_ms = 1000 + round as u64;
        }
        let saved = workspace.save_environment(&shared).expect("saved");
        assert_eq!(saved.conflict, None, "round {round}");
        // A file of its own, by a name that both want.
        let draft = request(&format!("{number}-{round}"), &format!("Round {round}"));
        workspace.save_request(&draft).expect("saved");
        let key = SecretKey {
            environment: slug(&format!("e{number}")),
            name: SecretName::Variable(round.to_string()),
        };
        secrets
            .bind(&key, &["https://a".to_owned()])
            .1
            .expect("written");
    }
}

#[test]
fn nothing_is_lost() {
    let scene = Scene::new();
    let mut shared = environment("shared");
    shared.variables.push(Variable {
        name: "kept".to_owned(),
        value: "v".to_owned(),
        secret: false,
    });
    scene.open().save_environment(&shared).expect("saved");
    let writers: Vec<_> = (0..2)
        .map(|number| {
            let value = format!("{number}:{}", scene.home().display());
            child("two_processes::writer_child", CHILD, value)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("this program runs")
        })
        .collect();
    for writer in writers {
        let output = writer.wait_with_output().expect("it ends");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let workspace = scene.open();
    assert_eq!(workspace.reports(), []);
    let read = workspace.environment(&slug("shared")).expect("there");
    assert_eq!(read.name, format!("name {}", ROUNDS - 1));
    assert_eq!(read.network.limits.connect_ms, 1000 + ROUNDS as u64 - 1);
    assert_eq!(read.variables, shared.variables);
    assert_eq!(workspace.requests().len(), 2 * ROUNDS);
    let secrets = SecretMap::open(&scene.data(), &scene.directory());
    assert_eq!(secrets.entries().len(), 2 * ROUNDS);
    let leftovers: Vec<String> = scene
        .files()
        .into_iter()
        .filter(|name| name.ends_with("-tmp"))
        .collect();
    assert!(leftovers.is_empty(), "{leftovers:?}");
}

#[test]
fn a_lock_is_waited_for_and_then_given_up() {
    use gatescope::store::StoreErrorKind;
    use gatescope::store::lock::Lock;
    use std::time::Duration;
    let scene = Scene::new();
    let data = scene.data();
    let held = Lock::acquire(&data, "name", Duration::ZERO).expect("free");
    let error = Lock::acquire(&data, "name", Duration::from_millis(20)).expect_err("held");
    assert_eq!(error.kind, StoreErrorKind::Busy);
    Lock::acquire(&data, "other", Duration::ZERO).expect("another name is free");
    drop(held);
    Lock::acquire(&data, "name", Duration::ZERO).expect("free again");
}
