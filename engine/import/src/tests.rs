//! Whole imports, from files to bodies.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    collections::BTreeMap,
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
};

use ::parquet::arrow::ArrowWriter;
use arrow::array::{ArrayRef, Float64Array, Int64Array, StringArray, TimestampNanosecondArray};
use kupets_core::{Result, schema::Table};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

mod unknown;

struct Temp(#[expect(dead_code, reason = "keeps the folder alive")] tempfile::TempDir, PathBuf);

fn file(name: &str, content: &str) -> Temp {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::File::create(&path).unwrap().write_all(content.as_bytes()).unwrap();
    Temp(folder, path)
}

fn options(table: Table, map: &str) -> ImportOptions {
    ImportOptions { mapping: parse_map(map).unwrap(), ..ImportOptions::new(table) }
}

fn batches(file: &Temp, options: ImportOptions) -> Vec<Batch> {
    Import::open(&file.1, options).unwrap().batches().unwrap().map(Result::unwrap).collect()
}

fn records(batches: &[Batch]) -> Vec<Value> {
    let lines = batches.iter().flat_map(|b| (0..b.len()).map(move |at| b.record(at).unwrap()));
    lines.map(|line| serde_json::from_slice(line).unwrap()).collect()
}

fn refused(batches: &[Batch]) -> Vec<Refused> {
    batches.iter().flat_map(|b| b.refused.clone()).collect()
}

const RETAIL_MAP: &str = "purchase_id=InvoiceNo,product_id=StockCode,product=Description,quantity=Quantity,\
     unit_price=UnitPrice,occurred_at=InvoiceDate,customer_id=CustomerID,attributes.country=Country";

#[test]
fn lines_of_one_purchase_come_together_wherever_they_stand() {
    let file = file(
        "sales.csv",
        "purchase_id,customer_id,product,quantity,unit_price,occurred_at,channel,Shop No\n\
         A,7,tea,2,1.50,2024-01-02 10:00,web,1\n\
         B,,cup,1,3,2024-01-03,,1\n\
         A,7,\"milk, whole\",1,0.990,2024-01-02 09:00,,1\n",
    );
    let batches = batches(&file, options(Table::Purchases, "attributes.shop=Shop No"));
    assert_eq!(
        records(&batches),
        [
            json!({"purchase_id":"A","customer_id":"7","occurred_at":"2024-01-02T09:00:00","channel":"web",
                   "items":[{"product":"tea","quantity":2,"unit_price":serde_json::from_str::<Value>("1.5").unwrap()},
                            {"product":"milk, whole","quantity":1,"unit_price":serde_json::from_str::<Value>("0.99").unwrap()}],
                   "attributes":{"shop":"1"}}),
            json!({"purchase_id":"B","occurred_at":"2024-01-03","items":[{"product":"cup","quantity":1,"unit_price":3}],
                   "attributes":{"shop":"1"}}),
        ]
    );
    assert_eq!(batches[0].rows_of(0), [1, 3]);
    assert_eq!((batches[0].row_count(), batches[0].len()), (3, 2));
}

#[test]
fn lines_that_disagree_are_refused_with_their_rows() {
    let file = file(
        "sales.csv",
        "purchase_id,customer_id,currency,amount\nA,1,EUR,5\nB,1,EUR,5\nA,2,EUR,6\nC,1,EUR,1\nC,1,USD,1\nD,1,EUR,1.23456\n,1,EUR,3\n",
    );
    let batches = batches(&file, options(Table::Purchases, ""));
    assert_eq!(records(&batches).len(), 1);
    let refused = refused(&batches);
    assert_eq!(
        refused.iter().map(|r| r.record_id.as_deref()).collect::<Vec<_>>(),
        [Some("A"), Some("C"), Some("D"), None]
    );
    assert_eq!(refused[0].rows, [1, 3]);
    assert_eq!((refused[0].faults[0].row, refused[0].faults[0].field.as_str()), (3, "customer_id"));
    assert!(refused[0].faults[0].message.contains("\"1\" in row 1, \"2\" in row 3"));
    assert_eq!(refused[1].faults[0].field, "currency");
    assert_eq!(refused[2].faults[0].field, "amount");
    assert_eq!(refused[3].faults[0].field, "purchase_id");
    assert_eq!(refused[2].source, r#"{"purchase_id":"D","customer_id":"1","currency":"EUR","amount":"1.23456"}"#);
}

#[test]
fn a_bad_line_refuses_its_whole_purchase() {
    let file = file("sales.csv", "purchase_id,amount\nA,5\nA,five\nA,6,7\nB,1\n");
    let batches = batches(&file, options(Table::Purchases, ""));
    assert_eq!(records(&batches), [json!({"purchase_id":"B","items":[{"amount":1}]})]);
    assert_eq!(refused(&batches)[0].rows, [1, 2, 3]);
    assert!(refused(&batches)[0].faults[0].message.contains("3 cells and the header 2"));
}

#[test]
fn rows_without_an_id_get_one_that_stays() {
    let content = "customer_id,product,amount\n1,tea,5\n1,tea,5\n";
    let first = records(&batches(&file("day.csv", content), options(Table::Purchases, "")));
    let grown = records(&batches(&file("day.csv", &format!("{content}2,cup,6\n")), options(Table::Purchases, "")));
    let other = records(&batches(&file("other.csv", content), options(Table::Purchases, "")));
    assert_eq!(first[..], grown[..2], "what was there keeps its ids");
    assert_ne!(first[0]["purchase_id"], first[1]["purchase_id"], "equal rows are two purchases");
    assert_ne!(first[0]["purchase_id"], other[0]["purchase_id"], "another file is other purchases");
}

#[test]
fn an_unclosed_quote_moves_no_money() {
    let file = file(
        "sales.csv",
        "purchase_id;customer_id;occurred_at;product;amount\no1;c1;2026-03-01;\"call before 6;10,00\n\
         o2;c2;2026-03-02;5\" screws;20,00\n",
    );
    let batches = batches(&file, options(Table::Purchases, ""));
    assert_eq!(
        records(&batches),
        [json!({"purchase_id":"o2","customer_id":"c2","occurred_at":"2026-03-02",
                "items":[{"product":"5\" screws","amount":20}]})]
    );
    let refused = refused(&batches);
    assert_eq!((refused.len(), refused[0].record_id.as_deref()), (1, Some("o1")));
    assert!(refused[0].faults[0].message.contains("quote is not closed"));
}

/// Amounts of all lines, and the reasons of what is refused.
fn amounts(content: &str, options: ImportOptions) -> (Vec<String>, Vec<String>) {
    let batches = batches(&file("a.csv", content), options);
    let items = records(&batches).into_iter().flat_map(|r| r["items"].as_array().unwrap().clone());
    let reasons = refused(&batches).into_iter().map(|r| r.faults[0].message.clone());
    (items.map(|line| line["amount"].to_string()).collect(), reasons.collect())
}

#[test]
fn numbers_are_read_by_all_numbers_of_the_file() {
    let plain = || options(Table::Purchases, "");
    let (read, refused) = amounts("purchase_id;amount\n1;1.482\n2;89,90\n3;(15,00)\n4;1 234,50 р.\n", plain());
    assert_eq!((read, refused), (["1482", "89.9", "-15", "1234.5"].map(str::to_owned).to_vec(), vec![]));
    let (read, _) = amounts("purchase_id,amount\n1,\"$1,010.00\"\n2,-$6.00\n3,\"2,318.00\"\n4,\"1,482\"\n", plain());
    assert_eq!(read, ["1010", "-6", "2318", "1482"]);
    // Another column has a vote.
    let (read, _) = amounts("purchase_id;amount;unit_price\n1;1.482;7,5\n", plain());
    assert_eq!(read, ["1482"]);
    let content = "purchase_id;amount\n1;1.482\n2;12\n";
    let (read, refused) = amounts(content, plain());
    assert_eq!(read, ["12"]);
    assert!(refused[0].contains("--decimal-comma"), "{refused:?}");
    let comma = ImportOptions { decimal_mark: Some(DecimalMark::Comma), ..plain() };
    assert_eq!(amounts(content, comma).0, ["1482", "12"]);
    let rounded = ImportOptions { round: true, ..plain() };
    assert_eq!(amounts("purchase_id,quantity,unit_price\n1,3,0.33335\n2,0.33,0.333\n", rounded).0, ["null", "0.1099"]);
}

#[test]
fn a_row_without_its_time_is_refused_and_sums_do_not_count() {
    let content = "purchase_id,occurred_at,amount\n1,2026-03-01,5\n2,,7\nTotal,,12\n";
    let (read, refused) = amounts(content, options(Table::Purchases, ""));
    assert_eq!(read, ["5"]);
    assert_eq!(refused.len(), 1);
    assert!(refused[0].contains("it is empty"), "{refused:?}");
    // Even where nothing but the word tells them.
    assert_eq!(amounts("product,amount\na,5\nb,7\nTotal,12\n", options(Table::Purchases, "")).0, ["5", "7"]);
    assert_eq!(
        amounts("purchase_id;amount\na;5\nИтого;5\nb;7\nИтого:;7\n", options(Table::Purchases, "")).0,
        ["5", "7"]
    );
}

#[test]
fn ids_saved_as_floats_are_whole() {
    let content = "purchase_id,customer_id,amount\n1,13085.0,5\n1,13085,5\n2,,6\n";
    let customers = |options| -> Vec<Value> {
        records(&batches(&file("a.csv", content), options)).iter().map(|r| r["customer_id"].clone()).collect()
    };
    assert_eq!(customers(options(Table::Purchases, "")), [json!("13085"), Value::Null]);
    let kept = ImportOptions { keep_ids: true, ..options(Table::Purchases, "purchase_id=") };
    assert_eq!(customers(kept), [json!("13085.0"), json!("13085"), Value::Null]);
    let mixed = "customer_id\n1.0\nx.0\n";
    let made = records(&batches(&file("a.csv", mixed), options(Table::Customers, "")));
    assert_eq!(made[0]["customer_id"], "1.0", "they are versions, not floats");
}

#[test]
fn times_in_two_columns_and_their_zones() {
    let times = |content: &str, options: ImportOptions| -> Vec<Value> {
        records(&batches(&file("a.csv", content), options)).iter().map(|r| r["occurred_at"].clone()).collect()
    };
    let content = "Date,Time,Time Zone,amount\n2026-03-01,09:05:33,Eastern Time (US & Canada),5\n\
                   2026-07-01,9:05,Pacific Time (US & Canada),5\n2026-07-01,09:05,,5\n";
    assert_eq!(
        times(content, options(Table::Purchases, "occurred_at=Date+Time,time_zone=Time Zone")),
        ["2026-03-01T09:05:33-05:00", "2026-07-01T09:05:00-07:00", "2026-07-01T09:05:00"]
    );
    let named = ImportOptions {
        time_zone: Some("Europe/Moscow".to_owned()),
        ..options(Table::Purchases, "occurred_at=Date+Time")
    };
    assert_eq!(times(content, named)[0], "2026-03-01T09:05:33+03:00");
    let utc = "Created date (UTC),amount\n2026-03-01 09:05,5\n2026-03-01 09:05 +0100,5\n";
    assert_eq!(
        times(utc, options(Table::Purchases, "occurred_at=Created date (UTC)")),
        ["2026-03-01T09:05:00Z", "2026-03-01T09:05:00+01:00"]
    );
    let american = "when,amount\n12/1/10 8:26,5\n12/13/10 8:26,5\n";
    assert_eq!(
        times(american, options(Table::Purchases, "occurred_at=when")),
        ["2010-12-01T08:26:00", "2010-12-13T08:26:00"]
    );
    let wrong = ImportOptions { time_zone: Some("Mars".to_owned()), ..options(Table::Purchases, "") };
    let error = Import::open(&file("a.csv", content).1, wrong).unwrap_err();
    assert!(error.to_string().contains("--time-zone"), "{error}");
}

#[test]
fn statuses_kinds_and_what_lines_cost() {
    let content = "purchase_id;Статус;amount;Тип;Себестоимость;Скидка;НДС;Размер;Система;Возврат к\n\
                   1;Оплачен;90;Товар;50;10;22%;XL;1С;\n\
                   1;Оплачен;5;Доставка;;;;;1С;\n\
                   2;Отменён;20;;;;без НДС;;1С;\n\
                   3;возвращён;-90;товар;-50;;;;1С;1.0\n\
                   4;purple;5;;;;;;1С;\n";
    let map = "status=Статус,kind=Тип,cost=Себестоимость,discount=Скидка,vat_rate=НДС,variant=Размер,source=Система,\
               refund_of=Возврат к";
    let made = batches(&file("a.csv", content), options(Table::Purchases, map));
    let read = records(&made);
    assert_eq!(
        read[0],
        json!({"purchase_id":"1","status":"completed","source":"1С","items":[
            {"amount":90,"kind":"product","cost":50,"discount":10,"vat_rate":22,"variant":"XL"},
            {"amount":5,"kind":"shipping"}]})
    );
    assert_eq!((&read[1]["status"], &read[1]["items"][0]["vat_rate"]), (&json!("cancelled"), &json!(0)));
    assert_eq!((&read[2]["status"], &read[2]["refund_of"]), (&json!("completed"), &json!("1")));
    assert_eq!(read.len(), 3);
    let told = refused(&made);
    assert!(told[0].faults[0].message.contains("\"purple\" is no status"), "{told:?}");
    assert!(!made[0].record(0).unwrap().is_empty() && made[0].as_other.is_empty());
}

#[test]
fn opposite_signs_are_money_without_goods() {
    let content = "purchase_id,quantity,amount,kind\n1,1,-5,\n2,-1,-5,\n3,-2,5,service\n4,1,-5,discount\n5,0,-5,\n";
    let made = batches(&file("a.csv", content), options(Table::Purchases, ""));
    let kinds: Vec<Value> = records(&made).iter().map(|r| r["items"][0]["kind"].clone()).collect();
    assert_eq!(kinds, [json!("other"), Value::Null, json!("other"), json!("discount"), Value::Null]);
    assert_eq!(made[0].as_other, [1, 3]);
    assert_eq!(records(&made)[0]["items"][0]["quantity"], 1, "numbers stay as they are");
}

#[test]
fn attributes_of_lines_may_differ_if_a_person_says_so() {
    let content = "purchase_id,amount,shop\n1,5,a\n1,6,b\n1,7,a\n1,8,\n";
    let shop = |sharing| {
        let options = ImportOptions { attributes: sharing, ..options(Table::Purchases, "attributes.shop=shop") };
        records(&batches(&file("a.csv", content), options)).first().map(|r| r["attributes"]["shop"].clone())
    };
    assert_eq!(shop(Sharing::Agree), None);
    assert_eq!(shop(Sharing::First), Some(json!("a")));
    assert_eq!(shop(Sharing::Join), Some(json!("a, b")));
    assert_eq!(shop(Sharing::Line), Some(json!(["a", "b", "a", null])));
    let alike = file("a.csv", "purchase_id,amount,shop\n1,5,a\n1,6,a\n1,7,\n");
    let options = ImportOptions { attributes: Sharing::Line, ..options(Table::Purchases, "attributes.shop=shop") };
    assert_eq!(records(&batches(&alike, options))[0]["attributes"]["shop"], "a");
}

#[test]
fn what_stands_above_the_header_and_columns_of_one_name() {
    let content = "Sales of March\n\nOrder;When;Sum;Note;Note\n1;01.03.2026 9:05;5,50;a;b\n";
    let map = "purchase_id=Order,occurred_at=When,amount=Sum";
    let record = |map: &str| records(&batches(&file("a.csv", content), options(Table::Purchases, map)))[0].clone();
    assert_eq!(record(map)["occurred_at"], "2026-03-01T09:05:00");
    assert_eq!(record(&format!("{map},attributes.note=Note#2"))["attributes"]["note"], "b");
    let error = Import::open(&file("a.csv", content).1, options(Table::Purchases, &format!("{map},channel=Note")));
    assert!(error.unwrap_err().to_string().contains("Note#2"));
}

#[test]
fn several_files_are_one_import() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let first = "purchase_id,customer_id,product,amount,occurred_at\nA,7,tea,1.50,2026-03-01\nB,8,cup,3,2026-03-02\n";
    let second = "occurred_at;amount;product;purchase_id;customer_id;channel\n2026-02-28;4,25;pot;A;;web\n2026-03-02;3,00;cup;B;8;\n";
    let paths = [write("a.csv", first.as_bytes()), write("b.csv", second.as_bytes())];
    let open = |paths: &[PathBuf], map: &str| Import::open_all(paths, options(Table::Purchases, map));
    let all: Vec<Batch> = open(&paths, "channel=").unwrap().batches().unwrap().map(Result::unwrap).collect();
    let read = records(&all);
    assert_eq!(
        (read.len(), read[0]["occurred_at"].as_str(), read[0]["customer_id"].as_str()),
        (2, Some("2026-02-28"), Some("7"))
    );
    let sums: Vec<Vec<String>> = read
        .iter()
        .map(|record| record["items"].as_array().unwrap().iter().map(|line| line["amount"].to_string()).collect())
        .collect();
    // A row that the other file writes in another way is another row.
    assert_eq!(sums, [vec!["1.5", "4.25"], vec!["3", "3"]]);
    assert_eq!(
        all[0].rows_of(0).iter().map(|row| all[0].place(*row)).collect::<Vec<_>>(),
        [(Some("a.csv"), 1), (Some("b.csv"), 1)]
    );
    let lacking = open(&paths, "").unwrap_err().to_string();
    assert!(lacking.contains("a.csv has no column \"channel\""), "{lacking}");

    // An archive of them is the same.
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in [("x/b.csv", second), ("x/a.csv", first)] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    let archive = write("orders.zip", &zip.finish().unwrap().into_inner());
    let packed = open(&[archive], "channel=").unwrap();
    assert_eq!(packed.files(), ["a.csv", "b.csv"]);
    let packed: Vec<Batch> = packed.batches().unwrap().map(Result::unwrap).collect();
    assert_eq!(records(&packed), read);
}

#[test]
fn rows_of_two_files_that_do_not_fit_into_memory_come_together() {
    let folder = tempfile::tempdir().unwrap();
    let part = |from: u32, lines: u32| -> String {
        let rows = (from..from + 3_000).flat_map(|id| (0..lines).map(move |line| format!("{id},{line},1\n")));
        format!("purchase_id,product,amount\n{}", rows.collect::<String>())
    };
    let paths = ["a.csv", "b.csv"].map(|name| folder.path().join(name));
    std::fs::write(&paths[0], part(0, 2)).unwrap();
    std::fs::write(&paths[1], part(2_000, 3)).unwrap();
    let options = ImportOptions { memory_bytes: 10_000, ..ImportOptions::new(Table::Purchases) };
    let all: Vec<Batch> = Import::open_all(&paths, options).unwrap().batches().unwrap().map(Result::unwrap).collect();
    let lines: usize = records(&all).iter().map(|record| record["items"].as_array().unwrap().len()).sum();
    // A thousand orders are in both: two of their three lines are the same.
    assert_eq!((records(&all).len(), lines), (5_000, 2_000 * 2 + 3_000 * 3));
    assert_eq!(all.iter().map(|batch| batch.repeated).sum::<u64>(), 2_000);
}

#[test]
fn rows_without_ids_have_the_same_ones_alone_and_beside_others() {
    let folder = tempfile::tempdir().unwrap();
    let paths = ["a.csv", "b.csv"].map(|name| folder.path().join(name));
    std::fs::write(&paths[0], "product,amount\ntea,5\n").unwrap();
    std::fs::write(&paths[1], "product,amount\ncup,6\n").unwrap();
    let of = |paths: &[PathBuf]| -> Vec<Value> {
        let import = Import::open_all(paths, options(Table::Purchases, "")).unwrap();
        records(&import.batches().unwrap().map(Result::unwrap).collect::<Vec<_>>())
    };
    assert_eq!(of(&paths), [of(&paths[..1]), of(&paths[1..])].concat());
}

#[test]
fn order_totals_that_rows_repeat_are_taken_once() {
    let content = "Номер заказа;Дата;Клиент;Товар;Количество;Сумма заказа\n\
        1;01.03.2026;Анна;Чай;2;100,00\n1;01.03.2026;Анна;Чашка;1;100,00\n2;02.03.2026;Иван;Чай;1;35,50\n";
    let (shown, read) = guessed(content.as_bytes());
    assert!(shown.contains("order_total=Сумма заказа") && !shown.contains(",amount="), "{shown}");
    let amounts = |record: &Value| -> Vec<String> {
        record["items"].as_array().unwrap().iter().map(|line| line["amount"].to_string()).collect()
    };
    assert_eq!(
        (amounts(&read[0]), amounts(&read[1])),
        (vec!["66.67".to_owned(), "33.33".to_owned()], vec!["35.5".to_owned()])
    );
    // Prices of lines say it better.
    let content = "Order;Date;Item;Qty;Price;Total\n1;2026-03-01;tea;2;20.00;50.00\n1;2026-03-01;cup;1;10.00;50.00\n";
    let (shown, read) = guessed(content.as_bytes());
    assert!(shown.contains("unit_price=Price") && !shown.contains("Total"), "{shown}");
    assert_eq!(read[0]["items"].as_array().unwrap().len(), 2);
    // Lines that happen to cost the same are lines.
    let content = "Order;Date;Item;Amount\n1;2026-03-01;tea;20.00\n1;2026-03-01;cup;20.00\n";
    assert!(guessed(content.as_bytes()).0.contains("amount=Amount"));
    let priced = "purchase_id,product,quantity,unit_price,Paid\n1,tea,1,60,90\n1,cup,2,20,90\n2,tea,1,60,\n3,tea,1,60,5\n3,tea,1,60,6\n";
    let made = batches(&file("a.csv", priced), options(Table::Purchases, "order_total=Paid"));
    assert_eq!(amounts(&records(&made)[0]), ["54", "36"]);
    let reasons: Vec<String> = refused(&made).iter().map(|one| one.faults[0].message.clone()).collect();
    assert!(reasons[0].contains("empty") && reasons[1].contains("disagree"), "{reasons:?}");
}

#[test]
fn a_column_has_a_mark_of_its_own_where_the_file_has_both() {
    let content = "purchase_id;quantity;amount\n1;1.5;\"1.234,50\"\n2;2.125;1.482\n3;1.250;10,00\n";
    let made = batches(&file("a.csv", content), options(Table::Purchases, ""));
    assert_eq!(refused(&made), []);
    let read: Vec<(String, String)> = records(&made)
        .iter()
        .map(|record| (record["items"][0]["quantity"].to_string(), record["items"][0]["amount"].to_string()))
        .collect();
    let wanted = [("1.5", "1234.5"), ("2.125", "1482"), ("1.25", "10")];
    assert_eq!(read, wanted.map(|(quantity, amount)| (quantity.to_owned(), amount.to_owned())));
}

/// What a file that nothing is known of is taken for, read by that.
fn guessed(content: &[u8]) -> (String, Vec<Value>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    std::fs::write(&path, content).unwrap();
    let proposal = Import::propose(std::slice::from_ref(&path), &SourceOptions::default()).unwrap().unwrap();
    let mapping = proposal.mapping;
    let shown = mapping.iter().map(|(field, column)| format!("{field}={column}")).collect::<Vec<_>>().join(",");
    let options = ImportOptions { mapping, ..ImportOptions::new(proposal.table) };
    (shown, records(&batches(&Temp(folder, path), options)))
}

#[test]
fn csv_as_excel_writes_it_in_russian_and_english() {
    let russian = "Отчёт за март;;;;\r\nНомер заказа;Дата;Клиент;Товар;Сумма\r\n\
                   1001;01.03.2026 9:05;Анна;\"Лампа; белая\";1\u{a0}234,50 р.\r\n1002;1.3.26;Иван;Чашка;1.482\r\nИтого;;;;2 716,50\r\n";
    let (old, ..) = encoding_rs::WINDOWS_1251.encode(russian);
    for content in [old.to_vec(), format!("\u{feff}{russian}").into_bytes()] {
        let (mapping, records) = guessed(&content);
        assert_eq!(mapping, "purchase_id=Номер заказа,customer_id=Клиент,occurred_at=Дата,product=Товар,amount=Сумма");
        assert_eq!(records.len(), 2, "the row of totals is none");
        assert_eq!(records[0]["occurred_at"], "2026-03-01T09:05:00");
        assert_eq!(
            records[0]["items"][0],
            json!({"product":"Лампа; белая","amount":serde_json::from_str::<Value>("1234.5").unwrap()})
        );
        assert_eq!(
            (&records[1]["occurred_at"], &records[1]["items"][0]["amount"]),
            (&json!("2026-03-01"), &json!(1482))
        );
    }
    let english = "Order No,Order Date,Email,Item,Amount\r\n1001,3/1/2026 9:05,a@x.com,\"Lamp, white\",\"$1,010.00\"\r\n\
                   1002,3/13/2026 14:30,b@x.com,Mug,($6.50)\r\n";
    let (mapping, records) = guessed(english.as_bytes());
    assert_eq!(mapping, "purchase_id=Order No,customer_id=Email,occurred_at=Order Date,product=Item,amount=Amount");
    assert_eq!(
        (&records[0]["occurred_at"], &records[0]["items"][0]["amount"]),
        (&json!("2026-03-01T09:05:00"), &json!(1010))
    );
    assert_eq!(records[1]["items"][0]["amount"].to_string(), "-6.5");
}

#[test]
fn values_tell_what_names_do_not() {
    let content = "No;When;Who;What;N;Each;All\n5001;01.03.2026 9:05;a@x.ru;Лампа;2;150,50;301,00\n\
                   5002;02.03.2026 9:05;b@x.ru;Чашка;3;99,90;299,70\n";
    let (mapping, records) = guessed(content.as_bytes());
    let mut mapping: Vec<&str> = mapping.split(',').collect();
    mapping.sort_unstable();
    assert_eq!(
        mapping,
        [
            "amount=All",
            "customer_id=Who",
            "occurred_at=When",
            "product=What",
            "purchase_id=No",
            "quantity=N",
            "unit_price=Each"
        ]
    );
    assert_eq!(records[1]["items"][0]["amount"].to_string(), "299.7");
}

#[test]
fn customers_and_interactions_row_by_row() {
    let customers = file("c.csv", "Customer ID;Name;Tags;attributes.age;Notes\n1;Анна;vip,new;30;x\n;Иван;;;\n");
    let made = batches(&customers, options(Table::Customers, "attributes.note=Notes"));
    assert_eq!(
        records(&made),
        [json!({"customer_id":"1","name":"Анна","tags":["vip","new"],"attributes":{"note":"x","age":"30"}})]
    );
    assert_eq!(refused(&made)[0].faults[0], Fault::new(2, "customer_id", "it is empty".to_owned()));

    let calls = file("i.ndjson", "{\"kind\":\"call\",\"Customer\":17,\"when\":\"2024-01-01\",\"minutes\":2.50}\n");
    let made = batches(
        &calls,
        options(Table::Interactions, "customer_id=Customer,occurred_at=when,attributes.minutes=minutes"),
    );
    let body = String::from_utf8(made[0].body.clone()).unwrap();
    assert!(body.contains(r#""customer_id":"17""#) && body.contains(r#""minutes":2.50"#), "{body}");
    assert!(records(&made)[0]["interaction_id"].as_str().unwrap().len() == 32);
}

#[test]
fn whole_records_pass_as_they_are() {
    let lines =
        "{\"purchase_id\":\"1\",\"items\":[{\"amount\":1.10}]}\n{ \"items\":[{\"amount\":2}] }\n{}\nnope\n[1]\n";
    let made = batches(&file("p.ndjson", lines), options(Table::Purchases, ""));
    assert_eq!(made[0].record(0).unwrap(), b"{\"purchase_id\":\"1\",\"items\":[{\"amount\":1.10}]}");
    let records = records(&made);
    assert_eq!(records.len(), 3);
    assert_eq!(records[1]["purchase_id"].as_str().unwrap().len(), 32);
    assert_eq!(records[2].as_object().unwrap().len(), 1);
    assert_eq!(refused(&made).iter().map(|r| r.rows[0]).collect::<Vec<_>>(), [4, 5]);
}

#[test]
fn bodies_keep_to_their_limits_and_to_their_order() {
    let content: String = (0..100).map(|at| format!("{at},{}\n", "x".repeat(at))).collect();
    let file = file("c.csv", &format!("customer_id,name\n{content}"));
    let small = ImportOptions { batch_bytes: 300, batch_records: 7, ..options(Table::Customers, "") };
    let made = batches(&file, small.clone());
    assert!(made.len() > 15 && made.iter().enumerate().all(|(at, b)| b.number == at as u64));
    assert!(made.iter().all(|b| b.len() <= 7 && (b.body.len() <= 300 || b.len() == 1)));
    let ids: Vec<_> = records(&made).iter().map(|r| r["customer_id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids, (0..100).map(|at| at.to_string()).collect::<Vec<_>>());
    assert_eq!(made, batches(&file, small), "the same file gives the same batches");
    assert!((made.last().unwrap().share - 1.0).abs() < 1e-9);
}

#[test]
fn parquet_as_pandas_writes_it() {
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("InvoiceNo", Arc::new(StringArray::from(vec!["536365", "536365", "C1"]))),
        ("StockCode", Arc::new(StringArray::from(vec!["85123A", "71053", "M"]))),
        ("Description", Arc::new(StringArray::from(vec![Some("WHITE \"HEART\" "), None, Some("Manual")]))),
        ("Quantity", Arc::new(Int64Array::from(vec![6, 6, -1]))),
        ("InvoiceDate", Arc::new(TimestampNanosecondArray::from(vec![1_291_191_960_000_000_000; 3]))),
        ("UnitPrice", Arc::new(Float64Array::from(vec![2.55, 0.001, 3.39]))),
        ("CustomerID", Arc::new(Float64Array::from(vec![Some(17850.0), Some(17850.0), Some(f64::NAN)]))),
        ("Country", Arc::new(StringArray::from(vec!["United Kingdom", "United Kingdom", ""]))),
    ];
    let batch = arrow::array::RecordBatch::try_from_iter(columns).unwrap();
    let file = file("retail.parquet", "");
    let mut writer = ArrowWriter::try_new(std::fs::File::create(&file.1).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let made = batches(&file, options(Table::Purchases, RETAIL_MAP));
    assert_eq!(
        String::from_utf8(made[0].body.clone()).unwrap(),
        "{\"purchase_id\":\"536365\",\"occurred_at\":\"2010-12-01T08:26:00\",\"customer_id\":\"17850\",\"items\":[\
         {\"product_id\":\"85123A\",\"product\":\"WHITE \\\"HEART\\\" \",\"quantity\":6,\"unit_price\":2.55},\
         {\"product_id\":\"71053\",\"quantity\":6,\"unit_price\":0.001}],\"attributes\":{\"country\":\"United Kingdom\"}}\n\
         {\"purchase_id\":\"C1\",\"occurred_at\":\"2010-12-01T08:26:00\",\"items\":[\
         {\"product_id\":\"M\",\"product\":\"Manual\",\"quantity\":-1,\"unit_price\":3.39}]}\n"
    );
}

#[test]
fn mistakes_are_told_before_anything_is_read() {
    let error = |name: &str, content: &str, table, map: &str| {
        Import::open(&file(name, content).1, options(table, map)).unwrap_err().to_string()
    };
    assert!(error("a.csv", "", Table::Customers, "").contains("is empty"));
    assert!(error("a.json", "[{}", Table::Customers, "").contains("a.json"));
    assert!(error("a.csv", "x,y\n1,2\n", Table::Customers, "").contains("Columns of the file: x, y"));
    assert!(error("a.csv", "x,y\n1,2\n", Table::Interactions, "customer_id=x").contains("kind"));
    let none = Import::open(Path::new("no/such/file.csv"), options(Table::Customers, "")).unwrap_err();
    assert!(none.to_string().contains("no/such/file.csv"));
}

/// Purchases by id: the other fields, and the lines sorted.
fn by_id(batches: &[Batch]) -> BTreeMap<String, (Value, Vec<String>)> {
    let split = |mut record: Value| {
        let mut lines: Vec<String> = record["items"].as_array().unwrap().iter().map(Value::to_string).collect();
        lines.sort();
        record.as_object_mut().unwrap().remove("items");
        (record["purchase_id"].as_str().unwrap().to_owned(), (record, lines))
    };
    records(batches).into_iter().map(split).collect()
}

fn sales(rows: &[(u8, u8, u16)]) -> Temp {
    let lines: String = rows
        .iter()
        .map(|(id, day, amount)| format!("p{id},2024-01-{:02},{amount},c{}\n", day % 28 + 1, id % 5))
        .collect();
    file("sales.csv", &format!("purchase_id,occurred_at,amount,customer_id\n{lines}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_order_of_rows_gives_the_same_purchases(
        (rows, shuffled) in prop::collection::vec((0_u8..40, any::<u8>(), any::<u16>()), 1..200)
            .prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle()))
    ) {
        let straight = by_id(&batches(&sales(&rows), options(Table::Purchases, "")));
        prop_assert_eq!(&straight, &by_id(&batches(&sales(&shuffled), options(Table::Purchases, ""))));
        let lines: usize = straight.values().map(|(_, lines)| lines.len()).sum();
        prop_assert_eq!(lines, rows.len(), "no line is lost");
    }

    #[test]
    fn temporary_files_change_nothing(rows in prop::collection::vec((0_u8..255, any::<u8>(), any::<u16>()), 1..500)) {
        let file = sales(&rows);
        let spilled = ImportOptions { memory_bytes: 1, ..options(Table::Purchases, "") };
        let sorted = |batches: &[Batch]| {
            let mut records: Vec<String> = records(batches).iter().map(Value::to_string).collect();
            records.sort();
            records
        };
        // Lines within a purchase keep their order too.
        prop_assert_eq!(sorted(&batches(&file, options(Table::Purchases, ""))), sorted(&batches(&file, spilled)));
    }
}

#[test]
fn many_rows_go_through_temporary_files_in_several_deals() {
    let rows: String = (0..300_000_u32).map(|at| format!("p{},{at},c{}\n", at % 70_001, at % 70_001)).collect();
    let file = file("sales.csv", &format!("purchase_id,amount,customer_id\n{rows}"));
    let spilled = batches(&file, ImportOptions { memory_bytes: 1 << 20, ..options(Table::Purchases, "") });
    let lines = |batches: &[Batch]| {
        let all = batches.iter().flat_map(|b| (0..b.len()).map(move |at| b.record(at).unwrap().to_vec()));
        let mut all: Vec<Vec<u8>> = all.collect();
        all.sort();
        all
    };
    assert_eq!(spilled.iter().map(Batch::row_count).sum::<usize>(), 300_000);
    assert_eq!(lines(&spilled), lines(&batches(&file, options(Table::Purchases, ""))));
    let shares: Vec<f64> = spilled.iter().map(|b| b.share).collect();
    assert!(shares.is_sorted() && shares[0] < 0.5);
}

/// The real thing, where the data is at hand: counts and the sum that the whole project has to reproduce.
#[test]
fn online_retail_is_read_exactly() {
    let folder =
        std::env::var_os("KUPETS_SHARED_DATA").map_or_else(|| PathBuf::from("../../../shared/data"), PathBuf::from);
    let path = folder.join("online_retail.parquet");
    if !path.exists() {
        eprintln!("SKIPPED: no {}; set KUPETS_SHARED_DATA to the folder that holds it", path.display());
        return;
    }
    let started = std::time::Instant::now();
    let all: Vec<Batch> = Import::open(&path, options(Table::Purchases, RETAIL_MAP))
        .unwrap()
        .batches()
        .unwrap()
        .map(Result::unwrap)
        .collect();
    eprintln!("read, grouped and encoded in {:?}, {} bodies", started.elapsed(), all.len());
    assert_eq!(refused(&all), []);
    assert_eq!(all.iter().map(Batch::len).sum::<usize>(), 25_900);
    assert_eq!(all.iter().map(Batch::row_count).sum::<usize>(), 541_909);
    let mut revenue = rust_decimal::Decimal::ZERO;
    let mut customers = std::collections::HashSet::new();
    for record in records(&all) {
        customers.extend(record["customer_id"].as_str().map(str::to_owned));
        for line in record["items"].as_array().unwrap() {
            let number = |name: &str| line[name].to_string().parse::<rust_decimal::Decimal>().unwrap();
            revenue += number("quantity") * number("unit_price");
        }
    }
    assert_eq!(customers.len(), 4_372);
    assert_eq!(revenue.normalize().to_string(), "9747747.934");
}
