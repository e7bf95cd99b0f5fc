//! A process killed in the middle of a save: each file is the old one or the new one, and nothing piles up.

use std::env;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use gatescope::store::{DataFolder, DraftSlot, Workspace};
use serde::{Deserialize, Serialize};

use crate::scene::{Scene, child, environment, slug};

const CHILD: &str = "GATESCOPE_TEST_KILLED";

/// At least so many kills.
const KILLS: usize = 200;

/// Lines of one letter, so that a torn file shows two letters or too few lines.
fn marked(round: usize) -> String {
    let letter = char::from(b'a' + u8::try_from(round % 26).expect("below 26"));
    String::from(letter).repeat(20_000)
}

#[derive(Serialize, Deserialize)]
struct Drafts {
    text: String,
}

/// Saves without end, a new content each time; alone it does nothing.
#[test]
fn saving_child() {
    let Some(home) = env::var_os(CHILD).map(PathBuf::from) else {
        return;
    };
    let data = DataFolder::at(&home.join("data"));
    let directory = home.join("workspace");
    let mut workspace = Workspace::open(&directory, &data).expect("opens");
    let mut slot = DraftSlot::claim(&data, &directory).expect("a slot");
    let _ = slot.load::<Drafts>();
    let mut shared = workspace
        .environments()
        .pop()
        .unwrap_or_else(|| environment("acme"));
    for round in 0.. {
        let text = marked(round);
        shared.name.clone_from(&text);
        let saved = workspace.save_environment(&shared).expect("saved");
        assert_eq!(saved.conflict, None);
        slot.save(&Drafts { text }).expect("saved");
        if round == 0 {
            println!("\nsaving");
            std::io::stdout().flush().expect("flushed");
        }
    }
}

fn start(scene: &Scene) -> Child {
    let mut process = child("killed::saving_child", CHILD, scene.home())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("this program runs");
    let mut lines = BufReader::new(process.stdout.take().expect("piped")).lines();
    let begun = lines.any(|line| line.is_ok_and(|line| line == "saving"));
    if !begun {
        let output = process.wait_with_output().expect("it ended");
        panic!(
            "the child never saved: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    process
}

fn check(text: &str, what: &str) {
    let first = text.chars().next();
    assert!(
        text.len() == 20_000 && text.chars().all(|letter| Some(letter) == first),
        "{what} is torn: {} bytes",
        text.len()
    );
}

#[test]
fn files_are_old_or_new_and_never_torn() {
    let scene = Scene::new();
    let mut seen = std::collections::BTreeSet::new();
    let mut most_leftovers = 0;
    for round in 0..KILLS {
        let mut process = start(&scene);
        // Somewhere in the middle: a little longer each time, over several saves.
        let until = Instant::now() + Duration::from_micros(137 * (round as u64 % 60));
        while Instant::now() < until {
            std::hint::spin_loop();
        }
        process.kill().expect("killed");
        process.wait().expect("ended");

        let workspace = scene.open();
        assert_eq!(workspace.reports(), [], "after kill {round}");
        let read = workspace.environment(&slug("acme")).expect("there");
        check(&read.name, "the environment");
        seen.insert(read.name.chars().next());
        let drafts = DraftSlot::claim(&scene.data(), &scene.directory())
            .expect("the slot of the dead is free")
            .load::<Drafts>();
        assert_eq!(drafts.reports, [], "after kill {round}");
        assert!(drafts.left_by_others.is_empty(), "it was the first slot");
        check(&drafts.drafts.expect("written").text, "the drafts");

        let temporary = temporary_files(&scene);
        most_leftovers = most_leftovers.max(temporary);
        assert!(
            temporary <= 4,
            "{temporary} temporary files after kill {round}"
        );
    }
    assert!(seen.len() > 1, "no kill hit a later save: {seen:?}");
    eprintln!("{KILLS} kills, at most {most_leftovers} temporary files at a time");
}

fn temporary_files(scene: &Scene) -> usize {
    let folders = [
        scene.path("environments"),
        scene.data().root().join("drafts"),
    ];
    folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).expect("there"))
        .filter(|entry| {
            let name = entry.as_ref().expect("an entry").file_name();
            name.to_string_lossy().ends_with(".gatescope-tmp")
        })
        .count()
}
