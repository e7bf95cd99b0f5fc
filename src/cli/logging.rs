//! Logs for whoever asks for them with `RUST_LOG`, on standard error. Crates of others are held at warnings,
//! because their debug output shows headers and bodies; a panic says where, never with what.

use tracing::Level;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Sets logs and the panic message up. Without `RUST_LOG` only warnings are shown.
pub fn set_up_logging() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(|place| format!("{}:{}", place.file(), place.line()))
            .unwrap_or_default();
        super::terminal::note(&format!(
            "error: Gatescope failed inside ({place}). The details are left out because they could hold a secret."
        ));
    }));
    let Some(asked) = std::env::var_os("RUST_LOG") else {
        return;
    };
    let own = EnvFilter::builder()
        .with_default_directive(LevelFilter::WARN.into())
        .parse_lossy(asked.to_string_lossy());
    let capped = tracing_subscriber::filter::filter_fn(|metadata| {
        may_be_logged(metadata.target(), *metadata.level())
    });
    let _ = tracing_subscriber::registry()
        .with(own)
        .with(
            tracing_subscriber::fmt::layer()
                .with_writer(std::io::stderr)
                .with_filter(capped),
        )
        .try_init();
}

/// Whatever `RUST_LOG` asks for, crates of others say warnings and errors only.
fn may_be_logged(target: &str, level: Level) -> bool {
    target.split("::").next() == Some("gatescope") || level <= Level::WARN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_of_others_are_held_at_warnings() {
        for (target, level, expected) in [
            ("gatescope", Level::TRACE, true),
            ("gatescope::worker::sending", Level::DEBUG, true),
            ("hyper::proto::h1", Level::WARN, true),
            ("hyper::proto::h1", Level::INFO, false),
            ("rustls", Level::TRACE, false),
            ("reqwest::connect", Level::DEBUG, false),
            ("gatescopes::neighbour", Level::DEBUG, false),
            ("log", Level::INFO, false),
            ("", Level::ERROR, true),
        ] {
            assert_eq!(may_be_logged(target, level), expected, "{target} {level}");
        }
    }
}
