//! Decimals as people and programs write them, turned into exact JSON numbers of at most four fraction digits.
use kupets_core::schema::DECIMAL_SCALE;
use rust_decimal::{Decimal, RoundingStrategy};

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
    /// `1234,56`
    Comma,
}

/// What is known of the mark that separates the fractions of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// The file's numbers, or a person, have said which it is.
    Known(DecimalMark),
    /// No number of the file says it.
    Unknown,
    /// Some numbers of the file say the one, some the other.
    Both,
}

impl Default for Mark {
    fn default() -> Self {
        Self::Known(DecimalMark::Point)
    }
}

/// How text becomes a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Numbers {
    /// What decides where a cell alone does not.
    pub(super) mark: Mark,
    /// Round what has too many fraction digits, instead of refusing it.
    pub(super) round: bool,
}

/// What numbers of a file say about its mark.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Votes {
    points: u64,
    commas: u64,
}

impl Votes {
    /// Counts what a cell says, if it is a number and says anything.
    pub(super) fn count(&mut self, text: &str) {
        if is_plain(text.as_bytes()) {
            self.points += u64::from(text.contains('.'));
            return;
        }
        let says = Written::read(text).map(|w| w.fraction);
        if let Some(Fraction::After(mark, _) | Fraction::GroupsSay(mark)) = says {
            match mark {
                DecimalMark::Point => self.points += 1,
                DecimalMark::Comma => self.commas += 1,
            }
        }
    }

    /// These and others.
    pub(super) fn and(self, others: Self) -> Self {
        Self { points: self.points + others.points, commas: self.commas + others.commas }
    }

    /// What they say together.
    pub(super) fn mark(self) -> Mark {
        match (self.points, self.commas) {
            (0, 0) => Mark::Unknown,
            (_, 0) => Mark::Known(DecimalMark::Point),
            (0, _) => Mark::Known(DecimalMark::Comma),
            _ => Mark::Both,
        }
    }
}

/// Appends a binary float as the shortest decimal that reads back as the same float.
///
/// # Errors
/// It is not finite, or that decimal has more than four fraction digits and is not to be rounded.
pub(super) fn write_float(out: &mut Vec<u8>, value: f64, round: bool) -> Result<(), String> {
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
    write_text(out, &format!("{value}"), Numbers { round, ..Numbers::default() })
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

/// Appends a decimal given as text: digits in groups or not, a fraction or not, with a sign, parentheses of accountants and
/// a currency around them. `1.482` alone can be read in two ways: [`Numbers::mark`] decides it.
///
/// # Errors
/// Anything else, what stays ambiguous, and more than four fraction digits (zeros at the end do not count).
pub(super) fn write_text(out: &mut Vec<u8>, text: &str, numbers: Numbers) -> Result<(), String> {
    if is_plain(text.as_bytes()) {
        let zeros = if text.contains('.') { text.len() - text.trim_end_matches('0').len() } else { 0 };
        out.extend_from_slice(text[..text.len() - zeros].trim_end_matches('.').as_bytes());
        return Ok(());
    }
    let Some(written) = Written::read(text) else {
        return Err(format!("{text:?} is not a decimal such as -1234.56"));
    };
    let (whole, fraction) = written.parts(numbers.mark).ok_or_else(|| written.ambiguity(text, numbers.mark))?;
    let fraction = fraction.trim_end_matches('0');
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        whole => whole,
    };
    if fraction.len() > DIGITS {
        if numbers.round {
            return write_rounded(out, written.negative, whole, fraction, text);
        }
        return Err(format!(
            "{} has {} fraction digits, at most {DIGITS} are kept exactly: round it before the import, or pass --round",
            text.trim(),
            fraction.len()
        ));
    }
    if written.negative {
        out.push(b'-');
    }
    out.extend_from_slice(whole.as_bytes());
    if !fraction.is_empty() {
        out.push(b'.');
        out.extend_from_slice(fraction.as_bytes());
    }
    Ok(())
}

