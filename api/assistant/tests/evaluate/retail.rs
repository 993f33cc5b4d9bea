//! The names of Online Retail, read from its file without an engine.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kupets_semantic::catalogue::Dimension;
use kupets_semantic::values::ValueIndex;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::Field;
use parquet::schema::types::Type;

/// The names in the data, and every name that a product goes by.
pub struct Retail {
    pub values: ValueIndex,
    pub products: BTreeMap<String, BTreeSet<String>>,
}

/// The file, if it is there.
pub fn file() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("KUPETS_SHARED_DATA").map_or_else(beside, PathBuf::from);
    Some(folder.join("online_retail.parquet")).filter(|path| path.exists())
}

/// Reads it as the importer takes it: no line is left out.
pub fn read(path: &Path) -> Retail {
    let reader = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
    let schema = reader.metadata().file_metadata().schema();
    let wanted = ["StockCode", "Description", "CustomerID", "Country"];
    let fields: Vec<Arc<Type>> =
        schema.get_fields().iter().filter(|field| wanted.contains(&field.name())).cloned().collect();
    assert_eq!(fields.len(), wanted.len(), "{} has other columns", path.display());
    let projection = Type::group_type_builder(schema.name()).with_fields(fields).build().unwrap();

    // What is repeated half a million times is counted before it goes into the index, as ingest does by batch.
    let mut products: BTreeMap<String, BTreeMap<String, u32>> = BTreeMap::new();
    let (mut customers, mut countries) = (BTreeMap::<String, u32>::new(), BTreeMap::<String, u32>::new());
    for row in reader.get_row_iter(Some(projection)).unwrap() {
        let row = row.unwrap();
        let text = |name: &str| match row.get_column_iter().find(|(column, _)| *column == name)?.1 {
            Field::Null => None,
            Field::Str(text) => Some(text.trim().to_owned()),
            Field::Double(number) => Some(format!("{number:.0}")),
            other => Some(other.to_string()),
        };
        let product = text("StockCode").unwrap();
        *products.entry(product).or_default().entry(text("Description").unwrap_or_default()).or_default() += 1;
        *countries.entry(text("Country").unwrap()).or_default() += 1;
        if let Some(customer) = text("CustomerID") {
            *customers.entry(customer).or_default() += 1;
        }
    }
    let mut values = ValueIndex::default();
    for (code, names) in &products {
        // The rarest first: the name that stays is the usual one.
        let mut names: Vec<_> = names.iter().filter(|(name, _)| !name.is_empty()).collect();
        names.sort_by_key(|(_, count)| **count);
        for (name, count) in &names {
            values.insert_weighted(Dimension::Product, code, Some(name.as_str()), **count);
        }
        if names.is_empty() {
            values.insert(Dimension::Product, code, None);
        }
    }
    for (customer, count) in customers {
        values.insert_weighted(Dimension::Customer, &customer, None, count);
    }
    for (country, count) in countries {
        values.insert_weighted(Dimension::Attribute("country".into()), &country, None, count);
    }
    let products = products.into_iter().map(|(code, names)| (code, names.into_keys().collect())).collect();
    Retail { values, products }
}
