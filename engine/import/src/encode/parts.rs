//! Rows of one purchase that make several records: what was sold, what came back, what was cancelled.

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    super::{
        columns::{Address, Columns, row_faults},
        customer_key::customer_key,
        fault::Fault,
        folded::{self, Item},
        json,
        mapping::{Kind, OPERATION, ORDER_TOTAL, REFUNDED},
        rows::place,
        shared::agreed,
        value::{plain_text, write_cell},
        words::{Operation, Status, is_nobody},
    },
    Encoder, Slot, share_out,
    state::{self, State},
    way::Way,
};
use xxhash_rust::xxh3::xxh3_64;

/// A record of some of the rows, or why they make none.
#[derive(Debug)]
pub(in super::super) enum Made {
    Record(Vec<u8>, u64, Vec<Address>),
    LeftOut(Vec<Address>, String, Decimal),
}

/// A record as far as it is looked at again.
#[derive(Deserialize)]
struct Written<'a> {
    #[serde(borrow, default)]
    purchase_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    items: Vec<WrittenLine<'a>>,
}

#[derive(Deserialize)]
struct WrittenLine<'a> {
    #[serde(borrow, default)]
    quantity: Option<&'a RawValue>,
    #[serde(borrow, default)]
    unit_price: Option<&'a RawValue>,
    #[serde(borrow, default)]
    amount: Option<&'a RawValue>,
}

impl Written<'_> {
    fn id(&self) -> Option<String> {
        self.purchase_id.and_then(|raw| serde_json::from_str(raw.get()).ok())
    }

    fn total(&self) -> Decimal {
        let number = |raw: Option<&RawValue>| raw.and_then(|raw| raw.get().parse::<Decimal>().ok());
        let of = |line: &WrittenLine<'_>| {
            let product = || number(line.unit_price)?.checked_mul(number(line.quantity).unwrap_or(Decimal::ONE));
            number(line.amount).or_else(product).unwrap_or_default()
        };
        self.items.iter().map(of).fold(Decimal::ZERO, Decimal::saturating_add)
    }
}

impl Encoder {
    /// All records of the rows of a purchase.
    ///
    /// # Errors
    /// All that is wrong with them; none of them is a record then.
    pub(in super::super) fn parts(
        &self,
        store: &[Columns],
        rows: &[Address],
        told: &mut Vec<u64>,
    ) -> Result<Vec<Made>, Vec<Fault>> {
        let mut faults = row_faults(store, rows);
        if !faults.is_empty() {
            return Err(faults);
        }
        let told_before = told.len();
        let mut parts = Vec::new();
        let (mut sold, mut back, mut cancelled) = (Vec::new(), Vec::new(), Vec::new());
        let mut state = State::default();
        for &address in rows {
            let own = state::of(&self.states, store, address, &mut faults);
            match self.operation(store, address, &mut faults) {
                Some(Ok(Operation::None)) => {
                    let why = self.text(self.operation, store, address);
                    parts.push(Made::LeftOut(vec![address], format!("no sale: {why}"), self.sum(store, address)));
                    continue;
                }
                // An attempt that failed took nothing back.
                Some(Ok(Operation::Return)) if own.status == Some(Status::Cancelled) => {
                    parts.push(Made::LeftOut(
                        vec![address],
                        "no sale: a refund that failed".to_owned(),
                        self.sum(store, address),
                    ));
                    continue;
                }
                Some(Ok(Operation::Return)) => back.push(address),
                _ if own.status == Some(Status::Cancelled) => cancelled.push(address),
                _ => {
                    sold.push(address);
                    state.refunded |= own.refunded;
                    state.status = match (state.status, own.status) {
                        (Some(before), Some(now)) if before != now => {
                            let message =
                                format!("lines of one purchase disagree: {} and {}", before.name(), now.name());
                            faults.push(Fault::new(address.number(store), "status", message));
                            Some(before)
                        }
                        (before, now) => before.or(now),
                    };
                }
            }
        }
        let file = |address: &Address| place(address.number(store)).0;
        let mixed = sold.first().zip(cancelled.first());
        if let Some((sold, cancelled)) = mixed.filter(|(a, b)| file(a) != file(b)) {
            let (row, other) = (cancelled.number(store), place(sold.number(store)).1);
            let message =
                format!("it is cancelled here, and not in row {other} of another file: leave the older export out");
            faults.push(Fault::new(row, "status", message));
        }
        let mut id = None;
        if !sold.is_empty() {
            let status = state.status.map(Status::name);
            let (record, made, total) = self.part(store, &sold, Way { status, ..Way::default() }, told, &mut faults);
            id = made.or_else(|| self.record_id(store, &sold));
            let refund = self.refund(store, &sold, (state, total), !back.is_empty(), &mut faults);
            parts.push(record);
            if let Some((whole, sum)) = refund {
                let id = id.clone().unwrap_or_default();
                let way = Way {
                    id: Some(format!("{id}-refund")),
                    refund_of: Some(id),
                    back: whole,
                    sum: (!whole).then_some(-sum),
                    ..Way::default()
                };
                // Its rows are told with the purchase's.
                if let (Made::Record(record, hash, _), ..) = self.part(store, &sold, way, &mut Vec::new(), &mut faults)
                {
                    parts.push(Made::Record(record, hash, Vec::new()));
                }
            }
        }
        for (rows, is_back) in [(&cancelled, false), (&back, true)] {
            if rows.is_empty() {
                continue;
            }
            let own = id.as_ref().map(|id| format!("{id}-{}", if is_back { "refund" } else { "cancelled" }));
            let way = Way {
                id: own,
                refund_of: id.clone().filter(|_| is_back),
                back: is_back,
                status: (!is_back).then(|| Status::Cancelled.name()),
                ..Way::default()
            };
            parts.push(self.part(store, rows, way, told, &mut faults).0);
        }
        if faults.is_empty() {
            return Ok(parts);
        }
        told.truncate(told_before);
        Err(faults)
    }

