//! Orders of 1C in CommerceML: rewritten as CSV with a row a line, which is then read by the rules of that export.

use std::{
    collections::HashMap,
    io::{BufRead, BufWriter, Write},
    path::Path,
};

use kupets_core::{Error, Result};
use quick_xml::{
    Reader,
    events::{BytesRef, Event},
};
use rust_decimal::Decimal;
use tempfile::NamedTempFile;

use super::{delimited::write_cell, error::unreadable, progress::Progress, text::TextFile};

/// The element that every such file has.
const ROOT: &str = "КоммерческаяИнформация";

/// Columns of a document, which its rows repeat.
const DOCUMENT: [&str; 13] = [
    "Ид документа",
    "Номер документа",
    "Дата",
    "Время",
    "ХозОперация",
    "Валюта",
    "Сумма документа",
    "Скидка документа",
    "Отменен",
    "Контрагент: Ид",
    "Контрагент",
    "E-mail",
    "Телефон",
];
/// Columns of a line.
const LINE: [&str; 7] =
    ["Товар: Ид", "Артикул", "Наименование товара", "Количество", "Цена за единицу", "Сумма строки", "Скидка строки"];

/// Whether an XML file is one, by its first bytes.
pub(super) fn is_commerceml(start: &[u8]) -> bool {
    let (old, ..) = encoding_rs::WINDOWS_1251.encode(ROOT);
    [ROOT.as_bytes(), old.as_ref()].iter().any(|root| start.windows(root.len()).any(|w| w == *root))
}

/// Rewrites the documents of a file; `path` is what a person calls the one that stands in `content`.
///
/// # Errors
/// It cannot be read, or has no documents.
pub(super) fn to_csv(path: &Path, content: &Path, start: &[u8]) -> Result<NamedTempFile> {
    let encoding = declared_encoding(start);
    let text = TextFile::open(content, Some(encoding.as_deref().unwrap_or("utf-8")))?;
    let mut reader = text.reader(&Progress::new(0))?;
    let file = NamedTempFile::new().map_err(|e| unreadable(path, &format!("no temporary file: {e}")))?;
    let out = file.reopen().map_err(|e| unreadable(path, &e))?;
    let documents = documents(reader.as_mut(), &mut BufWriter::new(out)).map_err(|why| unreadable(path, &why))?;
    if documents == 0 {
        let what = "CommerceML without documents of orders, such as a catalog";
        return Err(Error::invalid("import_format", format!("{} is {what}", path.display())));
    }
    Ok(file)
}

/// The encoding that the declaration of an XML file names.
pub(super) fn declared_encoding(start: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(start);
    let (declaration, _) = text.split_once("?>")?;
    let (_, rest) = declaration.split_once("encoding=")?;
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest[1..].split(quote).next().map(str::to_owned)
}

/// Writes a row for each line of each document, and returns how many documents there are.
fn documents(text: &mut dyn BufRead, out: &mut impl Write) -> Result<u64, String> {
    let room = |e: std::io::Error| format!("no temporary file: {e}");
    let header: Vec<&str> = DOCUMENT.iter().chain(&LINE).copied().collect();
    out.write_all(format!("{}\n", header.join(",")).as_bytes()).map_err(room)?;
    let mut xml = Reader::from_reader(text);
    let (mut buffer, mut value) = (Vec::new(), String::new());
    // Names of the elements that are open within the document.
    let mut path: Vec<String> = Vec::new();
    let (mut document, mut inside, mut count) = (Document::default(), false, 0);
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(|e| e.to_string())? {
            Event::Start(tag) => {
                value.clear();
                let name = tag.local_name().as_ref().to_owned();
                if inside {
                    path.push(name);
                    document.open(&path);
                } else {
                    inside = name == "Документ";
                }
            }
            Event::End(_) if inside && path.is_empty() => {
                document.write(out).map_err(room)?;
                (document, inside, count) = (Document::default(), false, count + 1);
            }
            Event::End(_) if inside => {
                document.close(&path, value.trim());
                path.pop();
                value.clear();
            }
            Event::Text(text) => value.push_str(&text.xml10_content()),
            Event::CData(text) => value.push_str(&text.xml10_content()),
            Event::GeneralRef(entity) => value.push_str(&character(&entity)),
            Event::Eof => break,
            _ => {}
        }
    }
    out.flush().map_err(room)?;
    if inside { Err("the file ends within a document: it is cut".to_owned()) } else { Ok(count) }
}