/// Most numbers: `12`, `12.5` and `12.50`, which every file means alike.
fn is_plain(text: &[u8]) -> bool {
    let (whole, fraction) = match text.iter().position(|b| *b == b'.') {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, &text[..0]),
    };
    let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    let whole_is_plain = matches!(whole, [b'1'..=b'9', ..]) || whole == b"0";
    whole_is_plain
        && digits(whole)
        && digits(fraction)
        && (text.len() == whole.len() || matches!(fraction.len(), 1 | 2))
}

fn write_rounded(out: &mut Vec<u8>, negative: bool, whole: &str, fraction: &str, text: &str) -> Result<(), String> {
    // Digits past the twentieth cannot change the fourth, but for a tie that no file means.
    let fraction = fraction.get(..fraction.len().min(20 - DIGITS)).unwrap_or(fraction);
    let exact = format!("{whole}.{fraction}").parse::<Decimal>().map_err(|e| format!("{text:?}: {e}"))?;
    let rounded = rounded(exact);
    if negative && !rounded.is_zero() {
        out.push(b'-');
    }
    out.extend_from_slice(rounded.to_string().as_bytes());
    Ok(())
}

/// As many fraction digits as are kept, without needless zeros; halves are rounded away from zero.
pub(super) fn rounded(value: Decimal) -> Decimal {
    let digits = u32::from(DECIMAL_SCALE.unsigned_abs());
    value.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero).normalize()
}

/// A number as it stands in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Written {
    negative: bool,
    digits: String,
    fraction: Fraction,
}

/// Where the fraction begins, as far as the number itself says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fraction {
    /// After this mark, at this digit.
    After(DecimalMark, usize),
    /// There is none, and nothing is said.
    None,
    /// There is none; the groups are separated by the other mark, so that this one separates fractions.
    GroupsSay(DecimalMark),
    /// The only mark, before the last three digits: of a fraction, or of thousands.
    Perhaps(DecimalMark, usize),
}

impl Written {
    fn read(text: &str) -> Option<Self> {
        let (negative, bare) = bare(text)?;
        let mut digits = String::with_capacity(bare.len());
        let mut marks: Vec<(char, usize)> = Vec::new();
        for c in bare.chars() {
            match c {
                '0'..='9' => digits.push(c),
                '.' | ',' => marks.push((c, digits.len())),
                '\'' | '\u{2019}' => marks.push(('\'', digits.len())),
                c if is_space(c) => marks.push((' ', digits.len())),
                _ => return None,
            }
        }
        if digits.is_empty() {
            return None;
        }
        let fraction = fraction(&digits, &marks)?;
        Some(Self { negative, digits, fraction })
    }

    /// Digits before and after the mark; none if they can be read in two ways.
    fn parts(&self, mark: Mark) -> Option<(&str, &str)> {
        match (self.fraction, mark) {
            (Fraction::After(_, at), _) => Some(self.digits.split_at(at)),
            (Fraction::Perhaps(own, at), Mark::Known(known)) if own == known => Some(self.digits.split_at(at)),
            (Fraction::Perhaps(..), Mark::Unknown | Mark::Both) => None,
            _ => Some((self.digits.as_str(), "")),
        }
    }

    fn ambiguity(&self, text: &str, mark: Mark) -> String {
        let Fraction::Perhaps(_, at) = self.fraction else { return format!("{text:?} is not a decimal") };
        let (whole, fraction) = self.digits.split_at(at);
        let why = match mark {
            Mark::Both => "numbers of this file are written in both ways",
            _ => "no other number of this file tells which",
        };
        format!(
            "{:?} can be {whole}.{fraction} or {whole}{fraction}, and {why}: pass --decimal-point or --decimal-comma",
            text.trim()
        )
    }
}

