//! Every column of the migrated schema is classified, and what is classified as somebody's is told and forgotten.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{AssertSqlSafe, Column, Connection, Row, SqliteConnection, sqlite::SqliteRow};

use super::{Holds, PersonalData, TABLES, Table};
use crate::testing::{Fixture, tenant};

/// A column as the database knows it.
#[derive(Debug, Clone)]
struct Known {
    name: String,
    kind: String,
    key: bool,
}

async fn schema(f: &Fixture) -> BTreeMap<String, Vec<Known>> {
    let names: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'table'").fetch_all(&f.pool).await.unwrap();
    let mut schema = BTreeMap::new();
    for name in names {
        let columns: Vec<(String, String, i64)> = sqlx::query_as("SELECT name, type, pk FROM pragma_table_info($1)")
            .bind(&name)
            .fetch_all(&f.pool)
            .await
            .unwrap();
        let known = columns.into_iter().map(|(name, kind, key)| Known { name, kind, key: key > 0 }).collect();
        schema.insert(name, known);
    }
    schema
}

impl Table {
    fn holds(&self, column: &str) -> Option<Holds> {
        self.columns.iter().find(|(_, names)| names.contains(&column)).map(|(holds, _)| *holds)
    }

    fn any(&self, holds: Holds) -> bool {
        self.columns.iter().any(|(held, names)| *held == holds && !names.is_empty())
    }
}

#[tokio::test]
async fn every_table_and_column_is_classified_once() {
    let f = Fixture::new().await;
    let schema = schema(&f).await;
    let declared: BTreeSet<&str> = TABLES.iter().map(|table| table.name).collect();
    assert_eq!(declared.len(), TABLES.len(), "a table is declared twice");
    for (name, columns) in &schema {
        let table = TABLES.iter().find(|table| table.name == name);
        let table =
            table.unwrap_or_else(|| panic!("{name} is not in personal_data::TABLES: say what its columns hold"));
        let mut listed: Vec<&str> = table.columns.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        let mut known: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        listed.sort_unstable();
        known.sort_unstable();
        assert_eq!(listed, known, "columns of {name} that personal_data::TABLES should list");
    }
    for name in declared {
        assert!(schema.contains_key(name), "{name} is declared and there is no such table");
    }
}

#[test]
fn what_holds_people_says_how_it_forgets_them() {
    for table in TABLES {
        assert_eq!(table.any(Holds::Customer), table.customer.is_some(), "customers in {}", table.name);
        assert_eq!(table.any(Holds::Account), table.account.is_some(), "accounts in {}", table.name);
        for (rule, tenant) in [(table.customer, true), (table.account, false)] {
            let Some(rule) = rule else { continue };
            assert!(!rule.forget.is_empty(), "{}", table.name);
            for statement in rule.forget.iter().chain([&rule.export]) {
                assert!(!tenant || statement.contains("tenant = $1"), "{statement} does not keep to its tenant");
            }
        }
    }
    // Only the journal is left to the storage.
    let records: Vec<&str> = TABLES.iter().filter(|table| table.any(Holds::Records)).map(|t| t.name).collect();
    assert_eq!(records, ["journal"]);
}

/// Fills each table with a row of that person: each column of theirs holds `who`, in every text of it.
async fn fill(f: &Fixture, holds: Holds, tenant: &str, who: &str, round: &mut i64) {
    let schema = schema(f).await;
    // Rows stand alone, without those that they refer to: each table's own statements must do.
    let options = crate::options(None, f.dir.path()).unwrap().foreign_keys(false);
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    for table in TABLES.iter().filter(|table| table.any(holds)) {
        // A number that rolls up sets a counter; nothing else does.
        let columns: Vec<&Known> =
            schema[table.name].iter().filter(|column| !(column.key && column.kind == "INTEGER")).collect();
        let mut names = Vec::new();
        let mut values = Vec::new();
        for column in columns {
            *round += 1;
            let theirs = table.holds(&column.name) == Some(holds);
            names.push(column.name.as_str());
            values.push(match column.kind.as_str() {
                _ if Some(column.name.as_str()) == table.workspace && !theirs => format!("'{tenant}'"),
                "TEXT" if theirs => format!("'{who}'"),
                "TEXT" => format!("'text {round}'"),
                "BOOLEAN" => "FALSE".to_owned(),
                "BLOB" => "x'00'".to_owned(),
                _ => "1".to_owned(),
            });
        }
        let sql = format!("INSERT INTO {} ({}) VALUES ({})", table.name, names.join(", "), values.join(", "));
        let done = sqlx::query(AssertSqlSafe(sql.clone())).execute(&mut connection).await;
        done.unwrap_or_else(|e| panic!("{sql}: {e}"));
    }
    connection.close().await.unwrap();
}

