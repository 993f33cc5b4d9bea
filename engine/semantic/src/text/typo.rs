//! Small typing mistakes: a letter missing, doubled, wrong, or two swapped.

/// How many mistakes a word of so many letters may have.
pub fn allowed(letters: usize) -> usize {
    match letters {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// The Damerau-Levenshtein distance (optimal string alignment: a swapped pair is one mistake and not edited again), unless it
/// exceeds `limit`.
pub fn distance(one: &str, other: &str, limit: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let mut before: Vec<usize> = vec![0; b.len() + 1];
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1; b.len() + 1];
        for (j, y) in b.iter().enumerate() {
            let mut cost = (above[j] + usize::from(x != y)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                cost = cost.min(before[j - 1] + 1);
            }
            row[j + 1] = cost;
        }
        if row.iter().all(|cost| *cost > limit) {
            return None;
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().filter(|cost| *cost <= limit)
}

/// Whether two words of a length differ by keys that lie beside each other.
pub fn beside(one: &str, other: &str) -> bool {
    const ROWS: [&str; 6] = ["йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю", "qwertyuiop", "asdfghjkl", "zxcvbnm"];
    let place = |letter: char| {
        ROWS.iter().enumerate().find_map(|(row, keys)| Some((row, keys.chars().position(|key| key == letter)?)))
    };
    one.chars().zip(other.chars()).filter(|(one, other)| one != other).all(|(wrong, right)| {
        match (place(wrong), place(right)) {
            (Some((row, at)), Some((other, beside))) => {
                row / 3 == other / 3 && row.abs_diff(other) <= 1 && at.abs_diff(beside) <= 1
            }
            _ => false,
        }
    })
}

/// Whether the one mistake between two words of a length is one that fingers or ears make: a key beside the right one, a vowel for
/// a vowel, a consonant for its pair. Any other letter makes another word of a short one ("сумка" is no "сумма").
pub fn likely(one: &str, other: &str) -> bool {
    const ALIKE: [&str; 14] =
        ["аоеиыуэюя", "aeiouy", "тд", "сзц", "бп", "гкх", "шжщч", "вф", "нм", "ьъ", "szc", "ck", "dt", "bpvf"];
    let differing: Vec<(char, char)> = one.chars().zip(other.chars()).filter(|(one, other)| one != other).collect();
    let [(wrong, right)] = differing.as_slice() else { return true };
    if one.chars().count() != other.chars().count() {
        return true;
    }
    beside(one, other) || ALIKE.iter().any(|alike| alike.contains(*wrong) && alike.contains(*right))
}

/// The listed word nearest to this one within the mistakes allowed for its length; none when two are equally near.
pub fn nearest<'a>(word: &str, listed: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = allowed(word.chars().count());
    let mut best: Option<(usize, &str, bool)> = None;
    for candidate in listed {
        let Some(found) = distance(word, candidate, limit) else { continue };
        match best {
            Some((cost, known, _)) if found > cost || found == cost && known == candidate => {}
            Some((cost, known, _)) if found == cost => best = Some((cost, known, true)),
            _ => best = Some((found, candidate, false)),
        }
    }
    best.filter(|(.., tied)| !tied).map(|(_, word, _)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_counted() {
        for (one, other, expected) in [
            ("прошлый", "прошлый", Some(0)),
            ("прошый", "прошлый", Some(1)),
            ("прошлйы", "прошлый", Some(1)),
            ("мсеяц", "месяц", Some(1)),
            ("quater", "quarter", Some(1)),
            ("yeserdya", "yesterday", Some(2)),
            ("год", "месяц", None),
        ] {
            assert_eq!(distance(one, other, 2), expected, "{one} {other}");
        }
    }

    #[test]
    fn a_wrong_letter_is_near_the_right_one() {
        for (one, other) in [("вырочка", "выручка"), ("зоказ", "заказ"), ("reventue", "revenue"), ("ordwr", "order")]
        {
            assert!(likely(one, other), "{one} {other}");
        }
        for (one, other) in [("сумка", "сумма"), ("order", "older")] {
            assert!(!likely(one, other), "{one} {other}");
        }
    }

    #[test]
    fn the_nearest_word_is_taken_unless_two_are() {
        assert_eq!(nearest("выркча", ["выручка", "заказы"]), None);
        assert_eq!(nearest("выруча", ["выручка", "заказы"]), Some("выручка"));
        assert_eq!(nearest("кот", ["кит"]), None);
        assert_eq!(nearest("марка", ["марта", "марки"]), None);
    }
}
