//! What carries a change: the keys that did something else than the whole, each told once.

use super::cause::{Margin, Rows, margins};

/// A key that moved otherwise than the whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Story {
    /// The place of the dimension; one past the last for a single order, whose `key` is its number in `orders`.
    pub dimension: usize,
    /// The key.
    pub key: u32,
    /// Its amount in the first period.
    pub before: i128,
    /// Its amount in the second period.
    pub after: i128,
    /// What it has more (or less) than if it had grown like the whole, in the unit of the amounts.
    pub excess: f64,
    /// Keys of other dimensions whose difference from the whole is this one's: they stand on the same rows.
    pub same: Vec<(usize, u32)>,
}

/// What is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    /// For each dimension a key that is never told: the rows without one.
    pub untold: &'a [Option<u32>],
    /// The key that is the likeliest cause: it comes first unless it is small beside the greatest.
    pub cause: Option<(usize, u32)>,
    /// Stories at most.
    pub most: usize,
}

/// The least excess of a key, as a share of the larger period.
const LEAST: f64 = 0.003;
/// The least amount of a single order that is told, as a share of the larger period.
const GREAT_ORDER: f64 = 0.03;
/// The least deviance: below it a key of so few orders may have grown like the whole.
const LEAST_DEVIANCE: f64 = 0.5;
/// Keys that are looked at closely, of all dimensions together.
const CANDIDATES: usize = 40;
/// The share of its excess that a key must keep when the stories before it are known.
const OWN: f64 = 0.4;
/// The share of all rows of two keys that both must have to be the same rows.
const SAME_ROWS: f64 = 0.5;
/// A cause comes first if it has this share of the greatest excess, and so does what went along with the whole.
const LEADING: f64 = 0.3;

#[derive(Debug, Clone, Copy)]
struct Candidate {
    dimension: usize,
    key: u32,
    before: f64,
    after: f64,
    excess: f64,
}

/// The keys and single orders that moved otherwise than the whole, the greatest difference first; the first one moved the way the
/// whole did, if any did.
///
/// With G the growth of the whole, the excess of a key is aₖ − G·bₖ: a key that grew like the whole has none, however large it
/// is. Keys are taken by falling excess. Each story parts the rows: its own grew as it did, and those of no story as they did
/// together. A key that keeps less than two fifths of its excess, with the same sign, when each of its rows is expected to have grown
/// like the others of its part, tells nothing of its own: it is among the `same` of the story that took most of it if both are
/// mostly the same rows, and is left out otherwise (the other side of a dimension of two keys, say). Orders that another of the
/// same period takes back to the last digit are no news.
pub fn stories(rows: &Rows<'_>, search: &Search<'_>) -> Vec<Story> {
    let Some(field) = Field::new(rows) else { return vec![] };
    let candidates = field.candidates(search);
    let mut told: Vec<Story> = Vec::new();
    // Which story each row belongs to; 0 is none.
    let mut part_of = vec![0_usize; field.length];
    // What each candidate has left after each story.
    let mut left: Vec<Vec<f64>> = candidates.iter().map(|c| vec![c.excess]).collect();
    for (place, candidate) in candidates.iter().enumerate() {
        let own = left[place].last().copied().unwrap_or_default();
        if own * candidate.excess.signum() >= OWN * candidate.excess.abs() {
            if told.len() == search.most {
                continue;
            }
            told.push(candidate.story());
            for (row, part) in part_of.iter_mut().enumerate() {
                if *part == 0 && field.key(candidate.dimension, row) == candidate.key {
                    *part = told.len();
                }
            }
            for (left, other) in left.iter_mut().zip(field.excesses(&candidates, &part_of, told.len() + 1)) {
                left.push(other);
            }
            continue;
        }
        let drop = |pair: &[f64]| (pair[0] - pair[1]) * candidate.excess.signum();
        let by = left[place].windows(2).map(drop).enumerate().max_by(|a, b| a.1.total_cmp(&b.1));
        let Some(story) = by.and_then(|(by, _)| told.get_mut(by)) else { continue };
        let elsewhere = story.dimension != candidate.dimension && candidate.dimension < rows.dimensions.len();
        if elsewhere && field.same_rows((story.dimension, story.key), (candidate.dimension, candidate.key)) {
            story.same.push((candidate.dimension, candidate.key));
        }
    }
    let change = field.all.after - field.all.before;
    let along = |story: &Story| (story.after - story.before) as f64 * change > 0.0;
    if let Some(first) = told.iter().position(along).filter(|first| *first > 0) {
        let story = told.remove(first);
        told.insert(0, story);
    }
    told
}

