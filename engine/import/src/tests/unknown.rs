//! Files of which nothing is known, as shops make them: what they are taken for, and what they come to.

use super::*;

/// What came of a file.
struct Read {
    /// The mapping that was proposed.
    mapping: String,
    records: Vec<Value>,
    refused: Vec<String>,
    left_out: Vec<String>,
    notes: String,
}

fn read(name: &str, content: &[u8]) -> Read {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    let proposal = Import::propose(std::slice::from_ref(&path), &SourceOptions::default()).unwrap().unwrap();
    assert_eq!(proposal.table, Table::Purchases);
    let mapping =
        proposal.mapping.iter().map(|(field, column)| format!("{field}={column}")).collect::<Vec<_>>().join(",");
    let known = proposal.known.filter(|_| proposal.mapping.is_empty());
    let options = ImportOptions { mapping: proposal.mapping, known, ..ImportOptions::new(proposal.table) };
    let import = Import::open(&path, options).unwrap();
    let notes = import.notes().join("\n");
    let batches: Vec<Batch> = import.batches().unwrap().map(Result::unwrap).collect();
    let refused = refused(&batches).iter().map(|one| one.faults[0].message.clone()).collect();
    let left_out = batches.iter().flat_map(|b| b.left_out.iter().map(|one| one.why.clone())).collect();
    Read { mapping, records: records(&batches), refused, left_out, notes }
}

fn csv(content: &str) -> Read {
    read("a.csv", content.as_bytes())
}

fn decimal(value: &Value) -> Option<rust_decimal::Decimal> {
    value.is_number().then(|| value.to_string().parse().unwrap())
}

impl Read {
    /// What the records of a status and a currency come to, as `completed: 20, pending USD: 5`.
    fn sums(&self) -> String {
        let mut sums: BTreeMap<String, rust_decimal::Decimal> = BTreeMap::new();
        for record in &self.records {
            let status = record["status"].as_str().unwrap_or("completed");
            let key = record["currency"].as_str().map_or(status.to_owned(), |code| format!("{status} {code}"));
            for line in record["items"].as_array().unwrap() {
                let product = || Some(decimal(&line["unit_price"])? * decimal(&line["quantity"]).unwrap_or(1.into()));
                *sums.entry(key.clone()).or_default() += decimal(&line["amount"]).or_else(product).unwrap();
            }
        }
        sums.iter().map(|(key, sum)| format!("{key}: {}", sum.normalize())).collect::<Vec<_>>().join(", ")
    }

    /// Lines as `2 Mug=20`.
    fn lines(&self) -> Vec<String> {
        let lines = self.records.iter().flat_map(|record| record["items"].as_array().unwrap());
        lines
            .map(|l| format!("{} {}={}", l["quantity"], l["product"].as_str().unwrap_or_default(), l["amount"]))
            .collect()
    }

    fn ids(&self) -> Vec<&str> {
        self.records.iter().map(|record| record["purchase_id"].as_str().unwrap()).collect()
    }

    fn customers(&self) -> Vec<&str> {
        self.records.iter().map(|record| record["customer_id"].as_str().unwrap_or("-")).collect()
    }

    fn times(&self) -> Vec<&str> {
        self.records.iter().map(|record| record["occurred_at"].as_str().unwrap_or("-")).collect()
    }
}