/// What an entity stands for.
pub(super) fn character(entity: &BytesRef<'_>) -> String {
    if let Ok(Some(known)) = entity.resolve_char_ref() {
        return known.to_string();
    }
    let name: &str = entity;
    let known = match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => return format!("&{name};"),
    };
    known.to_owned()
}

type Cells = HashMap<&'static str, String>;

/// A document that is being read.
#[derive(Debug, Default)]
struct Document {
    cells: Cells,
    lines: Vec<Cells>,
    /// Of the discount that is open: its sum, and that the sum above it is without it.
    discount: (String, bool),
    /// Name and value of the property that is open.
    property: (String, String),
}

impl Document {
    /// An element begins.
    fn open(&mut self, path: &[String]) {
        match names(path).as_slice() {
            ["Товары", "Товар"] => self.lines.push(Cells::new()),
            [.., "Скидки", "Скидка"] => self.discount = (String::new(), false),
            ["ЗначенияРеквизитов", "ЗначениеРеквизита"] => {
                self.property = Default::default()
            }
            _ => {}
        }
    }

    /// An element ends that holds this text.
    fn close(&mut self, path: &[String], text: &str) {
        match names(path).as_slice() {
            ["Ид"] => self.set("Ид документа", text),
            ["Номер"] => self.set("Номер документа", text),
            ["Дата"] => self.set("Дата", text),
            ["Время"] => self.set("Время", text),
            ["ХозОперация"] => self.set("ХозОперация", text),
            ["Валюта"] => self.set("Валюта", text),
            ["Сумма"] => self.set("Сумма документа", &exact(text)),
            ["ПометкаУдаления"] if is_true(text) => self.set("Отменен", "true"),
            ["Контрагенты", "Контрагент", "Ид"] => self.set("Контрагент: Ид", text),
            ["Контрагенты", "Контрагент", "Наименование" | "ПолноеНаименование"] => {
                self.set("Контрагент", text)
            }
            ["Контрагенты", "Контрагент", .., "Значение"] if text.contains('@') => {
                self.set("E-mail", text)
            }
            ["Контрагенты", "Контрагент", .., "Контакт", "Значение"] => {
                self.set("Телефон", text)
            }
            ["Товары", "Товар", name] => self.set_line(name, text),
            [.., "Скидки", "Скидка", "Сумма"] => self.discount.0 = exact(text),
            [.., "Скидки", "Скидка", "УчтеноВСумме"] => self.discount.1 = !is_true(text),
            ["Товары", "Товар", "Скидки", "Скидка"] => {
                let discount = self.taken_off();
                if let Some(line) = self.lines.last_mut() {
                    add(line, "Скидка строки", discount);
                }
            }
            ["Скидки", "Скидка"] => {
                let discount = self.taken_off();
                add(&mut self.cells, "Скидка документа", discount);
            }
            ["ЗначенияРеквизитов", "ЗначениеРеквизита", "Наименование"] => {
                self.property.0 = text.to_lowercase()
            }
            ["ЗначенияРеквизитов", "ЗначениеРеквизита", "Значение"] => {
                self.property.1 = text.to_lowercase()
            }
            ["ЗначенияРеквизитов", "ЗначениеРеквизита"] => self.take_property(),
            _ => {}
        }
    }

    /// The first value counts: of several counterparties the first is the buyer.
    fn set(&mut self, column: &'static str, text: &str) {
        if !text.is_empty() {
            self.cells.entry(column).or_insert_with(|| text.to_owned());
        }
    }

