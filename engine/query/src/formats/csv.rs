//! RFC 4180: a header line, CRLF, quotes where needed. An empty cell is null and `""` is empty text; figures and times are
//! written as in JSON, nested values as JSON text. With the guard, no text is a formula to a spreadsheet program. After
//! an error the last line has one cell, which says so.

use arrow::{
    array::{Array, AsArray, RecordBatch},
    datatypes::DataType,
    json::EncoderOptions,
};

use super::{
    cell, guard,
    writer::{Writer, failed},
};
use kupets_core::{Error, Result};

use crate::{Answer, answer::Progress};

pub(super) struct Csv {
    options: EncoderOptions,
    guarded: bool,
}

impl Csv {
    pub(super) fn open(answer: &Answer, guarded: bool) -> (Vec<u8>, Self) {
        let mut head = Vec::new();
        for (i, column) in answer.columns.iter().enumerate() {
            if i > 0 {
                head.push(b',');
            }
            text(column.name.as_bytes(), guarded, &mut head);
        }
        head.extend_from_slice(b"\r\n");
        (head, Self { options: cell::options(), guarded })
    }
}

impl Writer for Csv {
    fn batch(&mut self, batch: &RecordBatch) -> Result<Vec<u8>> {
        let schema = batch.schema();
        let mut cells = schema
            .fields()
            .iter()
            .zip(batch.columns())
            .map(|(field, array)| {
                Ok(match array.data_type() {
                    DataType::Utf8 => Cells::Text(Box::new(|row| array.as_string::<i32>().value(row)), array.as_ref()),
                    DataType::LargeUtf8 => {
                        Cells::Text(Box::new(|row| array.as_string::<i64>().value(row)), array.as_ref())
                    }
                    DataType::Utf8View => {
                        Cells::Text(Box::new(|row| array.as_string_view().value(row)), array.as_ref())
                    }
                    _ => Cells::Encoded(cell::encoder(field, array.as_ref(), &self.options)?),
                })
            })
            .collect::<Result<Vec<_>, arrow::error::ArrowError>>()
            .map_err(|e| failed("CSV", e))?;
        let mut out = Vec::with_capacity(batch.num_rows() * cells.len() * 12);
        let mut buffer = Vec::new();
        for row in 0..batch.num_rows() {
            for (i, cell) in cells.iter_mut().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                match cell {
                    Cells::Text(value, array) if array.is_valid(row) => {
                        text(value(row).as_bytes(), self.guarded, &mut out);
                    }
                    Cells::Encoded(encoder) if !encoder.is_null(row) => {
                        buffer.clear();
                        encoder.encode(row, &mut buffer);
                        if buffer != b"null" {
                            // What is no quoted text is a number, a word or nested: never a formula.
                            text(cell::unquote(&buffer), self.guarded && buffer.starts_with(b"\""), &mut out);
                        }
                    }
                    _ => {}
                }
            }
            out.extend_from_slice(b"\r\n");
        }
        Ok(out)
    }

    fn fail(&self, error: &Error) -> Vec<u8> {
        let mut line = Vec::new();
        text(format!("ERROR {}: {error}", error.code()).as_bytes(), false, &mut line);
        line.extend_from_slice(b"\r\n");
        line
    }

    fn finish(self: Box<Self>, _: &Progress) -> Result<Vec<u8>> {
        Ok(Vec::new())
    }
}

enum Cells<'a> {
    Text(Box<dyn Fn(usize) -> &'a str + 'a>, &'a dyn Array),
    Encoded(arrow::json::writer::NullableEncoder<'a>),
}

/// A cell, quoted where its content would end it early or be taken for null; a `guarded` one is no formula.
fn text(value: &[u8], guarded: bool, out: &mut Vec<u8>) {
    let mark: &[u8] = if guarded && guard::is_formula(value) { guard::MARK } else { b"" };
    let quote = value.is_empty() || value.iter().any(|b| matches!(b, b'"' | b',' | b'\r' | b'\n'));
    if !quote {
        out.extend_from_slice(mark);
        out.extend_from_slice(value);
        return;
    }
    out.push(b'"');
    out.extend_from_slice(mark);
    for &byte in value {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}
