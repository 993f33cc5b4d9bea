//! WooCommerce by the export of WebToffee, in its three forms: a cell, several columns or a row for each line of an order.

use rust_decimal::Decimal;

use super::{
    super::fault::Fault,
    group::{
        Column,
        ColumnKind::{Number, Text, Time},
        Group, Preset, may, need,
    },
    order::{Composed, ItemKind, Line, Order, Status, fault, total_of},
    woo::status,
};

/// Columns of every form, of which the first tells which it is.
const fn columns(first: Column) -> [Column; 13] {
    [
        first,
        need(&["order_number", "order_id"], Text),
        need(&["order_date"], Time),
        need(&["status"], Text),
        need(&["order_total"], Number),
        may(&["order_currency"], Text),
        may(&["customer_email"], Text),
        may(&["billing_email"], Text),
        may(&["refund_items"], Text),
        may(&["paid_date"], Time),
        may(&["shipping_total"], Number),
        may(&["fee_total"], Number),
        may(&["tax_total"], Number),
    ]
}

static CELLS_COLUMNS: [Column; 13] = columns(need(&["line_item_1"], Text));
static COLUMNS_COLUMNS: [Column; 13] = columns(need(&["Product Item 1 Name"], Text));
static ROWS_COLUMNS: [Column; 19] = [
    need(&["item_name"], Text),
    need(&["item_quantity"], Number),
    need(&["item_total"], Number),
    need(&["order_number", "order_id"], Text),
    need(&["order_date"], Time),
    need(&["status"], Text),
    need(&["order_total"], Number),
    may(&["item_sku"], Text),
    may(&["item_product_id"], Text),
    may(&["item_refunded"], Number),
    may(&["order_currency"], Text),
    may(&["customer_email"], Text),
    may(&["billing_email"], Text),
    may(&["refund_items"], Text),
    may(&["paid_date"], Time),
    may(&["item_refunded_qty"], Number),
    may(&["shipping_total"], Number),
    may(&["fee_total"], Number),
    may(&["tax_total"], Number),
];

static NOTES: [&str; 2] = [
    "amounts are the totals of lines: after discounts; shipping, fees and tax are lines of their own where the file has them",
    "orders that are cancelled or not paid are stored with that status, and count in no figure",
];

pub(super) static CELLS: Preset = Preset {
    title: "WooCommerce, WebToffee export",
    key: "order_number",
    columns: &CELLS_COLUMNS,
    compose: cells,
    continues: false,
    notes: &NOTES,
};

pub(super) static COLUMNS: Preset = Preset {
    title: "WooCommerce, WebToffee export with columns of items",
    key: "order_number",
    columns: &COLUMNS_COLUMNS,
    compose: product_columns,
    continues: false,
    notes: &NOTES,
};

pub(super) static ROWS: Preset = Preset {
    title: "WooCommerce, WebToffee export with rows of items",
    key: "order_number",
    columns: &ROWS_COLUMNS,
    compose: rows,
    continues: false,
    notes: &NOTES,
};

/// `name:Lamp|quantity:2|total:40.00`: the value of a key.
fn member<'a>(text: &'a str, key: &str) -> &'a str {
    let found = text.split('|').find_map(|part| part.strip_prefix(key)?.strip_prefix(':'));
    found.unwrap_or_default().trim()
}

fn cells(group: &Group<'_>, out: &mut Composed) -> Result<(), Fault> {
    group.alone()?;
    let mut lines = Vec::new();
    for item in group.numbered(0, "line_item_") {
        let number = |key: &str| group.decimal(0, "line_item", member(&item, key));
        lines.push(Line {
            product_id: match member(&item, "sku") {
                "" => member(&item, "product_id").to_owned(),
                sku => sku.to_owned(),
            },
            product: member(&item, "name").to_owned(),
            quantity: number("quantity")?,
            amount: number("total")?,
            discount: match member(&item, "sub_total") {
                "" => Decimal::ZERO,
                _ => (number("sub_total")? - number("total")?).max(Decimal::ZERO),
            },
            ..Line::default()
        });
    }
    order(group, lines, None, out)
}

