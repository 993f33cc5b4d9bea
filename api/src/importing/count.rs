//! Counts for people.

/// A count with its thousands apart: `541,909`.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_easy_to_read() {
        assert_eq!([0, 999, 1_000, 541_909, 1_000_000].map(count), ["0", "999", "1,000", "541,909", "1,000,000"]);
    }
}
