//! Values as JSON text, by arrow's encoders, except where money and time need a form of their own.

use std::io::Write;

use arrow::{
    array::{Array, ArrayRef, AsArray, StringBuilder, UnionArray},
    datatypes::{
        DataType, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, FieldRef, TimeUnit,
        TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, i256,
    },
    error::ArrowError,
    json::writer::NullableEncoder,
    json::{Encoder, EncoderFactory, EncoderOptions},
    temporal_conversions as temporal,
};
use chrono::NaiveDateTime;
use datafusion_functions_json::JSON_UNION_DATA_TYPE;

/// How cells are encoded.
pub(super) fn options() -> EncoderOptions {
    EncoderOptions::default().with_explicit_nulls(true).with_encoder_factory(std::sync::Arc::new(Ours))
}

/// The encoder of a column.
pub(super) fn encoder<'a>(
    field: &'a FieldRef,
    array: &'a dyn Array,
    options: &'a EncoderOptions,
) -> Result<NullableEncoder<'a>, ArrowError> {
    arrow::json::writer::make_encoder(field, array, options)
}

/// The column as text: JSON for what is nested, for formats without such a type.
pub(super) fn to_text(field: &FieldRef, array: &ArrayRef, options: &EncoderOptions) -> Result<ArrayRef, ArrowError> {
    let mut encoder = encoder(field, array.as_ref(), options)?;
    let mut text = StringBuilder::new();
    let mut buffer = Vec::new();
    for row in 0..array.len() {
        if encoder.is_null(row) {
            text.append_null();
            continue;
        }
        buffer.clear();
        encoder.encode(row, &mut buffer);
        if buffer == b"null" {
            text.append_null();
        } else {
            text.append_value(String::from_utf8_lossy(unquote(&buffer)));
        }
    }
    Ok(std::sync::Arc::new(text.finish()))
}

/// A quoted JSON string that needs no escapes, without its quotes; anything else as it is.
pub(super) fn unquote(json: &[u8]) -> &[u8] {
    match json {
        [b'"', inner @ .., b'"'] => inner,
        _ => json,
    }
}

#[derive(Debug)]
struct Ours;

impl EncoderFactory for Ours {
    fn make_default_encoder<'a>(
        &self,
        _field: &'a FieldRef,
        array: &'a dyn Array,
        options: &'a EncoderOptions,
    ) -> Result<Option<NullableEncoder<'a>>, ArrowError> {
        let nulls = array.nulls().cloned();
        macro_rules! decimal {
            ($type:ty, $scale:expr) => {{
                let array = array.as_primitive::<$type>();
                Box::new(Each(move |row: usize, out: &mut Vec<u8>| decimal(array.value(row).into(), $scale, out)))
            }};
        }
        macro_rules! instant {
            ($type:ty, $convert:expr) => {{
                let array = array.as_primitive::<$type>();
                Box::new(Each(move |row: usize, out: &mut Vec<u8>| instant($convert(array.value(row)), out)))
            }};
        }
        let encoder: Box<dyn Encoder + 'a> = match array.data_type() {
            DataType::Decimal32(_, scale) => decimal!(Decimal32Type, *scale),
            DataType::Decimal64(_, scale) => decimal!(Decimal64Type, *scale),
            DataType::Decimal128(_, scale) => decimal!(Decimal128Type, *scale),
            DataType::Decimal256(_, scale) => {
                let (array, scale) = (array.as_primitive::<Decimal256Type>(), *scale);
                Box::new(Each(move |row: usize, out: &mut Vec<u8>| wide_decimal(array.value(row), scale, out)))
            }
            DataType::Timestamp(unit, Some(_)) => match unit {
                TimeUnit::Second => instant!(TimestampSecondType, temporal::timestamp_s_to_datetime),
                TimeUnit::Millisecond => instant!(TimestampMillisecondType, temporal::timestamp_ms_to_datetime),
                TimeUnit::Microsecond => instant!(TimestampMicrosecondType, temporal::timestamp_us_to_datetime),
                TimeUnit::Nanosecond => instant!(TimestampNanosecondType, temporal::timestamp_ns_to_datetime),
            },
            DataType::Union(fields, _) => {
                let Some(union) = array.as_any().downcast_ref::<UnionArray>() else { return Ok(None) };
                let raw_json = array.data_type() == &*JSON_UNION_DATA_TYPE;
                let mut members = Vec::new();
                for (id, field) in fields.iter() {
                    let raw = raw_json && matches!(field.name().as_str(), "array" | "object");
                    let raw = raw.then(|| union.child(id).as_string_opt::<i32>()).flatten();
                    members.push((id, raw, encoder(field, union.child(id).as_ref(), options)?));
                }
                Box::new(Union { union, members })
            }
            _ => return Ok(None),
        };
        Ok(Some(NullableEncoder::new(encoder, nulls)))
    }
}

