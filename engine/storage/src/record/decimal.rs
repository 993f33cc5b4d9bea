//! Exact decimals: text to ten-thousandths in an `i64` and back. Nothing is ever rounded.
use kupets_core::schema::{DECIMAL_PRECISION, DECIMAL_SCALE};

/// Ten-thousandths in one.
pub const UNIT: i64 = 10_i64.pow(DECIMAL_SCALE as u32);
/// The largest magnitude of a stored decimal, in ten-thousandths: 18 nines.
pub const MAX: i64 = 10_i64.pow(DECIMAL_PRECISION as u32) - 1;

/// Why a text is not a decimal of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalError {
    /// It is not written as a number.
    NotANumber,
    /// A digit other than 0 stands past the fourth fraction place.
    TooPrecise,
    /// Its magnitude is over [`MAX`].
    TooLarge,
}

/// Parses a number as JSON writes it (`-1.5`, `2e3`, also with leading zeros) into ten-thousandths.
///
/// # Errors
/// [`DecimalError`]: not a number, more than 4 fraction digits, or more than 14 digits before the point.
pub fn parse(text: &str) -> Result<i64, DecimalError> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], parse_exponent(&unsigned[at + 1..])?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((_, "")) => return Err(DecimalError::NotANumber),
        Some(parts) => parts,
        None => (mantissa, ""),
    };
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return Err(DecimalError::NotANumber);
    }

    // The value is the digits times 10^shift, in ten-thousandths.
    let shift = exponent + i64::from(DECIMAL_SCALE) - fraction.len() as i64;
    let digits = whole.len() as i64 + fraction.len() as i64;
    let mut value: i64 = 0;
    for (place, byte) in (0_i64..).zip(whole.bytes().chain(fraction.bytes())) {
        let digit = i64::from(byte - b'0');
        if place < digits + shift {
            value = push(value, digit)?;
        } else if digit != 0 {
            return Err(DecimalError::TooPrecise);
        }
    }
    if value != 0 {
        // Ends after 18 steps at most: the value is over the bound by then.
        for _ in 0..shift.max(0) {
            value = push(value, 0)?;
        }
    }
    Ok(if negative { -value } else { value })
}

/// Appends a digit.
fn push(value: i64, digit: i64) -> Result<i64, DecimalError> {
    // `value` is at most MAX < 10^18, so ten times it plus a digit can pass i64::MAX: checked.
    let next = value.checked_mul(10).and_then(|v| v.checked_add(digit)).ok_or(DecimalError::TooLarge)?;
    if next > MAX { Err(DecimalError::TooLarge) } else { Ok(next) }
}

/// Parses what follows the `e`; clamped, since past a million only zero has a value that fits.
fn parse_exponent(text: &str) -> Result<i64, DecimalError> {
    const BOUND: i64 = 1_000_000_000_000;
    let (negative, digits) = match text.as_bytes() {
        [b'-', ..] => (true, &text[1..]),
        [b'+', ..] => (false, &text[1..]),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(DecimalError::NotANumber);
    }
    let magnitude = digits.bytes().fold(0_i64, |n, b| (n * 10 + i64::from(b - b'0')).min(BOUND));
    Ok(if negative { -magnitude } else { magnitude })
}

/// Multiplies two decimals exactly.
///
/// # Errors
/// [`DecimalError::TooPrecise`] when the product needs more than 4 fraction digits, [`DecimalError::TooLarge`].
pub fn multiply(a: i64, b: i64) -> Result<i64, DecimalError> {
    // Two i64 always fit an i128 product.
    let product = i128::from(a) * i128::from(b);
    if product % i128::from(UNIT) != 0 {
        return Err(DecimalError::TooPrecise);
    }
    in_range(product / i128::from(UNIT)).ok_or(DecimalError::TooLarge)
}

/// The value if `DECIMAL(18, 4)` holds it.
pub fn in_range(units: i128) -> Option<i64> {
    i64::try_from(units).ok().filter(|v| v.unsigned_abs() <= MAX.unsigned_abs())
}

/// Writes ten-thousandths without trailing zeros: `15.3`, `-2`, `0.0001`.
pub fn text(units: i64) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let (whole, fraction) = (units.unsigned_abs() / UNIT.unsigned_abs(), units.unsigned_abs() % UNIT.unsigned_abs());
    if fraction == 0 {
        return format!("{sign}{whole}");
    }
    let fraction = format!("{fraction:04}");
    format!("{sign}{whole}.{}", fraction.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_every_way_of_writing_a_number() {
        for (text, units) in [
            ("0", 0),
            ("-0", 0),
            ("-0.0000", 0),
            ("6", 60_000),
            ("2.55", 25_500),
            ("-1.5", -15_000),
            ("15.30", 153_000),
            ("0.0001", 1),
            ("1.23450000000000000000000000000000000000000000000", 12_345),
            ("00012.5", 125_000),
            ("1e3", 10_000_000),
            ("1E+3", 10_000_000),
            ("1.5e-3", 15),
            ("15000e-7", 15),
            ("0e999999999999999999999", 0),
            ("0e-999999999999999999999", 0),
            ("99999999999999.9999", MAX),
            ("-99999999999999.9999", -MAX),
            ("9999999999999999990000e-8", 999_999_999_999_999_999),
        ] {
            assert_eq!(parse(text), Ok(units), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_exact() {
        for text in ["1.23456", "0.00001", "15000e-8", "1e-5", "1e-999999999999999999999", "0.99999"] {
            assert_eq!(parse(text), Err(DecimalError::TooPrecise), "{text}");
        }
        for text in ["100000000000000", "1e14", "-1e14", "1e999999999999999999999", "99999999999999999999999999"] {
            assert_eq!(parse(text), Err(DecimalError::TooLarge), "{text}");
        }
        for text in ["", "-", ".", ".5", "5.", "1,5", "1 000", "0x10", "NaN", "1e", "1e+", "--1", "+1", "1.2.3", "١"] {
            assert_eq!(parse(text), Err(DecimalError::NotANumber), "{text}");
        }
    }

    #[test]
    fn multiplies_exactly_or_not_at_all() {
        assert_eq!(multiply(60_000, 25_500), Ok(153_000));
        assert_eq!(multiply(-60_000, 25_500), Ok(-153_000));
        assert_eq!(multiply(1, 1), Err(DecimalError::TooPrecise));
        assert_eq!(multiply(MAX, 20_000), Err(DecimalError::TooLarge));
        assert_eq!(multiply(i64::MIN, i64::MIN), Err(DecimalError::TooPrecise));
    }

    proptest! {
        #[test]
        fn text_and_back(units in -MAX..=MAX) {
            prop_assert_eq!(parse(&text(units)), Ok(units));
        }

        #[test]
        fn exponents_mean_shifts(units in -MAX..=MAX, shift in -30_i32..30) {
            // units * 10^-4 written with another exponent is the same number.
            let digits = units.unsigned_abs().to_string();
            let sign = if units < 0 { "-" } else { "" };
            let written = if shift >= 0 {
                format!("{sign}{digits}{}e{}", "0".repeat(shift.unsigned_abs() as usize), -4 - shift)
            } else {
                let padded = format!("{}{digits}", "0".repeat(shift.unsigned_abs() as usize));
                let at = padded.len() - shift.unsigned_abs() as usize;
                format!("{sign}{}.{}e{}", &padded[..at], &padded[at..], -4 - shift)
            };
            prop_assert_eq!(parse(&written), Ok(units), "{}", written);
        }

        #[test]
        fn never_panics(text in "\\PC{0,40}") {
            let _ = parse(&text);
        }
    }
}
