//! `rules.toml`: read, written, merged, kept when damaged.

use std::fs;
use std::path::PathBuf;

use gatescope::model::rules::{CompareRule, JsonPath, RuleAction, RulePlace, RuleSet};
use gatescope::store::{DataFolder, Workspace};
use tempfile::TempDir;

struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self {
            folder: TempDir::new().expect("it works in a folder of the test's own"),
        };
        fs::create_dir(place.folder.path().join("workspace"))
            .expect("it works in a folder of the test's own");
        place
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("workspace/rules.toml")
    }

    fn open(&self) -> Workspace {
        let data = DataFolder::find(Some(&self.folder.path().join("data")))
            .expect("it works in a folder of the test's own");
        Workspace::open(&self.folder.path().join("workspace"), &data)
            .expect("it works in a folder of the test's own")
    }

    fn text(&self) -> String {
        fs::read_to_string(self.file()).expect("it works in a folder of the test's own")
    }
}

fn rule(path: &str) -> CompareRule {
    let place =
        RulePlace::Json(JsonPath::parse(path).expect("it works in a folder of the test's own"));
    CompareRule::new(place, RuleAction::Ignore, "")
}

fn with(rules: &RuleSet, path: &str) -> RuleSet {
    let mut rules = rules.clone();
    rules.add(rule(path));
    rules
}

fn paths(rules: &RuleSet) -> Vec<String> {
    rules
        .own
        .iter()
        .map(|rule| rule.place.to_string())
        .collect()
}

#[test]
fn rules_are_written_and_read_again() {
    let place = Place::new();
    let mut workspace = place.open();
    assert_eq!(*workspace.rules(), RuleSet::default());
    let mut rules = with(&RuleSet::default(), "$.version");
    rules.switched_off.insert("context-id".to_owned());
    workspace
        .save_rules(&rules)
        .expect("it works in a folder of the test's own");
    assert!(
        !workspace.changed_outside(),
        "what was written here is known"
    );
    assert_eq!(*place.open().rules(), rules, "{}", place.text());
    workspace
        .save_rules(&RuleSet::default())
        .expect("it works in a folder of the test's own");
    assert_eq!(
        *place.open().rules(),
        RuleSet::default(),
        "{}",
        place.text()
    );
    assert!(!place.open().rules_are_damaged(), "{}", place.text());
}

#[test]
fn comments_and_unknown_keys_stay() {
    let place = Place::new();
    fs::write(
        place.file(),
        "# Ours.\nown-key = 7\n\n[[rule]]\n# counts every write\njson = \"$.version\"\naction = \"ignore\"\n",
    )
    .expect("it works in a folder of the test's own");
    let mut workspace = place.open();
    assert!(!workspace.rules_are_damaged(), "{:?}", workspace.reports());
    let rules = with(workspace.rules(), "$..etag");
    workspace
        .save_rules(&rules)
        .expect("it works in a folder of the test's own");
    let text = place.text();
    for part in ["# Ours.", "own-key = 7", "# counts every write", "$..etag"] {
        assert!(text.contains(part), "`{part}` in\n{text}");
    }
    assert_eq!(*place.open().rules(), rules, "{text}");
}

#[test]
fn rules_of_both_sides_are_merged() {
    let place = Place::new();
    let mut ours = place.open();
    ours.save_rules(&with(&RuleSet::default(), "$.base"))
        .expect("it works in a folder of the test's own");
    let mut theirs = place.open();
    theirs
        .save_rules(&with(theirs.rules(), "$.theirs"))
        .expect("it works in a folder of the test's own");
    assert!(ours.changed_outside());
    let saved = ours
        .save_rules(&with(ours.rules(), "$.ours"))
        .expect("it works in a folder of the test's own");
    assert!(saved.merged && saved.conflict.is_none(), "{saved:?}");
    assert_eq!(paths(ours.rules()), ["$.base", "$.theirs", "$.ours"]);
    assert_eq!(place.open().rules(), ours.rules(), "{}", place.text());
}

#[test]
fn the_same_rule_changed_in_two_ways_is_kept_twice() {
    let place = Place::new();
    let mut ours = place.open();
    let base = with(&RuleSet::default(), "$.base");
    ours.save_rules(&base)
        .expect("it works in a folder of the test's own");
    let mut theirs = place.open();
    let mut other = base.clone();
    "theirs".clone_into(&mut other.own[0].because);
    theirs
        .save_rules(&other)
        .expect("it works in a folder of the test's own");
    let mut mine = base;
    "ours".clone_into(&mut mine.own[0].because);
    let saved = ours
        .save_rules(&mine)
        .expect("it works in a folder of the test's own");
    let copy = saved.conflict.expect("a copy");
    assert_eq!(place.open().rules(), &other, "the file stays as it is");
    let copy = fs::read_to_string(place.folder.path().join("workspace").join(copy))
        .expect("it works in a folder of the test's own");
    assert_eq!(RuleSet::read(&copy).rules, mine, "{copy}");
}

#[test]
fn a_damaged_file_is_reported_and_never_written_over() {
    let large = format!("# {}\n", "x".repeat(2 << 20));
    for (text, still_used) in [
        (
            "[[rule]]\njson = \"$.good\"\naction = \"ignore\"\n\n[[rule]]\njson = \"nonsense\"\naction = \"ignore\"\n",
            1,
        ),
        ("[[rule\n", 0),
        ("schema = 99\n", 0),
        (large.as_str(), 0),
    ] {
        let place = Place::new();
        fs::write(place.file(), text).expect("it works in a folder of the test's own");
        let mut workspace = place.open();
        let start: String = text.chars().take(40).collect();
        assert!(workspace.rules_are_damaged(), "{start}");
        assert!(
            workspace
                .reports()
                .iter()
                .any(|report| report.file == "rules.toml"),
            "{start}: {:?}",
            workspace.reports()
        );
        assert_eq!(workspace.rules().own.len(), still_used, "{start}");
        assert!(
            workspace.save_rules(&RuleSet::default()).is_err(),
            "{start}"
        );
        assert_eq!(place.text(), text, "{start}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_folder_is_not_followed() {
    let place = Place::new();
    let outside = place.folder.path().join("outside.toml");
    fs::write(&outside, "[[rule]]\njson = \"$.x\"\naction = \"ignore\"\n")
        .expect("it works in a folder of the test's own");
    std::os::unix::fs::symlink(&outside, place.file())
        .expect("it works in a folder of the test's own");
    let mut workspace = place.open();
    assert_eq!(*workspace.rules(), RuleSet::default());
    assert!(
        workspace
            .save_rules(&with(&RuleSet::default(), "$.y"))
            .is_err()
    );
    assert!(
        fs::read_to_string(&outside)
            .expect("it works in a folder of the test's own")
            .contains("$.x")
    );
}
