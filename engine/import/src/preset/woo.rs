//! WooCommerce: its own analytics, and Advanced Order Export.

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

static ANALYTICS_COLUMNS: [Column; 8] = [
    need(
        &[
            "Order #",
            "Заказ №",
            "Заказ #",
            "№ заказа",
            "Bestellung #",
            "Bestellnr.",
            "Commande #",
            "Commande n°",
            "Pedido #",
            "Ordine #",
        ],
        Text,
    ),
    need(&["Date", "Дата", "Datum", "Fecha", "Data"], Time),
    need(&["Status", "Статус", "État", "Statut", "Estado", "Stato"], Text),
    // The last one of these was called so in files that the server mailed.
    need(
        &[
            "Net Sales",
            "Чистые продажи",
            "Чистая выручка",
            "Nettoumsatz",
            "Ventes nettes",
            "Ventas netas",
            "Vendite nette",
            "N. Revenue",
        ],
        Number,
    ),
    need(
        &["Product(s)", "Товар(ы)", "Продукт(ы)", "Produkt(e)", "Produit(s)", "Producto(s)", "Prodotto/i", "Prodotti"],
        Text,
    ),
    may(&["Customer", "Клиент", "Покупатель", "Kunde", "Client", "Cliente"], Text),
    may(&["Coupon(s)", "Купон(ы)", "Gutschein(e)", "Code(s) promo", "Cupón(es)"], Text),
    may(&["Attribution", "Атрибуция", "Источник", "Zuordnung", "Origine"], Text),
];

pub(super) static ANALYTICS: Preset = Preset {
    title: "WooCommerce analytics",
    key: "Order #",
    columns: &ANALYTICS_COLUMNS,
    compose: analytics,
    continues: false,
    notes: &[
        "amounts are Net sales: after discounts, without shipping and tax, which the file does not have",
        "orders that are cancelled or not paid are stored with that status, and count in no figure; without a date they are left \
         out",
        "the file has no prices of items: what an order came to is spread over its items by their quantity",
        "the file has names of customers but no ids: they become an attribute",
    ],
};

/// What a status says of an order, by its name or its label in the languages that are known; other labels, as shops make them up,
/// count as completed.
pub(super) fn status(label: &str) -> Status {
    Status::read(label).unwrap_or_default()
}

