//! The seven kinds of column that the import works with; every source brings its own types to these.

use std::{collections::HashMap, sync::Arc};

use arrow::{
    array::{
        Array, ArrayRef, AsArray, BooleanArray, Date32Array, Float64Array, Int64Array, StringArray, StringBuilder,
        TimestampMicrosecondArray,
    },
    compute::{CastOptions, cast_with_options},
    datatypes::{
        DataType, Date32Type, Field, FieldRef, Float32Type, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType,
    },
    error::ArrowError,
    json::writer::{EncoderOptions, make_encoder},
};

/// Metadata key of a text column whose cells are JSON values rather than text.
const JSON: &str = "kupets.json";

/// A field of JSON values, held as text.
pub(super) fn json_field(name: &str) -> Field {
    Field::new(name, DataType::Utf8, true).with_metadata(HashMap::from([(JSON.to_owned(), "1".to_owned())]))
}

/// A column of one batch.
#[derive(Debug, Clone)]
pub(super) enum Cells {
    /// Text.
    Text(StringArray),
    /// JSON values.
    Json(StringArray),
    /// Whole numbers.
    Int(Int64Array),
    /// Floats.
    Float(Float64Array),
    /// Truth values.
    Bool(BooleanArray),
    /// Instants.
    Instant(TimestampMicrosecondArray),
    /// Wall clocks without a zone.
    Local(TimestampMicrosecondArray),
    /// Dates.
    Date(Date32Array),
}

impl Cells {
    /// Wraps a column that [`normalise`] has made.
    ///
    /// # Errors
    /// A type that is none of ours.
    pub(super) fn new(field: &Field, array: &ArrayRef) -> Result<Self, ArrowError> {
        Ok(match field.data_type() {
            DataType::Utf8 if field.metadata().contains_key(JSON) => Self::Json(array.as_string().clone()),
            DataType::Utf8 => Self::Text(array.as_string().clone()),
            DataType::Int64 => Self::Int(array.as_primitive::<Int64Type>().clone()),
            DataType::Float64 => Self::Float(array.as_primitive::<Float64Type>().clone()),
            DataType::Boolean => Self::Bool(array.as_boolean().clone()),
            DataType::Timestamp(TimeUnit::Microsecond, Some(_)) => {
                Self::Instant(array.as_primitive::<TimestampMicrosecondType>().clone())
            }
            DataType::Timestamp(TimeUnit::Microsecond, None) => {
                Self::Local(array.as_primitive::<TimestampMicrosecondType>().clone())
            }
            DataType::Date32 => Self::Date(array.as_primitive::<Date32Type>().clone()),
            other => return Err(ArrowError::NotYetImplemented(format!("columns of type {other}"))),
        })
    }

    /// Nothing stands here. Empty text and NaN are nothing: that is how files without nulls write them.
    #[inline]
    pub(super) fn is_absent(&self, row: usize) -> bool {
        match self {
            Self::Text(a) => a.is_null(row) || a.value(row).is_empty(),
            Self::Json(a) => a.is_null(row) || matches!(a.value(row), "null" | "\"\""),
            Self::Int(a) => a.is_null(row),
            Self::Float(a) => a.is_null(row) || a.value(row).is_nan(),
            Self::Bool(a) => a.is_null(row),
            Self::Instant(a) | Self::Local(a) => a.is_null(row),
            Self::Date(a) => a.is_null(row),
        }
    }

    /// Whether two cells that are there hold the same value.
    #[inline]
    pub(super) fn same(&self, row: usize, other: &Self, other_row: usize) -> bool {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) | (Self::Json(a), Self::Json(b)) => a.value(row) == b.value(other_row),
            (Self::Int(a), Self::Int(b)) => a.value(row) == b.value(other_row),
            (Self::Float(a), Self::Float(b)) => a.value(row).to_bits() == b.value(other_row).to_bits(),
            (Self::Bool(a), Self::Bool(b)) => a.value(row) == b.value(other_row),
            (Self::Instant(a), Self::Instant(b)) | (Self::Local(a), Self::Local(b)) => {
                a.value(row) == b.value(other_row)
            }
            (Self::Date(a), Self::Date(b)) => a.value(row) == b.value(other_row),
            // Columns of one file have one type in all its batches.
            _ => false,
        }
    }
}