#[test]
fn refunds_whose_sums_have_no_sign() {
    let cash = csv("Признак расчета;Номер ФД;Дата и время;Наименование;Цена;Количество;Сумма\n\
        Приход;101;01.03.2026 10:00;Чай;100,00;2;200,00\nПриход;101;01.03.2026 10:00;Чашка;350,00;1;350,00\n\
        Возврат прихода;102;01.03.2026 12:00;Чашка;350,00;1;350,00\nПриход;103;02.03.2026 12:00;Чай;100,00;1;100,00\n");
    assert!(cash.mapping.contains("operation=Признак расчета"), "{}", cash.mapping);
    assert_eq!((cash.sums().as_str(), cash.ids()), ("completed: 300", vec!["101", "102", "103"]));
    assert_eq!(cash.lines()[2], "-1 Чашка=-350");
    // Under the number of its order.
    let same = csv("Date,Order ID,Type,Customer,Product,Qty,Total\n2026-03-01,1,Sale,Ann,Tea,2,20.00\n\
        2026-03-01,2,Sale,Bo,Mug,1,35.00\n2026-03-02,2,Refund,Bo,Mug,1,35.00\n2026-03-03,3,Quote,Bo,Mug,1,99.00\n");
    assert_eq!((same.sums().as_str(), same.ids()), ("completed: 20", vec!["1", "2", "2-refund"]));
    assert_eq!(same.records[2]["refund_of"], "2");
    assert_eq!(same.left_out, ["no sale: Quote"]);
    let payments = csv(
        "Order,Kind,Created At,Status,Amount,Currency\n#1001,sale,2026-03-01 10:00:00 -0500,success,50.00,USD\n\
        #1001,refund,2026-03-02 10:00:00 -0500,success,20.00,USD\n#1002,authorization,2026-03-02 10:00:00 -0500,success,70.00,USD\n\
        #1002,capture,2026-03-02 11:00:00 -0500,success,70.00,USD\n#1003,sale,2026-03-02 11:00:00 -0500,failure,99.00,USD\n",
    );
    assert_eq!(
        (payments.sums().as_str(), payments.refused),
        ("cancelled USD: 99, completed USD: 100", Vec::<String>::new())
    );
    // An operation that is not known is no sale by chance.
    let odd = csv("Дата;Номер чека;Тип операции;Сумма\n01.03.2026;1;Продажа;10,00\n01.03.2026;2;Возврат;10,00\n");
    assert_eq!(odd.sums(), "completed: 0");
    let file = file("a.csv", "purchase_id,occurred_at,amount,type\n1,2026-03-01,5,sale\n2,2026-03-01,6,purple\n");
    let made = batches(&file, options(Table::Purchases, "operation=type"));
    assert!(refused(&made)[0].faults[0].message.contains("--map operation="));
}

