//! Which server a command is about, where it works on what the server keeps.

use std::path::PathBuf;

use clap::Args;
use kupets_engine::{EngineConfig, clock};

use super::failure::Failure;
use crate::settings::{Flags, Settings};

/// The server's settings by the same names. The file of --config and the environment count too.
#[derive(Debug, Clone, Args)]
pub struct Place {
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

impl Place {
    /// What an engine is told of it.
    ///
    /// # Errors
    /// A setting does not make sense.
    pub fn engine_config(self) -> Result<EngineConfig, Failure> {
        let Self { config, data, database_url, storage_url } = self;
        let settings = Settings::load(&Flags { config, data, database_url, storage_url, ..Flags::default() })?;
        let limits = settings.engine_limits();
        Ok(EngineConfig {
            data_dir: settings.data,
            storage_url: settings.storage_url,
            database_url: settings.database_url,
            limits,
            clock: clock::system(),
        })
    }
}
