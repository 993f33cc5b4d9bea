//! What can be told.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

// The names are taken as tokens: a `literal` is wrapped, and what derives the OpenAPI schema does not see it inside `rename`.
macro_rules! events {
    ($($(#[$doc:meta])* $name:ident = $text:tt,)*) => {
        /// Something that a webhook is told.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        pub enum WebhookEvent { $($(#[$doc])* #[serde(rename = $text)] $name,)* }

        impl WebhookEvent {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Its name in messages and the database.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

events! {
    /// A customer is there who was not.
    CustomerCreated = "customer.created",
    /// A customer's record has changed.
    CustomerUpdated = "customer.updated",
    /// A customer was erased: whoever has a copy deletes it.
    CustomerErased = "customer.erased",
    /// A purchase is there that was not.
    PurchaseCreated = "purchase.created",
    /// Something has moved that nobody had been told of.
    Finding = "finding",
    /// A task is there.
    TaskCreated = "task.created",
    /// A task has changed.
    TaskUpdated = "task.updated",
    /// The time to remind of a task has come.
    TaskReminder = "task.reminder",
}

/// The name of a message that somebody sends to try a webhook.
pub const TEST: &str = "test";

/// Something that has happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Occurrence {
    /// What.
    pub event: WebhookEvent,
    /// The one customer whom `data` may name.
    pub customer_id: Option<String>,
    /// What there is to say of it.
    pub data: Value,
}

/// The events of that text, as the database has them; an unknown word is none.
pub fn read(text: &str) -> Vec<WebhookEvent> {
    text.split(' ').filter_map(|word| WebhookEvent::ALL.iter().copied().find(|event| event.name() == word)).collect()
}

/// The events as the database has them, each once.
pub fn write(events: &[WebhookEvent]) -> String {
    let all = WebhookEvent::ALL.iter().filter(|event| events.contains(event));
    all.map(|event| event.name()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_described_by_the_names_that_are_sent() {
        let schema = serde_json::to_value(<WebhookEvent as utoipa::PartialSchema>::schema()).unwrap_or_default();
        let names: Vec<_> = WebhookEvent::ALL.iter().map(|event| Value::from(event.name())).collect();
        assert_eq!(schema["enum"], Value::from(names));
        for event in WebhookEvent::ALL {
            assert_eq!(serde_json::to_value(event).ok(), Some(Value::from(event.name())));
        }
    }

    #[test]
    fn events_go_both_ways() {
        assert_eq!(read(&write(WebhookEvent::ALL)), WebhookEvent::ALL);
        let two = [WebhookEvent::Finding, WebhookEvent::CustomerCreated, WebhookEvent::Finding];
        assert_eq!(write(&two), "customer.created finding");
        assert_eq!(read("nonsense"), []);
    }
}
