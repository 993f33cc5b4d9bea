//! `kupets check`: whether what a data folder holds can be read, and is what was written.

use std::path::PathBuf;

use clap::Args;
use kupets_engine::{EngineConfig, check::check, clock};

use super::{failure::Failure, say::say};
use crate::settings::{Flags, Settings};

/// Arguments of `kupets check`: the server's settings by the same names. The file of --config and the environment count too.
#[derive(Debug, Clone, Args)]
pub struct CheckArgs {
    /// TOML file with the settings of the server.
    #[arg(long, value_name = "FILE", env = "KUPETS_CONFIG")]
    config: Option<PathBuf>,
    /// Folder of the server. Default data/local.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Control database, if it is not in the folder.
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// Where the lakes are, if they are not in the folder.
    #[arg(long, value_name = "URL")]
    storage_url: Option<String>,
}

/// Looks at everything and says what is damaged.
///
/// # Errors
/// Something is damaged, a server runs on the folder, or it cannot be read.
pub async fn run(args: CheckArgs) -> Result<(), Failure> {
    let CheckArgs { config, data, database_url, storage_url } = args;
    let settings = Settings::load(&Flags { config, data, database_url, storage_url, ..Flags::default() })?;
    let limits = settings.engine_limits();
    let config = EngineConfig {
        data_dir: settings.data,
        storage_url: settings.storage_url,
        database_url: settings.database_url,
        limits,
        clock: clock::system(),
    };
    let checked = check(config).await?;
    checked.damage.iter().for_each(|what| say(what));
    if checked.damage.is_empty() {
        say(&format!("{} workspaces were read; nothing is damaged", checked.workspaces));
        return Ok(());
    }
    Err(format!(
        "{} places are damaged, in {} workspaces that were read. Keep copies, and restore these files from a backup while no server runs",
        checked.damage.len(),
        checked.workspaces
    )
    .into())
}
