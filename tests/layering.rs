//! Dependencies point one way (see the crate docs). This walks `src/` and names the line that points the other way.

use std::fs;
use std::path::{Path, PathBuf};

/// A module, and the words that must not occur in its files.
struct Rule {
    module: &'static str,
    forbidden: &'static [&'static str],
}

const WINDOW: [&str; 5] = ["egui", "eframe", "rfd::", "egui_extras", "winit"];

const RULES: &[Rule] = &[
    pure(
        "model",
        &[
            "crate::body",
            "crate::app",
            "crate::transport",
            "crate::secrets",
            "crate::store",
            "crate::sandbox",
            "crate::worker",
            "crate::ui",
            "crate::cli",
        ],
    ),
    pure(
        "body",
        &[
            "crate::model",
            "crate::app",
            "crate::transport",
            "crate::secrets",
            "crate::store",
            "crate::sandbox",
            "crate::worker",
            "crate::ui",
            "crate::cli",
        ],
    ),
    pure(
        "app",
        &[
            "crate::transport",
            "crate::secrets",
            "crate::store",
            "crate::sandbox",
            "crate::worker",
            "crate::ui",
            "crate::cli",
        ],
    ),
    pure(
        "compare",
        &[
            "crate::explain",
            "crate::interchange",
            "crate::runs",
            "crate::app",
            "crate::transport",
            "crate::secrets",
            "crate::store",
            "crate::sandbox",
            "crate::worker",
            "crate::ui",
            "crate::cli",
        ],
    ),
    pure(
        "explain",
        &[
            "crate::compare",
            "crate::interchange",
            "crate::runs",
            "crate::app",
            "crate::transport",
            "crate::secrets",
            "crate::store",
            "crate::sandbox",
            "crate::worker",
            "crate::ui",
            "crate::cli",
        ],
    ),
    pure(
        "interchange",
        &[
            "crate::compare",
            "crate::explain",
            "crate::runs",
            "crate::app",
            "crate::transport",
            "crate::secrets",
            "crate::store",
            "crate::sandbox",
            "crate::worker",
            "crate::ui",
            "crate::cli",
        ],
    ),
    pure(
        "runs",
        &[
            "crate::app",
            "crate::transport",
            "crate::secrets",
            "crate::store",
            "crate::sandbox",
            "crate::worker",
            "crate::ui",
            "crate::cli",
        ],
    ),
    rule(
        "transport",
        &[
            "crate::app",
            "crate::secrets",
            "crate::store",
            "crate::sandbox",
            "crate::worker",
            "crate::ui",
            "crate::cli",
            "keyring_core",
            "axum",
        ],
    ),
    rule(
        "secrets",
        &[
            "crate::app",
            "crate::transport",
            "crate::store",
            "crate::sandbox",
            "crate::worker",
            "crate::ui",
            "crate::cli",
            "tokio",
            "reqwest",
            "hyper::",
        ],
    ),
    rule(
        "store",
        &[
            "crate::app",
            "crate::transport",
            "crate::secrets",
            "crate::sandbox",
            "crate::worker",
            "crate::ui",
            "crate::cli",
            "tokio",
            "reqwest",
            "hyper::",
            "keyring_core",
        ],
    ),
    rule(
        "sandbox",
        &[
            "crate::app",
            "crate::transport",
            "crate::secrets",
            "crate::store",
            "crate::worker",
            "crate::ui",
            "crate::cli",
            "reqwest",
            "hyper::client",
            "keyring_core",
        ],
    ),
    rule("worker", &["crate::ui", "crate::cli", "egui", "eframe"]),
    rule(
        "ui",
        &[
            "crate::transport",
            "crate::secrets",
            "crate::store",
            "crate::sandbox",
            "crate::worker",
            "crate::cli",
            "reqwest",
            "tokio",
            "hyper::",
            "keyring_core",
            "std::fs",
            "std::net",
            "block_on",
            "serde_json",
        ],
    ),
    rule(
        "cli",
        &[
            "crate::ui",
            "crate::transport",
            "crate::secrets",
            "crate::store",
            "crate::sandbox",
            "egui",
            "eframe",
            "reqwest",
            "hyper::",
        ],
    ),
];

