//! Deals of CRMs: Bitrix24 and amoCRM. Only won ones are sales.

use rust_decimal::Decimal;

use super::{
    super::{currency, fault::Fault},
    group::{
        Column,
        ColumnKind::{Number, Text, Time},
        Group, Preset, may, need,
    },
    order::{Composed, Line, Order, Status, spread},
};

static BITRIX24_COLUMNS: [Column; 15] = [
    need(&["ID"], Text),
    need(&["Стадия сделки", "Стадия", "Deal Stage", "Stage"], Text),
    need(&["Название сделки", "Название", "Deal Name", "Deal name"], Text),
    need(&["Сумма", "Total", "Amount", "Opportunity"], Number),
    need(&["Дата создания", "Created on", "Created"], Time),
    may(&["Валюта", "Currency"], Text),
    may(&["Контакт", "Contact"], Text),
    may(&["Контакт: ID", "Contact: ID"], Text),
    may(&["Компания", "Company"], Text),
    may(&["Товар", "Product"], Text),
    may(&["Цена", "Price"], Number),
    may(&["Количество", "Quantity"], Number),
    may(&["Источник", "Source"], Text),
    may(&["Ответственный", "Responsible person", "Responsible"], Text),
    may(&["Воронка", "Направление", "Pipeline"], Text),
];

pub(super) static BITRIX24: Preset = Preset {
    title: "Bitrix24 deals",
    key: "ID",
    columns: &BITRIX24_COLUMNS,
    compose: bitrix24,
    continues: false,
    notes: &[
        "deals count whose stage says that they were won (Сделка успешна); the others are stored as pending, or cancelled where \
         they are lost",
    ],
};

/// What a stage says of a deal.
fn stage(name: &str) -> Status {
    let name = name.to_lowercase();
    let lost = ["не реализ", "неусп", "провал", "проигр", "отказ", "отмен", "lost", "lose"];
    if lost.iter().any(|word| name.contains(word)) {
        return Status::Cancelled;
    }
    let won = ["успе", "выигр", "оплачен", "won", "win"];
    if won.iter().any(|word| name.contains(word)) { Status::Completed } else { Status::Pending }
}

fn bitrix24(group: &Group<'_>, out: &mut Composed) -> Result<(), Fault> {
    group.agreed(&["Стадия сделки", "Сумма"])?;
    // The deal's own cells stand in each of its rows.
    let sum = group.number(0, "Сумма")?.unwrap_or_default();
    let mut lines = Vec::new();
    for row in 0..group.len() {
        let product = group.text(row, "Товар");
        let Some(price) = group.number(row, "Цена")?.filter(|_| !product.is_empty()) else { continue };
        let quantity = group.number(row, "Количество")?.unwrap_or(Decimal::ONE);
        lines.push(Line { product, quantity, amount: quantity * price, ..Line::default() });
    }
    if lines.is_empty() {
        let product = group.text(0, "Название сделки");
        lines.push(Line { product, quantity: Decimal::ONE, amount: sum, ..Line::default() });
    } else if sum > Decimal::ZERO {
        spread(&mut lines, sum);
    }
    let mut order = Order::new(&group.text(0, "ID"), group.time(0, &["Дата создания"], None)?, lines);
    order.customer_id = group.any(0, &["Контакт: ID", "Контакт", "Компания"]);
    order.currency = currency(&group.text(0, "Валюта"));
    order.channel = "bitrix24";
    order.attributes.push(("deal", group.text(0, "Название сделки")));
    order.attributes.push(("source", group.text(0, "Источник")));
    order.attributes.push(("responsible", group.text(0, "Ответственный")));
    order.attributes.push(("pipeline", group.text(0, "Воронка")));
    let name = group.text(0, "Стадия сделки");
    order.status = stage(&name);
    out.orders.push(order);
    Ok(())
}

/// A currency's code; a name that is not known is left out.
pub(super) fn currency(name: &str) -> String {
    currency::named(name).unwrap_or_default()
}

static AMOCRM_COLUMNS: [Column; 14] = [
    need(&["ID"], Text),
    need(&["Название сделки", "Lead title", "Deal name", "Lead name"], Text),
    need(&["Бюджет", "Бюджет сделки", "Sale", "Sale value", "Budget"], Number),
    need(&["Этап сделки", "Этап", "Pipeline stage", "Stage"], Text),
    need(&["Дата создания", "Дата создания сделки", "Created at", "Date created"], Time),
    may(&["Дата закрытия", "Дата закрытия сделки", "Closed at", "Date closed"], Time),
    may(&["Основной контакт", "Полное имя контакта", "Main contact", "Contact full name"], Text),
    may(&["Рабочий email (контакт)", "Рабочий email", "Рабочий e-mail", "Work email (contact)", "Work email"], Text),
    may(&["Личный email (контакт)", "Личный email", "Личный e-mail"], Text),
    may(&["Рабочий телефон (контакт)", "Рабочий телефон", "Work phone (contact)", "Work phone"], Text),
    may(&["Рабочий прямой телефон (контакт)", "Рабочий прямой телефон"], Text),
    may(&["Мобильный телефон (контакт)", "Мобильный телефон", "Mobile phone (contact)", "Mobile phone"], Text),
    may(&["Ответственный", "Responsible user"], Text),
    may(&["Воронка", "Pipeline"], Text),
];

pub(super) static AMOCRM: Preset = Preset {
    title: "amoCRM deals",
    key: "ID",
    columns: &AMOCRM_COLUMNS,
    compose: amocrm,
    continues: false,
    notes: &[
        "deals count that were won (Успешно реализовано), at the day they were closed; the others are stored as pending, or \
         cancelled where they are lost",
    ],
};

fn amocrm(group: &Group<'_>, out: &mut Composed) -> Result<(), Fault> {
    group.alone()?;
    let product = group.text(0, "Название сделки");
    let amount = group.number(0, "Бюджет")?.unwrap_or_default();
    let closed = !matches!(group.text(0, "Дата закрытия").to_lowercase().as_str(), "" | "не закрыта" | "not closed");
    let when = group.time(0, &[if closed { "Дата закрытия" } else { "Дата создания" }], None)?;
    let line = Line { product, quantity: Decimal::ONE, amount, ..Line::default() };
    let mut order = Order::new(&group.text(0, "ID"), when, vec![line]);
    order.customer_id = group.any(
        0,
        &[
            "Рабочий email (контакт)",
            "Личный email (контакт)",
            "Рабочий телефон (контакт)",
            "Рабочий прямой телефон (контакт)",
            "Мобильный телефон (контакт)",
            "Основной контакт",
        ],
    );
    order.channel = "amocrm";
    order.attributes.push(("responsible", group.text(0, "Ответственный")));
    order.attributes.push(("pipeline", group.text(0, "Воронка")));
    let name = group.text(0, "Этап сделки");
    order.status = stage(&name);
    out.orders.push(order);
    Ok(())
}
