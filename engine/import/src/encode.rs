//! Rows into records: JSON written straight from Arrow cells, one record from one row or from all lines of a purchase.

mod figures;
mod parts;
mod state;
mod way;

use std::borrow::Cow;

pub(super) use figures::Figures;
pub(super) use parts::Made;

use rust_decimal::Decimal;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128_with_seed};

use super::{
    carry::Continued,
    cells::Cells,
    columns::{Address, Columns, row_faults},
    fault::Fault,
    folded::Grammar,
    header, json,
    json_key::Key,
    known::Applied,
    mapping::{Kind, Mapping, ORDER_TOTAL, Target, fields},
    number::{self, Mark},
    options::Sharing,
    preset::{Composed, Preset},
    rows::place,
    shared::{agreed, first, joined, of_each},
    survey::Role,
    time::When,
    value::{Reading, plain_text, write_as_text, write_cell, write_object_members, write_typed},
    words::ItemKind,
    zone::Zone,
};
use kupets_core::schema::{DECIMAL_SCALE, Table};
use state::Says;
use way::Way;

/// A field and the cell that feeds it.
#[derive(Debug)]
struct Slot {
    /// `"name":`
    key: Vec<u8>,
    name: String,
    kind: Kind,
    cell: usize,
    /// Of a time: the cell with its clock, where that stands apart from the date.
    clock: Option<usize>,
    /// Of a time: the zone that the column's header names.
    zone: Option<Zone>,
    /// Of a customer's id: the cells that are looked at where this one says nothing.
    also: Vec<usize>,
    /// Of a customer's id: which of these cells hold telephone numbers.
    phones: Vec<usize>,
}

impl Slot {
    fn new(key: &str, target: &Target, kind: Kind, cell: usize) -> Self {
        Self {
            key: json::key(key),
            name: target.to_string(),
            kind,
            cell,
            clock: None,
            zone: None,
            also: Vec::new(),
            phones: Vec::new(),
        }
    }
}

/// How a record is put together.
#[derive(Debug)]
pub(super) struct Encoder {
    table: Table,
    /// The id comes from this cell; none: records get one from their row.
    pub(super) id: Option<usize>,
    record: Vec<Slot>,
    lines: Vec<Slot>,
    object: Option<Slot>,
    attributes: Vec<Slot>,
    /// Every mapped cell under its column's name, for the errors file.
    source: Vec<(Vec<u8>, usize)>,
    reading: Reading,
    /// What becomes of attributes in which the lines of a purchase differ.
    sharing: Sharing,
    /// The cell with the zone of a row's times.
    time_zone: Option<usize>,
    /// The cell with what the whole purchase comes to.
    total: Option<usize>,
    /// The cell that tells sales from what came back.
    operation: Option<usize>,
    /// The cell with what was given back.
    refunded: Option<usize>,
    /// The cell of several items, and how they are written.
    items: Option<(usize, Option<Grammar>)>,
    /// The cells that say how far a purchase is.
    states: Vec<Says>,
    /// Currencies that stand beside the figures.
    figures: Figures,
    /// What was given back has rows of its own: a status that says it again is no second refund.
    refunds_apart: bool,
    /// Whole records pass as they are.
    raw: bool,
    /// A known export has rules of its own.
    applied: Option<Applied>,
    /// What the files are called.
    files: Vec<String>,
}

