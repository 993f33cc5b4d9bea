//! The exact-number gate: prose passes only where every number in it is one of the result's. Rounding passes where it is stated.

use kupets_semantic::catalogue::UnitOf;
use kupets_semantic::text::numbers::{Number, amount};
use kupets_semantic::text::{Kind, Token, tokenize};

use crate::answer::{Cell, Decimal, Table};

/// The numbers that prose may have.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    numbers: Vec<Decimal>,
}

/// A number that is not in the result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invented {
    /// As it stands in the prose.
    pub text: String,
}

/// Words after which a number may be rounded.
const ABOUT: [&str; 24] = [
    "около",
    "примерно",
    "приблизительно",
    "почти",
    "порядка",
    "округленно",
    "≈",
    "~",
    "about",
    "around",
    "approximately",
    "roughly",
    "nearly",
    "almost",
    "some",
    "circa",
    "approx",
    "близко",
    "чуть",
    "rounded",
    "свыше",
    "более",
    "over",
    "just",
];

/// Words that are numbers without saying one.
const HIDDEN: [&str; 46] = [
    "вдвое",
    "втрое",
    "вчетверо",
    "впятеро",
    "вполовину",
    "половина",
    "половину",
    "половины",
    "половине",
    "удвоилась",
    "удвоился",
    "удвоились",
    "удвоилось",
    "утроилась",
    "утроился",
    "утроились",
    "утроилось",
    "треть",
    "трети",
    "четверть",
    "четверти",
    "double",
    "doubled",
    "doubles",
    "doubling",
    "triple",
    "tripled",
    "triples",
    "tripling",
    "quadrupled",
    "halved",
    "halves",
    "half",
    "twofold",
    "threefold",
    "tenfold",
    "twice",
    "thrice",
    "third",
    "thirds",
    "dozen",
    "dozens",
    "десяток",
    "десятки",
    "дважды",
    "quarters",
];

impl Facts {
    /// The numbers of a result: its values, its shares as per cent, and the changes between its columns.
    pub fn of(table: &Table) -> Self {
        let mut facts = Self::default();
        for row in &table.rows {
            for (place, cell) in row.iter().enumerate() {
                let Cell::Number(number) = cell else { continue };
                facts.add(*number);
                let unit = table.columns.get(place).and_then(|column| column.unit);
                let share = match unit {
                    Some(unit) => unit == UnitOf::Ratio,
                    // A count is never told as per cent of one.
                    None => !number.rounded(0).equals(*number),
                };
                if share {
                    facts.add(number.percent());
                    facts.add(number.percent().rounded(1));
                }
            }
        }
        for row in &table.rows {
            let numbers: Vec<Decimal> = row
                .iter()
                .filter_map(|cell| match cell {
                    Cell::Number(number) => Some(*number),
                    _ => None,
                })
                .collect();
            for pair in numbers.windows(2) {
                if let Some(change) = pair[0].change_from(pair[1]) {
                    facts.add(change.percent());
                    facts.add(change.percent().rounded(1));
                    facts.add(change);
                }
            }
        }
        facts.add(Decimal::whole(i64::try_from(table.rows.len()).unwrap_or(i64::MAX)));
        facts
    }

    /// One more number that may stand in the prose.
    pub fn add(&mut self, number: Decimal) {
        self.numbers.push(number.abs());
        // As answers show it.
        if number.scale > 2 {
            self.numbers.push(number.abs().rounded(2));
        }
    }

    /// The numbers of a text that was made by a template, such as the label of a period.
    pub fn add_text(&mut self, text: &str) {
        let tokens = tokenize(text);
        for (number, _) in numbers(&tokens) {
            self.add(number);
        }
        for token in tokens.iter().filter(|token| token.kind == Kind::Digits) {
            self.numbers.extend(Decimal::parse(&token.text));
        }
    }

    fn has(&self, number: Decimal) -> bool {
        self.numbers.iter().any(|known| known.equals(number))
    }

    /// Whether a fact rounds to the number, as many digits as it is written with.
    fn rounds_to(&self, number: Decimal) -> bool {
        let mut written = number;
        while written.scale > 0 && written.digits % 10 == 0 {
            written = Decimal { digits: written.digits / 10, scale: written.scale - 1 };
        }
        let mut zeros = 0_u32;
        let mut digits = written.digits;
        while written.scale == 0 && digits != 0 && digits % 10 == 0 {
            digits /= 10;
            zeros += 1;
        }
        self.numbers.iter().any(|known| {
            if written.scale > 0 {
                return known.rounded(written.scale).equals(written);
            }
            // "About 12 000" is a rounding of 12 345, but "about 100 000" is none of 60 000: one digit must agree.
            let Some(unit) = 10_i128.checked_pow(zeros) else { return false };
            let whole = known.rounded(0).digits;
            let near = (whole + unit / 2) / unit * unit;
            near == written.digits && whole >= unit
        })
    }
}

