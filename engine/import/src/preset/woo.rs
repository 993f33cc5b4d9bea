//! WooCommerce: its own analytics, and Advanced Order Export.

use rust_decimal::Decimal;

use super::{
    super::fault::Fault,
    group::{
        Column,
        ColumnKind::{Number, Text, Time},
        Group, Preset, may, need,
    },
    order::{Composed, ItemKind, Line, Order, Status, spread, total_of},
};

static ANALYTICS_COLUMNS: [Column; 8] = [
    need(&["Order #"], Text),
    need(&["Date"], Time),
    need(&["Status"], Text),
    need(&["Net Sales"], Number),
    need(&["Product(s)"], Text),
    may(&["Customer"], Text),
    may(&["Coupon(s)"], Text),
    may(&["Attribution"], Text),
];

pub(super) static ANALYTICS: Preset = Preset {
    title: "WooCommerce analytics",
    key: "Order #",
    columns: &ANALYTICS_COLUMNS,
    compose: analytics,
    notes: &[
        "amounts are Net sales: after discounts, without shipping and tax, which the file does not have",
        "orders that are cancelled or not paid are stored with that status, and count in no figure; without a date they are left \
         out",
        "the file has no prices of items: what an order came to is spread over its items by their quantity",
        "the file has names of customers but no ids: they become an attribute",
    ],
};

/// What a status, in English or Russian, says of an order; labels of other languages count as completed.
pub(super) fn status(label: &str) -> Status {
    let label = label.trim().to_lowercase();
    let label = label.strip_prefix("wc-").unwrap_or(&label);
    match label {
        "pending"
        | "pending payment"
        | "on-hold"
        | "on hold"
        | "checkout-draft"
        | "draft"
        | "в ожидании оплаты"
        | "на удержании"
        | "ожидается оплата" => Status::Pending,
        "cancelled" | "canceled" | "failed" | "trash" | "отменен" | "отменён" | "не удался" | "не удалось" => {
            Status::Cancelled
        }
        _ => Status::Completed,
    }
}

/// `2× Lamp, 1× Mug, blue`: quantities and names. Names may have commas, so that only a comma before a quantity ends one.
fn folded_items(text: &str) -> Vec<(Decimal, String)> {
    let mut items: Vec<(Decimal, String)> = Vec::new();
    for part in text.split(", ") {
        let counted = part.split_once('×').and_then(|(count, name)| Some((count.trim().parse().ok()?, name.trim())));
        if let Some((count, name)) = counted {
            items.push((count, name.to_owned()));
        } else if let Some((_, name)) = items.last_mut() {
            name.push_str(", ");
            name.push_str(part);
        } else if !part.is_empty() {
            items.push((Decimal::ONE, part.to_owned()));
        }
    }
    items
}

fn analytics(group: &Group<'_>, out: &mut Composed) -> Result<(), Fault> {
    let id = group.text(0, "Order #");
    let id = id.trim_start_matches('#');
    let (mut orders, mut refunds) = (0, 0);
    for row in 0..group.len() {
        let net = group.required(row, "Net Sales")?;
        let label = group.text(row, "Status");
        let status = status(&label);
        if status != Status::Completed && group.text(row, "Date").is_empty() {
            let why = if status == Status::Pending { "not paid yet" } else { "cancelled or not paid" };
            out.leave_out(format!("{why}, and without a date: {label}"), net);
            continue;
        }
        let refund = net < Decimal::ZERO && status == Status::Completed;
        let mut lines: Vec<Line> = folded_items(&group.text(row, "Product(s)"))
            .into_iter()
            .map(|(quantity, product)| Line { product, quantity, amount: quantity, ..Line::default() })
            .collect();
        if lines.is_empty() || refund {
            let quantity = if refund { Decimal::ZERO } else { Decimal::ONE };
            let kind = if refund { ItemKind::Other } else { ItemKind::Product };
            lines = vec![Line { kind, quantity, amount: net, ..Line::default() }];
        }
        spread(&mut lines, net);
        // What they were before was made up of their quantities.
        lines.iter_mut().for_each(|line| line.discount = Decimal::ZERO);
        if refund {
            refunds += 1;
        } else {
            orders += 1;
        }
        let name = match (refund, orders, refunds) {
            (false, 1, _) => id.to_owned(),
            (false, number, _) => format!("{id}-{number}"),
            (true, _, 1) => format!("{id}-refund"),
            (true, _, number) => format!("{id}-refund-{number}"),
        };
        let mut order = Order::new(&name, group.time(row, &["Date"], None)?, lines);
        order.channel = "woocommerce";
        order.status = status;
        order.refund_of = if refund { id.to_owned() } else { String::new() };
        order.attributes.push(("customer", group.text(row, "Customer")));
        order.attributes.push(("coupon", group.text(row, "Coupon(s)")));
        order.attributes.push(("attribution", group.text(row, "Attribution")));
        out.orders.push(order);
    }
    Ok(())
}

