//! Two customers who are one person: what they have together, and what each had before.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Customer, attributes, limits::MAX_CONSENTS};

/// Both customers of a merge as they were before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// Who was merged.
    pub from: Customer,
    /// Into whom.
    pub into: Customer,
}

impl Kept {
    /// The person: whatever the one who stays lacks comes from the other. Tags, attributes and what they agreed to are joined; who began
    /// earlier counts, and whoever wants to be left alone is left alone. `now` is in microseconds since the epoch.
    pub fn united(&self, now: i64) -> Customer {
        united(&self.into, &self.from, now)
    }

    /// The customer who stays without what the other brought, unless it has changed since.
    pub fn parted(&self, present: &Customer, now: i64) -> Customer {
        let (was, both) = (&self.into, self.united(now));
        let mut parted = Customer {
            customer_id: present.customer_id.clone(),
            name: back(&present.name, &both.name, &was.name),
            email: back(&present.email, &both.email, &was.email),
            phone: back(&present.phone, &both.phone, &was.phone),
            tags: texts(without(elements(&present.tags), &elements(&self.from.tags), &elements(&was.tags))),
            attributes: objects(parted_attributes(present, &self.from, was)),
            created_at: back(&present.created_at, &both.created_at, &was.created_at),
            updated_at: present.updated_at,
            consent: back(&present.consent, &both.consent, &was.consent),
            do_not_contact: back(&present.do_not_contact, &both.do_not_contact, &was.do_not_contact),
            import_id: back(&present.import_id, &both.import_id, &was.import_id),
        };
        if parted != *present {
            parted.updated_at = now;
        }
        parted
    }
}

/// A customer with what another brings.
pub(crate) fn united(into: &Customer, from: &Customer, now: i64) -> Customer {
    let or = |own: &Option<String>, other: &Option<String>| own.clone().or_else(|| other.clone());
    let mut tags = elements(&into.tags);
    let more: Vec<Value> = elements(&from.tags).into_iter().filter(|tag| !tags.contains(tag)).collect();
    tags.extend(more);
    let mut own = map(&from.attributes);
    own.extend(map(&into.attributes));
    let united = Customer {
        customer_id: into.customer_id.clone(),
        name: or(&into.name, &from.name),
        email: or(&into.email, &from.email),
        phone: or(&into.phone, &from.phone),
        tags: texts(tags),
        attributes: objects(own),
        created_at: [into.created_at, from.created_at].into_iter().flatten().min(),
        updated_at: into.updated_at,
        consent: texts(consents(&into.consent, &from.consent)),
        do_not_contact: match (into.do_not_contact, from.do_not_contact) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (own, other) => own.or(other),
        },
        // To whom somebody else brought something, no import made alone: its undo leaves them.
        import_id: into.import_id.clone().filter(|import| from.import_id.as_ref() == Some(import)),
    };
    let changed = united != *into;
    Customer { updated_at: if changed { now } else { into.updated_at }, ..united }
}

/// What was said by time, those without one first; of one time what is refused comes last, and so counts.
fn consents(into: &Option<String>, from: &Option<String>) -> Vec<Value> {
    let mut said = elements(into);
    let more: Vec<Value> = elements(from).into_iter().filter(|entry| !said.contains(entry)).collect();
    if more.is_empty() {
        return said;
    }
    said.extend(more);
    said.sort_by_cached_key(|entry| (entry["at"].as_str().map(str::to_owned), entry["given"] == Value::Bool(false)));
    said.split_off(said.len().saturating_sub(MAX_CONSENTS))
}

/// `was` where the present value is what the merge made of it.
fn back<T: PartialEq + Clone>(present: &Option<T>, both: &Option<T>, was: &Option<T>) -> Option<T> {
    if present == both { was.clone() } else { present.clone() }
}

fn without(present: Vec<Value>, brought: &[Value], was: &[Value]) -> Vec<Value> {
    present.into_iter().filter(|tag| was.contains(tag) || !brought.contains(tag)).collect()
}

fn parted_attributes(present: &Customer, from: &Customer, was: &Customer) -> Map<String, Value> {
    let (brought, was) = (map(&from.attributes), map(&was.attributes));
    let stays = |key: &String, value: &Value| was.contains_key(key) || brought.get(key) != Some(value);
    map(&present.attributes).into_iter().filter(|(key, value)| stays(key, value)).collect()
}

fn elements(text: &Option<String>) -> Vec<Value> {
    text.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

fn map(text: &Option<String>) -> Map<String, Value> {
    text.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

fn texts(elements: Vec<Value>) -> Option<String> {
    (!elements.is_empty()).then(|| Value::from(elements).to_string())
}

fn objects(map: Map<String, Value>) -> Option<String> {
    (!map.is_empty()).then(|| attributes::text(&map))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn text(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    fn kept() -> Kept {
        Kept {
            from: Customer {
                customer_id: "a".to_owned(),
                name: text("Nina"),
                email: text("nina@example.com"),
                tags: text(r#"["b2b","vip"]"#),
                attributes: text(r#"{"city":"Kazan","size":"M"}"#),
                created_at: Some(5),
                updated_at: 6,
                consent: text(r#"[{"channel":"email","given":false}]"#),
                do_not_contact: Some(true),
                ..Customer::default()
            },
            into: Customer {
                customer_id: "b".to_owned(),
                name: text("Nina P."),
                phone: text("+7"),
                tags: text(r#"["vip"]"#),
                attributes: text(r#"{"size":"L"}"#),
                created_at: Some(9),
                updated_at: 9,
                consent: text(r#"[{"channel":"email","given":true}]"#),
                ..Customer::default()
            },
        }
    }

    #[test]
    fn whoever_stays_gets_what_they_lack() {
        let both = kept().united(20);
        let expected = Customer {
            customer_id: "b".to_owned(),
            name: text("Nina P."),
            email: text("nina@example.com"),
            phone: text("+7"),
            tags: text(r#"["vip","b2b"]"#),
            attributes: text(r#"{"city":"Kazan","size":"L"}"#),
            created_at: Some(5),
            updated_at: 20,
            // Who refused once has refused.
            consent: text(r#"[{"channel":"email","given":true},{"channel":"email","given":false}]"#),
            do_not_contact: Some(true),
            import_id: None,
        };
        assert_eq!(both, expected);
        // Done again it changes nothing.
        assert_eq!(united(&both, &kept().from, 30), both);
    }

    #[test]
    fn who_parts_takes_along_what_they_brought_and_no_more() {
        let kept = kept();
        let both = kept.united(20);
        assert_eq!(kept.parted(&both, 30), Customer { updated_at: 30, ..kept.into.clone() });
        // What was changed since stays.
        let since = Customer {
            email: text("new@example.com"),
            attributes: text(r#"{"city":"Kazan","shoe":"39","size":"S"}"#),
            tags: text(r#"["b2b","gold"]"#),
            do_not_contact: Some(false),
            ..both
        };
        let parted = kept.parted(&since, 30);
        assert_eq!((parted.email.as_deref(), parted.name.as_deref()), (Some("new@example.com"), Some("Nina P.")));
        assert_eq!(parted.attributes.as_deref(), Some(r#"{"shoe":"39","size":"S"}"#));
        assert_eq!((parted.tags.as_deref(), parted.do_not_contact), (Some(r#"["gold"]"#), Some(false)));
        assert_eq!(parted.created_at, Some(9));
    }

    #[test]
    fn nothing_brought_is_nothing_changed() {
        let into = kept().into;
        let bare = Customer { customer_id: "c".to_owned(), ..Customer::default() };
        assert_eq!(united(&into, &bare, 50), into);
    }
}
