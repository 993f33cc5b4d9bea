//! Damaged files are found and named; a lake that was moved still opens.

use std::path::{Path, PathBuf};

use kupets_engine::{
    Kind,
    check::{Checked, check},
    schema::Table,
};

use crate::support::{SHOP, config, open, open_when_free, purchases, try_open};

fn lake(dir: &Path) -> PathBuf {
    dir.join("lake/tenants").join(SHOP)
}

fn flip(file: &Path, at: usize) {
    let mut bytes = std::fs::read(file).unwrap();
    bytes[at] ^= 0x10;
    std::fs::write(file, bytes).unwrap();
}

async fn filled(dir: &Path) {
    let bench = open(config(dir)).await;
    bench.send(Table::Purchases, &purchases(0, 500)).await.unwrap();
    bench.engine.flush(&bench.shop).await.unwrap();
    bench.engine.shutdown().await.unwrap();
}

/// A check, as soon as nobody holds the folder any more.
async fn check_when_free(dir: &Path) -> Checked {
    let free = async {
        loop {
            match check(config(dir)).await {
                Ok(checked) => return checked,
                Err(error) if error.to_string().contains("another kupets") => tokio::task::yield_now().await,
                Err(error) => panic!("{error}"),
            }
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), free).await.unwrap()
}

fn parquet_file(dir: &Path) -> PathBuf {
    let folder = lake(dir).join("main/purchases");
    std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .find(|p| p.extension().is_some_and(|e| e == "parquet"))
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_bit_in_a_data_file_is_named_wherever_it_is() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path()).await;
    let file = parquet_file(dir.path());
    let size = std::fs::metadata(&file).unwrap().len() as usize;
    for at in [8, size / 3, size / 2, size - 9] {
        flip(&file, at);
        {
            let bench = open_when_free(config(dir.path())).await;
            let error = bench.try_rows(&bench.shop, "SELECT count(*), sum(amount) FROM purchases").await.unwrap_err();
            assert_eq!(error.kind(), Kind::Corrupt, "byte {at}: {error}");
            let name = file.file_name().unwrap().to_str().unwrap();
            assert!(error.to_string().contains(name), "byte {at}: {error}");
        }
        flip(&file, at);
    }
    let bench = open_when_free(config(dir.path())).await;
    assert_eq!(bench.totals().await, "1000|500|1875");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_data_file_is_named() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path()).await;
    let file = parquet_file(dir.path());
    let bytes = std::fs::read(&file).unwrap();
    std::fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    let bench = open_when_free(config(dir.path())).await;
    let error = bench.try_rows(&bench.shop, "SELECT count(*) FROM purchases").await.unwrap_err();
    assert_eq!(error.kind(), Kind::Corrupt, "{error}");
    assert!(error.to_string().contains(file.file_name().unwrap().to_str().unwrap()), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn records_are_taken_beside_a_damaged_file_and_all_is_there_once_when_it_is_restored() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path()).await;
    let file = parquet_file(dir.path());
    let bytes = std::fs::read(&file).unwrap();
    std::fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    {
        let bench = open_when_free(config(dir.path())).await;
        // Some of them are in the file, whose keys nobody can read now.
        bench.send(Table::Purchases, &purchases(0, 10)).await.unwrap();
        assert!(bench.try_rows(&bench.shop, "SELECT count(*) FROM customers").await.is_ok());
        let error = bench.try_rows(&bench.shop, "SELECT count(*) FROM purchases").await.unwrap_err();
        assert!(error.to_string().contains(file.file_name().unwrap().to_str().unwrap()), "{error}");
        assert_eq!(bench.engine.flush(&bench.shop).await.unwrap_err().kind(), Kind::Corrupt);
        let _ = bench.engine.shutdown().await;
    }
    std::fs::write(&file, bytes).unwrap();
    let bench = open_when_free(config(dir.path())).await;
    assert_eq!(bench.totals().await, "1000|500|1875");
    bench.engine.flush(&bench.shop).await.unwrap();
    assert_eq!(bench.totals().await, "1000|500|1875");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_says_which_file_is_damaged() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path()).await;
    {
        // Checked are the workspaces that have accounts.
        let bench = open_when_free(config(dir.path())).await;
        sqlx::query(
            "INSERT INTO workspaces (id, name, locale, time_zone, currency, created_at) VALUES (?, 'Shop', 'en', 'UTC', 'GBP', 1)",
        )
        .bind(SHOP)
        .execute(bench.engine.control())
        .await
        .unwrap();
        bench.engine.shutdown().await.unwrap();
    }
    let checked = check_when_free(dir.path()).await;
    assert_eq!(checked, Checked { workspaces: 1, damage: Vec::new() });
    let file = parquet_file(dir.path());
    let half = std::fs::metadata(&file).unwrap().len() as usize / 2;
    flip(&file, half);
    let checked = check_when_free(dir.path()).await;
    assert_eq!(checked.damage.len(), 1, "{checked:?}");
    assert!(checked.damage[0].contains(file.file_name().unwrap().to_str().unwrap()), "{checked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_catalog_is_named() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path()).await;
    let catalog = lake(dir.path()).join("catalog.sqlite");
    let mut bytes = std::fs::read(&catalog).unwrap();
    let half = bytes.len() / 2;
    for byte in &mut bytes[100..half] {
        *byte ^= 0xa5;
    }
    std::fs::write(&catalog, bytes).unwrap();
    let bench = open_when_free(config(dir.path())).await;
    let error = bench.try_rows(&bench.shop, "SELECT count(*) FROM purchases").await.unwrap_err();
    assert_eq!(error.kind(), Kind::Corrupt, "{error}");
    assert!(error.to_string().contains("catalog.sqlite"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_journal_entry_is_named_and_not_skipped() {
    let dir = tempfile::tempdir().unwrap();
    {
        let bench = open(config(dir.path())).await;
        bench.send(Table::Purchases, &purchases(0, 100)).await.unwrap();
        sqlx::query("UPDATE journal SET payload = zeroblob(length(payload)) WHERE table_name = 'purchases'")
            .execute(bench.engine.control())
            .await
            .unwrap();
    }
    let bench = open_when_free(config(dir.path())).await;
    let error = bench.try_rows(&bench.shop, "SELECT count(*) FROM purchases").await.unwrap_err();
    assert_eq!(error.kind(), Kind::Corrupt, "{error}");
    assert!(error.to_string().contains("kupets.db") && error.to_string().contains(SHOP), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_engines_do_not_share_a_folder() {
    let dir = tempfile::tempdir().unwrap();
    let bench = open(config(dir.path())).await;
    let error = try_open(config(dir.path())).await.err().expect("the second one is refused");
    assert!(error.to_string().contains("another kupets"), "{error}");
    bench.engine.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moved_folder_opens_where_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let (old, new) = (dir.path().join("old"), dir.path().join("new"));
    filled(&old).await;
    std::fs::rename(&old, &new).unwrap();
    let bench = open(config(&new)).await;
    assert_eq!(bench.totals().await, "1000|500|1875");
    bench.send(Table::Purchases, &purchases(0, 1)).await.unwrap();
    bench.engine.flush(&bench.shop).await.unwrap();
    assert_eq!(bench.totals().await, "1000|500|1875");
    bench.engine.shutdown().await.unwrap();
}