    fn set_line(&mut self, name: &str, text: &str) {
        let Some(line) = self.lines.last_mut() else { return };
        let (column, text) = match name {
            "Ид" => ("Товар: Ид", text.to_owned()),
            "Артикул" => ("Артикул", text.to_owned()),
            "Наименование" => ("Наименование товара", text.to_owned()),
            "Количество" => ("Количество", exact(text)),
            "ЦенаЗаЕдиницу" => ("Цена за единицу", exact(text)),
            "Сумма" => ("Сумма строки", exact(text)),
            _ => return,
        };
        line.entry(column).or_insert(text);
    }

    /// The discount that has ended, where the sum above it is without it.
    fn taken_off(&self) -> Decimal {
        let (sum, is_taken_off) = &self.discount;
        if *is_taken_off { sum.parse().unwrap_or_default() } else { Decimal::ZERO }
    }

    fn take_property(&mut self) {
        let (name, value) = &self.property;
        let cancelled = match name.as_str() {
            "отменен" | "отменён" | "заказ отменен" | "пометкаудаления" => {
                is_true(value)
            }
            "статус заказа" | "статус" => value.contains("отмен") || value.contains("аннулир"),
            _ => false,
        };
        if cancelled {
            self.set("Отменен", "true");
        }
    }

    fn write(&mut self, out: &mut impl Write) -> std::io::Result<()> {
        if let Some(number) = self.cells.get("Номер документа").cloned() {
            self.set("Ид документа", &number);
        }
        if self.lines.is_empty() {
            self.lines.push(Cells::new());
        }
        for line in &self.lines {
            let document = DOCUMENT.iter().map(|column| self.cells.get(column));
            let cells = document.chain(LINE.iter().map(|column| line.get(column)));
            for (at, cell) in cells.enumerate() {
                if at > 0 {
                    out.write_all(b",")?;
                }
                write_cell(out, cell.map_or("", String::as_str))?;
            }
            out.write_all(b"\n")?;
        }
        Ok(())
    }
}

fn names(path: &[String]) -> Vec<&str> {
    path.iter().map(String::as_str).collect()
}

fn add(cells: &mut Cells, column: &'static str, discount: Decimal) {
    let before: Decimal = cells.get(column).and_then(|text| text.parse().ok()).unwrap_or_default();
    // A sum that no decimal holds is one that the amounts do not hold either.
    let sum = before.checked_add(discount).unwrap_or(before);
    if !sum.is_zero() {
        cells.insert(column, exact(&sum.to_string()));
    }
}

fn is_true(text: &str) -> bool {
    matches!(text.to_lowercase().as_str(), "true" | "1" | "да" | "истина")
}

/// A number as no file can read it in two ways: the only mark of CommerceML separates fractions, and three digits after it
/// are written as four.
fn exact(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).map(|c| if c == ',' { '.' } else { c }).collect();
    let Ok(number) = plain.parse::<Decimal>() else { return text.to_owned() };
    let number = number.normalize();
    if number.scale() == 3 { format!("{number}0") } else { number.to_string() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn numbers_have_one_meaning() {
        for (text, expected) in [("1.000", "1"), ("1.482", "1.4820"), ("1 234,50", "1234.5"), ("много", "много")]
        {
            assert_eq!(exact(text), expected);
        }
    }

    #[test]
    fn encodings_are_declared() {
        let declared = |text: &str| declared_encoding(text.as_bytes());
        assert_eq!(declared("<?xml version='1.0' encoding='windows-1251'?><a>").as_deref(), Some("windows-1251"));
        assert_eq!(declared("<?xml version=\"1.0\"?><a>"), None);
        let (bytes, ..) = encoding_rs::WINDOWS_1251.encode("<КоммерческаяИнформация>");
        assert!(is_commerceml(&bytes) && is_commerceml("<КоммерческаяИнформация>".as_bytes()));
        assert!(!is_commerceml(b"<Workbook>"));
    }
}
