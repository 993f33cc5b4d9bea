//! Every report over real sales, beside the same report as one would write it for DuckDB (`benches/duckdb/`), by DuckDB.
//!
//! The sales are Online Retail, with what it lacks made up by rule: categories, channels, a second currency, cities of
//! customers, interactions. The original lines stay as they are, in pounds.

use std::{
    collections::BTreeMap,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use datafusion::{common::ParamValues, common::ScalarValue};
use futures::TryStreamExt;
use kupets_engine::{
    EngineConfig, SegmentRules, TenantContext, TenantId, Workspace,
    clock::FixedClock,
    query::{Answer, Column, Format, SqlRequest},
    reports::{catalogue, prepare},
    schema::Table,
};
use kupets_import::{Import, ImportOptions, parse_map};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{
    duckdb::reader,
    support::{Bench, SHOP, config, open},
};

const RETAIL_MAP: &str = "purchase_id=InvoiceNo,product_id=StockCode,product=Description,quantity=Quantity,\
     unit_price=UnitPrice,occurred_at=InvoiceDate,customer_id=CustomerID,attributes.country=Country";
const NOW: &str = "2011-12-10T00:00:00Z";
pub const LONDON: Tz = Tz::Europe__London;
/// Here the clock jumps at midnight: 27 March 2011 began at one o'clock.
const BEIRUT: Tz = Tz::Asia__Beirut;

pub fn now() -> DateTime<Utc> {
    NOW.parse().unwrap()
}

pub fn retail() -> Option<PathBuf> {
    let folder =
        std::env::var_os("KUPETS_SHARED_DATA").map_or_else(|| PathBuf::from("../../shared/data"), PathBuf::from);
    let path = folder.join("online_retail.parquet");
    if path.exists() {
        return Some(path);
    }
    let _ = writeln!(
        std::io::stderr(),
        "SKIPPED: no {}; set KUPETS_SHARED_DATA to the folder that holds it",
        path.display()
    );
    None
}

/// The same shop's data, seen by the clock of that zone.
pub fn shop(bench: &Bench, time_zone: Tz) -> TenantContext {
    let workspace = Workspace {
        id: TenantId::parse(SHOP).unwrap(),
        time_zone,
        currency: "GBP".into(),
        segments: Arc::default(),
        holidays: Arc::default(),
        erased_records: Default::default(),
    };
    bench.authority.grant(workspace, kupets_engine::Actor::server())
}

/// A number that a text stands for, the same on each run.
fn number(text: &str) -> usize {
    text.bytes().fold(7, |n, byte| (n * 31 + usize::from(byte)) % 1_000_003)
}

/// What Online Retail does not have: a channel for two of three purchases, a category for most products.
fn enrich(purchase: &mut Value) {
    match number(purchase["purchase_id"].as_str().unwrap()) % 3 {
        0 => purchase["channel"] = json!("web"),
        1 => purchase["channel"] = json!("shop"),
        _ => {}
    }
    for line in purchase["items"].as_array_mut().unwrap() {
        let first = line["product_id"].as_str().unwrap().chars().next().unwrap();
        if first != '7' {
            line["category"] = json!(format!("range {first}"));
        }
    }
}

fn customer(id: &str) -> Value {
    let cities = ["Kazan", "Tver", "Leeds", "Bath"];
    let n = number(id);
    let mut customer = json!({ "customer_id": id, "name": format!("Customer {id}") });
    if let Some(city) = cities.get(n % 5) {
        customer["attributes"] = json!({ "city": city, "country": "elsewhere" });
    }
    customer
}

/// Some contacts with every third customer, around the dates of sales, and some with nobody.
fn interactions(customers: &[String]) -> Vec<Value> {
    let (kinds, channels) = (["call", "email", "visit"], ["phone", "web"]);
    let mut all = Vec::new();
    for (at, id) in customers.iter().enumerate().filter(|(at, _)| at % 3 == 0) {
        for n in 0..1 + at % 4 {
            let day = (number(id) + n * 61) % 374;
            let time = now() - chrono::Duration::hours(24 * i64::try_from(day).unwrap() + 7);
            let mut one = json!({
                "interaction_id": format!("i{at}-{n}"), "kind": kinds[(at + n) % 3], "occurred_at": time.to_rfc3339(),
            });
            if at % 2 == 0 {
                one["channel"] = json!(channels[n % 2]);
            }
            if at % 10 != 9 {
                one["customer_id"] = json!(id);
            }
            all.push(one);
        }
    }
    all
}

/// Online Retail in an engine, flushed; returns the last records sent.
pub async fn filled(bench: &Bench, file: &Path) -> String {
    let tenant = shop(bench, LONDON);
    let options = ImportOptions { mapping: parse_map(RETAIL_MAP).unwrap(), ..ImportOptions::new(Table::Purchases) };
    let mut customers = std::collections::BTreeSet::new();
    let mut last = String::new();
    for batch in Import::open(file, options).unwrap().batches().unwrap() {
        let batch = batch.unwrap();
        assert!(batch.refused.is_empty());
        let mut purchases: Vec<Value> =
            (0..batch.len()).map(|at| serde_json::from_slice(batch.record(at).unwrap()).unwrap()).collect();
        let mut dollars = Vec::new();
        for purchase in &mut purchases {
            enrich(purchase);
            customers.extend(purchase["customer_id"].as_str().map(str::to_owned));
            let id = purchase["purchase_id"].as_str().unwrap().to_owned();
            if number(&id).is_multiple_of(7) {
                let mut dollar = purchase.clone();
                dollar["purchase_id"] = json!(format!("usd-{id}"));
                dollar["currency"] = json!("USD");
                dollars.push(dollar);
            }
        }
        last = Value::from(purchases).to_string();
        bench.send_to(&tenant, Table::Purchases, &last).await.unwrap();
        if !dollars.is_empty() {
            bench.send_to(&tenant, Table::Purchases, &Value::from(dollars).to_string()).await.unwrap();
        }
    }
    let customers: Vec<String> = customers.into_iter().collect();
    let known: Vec<Value> = customers.iter().map(|id| customer(id)).collect();
    bench.send_to(&tenant, Table::Customers, &Value::from(known).to_string()).await.unwrap();
    let contacts = Value::from(interactions(&customers)).to_string();
    bench.send_to(&tenant, Table::Interactions, &contacts).await.unwrap();
    bench.engine.flush(&tenant).await.unwrap();
    last
}

/// A report with its parameters, seen from a zone.
#[derive(Debug, Clone)]
struct Ask {
    id: &'static str,
    zone: Tz,
    parameters: BTreeMap<String, String>,
}

/// Each report as it is without parameters, and with others.
fn asks() -> Vec<Ask> {
    let mut asks = Vec::new();
    let mut ask = |id: &'static str, zone, text: &str| {
        let pair = |pair: &str| pair.split_once('=').map(|(k, v)| (k.to_owned(), v.to_owned())).unwrap();
        let mut parameters: BTreeMap<_, _> = text.split('&').filter(|p| !p.is_empty()).map(pair).collect();
        if id == "by_attribute" {
            parameters.entry("attribute".to_owned()).or_insert_with(|| "country".to_owned());
        }
        asks.push(Ask { id, zone, parameters });
    };
    // What a fitted model says has no statement to be compared with.
    for report in catalogue().iter().filter(|report| report.id != "customer_value") {
        let id = report.id.as_str();
        ask(id, LONDON, "");
        ask(id, LONDON, "from=2011-03-01&to=2011-06-01");
        ask(id, LONDON, "from=2011-11-07");
        ask(id, LONDON, "to=2011-10-30T01:30:00Z&limit=5");
        // A week that ends where the clock jumps over midnight, and a day of 23 hours.
        ask(id, BEIRUT, "from=2011-03-20&to=2011-03-27");
        ask(id, BEIRUT, "from=2011-03-27&to=2011-03-28");
        ask(id, Tz::Pacific__Kiritimati, "period=last_month");
        // Before and after all data.
        ask(id, LONDON, "to=2001-01-01");
        ask(id, LONDON, "from=2030-01-01&to=2030-04-01");
        if report.currency {
            ask(id, Tz::America__New_York, "currency=USD&from=2011-01-15&to=2011-09-15");
            ask(id, LONDON, "currency=JPY");
        }
        if let Some(grain) = report.parameters.iter().find(|p| p.name == "grain") {
            for grain in &grain.allowed {
                ask(id, LONDON, &format!("grain={grain}&from=2011-01-20&to=2011-11-02"));
                ask(id, BEIRUT, &format!("grain={grain}&from=2011-03-20&to=2011-03-27"));
                ask(id, BEIRUT, &format!("grain={grain}&to=2011-03-27"));
            }
        }
    }
    ask("by_attribute", LONDON, "attribute=city");
    ask("by_attribute", LONDON, "attribute=city&source=customer&from=2011-02-01");
    ask("by_attribute", LONDON, "attribute=country&source=customer");
    ask("by_attribute", LONDON, "attribute=country&source=purchase&to=2011-02-01");
    ask("by_attribute", LONDON, "attribute=nothing");
    ask("rfm_segments", LONDON, "as_of=2011-06-15");
    ask("rfm_segments", LONDON, "from=2011-01-01&to=2011-07-01&as_of=2011-10-01T12:00:00Z");
    ask("abc_xyz", LONDON, "a_share=0.5&b_share=0.6&x_variation=0.3&y_variation=0.6");
    ask("basket_pairs", LONDON, "min_support=0.02&min_confidence=0.3");
    for id in ["segment_movement", "lifecycle"] {
        // Two moments of one day, the later at the minute of other days' orders; a few days of history; a day of 25 hours.
        ask(id, LONDON, "as_of=2011-10-05T09:00:00+01:00");
        ask(id, LONDON, "as_of=2011-10-05T12:00:00+01:00");
        ask(id, LONDON, "as_of=2010-12-03");
        ask(id, Tz::America__New_York, "as_of=2011-11-07&currency=USD");
        // Midnight of a zone is not that of another.
        ask(id, Tz::Pacific__Kiritimati, "as_of=2011-08-16");
        ask(id, Tz::America__New_York, "as_of=2011-08-16");
    }
    ask("segment_movement", LONDON, "days=1&as_of=2011-10-05T12:00:00+01:00");
    ask("segment_movement", LONDON, "days=365");
    ask("segment_movement", LONDON, "from=2011-06-01T12:00:00+01:00&as_of=2011-09-01T12:00:00+01:00");
    for parameters in ["", "&from=2011-01-20&to=2011-11-02&grain=week", "&grain=quarter&to=2011-08-20"] {
        ask("cohort_retention", LONDON, &format!("mode=rolling{parameters}"));
        ask("cohort_retention", BEIRUT, &format!("mode=rolling{parameters}"));
    }
    ask("interactions_summary", LONDON, "window_days=1");
    ask("interactions_summary", LONDON, "window_days=90&from=2011-04-01&to=2011-05-01");
    asks
}

