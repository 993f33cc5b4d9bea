//! From the bytes of a request to its records.

use std::{ops::ControlFlow, sync::Arc};

use super::{
    CustomerPatch, Framing, Interaction, ParseOptions, Parsed, Purchase, Records,
    errors::{RecordErrors, Rejected},
    ids::Ids,
    limits::{MAX_EXPANSION_BYTES, MAX_RECORDS},
    object::{Fields, Object, Sent, read_array, read_one},
    text,
};
use kupets_core::{Error, Kind, Result, schema::Table};

/// Parses the records of a request body and checks every field of every record.
///
/// # Errors
/// - [`Kind::Invalid`] `invalid_json`: with [`Framing::Json`], the body as a whole is not JSON, or neither an object
///   nor an array; the message has line and column. A broken line of [`Framing::NdJson`] is a bad record instead.
/// - [`Kind::Invalid`] `invalid_records`: with [`super::OnError::Refuse`], some records are wrong; every wrong field is
///   in [`Error::fields`], up to [`super::limits::MAX_LISTED_ERRORS`].
/// - [`Kind::TooLarge`] `too_many_records`, `too_much_memory`: over [`super::limits`].
/// - [`Kind::Unavailable`]: no randomness for the ids of records without one.
pub fn parse(body: &[u8], framing: Framing, options: &ParseOptions) -> Result<Parsed> {
    let of = |outcome: Outcome<Records>| Parsed {
        records: outcome.good,
        on_error: options.on_error,
        rejected: outcome.rejected,
        skipped: outcome.skipped,
        has_aliases: false,
        generated: outcome.generated,
        repeatable: options.idempotency_key.is_some(),
    };
    Ok(of(match options.table {
        Table::Customers => run::<CustomerPatch>(body, framing, options)?.map(Records::Customers),
        Table::Purchases => run::<Purchase>(body, framing, options)?.map(Records::Purchases),
        Table::Interactions => run::<Interaction>(body, framing, options)?.map(Records::Interactions),
    }))
}

/// Names of the fields that records of a table may have.
pub fn fields(table: Table) -> &'static [&'static str] {
    match table {
        Table::Customers => CustomerPatch::FIELDS,
        Table::Purchases => Purchase::FIELDS,
        Table::Interactions => Interaction::FIELDS,
    }
}

/// What reading a body gives.
struct Outcome<R> {
    good: R,
    rejected: Vec<kupets_core::FieldError>,
    /// Positions of the bad records.
    skipped: Vec<usize>,
    generated: Vec<(usize, String)>,
}

impl<R> Outcome<R> {
    fn map<T>(self, records: impl FnOnce(R) -> T) -> Outcome<T> {
        let Self { good, rejected, skipped, generated } = self;
        Outcome { good: records(good), rejected, skipped, generated }
    }
}

/// A record of one of the tables.
pub(super) trait Record: Sized {
    /// Its fields; [`Object::get`] takes positions in it.
    const FIELDS: Fields;

    /// Reads the record; where `errors` got a problem, what it returns is dropped.
    fn read(object: &Object<'_>, context: &mut Context<'_>, errors: &mut RecordErrors) -> Self;

    /// Bytes that it takes in memory beyond its text in the body, by estimate.
    fn expansion_bytes(&self) -> usize;
}

/// What reading a record needs to know beside it.
pub(super) struct Context<'o> {
    pub(super) options: &'o ParseOptions,
    index: usize,
    ids: Ids,
    /// Currencies seen so far: a request has few, and its purchases share them.
    currencies: Vec<Arc<str>>,
}

impl Context<'_> {
    /// The time of a record that names none.
    pub(super) fn now_us(&self) -> i64 {
        self.options.now.timestamp_micros()
    }

    /// The record's id, or a new one.
    pub(super) fn id(&mut self, object: &Object<'_>, field: usize, errors: &mut RecordErrors) -> String {
        let before = errors.count();
        match object.optional(field, errors, text::id) {
            Some(id) => id,
            None if errors.count() > before => String::new(),
            // Somebody's id that was lost on the way: sent again it would be another record.
            None if matches!(object.get(field), Sent::Value(_)) => {
                object.add(field, errors, "is empty: send the id, or leave the field out and one is made");
                String::new()
            }
            None => self.ids.make(self.index, || object.fingerprint()),
        }
    }

    /// The currency of a purchase; none means the default.
    pub(super) fn currency(&mut self, code: Option<[u8; 3]>) -> Arc<str> {
        let Some(code) = code else { return self.options.currency.clone() };
        if let Some(seen) = self.currencies.iter().find(|c| c.as_bytes() == code) {
            return seen.clone();
        }
        let code: Arc<str> = String::from_utf8_lossy(&code).into();
        self.currencies.push(code.clone());
        code
    }
}

/// Takes the records in order, sorts the good from the bad, and stops at the limits.
struct Reader<'o, R> {
    context: Context<'o>,
    good: Vec<R>,
    rejected: Rejected,
    skipped: Vec<usize>,
    total: usize,
    expanded_bytes: usize,
    over: Option<Error>,
}

