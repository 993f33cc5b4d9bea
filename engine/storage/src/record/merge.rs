//! Applies a customer as sent to the customer as stored.

use serde_json::{Map, Value};

use super::{Change, Customer, CustomerPatch, attributes};
use kupets_core::{Error, Kind, Result};

impl Customer {
    /// A customer of whom only a purchase or an interaction at `occurred_at` (microseconds since the epoch) is known.
    pub fn stub(customer_id: impl Into<String>, occurred_at: i64, now: i64) -> Self {
        Self { customer_id: customer_id.into(), created_at: Some(occurred_at), updated_at: now, ..Self::default() }
    }

    /// A customer that was not stored before, at `now` (microseconds since the epoch).
    ///
    /// # Errors
    /// None of its own: it fails where [`Customer::merge`] does, and a new customer has nothing stored to be damaged.
    pub fn from_patch(patch: &CustomerPatch, now: i64) -> Result<Self> {
        let mut customer = Self { customer_id: patch.customer_id.clone(), ..Self::default() };
        customer.merge(patch, now)?;
        customer.updated_at = now;
        customer.import_id = patch.import_id.clone();
        Ok(customer)
    }

    /// Merges what was sent: an absent field stays, `null` clears, attributes merge by key. Says whether anything
    /// changed; only then `updated_at` becomes `now` (microseconds since the epoch), and the import that made the customer is kept
    /// only if it is an import that changes it.
    ///
    /// # Errors
    /// [`Kind::Corrupt`] when the stored attributes are not a JSON object; the customer is then as it was.
    pub fn merge(&mut self, patch: &CustomerPatch, now: i64) -> Result<bool> {
        // First what can fail, so that a failure leaves nothing half merged.
        let attributes = self.merged_attributes(&patch.attributes)?;
        let tags = match &patch.tags {
            Change::Keep => self.tags.clone(),
            Change::Clear => None,
            Change::Set(tags) => (!tags.is_empty()).then(|| attributes::tags_text(tags)),
        };
        let changed = [
            replace(&mut self.name, applied(&patch.name)),
            replace(&mut self.email, applied(&patch.email)),
            replace(&mut self.phone, applied(&patch.phone)),
            replace(&mut self.created_at, applied(&patch.created_at)),
            replace(&mut self.tags, Some(tags)),
            replace(&mut self.attributes, Some(attributes)),
            replace(&mut self.consent, applied(&patch.consent)),
            replace(&mut self.do_not_contact, applied(&patch.do_not_contact)),
        ]
        .contains(&true);
        if changed {
            self.updated_at = now;
            // What an import made is the next import's that changes it, and nobody's once anything else has.
            self.import_id = self.import_id.take().and(patch.import_id.clone());
        }
        Ok(changed)
    }

    fn merged_attributes(&self, change: &Change<Map<String, Value>>) -> Result<Option<String>> {
        let sent = match change {
            Change::Keep => return Ok(self.attributes.clone()),
            Change::Clear => return Ok(None),
            Change::Set(sent) => sent,
        };
        let mut merged: Map<String, Value> = match &self.attributes {
            None => Map::new(),
            Some(text) => serde_json::from_str(text).map_err(|e| {
                let message = format!("the stored attributes of customer {} are not a JSON object", self.customer_id);
                Error::new(Kind::Corrupt, "corrupt_attributes", message).with_source(e)
            })?,
        };
        for (key, value) in sent {
            if value.is_null() {
                merged.remove(key);
            } else {
                merged.insert(key.clone(), value.clone());
            }
        }
        Ok((!merged.is_empty()).then(|| attributes::text(&merged)))
    }
}

/// The new value of a field, none where it stays.
fn applied<T: Clone>(change: &Change<T>) -> Option<Option<T>> {
    match change {
        Change::Keep => None,
        Change::Clear => Some(None),
        Change::Set(value) => Some(Some(value.clone())),
    }
}

