//! cURL commands of POSIX shells, Windows cmd and PowerShell as requests. Nothing is executed and no file is opened.
//! The shells' words are `words` and `cmd`, curl's options `options`, the request made of them `request`.

mod body;
mod cmd;
mod network;
mod options;
mod prompts;
mod request;
mod stray;
mod url;
mod words;

use super::text::{self, Place};
use super::types::{Ignored, ImportError, Imported};
use crate::model::environment::Variable;
use crate::model::masks::is_credential_field;
use options::{Known, Meaning};
use words::{Command, Line, Word};

/// Longer ones are no commands.
const LONGEST: usize = 8_000_000;

/// Requests of one text.
const MOST_COMMANDS: usize = 5_000;

/// Each `curl` in the text becomes a request; other commands are ignored.
///
/// # Errors
/// For a quote without end, and for text without a `curl` command that has a URL.
pub fn import(text: &str) -> Result<Imported, ImportError> {
    if text.trim().is_empty() {
        return Err(text::empty());
    }
    if text.len() > LONGEST {
        return Err(ImportError::new(
            Place::START,
            format!(
                "The command has {} MB: at most 8 MB are read",
                text.len() / 1_000_000
            ),
        ));
    }
    let text = text.trim_start_matches('\u{feff}');
    let line = words::split(text, words::shell_of(text))?;
    let mut imported = Imported {
        lint: line.lint.clone(),
        ..Imported::default()
    };
    let mut found = 0_usize;
    for (index, command) in line.commands.iter().enumerate() {
        let Some(words) = arguments(command) else {
            if !feeds_next(&line, index) {
                ignore_command(command, &mut imported);
            }
            continue;
        };
        found += 1;
        if found > MOST_COMMANDS {
            continue;
        }
        let input = command
            .takes_input
            .then(|| {
                index
                    .checked_sub(1)
                    .and_then(|before| printed(&line.commands[before]))
            })
            .flatten();
        curl(text, words, input.as_deref(), &mut imported)?;
    }
    if found > MOST_COMMANDS {
        imported.ignored.push(Ignored::new(
            format!("{} more curl commands", found - MOST_COMMANDS),
            format!("at most {MOST_COMMANDS} are read at once: import the rest on its own"),
        ));
    }
    if found == 0 {
        return Err(ImportError::new(
            line.commands
                .first()
                .and_then(|command| command.words.first())
                .map_or(Place::START, |word| Place::at(text, word.at)),
            "There is no `curl` command: paste the whole command line",
        ));
    }
    declare(&line, &mut imported);
    Ok(imported)
}

/// What stands behind `curl`, and behind a prompt in front of it.
fn arguments(command: &Command) -> Option<&[Word]> {
    let at = command
        .words
        .iter()
        .take(6)
        .position(|word| is_curl(&word.text))?;
    let only_prompt = command.words[..at].iter().all(|word| {
        let text = word.text.as_str();
        ["$", "%", "#", "PS", "sudo", "time", "&"].contains(&text)
            || text.ends_with(['$', '#', '>', '%'])
            || text.contains('=')
            || text.contains('@')
    });
    only_prompt.then(|| &command.words[at + 1..])
}

fn is_curl(word: &str) -> bool {
    // The prompt of cmd stands right before it: `C:\Users>curl`.
    let name = word.rsplit(['/', '\\', '>']).next().unwrap_or_default();
    name == "curl" || name.eq_ignore_ascii_case("curl.exe")
}

fn feeds_next(line: &Line, index: usize) -> bool {
    line.commands
        .get(index + 1)
        .is_some_and(|next| next.takes_input)
        && printed(&line.commands[index]).is_some()
}

/// What `printf '%s' text` and `echo text` hand on.
fn printed(command: &Command) -> Option<String> {
    let texts: Vec<&str> = command
        .words
        .iter()
        .map(|word| word.text.as_str())
        .collect();
    match texts.as_slice() {
        ["printf", "%s", rest @ ..] => Some(rest.concat()),
        ["echo", "-n", rest @ ..] => Some(rest.join(" ")),
        ["echo", rest @ ..] => Some(format!("{}\n", rest.join(" "))),
        _ => None,
    }
}

