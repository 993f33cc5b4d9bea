//! What is told.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

/// What became of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskChange {
    /// It is new.
    Created,
    /// It is another now.
    Updated,
    /// It is gone.
    Deleted,
    /// The time to remind of it has come.
    Reminded,
}

/// Something that has changed in a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Records have arrived or changed since the last such event.
    Records {
        /// Of customers.
        customers: u64,
        /// Of purchases.
        purchases: u64,
        /// Of interactions.
        interactions: u64,
        /// When it is told.
        at: DateTime<Utc>,
    },
    /// A task.
    Task {
        /// Which.
        id: String,
        /// What became of it.
        change: TaskChange,
    },
    /// Something with a state: an import, an export, a recommendation, a delivery.
    State {
        /// `import`, `export`, `recommendation` or `delivery`.
        of: &'static str,
        /// Which.
        id: String,
        /// Its state now.
        status: String,
    },
}

impl Event {
    /// An export's state.
    pub fn export(id: impl Into<String>, status: &str) -> Self {
        Self::State { of: "export", id: id.into(), status: status.to_owned() }
    }

    /// An import's state.
    pub fn import(id: impl Into<String>, status: &str) -> Self {
        Self::State { of: "import", id: id.into(), status: status.to_owned() }
    }

    /// A recommendation's state.
    pub fn recommendation(id: impl Into<String>, status: &str) -> Self {
        Self::State { of: "recommendation", id: id.into(), status: status.to_owned() }
    }

    /// How a delivery's run ended.
    pub fn delivery(id: impl Into<String>, status: &str) -> Self {
        Self::State { of: "delivery", id: id.into(), status: status.to_owned() }
    }

    /// The event as a stream has it.
    pub(super) fn frame(&self, id: &str) -> Bytes {
        let (name, data) = match self {
            Self::Records { customers, purchases, interactions, at } => (
                "records",
                json!({"customers": customers, "purchases": purchases, "interactions": interactions, "at": at}),
            ),
            Self::Task { id, change } => ("task", json!({"id": id, "change": change})),
            Self::State { of, id, status } => (*of, json!({"id": id, "status": status})),
        };
        frame(name, id, &data)
    }
}

/// An event that says: load anew, what happened meanwhile is not known.
pub(super) fn reset(id: &str) -> Bytes {
    frame("reset", id, &json!({}))
}

/// What a stream begins with: from where on it can be taken up again, and after how many milliseconds to try that.
pub(super) fn opening(id: &str) -> Bytes {
    Bytes::from(format!(": connected\nretry: 3000\nid: {id}\n\n"))
}

/// What tells proxies and clients that the stream is alive.
pub(super) fn heartbeat() -> Bytes {
    Bytes::from_static(b": alive\n\n")
}

fn frame(name: &str, id: &str, data: &serde_json::Value) -> Bytes {
    // JSON has no line breaks outside its texts, and those are escaped: one `data` line holds it.
    Bytes::from(format!("id: {id}\nevent: {name}\ndata: {data}\n\n"))
}

/// One event of the stream.
#[derive(Debug, ToSchema)]
#[schema(as = ChangeEvent, example = json!({"id": "4f1c2d3e4f5a6b7c-17", "event": "records",
    "data": "{\"at\":\"2026-05-01T08:00:00Z\",\"customers\":0,\"interactions\":0,\"purchases\":12}"}))]
#[allow(dead_code)]
pub struct EventFrame {
    /// Send the last one as `Last-Event-ID` to go on from there.
    id: String,
    /// `records`, `task`, `import`, `export`, `recommendation`, `delivery` or `reset`.
    event: String,
    /// JSON. Of `records`: `customers`, `purchases`, `interactions` (how many) and `at`; of `task`: `id` and `change` (created,
    /// updated, deleted, reminded); of the others: `id` and `status`; of `reset`: nothing.
    data: String,
}
