//! Several items in one cell, as in `2 x Mug; 1 x Plate (Blue)`, `Чай - 2 шт., Чашка - 1 шт.` and `Mug (2 x 10.00)`, or as JSON.

use rust_decimal::Decimal;
use serde_json::Value;

use super::currency;

/// An item of a cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Item {
    pub(super) product_id: String,
    pub(super) product: String,
    pub(super) quantity: Decimal,
    /// What all of it costs, where the cell says it.
    pub(super) amount: Option<Decimal>,
}

/// What stands between two items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Between {
    Line,
    Semicolon,
    Bar,
    Comma,
    Plus,
}

/// How the items of a column's cells are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grammar {
    /// A JSON list of objects, or one object.
    Json,
    /// With this between them, and their quantities before or after their names.
    Text(Side, Separator),
}

/// Where the quantity stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Before,
    After,
    /// `Product Name: Mug, Qty: 2, Price: 10.00`.
    Named,
}

/// What stands between items; opaque outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Separator(Between);

const SEPARATORS: [Between; 5] = [Between::Line, Between::Semicolon, Between::Bar, Between::Comma, Between::Plus];
const SIDES: [Side; 3] = [Side::Named, Side::Before, Side::After];

/// What the cells of a column say of their grammar.
#[derive(Debug, Clone, Default)]
pub(super) struct Grammars {
    cells: u64,
    json: u64,
    /// By side and separator: the cells that are so written, the items in them, and the cells that have several.
    text: [[(u64, u64, u64); SEPARATORS.len()]; SIDES.len()],
}

impl Grammars {
    /// Counts a cell.
    pub(super) fn count(&mut self, cell: &str) {
        let cell = cell.trim();
        if cell.is_empty() {
            return;
        }
        self.cells += 1;
        if json_items(cell).is_some() {
            self.json += 1;
            return;
        }
        for (side, counts) in SIDES.iter().zip(&mut self.text) {
            for (between, (cells, items, several)) in SEPARATORS.iter().zip(counts) {
                if let Some(found) = read_text(cell, *side, *between) {
                    *cells += 1;
                    *items += found.len() as u64;
                    *several += u64::from(found.len() > 1);
                }
            }
        }
    }

    /// How the cells are written: as nearly all of them are, and so that most items are found. None: they hold no items with
    /// quantities.
    pub(super) fn best(&self) -> Option<(Grammar, bool)> {
        let nearly_all = |count: u64| count > 0 && count * 10 >= self.cells * 8;
        if nearly_all(self.json) {
            return Some((Grammar::Json, true));
        }
        let all = SIDES.iter().zip(&self.text).flat_map(|(side, counts)| {
            SEPARATORS
                .iter()
                .zip(counts)
                .map(move |(between, (cells, items, several))| (side, between, *cells, *items, *several))
        });
        // Of equals the first is taken: `max_by_key` would take the last.
        let mut best: Option<(Grammar, bool, (u64, u64))> = None;
        // Where some cells have several, others may have a name alone.
        let enough = |cells: u64, several: u64| nearly_all(cells) || several > 0 && cells * 2 >= self.cells;
        for (side, between, cells, items, several) in all.filter(|(_, _, cells, _, several)| enough(*cells, *several)) {
            // What is named is no text with numbers in it.
            let is_named = best.is_some_and(|(grammar, ..)| matches!(grammar, Grammar::Text(Side::Named, _)))
                && *side != Side::Named;
            if !is_named && best.is_none_or(|(_, _, before)| (cells, items) > before) {
                best = Some((Grammar::Text(*side, Separator(*between)), several > 0, (cells, items)));
            }
        }
        best.map(|(grammar, several, _)| (grammar, several))
    }
}

/// The items of a cell; one that is not written so is one item.
pub(super) fn items(cell: &str, grammar: Grammar) -> Vec<Item> {
    let cell = cell.trim();
    let found = match grammar {
        Grammar::Json => json_items(cell),
        Grammar::Text(side, Separator(between)) => read_text(cell, side, between),
    };
    found.unwrap_or_else(|| vec![Item { product: one_line(cell), quantity: Decimal::ONE, ..Item::default() }])
}

