//! Shopify: a row a line item; what belongs to the order stands in its first row alone.

use rust_decimal::Decimal;

use super::{
    super::fault::Fault,
    group::{
        Column,
        ColumnKind::{Number, Text, Time},
        Group, Preset, may, need,
    },
    order::{Composed, ItemKind, Line, Order, Status, fault, spread, total_of},
};

static COLUMNS: [Column; 20] = [
    need(&["Name"], Text),
    need(&["Financial Status"], Text),
    need(&["Lineitem quantity"], Number),
    need(&["Lineitem name"], Text),
    need(&["Lineitem price"], Number),
    need(&["Created at"], Time),
    may(&["Email"], Text),
    may(&["Phone"], Text),
    may(&["Billing Name"], Text),
    may(&["Currency"], Text),
    may(&["Subtotal"], Number),
    may(&["Shipping"], Number),
    may(&["Taxes"], Number),
    may(&["Total"], Number),
    may(&["Discount Amount"], Number),
    may(&["Refunded Amount"], Number),
    may(&["Cancelled at"], Time),
    may(&["Lineitem sku"], Text),
    may(&["Vendor"], Text),
    may(&["Discount Code"], Text),
];

pub(super) static ORDERS: Preset = Preset {
    title: "Shopify orders",
    key: "Name",
    columns: &COLUMNS,
    compose,
    continues: false,
    notes: &[
        "lines of goods are brought down to the order's Subtotal, so that they are after discounts; shipping, and tax that is not \
         within prices, are lines of their own, so that an order comes to its Total",
        "orders that are cancelled or not paid are stored with that status, and count in no figure",
        "the file does not tell when money was given back: refunds are dated as the cancellation, else as the order",
        "an order whose lines stand in several files of an export needs them all at once: name them in one import",
    ],
};

/// The row that has what belongs to the order: the first one, but the files of an export may have been named in another order.
fn head(group: &Group<'_>) -> Result<usize, Fault> {
    let mut heads = (0..group.len()).filter(|row| !group.text(*row, "Financial Status").is_empty());
    let head = heads.next();
    if let Some(first) = head {
        // Spreadsheets fill the cells below; in two files it is the same order at two times.
        let other = heads.find(|row| group.file_of(*row) != group.file_of(first));
        group.agreed(&["Financial Status", "Total", "Subtotal", "Refunded Amount", "Cancelled at"])?;
        if let Some(other) = other {
            let message = "the first row of the order stands in two files: leave the older export out";
            return Err(fault(group.number_of(other), "Financial Status", message));
        }
    }
    head.ok_or_else(|| {
        let message = "the first row of the order is in another file of the export, with its status and total: import the \
                       files together, as in kupets import orders_1.csv orders_2.csv";
        fault(group.number_of(0), "Financial Status", message)
    })
}

fn compose(group: &Group<'_>, out: &mut Composed) -> Result<(), Fault> {
    let head = head(group)?;
    let id = group.text(head, "Name");
    let occurred_at = group.time(head, &["Created at"], None)?;
    let mut lines = Vec::new();
    for row in 0..group.len() {
        if group.text(row, "Lineitem quantity").is_empty() {
            continue;
        }
        let quantity = group.required(row, "Lineitem quantity")?;
        lines.push(Line {
            product_id: group.text(row, "Lineitem sku"),
            product: group.text(row, "Lineitem name"),
            quantity,
            amount: quantity * group.required(row, "Lineitem price")?,
            ..Line::default()
        });
    }
    let gross = total_of(&lines);
    let discount = group.number(head, "Discount Amount")?.unwrap_or_default();
    // A code for free shipping is a discount that the Subtotal does not know of.
    let subtotal = group.number(head, "Subtotal")?.unwrap_or(gross - discount);
    if subtotal > gross && !lines.is_empty() {
        let message = format!(
            "the order's lines come to {gross}, and its Subtotal is {subtotal}: the other lines are in another file of the export; \
             import the files together, as in kupets import orders_1.csv orders_2.csv"
        );
        return Err(fault(group.number_of(head), "Subtotal", message));
    }
    if subtotal < gross {
        spread(&mut lines, subtotal);
    }
    let free = if subtotal < gross { Decimal::ZERO } else { discount };
    let total = charges(group, head, &mut lines, free)?;
    let refunded = group.number(head, "Refunded Amount")?.unwrap_or_default();
    let cancelled = !group.text(head, "Cancelled at").is_empty();
    let financial = group.text(head, "Financial Status").to_lowercase();
    let mut order = Order::new(&id, occurred_at, lines);
    order.customer_id = group.any(head, &["Email", "Phone", "Billing Name"]);
    order.currency = group.text(head, "Currency");
    order.channel = "shopify";
    order.attributes.push(("discount_code", group.text(head, "Discount Code")));
    order.status = match (financial.as_str(), cancelled) {
        ("voided" | "expired", _) | ("pending" | "authorized", true) => Status::Cancelled,
        ("pending" | "authorized", false) => Status::Pending,
        _ => Status::Completed,
    };
    if cancelled && financial == "paid" && refunded.is_zero() {
        // Money that was kept is money, but worth a look.
        order.attributes.push(("cancelled", "true".to_owned()));
    }
    if refunded > Decimal::ZERO && order.status == Status::Completed {
        let when = if cancelled { group.time(head, &["Cancelled at"], None)? } else { occurred_at };
        let refund = order.refund(1, if refunded >= total { order.total() } else { refunded }, when);
        out.orders.push(order);
        out.orders.push(refund);
    } else {
        out.orders.push(order);
    }
    Ok(())
}

/// Adds what an order comes to beside its goods, and returns its total. Prices hold their tax or do not, in one file: the total
/// tells. A code for free shipping, as far as it is one (`free`), is taken off the shipping.
fn charges(group: &Group<'_>, head: usize, lines: &mut Vec<Line>, free: Decimal) -> Result<Decimal, Fault> {
    let goods = total_of(lines);
    let shipping = group.number(head, "Shipping")?.unwrap_or_default();
    let taxes = group.number(head, "Taxes")?.unwrap_or_default();
    let total = group.number(head, "Total")?.unwrap_or(goods + shipping - free.min(shipping));
    let rest = total - goods;
    let ways = [(Decimal::ZERO, taxes), (Decimal::ZERO, Decimal::ZERO), (free, taxes), (free, Decimal::ZERO)];
    let fits = ways.into_iter().find(|(off, tax)| shipping - off + tax == rest);
    let (off, tax) = fits.unwrap_or_default();
    if !shipping.is_zero() {
        lines.push(Line { discount: off, ..Line::charge(ItemKind::Shipping, shipping - off) });
    }
    if !tax.is_zero() {
        lines.push(Line::charge(ItemKind::Tax, tax));
    }
    // Duties, tips and what else a shop has on top.
    let other = total - total_of(lines);
    if !other.is_zero() {
        lines.push(Line::charge(ItemKind::Other, other));
    }
    Ok(total)
}