/// Every text of the database, with its table; the tables that people's names are looked for in.
async fn texts(f: &Fixture) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for table in schema(f).await.keys().filter(|name| !name.starts_with('_')) {
        let sql = format!("SELECT * FROM {table}");
        let rows: Vec<SqliteRow> = sqlx::query(AssertSqlSafe(sql)).fetch_all(&f.pool).await.unwrap();
        for row in rows {
            let mut line = String::new();
            for (at, column) in row.columns().iter().enumerate() {
                if let Ok(Some(text)) = row.try_get_unchecked::<Option<String>, _>(at) {
                    line.push_str(&format!("{}={text} ", column.name()));
                }
            }
            found.push((table.clone(), line));
        }
    }
    found
}

#[tokio::test]
async fn a_forgotten_customer_is_in_no_table_and_others_stay() {
    let f = Fixture::new().await;
    let mut round = 0;
    for (number, who) in [(1, "anna"), (2, "anna"), (1, "boris")] {
        fill(&f, Holds::Customer, tenant(number).as_str(), who, &mut round).await;
    }
    let registry = PersonalData::new(f.pool.clone());
    let before = texts(&f).await;
    let told = registry.export(&tenant(1), "anna").await.unwrap();
    for table in TABLES.iter().filter(|table| table.any(Holds::Customer)) {
        let rows = told[table.name].as_array().unwrap_or_else(|| panic!("{} tells nothing: {told}", table.name));
        assert_eq!(rows.len(), 1, "{told}");
        assert!(rows[0].to_string().contains("anna"), "{}: {told}", table.name);
    }
    assert!(!told.to_string().contains("boris"));
    assert!(registry.forget(&tenant(1), "anna").await.unwrap() > 0);
    let own = tenant(1).to_string();
    for (table, line) in texts(&f).await {
        assert!(!(line.contains("anna") && line.contains(&own)), "{table} still has {line}");
    }
    assert_eq!(registry.export(&tenant(1), "anna").await.unwrap(), serde_json::json!({}));
    let after = texts(&f).await;
    let left = |person: &str, id: &str| -> Vec<(String, String)> {
        before.iter().filter(|(_, line)| line.contains(person) && line.contains(id)).cloned().collect()
    };
    for row in left("anna", tenant(2).as_str()).into_iter().chain(left("boris", &own)) {
        assert!(after.contains(&row), "{row:?} went too");
    }
}

#[tokio::test]
async fn a_forgotten_account_is_in_no_table_and_others_stay() {
    let f = Fixture::new().await;
    let mut round = 0;
    for who in ["anna", "boris"] {
        fill(&f, Holds::Account, tenant(1).as_str(), who, &mut round).await;
    }
    let registry = PersonalData::new(f.pool.clone());
    let told = registry.export_account("anna").await.unwrap();
    for table in TABLES.iter().filter(|table| table.any(Holds::Account)) {
        assert_eq!(told[table.name].as_array().map(Vec::len), Some(1), "{}: {told}", table.name);
    }
    assert!(!told.to_string().contains("boris"));
    // No secret is told.
    let rows = told.as_object().unwrap().values().flat_map(|rows| rows.as_array().unwrap());
    for column in rows.flat_map(|row| row.as_object().unwrap().keys()) {
        assert!(!column.contains("password") && !column.contains("hash"), "{column} is told: {told}");
    }
    let mut transaction = f.pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    registry.forget_account_in(&mut transaction, "anna").await.unwrap();
    transaction.commit().await.unwrap();
    let after = texts(&f).await;
    assert!(after.iter().all(|(_, line)| !line.contains("anna")), "{after:?}");
    let boris = after.iter().filter(|(_, line)| line.contains("boris")).count();
    assert_eq!(boris, TABLES.iter().filter(|table| table.any(Holds::Account)).count());
}

#[tokio::test]
async fn a_deleted_workspace_leaves_no_row_and_others_stay() {
    let f = Fixture::new().await;
    let mut round = 0;
    for number in [1, 2] {
        fill(&f, Holds::Customer, tenant(number).as_str(), "anna", &mut round).await;
    }
    let mut transaction = f.pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    PersonalData::new(f.pool.clone()).delete_workspace_in(&mut transaction, &tenant(1)).await.unwrap();
    transaction.commit().await.unwrap();
    let after = texts(&f).await;
    assert!(after.iter().all(|(_, line)| !line.contains(tenant(1).as_str())), "{after:?}");
    assert_eq!(
        after.iter().filter(|(_, line)| line.contains(tenant(2).as_str())).count(),
        TABLES.iter().filter(|table| table.any(Holds::Customer)).count()
    );
}

#[tokio::test]
async fn times_and_json_are_told_as_such() {
    let f = Fixture::new().await;
    let job = crate::jobs::NewJob::new("test", serde_json::json!({"customer": "anna"})).about("anna");
    f.jobs.enqueue(&tenant(1), &job).await.unwrap();
    let told = PersonalData::new(f.pool.clone()).export(&tenant(1), "anna").await.unwrap();
    let row = &told["jobs"][0];
    assert_eq!(row["created_at"], "2026-01-01T00:00:00Z");
    assert_eq!(row["payload"]["customer"], "anna");
    assert_eq!(row["finished_at"], serde_json::Value::Null);
}
