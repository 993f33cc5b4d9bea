//! Looking at all that a data folder holds, for damage, without serving it.

use std::error::Error as _;

use kupets_core::{Error, Kind, Result, TenantId};
use kupets_storage::{StorageConfig, Tenants};

use crate::EngineConfig;

/// What was found in a data folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// Workspaces that were looked at.
    pub workspaces: usize,
    /// What is wrong, with the file and its workspace.
    pub damage: Vec<String>,
}

/// Reads everything that the folder of `config` holds once: the control database, the journal, and each workspace's catalog and
/// data files. No server may run on it.
///
/// # Errors
/// There is no control database, another process has the folder, or the disk or storage does not answer.
pub async fn check(config: EngineConfig) -> Result<Checked> {
    let options = kupets_control::options(config.database_url.as_deref(), &config.data_dir)?;
    let file = options.get_filename().to_owned();
    if !file.is_file() {
        return Err(Error::not_found(format!("{} is not there: name the server's folder with --data", file.display())));
    }
    let lock = Tenants::lock(&config.data_dir)?;
    let control = kupets_control::open(&options).await?;
    let mut checked = Checked::default();
    let name = file.display().to_string();
    let failed = |e| kupets_control::database_error(&name, e);
    let verdict: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&control).await.map_err(failed)?;
    if verdict != "ok" {
        checked.damage.push(format!("{name}: {verdict}"));
    }
    let ids: Vec<String> =
        sqlx::query_scalar("SELECT id FROM workspaces ORDER BY id").fetch_all(&control).await.map_err(failed)?;
    let storage = StorageConfig {
        data_dir: config.data_dir,
        storage_url: config.storage_url,
        limits: config.limits.storage(),
        clock: config.clock,
    };
    let tenants = Tenants::open(storage, lock, control.clone(), &options).await?;
    for id in ids.iter().filter_map(|id| TenantId::parse(id)) {
        checked.workspaces += 1;
        let found = match tenants.store(&id).await {
            Ok(store) => store.look_for_damage().await,
            Err(error) => Err(error),
        };
        match found {
            Ok(files) => checked.damage.extend(files.into_iter().map(|file| format!("workspace {id}: {file}"))),
            Err(error) if error.kind() == Kind::Corrupt => {
                let cause = error.source().map_or_else(|| error.to_string(), ToString::to_string);
                checked.damage.push(format!("workspace {id}: {cause}"));
            }
            Err(error) => return Err(error),
        }
    }
    drop(tenants);
    control.close().await;
    Ok(checked)
}
