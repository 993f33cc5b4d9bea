//! The real binary as a process, to be killed and started again.

use std::{path::Path, process::Stdio};

use kupets_api::client::{Client, Registration};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

pub const KUPETS: &str = env!("CARGO_BIN_EXE_kupets");

/// A server process on a folder, and a workspace in it.
pub struct Server {
    pub process: Child,
    pub url: String,
}

impl Server {
    /// Starts on a free port, or on the one it had before.
    pub async fn start(data: &Path, listen: &str) -> Self {
        Self::start_with(data, listen, &[]).await
    }

    /// The same with further flags.
    pub async fn start_with(data: &Path, listen: &str, flags: &[&str]) -> Self {
        let mut process = Command::new(KUPETS)
            .args(["serve", "--listen", listen, "--log-level", "error", "--data"])
            .arg(data)
            .args(flags)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let ready = lines.next_line().await.unwrap().expect("a line with the address");
        let url = ready.split_whitespace().find(|word| word.starts_with("http://")).expect("an address").to_owned();
        Self { process, url }
    }

    pub fn address(&self) -> &str {
        self.url.trim_start_matches("http://").trim_end_matches('/')
    }

    pub async fn kill(mut self) {
        self.process.kill().await.unwrap();
    }

    /// A workspace in pounds and UTC, and a client with its key.
    pub async fn workspace(&self, email: &str) -> (Client, String) {
        let registration = Registration {
            name: "Anna",
            email,
            password: "correct horse battery",
            workspace: None,
            locale: None,
            time_zone: Some("UTC"),
            currency: Some("GBP"),
            invite: None,
        };
        let client = Client::new(&self.url).unwrap();
        let key = client
            .register(&registration)
            .await
            .unwrap()
            .create_key("import", &["ingest", "read", "sql"])
            .await
            .unwrap();
        (client.with_key(&key), key)
    }
}
