//! Names for scores, as data: a shop may edit them.

use std::fmt;

/// Scores of a customer, each 1 (worst) to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score {
    /// Recency.
    pub r: u8,
    /// Frequency.
    pub f: u8,
    /// Monetary.
    pub m: u8,
}

impl Score {
    /// The mean of frequency and monetary, rounded up.
    pub fn fm(self) -> u8 {
        (self.f + self.m).div_ceil(2)
    }
}

/// A segment and the scores that belong to it; ranges include both ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The name.
    pub segment: String,
    /// Recency scores.
    pub r: (u8, u8),
    /// Frequency scores.
    pub f: (u8, u8),
    /// Monetary scores.
    pub m: (u8, u8),
    /// The mean of frequency and monetary scores, rounded up.
    pub fm: (u8, u8),
}

impl Rule {
    /// A rule by recency and the mean of the other two, as the usual ones are.
    pub fn new(segment: &str, r: (u8, u8), fm: (u8, u8)) -> Self {
        Self { segment: segment.to_owned(), r, f: (1, 5), m: (1, 5), fm }
    }

    fn holds(&self, score: Score) -> bool {
        let within = |(low, high): (u8, u8), value| (low..=high).contains(&value);
        within(self.r, score.r) && within(self.f, score.f) && within(self.m, score.m) && within(self.fm, score.fm())
    }
}

/// Rules at most: each takes one of the 125 scores or more.
const MOST_RULES: usize = 125;
/// The fewest customers whom the default rules rank: a place among fewer says nothing, and their segments are words of the
/// lifecycle.
pub const FEWEST_RANKED: u32 = 50;
/// These words, as the lifecycle has them.
pub const STAGES: [&str; 5] = ["new", "active", "cooling", "lost", "won_back"];
/// Months that are looked back, unless a workspace says otherwise.
const LOOK_BACK: u32 = 24;
/// And at most: fifty years.
const MOST_MONTHS: u32 = 600;
/// Characters of a name at most.
const MOST_CHARACTERS: usize = 64;

/// Why a list of rules is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleError {
    /// There are more rules than scores.
    TooMany,
    /// The rule at this place has no name.
    NoName(usize),
    /// The rule at this place has a name that is too long or has characters that names do not have.
    BadName(usize),
    /// The rule at this place has a range that is not within 1..=5 or ends before it begins.
    Range(usize),
    /// The rule at this place can never hold: earlier ones take all of its scores.
    Unreachable(usize),
    /// No rule holds for this score.
    Uncovered(Score),
    /// So many months are not looked back.
    LookBack(u32),
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooMany => write!(f, "{MOST_RULES} rules at most: there are no more scores to take"),
            Self::NoName(place) => write!(f, "rule {}: the segment has no name", place + 1),
            Self::BadName(place) => {
                write!(
                    f,
                    "rule {}: the name of a segment is up to {MOST_CHARACTERS} letters of any alphabet, digits, spaces, `_` and `-`",
                    place + 1
                )
            }
            Self::Range(place) => {
                write!(f, "rule {}: a range of scores is two numbers from 1 to 5, the lesser first", place + 1)
            }
            Self::Unreachable(place) => {
                write!(f, "rule {}: the rules before it already take all its scores", place + 1)
            }
            Self::Uncovered(Score { r, f: frequency, m }) => {
                write!(
                    f,
                    "no rule takes recency {r}, frequency {frequency}, monetary {m}; add one, or a last rule that takes all"
                )
            }
            Self::LookBack(months) => {
                write!(
                    f,
                    "{months} months cannot be looked back: send 1 to {MOST_MONTHS}, or null for the whole history"
                )
            }
        }
    }
}

impl std::error::Error for RuleError {}

/// Rules that give every score one segment: the first that holds. And how far back customers are looked at for their scores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    rules: Vec<Rule>,
    /// The distinct names, in the order of the rules.
    segments: Vec<String>,
    /// None: the whole history.
    look_back_months: Option<u32>,
}