/// Finds the fraction; none if the marks stand as in no number.
fn fraction(digits: &str, marks: &[(char, usize)]) -> Option<Fraction> {
    let of = |c: char| if c == '.' { DecimalMark::Point } else { DecimalMark::Comma };
    let other = |c: char| if c == '.' { DecimalMark::Comma } else { DecimalMark::Point };
    let Some(((last, at), groups)) = marks.split_last() else { return Some(Fraction::None) };
    let is_decimal = matches!(last, '.' | ',');
    match groups.first() {
        // Only one mark.
        None if !is_decimal => is_grouped(digits, marks, digits.len()).then_some(Fraction::None),
        None => {
            let thousands = digits.len() - at == 3 && (1..=3).contains(at) && !digits.starts_with('0');
            Some(if thousands { Fraction::Perhaps(of(*last), *at) } else { Fraction::After(of(*last), *at) })
        }
        Some((first, _)) if groups.iter().any(|(c, _)| c != first) => None,
        Some((first, _)) if first == last => {
            let whole = is_grouped(digits, marks, digits.len());
            whole.then_some(if is_decimal { Fraction::GroupsSay(other(*last)) } else { Fraction::None })
        }
        Some(_) => (is_decimal && is_grouped(digits, groups, *at)).then_some(Fraction::After(of(*last), *at)),
    }
}

/// Whether groups of the first `end` digits are as people write them: threes, or as in India twos before the last three.
fn is_grouped(digits: &str, groups: &[(char, usize)], end: usize) -> bool {
    let starts: Vec<usize> = groups.iter().map(|(_, at)| *at).collect();
    let Some(first) = starts.first() else { return true };
    let ends = starts.iter().skip(1).copied().chain([end]);
    let sizes: Vec<usize> = starts.iter().zip(ends).map(|(a, b)| b.saturating_sub(*a)).collect();
    let comma = groups.iter().all(|(c, _)| *c == ',');
    (1..=3).contains(first)
        && end <= digits.len()
        && sizes.last() == Some(&3)
        && sizes.iter().all(|size| *size == 3 || comma && *size == 2)
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{2007}')
}

/// Takes sign, parentheses, currency and the apostrophe that guards against formulas off a number.
fn bare(text: &str) -> Option<(bool, &str)> {
    let mut rest = text.trim_matches(|c: char| c.is_whitespace() || is_space(c));
    rest = rest.strip_prefix('\'').unwrap_or(rest);
    let (mut negative, mut signs) = (false, 0);
    if let Some(inside) = rest.strip_prefix('(').and_then(|r| r.strip_suffix(')')) {
        (negative, signs, rest) = (true, 1, inside);
    }
    loop {
        rest = rest.trim_start_matches(is_space);
        match rest.chars().next()? {
            '0'..='9' | '.' | ',' => break,
            c @ ('+' | '-' | '\u{2212}' | '\u{2013}') => {
                (negative, signs, rest) = (c != '+' || negative, signs + 1, &rest[c.len_utf8()..]);
            }
            _ => rest = without_currency(rest, |text, name| text.get(..name.len()), |text, name| &text[name.len()..])?,
        }
    }
    loop {
        rest = rest.trim_end_matches(is_space);
        match rest.chars().next_back()? {
            '0'..='9' => break,
            '-' | '\u{2212}' => (negative, signs, rest) = (true, signs + 1, rest.trim_end_matches(['-', '\u{2212}'])),
            '.' if rest[..rest.len() - 1].ends_with(|c: char| c.is_ascii_digit()) => break,
            _ => {
                rest = without_currency(
                    rest,
                    |text, name| text.get(text.len().checked_sub(name.len())?..),
                    |text, name| &text[..text.len() - name.len()],
                )?;
            }
        }
    }
    (signs <= 1).then_some((negative, rest))
}