    /// A record of these rows, the id that it has, and what it comes to.
    fn part(
        &self,
        store: &[Columns],
        rows: &[Address],
        mut way: Way<'_>,
        told: &mut Vec<u64>,
        faults: &mut Vec<Fault>,
    ) -> (Made, Option<String>, Decimal) {
        let mut out = Vec::new();
        let lines = self.lines.iter().filter(|slot| matches!(slot.name.as_str(), "amount" | "unit_price"));
        let lines = lines.map(|slot| (slot.cell, slot.name.as_str()));
        let figures = self.total.map(|cell| (cell, ORDER_TOTAL)).into_iter().chain(lines);
        way.currency = self.figures.currency(figures, store, rows, faults);
        let hash = self.compose(store, rows, &way, &mut out, told, faults);
        let written: Option<Written<'_>> = serde_json::from_slice(&out).ok();
        let (id, total) = written.map(|written| (written.id(), written.total())).unwrap_or_default();
        (Made::Record(out, hash, rows.to_vec()), id, total)
    }

    /// What was given back of a purchase, and whether that is all of it.
    fn refund(
        &self,
        store: &[Columns],
        rows: &[Address],
        (state, total): (State, Decimal),
        has_rows: bool,
        faults: &mut Vec<Fault>,
    ) -> Option<(bool, Decimal)> {
        if total <= Decimal::ZERO || matches!(state.status, Some(Status::Pending | Status::Cancelled)) || has_rows {
            return None;
        }
        let given = self.refunded.map(|cell| self.given_back(cell, store, rows, faults)).unwrap_or_default();
        if given.is_zero() {
            // A status alone says that all of it was.
            return (state.refunded && !self.refunds_apart).then_some((true, total));
        }
        Some((given >= total, given.min(total)))
    }

    /// The sum of a column of what was given back: of the purchase where all its rows say the same, else of its lines.
    fn given_back(&self, cell: usize, store: &[Columns], rows: &[Address], faults: &mut Vec<Fault>) -> Decimal {
        let mut sums = Vec::new();
        for &address in rows {
            let (columns, row) = address.columns(store);
            if columns.cells[cell].is_absent(row) {
                continue;
            }
            match self.decimal(cell, store, address) {
                Ok(sum) => sums.push((sum.abs(), self.sum(store, address).abs())),
                Err(message) => faults.push(Fault::new(address.number(store), REFUNDED, message)),
            }
        }
        let Some((first, _)) = sums.first().copied() else { return Decimal::ZERO };
        let of_lines = sums.iter().all(|(sum, line)| sum == line);
        if self.total.is_none() && of_lines || sums.iter().any(|(sum, _)| *sum != first) {
            return sums.iter().map(|(sum, _)| *sum).fold(Decimal::ZERO, Decimal::saturating_add);
        }
        first
    }

