//! Executes what editing asks for.

use std::path::Path;
use std::sync::Arc;

use tokio_util::task::TaskTracker;

use crate::app::editing::{EditingCommand, EditingEvent, FileLook};
use crate::app::event::Event;

use super::core::Core;

/// Takes the command over and returns at once.
pub(super) fn dispatch(core: &Arc<Core>, tasks: &TaskTracker, command: EditingCommand) {
    match command {
        // The window's own: there is no clipboard here.
        EditingCommand::Copy(_) => {}
        EditingCommand::LookAtFile { path } => {
            let core = Arc::clone(core);
            tasks.spawn(async move { look_at(&core, path).await });
        }
    }
}

async fn look_at(core: &Core, path: String) {
    let named = path.clone();
    let looked = core
        .files
        .run(move |files| {
            // A sandbox request needs no workspace; an absolute path neither.
            let folder = files
                .opened()
                .map(|open| open.workspace.directory().to_owned())
                .unwrap_or_default();
            look(&folder.join(named))
        })
        .wait()
        .await;
    if let Ok(file) = looked {
        core.events
            .emit(Event::Editing(EditingEvent::FileLookedAt { path, file }));
    }
}

/// Opens the file and reads nothing of it.
fn look(path: &Path) -> FileLook {
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) => return unreadable(&error),
    };
    if metadata.is_dir() {
        return FileLook::Unreadable("This is a folder: choose a file in it".to_owned());
    }
    if !metadata.is_file() {
        return FileLook::Unreadable("This is no regular file: choose another one".to_owned());
    }
    match std::fs::File::open(path) {
        Ok(_) => FileLook::Readable {
            bytes: metadata.len(),
        },
        Err(error) => unreadable(&error),
    }
}

fn unreadable(error: &std::io::Error) -> FileLook {
    let reason = match error.kind() {
        std::io::ErrorKind::NotFound => "There is no such file: correct the path",
        std::io::ErrorKind::PermissionDenied => {
            "It cannot be read: permission denied. Change its permissions, or choose another one"
        }
        _ => return FileLook::Unreadable(format!("It cannot be read: {error}")),
    };
    FileLook::Unreadable(reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_looked_at_without_being_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("body.json");
        std::fs::write(&file, "[1]").expect("written");
        assert_eq!(look(&file), FileLook::Readable { bytes: 3 });
        for path in [folder.path().to_owned(), folder.path().join("absent")] {
            let FileLook::Unreadable(words) = look(&path) else {
                panic!("{} cannot be sent", path.display());
            };
            assert!(
                words.contains(": "),
                "what happened and what to try: {words}"
            );
        }
    }
}