impl Rules {
    /// Checks the rules: named, within range, each of use, and none of the 125 scores left out. Spaces around names are cut.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn new(mut rules: Vec<Rule>) -> Result<Self, RuleError> {
        if rules.len() > MOST_RULES {
            return Err(RuleError::TooMany);
        }
        for (place, rule) in rules.iter_mut().enumerate() {
            rule.segment = rule.segment.trim().to_owned();
            if rule.segment.is_empty() {
                return Err(RuleError::NoName(place));
            }
            // Names stand in statements, comments and sentences: nothing that could end or bend one of them.
            let fits = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-');
            if rule.segment.chars().count() > MOST_CHARACTERS || !rule.segment.chars().all(fits) {
                return Err(RuleError::BadName(place));
            }
            if [rule.r, rule.f, rule.m, rule.fm].iter().any(|&(low, high)| low < 1 || high > 5 || low > high) {
                return Err(RuleError::Range(place));
            }
        }
        let mut used = vec![false; rules.len()];
        for cell in 0..125 {
            let score = Score { r: cell / 25 + 1, f: cell / 5 % 5 + 1, m: cell % 5 + 1 };
            let rule = rules.iter().position(|rule| rule.holds(score)).ok_or(RuleError::Uncovered(score))?;
            used[rule] = true;
        }
        if let Some(place) = used.iter().position(|used| !used) {
            return Err(RuleError::Unreachable(place));
        }
        let mut segments: Vec<String> = Vec::new();
        for rule in &rules {
            if !segments.contains(&rule.segment) {
                segments.push(rule.segment.clone());
            }
        }
        Ok(Self { rules, segments, look_back_months: Some(LOOK_BACK) })
    }

    /// The same rules with orders of the last so many months; none: of the whole history.
    ///
    /// # Errors
    /// No month, or more than fifty years of them.
    pub fn looking_back(self, months: Option<u32>) -> Result<Self, RuleError> {
        match months {
            Some(months) if !(1..=MOST_MONTHS).contains(&months) => Err(RuleError::LookBack(months)),
            look_back_months => Ok(Self { look_back_months, ..self }),
        }
    }

    /// Months whose orders count for the scores, before the moment of looking; whoever has none in them is in no segment. None: all
    /// orders count.
    pub fn look_back_months(&self) -> Option<u32> {
        self.look_back_months
    }

    /// Whether few customers are told by words of the lifecycle: a workspace that has named its segments itself means those.
    pub fn word_few(&self) -> bool {
        self.rules == Self::default().rules
    }

    /// All that a customer's segment may be called: the segments, and the words for few customers where these are used.
    pub fn names(&self) -> Vec<&str> {
        let words = STAGES.into_iter().filter(|_| self.word_few());
        let mut names: Vec<&str> = self.segments.iter().map(String::as_str).collect();
        for word in words {
            if !names.contains(&word) {
                names.push(word);
            }
        }
        names
    }

    /// The names of the segments, each once, in the order of the rules.
    pub fn segments(&self) -> &[String] {
        &self.segments
    }

    /// The rules, in the order in which they are tried.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The segment of a score, as a place in [`Self::segments`].
    pub fn place(&self, score: Score) -> usize {
        let rule = self.rules.iter().find(|rule| rule.holds(score));
        rule.and_then(|rule| self.segments.iter().position(|name| *name == rule.segment)).unwrap_or(0)
    }

    /// The segment of a score.
    pub fn name(&self, score: Score) -> &str {
        &self.segments[self.place(score)]
    }
}

