//! A `curl` command in place of a request, as VS Code's REST Client takes it.

use crate::interchange::collecting::Collecting;
use crate::interchange::curl_import;
use crate::interchange::{ImportError, Lint};

pub(super) fn is_command(line: &str) -> bool {
    line.split_whitespace().next() == Some("curl")
}

/// `lines`: from the command on, with their numbers in the file.
pub(super) fn read(
    name: &str,
    lines: &[(usize, &str)],
    collecting: &mut Collecting<'_>,
) -> Result<(), ImportError> {
    let before = lines.first().map_or(0, |(number, _)| number - 1);
    let text: Vec<&str> = lines
        .iter()
        .map(|(_, line)| *line)
        .take_while(|line| !(line.starts_with("> {%") || line.starts_with("<> ")))
        .collect();
    if text.len() < lines.len() {
        collecting.ignore(
            format!("what is done with the answer of `{name}`"),
            "nothing imported is executed",
        );
    }
    let mut read = curl_import::import(&text.join("\n")).map_err(|mut error| {
        error.place.line += before;
        error
    })?;
    for Lint { place, .. } in &mut read.lint {
        place.line += before;
    }
    collecting.requests_of(read, name);
    Ok(())
}
