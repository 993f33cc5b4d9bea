//! `sort_key(text)`: by what people sort names. Plain order is by code points, where `Ё` stands before `А`, `ё` behind `я`, and every
//! capital before every small letter.

use unicode_normalization::UnicodeNormalization as _;

/// Letters and their accents apart: those without accents and in lower case first, the text as it is where they are the same.
pub(super) fn sort_key(text: &str) -> String {
    let mut letters = String::with_capacity(2 * text.len() + 1);
    for letter in text.nfc().flat_map(char::to_lowercase) {
        match letter {
            // A letter of its own, though Unicode takes it for an accent on another.
            'й' | 'ї' | 'ў' => letters.push(letter),
            _ => letters.extend(std::iter::once(letter).nfd().filter(|part| !('\u{300}'..='\u{36f}').contains(part))),
        }
    }
    // Below every letter, so that what ends first comes first.
    letters.push('\u{1}');
    letters.push_str(text);
    letters
}

#[cfg(test)]
mod tests {
    use super::sort_key;

    #[test]
    fn people_find_what_is_sorted() {
        let mut names =
            ["я", "Ёлка", "ель", "Елена", "ежик", "Жанна", "ёж", "А", "йод", "икра", "Еж", "Émile", "Eva", "emil"];
        names.sort_by_key(|name| sort_key(name));
        assert_eq!(
            names,
            ["emil", "Émile", "Eva", "А", "Еж", "ёж", "ежик", "Елена", "Ёлка", "ель", "Жанна", "икра", "йод", "я"]
        );
        // In two parts as in one.
        assert!(sort_key("е\u{308}лка") < sort_key("елок") && sort_key("е\u{308}лка") > sort_key("ели"));
    }
}
