//! Logs: structured lines on standard error. Standard output is left to what a person asked for.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use crate::settings::{LogFormat, Settings};

/// Starts logging as the settings say; the second call in a process changes nothing.
///
/// # Errors
/// `log_level` is not a filter.
pub fn start(settings: &Settings) -> Result<(), String> {
    let filter = EnvFilter::try_new(with_quiet_libraries(&settings.log_level)).map_err(|e| {
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

/// A slow statement is told with its whole text, which for a catalog is pages long; whoever wants that says so.
fn with_quiet_libraries(level: &str) -> String {
    if level.contains("sqlx") { level.to_owned() } else { format!("{level},sqlx::query=error") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_statements_is_told_only_on_demand() {
        assert_eq!(with_quiet_libraries("info"), "info,sqlx::query=error");
        assert_eq!(with_quiet_libraries("info,sqlx=debug"), "info,sqlx=debug");
    }
}
