//! `GATESCOPE_SECRET_…`: read at the start, and kept from every child. Subcommands start no child. The window does (a browser
//! for links); a process cannot take variables out of its own surroundings safely, so the window runs in a second process
//! that never had them and gets their values through a pipe.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::process::{Command, ExitCode, Stdio};

use crate::model::secret::Secret;

use super::failure::{Exit, Failure};
use super::{Surroundings, tell};

const PREFIX: &str = "GATESCOPE_SECRET_";
/// Tells the second process that its standard input holds the values.
const HANDED_OVER: &str = "GATESCOPE_HANDED_OVER";

/// The values, from the variables or from the first process.
#[must_use]
pub fn secret_variables() -> Vec<(String, Secret)> {
    if std::env::var_os(HANDED_OVER).is_some() {
        let mut text = String::new();
        let read = std::io::stdin().read_to_string(&mut text);
        let values: BTreeMap<String, String> = read
            .ok()
            .and_then(|_| serde_json::from_str(&text).ok())
            .unwrap_or_default();
        return values
            .into_iter()
            .map(|(name, value)| (name, Secret::new(value)))
            .collect();
    }
    std::env::vars_os()
        .filter_map(|(name, value)| {
            let (name, value) = (name.into_string().ok()?, value.into_string().ok()?);
            is_secret(&name).then(|| (name, Secret::new(value)))
        })
        .collect()
}

/// Whether a child of this process would inherit any.
#[must_use]
pub fn hold_secret_variables() -> bool {
    std::env::vars_os().any(|(name, _)| is_secret(&name.to_string_lossy()))
}

/// Runs the same command line without the variables, hands their values over, and ends as it ends.
#[must_use]
pub fn run_without_secret_variables(surroundings: &Surroundings) -> ExitCode {
    match start(surroundings) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            let failure = Failure::new(
                Exit::NoVerdict,
                format!("The window could not be started without the secret variables: {error}"),
                format!("Start it without {PREFIX}… variables and enter the secrets in the window"),
            );
            tell(&failure, false).code()
        }
    }
}

fn start(surroundings: &Surroundings) -> std::io::Result<u8> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args(std::env::args_os().skip(1))
        .env(HANDED_OVER, "1")
        .stdin(Stdio::piped());
    for (name, _) in std::env::vars_os() {
        if is_secret(&name.to_string_lossy()) {
            command.env_remove(name);
        }
    }
    let values: BTreeMap<&str, &str> = surroundings
        .secret_variables
        .iter()
        .map(|(name, value)| (name.as_str(), value.expose()))
        .collect();
    let mut child = command.spawn()?;
    if let Some(pipe) = child.stdin.take() {
        serde_json::to_writer(pipe, &values)?;
    }
    let code = child.wait()?.code().unwrap_or(i32::from(u8::MAX));
    Ok(u8::try_from(code).unwrap_or(u8::MAX))
}

fn is_secret(name: &str) -> bool {
    name.to_ascii_uppercase().starts_with(PREFIX)
}
