//! Small made-up exports in the form of each known one, and what they come to.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use kupets_core::schema::Table;
use rust_decimal::Decimal;
use serde_json::Value;

use super::super::{Batch, Import, ImportOptions, SourceOptions};

/// Records by id, and sums of what is left out by reason.
pub(super) struct Read {
    pub(super) records: BTreeMap<String, Value>,
    left_out: BTreeMap<String, Decimal>,
    /// Why orders are refused.
    pub(super) refused: Vec<String>,
    /// Rows that were taken once.
    pub(super) repeated: u64,
}

pub(super) fn read(name: &str, title: &str, content: &str) -> Read {
    read_bytes(name, title, content.as_bytes())
}

pub(super) fn read_bytes(name: &str, title: &str, content: &[u8]) -> Read {
    let read = read_all(title, &[(name, content)]);
    assert_eq!(read.refused, Vec::<String>::new());
    read
}

/// Reads several files as one import.
pub(super) fn read_all(title: &str, files: &[(&str, &[u8])]) -> Read {
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<_> = files.iter().map(|(name, _)| folder.path().join(name)).collect();
    for (path, (_, content)) in paths.iter().zip(files) {
        std::fs::write(path, content).unwrap();
    }
    let proposal = Import::propose(&paths, &SourceOptions::default()).unwrap().unwrap();
    assert_eq!(proposal.known, Some(title));
    let options =
        ImportOptions { known: proposal.known, mapping: proposal.mapping, ..ImportOptions::new(Table::Purchases) };
    let import = Import::open_all(&paths, options).unwrap();
    let batches: Vec<Batch> = import.batches().unwrap().map(Result::unwrap).collect();
    let (mut records, mut left_out) = (BTreeMap::new(), BTreeMap::new());
    let (mut refused, mut repeated) = (Vec::new(), 0);
    for batch in &batches {
        refused.extend(batch.refused.iter().map(|one| one.faults[0].message.clone()));
        repeated += batch.repeated;
        for at in 0..batch.len() {
            let record: Value = serde_json::from_slice(batch.record(at).unwrap()).unwrap();
            records.insert(record["purchase_id"].as_str().unwrap().to_owned(), record);
        }
        for left in &batch.left_out {
            *left_out.entry(left.why.clone()).or_insert(Decimal::ZERO) += left.amount;
        }
    }
    Read { records, left_out, refused, repeated }
}

fn decimal(value: &Value) -> Decimal {
    value.to_string().parse().unwrap()
}

impl Read {
    pub(super) fn ids(&self) -> Vec<&str> {
        self.records.keys().map(String::as_str).collect()
    }

    pub(super) fn amounts(&self, id: &str) -> Vec<String> {
        self.records[id]["items"].as_array().unwrap().iter().map(|i| decimal(&i["amount"]).to_string()).collect()
    }

    /// Of what counts.
    pub(super) fn total(&self) -> String {
        let counts = self.records.values().filter(|r| r["status"].is_null());
        let items = counts.flat_map(|r| r["items"].as_array().unwrap());
        items.map(|i| decimal(&i["amount"])).sum::<Decimal>().normalize().to_string()
    }

    pub(super) fn field(&self, id: &str, name: &str) -> &str {
        self.records[id][name].as_str().unwrap_or_default()
    }

    /// Status of each record that does not count.
    pub(super) fn statuses(&self) -> Vec<(&str, &str)> {
        let statuses = self.records.iter().filter_map(|(id, r)| Some((id.as_str(), r["status"].as_str()?)));
        statuses.collect()
    }

    /// Kinds of the lines of a record.
    pub(super) fn kinds(&self, id: &str) -> Vec<&str> {
        let items = self.records[id]["items"].as_array().unwrap().iter();
        items.map(|item| item["kind"].as_str().unwrap_or("product")).collect()
    }

    pub(super) fn why(&self) -> Vec<(&str, String)> {
        self.left_out.iter().map(|(why, sum)| (why.as_str(), sum.normalize().to_string())).collect()
    }
}