/// A value for `duckdb_reports.py`.
fn parameter(value: &ScalarValue) -> Value {
    match value {
        ScalarValue::TimestampMicrosecond(us, _) => json!({ "type": "TIMESTAMPTZ", "value": us }),
        ScalarValue::Utf8(text) => json!({ "type": "VARCHAR", "value": text }),
        ScalarValue::Int64(number) => json!({ "type": "BIGINT", "value": number }),
        ScalarValue::Float64(number) => json!({ "type": "DOUBLE", "value": number }),
        other => panic!("{other:?}"),
    }
}

/// DuckDB's statement for it, with the values that ours is bound to.
fn job(ask: &Ask) -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../benches/duckdb").join(ask.id).with_extension("sql");
    let prepared = prepare(ask.id, &ask.parameters, ask.zone, "GBP", &SegmentRules::default(), now()).unwrap();
    let ParamValues::Map(values) = prepared.params else { panic!("reports have names") };
    let mut params: serde_json::Map<String, Value> =
        values.iter().map(|(name, value)| (name.clone(), parameter(&value.value))).collect();
    params.insert("time_zone".into(), json!({ "type": "VARCHAR", "value": ask.zone.name() }));
    json!({ "sql": std::fs::read_to_string(file).unwrap(), "params": params })
}

