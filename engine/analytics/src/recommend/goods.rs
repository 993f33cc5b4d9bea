//! What is no goods by its name: postage, fees, discounts, corrections. For shops that do not say of what kind a line is.

/// Words that end the English name of what is no goods.
const LAST: [&str; 16] = [
    "postage",
    "shipping",
    "delivery",
    "carriage",
    "freight",
    "fee",
    "fees",
    "charge",
    "charges",
    "commission",
    "discount",
    "discounts",
    "surcharge",
    "adjustment",
    "correction",
    "rounding",
];
/// Words that begin the Russian name of what is no goods, or the English one of a correction.
const FIRST: [&str; 10] = [
    "доставка",
    "скидка",
    "комиссия",
    "корректировка",
    "округление",
    "сбор",
    "сервисный",
    "почтовые",
    "чаевые",
    "adjust",
];
/// Whole names.
const WHOLE: [&str; 6] = ["manual", "samples", "tip", "tips", "bad debt", "ручная правка"];
/// Names of more words than this are of goods: `PACK OF 12 POSTAGE STAMPS`.
const MOST_WORDS: usize = 3;

/// Whether a line of this name is hardly goods. A guess: a line that says its kind needs none.
#[must_use]
pub fn is_no_goods(name: &str) -> bool {
    let name = name.to_lowercase();
    let words: Vec<&str> =
        name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if WHOLE.contains(&words.join(" ").as_str()) {
        return true;
    }
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return false };
    words.len() <= MOST_WORDS && (LAST.contains(last) || FIRST.contains(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_online_retail_sells_beside_goods_is_told_apart() {
        for name in [
            "POSTAGE",
            "DOTCOM POSTAGE",
            "Manual",
            "Discount",
            "CARRIAGE",
            "AMAZON FEE",
            "Bank Charges",
            "CRUK Commission",
            "SAMPLES",
            "Adjust bad debt",
            "Доставка",
            "Доставка курьером",
            "Скидка 10 %",
            "Сервисный сбор",
        ] {
            assert!(is_no_goods(name), "{name}");
        }
        for name in [
            "WHITE HANGING HEART T-LIGHT HOLDER",
            "SET OF 10 POSTAGE STAMP STICKERS",
            "PASSPORT COVER",
            "Чай",
            "Коробка для доставки",
            "",
            "MANUAL COFFEE GRINDER",
            "FIRST CLASS STAMP TIN",
        ] {
            assert!(!is_no_goods(name), "{name}");
        }
    }
}
