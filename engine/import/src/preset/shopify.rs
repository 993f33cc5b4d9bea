//! Shopify: a row a line item; what belongs to the order stands in its first row alone.

use rust_decimal::Decimal;

use super::{
    super::fault::Fault,
    group::{
        Column,
        ColumnKind::{Number, Text, Time},
        Group, Preset, may, need,
    },
    order::{Composed, Line, Order, Status, spread},
};

static COLUMNS: [Column; 18] = [
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
    notes: &[
        "lines are brought down to the order's Subtotal, so that they are after discounts and without shipping",
        "the file does not tell when money was given back: refunds are dated as the cancellation, else as the order",
    ],
};

fn compose(group: &Group<'_>, out: &mut Composed) -> Result<(), Fault> {
    let id = group.text(0, "Name");
    let occurred_at = group.time(0, &["Created at"], None)?;
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
    let gross: Decimal = lines.iter().map(|line| line.amount).sum();
    let discount = group.number(0, "Discount Amount")?.unwrap_or_default();
    // A code for free shipping is a discount that the Subtotal does not know of.
    let subtotal = group.number(0, "Subtotal")?.unwrap_or(gross - discount);
    if subtotal < gross {
        spread(&mut lines, subtotal);
    }
    let total = group.number(0, "Total")?.unwrap_or(subtotal);
    let refunded = group.number(0, "Refunded Amount")?.unwrap_or_default();
    let cancelled = !group.text(0, "Cancelled at").is_empty();
    let financial = group.text(0, "Financial Status").to_lowercase();
    let mut order = Order::new(&id, occurred_at, lines);
    order.customer_id = group.any(0, &["Email", "Phone", "Billing Name"]);
    order.currency = group.text(0, "Currency");
    order.channel = "shopify";
    order.attributes.push(("discount_code", group.text(0, "Discount Code")));
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
        let when = if cancelled { group.time(0, &["Cancelled at"], None)? } else { occurred_at };
        let of_goods = if refunded >= total { order.total() } else { refunded.min(order.total()) };
        let refund = order.refund(1, of_goods, when);
        out.orders.push(order);
        out.orders.push(refund);
    } else {
        out.take(order, &financial);
    }
    Ok(())
}
