//! What records are: as sent, as parsed, as stored.

use super::{
    id_source::IdSource,
    kind::{LineKind, Status},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use kupets_core::{FieldError, schema::Table};
use std::sync::Arc;

/// How the records of a request body are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// One JSON object, or an array of them.
    Json,
    /// One JSON object a line; blank lines are skipped.
    NdJson,
}

/// What to do with a bad record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnError {
    /// Refuse the whole request and list every bad record.
    #[default]
    Refuse,
    /// Store the good records and list the others.
    Skip,
}

/// What parsing needs to know beside the bytes.
#[derive(Debug, Clone)]
pub struct ParseOptions {
    /// Which records these are.
    pub table: Table,
    /// The zone in which a date without a time is midnight.
    pub time_zone: Tz,
    /// The currency of a purchase that names none.
    pub currency: Arc<str>,
    /// The time of a record that names none.
    pub now: DateTime<Utc>,
    /// Value of `Idempotency-Key`: a record without an id gets one derived from it and its position.
    pub idempotency_key: Option<String>,
    /// Where the ids of records without an id and without an idempotency key come from.
    pub ids: IdSource,
    /// What to do with a bad record.
    pub on_error: OnError,
}

/// A field of a customer that is absent, cleared by `null`, or set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Change<T> {
    /// Not in the record: what is stored stays.
    #[default]
    Keep,
    /// `null`: cleared.
    Clear,
    /// The new value.
    Set(T),
}

/// A customer as sent: merged into what is stored.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CustomerPatch {
    /// The app's own id.
    pub customer_id: String,
    /// Full name.
    pub name: Change<String>,
    /// E-mail address.
    pub email: Change<String>,
    /// Telephone number, as written.
    pub phone: Change<String>,
    /// Tags; replaced as a whole.
    pub tags: Change<Vec<String>>,
    /// Attributes, merged by key; a `null` value removes its key. `Clear` removes all. Values are any JSON.
    pub attributes: Change<serde_json::Map<String, serde_json::Value>>,
    /// When the customer began, microseconds since the epoch.
    pub created_at: Change<i64>,
    /// What the customer agreed to, as the JSON array that is stored; replaced as a whole.
    pub consent: Change<String>,
    /// Whether the customer wants to be left alone.
    pub do_not_contact: Change<bool>,
    /// The import that it stands in.
    pub import_id: Option<Arc<str>>,
    /// The id that was sent, where it is an alias of `customer_id`.
    pub original_customer_id: Option<String>,
}

/// A customer as stored: one row.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Customer {
    /// The app's own id.
    pub customer_id: String,
    /// Full name.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number, as written.
    pub phone: Option<String>,
    /// JSON array of strings.
    pub tags: Option<String>,
    /// JSON object.
    pub attributes: Option<String>,
    /// When the customer began, microseconds since the epoch.
    pub created_at: Option<i64>,
    /// When it last changed, microseconds since the epoch.
    pub updated_at: i64,
    /// JSON array of objects `{channel, given, source, at}`: what the customer agreed to.
    pub consent: Option<String>,
    /// Whether the customer wants to be left alone.
    pub do_not_contact: Option<bool>,
    /// The import that made it; none where something else did, or has changed it since.
    pub import_id: Option<Arc<str>>,
}

/// A line of a purchase. Decimals are in ten-thousandths.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// The app's id of the product; its name where the app sends no id.
    pub product_id: Option<String>,
    /// The product's name.
    pub product: Option<String>,
    /// The product's category.
    pub category: Option<String>,
    /// How many.
    pub quantity: i64,
    /// Price of one.
    pub unit_price: Option<i64>,
    /// What is paid for the line, after discount; negative for a refund.
    pub amount: i64,
    /// What it is of.
    pub kind: LineKind,
    /// What the line cost the shop.
    pub cost: Option<i64>,
    /// What was taken off the line; the amount is what is left.
    pub discount: Option<i64>,
    /// Per cent of tax in the amount: 22 is 22 %.
    pub vat_rate: Option<i64>,
    /// Size, colour, … of the product.
    pub variant: Option<String>,
}

/// A purchase: replaces the one of the same id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Purchase {
    /// The app's own id, or one made here.
    pub purchase_id: String,
    /// Who bought; none for a guest.
    pub customer_id: Option<String>,
    /// The id that was sent, where it is an alias of `customer_id`.
    pub original_customer_id: Option<String>,
    /// When, microseconds since the epoch.
    pub occurred_at: i64,
    /// ISO 4217 code.
    pub currency: Arc<str>,
    /// Where: `web`, `shop`, …
    pub channel: Option<String>,
    /// JSON object.
    pub attributes: Option<String>,
    /// How far it is.
    pub status: Status,
    /// The purchase that it takes back, which need not be known yet.
    pub refund_of: Option<String>,
    /// The system that the record came from.
    pub source: Option<String>,
    /// At least one.
    pub lines: Vec<Line>,
    /// The import that made it; none where something else did.
    pub import_id: Option<Arc<str>>,
    /// Whether it came without a time: `occurred_at` is when it was read.
    pub is_undated: bool,
}

