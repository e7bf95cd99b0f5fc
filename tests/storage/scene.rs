//! A folder with a workspace and a data folder in it, and values to put there.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use gatescope::model::environment::Environment;
use gatescope::model::ids::{EnvironmentId, RequestId};
use gatescope::model::request::RequestDraft;
use gatescope::store::{DataFolder, Workspace};
use tempfile::TempDir;

pub(crate) struct Scene {
    home: TempDir,
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self {
            home: TempDir::new().expect("a temporary folder"),
        }
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    pub(crate) fn directory(&self) -> PathBuf {
        self.home().join("workspace")
    }

    pub(crate) fn data(&self) -> DataFolder {
        DataFolder::at(&self.home().join("data"))
    }

    pub(crate) fn open(&self) -> Workspace {
        Workspace::open(&self.directory(), &self.data()).expect("the workspace opens")
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.directory().join(file)
    }

    pub(crate) fn write(&self, file: &str, text: impl AsRef<[u8]>) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
        fs::write(path, text).expect("the file is written");
    }

    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    /// Names below the workspace folder, sorted, hidden ones too.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        collect(&self.directory(), &self.directory(), &mut found);
        found.sort();
        found
    }
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            collect(root, &entry.path(), found);
        } else {
            let name = entry.path();
            let name = name.strip_prefix(root).expect("below the root");
            found.push(name.to_string_lossy().replace('\\', "/"));
        }
    }
}

pub(crate) fn environment(id: &str) -> Environment {
    toml_edit::de::from_str(&format!(
        "id = '{id}'\nname = 'Name of {id}'\n[target]\nkind = 'direct'\nplace = {{ region = 'us-east-1' }}\n"
    ))
    .expect("an environment")
}

pub(crate) fn request(id: &str, name: &str) -> RequestDraft {
    RequestDraft {
        id: RequestId(id.to_owned()),
        name: name.to_owned(),
        path: "/api/v2/users".to_owned(),
        ..RequestDraft::default()
    }
}

pub(crate) fn slug(text: &str) -> EnvironmentId {
    EnvironmentId::new(text).expect("a slug")
}

/// This test program again, as another process that runs only `test` and knows `variable`.
pub(crate) fn child(test: &str, variable: &str, value: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(env::current_exe().expect("this program"));
    command
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(variable, value);
    command
}