static ADVANCED_COLUMNS: [Column; 17] = [
    need(&["Order Number"], Text),
    need(&["Order Status"], Text),
    need(&["Order Date"], Time),
    need(&["Order Total Amount"], Number),
    need(&["Item Name", "Name"], Text),
    need(&["Item Cost"], Number),
    may(&["Quantity (- Refund)"], Number),
    may(&["Quantity"], Number),
    may(&["SKU"], Text),
    may(&["Order Subtotal Amount"], Number),
    may(&["Cart Discount Amount"], Number),
    may(&["Order Refund Amount"], Number),
    may(&["Order Shipping Amount"], Number),
    may(&["Order Total Tax Amount", "Order Tax Amount"], Number),
    may(&["Order Total Fee", "Fee Amount"], Number),
    may(&["Email (Billing)"], Text),
    may(&["Phone (Billing)"], Text),
];

pub(super) static ADVANCED: Preset = Preset {
    title: "WooCommerce, Advanced Order Export",
    key: "Order Number",
    columns: &ADVANCED_COLUMNS,
    compose: advanced,
    notes: &[
        "lines of goods are Item Cost times quantity, less their share of Cart Discount Amount; shipping, fees and tax are lines of \
         their own where the file has them",
        "orders that are cancelled or not paid are stored with that status, and count in no figure",
        "where the quantity is (- Refund), what was given back is off already",
    ],
};

fn advanced(group: &Group<'_>, out: &mut Composed) -> Result<(), Fault> {
    let net_of_refunds = group.has("Quantity (- Refund)");
    let column = if net_of_refunds { "Quantity (- Refund)" } else { "Quantity" };
    // Refunds may be rows of their own, with the number of the order.
    let own = |row: usize| {
        matches!(group.text(row, "Order Status").to_lowercase().as_str(), "refunded" | "возвращен" | "возвращён")
    };
    let mixed = (0..group.len()).any(&own) && !(0..group.len()).all(&own);
    let mut lines = Vec::new();
    for row in 0..group.len() {
        if group.any(row, &["Item Name", "Item Cost"]).is_empty() {
            continue;
        }
        if mixed && own(row) && net_of_refunds {
            out.leave_out("row of a refund that is off the order's lines already", Decimal::ZERO);
            continue;
        }
        let quantity = group.number(row, column)?.unwrap_or(Decimal::ONE);
        lines.push(Line {
            product_id: group.text(row, "SKU"),
            product: group.text(row, "Item Name"),
            quantity,
            amount: quantity * group.required(row, "Item Cost")?,
            ..Line::default()
        });
    }
    let gross = total_of(&lines);
    let discount = group.number(0, "Cart Discount Amount")?.unwrap_or_default();
    let subtotal = group.number(0, "Order Subtotal Amount")?.unwrap_or(gross);
    if discount > Decimal::ZERO && gross > Decimal::ZERO && subtotal > Decimal::ZERO {
        // Of goods that were given back, their share of the discount is too.
        let share = if subtotal == gross { discount } else { (discount * gross / subtotal).round_dp(2) };
        spread(&mut lines, gross - share.min(gross));
    }
    let charges = [
        (ItemKind::Shipping, "Order Shipping Amount"),
        (ItemKind::Fee, "Order Total Fee"),
        (ItemKind::Tax, "Order Total Tax Amount"),
    ];
    for (kind, column) in charges {
        if let Some(amount) = group.number(0, column)?.filter(|amount| !amount.is_zero()) {
            lines.push(Line::charge(kind, amount));
        }
    }
    let occurred_at = group.time(0, &["Order Date"], None)?;
    let mut order = Order::new(group.text(0, "Order Number").trim_start_matches('#'), occurred_at, lines);
    order.customer_id = group.any(0, &["Email (Billing)", "Phone (Billing)"]);
    order.channel = "woocommerce";
    let label = group.text(0, "Order Status");
    order.status = status(&label);
    let refunded = group.number(0, "Order Refund Amount")?.unwrap_or_default().abs();
    let back = refunded > Decimal::ZERO && !net_of_refunds && !mixed && order.status == Status::Completed;
    let refund = back.then(|| order.refund(1, refunded.min(order.total()), occurred_at));
    out.orders.push(order);
    out.orders.extend(refund);
    Ok(())
}
