//! Everything that a server keeps, in one file and back: see [`kupets_storage::backup`] for what the file is.

use std::path::{Path, PathBuf};

use kupets_core::{Error, Kind, Result};
use kupets_storage::backup::{ArchiveReader, ArchiveWriter, CONTROL, Lakes, Manifest, Target};

use crate::EngineConfig;

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// What the file holds.
    pub manifest: Manifest,
    /// Files that were damaged or gone before, by their names in it: it holds them as they are, or not at all.
    pub damaged: Vec<String>,
}

/// Writes a backup of the data folder and the storage of `config` to `file`, beside the server that runs on them or without one. Every
/// record that was acknowledged before is in it, and of each workspace one version.
///
/// The control database is copied first: what the journal loses after that is in a lake that is copied later, and the lake says up to
/// which number, so that nothing is missed and nothing doubled.
///
/// # Errors
/// There is no control database, or something is there under the name of `file`; the database or a catalog is damaged; a disk or the
/// storage refuses. Nothing stands under that name then.
pub async fn backup(config: EngineConfig, file: &Path) -> Result<Backup> {
    let taken_at = config.clock.now();
    let options = kupets_control::options(config.database_url.as_deref(), &config.data_dir)?;
    let mut archive = ArchiveWriter::create(file)?;
    let scratch = scratch(file)?;
    let control = scratch.path().join(CONTROL);
    kupets_control::copy(&options, &control).await?;
    let workspaces = kupets_control::workspaces_of(&control).await?;
    archive.add(CONTROL, &control)?;
    remove(&control)?;
    let (mut names, mut damaged) = (vec![CONTROL.to_owned()], Vec::new());
    let storage_url = config.storage_url.as_deref();
    let mut lakes = Lakes::hold(storage_url, &config.data_dir, scratch.path(), &config.clock).await?;
    let copied = async {
        for workspace in &workspaces {
            let taken = lakes.copy(workspace, &mut archive).await?;
            names.extend(taken.entries);
            damaged.extend(taken.damaged);
        }
        Ok::<_, Error>(())
    }
    .await;
    lakes.release().await;
    copied?;
    let manifest = archive.finish(env!("CARGO_PKG_VERSION"), taken_at, workspaces.len(), &names)?;
    Ok(Backup { manifest, damaged })
}

/// Puts a backup back into the data folder and the storage of `config`, which hold nothing. All of it is read and compared with its sums
/// before anything is written; the control database is written last, so that no server takes half of it for a whole.
///
/// # Errors
/// The file is no backup, or entries of it are damaged, named in the message; the folder or the storage is not empty, or a server has it;
/// a disk or the storage refuses.
pub async fn restore(config: EngineConfig, file: &Path) -> Result<Manifest> {
    let options = kupets_control::options(config.database_url.as_deref(), &config.data_dir)?;
    let control = options.get_filename();
    refuse_if_there(control)?;
    let mut archive = ArchiveReader::open(file)?;
    let target = Target::open(config.storage_url.as_deref(), &config.data_dir).await?;
    archive.verify()?;
    let home = folder_of(control);
    kupets_control::private_dir(home).map_err(|e| unwritten(home, e))?;
    let scratch = scratch(control)?;
    let draft = scratch.path().join(CONTROL);
    archive.unpack(CONTROL, &draft)?;
    target.restore(&mut archive, scratch.path()).await?;
    std::fs::rename(&draft, control).map_err(|e| unwritten(control, e))?;
    std::fs::File::open(home).and_then(|folder| folder.sync_all()).map_err(|e| unwritten(home, e))?;
    Ok(archive.manifest().clone())
}

/// A folder beside a file, for its owner alone, that goes when it is dropped.
fn scratch(beside: &Path) -> Result<tempfile::TempDir> {
    let folder = folder_of(beside);
    tempfile::Builder::new().prefix(".kupets-").tempdir_in(folder).map_err(|e| unwritten(folder, e))
}

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn remove(file: &Path) -> Result<()> {
    std::fs::remove_file(file).map_err(|e| unwritten(file, e))
}

/// What is left of a database counts as one: an old log would be taken for the new one's.
fn refuse_if_there(control: &Path) -> Result<()> {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut name = control.as_os_str().to_owned();
        name.push(suffix);
        let file = PathBuf::from(name);
        if file.exists() {
            return Err(Error::new(
                Kind::Conflict,
                "not_empty",
                format!(
                    "{} is there: a backup is restored into an empty folder. Name another one with --data, or move this one aside",
                    file.display()
                ),
            ));
        }
    }
    Ok(())
}

fn unwritten(path: &Path, error: std::io::Error) -> Error {
    Error::unavailable(format!("{} cannot be written: {error}", path.display())).with_source(error)
}
