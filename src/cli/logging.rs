//! Logs for whoever asks for them with `RUST_LOG`, on standard error. Crates of others are held at warnings,
//! because their debug output shows headers and bodies; a panic says where, never with what.

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
        metadata.target().split("::").next() == Some("gatescope")
            || *metadata.level() <= tracing::Level::WARN
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