#[test]
fn shopify_orders() {
    let content = "Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,\
        Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Lineitem discount,Cancelled at,Refunded Amount,Phone\n\
        #1005,e@x.com,paid,x,USD,50.00,9.00,0.00,50.00,FREE,9.00,2026-07-08 01:29:00 -0400,1,Lamp,50.00,L,0.00,,0.00,\n\
        #1004,d@x.com,voided,,USD,50.00,0.00,0.00,50.00,,0.00,2026-03-08 01:29:00 -0500,1,Lamp,50.00,L,0.00,2026-03-09 10:00:00 -0400,0.00,\n\
        #1003,c@x.com,partially_refunded,x,USD,100.00,5.00,0.00,105.00,,0.00,2026-03-08 01:29:00 -0500,2,Lamp,50.00,L,0.00,,30.00,\n\
        #1002,b@x.com,refunded,x,USD,20.00,5.00,0.00,25.00,,0.00,2026-03-08 01:29:00 -0500,1,Mug,20.00,M,0.00,2026-03-10 10:00:00 -0400,25.00,\n\
        #1001,a@x.com,paid,x,USD,90.00,5.00,0.00,95.00,TEN,10.00,2026-03-08 01:29:00 -0500,1,Lamp - Red,50.00,L,3.00,,0.00,'+1 555-010\n\
        #1001,a@x.com,,,,,,,,,,2026-03-08 01:29:00 -0500,2,\"Mug\nblue\",25.00,M,0.00,,,\n";
    let read = read("orders.csv", "Shopify orders", content);
    assert_eq!(read.ids(), ["#1001", "#1002", "#1002-refund", "#1003", "#1003-refund", "#1004", "#1005"]);
    assert_eq!(read.amounts("#1001"), ["45", "45", "5"]);
    assert_eq!(read.kinds("#1001"), ["product", "product", "shipping"]);
    assert_eq!(read.records["#1001"]["items"][0]["discount"], 5);
    assert_eq!(read.amounts("#1002-refund"), ["-20", "-5"]);
    assert_eq!((read.amounts("#1003-refund"), read.kinds("#1003-refund")), (vec!["-30".to_owned()], vec!["other"]));
    assert_eq!(read.field("#1003-refund", "refund_of"), "#1003");
    assert_eq!((read.amounts("#1005"), read.kinds("#1005")[1]), (vec!["50".to_owned(), "0".to_owned()], "shipping"));
    assert_eq!(read.records["#1005"]["items"][1]["discount"], 9, "a code for free shipping");
    assert_eq!(read.total(), "220", "what the orders' totals come to, less what was given back");
    assert_eq!(read.statuses(), [("#1004", "cancelled")]);
    assert_eq!(read.field("#1001", "source"), "shopify");
    assert!(read.why().is_empty());
    assert_eq!(read.field("#1001", "customer_id"), "a@x.com");
    assert_eq!(read.field("#1005", "occurred_at"), "2026-07-08T01:29:00-04:00");
    assert_eq!(read.field("#1002-refund", "occurred_at"), "2026-03-10T10:00:00-04:00");
    assert_eq!(read.records["#1001"]["items"][1]["product"], "Mug\nblue");
}

