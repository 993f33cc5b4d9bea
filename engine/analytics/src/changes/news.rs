//! Is a change the season, or is it news?

/// A change, split into what the season brings every year and what it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeasonOrNews {
    /// What the same change of season brought a year ago, at the level of today.
    pub season: i128,
    /// The rest; the two add up to the change exactly.
    pub news: i128,
    /// Which of them the change is.
    pub verdict: Verdict,
}

/// What a change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The season alone: what is left is within the usual error.
    Season,
    /// Hardly the season.
    News,
    /// Both.
    Both,
    /// Neither is more than the usual error.
    Nothing,
    /// There is no last year to compare with, or it sold nothing: all counts as news.
    Unknown,
}

/// Splits the change from `before` to `after` (in 1/10,000) by what the same two periods did a year ago, and judges it by
/// `error`: by what share a figure of this kind is usually missed, as 0.1 for a tenth.
///
/// Expected is before · (last year's after / last year's before), the seasonal naive forecast with the level of today, rounded to
/// the unit.
pub fn season_or_news(before: i128, after: i128, last_year: Option<(i128, i128)>, error: f64) -> SeasonOrNews {
    let change = after.saturating_sub(before);
    let known = last_year.filter(|&(first, second)| first > 0 && second >= 0);
    let Some((first, second)) = known else {
        return SeasonOrNews { season: 0, news: change, verdict: Verdict::Unknown };
    };
    let expected = match before.checked_mul(second).and_then(|product| product.checked_add(first / 2)) {
        Some(product) => product.div_euclid(first),
        None => (before as f64 * (second as f64 / first as f64)) as i128,
    };
    let (season, news) = (expected.saturating_sub(before), after.saturating_sub(expected));
    let least = error.max(0.0) * (before.unsigned_abs().max(expected.unsigned_abs()) as f64);
    let verdict = match (season.unsigned_abs() as f64 > least, news.unsigned_abs() as f64 > least) {
        (true, true) => Verdict::Both,
        (true, false) => Verdict::Season,
        (false, true) => Verdict::News,
        (false, false) => Verdict::Nothing,
    };
    SeasonOrNews { season, news, verdict }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_usual_december_is_season() {
        let found = |after, last_year| {
            let found = season_or_news(1000, after, last_year, 0.1);
            assert_eq!(found.season + found.news, after - 1000);
            (found.season, found.news, found.verdict)
        };
        assert_eq!(found(1850, Some((500, 900))), (800, 50, Verdict::Season));
        assert_eq!(found(1000, Some((500, 900))), (800, -800, Verdict::Both));
        assert_eq!(found(600, Some((500, 510))), (20, -420, Verdict::News));
        assert_eq!(found(1001, Some((3, 3))), (0, 1, Verdict::Nothing));
        assert_eq!(found(600, None), (0, -400, Verdict::Unknown));
        assert_eq!(found(600, Some((0, 7))), (0, -400, Verdict::Unknown));
        assert_eq!(season_or_news(i128::MAX, 0, Some((1, i128::MAX)), 0.1).verdict, Verdict::News);
    }
}
