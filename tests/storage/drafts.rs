//! Drafts in the data folder: one slot a window, unreadable files kept, nothing lost.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use gatescope::store::{DraftSlot, StoreErrorKind};

use crate::scene::Scene;

type Drafts = BTreeMap<String, String>;

fn drafts(value: &str) -> Drafts {
    BTreeMap::from([("open".to_owned(), value.to_owned())])
}

fn claim(scene: &Scene) -> DraftSlot {
    DraftSlot::claim(&scene.data(), &scene.directory()).expect("a free slot")
}

fn files(scene: &Scene, part: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(scene.data().root().join("drafts"))
        .expect("there")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.to_string_lossy().contains(part))
        .collect();
    found.sort();
    found
}

#[test]
fn what_was_saved_is_there_at_the_next_start() {
    let scene = Scene::new();
    let mut slot = claim(&scene);
    assert!(slot.load::<Drafts>().drafts.is_none());
    slot.save(&drafts("one")).expect("saved");
    drop(slot);
    let loaded = claim(&scene).load::<Drafts>();
    assert_eq!(loaded.drafts, Some(drafts("one")));
    assert_eq!(loaded.reports, []);
    // Another workspace has its own.
    let other = scene.home().join("other");
    let mut slot = DraftSlot::claim(&scene.data(), &other).expect("a slot");
    assert!(slot.load::<Drafts>().drafts.is_none());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: PathBuf| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!(mode(scene.data().root().join("drafts")), 0o700);
        for file in files(&scene, "") {
            assert_eq!(mode(file.clone()), 0o600, "{}", file.display());
        }
    }
}

#[test]
fn two_windows_keep_their_own_and_the_last_one_inherits() {
    let scene = Scene::new();
    let mut first = claim(&scene);
    let mut second = claim(&scene);
    first.save(&drafts("first")).expect("saved");
    second.save(&drafts("second")).expect("saved");
    drop(first);
    drop(second);

    let mut next = claim(&scene);
    let loaded = next.load::<Drafts>();
    assert_eq!(loaded.drafts, Some(drafts("first")));
    assert_eq!(loaded.left_by_others, [drafts("second")]);
    // Until they are adopted they stay, and nobody else takes them over.
    let mut third = claim(&scene);
    assert!(third.load::<Drafts>().left_by_others.is_empty());
    drop(third);
    next.save(&drafts("both")).expect("saved");
    next.adopted().expect("emptied");
    drop(next);
    let loaded = claim(&scene).load::<Drafts>();
    assert_eq!(loaded.drafts, Some(drafts("both")));
    assert!(loaded.left_by_others.is_empty());
}

#[test]
fn an_open_window_is_not_inherited() {
    let scene = Scene::new();
    let mut first = claim(&scene);
    first.save(&drafts("first")).expect("saved");
    let loaded = claim(&scene).load::<Drafts>();
    assert!(loaded.drafts.is_none() && loaded.left_by_others.is_empty());
}

#[test]
fn unreadable_drafts_are_kept_and_the_last_good_ones_shown() {
    for (what, content) in [
        ("empty", ""),
        ("cut off", "{\"schema\": 1, \"content\": {\"open\": \"tw"),
        ("another shape", "{\"schema\": 1, \"content\": [1]}"),
        (
            "newer",
            "{\"schema\": 2, \"content\": {\"open\": \"future\"}}",
        ),
        ("not text", "\u{0}\u{0}"),
    ] {
        let scene = Scene::new();
        let mut slot = claim(&scene);
        slot.save(&drafts("one")).expect("saved");
        let _ = slot.load::<Drafts>();
        slot.save(&drafts("two")).expect("saved");
        drop(slot);
        let path = files(&scene, ".json")
            .into_iter()
            .find(|path| !path.to_string_lossy().contains("last-good"))
            .expect("a file");
        fs::write(&path, content).expect("damaged");
        let mut slot = claim(&scene);
        let loaded = slot.load::<Drafts>();
        assert_eq!(
            loaded.drafts,
            Some(drafts("one")),
            "{what}: the state of the last start"
        );
        assert_eq!(loaded.reports.len(), 1, "{what}: {:?}", loaded.reports);
        assert!(
            loaded.reports[0].hint.contains(".bad-"),
            "{what}: {:?}",
            loaded.reports
        );
        let kept = files(&scene, ".bad-");
        assert_eq!(kept.len(), 1, "{what}");
        assert_eq!(
            fs::read_to_string(&kept[0]).expect("there"),
            content,
            "{what}"
        );
        slot.save(&drafts("three")).expect("saved");
        assert_eq!(
            slot.load::<Drafts>().drafts,
            Some(drafts("three")),
            "{what}"
        );
    }
}

#[test]
fn a_folder_in_place_of_the_file_is_said_and_stays() {
    let scene = Scene::new();
    let mut slot = claim(&scene);
    slot.save(&drafts("one")).expect("saved");
    let path = files(&scene, ".json").remove(0);
    fs::remove_file(&path).expect("gone");
    fs::create_dir(&path).expect("made");
    let loaded = slot.load::<Drafts>();
    assert!(loaded.drafts.is_none());
    assert!(
        loaded.reports[0].text.contains("is a folder"),
        "{:?}",
        loaded.reports
    );
    let error = slot.save(&drafts("two")).expect_err("a folder");
    assert_eq!(error.kind, StoreErrorKind::NotARegularFile);
    assert!(path.is_dir());
}

#[test]
fn a_data_folder_that_is_a_file_is_said() {
    let scene = Scene::new();
    fs::write(scene.data().root(), "").expect("written");
    let error = DraftSlot::claim(&scene.data(), &scene.directory()).expect_err("no folder");
    assert_eq!(error.kind, StoreErrorKind::NotARegularFile, "{error:?}");
}
