//! Parses a customer.

use serde_json::{Map, Value};

use super::{
    Change, CustomerPatch, attributes, consent,
    errors::RecordErrors,
    object::{Fields, Object, Sent},
    parse::{Context, Record},
    text, time,
};

const CUSTOMER_ID: usize = 0;
const NAME: usize = 1;
const EMAIL: usize = 2;
const PHONE: usize = 3;
const CREATED_AT: usize = 4;
const TAGS: usize = 5;
const ATTRIBUTES: usize = 6;
const CONSENT: usize = 7;
const DO_NOT_CONTACT: usize = 8;

impl Record for CustomerPatch {
    const FIELDS: Fields =
        &["customer_id", "name", "email", "phone", "created_at", "tags", "attributes", "consent", "do_not_contact"];

    fn read(object: &Object<'_>, context: &mut Context<'_>, errors: &mut RecordErrors) -> Self {
        object.check_keys(errors, "fields of your own go under `attributes`");
        let zone = context.options.time_zone;
        Self {
            customer_id: object.required(CUSTOMER_ID, errors, text::id),
            name: change(object, NAME, errors, text::line),
            email: change(object, EMAIL, errors, text::email),
            phone: change(object, PHONE, errors, text::line),
            tags: change(object, TAGS, errors, attributes::tags),
            attributes: attribute_changes(object, errors),
            created_at: change(object, CREATED_AT, errors, |raw| time::parse(raw, zone)),
            consent: change(object, CONSENT, errors, |raw| consent::stored(raw, zone)),
            do_not_contact: change(object, DO_NOT_CONTACT, errors, text::flag),
            import_id: None,
            original_customer_id: None,
        }
    }

    fn expansion_bytes(&self) -> usize {
        /// A JSON value and a short text on the heap: two bytes of a body can ask for one.
        const VALUE_BYTES: usize = 64;
        match &self.attributes {
            Change::Set(map) => map.values().map(attributes::count).sum::<usize>() * VALUE_BYTES,
            Change::Keep | Change::Clear => 0,
        }
    }
}

/// A field that keeps what is stored where it is absent; `null` and an empty value clear it.
fn change<'a, T>(
    object: &Object<'a>,
    field: usize,
    errors: &mut RecordErrors,
    parse: impl FnOnce(&'a str) -> Result<Option<T>, String>,
) -> Change<T> {
    match object.get(field) {
        Sent::Absent => Change::Keep,
        Sent::Null => Change::Clear,
        Sent::Value(_) => object.optional(field, errors, parse).map_or(Change::Clear, Change::Set),
    }
}

/// Attributes are merged by key: an empty object changes nothing.
fn attribute_changes(object: &Object<'_>, errors: &mut RecordErrors) -> Change<Map<String, Value>> {
    match change(object, ATTRIBUTES, errors, |raw| attributes::object(raw).map(Some)) {
        Change::Set(map) if map.is_empty() => Change::Keep,
        other => other,
    }
}
