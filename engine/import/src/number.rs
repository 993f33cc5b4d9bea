//! Decimals as people and programs write them, turned into exact JSON numbers of at most four fraction digits.
use kupets_core::schema::DECIMAL_SCALE;

/// Fraction digits that are kept.
const DIGITS: usize = DECIMAL_SCALE as usize;
/// Ten to that power.
const SCALE: f64 = 10_000.0;

/// Which mark separates the fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DecimalMark {
    /// `1234.56`
    #[default]
    Point,
    /// `1234,56`; a point is understood too.
    Comma,
}

/// Appends a binary float as the shortest decimal that reads back as the same float.
///
/// # Errors
/// It is not finite, or that decimal has more than four fraction digits.
pub(super) fn write_float(out: &mut Vec<u8>, value: f64) -> Result<(), String> {
    // Below 10^15 ten-thousandths each decimal of four fraction digits has a float of its own, and the division is
    // correctly rounded: if it gives `value` back, these digits are the shortest ones. No formatting is needed then.
    let scaled = (value * SCALE).round();
    if scaled.abs() < 1e15 && scaled / SCALE == value {
        #[allow(clippy::cast_possible_truncation)] // whole and below 10^15
        write_scaled(out, scaled as i64);
        return Ok(());
    }
    if !value.is_finite() {
        return Err(format!("{value} is not a number"));
    }
    write_text(out, &format!("{value}"), DecimalMark::Point)
}

/// Appends a count of ten-thousandths without needless zeros.
fn write_scaled(out: &mut Vec<u8>, scaled: i64) {
    if scaled < 0 {
        out.push(b'-');
    }
    let (whole, mut fraction) = (scaled.unsigned_abs() / 10_000, scaled.unsigned_abs() % 10_000);
    out.extend_from_slice(itoa::Buffer::new().format(whole).as_bytes());
    if fraction == 0 {
        return;
    }
    out.push(b'.');
    let mut unit = 1_000;
    while fraction > 0 {
        #[allow(clippy::cast_possible_truncation)] // one digit
        out.push(b'0' + (fraction / unit) as u8);
        fraction %= unit;
        unit /= 10;
    }
}

/// Appends a decimal given as text: an optional sign, digits, an optional fraction; spaces between groups of digits are
/// understood, thousands commas are not, because `1,234` can be read in two ways.
///
/// # Errors
/// Anything else, and more than four fraction digits (zeros at the end do not count).
pub(super) fn write_text(out: &mut Vec<u8>, text: &str, mark: DecimalMark) -> Result<(), String> {
    let trimmed = text.trim();
    let (negative, unsigned) = match trimmed.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, trimmed.strip_prefix('+').unwrap_or(trimmed)),
    };
    let point = match mark {
        DecimalMark::Point => unsigned.find('.'),
        DecimalMark::Comma => unsigned.find([',', '.']),
    };
    let (whole, fraction) = match point {
        Some(at) => (&unsigned[..at], unsigned[at + 1..].trim_end_matches('0')),
        None => (unsigned, ""),
    };
    let start = out.len();
    if negative {
        out.push(b'-');
    }
    let digits = out.len();
    let mut last_is_digit = false;
    for c in whole.chars() {
        match c {
            '0'..='9' => {
                out.push(c as u8);
                last_is_digit = true;
            }
            ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' if last_is_digit => last_is_digit = false,
            _ => {
                out.truncate(start);
                return Err(refusal(text, mark));
            }
        }
    }
    // JSON has no leading zeros: `007` is 7 and `.5` is 0.5.
    let zeros = out[digits..].iter().take_while(|&&b| b == b'0').count();
    let empty = out.len() == digits;
    out.drain(digits..digits + zeros);
    if out.len() == digits {
        out.push(b'0');
    }
    let no_digits = empty && point.is_none_or(|at| unsigned.len() == at + 1);
    if no_digits || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        out.truncate(start);
        return Err(refusal(text, mark));
    }
    if fraction.len() > DIGITS {
        out.truncate(start);
        return Err(format!(
            "{trimmed} has {} fraction digits, at most {DIGITS} are kept exactly: round it before the import",
            fraction.len()
        ));
    }
    if !fraction.is_empty() {
        out.push(b'.');
        out.extend_from_slice(fraction.as_bytes());
    }
    Ok(())
}

fn refusal(text: &str, mark: DecimalMark) -> String {
    let hint = if mark == DecimalMark::Point && text.contains(',') {
        "; if the comma separates the fraction, pass --decimal-comma"
    } else {
        ""
    };
    format!("{text:?} is not a decimal such as -1234.56{hint}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    fn float(value: f64) -> Result<String, String> {
        let mut out = Vec::new();
        write_float(&mut out, value).map(|()| String::from_utf8(out).unwrap())
    }

    fn text(value: &str, mark: DecimalMark) -> Result<String, String> {
        let mut out = b"x".to_vec();
        let done = write_text(&mut out, value, mark);
        let written = String::from_utf8(out).unwrap();
        done.map(|()| written[1..].to_owned()).inspect_err(|_| assert_eq!(written, "x", "nothing is left behind"))
    }

    #[test]
    fn floats_become_the_decimals_people_meant() {
        for (value, expected) in [
            (2.55, "2.55"),
            (0.001, "0.001"),
            (-11062.06, "-11062.06"),
            (0.0, "0"),
            (-0.0, "0"),
            (6.0, "6"),
            (1.1, "1.1"),
            (0.0001, "0.0001"),
            (99_999_999_999.99, "99999999999.99"),
            (1e15, "1000000000000000"),
        ] {
            assert_eq!(float(value).unwrap(), expected);
        }
        assert!(float(0.00001).unwrap_err().contains("5 fraction digits"));
        assert!(float(1.0 / 3.0).unwrap_err().contains("round it"));
        assert!(float(f64::INFINITY).is_err());
    }

    #[test]
    fn text_is_read_as_written_or_refused() {
        use DecimalMark::{Comma, Point};
        for (value, mark, expected) in [
            ("2.55", Point, "2.55"),
            (" 007 ", Point, "7"),
            ("+.5", Point, "0.5"),
            ("5.", Point, "5"),
            ("-0.10000", Point, "-0.1"),
            ("1 234 567.89", Point, "1234567.89"),
            ("1\u{a0}234,50", Comma, "1234.5"),
            ("12.5", Comma, "12.5"),
            ("\u{2212}3", Point, "-3"),
        ] {
            assert_eq!(text(value, mark).unwrap(), expected, "{value}");
        }
        for bad in ["", "-", ".", "abc", "1e3", "$5", "(5.00)", "1.2.3", "1 234.5 6", "0x1", "1,234.5"] {
            assert!(text(bad, Point).is_err(), "{bad}");
        }
        assert!(text("1,5", Point).unwrap_err().contains("--decimal-comma"));
        assert!(text("1.23456", Point).unwrap_err().contains("5 fraction digits"));
    }

    proptest! {
        #[test]
        fn every_four_digit_decimal_survives_the_float(scaled in -999_999_999_999_i64..999_999_999_999) {
            let exact = rust_decimal::Decimal::new(scaled, 4).normalize().to_string();
            let value: f64 = exact.parse().unwrap();
            prop_assert_eq!(float(value).unwrap(), exact);
        }
    }
}
