//! Stems: what the inflected forms of a word share. Russian by the Snowball rules (snowballstem.org, Russian), English by its
//! plural, possessive and a few verb endings.

const VOWELS: &str = "аеиоуыэюя";

/// The stem of a folded word (lower case, `ё` as `е`).
pub fn stem(word: &str) -> String {
    if word.chars().any(|char| ('а'..='я').contains(&char)) { russian(word) } else { english(word) }
}

/// Whether two folded words are forms of one.
pub fn same(one: &str, other: &str) -> bool {
    one == other || stem(one) == stem(other)
}

/// Whether one of a text's words is a form of each word of the listed name, in order and side by side.
pub fn find(words: &[&str], name: &[&str]) -> Option<usize> {
    if name.is_empty() {
        return None;
    }
    words.windows(name.len()).position(|window| window.iter().zip(name).all(|(word, listed)| same(word, listed)))
}

fn english(word: &str) -> String {
    let length = word.chars().count();
    let cut = |end: &str, put: &str| Some(format!("{}{put}", word.strip_suffix(end)?));
    let stemmed = match word {
        _ if length <= 3 => None,
        _ if word.ends_with("ies") && length > 4 => cut("ies", "y"),
        _ if ["sses", "shes", "ches", "xes", "zes"].iter().any(|end| word.ends_with(end)) => cut("es", ""),
        _ if ["ss", "us", "is"].iter().any(|end| word.ends_with(end)) => None,
        _ if word.ends_with('s') => cut("s", ""),
        _ if word.ends_with("ing") && length > 5 => cut("ing", ""),
        _ if word.ends_with("ed") && length > 4 => cut("ed", ""),
        _ => None,
    };
    let stemmed = stemmed.unwrap_or_else(|| word.to_owned());
    // "purchase", "purchased" and "purchasing" meet without their `e`.
    match stemmed.strip_suffix('e') {
        Some(bare) if bare.chars().count() > 3 => bare.to_owned(),
        _ => stemmed,
    }
}

/// Where the region after the first vowel begins.
fn region(word: &str) -> usize {
    word.char_indices().find(|(_, char)| VOWELS.contains(*char)).map_or(word.len(), |(at, char)| at + char.len_utf8())
}

/// Where the second region begins: after the first consonant that follows a vowel, twice.
fn second_region(word: &str) -> usize {
    let after = |from: usize| {
        let mut vowel = false;
        for (at, char) in word[from..].char_indices() {
            if VOWELS.contains(char) {
                vowel = true;
            } else if vowel {
                return from + at + char.len_utf8();
            }
        }
        word.len()
    };
    after(after(0))
}

/// Cuts the longest of the endings that lies in the region.
fn cut(word: &mut String, from: usize, endings: &[&str]) -> bool {
    let fits = |end: &&&str| word.ends_with(**end) && word.len() - end.len() >= from;
    let Some(end) = endings.iter().filter(fits).max_by_key(|end| end.len()) else { return false };
    word.truncate(word.len() - end.len());
    true
}

/// Endings of the first group are cut only after `а` or `я`, which stays.
fn cut_after_a(word: &mut String, from: usize, endings: &[&str]) -> bool {
    let fits = |end: &&&str| {
        word.strip_suffix(**end).is_some_and(|head| head.len() > from && (head.ends_with('а') || head.ends_with('я')))
    };
    let Some(end) = endings.iter().filter(fits).max_by_key(|end| end.len()) else { return false };
    word.truncate(word.len() - end.len());
    true
}

fn russian(word: &str) -> String {
    let mut word = word.to_owned();
    let from = region(&word);
    let second = second_region(&word);
    let gerund = cut(&mut word, from, &["ив", "ивши", "ившись", "ыв", "ывши", "ывшись"])
        || cut_after_a(&mut word, from, &["в", "вши", "вшись"]);
    if !gerund {
        cut(&mut word, from, &["ся", "сь"]);
        const ADJECTIVE: [&str; 26] = [
            "ее", "ие", "ые", "ое", "ими", "ыми", "ей", "ий", "ый", "ой", "ем", "им", "ым", "ом", "его", "ого", "ему",
            "ому", "их", "ых", "ую", "юю", "ая", "яя", "ою", "ею",
        ];
        if cut(&mut word, from, &ADJECTIVE) {
            let _ = cut(&mut word, from, &["ивш", "ывш", "ующ"])
                || cut_after_a(&mut word, from, &["ем", "нн", "вш", "ющ", "щ"]);
        } else {
            const VERB: [&str; 27] = [
                "ила", "ыла", "ена", "ейте", "уйте", "ите", "или", "ыли", "ей", "уй", "ил", "ыл", "им", "ым", "ен",
                "ило", "ыло", "ено", "ят", "ует", "уют", "ит", "ыт", "ены", "ить", "ыть", "ишь",
            ];
            const VERB_AFTER_A: [&str; 17] =
                ["ла", "на", "ете", "йте", "ли", "й", "л", "ем", "н", "ло", "но", "ет", "ют", "ны", "ть", "ешь", "нно"];
            const NOUN: [&str; 36] = [
                "а", "ев", "ов", "ие", "ье", "е", "иями", "ями", "ами", "еи", "ии", "и", "ией", "ей", "ой", "ий", "й",
                "иям", "ям", "ием", "ем", "ам", "ом", "о", "у", "ах", "иях", "ях", "ы", "ь", "ию", "ью", "ю", "ия",
                "ья", "я",
            ];
            let _ = cut_after_a(&mut word, from, &VERB_AFTER_A)
                || cut(&mut word, from, &VERB)
                || cut(&mut word, from, &NOUN);
        }
    }
    cut(&mut word, from, &["и"]);
    cut(&mut word, second, &["ост", "ость"]);
    if !cut(&mut word, from, &["ь"]) {
        cut(&mut word, from, &["ейш", "ейше"]);
        if word.ends_with("нн") && word.len() >= from + 4 {
            word.pop();
        }
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_share_a_stem() {
        for forms in [
            &["выручка", "выручки", "выручке", "выручку", "выручкой"][..],
            &["заказ", "заказа", "заказы", "заказов", "заказами", "заказам", "заказах"],
            &["клиент", "клиента", "клиенты", "клиентов", "клиентам"],
            &["покупка", "покупки", "покупку", "покупками"],
            &["возврат", "возвраты", "возвратов", "возвратам"],
            &["категория", "категории", "категорию", "категориям"],
            &["новый", "новые", "новых", "новым", "новому"],
            &["москва", "москвы", "москве", "москву", "москвой"],
            &["чайник", "чайники", "чайников", "чайниками"],
            &["order", "orders"],
            &["category", "categories"],
            &["purchase", "purchases", "purchased"],
        ] {
            for form in forms {
                assert!(same(form, forms[0]), "{form} ({}) is not {} ({})", stem(form), forms[0], stem(forms[0]));
            }
        }
        for (one, other) in [("заказ", "закон"), ("клиент", "клиника"), ("order", "border"), ("чай", "чайник")]
        {
            assert!(!same(one, other), "{one} {other}");
        }
    }

    #[test]
    fn a_name_of_several_words_is_found() {
        let words = ["покажи", "новых", "клиентов", "за", "май"];
        assert_eq!(find(&words, &["новые", "клиенты"]), Some(1));
        assert_eq!(find(&words, &["клиенты", "новые"]), None);
    }
}
