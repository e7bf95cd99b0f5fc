//! A canary: a secret that must never be written. Makes every encoded form of it and looks for them in bytes, files and names.
//! The forms are made here and not by the code under test, so that both cannot be wrong in the same way.

use std::fmt;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// A secret and all its forms, each with a name for messages.
pub(crate) struct Canary {
    forms: Vec<(String, Vec<u8>)>,
}

/// One place where a form was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sighting {
    /// Below the folder searched; empty for a byte buffer.
    pub(crate) file: PathBuf,
    /// Byte offset; `None`: in the name of the file or the target of a link.
    pub(crate) offset: Option<usize>,
    pub(crate) form: String,
}

impl fmt::Display for Sighting {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.offset {
            Some(offset) => write!(
                formatter,
                "{} at byte {offset}: {}",
                self.file.display(),
                self.form
            ),
            None => write!(
                formatter,
                "{} in its name: {}",
                self.file.display(),
                self.form
            ),
        }
    }
}

impl Canary {
    /// `secret` should be long and unlike anything else (12 characters or more), best with characters that encoders change.
    pub(crate) fn new(secret: &str) -> Self {
        let mut forms = vec![("raw".to_owned(), secret.as_bytes().to_vec())];
        let mut add = |name: String, bytes: Vec<u8>| {
            if !forms.iter().any(|(_, known)| *known == bytes) {
                forms.push((name, bytes));
            }
        };
        let mut plain = vec![("secret".to_owned(), secret.as_bytes().to_vec())];
        for (set, kept) in [
            ("unreserved", "-._~"),
            ("form", "*-._"),
            ("component", "-_.!~*'()"),
            ("URI", "-_.!~*'();,/?:@&=+$#"),
            ("everything", ""),
        ] {
            for (space, space_text) in [("%20", "%20"), ("+", "+")] {
                for upper in [true, false] {
                    let everything = set == "everything";
                    let text = percent(secret, kept, everything, space_text, upper);
                    let digits = if upper { "upper" } else { "lower" };
                    let name = format!("percent-encoded, {set}, blank as {space}, {digits} case");
                    add(name.clone(), text.clone().into_bytes());
                    let again = percent(&text, "-._~", false, "%20", upper);
                    add(format!("{name}, twice"), again.into_bytes());
                    plain.push((name, text.into_bytes()));
                }
            }
        }
        let json = serde_json::to_string(secret).expect("a text is JSON");
        let json = json[1..json.len() - 1].to_owned();
        let json_twice = serde_json::to_string(&json).expect("a text is JSON");
        add(
            "JSON-escaped, twice".to_owned(),
            json_twice[1..json_twice.len() - 1].into(),
        );
        add(
            "JSON-escaped with \\/".to_owned(),
            json.replace('/', "\\/").into_bytes(),
        );
        add(
            "JSON-escaped in ASCII".to_owned(),
            json_ascii(&json).into_bytes(),
        );
        add("JSON-escaped".to_owned(), json.into_bytes());
        for (name, bytes) in &plain {
            for (offset, text) in base64_cores(bytes) {
                add(format!("Base64 of the {name}, {offset}"), text);
            }
        }
        add(
            "hex, lower case".to_owned(),
            hex(secret.as_bytes(), false).into_bytes(),
        );
        add(
            "hex, upper case".to_owned(),
            hex(secret.as_bytes(), true).into_bytes(),
        );
        add("UTF-16LE".to_owned(), utf16(secret, u16::to_le_bytes));
        add("UTF-16BE".to_owned(), utf16(secret, u16::to_be_bytes));
        add(
            "reversed".to_owned(),
            secret.chars().rev().collect::<String>().into_bytes(),
        );
        Self { forms }
    }

    /// Every form with its name.
    pub(crate) fn forms(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.forms
            .iter()
            .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
    }

    /// Where any form occurs in `bytes`; the first place of each form.
    pub(crate) fn in_bytes(&self, bytes: &[u8]) -> Vec<Sighting> {
        let found = self.forms_in(bytes);
        if !found.is_empty() || !bytes.contains(&b'%') {
            return found;
        }
        // Encoders differ in what they leave as it is: no list of forms has every mixture.
        let mixed = self.forms_in(&percent_decoded(bytes)).into_iter();
        mixed
            .map(|sighting| Sighting {
                form: format!("{}, partly percent-encoded", sighting.form),
                ..sighting
            })
            .collect()
    }

    fn forms_in(&self, bytes: &[u8]) -> Vec<Sighting> {
        self.forms()
            .filter_map(|(form, needle)| {
                let offset = memchr::memmem::find(bytes, needle)?;
                Some(Sighting {
                    file: PathBuf::new(),
                    offset: Some(offset),
                    form: form.to_owned(),
                })
            })
            .collect()
    }

