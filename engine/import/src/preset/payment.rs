//! Payment services: Stripe, Square, PayPal.

use rust_decimal::Decimal;

use super::{
    super::{fault::Fault, zone::Zone},
    group::{
        Column,
        ColumnKind::{Number, Text, Time},
        Group, Preset, may, need,
    },
    order::{Composed, ItemKind, Line, Order, Status},
};

static STRIPE_COLUMNS: [Column; 12] = [
    need(&["id"], Text),
    need(&["Created date (UTC)", "Created (UTC)", "Created date", "Created"], Time),
    need(&["Amount"], Number),
    need(&["Amount Refunded"], Number),
    need(&["Status"], Text),
    may(&["Currency"], Text),
    may(&["Description"], Text),
    may(&["Refunded date (UTC)", "Refunded date"], Time),
    may(&["Captured"], Text),
    may(&["Mode"], Text),
    may(&["Customer ID"], Text),
    may(&["Customer Email"], Text),
];

pub(super) static STRIPE: Preset = Preset {
    title: "Stripe payments",
    key: "id",
    columns: &STRIPE_COLUMNS,
    compose: stripe,
    continues: false,
    notes: &[
        "without a column Refunded date (UTC) refunds are dated as their payments",
        "payments that are pending or failed are stored with that status, and count in no figure",
    ],
};

fn stripe(group: &Group<'_>, out: &mut Composed) -> Result<(), Fault> {
    group.alone()?;
    let occurred_at = group.time(0, &["Created date (UTC)"], Some(Zone::UTC))?;
    let product = group.text(0, "Description");
    let amount = group.required(0, "Amount")?;
    if group.text(0, "Mode").eq_ignore_ascii_case("test") {
        out.leave_out("payment of the test mode", amount);
        return Ok(());
    }
    // Authorised alone: the money is not taken yet.
    let is_held = group.text(0, "Captured").eq_ignore_ascii_case("false");
    let line = Line { product, quantity: Decimal::ONE, amount, ..Line::default() };
    let mut order = Order::new(&group.text(0, "id"), occurred_at, vec![line]);
    order.customer_id = group.any(0, &["Customer ID", "Customer Email"]);
    order.currency = group.text(0, "Currency").to_uppercase();
    order.channel = "stripe";
    let status = group.text(0, "Status");
    order.status = match status.to_lowercase().as_str() {
        // A refund of a part mostly leaves the status at Paid.
        refunded if refunded.contains("refund") => Status::Completed,
        "paid" | "succeeded" | "complete" | "disputed" if !is_held => Status::Completed,
        "paid" | "succeeded" | "complete" | "requires capture" | "requires_capture" => Status::Pending,
        "pending" | "processing" | "uncaptured" => Status::Pending,
        _ => Status::Cancelled,
    };
    let refunded = group.number(0, "Amount Refunded")?.unwrap_or_default();
    let refund = if refunded > Decimal::ZERO && order.status == Status::Completed {
        let dated = !group.text(0, "Refunded date (UTC)").is_empty();
        let when = if dated { group.time(0, &["Refunded date (UTC)"], Some(Zone::UTC))? } else { occurred_at };
        Some(order.refund(1, refunded, when))
    } else {
        None
    };
    out.orders.push(order);
    out.orders.extend(refund);
    Ok(())
}

static STRIPE_BALANCE_COLUMNS: [Column; 10] = [
    need(&["id", "balance_transaction_id"], Text),
    need(&["Type", "reporting_category"], Text),
    need(&["Source", "source_id", "charge_id"], Text),
    need(&["Amount", "gross"], Number),
    need(&["Fee"], Number),
    need(&["Net"], Number),
    need(&["Created (UTC)", "created_utc", "Created"], Time),
    may(&["Currency"], Text),
    may(&["Description"], Text),
    may(&["customer_id", "Customer ID"], Text),
];

pub(super) static STRIPE_BALANCE: Preset = Preset {
    title: "Stripe balance history",
    key: "id",
    columns: &STRIPE_BALANCE_COLUMNS,
    compose: stripe_balance,
    continues: false,
    notes: &[
        "amounts are before Stripe's fee, in the currency in which it pays out",
        "charges and payments are sales; payouts, fees, transfers and adjustments are none, and are left out",
    ],
};

