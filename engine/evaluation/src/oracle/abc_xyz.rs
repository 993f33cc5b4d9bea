//! Products by their weight in revenue (ABC) and the evenness of their sales (XYZ).

/// A product.
#[derive(Debug, Clone, Copy)]
pub struct AbcXyz<'a> {
    /// Revenue, refunds included, in 1/10,000 of the currency.
    pub revenue: i128,
    /// Units sold by month, in 1/10,000: every month of the period since its launch, those without sales as 0.
    pub monthly_units: &'a [i64],
    /// It was launched after the first month of the period.
    pub launched: bool,
}

/// Weight: A brings most of the revenue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Abc {
    A,
    B,
    C,
}

/// Evenness: X sells evenly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Xyz {
    X,
    Y,
    Z,
}

/// Where classes end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// The share of revenue up to which products are A.
    pub a_share: f64,
    /// The share up to which they are B.
    pub b_share: f64,
    /// The variation below which they are X.
    pub x_variation: f64,
    /// The variation below which they are Y.
    pub y_variation: f64,
}

impl Default for Limits {
    /// Those of the report `abc_xyz`: 0.8, 0.95; 0.5, 1.
    fn default() -> Self {
        Self { a_share: 0.8, b_share: 0.95, x_variation: 0.5, y_variation: 1.0 }
    }
}

/// What a product is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Classes {
    /// Its share of the revenue of all products that bring any; 0 for one that brings none.
    pub share: f64,
    /// The weight.
    pub abc: Abc,
    /// The standard deviation of the monthly units divided by their mean; none without a positive mean.
    pub variation: Option<f64>,
    /// The evenness; none of a product that is too new.
    pub xyz: Option<Xyz>,
}

/// The months that a product which was launched within the period must have.
const ENOUGH_MONTHS: usize = 3;

/// Classes of the products, in their order, by the rules of the report `abc_xyz`. Products of equal revenue count in the
/// order given.
///
/// A product is A while those before it, by falling revenue, bring less than `a_share` of the revenue of all that bring any;
/// then B up to `b_share`; then C. X is a variation below `x_variation`, Y below `y_variation`, else (or without one) Z. What was launched
/// within the period and has fewer than three months has neither.
pub fn abc_xyz(products: &[AbcXyz<'_>], limits: &Limits) -> Vec<Classes> {
    let all: i128 = products.iter().map(|p| p.revenue.max(0)).fold(0, i128::saturating_add);
    let mut sorted: Vec<usize> = (0..products.len()).collect();
    sorted.sort_by_key(|&i| std::cmp::Reverse(products[i].revenue));
    let mut abc = vec![Abc::C; products.len()];
    let mut before: i128 = 0;
    for i in sorted {
        let revenue = products[i].revenue;
        if revenue > 0 {
            abc[i] = match before as f64 {
                before if before < limits.a_share * all as f64 => Abc::A,
                before if before < limits.b_share * all as f64 => Abc::B,
                _ => Abc::C,
            };
            before = before.saturating_add(revenue);
        }
    }
    products
        .iter()
        .zip(abc)
        .map(|(product, abc)| {
            let is_new = product.launched && product.monthly_units.len() < ENOUGH_MONTHS;
            let variation = if is_new { None } else { variation(product.monthly_units) };
            let xyz = match variation {
                _ if is_new => None,
                Some(variation) if variation < limits.x_variation => Some(Xyz::X),
                Some(variation) if variation < limits.y_variation => Some(Xyz::Y),
                _ => Some(Xyz::Z),
            };
            let share = if all > 0 { product.revenue.max(0) as f64 / all as f64 } else { 0.0 };
            Classes { share, abc, variation, xyz }
        })
        .collect()
}

/// √(n·Σu² - (Σu)²) / Σu, to six digits as the report rounds it. The difference is taken in whole numbers, so that equal
/// months give exactly 0.
fn variation(units: &[i64]) -> Option<f64> {
    let (total, squares) = units.iter().try_fold((0_i128, 0_i128), |(total, squares), &unit| {
        let unit = i128::from(unit);
        Some((total + unit, squares.checked_add(unit * unit)?))
    })?;
    if total <= 0 {
        return None;
    }
    let spread = match (squares.checked_mul(units.len() as i128), total.checked_mul(total)) {
        (Some(squares), Some(total)) => (squares - total).max(0) as f64,
        _ => (squares as f64 * units.len() as f64 - (total as f64).powi(2)).max(0.0),
    };
    Some((spread.sqrt() / total as f64 * 1e6).round() / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(revenue: i128, monthly_units: &[i64]) -> AbcXyz<'_> {
        AbcXyz { revenue, monthly_units, launched: false }
    }

    #[test]
    fn classes_of_a_small_shop() {
        let products = [
            product(100, &[5, 5, 5]),
            product(700, &[1, 9, 2]),
            product(-50, &[-1, 0, 0]),
            product(150, &[0, 10, 30]),
            product(50, &[]),
        ];
        let found = abc_xyz(&products, &Limits::default());
        assert_eq!(found.iter().map(|c| c.abc).collect::<Vec<_>>(), [Abc::B, Abc::A, Abc::C, Abc::A, Abc::C]);
        assert_eq!(found.iter().map(|c| c.xyz).collect::<Vec<_>>(), [Xyz::X, Xyz::Y, Xyz::Z, Xyz::Y, Xyz::Z].map(Some));
        assert_eq!((found[0].variation, found[0].share, found[2].share), (Some(0.0), 0.1, 0.0));
        assert_eq!((found[1].variation, found[3].variation), (Some(0.889757), Some(0.935414)));
    }

    #[test]
    fn nothing_and_too_much() {
        assert!(abc_xyz(&[], &Limits::default()).is_empty());
        let refunds = abc_xyz(&[product(-3, &[-1])], &Limits::default());
        assert_eq!((refunds[0].abc, refunds[0].xyz, refunds[0].share), (Abc::C, Some(Xyz::Z), 0.0));
        let young = AbcXyz { launched: true, ..product(3, &[1, 1]) };
        assert_eq!((abc_xyz(&[young], &Limits::default())[0].xyz, young.monthly_units.len()), (None, 2));
        let huge = [i64::MAX; 4];
        let found = abc_xyz(&[product(i128::MAX, &huge), product(i128::MAX, &huge)], &Limits::default());
        assert!(found.iter().all(|c| c.variation.is_none_or(f64::is_finite)));
        let billions = [10_i64.pow(13); 24];
        assert_eq!(abc_xyz(&[product(1, &billions)], &Limits::default())[0].variation, Some(0.0));
    }
}