/// Text without its line ends, which no name of a product has.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn split(cell: &str, between: Between) -> Vec<&str> {
    let parts: Vec<&str> = match between {
        Between::Line => cell.lines().collect(),
        Between::Semicolon => cell.split(';').collect(),
        Between::Bar => cell.split('|').collect(),
        // A comma within a number separates nothing.
        Between::Comma => split_commas(cell),
        Between::Plus => cell.split(" + ").collect(),
    };
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

fn split_commas(cell: &str) -> Vec<&str> {
    let bytes = cell.as_bytes();
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_i32);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth -= 1,
            b',' if depth <= 0 => {
                let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
                if !(digit(at.checked_sub(1)) && digit(Some(at + 1))) {
                    parts.push(&cell[start..at]);
                    start = at + 1;
                }
            }
            _ => {}
        }
    }
    parts.push(&cell[start..]);
    parts
}

/// All items of a cell; none if one of its parts has no quantity and belongs to no other.
fn read_text(cell: &str, side: Side, between: Between) -> Option<Vec<Item>> {
    if side == Side::Named {
        return named_items(cell, between);
    }
    let mut items: Vec<Item> = Vec::new();
    // Of names with what separates items in them, as in `1× Mug, blue`.
    let mut before = String::new();
    let glue = match between {
        Between::Line => " ",
        Between::Semicolon => "; ",
        Between::Bar => " | ",
        Between::Comma => ", ",
        Between::Plus => " + ",
    };
    for part in split(cell, between) {
        let read = match side {
            Side::Before => counted_before(part),
            Side::After | Side::Named => {
                counted_after(&if before.is_empty() { part.to_owned() } else { format!("{before}{glue}{part}") })
            }
        };
        match (read, side) {
            (Some(item), _) => {
                before.clear();
                items.push(item);
            }
            (None, Side::Before) => {
                let last = items.last_mut()?;
                last.product.push_str(glue);
                last.product.push_str(&one_line(part));
            }
            (None, _) => {
                if !before.is_empty() {
                    before.push_str(glue);
                }
                before.push_str(part);
            }
        }
    }
    (before.is_empty() && !items.is_empty()).then_some(items)
}

const TIMES: [char; 5] = ['x', 'X', 'х', '×', '*'];

/// A number at the beginning of a text, and what stands after it.
fn leading(text: &str) -> Option<(Decimal, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ','))).unwrap_or(text.len());
    let digits = text[..end].trim_end_matches(['.', ',']);
    let number = digits.replace(',', ".").parse().ok()?;
    Some((number, &text[digits.len()..]))
}

/// A number at the end of a text, and what stands before it.
fn trailing(text: &str) -> Option<(&str, Decimal)> {
    let start = text
        .rfind(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',')))
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    let digits = &text[start..];
    let number = digits.replace(',', ".").parse().ok().filter(|_| digits.starts_with(|c: char| c.is_ascii_digit()))?;
    Some((&text[..start], number))
}

/// `2 x Mug`, `2× Mug ($20.00)`, `2 шт. Чай`.
fn counted_before(part: &str) -> Option<Item> {
    let (quantity, rest) = leading(part.trim_start_matches(['-', '•', '*', ' ']))?;
    let rest = rest.trim_start();
    let rest = match rest.strip_prefix(TIMES) {
        // `2xl shirt` is a shirt.
        Some(name) if name.starts_with(char::is_whitespace) || rest.starts_with(['×', '*']) => name,
        Some(_) => return None,
        None => without_unit(rest)?,
    };
    let (name, amount) = priced(rest.trim(), quantity);
    item(name, quantity, amount)
}

/// Takes `шт.` or `pcs` off the beginning.
fn without_unit(text: &str) -> Option<&str> {
    let unit = UNITS
        .iter()
        .find(|unit| text.strip_prefix(*unit).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric)))?;
    text.strip_prefix(unit).map(|rest| rest.trim_start_matches(['.', ' ']))
}

const UNITS: [&str; 11] = ["штук", "шт", "pieces", "pcs", "pc", "units", "ед", "уп", "stk", "qty", "ea"];

/// Takes a unit and the point after it off the end.
fn before_unit(text: &str) -> Option<&str> {
    let text = text.trim_end().trim_end_matches('.');
    let lower = text.to_lowercase();
    if lower.len() != text.len() {
        return None;
    }
    let unit = UNITS.iter().find(|unit| lower.ends_with(*unit))?;
    Some(text[..text.len() - unit.len()].trim_end())
}