#[test]
fn stripe_payments() {
    let content = "id,Created date (UTC),Amount,Amount Refunded,Currency,Status,Description,Customer ID,Customer Email\n\
        ch_1,2026-03-01 09:05:33,180.00,0.00,usd,Paid,Course,cus_1,a@x.com\n\
        ch_2,2026-03-01 09:05,100.00,40.00,usd,Paid,Course,,b@x.com\n\
        ch_3,2026-03-02 09:05:33,50.00,50.00,usd,Refunded,Course,cus_3,\n\
        ch_4,2026-03-02 09:05:33,70.00,0.00,usd,Failed,Course,cus_4,\n\
        py_5,2026-03-02 09:05:33,\"1,080.00\",0.00,usd,Pending,Course,cus_5,\n";
    let read = read("unified_payments.csv", "Stripe payments", content);
    assert_eq!(read.ids(), ["ch_1", "ch_2", "ch_2-refund", "ch_3", "ch_3-refund", "ch_4", "py_5"]);
    assert_eq!(read.total(), "240");
    assert_eq!(read.field("ch_1", "occurred_at"), "2026-03-01T09:05:33Z");
    assert_eq!((read.field("ch_1", "currency"), read.field("ch_2", "customer_id")), ("USD", "b@x.com"));
    assert_eq!(read.statuses(), [("ch_4", "cancelled"), ("py_5", "pending")]);
    assert_eq!(read.amounts("py_5"), ["1080"]);
}

#[test]
fn ozon_orders() {
    let content = "\u{feff}\"Номер заказа\";\"Номер отправления\";\"Принят в обработку\";\"Статус\";\"Название товара\";\"SKU\";\
        \"Артикул\";\"Ваша цена\";\"Код валюты товара\";\"Оплачено покупателем\";\"Количество\"\n\
        \"100-0001\";\"100-0001-1\";\"2026-03-30 23:12:34\";\"Доставлен\";\"Чай\";\"11\";\"T1\";\"499.00\";\"RUB\";\"450.00\";\"2\"\n\
        \"100-0001\";\"100-0001-2\";\"2026-03-30 23:12:34\";\"Отменён\";\"Кружка\";\"12\";\"M1\";\"300.00\";\"RUB\";\"300.00\";\"1\"\n\
        \"100-0002\";\"100-0002-1\";\"2026-03-31 10:00:00\";\"Отменено\";\"Чай\";\"11\";\"T1\";\"499.00\";\"RUB\";;\"1\"\n";
    let read = read("orders.csv", "Ozon orders", content);
    assert_eq!(read.ids(), ["100-0001", "100-0001-cancelled", "100-0002"]);
    assert_eq!((read.total().as_str(), read.field("100-0001", "occurred_at")), ("998", "2026-03-30T23:12:34Z"));
    assert_eq!(read.records["100-0001"]["customer_id"], Value::Null);
    assert_eq!(read.statuses(), [("100-0001-cancelled", "cancelled"), ("100-0002", "cancelled")]);
    assert_eq!(
        (read.amounts("100-0001-cancelled"), read.amounts("100-0002")),
        (vec!["300".to_owned()], vec!["499".to_owned()])
    );
}

#[test]
fn square_items() {
    let content = "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Gross Sales,Discounts,Net Sales,Tax,\
        Transaction ID,Payment ID,Event Type,Customer ID\n\
        2026-03-01,09:05:33,Eastern Time (US & Canada),None,Coffee,2.0,Large,C1,$8.00,-$1.00,$7.00,$0.50,t1,p1,Payment,c1\n\
        2026-03-01,09:05:33,Eastern Time (US & Canada),Food,Cake,1.0,Regular,,\"$1,234.50\",$0.00,\"$1,234.50\",$0.00,t1,p1,Payment,c1\n\
        2026-03-02,10:00:00,Eastern Time (US & Canada),None,Coffee,-1.0,Large,C1,-$4.00,$0.50,-$3.50,$0.00,t1,p2,Refund,c1\n";
    let read = read("items.csv", "Square item sales", content);
    assert_eq!(read.ids(), ["t1", "t1-refund"]);
    assert_eq!(
        (read.amounts("t1"), read.total()),
        (["7", "1234.5", "0.5"].map(str::to_owned).to_vec(), "1238.5".to_owned())
    );
    assert_eq!(read.kinds("t1"), ["product", "product", "tax"]);
    assert_eq!(
        (&read.records["t1"]["items"][0]["variant"], &read.records["t1"]["items"][0]["discount"]),
        (&Value::from("Large"), &Value::from(1))
    );
    assert_eq!(read.field("t1-refund", "refund_of"), "t1");
    assert_eq!(read.field("t1", "occurred_at"), "2026-03-01T09:05:33-05:00");
    assert_eq!(read.field("t1-refund", "occurred_at"), "2026-03-02T10:00:00-05:00");
    assert_eq!(read.records["t1"]["items"][0]["category"], Value::Null);
}

