//! What a file is, by the names of its columns and their values: a known export, or a mapping that is likely.

use kupets_core::{Result, schema::Table};

use super::{
    guess::Sample,
    header::plain,
    mapping, preset,
    source::{FileFormat, FileSource},
};

/// What a file is taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// What its rows are.
    pub table: Table,
    /// What it is, if it is a known export, which may be imported as it is.
    pub known: Option<&'static str>,
    /// Pairs of field and column; empty if the rules of the known export need none.
    pub mapping: Vec<(String, String)>,
}

/// What a file looks like before anything is said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glance {
    /// Its format.
    pub format: FileFormat,
    /// Names of its columns, in file order.
    pub columns: Vec<String>,
    /// The first values of each column that are not empty.
    pub values: Vec<Vec<String>>,
    /// What a person should know of how it is read.
    pub notes: Vec<String>,
    /// What it is taken for; none if nothing is likely.
    pub proposal: Option<Proposal>,
}

/// Looks at the columns of a file and their first values, of which `most` a column are told.
///
/// # Errors
/// It cannot be read.
pub(super) fn glance(source: &FileSource, most: usize) -> Result<Glance> {
    let sample = Sample::of(source)?;
    let proposal = known(source.columns()).or_else(|| guessed(source.columns(), &sample));
    let values = sample.first_values(most);
    let (format, columns) = (source.format(), source.columns().to_vec());
    Ok(Glance { format, columns, values, notes: source.notes(), proposal })
}

/// Names of the exports that are known.
pub fn known_exports() -> Vec<&'static str> {
    preset::titles().chain(MAPPED.iter().map(|(title, _)| *title)).collect()
}

/// Exports of which a mapping says all.
static MAPPED: [(&str, &[(&str, &str)]); 2] = [
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
static PURCHASE_NAMES: [(&str, &[&str]); 19] = [
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

static CUSTOMER_NAMES: [(&str, &[&str]); 5] = [
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

/// What a file is taken for; none if nothing is likely.
///
/// # Errors
/// It cannot be read.
pub(super) fn propose(source: &FileSource) -> Result<Option<Proposal>> {
    match known(source.columns()) {
        Some(proposal) => Ok(Some(proposal)),
        None => Ok(guessed(source.columns(), &Sample::of(source)?)),
    }
}

/// The known export that has these columns.
fn known(columns: &[String]) -> Option<Proposal> {
    if let Some(preset) = preset::recognise(columns) {
        return Some(Proposal { table: Table::Purchases, known: Some(preset.title), mapping: Vec::new() });
    }
    let has = |name: &str| columns.iter().any(|c| plain(c) == plain(name));
    let (title, pairs) = MAPPED.iter().find(|(_, pairs)| pairs.iter().all(|(_, column)| has(column)))?;
    let mapping = pairs.iter().map(|(field, column)| ((*field).to_owned(), (*column).to_owned())).collect();
    Some(Proposal { table: Table::Purchases, known: Some(*title), mapping })
}

/// A mapping that is likely by the names of columns and, for fields that no name tells, by their values.
fn guessed(columns: &[String], sample: &Sample) -> Option<Proposal> {
    let has =
        |pairs: &[(String, String)], names: &[&str]| pairs.iter().any(|(field, _)| names.contains(&field.as_str()));
    let money = ["amount", "unit_price"];
    let mut purchase = likely(&PURCHASE_NAMES, columns);
    let is_named = has(&purchase, &money);
    if !is_named {
        let customer = likely(&CUSTOMER_NAMES, columns);
        if has(&customer, &["customer_id"]) && customer.len() > 1 {
            return Some(Proposal { table: Table::Customers, known: None, mapping: customer });
        }
    }
    sample.complete(&mut purchase, columns);
    // A number that nothing names may be anything; beside a time it is likely to be money.
    let is_sale = is_named || has(&purchase, &money) && has(&purchase, &["occurred_at"]);
    is_sale.then_some(Proposal { table: Table::Purchases, known: None, mapping: purchase })
}

/// Pairs of field and column for names that are likely; a column feeds one field, but for an e-mail that is an id as well.
fn likely(names: &[(&str, &[&str])], columns: &[String]) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for (field, names) in names {
        let free = |column: &&String| {
            let taken = pairs
                .iter()
                .any(|(by, c)| c == *column && !(by == "customer_id" && matches!(*field, "email" | "phone")));
            !taken && columns.iter().filter(|c| c == column).count() == 1
        };
        let column = names.iter().find_map(|name| columns.iter().filter(free).find(|c| plain(c) == plain(name)));
        if let Some(column) = column {
            pairs.push(((*field).to_owned(), column.clone()));
        }
    }
    pairs
}

/// Names that a header is known by.
pub(super) fn usual_names() -> Vec<String> {
    let likely = PURCHASE_NAMES.iter().chain(&CUSTOMER_NAMES).flat_map(|(_, names)| names.iter());
    let mapped = MAPPED.iter().flat_map(|(_, pairs)| pairs.iter().map(|(_, column)| column));
    let known = likely.chain(mapped).map(|name| plain(name)).filter(|name| !name.is_empty());
    known.chain(mapping::usual_names()).chain(preset::usual_names()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn of(header: &str) -> Option<Proposal> {
        let columns: Vec<String> = header.split(';').map(str::to_owned).collect();
        known(&columns).or_else(|| guessed(&columns, &Sample::default()))
    }

    fn pairs(proposal: &Proposal) -> String {
        proposal.mapping.iter().map(|(field, column)| format!("{field}={column}")).collect::<Vec<_>>().join(",")
    }

    #[test]
    fn mappings_are_proposed_from_names() {
        let russian = of("№;Дата;Покупатель;Товар;Кол-во;Цена;Комментарий").unwrap();
        assert_eq!((russian.table, russian.known), (Table::Purchases, None));
        assert_eq!(
            pairs(&russian),
            "customer_id=Покупатель,occurred_at=Дата,product=Товар,quantity=Кол-во,unit_price=Цена"
        );
        let english = of("Order No;Order Date;Email;SKU;Item;Qty;Amount").unwrap();
        assert_eq!(
            pairs(&english),
            "purchase_id=Order No,customer_id=Email,occurred_at=Order Date,product_id=SKU,product=Item,quantity=Qty,\
             amount=Amount"
        );
        let people = of("ФИО;Телефон;E-mail").unwrap();
        assert_eq!(people.table, Table::Customers);
        assert_eq!(pairs(&people), "customer_id=E-mail,name=ФИО,email=E-mail,phone=Телефон");
        assert_eq!(of("a;b;c"), None);
        let more = of("Номер заказа;Статус;Источник;Себестоимость;Ставка НДС;Вариант;Сумма").unwrap();
        assert_eq!(
            pairs(&more),
            "purchase_id=Номер заказа,source=Источник,status=Статус,amount=Сумма,cost=Себестоимость,vat_rate=Ставка НДС,\
             variant=Вариант"
        );
    }

    #[test]
    fn known_exports_are_named() {
        let retail = of("InvoiceNo;StockCode;Description;Quantity;InvoiceDate;UnitPrice;CustomerID;Country").unwrap();
        assert_eq!(retail.known, Some("Online Retail"));
        let second = of("Invoice;StockCode;Description;Quantity;InvoiceDate;Price;Customer ID;Country").unwrap();
        assert_eq!(second.known, Some("Online Retail II"));
    }
}