/// `Mug x 2`, `Mug (x2)`, `Mug [2]`, `Чай - 2 шт.`, `Mug (2 x 10.00)`, `Чай (2 шт. x 350 руб.)`, `Кружка - 2x500=1000`.
fn counted_after(part: &str) -> Option<Item> {
    let part = part.trim();
    for (open, close) in [('(', ')'), ('[', ']')] {
        let Some((name, inside)) = part.strip_suffix(close).and_then(|rest| rest.rsplit_once(open)) else { continue };
        if let Some((quantity, amount)) = count(inside) {
            return item(name, quantity, amount);
        }
    }
    // Behind a dash or a colon that stands apart.
    for mark in [" - ", " – ", " — ", ": ", ", "] {
        let Some((name, rest)) = part.rsplit_once(mark) else { continue };
        let sure = mark != ", " || before_unit(rest).is_some();
        if let Some((quantity, amount)) = count(rest).filter(|_| sure) {
            return item(name, quantity, amount);
        }
    }
    if let Some(rest) = before_unit(part) {
        let (name, quantity) = trailing(rest)?;
        return item(name.trim_end_matches([' ', '-', '–', '—', ':', ',']), quantity, None);
    }
    let (rest, quantity) = trailing(part)?;
    let (name, mark) = (rest.trim_end().strip_suffix(TIMES)?, rest.trim_end());
    let apart = name.ends_with(char::is_whitespace) || mark.ends_with(['×', '*']);
    if apart { item(name, quantity, None) } else { None }
}

/// `2`, `x2`, `2 шт.`, `Qty: 2`, `2 x 10.00`, `2x500=1000`, `2 шт. по 350 руб.`: how many, and what they come to.
fn count(text: &str) -> Option<(Decimal, Option<Decimal>)> {
    let text = text.trim().trim_start_matches(TIMES).trim_start();
    let lower = text.to_lowercase();
    let start = ["qty:", "quantity:", "qty", "кол-во:", "количество:"].iter().find_map(|word| lower.strip_prefix(word));
    let text = start.map_or(lower.as_str(), str::trim_start);
    let (quantity, rest) = leading(text)?;
    let rest = rest.trim_start();
    let rest = without_unit(rest).unwrap_or(rest).trim_start();
    if rest.is_empty() {
        return Some((quantity, None));
    }
    let price = rest.strip_prefix(TIMES).or_else(|| rest.strip_prefix("по ")).or_else(|| rest.strip_prefix('@'))?;
    let (each, whole) = match price.split_once('=') {
        Some((each, whole)) => (each, Some(whole)),
        None => (price, None),
    };
    let each = money(each)?;
    let amount = match whole {
        Some(whole) => money(whole)?,
        None => each.checked_mul(quantity)?,
    };
    Some((quantity, Some(amount)))
}

/// A sum of money with its currency, or without.
fn money(text: &str) -> Option<Decimal> {
    let is_figure = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '\u{a0}' | '\u{202f}');
    let bare = text.trim().trim_start_matches(|c| !is_figure(c)).trim_end_matches(|c: char| !c.is_ascii_digit());
    let digits: String = bare.chars().filter(|c| !c.is_whitespace()).collect();
    let around = text.trim().len() - bare.len();
    let known = around == 0 || currency::beside(text).is_some();
    let point = match (digits.rfind(','), digits.rfind('.')) {
        (Some(comma), Some(point)) if comma < point => digits.replace(',', ""),
        (Some(_), Some(_)) => digits.replace('.', "").replace(',', "."),
        (Some(_), None) => digits.replace(',', "."),
        _ => digits,
    };
    point.parse().ok().filter(|_| known)
}

/// A name and what all of it costs, of `Mug ($10.00)` and `Mug @ 10.00`.
fn priced(text: &str, quantity: Decimal) -> (&str, Option<Decimal>) {
    let found = text.rsplit_once(" @ ").and_then(|(name, price)| Some((name, money(price)?)));
    let bracketed = || {
        let (name, price) = text.strip_suffix(')')?.rsplit_once('(')?;
        // A number alone in brackets may be anything.
        currency::beside(price)?;
        Some((name, money(price)?))
    };
    match found.or_else(bracketed) {
        Some((name, price)) => (name, price.checked_mul(quantity)),
        None => (text, None),
    }
}

