//! The three tables of a tenant: their Arrow schemas, keys and order. What SQL, Parquet and DuckDB see is exactly this.

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
    ]))
});