fn product_columns(group: &Group<'_>, out: &mut Composed) -> Result<(), Fault> {
    group.alone()?;
    let mut lines = Vec::new();
    for number in 1_u32.. {
        let cell = |what: &str| group.named(0, &format!("Product Item {number} {what}"));
        let Some(product) = cell("Name") else { break };
        if product.is_empty() {
            continue;
        }
        let decimal = |what: &str| {
            let column = format!("Product Item {number} {what}");
            group.decimal(0, &column, &cell(what).unwrap_or_default())
        };
        let product_id = cell("SKU").filter(|sku| !sku.is_empty()).or_else(|| cell("id")).unwrap_or_default();
        let (quantity, amount) = (decimal("Quantity")?, decimal("Total")?);
        lines.push(Line { product_id, product, quantity, amount, ..Line::default() });
    }
    order(group, lines, None, out)
}

fn rows(group: &Group<'_>, out: &mut Composed) -> Result<(), Fault> {
    let (mut lines, mut refunded) = (Vec::new(), Decimal::ZERO);
    for row in 0..group.len() {
        let product = group.any(row, &["item_name", "item_sku"]);
        if product.is_empty() {
            continue;
        }
        refunded += group.number(row, "item_refunded")?.unwrap_or_default().abs();
        lines.push(Line {
            product_id: group.any(row, &["item_sku", "item_product_id"]),
            product,
            quantity: group.required(row, "item_quantity")?,
            amount: group.required(row, "item_total")?,
            ..Line::default()
        });
    }
    order(group, lines, Some(refunded), out)
}

/// The order of these lines and its refunds; `refunded` is what lines say of it where the order itself says nothing.
fn order(group: &Group<'_>, mut lines: Vec<Line>, refunded: Option<Decimal>, out: &mut Composed) -> Result<(), Fault> {
    group.agreed(&["status", "order_total"])?;
    let charges = [(ItemKind::Shipping, "shipping_total"), (ItemKind::Fee, "fee_total"), (ItemKind::Tax, "tax_total")];
    let total = group.number(0, "order_total")?;
    for (kind, column) in charges {
        // Where prices hold their tax, the total is reached without it.
        let is_within = kind == ItemKind::Tax && Some(total_of(&lines)) == total;
        if let Some(amount) = group.number(0, column)?.filter(|amount| !amount.is_zero() && !is_within) {
            lines.push(Line::charge(kind, amount));
        }
    }
    let occurred_at = group.time(0, &["order_date"], None)?;
    let mut order = Order::new(&group.text(0, "order_number"), occurred_at, lines);
    order.customer_id = group.any(0, &["customer_email", "billing_email"]);
    order.currency = group.text(0, "order_currency");
    order.channel = "woocommerce";
    order.status = status(&group.text(0, "status"));
    let mut refunds = Vec::new();
    let mut left = order.total();
    let given_back = group.text(0, "refund_items");
    for (at, refund) in given_back.split(';').filter(|r| r.contains("amount:")).enumerate() {
        let amount = group.decimal(0, "refund_items", member(refund.trim(), "amount"))?.abs().min(left);
        let when = match member(refund.trim(), "date") {
            "" => occurred_at,
            date => {
                let of = |message: String| fault(group.number_of(0), "refund_items", message);
                let when = group.reading.time_of_text(date).map_err(of)?;
                group.reading.zone.map_or(when, |zone| when.in_zone(zone))
            }
        };
        left -= amount;
        refunds.push(order.refund(at + 1, amount, when));
    }
    let of_lines = refunded.filter(|sum| *sum > Decimal::ZERO && refunds.is_empty());
    refunds.extend(of_lines.map(|sum| order.refund(1, sum.min(left), occurred_at)));
    let counts = order.status == Status::Completed;
    out.orders.push(order);
    out.orders.extend(refunds.into_iter().filter(|_| counts));
    Ok(())
}
