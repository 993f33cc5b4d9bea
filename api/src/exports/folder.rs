//! Where the files are: `exports/<workspace>/<id>.<extension>` in the data folder, `.part` while they are made.

use std::{
    collections::HashSet,
    io,
    path::{Path, PathBuf},
};

use kupets_core::{Error, Result, TenantId};
use tokio::fs;

/// The file of an export.
pub fn path(data: &Path, tenant: &TenantId, id: &str, extension: &str) -> PathBuf {
    folder(data, tenant).join(format!("{id}.{extension}"))
}

/// The file of an export while it is made.
pub(super) fn part(data: &Path, tenant: &TenantId, id: &str) -> PathBuf {
    path(data, tenant, id, "part")
}

/// Makes the folder of a workspace's exports, for its owner alone.
pub(super) fn make(data: &Path, tenant: &TenantId) -> Result<()> {
    kupets_control::private_dir(&folder(data, tenant)).map_err(|e| refused(&folder(data, tenant), &e))
}

fn folder(data: &Path, tenant: &TenantId) -> PathBuf {
    data.join("exports").join(tenant.as_str())
}

/// Deletes every file but those of `live`: workspace and id.
pub(super) async fn keep_only(data: &Path, live: &[(String, String)]) -> Result<()> {
    let live: HashSet<(&str, &str)> = live.iter().map(|(tenant, id)| (tenant.as_str(), id.as_str())).collect();
    let root = data.join("exports");
    for folder in entries(&root).await? {
        let tenant = name(&folder);
        for file in entries(&folder).await? {
            let id = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            if !live.contains(&(tenant.as_str(), id)) {
                fs::remove_file(&file).await.or_else(gone).map_err(|e| refused(&file, &e))?;
            }
        }
        // Only an empty one goes; one that has just got a file stays.
        let _ = fs::remove_dir(&folder).await;
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

fn gone(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

/// What the disk refuses.
pub(super) fn refused(path: &Path, error: &io::Error) -> Error {
    let path = path.display();
    Error::unavailable("the disk does not take the file now; it is tried again").with_source(format!("{path}: {error}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[tokio::test]
    async fn what_has_no_row_goes_and_nothing_else() {
        let data = tempfile::tempdir().unwrap();
        let tenant = TenantId::parse("0123456789abcdef0123456789abcdef").unwrap();
        make(data.path(), &tenant).unwrap();
        let (kept, made, orphan) = (
            path(data.path(), &tenant, "aa", "csv"),
            part(data.path(), &tenant, "bb"),
            path(data.path(), &tenant, "cc", "csv"),
        );
        for file in [&kept, &made, &orphan] {
            std::fs::write(file, "x").unwrap();
        }
        let live = [("aa", tenant.as_str()), ("bb", tenant.as_str()), ("cc", "another")];
        let live: Vec<_> = live.iter().map(|(id, tenant)| ((*tenant).to_owned(), (*id).to_owned())).collect();
        keep_only(data.path(), &live).await.unwrap();
        assert!(kept.exists() && made.exists() && !orphan.exists());
        keep_only(data.path(), &[]).await.unwrap();
        assert!(!folder(data.path(), &tenant).exists());
        // Nothing was ever exported.
        keep_only(&data.path().join("nowhere"), &[]).await.unwrap();
    }
}
