//! Notes: what people write down about a customer, as interactions of the kind `note`.
//!
//! They go the way of every record: durable when acknowledged, in the timeline, in SQL, erased and exported with the customer. A note
//! of ours carries when it was written in its id, so that the look for it is one in the files of that time.

use chrono::{DateTime, SecondsFormat};
use kupets_core::{Error, Kind, Result, TenantContext, schema::Table};
use kupets_storage::record::{self, Framing, IdSource, Interaction, OnError, ParseOptions};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    cursor::{self, fingerprint},
    model::no_such_customer,
    rows,
};
use crate::{
    Engine,
    snapshot_reader::{SnapshotReader, Values, micros},
};

/// The kind of interactions that are notes.
pub const KIND: &str = "note";

/// A note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The interaction's id.
    pub id: String,
    /// About whom.
    pub customer_id: String,
    /// What was written.
    pub body: String,
    /// Its subject line.
    pub subject: Option<String>,
    /// The account of whoever wrote it; none where an app sent it.
    pub author_id: Option<String>,
    /// What the author was called then.
    pub author_name: Option<String>,
    /// When it was written, microseconds since the epoch.
    pub created_at: i64,
    /// When it was last changed, microseconds since the epoch.
    pub edited_at: Option<i64>,
    /// All attributes: those of an app stay as they are.
    attributes: serde_json::Map<String, Value>,
}

/// Notes of a customer.
#[derive(Debug, Clone, Default)]
pub struct NotePage {
    /// The latest first.
    pub items: Vec<Note>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

/// A new note.
#[derive(Debug, Clone)]
pub struct NewNote {
    /// What was written.
    pub body: String,
    /// Its subject line.
    pub subject: Option<String>,
    /// The account of whoever writes it.
    pub author_id: String,
    /// What the author is called.
    pub author_name: String,
}

/// A change of a note: what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct NoteEdit {
    /// What is written.
    pub body: Option<String>,
    /// Its subject line; `Some(None)` clears it.
    pub subject: Option<Option<String>>,
}

/// Where a page of notes ends.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    at: i64,
    note: String,
    query: String,
}

impl Note {
    fn of(interaction: Interaction) -> Option<Self> {
        let attributes: serde_json::Map<String, Value> =
            interaction.attributes.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let text = |name: &str| attributes.get(name).and_then(Value::as_str).map(str::to_owned);
        let edited = text("edited_at").and_then(|text| DateTime::parse_from_rfc3339(&text).ok());
        Some(Self {
            id: interaction.interaction_id,
            customer_id: interaction.customer_id?,
            body: interaction.body.unwrap_or_default(),
            subject: interaction.subject,
            author_id: text("author_id"),
            author_name: interaction.agent,
            created_at: interaction.occurred_at,
            edited_at: edited.map(|time| time.timestamp_micros()),
            attributes,
        })
    }

    /// The record that is sent for it.
    fn record(&self) -> Value {
        let mut attributes = self.attributes.clone();
        if let Some(id) = &self.author_id {
            attributes.insert("author_id".to_owned(), json!(id));
        }
        if let Some(time) = self.edited_at {
            attributes.insert("edited_at".to_owned(), json!(told(time)));
        }
        json!({
            "interaction_id": self.id, "customer_id": self.customer_id, "kind": KIND, "occurred_at": told(self.created_at),
            "subject": self.subject, "body": self.body, "agent": self.author_name, "attributes": attributes,
        })
    }
}

