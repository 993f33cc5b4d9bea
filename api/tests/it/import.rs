//! `kupets import` as people run it: the real binary against the real binary.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use kupets_api::client::{Client, Table};
use tokio::process::Command;

use crate::process::{KUPETS, Server};

pub const RETAIL_MAP: &str = "purchase_id=InvoiceNo,product_id=StockCode,product=Description,quantity=Quantity,\
     unit_price=UnitPrice,occurred_at=InvoiceDate,customer_id=CustomerID,attributes.country=Country";

fn import(server: &Server, key: &str, records: &str, file: &Path, folder: &Path) -> Command {
    let mut command = Command::new(KUPETS);
    command
        .args(["import", records])
        .arg(file)
        .args(["--url", &server.url, "--errors"])
        .arg(folder.join("errors.ndjson"))
        .env("KUPETS_KEY", key)
        .kill_on_drop(true);
    command
}

/// Exit code and standard output.
async fn run(mut command: Command) -> (i32, String) {
    let output = command.output().await.unwrap();
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    (output.status.code().expect("an exit code"), String::from_utf8(output.stdout).unwrap())
}

/// A row of figures as text.
async fn row(client: &Client, sql: &str) -> Vec<String> {
    let Table { rows, .. } = client.sql(sql).await.unwrap();
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    rows[0].iter().map(text).collect()
}

/// Lines, purchases, customers and revenue of a workspace.
async fn totals(client: &Client) -> Vec<String> {
    let sql = "SELECT count(*), count(DISTINCT purchase_id), count(DISTINCT customer_id), sum(amount) FROM purchases";
    let mut row = row(client, sql).await;
    let revenue = row.pop().unwrap();
    row.push(revenue.trim_end_matches('0').to_owned());
    row
}

const RETAIL_TOTALS: [&str; 4] = ["541909", "25900", "4372", "9747747.934"];

/// Online Retail, if it is there.
pub fn retail() -> Option<PathBuf> {
    let shared = std::env::var_os("KUPETS_SHARED_DATA").map(PathBuf::from);
    let folders = [shared, Some("../shared/data".into()), Some("../../shared/data".into())];
    let found = folders.into_iter().flatten().map(|f| f.join("online_retail.parquet")).find(|p| p.exists());
    if found.is_none() {
        eprintln!("SKIPPED: no online_retail.parquet; set KUPETS_SHARED_DATA to the folder that holds it");
    }
    found
}

/// Imports Online Retail.
pub async fn load_retail(server: &Server, key: &str, file: &Path, folder: &Path) {
    let mut command = import(server, key, "purchases", file, folder);
    command.args(["--map", RETAIL_MAP]);
    let (code, summary) = run(command).await;
    assert_eq!(code, 0, "{summary}");
}

#[tokio::test]
async fn online_retail_twice_gives_its_exact_totals_once() {
    let Some(file) = retail() else { return };
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("data"), "127.0.0.1:0").await;
    let (client, key) = server.workspace("retail@example.com").await;
    for replaced in ["0", "25,900"] {
        let mut command = import(&server, &key, "purchases", &file, folder.path());
        let (code, summary) = run({
            command.args(["--map", RETAIL_MAP]);
            command
        })
        .await;
        assert_eq!(code, 0, "{summary}");
        assert!(summary.contains("25,900 stored from 541,909 rows"), "{summary}");
        assert!(summary.contains(&format!(" {replaced} of them replaced")), "{summary}");
        assert_eq!(totals(&client).await, RETAIL_TOTALS);
    }
    let connection = client.connection().await.unwrap();
    assert_eq!(connection["records"]["purchases"], 25_900);
    assert_eq!(connection["records"]["customers"], 4_372);
    assert!(!folder.path().join("errors.ndjson").exists());
}

