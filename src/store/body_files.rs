//! Large bodies that were pasted: files in the data folder, private, named by their content, so that the same text is kept once.

use std::path::PathBuf;

use sha2::{Digest as _, Sha256};

use crate::model::request::{DraftBody, RequestDraft};

use super::atomic::{self, Access};
use super::{DataFolder, StoreError, StoreErrorKind, paths, withheld};

const FOLDER: &str = "bodies";

/// Writes the text of the draft's JSON or text body into a file of its own and answers its path.
///
/// # Errors
/// The body holds a credential, which is never written; it is no text; the data folder cannot be written.
pub fn keep(data: &DataFolder, draft: &RequestDraft) -> Result<PathBuf, StoreError> {
    let refused = |text: &str, hint: &str| {
        Err(StoreError::new(
            StoreErrorKind::Other,
            &data.root().join(FOLDER),
            text,
            hint,
        ))
    };
    let (text, ending) = match &draft.body {
        DraftBody::Json { text } => (text, "json"),
        DraftBody::Text { text, .. } => (text, "txt"),
        _ => return refused("only JSON and text become a body file", ""),
    };
    if withheld::without_credentials(draft).body != draft.body {
        return refused(
            "it holds a field that is named like a credential, and credentials are never written",
            "It stays in the editor and is sent from there",
        );
    }
    let name = paths::hex(&Sha256::digest(text.as_bytes())[..16]);
    let path = data.subfolder(FOLDER)?.join(format!("{name}.{ending}"));
    atomic::write(&path, text.as_bytes(), Access::Private)?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(text: &str) -> RequestDraft {
        RequestDraft {
            body: DraftBody::Json {
                text: text.to_owned(),
            },
            ..RequestDraft::default()
        }
    }

    #[test]
    fn the_text_is_kept_byte_for_byte_and_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = DataFolder::at(folder.path());
        let text = "{ \"n\": 1.0,\r\n \"ü\": [] }";
        let path = keep(&data, &draft(text)).expect("it can be written");
        assert_eq!(std::fs::read(&path).expect("it is there"), text.as_bytes());
        assert_eq!(keep(&data, &draft(text)).expect("again"), path);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&path).expect("it is there").permissions();
            assert_eq!(mode.mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_credential_is_never_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = DataFolder::at(folder.path());
        let error = keep(&data, &draft("{\"password\": \"c4n4ry-s3cret\"}"))
            .expect_err("a password stays in memory");
        assert!(error.text.contains("credential"), "{error}");
        assert!(!folder.path().join(FOLDER).exists());
    }
}