fn stripe_balance(group: &Group<'_>, out: &mut Composed) -> Result<(), Fault> {
    group.alone()?;
    let amount = group.required(0, "Amount")?;
    let kind = group.text(0, "Type").to_lowercase().replace('_', " ");
    let is_back = matches!(kind.as_str(), "refund" | "payment refund" | "dispute" | "chargeback" | "payment reversal");
    // What a dispute took and was won back is the shop's again.
    let is_sale = matches!(kind.as_str(), "charge" | "payment");
    if !is_back && !is_sale {
        out.leave_out(format!("no sale: {kind}"), amount);
        return Ok(());
    }
    let line = Line {
        kind: if is_back { ItemKind::Other } else { ItemKind::Product },
        product: group.text(0, "Description"),
        quantity: if is_back { Decimal::ZERO } else { Decimal::ONE },
        amount,
        ..Line::default()
    };
    let occurred_at = group.time(0, &["Created (UTC)"], Some(Zone::UTC))?;
    let mut order = Order::new(&group.any(0, &["Source", "id"]), occurred_at, vec![line]);
    order.customer_id = group.text(0, "customer_id");
    order.currency = group.text(0, "Currency").to_uppercase();
    order.channel = "stripe";
    out.orders.push(order);
    Ok(())
}

static SQUARE_COLUMNS: [Column; 17] = [
    need(&["Transaction ID"], Text),
    need(&["Date"], Time),
    need(&["Time"], Text),
    need(&["Item"], Text),
    need(&["Qty"], Number),
    need(&["Gross Sales"], Number),
    need(&["Net Sales"], Number),
    may(&["Time Zone"], Text),
    may(&["Category"], Text),
    may(&["Price Point Name"], Text),
    may(&["SKU"], Text),
    may(&["Event Type"], Text),
    may(&["Discounts"], Number),
    may(&["Tax"], Number),
    may(&["Customer ID"], Text),
    may(&["Location"], Text),
    may(&["Channel"], Text),
];

pub(super) static SQUARE: Preset = Preset {
    title: "Square item sales",
    key: "Transaction ID",
    columns: &SQUARE_COLUMNS,
    compose: square,
    continues: false,
    notes: &["amounts are Net Sales: after discounts; tax is a line of its own"],
};

fn square(group: &Group<'_>, out: &mut Composed) -> Result<(), Fault> {
    let (mut sold, mut returned) = (Vec::new(), Vec::new());
    for row in 0..group.len() {
        // Older files do not name the event.
        let event = group.text(row, "Event Type");
        let is_negative = group.number(row, "Qty")?.is_some_and(|quantity| quantity < Decimal::ZERO);
        let is_back = event.eq_ignore_ascii_case("refund") || event.is_empty() && is_negative;
        if is_back { returned.push(row) } else { sold.push(row) }
    }
    let id = group.text(0, "Transaction ID");
    if !sold.is_empty() {
        out.orders.push(square_order(group, &id, &sold)?);
    }
    if !returned.is_empty() {
        let mut refund = square_order(group, &format!("{id}-refund"), &returned)?;
        // The sale may be another transaction, which the file does not name.
        if !sold.is_empty() {
            refund.refund_of = id;
        }
        out.orders.push(refund);
    }
    Ok(())
}