#[test]
fn woocommerce_analytics_in_both_forms() {
    let small = "Date,Order #,Status,Customer,Customer type,Product(s),Items sold,Coupon(s),Net sales,Attribution\n\
        \"2026-03-01 09:05:00\",11,completed,\"Ann Lee\",new,\"2× Lamp, 1× Mug, blue\",3,,90.00,Direct\n\
        \"2026-03-02 09:05:00\",11,refunded,\"Ann Lee\",new,\"1× Lamp\",-1,,-30.00,Direct\n\
        ,12,pending,\"Bo Li\",new,\"1× Lamp\",1,,5.00,Direct\n";
    let large =
        small.replace("Order #,Status", "Order #,N. Revenue (formatted),Status").replace("Net sales", "Net Sales");
    let large = large.replace(",11,", ",11,\"$1,090.00\",").replace(",12,", ",12,$5.00,");
    for content in [small, &large] {
        let read = read("orders.csv", "WooCommerce analytics", content);
        assert_eq!(read.ids(), ["11", "11-refund"]);
        assert_eq!((read.amounts("11"), read.total()), (vec!["60".to_owned(), "30".to_owned()], "60".to_owned()));
        assert_eq!(read.records["11"]["items"][1]["product"], "Mug, blue");
        assert_eq!(read.why(), [("not paid yet, and without a date: pending", "5".to_owned())]);
    }
}

#[test]
fn woocommerce_by_plug_ins() {
    let content = "Order Number,Order Status,Order Date,Email (Billing),Cart Discount Amount,Order Subtotal Amount,\
        Order Total Amount,Order Shipping Amount,SKU,Item Name,Quantity (- Refund),Item Cost\r\n\
        21,Completed,2026-03-01 09:05,a@x.com,10,100,95,5,L,Lamp,1,60\r\n\
        21,Completed,2026-03-01 09:05,a@x.com,10,100,95,5,M,Mug,2,20\r\n\
        22,Отменен,2026-03-01 10:05,b@x.com,0,20,20,0,M,Mug,1,20\r\n";
    let advanced = read("orders.csv", "WooCommerce, Advanced Order Export", content);
    assert_eq!(
        (advanced.ids(), advanced.amounts("21")),
        (vec!["21", "22"], ["54", "36", "5"].map(str::to_owned).to_vec())
    );
    assert_eq!(advanced.kinds("21"), ["product", "product", "shipping"]);
    assert_eq!(advanced.statuses(), [("22", "cancelled")]);

    let content = "\u{feff}order_id,order_number,order_date,paid_date,status,order_total,shipping_total,order_currency,customer_email,\
        billing_email,refund_items,line_item_1,line_item_2\n\
        31,31,2026-03-01 09:05:00,2026-03-01 9:06:00,completed,65.00,5.00,EUR,,g@x.com,\
        amount:5.00|reason:late|date:2026-03-02 10:00:00,\
        name:Lamp|product_id:3|sku:L1|quantity:2|total:40.00|sub_total:44.00,name:Mug|sku:|product_id:4|quantity:1|total:20.00\n\
        32,32,2026-03-01 09:05:00,,failed,5.00,0.00,EUR,h@x.com,,,name:Mug|quantity:1|total:5.00,\n";
    let webtoffee = read("orders.csv", "WooCommerce, WebToffee export", content);
    assert_eq!((webtoffee.ids(), webtoffee.total()), (vec!["31", "31-refund", "32"], "60".to_owned()));
    assert_eq!((webtoffee.statuses(), webtoffee.kinds("31")[2]), (vec![("32", "cancelled")], "shipping"));
    assert_eq!(webtoffee.records["31"]["items"][0]["discount"], 4);
    assert_eq!(webtoffee.records["31"]["items"][1]["product_id"], "4");
    assert_eq!(webtoffee.field("31-refund", "occurred_at"), "2026-03-02T10:00:00");
}

