//! Small workbooks, made here, read into records.
#![allow(clippy::unwrap_used)]

use std::{io::Write, path::PathBuf};

use kupets_core::schema::Table;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use serde_json::{Value, json};
use zip::{ZipWriter, write::SimpleFileOptions};

use super::super::{Batch, Import, ImportOptions, SourceOptions, parse_map};

struct Temp(#[expect(dead_code, reason = "keeps the folder alive")] tempfile::TempDir, PathBuf);

fn file(name: &str, content: &[u8]) -> Temp {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    Temp(folder, path)
}

/// Records, notes of the reading, and why rows are refused.
fn read(file: &Temp, map: &str) -> (Vec<Value>, String, Vec<String>) {
    let options = ImportOptions { mapping: parse_map(map).unwrap(), ..ImportOptions::new(Table::Purchases) };
    let import = Import::open(&file.1, options).unwrap();
    let notes = import.notes().join("\n");
    let batches: Vec<Batch> = import.batches().unwrap().map(Result::unwrap).collect();
    let lines = batches.iter().flat_map(|b| (0..b.len()).map(move |at| b.record(at).unwrap()));
    let records = lines.map(|line| serde_json::from_slice(line).unwrap()).collect();
    let refused = batches.iter().flat_map(|b| &b.refused).map(|r| r.faults[0].message.clone());
    (records, notes, refused.collect())
}

const MAP: &str = "purchase_id=Order,customer_id=Client,occurred_at=Date,product=Item,amount=Sum";

/// A workbook with a hidden sheet before the one of sales, a merged title and a row of totals.
fn sales() -> Vec<u8> {
    let mut book = Workbook::new();
    let hidden = book.add_worksheet().set_name("old").unwrap();
    hidden.write(0, 0, "Order").unwrap();
    hidden.set_hidden(true);
    let sheet = book.add_worksheet().set_name("March").unwrap();
    sheet.set_active(true);
    let (day, clock) = (Format::new().set_num_format("dd.mm.yyyy"), Format::new().set_num_format("dd.mm.yyyy hh:mm"));
    sheet.merge_range(0, 0, 0, 4, "Sales of March", &Format::new()).unwrap();
    for (at, name) in ["Order", "Client", "Date", "Item", "Sum"].into_iter().enumerate() {
        sheet.write(2, u16::try_from(at).unwrap(), name).unwrap();
    }
    let date = ExcelDateTime::from_ymd(2026, 3, 1).unwrap();
    sheet.write(3, 0, 1001).unwrap();
    sheet.write(3, 1, "Anna").unwrap();
    sheet.write_with_format(3, 2, &date, &day).unwrap();
    sheet.write(3, 3, "Lamp, \"white\"\nlarge").unwrap();
    sheet.write(3, 4, 0.1 + 0.2).unwrap();
    let time = ExcelDateTime::from_ymd(2026, 3, 2).unwrap().and_hms(9, 5, 33).unwrap();
    sheet.write(5, 0, 1002).unwrap();
    sheet.write_with_format(5, 2, &time, &clock).unwrap();
    sheet.write(5, 4, 1.482).unwrap();
    sheet.write(6, 0, 1003).unwrap();
    sheet.write_with_format(6, 2, &date, &day).unwrap();
    sheet.write(6, 4, "89,90").unwrap();
    sheet.write(7, 0, "Total").unwrap();
    sheet.write(7, 4, Formula::new("=SUM(E4:E7)").set_result("91.682")).unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn the_first_visible_sheet_is_read_exactly() {
    let (records, notes, refused) = read(&file("sales.xlsx", &sales()), MAP);
    assert_eq!(refused, Vec::<String>::new());
    let exact = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(
        records,
        [
            json!({"purchase_id":"1001","customer_id":"Anna","occurred_at":"2026-03-01",
                   "items":[{"product":"Lamp, \"white\" large","amount":exact("0.3")}]}),
            json!({"purchase_id":"1002","occurred_at":"2026-03-02T09:05:33","items":[{"amount":exact("1.482")}]}),
            json!({"purchase_id":"1003","occurred_at":"2026-03-01","items":[{"amount":exact("89.9")}]}),
        ]
    );
    assert!(notes.contains("worksheet \"March\"") && notes.contains("\"old\" (hidden)"), "{notes}");
    assert!(notes.contains("rows of totals are left out"), "{notes}");
}

#[test]
fn whatever_its_name_and_in_an_archive() {
    let plain = read(&file("sales.xlsx", &sales()), MAP).0;
    assert_eq!(read(&file("sales.csv", &sales()), MAP).0, plain);
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("report.xlsx", SimpleFileOptions::default()).unwrap();
    zip.write_all(&sales()).unwrap();
    let zipped = zip.finish().unwrap().into_inner();
    let (records, notes, _) = read(&file("sales.zip", &zipped), MAP);
    assert_eq!(records, plain);
    assert!(notes.contains("report.xlsx of the archive"), "{notes}");
}

#[test]
fn a_sheet_is_named_or_counted() {
    let mut book = Workbook::new();
    for (name, sum) in [("January", 1), ("2", 2), ("Март ", 3), ("hidden", 4)] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        sheet.set_hidden(name == "hidden");
        for (at, head) in ["Order", "Sum"].into_iter().enumerate() {
            sheet.write(0, u16::try_from(at).unwrap(), head).unwrap();
        }
        sheet.write(1, 0, format!("o{sum}")).unwrap();
        sheet.write(1, 1, sum).unwrap();
    }
    let file = file("months.xlsx", &book.save_to_buffer().unwrap());
    let open = |sheet: Option<&str>| {
        let source = SourceOptions { sheet: sheet.map(str::to_owned), ..SourceOptions::default() };
        let mapping = parse_map("purchase_id=Order,amount=Sum").unwrap();
        Import::open(&file.1, ImportOptions { mapping, source, ..ImportOptions::new(Table::Purchases) })
    };
    let sum = |sheet: Option<&str>| {
        let batch = open(sheet).unwrap().batches().unwrap().next().unwrap().unwrap();
        serde_json::from_slice::<Value>(batch.record(0).unwrap()).unwrap()["items"][0]["amount"].clone()
    };
    assert_eq!([sum(None), sum(Some("март")), sum(Some("hidden")), sum(Some("1"))], [1, 3, 4, 1].map(Value::from));
    assert_eq!([sum(Some("2")), sum(Some("3"))], [2, 3].map(Value::from), "a name comes before a number");
    let notes = open(Some("January")).unwrap().notes().join("\n");
    assert!(notes.contains("--sheet") && notes.contains("\"hidden\" (hidden)"), "{notes}");
    let error = open(Some("May")).unwrap_err().to_string();
    assert!(error.contains("1 \"January\", 2 \"2\"") && error.contains("months.xlsx"), "{error}");
    let glance = Import::glance(std::slice::from_ref(&file.1), &SourceOptions::default(), 1).unwrap();
    assert_eq!(glance.sheets, ["January", "2", "Март ", "hidden"]);
}

#[test]
fn a_sheet_of_what_has_none_is_refused() {
    let options = ImportOptions {
        source: SourceOptions { sheet: Some("1".to_owned()), ..SourceOptions::default() },
        ..ImportOptions::new(Table::Purchases)
    };
    let error = Import::open(&file("a.csv", b"purchase_id,amount\n1,5\n").1, options).unwrap_err().to_string();
    assert!(error.contains("no workbook") && error.contains("--sheet"), "{error}");
}

#[test]
fn formulas_without_results_and_errors_are_told() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (at, name) in ["Order", "Client", "Sum"].into_iter().enumerate() {
        sheet.write(0, u16::try_from(at).unwrap(), name).unwrap();
    }
    for row in 1..4_u32 {
        sheet.write(row, 0, row).unwrap();
        let result = if row == 3 { "12.5" } else { "0" };
        sheet.write(row, 2, Formula::new("=2*6.25").set_result(result)).unwrap();
    }
    let (records, notes, _) =
        read(&file("a.xlsx", &book.save_to_buffer().unwrap()), "purchase_id=Order,customer_id=Client,amount=Sum");
    assert_eq!(records.len(), 3);
    assert!(notes.contains("2 of 3 formulas have no result or 0, the first in C2"), "{notes}");
}