fn told(us: i64) -> String {
    DateTime::from_timestamp_micros(us).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// The id of a note written at that time.
fn new_id(at: i64) -> String {
    format!("note_{at}_{}", uuid::Uuid::new_v4().simple())
}

/// When the note of that id was written, where its id says so.
fn written_at(id: &str) -> Option<i64> {
    id.strip_prefix("note_")?.split_once('_')?.0.parse().ok()
}

impl Engine {
    /// The notes about a customer, the latest first, `limit` at most.
    ///
    /// # Errors
    /// No such customer, a cursor that is not one, and the limits of queries.
    pub async fn notes(
        &self,
        tenant: &TenantContext,
        customer: &str,
        limit: usize,
        cursor: Option<&str>,
    ) -> Result<NotePage> {
        let (engine, tenant) = (self.clone(), tenant.clone());
        let (customer, cursor) = (customer.to_owned(), cursor.map(str::to_owned));
        self.on_runtime(async move {
            let person = engine.person(&tenant, &customer).await?;
            page(&engine, &tenant, &person, limit, cursor.as_deref()).await
        })
        .await
    }

    /// One note, by its id.
    ///
    /// # Errors
    /// There is no such note, and the limits of queries.
    pub async fn note(&self, tenant: &TenantContext, id: &str) -> Result<Note> {
        let (engine, tenant, id) = (self.clone(), tenant.clone(), id.to_owned());
        self.on_runtime(async move { one(&engine, &tenant, &id).await }).await
    }

    /// Writes a note about a customer. When it returns, the note is durable and in every answer.
    ///
    /// # Errors
    /// No such customer; what of the note is wrong, named; what records are refused for.
    pub async fn write_note(&self, tenant: &TenantContext, customer: &str, new: NewNote) -> Result<Note> {
        let (engine, tenant, customer) = (self.clone(), tenant.clone(), customer.to_owned());
        self.on_runtime(async move {
            let customer = engine.person(&tenant, &customer).await?;
            // Sending would make a customer that is not there; a note must not.
            if !engine.has_customer(&tenant, &customer).await? {
                return Err(no_such_customer());
            }
            let now = engine.clock().now().timestamp_micros();
            let note = Note {
                id: new_id(now),
                customer_id: customer,
                body: new.body,
                subject: new.subject,
                author_id: Some(new.author_id),
                author_name: Some(new.author_name),
                created_at: now,
                edited_at: None,
                attributes: serde_json::Map::new(),
            };
            engine.send(&tenant, &note).await?;
            one(&engine, &tenant, &note.id).await
        })
        .await
    }

    /// Changes a note: it is sent again with the change, under its id.
    ///
    /// # Errors
    /// There is no such note; what of the change is wrong, named; what records are refused for.
    pub async fn edit_note(&self, tenant: &TenantContext, id: &str, edit: NoteEdit) -> Result<Note> {
        let (engine, tenant, id) = (self.clone(), tenant.clone(), id.to_owned());
        self.on_runtime(async move {
            let mut note = one(&engine, &tenant, &id).await?;
            if let Some(body) = edit.body {
                note.body = body;
            }
            if let Some(subject) = edit.subject {
                note.subject = subject;
            }
            note.edited_at = Some(engine.clock().now().timestamp_micros());
            engine.send(&tenant, &note).await?;
            one(&engine, &tenant, &id).await
        })
        .await
    }

    /// Deletes a note. When it returns, no answer shows it; older snapshots of the lake hold it until they expire.
    ///
    /// # Errors
    /// There is no such note; the storage refuses.
    pub async fn delete_note(&self, tenant: &TenantContext, id: &str) -> Result<()> {
        let (engine, tenant, id) = (self.clone(), tenant.clone(), id.to_owned());
        self.on_runtime(async move {
            one(&engine, &tenant, &id).await?;
            match engine.store(tenant.id()).await?.delete_record(Table::Interactions, &id).await? {
                true => Ok(()),
                false => Err(no_such_note()),
            }
        })
        .await
    }

    async fn send(&self, tenant: &TenantContext, note: &Note) -> Result<()> {
        if note.body.trim().is_empty() {
            let missing = kupets_core::FieldError::of("body", "a note needs a text");
            return Err(Error::wrong_fields(vec![missing]));
        }
        let text = serde_json::to_vec(&note.record())
            .map_err(|e| Error::internal("a note does not serialize").with_source(e))?;
        let options = ParseOptions {
            table: Table::Interactions,
            time_zone: tenant.time_zone(),
            currency: tenant.currency().into(),
            now: self.clock().now(),
            idempotency_key: None,
            ids: IdSource::random(),
            on_error: OnError::Refuse,
        };
        self.ingest(tenant, record::parse(&text, Framing::Json, &options)?).await.map(drop)
    }
}

async fn one(engine: &Engine, tenant: &TenantContext, id: &str) -> Result<Note> {
    let mut values = Values::default();
    values.name("id", id);
    values.name("kind", KIND);
    let time = written_at(id).map_or("", |at| {
        values.name("at", micros(at));
        " AND occurred_at = $at"
    });
    let sql = format!("SELECT * FROM interactions WHERE interaction_id = $id AND kind = $kind{time}");
    let found = SnapshotReader::open(engine, tenant).await?.collect(sql, values).await?;
    rows::interactions(&found)?.into_iter().next().and_then(Note::of).ok_or_else(no_such_note)
}

async fn page(
    engine: &Engine,
    tenant: &TenantContext,
    customer: &str,
    limit: usize,
    cursor: Option<&str>,
) -> Result<NotePage> {
    let query = fingerprint(&("notes", customer));
    let after: Option<End> = cursor.map(cursor::decode).transpose()?;
    if after.as_ref().is_some_and(|end| end.query != query) {
        return Err(cursor::of_another("customer"));
    }
    let mut values = Values::default();
    values.name("customer", customer);
    values.name("kind", KIND);
    values.name("limit", i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1));
    // The first part says no more than the second, but it prunes files.
    let before = after.map_or("", |end| {
        values.name("at", micros(end.at));
        values.name("note", end.note.as_str());
        " AND occurred_at <= $at AND (occurred_at < $at OR interaction_id < $note)"
    });
    let sql = format!(
        "SELECT * FROM interactions WHERE customer_id = $customer AND kind = $kind{before}
ORDER BY occurred_at DESC, interaction_id DESC LIMIT $limit"
    );
    let found = SnapshotReader::open(engine, tenant).await?.collect(sql, values).await?;
    let mut items: Vec<Note> = rows::interactions(&found)?.into_iter().filter_map(Note::of).collect();
    if items.is_empty() && cursor.is_none() && !engine.has_customer(tenant, customer).await? {
        return Err(no_such_customer());
    }
    let more = items.len() > limit;
    items.truncate(limit);
    let next_cursor = match items.last().filter(|_| more) {
        Some(last) => Some(cursor::encode(&End { at: last.created_at, note: last.id.clone(), query })?),
        None => None,
    };
    Ok(NotePage { items, next_cursor })
}

fn no_such_note() -> Error {
    Error::new(Kind::NotFound, "unknown_note", "There is no such note in this workspace.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_says_when_the_note_was_written() {
        assert_eq!(written_at(&new_id(1_780_000_000_000_000)), Some(1_780_000_000_000_000));
        assert_eq!(written_at(&new_id(-5)), Some(-5));
        for id in ["n-17", "note_17", "note_x_y", ""] {
            assert_eq!(written_at(id), None, "{id}");
        }
    }
}
