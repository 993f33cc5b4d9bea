//! `search_key(text)`: a text as it is looked for. Two spellings of one word have one key: capitals and small letters, accents, `ё` and
//! `е`, letters in one part or two, wide and narrow forms.

use unicode_normalization::UnicodeNormalization as _;

/// The key of a text.
pub fn search_key(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut key = String::with_capacity(text.len());
    for letter in text.nfkc().flat_map(char::to_lowercase) {
        match letter {
            // Letters of their own, though Unicode takes them for accents on others.
            'й' | 'ї' | 'ў' => key.push(letter),
            // Letters that Unicode takes for no accent on another, and people write without it.
            'ß' => key.push_str("ss"),
            'æ' => key.push_str("ae"),
            'œ' => key.push_str("oe"),
            'þ' => key.push_str("th"),
            'ø' => key.push('o'),
            'đ' | 'ð' => key.push('d'),
            'ħ' => key.push('h'),
            'ı' => key.push('i'),
            'ł' => key.push('l'),
            'ς' => key.push('σ'),
            // Nobody sees them.
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => {}
            _ => key.extend(std::iter::once(letter).nfd().filter(|part| !is_accent(*part))),
        }
    }
    key
}

fn is_accent(part: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&part)
}

#[cfg(test)]
mod tests {
    use super::search_key;

    #[test]
    fn spellings_of_one_word_have_one_key() {
        for (written, sought) in [
            ("Пётр ЁЛКИН", "петр елкин"),
            // In two parts.
            ("Пе\u{308}тр", "петр"),
            ("Renée Müller", "renee muller"),
            ("Rene\u{301}e", "RENÉE"),
            ("Łukasz Żółć", "lukasz zolc"),
            ("Søren Strauß", "soren strauss"),
            ("ΟΔΟΣ οδός", "οδοσ οδοσ"),
            ("İstanbul ılık", "istanbul ilik"),
            ("Ａｎｎａ １２３", "anna 123"),
            ("non\u{a0}break soft\u{ad}hyphen", "non break softhyphen"),
            ("Анна@Example.COM", "анна@example.com"),
        ] {
            assert_eq!(search_key(written), search_key(sought), "{written}");
        }
        // Letters of their own.
        assert_ne!(search_key("йод"), search_key("иод"));
        assert_eq!(search_key("И\u{306}од"), search_key("йод"));
        assert_eq!(search_key("a\nb"), "a\nb");
    }
}