#[test]
fn what_was_given_back_by_a_status_or_a_column() {
    let status = csv("Order ID,Date,Customer,Product,Qty,Amount,Status\n1,2026-03-01,Ann,Tea,2,20.00,Completed\n\
        2,2026-03-01,Bo,Mug,1,35.00,Refunded\n3,2026-03-01,Bo,Mug,1,35.00,Cancelled\n");
    assert_eq!(
        (status.sums().as_str(), status.ids()),
        ("cancelled: 35, completed: 20", vec!["1", "2", "2-refund", "3"])
    );
    assert_eq!((&status.records[2]["refund_of"], status.lines()[2].as_str()), (&json!("2"), "-1 Mug=-35"));
    // Where refunds have rows of their own, the status says it again.
    let twice = csv(
        "Order ID,Date,Product,Qty,Amount,Status\n1,2026-03-01,Mug,1,35.00,Refunded\n2,2026-03-02,Mug,-1,-35.00,Completed\n",
    );
    assert_eq!((twice.sums().as_str(), twice.records.len()), ("completed: 0", 2));
    let column = csv("Order ID,Date,Customer,Total,Refunded Amount,Status\n1,2026-03-01,Ann,20.00,0.00,Paid\n\
        2,2026-03-01,Bo,35.00,15.00,Paid\n3,2026-03-01,Bo,10.00,10.00,Refunded\n4,2026-03-01,Bo,9.00,9.00,Failed\n");
    assert_eq!((column.sums().as_str(), column.refused), ("cancelled: 9, completed: 40", Vec::<String>::new()));
    let part = csv("Order ID,Date,Total,Status\n1,2026-03-01,20.00,Partially refunded\n");
    assert!(part.notes.contains("--map refunded=COLUMN"), "{}", part.notes);
    // In each line what was given back of it, or of the order.
    let map = "refunded=Back";
    let of_lines = file(
        "a.csv",
        "purchase_id,occurred_at,amount,Back\n1,2026-03-01,20,20\n1,2026-03-01,30,30\n2,2026-03-01,20,5\n2,2026-03-01,30,5\n",
    );
    let made = batches(&of_lines, options(Table::Purchases, map));
    let back: Vec<String> =
        records(&made).iter().filter(|r| r["refund_of"].is_string()).map(|r| r["items"].to_string()).collect();
    assert!(back[0].contains("-20") && back[0].contains("-30"), "{back:?}");
    assert_eq!(back[1], r#"[{"amount":-5,"kind":"other","product":"Refund","quantity":0}]"#);
}

#[test]
fn statuses_in_several_columns_and_words_of_ones_own() {
    let paid = csv(
        "Номер заказа;Дата;Клиент;Сумма;Оплачен;Отменен\n1;01.03.2026;Иван;10,00;Да;Нет\n2;02.03.2026;Ольга;20,00;Нет;Нет\n\
        3;02.03.2026;Ольга;40,00;Да;Да\n",
    );
    assert_eq!(
        (paid.sums().as_str(), paid.mapping.contains("status=Оплачен+Отменен")),
        ("cancelled: 40, completed: 10, pending: 20", true)
    );
    let two = csv(
        "Order ID,Date,Total,Order status,Payment status\n1,2026-03-01,10.00,New,Paid\n2,2026-03-01,20.00,Completed,Refunded\n\
        3,2026-03-01,30.00,Shipped,Voided\n4,2026-03-01,40.00,New,Pending\n5,2026-03-01,50.00,Delivered,Unpaid\n",
    );
    assert_eq!(two.sums(), "cancelled: 30, completed: 60, pending: 40");
    let own = csv(
        "Order ID,Date,Total,Status\n1,2026-03-01,10.00,Отправлен в ПВЗ\n2,2026-03-02,20.00,Отказ клиента\n3,2026-03-02,30.00,Выполнен\n\
        4,2026-03-02,40.00,Фиолетовый\n",
    );
    assert_eq!((own.sums().as_str(), own.refused.len()), ("cancelled: 20, completed: 40", 1));
    let when = csv("Order ID,Date,Total,Cancelled at\n1,2026-03-01,10.00,\n2,2026-03-02,20.00,2026-03-03 10:00\n");
    assert_eq!(when.sums(), "cancelled: 20, completed: 10");
    // Some lines of an order alone.
    let lines = csv(
        "Order,Date,Product,Qty,Amount,Status\n1,2026-03-01,Mug,2,20.00,Delivered\n1,2026-03-01,Plate,1,30.00,Cancelled\n",
    );
    assert_eq!((lines.sums().as_str(), lines.ids()), ("cancelled: 30, completed: 20", vec!["1", "1-cancelled"]));
}

#[test]
fn currencies_beside_the_figures() {
    let several = csv(
        "Order,Date,Amount\n1,2026-03-01,$10.00\n2,2026-03-02,€20.00\n3,2026-03-02,\"1 500,00 ₽\"\n4,2026-03-02,7.00\n",
    );
    assert_eq!(several.sums(), "completed EUR: 20, completed RUB: 1500, completed USD: 10");
    assert!(several.refused[0].contains("--map currency="), "{:?}", several.refused);
    let one = csv("Номер;Дата;Сумма, €\n1;01.03.2026;1 500,00\n2;02.03.2026;2,50\n");
    assert_eq!((one.sums().as_str(), one.mapping.contains("amount=Сумма, €")), ("completed EUR: 1502.5", true));
    // `руб.` and `$` are of several countries: the workspace knows which.
    let own = csv("Номер;Дата;Сумма\n1;01.03.2026;1 500,00 руб.\n2;02.03.2026;2,50 р.\n");
    assert_eq!((own.sums().as_str(), own.notes.contains("workspace")), ("completed: 1502.5", true));
    let words = csv(
        "Номер;Дата;Сумма;Валюта\n1;01.03.2026;1500,00;руб.\n2;02.03.2026;25,50;Доллар США\n3;02.03.2026;5,50;EUR\n",
    );
    assert_eq!(words.sums(), "completed EUR: 5.5, completed RUB: 1500, completed USD: 25.5");
}

#[test]
fn items_in_one_cell() {
    let folded = csv(
        "Order No,Date,Email,Items,Total\n1,2026-03-01,a@x.ru,\"2 x Mug; 1 x Plate (Blue)\",50.00\n2,2026-03-02,b@x.ru,1 x Mug,20.00\n",
    );
    assert_eq!(folded.lines(), ["2 Mug=33.33", "1 Plate (Blue)=16.67", "1 Mug=20"]);
    let priced = csv(
        "Номер заказа;Создан;Товары;Итого\n1;01.03.2026 10:00;\"Чай (1 шт. x 100 руб.), Чашка (2 шт. x 350 руб.)\";1000,00\n\
        2;02.03.2026 10:00;\"Чай (1 шт. x 100 руб.)\";90,00\n",
    );
    assert_eq!((priced.sums().as_str(), priced.lines().len()), ("completed: 1090", 4), "delivery is a line of its own");
    assert_eq!((priced.lines()[1].as_str(), &priced.records[0]["items"][2]["kind"]), ("2 Чашка=700", &json!("other")));
    let json = csv(
        "order_id,created_at,line_items,total\n1,2026-03-01,\"[{\"\"name\"\":\"\"Mug\"\",\"\"quantity\"\":2,\"\"price\"\":10.0}]\",20.00\n",
    );
    assert_eq!(json.lines(), ["2 Mug=20"]);
    // A column of quantities that says otherwise: these are names.
    let names = csv("Order,Date,Product,Qty,Amount\n1,2026-03-01,\"2 x Mug, 1 x Plate\",1,50.00\n");
    assert_eq!(names.lines(), ["1 2 x Mug, 1 x Plate=50"]);
    // Given back as well.
    let back = csv(
        "Order,Date,Items,Total,Status\n1,2026-03-01,\"Mug x 2\nPlate x 1\",30.00,Refunded\n2,2026-03-01,Mug x 1,10.00,Paid\n",
    );
    assert_eq!((back.sums().as_str(), back.lines()[2].as_str()), ("completed: 10", "-2 Mug=-20"));
}

#[test]
fn guests_and_customers_who_are_written_in_several_ways() {
    let guests =
        csv("Order ID,Date,Customer ID,Email,Amount\n1,2026-03-01,17,a@x.ru,10.00\n2,2026-03-01,0,G@x.ru,20.00\n\
        3,2026-03-01,,h@x.ru,30.00\n4,2026-03-01,Guest,,30.00\n");
    assert_eq!(guests.customers(), ["17", "g@x.ru", "h@x.ru", "-"]);
    let phones = csv(
        "Номер;Дата;Телефон;Сумма\n1;01.03.2026;+7 900 000-00-01;5,00\n2;01.03.2026;8 (900) 000 00 01;5,00\n3;02.03.2026;79000000001;5,00\n",
    );
    assert_eq!(phones.customers(), ["+79000000001"; 3]);
    let names = csv(
        "Order,Date,Customer,Email,Amount\n1,2026-03-01,Ann Lee,ann@x.ru,5.00\n2,2026-03-01,Ann Lee,lee@x.ru,5.00\n3,2026-03-01,Bo,,5.00\n",
    );
    assert_eq!(names.customers(), ["ann@x.ru", "lee@x.ru", "Bo"], "a name is no key where there is a better one");
    let spoilt = csv("Order;Date;Amount\n4,60701E+12;01.03.2026;10,00\n5;02.03.2026;20,00\n");
    assert!(spoilt.refused[0].contains("spreadsheet") && spoilt.ids() == ["5"], "{:?}", spoilt.refused);
}

#[test]
fn times_of_many_kinds() {
    let words = csv("Order,Date,Amount\n1,\"Mar 1, 2026\",10.00\n2,15 марта 2026 г. 14:30,20.00\n3,01-Apr-26,5\n");
    assert_eq!(words.times(), ["2026-03-01", "2026-03-15T14:30:00", "2026-04-01"]);
    let days = csv("Order,Date,Amount\n1,46082,10.00\n2,46096.5,20.00\n");
    assert_eq!((days.times(), days.notes.contains("spreadsheet")), (vec!["2026-03-01", "2026-03-15T12:00:00"], true));
    let seconds = csv("Order,Created (UTC),Amount\n1,1772355600,10.00\n");
    assert_eq!(seconds.times(), ["2026-03-01T09:00:00Z"]);
    let apart = csv("Дата;Время;Номер чека;Товар;Сумма\n01.03.2026;10:05;1;Чай;5,00\n02.03.2026;9:15:30;2;Чай;5,00\n");
    assert_eq!(
        (apart.times(), apart.mapping.contains("occurred_at=Дата+Время")),
        (vec!["2026-03-01T10:05:00", "2026-03-02T09:15:30"], true)
    );
    let zoned = csv("Order,Date,Time,Time Zone,Amount\n1,2026-03-01,09:05:33,Eastern Time (US & Canada),5\n");
    assert_eq!(zoned.times(), ["2026-03-01T09:05:33-05:00"]);
    // Days that can be read in one way only are, even where the file has both.
    let both = csv("Order,Date,Amount\n1,03/14/2026,10.00\n2,15/03/2026,20.00\n3,04/05/2026,20.00\n");
    assert_eq!((both.times(), both.refused.len()), (vec!["2026-03-14", "2026-03-15"], 1));
}

#[test]
fn totals_by_other_names_and_discounts_without_amounts() {
    let first = csv(
        "Order ID,Date,Email,Product,Qty,Order Total\n1,2026-03-01,a@x.ru,Mug,2,50.00\n1,,,Plate,1,\n2,2026-03-01,b@x.ru,Tea,1,30.00\n",
    );
    assert_eq!((first.sums().as_str(), first.mapping.contains("order_total=Order Total")), ("completed: 80", true));
    let repeated = csv(
        "order_id,date,product,qty,total\n1,2026-03-01,Mug,2,50.00\n1,2026-03-01,Plate,1,50.00\n2,2026-03-01,Tea,1,30.00\n",
    );
    assert_eq!(repeated.sums(), "completed: 80");
    let order = csv(
        "Order ID,Date,Email,Subtotal,Discount,Shipping,Tax,Grand Total\n1,2026-03-01,a@x.ru,20.00,2.00,5.00,1.80,24.80\n",
    );
    assert_eq!(order.sums(), "completed: 24.8", "and not a customer");
    let gross = csv("Transaction ID,Date,Gross,Fee,Net\n1,2026-03-01,10.00,-0.30,9.70\n");
    assert_eq!(gross.sums(), "completed: 10");
    let off =
        csv("Order,Date,Product,Qty,Price,Discount\n1,2026-03-01,Mug,2,10.00,2.00\n2,2026-03-01,Tea,-1,30.00,3.00\n");
    assert_eq!((off.sums().as_str(), off.notes.contains("less the discount")), ("completed: -9", true));
    let percent =
        csv("Order,Date,Product,Qty,Price,Discount\n1,2026-03-01,Mug,2,10.00,10%\n2,2026-03-01,Tea,1,30.00,0%\n");
    assert_eq!((percent.sums().as_str(), percent.refused), ("completed: 48", Vec::<String>::new()));
    let german = csv(
        "Bestellung;Datum;Kunde;Artikel;Menge;Gesamt\n1;01.03.2026;Ann;Lampe;1;1.250,00\n2;02.03.2026;Bo;Tasse;2;20,00\n",
    );
    assert_eq!((german.sums().as_str(), german.ids()), ("completed: 1270", vec!["1", "2"]));
    let units =
        csv("Номер;Дата;Товар;Кол-во;Сумма\n1;01.03.2026;Чай;2 шт.;200,00\n2;02.03.2026;Сахар;\"1,5 кг\";150,00\n");
    assert_eq!(units.lines(), ["2 Чай=200", "1.5 Сахар=150"]);
}

#[test]
fn how_spreadsheets_lay_rows_out() {
    let merged = csv(
        "Order ID,Date,Email,Product,Qty,Price\n1,2026-03-01,a@x.ru,Mug,2,10.00\n,,,Plate,1,30.00\n2,2026-03-01,b@x.ru,Tea,1,30.00\n\
        ,,,,,\n,2026-03-02,c@x.ru,Tea,1,5.00\n",
    );
    assert_eq!(
        (merged.sums().as_str(), merged.refused.len()),
        ("completed: 80", 1),
        "a row with a customer of its own is no line"
    );
    assert!(merged.notes.contains("1 rows have goods"), "{}", merged.notes);
    let blank = csv(
        "Order,Date,Customer,Amount\n1,2026-03-01,Ann,10.00\n,,,\n\n2,2026-03-02, Bo ,20.00\n , , , \nTotal,,,30.00\n",
    );
    assert_eq!(
        (blank.sums().as_str(), blank.refused.len(), blank.customers()),
        ("completed: 30", 0, vec!["Ann", "Bo"])
    );
    let ends = csv("Order;Date;Amount\n1;2026-03-01;10,00;\n2;2026-03-02;20,00;\n");
    assert_eq!((ends.sums().as_str(), ends.refused.len()), ("completed: 30", 0));
    let quoted =
        csv("\"Order;Date;Customer;Amount\"\n\"1;01.03.2026;\"\"Ann; Lee\"\";10,00\"\n\"2;02.03.2026;Bo;20,00\"\n");
    assert_eq!((quoted.sums().as_str(), quoted.customers()), ("completed: 30", vec!["Ann; Lee", "Bo"]));
    let two = csv("Номер;Дата;Клиент;Стоимость;\n;;;Цена;Сумма\n1;01.03.2026;Иван;100;200\n2;02.03.2026;Ольга;50;50\n");
    assert_eq!((two.sums().as_str(), two.refused.len()), ("completed: 250", 0));
    assert!(two.notes.contains("two lines"), "{}", two.notes);
}

#[test]
fn json_of_nested_orders() {
    let orders = r#"[{"id": 727, "status": "processing", "currency": "USD", "date_created": "2026-03-01T10:00:00", "total": "29.35",
        "customer": {"id": 7, "email": "a@x.ru"},
        "line_items": [{"name": "Mug", "quantity": 2, "total": "6.00", "sku": "M", "price": 3}, {"name": "Tea", "quantity": 1, "total": "12.00"}]}]"#;
    let read_ = read("orders.json", orders.as_bytes());
    assert_eq!((read_.sums().as_str(), read_.customers()), ("completed USD: 29.35", vec!["7"]));
    assert_eq!(read_.lines()[..2], ["2 Mug=6", "1 Tea=12"]);
    let wrapped = read(
        "answer.json",
        br#"{"count": 1, "orders": [{"id": 1, "date": "2026-03-01", "email": "a@x.ru", "amount": 10.5}]}"#,
    );
    assert_eq!(wrapped.sums(), "completed: 10.5");
    let lines = read("rows.ndjson", b"{\"order_id\":1,\"date\":\"2026-03-01\",\"total\":50.0,\"product\":\"a\",\"qty\":1}\n{\"order_id\":1,\"date\":\"2026-03-01\",\"total\":50.0,\"product\":\"b\",\"qty\":2}\n");
    assert_eq!(lines.sums(), "completed: 50", "a total that rows repeat is one in JSON too");
}

