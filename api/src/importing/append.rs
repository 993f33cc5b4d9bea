//! `--append`: an order that is split over several files. A purchase that is sent again is replaced whole, so that the lines
//! that are stored are asked for, and sent again with those of the file.

use std::collections::HashMap;

use kupets_import::Batch;
use rust_decimal::Decimal;
use serde_json::{Map, Value};

use super::ask::Ask;

/// Purchases that are asked about at once.
const AT_ONCE: usize = 200;

/// Fields of a purchase that stay as they are stored where the file does not have them.
const OF_PURCHASE: [&str; 6] = ["customer_id", "currency", "channel", "status", "refund_of", "source"];
/// Fields of a line.
const OF_LINE: [&str; 11] = [
    "product_id",
    "product",
    "category",
    "quantity",
    "unit_price",
    "amount",
    "kind",
    "cost",
    "discount",
    "vat_rate",
    "variant",
];

/// A record, or a row of one: values by name.
type Fields = Map<String, Value>;

/// The lines that are stored of purchases, in their order.
pub type Stored = HashMap<String, Vec<Fields>>;

/// Ids of the purchases of a batch.
pub fn with_ids(batch: &Batch) -> Vec<String> {
    records(batch).filter_map(|record| Some(record.get("purchase_id")?.as_str()?.to_owned())).collect()
}

/// Asks for the lines that are stored of these purchases.
///
/// # Errors
/// It is not answered, as for a key that may not query.
pub async fn stored<A: Ask>(asked_of: &A, ids: &[String]) -> Result<Stored, A::Error> {
    let mut stored = Stored::new();
    let mut asked: Vec<&[String]> = ids.chunks(AT_ONCE).collect();
    while let Some(some) = asked.pop() {
        let answer = asked_of.ask(statement(some)).await?;
        if answer.meta["truncated"] == true && some.len() > 1 {
            let (one, other) = some.split_at(some.len() / 2);
            asked.extend([one, other]);
            continue;
        }
        for row in answer.rows {
            let mut line: Fields = answer.columns.iter().map(|column| column.name.clone()).zip(row).collect();
            line.retain(|_, value| !value.is_null());
            if let Some(Value::String(id)) = line.remove("purchase_id") {
                stored.entry(id).or_default().push(line);
            }
        }
    }
    Ok(stored)
}

/// The body of a batch with the stored lines in it; records and their order stay.
pub fn united(batch: &Batch, stored: &Stored) -> Vec<u8> {
    let mut body = Vec::with_capacity(batch.body.len());
    for mut record in records(batch) {
        if let Some(lines) = record.get("purchase_id").and_then(Value::as_str).and_then(|id| stored.get(id)) {
            unite(&mut record, lines);
        }
        body.extend_from_slice(Value::Object(record).to_string().as_bytes());
        body.push(b'\n');
    }
    body
}

/// The records of a batch, which are objects: what is none is refused before.
fn records(batch: &Batch) -> impl Iterator<Item = Fields> {
    let records = (0..batch.len()).filter_map(|at| batch.record(at));
    records.map(|record| serde_json::from_slice::<Fields>(record).unwrap_or_default())
}

/// Adds what is stored of a purchase to a record of it. A line that is stored already is not added again, so that a file that
/// is imported twice changes nothing.
fn unite(record: &mut Fields, stored: &[Fields]) {
    let Some(first) = stored.first() else { return };
    let is_absent = |record: &Fields, name: &str| record.get(name).is_none_or(Value::is_null);
    for name in OF_PURCHASE {
        if let Some(value) = first.get(name).filter(|_| is_absent(record, name)) {
            record.insert(name.to_owned(), value.clone());
        }
    }
    if let Some(Value::String(attributes)) = first.get("attributes")
        && is_absent(record, "attributes")
        && let Ok(attributes) = serde_json::from_str(attributes)
    {
        record.insert("attributes".to_owned(), attributes);
    }
    let mut lines: Vec<Fields> = stored.iter().map(of_line).collect();
    let mut known: HashMap<String, usize> = HashMap::new();
    for line in &lines {
        *known.entry(key(line)).or_default() += 1;
    }
    for line in own_lines(record) {
        match known.get_mut(&key(&line)).filter(|count| **count > 0) {
            Some(count) => *count -= 1,
            None => lines.push(line),
        }
    }
    record.insert("items".to_owned(), lines.into_iter().map(Value::Object).collect());
}

/// The fields of a line, of those of a stored row.
fn of_line(row: &Fields) -> Fields {
    let mut line: Fields =
        OF_LINE.iter().filter_map(|name| Some(((*name).to_owned(), row.get(*name)?.clone()))).collect();
    // Such lines are no longer taken as goods; those of before stay what they come to.
    if let (Some(quantity), Some(amount)) = (number(&line, "quantity"), number(&line, "amount"))
        && !quantity.is_zero()
        && !amount.is_zero()
        && quantity.is_sign_negative() != amount.is_sign_negative()
        && matches!(line.get("kind").and_then(Value::as_str), None | Some("product" | "service"))
    {
        line.insert("kind".to_owned(), Value::from("other"));
    }
    line
}