impl Default for Rules {
    /// The rules of the report `rfm_segments`.
    fn default() -> Self {
        let rules = vec![
            Rule::new("champions", (5, 5), (4, 5)),
            Rule::new("loyal", (3, 4), (4, 5)),
            Rule::new("potential_loyalists", (4, 5), (2, 3)),
            Rule::new("new_customers", (5, 5), (1, 1)),
            Rule::new("promising", (4, 4), (1, 1)),
            Rule::new("need_attention", (3, 3), (3, 3)),
            Rule::new("about_to_sleep", (3, 3), (1, 2)),
            Rule::new("cannot_lose", (1, 2), (5, 5)),
            Rule::new("at_risk", (1, 2), (3, 4)),
            Rule::new("lost", (1, 1), (1, 1)),
            Rule::new("hibernating", (1, 2), (1, 2)),
        ];
        let segments = rules.iter().map(|rule| rule.segment.clone()).collect();
        Self { rules, segments, look_back_months: Some(LOOK_BACK) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_complete() {
        let rules = Rules::default();
        assert_eq!(Rules::new(rules.rules().to_vec()), Ok(rules.clone()));
        let name = |r, f, m| rules.name(Score { r, f, m }).to_owned();
        assert_eq!(
            [name(5, 5, 3), name(1, 1, 1), name(2, 1, 1), name(1, 5, 4)],
            ["champions", "lost", "hibernating", "cannot_lose"]
        );
    }

    #[test]
    fn it_is_looked_back_for_two_years_unless_said_otherwise() {
        let rules = Rules::default();
        assert_eq!(rules.look_back_months(), Some(24));
        let other = |months| Rules::default().looking_back(months);
        assert_eq!(other(Some(24)), Ok(rules.clone()));
        assert_eq!(other(None).map(|rules| rules.look_back_months()), Ok(None));
        assert_ne!(other(Some(12)), Ok(rules));
        for months in [0, 601] {
            let error = other(Some(months)).unwrap_err();
            assert!(error.to_string().starts_with(&format!("{months} months cannot")), "{error}");
        }
    }

    #[test]
    fn few_customers_have_words_of_the_lifecycle_unless_segments_are_the_workspaces_own() {
        let rules = Rules::default().looking_back(Some(6)).unwrap();
        let names = rules.names();
        assert!(rules.word_few() && names.len() == 15 && names.contains(&"champions") && names.contains(&"won_back"));
        let own = Rules::new(vec![Rule::new("all", (1, 5), (1, 5))]).unwrap();
        assert!(!own.word_few());
        assert_eq!(own.names(), ["all"]);
    }

    #[test]
    fn bad_rules_are_refused_with_a_place() {
        let all = Rule::new("all", (1, 5), (1, 5));
        assert_eq!(Rules::new(vec![]), Err(RuleError::Uncovered(Score { r: 1, f: 1, m: 1 })));
        assert_eq!(Rules::new(vec![all.clone(), Rule::new("x", (1, 1), (1, 1))]), Err(RuleError::Unreachable(1)));
        assert_eq!(Rules::new(vec![Rule::new(" ", (1, 5), (1, 5))]), Err(RuleError::NoName(0)));
        assert_eq!(Rules::new(vec![all.clone(); 126]), Err(RuleError::TooMany));
        for bad in ["it's", "a\nb", "$as_of", "a\u{202e}b", "--;", &"x".repeat(65)] {
            assert_eq!(Rules::new(vec![Rule::new(bad, (1, 5), (1, 5))]), Err(RuleError::BadName(0)), "{bad}");
        }
        let named = Rules::new(vec![Rule::new(" Лучшие 5-ть_VIP ", (1, 5), (1, 5))]).unwrap();
        assert_eq!(named.segments(), ["Лучшие 5-ть_VIP"]);
        assert_eq!(Rules::new(vec![Rule { m: (0, 5), ..all.clone() }]), Err(RuleError::Range(0)));
        assert_eq!(Rules::new(vec![Rule { m: (4, 3), ..all.clone() }]), Err(RuleError::Range(0)));
        // Two rules may share a name; monetary alone may decide.
        let rich = Rule { m: (5, 5), ..Rule::new("rich", (1, 5), (1, 5)) };
        let rules = Rules::new(vec![rich, Rule::new("all", (1, 2), (1, 5)), all]).unwrap();
        assert_eq!(rules.segments(), ["rich", "all"]);
        assert_eq!(rules.name(Score { r: 1, f: 1, m: 5 }), "rich");
        for error in [
            RuleError::TooMany,
            RuleError::NoName(0),
            RuleError::BadName(0),
            RuleError::Uncovered(Score { r: 1, f: 2, m: 3 }),
        ] {
            assert!(!error.to_string().is_empty());
        }
    }
}