fn item(name: &str, quantity: Decimal, amount: Option<Decimal>) -> Option<Item> {
    let name = name.trim().trim_end_matches([' ', '-', '–', '—', ':']);
    // `[12] Lamp`: the number of the product.
    let numbered = name.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let (product_id, name) = numbered.map_or(("", name), |(id, name)| (id.trim(), name.trim()));
    let named = name.chars().any(char::is_alphabetic) && quantity > Decimal::ZERO;
    named.then(|| Item { product_id: product_id.to_owned(), product: one_line(name), quantity, amount })
}

/// `Product Qty: 2, Product SKU: MUG, Product Name: Mug|…` and `name:Lamp|quantity:2;…`.
fn named_items(cell: &str, between: Between) -> Option<Vec<Item>> {
    if matches!(between, Between::Comma | Between::Plus) {
        return None;
    }
    let mut items = Vec::new();
    for part in split(cell, between) {
        let within = if between == Between::Bar || part.contains(", ") { ',' } else { '|' };
        let pairs = part.split(within).filter_map(|pair| pair.split_once(':'));
        let mut found = Found::default();
        pairs.for_each(|(key, value)| found.take(key, value.trim()));
        items.push(found.item().filter(|_| found.counted)?);
    }
    (!items.is_empty()).then_some(items)
}

/// An item of which one is told after the other what it is.
#[derive(Debug, Default)]
struct Found {
    product_id: String,
    product: String,
    quantity: Option<Decimal>,
    price: Option<Decimal>,
    amount: Option<Decimal>,
    counted: bool,
}

impl Found {
    fn take(&mut self, key: &str, value: &str) {
        let key: String = key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let key = key.strip_prefix("product").filter(|rest| !rest.is_empty()).unwrap_or(&key);
        let empty = |text: &String| text.is_empty();
        match key {
            "name"
            | "title"
            | "product"
            | "productname"
            | "item"
            | "itemname"
            | "description"
            | "название"
            | "наименование"
            | "товар"
                if empty(&self.product) =>
            {
                self.product = one_line(value);
            }
            "sku" | "article" | "code" | "артикул" => value.clone_into(&mut self.product_id),
            "id" | "itemid" | "productid" | "variantid" if empty(&self.product_id) => {
                value.clone_into(&mut self.product_id)
            }
            "qty" | "quantity" | "count" | "количество" | "колво" => {
                self.quantity = money(value);
                self.counted = self.quantity.is_some();
            }
            "price" | "unitprice" | "itemprice" | "цена" => self.price = money(value),
            "total" | "totalprice" | "amount" | "linetotal" | "subtotal" | "sum" | "сумма" | "стоимость" => {
                self.amount = money(value).or(self.amount)
            }
            _ => {}
        }
    }

    fn item(&self) -> Option<Item> {
        let quantity = self.quantity.unwrap_or(Decimal::ONE);
        let amount = self.amount.or_else(|| self.price.and_then(|price| price.checked_mul(quantity)));
        let product = if self.product.is_empty() { self.product_id.clone() } else { self.product.clone() };
        (!product.is_empty()).then(|| Item { product_id: self.product_id.clone(), product, quantity, amount })
    }
}