/// An encoder made of a function.
struct Each<F>(F);

impl<F: FnMut(usize, &mut Vec<u8>)> Encoder for Each<F> {
    fn encode(&mut self, row: usize, out: &mut Vec<u8>) {
        (self.0)(row, out);
    }
}

/// A value that is one of several types: that of `attributes -> 'key'`.
struct Union<'a> {
    union: &'a UnionArray,
    /// By type id; nested JSON is kept as text and goes out as it is.
    members: Vec<(i8, Option<&'a arrow::array::StringArray>, NullableEncoder<'a>)>,
}

impl Encoder for Union<'_> {
    fn encode(&mut self, row: usize, out: &mut Vec<u8>) {
        let (id, at) = (self.union.type_id(row), self.union.value_offset(row));
        match self.members.iter_mut().find(|(member, ..)| *member == id) {
            Some((_, Some(text), _)) if !text.is_null(at) => out.extend_from_slice(text.value(at).as_bytes()),
            Some((_, None, encoder)) if !encoder.is_null(at) => encoder.encode(at, out),
            _ => out.extend_from_slice(b"null"),
        }
    }
}

/// RFC 3339 in UTC.
fn instant(time: Option<NaiveDateTime>, out: &mut Vec<u8>) {
    // Writing to a Vec does not fail.
    let _ = match time {
        Some(time) => write!(out, "\"{time:?}Z\""),
        None => out.write_all(b"null"),
    };
}

/// The number with its own digits: never through a float, zeros at the end of the fraction left out.
fn decimal(mut value: i128, scale: i8, out: &mut Vec<u8>) {
    let mut scale = i32::from(scale);
    while scale > 0 && value % 10 == 0 {
        value /= 10;
        scale -= 1;
    }
    if scale == 0 {
        let _ = write!(out, "{value}");
        return;
    }
    digits(&value.unsigned_abs().to_string(), value < 0, scale, out);
}

fn wide_decimal(value: i256, scale: i8, out: &mut Vec<u8>) {
    let text = value.to_string();
    let unsigned = text.trim_start_matches('-');
    digits(unsigned, text.starts_with('-'), i32::from(scale), out);
}

/// Writes an unsigned whole number as one with `scale` fraction digits.
fn digits(unsigned: &str, negative: bool, scale: i32, out: &mut Vec<u8>) {
    let zero = unsigned == "0";
    if negative {
        out.push(b'-');
    }
    let Ok(scale) = usize::try_from(scale) else {
        out.extend_from_slice(unsigned.as_bytes());
        if !zero {
            out.resize(out.len() + usize::try_from(scale.unsigned_abs()).unwrap_or(0), b'0');
        }
        return;
    };
    let padded = format!("{unsigned:0>width$}", width = scale + 1);
    let (whole, fraction) = padded.split_at(padded.len() - scale);
    out.extend_from_slice(whole.as_bytes());
    let fraction = fraction.trim_end_matches('0');
    if !fraction.is_empty() {
        out.push(b'.');
        out.extend_from_slice(fraction.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn decimals_keep_their_digits() {
        let text = |value: i128, scale: i8| {
            let mut out = Vec::new();
            decimal(value, scale, &mut out);
            let mut wide = Vec::new();
            wide_decimal(i256::from_i128(value), scale, &mut wide);
            assert_eq!(out, wide);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(text(153_000, 4), "15.3");
        assert_eq!(text(150_000, 4), "15");
        assert_eq!(text(-5, 4), "-0.0005");
        assert_eq!(text(0, 4), "0");
        assert_eq!(text(-12, 0), "-12");
        assert_eq!(text(12, -3), "12000");
        assert_eq!(text(97_477_479_340, 4), "9747747.934");
        assert_eq!(text(i128::MAX, 38), "1.70141183460469231731687303715884105727");
    }
}
