//! Customers: who they are, as records.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::{
    Locale,
    dice::Dice,
    record::{Attributes, Customer},
    words::people::{cities, last_name, names},
};

/// Where customers first heard of the shop.
const SOURCES: [&str; 5] = ["search", "ads", "social", "friend", "marketplace"];

/// The id of a customer by its number from 0.
pub(crate) fn customer_id(number: u32) -> String {
    numbered('C', 6, u64::from(number) + 1)
}

/// A letter and a number of at least so many digits: what `format!` gives, several times faster, for ids by the million.
pub(crate) fn numbered(letter: char, width: usize, mut number: u64) -> String {
    let mut digits = [b'0'; 20];
    let mut first = digits.len();
    while number > 0 {
        first -= 1;
        digits[first] += (number % 10) as u8;
        number /= 10;
    }
    let digits = &digits[first.min(digits.len() - width)..];
    let mut id = String::with_capacity(letter.len_utf8() + digits.len());
    id.push(letter);
    // Digits are always text.
    id.push_str(std::str::from_utf8(digits).unwrap_or_default());
    id
}

/// A new customer with everything the shop knows of it.
pub(crate) fn register(dice: &mut Dice, locale: Locale, number: u32, business: bool, at: DateTime<Utc>) -> Customer {
    let woman = dice.chance(0.58);
    let names = names(locale, woman);
    let first = *dice.pick(names.first);
    let masculine = *dice.pick(names.last);
    let last = last_name(locale, woman, masculine);
    let source = SOURCES[[0, 0, 0, 1, 1, 2, 2, 3, 4][dice.below(9) as usize]];
    let mut attributes =
        Attributes::from([("city", json!(city(dice, locale))), ("loyalty", json!("basic")), ("source", json!(source))]);
    // Not everybody tells the shop everything.
    if dice.chance(0.7) {
        attributes.insert("birth_month", json!(dice.range(1, 12)));
    }
    let email = dice.chance(0.9).then(|| email(first, &last, number));
    let phone = dice.chance(0.75).then(|| phone(locale, number));
    Customer {
        customer_id: customer_id(number),
        name: Some(format!("{first} {last}")),
        email,
        phone,
        created_at: Some(at),
        tags: business.then(|| vec!["b2b"]),
        attributes,
    }
}

/// A customer who moved and changed the telephone number with the city.
pub(crate) fn relocate(dice: &mut Dice, locale: Locale, number: u32) -> Customer {
    Customer {
        customer_id: customer_id(number),
        // Beyond every number given at registration, so that the new one differs from the old.
        phone: Some(phone(locale, number.wrapping_add(5_000_011))),
        attributes: Attributes::from([("city", json!(city(dice, locale)))]),
        ..Customer::default()
    }
}

/// A customer who reached a level of the loyalty scheme.
pub(crate) fn promote(number: u32, loyalty: &'static str) -> Customer {
    Customer {
        customer_id: customer_id(number),
        attributes: Attributes::from([("loyalty", json!(loyalty))]),
        ..Customer::default()
    }
}

fn city(dice: &mut Dice, locale: Locale) -> &'static str {
    let cities = cities(locale);
    let mut ticket = dice.below(1_000);
    for &(city, people) in cities {
        if ticket < people {
            return city;
        }
        ticket -= people;
    }
    cities[0].0
}

fn email(first: &str, last: &str, number: u32) -> String {
    format!("{}.{}{}@example.com", latin(first), latin(last), u64::from(number) + 1)
}

/// Ranges that are never assigned: codes that begin with 0 in Russia, 555-0100 to 555-0199 in every area of North America.
fn phone(locale: Locale, number: u32) -> String {
    let n = u64::from(number) * 7_368_787;
    match locale {
        Locale::Ru => {
            let n = n % 10_000_000;
            format!("+7 000 {:03}-{:02}-{:02}", n / 10_000, n / 100 % 100, n % 100)
        }
        Locale::En => format!("+1 {}{:02} 555-01{:02}", 2 + n / 10_000 % 8, 12 + n / 100 % 88, n % 100),
    }
}

/// Lower case in Latin letters, as in Russian passports (ICAO Doc 9303); whatever is no letter is left out.
fn latin(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        let c = match c {
            // Small letters follow the capital ones at this distance.
            'А'..='Я' => char::from_u32(u32::from(c) + 32).unwrap_or(c),
            'Ё' => 'ё',
            _ => c.to_ascii_lowercase(),
        };
        let letters = match c {
            'а' => "a",
            'б' => "b",
            'в' => "v",
            'г' => "g",
            'д' => "d",
            'е' | 'ё' | 'э' => "e",
            'ж' => "zh",
            'з' => "z",
            'и' | 'й' => "i",
            'к' => "k",
            'л' => "l",
            'м' => "m",
            'н' => "n",
            'о' => "o",
            'п' => "p",
            'р' => "r",
            'с' => "s",
            'т' => "t",
            'у' => "u",
            'ф' => "f",
            'х' => "kh",
            'ц' => "ts",
            'ч' => "ch",
            'ш' => "sh",
            'щ' => "shch",
            'ъ' => "ie",
            'ы' => "y",
            'ю' => "iu",
            'я' => "ia",
            'a'..='z' => {
                out.push(c);
                continue;
            }
            _ => continue,
        };
        out.push_str(letters);
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn russian_names_agree_in_gender_and_become_latin() {
        assert_eq!(last_name(Locale::Ru, true, "Соловьёв"), "Соловьёва");
        assert_eq!(last_name(Locale::Ru, true, "Вишневский"), "Вишневская");
        assert_eq!(last_name(Locale::Ru, false, "Вишневский"), "Вишневский");
        assert_eq!(email("Юлия", "Щербакова", 6), "iuliia.shcherbakova7@example.com");
        assert_eq!(email("Zoe", "O'Brien", 0), "zoe.obrien1@example.com");
        assert_eq!(cities(Locale::Ru).iter().map(|c| c.1).sum::<u32>(), 1_000);
        assert_eq!(cities(Locale::En).iter().map(|c| c.1).sum::<u32>(), 1_000);
    }

    #[test]
    fn every_last_name_of_a_woman_ends_like_one() {
        let mut dice = Dice::new(5, 0);
        for number in 0..2_000 {
            let customer = register(&mut dice, Locale::Ru, number, false, DateTime::UNIX_EPOCH);
            let name = customer.name.unwrap();
            let (first, last) = name.split_once(' ').unwrap();
            let woman = names(Locale::Ru, true).first.contains(&first);
            assert_eq!(woman, last.ends_with('а') || last.ends_with("ая"), "{name}");
        }
    }

    #[test]
    fn ids_are_padded_and_may_outgrow_their_width() {
        for number in [0, 7, 999_999, 1_000_000, u64::MAX] {
            assert_eq!(numbered('C', 6, number), format!("C{number:06}"));
        }
    }

    #[test]
    fn telephone_numbers_are_fictional() {
        for number in [0, 1, 999_999, u32::MAX] {
            assert!(phone(Locale::Ru, number).starts_with("+7 000 "));
            let us = phone(Locale::En, number);
            assert!(us.contains(" 555-01") && us.len() == 15, "{us}");
        }
    }
}
