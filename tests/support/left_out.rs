//! What a machine does not offer: such a test says that it was left out, and fails where nothing may be left out.

use std::io::Write as _;

/// Whether something that `what` needs is missing. The words go past the test runner's capture, so that they are seen.
pub(crate) fn leaves_out(what: &str, missing: Option<&str>) -> bool {
    let Some(missing) = missing else {
        return false;
    };
    assert!(
        std::env::var_os("GATESCOPE_TESTS_COMPLETE").is_none_or(|value| value != "1"),
        "{what} was left out: {missing}"
    );
    let _ = writeln!(std::io::stderr(), "left out: {what}: {missing}");
    true
}