/// An interaction: replaces the one of the same id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Interaction {
    /// The app's own id, or one made here.
    pub interaction_id: String,
    /// With whom.
    pub customer_id: Option<String>,
    /// The id that was sent, where it is an alias of `customer_id`.
    pub original_customer_id: Option<String>,
    /// What kind: `call`, `email`, `visit`, …
    pub kind: String,
    /// Over what: `phone`, `web`, …
    pub channel: Option<String>,
    /// `in` or `out`.
    pub direction: Option<String>,
    /// Subject line.
    pub subject: Option<String>,
    /// Text.
    pub body: Option<String>,
    /// How it ended.
    pub outcome: Option<String>,
    /// Who of ours.
    pub agent: Option<String>,
    /// When, microseconds since the epoch.
    pub occurred_at: i64,
    /// JSON object.
    pub attributes: Option<String>,
    /// The import that made it; none where something else did.
    pub import_id: Option<Arc<str>>,
    /// Whether it came without a time: `occurred_at` is when it was read.
    pub is_undated: bool,
}

/// The good records of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Records {
    /// Customers, in the order sent.
    Customers(Vec<CustomerPatch>),
    /// Purchases, in the order sent.
    Purchases(Vec<Purchase>),
    /// Interactions, in the order sent.
    Interactions(Vec<Interaction>),
}

impl Records {
    /// How many records there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Customers(records) => records.len(),
            Self::Purchases(records) => records.len(),
            Self::Interactions(records) => records.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Leaves those whose places are wanted.
    pub(crate) fn retain(&mut self, wanted: impl Fn(usize) -> bool) {
        fn keep<T>(records: &mut Vec<T>, wanted: impl Fn(usize) -> bool) {
            let mut place = 0..;
            records.retain(|_| place.next().is_some_and(&wanted));
        }
        match self {
            Self::Customers(records) => keep(records, wanted),
            Self::Purchases(records) => keep(records, wanted),
            Self::Interactions(records) => keep(records, wanted),
        }
    }
}

/// A parsed request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// What is to be stored.
    pub records: Records,
    /// What is done with a record that cannot be stored.
    pub on_error: OnError,
    /// With [`OnError::Skip`]: what is not, and why.
    pub rejected: Vec<FieldError>,
    /// Positions in the request of the records that are not in `records`, ascending.
    pub skipped: Vec<usize>,
    /// Whether some of them were given to a person whose alias they name.
    pub(crate) has_aliases: bool,
    /// Position and new id of each record that came without an id.
    pub generated: Vec<(usize, String)>,
    /// Whether these ids are the same each time that the request is sent: such a record is stored once and then left as it is,
    /// with the time that it got first.
    pub repeatable: bool,
}

impl Parsed {
    /// Records that nobody sent. One that cannot be stored is left out.
    pub fn of(records: Records) -> Self {
        Self {
            records,
            on_error: OnError::Skip,
            rejected: Vec::new(),
            skipped: Vec::new(),
            has_aliases: false,
            generated: Vec::new(),
            repeatable: false,
        }
    }

    /// Where records stand in the request, by their places in `records`, ascending.
    pub(crate) fn positions(&self, places: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let mut skipped = self.skipped.iter().peekable();
        let mut before = 0;
        let position = |place: usize| {
            while skipped.next_if(|skipped| **skipped <= place + before).is_some() {
                before += 1;
            }
            place + before
        };
        places.into_iter().map(position).collect()
    }
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ingested {
    /// Records stored, durable and visible.
    pub accepted: u64,
    /// Of these, records that took the place of an earlier one of the same id (within the request too).
    pub replaced: u64,
    /// Of these, purchases of erased customers that were stored as a guest's.
    pub guests: u64,
    /// Records of erased customers that were not stored, with [`OnError::Skip`].
    pub rejected: Vec<FieldError>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_know_where_they_stood_in_the_request() {
        let parsed = |skipped: &[usize]| Parsed {
            records: Records::Customers(Vec::new()),
            on_error: OnError::Skip,
            rejected: Vec::new(),
            skipped: skipped.to_vec(),
            has_aliases: false,
            generated: Vec::new(),
            repeatable: false,
        };
        assert_eq!(parsed(&[]).positions([0, 2]), [0, 2]);
        assert_eq!(parsed(&[0, 1, 4]).positions([0, 1, 2, 3]), [2, 3, 5, 6]);
        assert_eq!(parsed(&[1]).positions([0, 5]), [0, 6]);
    }
}
