//! What by its name belongs to an occasion of the year: Christmas, Easter. For shops that have not seen that occasion before.

/// English words of such names.
const WORDS: [&str; 18] = [
    "christmas",
    "xmas",
    "advent",
    "santa",
    "santas",
    "reindeer",
    "snowman",
    "snowmen",
    "yuletide",
    "mistletoe",
    "easter",
    "bunny",
    "bunnies",
    "halloween",
    "valentine",
    "valentines",
    "thanksgiving",
    "hanukkah",
];
/// How Russian words of such names begin.
const BEGINNINGS: [&str; 8] = ["рождеств", "новогодн", "ёлочн", "елочн", "адвент", "пасхальн", "хэллоуин", "масленич"];

/// Whether a product of this name is of an occasion. A guess: what was sold for a year needs none.
#[must_use]
pub fn is_of_an_occasion(name: &str) -> bool {
    let name = name.to_lowercase();
    let mut words = name.split(|letter: char| !letter.is_alphanumeric());
    words.any(|word| WORDS.contains(&word) || BEGINNINGS.iter().any(|beginning| word.starts_with(beginning)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn occasions_are_told_by_names() {
        for name in [
            "WOODEN TREE CHRISTMAS SCANDINAVIAN",
            "SET OF 6 T-LIGHTS EASTER CHICKS",
            "Wooden advent calendar",
            "BUNNY EGG GARLAND",
            "Ёлочная игрушка",
            "Шар новогодний",
        ] {
            assert!(is_of_an_occasion(name), "{name}");
        }
        for name in ["JUMBO BAG TOYS", "CALENDAR PAPER CUT DESIGN", "Чай", "EASTERN RUG", "Новая ёлка", ""]
        {
            assert!(!is_of_an_occasion(name), "{name}");
        }
    }
}
