//! The packages that `tests/package` builds: what is in them, and the installed program's first start.
//! They are built from the test's own binary, so that no second build is needed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::desktop::{self, Desktop};
use crate::left_out::leaves_out;

/// What both packages install, below `/usr` or the archive's folder.
const FILES: [&str; 8] = [
    "bin/gatescope",
    "share/applications/gatescope.desktop",
    "share/icons/hicolor/256x256/apps/gatescope.png",
    "share/icons/hicolor/scalable/apps/gatescope.svg",
    "share/doc/gatescope/README.md",
    "share/doc/gatescope/licenses/LICENSE-APACHE",
    "share/doc/gatescope/licenses/LICENSE-MIT",
    "share/doc/gatescope/licenses/Inter-OFL.txt",
];

#[test]
fn the_packages_install_and_the_installed_program_starts() {
    let missing = desktop::missing_program().or_else(|| {
        let debian = Path::new("/usr/bin/dpkg-deb").exists();
        (!debian).then_some("dpkg-deb")
    });
    if leaves_out("the packages", missing) {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder of the test's own");
    let (deb, archive) = build(folder.path());

    let unpacked = folder.path().join("unpacked");
    fs::create_dir(&unpacked).expect("a folder");
    run(Command::new("tar")
        .arg("-xzf")
        .arg(&archive)
        .arg("-C")
        .arg(&unpacked));
    let inside = only_entry(&unpacked);
    assert_holds(&inside);
    let said = run(Command::new(inside.join("bin/gatescope")).arg("--version"));
    assert_eq!(
        said.trim(),
        concat!("gatescope ", env!("CARGO_PKG_VERSION"))
    );

    let root = folder.path().join("root");
    run(Command::new("dpkg-deb").arg("-x").arg(&deb).arg(&root));
    assert_holds(&root.join("usr"));

    let installed = Installed::new(&deb, &root);
    let home = tempfile::tempdir().expect("a folder of the test's own");
    let mut desktop = Desktop::start(home.path());
    let mut command = desktop.command(&installed.program);
    desktop.launch(&mut command, "installed");
    desktop.press("Try the sandbox");
    desktop.find_text("sandbox running");
}

/// The package on the system where that is asked for and allowed, else its files in a folder.
struct Installed {
    program: PathBuf,
    remove: bool,
}

impl Installed {
    fn new(deb: &Path, root: &Path) -> Self {
        let complete =
            std::env::var_os("GATESCOPE_TESTS_COMPLETE").is_some_and(|value| value == "1");
        let is_root = run(Command::new("id").arg("-u")).trim() == "0";
        let there_already = Path::new("/usr/bin/gatescope").exists();
        if !complete || !is_root || there_already {
            return Self {
                program: root.join("usr/bin/gatescope"),
                remove: false,
            };
        }
        run(Command::new("apt-get")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(["install", "-y", "-qq", "--no-install-recommends"])
            .arg(deb));
        Self {
            program: PathBuf::from("/usr/bin/gatescope"),
            remove: true,
        }
    }
}

impl Drop for Installed {
    fn drop(&mut self) {
        if self.remove {
            let _ = Command::new("dpkg")
                .args(["--remove", "gatescope"])
                .output();
        }
    }
}

fn build(folder: &Path) -> (PathBuf, PathBuf) {
    let output = folder.join("packages");
    let printed = run(Command::new("bash")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/package"))
        .args(["--binary", env!("CARGO_BIN_EXE_gatescope"), "--output"])
        .arg(&output));
    let paths: Vec<PathBuf> = printed.lines().map(PathBuf::from).collect();
    let [deb, archive] = paths.as_slice() else {
        panic!("tests/package printed:\n{printed}");
    };
    (deb.clone(), archive.clone())
}

fn assert_holds(folder: &Path) {
    let missing: Vec<&str> = FILES
        .into_iter()
        .filter(|file| !folder.join(file).is_file())
        .collect();
    assert!(
        missing.is_empty(),
        "not in {}: {missing:?}",
        folder.display()
    );
}

fn only_entry(folder: &Path) -> PathBuf {
    let entries: Vec<PathBuf> = fs::read_dir(folder)
        .expect("readable")
        .map(|entry| entry.expect("readable").path())
        .collect();
    assert_eq!(entries.len(), 1, "{entries:?}");
    entries[0].clone()
}

/// What the command printed; its errors when it failed.
fn run(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?} could not be started: {error}"));
    assert!(
        output.status.success(),
        "{command:?} ended with {}:\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}
