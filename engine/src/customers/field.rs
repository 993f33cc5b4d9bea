//! What customers can be filtered and sorted by. Only names of this list stand in a statement.
use kupets_core::{Error, Result};

/// How the values of a field are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    /// Text, compared byte by byte.
    Text,
    /// Text that people write in several ways; one is as good as another. Its order is that of its bytes.
    Words,
    /// A telephone number.
    Phone,
    /// What the customer agreed to, by channel.
    Consent,
    /// A JSON array of texts.
    Tags,
    /// A moment.
    Time,
    /// A whole number.
    Integer,
    /// An exact decimal.
    Decimal,
    /// A binary floating-point number.
    Float,
    /// True or false.
    Flag,
}

/// A column of the list: a field of the record or a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field {
    /// Its name, in queries of callers and as a column of the statement.
    pub(super) name: &'static str,
    /// How its values are compared.
    pub(super) kind: Type,
}

const fn field(name: &'static str, kind: Type) -> Field {
    Field { name, kind }
}

/// The order without another one, and the tie-breaker of the others.
pub(super) const ID: Field = field("customer_id", Type::Text);

const FIELDS: [Field; 18] = [
    ID,
    field("name", Type::Words),
    field("email", Type::Words),
    field("phone", Type::Phone),
    field("tags", Type::Tags),
    field("created_at", Type::Time),
    field("updated_at", Type::Time),
    field("orders", Type::Integer),
    field("revenue", Type::Decimal),
    field("average_order", Type::Decimal),
    field("first_purchase_at", Type::Time),
    field("last_purchase_at", Type::Time),
    field("segment", Type::Text),
    field("churn_risk", Type::Float),
    field("predicted_clv", Type::Decimal),
    field("lifecycle", Type::Text),
    field("do_not_contact", Type::Flag),
    field("consent", Type::Consent),
];

const ATTRIBUTES: &str = "attributes";

/// What a filter compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject<'a> {
    /// A column.
    Field(Field),
    /// A custom attribute, by its key.
    Attribute(&'a str),
}

/// What a filter names.
///
/// # Errors
/// There is no such field; the message lists those there are.
pub(super) fn subject(name: &str) -> Result<Subject<'_>> {
    if let Some(key) =
        name.strip_prefix(ATTRIBUTES).and_then(|rest| rest.strip_prefix('.')).filter(|key| !key.is_empty())
    {
        return Ok(Subject::Attribute(key));
    }
    let found = FIELDS.into_iter().find(|f| f.name == name);
    found.map(Subject::Field).ok_or_else(|| {
        let names = names(|_| true);
        Error::invalid(
            "unknown_field",
            format!("A filter names `{name}`, which customers do not have. They have {names}, and attributes.NAME."),
        )
    })
}

/// What a list is sorted by.
///
/// # Errors
/// There is no such field, or it has no order; the message lists those that do.
pub(super) fn sortable(name: &str) -> Result<Field> {
    let in_order = |f: &Field| !matches!(f.kind, Type::Tags | Type::Flag | Type::Consent);
    FIELDS.into_iter().find(|f| f.name == name && in_order(f)).ok_or_else(|| {
        let names = names(in_order);
        Error::invalid("unknown_field", format!("Customers cannot be sorted by `{name}`, but by {names}."))
    })
}

fn names(keep: impl Fn(&Field) -> bool) -> String {
    FIELDS.iter().filter(|f| keep(f)).map(|f| f.name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn fields_are_found_by_name() {
        assert_eq!(subject("revenue").unwrap(), Subject::Field(field("revenue", Type::Decimal)));
        assert_eq!(subject("attributes.city.x").unwrap(), Subject::Attribute("city.x"));
        assert_eq!(sortable("name").unwrap().kind, Type::Words);
    }

    #[test]
    fn what_is_not_there_is_answered_with_what_is() {
        for name in ["revenu", "attributes", "attributes.", "revenue; DROP TABLE customers", "_ingested_at", ""] {
            let message = subject(name).unwrap_err().to_string();
            assert!(message.contains("customer_id, name, email") && message.contains("attributes.NAME"), "{message}");
        }
        for name in ["tags", "do_not_contact", "consent", "attributes", "attributes.city", "x"] {
            let message = sortable(name).unwrap_err().to_string();
            assert!(message.contains("orders, revenue") && !message.contains("tags,"), "{message}");
        }
    }
}