#[tokio::test]
async fn a_killed_server_is_waited_for_and_nothing_is_lost_or_doubled() {
    let Some(file) = retail() else { return };
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut server = Server::start(&data, "127.0.0.1:0").await;
    let (client, key) = server.workspace("killed@example.com").await;
    let mut command = import(&server, &key, "purchases", &file, folder.path());
    command.args(["--map", RETAIL_MAP, "--batch-kib", "512", "--retry-for", "120"]).stderr(Stdio::inherit());
    let mut importing = command.spawn().unwrap();
    let state = folder.path().join("online_retail.parquet.kupets-import.json");
    for kill_at in [5, 40, 75] {
        // Kills come when so many batches have been acknowledged, or not at all on a machine too fast for that.
        while batches(&state).is_some_and(|done| done < kill_at) || !state.exists() {
            if importing.try_wait().unwrap().is_some() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let address = server.address().to_owned();
        server.kill().await;
        server = Server::start(&data, &address).await;
    }
    assert_eq!(importing.wait().await.unwrap().code(), Some(0));
    assert_eq!(totals(&client).await, RETAIL_TOTALS);
}

#[tokio::test]
async fn a_killed_import_goes_on_where_it_stopped() {
    let Some(file) = retail() else { return };
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("data"), "127.0.0.1:0").await;
    let (client, key) = server.workspace("again@example.com").await;
    let start = || {
        let mut command = import(&server, &key, "purchases", &file, folder.path());
        command.args(["--map", RETAIL_MAP, "--batch-kib", "256"]);
        command
    };
    let state = folder.path().join("online_retail.parquet.kupets-import.json");
    let mut importing = start().spawn().unwrap();
    while batches(&state).is_none_or(|done| done < 20) && importing.try_wait().unwrap().is_none() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    importing.kill().await.unwrap();
    let (code, summary) = run(start()).await;
    assert_eq!(code, 0, "{summary}");
    assert!(!state.exists(), "it is removed when all is done");
    assert_eq!(totals(&client).await, RETAIL_TOTALS);
}

/// Batches that the state file tells of.
fn batches(state: &Path) -> Option<u64> {
    let state: serde_json::Value = serde_json::from_slice(&std::fs::read(state).ok()?).ok()?;
    state["batches"].as_u64()
}

#[tokio::test]
async fn bad_rows_are_told_and_good_ones_stored() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("data"), "127.0.0.1:0").await;
    let (client, key) = server.workspace("bad@example.com").await;

    let people = folder.path().join("people.csv");
    std::fs::write(&people, "Customer ID;Name;Tags\n1;Анна;vip,new\n;Иван;\n2;Пётр;\n").unwrap();
    let (code, summary) = run(import(&server, &key, "customers", &people, folder.path())).await;
    assert_eq!(code, 2, "{summary}");
    assert!(summary.starts_with("customers: 2 stored") && summary.contains("1 rejected"), "{summary}");
    let errors = std::fs::read_to_string(folder.path().join("errors.ndjson")).unwrap();
    let error: serde_json::Value = serde_json::from_str(errors.trim()).unwrap();
    assert_eq!((&error["row"], &error["field"]), (&2.into(), &"customer_id".into()));

    // The first is wrong to the reader, the second only to the server.
    let sales = folder.path().join("sales.csv");
    let long = "x".repeat(5_000);
    std::fs::write(&sales, format!("purchase_id,amount,product\nA,1,tea\nB,one,tea\nC,2,{long}\n")).unwrap();
    let (code, summary) = run(import(&server, &key, "purchases", &sales, folder.path())).await;
    assert_eq!(code, 2, "{summary}");
    let errors = std::fs::read_to_string(folder.path().join("errors.ndjson")).unwrap();
    let ids: Vec<_> =
        errors.lines().map(|l| serde_json::from_str::<serde_json::Value>(l).unwrap()["record_id"].clone()).collect();
    assert_eq!(ids, ["B", "C"]);
    assert_eq!(row(&client, "SELECT count(*), min(purchase_id) FROM purchases").await, ["1", "A"]);

    let mut dry = import(&server, &key, "purchases", &sales, folder.path());
    dry.arg("--dry-run");
    let (code, shown) = run(dry).await;
    assert!(code == 2 && shown.contains("1 purchases from 2 rows would be sent, 2 would be rejected"), "{shown}");
}