impl Candidate {
    fn story(&self) -> Story {
        let Self { dimension, key, before, after, excess } = *self;
        Story { dimension, key, before: before as i128, after: after as i128, excess, same: vec![] }
    }
}

struct Field<'a> {
    rows: &'a Rows<'a>,
    length: usize,
    all: Margin,
    growth: f64,
    /// The larger of both periods.
    scale: f64,
}

impl<'a> Field<'a> {
    /// None where the first period has nothing that could have grown.
    fn new(rows: &'a Rows<'a>) -> Option<Self> {
        let lengths = [rows.after.len(), rows.amounts.len(), rows.orders.len()].into_iter();
        let length = lengths.chain(rows.dimensions.iter().map(|d| d.len())).min()?;
        let mut all = Margin::default();
        for (after, amount) in rows.after.iter().zip(rows.amounts).take(length) {
            *(if *after { &mut all.after } else { &mut all.before }) += *amount as f64;
        }
        let scale = all.before.abs().max(all.after.abs());
        (all.before > 0.0).then(|| Self { rows, length, all, growth: all.after.max(0.0) / all.before, scale })
    }

    /// The key of a row; the last dimension is the order.
    fn key(&self, dimension: usize, row: usize) -> u32 {
        self.rows.dimensions.get(dimension).map_or_else(|| self.rows.orders[row], |keys| keys[row])
    }

    fn candidates(&self, search: &Search<'_>) -> Vec<Candidate> {
        let mut found = Vec::new();
        for (dimension, keys) in self.rows.dimensions.iter().enumerate() {
            let untold = search.untold.get(dimension).copied().flatten();
            for (key, margin) in (0..).zip(margins(self.rows, keys, self.length)) {
                let candidate = self.candidate(dimension, key, &margin);
                let enough = candidate.excess.abs() >= LEAST * self.scale;
                if Some(key) != untold && enough && margin.deviance(self.growth) >= LEAST_DEVIANCE {
                    found.push(candidate);
                }
            }
        }
        found.extend(self.great_orders());
        let change = self.all.after - self.all.before;
        let against = |c: &Candidate| (c.after - c.before) * change < 0.0;
        let size = |c: &Candidate| c.excess.abs();
        // Both keys of a dimension of two differ by the same: the one that went along is told.
        found.sort_by(|a, b| {
            let close = (size(a) - size(b)).abs() <= 1e-6 * self.scale;
            let by_size = if close { std::cmp::Ordering::Equal } else { size(b).total_cmp(&size(a)) };
            by_size.then(against(a).cmp(&against(b))).then(a.dimension.cmp(&b.dimension)).then(a.key.cmp(&b.key))
        });
        let greatest = found.first().map_or(0.0, size);
        let leads = |c: &Candidate| size(c) >= LEADING * greatest && !against(c);
        let cause = found.iter().position(|c| Some((c.dimension, c.key)) == search.cause && leads(c));
        if let Some(place) = cause.or_else(|| self.first_along(&found, leads)) {
            let first = found.remove(place);
            found.insert(0, first);
        }
        found.truncate(CANDIDATES);
        found
    }

    /// The first that leads and still has something of its own when the greatest is known: what is only the other side of that does not
    /// come before it.
    fn first_along(&self, found: &[Candidate], leads: impl Fn(&Candidate) -> bool) -> Option<usize> {
        let greatest = found.first()?;
        if leads(greatest) {
            return Some(0);
        }
        let its_own = |row| usize::from(self.key(greatest.dimension, row) == greatest.key);
        let part_of: Vec<usize> = (0..self.length).map(its_own).collect();
        let left = self.excesses(found, &part_of, 2);
        (0..).zip(found.iter().zip(left)).find_map(|(place, (candidate, left))| {
            let keeps = left * candidate.excess.signum() >= OWN * candidate.excess.abs();
            (leads(candidate) && keeps).then_some(place)
        })
    }