fn ignore_command(command: &Command, imported: &mut Imported) {
    let Some(first) = command.words.first() else {
        return;
    };
    let name: String = first.text.chars().take(40).collect();
    imported.ignored.push(Ignored::new(
        format!(
            "the command `{}`",
            name.split('=').next().unwrap_or_default()
        ),
        "only curl commands are read, and nothing is run",
    ));
}

/// An option with its value.
#[derive(Debug, Clone)]
struct Given<'a> {
    known: &'static Known,
    value: &'a str,
    at: usize,
}

fn curl(
    text: &str,
    words: &[Word],
    input: Option<&str>,
    imported: &mut Imported,
) -> Result<(), ImportError> {
    let mut given: Vec<Given<'_>> = Vec::new();
    let mut rest = words.iter();
    let mut only_urls = false;
    let url = options::long("url");
    let mut unknown_before = None;
    let mut strays: Vec<usize> = Vec::new();
    while let Some(word) = rest.next() {
        let unknown = unknown_before.take();
        let is_bare = only_urls || !word.text.starts_with('-') || word.text == "-";
        if let Some(option) = unknown.filter(|_| is_bare && !stray::is_unmistakable(&word.text)) {
            imported.ignored.push(Ignored::new(
                format!("the word behind {option}"),
                "it is no URL, so it was taken for the option's value",
            ));
        } else if is_bare && !stray::is_url(&word.text) {
            strays.push(word.at);
        } else if is_bare {
            given.extend(url.map(|known| Given {
                known,
                value: &word.text,
                at: word.at,
            }));
        } else if word.text == "--" {
            only_urls = true;
        } else if let Some(name) = word.text.strip_prefix("--") {
            unknown_before = long_option(name, word, &mut rest, text, &mut given, imported)?;
        } else {
            unknown_before = letters(word, &mut rest, text, &mut given, imported)?;
        }
    }
    stray::ignore(text, &strays, imported);
    let mut requests = given
        .split(|given| given.known.meaning == Meaning::Next)
        .peekable();
    let mut any = false;
    while let Some(options) = requests.next() {
        if options.is_empty() && (any || requests.peek().is_some()) {
            continue;
        }
        any = true;
        request::build(text, options, input, imported)?;
    }
    Ok(())
}

/// The option as it is shown, when nobody knows it and a value may follow.
fn long_option<'a>(
    name: &'a str,
    word: &'a Word,
    rest: &mut std::slice::Iter<'a, Word>,
    text: &str,
    given: &mut Vec<Given<'a>>,
    imported: &mut Imported,
) -> Result<Option<String>, ImportError> {
    // curl takes no `--name=value`, but people write it.
    let (name, inline) = match name.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (name, None),
    };
    if let Some(known) = name.strip_prefix("no-").and_then(options::negated) {
        // The last one counts.
        given.retain(|given| given.known.long != known.long);
        imported.ignored.push(Ignored::new(
            format!("--no-{}", known.long),
            "it only turns off what the command says elsewhere or what is off anyway",
        ));
        return Ok(None);
    }
    if options::is_default(name) {
        imported
            .ignored
            .push(Ignored::new(format!("--{name}"), "it is so without it"));
        return Ok(None);
    }
    // `--expand-url '{{host}}/a'`: curl's variables are written as Gatescope's are.
    let name = name
        .strip_prefix("expand-")
        .filter(|name| options::long(name).is_some_and(|known| known.takes_value))
        .unwrap_or(name);
    let Some(known) = options::long(name) else {
        let shown = unknown(&format!("--{name}"), imported);
        return Ok(inline.is_none().then_some(shown));
    };
    let value = match (known.takes_value, inline) {
        (false, _) => "",
        (true, Some(value)) => value,
        (true, None) => value_of(&format!("--{}", known.long), word, rest, text, given)?,
    };
    given.push(Given {
        known,
        value,
        at: word.at,
    });
    Ok(None)
}

