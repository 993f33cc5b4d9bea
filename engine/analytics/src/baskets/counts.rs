//! The measures of a rule.

use std::cmp::Ordering;

/// The counts behind a rule "who has X has Y", and what follows from them.
///
/// Measures: Agrawal, Imieliński, Swami (1993) for support and confidence; Brin, Motwani, Ullman, Tsur (1997) for lift
/// (there "interest") and conviction; Piatetsky-Shapiro (1991) for leverage. None of them is ever NaN: a rule exists
/// only where both sides were bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// All baskets: n.
    pub baskets: u32,
    /// Baskets with all items of X.
    pub antecedent: u32,
    /// Baskets with all items of Y.
    pub consequent: u32,
    /// Baskets with all items of both.
    pub both: u32,
}

impl Counts {
    /// P(X and Y).
    #[must_use]
    pub fn support(&self) -> f64 {
        f64::from(self.both) / f64::from(self.baskets)
    }

    /// P(Y | X).
    #[must_use]
    pub fn confidence(&self) -> f64 {
        f64::from(self.both) / f64::from(self.antecedent)
    }

    /// P(X and Y) / (P(X) P(Y)): above 1 they attract.
    #[must_use]
    pub fn lift(&self) -> f64 {
        f64::from(self.both) * f64::from(self.baskets) / (f64::from(self.antecedent) * f64::from(self.consequent))
    }

    /// P(X) P(not Y) / P(X and not Y): how much oftener the rule would fail if the sides were independent.
    /// `None` if it never fails.
    #[must_use]
    pub fn conviction(&self) -> Option<f64> {
        let fails = self.antecedent - self.both;
        let others = self.baskets - self.consequent;
        let expected = f64::from(self.antecedent) * f64::from(others) / f64::from(self.baskets);
        (fails > 0).then(|| expected / f64::from(fails))
    }

    /// P(X and Y) - P(X) P(Y): the share of baskets beyond what independence would give.
    #[must_use]
    pub fn leverage(&self) -> f64 {
        let n = f64::from(self.baskets);
        self.support() - f64::from(self.antecedent) / n * (f64::from(self.consequent) / n)
    }

    /// By lift, exactly, between rules of the same baskets: `both / (antecedent * consequent)`.
    pub(super) fn cmp_lift(&self, other: &Self) -> Ordering {
        let product = |a: u32, b: &Self| u128::from(a) * u128::from(b.antecedent) * u128::from(b.consequent);
        product(self.both, other).cmp(&product(other.both, self))
    }
}
