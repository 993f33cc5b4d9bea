//! A catalog at rest: left as one file that whoever may read its folder can open. SQLite reads a database with a write-ahead log
//! only where it may make files beside it, also for those who attach it read-only.

use std::time::Duration;

use kupets_core::{Error, Result};
use sqlx::Connection as _;

use super::{
    Lake,
    catalog::{self, sql_error},
};

/// Another reader holds the catalog for milliseconds; a catalog that is left behind waits for it at most this often and long.
const TRIES: usize = 50;
const PAUSE: Duration = Duration::from_millis(20);

impl Lake {
    /// Leaves the catalog as it is read by others when no server runs. Nothing is lost where that fails: its log stays beside it.
    pub async fn rest(&self) {
        // On remote storage the working copy goes, and the published one is read as a copy.
        if self.published.is_some() {
            return;
        }
        if let Err(error) = self.lay_down().await {
            tracing::warn!(catalog = %self.catalog.display(), %error, "the catalog is left with its log");
        }
    }

    async fn lay_down(&self) -> Result<()> {
        for _ in 0..TRIES {
            self.release_idle().await;
            let mut connection = catalog::connect(&self.catalog).await?;
            let laid = catalog::lay(&mut connection).await;
            connection.close().await.map_err(|e| sql_error(&self.catalog, e))?;
            if matches!(laid, Ok(true)) {
                return Ok(());
            }
            tokio::time::sleep(PAUSE).await;
        }
        Err(Error::unavailable("somebody else has it open"))
    }
}