#[test]
fn webtoffee_with_rows_and_with_columns_of_items() {
    let header = "order_id,order_number,order_date,status,order_total,order_currency,billing_email";
    let content = format!(
        "{header},item_product_id,item_name,item_sku,item_quantity,item_subtotal,item_total,item_refunded,item_refunded_qty\n\
         41,41,2026-03-01 09:05:00,completed,65.00,EUR,a@x.com,3,Lamp,L1,2,44.00,40.00,0,0\n\
         41,41,2026-03-01 09:05:00,completed,65.00,EUR,a@x.com,4,\"Mug, blue\",,1,20.00,20.00,5.00,0\n\
         42,42,2026-03-01 09:05:00,cancelled,9.00,EUR,b@x.com,4,Mug,,1,9.00,9.00,0,0\n"
    );
    let read_rows = read("orders.csv", "WooCommerce, WebToffee export with rows of items", &content);
    assert_eq!((read_rows.ids(), read_rows.total()), (vec!["41", "41-refund", "42"], "55".to_owned()));
    assert_eq!(read_rows.records["41"]["items"][1]["product_id"], "4");
    assert_eq!(read_rows.statuses(), [("42", "cancelled")]);

    let item = |n: u32| {
        ["Name", "id", "SKU", "Quantity", "Total", "Subtotal"].map(|what| format!("Product Item {n} {what}")).join(",")
    };
    let content = format!(
        "{header},{},{}\n51,51,2026-03-01 09:05:00,completed,60.00,EUR,a@x.com,Lamp,3,L1,2,40.00,44.00,Mug,4,,1,20.00,20.00\n\
         52,52,2026-03-02 09:05:00,completed,5.00,EUR,a@x.com,Mug,4,,1,5.00,5.00,,,,,,\n",
        item(1),
        item(2)
    );
    let columns = read("orders.csv", "WooCommerce, WebToffee export with columns of items", &content);
    assert_eq!((columns.ids(), columns.amounts("51")), (vec!["51", "52"], vec!["40".to_owned(), "20".to_owned()]));
    assert_eq!(columns.records["51"]["items"][1]["product_id"], "4");
}

#[test]
fn paypal_activity_in_german() {
    let content = "\u{feff}\"Datum\",\"Uhrzeit\",\"Zeitzone\",\"Name\",\"Typ\",\"Status\",\"Währung\",\"Brutto\",\"Gebühr\",\"Netto\",\
        \"Absender E-Mail-Adresse\",\"Transaktionscode\",\"Artikelbezeichnung\",\"Zugehöriger Transaktionscode\",\"Auswirkung auf Guthaben\"\n\
        \"01.03.2026\",\"09:05:33\",\"CET\",\"A\",\"Website-Zahlung\",\"Abgeschlossen\",\"EUR\",\"1.250,00\",\"-36,55\",\"1.213,45\",\"a@x.de\",\"T1\",\"Lampe\",\"\",\"Haben\"\n\
        \"02.03.2026\",\"10:00:00\",\"CET\",\"A\",\"Rückzahlung\",\"Abgeschlossen\",\"EUR\",\"-250,00\",\"0,00\",\"-250,00\",\"s@x.de\",\"T2\",\"\",\"T1\",\"Soll\"\n\
        \"03.03.2026\",\"10:00:00\",\"CET\",\"\",\"Allgemeine Abbuchung\",\"Abgeschlossen\",\"EUR\",\"-900,00\",\"0,00\",\"-900,00\",\"\",\"T3\",\"\",\"\",\"Soll\"\n\
        \"04.03.2026\",\"10:00:00\",\"CET\",\"B\",\"PayPal Express-Zahlung\",\"Ausstehend\",\"EUR\",\"10,00\",\"0,00\",\"10,00\",\"b@x.de\",\"T4\",\"\",\"\",\"Haben\"\n";
    let read = read("Download.CSV", "PayPal activity", content);
    assert_eq!((read.ids(), read.total()), (vec!["T1", "T2", "T4"], "1000".to_owned()));
    assert_eq!(read.statuses(), [("T4", "pending")]);
    assert_eq!(read.field("T1", "occurred_at"), "2026-03-01T09:05:33+01:00");
    assert_eq!((read.field("T1", "customer_id"), read.field("T1", "currency")), ("a@x.de", "EUR"));
    assert_eq!(read.records["T2"]["refund_of"], "T1");
    assert_eq!(read.why(), [("no sale: Allgemeine Abbuchung", "-900".to_owned())]);
}

