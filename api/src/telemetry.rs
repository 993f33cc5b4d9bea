//! Logs: structured lines on standard error. Standard output is left to what a person asked for.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use crate::settings::{LogFormat, Settings};

/// Starts logging as the settings say; the second call in a process changes nothing.
///
/// # Errors
/// `log_level` is not a filter.
pub fn start(settings: &Settings) -> Result<(), String> {
    let filter = EnvFilter::try_new(&settings.log_level).map_err(|e| {
        format!(
            "log_level: {:?} is not a filter ({e}); use for example \"info\" or \"info,kupets_engine=debug\"",
            settings.log_level
        )
    })?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second subscriber is refused; the first one keeps working, which is what tests in one process want.
    let _ = match settings.log_format {
        LogFormat::Text => builder.with_ansi(std::io::stderr().is_terminal()).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    Ok(())
}
