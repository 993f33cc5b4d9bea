//! Names as they are compared.

use crate::text::{Kind, fold, stem::stem, tokenize};

/// A name or the words of a question as they are compared: lower case, marks as spaces, one alphabet.
pub fn normal(text: &str) -> Vec<String> {
    let tokens = tokenize(text).into_iter().filter(|token| token.kind != Kind::Mark);
    let mut words: Vec<String> = Vec::new();
    for token in tokens {
        match words.last_mut() {
            // "85123A" and "iPhone15" are one word each.
            Some(last) if token.glued => last.push_str(&token.text),
            _ => words.push(token.text),
        }
    }
    words
}

/// What the inflected forms of a word share, in Latin letters.
pub(super) fn root(word: &str) -> String {
    let mut root = latin(&stem(word));
    // "Казань" and "Kazan'", "Germany" and "Germanii" meet without their soft ends.
    while root.chars().count() > 3 && root.ends_with(['\'', 'y', 'i', 'a', 'e', 'j', 'o', 'u']) {
        root.pop();
    }
    root
}

/// The word in Latin letters, as people write Russian names in them.
pub fn latin(word: &str) -> String {
    let mut text = String::with_capacity(word.len());
    for char in fold(word).chars() {
        text.push_str(match char {
            'а' => "a",
            'б' => "b",
            'в' => "v",
            'г' => "g",
            'д' => "d",
            'е' | 'э' => "e",
            'ж' => "zh",
            'з' => "z",
            'и' => "i",
            'й' | 'ы' => "y",
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
            'ю' => "yu",
            'я' => "ya",
            'ь' | 'ъ' => "",
            other => {
                text.push(other);
                continue;
            }
        });
    }
    text
}