    fn candidate(&self, dimension: usize, key: u32, margin: &Margin) -> Candidate {
        let (before, after) = (margin.before, margin.after);
        Candidate { dimension, key, before, after, excess: after - self.growth * before }
    }

    /// Orders that are much of a period, and are not taken back in it.
    fn great_orders(&self) -> Vec<Candidate> {
        let dimension = self.rows.dimensions.len();
        let great: Vec<(u32, Margin)> = (0..)
            .zip(margins(self.rows, self.rows.orders, self.length))
            .filter(|(_, m)| m.before.abs().max(m.after.abs()) >= GREAT_ORDER * self.scale)
            .collect();
        let taken_back = |own: &Margin| {
            let opposite = |other: &Margin| other.before == -own.before && other.after == -own.after;
            great.iter().any(|(_, other)| opposite(other))
        };
        let told = great.iter().filter(|(_, margin)| !taken_back(margin));
        told.map(|(key, margin)| self.candidate(dimension, *key, margin)).collect()
    }

    /// What the candidates have more than if each row had grown like the others of its part; `parts` is how many parts there are.
    fn excesses(&self, candidates: &[Candidate], part_of: &[usize], parts: usize) -> Vec<f64> {
        let mut sides = vec![(0.0_f64, 0.0_f64); parts];
        for row in 0..self.length {
            let side = &mut sides[part_of[row]];
            *(if self.rows.after[row] { &mut side.1 } else { &mut side.0 }) += self.rows.amounts[row] as f64;
        }
        // A part that was not there before is what it is: nothing of it is more than expected.
        let growth: Vec<Option<f64>> = sides.iter().map(|(b, a)| (*b > 0.0).then(|| a.max(0.0) / b)).collect();
        let mut sums: Vec<Option<Vec<f64>>> = vec![None; self.rows.dimensions.len() + 1];
        let mut of = |dimension: usize, key: u32| -> f64 {
            let sums = sums[dimension].get_or_insert_with(|| {
                let keys = (0..self.length).map(|row| self.key(dimension, row));
                let mut sums = vec![0.0; keys.clone().max().map_or(0, |key| key as usize + 1)];
                for (row, key) in keys.enumerate() {
                    let Some(growth) = growth[part_of[row]] else { continue };
                    let amount = self.rows.amounts[row] as f64;
                    sums[key as usize] += if self.rows.after[row] { amount } else { -growth * amount };
                }
                sums
            });
            sums.get(key as usize).copied().unwrap_or_default()
        };
        candidates.iter().map(|candidate| of(candidate.dimension, candidate.key)).collect()
    }

