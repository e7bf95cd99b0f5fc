//! Many new files at once, as an import makes them: they are flushed to the disk together at the end instead of one by one,
//! which takes a fraction of the time. Files that were there before are flushed at once, as ever.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;

use super::atomic::flush_folder;
use super::error::StoreError;
use super::workspace::Workspace;

/// The disk takes what several writers ask for in one go; more of them gain nothing.
const FLUSHERS: usize = 4;

/// New files that may be lost if the machine stops now.
#[derive(Debug, Clone, Default)]
pub(super) struct Unflushed(BTreeSet<PathBuf>);

impl Unflushed {
    pub(super) fn add(&mut self, path: &Path) {
        self.0.insert(path.to_owned());
    }

    fn flush(self) -> Result<(), StoreError> {
        let folders: BTreeSet<&Path> = self.0.iter().filter_map(|path| path.parent()).collect();
        let files: Vec<&Path> = self.0.iter().map(PathBuf::as_path).collect();
        in_parts(&files, &flush_file)?;
        let folders: Vec<&Path> = folders.into_iter().collect();
        in_parts(&folders, &flush_folder)
    }
}

impl Workspace {
    /// From now on new files are flushed by `flush` alone.
    pub fn put_off_flushing(&mut self) {
        self.unflushed.get_or_insert_default();
    }

    /// Flushes what was put off, and puts nothing off any more.
    ///
    /// # Errors
    /// When the disk does not take a file: it may be lost if the machine stops.
    pub fn flush(&mut self) -> Result<(), StoreError> {
        self.unflushed.take().map_or(Ok(()), Unflushed::flush)
    }
}

fn flush_file(path: &Path) -> io::Result<()> {
    match File::options().write(true).open(path) {
        // Moved or deleted by another program since: its business.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        opened => opened?.sync_all(),
    }
}

fn in_parts(
    paths: &[&Path],
    flush: &(dyn Fn(&Path) -> io::Result<()> + Sync),
) -> Result<(), StoreError> {
    let size = paths.len().div_ceil(FLUSHERS).max(1);
    thread::scope(|scope| {
        let parts: Vec<_> = paths
            .chunks(size)
            .map(|part| {
                scope.spawn(move || {
                    part.iter().try_for_each(|path| {
                        flush(path).map_err(|error| StoreError::from_io("write", path, &error))
                    })
                })
            })
            .collect();
        parts.into_iter().try_for_each(|part| {
            part.join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    })
}