#[test]
fn paypal_activity() {
    let content = "\"Date\",\"Time\",\"TimeZone\",\"Name\",\"Type\",\"Status\",\"Currency\",\"Gross\",\"Fee\",\"Net\",\
        \"From Email Address\",\"Transaction ID\",\"Reference Txn ID\",\"Balance Impact\"\n\
        \"03/01/2026\",\"09:05:33\",\"PST\",\"A\",\"Website Payment\",\"Completed\",\"USD\",\"1,250.00\",\"-36.55\",\"1,213.45\",\"a@x.com\",\"T1\",\"\",\"Credit\"\n\
        \"03/14/2026\",\"10:00:00\",\"PDT\",\"A\",\"Payment Refund\",\"Completed\",\"USD\",\"-250.00\",\"0.00\",\"-250.00\",\"s@x.com\",\"T2\",\"T1\",\"Debit\"\n\
        \"03/15/2026\",\"10:00:00\",\"PDT\",\"\",\"General Withdrawal\",\"Completed\",\"USD\",\"-900.00\",\"0.00\",\"-900.00\",\"\",\"T3\",\"\",\"Debit\"\n\
        \"03/15/2026\",\"11:00:00\",\"PDT\",\"B\",\"Website Payment\",\"Completed\",\"USD\",\"10.00\",\"0.00\",\"10.00\",\"b@x.com\",\"T4\",\"\",\"Memo\"\n";
    let read = read("Download.CSV", "PayPal activity", content);
    assert_eq!((read.ids(), read.total()), (vec!["T1", "T2"], "1000".to_owned()));
    assert_eq!(read.field("T1", "occurred_at"), "2026-03-01T09:05:33-08:00");
    assert_eq!(read.field("T2", "refund_of"), "T1");
    assert_eq!(
        read.why(),
        [("no money moved: Website Payment", "10".to_owned()), ("no sale: General Withdrawal", "-900".to_owned())]
    );
}

#[test]
fn wildberries_weekly_detail() {
    let content = "№;Предмет;Артикул поставщика;Название;Тип документа;Обоснование для оплаты;Дата заказа покупателем;Дата продажи;\
        Кол-во;Вайлдберриз реализовал  Товар (Пр);Srid\n\
        1;Чай;T1;Чай зелёный;Продажа;Продажа;2026-03-01;2026-03-03;1;499,50;s1\n\
        2;Чай;T1;Чай зелёный;Возврат;Возврат;2026-03-01;2026-03-05;1;499,50;s1\n\
        3;Чай;T1;Чай чёрный;Продажа;Продажа;2026-03-01;2026-03-03;2;700,00;s2\n\
        4;;;;;Логистика;2026-03-01;2026-03-03;0;0;s2\n\
        5;;;;;Хранение;;;0;0;\n";
    let read = read("detail.csv", "Wildberries weekly detail", content);
    assert_eq!((read.ids(), read.total()), (vec!["s1", "s1-refund", "s2"], "700".to_owned()));
    assert_eq!(read.why().len(), 2);
    assert_eq!(read.field("s2", "occurred_at"), "2026-03-03T00:00:00+03:00");
}