/// Lets prose pass.
///
/// # Errors
/// The first number in it that is not in the result.
pub fn check(prose: &str, facts: &Facts) -> Result<(), Invented> {
    // Digits of other alphabets, fractions and raised digits are not read, so they do not pass.
    if let Some(strange) = prose.chars().find(|char| char.is_numeric() && !char.is_ascii_digit()) {
        return Err(Invented { text: strange.to_string() });
    }
    let tokens = tokenize(prose);
    if let Some(token) = tokens.iter().find(|token| HIDDEN.contains(&token.text.as_str())) {
        return Err(Invented { text: token.text.clone() });
    }
    for (number, range) in numbers(&tokens) {
        let start = tokens.get(range.start).map_or(0, |token| token.span.start);
        let end = range.end.checked_sub(1).and_then(|at| tokens.get(at)).map_or(start, |token| token.span.end);
        let typed = prose.get(start..end).unwrap_or_default();
        // "One of them", "один из" count nothing.
        let only_one =
            number.equals(Decimal::whole(1)) && tokens.get(range.start).is_some_and(|token| token.kind == Kind::Word);
        if only_one || facts.has(number) {
            continue;
        }
        let stated =
            tokens[range.start.saturating_sub(2)..range.start].iter().any(|token| ABOUT.contains(&token.text.as_str()));
        if stated && facts.rounds_to(number) {
            continue;
        }
        return Err(Invented { text: typed.to_owned() });
    }
    Ok(())
}

/// All numbers of a text, with their tokens.
fn numbers(tokens: &[Token]) -> Vec<(Decimal, std::ops::Range<usize>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let bare = || multiplied(&tokens[at]).map(|number| (Number::whole(number), at + 1));
        match amount(tokens, at).or_else(bare) {
            Some((number, end)) => {
                let end = end.max(at + 1);
                found.push((Decimal { digits: number.digits.into(), scale: number.scale }, at..end));
                at = end;
            }
            // A run of digits that is too long to be read is no number of the result either.
            None if tokens[at].kind == Kind::Digits => {
                found.push((Decimal { digits: i128::MAX, scale: 0 }, at..at + 1));
                at += 1;
            }
            None => at += 1,
        }
    }
    found
}

/// "A million" without a number before it.
fn multiplied(token: &Token) -> Option<i64> {
    let word = token.text.as_str();
    match word {
        "million" | "millions" => Some(1_000_000),
        "billion" | "billions" => Some(1_000_000_000),
        "thousand" | "thousands" => Some(1_000),
        "hundreds" | "hundred" | "сотни" | "сотня" => Some(100),
        _ if word.starts_with("миллион") => Some(1_000_000),
        _ if word.starts_with("миллиард") => Some(1_000_000_000),
        _ if word.starts_with("тысяч") => Some(1_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn facts() -> Facts {
        let decimal = |text: &str| Cell::Number(Decimal::parse(text).unwrap());
        let table = Table {
            columns: Vec::new(),
            rows: vec![vec![decimal("1254300.50"), decimal("1000000"), decimal("0.2543"), decimal("42")]],
        };
        let mut facts = Facts::of(&table);
        facts.add_text("1–30 ноября 2026");
        facts
    }

    #[test]
    fn only_numbers_of_the_result_pass() {
        for prose in [
            "Выручка 1 254 300,50 ₽ за 1–30 ноября 2026.",
            "Revenue was £1,254,300.50 in November 2026.",
            "Около 1 254 тыс., это на 25,43 % больше.",
            "About 1.25 million, from 42 orders.",
            "Примерно 1,3 млн.",
            "Заказов сорок два, один из них крупный.",
            "Сейчас 25,4 % больше",
            "Nothing to count here.",
            "ровно 1 000 000 было раньше, один миллион",
        ] {
            assert_eq!(check(prose, &facts()), Ok(()), "{prose}");
        }
    }

    #[test]
    fn invented_numbers_do_not() {
        for prose in [
            "Выручка 1 254 301 ₽.",
            "Revenue was 1.25 million.",
            "Около 2 млн.",
            "It doubled.",
            "Выросла вдвое, до 42 заказов.",
            "Сорок три заказа.",
            "43 orders",
            "ten thousand reasons",
            "about 100 orders",
            "на 25,5 %",
            "٤٢ orders",
            "½ of it",
            "1e6",
            "99999999999999999999999999",
            "a billion",
            "на треть больше",
        ] {
            assert!(check(prose, &facts()).is_err(), "{prose}");
        }
    }
}
