//! The tables of a tenant: their Arrow schemas, keys and order. What SQL, Parquet and DuckDB see is exactly this.
//!
//! New columns come last and may be null: lakes of earlier versions get them when they are opened, and their old rows have
//! [`Table::default_of`] there.

use std::sync::{Arc, LazyLock};

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};

/// Digits of a stored decimal: `DECIMAL(18, 4)`, in Parquet an INT64.
pub const DECIMAL_PRECISION: u8 = 18;
/// Fraction digits of a stored decimal. More in the input is an error, never a rounding.
pub const DECIMAL_SCALE: i8 = 4;

/// A tenant's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// One row a customer.
    Customers,
    /// One row a line of a purchase.
    Purchases,
    /// One row an interaction.
    Interactions,
}

impl Table {
    /// All tables, in the order in which they are journalled and flushed.
    pub const ALL: [Self; 3] = [Self::Customers, Self::Purchases, Self::Interactions];

    /// Its SQL name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Purchases => "purchases",
            Self::Interactions => "interactions",
        }
    }

    /// The table of that SQL name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.name() == name)
    }

    /// Position in [`Table::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// Its columns. The first one is always the key.
    pub fn schema(self) -> SchemaRef {
        match self {
            Self::Customers => CUSTOMERS.clone(),
            Self::Purchases => PURCHASES.clone(),
            Self::Interactions => INTERACTIONS.clone(),
        }
    }

    /// The value of a column in rows that were written before there was that column; none where it is null. It is also what
    /// every row of the column has unless its record says otherwise.
    pub fn default_of(self, column: &str) -> Option<&'static str> {
        match (self, column) {
            (Self::Purchases, "status") => Some("completed"),
            (Self::Purchases, "kind") => Some("product"),
            _ => None,
        }
    }

    /// The column whose value identifies a record; the first of the schema.
    pub fn key(self) -> &'static str {
        match self {
            Self::Customers => "customer_id",
            Self::Purchases => "purchase_id",
            Self::Interactions => "interaction_id",
        }
    }

    /// The order of rows in a data file. The lines of one purchase stay together in it.
    pub fn sort_columns(self) -> &'static [&'static str] {
        match self {
            Self::Customers => &["customer_id"],
            Self::Purchases => &["occurred_at", "purchase_id", "line"],
            Self::Interactions => &["occurred_at", "interaction_id"],
        }
    }
}

/// `DECIMAL(18, 4)`.
pub fn decimal() -> DataType {
    DataType::Decimal128(DECIMAL_PRECISION, DECIMAL_SCALE)
}

/// Microseconds since the epoch, in UTC.
pub fn timestamp() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

fn text(name: &str) -> Field {
    Field::new(name, DataType::Utf8, true)
}

fn key(name: &str) -> Field {
    Field::new(name, DataType::Utf8, false)
}

static CUSTOMERS: LazyLock<SchemaRef> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        key("customer_id"),
        text("name"),
        text("email"),
        text("phone"),
        // A JSON array of strings, and a JSON object: DuckDB and DataFusion both query them with `->>`.
        text("tags"),
        text("attributes"),
        Field::new("created_at", timestamp(), true),
        Field::new("updated_at", timestamp(), false),
        Field::new("_ingested_at", timestamp(), false),
        // A JSON array of objects: channel, given, source, at.
        text("consent"),
        Field::new("do_not_contact", DataType::Boolean, true),
        // The import that made it, while nobody else has changed it.
        text("_import_id"),
    ]))
});

static PURCHASES: LazyLock<SchemaRef> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        key("purchase_id"),
        // 1 for the first line of a purchase; a purchase without lines does not exist.
        Field::new("line", DataType::Int32, false),
        text("customer_id"),
        text("product_id"),
        text("product"),
        text("category"),
        Field::new("quantity", decimal(), false),
        Field::new("unit_price", decimal(), true),
        Field::new("amount", decimal(), false),
        key("currency"),
        text("channel"),
        Field::new("occurred_at", timestamp(), false),
        text("attributes"),
        // Facts of the whole purchase, repeated on each of its lines so that counting orders needs no DISTINCT:
        // the sum of its amounts, and which line is the first of its product and of its category within the purchase.
        Field::new("purchase_amount", decimal(), false),
        Field::new("first_of_product", DataType::Boolean, false),
        Field::new("first_of_category", DataType::Boolean, false),
        Field::new("_ingested_at", timestamp(), false),
        text("status"),
        text("refund_of"),
        text("source"),
        text("kind"),
        Field::new("cost", decimal(), true),
        Field::new("discount", decimal(), true),
        Field::new("vat_rate", decimal(), true),
        text("variant"),
        // The customer that was sent, where the purchase is another's by now; and the import that made it.
        text("original_customer_id"),
        text("_import_id"),
    ]))
});

static INTERACTIONS: LazyLock<SchemaRef> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        key("interaction_id"),
        text("customer_id"),
        key("kind"),
        text("channel"),
        text("direction"),
        text("subject"),
        text("body"),
        text("outcome"),
        text("agent"),
        Field::new("occurred_at", timestamp(), false),
        text("attributes"),
        Field::new("_ingested_at", timestamp(), false),
        text("original_customer_id"),
        text("_import_id"),
    ]))
});

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    #[test]
    fn columns_that_came_later_may_be_null() {
        for table in Table::ALL {
            let schema = table.schema();
            let later = schema.index_of("_ingested_at").unwrap() + 1..schema.fields().len();
            assert!(later.clone().all(|at| schema.field(at).is_nullable()), "{}", table.name());
            for (at, field) in schema.fields().iter().enumerate() {
                assert!(table.default_of(field.name()).is_none() || later.contains(&at), "{}", field.name());
            }
        }
    }
}