/// Takes the lines out of a record.
fn own_lines(record: &mut Fields) -> Vec<Fields> {
    if let Some(Value::Array(items)) = record.remove("items") {
        return items
            .into_iter()
            .filter_map(|item| if let Value::Object(line) = item { Some(line) } else { None })
            .collect();
    }
    // A purchase of one line has its fields itself.
    vec![OF_LINE.iter().filter_map(|name| Some(((*name).to_owned(), record.remove(*name)?))).collect()]
}

/// What makes two lines the same.
fn key(line: &Fields) -> String {
    let text = |name: &str| line.get(name).and_then(Value::as_str).unwrap_or_default();
    let product = text("product");
    let product_id = if text("product_id").is_empty() { product } else { text("product_id") };
    let kind = if text("kind").is_empty() { "product" } else { text("kind") };
    let sent = number(line, "amount");
    let taken_back = sent.is_some_and(|amount| amount < Decimal::ZERO);
    let quantity = number(line, "quantity").unwrap_or(if taken_back { -Decimal::ONE } else { Decimal::ONE });
    let amount = sent.or_else(|| number(line, "unit_price")?.checked_mul(quantity)).unwrap_or_default();
    let (quantity, amount) = (quantity.normalize(), amount.normalize());
    format!("{product_id}\u{1f}{product}\u{1f}{kind}\u{1f}{}\u{1f}{quantity}\u{1f}{amount}", text("variant"))
}

/// A number, or the text of one.
fn number(line: &Fields, name: &str) -> Option<Decimal> {
    match line.get(name)? {
        Value::Number(number) => number.to_string().parse().ok(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn statement(ids: &[String]) -> String {
    let quoted: Vec<String> = ids.iter().map(|id| format!("'{}'", id.replace('\'', "''"))).collect();
    let (purchase, line) = (OF_PURCHASE.join(", "), OF_LINE.join(", "));
    format!(
        "SELECT purchase_id, attributes, {purchase}, {line} FROM purchases WHERE purchase_id IN ({}) ORDER BY purchase_id, line",
        quoted.join(", ")
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    fn fields(value: Value) -> Fields {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn stored_lines_are_sent_with_those_of_the_file() {
        let stored = [
            fields(
                json!({"customer_id": "7", "currency": "EUR", "status": "completed", "attributes": "{\"city\":\"Kazan\"}",
                "product_id": "tea", "product": "tea", "quantity": 2, "amount": 10, "kind": "product"}),
            ),
            fields(
                json!({"product": "Shipping", "product_id": "Shipping", "quantity": 1, "amount": 5, "kind": "shipping"}),
            ),
        ];
        let part = fields(json!({"purchase_id": "o1", "items": [{"product": "cup", "unit_price": 3, "quantity": 2}]}));
        let mut record = part.clone();
        unite(&mut record, &stored);
        assert_eq!(record["customer_id"], "7");
        assert_eq!(record["attributes"], json!({"city": "Kazan"}));
        let amounts: Vec<&Value> = record["items"].as_array().unwrap().iter().map(|line| &line["product"]).collect();
        assert_eq!(amounts, ["tea", "Shipping", "cup"]);

        // Again, after it is stored: nothing new.
        let mut again = stored.to_vec();
        again.push(fields(json!({"product_id": "cup", "product": "cup", "quantity": 2, "unit_price": 3, "amount": 6,
            "kind": "product"})));
        let mut record = part.clone();
        unite(&mut record, &again);
        assert_eq!(record["items"].as_array().unwrap().len(), 3);
        // Two that are alike are two.
        let mut record = fields(
            json!({"purchase_id": "o1", "customer_id": "8", "items": [{"product": "cup", "amount": 6, "quantity": 2},
                {"product": "cup", "amount": 6, "quantity": 2}]}),
        );
        unite(&mut record, &again);
        assert_eq!((record["items"].as_array().unwrap().len(), &record["customer_id"]), (4, &json!("8")));
    }

    #[test]
    fn ids_are_quoted_and_records_of_one_line_have_it() {
        assert!(statement(&["o'1".to_owned()]).contains("IN ('o''1') ORDER BY purchase_id, line"));
        let mut record = fields(json!({"purchase_id": "o1", "product": "tea", "amount": "-5"}));
        unite(&mut record, &[fields(json!({"product": "tea", "product_id": "tea", "quantity": 1, "amount": -5}))]);
        let items = record["items"].as_array().unwrap();
        assert_eq!((items.len(), &items[0]["kind"]), (2, &json!("other")));
        assert!(!record.contains_key("product"));
    }
}