impl Encoder {
    /// An encoder, and the positions of the columns that it wants to be given as cells.
    pub(super) fn new(
        table: Table,
        mapping: &Mapping,
        columns: &[String],
        reading: Reading,
        files: Vec<String>,
    ) -> (Self, Vec<usize>) {
        let mut wanted: Vec<usize> = mapping.mapped.iter().map(|(_, at)| *at).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let source = wanted.iter().enumerate().map(|(cell, &at)| (json::key(&columns[at]), cell)).collect();
        let id_name = fields(table)[0].name;
        let mut encoder = Self {
            table,
            id: None,
            record: Vec::new(),
            lines: Vec::new(),
            object: None,
            attributes: Vec::new(),
            source,
            reading,
            sharing: Sharing::Agree,
            time_zone: None,
            total: None,
            operation: None,
            refunded: None,
            items: None,
            states: Vec::new(),
            figures: Figures::None,
            refunds_apart: false,
            raw: false,
            applied: None,
            files,
        };
        for (target, at) in &mapping.mapped {
            // Every mapped column is wanted.
            let Ok(cell) = wanted.binary_search(at) else { continue };
            match target {
                Target::Attribute(attribute) => {
                    encoder.attributes.push(Slot::new(attribute, target, Kind::Text, cell));
                }
                Target::TimeZone => encoder.time_zone = Some(cell),
                Target::OrderTotal => encoder.total = Some(cell),
                Target::Operation => encoder.operation = Some(cell),
                Target::Refunded => encoder.refunded = Some(cell),
                Target::Items => encoder.items = Some((cell, None)),
                Target::Clock(_) | Target::Also(..) => {}
                Target::Field(spec) => {
                    let mut slot = Slot::new(spec.name, target, spec.kind, cell);
                    let clock = mapping.mapped.iter().find(|(t, _)| *t == Target::Clock(spec));
                    slot.clock = clock.and_then(|(_, at)| wanted.binary_search(at).ok());
                    slot.zone = header::zone(&columns[*at]);
                    let more = mapping.also(spec);
                    let cells = more.iter().filter_map(|at| wanted.binary_search(at).ok());
                    match spec.kind {
                        Kind::Status => {
                            let all = [*at].into_iter().chain(more.iter().copied());
                            let says =
                                all.filter_map(|at| Some(Says::of(wanted.binary_search(&at).ok()?, &columns[at])));
                            encoder.states = says.collect();
                        }
                        _ if spec.name == "customer_id" => {
                            slot.also = cells.collect();
                            let all = [*at]
                                .into_iter()
                                .chain(more.iter().copied())
                                .filter(|at| is_phone_column(&columns[*at]));
                            slot.phones = all.filter_map(|at| wanted.binary_search(&at).ok()).collect();
                        }
                        _ => {}
                    }
                    if spec.name == id_name {
                        encoder.id = Some(cell);
                    }
                    match (spec.kind, spec.of_line) {
                        (Kind::Object, _) => encoder.object = Some(slot),
                        (_, true) => encoder.lines.push(slot),
                        (_, false) => encoder.record.push(slot),
                    }
                }
            }
        }
        (encoder, wanted)
    }

    /// An encoder for a known export, and the positions of the columns that it wants.
    pub(super) fn known(
        preset: &'static Preset,
        columns: &[String],
        reading: Reading,
        files: Vec<String>,
    ) -> (Self, Vec<usize>) {
        let (applied, wanted) = Applied::new(preset, columns);
        let encoder = Self {
            id: applied.key(),
            source: wanted.iter().enumerate().map(|(cell, &at)| (json::key(&columns[at]), cell)).collect(),
            reading,
            raw: false,
            applied: Some(applied),
            ..Self::raw(Table::Purchases, files)
        };
        (encoder, wanted)
    }

    /// The cell of the key that a row without one has from the row above it; none: a row has its own.
    pub(super) fn carries(&self) -> Option<usize> {
        self.id.filter(|_| self.applied.as_ref().is_some_and(Applied::continues))
    }

    /// Orders of these rows by the rules of a known export; none if it is none.
    ///
    /// # Errors
    /// All that is wrong with the rows.
    pub(super) fn orders(&self, store: &[Columns], rows: &[Address]) -> Option<Result<Composed, Vec<Fault>>> {
        self.applied.as_ref().map(|applied| applied.orders(store, rows, &self.reading))
    }

    /// Whether rows may make several records, or have to be looked at together before they are written.
    pub(super) fn is_parted(&self) -> bool {
        self.operation.is_some()
            || self.refunded.is_some()
            || self.items.is_some()
            || !self.states.is_empty()
            || self.figures.name_it()
    }