/// Puts the new value in its place and says whether it differs.
fn replace<T: PartialEq>(stored: &mut Option<T>, new: Option<Option<T>>) -> bool {
    match new {
        Some(new) if new != *stored => {
            *stored = new;
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    fn map(json: &str) -> Change<Map<String, Value>> {
        Change::Set(serde_json::from_str(json).unwrap())
    }

    fn set(text: &str) -> Change<String> {
        Change::Set(text.to_owned())
    }

    #[test]
    fn absent_stays_null_clears_and_values_replace() {
        let first = CustomerPatch {
            customer_id: "1".to_owned(),
            name: set("Anna"),
            email: set("a@b"),
            phone: set("1"),
            tags: Change::Set(vec!["vip".to_owned()]),
            attributes: map(r#"{"city":"Kazan","age":30,"nested":{"a":1,"b":2}}"#),
            created_at: Change::Set(7),
            consent: set("[1]"),
            do_not_contact: Change::Set(true),
            import_id: None,
            original_customer_id: None,
        };
        let mut customer = Customer::from_patch(&first, 100).unwrap();
        assert_eq!(customer.updated_at, 100);
        assert_eq!(customer.attributes.as_deref(), Some(r#"{"age":30,"city":"Kazan","nested":{"a":1,"b":2}}"#));

        let second = CustomerPatch {
            customer_id: "1".to_owned(),
            email: Change::Clear,
            phone: set("2"),
            do_not_contact: Change::Set(false),
            attributes: map(r#"{"age":null,"new":true,"nested":{"a":3}}"#),
            ..CustomerPatch::default()
        };
        assert!(customer.merge(&second, 200).unwrap());
        assert_eq!(customer.name.as_deref(), Some("Anna"));
        assert_eq!(customer.email, None);
        assert_eq!(customer.phone.as_deref(), Some("2"));
        assert_eq!(customer.tags.as_deref(), Some(r#"["vip"]"#));
        // Merged by key, one level deep: the nested object is a value.
        assert_eq!(customer.attributes.as_deref(), Some(r#"{"city":"Kazan","nested":{"a":3},"new":true}"#));
        assert_eq!((customer.created_at, customer.updated_at), (Some(7), 200));
        assert_eq!((customer.consent.as_deref(), customer.do_not_contact), (Some("[1]"), Some(false)));

        let clear = CustomerPatch { attributes: Change::Clear, tags: Change::Clear, ..CustomerPatch::default() };
        assert!(customer.merge(&clear, 300).unwrap());
        assert_eq!((customer.attributes, customer.tags), (None, None));
    }

    #[test]
    fn sending_the_same_again_changes_nothing() {
        let patch = CustomerPatch {
            customer_id: "1".to_owned(),
            name: set("Anna"),
            tags: Change::Set(vec!["vip".to_owned()]),
            attributes: map(r#"{"b":1.50,"a":null}"#),
            email: Change::Clear,
            ..CustomerPatch::default()
        };
        let stored = Customer::from_patch(&patch, 100).unwrap();
        let mut again = stored.clone();
        assert!(!again.merge(&patch, 200).unwrap());
        assert_eq!(again, stored);
    }

    #[test]
    fn removing_the_last_attribute_leaves_none() {
        let mut customer = Customer { attributes: Some(r#"{"a":1}"#.to_owned()), ..Customer::default() };
        customer.merge(&CustomerPatch { attributes: map(r#"{"a":null}"#), ..CustomerPatch::default() }, 1).unwrap();
        assert_eq!(customer.attributes, None);
    }

    #[test]
    fn damaged_attributes_are_an_error_and_change_nothing() {
        let mut customer = Customer { attributes: Some("[".to_owned()), ..Customer::default() };
        let before = customer.clone();
        let patch = CustomerPatch { name: set("x"), attributes: map(r#"{"a":1}"#), ..CustomerPatch::default() };
        assert_eq!(customer.merge(&patch, 1).unwrap_err().kind(), Kind::Corrupt);
        assert_eq!(customer, before);
    }

    #[test]
    fn what_an_import_made_stays_its_own_until_something_else_changes_it() {
        let named = |name: &str, import: Option<&str>| CustomerPatch {
            customer_id: "1".to_owned(),
            name: set(name),
            import_id: import.map(Into::into),
            ..CustomerPatch::default()
        };
        let mut customer = Customer::from_patch(&named("Anna", Some("a")), 1).unwrap();
        assert_eq!(customer.import_id.as_deref(), Some("a"));
        // Sent again as it is, by anybody: nothing has changed.
        customer.merge(&named("Anna", None), 2).unwrap();
        assert_eq!(customer.import_id.as_deref(), Some("a"));
        // Another import's correction takes it over.
        customer.merge(&named("Anna P.", Some("b")), 3).unwrap();
        assert_eq!(customer.import_id.as_deref(), Some("b"));
        customer.merge(&named("Anna Petrova", None), 4).unwrap();
        assert_eq!(customer.import_id, None);
        customer.merge(&named("Anna", Some("b")), 5).unwrap();
        assert_eq!(customer.import_id, None, "it was there before");
    }

    #[test]
    fn a_stub_knows_its_time() {
        let stub = Customer::stub("17850", 42, 50);
        assert_eq!((stub.customer_id.as_str(), stub.created_at, stub.updated_at), ("17850", Some(42), 50));
    }
}
