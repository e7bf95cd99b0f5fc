//! Whether anything on this desktop shows file dialogs. A dialog that nothing could show is answered as one that was dismissed;
//! only asking the desktop tells the two apart.

/// Linux and FreeBSD: the desktop's portal, else zenity. Elsewhere the system itself does.
#[cfg(any(target_os = "linux", target_os = "freebsd"))]
pub(super) async fn can_be_shown() -> bool {
    is_in_path("zenity", std::env::var_os("PATH").as_deref()) || portal_answers().await
}

#[cfg(not(any(target_os = "linux", target_os = "freebsd")))]
pub(super) async fn can_be_shown() -> bool {
    true
}

/// A portal without a file chooser behind it does not have this interface.
#[cfg(any(target_os = "linux", target_os = "freebsd"))]
async fn portal_answers() -> bool {
    let Ok(bus) = zbus::Connection::session().await else {
        return false;
    };
    bus.call_method(
        Some("org.freedesktop.portal.Desktop"),
        "/org/freedesktop/portal/desktop",
        Some("org.freedesktop.DBus.Properties"),
        "Get",
        &("org.freedesktop.portal.FileChooser", "version"),
    )
    .await
    .is_ok()
}

/// `path`: what the environment variable holds.
#[cfg(any(target_os = "linux", target_os = "freebsd"))]
fn is_in_path(program: &str, path: Option<&std::ffi::OsStr>) -> bool {
    path.is_some_and(|path| {
        std::env::split_paths(path).any(|folder| folder.join(program).is_file())
    })
}

#[cfg(all(test, any(target_os = "linux", target_os = "freebsd")))]
mod tests {
    use super::is_in_path;

    #[test]
    fn a_program_is_looked_for_in_every_folder_of_the_path() {
        for (program, path, found) in [
            ("sh", Some("/nowhere:/bin"), true),
            ("no-such-program", Some("/nowhere:/bin"), false),
            // A folder is no program.
            ("bin", Some("/usr"), false),
            ("sh", Some(""), false),
            ("sh", None, false),
        ] {
            let path = path.map(std::ffi::OsStr::new);
            assert_eq!(is_in_path(program, path), found, "{program} in {path:?}");
        }
    }
}
