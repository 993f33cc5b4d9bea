//! What all values of a file say together, where one alone can be read in several ways: found out by reading it once before.

use std::sync::Arc;

use arrow::{
    array::{Array, ArrayRef, RecordBatch, StringArray},
    datatypes::DataType,
};

use super::{
    cells::Cells,
    columns::Columns,
    number::{Mark, Votes},
    rows::Rows,
    time::{DayOrder, DayVotes},
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
}

impl Role {
    /// Whether its values are worth looking at.
    pub(super) fn is_any(self) -> bool {
        self.decimal || self.time || self.id
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
    /// Columns, by their place among those that were read, whose ids are all whole numbers and some of them end with `.0`.
    pub(super) floats: Vec<usize>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Ids {
    floats: u64,
    others: u64,
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
        for batch in rows {
            let columns = Columns::new(&batch?)?;
            for (((cells, role), ids), marks) in columns.cells.iter().zip(roles).zip(&mut ids).zip(&mut marks) {
                each_text(cells, |text| {
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
        Ok(Self { mark, own_marks, days: days.order(), floats: floats.collect() })
    }
}

impl Ids {
    fn count(&mut self, text: &str) {
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

/// Calls a function with each text of a column that is there.
fn each_text(cells: &Cells, mut call: impl FnMut(&str)) {
    match cells {
        Cells::Text(texts) => texts.iter().flatten().filter(|t| !t.is_empty()).for_each(call),
        Cells::Json(values) => {
            for value in values.iter().flatten().filter(|v| v.starts_with('"') && v.len() > 2) {
                if let Ok(text) = serde_json::from_str::<String>(value) {
                    call(&text);
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
