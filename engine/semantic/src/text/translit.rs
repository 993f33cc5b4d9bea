//! Russian typed in Latin letters: `vyruchka za noyabr`.

/// What a Latin letter or letters may stand for, the longest first.
const LETTERS: [(&str, &[&str]); 43] = [
    ("shch", &["щ"]),
    ("sch", &["щ"]),
    ("zh", &["ж"]),
    ("kh", &["х"]),
    ("ts", &["ц", "тс"]),
    ("ch", &["ч"]),
    ("sh", &["ш"]),
    ("yo", &["е"]),
    ("jo", &["е"]),
    ("yu", &["ю"]),
    ("ju", &["ю"]),
    ("ya", &["я"]),
    ("ja", &["я"]),
    ("ia", &["ия", "я"]),
    ("iy", &["ий"]),
    ("yy", &["ый"]),
    ("a", &["а"]),
    ("b", &["б"]),
    ("v", &["в"]),
    ("w", &["в"]),
    ("g", &["г"]),
    ("d", &["д"]),
    ("e", &["е", "э"]),
    ("z", &["з"]),
    ("i", &["и"]),
    ("j", &["й", "ж"]),
    ("k", &["к"]),
    ("l", &["л", "ль"]),
    ("m", &["м"]),
    ("n", &["н"]),
    ("o", &["о"]),
    ("p", &["п"]),
    ("r", &["р", "рь"]),
    ("s", &["с"]),
    ("t", &["т", "ть"]),
    ("u", &["у"]),
    ("f", &["ф"]),
    ("h", &["х"]),
    ("c", &["ц", "к"]),
    ("x", &["х", "кс"]),
    ("y", &["ы", "й", "и"]),
    ("4", &["ч"]),
    ("'", &["ь"]),
];

/// Readings of a word that are tried.
const MOST: usize = 64;

/// The text with words that are Russian in Latin letters put into its own, or `None` if there are none. A word is one when it is
/// not `known` as it stands and is `known` in Russian letters; short words follow where a longer one is.
pub fn mend(text: &str, known: impl Fn(&str) -> bool) -> Option<String> {
    let words: Vec<&str> = text.split(' ').collect();
    let plain = |word: &str| word.trim_matches(|char: char| !char.is_alphabetic()).to_lowercase();
    let reading = |word: &str| {
        let bare = plain(word);
        let latin = !bare.is_empty() && bare.chars().all(|char| char.is_ascii_alphabetic() || char == '\'');
        let found = latin.then(|| readings(&bare).into_iter().find(|other| known(other)))??;
        Some(word.to_lowercase().replacen(&bare, &found, 1))
    };
    let long: Vec<bool> = words.iter().map(|word| plain(word).chars().count() >= 4 && !known(&plain(word))).collect();
    let mut put: Vec<Option<String>> =
        words.iter().zip(&long).map(|(word, long)| if *long { reading(word) } else { None }).collect();
    if put.iter().all(Option::is_none) {
        return None;
    }
    // Among English words one that could be Russian is none ("goods sent back").
    let mended = put.iter().flatten().count();
    let others = words.iter().zip(&put).filter(|(word, put)| put.is_none() && plain(word).len() >= 4).count();
    if mended < others {
        return None;
    }
    let english = others > 0 && mended == others;
    for (at, word) in words.iter().enumerate() {
        if put[at].is_none() && !english && plain(word).len() < 4 {
            put[at] = reading(word);
        }
    }
    let words = words.iter().zip(put).map(|(word, put)| put.unwrap_or_else(|| (*word).to_owned()));
    Some(words.collect::<Vec<_>>().join(" "))
}

/// What a word may be in Russian letters.
fn readings(word: &str) -> Vec<String> {
    let mut found: Vec<(String, &str)> = vec![(String::new(), word)];
    while found.iter().any(|(_, rest)| !rest.is_empty()) {
        let mut next = Vec::new();
        for (begun, rest) in found {
            if rest.is_empty() {
                next.push((begun, rest));
                continue;
            }
            let Some((latin, letters)) = LETTERS.iter().find(|(latin, _)| rest.starts_with(latin)) else { continue };
            let rest = &rest[latin.len()..];
            for letter in *letters {
                // A soft sign that nobody types stands at the end or before a consonant; the end is what matters here.
                if letter.ends_with('ь') && !rest.is_empty() && letter.chars().count() > 1 && *latin != "l" {
                    continue;
                }
                next.push((format!("{begun}{letter}"), rest));
            }
        }
        next.truncate(MOST);
        found = next;
    }
    found.into_iter().map(|(word, _)| word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn russian_in_latin_letters_is_read() {
        let known = |word: &str| {
            ["выручка", "за", "ноябрь", "прошлый", "месяц", "продажи", "сколько", "заказов", "revenue", "last"]
                .contains(&word)
        };
        assert_eq!(mend("vyruchka za noyabr", known).as_deref(), Some("выручка за ноябрь"));
        assert_eq!(mend("Prodazhi za proshlyy mesyats?", known).as_deref(), Some("продажи за прошлый месяц?"));
        assert_eq!(mend("skolko zakazov", known).as_deref(), Some("сколько заказов"));
        assert_eq!(mend("revenue last month", known), None);
    }
}