#[test]
fn deals_of_crms() {
    let content = "ID;Воронка;Стадия сделки;Название сделки;Сумма;Валюта;Контакт;Дата создания;Контакт: ID;Товар;Цена;Количество\n\
        7;Общая;Сделка успешна;Ремонт;1000.00;Российский рубль;Анна;01.03.2026 12:34:56;55;Работа;600.00;1\n\
        7;Общая;Сделка успешна;Ремонт;1000.00;Российский рубль;Анна;01.03.2026 12:34:56;55;Детали;200.00;2\n\
        8;Общая;Сделка провалена;Окна;500.00;RUB;Иван;01.03.2026 12:34:56;56;;;\n\
        9;Общая;В работе;Дверь;300.00;RUB;Иван;01.03.2026 12:34:56;56;;;\n";
    let bitrix = read("DEAL.csv", "Bitrix24 deals", content);
    assert_eq!((bitrix.ids(), bitrix.amounts("7")), (vec!["7", "8", "9"], vec!["600".to_owned(), "400".to_owned()]));
    assert_eq!((bitrix.field("7", "currency"), bitrix.field("7", "customer_id")), ("RUB", "55"));
    assert_eq!(bitrix.statuses(), [("8", "cancelled"), ("9", "pending")]);
    assert_eq!((bitrix.total().as_str(), bitrix.amounts("8")), ("1000", vec!["500".to_owned()]));

    // "Excel" of the same program is HTML.
    let row = |cells: &str| format!("<tr><td>{}</td></tr>", cells.replace(';', "</td><td>"));
    let html = format!("<html><table>{}</table></html>", content.lines().map(row).collect::<String>());
    let excel = read("DEAL.xls", "Bitrix24 deals", &html);
    assert_eq!(excel.records, bitrix.records);

    let content = "ID,Название сделки,Бюджет ,Ответственный,Дата создания,Дата закрытия,Этап сделки,Воронка,Основной контакт,\
        Рабочий телефон (контакт),Телефон,Телефон\n\
        1,Сайт,50000,Пётр,01.03.2026 12:34:56,05.03.2026 10:00:00,Успешно реализовано,Продажи,Анна,+7 900 000-00-00,,\n\
        2,Лого,1000,Пётр,01.03.2026 12:34:56,05.03.2026 10:00:00,Закрыто и не реализовано,Продажи,Иван,,,\n";
    let amo = read("deals.csv", "amoCRM deals", content);
    assert_eq!((amo.ids(), amo.total()), (vec!["1", "2"], "50000".to_owned()));
    assert_eq!(amo.statuses(), [("2", "cancelled")]);
    assert_eq!(amo.field("1", "occurred_at"), "2026-03-05T10:00:00");
    assert_eq!(amo.field("1", "customer_id"), "+7 900 000-00-00");
}

