//! Names that columns of sales usually have.

use super::{header::plain, mapping, preset};

/// Exports of which a mapping says all.
pub(super) static MAPPED: [(&str, &[(&str, &str)]); 2] = [
    (
        "Online Retail",
        &[
            ("purchase_id", "InvoiceNo"),
            ("product_id", "StockCode"),
            ("product", "Description"),
            ("quantity", "Quantity"),
            ("occurred_at", "InvoiceDate"),
            ("unit_price", "UnitPrice"),
            ("customer_id", "CustomerID"),
            ("attributes.country", "Country"),
        ],
    ),
    (
        "Online Retail II",
        &[
            ("purchase_id", "Invoice"),
            ("product_id", "StockCode"),
            ("product", "Description"),
            ("quantity", "Quantity"),
            ("occurred_at", "InvoiceDate"),
            ("unit_price", "Price"),
            ("customer_id", "Customer ID"),
            ("attributes.country", "Country"),
        ],
    ),
];

/// Names that people give to the fields of purchases, in English and Russian, the surest first.
pub(super) static PURCHASE_NAMES: [(&str, &[&str]); 19] = [
    (
        "purchase_id",
        &[
            "purchase id",
            "order id",
            "order number",
            "order no",
            "order",
            "invoice",
            "invoice no",
            "invoice number",
            "receipt",
            "transaction id",
            "номер заказа",
            "заказ",
            "id заказа",
            "номер чека",
            "чек",
            "номер документа",
            "номер продажи",
            "документ",
            "номер",
        ],
    ),
    (
        "customer_id",
        &[
            "customer id",
            "client id",
            "buyer id",
            "user id",
            "customer",
            "client",
            "buyer",
            "customer email",
            "email",
            "e-mail",
            "phone",
            "id клиента",
            "код клиента",
            "клиент",
            "покупатель",
            "контрагент",
            "телефон",
            "номер телефона",
            "почта",
            "карта",
            "номер карты",
        ],
    ),
    (
        "occurred_at",
        &[
            "occurred at",
            "order date",
            "date",
            "created at",
            "datetime",
            "timestamp",
            "time",
            "purchase date",
            "invoice date",
            "дата заказа",
            "дата продажи",
            "дата покупки",
            "дата и время",
            "дата",
            "дата создания",
            "время",
            "период",
        ],
    ),
    ("currency", &["currency", "валюта"]),
    ("channel", &["channel", "sales channel", "канал", "канал продаж"]),
    ("source", &["source", "источник"]),
    ("status", &["status", "order status", "payment status", "статус", "статус заказа", "статус оплаты", "состояние"]),
    ("refund_of", &["refund of", "refunded order", "original order", "возврат заказа", "возврат по заказу"]),
    (
        "product_id",
        &["product id", "sku", "article", "stock code", "item id", "артикул", "код товара", "штрихкод", "код"],
    ),
    (
        "product",
        &[
            "product",
            "product name",
            "item",
            "item name",
            "description",
            "title",
            "товар",
            "название товара",
            "наименование товара",
            "номенклатура",
            "наименование",
            "название",
            "услуга",
        ],
    ),
    ("category", &["category", "product category", "категория", "группа", "группа товаров", "раздел"]),
    ("quantity", &["quantity", "qty", "count", "units", "количество", "кол-во", "колво", "шт"]),
    ("unit_price", &["unit price", "price", "item price", "цена", "цена за единицу", "цена за шт"]),
    (
        "amount",
        &[
            "amount",
            "line total",
            "total",
            "sum",
            "revenue",
            "total price",
            "sales",
            "net sales",
            "сумма",
            "стоимость",
            "сумма продажи",
            "итого",
            "выручка",
            "сумма заказа",
            "бюджет",
        ],
    ),
    ("kind", &["kind", "line type", "item type", "тип строки", "тип позиции"]),
    ("cost", &["cost", "cogs", "cost of goods", "line cost", "себестоимость"]),
    ("discount", &["discount", "line discount", "discount amount", "сумма скидки"]),
    ("vat_rate", &["vat rate", "tax rate", "ставка ндс"]),
    ("variant", &["variant", "option", "вариант", "характеристика", "модификация"]),
];

pub(super) static CUSTOMER_NAMES: [(&str, &[&str]); 5] = [
    (
        "customer_id",
        &[
            "customer id",
            "client id",
            "id",
            "user id",
            "id клиента",
            "код клиента",
            "код",
            "номер карты",
            "email",
            "e-mail",
            "phone",
            "телефон",
            "почта",
        ],
    ),
    ("name", &["name", "full name", "customer name", "customer", "имя", "фио", "клиент", "наименование", "покупатель"]),
    ("email", &["email", "e-mail", "mail", "почта", "электронная почта", "эл. почта"]),
    ("phone", &["phone", "phone number", "mobile", "телефон", "номер телефона", "мобильный"]),
    ("created_at", &["created at", "registered at", "registration date", "дата регистрации", "дата создания"]),
];

/// Names that a header is known by.
pub(super) fn usual_names() -> Vec<String> {
    let likely = PURCHASE_NAMES.iter().chain(&CUSTOMER_NAMES).flat_map(|(_, names)| names.iter());
    let mapped = MAPPED.iter().flat_map(|(_, pairs)| pairs.iter().map(|(_, column)| column));
    let known = likely.chain(mapped).map(|name| plain(name)).filter(|name| !name.is_empty());
    known.chain(mapping::usual_names()).chain(preset::usual_names()).collect()
}
