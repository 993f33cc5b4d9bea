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

/// Makes the folder of an import and that of its file.
pub(super) fn make(data: &Path, tenant: &TenantId, id: &str) -> Result<()> {
    let place = folder(data, tenant, id).join("file");
    kupets_control::private_dir(&place).map_err(|e| refused(&place, &e))
}

/// The file that was sent, under the name that it was sent with: ids of records without one are made of it.
pub(super) fn file(data: &Path, tenant: &TenantId, id: &str, name: &str) -> PathBuf {
    folder(data, tenant, id).join("file").join(name)
}

/// The file that was sent, as it stands there: its name in the control database is forgotten with whoever is erased.
pub(super) fn sent(data: &Path, tenant: &TenantId, id: &str) -> Result<PathBuf> {
    let place = folder(data, tenant, id).join("file");
    let found = std::fs::read_dir(&place).map(|mut files| files.find_map(|file| file.ok().map(|file| file.path())));
    let gone = || Error::invalid("import_file", "the file is gone: send it again");
    match found {
        Ok(found) => found.ok_or_else(gone),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(gone()),
        Err(error) => Err(refused(&place, &error)),
    }
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
            make(data.path(), &tenant, id).unwrap();
            std::fs::write(file(data.path(), &tenant, id, "orders.csv"), "x").unwrap();
        }
        let live = [(tenant.as_str().to_owned(), "aa".to_owned()), ("another".to_owned(), "bb".to_owned())];
        keep_only(data.path(), &live).await.unwrap();
        assert!(folder(data.path(), &tenant, "aa").exists() && !folder(data.path(), &tenant, "bb").exists());
        forget_file(data.path(), &tenant, "aa").await.unwrap();
        assert!(!file(data.path(), &tenant, "aa", "orders.csv").exists());
        keep_only(data.path(), &[]).await.unwrap();
        assert!(!data.path().join("imports").join(tenant.as_str()).exists());
        // Nothing was ever sent.
        keep_only(&data.path().join("nowhere"), &[]).await.unwrap();
    }
}
