//! What all values of a file say together, where one alone can be read in several ways: found out by reading it once before.

use std::{collections::BTreeSet, sync::Arc};

use arrow::{
    array::{Array, ArrayRef, RecordBatch, StringArray},
    datatypes::DataType,
};

use super::{
    cells::Cells,
    columns::Columns,
    currency::{self, Currency},
    folded::{Grammar, Grammars},
    number::{Mark, Votes},
    rows::Rows,
    time::{DayOrder, DayVotes, Stamps},
    value::is_spoilt,
    words::{is_nobody, is_partly_refunded},
};
use kupets_core::{Error, Result};

/// What a column is read for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Role {
    /// It feeds a number.
    pub(super) decimal: bool,
    /// It feeds a time.
    pub(super) time: bool,
    /// It feeds an id.
    pub(super) id: bool,
    /// It tells which lines make one purchase.
    pub(super) key: bool,
    /// It feeds what a purchase or its line comes to.
    pub(super) money: bool,
    /// It has several items in a cell.
    pub(super) items: bool,
    /// It says how far a purchase is.
    pub(super) state: bool,
    /// It feeds the id of a record's customer.
    pub(super) customer: bool,
}

impl Role {
    /// Whether its values are worth looking at.
    pub(super) fn is_any(self) -> bool {
        self.decimal || self.time || self.id || self.items || self.state || self.customer
    }
}

/// What the values say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Survey {
    /// The mark of fractions.
    pub(super) mark: Mark,
    /// Columns, by their place among those that were read, and the marks of their own numbers, where the file's do not agree.
    pub(super) own_marks: Vec<(usize, Mark)>,
    /// The order of day and month.
    pub(super) days: DayOrder,
    /// What numbers stand for times; none: they are none.
    pub(super) stamps: Option<Stamps>,
    /// Currencies that stand beside sums.
    pub(super) currencies: BTreeSet<Currency>,
    /// Some sum is below zero.
    pub(super) negative: bool,
    /// How cells of several items are written, and whether some have several.
    pub(super) grammar: Option<(Grammar, bool)>,
    /// Cells that name a guest for a customer.
    pub(super) nobody: u64,
    /// Ids that are not there.
    pub(super) blank_ids: u64,
    /// Purchases of which a part was given back, as their status says.
    pub(super) partly: u64,
    /// Columns, by their place among those that were read, of ids that a spreadsheet has cut.
    pub(super) spoilt: Vec<usize>,
    /// Columns, by their place among those that were read, whose ids are all whole numbers and some of them end with `.0`.
    pub(super) floats: Vec<usize>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Ids {
    floats: u64,
    others: u64,
    spoilt: u64,
}

impl Survey {
    /// Reads rows whose columns have these roles.
    ///
    /// # Errors
    /// They cannot be read.
    pub(super) fn of(rows: Rows, roles: &[Role]) -> Result<Self> {
        let mut days = DayVotes::default();
        let mut marks = vec![Votes::default(); roles.len()];
        let mut ids = vec![Ids::default(); roles.len()];
        let mut found = Self::default();
        let mut grammars = Grammars::default();
        for batch in rows {
            let columns = Columns::new(&batch?)?;
            for (((cells, role), ids), marks) in columns.cells.iter().zip(roles).zip(&mut ids).zip(&mut marks) {
                found.negative |= role.money && has_negative(cells);
                if role.key {
                    found.blank_ids += (0..columns.len()).filter(|row| cells.is_absent(*row)).count() as u64;
                }
                each_text(cells, role.items, |text| {
                    if role.money {
                        found.negative |= matches!(text.trim_start().as_bytes().first(), Some(b'-' | b'('))
                            || text.starts_with('\u{2212}');
                        found.currencies.extend(currency::beside(text));
                    }
                    if role.items {
                        grammars.count(text);
                    }
                    found.nobody += u64::from(role.customer && is_nobody(text));
                    found.partly += u64::from(role.state && is_partly_refunded(text));
                    if role.decimal {
                        marks.count(text);
                    }
                    if role.time {
                        days.count(text);
                    }
                    if role.id && matches!(cells, Cells::Text(_)) {
                        ids.count(text);
                    }
                });
            }
        }
        let floats = ids.iter().enumerate().filter(|(_, ids)| ids.floats > 0 && ids.others == 0).map(|(at, _)| at);
        let mark = marks.iter().copied().fold(Votes::default(), Votes::and).mark();
        let own = marks.iter().enumerate().map(|(at, votes)| (at, votes.mark()));
        let own_marks = own.filter(|(_, own)| mark == Mark::Both && matches!(own, Mark::Known(_))).collect();
        let spoilt = ids.iter().enumerate().filter(|(_, ids)| ids.spoilt > 0).map(|(at, _)| at).collect();
        let (order, stamps) = (days.order(), days.stamps());
        Ok(Self {
            mark,
            own_marks,
            days: order,
            stamps,
            floats: floats.collect(),
            spoilt,
            grammar: grammars.best(),
            ..found
        })
    }
}

impl Ids {
    fn count(&mut self, text: &str) {
        self.spoilt += u64::from(text.contains('+') && is_spoilt(text));
        let (whole, float) = match without_zero(text) {
            Some(whole) => (whole, true),
            None => (text, false),
        };
        match (whole.bytes().all(|b| b.is_ascii_digit()), float) {
            (true, true) => self.floats += 1,
            (true, false) => {}
            (false, _) => self.others += 1,
        }
    }
}

fn without_zero(id: &str) -> Option<&str> {
    id.strip_suffix(".0").or_else(|| id.strip_suffix(",0")).filter(|whole| !whole.is_empty())
}

/// Whether some number of a column with numbers is below zero.
fn has_negative(cells: &Cells) -> bool {
    match cells {
        Cells::Int(numbers) => numbers.iter().flatten().any(|number| number < 0),
        Cells::Float(numbers) => numbers.iter().flatten().any(|number| number < 0.0),
        _ => false,
    }
}

/// Calls a function with each text of a column that is there, and with lists and objects as well if they are wanted.
fn each_text(cells: &Cells, lists: bool, mut call: impl FnMut(&str)) {
    match cells {
        Cells::Text(texts) => texts.iter().flatten().filter(|t| !t.is_empty()).for_each(call),
        Cells::Json(values) => {
            for value in values.iter().flatten().filter(|v| v.len() > 2 || !v.starts_with('"')) {
                match value.as_bytes().first() {
                    Some(b'"') => {
                        if let Ok(text) = serde_json::from_str::<String>(value) {
                            call(&text);
                        }
                    }
                    Some(b'[' | b'{') if lists => call(value),
                    // A number of JSON says itself what it is, but not whether it is a time.
                    Some(b'0'..=b'9' | b'-') if !value.contains(['.', 'e', 'E']) => call(value),
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

/// The same rows, with `.0` taken off the ids of these columns.
pub(super) fn whole_ids(rows: Rows, columns: Vec<usize>) -> Rows {
    if columns.is_empty() {
        return rows;
    }
    Box::new(rows.map(move |batch| {
        let batch = batch?;
        let mut arrays: Vec<ArrayRef> = batch.columns().to_vec();
        for &at in &columns {
            if let Some(texts) = arrays[at].as_any().downcast_ref::<StringArray>()
                && *texts.data_type() == DataType::Utf8
            {
                let whole: StringArray = texts.iter().map(|id| id.map(|id| without_zero(id).unwrap_or(id))).collect();
                arrays[at] = Arc::new(whole);
            }
        }
        RecordBatch::try_new(batch.schema(), arrays).map_err(|e| Error::internal("ids of a file").with_source(e))
    }))
}
