//! The words that belong to periods.

use super::{hours, typos, words};

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
        || hours::word(word)
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