#[tokio::test]
async fn an_order_split_over_two_files_keeps_its_lines() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("data"), "127.0.0.1:0").await;
    let (client, key) = server.workspace("split@example.com").await;
    let (first, second) = (folder.path().join("first.csv"), folder.path().join("second.csv"));
    let head = "purchase_id,customer_id,product,amount,status,occurred_at";
    std::fs::write(&first, format!("{head}\nA,7,tea,1.5,Paid,2026-03-01\nB,8,tea,2,Cancelled,2026-03-01\n")).unwrap();
    std::fs::write(&second, format!("{head}\nA,,cup,3,,2026-03-01\nC,9,cup,3,,2026-03-01\n")).unwrap();
    assert_eq!(run(import(&server, &key, "purchases", &first, folder.path())).await.0, 0);

    let with = |flags: &[&str]| {
        let mut command = import(&server, &key, "purchases", &second, folder.path());
        command.args(flags);
        command
    };
    let (_, shown) = run(with(&["--dry-run"])).await;
    assert!(shown.contains("stored already, and would be replaced: 1"), "{shown}");
    let (_, shown) = run(with(&["--dry-run", "--append"])).await;
    assert!(shown.contains("would keep their lines beside those of the file: 1"), "{shown}");
    // Twice is as once.
    for _ in 0..2 {
        let (code, summary) = run(with(&["--append"])).await;
        assert_eq!(code, 0, "{summary}");
        let told =
            "SELECT count(*), CAST(sum(amount) AS DOUBLE), min(customer_id) FROM purchases WHERE purchase_id = 'A'";
        assert_eq!(row(&client, told).await, ["2", "4.5", "7"]);
    }
    assert_eq!(
        row(&client, "SELECT count(*), min(purchase_id) FROM purchases WHERE status = 'cancelled'").await,
        ["1", "B"]
    );
    assert_eq!(run(with(&["--append", "--attributes", "line"])).await.0, 1);
}

#[tokio::test]
async fn several_files_are_one_import() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("data"), "127.0.0.1:0").await;
    let (client, key) = server.workspace("several@example.com").await;
    let (first, second) = (folder.path().join("first.csv"), folder.path().join("second.csv"));
    let head = "purchase_id,customer_id,product,amount,currency,occurred_at";
    std::fs::write(&first, format!("{head}\nA,7,tea,1.5,EUR,2026-03-01\nB,8,tea,2,EUR,2026-03-01\n")).unwrap();
    std::fs::write(
        &second,
        format!("{head}\nA,7,cup,3,EUR,2026-03-01\nB,8,tea,2,EUR,2026-03-01\nC,9,cup,x,EUR,2026-03-01\n"),
    )
    .unwrap();
    let with = |flags: &[&str]| {
        let mut command = import(&server, &key, "purchases", &first, folder.path());
        command.arg(&second).args(flags);
        command
    };
    let (code, shown) = run(with(&["--dry-run"])).await;
    assert!(code == 2 && shown.contains("2026-03: 2 purchases, 6.5 EUR"), "{shown}");
    assert!(shown.contains("2 customers, sum 6.5 EUR, 1 rows that stand in several files taken once"), "{shown}");
    for replaced in ["0", "2"] {
        let (code, summary) = run(with(&[])).await;
        assert!(
            code == 2 && summary.contains(&format!("2 stored from 3 rows, {replaced} of them replaced")),
            "{summary}"
        );
        assert!(summary.contains("taken once: 1"), "{summary}");
        assert_eq!(totals(&client).await, ["3", "2", "2", "6.5"]);
    }
    let errors = std::fs::read_to_string(folder.path().join("errors.ndjson")).unwrap();
    let error: serde_json::Value = serde_json::from_str(errors.trim()).unwrap();
    assert_eq!((&error["file"], &error["row"]), (&"second.csv".into(), &3.into()));
    // One file twice would double what is in it.
    let mut twice = import(&server, &key, "purchases", &first, folder.path());
    twice.arg(&first);
    let output = twice.output().await.unwrap();
    assert!(output.status.code() == Some(1) && String::from_utf8_lossy(&output.stderr).contains("the same file"));
}

#[tokio::test]
async fn mistakes_end_at_once_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("data"), "127.0.0.1:0").await;
    let people = folder.path().join("people.csv");
    std::fs::write(&people, "who\n1\n").unwrap();
    let output = import(&server, "kp_wrong", "customers", &people, folder.path()).output().await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--map customer_id=COLUMN. Columns of the file: who"));
    std::fs::write(&people, "customer_id\n1\n").unwrap();
    let output = import(&server, "kp_wrong", "customers", &people, folder.path()).output().await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("401"));
}

#[tokio::test]
async fn the_demonstration_ends_well() {
    let output = Command::new(KUPETS)
        .args(["demo", "--once", "--lines", "2000", "--language", "ru", "--listen", "127.0.0.1:0"])
        .output()
        .await
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    for expected in ["Sales by month", "? Топ-5 товаров", "Password", "kp_", "http://127.0.0.1:"] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
}
