//! What names of columns say against what their values may be.

use super::super::words::Status;

/// Whether a column of words may be of products: its name says nothing else, and its values are no statuses.
pub(super) fn may_be_product(name: &str, values: &[String]) -> bool {
    const OTHERS: [&str; 46] = [
        "gateway",
        "имя",
        "фио",
        "фамилия",
        "first name",
        "last name",
        "customer",
        "client",
        "buyer",
        "клиент",
        "покупат",
        "status",
        "статус",
        "state",
        "состояние",
        "type",
        "тип",
        "reason",
        "причина",
        "method",
        "способ",
        "организация",
        "склад",
        "warehouse",
        "коммент",
        "comment",
        "note",
        "примеч",
        "ответств",
        "менеджер",
        "manager",
        "city",
        "город",
        "address",
        "адрес",
        "country",
        "страна",
        "region",
        "регион",
        "source",
        "источник",
        "channel",
        "канал",
        "employee",
        "сотрудник",
        "staff",
    ];
    let lower = name.to_lowercase();
    let is_status = values.iter().filter(|value| !value.is_empty()).all(|value| Status::read(value).is_some());
    !is_status && lower.trim() != "name" && !OTHERS.iter().any(|other| lower.contains(other))
}

/// Whether a column of times is of the sale, by its name, where there are others.
pub(super) fn is_of_sale(name: &str) -> bool {
    const WORDS: [&str; 12] = [
        "order",
        "sale",
        "purchase",
        "created",
        "transaction",
        "заказ",
        "продаж",
        "покуп",
        "создан",
        "чека",
        "операц",
        "оформл",
    ];
    const OTHERS: [&str; 8] = ["ship", "deliver", "updat", "достав", "отгруз", "измен", "закры", "clos"];
    let lower = name.to_lowercase();
    WORDS.iter().any(|word| lower.contains(word)) && !OTHERS.iter().any(|word| lower.contains(word))
}
