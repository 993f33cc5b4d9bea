//! Names as they are compared.

use crate::text::{Kind, Token, fold, stem::stem, tokenize};

/// A name or a question as its words are compared: lower case, marks as spaces.
pub fn normal(text: &str) -> Vec<String> {
    words(&tokenize(text))
}

/// The words of some tokens as they are compared.
pub fn words(tokens: &[Token]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut joined = false;
    for token in tokens {
        match words.last_mut() {
            _ if token.kind == Kind::Mark => {}
            // "85123A" and "iPhone15" are one word each.
            Some(last) if joined && token.glued => last.push_str(&token.text),
            _ => words.push(token.text.clone()),
        }
        joined = token.kind != Kind::Mark;
    }
    words
}

/// What the inflected forms of a word share, in Latin letters.
pub(super) fn root(word: &str) -> String {
    // Surnames lose an ending and then a suffix: "Петрова", "Петров".
    let once = stem(word);
    let twice = stem(&once);
    let mut root = latin(if twice.chars().count() >= 3 { &twice } else { &once });
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
