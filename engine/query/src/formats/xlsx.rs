//! A workbook of one sheet, written row by row through temporary files, so that memory stays flat.

use arrow::{
    array::{Array, ArrayRef, AsArray, RecordBatch},
    compute::cast,
    datatypes::{DataType, Date32Type, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType, UInt64Type},
    json::EncoderOptions,
};
use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::{
    cell,
    writer::{Writer, failed},
};
use kupets_core::{Error, Kind, Result};

use crate::{Answer, Zone, answer::Progress};

/// Rows of a sheet below its header.
const MAX_ROWS: u32 = 1_048_575;
/// Columns of a sheet.
const MAX_COLUMNS: usize = 16_384;
/// Whole numbers past this have digits that a sheet's number cannot hold; they are written as text.
const MAX_EXACT: i64 = 1 << 53;
/// Days from Excel's day 0 to the epoch, and from the epoch back to Excel's first day that every program reads alike.
const EPOCH_DAY: f64 = 25_569.0;
const FIRST_DAY: f64 = 61.0;

pub(super) struct Xlsx {
    workbook: Workbook,
    row: u32,
    zone: Option<std::sync::Arc<Zone>>,
    options: EncoderOptions,
    date: Format,
    time: Format,
}

impl Xlsx {
    pub(super) fn open(answer: &Answer) -> Result<Self> {
        if answer.columns.len() > MAX_COLUMNS {
            return Err(Error::new(
                Kind::Limit,
                "format_limit",
                format!(
                    "A sheet holds {MAX_COLUMNS} columns and the answer has {}. Use csv or parquet.",
                    answer.columns.len()
                ),
            ));
        }
        let mut workbook = Workbook::new();
        if let Some(dir) = &answer.progress.work_dir {
            workbook.set_tempdir(dir).map_err(|e| failed("xlsx", e))?;
        }
        let heading = Format::new().set_bold();
        let sheet = workbook.add_worksheet_with_constant_memory().map_err(|e| failed("xlsx", e))?;
        for (i, column) in answer.columns.iter().enumerate() {
            sheet
                .write_string_with_format(0, index(i)?, column.name.as_str(), &heading)
                .map_err(|e| failed("xlsx", e))?;
        }
        Ok(Self {
            workbook,
            row: 0,
            zone: Zone::parse(&answer.meta.time_zone),
            options: cell::options(),
            date: Format::new().set_num_format("yyyy-mm-dd"),
            time: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
        })
    }
}

fn index(column: usize) -> Result<u16> {
    u16::try_from(column).map_err(|e| failed("xlsx", e))
}

/// Whether a cell can hold the decimal: a sheet keeps 15 digits of a number. Zeros at either end do not count.
fn exact(decimal: &str) -> bool {
    let digits = || decimal.bytes().filter(u8::is_ascii_digit);
    let first = digits().take_while(|d| *d == b'0').count();
    let last = digits().rev().take_while(|d| *d == b'0').count();
    digits().count().saturating_sub(first + last) <= 15
}

/// A column, ready to be written cell by cell.
enum Cells {
    Number(ArrayRef),
    /// The numbers, and their exact texts.
    Decimal(ArrayRef, ArrayRef),
    Whole(ArrayRef),
    Boolean(ArrayRef),
    Date(ArrayRef),
    Time(ArrayRef),
    Text(ArrayRef),
}

impl Xlsx {
    fn cells(&self, field: &arrow::datatypes::FieldRef, array: &ArrayRef) -> Result<Cells, arrow::error::ArrowError> {
        let micros = |zone: Option<&str>| DataType::Timestamp(TimeUnit::Microsecond, zone.map(Into::into));
        Ok(match array.data_type() {
            DataType::Boolean => Cells::Boolean(array.clone()),
            DataType::UInt64 => match array.as_primitive::<UInt64Type>().values().iter().all(|v| *v < MAX_EXACT as u64)
            {
                true => Cells::Number(cast(array, &DataType::Float64)?),
                false => Cells::Text(cast(array, &DataType::Utf8)?),
            },
            t if t.is_integer() => Cells::Whole(cast(array, &DataType::Int64)?),
            t if t.is_decimal() => Cells::Decimal(cast(array, &DataType::Float64)?, cast(array, &DataType::Utf8)?),
            t if t.is_numeric() => Cells::Number(cast(array, &DataType::Float64)?),
            DataType::Date32 | DataType::Date64 => Cells::Date(cast(array, &DataType::Date32)?),
            DataType::Timestamp(_, None) => Cells::Time(cast(array, &micros(None))?),
            DataType::Timestamp(_, Some(_)) => {
                // People read a workbook by the clock on their wall.
                let instants = cast(array, &micros(Some("UTC")))?;
                let instants = instants.as_primitive::<TimestampMicrosecondType>();
                let values = match &self.zone {
                    Some(zone) => zone.to_local(instants.values()),
                    None => instants.values().to_vec(),
                };
                Cells::Time(std::sync::Arc::new(arrow::array::PrimitiveArray::<TimestampMicrosecondType>::new(
                    values.into(),
                    instants.nulls().cloned(),
                )))
            }
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Cells::Text(cast(array, &DataType::Utf8)?),
            _ => Cells::Text(cell::to_text(field, array, &self.options)?),
        })
    }
}