const fn pure(module: &'static str, forbidden: &'static [&'static str]) -> Rule {
    Rule { module, forbidden }
}

const fn rule(module: &'static str, forbidden: &'static [&'static str]) -> Rule {
    Rule { module, forbidden }
}

const PURE: [&str; 7] = [
    "model",
    "body",
    "compare",
    "explain",
    "interchange",
    "runs",
    "app",
];
const IMPURE_WORDS: [&str; 12] = [
    "tokio",
    "reqwest",
    "hyper::",
    "rustls",
    "keyring_core",
    "std::fs",
    "std::net::Tcp",
    "std::env",
    "std::thread",
    "Instant::now",
    "SystemTime",
    "Timestamp::now",
];

#[test]
fn dependencies_point_one_way() {
    let mut broken = Vec::new();
    for rule in RULES {
        let files = rust_files(&source().join(rule.module));
        assert!(
            !files.is_empty(),
            "src/{} is empty: the rule holds nothing",
            rule.module
        );
        for file in files {
            let mut words = rule.forbidden.to_vec();
            if PURE.contains(&rule.module) {
                words.extend(IMPURE_WORDS);
                words.extend(WINDOW);
            }
            broken.extend(lines_with(&file, &words));
        }
    }
    assert!(
        broken.is_empty(),
        "these lines point the wrong way:\n{}",
        broken.join("\n")
    );
}

#[test]
fn the_runtime_and_the_network_live_where_the_house_says() {
    let mut broken = Vec::new();
    for file in rust_files(&source()) {
        let place = file
            .strip_prefix(source())
            .expect("below src")
            .to_string_lossy()
            .replace('\\', "/");
        let home = place.split('/').next().unwrap_or_default().to_owned();
        if !["transport", "worker", "sandbox", "cli"].contains(&home.as_str()) {
            broken.extend(lines_with(&file, &["tokio::"]));
        }
        if home != "transport" {
            broken.extend(lines_with(
                &file,
                &["reqwest::", "hyper::client", "tokio_rustls"],
            ));
        }
    }
    assert!(
        broken.is_empty(),
        "these lines stand in the wrong place:\n{}",
        broken.join("\n")
    );
}

#[test]
fn colours_are_named_in_the_tokens_only() {
    let mut broken = Vec::new();
    for file in rust_files(&source().join("ui")) {
        if !file.ends_with("tokens.rs") {
            broken.extend(lines_with(
                &file,
                &[
                    "Color32::from_",
                    "Color32::RED",
                    "Color32::GREEN",
                    "Color32::BLUE",
                    "Color32::WHITE",
                    "Color32::BLACK",
                    "Color32::GRAY",
                    "Color32::YELLOW",
                ],
            ));
        }
    }
    assert!(
        broken.is_empty(),
        "colour literals outside src/ui/tokens.rs:\n{}",
        broken.join("\n")
    );
}

#[test]
fn files_can_be_read_at_one_sitting() {
    let long: Vec<String> = rust_files(&source())
        .into_iter()
        .filter_map(|file| {
            let lines = fs::read_to_string(&file).expect("readable").lines().count();
            (lines > 600).then(|| format!("{}: {lines} lines", file.display()))
        })
        .collect();
    assert!(
        long.is_empty(),
        "files of more than 600 lines:\n{}",
        long.join("\n")
    );
}

#[test]
fn every_module_says_what_lives_there() {
    let silent: Vec<String> = rust_files(&source())
        .into_iter()
        .filter(|file| {
            !fs::read_to_string(file)
                .expect("readable")
                .starts_with("//!")
        })
        .map(|file| file.display().to_string())
        .collect();
    assert!(
        silent.is_empty(),
        "files without a first line of module docs:\n{}",
        silent.join("\n")
    );
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn rust_files(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let Ok(entries) = fs::read_dir(directory) else {
        return files;
    };
    for entry in entries {
        let path = entry.expect("readable entry").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Lines of code (comments left out) that hold one of `words`.
fn lines_with(file: &Path, words: &[&str]) -> Vec<String> {
    let text = fs::read_to_string(file).expect("readable");
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .filter_map(|(index, line)| {
            let word = words.iter().find(|word| holds(line, word))?;
            Some(format!(
                "{}:{}: `{word}` in `{}`",
                file.display(),
                index + 1,
                line.trim()
            ))
        })
        .collect()
}

/// Whether `line` names `word`: `hyper` is in `hyper::` and in `hyper_util`, not in `hyperlink`.
fn holds(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let begins = !before.is_some_and(|before| before.is_alphanumeric() || before == '_')
            || !word.starts_with(char::is_alphanumeric);
        let ends = !after.is_some_and(char::is_lowercase) || !word.ends_with(char::is_lowercase);
        begins && ends
    })
}

#[test]
fn words_are_found_as_words() {
    for (line, word, expected) in [
        ("use hyper::body;", "hyper", true),
        ("use hyper_util::rt;", "hyper", true),
        ("visuals.hyperlink_color", "hyper", false),
        ("hyperlink or hyper", "hyper", true),
        ("std::net::TcpStream", "std::net::Tcp", true),
        ("my_egui::x", "egui", false),
        ("Color32::from_rgb(1, 2, 3)", "Color32::from_", true),
    ] {
        assert_eq!(holds(line, word), expected, "{word} in {line}");
    }
}