/// `-sSLkXPOST`: letters until one takes the rest as its value. Answers the last one when nobody knows it.
fn letters<'a>(
    word: &'a Word,
    rest: &mut std::slice::Iter<'a, Word>,
    text: &str,
    given: &mut Vec<Given<'a>>,
    imported: &mut Imported,
) -> Result<Option<String>, ImportError> {
    let mut last = None;
    for (at, letter) in word.text.char_indices().skip(1) {
        let Some(known) = options::short(letter) else {
            last = Some(unknown(&format!("-{letter}"), imported));
            continue;
        };
        last = None;
        let behind = &word.text[at + letter.len_utf8()..];
        let value = match (known.takes_value, behind) {
            (false, _) => "",
            (true, "") => value_of(&format!("-{letter}"), word, rest, text, given)?,
            (true, behind) => behind,
        };
        given.push(Given {
            known,
            value,
            at: word.at,
        });
        if known.takes_value {
            break;
        }
    }
    Ok(last)
}

fn value_of<'a>(
    option: &str,
    word: &Word,
    rest: &mut std::slice::Iter<'a, Word>,
    text: &str,
    given: &[Given<'_>],
) -> Result<&'a str, ImportError> {
    if let Some(value) = rest.next() {
        Ok(&value.text)
    } else {
        let names: Vec<String> = given
            .iter()
            .take(8)
            .map(|given| format!("--{}", given.known.long))
            .collect();
        Err(ImportError::new(
            Place::at(text, word.at),
            format!("The command ends behind `{option}`, which needs a value"),
        )
        .having_understood(names.join(", ")))
    }
}

/// Whether it takes a value is not known: a URL behind it is read as one.
fn unknown(option: &str, imported: &mut Imported) -> String {
    let is_of_name = |sign: &char| !sign.is_whitespace() && !"=:\"'".contains(*sign);
    let shown: String = option.chars().take(40).take_while(is_of_name).collect();
    imported.ignored.push(Ignored::new(
        shown.clone(),
        "curl has no such option, or Gatescope does not know it; a URL behind it was read as one",
    ));
    shown
}

/// `{{name}}`, or `{{secret.name}}` where the name is one of a credential.
fn reference(name: &str) -> String {
    if is_credential_field(name) {
        format!("{{{{secret.{name}}}}}")
    } else {
        format!("{{{{{name}}}}}")
    }
}

/// The shell's variables become variables without a value.
fn declare(line: &Line, imported: &mut Imported) {
    let secret_names: Vec<&String> = line
        .variables
        .iter()
        .filter(|name| is_credential_field(name))
        .collect();
    for name in &line.variables {
        imported.variables.push(Variable {
            name: name.clone(),
            value: String::new(),
            secret: secret_names.contains(&name),
        });
        imported.ignored.push(Ignored::new(
            format!("the value of the shell's variable `{name}`"),
            "the shell alone knows it: fill it in",
        ));
    }
}

/// What was read of a command when an error stops it.
fn understood(commands: &[Command], command: &Command) -> String {
    let words = commands
        .iter()
        .flat_map(|command| &command.words)
        .chain(&command.words);
    let shown: Vec<String> = words
        .filter(|word| word.text.starts_with('-') || is_curl(&word.text))
        .take(8)
        .map(|word| {
            let option: String = word
                .text
                .chars()
                .take(30)
                .take_while(|sign| sign.is_ascii_alphanumeric() || "-.".contains(*sign))
                .collect();
            // A letter's value may be glued to it.
            if option.starts_with("--") || is_curl(&option) {
                option
            } else {
                option.chars().take(2).collect()
            }
        })
        .collect();
    shown.join(" ")
}

#[cfg(test)]
mod tests;
