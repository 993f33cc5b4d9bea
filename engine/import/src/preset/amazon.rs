//! Amazon: the report of all orders.

use rust_decimal::Decimal;

use super::{
    super::fault::Fault,
    group::{
        Column,
        ColumnKind::{Number, Text, Time},
        Group, Preset, may, need,
    },
    order::{Composed, ItemKind, Line, Order, Status, fault, total_of},
};

static COLUMNS: [Column; 19] = [
    need(&["amazon-order-id", "order-id"], Text),
    need(&["purchase-date"], Time),
    need(&["item-price"], Number),
    need(&["quantity", "quantity-purchased"], Number),
    need(&["sku"], Text),
    may(&["product-name"], Text),
    may(&["order-status"], Text),
    may(&["item-status"], Text),
    may(&["currency"], Text),
    may(&["item-tax"], Number),
    may(&["shipping-price"], Number),
    may(&["shipping-tax"], Number),
    may(&["gift-wrap-price"], Number),
    may(&["gift-wrap-tax"], Number),
    may(&["item-promotion-discount"], Number),
    may(&["ship-promotion-discount"], Number),
    may(&["buyer-email"], Text),
    may(&["sales-channel"], Text),
    may(&["ship-country"], Text),
];

pub(super) static ORDERS: Preset = Preset {
    title: "Amazon orders",
    key: "amazon-order-id",
    columns: &COLUMNS,
    compose: orders,
    continues: false,
    notes: &[
        "item-price is of the line, not of a unit; promotions are taken off, tax and shipping are lines of their own",
        "lines that are cancelled are stored with that status, and count in no figure; refunds are in another report of Amazon",
    ],
};

fn orders(group: &Group<'_>, out: &mut Composed) -> Result<(), Fault> {
    let status = |row: usize| {
        let text = group.any(row, &["item-status", "order-status"]);
        // A report without statuses has what was sold.
        if text.is_empty() { Status::Completed } else { Status::read_loosely(&text).unwrap_or_default() }
    };
    let mut first: Option<(usize, Status)> = None;
    for row in 0..group.len() {
        match (first, status(row)) {
            (_, Status::Cancelled) => {}
            (None, own) => first = Some((row, own)),
            (Some((before, known)), own) if group.file_of(before) != group.file_of(row) && known != own => {
                let message = "the order has two statuses: where it stands in several reports, leave the older one out";
                return Err(fault(group.number_of(row), "order-status", message));
            }
            (Some(_), _) => {}
        }
    }
    let (cancelled, sold): (Vec<usize>, Vec<usize>) =
        (0..group.len()).partition(|row| status(*row) == Status::Cancelled);
    let id = group.text(0, "amazon-order-id");
    let name = if sold.is_empty() { id.clone() } else { format!("{id}-cancelled") };
    for (rows, id, is_cancelled) in [(&sold, id, false), (&cancelled, name, true)] {
        let Some(head) = rows.first().copied() else { continue };
        let lines = lines(group, rows, is_cancelled)?;
        if is_cancelled && total_of(&lines).is_zero() {
            // Amazon takes the price off what was cancelled.
            out.leave_out("cancelled, without a price", Decimal::ZERO);
            continue;
        }
        let mut order = Order::new(&id, group.time(head, &["purchase-date"], None)?, lines);
        order.customer_id = group.text(head, "buyer-email");
        order.currency = group.text(head, "currency");
        order.channel = "amazon";
        order.status =
            if is_cancelled { Status::Cancelled } else { first.map(|(_, status)| status).unwrap_or_default() };
        order.attributes.push(("sales_channel", group.text(head, "sales-channel")));
        order.attributes.push(("country", group.text(head, "ship-country")));
        out.orders.push(order);
    }
    Ok(())
}

fn lines(group: &Group<'_>, rows: &[usize], is_cancelled: bool) -> Result<Vec<Line>, Fault> {
    let (mut lines, mut shipping, mut tax, mut wrap) = (Vec::new(), Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
    for &row in rows {
        let number = |column: &str| group.number(row, column).map(Option::unwrap_or_default);
        let price = if is_cancelled { number("item-price")? } else { group.required(row, "item-price")? };
        let off = number("item-promotion-discount")?.abs();
        lines.push(Line {
            product_id: group.text(row, "sku"),
            product: group.any(row, &["product-name", "sku"]),
            quantity: group.required(row, "quantity")?,
            amount: price - off,
            discount: off,
            ..Line::default()
        });
        shipping += number("shipping-price")? - number("ship-promotion-discount")?.abs();
        tax += number("item-tax")? + number("shipping-tax")? + number("gift-wrap-tax")?;
        wrap += number("gift-wrap-price")?;
    }
    for (kind, amount) in [(ItemKind::Shipping, shipping), (ItemKind::Fee, wrap), (ItemKind::Tax, tax)] {
        if !amount.is_zero() {
            lines.push(Line::charge(kind, amount));
        }
    }
    Ok(lines)
}
