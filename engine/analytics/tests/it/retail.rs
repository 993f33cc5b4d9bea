//! The lines of Online Retail as plain columns.

use std::collections::HashMap;

use arrow::{
    array::{Array, AsArray},
    datatypes::{Float64Type, Int64Type, TimestampMicrosecondType},
};

use super::shared;

/// A line of an invoice.
pub struct Line {
    /// A running number of the invoice; lines of one stand together.
    pub invoice: u32,
    /// A running number of the product.
    pub product: u32,
    /// A running number of the country.
    pub country: u32,
    /// The customer, if known.
    pub customer: Option<u32>,
    /// Microseconds since 1970: the earliest of the invoice.
    pub at: i64,
    pub quantity: i64,
    pub price: f64,
    /// In 1/10,000 of a pound.
    pub amount: i64,
}

impl Line {
    /// Days since 1970.
    pub fn day(&self) -> i32 {
        i32::try_from(self.at.div_euclid(86_400_000_000)).unwrap()
    }

    /// Months since the year 0, by Howard Hinnant's algorithm for civil dates.
    pub fn month(&self) -> i32 {
        let days = self.day() + 719_468;
        let of_era = days.rem_euclid(146_097);
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        (days.div_euclid(146_097) * 400 + year) * 12 + month + 2
    }
}

/// A running number for each text.
#[derive(Default)]
struct Codes(HashMap<String, u32>);

impl Codes {
    fn of(&mut self, text: &str) -> u32 {
        let next = u32::try_from(self.0.len()).unwrap();
        *self.0.entry(text.to_owned()).or_insert(next)
    }
}

/// All lines, sorted by invoice in order of time.
pub fn lines() -> Option<Vec<Line>> {
    let columns = ["InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"];
    let (mut invoices, mut products, mut countries) = (Codes::default(), Codes::default(), Codes::default());
    let mut lines = Vec::new();
    for batch in shared::parquet("online_retail.parquet", &columns)? {
        let text = |name| {
            arrow::compute::cast(batch.column_by_name(name).unwrap(), &arrow::datatypes::DataType::Utf8).unwrap()
        };
        let (invoice, product, country) = (text("InvoiceNo"), text("StockCode"), text("Country"));
        let quantity = batch.column_by_name("Quantity").unwrap().as_primitive::<Int64Type>();
        let time = arrow::datatypes::DataType::Timestamp(arrow::datatypes::TimeUnit::Microsecond, None);
        let at = arrow::compute::cast(batch.column_by_name("InvoiceDate").unwrap(), &time).unwrap();
        let price = batch.column_by_name("UnitPrice").unwrap().as_primitive::<Float64Type>();
        let customer = batch.column_by_name("CustomerID").unwrap().as_primitive::<Int64Type>();
        for i in 0..batch.num_rows() {
            let (quantity, price) = (quantity.value(i), price.value(i));
            lines.push(Line {
                invoice: invoices.of(invoice.as_string::<i32>().value(i)),
                product: products.of(product.as_string::<i32>().value(i)),
                country: countries.of(country.as_string::<i32>().value(i)),
                customer: customer.is_valid(i).then(|| u32::try_from(customer.value(i)).unwrap()),
                at: at.as_primitive::<TimestampMicrosecondType>().value(i),
                quantity,
                price,
                amount: (quantity as f64 * price * 10_000.0).round() as i64,
            });
        }
    }
    lines.sort_by_key(|line| (line.invoice, line.at));
    for of_invoice in lines.chunk_by_mut(|a, b| a.invoice == b.invoice) {
        let first = of_invoice[0].at;
        of_invoice.iter_mut().for_each(|line| line.at = first);
    }
    lines.sort_by_key(|line| (line.at, line.invoice));
    Some(lines)
}