fn square_order(group: &Group<'_>, id: &str, rows: &[usize]) -> Result<Order, Fault> {
    let (mut lines, mut tax) = (Vec::new(), Decimal::ZERO);
    for &row in rows {
        tax += group.number(row, "Tax")?.unwrap_or_default();
        let variant = group.text(row, "Price Point Name");
        let item = group.text(row, "Item");
        let category = group.text(row, "Category");
        lines.push(Line {
            product_id: group.text(row, "SKU"),
            product: if variant.is_empty() || variant == "Regular" { item } else { format!("{item} - {variant}") },
            variant: if variant == "Regular" { String::new() } else { variant },
            // Discounts are negative in the file, and positive in refunds.
            discount: -group.number(row, "Discounts")?.unwrap_or_default(),
            category: if category == "None" { String::new() } else { category },
            quantity: group.required(row, "Qty")?,
            amount: group.required(row, "Net Sales")?,
            ..Line::default()
        });
    }
    if !tax.is_zero() {
        lines.push(Line::charge(ItemKind::Tax, tax));
    }
    let first = rows.first().copied().unwrap_or_default();
    let zone = group.zone(first, "Time Zone")?;
    let mut order = Order::new(id, group.time(first, &["Date", "Time"], zone)?, lines);
    order.customer_id = group.text(first, "Customer ID");
    order.channel = "square";
    order.attributes.push(("location", group.text(first, "Location")));
    Ok(order)
}

static PAYPAL_COLUMNS: [Column; 14] = [
    need(
        &[
            "Transaction ID",
            "Transaktionscode",
            "Numéro de transaction",
            "Id. de transacción",
            "Codice transazione",
            "Код операции",
        ],
        Text,
    ),
    need(&["Date", "Datum", "Fecha", "Data", "Дата"], Time),
    need(&["Time", "Uhrzeit", "Heure", "Hora", "Orario", "Время"], Text),
    need(&["TimeZone", "Time Zone", "Zeitzone", "Fuseau horaire", "Zona horaria", "Fuso orario", "Часовой пояс"], Text),
    need(
        &["Type", "Description", "Typ", "Beschreibung", "Tipo", "Descripción", "Descrizione", "Тип", "Описание"],
        Text,
    ),
    need(&["Currency", "Währung", "Devise", "Divisa", "Valuta", "Валюта"], Text),
    need(&["Gross", "Brutto", "Avant commission", "Bruto", "Lordo", "Брутто"], Number),
    need(&["Net", "Netto", "Neto", "Нетто"], Number),
    may(&["Status", "État", "Estado", "Stato", "Статус", "Состояние"], Text),
    may(
        &[
            "From Email Address",
            "Absender E-Mail-Adresse",
            "De l'adresse email",
            "Correo electrónico del remitente",
            "Indirizzo email mittente",
            "С адреса электронной почты",
        ],
        Text,
    ),
    may(
        &[
            "Reference Txn ID",
            "Zugehöriger Transaktionscode",
            "Txn-Referenzkennung",
            "Numéro de la transaction de référence",
            "Id. de referencia de trans.",
            "Codice transazione di riferimento",
            "Код связанной операции",
        ],
        Text,
    ),
    may(&["Item Title", "Artikelbezeichnung", "Titre de l'objet", "Título del artículo", "Название товара"], Text),
    may(&["Item ID", "Artikelnummer", "Numéro de l'objet", "Id. de artículo", "Код товара"], Text),
    may(
        &[
            "Balance Impact",
            "Auswirkung auf Guthaben",
            "Impact sur le solde",
            "Efecto en el saldo",
            "Влияние на баланс",
        ],
        Text,
    ),
];

pub(super) static PAYPAL: Preset = Preset {
    title: "PayPal activity",
    key: "Transaction ID",
    columns: &PAYPAL_COLUMNS,
    compose: paypal,
    continues: false,
    notes: &[
        "amounts are Gross: before PayPal's fee",
        "payments that are pending or failed are stored with that status, and count in no figure",
    ],
};

/// Parts of the names, in the languages of the columns, of what moves money but is neither a sale nor its refund.
static NO_SALES: [&str; 41] = [
    "withdrawal",
    "conversion",
    "hold",
    "payment release",
    "transfer",
    "authorization",
    "deposit",
    "reserve",
    "loan",
    "interest",
    "cashback",
    "payment fee",
    "chargeback fee",
    "dispute fee",
    "shopping cart item",
    "abbuchung",
    "auszahlung",
    "währungsumrechnung",
    "einbehalt",
    "freigabe",
    "autorisierung",
    "gutschrift",
    "kontobewegung",
    "gebühr",
    "warenkorbartikel",
    "virement",
    "retrait",
    "blocage",
    "autorisation",
    "retirada",
    "transferencia",
    "conversión",
    "retención",
    "autorización",
    "prelievo",
    "conversione",
    "вывод средств",
    "конвертац",
    "удержан",
    "авторизац",
    "перевод средств",
];