#[test]
fn workbooks_of_excel_2003_in_xml() {
    let book = r#"<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="Служебный"><Table><Row><Cell><Data ss:Type="String">x</Data></Cell></Row></Table>
<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet>
<Worksheet ss:Name="Заказы"><Table>
<Row><Cell ss:MergeAcross="2"><Data ss:Type="String">Отчёт</Data></Cell></Row>
<Row ss:Index="3"><Cell><Data ss:Type="String">Номер</Data></Cell><Cell><Data ss:Type="String">Дата</Data></Cell><Cell><Data ss:Type="String">Клиент</Data></Cell><Cell><Data ss:Type="String">Сумма</Data></Cell></Row>
<Row><Cell><Data ss:Type="Number">1</Data></Cell><Cell><Data ss:Type="DateTime">2026-03-01T00:00:00.000</Data></Cell><Cell><Data ss:Type="String">Иван &amp; Ко</Data><Comment><ss:Data>ждёт</ss:Data></Comment></Cell><Cell ss:Formula="=RC[-1]*2"><Data ss:Type="Number">1500.5</Data></Cell></Row>
<Row><Cell><Data ss:Type="Number">2</Data></Cell><Cell><Data ss:Type="DateTime">2026-03-02T10:30:00.000</Data></Cell><Cell ss:Index="4"><Data ss:Type="Number">11.000000000000002</Data></Cell></Row>
</Table></Worksheet></Workbook>"#;
    for name in ["orders.xls", "orders.xml"] {
        let read = read(name, book.as_bytes());
        assert_eq!((read.sums().as_str(), read.customers()), ("completed: 1511.5", vec!["Иван & Ко", "-"]));
        assert_eq!(read.times(), ["2026-03-01", "2026-03-02T10:30:00"]);
        assert!(read.notes.contains("\"Заказы\"") && read.notes.contains("\"Служебный\" (hidden)"), "{}", read.notes);
    }
}

