//! Words that are numbers.

/// Declined like adjectives: all that follow a stem of an ordinal.
pub(crate) const ADJECTIVE: [&str; 22] = [
    "ый", "ий", "ой", "ая", "яя", "ое", "ее", "ые", "ие", "ого", "его", "ому", "ему", "ым", "им", "ом", "ем", "ую",
    "юю", "ых", "их", "ыми",
];

/// Whether the word is an adjective of that stem.
pub(crate) fn adjective(word: &str, stem: &str) -> bool {
    word.strip_prefix(stem).is_some_and(|end| ADJECTIVE.contains(&end) || end == "ими" || end == "ей")
}

const CARDINALS: &[(i64, &[&str])] = &[
    (0, &["ноль", "нуля", "нулю", "zero"]),
    (1, &["один", "одна", "одно", "одного", "одной", "одному", "одним", "одну", "одном", "one"]),
    (
        2,
        &[
            "оба",
            "обе",
            "обоих",
            "обеих",
            "два",
            "две",
            "двух",
            "двум",
            "двумя",
            "двое",
            "пара",
            "пару",
            "пары",
            "паре",
            "two",
        ],
    ),
    (3, &["три", "трех", "трем", "тремя", "трое", "three"]),
    (4, &["четыре", "четырех", "четырем", "четырьмя", "four"]),
    (5, &["пять", "пяти", "пятью", "пятеро", "five"]),
    (6, &["шесть", "шести", "шестью", "six"]),
    (7, &["семь", "семи", "семью", "семеро", "seven"]),
    (8, &["восемь", "восьми", "восемью", "восьмью", "eight"]),
    (9, &["девять", "девяти", "девятью", "nine"]),
    (10, &["десять", "десяти", "десятью", "десяток", "десятка", "ten"]),
    (11, &["одиннадцать", "одиннадцати", "eleven"]),
    (12, &["двенадцать", "двенадцати", "дюжина", "дюжину", "twelve", "dozen"]),
    (13, &["тринадцать", "тринадцати", "thirteen"]),
    (14, &["четырнадцать", "четырнадцати", "fourteen"]),
    (15, &["пятнадцать", "пятнадцати", "fifteen"]),
    (16, &["шестнадцать", "шестнадцати", "sixteen"]),
    (17, &["семнадцать", "семнадцати", "seventeen"]),
    (18, &["восемнадцать", "восемнадцати", "eighteen"]),
    (19, &["девятнадцать", "девятнадцати", "nineteen"]),
    (20, &["двадцать", "двадцати", "twenty"]),
    (30, &["тридцать", "тридцати", "thirty"]),
    (40, &["сорок", "сорока", "forty", "fourty"]),
    (50, &["полсотни", "пятьдесят", "пятидесяти", "fifty"]),
    (60, &["шестьдесят", "шестидесяти", "sixty"]),
    (70, &["семьдесят", "семидесяти", "seventy"]),
    (80, &["восемьдесят", "восьмидесяти", "eighty"]),
    (90, &["девяносто", "девяноста", "ninety"]),
    (100, &["сто", "ста", "сотня", "сотню", "сотни"]),
    (200, &["двести", "двухсот"]),
    (300, &["триста", "трехсот"]),
    (400, &["четыреста", "четырехсот"]),
    (500, &["пятьсот", "пятисот"]),
    (600, &["шестьсот", "шестисот"]),
    (700, &["семьсот", "семисот"]),
    (800, &["восемьсот", "восьмисот"]),
    (900, &["девятьсот", "девятисот"]),
];

const ORDINALS_RU: &[(i64, &str)] = &[
    (1, "перв"),
    (2, "втор"),
    (4, "четверт"),
    (5, "пят"),
    (6, "шест"),
    (7, "седьм"),
    (8, "восьм"),
    (9, "девят"),
    (10, "десят"),
    (11, "одиннадцат"),
    (12, "двенадцат"),
    (13, "тринадцат"),
    (14, "четырнадцат"),
    (15, "пятнадцат"),
    (16, "шестнадцат"),
    (17, "семнадцат"),
    (18, "восемнадцат"),
    (19, "девятнадцат"),
    (20, "двадцат"),
    (30, "тридцат"),
    (40, "сороков"),
    (50, "пятидесят"),
];

const ORDINALS_EN: &[(i64, &str)] = &[
    (1, "first"),
    (2, "second"),
    (3, "third"),
    (4, "fourth"),
    (5, "fifth"),
    (6, "sixth"),
    (7, "seventh"),
    (8, "eighth"),
    (9, "ninth"),
    (10, "tenth"),
    (11, "eleventh"),
    (12, "twelfth"),
    (13, "thirteenth"),
    (14, "fourteenth"),
    (15, "fifteenth"),
    (16, "sixteenth"),
    (17, "seventeenth"),
    (18, "eighteenth"),
    (19, "nineteenth"),
    (20, "twentieth"),
    (30, "thirtieth"),
    (40, "fortieth"),
    (50, "fiftieth"),
];

/// The value of one word of a cardinal below a thousand.
pub(super) fn cardinal(word: &str) -> Option<i64> {
    CARDINALS.iter().find(|(_, forms)| forms.contains(&word)).map(|(value, _)| *value)
}

/// The value of one word of an ordinal.
pub(super) fn ordinal(word: &str) -> Option<i64> {
    let third = word.strip_prefix("трет").is_some_and(|end| {
        ["ий", "ья", "ье", "ьи", "ьего", "ьему", "ьим", "ьем", "ьей", "ью", "ьих", "ьими"].contains(&end)
    });
    if third {
        return Some(3);
    }
    let english = ORDINALS_EN.iter().find(|(_, form)| *form == word).map(|(value, _)| *value);
    english.or_else(|| ORDINALS_RU.iter().find(|(_, stem)| adjective(word, stem)).map(|(value, _)| *value))
}

/// Whether the word is a number by itself.
pub(crate) fn numeral(word: &str) -> bool {
    cardinal(word).is_some() || ordinal(word).is_some() || multiplier(word).is_some()
}

/// What a number before this word is multiplied by.
pub(super) fn multiplier(word: &str) -> Option<i64> {
    let of = |stem: &str, ends: &[&str]| word.strip_prefix(stem).is_some_and(|end| ends.contains(&end));
    match word {
        "hundred" => Some(100),
        "тыща" | "тыщи" | "тыщ" | "тыщу" | "косарь" | "косаря" | "косарей" => {
            Some(1_000)
        }
        "лям" | "ляма" | "лямов" => Some(1_000_000),
        "тыс" | "thousand" | "k" | "к" => Some(1_000),
        "млн" | "million" | "millions" | "mln" => Some(1_000_000),
        "млрд" | "billion" | "billions" | "bn" => Some(1_000_000_000),
        _ if of("тысяч", &["", "а", "и", "у", "е", "ей", "ам", "ами", "ах"]) => Some(1_000),
        _ if of("миллион", &["", "а", "у", "ом", "е", "ов", "ы", "ам", "ами", "ах"]) => {
            Some(1_000_000)
        }
        _ if of("миллиард", &["", "а", "у", "ом", "е", "ов", "ы", "ам", "ами", "ах"]) => {
            Some(1_000_000_000)
        }
        _ => None,
    }
}
