//! Where the files are: `imports/<workspace>/<id>/` in the data folder, for its owner alone.

use std::{
    collections::HashSet,
    io,
    path::{Path, PathBuf},
};

use kupets_core::{Error, Result, TenantId};
use tokio::fs;

/// The folder of an import.
fn folder(data: &Path, tenant: &TenantId, id: &str) -> PathBuf {
    data.join("imports").join(tenant.as_str()).join(id)
}

/// Makes the folder of a file that is sent, the first one being 0, and tells where the file goes: under the name that it is sent
/// with, as ids of records without one are made of it. Those behind the first one have folders of their own, whose names keep
/// their order.
pub(super) fn make(data: &Path, tenant: &TenantId, id: &str, at: usize, name: &str) -> Result<PathBuf> {
    let mut place = folder(data, tenant, id).join("file");
    if at > 0 {
        place.push(format!("{:04}", at + 1));
    }
    kupets_control::private_dir(&place).map_err(|e| refused(&place, &e))?;
    Ok(place.join(name))
}

/// The files that were sent, in their order, as they stand there: their names in the control database are forgotten with whoever
/// is erased.
pub(super) fn sent(data: &Path, tenant: &TenantId, id: &str) -> Result<Vec<PathBuf>> {
    let place = folder(data, tenant, id).join("file");
    let gone = || Error::invalid("import_file", "the file is gone: send it again");
    let files = |place: &Path| -> io::Result<(Vec<PathBuf>, Vec<PathBuf>)> {
        let entries = std::fs::read_dir(place)?.map(|entry| entry.map(|entry| entry.path()));
        Ok(entries.collect::<io::Result<Vec<_>>>()?.into_iter().partition(|path| path.is_file()))
    };
    let found = files(&place).and_then(|(mut found, mut folders)| {
        folders.sort();
        for folder in folders {
            found.extend(files(&folder)?.0);
        }
        Ok(found)
    });
    match found {
        Ok(found) if found.is_empty() => Err(gone()),
        Ok(found) => Ok(found),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(gone()),
        Err(error) => Err(refused(&place, &error)),
    }
}

/// A message about files without where they stand here.
pub(super) fn without(message: &str, files: &[PathBuf]) -> String {
    // Those of the files behind the first one begin with the first one's.
    let folders = files.iter().rev().filter_map(|file| file.parent());
    folders.fold(message.to_owned(), |message, folder| {
        message.replace(&format!("{}{}", folder.display(), std::path::MAIN_SEPARATOR), "")
    })
}

/// What a look has found.
pub(super) fn path_of_look(data: &Path, tenant: &TenantId, id: &str) -> PathBuf {
    folder(data, tenant, id).join("look.json")
}

/// What is wrong with rows: as the look has found it, or the run.
pub(super) fn errors(data: &Path, tenant: &TenantId, id: &str, of_run: bool) -> PathBuf {
    folder(data, tenant, id).join(if of_run { "errors.ndjson" } else { "look-errors.ndjson" })
}

/// Deletes the folder of an import.
///
/// # Errors
/// The disk refuses.
pub async fn forget(data: &Path, tenant: &TenantId, id: &str) -> Result<()> {
    remove(&folder(data, tenant, id)).await
}

/// Deletes what was sent, and leaves what is told of it.
pub(super) async fn forget_file(data: &Path, tenant: &TenantId, id: &str) -> Result<()> {
    remove(&folder(data, tenant, id).join("file")).await
}

async fn remove(place: &Path) -> Result<()> {
    match fs::remove_dir_all(place).await {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(refused(place, &error)),
        _ => Ok(()),
    }
}

/// Deletes every folder but those of `live`: workspace and id.
pub(super) async fn keep_only(data: &Path, live: &[(String, String)]) -> Result<()> {
    let live: HashSet<(&str, &str)> = live.iter().map(|(tenant, id)| (tenant.as_str(), id.as_str())).collect();
    for workspace in entries(&data.join("imports")).await? {
        let tenant = name(&workspace);
        for import in entries(&workspace).await? {
            if !live.contains(&(tenant.as_str(), name(&import).as_str())) {
                remove(&import).await?;
            }
        }
        // Only an empty one goes; one that has just got a folder stays.
        let _ = fs::remove_dir(&workspace).await;
    }
    Ok(())
}

async fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut reader = match fs::read_dir(folder).await {
        Ok(reader) => reader,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(found);
        }
        Err(error) => return Err(refused(folder, &error)),
    };
    while let Some(entry) = reader.next_entry().await.map_err(|e| refused(folder, &e))? {
        found.push(entry.path());
    }
    Ok(found)
}

fn name(path: &Path) -> String {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned()
}

/// What the disk refuses.
pub(super) fn refused(path: &Path, error: &io::Error) -> Error {
    let path = path.display();
    Error::unavailable("the disk does not take the file now; try again").with_source(format!("{path}: {error}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[tokio::test]
    async fn what_has_no_row_goes_and_nothing_else() {
        let data = tempfile::tempdir().unwrap();
        let tenant = TenantId::parse("0123456789abcdef0123456789abcdef").unwrap();
        for id in ["aa", "bb"] {
            for (at, name) in ["orders.csv", "more.csv", "again.csv"].into_iter().enumerate() {
                std::fs::write(make(data.path(), &tenant, id, at, name).unwrap(), "x").unwrap();
            }
        }
        let files = sent(data.path(), &tenant, "aa").unwrap();
        let names: Vec<_> = files.iter().map(|file| file.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["orders.csv", "more.csv", "again.csv"], "in the order in which they came");
        let told = format!("{} and {} are alike", files[2].display(), files[0].display());
        assert_eq!(without(&told, &files), "again.csv and orders.csv are alike");
        let live = [(tenant.as_str().to_owned(), "aa".to_owned()), ("another".to_owned(), "bb".to_owned())];
        keep_only(data.path(), &live).await.unwrap();
        assert!(folder(data.path(), &tenant, "aa").exists() && !folder(data.path(), &tenant, "bb").exists());
        forget_file(data.path(), &tenant, "aa").await.unwrap();
        assert!(sent(data.path(), &tenant, "aa").is_err());
        keep_only(data.path(), &[]).await.unwrap();
        assert!(!data.path().join("imports").join(tenant.as_str()).exists());
        // Nothing was ever sent.
        keep_only(&data.path().join("nowhere"), &[]).await.unwrap();
    }
}
