//! Numbers as people write and say them: `10 000`, `1,254.3`, `двадцать три`, `полтора`, `15-го`, `twenty third`.

use std::fmt;

use super::word_numbers::{cardinal, multiplier, ordinal as ordinal_word};
use super::{Kind, Token};

/// An exact decimal: `digits` / 10^`scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    /// The number without its point.
    pub digits: i64,
    /// How many of its digits stand after the point.
    pub scale: u32,
}

impl Number {
    /// A whole one.
    pub fn whole(digits: i64) -> Self {
        Self { digits, scale: 0 }
    }

    /// It, if it is whole.
    pub fn integer(self) -> Option<i64> {
        let unit = 10_i64.checked_pow(self.scale)?;
        (self.digits % unit == 0).then_some(self.digits / unit)
    }

    /// So many times it, if that is whole.
    pub fn times(self, by: i64) -> Option<i64> {
        Self { digits: self.digits.checked_mul(by)?, scale: self.scale }.integer()
    }
}

impl fmt::Display for Number {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(unit) = 10_i64.checked_pow(self.scale).filter(|unit| *unit > 1) else {
            return write!(out, "{}", self.digits);
        };
        let (whole, part) = (self.digits / unit, (self.digits % unit).abs());
        let text = format!("{part:0width$}", width = self.scale as usize);
        match text.trim_end_matches('0') {
            "" => write!(out, "{whole}"),
            text => write!(out, "{whole}.{text}"),
        }
    }
}

/// The number at that token, in digits or words, and the index of the token after it. `10 тысяч` and `2 млн` are multiplied out.
pub fn amount(tokens: &[Token], at: usize) -> Option<(Number, usize)> {
    let (mut number, mut next) = number(tokens, at)?;
    while let Some(by) = tokens.get(next).and_then(|token| multiplier(&token.text)) {
        // A lone letter is a multiplier only next to its digits: "5k", but not "5 к".
        if tokens[next].text.chars().count() == 1 && !tokens[next].glued {
            break;
        }
        number.digits = number.digits.checked_mul(by)?;
        next += 1;
        let dot = |token: &&Token| token.text == "." && token.glued;
        if tokens.get(next).filter(dot).is_some() && tokens[next - 1].text.chars().count() <= 4 {
            next += 1;
        }
    }
    Some((number, next))
}

/// The same without a multiplier after digits.
pub fn number(tokens: &[Token], at: usize) -> Option<(Number, usize)> {
    let token = tokens.get(at)?;
    match token.kind {
        Kind::Digits => written(tokens, at),
        Kind::Word => spoken(tokens, at),
        Kind::Mark => None,
    }
}

fn written(tokens: &[Token], at: usize) -> Option<(Number, usize)> {
    let text = |at: usize| tokens.get(at).map(|token| token.text.as_str());
    let digits = |at: usize| tokens.get(at).filter(|token| token.kind == Kind::Digits);
    let mut all = digits(at)?.text.clone();
    let mut next = at + 1;
    let leading = all.len() <= 3 && !all.starts_with('0');
    let group = |at: usize, glued: bool| digits(at).filter(|token| token.text.len() == 3 && token.glued == glued);
    if leading && group(next, false).is_some() {
        while let Some(token) = group(next, false) {
            all.push_str(&token.text);
            next += 1;
        }
    } else if leading {
        while matches!(text(next), Some("," | "'")) && tokens[next].glued && group(next + 1, true).is_some() {
            all.push_str(&tokens[next + 1].text);
            next += 2;
        }
    }
    let mut scale = 0;
    if let (Some("." | ","), Some(part)) = (text(next), digits(next + 1)) {
        // Two points are a date or a version, not a decimal.
        let more = matches!(text(next + 2), Some("." | "/")) && digits(next + 3).is_some_and(|token| token.glued);
        if tokens[next].glued && part.glued && !more && part.text.len() <= 6 {
            all.push_str(&part.text);
            scale = part.text.len() as u32;
            next += 2;
        }
    }
    Some((Number { digits: all.parse().ok()?, scale }, next))
}

fn spoken(tokens: &[Token], at: usize) -> Option<(Number, usize)> {
    let word = |at: usize| tokens.get(at).filter(|token| token.kind == Kind::Word).map(|token| token.text.as_str());
    match word(at)? {
        "полтора" | "полторы" | "полутора" => {
            return Some((Number { digits: 15, scale: 1 }, at + 1));
        }
        "a" | "the" if word(at + 1) == Some("couple") => {
            return Some((Number::whole(2), at + 2 + usize::from(word(at + 2) == Some("of"))));
        }
        "couple" => return Some((Number::whole(2), at + 1 + usize::from(word(at + 1) == Some("of")))),
        "a" if word(at + 1) == Some("dozen") => return Some((Number::whole(12), at + 2)),
        _ => {}
    }
    let (value, mut next) = words(tokens, at, false)?;
    // "Two and a half", "два с половиной".
    let half = match (word(next), word(next + 1), word(next + 2)) {
        (Some("and"), Some("a"), Some("half")) => 3,
        (Some("с" | "со"), Some("половиной"), _) => 2,
        _ => 0,
    };
    next += half;
    if half > 0 {
        return Some((Number { digits: value.checked_mul(10)?.checked_add(5)?, scale: 1 }, next));
    }
    Some((Number::whole(value), next))
}