/// Parts of the names of what gives money back.
static BACK: [&str; 12] = [
    "refund",
    "reversal",
    "chargeback",
    "rückzahlung",
    "erstattung",
    "rückbuchung",
    "remboursement",
    "annulation",
    "reembolso",
    "rimborso",
    "возврат",
    "возмещен",
];

fn paypal(group: &Group<'_>, out: &mut Composed) -> Result<(), Fault> {
    let id = group.text(0, "Transaction ID");
    for row in 0..group.len() {
        let gross = group.required(row, "Gross")?;
        let (kind, status) = (group.text(row, "Type"), group.text(row, "Status"));
        let lower = kind.to_lowercase();
        if group.text(row, "Balance Impact").eq_ignore_ascii_case("memo") {
            out.leave_out(format!("no money moved: {kind}"), gross);
            continue;
        }
        if NO_SALES.iter().any(|name| lower.contains(name)) {
            out.leave_out(format!("no sale: {kind}"), gross);
            continue;
        }
        let progress = match status.to_lowercase().as_str() {
            // Their first amount stays in the row; what was given back has rows of its own.
            ""
            | "completed"
            | "abgeschlossen"
            | "terminé"
            | "completado"
            | "completato"
            | "завершено"
            | "выполнено"
            | "cleared"
            | "refunded"
            | "partially refunded"
            | "reversed"
            | "erstattet"
            | "rückerstattet"
            | "teilweise rückerstattet" => Status::Completed,
            "pending"
            | "unclaimed"
            | "processing"
            | "on hold"
            | "ausstehend"
            | "in bearbeitung"
            | "en attente"
            | "pendiente"
            | "in sospeso"
            | "ожидание"
            | "в ожидании"
                if gross > Decimal::ZERO =>
            {
                Status::Pending
            }
            "denied" | "failed" | "expired" | "canceled" | "cancelled" | "voided" | "abgelehnt" | "fehlgeschlagen"
            | "storniert" | "annulé" | "refusé" | "cancelado" | "denegado" | "annullato" | "rifiutato" | "отменено"
            | "отклонено"
                if gross > Decimal::ZERO =>
            {
                Status::Cancelled
            }
            _ => {
                out.leave_out(format!("not completed: {status}"), gross);
                continue;
            }
        };
        let reference = group.text(row, "Reference Txn ID");
        let refund = gross < Decimal::ZERO;
        let is_back = BACK.iter().any(|word| lower.contains(word));
        if refund && !is_back {
            out.leave_out(format!("money sent, no sale: {kind}"), gross);
            continue;
        }
        // What a chargeback took and was won back is the shop's again; other money that comes back was spent by the shop.
        let regained = !refund && lower.contains("chargeback");
        if !refund && is_back && !regained {
            out.leave_out(format!("money that came back to the account, no sale: {kind}"), gross);
            continue;
        }
        let zone = group.zone(row, "TimeZone")?;
        let line = Line {
            kind: if refund || regained { ItemKind::Other } else { ItemKind::Product },
            product_id: group.text(row, "Item ID"),
            product: group.text(row, "Item Title"),
            quantity: if refund || regained { Decimal::ZERO } else { Decimal::ONE },
            amount: gross,
            ..Line::default()
        };
        let unique = if row == 0 { id.clone() } else { format!("{id}-{}", row + 1) };
        let mut order = Order::new(&unique, group.time(row, &["Date", "Time"], zone)?, vec![line]);
        // In a refund the money goes from the shop: its address is the shop's.
        order.customer_id = if refund { String::new() } else { group.text(row, "From Email Address") };
        order.currency = group.text(row, "Currency");
        order.channel = "paypal";
        order.status = progress;
        order.refund_of = if refund { reference } else { String::new() };
        out.orders.push(order);
    }
    Ok(())
}