    /// Tells what a look at the whole file has found of the items in its cells, of the currencies beside its figures and of sums below
    /// zero.
    pub(super) fn settle(&mut self, grammar: Option<Grammar>, figures: Figures, negative: bool) {
        if let Some((_, own)) = &mut self.items {
            *own = grammar;
        }
        self.figures = figures;
        let refunds = self.record.iter().any(|slot| slot.name == "refund_of") || self.operation.is_some();
        self.refunds_apart = negative || refunds;
    }

    /// Which cells tell that a row without an id goes on with the purchase above it; none: rows have ids of their own.
    pub(super) fn continues(&self) -> Option<Continued> {
        let key = self.id.filter(|_| self.table == Table::Purchases && self.applied.is_none() && !self.raw)?;
        let goods = self.lines.iter().filter(|slot| matches!(slot.name.as_str(), "product" | "product_id" | "variant"));
        let mut of_record: Vec<usize> = self.record.iter().map(|slot| slot.cell).filter(|cell| *cell != key).collect();
        of_record.extend(self.states.iter().map(|says| says.cell));
        of_record.extend(self.operation.into_iter().chain(self.refunded));
        let of_goods: Vec<usize> = goods.map(|slot| slot.cell).collect();
        (!of_goods.is_empty()).then_some(Continued { key, of_record, of_goods })
    }

    /// Whether what was given back is told by more than a status.
    pub(super) fn knows_refunds(&self) -> bool {
        self.refunded.is_some() || self.refunds_apart || self.applied.is_some()
    }

    /// Whether records say themselves in which currency they are.
    pub(super) fn has_currency(&self) -> bool {
        self.record.iter().any(|slot| slot.kind == Kind::Currency)
    }

    /// Whether lines are reckoned from a price and what is taken off it.
    pub(super) fn takes_discount_off(&self) -> bool {
        let has = |name: &str| self.lines.iter().any(|slot| slot.name == name);
        has("discount") && has("unit_price") && !has("amount") && self.total.is_none()
    }

    /// Tells the marks of single columns by their cells, where the file's numbers do not agree on one.
    pub(super) fn mark_columns(&mut self, marks: Vec<(usize, Mark)>) {
        self.reading.marks = marks;
    }

    /// Changes how text is read, once all of it has been looked at.
    pub(super) fn read_with(&mut self, change: impl FnOnce(&mut Reading)) {
        change(&mut self.reading);
    }

    /// Tells what becomes of attributes in which the lines of a purchase differ.
    pub(super) fn share_attributes(&mut self, sharing: Sharing) {
        self.sharing = sharing;
    }

    /// What each cell is read for.
    pub(super) fn roles(&self) -> Vec<Role> {
        let mut roles = vec![Role::default(); self.source.len()];
        if let Some(applied) = &self.applied {
            applied.roles(&mut roles);
        }
        if let Some(role) = self.total.and_then(|cell| roles.get_mut(cell)) {
            (role.decimal, role.money) = (true, true);
        }
        if let Some(role) = self.refunded.and_then(|cell| roles.get_mut(cell)) {
            role.decimal = true;
        }
        if let Some(role) = self.items.and_then(|(cell, _)| roles.get_mut(cell)) {
            role.items = true;
        }
        for says in &self.states {
            roles[says.cell].state = true;
        }
        if let Some(role) = self.id.and_then(|cell| roles.get_mut(cell)) {
            role.key = self.table == Table::Purchases;
        }
        for slot in self.record.iter().chain(&self.lines) {
            let role = &mut roles[slot.cell];
            role.decimal |= matches!(slot.kind, Kind::Decimal | Kind::Count | Kind::Percent);
            role.time |= slot.kind == Kind::Time;
            role.money |= matches!(slot.name.as_str(), "amount" | "unit_price");
            role.id |= slot.kind == Kind::Id;
            role.customer |= slot.name == "customer_id" && self.table != Table::Customers;
        }
        roles
    }