/// Whether a label says that an order was given back.
fn is_refunded(label: &str) -> bool {
    const WORDS: [&str; 12] = [
        "refunded",
        "wc-refunded",
        "возвращен",
        "возврат",
        "возвращено",
        "повернено",
        "rückerstattet",
        "remboursée",
        "reembolsado",
        "rimborsato",
        "zwrócone",
        "terugbetaald",
    ];
    let label = label.trim().to_lowercase().replace('ё', "е");
    WORDS.contains(&label.as_str())
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
        if !refund && orders > 0 {
            // A row an order, and one a refund.
            return group.alone();
        }
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
        let name = match (refund, refunds) {
            (false, _) => id.to_owned(),
            (true, 1) => format!("{id}-refund"),
            (true, number) => format!("{id}-refund-{number}"),
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

static ADVANCED_COLUMNS: [Column; 20] = [
    need(&["Order Number"], Text),
    need(&["Order Status"], Text),
    need(&["Order Date"], Time),
    need(&["Order Total Amount"], Number),
    need(&["Item Name", "Name", "Product Name"], Text),
    may(&["Item Cost"], Number),
    may(&["Order Line Total", "Order Line (w/o tax)"], Number),
    may(&["Order Line Subtotal"], Number),
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
    may(&["Order Currency"], Text),
];

pub(super) static ADVANCED: Preset = Preset {
    title: "WooCommerce, Advanced Order Export",
    key: "Order Number",
    columns: &ADVANCED_COLUMNS,
    compose: advanced,
    continues: true,
    notes: &[
        "lines of goods are Item Cost times quantity, less their share of Cart Discount Amount; shipping, fees and tax are lines of \
         their own where the file has them",
        "orders that are cancelled or not paid are stored with that status, and count in no figure",
        "where the quantity is (- Refund), what was given back is off already",
    ],
};

/// The lines of some rows: what they cost after discounts where the file says it, else before them. Tells which it is.
fn advanced_lines(group: &Group<'_>, rows: &[usize], quantity: &str) -> Result<(Vec<Line>, bool), Fault> {
    let has_totals = group.has("Order Line Total");
    let mut lines = Vec::new();
    for &row in rows {
        if group.any(row, &["Item Name", "Item Cost", "Order Line Total"]).is_empty() {
            continue;
        }
        let quantity = group.number(row, quantity)?.unwrap_or(Decimal::ONE);
        let amount = if has_totals {
            group.required(row, "Order Line Total")?
        } else {
            quantity * group.required(row, "Item Cost")?
        };
        let before = group.number(row, "Order Line Subtotal")?.filter(|_| has_totals).unwrap_or(amount);
        lines.push(Line {
            product_id: group.text(row, "SKU"),
            product: group.text(row, "Item Name"),
            quantity,
            amount,
            discount: (before - amount).max(Decimal::ZERO),
            ..Line::default()
        });
    }
    Ok((lines, has_totals))
}

fn advanced(group: &Group<'_>, out: &mut Composed) -> Result<(), Fault> {
    let net_of_refunds = group.has("Quantity (- Refund)");
    let column = if net_of_refunds { "Quantity (- Refund)" } else { "Quantity" };
    // Refunds may be rows of their own, with the number of the order. Columns of the order may stand in its first row alone.
    let mut label = String::new();
    let is_back: Vec<bool> = (0..group.len())
        .map(|row| {
            let own = group.text(row, "Order Status");
            label = if own.is_empty() { std::mem::take(&mut label) } else { own };
            is_refunded(&label)
        })
        .collect();
    let mixed = is_back.contains(&true) && is_back.contains(&false);
    let (back, sold): (Vec<usize>, Vec<usize>) = (0..group.len()).partition(|row| mixed && is_back[*row]);
    if let Some(changed) = sold.iter().find(|row| {
        let own = group.text(**row, "Order Status");
        !own.is_empty() && own != group.text(sold[0], "Order Status")
    }) {
        let message =
            "rows of the order have different statuses: where it stands in several exports, leave the older out";
        return Err(fault(group.number_of(*changed), "Order Status", message));
    }
    let head = sold.first().copied().unwrap_or_default();
    let (mut lines, are_net) = advanced_lines(group, &sold, column)?;
    let gross = total_of(&lines);
    let discount = group.number(head, "Cart Discount Amount")?.unwrap_or_default();
    let subtotal = group.number(head, "Order Subtotal Amount")?.unwrap_or(gross);
    if !are_net && discount > Decimal::ZERO && gross > Decimal::ZERO && subtotal > Decimal::ZERO {
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
        if let Some(amount) = group.number(head, column)?.filter(|amount| !amount.is_zero()) {
            lines.push(Line::charge(kind, amount));
        }
    }
    let occurred_at = group.time(head, &["Order Date"], None)?;
    let mut order = Order::new(group.text(head, "Order Number").trim_start_matches('#'), occurred_at, lines);
    order.customer_id = group.any(head, &["Email (Billing)", "Phone (Billing)"]);
    order.currency = group.text(head, "Order Currency");
    order.channel = "woocommerce";
    order.status = status(&group.text(head, "Order Status"));
    let refund = advanced_refund(group, &order, &back, out)?;
    out.orders.push(order);
    out.orders.extend(refund);
    Ok(())
}

/// What was given back of an order: as rows of its own (`back`), or as an amount.
fn advanced_refund(
    group: &Group<'_>,
    order: &Order,
    back: &[usize],
    out: &mut Composed,
) -> Result<Option<Order>, Fault> {
    let net_of_refunds = group.has("Quantity (- Refund)");
    if net_of_refunds {
        for _ in back {
            out.leave_out("row of a refund that is off the order's lines already", Decimal::ZERO);
        }
        return Ok(None);
    }
    if order.status != Status::Completed {
        return Ok(None);
    }
    let Some(head) = back.first().copied() else {
        let refunded = group.number(0, "Order Refund Amount")?.unwrap_or_default().abs();
        let refunded = refunded.min(order.total());
        return Ok((refunded > Decimal::ZERO).then(|| order.refund(1, refunded, order.occurred_at)));
    };
    let (mut lines, _) = advanced_lines(group, back, "Quantity")?;
    for line in &mut lines {
        (line.quantity, line.amount, line.discount) = (-line.quantity.abs(), -line.amount.abs(), -line.discount);
    }
    let when = group.time(head, &["Order Date"], None)?;
    let id = format!("{}-refund", order.id);
    Ok(Some(Order { id, occurred_at: when, refund_of: order.id.clone(), lines, ..order.clone() }))
}
