//! Orders of 1C as its exchange with shops writes them.

use rust_decimal::Decimal;

use super::{
    super::fault::Fault,
    crm::currency,
    group::{
        Column,
        ColumnKind::{Number, Text, Time},
        Group, Preset, may, need,
    },
    order::{Composed, ItemKind, Line, Order, Status, fault, spread},
};

static COLUMNS: [Column; 20] = [
    need(&["Ид документа"], Text),
    need(&["Дата"], Time),
    need(&["ХозОперация"], Text),
    need(&["Сумма документа"], Number),
    need(&["Товар: Ид"], Text),
    need(&["Сумма строки"], Number),
    may(&["Номер документа"], Text),
    may(&["Время"], Text),
    may(&["Валюта"], Text),
    may(&["Скидка документа"], Number),
    may(&["Отменен"], Text),
    may(&["Контрагент: Ид"], Text),
    may(&["Контрагент"], Text),
    may(&["E-mail"], Text),
    may(&["Телефон"], Text),
    may(&["Артикул"], Text),
    may(&["Наименование товара"], Text),
    may(&["Количество"], Number),
    may(&["Цена за единицу"], Number),
    may(&["Скидка строки"], Number),
];

pub(super) static ORDERS: Preset = Preset {
    title: "1C CommerceML orders",
    key: "Ид документа",
    columns: &COLUMNS,
    compose: orders,
    continues: false,
    notes: &[
        "amounts are sums of lines, less discounts that are not in them (УчтеноВСумме); deliveries are lines of their kind",
        "orders count whether they are paid or not; those that are cancelled are stored with that status, and count in no figure",
    ],
};

fn orders(group: &Group<'_>, out: &mut Composed) -> Result<(), Fault> {
    group.agreed(&["Сумма документа", "Дата", "ХозОперация"])?;
    let cancelled = (0..group.len()).filter(|row| !group.text(*row, "Отменен").is_empty()).count();
    if cancelled > 0 && cancelled < group.len() {
        let message = "the document is cancelled in one of the files and not in another: leave the older one out";
        return Err(fault(group.number_of(0), "Отменен", message));
    }
    let operation = group.text(0, "ХозОперация");
    let lower = operation.to_lowercase();
    let refund = lower.contains("возврат");
    let is_sale = ["заказ", "реализация", "отпуск", "продажа", "чек"].iter().any(|word| lower.contains(word));
    if !operation.is_empty() && !refund && !is_sale {
        let amount = group.number(0, "Сумма документа")?.unwrap_or_default();
        out.leave_out(format!("no sale: {operation}"), amount);
        return Ok(());
    }
    let mut lines = Vec::new();
    for row in 0..group.len() {
        let product = group.any(row, &["Наименование товара", "Товар: Ид"]);
        if product.is_empty() {
            continue;
        }
        let quantity = group.number(row, "Количество")?.unwrap_or(Decimal::ONE);
        let amount = match group.number(row, "Сумма строки")? {
            Some(sum) => sum,
            None => quantity * group.required(row, "Цена за единицу")?,
        };
        let amount = amount - group.number(row, "Скидка строки")?.unwrap_or_default();
        let product_id = group.any(row, &["Артикул", "Товар: Ид"]);
        if group.text(row, "Товар: Ид").to_uppercase().contains("ORDER_DELIVERY") {
            lines.push(Line { kind: ItemKind::Shipping, product, quantity, amount, ..Line::default() });
            continue;
        }
        lines.push(Line { product_id, product, quantity, amount, ..Line::default() });
    }
    let gross: Decimal = lines.iter().map(|line| line.amount).sum();
    let discount = group.number(0, "Скидка документа")?.unwrap_or_default();
    if discount > Decimal::ZERO {
        spread(&mut lines, gross - discount.min(gross));
    }
    if refund {
        lines.iter_mut().for_each(|l| (l.quantity, l.amount) = (-l.quantity.abs(), -l.amount.abs()));
    }
    let mut order = Order::new(&group.text(0, "Ид документа"), group.time(0, &["Дата", "Время"], None)?, lines);
    order.customer_id = group.any(0, &["Контрагент: Ид", "E-mail", "Телефон", "Контрагент"]);
    order.currency = currency(&group.text(0, "Валюта"));
    order.channel = "1c";
    order.attributes.push(("number", group.text(0, "Номер документа")));
    order.attributes.push(("customer", group.text(0, "Контрагент")));
    if cancelled > 0 {
        order.status = Status::Cancelled;
    }
    if order.lines.is_empty() {
        out.leave_out("document without goods", Decimal::ZERO);
    } else {
        out.orders.push(order);
    }
    Ok(())
}
