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
            broken.extend(lines_with(&file, &["reqwest::", "hyper::client"]));
        }
        // The sandbox has the server side.
        if !["transport", "sandbox"].contains(&home.as_str()) {
            broken.extend(lines_with(&file, &["tokio_rustls"]));
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

/// Calls whose arguments are sizes in points.
const SIZED: [&str; 25] = [
    "vec2(",
    "pos2(",
    "Vec2::new(",
    "Vec2::splat(",
    "FontId::new(",
    "FontId::proportional(",
    "FontId::monospace(",
    "Margin::same(",
    "Margin::symmetric(",
    "Stroke::new(",
    "CornerRadius::same(",
    "Rounding::same(",
    ".add_space(",
    ".min_size(",
    ".size(",
    ".expand(",
    ".shrink(",
    ".set_width(",
    ".set_height(",
    ".set_min_width(",
    ".set_max_width(",
    ".desired_width(",
    ".max_height(",
    ".default_width(",
    ".spacing(",
];

/// The rule: a size in points is named in `tokens.rs`. Outside it a call of `SIZED`, and a constant of type `f32` or `Vec2`,
/// holds no number of its own; nor does an assignment to a spacing. Allowed are 0, 1, and factors: `size::UNIT * 2.5`, `width / 3.0`, `half * 0.5`.
/// Pictures on a grid of their own (`icons.rs`) are drawings, not sizes; shares of a length say so by a name in `SHARE` or `MOST`.
#[test]
fn sizes_are_named_in_the_tokens_only() {
    let mut broken = Vec::new();
    for file in rust_files(&source().join("ui")) {
        if file.ends_with("tokens.rs") || file.ends_with("icons.rs") {
            continue;
        }
        let text = fs::read_to_string(&file).expect("readable");
        // Tests may measure.
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (line, what) in size_literals(text) {
            broken.push(format!("{}:{line}: {what}", file.display()));
        }
    }
    assert!(
        broken.is_empty(),
        "sizes outside src/ui/tokens.rs (0, 1 and factors are allowed):\n{}",
        broken.join("\n")
    );
}

/// Line and words of each size that is written as a number.
fn size_literals(text: &str) -> Vec<(usize, String)> {
    let code: String = text
        .lines()
        .map(|line| match line.find("//") {
            Some(at) if !line[..at].contains('"') => &line[..at],
            _ => line,
        })
        .collect::<Vec<_>>()
        .join("\n");
    let mut found = Vec::new();
    for call in SIZED {
        for (at, _) in code.match_indices(call) {
            let before = code[..at].chars().next_back();
            let begins = call.starts_with('.')
                || !before.is_some_and(|before| before.is_alphanumeric() || before == '_');
            let arguments = arguments(&code[at + call.len()..]);
            if begins && has_number(arguments) {
                found.push((line_of(&code, at), format!("{call}{arguments})")));
            }
        }
    }
    for (at, _) in code.match_indices("const ") {
        let line = code[at..].lines().next().unwrap_or_default();
        let is_size = line.contains(": f32 =") || line.contains(": Vec2 =");
        let is_share = line.contains("SHARE") || line.contains("MOST:");
        let value = line.split_once('=').map_or("", |(_, value)| value);
        if is_size && !is_share && has_number(value) {
            found.push((line_of(&code, at), line.to_owned()));
        }
    }
    for (at, line) in code.lines().enumerate() {
        let value = line.split_once(" = ").map_or("", |(_, value)| value);
        if line.contains("spacing") && line.contains(" = ") && has_number(value) {
            found.push((at + 1, line.trim().to_owned()));
        }
    }
    found.sort();
    found
}

fn line_of(code: &str, at: usize) -> usize {
    code[..at].matches('\n').count() + 1
}

/// Up to the bracket that closes the call.
fn arguments(after: &str) -> &str {
    let mut depth = 1;
    for (at, sign) in after.char_indices() {
        match sign {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &after[..at];
        }
    }
    after
}

/// Whether a number other than 0, 1 and factors stands in `code`.
fn has_number(code: &str) -> bool {
    let signs: Vec<char> = code.chars().collect();
    let mut at = 0;
    while at < signs.len() {
        let before = signs[..at].last().copied();
        let in_word = before.is_some_and(|sign| sign.is_alphanumeric() || sign == '_');
        if !signs[at].is_ascii_digit() || in_word {
            at += 1;
            continue;
        }
        let start = at;
        while at < signs.len() && (signs[at].is_ascii_alphanumeric() || "._".contains(signs[at])) {
            at += 1;
        }
        let number: String = signs[start..at].iter().collect();
        let plain = number.trim_end_matches("f32").trim_end_matches('_');
        let left = signs[..start]
            .iter()
            .rev()
            .find(|sign| !sign.is_whitespace());
        let right = signs[at..].iter().find(|sign| !sign.is_whitespace());
        let is_factor = matches!(left, Some('*' | '/')) || matches!(right, Some('*'));
        if !is_factor && !["0", "0.0", "1", "1.0"].contains(&plain) {
            return true;
        }
    }
    false
}

#[test]
fn sizes_are_found_as_sizes() {
    for (code, expected) in [
        ("vec2(8.0, 0.0)", 1),
        ("vec2(size::UNIT, 0.0)", 0),
        ("vec2(size::UNIT * 2.5, height / 3.0)", 0),
        ("vec2(0.5 * width, 1.0)", 0),
        ("vec2(\n    4.0,\n    0.0,\n)", 1),
        ("ui.add_space(6.0);", 1),
        ("ui.add_space(size::SNUG); // 6.0", 0),
        ("ui.add_space((wide - 20.0).max(0.0))", 1),
        ("Margin::symmetric(12, 0)", 1),
        ("Stroke::new(1.0, palette.line)", 0),
        ("Stroke::new(1.5, palette.line)", 1),
        ("mono2vec2(8.0)", 0),
        ("const WIDTH: f32 = 96.0;", 1),
        ("const WIDTH: f32 = size::UNIT * 12.0;", 0),
        ("const ITS_SHARE: f32 = 0.3;", 0),
        ("const RESTS_AFTER: f64 = 5.0;", 0),
        ("ui.spacing_mut().item_spacing.x = 6.0;", 1),
        ("ui.spacing_mut().item_spacing.x = size::SNUG;", 0),
        ("text.size(15.0)", 1),
        ("body2.size(x1)", 0),
    ] {
        let found = size_literals(code);
        assert_eq!(found.len(), expected, "{code}: {found:?}");
    }
}
