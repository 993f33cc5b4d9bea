//! Sending against a server that misbehaves as servers do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    path::{Path, PathBuf},
    sync::Mutex,
};

use kupets_engine::schema::Table;
use kupets_import::{Import, ImportOptions};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use super::*;
use crate::cli::import::state::Job;

/// What a server does with its n-th request: an answer, or none at all.
type Behaviour = Box<dyn Fn(usize, &str) -> Option<(u16, String)> + Send + Sync>;

struct Fake {
    url: String,
    /// Bodies that were answered with 200, in the order of the answers.
    stored: Arc<Mutex<Vec<String>>>,
}

async fn fake(behaviour: Behaviour) -> Fake {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let stored = Arc::new(Mutex::new(Vec::new()));
    let shared = (Arc::new(behaviour), Arc::new(Mutex::new(0)), Arc::clone(&stored));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (behaviour, count, stored) = shared.clone();
            tokio::spawn(async move { serve(stream, &behaviour, &count, &stored).await });
        }
    });
    Fake { url, stored }
}

async fn serve(stream: TcpStream, behaviour: &Behaviour, count: &Mutex<usize>, stored: &Mutex<Vec<String>>) {
    let mut stream = BufReader::new(stream);
    loop {
        let (mut length, mut line) = (0, String::new());
        loop {
            line.clear();
            if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                return;
            }
            let lower = line.trim().to_ascii_lowercase();
            if let Some(value) = lower.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if lower.is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.unwrap();
        let body = String::from_utf8(body).unwrap();
        let request = {
            let mut count = count.lock().unwrap();
            *count += 1;
            *count - 1
        };
        // A connection that breaks without an answer.
        let Some((status, answer)) = behaviour(request, &body) else { return };
        if status == 200 {
            stored.lock().unwrap().push(body);
        }
        let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nretry-after: 0\r\n\r\n", answer.len());
        stream.write_all(format!("{head}{answer}").as_bytes()).await.unwrap();
    }
}

fn accept(body: &str) -> Option<(u16, String)> {
    Some((200, format!("{{\"accepted\":{},\"replaced\":0}}", body.lines().count())))
}

struct Case {
    folder: tempfile::TempDir,
    table: Table,
    file: PathBuf,
}

impl Case {
    fn new(table: Table, content: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rows.csv");
        std::fs::write(&file, content).unwrap();
        Self { folder, table, file }
    }

    fn errors(&self) -> PathBuf {
        self.folder.path().join("errors.ndjson")
    }

    fn state_file(&self) -> StateFile {
        StateFile::beside(self.folder.path(), "rows.csv")
    }

    /// Runs an import with ten records a batch; gives its end and what it has written down.
    async fn run(&self, url: &str) -> (Result<(), SendError>, State) {
        let import =
            Import::open(&self.file, ImportOptions { batch_records: 10, ..ImportOptions::new(self.table) }).unwrap();
        let job = Job {
            records: self.table.name().to_owned(),
            file: import.fingerprint().unwrap(),
            target: (String::new(), String::new()),
            options: String::new(),
        };
        let sending = Sending {
            client: Client::new(url).unwrap(),
            records: self.table.name(),
            concurrency: 4,
            patience: Duration::from_secs(60),
            encoding: Encoding::Identity,
            ids_may_repeat: import.ids_may_repeat(),
            append: false,
        };
        let state_file = self.state_file();
        let state = state_file.load(job);
        let errors = ErrorsFile::open(&self.errors(), state.errors_bytes).unwrap();
        let mut log = Log::new(state, &state_file, errors);
        let warn: Arc<dyn Fn(&str) + Send + Sync> = Arc::new(|_| {});
        let sent = send(&sending, import.batches().unwrap(), &mut log, &mut Show::new("test"), &warn).await;
        (sent, log.state)
    }
}

fn purchases(rows: usize) -> String {
    let lines: String = (0..rows).map(|at| format!("p{at},{at}\n")).collect();
    format!("purchase_id,amount\n{lines}")
}

