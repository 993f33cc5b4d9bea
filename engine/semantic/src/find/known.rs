//! The words that belong to periods.

use super::{typos, words};

/// Whether a folded word is one of a period's own words, as [`crate::text::layout::mend`] asks.
pub fn known(word: &str) -> bool {
    words::month(word).is_some()
        || words::weekday(word).is_some()
        || words::weekdays(word).is_some()
        || words::season(word).is_some()
        || words::unit(word).is_some()
        || words::pointer(word).is_some()
        || words::third(word).is_some()
        || crate::text::numeral(word)
        || words::whole(word)
        || crate::grain::says(word)
        || of_the_day(word)
        || typos::forms().iter().any(|form| form == word)
        || matches!(
            word,
            "за" | "по"
                | "последний"
                | "last"
                | "for"
                | "сегодня"
                | "вчера"
                | "today"
                | "yesterday"
                | "назад"
                | "ago"
        )
}

/// Whether a word is one of the day's hours: near to other words, it is not put right.
fn of_the_day(word: &str) -> bool {
    const WORDS: [&str; 36] = [
        "утро",
        "утра",
        "утром",
        "утрам",
        "вечер",
        "вечера",
        "вечером",
        "вечерам",
        "вечерами",
        "ночь",
        "ночи",
        "ночью",
        "ночам",
        "ночами",
        "полдень",
        "полудня",
        "полночь",
        "полуночи",
        "днем",
        "morning",
        "mornings",
        "afternoon",
        "afternoons",
        "evening",
        "evenings",
        "night",
        "nights",
        "noon",
        "midday",
        "midnight",
        "overnight",
        "am",
        "pm",
        "oclock",
        "пополудни",
        "clock",
    ];
    WORDS.contains(&word) || ["утренн", "вечерн", "ночн"].iter().any(|stem| crate::text::adjective(word, stem))
}
