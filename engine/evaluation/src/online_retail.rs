//! Online Retail (UCI 352): a year of a British shop's invoices, as plain columns.

use std::{collections::HashMap, path::Path};

use anyhow::{Context as _, Result, ensure};
use arrow::{
    array::Array as _,
    datatypes::{Float64Type, Int64Type, TimestampMicrosecondType},
};
use kupets_analytics::forecast::civil;

use crate::columns;

/// The name of its file.
pub const FILE: &str = "online_retail.parquet";

/// Microseconds in a day.
pub const DAY: i64 = 86_400_000_000;

/// A line of an invoice.
#[derive(Debug, Clone)]
pub struct Line {
    /// A running number of the invoice.
    pub invoice: u32,
    /// Whether the invoice takes back what was sold: its number begins with C.
    pub cancelled: bool,
    /// The place of the product's code in [`Sales::products`].
    pub product: u32,
    /// A running number of the country.
    pub country: u32,
    /// The customer's own number, if known.
    pub customer: Option<u32>,
    /// Microseconds since 1970: the earliest of the invoice.
    pub at: i64,
    /// Pieces; negative ones came back.
    pub quantity: i64,
    /// The price of one, in pounds.
    pub price: f64,
    /// Quantity times price, in 1/10,000 of a pound: exact, as prices have no more than four digits.
    pub amount: i64,
}

impl Line {
    /// Days since 1970.
    #[must_use]
    pub fn day(&self) -> i32 {
        // Of the years 2010 and 2011: far below the limit.
        self.at.div_euclid(DAY) as i32
    }

    /// Months since the year 0.
    #[must_use]
    pub fn month(&self) -> i32 {
        let (year, month, _) = civil(self.day());
        year * 12 + month - 1
    }
}

/// All that was sold.
#[derive(Debug, Clone)]
pub struct Sales {
    /// By time; lines of one invoice stand together.
    pub lines: Vec<Line>,
    /// The codes of the products.
    pub products: Vec<String>,
}

impl Sales {
    /// Reads the file.
    ///
    /// # Errors
    /// It cannot be read, or is not Online Retail.
    pub fn read(path: &Path) -> Result<Self> {
        let names = ["InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"];
        let (mut invoices, mut products, mut countries) = (Numbers::default(), Numbers::default(), Numbers::default());
        let mut lines = Vec::new();
        for batch in columns::read(path, &names)? {
            let text = |name| columns::texts(&batch, name);
            let (invoice, product, country) = (text("InvoiceNo")?, text("StockCode")?, text("Country")?);
            let quantity = columns::numbers::<Int64Type>(&batch, "Quantity")?;
            let at = columns::numbers::<TimestampMicrosecondType>(&batch, "InvoiceDate")?;
            let price = columns::numbers::<Float64Type>(&batch, "UnitPrice")?;
            let customer = columns::numbers::<Int64Type>(&batch, "CustomerID")?;
            for i in 0..batch.num_rows() {
                let customer = customer.is_valid(i).then(|| u32::try_from(customer.value(i)));
                let (quantity, price) = (quantity.value(i), price.value(i));
                lines.push(Line {
                    invoice: invoices.of(invoice.value(i)),
                    cancelled: invoice.value(i).starts_with('C'),
                    product: products.of(product.value(i)),
                    country: countries.of(country.value(i)),
                    customer: customer.transpose().context("a customer's number is negative or too great")?,
                    at: at.value(i),
                    quantity,
                    price,
                    amount: (quantity as f64 * price * 10_000.0).round() as i64,
                });
            }
        }
        ensure!(!lines.is_empty(), "{} is empty: take the whole file of Online Retail", path.display());
        lines.sort_by_key(|line| (line.invoice, line.at));
        for of_invoice in lines.chunk_by_mut(|a, b| a.invoice == b.invoice) {
            let first = of_invoice[0].at;
            of_invoice.iter_mut().for_each(|line| line.at = first);
        }
        lines.sort_by_key(|line| (line.at, line.invoice));
        Ok(Self { lines, products: products.names() })
    }
}

/// Running numbers for names, in the order of their first sight.
#[derive(Default)]
pub(crate) struct Numbers(HashMap<String, u32>);

impl Numbers {
    /// The number of a name.
    pub(crate) fn of(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.0.get(name) {
            return number;
        }
        let next = self.0.len() as u32;
        self.0.insert(name.to_owned(), next);
        next
    }

    /// The names by their numbers.
    fn names(self) -> Vec<String> {
        let mut numbered: Vec<(u32, String)> = self.0.into_iter().map(|(name, number)| (number, name)).collect();
        numbered.sort_unstable();
        numbered.into_iter().map(|one| one.1).collect()
    }
}
