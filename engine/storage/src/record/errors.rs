//! The problems of one record, and of a request.

use super::{
    OnError,
    limits::{MAX_ERRORS_A_RECORD, MAX_LISTED_ERRORS},
};
use kupets_core::{Error, FieldError};

/// Collects the problems of one record.
#[derive(Debug)]
pub(super) struct RecordErrors {
    index: usize,
    line: Option<usize>,
    list: Vec<FieldError>,
    unlisted: usize,
}

impl RecordErrors {
    /// For the record at `index` of the request.
    pub(super) fn new(index: usize) -> Self {
        Self { index, line: None, list: Vec::new(), unlisted: 0 }
    }

    /// From now on, fields are of this line of `items`; none: of the record itself.
    pub(super) fn at_line(&mut self, line: Option<usize>) {
        self.line = line;
    }

    /// Adds a problem of `field`; an empty name means the record, or the line, as a whole.
    pub(super) fn add(&mut self, field: &str, message: impl Into<String>) {
        if self.list.len() == MAX_ERRORS_A_RECORD {
            self.unlisted += 1;
            return;
        }
        let field = match self.line {
            Some(line) if field.is_empty() => format!("items[{line}]"),
            Some(line) => format!("items[{line}].{field}"),
            None => field.to_owned(),
        };
        self.list.push(FieldError { index: self.index, field, message: message.into() });
    }

    /// How many problems there are.
    pub(super) fn count(&self) -> usize {
        self.list.len() + self.unlisted
    }

    fn into_list(mut self) -> Vec<FieldError> {
        if self.unlisted > 0 {
            let message = format!("{} more problems in this record are not listed", self.unlisted);
            self.list.push(FieldError { index: self.index, field: String::new(), message });
        }
        self.list
    }
}

/// Collects the bad records of a request.
#[derive(Debug)]
pub(super) struct Rejected {
    on_error: OnError,
    records: usize,
    list: Vec<FieldError>,
    unlisted: usize,
}

impl Rejected {
    pub(super) fn new(on_error: OnError) -> Self {
        Self { on_error, records: 0, list: Vec::new(), unlisted: 0 }
    }

    /// Adds a bad record. When records are skipped, each is listed at least once, however many there are: its sender
    /// has to know which ones were stored.
    pub(super) fn add(&mut self, record: RecordErrors) {
        self.records += 1;
        let always = usize::from(self.on_error == OnError::Skip);
        for (i, error) in record.into_list().into_iter().enumerate() {
            if i < always || self.list.len() < MAX_LISTED_ERRORS {
                self.list.push(error);
            } else {
                self.unlisted += 1;
            }
        }
    }

    /// The problems to answer beside the stored records.
    ///
    /// # Errors
    /// A bad record, where one refuses the whole request; `total` is the number of records sent.
    pub(super) fn finish(self, total: usize) -> Result<Vec<FieldError>, Error> {
        if self.records == 0 || self.on_error == OnError::Skip {
            return Ok(self.list);
        }
        let mut message = format!(
            "{} of {total} records are wrong and nothing was stored: correct them, or send on_error=skip to store the others",
            self.records
        );
        if self.unlisted > 0 {
            message.push_str(&format!("; {} problems are listed, {} more are not", self.list.len(), self.unlisted));
        }
        Err(Error::invalid("invalid_records", message).with_fields(self.list))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    fn record(index: usize, problems: usize) -> RecordErrors {
        let mut record = RecordErrors::new(index);
        for _ in 0..problems {
            record.add("name", "wrong");
        }
        record
    }

    #[test]
    fn paths_name_the_line() {
        let mut errors = RecordErrors::new(3);
        errors.at_line(Some(2));
        errors.add("quantity", "wrong");
        errors.add("", "wrong");
        errors.at_line(None);
        errors.add("currency", "wrong");
        let fields: Vec<_> = errors.into_list().into_iter().map(|e| (e.index, e.field)).collect();
        assert_eq!(fields, [(3, "items[2].quantity".into()), (3, "items[2]".into()), (3, "currency".into())]);
    }

    #[test]
    fn a_record_lists_twenty() {
        let list = record(0, 25).into_list();
        assert_eq!(list.len(), 21);
        assert_eq!(list[20].message, "5 more problems in this record are not listed");
    }

    #[test]
    fn a_refusal_lists_a_thousand_and_counts_the_rest() {
        let mut rejected = Rejected::new(OnError::Refuse);
        (0..600).for_each(|i| rejected.add(record(i, 2)));
        let error = rejected.finish(700).unwrap_err();
        assert_eq!(error.code(), "invalid_records");
        assert_eq!(error.fields().len(), 1000);
        assert!(error.to_string().contains("600 of 700 records"), "{error}");
        assert!(error.to_string().contains("1000 problems are listed, 200 more are not"), "{error}");
    }

    #[test]
    fn skipping_names_every_bad_record() {
        let mut rejected = Rejected::new(OnError::Skip);
        (0..1500).for_each(|i| rejected.add(record(i, 2)));
        let list = rejected.finish(1500).unwrap();
        assert!((0..1500).all(|i| list.iter().any(|e| e.index == i)));
        assert_eq!(list.len(), 2000);
    }
}