impl<'o, R: Record> Reader<'o, R> {
    fn new(options: &'o ParseOptions) -> Result<Self> {
        Ok(Self {
            context: Context { options, index: 0, ids: Ids::new(options)?, currencies: vec![options.currency.clone()] },
            good: Vec::new(),
            rejected: Rejected::new(options.on_error),
            skipped: Vec::new(),
            total: 0,
            expanded_bytes: 0,
            over: None,
        })
    }

    /// Takes the next record: an object, or why it is none.
    fn take(&mut self, element: Result<Object<'_>, String>) -> ControlFlow<()> {
        let index = self.total;
        if index == MAX_RECORDS {
            return self.stop(
                "too_many_records",
                format!("more than {MAX_RECORDS} records in one request; send them in several"),
            );
        }
        self.total += 1;
        self.context.index = index;
        let mut errors = RecordErrors::new(index);
        match element {
            Err(message) => errors.add("", message),
            Ok(object) => {
                let record = R::read(&object, &mut self.context, &mut errors);
                if errors.count() == 0 {
                    self.expanded_bytes += record.expansion_bytes();
                    self.good.push(record);
                }
            }
        }
        if errors.count() > 0 {
            self.context.ids.forget(index);
            self.skipped.push(index);
            self.rejected.add(errors);
        }
        if self.expanded_bytes > MAX_EXPANSION_BYTES {
            let message = format!(
                "the rows of these records take more than {} MiB of memory: send them in several requests, or with fewer \
                 or shorter `attributes`",
                MAX_EXPANSION_BYTES >> 20
            );
            return self.stop("too_much_memory", message);
        }
        ControlFlow::Continue(())
    }

    fn stop(&mut self, code: &'static str, message: String) -> ControlFlow<()> {
        self.over = Some(Error::new(Kind::TooLarge, code, message));
        ControlFlow::Break(())
    }

    fn finish(self) -> Result<Outcome<Vec<R>>> {
        if let Some(error) = self.over {
            return Err(error);
        }
        let rejected = self.rejected.finish(self.total)?;
        let generated = self.context.ids.into_generated();
        Ok(Outcome { good: self.good, rejected, skipped: self.skipped, generated })
    }
}

fn run<R: Record>(body: &[u8], framing: Framing, options: &ParseOptions) -> Result<Outcome<Vec<R>>> {
    let mut reader = Reader::new(options)?;
    // Some programs put a byte order mark before UTF-8; JSON lets a reader pass over it.
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    match framing {
        Framing::Json => read_json(body, &mut reader)?,
        Framing::NdJson => read_lines(body, &mut reader),
    }
    reader.finish()
}

fn read_json<R: Record>(body: &[u8], reader: &mut Reader<'_, R>) -> Result<()> {
    let invalid = |message: String| Error::invalid("invalid_json", message);
    let text = std::str::from_utf8(body).map_err(|e| {
        let (line, column) = position(body, e.valid_up_to());
        invalid(format!("the body is not UTF-8 at line {line} column {column}: encode it as UTF-8"))
    })?;
    let read = match text.trim_ascii_start().as_bytes().first() {
        Some(b'[') => read_array(text, R::FIELDS, &mut |_, element| {
            reader.take(element.map_err(|e| format!("expected an object: {}", text::bare(&e))))
        }),
        Some(b'{') => read_one(text, R::FIELDS).map(|object| {
            let _ = reader.take(Ok(object));
        }),
        Some(_) => {
            let (line, column) = position(body, text.len() - text.trim_ascii_start().len());
            return Err(invalid(format!(
                "the body at line {line} column {column} is neither an object nor an array of objects"
            )));
        }
        None => return Err(invalid("the body is empty: expected an object or an array of objects".to_owned())),
    };
    read.map_err(|e| {
        let hint = match e.to_string() {
            m if m.starts_with("trailing characters") => {
                "; one object a line needs the header Content-Type: application/x-ndjson"
            }
            _ => "",
        };
        invalid(format!("the body is not valid JSON: {e}{hint}"))
    })
}

fn read_lines<R: Record>(body: &[u8], reader: &mut Reader<'_, R>) {
    for (number, line) in (1..).zip(body.split(|b| *b == b'\n')) {
        let line = line.trim_ascii();
        if line.is_empty() {
            continue;
        }
        let element = match std::str::from_utf8(line) {
            Err(_) => Err(format!("line {number} is not UTF-8: encode it as UTF-8")),
            Ok(text) => read_one(text, R::FIELDS).map_err(|e| match e.is_data() {
                true => format!("line {number}: expected an object: {}", text::bare(&e)),
                false => format!("line {number} is not valid JSON at column {}: {}", e.column(), text::bare(&e)),
            }),
        };
        if reader.take(element).is_break() {
            return;
        }
    }
}

/// Line and column of a byte, both from 1, the column in bytes.
fn position(body: &[u8], at: usize) -> (usize, usize) {
    let before = &body[..at];
    let line_start = before.iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
    (before.iter().filter(|b| **b == b'\n').count() + 1, at - line_start + 1)
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
