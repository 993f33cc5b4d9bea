//! `kupets backup` and `kupets restore`: everything that a server keeps, in one file and back.

use std::path::PathBuf;

use clap::Args;
use kupets_engine::backup::{backup, restore};

use super::{failure::Failure, place::Place, say::say};

/// Arguments of both.
#[derive(Debug, Clone, Args)]
pub struct BackupArgs {
    /// The file. A backup makes it, readable by its owner alone, and never writes over another one.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// Writes a backup.
///
/// # Errors
/// It was not made; or it was, and holds files that were damaged before.
pub async fn make(args: BackupArgs) -> Result<(), Failure> {
    let made = backup(args.place.engine_config()?, &args.file).await?;
    let bytes: u64 = made.manifest.files.iter().map(|file| file.bytes).sum();
    say(&format!(
        "{} holds {} workspaces as of {}: {} files, {bytes} bytes",
        args.file.display(),
        made.manifest.workspaces,
        made.manifest.taken_at.format("%F %T UTC"),
        made.manifest.files.len()
    ));
    made.damaged.iter().for_each(|name| say(&format!("damaged before the backup: {name}")));
    if made.damaged.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{} files of lakes were damaged or gone already. The backup holds the rest; keep the one before it, and run `kupets check`",
        made.damaged.len()
    )
    .into())
}

/// Puts a backup back.
///
/// # Errors
/// It is damaged, the place is not empty, or a disk or the storage refuses.
pub async fn put_back(args: BackupArgs) -> Result<(), Failure> {
    let manifest = restore(args.place.engine_config()?, &args.file).await?;
    say(&format!(
        "{} workspaces as of {} were restored from {}: {} files, each as its sum says",
        manifest.workspaces,
        manifest.taken_at.format("%F %T UTC"),
        args.file.display(),
        manifest.files.len()
    ));
    Ok(())
}