/// DuckDB's answers to jobs over the tenant's lake.
fn duckdb(dir: &Path, jobs: &[Value]) -> Option<Vec<Value>> {
    let (python, script) = reader("duckdb_reports.py")?;
    let lake = dir.join("lake/tenants").join(SHOP);
    let jobs_file = dir.join("jobs.json");
    std::fs::write(&jobs_file, Value::from(jobs).to_string()).unwrap();
    let output = Command::new(python)
        .arg(script)
        .arg(lake)
        .stdin(Stdio::from(std::fs::File::open(jobs_file).unwrap()))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), jobs.len());
    Some(answers)
}

/// Columns and rows of an answer.
async fn read(answer: Answer) -> (Vec<Column>, Vec<Vec<Value>>) {
    let columns = answer.columns.clone();
    let chunks: Vec<bytes::Bytes> = answer.into_bytes(Format::Json).try_collect().await.unwrap();
    let mut all: Value = serde_json::from_slice(&chunks.concat()).unwrap();
    (columns, serde_json::from_value(all["rows"].take()).unwrap())
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Whether both mean the same. Decimals and whole numbers are equal to the last digit; where either is a double, they are
/// equal to nine digits, and to the digits that a rounded decimal has.
fn same(ours: &Value, our_type: &str, theirs: &Value, their_type: &str) -> bool {
    if ours.is_null() || theirs.is_null() {
        return ours == theirs;
    }
    let numeric = |t: &str| t.starts_with("DECIMAL") || t.ends_with("INT") || t == "INTEGER" || t == "DOUBLE";
    if !numeric(our_type) {
        return text(ours) == text(theirs).replace("+00:00", "Z");
    }
    let (ours, theirs) = (text(ours), text(theirs));
    if our_type != "DOUBLE" && their_type != "DOUBLE" {
        return ours.parse::<Decimal>().unwrap() == theirs.parse::<Decimal>().unwrap();
    }
    let half_a_digit = match our_type {
        "DECIMAL(38,4)" => 0.5e-4,
        "DECIMAL(38,6)" => 0.5e-6,
        _ => 0.0,
    };
    let (ours, theirs) = (ours.parse::<f64>().unwrap(), theirs.parse::<f64>().unwrap());
    (ours - theirs).abs() <= half_a_digit + 1e-9 * theirs.abs()
}

fn differences(ask: &Ask, ours: &(Vec<Column>, Vec<Vec<Value>>), theirs: &Value) -> Option<String> {
    let (columns, rows) = ours;
    let names: Vec<&str> = columns.iter().map(|c| c.name.as_str()).collect();
    // The last column of lifecycle is a fitted model's: SQL has no word on it.
    let compared = names.len() - usize::from(ask.id == "lifecycle");
    if json!(names[..compared]) != theirs["columns"] {
        return Some(format!("{ask:?}: columns {names:?} and {}", theirs["columns"]));
    }
    let their_rows = theirs["rows"].as_array().unwrap();
    let differs = |at: usize| match (rows.get(at), their_rows.get(at)) {
        (Some(a), Some(b)) => {
            (0..compared).any(|c| !same(&a[c], &columns[c].sql_type, &b[c], theirs["types"][c].as_str().unwrap()))
        }
        _ => true,
    };
    let row = (0..rows.len().max(their_rows.len())).find(|at| differs(*at))?;
    let show = |row: Option<Value>| row.map_or_else(|| "nothing".to_owned(), |r| r.to_string());
    Some(format!(
        "{} {:?} in {}: {} rows and DuckDB's {}; row {row}:\n  ours   {}\n  DuckDB {}",
        ask.id,
        ask.parameters,
        ask.zone,
        rows.len(),
        their_rows.len(),
        show(rows.get(row).map(|r| json!(r))),
        show(their_rows.get(row).cloned()),
    ))
}

/// All that differ, in words.
async fn compare(bench: &Bench, asks: &[Ask], theirs: &[Value]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (ask, theirs) in asks.iter().zip(theirs) {
        let tenant = shop(bench, ask.zone);
        let answer = bench.engine.report(&tenant, ask.id, &ask.parameters).await;
        let ours = read(answer.unwrap_or_else(|e| panic!("{ask:?}: {e}"))).await;
        wrong.extend(differences(ask, &ours, theirs));
    }
    wrong
}

#[tokio::test(flavor = "multi_thread")]
async fn every_report_over_online_retail_is_what_duckdb_makes_of_it() {
    let Some(file) = retail() else { return };
    if reader("duckdb_reports.py").is_none() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let bench = open(EngineConfig { clock: Arc::new(FixedClock(now())), ..config(dir.path()) }).await;
    let last = filled(&bench, &file).await;
    let asks = asks();
    assert_eq!(catalogue().len(), 19);

    let jobs: Vec<Value> = asks.iter().map(job).collect();
    let Some(theirs) = duckdb(dir.path(), &jobs) else { return };
    let wrong = compare(&bench, &asks, &theirs).await;
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), asks.len(), wrong.join("\n"));
    let answered = theirs.iter().filter(|t| t["rows"].as_array().is_some_and(|rows| !rows.is_empty())).count();
    assert!(answered > asks.len() / 2, "only {answered} of {} have rows", asks.len());

    // Thousands of purchases sent again, as they were: they hide their old selves in the files, and nothing else changes.
    let tenant = shop(&bench, LONDON);
    let again = bench.send_to(&tenant, Table::Purchases, &last).await.unwrap();
    assert_eq!(again.accepted, again.replaced);
    let plain: Vec<usize> = (0..asks.len()).filter(|at| asks[*at].parameters.len() < 2).collect();
    let (asks, theirs): (Vec<_>, Vec<_>) = plain.iter().map(|at| (asks[*at].clone(), theirs[*at].clone())).unzip();
    let wrong = compare(&bench, &asks, &theirs).await;
    assert!(wrong.is_empty(), "{} of {} differ from memory:\n{}", wrong.len(), asks.len(), wrong.join("\n"));
    bench.engine.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn months_of_online_retail_are_those_of_the_file_itself() {
    let Some(file) = retail() else { return };
    let dir = tempfile::tempdir().unwrap();
    let bench = open(EngineConfig { clock: Arc::new(FixedClock(now())), ..config(dir.path()) }).await;
    filled(&bench, &file).await;
    let tenant = shop(&bench, LONDON);
    let sql = |sql: &str| SqlRequest { sql: sql.to_owned(), ..SqlRequest::default() };
    let ours = "SELECT date_trunc('month', local_time(occurred_at)) AS month, count(*), count(DISTINCT purchase_id), \
                count(DISTINCT customer_id), sum(quantity), sum(amount) FROM purchases WHERE currency = 'GBP' GROUP BY 1 ORDER BY 1";
    let (columns, rows) = read(bench.engine.sql(&tenant, sql(ours)).await.unwrap()).await;
    let raw = format!(
        "SELECT date_trunc('month', InvoiceDate), count(*), count(DISTINCT InvoiceNo), count(DISTINCT CustomerID), sum(Quantity), \
         sum(Quantity * CAST(UnitPrice AS DECIMAL(18, 4))) FROM read_parquet('{}') GROUP BY 1 ORDER BY 1",
        file.display()
    );
    let Some(theirs) = duckdb(dir.path(), &[json!({ "sql": raw })]) else { return };
    let their_rows = theirs[0]["rows"].as_array().unwrap();
    assert_eq!((rows.len(), their_rows.len()), (13, 13));
    for (ours, theirs_row) in rows.iter().zip(their_rows) {
        for (c, column) in columns.iter().enumerate() {
            let their_type = theirs[0]["types"][c].as_str().unwrap();
            assert_ne!(their_type, "DOUBLE");
            assert!(same(&ours[c], &column.sql_type, &theirs_row[c], their_type), "{ours:?} and {theirs_row}");
        }
    }
    // What the research notes say of the whole.
    let whole = "SELECT count(*), count(DISTINCT purchase_id), count(DISTINCT customer_id), sum(amount) FROM purchases WHERE currency = 'GBP'";
    let (_, rows) = read(bench.engine.sql(&tenant, sql(whole)).await.unwrap()).await;
    assert_eq!(rows[0].iter().map(text).collect::<Vec<_>>(), ["541909", "25900", "4372", "9747747.934"]);
    bench.engine.shutdown().await.unwrap();
}