    /// An encoder for a file of whole records.
    pub(super) fn raw(table: Table, files: Vec<String>) -> Self {
        Self {
            table,
            id: None,
            record: Vec::new(),
            lines: Vec::new(),
            object: None,
            attributes: Vec::new(),
            source: vec![(json::key("record"), 0)],
            reading: Reading::default(),
            sharing: Sharing::Agree,
            time_zone: None,
            total: None,
            operation: None,
            refunded: None,
            items: None,
            states: Vec::new(),
            figures: Figures::None,
            refunds_apart: false,
            raw: true,
            applied: None,
            files,
        }
    }

    /// Appends the record of these rows, which is not empty, and returns a hash of its id. `told` gets the numbers of rows whose
    /// line is not stored as the goods that it seems to be.
    ///
    /// # Errors
    /// All that is wrong with it; `out` and `told` are then as they were.
    pub(super) fn encode(
        &self,
        store: &[Columns],
        rows: &[Address],
        out: &mut Vec<u8>,
        told: &mut Vec<u64>,
    ) -> Result<u64, Vec<Fault>> {
        let (start, told_before) = (out.len(), told.len());
        let mut faults = row_faults(store, rows);
        let id = if !faults.is_empty() {
            0
        } else if self.raw {
            self.pass(store, rows[0], out, &mut faults)
        } else {
            self.compose(store, rows, &Way::default(), out, told, &mut faults)
        };
        if faults.is_empty() {
            return Ok(id);
        }
        out.truncate(start);
        told.truncate(told_before);
        Err(faults)
    }

    fn compose(
        &self,
        store: &[Columns],
        rows: &[Address],
        way: &Way<'_>,
        out: &mut Vec<u8>,
        told: &mut Vec<u64>,
        faults: &mut Vec<Fault>,
    ) -> u64 {
        let start = out.len();
        let mut id = None;
        out.push(b'{');
        if let Some(own) = &way.id {
            out.extend_from_slice(&json::key(self.id_name()));
            json::write_string(out, own);
            out.push(b',');
            id = Some(xxh3_64(own.as_bytes()));
        }
        for (name, value) in way.fields() {
            out.extend_from_slice(&json::key(name));
            json::write_string(out, value);
            out.push(b',');
        }
        for slot in &self.record {
            let before = out.len();
            if way.replaces(slot.kind, &slot.name, self.id_name()) {
                continue;
            }
            if slot.kind == Kind::Time {
                self.earliest(slot, store, rows, out, faults);
            } else if slot.name == "customer_id" {
                let value = self.customer(slot, store, rows, out, faults);
                if self.id == Some(slot.cell) && slot.name == self.id_name() {
                    id = value;
                }
            } else if let Some(from) = agreed(slot.cell, &slot.name, store, rows, faults) {
                out.extend_from_slice(&slot.key);
                let value = out.len();
                let (columns, row) = from.columns(store);
                match write_cell(out, slot.kind, &columns.cells[slot.cell], row, &self.reading_of(slot.cell)) {
                    Ok(()) if self.id == Some(slot.cell) && slot.name == self.id_name() => {
                        id = Some(xxh3_64(&out[value..]))
                    }
                    Ok(()) => {}
                    Err(message) => faults.push(Fault::new(from.number(store), &slot.name, message)),
                }
            }
            if out.len() > before {
                out.push(b',');
            }
        }
        if let Some(sum) = way.sum {
            let lines = format!(
                "\"items\":[{{\"kind\":\"other\",\"product\":\"Refund\",\"quantity\":0,\"amount\":{}}}],",
                sum.normalize()
            );
            out.extend_from_slice(lines.as_bytes());
        } else if !self.lines.is_empty() || self.total.is_some() || self.items.is_some() {
            let shares = self.shares(store, rows, faults);
            out.extend_from_slice(b"\"items\":[");
            for (at, &address) in rows.iter().enumerate() {
                let share = shares.get(at).copied();
                if self.items.is_some() {
                    self.folded_lines(store, (address, share), way, out, faults);
                } else {
                    self.line(store, (address, share), way, out, told, faults);
                }
            }
            close(out, b']');
            out.push(b',');
        }
        self.attributes(store, rows, out, faults);
        let is_told = faults.iter().any(|fault| fault.field == self.id_name());
        if id.is_none() {
            match (self.table, self.id) {
                _ if is_told => {}
                (Table::Customers, _) | (Table::Purchases, Some(_)) => {
                    faults.push(Fault::new(rows[0].number(store), self.id_name(), "it is empty".to_owned()));
                }
                _ => id = Some(self.make_id(rows[0].number(store), start, out)),
            }
        }
        close(out, b'}');
        id.unwrap_or(0)
    }

