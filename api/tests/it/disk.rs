//! A full disk: nothing more is acknowledged, what was is kept, and it goes on when there is room again.

use std::{io::Write, path::Path, process::Command, time::Duration};

use serde_json::{Value, json};

use crate::process::Server;

/// A small file system of its own, unmounted when dropped. Needs the right to mount.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn new(megabytes: usize) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={megabytes}m");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path()).output();
        if mounted.is_ok_and(|o| o.status.success()) {
            return Some(Self(folder));
        }
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED: no right to mount a small disk; run the tests as root to try a full one"
        );
        None
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

fn fill(file: &Path) {
    let mut filler = std::fs::File::create(file).unwrap();
    let block = vec![7u8; 1 << 16];
    while filler.write_all(&block).is_ok() {}
    while filler.write_all(&block[..512]).is_ok() {}
}

#[tokio::test]
async fn a_full_disk_refuses_and_recovers() {
    let Some(disk) = SmallDisk::new(48) else { return };
    let data = disk.path().join("data");
    let server = Server::start(&data, "127.0.0.1:0").await;
    let (client, key) = server.workspace("full@example.com").await;
    let http = reqwest::Client::new();
    let send = async |id: u64| {
        let body = json!({"purchase_id": format!("p{id}"), "amount": 1, "product_id": "x", "product": "x".repeat(900)});
        let answer =
            http.post(format!("{}/v1/purchases", server.url)).bearer_auth(&key).json(&body).send().await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.json::<Value>().await.unwrap())
    };
    let mut acknowledged = 0;
    for id in 0..20 {
        assert_eq!(send(id).await.0, 200);
        acknowledged += 1;
    }
    let filler = disk.path().join("filler");
    fill(&filler);
    let mut refused = 0;
    for id in 20..2_000 {
        let (status, body) = send(id).await;
        match status {
            200 => acknowledged += 1,
            503 => {
                refused += 1;
                assert_eq!(body["status"], 503, "{body}");
                assert!(body["detail"].as_str().unwrap().contains("full"), "{body}");
                if refused == 3 {
                    break;
                }
            }
            other => panic!("{other}: {body}"),
        }
    }
    assert_eq!(refused, 3, "the disk was not full");
    let count = async |client: &kupets_api::client::Client| {
        client.sql("SELECT count(DISTINCT purchase_id) FROM purchases").await.unwrap().rows[0][0].as_u64().unwrap()
    };
    assert_eq!(count(&client).await, acknowledged, "what was refused is not there, what was acknowledged is");
    std::fs::remove_file(&filler).unwrap();
    let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
    loop {
        if send(1000).await.0 == 200 {
            break;
        }
        assert!(tokio::time::Instant::now() < deadline, "it does not recover");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(count(&client).await, acknowledged + 1);
    server.kill().await;
    let server = Server::start(&data, "127.0.0.1:0").await;
    let client = kupets_api::client::Client::new(&server.url).unwrap().with_key(&key);
    assert_eq!(count(&client).await, acknowledged + 1);
}