/// Brings a column of any readable type to one of the kinds of [`Cells`].
///
/// # Errors
/// A type without a text, or a value that does not fit; both name the column.
pub(super) fn normalise(field: &Field, array: &ArrayRef) -> Result<(FieldRef, ArrayRef), ArrowError> {
    let name = field.name();
    let plain = |data_type: DataType, array: ArrayRef| (Arc::new(Field::new(name, data_type, true)), array);
    let to = |data_type: DataType| -> Result<ArrayRef, ArrowError> {
        cast_with_options(array, &data_type, &CastOptions { safe: false, ..CastOptions::default() })
            .map_err(|e| ArrowError::CastError(format!("column {name:?}: {e}")))
    };
    Ok(match field.data_type() {
        DataType::Utf8 | DataType::Int64 | DataType::Float64 | DataType::Boolean | DataType::Date32 => {
            plain(field.data_type().clone(), array.clone())
        }
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::UInt8 | DataType::UInt16 | DataType::UInt32 => {
            plain(DataType::Int64, to(DataType::Int64)?)
        }
        // A 32-bit 2.55 is 2.549999952… as a 64-bit float; its own shortest digits are what was meant.
        DataType::Float16 | DataType::Float32 => {
            let floats = to(DataType::Float32)?;
            let mut text = StringBuilder::new();
            for value in floats.as_primitive::<Float32Type>() {
                text.append_option(value.filter(|v| !v.is_nan()).map(|v| v.to_string()));
            }
            (Arc::new(json_field(name)), Arc::new(text.finish()) as ArrayRef)
        }
        DataType::UInt64
        | DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..) => (Arc::new(json_field(name)), to(DataType::Utf8)?),
        DataType::Timestamp(_, zone) => {
            // An instant is stored in UTC whatever zone it is to be shown in.
            let kind = DataType::Timestamp(TimeUnit::Microsecond, zone.as_ref().map(|_| "UTC".into()));
            plain(kind.clone(), to(kind)?)
        }
        DataType::Date64 => plain(DataType::Date32, to(DataType::Date32)?),
        DataType::Dictionary(_, value) => {
            let unpacked = to(value.as_ref().clone())?;
            return normalise(&Field::new(name, value.as_ref().clone(), true), &unpacked);
        }
        DataType::List(_)
        | DataType::LargeList(_)
        | DataType::ListView(_)
        | DataType::LargeListView(_)
        | DataType::FixedSizeList(..)
        | DataType::Struct(_)
        | DataType::Map(..) => (Arc::new(json_field(name)), nested(field, array)?),
        _ => plain(DataType::Utf8, to(DataType::Utf8)?),
    })
}

/// Lists, structs and maps as JSON.
fn nested(field: &Field, array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let (field, options) = (Arc::new(field.clone()), EncoderOptions::default());
    let mut encoder = make_encoder(&field, array.as_ref(), &options)?;
    let mut text = StringBuilder::new();
    let mut cell = Vec::new();
    for row in 0..array.len() {
        if encoder.is_null(row) {
            text.append_null();
            continue;
        }
        cell.clear();
        encoder.encode(row, &mut cell);
        text.append_value(std::str::from_utf8(&cell).map_err(|e| ArrowError::JsonError(e.to_string()))?);
    }
    Ok(Arc::new(text.finish()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use arrow::array::{
        Decimal128Array, DictionaryArray, Float32Array, Int32Array, LargeStringArray, ListArray,
        TimestampNanosecondArray, UInt64Array,
    };
    use arrow::datatypes::Int32Type;

    use super::*;

    fn text(array: impl Array + 'static) -> (bool, Vec<String>) {
        let array: ArrayRef = Arc::new(array);
        let (field, array) = normalise(&Field::new("c", array.data_type().clone(), true), &array).unwrap();
        match Cells::new(&field, &array).unwrap() {
            Cells::Json(a) => (true, a.iter().map(|v| v.unwrap_or("-").to_owned()).collect()),
            Cells::Text(a) => (false, a.iter().map(|v| v.unwrap_or("-").to_owned()).collect()),
            other => (false, vec![format!("{other:?}")]),
        }
    }

    #[test]
    fn types_of_parquet_come_down_to_ours() {
        assert_eq!(
            text(Float32Array::from(vec![Some(2.55), None, Some(f32::NAN)])),
            (true, vec!["2.55".into(), "-".into(), "-".into()])
        );
        let decimals = Decimal128Array::from(vec![25_500]).with_precision_and_scale(10, 4).unwrap();
        assert_eq!(text(decimals), (true, vec!["2.5500".into()]));
        assert_eq!(text(UInt64Array::from(vec![u64::MAX])), (true, vec!["18446744073709551615".into()]));
        assert_eq!(text(LargeStringArray::from(vec!["a"])), (false, vec!["a".into()]));
        let dictionary: DictionaryArray<Int32Type> = ["x", "y", "x"].into_iter().collect();
        assert_eq!(text(dictionary), (false, vec!["x".into(), "y".into(), "x".into()]));
        let list = ListArray::from_iter_primitive::<Int32Type, _, _>([Some([Some(1), None])]);
        assert_eq!(text(list), (true, vec!["[1,null]".into()]));
    }

    #[test]
    fn times_keep_their_zone_and_numbers_their_kind() {
        let nanos: ArrayRef = Arc::new(TimestampNanosecondArray::from(vec![1_500]).with_timezone("Europe/Moscow"));
        let (field, array) = normalise(&Field::new("t", nanos.data_type().clone(), true), &nanos).unwrap();
        assert!(matches!(Cells::new(&field, &array).unwrap(), Cells::Instant(a) if a.value(0) == 1));
        let ints: ArrayRef = Arc::new(Int32Array::from(vec![Some(7), None]));
        let (field, array) = normalise(&Field::new("i", ints.data_type().clone(), true), &ints).unwrap();
        let cells = Cells::new(&field, &array).unwrap();
        assert!(!cells.is_absent(0) && cells.is_absent(1) && cells.same(0, &cells, 0));
    }

    #[test]
    fn what_is_not_utf8_is_an_error_not_a_null() {
        let binary: ArrayRef = Arc::new(arrow::array::BinaryArray::from_vec(vec![b"\xff"]));
        assert!(
            normalise(&Field::new("b", DataType::Binary, true), &binary).unwrap_err().to_string().contains("\"b\"")
        );
    }
}