/// Takes a currency off one end of a text.
fn without_currency<'a>(
    text: &'a str,
    end: impl Fn(&'a str, &str) -> Option<&'a str>,
    rest: impl Fn(&'a str, &str) -> &'a str,
) -> Option<&'a str> {
    // Small letters of these alphabets take as many bytes as capital ones.
    let same = |a: &str, b: &str| a.chars().flat_map(char::to_lowercase).eq(b.chars());
    let (name, ..) = CURRENCIES.iter().find(|(name, ..)| end(text, name).is_some_and(|e| same(e, name)))?;
    Some(rest(text, name))
}

/// Signs, abbreviations and codes of currencies, the longer before those that they end or begin with; the code of each, and whether
/// it is surely that one.
pub(super) static CURRENCIES: [(&str, &str, bool); 72] = [
    ("рублей", "RUB", false),
    ("рубля", "RUB", false),
    ("рубль", "RUB", false),
    ("руб.", "RUB", false),
    ("руб", "RUB", false),
    ("р.", "RUB", false),
    ("р", "RUB", false),
    ("грн.", "UAH", true),
    ("грн", "UAH", true),
    ("тенге", "KZT", true),
    ("тг.", "KZT", true),
    ("тг", "KZT", true),
    ("сум", "UZS", false),
    ("us$", "USD", true),
    ("ca$", "CAD", true),
    ("c$", "CAD", true),
    ("au$", "AUD", true),
    ("a$", "AUD", true),
    ("nz$", "NZD", true),
    ("hk$", "HKD", true),
    ("r$", "BRL", true),
    ("mx$", "MXN", true),
    ("$", "USD", false),
    ("€", "EUR", true),
    ("£", "GBP", true),
    ("¥", "JPY", false),
    ("₽", "RUB", true),
    ("₴", "UAH", true),
    ("₸", "KZT", true),
    ("₺", "TRY", true),
    ("₹", "INR", true),
    ("₩", "KRW", true),
    ("₪", "ILS", true),
    ("₫", "VND", true),
    ("฿", "THB", true),
    ("₦", "NGN", true),
    ("₱", "PHP", true),
    ("zł", "PLN", true),
    ("kč", "CZK", true),
    ("ft", "HUF", true),
    ("kr.", "SEK", false),
    ("kr", "SEK", false),
    ("rs.", "INR", false),
    ("rs", "INR", false),
    ("lei", "RON", false),
    ("usd", "USD", true),
    ("eur", "EUR", true),
    ("gbp", "GBP", true),
    ("rub", "RUB", true),
    ("rur", "RUB", true),
    ("uah", "UAH", true),
    ("kzt", "KZT", true),
    ("byn", "BYN", true),
    ("jpy", "JPY", true),
    ("cny", "CNY", true),
    ("inr", "INR", true),
    ("try", "TRY", true),
    ("pln", "PLN", true),
    ("czk", "CZK", true),
    ("sek", "SEK", true),
    ("nok", "NOK", true),
    ("dkk", "DKK", true),
    ("chf", "CHF", true),
    ("cad", "CAD", true),
    ("aud", "AUD", true),
    ("nzd", "NZD", true),
    ("brl", "BRL", true),
    ("mxn", "MXN", true),
    ("zar", "ZAR", true),
    ("aed", "AED", true),
    ("ils", "ILS", true),
    ("thb", "THB", true),
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    fn float(value: f64) -> Result<String, String> {
        let mut out = Vec::new();
        write_float(&mut out, value, false).map(|()| String::from_utf8(out).unwrap())
    }

    fn with(value: &str, mark: Mark, round: bool) -> Result<String, String> {
        let mut out = b"x".to_vec();
        let done = write_text(&mut out, value, Numbers { mark, round });
        let written = String::from_utf8(out).unwrap();
        done.map(|()| written[1..].to_owned()).inspect_err(|_| assert_eq!(written, "x", "nothing is left behind"))
    }

    const POINT: Mark = Mark::Known(DecimalMark::Point);
    const COMMA: Mark = Mark::Known(DecimalMark::Comma);

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
    fn what_says_itself_how_it_is_meant_is_read_so_in_any_file() {
        for (value, expected) in [
            ("2.55", "2.55"),
            (" 007 ", "7"),
            ("+.5", "0.5"),
            ("5.", "5"),
            ("-0.10000", "-0.1"),
            ("0.125", "0.125"),
            ("1 234 567.89", "1234567.89"),
            ("1\u{a0}234,50", "1234.5"),
            ("89,90", "89.9"),
            ("\u{2212}3", "-3"),
            ("$1,010.00", "1010"),
            ("2,318.00", "2318"),
            ("1.234,50 €", "1234.5"),
            ("1 234,50 р.", "1234.5"),
            ("1 234,50 РУБ.", "1234.5"),
            ("1234.50 ₽", "1234.5"),
            ("(15.00)", "-15"),
            ("($1,500.25)", "-1500.25"),
            ("-$6.00", "-6"),
            ("$-6.00", "-6"),
            ("15.00-", "-15"),
            ("1'234'567.50", "1234567.5"),
            ("1\u{2019}234.50", "1234.5"),
            ("'-5.00", "-5"),
            ("1,234,567", "1234567"),
            ("12,34,567.5", "1234567.5"),
            ("EUR 12", "12"),
            ("12 usd", "12"),
            ("1 234,500", "1234.5"),
        ] {
            for mark in [POINT, COMMA, Mark::Unknown, Mark::Both] {
                assert_eq!(with(value, mark, false).unwrap(), expected, "{value} {mark:?}");
            }
        }
        for bad in [
            "",
            "-",
            ".",
            "abc",
            "1e3",
            "(5.00",
            "1.2.3",
            "1 234.5 6",
            "0x1",
            "5k",
            "10%",
            "--5",
            "(-5)",
            "1 23",
            "1,2345,678",
            "$",
            "р.",
            "5 шт",
            "12:30",
            "1,234.567.890",
        ] {
            assert!(with(bad, POINT, false).is_err(), "{bad}");
        }
        assert!(with("1.23456", POINT, false).unwrap_err().contains("5 fraction digits"));
        assert_eq!(with("-1.23455", POINT, true).unwrap(), "-1.2346");
        assert_eq!(with("0.00001", POINT, true).unwrap(), "0");
        assert_eq!(with("2.99999999999999999999999999999999999", POINT, true).unwrap(), "3");
    }

    #[test]
    fn what_can_be_two_numbers_is_decided_by_the_others() {
        let decided = |votes: &[&str]| {
            let mut all = Votes::default();
            votes.iter().for_each(|v| all.count(v));
            all.mark()
        };
        assert_eq!(with("1.482", decided(&["89,90", "5"]), false).unwrap(), "1482");
        assert_eq!(with("1,482", decided(&["89,90", "5"]), false).unwrap(), "1.482");
        assert_eq!(with("1.482", decided(&["$1,010.00"]), false).unwrap(), "1.482");
        assert_eq!(with("1,482", decided(&["1,000,000"]), false).unwrap(), "1482");
        assert_eq!(with("1,482", decided(&["0.125"]), false).unwrap(), "1482");
        for votes in [&["1.482", "12", "x", "1 000"][..], &["1,5", "2.5"]] {
            let refusal = with("-1.482", decided(votes), false).unwrap_err();
            assert!(refusal.contains("1.482 or 1482") && refusal.contains("--decimal-comma"), "{refusal}");
        }
        // The advice works.
        assert_eq!(with("1.482", COMMA, false).unwrap(), "1482");
        assert_eq!(with("1.482", POINT, false).unwrap(), "1.482");
    }

    proptest! {
        #[test]
        fn every_four_digit_decimal_survives_the_float(scaled in -999_999_999_999_i64..999_999_999_999) {
            let exact = Decimal::new(scaled, 4).normalize().to_string();
            let value: f64 = exact.parse().unwrap();
            prop_assert_eq!(float(value).unwrap(), exact);
        }
    }
}