    fn id_name(&self) -> &'static str {
        fields(self.table)[0].name
    }

    /// Gives a record without an id one that the same row of the same file always gets: the file's name, the row's number
    /// and what stands in it. A file that has grown, or is sent again, doubles nothing.
    fn make_id(&self, row: u64, start: usize, out: &mut Vec<u8>) -> u64 {
        let (file, row) = place(row);
        let name = self.files.get(file.unwrap_or_default()).map(String::as_str).unwrap_or_default();
        let mut hashed = name.as_bytes().to_vec();
        hashed.push(0);
        hashed.extend_from_slice(&out[start..]);
        let made = format!("{:032x}", xxh3_128_with_seed(&hashed, row));
        out.extend_from_slice(&json::key(self.id_name()));
        json::write_string(out, &made);
        out.push(b',');
        xxh3_64(made.as_bytes())
    }

    /// The earliest time among the rows.
    fn earliest(&self, slot: &Slot, store: &[Columns], rows: &[Address], out: &mut Vec<u8>, faults: &mut Vec<Fault>) {
        let mut first: Option<(i64, When, Address)> = None;
        for &address in rows {
            let (columns, row) = address.columns(store);
            if columns.cells[slot.cell].is_absent(row) {
                continue;
            }
            match self.time(slot, columns, row) {
                Ok(when) => {
                    if first.is_none_or(|(order, ..)| when.order() < order) {
                        first = Some((when.order(), when, address));
                    }
                }
                Err(message) => faults.push(Fault::new(address.number(store), &slot.name, message)),
            }
        }
        match first {
            Some((_, when, address)) => {
                out.extend_from_slice(&slot.key);
                if let Err(message) = when.write(out) {
                    faults.push(Fault::new(address.number(store), &slot.name, message));
                }
            }
            // A row of totals under a table has none; as a sale of this moment it would double them.
            None if slot.name == "occurred_at" && faults.is_empty() => {
                let message = "it is empty, and a record without a time would be one of this moment".to_owned();
                faults.push(Fault::new(rows[0].number(store), &slot.name, message));
            }
            None => {}
        }
    }

    /// The time of a row, with its zone as far as file or person name it.
    fn time(&self, slot: &Slot, columns: &Columns, row: usize) -> Result<When, String> {
        let date = &columns.cells[slot.cell];
        let clock = slot.clock.map(|cell| &columns.cells[cell]).filter(|cell| !cell.is_absent(row));
        let when = match clock {
            Some(clock) => {
                let text = format!("{} {}", plain_text(date, row)?, plain_text(clock, row)?);
                self.reading.time_of_text(&text)?
            }
            None => self.reading.time(date, row)?,
        };
        let named = match self.time_zone.map(|cell| &columns.cells[cell]).filter(|cell| !cell.is_absent(row)) {
            Some(cell) => Some(Zone::named(&plain_text(cell, row)?)?),
            None => None,
        };
        Ok(named.or(slot.zone).or(self.reading.zone).map_or(when, |zone| when.in_zone(zone)))
    }

    fn line(
        &self,
        store: &[Columns],
        (address, share): (Address, Option<Decimal>),
        way: &Way<'_>,
        out: &mut Vec<u8>,
        told: &mut Vec<u64>,
        faults: &mut Vec<Fault>,
    ) {
        let (columns, row) = address.columns(store);
        out.push(b'{');
        if way.back {
            self.line_back(columns, row, share, out);
        }
        let other = !way.back && self.is_money_without_goods(columns, row, share);
        if other {
            told.push(address.number(store));
            out.extend_from_slice(b"\"kind\":\"other\",");
        }
        for slot in &self.lines {
            let cell = &columns.cells[slot.cell];
            let is_shared = share.is_some() && matches!(slot.name.as_str(), "amount" | "unit_price");
            let is_back = way.back
                && matches!(slot.kind, Kind::Decimal | Kind::Count)
                && self.number_of(columns, row, &slot.name).is_some();
            if cell.is_absent(row) || (other && slot.kind == Kind::Line) || is_shared || is_back {
                continue;
            }
            if slot.name == "discount" && self.percent_off(columns, row).is_some() {
                continue;
            }
            out.extend_from_slice(&slot.key);
            if let Err(message) = write_cell(out, slot.kind, cell, row, &self.reading_of(slot.cell)) {
                faults.push(Fault::new(address.number(store), &slot.name, message));
            }
            out.push(b',');
        }
        match share {
            _ if way.back => {}
            Some(share) => out.extend_from_slice(format!("\"amount\":{},", share.normalize()).as_bytes()),
            None => self.rounded_amount(columns, row, out),
        }
        close(out, b'}');
        out.push(b',');
    }

    /// What each line has of the purchase's total, where that stands in the rows: by what the lines come to, else by their quantities.
    fn shares(&self, store: &[Columns], rows: &[Address], faults: &mut Vec<Fault>) -> Vec<Decimal> {
        let Some(cell) = self.total else { return Vec::new() };
        let Some(from) = agreed(cell, ORDER_TOTAL, store, rows, faults) else {
            if faults.is_empty() {
                faults.push(Fault::new(rows[0].number(store), ORDER_TOTAL, "it is empty".to_owned()));
            }
            return Vec::new();
        };
        let (columns, row) = from.columns(store);
        let mut text = Vec::new();
        let read = write_cell(&mut text, Kind::Decimal, &columns.cells[cell], row, &self.reading_of(cell));
        let total = read.and_then(|()| {
            let text = String::from_utf8_lossy(&text);
            text.parse::<Decimal>().map_err(|e| format!("{text}: {e}"))
        });
        match total {
            Ok(total) => share_out(total, &rows.iter().map(|row| self.weight(store, *row)).collect::<Vec<_>>()),
            Err(message) => {
                faults.push(Fault::new(from.number(store), ORDER_TOTAL, message));
                Vec::new()
            }
        }
    }

    /// What a line comes to as far as its row says it, else how many it is of.
    fn weight(&self, store: &[Columns], address: Address) -> Decimal {
        let (columns, row) = address.columns(store);
        let number = |name: &str| self.number_of(columns, row, name);
        let quantity = number("quantity").unwrap_or(Decimal::ONE);
        let price = || number("unit_price").map(|price| price.checked_mul(quantity).unwrap_or(price));
        number("amount").or_else(price).unwrap_or(quantity).abs()
    }

    /// How cells of a column are read: its own numbers tell their mark where the file's do not agree.
    fn reading_of(&self, cell: usize) -> Cow<'_, Reading> {
        self.reading.of(cell)
    }

    /// The cell of a line's field, where it is there.
    fn cell_of<'a>(&self, columns: &'a Columns, row: usize, name: &str) -> Option<(Kind, &'a Cells)> {
        let slot = self.lines.iter().find(|slot| slot.name == name)?;
        Some((slot.kind, &columns.cells[slot.cell])).filter(|(_, cell)| !cell.is_absent(row))
    }

    /// A number of a line; none where it is not there, or none.
    fn number_of(&self, columns: &Columns, row: usize, name: &str) -> Option<Decimal> {
        let (kind, cell) = self.cell_of(columns, row, name)?;
        let mut text = Vec::new();
        let at = self.lines.iter().find(|slot| slot.name == name).map_or(0, |slot| slot.cell);
        write_cell(&mut text, kind, cell, row, &self.reading_of(at)).ok()?;
        std::str::from_utf8(&text).ok()?.parse().ok()
    }

    /// Whether quantity and amount of a line of goods have opposite signs: what comes back has both negative, so that such a
    /// line is a correction of money, which takes no goods.
    fn is_money_without_goods(&self, columns: &Columns, row: usize, share: Option<Decimal>) -> bool {
        let Some(amount) = share.or_else(|| self.number_of(columns, row, "amount")) else { return false };
        let Some(quantity) = self.number_of(columns, row, "quantity") else { return false };
        let opposite =
            !quantity.is_zero() && !amount.is_zero() && quantity.is_sign_negative() != amount.is_sign_negative();
        let kind = self.cell_of(columns, row, "kind").and_then(|(_, cell)| plain_text(cell, row).ok());
        // A kind that is not known is refused by its own message.
        opposite && kind.map_or(Some(ItemKind::Product), |text| ItemKind::read(&text)).is_some_and(ItemKind::has_signs)
    }

    /// With `--round`, a line whose quantity times price has too many digits gets the amount that it is booked as.
    fn rounded_amount(&self, columns: &Columns, row: usize, out: &mut Vec<u8>) {
        if self.takes_discount_off() {
            if let Some(amount) = self.discounted(columns, row) {
                out.extend_from_slice(format!("\"amount\":{},", amount.normalize()).as_bytes());
            }
            return;
        }
        if !self.reading.numbers.round || self.cell_of(columns, row, "amount").is_some() {
            return;
        }
        let (Some(quantity), Some(price)) =
            (self.number_of(columns, row, "quantity"), self.number_of(columns, row, "unit_price"))
        else {
            return;
        };
        let Some(product) = quantity.checked_mul(price) else { return };
        let rounded = number::rounded(product);
        if rounded != product {
            out.extend_from_slice(format!("\"amount\":{},", rounded).as_bytes());
        }
    }

    fn attributes(&self, store: &[Columns], rows: &[Address], out: &mut Vec<u8>, faults: &mut Vec<Fault>) {
        if self.object.is_none() && self.attributes.is_empty() {
            return;
        }
        let start = out.len();
        out.extend_from_slice(b"\"attributes\":{");
        let empty = out.len();
        if let Some(slot) = &self.object
            && let Some(from) = agreed(slot.cell, &slot.name, store, rows, faults)
        {
            let (columns, row) = from.columns(store);
            let before = out.len();
            if let Err(message) = write_object_members(out, &columns.cells[slot.cell], row) {
                faults.push(Fault::new(from.number(store), &slot.name, message));
            }
            if out.len() > before {
                out.push(b',');
            }
        }
        for slot in &self.attributes {
            let from = match self.sharing {
                Sharing::Agree => agreed(slot.cell, &slot.name, store, rows, faults),
                Sharing::First | Sharing::Join | Sharing::Line => first(slot.cell, store, rows),
            };
            let Some(from) = from else { continue };
            let (columns, row) = from.columns(store);
            out.extend_from_slice(&slot.key);
            if let Some(joined) = (self.sharing == Sharing::Join).then(|| joined(slot.cell, store, rows)).flatten() {
                json::write_string(out, &joined);
                out.push(b',');
                continue;
            }
            if let Some(list) = (self.sharing == Sharing::Line).then(|| of_each(slot.cell, store, rows)).flatten() {
                out.extend_from_slice(&list);
                out.push(b',');
                continue;
            }
            if let Err(message) = write_typed(out, &columns.cells[slot.cell], row) {
                faults.push(Fault::new(from.number(store), &slot.name, message));
            }
            out.push(b',');
        }
        if out.len() == empty {
            out.truncate(start);
            return;
        }
        close(out, b'}');
        out.push(b',');
    }

    /// Passes a whole record on, giving it an id if it has none and its table allows that.
    fn pass(&self, store: &[Columns], address: Address, out: &mut Vec<u8>, faults: &mut Vec<Fault>) -> u64 {
        let (columns, row) = address.columns(store);
        let number = address.number(store);
        let Some(Cells::Json(cells)) = columns.cells.first() else { return 0 };
        let text = cells.value(row).trim();
        let start = out.len();
        let id = match record_id(text, self.id_name()) {
            Ok(id) => id,
            Err(e) => {
                faults.push(Fault::of_row(number, &format!("the line is not a JSON object: {e}")));
                return 0;
            }
        };
        json::write_raw(out, text);
        match id {
            Some(raw) => xxh3_64(raw.as_bytes()),
            // The server names the field that is missing.
            None if self.table == Table::Customers => number,
            None => {
                // A parsed object ends with a brace.
                out.pop();
                if !text[1..text.len() - 1].trim().is_empty() {
                    out.push(b',');
                }
                let hash = self.make_id(number, start, out);
                close(out, b'}');
                hash
            }
        }
    }

    /// The id of a record that could not be made, as far as the file gives it.
    pub(super) fn record_id(&self, store: &[Columns], rows: &[Address]) -> Option<String> {
        let cell = self.id?;
        let (columns, row) = rows.iter().map(|a| a.columns(store)).find(|(c, row)| !c.cells[cell].is_absent(*row))?;
        let mut json = Vec::new();
        write_as_text(&mut json, &columns.cells[cell], row).ok()?;
        serde_json::from_slice(&json).ok()
    }

    /// The cells of a row under their columns' names, for the errors file.
    pub(super) fn source_row(&self, store: &[Columns], address: Address) -> Vec<u8> {
        let (columns, row) = address.columns(store);
        let mut out = vec![b'{'];
        for (key, cell) in &self.source {
            let before = out.len();
            out.extend_from_slice(key);
            let cell = &columns.cells[*cell];
            if cell.is_absent(row) || write_typed(&mut out, cell, row).is_err() {
                out.truncate(before);
            } else {
                out.push(b',');
            }
        }
        close(&mut out, b'}');
        out
    }
}

