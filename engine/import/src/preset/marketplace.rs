//! Marketplaces: Ozon and Wildberries.

use rust_decimal::Decimal;

use super::{
    super::{fault::Fault, zone::Zone},
    group::{
        Column,
        ColumnKind::{Number, Text, Time},
        Group, Preset, may, need,
    },
    order::{Composed, Line, Order, Status, fault},
};

static OZON_COLUMNS: [Column; 13] = [
    need(&["Номер заказа", "订单号", "订单号码", "Order number"], Text),
    need(&["Номер отправления", "发货号码", "Posting number", "Shipment number"], Text),
    need(&["Принят в обработку", "正在处理中", "In process at", "Processing date"], Time),
    need(&["Статус", "状态", "Status"], Text),
    need(&["Название товара", "Наименование товара", "商品名称", "产品名称", "Product name"], Text),
    need(&["Количество", "数量", "Quantity"], Number),
    need(&["Ваша цена", "Итоговая стоимость товара", "您的价格", "Your price"], Number),
    may(&["Артикул", "货号", "Article code", "Offer ID"], Text),
    may(&["SKU", "OZON id"], Text),
    may(&["Код валюты товара", "商品货币代码"], Text),
    may(&["Код валюты отправления", "货件的货币代码"], Text),
    may(&["Город доставки", "Город"], Text),
    may(&["Регион доставки", "Регион"], Text),
];

pub(super) static OZON: Preset = Preset {
    title: "Ozon orders",
    key: "Номер заказа",
    columns: &OZON_COLUMNS,
    compose: ozon,
    continues: false,
    notes: &[
        "amounts are Ваша цена times Количество: the seller's revenue, which the buyer may have paid a part of only",
        "times are UTC, as Ozon writes them",
        "the report does not name buyers",
        "shipments that are cancelled are stored with that status, and count in no figure",
    ],
};

fn ozon(group: &Group<'_>, out: &mut Composed) -> Result<(), Fault> {
    let is_cancelled = |row: &usize| {
        let status = group.text(*row, "Статус").to_lowercase();
        ["отмен", "已取消", "cancel"].iter().any(|word| status.starts_with(word))
    };
    for row in 1..group.len() {
        let same = |other: &usize| group.text(*other, "Номер отправления") == group.text(row, "Номер отправления");
        let Some(before) = (0..row).find(same) else { continue };
        if group.text(before, "Статус") != group.text(row, "Статус") {
            let message = "a shipment has two statuses: where it stands in several exports, leave the older one out";
            return Err(fault(group.number_of(row), "Статус", message));
        }
    }
    let (cancelled, sold): (Vec<usize>, Vec<usize>) = (0..group.len()).partition(is_cancelled);
    let id = group.text(0, "Номер заказа");
    if !sold.is_empty() {
        out.orders.push(ozon_order(group, &id, &sold)?);
    }
    if !cancelled.is_empty() {
        // One order has several shipments, of which some may be cancelled.
        let id = if sold.is_empty() { id } else { format!("{id}-cancelled") };
        let mut order = ozon_order(group, &id, &cancelled)?;
        order.status = Status::Cancelled;
        out.orders.push(order);
    }
    Ok(())
}

fn ozon_order(group: &Group<'_>, id: &str, rows: &[usize]) -> Result<Order, Fault> {
    let first = rows.first().copied().unwrap_or_default();
    let occurred_at = group.time(first, &["Принят в обработку"], Some(Zone::UTC))?;
    let mut lines = Vec::new();
    for &row in rows {
        let quantity = group.required(row, "Количество")?;
        let amount = quantity * group.required(row, "Ваша цена")?;
        lines.push(Line {
            product_id: group.any(row, &["Артикул", "SKU"]),
            product: group.text(row, "Название товара"),
            quantity,
            amount,
            ..Line::default()
        });
    }
    let mut order = Order::new(id, occurred_at, lines);
    order.currency = group.any(first, &["Код валюты товара", "Код валюты отправления"]);
    order.channel = "ozon";
    order.attributes.push(("city", group.text(first, "Город доставки")));
    order.attributes.push(("region", group.text(first, "Регион доставки")));
    Ok(order)
}

static WILDBERRIES_COLUMNS: [Column; 12] = [
    need(&["Srid"], Text),
    need(&["Тип документа"], Text),
    need(&["Обоснование для оплаты"], Text),
    need(&["Дата продажи"], Time),
    need(&["Кол-во"], Number),
    need(&["Вайлдберриз реализовал Товар (Пр)"], Number),
    may(&["Артикул поставщика"], Text),
    may(&["Код номенклатуры"], Text),
    may(&["Название"], Text),
    may(&["Предмет"], Text),
    may(&["Дата заказа покупателем"], Time),
    may(&["Размер"], Text),
];

pub(super) static WILDBERRIES: Preset = Preset {
    title: "Wildberries weekly detail",
    key: "Srid",
    columns: &WILDBERRIES_COLUMNS,
    compose: wildberries,
    continues: false,
    notes: &[
        "amounts are Вайлдберриз реализовал Товар (Пр); the report does not name buyers",
        "logistics, storage, fines and compensations are no sales and are left out",
    ],
};

fn wildberries(group: &Group<'_>, out: &mut Composed) -> Result<(), Fault> {
    let id = group.text(0, "Srid");
    let (mut sales, mut returns) = (0, 0);
    for row in 0..group.len() {
        let kind = group.text(row, "Тип документа").to_lowercase();
        let reason = group.text(row, "Обоснование для оплаты");
        let taken_back = match (kind.as_str(), reason.to_lowercase().as_str()) {
            ("продажа", "продажа" | "корректная продажа" | "сторно возвратов") => {
                false
            }
            ("возврат", "возврат" | "корректный возврат" | "сторно продаж") => {
                true
            }
            _ => {
                let amount = group.number(row, "Вайлдберриз реализовал Товар (Пр)")?.unwrap_or_default();
                out.leave_out(format!("no sale: {reason}"), amount);
                continue;
            }
        };
        // Returns have positive numbers in the file.
        let sign = if taken_back { -Decimal::ONE } else { Decimal::ONE };
        let line = Line {
            product_id: group.any(row, &["Артикул поставщика", "Код номенклатуры"]),
            product: group.any(row, &["Название", "Предмет"]),
            category: group.text(row, "Предмет"),
            quantity: sign * group.required(row, "Кол-во")?,
            amount: sign * group.required(row, "Вайлдберриз реализовал Товар (Пр)")?,
            ..Line::default()
        };
        let count = if taken_back { &mut returns } else { &mut sales };
        *count += 1;
        let suffix = match (taken_back, *count) {
            (false, 1) => String::new(),
            (false, number) => format!("-{number}"),
            (true, 1) => "-refund".to_owned(),
            (true, number) => format!("-refund-{number}"),
        };
        let when = group.time(row, &["Дата продажи"], Zone::named("Europe/Moscow").ok())?;
        let mut order = Order::new(&format!("{id}{suffix}"), when, vec![line]);
        order.channel = "wildberries";
        order.refund_of = if taken_back { id.clone() } else { String::new() };
        out.orders.push(order);
    }
    Ok(())
}