    /// A cell as a number.
    fn decimal(&self, cell: usize, store: &[Columns], address: Address) -> Result<Decimal, String> {
        let (columns, row) = address.columns(store);
        let mut text = Vec::new();
        write_cell(&mut text, Kind::Decimal, &columns.cells[cell], row, &self.reading_of(cell))?;
        let text = String::from_utf8_lossy(&text);
        text.parse().map_err(|e| format!("{text}: {e}"))
    }

    /// What a row comes to, as far as it says it.
    fn sum(&self, store: &[Columns], address: Address) -> Decimal {
        let (columns, row) = address.columns(store);
        let total = || self.total.and_then(|cell| self.decimal(cell, store, address).ok());
        let price = || self.number_of(columns, row, "unit_price");
        let quantity = || self.number_of(columns, row, "quantity").unwrap_or(Decimal::ONE);
        let product = || price().and_then(|price| price.checked_mul(quantity()));
        self.number_of(columns, row, "amount").or_else(product).or_else(total).unwrap_or_default()
    }

    fn text(&self, cell: Option<usize>, store: &[Columns], address: Address) -> String {
        let (columns, row) = address.columns(store);
        let cell = cell.map(|cell| &columns.cells[cell]).filter(|cell| !cell.is_absent(row));
        cell.and_then(|cell| plain_text(cell, row).ok()).unwrap_or_default()
    }

    /// What a row is, where a column says it; an empty cell is a sale.
    fn operation(&self, store: &[Columns], address: Address, faults: &mut Vec<Fault>) -> Option<Result<Operation, ()>> {
        self.operation?;
        let text = self.text(self.operation, store, address);
        if text.trim().is_empty() {
            return None;
        }
        Some(Operation::read(&text).ok_or_else(|| {
            let message = format!(
                "{text:?} is neither a sale nor a refund that is known here; to take all rows for sales: --map {OPERATION}="
            );
            faults.push(Fault::new(address.number(store), OPERATION, message));
        }))
    }

    /// Writes the numbers of a line that came back: all of them below zero.
    pub(super) fn line_back(&self, columns: &Columns, row: usize, share: Option<Decimal>, out: &mut Vec<u8>) {
        let number = |name: &str| self.number_of(columns, row, name);
        let quantity = number("quantity");
        let price = number("unit_price");
        let product = || self.discounted(columns, row).or_else(|| price?.checked_mul(quantity.unwrap_or(Decimal::ONE)));
        let amount = share.or_else(|| number("amount")).or_else(product);
        let others = ["discount", "cost"].map(|name| (name, number(name)));
        // A price without a number is of one.
        let one = quantity.or_else(|| price.map(|_| Decimal::ONE));
        for (name, value) in [("quantity", one), ("amount", amount)].into_iter().chain(others) {
            if let Some(value) = value {
                out.extend_from_slice(format!("\"{name}\":{},", (-value.abs()).normalize()).as_bytes());
            }
        }
    }

    /// What is taken off a line, where its cell says it in per cent.
    pub(super) fn percent_off(&self, columns: &Columns, row: usize) -> Option<Decimal> {
        let (_, cell) = self.cell_of(columns, row, "discount")?;
        let text = plain_text(cell, row).ok()?;
        let bare = text.trim().strip_suffix('%')?.trim();
        bare.replace(',', ".").parse().ok()
    }

    /// What a line comes to by its price and what is taken off it; none where that is not how lines are reckoned.
    pub(super) fn discounted(&self, columns: &Columns, row: usize) -> Option<Decimal> {
        if !self.takes_discount_off() {
            return None;
        }
        let quantity = self.number_of(columns, row, "quantity").unwrap_or(Decimal::ONE);
        let whole = self.number_of(columns, row, "unit_price")?.checked_mul(quantity)?;
        let off = match self.percent_off(columns, row) {
            Some(percent) => whole.checked_mul(percent)?.checked_div(Decimal::ONE_HUNDRED)?,
            None => {
                let off = self.number_of(columns, row, "discount")?.abs();
                if whole.is_sign_negative() { -off } else { off }
            }
        };
        Some(super::number::rounded(whole.checked_sub(off)?))
    }