    /// Where any form occurs in a file below `folder`, in the name of one, or in the target of a link. Links are not followed.
    pub(crate) fn in_folder(&self, folder: &Path) -> io::Result<Vec<Sighting>> {
        let mut sightings = Vec::new();
        let mut waiting = vec![folder.to_owned()];
        while let Some(directory) = waiting.pop() {
            for entry in fs::read_dir(&directory)? {
                let entry = entry?;
                let path = entry.path();
                let below = path.strip_prefix(folder).unwrap_or(&path).to_owned();
                self.note(
                    entry.file_name().as_encoded_bytes(),
                    &below,
                    false,
                    &mut sightings,
                );
                let kind = entry.file_type()?;
                if kind.is_dir() {
                    waiting.push(path);
                } else if kind.is_symlink() {
                    let target = fs::read_link(&path)?;
                    let target = target.as_os_str().as_encoded_bytes();
                    self.note(target, &below, false, &mut sightings);
                } else if kind.is_file() {
                    self.note(&fs::read(&path)?, &below, true, &mut sightings);
                }
            }
        }
        sightings.sort_by(|one, other| (&one.file, one.offset).cmp(&(&other.file, other.offset)));
        Ok(sightings)
    }

    fn note(&self, bytes: &[u8], file: &Path, content: bool, sightings: &mut Vec<Sighting>) {
        sightings.extend(self.in_bytes(bytes).into_iter().map(|sighting| Sighting {
            file: file.to_owned(),
            offset: sighting.offset.filter(|_| content),
            ..sighting
        }));
    }

    /// Fails with every place named when the canary was seen in `bytes`; `what` says what they are.
    #[track_caller]
    pub(crate) fn assert_absent_from(&self, what: &str, bytes: &[u8]) {
        report(what, &self.in_bytes(bytes));
    }

    /// The same for a folder. It must hold at least one file: an empty one proves nothing.
    #[track_caller]
    pub(crate) fn assert_absent_below(&self, folder: &Path) {
        let files = fs::read_dir(folder).map_or(0, Iterator::count);
        assert!(files > 0, "{} holds nothing to search", folder.display());
        match self.in_folder(folder) {
            Ok(sightings) => report(&folder.display().to_string(), &sightings),
            Err(error) => panic!("{} cannot be searched: {error}", folder.display()),
        }
    }
}

#[track_caller]
fn report(what: &str, sightings: &[Sighting]) {
    let lines: Vec<String> = sightings.iter().map(Sighting::to_string).collect();
    assert!(
        sightings.is_empty(),
        "the canary was seen in {what}, {} times:\n{}",
        lines.len(),
        lines.join("\n")
    );
}

/// `%41` -> `A`; whatever is no such triplet stays.
fn percent_decoded(bytes: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&first, behind)) = rest.split_first() {
        let digits = behind
            .get(..2)
            .and_then(|two| std::str::from_utf8(two).ok());
        let value = digits
            .filter(|_| first == b'%')
            .and_then(|two| u8::from_str_radix(two, 16).ok());
        decoded.push(value.unwrap_or(first));
        rest = if value.is_some() {
            &behind[2..]
        } else {
            behind
        };
    }
    decoded
}

fn percent(text: &str, kept: &str, everything: bool, space: &str, upper: bool) -> String {
    let mut encoded = String::new();
    for &byte in text.as_bytes() {
        let letter = byte.is_ascii_alphanumeric() && !everything;
        if letter || kept.as_bytes().contains(&byte) {
            encoded.push(char::from(byte));
        } else if byte == b' ' {
            encoded.push_str(space);
        } else {
            encoded.push('%');
            encoded.push_str(&hex(&[byte], upper));
        }
    }
    encoded
}

fn hex(bytes: &[u8], upper: bool) -> String {
    let mut text = String::new();
    for byte in bytes {
        if upper {
            write!(text, "{byte:02X}").expect("a string takes all");
        } else {
            write!(text, "{byte:02x}").expect("a string takes all");
        }
    }
    text
}

fn json_ascii(json: &str) -> String {
    let mut text = String::new();
    for character in json.chars() {
        if character.is_ascii() {
            text.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(text, "\\u{unit:04x}").expect("a string takes all");
            }
        }
    }
    text
}

fn utf16(text: &str, bytes: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

/// The characters of a Base64 text that depend on `bytes` alone, at each offset of `bytes` in groups of three, in both alphabets.
fn base64_cores(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut cores = Vec::new();
    for before in 0..3 {
        let padded = [&vec![0; before], bytes].concat();
        let first = (before * 8).div_ceil(6);
        let last = padded.len() * 8 / 6;
        for (alphabet, engine) in [
            ("standard", &STANDARD_NO_PAD),
            ("URL-safe", &URL_SAFE_NO_PAD),
        ] {
            let text = engine.encode(&padded).into_bytes()[first..last].to_vec();
            cores.push((format!("{alphabet}, offset {before}"), text));
        }
    }
    cores
}
