//! Period words that are misspelt or heard wrong, and words near to them that are others.

use std::sync::OnceLock;

use crate::text::typo;

use super::words::{MONTHS, WEEKDAYS};

/// Other words that stand for a unit after "last", and misspelt short ones.
const HEARD: [(&str, &str); 12] = [
    ("wek", "week"),
    ("wee", "week"),
    ("mon", "month"),
    ("mnt", "month"),
    ("weak", "week"),
    ("weeek", "week"),
    ("wekk", "week"),
    ("weke", "week"),
    ("moth", "month"),
    ("yaer", "year"),
    ("yeer", "year"),
    ("mont", "month"),
];

/// Words that look like a misspelt period word and are none.
const NOT_TYPOS: [&str; 71] = [
    "завтрак",
    "завтраки",
    "завтраков",
    "завтрака",
    "sundae",
    "winner",
    "winners",
    "string",
    "mouth",
    "mouths",
    "bottom",
    "марка",
    "марки",
    "марку",
    "марке",
    "среди",
    "среда",
    "город",
    "города",
    "годный",
    "апрель",
    "маржа",
    "товар",
    "party",
    "money",
    "match",
    "watch",
    "month",
    "bears",
    "tears",
    "marsh",
    "match",
    "reach",
    "teach",
    "works",
    "worth",
    "sweden",
    "прошли",
    "прошла",
    "прошло",
    "прошел",
    "летние",
    "летний",
    "зимний",
    "зимние",
    "осенний",
    "сегмент",
    "сегменты",
    "следующие",
    "последствия",
    "следующих",
    "недорого",
    "monthly",
    "weekly",
    "yearly",
    "quarterly",
    "daily",
    "hourly",
    "weekday",
    "weekdays",
    "weekend",
    "weekends",
    "toddy",
    "later",
    "least",
    "lasts",
    "cyber",
    "friendly",
    "clear",
    "early",
    "quarters",
];

/// The period word that a misspelt one stands for. Words of fewer letters than
/// `least` are taken as they are.
pub(super) fn mended(word: &str, least: usize) -> Option<String> {
    let letters = word.chars().count();
    // After "last" a short word may be a unit that is heard so ("last weak").
    if least < 5
        && let Some((_, right)) = HEARD.iter().find(|(wrong, _)| *wrong == word)
    {
        return Some((*right).to_owned());
    }
    if letters < least || NOT_TYPOS.contains(&word) || crate::grain::says(word) {
        return None;
    }
    let first = word.chars().next()?;
    // The first letter is rarely wrong, and asking for it keeps other words apart.
    let listed = forms().iter().map(String::as_str).filter(|listed| {
        let mut chars = listed.chars();
        let (one, two) = (chars.next(), chars.next());
        one == Some(first) || two == Some(first) && word.chars().nth(1) == one
    });
    let limit = if letters >= 9 { 2 } else { 1 };
    let best = listed.filter_map(|listed| Some((typo::distance(word, listed, limit)?, listed))).min()?;
    Some(best.1.to_owned())
}

/// All period words that are long enough to be misspelt.
pub(super) fn forms() -> &'static [String] {
    static FORMS: OnceLock<Vec<String>> = OnceLock::new();
    FORMS.get_or_init(|| {
        let mut forms: Vec<String> = Vec::new();
        for (stem, ends, other) in MONTHS {
            forms.extend(ends.iter().map(|end| format!("{stem}{end}")));
            forms.extend(other.iter().map(|word| (*word).to_owned()));
        }
        for (stem, ends, plural, other) in WEEKDAYS {
            forms.extend(ends.iter().chain(plural).map(|end| format!("{stem}{end}")));
            forms.extend(other.iter().map(|word| (*word).to_owned()));
        }
        const ADJECTIVES: [&str; 8] =
            ["прошл", "позапрошл", "предыдущ", "последн", "текущ", "следующ", "ближайш", "минувш"];
        for stem in ADJECTIVES {
            let ends = crate::text::ADJECTIVE_ENDS.iter().chain(&["ими"]);
            forms.extend(ends.map(|end| format!("{stem}{end}")));
        }
        let nouns: [(&str, &[&str]); 4] = [
            ("недел", &["я", "и", "ю", "е", "ь", "ей", "ям"]),
            ("месяц", &["", "а", "у", "ем", "е", "ы", "ев", "ам"]),
            ("квартал", &["", "а", "у", "ом", "е", "ы", "ов", "ам"]),
            ("полугоди", &["е", "я", "ю", "ем", "и"]),
        ];
        for (stem, ends) in nouns {
            forms.extend(ends.iter().map(|end| format!("{stem}{end}")));
        }
        const WORDS: [&str; 42] = [
            "сегодня",
            "вчера",
            "позавчера",
            "завтра",
            "полгода",
            "назад",
            "выходные",
            "выходным",
            "выходных",
            "будням",
            "весной",
            "осенью",
            "начала",
            "начале",
            "конце",
            "середине",
            "половина",
            "половине",
            "дней",
            "today",
            "yesterday",
            "tomorrow",
            "month",
            "months",
            "weeks",
            "quarter",
            "quarters",
            "years",
            "hours",
            "days",
            "previous",
            "current",
            "weekend",
            "weekends",
            "weekdays",
            "winter",
            "spring",
            "summer",
            "autumn",
            "fortnight",
            "since",
            "through",
        ];
        forms.extend(WORDS.iter().map(|word| (*word).to_owned()));
        forms.retain(|form| form.chars().count() >= 5);
        forms.sort_unstable();
        forms.dedup();
        forms
    })
}