#[test]
fn a_time_of_day_alone_is_no_moment() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let clock = Format::new().set_num_format("hh:mm:ss");
    for (at, name) in ["Order", "Day", "Clock", "Sum"].into_iter().enumerate() {
        sheet.write(0, u16::try_from(at).unwrap(), name).unwrap();
    }
    sheet.write(1, 0, "o1").unwrap();
    let day = ExcelDateTime::from_ymd(2026, 3, 1).unwrap();
    sheet.write_with_format(1, 1, &day, &Format::new().set_num_format("yyyy-mm-dd")).unwrap();
    sheet.write_with_format(1, 2, ExcelDateTime::from_hms(9, 5, 33).unwrap(), &clock).unwrap();
    sheet.write(1, 3, 5).unwrap();
    let file = file("a.xlsx", &book.save_to_buffer().unwrap());
    let (_, _, refused) = read(&file, "purchase_id=Order,occurred_at=Clock,amount=Sum");
    assert!(refused[0].contains("09:05:33"), "{refused:?}");
    let (records, ..) = read(&file, "purchase_id=Order,occurred_at=Day+Clock,amount=Sum");
    assert_eq!(records[0]["occurred_at"], "2026-03-01T09:05:33");
}

#[test]
fn workbooks_of_openoffice() {
    let cell = |attributes: &str, text: &str| {
        format!("<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>")
    };
    let text = |text: &str| cell("office:value-type=\"string\"", text);
    let header: String = ["Order", "Date", "Sum"].map(text).concat();
    let row = [
        text("o1"),
        cell("office:value-type=\"date\" office:date-value=\"2026-03-01T09:05:00\"", "01.03.26"),
        cell("office:value-type=\"float\" office:value=\"11.000000000000002\"", "11,00"),
    ]
    .concat();
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:spreadsheet>\
         <table:table table:name=\"Sheet1\"><table:table-row>{header}</table:table-row>\
         <table:table-row>{row}</table:table-row></table:table></office:spreadsheet></office:body>\
         </office:document-content>"
    );
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let manifest = "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>";
    let parts = [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", manifest),
        ("content.xml", content.as_str()),
    ];
    for (name, content) in parts {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    let ods = file("a.ods", &zip.finish().unwrap().into_inner());
    let (records, ..) = read(&ods, "purchase_id=Order,occurred_at=Date,amount=Sum");
    assert_eq!(records, [json!({"purchase_id":"o1","occurred_at":"2026-03-01T09:05:00","items":[{"amount":11}]})]);
}

#[test]
fn damaged_and_empty_workbooks_are_refused() {
    let error = |name: &str, content: &[u8]| {
        Import::open(&file(name, content).1, ImportOptions::new(Table::Purchases)).unwrap_err().to_string()
    };
    let mut cut = sales();
    cut.truncate(cut.len() / 2);
    assert!(error("cut.xlsx", &cut).contains("cut.xlsx"));
    assert!(error("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and nothing else").contains("old.xls"));
    let mut book = Workbook::new();
    book.add_worksheet();
    assert!(error("empty.xlsx", &book.save_to_buffer().unwrap()).contains("no worksheet"));
}
