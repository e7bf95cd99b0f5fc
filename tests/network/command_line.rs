//! The real binary, without a window, on a machine of its own; and a server that keeps what it was sent.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::Output;
use std::thread;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// A machine of its own: data folder and workspace in a folder that goes away, and no keyring.
pub(crate) struct Machine {
    pub(crate) folder: TempDir,
}

impl Machine {
    pub(crate) fn new() -> Self {
        Self {
            folder: TempDir::new().expect("a folder"),
        }
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gatescope"));
        command
            .env_clear()
            .env("HOME", self.folder.path())
            .env("GATESCOPE_DATA_DIR", self.folder.path().join("data"))
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
            .current_dir(self.folder.path())
            .timeout(std::time::Duration::from_mins(1))
            .args(arguments);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("it runs")
    }

    /// With variables of the process.
    pub(crate) fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
        let mut command = self.command(arguments);
        command.envs(variables.iter().copied());
        command.output().expect("it runs")
    }

    /// Runs, checks the exit code, and gives standard output.
    pub(crate) fn ends_with(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{arguments:?}\n{}",
            shown(&output)
        );
        String::from_utf8(output.stdout).expect("text")
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let text = self.ends_with(0, arguments);
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in\n{text}"))
    }

    /// An environment that sends to `origin` without a token.
    pub(crate) fn add(&self, name: &str, origin: &str, more: &[&str]) {
        let mut arguments = vec![
            "env",
            "add",
            "--name",
            name,
            "--api-origin",
            origin,
            "--login-origin",
            origin,
        ];
        arguments.extend(more);
        self.ends_with(0, &arguments);
    }
}

pub(crate) fn shown(output: &Output) -> String {
    format!(
        "exit {:?}\nstdout: {}\nstderr: {}",
        output.status.code(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Answers every connection with `answer` and gives back what it was sent, one text a connection.
pub(crate) fn server(
    answer: &'static [u8],
    connections: usize,
) -> (String, thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let thread = thread::spawn(move || {
        let mut heads = Vec::new();
        for _ in 0..connections {
            let (mut stream, _) = listener.accept().expect("a connection");
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1)
            {
                head.push(byte[0]);
            }
            stream.write_all(answer).expect("written");
            heads.push(String::from_utf8_lossy(&head).into_owned());
        }
        heads
    });
    (origin, thread)
}

pub(crate) const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