fn ids(stored: &Mutex<Vec<String>>) -> Vec<String> {
    let stored = stored.lock().unwrap();
    let mut ids: Vec<String> =
        stored.iter().flat_map(|b| b.lines()).map(|l| l.split('"').nth(3).unwrap().to_owned()).collect();
    ids.sort();
    ids
}

fn lines(path: &Path) -> usize {
    std::fs::read_to_string(path).map_or(0, |text| text.lines().count())
}

#[tokio::test]
async fn broken_connections_and_a_busy_server_lose_nothing() {
    let server = fake(Box::new(|request, body| match request % 4 {
        0 => None,
        1 => Some((503, String::new())),
        2 => Some((429, "{\"code\":\"busy\",\"detail\":\"later\"}".to_owned())),
        _ => accept(body),
    }))
    .await;
    let case = Case::new(Table::Purchases, &purchases(95));
    let (sent, state) = case.run(&server.url).await;
    sent.unwrap();
    assert_eq!((state.batches, state.totals.accepted, state.totals.rows), (10, 95, 95));
    let mut all: Vec<String> = (0..95).map(|at| format!("p{at}")).collect();
    all.sort();
    assert_eq!(ids(&server.stored), all);
}

#[tokio::test]
async fn an_import_that_failed_goes_on_and_its_errors_are_written_once() {
    // Every seventh record is rejected by the server, every row without a number by the reader.
    let reject = |body: &str| {
        let bad: Vec<String> = body
            .lines()
            .enumerate()
            .filter(|(_, line)| line.contains("7\",\"items"))
            .map(|(at, _)| format!("{{\"index\":{at},\"field\":\"amount\",\"message\":\"no\"}}"))
            .collect();
        let good = body.lines().count() - bad.len();
        Some((200, format!("{{\"accepted\":{good},\"replaced\":0,\"rejected\":[{}]}}", bad.join(","))))
    };
    let content = purchases(100).replace("p55,55", "p55,x");
    let whole = Case::new(Table::Purchases, &content);
    let server = fake(Box::new(move |_, body| reject(body))).await;
    let (sent, expected) = whole.run(&server.url).await;
    sent.unwrap();
    assert_eq!((expected.totals.accepted, expected.totals.rejected, lines(&whole.errors())), (89, 11, 11));

    let broken = Case::new(Table::Purchases, &content);
    let refusing =
        fake(Box::new(move |request, body| if request >= 4 { Some((403, String::new())) } else { reject(body) })).await;
    let (sent, state) = broken.run(&refusing.url).await;
    assert!(matches!(sent, Err(SendError::Server { .. })));
    assert!(state.batches <= 4);
    // A line of a batch that was never written down as done, as a kill leaves it.
    let torn = std::fs::read(broken.errors()).unwrap_or_default();
    std::fs::write(broken.errors(), [torn.as_slice(), b"{\"torn"].concat()).unwrap();
    let (sent, state) = broken.run(&server.url).await;
    sent.unwrap();
    assert_eq!((state.batches, state.totals), (expected.batches, expected.totals));
    assert_eq!(std::fs::read(broken.errors()).unwrap(), std::fs::read(whole.errors()).unwrap());
}

#[tokio::test]
async fn changes_of_one_customer_arrive_in_their_order() {
    // The same five customers in every batch: no two batches may be under way at once.
    let rows: String = (0..200).map(|at| format!("c{},name {at}\n", at % 5)).collect();
    let case = Case::new(Table::Customers, &format!("customer_id,name\n{rows}"));
    let server =
        fake(Box::new(|request, body| if request % 3 == 0 { Some((503, String::new())) } else { accept(body) })).await;
    case.run(&server.url).await.0.unwrap();
    let stored = server.stored.lock().unwrap();
    let order: Vec<usize> =
        stored.iter().flat_map(|b| b.lines()).map(|l| l.split(['"', ' ']).nth(8).unwrap().parse().unwrap()).collect();
    assert_eq!(order, (0..200).collect::<Vec<_>>());
}