#[test]
fn orders_of_1c_in_commerceml() {
    let line = |id: &str, name: &str, quantity: &str, sum: &str, discount: &str| {
        format!(
            "<Товар><Ид>{id}</Ид><Артикул>A-{id}</Артикул><Наименование>{name}</Наименование>\
             <ЦенаЗаЕдиницу>1</ЦенаЗаЕдиницу><Количество>{quantity}</Количество><Сумма>{sum}</Сумма>{discount}</Товар>"
        )
    };
    let off = "<Скидки><Скидка><Наименование>5%</Наименование><Сумма>10.00</Сумма>\
               <УчтеноВСумме>false</УчтеноВСумме></Скидка></Скидки>";
    let document = |id: &str, operation: &str, lines: &str, more: &str| {
        format!(
            "<Документ><Ид>{id}</Ид><Номер>N{id}</Номер><Дата>2026-03-01</Дата><Время>09:05:00</Время>\
             <ХозОперация>{operation}</ХозОперация><Роль>Продавец</Роль><Валюта>руб</Валюта><Сумма>0</Сумма>\
             <Контрагенты><Контрагент><Ид>k7</Ид><Наименование>Анна &amp; Ко</Наименование><Контакты><Контакт>\
             <Тип>Почта</Тип><Значение>a@x.ru</Значение></Контакт></Контакты></Контрагент></Контрагенты>\
             <Товары>{lines}</Товары>{more}</Документ>"
        )
    };
    let delivery = line("ORDER_DELIVERY", "Доставка", "1", "300", "");
    let tea = line("1", "Чай, \"зелёный\"", "1.482", "148.2", "");
    let first =
        document("1", "Заказ товара", &format!("{tea}{}{delivery}", line("2", "Чашка", "2.000", "1 210,00", off)), "");
    let cancelled = "<ЗначенияРеквизитов><ЗначениеРеквизита><Наименование>Отменен</Наименование><Значение>true</Значение>\
                     </ЗначениеРеквизита></ЗначенияРеквизитов>";
    let second = document("2", "Заказ товара", &line("2", "Чашка", "1", "600", ""), cancelled);
    let payment = document("3", "Выплата безналичных денег", "", "");
    let back = document("4", "Возврат товара от покупателя", &line("2", "Чашка", "1", "600", ""), "");
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"windows-1251\"?>\n<КоммерческаяИнформация ВерсияСхемы=\"2.05\">\
         {first}{second}<Контейнер>{payment}{back}</Контейнер></КоммерческаяИнформация>"
    );
    let (old, ..) = encoding_rs::WINDOWS_1251.encode(&xml);
    for bytes in [old.to_vec(), xml.replace("windows-1251", "UTF-8").into_bytes()] {
        let read = read_bytes("orders.xml", "1C CommerceML orders", &bytes);
        assert_eq!(read.ids(), ["1", "2", "4"]);
        assert_eq!(read.amounts("1"), ["148.2", "1200", "300"]);
        assert_eq!(read.records["1"]["items"][2]["kind"], "shipping");
        assert_eq!(read.records["2"]["status"], "cancelled");
        assert_eq!(decimal(&read.records["1"]["items"][0]["quantity"]).to_string(), "1.482");
        assert_eq!((read.field("1", "customer_id"), read.field("1", "currency")), ("k7", "RUB"));
        assert_eq!(read.field("1", "occurred_at"), "2026-03-01T09:05:00");
        assert_eq!(read.records["1"]["items"][0]["product"], "Чай, \"зелёный\"");
        assert_eq!(read.records["1"]["attributes"]["customer"], "Анна & Ко");
        assert_eq!(read.amounts("4"), ["-600"]);
        assert_eq!(read.why(), [("no sale: Выплата безналичных денег", "0".to_owned())]);
    }
}

#[test]
fn online_retail() {
    let content = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n\
        536365,85123A,\"LAMP, WHITE\",6,12/1/10 8:26,2.55,17850.0,United Kingdom\n\
        536365,71053,LANTERN,6,12/1/10 8:26,3.39,17850,United Kingdom\n\
        C536379,D,Discount,-1,12/13/10 9:41,27.5,14527.0,United Kingdom\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.csv");
    std::fs::write(&path, content).unwrap();
    let proposal = Import::propose(std::slice::from_ref(&path), &SourceOptions::default()).unwrap().unwrap();
    let options = ImportOptions { mapping: proposal.mapping, ..ImportOptions::new(proposal.table) };
    let batches: Vec<Batch> = Import::open(&path, options).unwrap().batches().unwrap().map(Result::unwrap).collect();
    let record: Value = serde_json::from_slice(batches[0].record(0).unwrap()).unwrap();
    assert_eq!(
        (batches[0].len(), &record["customer_id"], &record["occurred_at"]),
        (2, &Value::from("17850"), &Value::from("2010-12-01T08:26:00"))
    );
}
