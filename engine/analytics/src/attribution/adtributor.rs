//! How well each dimension explains a change: explanatory power, surprise, succinctness.

use super::contribution::Part;

/// A dimension's best explanation.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The place of the dimension in the input.
    pub dimension: usize,
    /// The keys that explain, the most surprising first.
    pub keys: Vec<usize>,
    /// Their share of the change (explanatory power); may exceed 1 where other keys move against it.
    pub explained: f64,
    /// How far their shares of the whole moved, from 0; the sum of their terms of the Jensen-Shannon divergence.
    pub surprise: f64,
    /// 1 for one key, less for more (1 / the number of keys).
    pub succinctness: f64,
}

/// The share of the change that an explanation must carry, and the one that a key must carry to be in it.
const ENOUGH: f64 = 0.67;
const ENOUGH_OF_KEY: f64 = 0.1;

/// The explanations of all dimensions that have one, the most surprising first, by Adtributor (Bhagwan et al., NSDI 2014): in each
/// dimension the keys are taken by falling surprise, those with a tenth of the change or more, until two thirds of the change are
/// explained. Dimensions are then ranked by the surprise of their keys, the shorter explanation first among equals.
///
/// A key that merely carries its share of a change has no surprise: so most of a fall in the greatest country is not news. See
/// [`super::causes`] for a stricter answer from rows.
pub fn explanations(dimensions: &[&[Part]]) -> Vec<Explanation> {
    let mut found: Vec<Explanation> =
        dimensions.iter().enumerate().filter_map(|(dimension, parts)| explain(dimension, parts)).collect();
    found.sort_by(|a, b| {
        b.surprise.total_cmp(&a.surprise).then(a.keys.len().cmp(&b.keys.len())).then(a.dimension.cmp(&b.dimension))
    });
    found
}

fn explain(dimension: usize, parts: &[Part]) -> Option<Explanation> {
    let sum = |figure: &dyn Fn(&Part) -> i128| parts.iter().map(figure).fold(0, i128::saturating_add);
    let change = sum(&Part::change);
    let whole = (sum(&|p| p.before.max(0)) as f64, sum(&|p| p.after.max(0)) as f64);
    if change == 0 {
        return None;
    }
    let share = |value: i128, whole: f64| if whole > 0.0 { value.max(0) as f64 / whole } else { 0.0 };
    let surprise = |part: &Part| divergence(share(part.before, whole.0), share(part.after, whole.1));
    let mut keys: Vec<(f64, usize)> = parts.iter().map(surprise).zip(0..).collect();
    keys.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut found = Explanation { dimension, keys: vec![], explained: 0.0, surprise: 0.0, succinctness: 0.0 };
    for (surprise, key) in keys {
        let explained = parts[key].change() as f64 / change as f64;
        if explained >= ENOUGH_OF_KEY {
            found.keys.push(key);
            found.explained += explained;
            found.surprise += surprise;
        }
        if found.explained >= ENOUGH {
            found.succinctness = 1.0 / found.keys.len() as f64;
            return Some(found);
        }
    }
    None
}

/// One term of the Jensen-Shannon divergence: (p ln 2p/(p+q) + q ln 2q/(p+q)) / 2.
fn divergence(p: f64, q: f64) -> f64 {
    let half = |p: f64, q: f64| if p > 0.0 { p * (2.0 * p / (p + q)).ln() } else { 0.0 };
    ((half(p, q) + half(q, p)) / 2.0).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dimension_of_the_cause_comes_first() {
        let part = |before, after| Part { before, after };
        // One product of four fell; the countries only carry their shares of it.
        let countries = [part(900, 720), part(100, 80)];
        let products = [part(250, 50), part(250, 250), part(250, 250), part(250, 250)];
        let found = explanations(&[&countries, &products]);
        assert_eq!((found[0].dimension, found[0].keys.as_slice()), (1, [0].as_slice()));
        assert_eq!((found[0].explained, found[0].succinctness), (1.0, 1.0));
        assert!(found[1].surprise < 1e-12);
        assert!(explanations(&[&[], &[part(5, 5)]]).is_empty());
    }
}
