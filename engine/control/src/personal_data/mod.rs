//! The registry of personal data: where the control database holds something about people, how each such place forgets them,
//! and how it tells what it holds.
//!
//! The lake, the tail and the journal are not here: `kupets-storage` erases and exports records. What of customers stands
//! anywhere else, and all that is held of accounts, is declared in [`TABLES`], and a test walks every column of the migrated
//! schema so that none is forgotten.

#[macro_use]
mod names;

mod assistant;
mod deliveries;
mod exports;
mod imports;
mod mentions;
mod table;
mod tables;
mod telegram;
#[cfg(test)]
mod tests;
mod webhooks;
mod work;

use kupets_core::{Result, TenantId};
use serde_json::{Map, Value};
use sqlx::{AssertSqlSafe, Column, Row, SqliteConnection, SqlitePool, TypeInfo, sqlite::SqliteRow};

pub use mentions::Person;
pub use table::{Holds, Rule, Table, Times};
pub use tables::TABLES;

use crate::database::control_error;

/// Columns that hold JSON, which is told as such.
const JSON: [&str; 17] = [
    "payload",
    "result",
    "item",
    "interpretation",
    "plan",
    "bound",
    "elapsed",
    "choices",
    "alternatives",
    "chart",
    "expected",
    "parameters",
    "columns",
    "card",
    "spec",
    "memory",
    "kept",
];
/// How the names of columns with times end.
const TIMES: [&str; 4] = ["_at", "_by", "_until", "_after"];

/// The registry over a control database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct PersonalData {
    pool: SqlitePool,
}

impl PersonalData {
    /// The registry over a migrated control database.
    pub fn new(pool: SqlitePool) -> Self {
        Self { pool }
    }

    /// Leaves nothing of a customer in any table. Returns how many rows changed. Freed pages of the file hold what stood in
    /// them until it is written anew.
    ///
    /// # Errors
    /// The control database does not answer, and nothing changed.
    pub async fn forget(&self, tenant: &TenantId, customer_id: &str) -> Result<u64> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
        let rows = self.forget_in(&mut transaction, tenant, customer_id).await?;
        transaction.commit().await.map_err(control_error)?;
        Ok(rows)
    }

    /// [`Self::forget`] in the caller's own transaction.
    ///
    /// # Errors
    /// The control database does not answer; roll the transaction back then.
    pub async fn forget_in(
        &self,
        connection: &mut SqliteConnection,
        tenant: &TenantId,
        customer_id: &str,
    ) -> Result<u64> {
        let rules = TABLES.iter().filter_map(|table| table.customer);
        execute(connection, rules, &[tenant.as_str(), customer_id]).await
    }

    /// Deletes what people wrote and were told about a person whom it names by name, address or number rather than by the
    /// customer's id. To be called before the person's rows go, while somebody knows these; [`Self::forget`] does the rest.
    /// Returns how many rows changed.
    ///
    /// # Errors
    /// The control database does not answer, and nothing changed.
    pub async fn forget_mentions(&self, tenant: &TenantId, person: &Person) -> Result<u64> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
        let rows = mentions::forget(&mut transaction, tenant, person).await?;
        transaction.commit().await.map_err(control_error)?;
        Ok(rows)
    }

    /// What [`Self::forget_mentions`] would delete: an object with a list of texts a table, tables without any left out.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn export_mentions(&self, tenant: &TenantId, person: &Person) -> Result<Value> {
        let mut transaction = self.pool.begin().await.map_err(control_error)?;
        let found = mentions::export(&mut transaction, tenant, person).await?;
        transaction.rollback().await.map_err(control_error)?;
        Ok(found)
    }

    /// What the control database holds of a customer: an object with a list of rows a table, tables without any left out. Times
    /// are RFC 3339 in UTC.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn export(&self, tenant: &TenantId, customer_id: &str) -> Result<Value> {
        self.read(|table| table.customer, &[tenant.as_str(), customer_id]).await
    }

    /// Leaves nothing of an account in any table, in the caller's own transaction. Who else may use its workspaces, and what
    /// becomes of those, is decided before. Returns how many rows changed.
    ///
    /// # Errors
    /// The control database does not answer; roll the transaction back then.
    pub async fn forget_account_in(&self, connection: &mut SqliteConnection, user_id: &str) -> Result<u64> {
        let rules = TABLES.iter().filter_map(|table| table.account);
        execute(connection, rules, &[user_id]).await
    }

    /// What the control database holds of an account, without secrets: an object with a list of rows a table, tables without any
    /// left out. Times are RFC 3339 in UTC.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn export_account(&self, user_id: &str) -> Result<Value> {
        self.read(|table| table.account, &[user_id]).await
    }

    /// Deletes every row of a workspace but the journal's, in the caller's own transaction. Returns how many. The journal and
    /// the lake are deleted by `kupets-storage`, before.
    ///
    /// # Errors
    /// The control database does not answer; roll the transaction back then.
    pub async fn delete_workspace_in(&self, connection: &mut SqliteConnection, tenant: &TenantId) -> Result<u64> {
        let mut rows = 0;
        for table in TABLES {
            let Some(column) = table.workspace else { continue };
            let sql = format!("DELETE FROM {} WHERE {column} = $1", table.name);
            let done = sqlx::query(AssertSqlSafe(sql)).bind(tenant.as_str()).execute(&mut *connection).await;
            rows += done.map_err(control_error)?.rows_affected();
        }
        Ok(rows)
    }

    async fn read(&self, rule: impl Fn(&Table) -> Option<Rule>, values: &[&str]) -> Result<Value> {
        // One transaction: what is told is of one moment.
        let mut transaction = self.pool.begin().await.map_err(control_error)?;
        let mut found = Map::new();
        for table in TABLES {
            let Some(rule) = rule(table) else { continue };
            let mut query = sqlx::query(rule.export);
            for value in values {
                query = query.bind(*value);
            }
            let rows = query.fetch_all(&mut *transaction).await.map_err(control_error)?;
            if !rows.is_empty() {
                let rows: Result<_> = rows.iter().map(|row| told(row, table.times)).collect();
                found.insert(table.name.to_owned(), Value::Array(rows?));
            }
        }
        transaction.rollback().await.map_err(control_error)?;
        Ok(Value::Object(found))
    }
}