    /// Whether two keys are mostly the same rows.
    fn same_rows(&self, one: (usize, u32), other: (usize, u32)) -> bool {
        let (mut first, mut second, mut both) = (0.0, 0.0, 0.0);
        for row in 0..self.length {
            let amount = (self.rows.amounts[row] as f64).abs();
            let own = (self.key(one.0, row) == one.1, self.key(other.0, row) == other.1);
            first += if own.0 { amount } else { 0.0 };
            second += if own.1 { amount } else { 0.0 };
            both += if own.0 && own.1 { amount } else { 0.0 };
        }
        both > 0.0 && both >= SAME_ROWS * (first + second - both)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Rows of orders of one line each: side, amount, and the keys of three dimensions.
    fn found(lines: &[(bool, i64, [u32; 3])], search: Search<'_>) -> Vec<Story> {
        let after: Vec<bool> = lines.iter().map(|line| line.0).collect();
        let amounts: Vec<i64> = lines.iter().map(|line| line.1).collect();
        let orders: Vec<u32> = (0..).take(lines.len()).collect();
        let keys: Vec<Vec<u32>> = (0..3).map(|d| lines.iter().map(|line| line.2[d]).collect()).collect();
        let dimensions: Vec<&[u32]> = keys.iter().map(Vec::as_slice).collect();
        stories(&Rows { after: &after, amounts: &amounts, orders: &orders, dimensions: &dimensions }, &search)
    }

    const ALL: Search<'static> = Search { untold: &[], cause: None, most: 7 };

    /// A hundred orders a period of four products in two countries: product 2, alone in its category, brings a fifth of what it did.
    fn fallen(growth: i64) -> Vec<(bool, i64, [u32; 3])> {
        let mut lines = Vec::new();
        for n in 0..200_u32 {
            let (after, product) = (n >= 100, n % 4);
            let amount = match (after, product) {
                (false, _) => 1000,
                (true, 2) => 200,
                (true, _) => 1000 + growth,
            };
            lines.push((after, amount, [product, u32::from(product == 2), n / 4 % 2]));
        }
        lines
    }

    #[test]
    fn a_cause_is_told_once_and_what_grew_like_the_whole_is_not() {
        let told = found(&fallen(0), ALL);
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!((told[0].dimension, told[0].key, told[0].before, told[0].after), (0, 2, 25_000, 5_000));
        // Its category is the same rows, and the other one is only what did not fall.
        assert_eq!(told[0].same, [(1, 1)]);
        // A whole that only grew has no story.
        let even: Vec<_> =
            (0..200_u32).map(|n| (n >= 100, 1000 + 500 * i64::from(n >= 100), [n % 4, n % 2, 0])).collect();
        assert!(found(&even, ALL).is_empty());
    }

    #[test]
    fn the_first_story_goes_the_way_of_the_whole() {
        // What differs most is the product that fell, while the whole grew.
        let mut lines = fallen(0);
        for line in lines.iter_mut().filter(|line| line.0) {
            line.1 = [1800, 1400, 1, 1000][line.2[0] as usize];
        }
        lines.iter_mut().for_each(|line| line.2[1] = 0);
        let told = found(&lines, ALL);
        assert!(told[0].after > told[0].before && told[0].excess < -told[1].excess, "{told:?}");
        assert_eq!((told[0].key, told[1].dimension, told[1].key), (0, 0, 2), "{told:?}");
        // Where everything else grew alike, the one that did not is all there is to tell.
        let mut lines = fallen(900);
        lines.iter_mut().for_each(|line| line.2[1] = 0);
        let told = found(&lines, ALL);
        assert_eq!((told.len(), told[0].dimension, told[0].key), (1, 0, 2), "{told:?}");
    }

    #[test]
    fn a_key_that_is_not_told_is_none_of_them() {
        let untold = [Some(2), Some(1), None];
        let told = found(&fallen(0), Search { untold: &untold, ..ALL });
        assert!(
            told.iter().all(|story| (story.dimension, story.key) != (0, 2) && story.dimension != 1 || story.key == 0)
        );
    }

    #[test]
    fn one_order_is_a_story_unless_it_was_taken_back() {
        let mut lines: Vec<_> = (0..200_u32).map(|n| (n >= 100, 1000, [n % 4, 0, 0])).collect();
        lines.push((true, 40_000, [1, 0, 0]));
        let told = found(&lines, ALL);
        assert_eq!((told[0].dimension, told[0].key, told[0].after), (3, 200, 40_000), "{told:?}");
        lines.push((true, -40_000, [1, 0, 0]));
        assert!(found(&lines, ALL).is_empty());
    }

    #[test]
    fn the_likeliest_cause_leads_unless_it_is_small() {
        let mut lines = fallen(0);
        // Product 3 fell too, by less.
        for line in lines.iter_mut().filter(|line| line.0 && line.2[0] == 3) {
            line.1 = 500;
        }
        lines.iter_mut().for_each(|line| line.2[1] = 0);
        let told = found(&lines, Search { cause: Some((0, 3)), ..ALL });
        assert_eq!((told[0].dimension, told[0].key), (0, 3), "{told:?}");
        assert_eq!(found(&lines, ALL)[0].key, 2);
        assert!(found(&[], ALL).is_empty());
        assert!(found(&[(true, 5, [0; 3])], ALL).is_empty());
    }
}
