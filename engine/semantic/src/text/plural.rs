//! Forms of nouns after numbers.

/// The form of a Russian noun after a whole number: `forms` are those of 1, 2 and 5.
pub fn russian(number: u64, forms: [&str; 3]) -> &str {
    let [one, few, many] = forms;
    match (number % 100, number % 10) {
        (11..=14, _) => many,
        (_, 1) => one,
        (_, 2..=4) => few,
        _ => many,
    }
}

#[cfg(test)]
mod tests {
    use super::russian;

    #[test]
    fn there_are_three_forms() {
        let of = |number| russian(number, ["день", "дня", "дней"]);
        assert_eq!([1, 21, 101, 1_001].map(of), ["день"; 4]);
        assert_eq!([2, 3, 4, 22, 104].map(of), ["дня"; 5]);
        assert_eq!([0, 5, 11, 12, 14, 111, 112, u64::MAX].map(of), ["дней"; 8]);
    }
}