/// The words of one number, each part smaller than the one before: 2000, 300, 20, 3. The last may be an ordinal.
fn words(tokens: &[Token], at: usize, ordinal: bool) -> Option<(i64, usize)> {
    let word = |at: usize| tokens.get(at).filter(|token| token.kind == Kind::Word).map(|token| token.text.as_str());
    let (mut total, mut part, mut limit, mut next) = (0_i64, 0_i64, 1_000_i64, at);
    let mut big = i64::MAX;
    let mut ended = false;
    while let Some(text) = word(next) {
        if let Some(value) = cardinal(text).filter(|value| *value < limit && (*value > 0 || next == at)) {
            part += value;
            limit = if value >= 100 {
                100
            } else if value >= 20 {
                10
            } else {
                1
            };
        } else if let Some(value) = ordinal_word(text).filter(|value| ordinal && *value < limit) {
            part += value;
            next += 1;
            ended = true;
            break;
        } else if let Some(by) =
            multiplier(text).filter(|by| text.chars().count() > 1 && *by < big && *by != 1_000_000_000)
        {
            if by == 100 {
                part = part.max(1) * 100;
                limit = 100;
            } else {
                total = total.checked_add(part.max(1).checked_mul(by)?)?;
                (part, limit, big) = (0, 1_000, by);
            }
        } else {
            break;
        }
        next += 1;
        // "Twenty-third", "hundred and five".
        let joined = match word(next) {
            None if tokens.get(next).is_some_and(|token| token.text == "-") => next + 1,
            Some("and") if limit == 100 => next + 1,
            _ => continue,
        };
        let follows = word(joined).is_some_and(|text| {
            cardinal(text).is_some_and(|value| value < limit && value > 0)
                || ordinal && ordinal_word(text).is_some_and(|value| value < limit)
        });
        if follows {
            next = joined;
        }
    }
    (next > at && ended == ordinal).then_some((total + part, next))
}

/// The ordinal at that token, and the index of the token after it: `15-го`, `12-й`, `1st`, `двадцать третьего`, `third`.
pub fn ordinal(tokens: &[Token], at: usize) -> Option<(i64, usize)> {
    let token = tokens.get(at)?;
    if token.kind == Kind::Word {
        return words(tokens, at, true);
    }
    let value = Some(token).filter(|token| token.kind == Kind::Digits && token.text.len() <= 4)?.text.parse().ok()?;
    let dash = usize::from(tokens.get(at + 1).is_some_and(|token| token.text == "-" && token.glued));
    let end = tokens.get(at + 1 + dash).filter(|token| token.glued)?;
    const ENDS: [&str; 20] = [
        "й", "ый", "ой", "ий", "я", "ая", "ья", "е", "ое", "ье", "го", "ого", "его", "му", "ому", "м", "ю", "ую", "ом",
        "х",
    ];
    let english = ["st", "nd", "rd", "th"].contains(&end.text.as_str());
    (english || ENDS.contains(&end.text.as_str())).then_some((value, at + 2 + dash))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokenize;

    #[test]
    fn amounts_are_exact() {
        for (text, expected) in [
            ("10 000", "10000"),
            ("1,254.3", "1254.3"),
            ("1 254,3", "1254.3"),
            ("1 254,3 тыс.", "1254300"),
            ("3,5", "3.5"),
            ("0,125", "0.125"),
            ("5k", "5000"),
            ("2 млн", "2000000"),
            ("десять тысяч", "10000"),
            ("две тысячи двадцать пять", "2025"),
            ("триста сорок два", "342"),
            ("двух", "2"),
            ("полтора", "1.5"),
            ("пара", "2"),
            ("a couple of", "2"),
            ("twenty-three", "23"),
            ("two and a half", "2.5"),
            ("one hundred and five", "105"),
            ("two hundred thousand", "200000"),
            ("два с половиной", "2.5"),
        ] {
            let tokens = tokenize(text);
            let (number, next) = amount(&tokens, 0).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((number.to_string().as_str(), next), (expected, tokens.len()), "{text}");
        }
        assert_eq!(amount(&tokenize("15.05.2025"), 0).unwrap().0.to_string(), "15");
        assert_eq!(amount(&tokenize("заказов"), 0), None);
    }

    #[test]
    fn ordinals_in_both_languages() {
        for (text, expected) in [
            ("15-го", 15),
            ("12-й", 12),
            ("1st", 1),
            ("23rd", 23),
            ("двадцать третьего", 23),
            ("пятое", 5),
            ("третьей", 3),
            ("twenty third", 23),
            ("twenty-first", 21),
            ("две тысячи двадцать пятый", 2025),
            ("первые", 1),
        ] {
            let tokens = tokenize(text);
            assert_eq!(ordinal(&tokens, 0), Some((expected, tokens.len())), "{text}");
        }
        assert_eq!(ordinal(&tokenize("пять"), 0), None);
        assert_eq!(ordinal(&tokenize("15 мая"), 0), None);
    }
}