    /// The lines of a row whose items stand in one cell: what the row comes to is theirs by what they cost, else by how many they are.
    pub(super) fn folded_lines(
        &self,
        store: &[Columns],
        (address, share): (Address, Option<Decimal>),
        way: &Way<'_>,
        out: &mut Vec<u8>,
        faults: &mut Vec<Fault>,
    ) {
        let (columns, row) = address.columns(store);
        for name in ["amount", "unit_price", "quantity"] {
            if let Some((kind, cell)) = self.cell_of(columns, row, name)
                && let Some(slot) = self.lines.iter().find(|slot| slot.name == name)
                && let Err(message) = write_cell(&mut Vec::new(), kind, cell, row, &self.reading_of(slot.cell))
            {
                faults.push(Fault::new(address.number(store), name, message));
            }
        }
        let text = self.text(self.items.map(|(cell, _)| cell), store, address);
        let items = match self.items.and_then(|(_, grammar)| grammar) {
            Some(grammar) if !text.is_empty() => folded::items(&text, grammar),
            _ => vec![Item { product: text.trim().to_owned(), quantity: Decimal::ONE, ..Item::default() }],
        };
        let own: Option<Vec<Decimal>> = items.iter().map(|item| item.amount).collect();
        let has = |name: &str| self.cell_of(columns, row, name).is_some();
        let said = share.or_else(|| (has("amount") || has("unit_price")).then(|| self.sum(store, address)));
        let Some(total) = said.or_else(|| own.as_ref().map(|own| own.iter().sum())) else {
            let message =
                "the items have no prices, and the row has no sum: map one, as in --map amount=COLUMN".to_owned();
            return faults.push(Fault::new(address.number(store), "items", message));
        };
        let sign = if way.back || total.is_sign_negative() { -Decimal::ONE } else { Decimal::ONE };
        let (total, goods) =
            (total.abs(), own.as_ref().map(|own| own.iter().copied().fold(Decimal::ZERO, Decimal::saturating_add)));
        let (amounts, rest) = match (own, goods) {
            // Delivery and what else is paid on top.
            (Some(own), Some(goods)) if goods <= total => (own, total - goods),
            (Some(own), _) => (share_out(total, &own), Decimal::ZERO),
            (None, _) => (share_out(total, &items.iter().map(|item| item.quantity).collect::<Vec<_>>()), Decimal::ZERO),
        };
        let mut line = |item: &Item, kind: &str, quantity: Decimal, amount: Decimal| {
            out.push(b'{');
            for (name, value) in [("product_id", item.product_id.as_str()), ("product", &item.product), ("kind", kind)]
            {
                if !value.is_empty() {
                    out.extend_from_slice(&json::key(name));
                    json::write_string(out, value);
                    out.push(b',');
                }
            }
            let amount = super::number::rounded(sign * amount);
            out.extend_from_slice(
                format!("\"quantity\":{},\"amount\":{amount}}},", (sign * quantity).normalize()).as_bytes(),
            );
        };
        for (item, amount) in items.iter().zip(&amounts) {
            line(item, "", item.quantity, *amount);
        }
        if !rest.is_zero() {
            let other = Item { product: "Other charges".to_owned(), ..Item::default() };
            line(&other, "other", Decimal::ZERO, rest);
        }
    }

    /// Writes the id of a customer: the first of its cells that names one. Returns a hash of it.
    pub(super) fn customer(
        &self,
        slot: &Slot,
        store: &[Columns],
        rows: &[Address],
        out: &mut Vec<u8>,
        faults: &mut Vec<Fault>,
    ) -> Option<u64> {
        let is_record = slot.name == self.id_name();
        for cell in std::iter::once(slot.cell).chain(slot.also.iter().copied()) {
            let before = faults.len();
            let Some(from) = agreed(cell, &slot.name, store, rows, faults) else { continue };
            let (columns, row) = from.columns(store);
            let start = out.len();
            out.extend_from_slice(&slot.key);
            let value = out.len();
            if let Err(message) = write_cell(out, Kind::Id, &columns.cells[cell], row, &self.reading_of(cell)) {
                faults.push(Fault::new(from.number(store), &slot.name, message));
                return None;
            }
            let text =
                out.get(value + 1..out.len() - 1).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default();
            if !is_record && is_nobody(text) {
                faults.truncate(before);
                out.truncate(start);
                continue;
            }
            if let Some(key) = customer_key(text, slot.phones.contains(&cell)) {
                out.truncate(value);
                json::write_string(out, &key);
            }
            return Some(xxh3_64(&out[value..]));
        }
        None
    }
}