async fn execute(connection: &mut SqliteConnection, rules: impl Iterator<Item = Rule>, values: &[&str]) -> Result<u64> {
    let mut rows = 0;
    for statement in rules.flat_map(|rule| rule.forget) {
        let mut query = sqlx::query(*statement);
        for value in values {
            query = query.bind(*value);
        }
        rows += query.execute(&mut *connection).await.map_err(control_error)?.rows_affected();
    }
    Ok(rows)
}

/// A row as a JSON object.
fn told(row: &SqliteRow, times: Times) -> Result<Value> {
    let mut object = Map::new();
    for (at, column) in row.columns().iter().enumerate() {
        let name = column.name();
        let value = match column.type_info().name() {
            "BOOLEAN" => row.try_get::<Option<bool>, _>(at).map(|v| v.map(Value::Bool)),
            "INTEGER" | "BIGINT" | "INT8" => row.try_get::<Option<i64>, _>(at).map(|v| v.map(|v| time(name, v, times))),
            _ => row.try_get::<Option<String>, _>(at).map(|v| v.map(|v| text(name, v))),
        };
        object.insert(name.to_owned(), value.map_err(control_error)?.unwrap_or(Value::Null));
    }
    Ok(Value::Object(object))
}

fn time(name: &str, value: i64, times: Times) -> Value {
    if !TIMES.iter().any(|end| name.ends_with(end)) {
        return Value::from(value);
    }
    let us = match times {
        Times::Milliseconds => value.saturating_mul(1_000),
        Times::Microseconds => value,
    };
    Value::String(crate::database::time(us).to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
}

fn text(name: &str, value: String) -> Value {
    match JSON.contains(&name) {
        true => serde_json::from_str(&value).unwrap_or(Value::String(value)),
        false => Value::String(value),
    }
}