#[test]
fn reports_of_amazon_and_of_stripes_balance() {
    let amazon = csv(
        "amazon-order-id\tpurchase-date\torder-status\tproduct-name\tsku\titem-status\tquantity\tcurrency\titem-price\titem-tax\tshipping-price\titem-promotion-discount\n\
        111-1\t2026-03-01T10:00:00+00:00\tShipped\tMug\tMUG\tShipped\t2\tUSD\t20.00\t1.60\t\t2.00\n\
        111-2\t2026-03-01T11:00:00+00:00\tCancelled\tMug\tMUG\tCancelled\t0\tUSD\t\t\t\t\n\
        111-3\t2026-03-01T12:00:00+00:00\tPending\tMug\tMUG\tUnshipped\t1\tUSD\t10.00\t\t\t\n",
    );
    assert_eq!(amazon.sums(), "completed USD: 19.6, pending USD: 10", "the price is of the line");
    assert_eq!(amazon.left_out, ["cancelled, without a price"]);
    let balance = csv("id,Type,Source,Amount,Fee,Destination Platform Fee,Net,Currency,Created (UTC),Description\n\
        txn_1,charge,ch_1,100.00,3.20,,96.80,usd,2026-03-01 09:05,Order 1\ntxn_2,refund,re_1,-40.00,0.00,,-40.00,usd,2026-03-02 09:05,REFUND\n\
        txn_3,payout,po_1,-56.80,0.00,,-56.80,usd,2026-03-04 00:00,STRIPE PAYOUT\ntxn_4,stripe_fee,,-2.00,0.00,,-2.00,usd,2026-03-04 00:00,Radar\n");
    assert_eq!((balance.sums().as_str(), balance.ids()), ("completed USD: 60", vec!["ch_1", "re_1"]));
    assert_eq!((balance.left_out.len(), balance.times()[0]), (2, "2026-03-01T09:05:00Z"));
}