impl Writer for Xlsx {
    fn batch(&mut self, batch: &RecordBatch) -> Result<Vec<u8>> {
        if u64::from(self.row) + batch.num_rows() as u64 > u64::from(MAX_ROWS) {
            return Err(Error::new(
                Kind::Limit,
                "format_limit",
                format!("A sheet holds {MAX_ROWS} rows and the answer has more. Use csv or parquet, or send `limit`."),
            ));
        }
        let schema = batch.schema();
        let columns = schema
            .fields()
            .iter()
            .zip(batch.columns())
            .map(|(field, array)| self.cells(field, array))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|e| failed("xlsx", e))?;
        let sheet = self.workbook.worksheet_from_index(0).map_err(|e| failed("xlsx", e))?;
        for row in 0..batch.num_rows() {
            self.row += 1;
            for (i, cells) in columns.iter().enumerate() {
                let (at, to) = (self.row, index(i)?);
                let days = |value: f64, format: &Format, sheet: &mut rust_xlsxwriter::Worksheet, text: &str| {
                    // A sheet has no days before March 1900: the ones before are written as text.
                    if value < FIRST_DAY {
                        sheet.write_string(at, to, text).map(|_| ())
                    } else {
                        sheet.write_number_with_format(at, to, value, format).map(|_| ())
                    }
                };
                let written = match cells {
                    Cells::Number(a)
                    | Cells::Decimal(a, _)
                    | Cells::Whole(a)
                    | Cells::Boolean(a)
                    | Cells::Date(a)
                    | Cells::Time(a)
                    | Cells::Text(a)
                        if a.is_null(row) =>
                    {
                        Ok(())
                    }
                    Cells::Number(a) => match a.as_primitive::<Float64Type>().value(row) {
                        value if value.is_finite() => sheet.write_number(at, to, value).map(|_| ()),
                        _ => Ok(()),
                    },
                    Cells::Decimal(numbers, texts) => {
                        let text = texts.as_string::<i32>().value(row);
                        match exact(text) {
                            true => {
                                let value = numbers.as_primitive::<Float64Type>().value(row);
                                sheet.write_number(at, to, value).map(|_| ())
                            }
                            false => sheet.write_string(at, to, text).map(|_| ()),
                        }
                    }
                    Cells::Whole(a) => match a.as_primitive::<Int64Type>().value(row) {
                        value if (-MAX_EXACT..=MAX_EXACT).contains(&value) => {
                            sheet.write_number(at, to, value as f64).map(|_| ())
                        }
                        value => sheet.write_string(at, to, value.to_string()).map(|_| ()),
                    },
                    Cells::Boolean(a) => sheet.write_boolean(at, to, a.as_boolean().value(row)).map(|_| ()),
                    Cells::Date(a) => {
                        let a = a.as_primitive::<Date32Type>();
                        let text = a.value_as_date(row).map(|d| d.to_string()).unwrap_or_default();
                        days(f64::from(a.value(row)) + EPOCH_DAY, &self.date, sheet, &text)
                    }
                    Cells::Time(a) => {
                        let a = a.as_primitive::<TimestampMicrosecondType>();
                        let text = a.value_as_datetime(row).map(|d| d.to_string()).unwrap_or_default();
                        days(a.value(row) as f64 / 86_400e6 + EPOCH_DAY, &self.time, sheet, &text)
                    }
                    Cells::Text(a) => sheet.write_string(at, to, a.as_string::<i32>().value(row)).map(|_| ()),
                };
                written.map_err(|e| match e {
                    XlsxError::MaxStringLengthExceeded => Error::new(
                        Kind::Limit,
                        "format_limit",
                        format!(
                            "Row {at} has a text of more than 32,767 characters in column {}, which a sheet cannot hold. \
                             Shorten it with left(), or use csv.",
                            schema.field(i).name()
                        ),
                    ),
                    other => failed("xlsx", other),
                })?;
            }
        }
        Ok(Vec::new())
    }

    fn finish(mut self: Box<Self>, _: &Progress) -> Result<Vec<u8>> {
        self.workbook.save_to_buffer().map_err(|e| failed("xlsx", e))
    }

    fn finishes_slowly(&self) -> bool {
        true
    }
}