/// Items of a JSON list of objects, or of one object.
fn json_items(cell: &str) -> Option<Vec<Item>> {
    if !cell.starts_with(['[', '{']) {
        return None;
    }
    let list = match serde_json::from_str(cell).ok()? {
        Value::Array(list) => list,
        object @ Value::Object(_) => vec![object],
        _ => return None,
    };
    let items = list.iter().map(|value| {
        let mut found = Found::default();
        for (key, value) in value.as_object()? {
            match value {
                Value::String(text) => found.take(key, text),
                Value::Number(number) => found.take(key, &number.to_string()),
                _ => {}
            }
        }
        found.item()
    });
    items.collect::<Option<Vec<_>>>().filter(|items| !items.is_empty())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Items of the cells by what they say together, as `quantity name=amount`.
    fn read(cells: &[&str]) -> Vec<String> {
        let mut grammars = Grammars::default();
        cells.iter().for_each(|cell| grammars.count(cell));
        let Some((grammar, _)) = grammars.best() else { return Vec::new() };
        let shown = |item: Item| {
            let id = if item.product_id.is_empty() { String::new() } else { format!("[{}] ", item.product_id) };
            let amount = item.amount.map(|amount| format!("={}", amount.normalize())).unwrap_or_default();
            format!("{} {id}{}{amount}", item.quantity.normalize(), item.product)
        };
        cells.iter().flat_map(|cell| items(cell, grammar)).map(shown).collect()
    }

    #[test]
    fn items_with_their_quantities_before_them() {
        assert_eq!(
            read(&["2 x Mug; 1 x Plate (Blue)", "1 x Mug", "3 x Tea; green"]),
            ["2 Mug", "1 Plate (Blue)", "1 Mug", "3 Tea; green"]
        );
        assert_eq!(read(&["2× Lamp, 1× Mug, blue", "1× Mug, blue"]), ["2 Lamp", "1 Mug, blue", "1 Mug, blue"]);
        assert_eq!(read(&["2 x Mug @ 10.00\n1 x Plate @ 30"]), ["2 Mug=20", "1 Plate=30"]);
        assert_eq!(read(&["2 шт. Чай, 1 шт. Чашка"]), ["2 Чай", "1 Чашка"]);
    }

    #[test]
    fn items_with_their_quantities_after_them() {
        assert_eq!(
            read(&["Чай зелёный - 2 шт., Чашка белая - 1 шт.", "Чай зелёный - 1 шт."]),
            ["2 Чай зелёный", "1 Чашка белая", "1 Чай зелёный"]
        );
        assert_eq!(read(&["Mug x 2\nPlate x 1", "Tea, green x 3"]), ["2 Mug", "1 Plate", "3 Tea, green"]);
        assert_eq!(read(&["Mug (2 x 10.00); Plate (1 x 30.00)"]), ["2 Mug=20", "1 Plate=30"]);
        assert_eq!(read(&["Mug [2], Plate, blue [1]"]), ["2 Mug", "1 Plate, blue"]);
        assert_eq!(read(&["Mug (x1), Tea (x3)"]), ["1 Mug", "3 Tea"]);
        assert_eq!(read(&["[12] Lamp (2шт.)\n[13] Лампа, белая (1шт.)"]), ["2 [12] Lamp", "1 [13] Лампа, белая"]);
        assert_eq!(
            read(&["Кружка (MUG) - 2x500=1000; Тарелка - 1x300=300", "Кружка (MUG) - 1x500=500"]),
            ["2 Кружка (MUG)=1000", "1 Тарелка=300", "1 Кружка (MUG)=500"]
        );
        assert_eq!(
            read(&["Чай (1 шт. x 100 руб.), Чашка (2 шт. x 350,50 руб.)", "Чай (1 шт. x 100 руб.)"]),
            ["1 Чай=100", "2 Чашка=701", "1 Чай=100"]
        );
    }

    #[test]
    fn items_whose_parts_are_named() {
        assert_eq!(
            read(&[
                "Product Qty: 2, Product SKU: MUG, Product Name: Mug, Product Unit Price: 10.00, Product Total Price: 20.00|\
                    Product Qty: 1, Product SKU: PLT, Product Name: Plate, Product Unit Price: 30.00, Product Total Price: 30.00"
            ]),
            ["2 [MUG] Mug=20", "1 [PLT] Plate=30"]
        );
        assert_eq!(read(&["name:Lamp|quantity:2|total:40.00;name:Mug|quantity:1|total:5"]), ["2 Lamp=40", "1 Mug=5"]);
        assert_eq!(
            read(&[r#"[{"name":"Mug","quantity":2,"price":10.5},{"title":"Plate","qty":"1","sku":"P"}]"#]),
            ["2 Mug=21", "1 [P] Plate"]
        );
    }

    #[test]
    fn names_alone_are_no_items_with_quantities() {
        for cells in [
            &["Mug", "Plate, blue"][..],
            &["Шуруп 4x40", "Шуруп 5x60"],
            &["2xl shirt", "3xl shirt"],
            &["Tea (green)", "Tea 2026"],
            &["Ноутбук 15.6", "Кабель 3 м"],
        ] {
            assert_eq!(read(cells), Vec::<String>::new(), "{cells:?}");
        }
    }
}
