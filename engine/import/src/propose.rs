//! What a file is, by the names of its columns and their values: a known export, or a mapping that is likely.

use kupets_core::{Result, schema::Table};

use super::{
    currency,
    files::{Files, apart},
    guess::Sample,
    header::plain,
    mapping,
    names::{CUSTOMER_NAMES, MAPPED, PURCHASE_NAMES},
    preset,
    source::FileFormat,
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
    /// Names of the worksheets of a workbook.
    pub sheets: Vec<String>,
    /// What the files are called that it is made of.
    pub files: Vec<String>,
    /// What it is taken for; none if nothing is likely.
    pub proposal: Option<Proposal>,
}

/// Looks at the columns of files and their first values, of which `most` a column are told.
///
/// # Errors
/// They cannot be read, or are not of one kind.
pub(super) fn glance(files: &Files, most: usize) -> Result<Glance> {
    let sample = Sample::of(files)?;
    let proposal = known_of_all(files)?.or_else(|| guessed(files.columns(), &sample));
    let (values, columns) = (sample.first_values(most), files.columns().to_vec());
    let (sheets, names) = (files.sheets().to_vec(), files.names().to_vec());
    Ok(Glance { format: files.format(), columns, values, notes: files.notes(), sheets, files: names, proposal })
}

/// Names of the exports that are known.
pub fn known_exports() -> Vec<&'static str> {
    preset::titles().chain(MAPPED.iter().map(|(title, _)| *title)).collect()
}

/// What a file is taken for; none if nothing is likely.
///
/// # Errors
/// It cannot be read, or the files are not of one kind.
pub(super) fn propose(files: &Files) -> Result<Option<Proposal>> {
    match known_of_all(files)? {
        Some(proposal) => Ok(Some(proposal)),
        None => Ok(guessed(files.columns(), &Sample::of(files)?)),
    }
}

/// The known export that all the files are.
///
/// # Errors
/// They are different ones, or some are none.
fn known_of_all(files: &Files) -> Result<Option<Proposal>> {
    let mut all = files.each().map(|(name, columns)| (name, known(columns)));
    let Some((first, proposal)) = all.next() else { return Ok(None) };
    let title = |proposal: &Option<Proposal>| proposal.as_ref().and_then(|one| one.known);
    let shown = |title: Option<&str>| title.unwrap_or("no export that is known here").to_owned();
    let wanted = title(&proposal);
    match all.find(|(_, other)| title(other) != wanted) {
        Some((name, other)) => {
            let (this, that) = (shown(wanted), shown(title(&other)));
            Err(apart(&format!("{first} is taken for {this}, and {name} for {that}")))
        }
        None => Ok(proposal),
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
    let is_of_orders = has(&purchase, &["quantity"])
        || purchase.iter().any(|(field, column)| field == "purchase_id" && is_order_column(column))
        || purchase.iter().any(|(field, column)| field == "purchase_id" && plain(column) != "id")
            && purchase
                .iter()
                .any(|(field, column)| field == "occurred_at" && matches!(plain(column).as_str(), "date" | "дата"));
    if !is_named && !is_of_orders {
        let customer = likely(&CUSTOMER_NAMES, columns);
        if has(&customer, &["customer_id"]) && customer.len() > 1 {
            return Some(Proposal { table: Table::Customers, known: None, mapping: customer });
        }
    }
    sample.refine(&mut purchase, columns);
    sample.complete(&mut purchase, columns);
    sample.add_items(&mut purchase, columns);
    // A number that nothing names may be anything; beside a time it is likely to be money.
    if sample.repeats_total(&purchase, columns) {
        // Lines that have prices need no more; else the total is shared out among them.
        let is_priced = has(&purchase, &["unit_price"]);
        purchase.retain(|(field, _)| !is_priced || field != "amount");
        for (field, _) in purchase.iter_mut().filter(|(field, _)| field == "amount") {
            mapping::ORDER_TOTAL.clone_into(field);
        }
    }
    let money = ["amount", "unit_price", mapping::ORDER_TOTAL, mapping::ITEMS];
    let is_sale = is_named || has(&purchase, &money) && has(&purchase, &["occurred_at"]);
    is_sale.then_some(Proposal { table: Table::Purchases, known: None, mapping: purchase })
}

/// Whether a column is surely of orders, by its name.
fn is_order_column(name: &str) -> bool {
    let name = name.to_lowercase();
    ["order", "invoice", "receipt", "заказ", "чек", "накладн"].iter().any(|word| name.contains(word))
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
        let called = |bare: fn(&str) -> &str| {
            names.iter().find_map(|name| columns.iter().filter(free).find(|c| plain(bare(c)) == plain(name)))
        };
        // `Сумма, руб.` and `Created (UTC)` are what they are without that.
        let column = called(|name| name).or_else(|| called(currency::without_unit));
        if let Some(column) = column {
            pairs.push(((*field).to_owned(), column.clone()));
        }
    }
    pairs
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