/// Whether a column is of telephone numbers, by its name.
fn is_phone_column(name: &str) -> bool {
    let name = name.to_lowercase();
    ["phone", "тел", "mobile", "моб"].iter().any(|word| name.contains(word))
}

/// Shares a total out by these weights, so that the shares sum to it to the last digit.
fn share_out(total: Decimal, weights: &[Decimal]) -> Vec<Decimal> {
    let all = weights.iter().fold(Decimal::ZERO, |sum, weight| sum.saturating_add(*weight));
    let digits = total.scale().clamp(2, u32::from(DECIMAL_SCALE.unsigned_abs()));
    let (mut before, mut given) = (Decimal::ZERO, Decimal::ZERO);
    let shares = weights.iter().enumerate().map(|(at, weight)| {
        before = before.saturating_add(*weight);
        let part = if all.is_zero() { None } else { before.checked_div(all) };
        // Lines that come to nothing share nothing; the last one has what is left.
        let up_to_here = part.and_then(|part| part.checked_mul(total)).unwrap_or_default();
        let up_to_here = if at + 1 == weights.len() { total } else { up_to_here.round_dp(digits) };
        let share = up_to_here - given;
        given = up_to_here;
        share
    });
    shares.collect()
}

/// Replaces a trailing comma by the closing bracket.
fn close(out: &mut Vec<u8>, bracket: u8) {
    if out.last() == Some(&b',') {
        out.pop();
    }
    out.push(bracket);
}

/// The raw id of a whole record, if it has one that is not null.
fn record_id<'a>(text: &'a str, name: &str) -> Result<Option<&'a str>, serde_json::Error> {
    struct Find<'n>(&'n str);
    impl<'de> serde::de::Visitor<'de> for Find<'_> {
        type Value = Option<&'de str>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut id = None;
            while let Some(found) = map.next_key_seed(Key(|key: &str| key == self.0))? {
                let value = map.next_value::<&'de serde_json::value::RawValue>()?.get();
                if found && value != "null" {
                    id = Some(value);
                }
            }
            Ok(id)
        }
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let id = serde::Deserializer::deserialize_map(&mut json, Find(name))?;
    json.end()?;
    Ok(id)
}
