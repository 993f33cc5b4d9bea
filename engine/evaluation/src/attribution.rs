//! Why did sales change: Online Retail with causes made up, each to be found again.

use std::collections::{BTreeMap, HashSet};

use anyhow::{Result, ensure};
use kupets_analytics::attribution::{Part, Rows, causes, contributions};

use crate::{
    Figure, Goal,
    online_retail::{Line, Sales},
    random::Random,
};

const NAMES: [&str; 6] = ["country", "product", "hour", "weekday", "new or known customer", "price band"];

/// A line that was sold, with its keys of the six dimensions.
type Sale<'a> = (&'a Line, [u32; 6]);

/// How often a made-up cause comes first among the answers: in a period against itself, in a real next month, and among
/// orders dealt at random.
///
/// # Errors
/// There are too few sales to make periods of.
pub fn single_causes(sales: &Sales) -> Result<Vec<Figure>> {
    let sales = sold(sales);
    let (first_day, days) = match (sales.first(), sales.last()) {
        (Some(first), Some(last)) => (first.0.day(), last.0.day() - first.0.day()),
        _ => (0, 0),
    };
    ensure!(days > 56, "sales of {days} days are too few: take the whole file of Online Retail");
    let start = |random: &mut Random, long: i32| first_day + random.below((days - long) as usize) as i32;
    let mut figures = Vec::new();
    // The second period is the first one but for the cause: any key with half a per cent of the revenue, 30 to 100 % down.
    let same = |random: &mut Random| {
        let long = 14 + random.below(15) as i32;
        let period = window(&sales, start(random, long), long);
        Columns::new(period.iter(), period.iter())
    };
    let found = Found::of(500, 0.005, 0.3, same);
    figures.push(found.figure("a period against itself", Goal::AtLeast(475.0), "our own goal: 95 %"));
    figures.extend(found.by_dimension());
    // A real next month: whatever else moved from one to the other is a cause as well, and may be a greater one.
    let next = |random: &mut Random| {
        let start = start(random, 56);
        Columns::new(window(&sales, start, 28).iter(), window(&sales, start + 28, 28).iter())
    };
    figures.push(Found::of(60, 0.05, 0.5, next).figure("a real next month", Goal::Shown, "it has causes of its own"));
    // Two months whose orders are dealt at random into two periods: all the noise of real orders, half a key's sales gone.
    let dealt = |random: &mut Random| {
        let period = window(&sales, start(random, 56), 56);
        let salt = random.next();
        let side = |sale: &&Sale<'_>| Random(salt ^ u64::from(sale.0.invoice)).next() & 1 == 1;
        Columns::new(period.iter().filter(|sale| !side(sale)), period.iter().filter(side))
    };
    figures.push(Found::of(60, 0.05, 0.5, dealt).figure("orders dealt at random", Goal::Shown, ""));
    Ok(figures)
}

/// In how many of the six dimensions the parts of a real change sum to it to the last unit: 28 days to 2011-10-28 against the 28
/// days before.
#[must_use]
pub fn exact_sums(sales: &Sales) -> Vec<Figure> {
    let sales = sold(sales);
    let columns = Columns::new(window(&sales, 15_218, 28).iter(), window(&sales, 15_246, 28).iter());
    let signed = |(after, amount): (&bool, &i64)| i128::from(if *after { *amount } else { -amount });
    let change: i128 = columns.after.iter().zip(&columns.amounts).map(signed).sum();
    let exact = |dimension: &usize| {
        let parts: Vec<Part> = columns.parts(*dimension).into_values().collect();
        let found = contributions(&parts, 10);
        found.keys.iter().map(|key| key.1.change()).sum::<i128>() + found.other.change() == change
    };
    let dimensions = (0..NAMES.len()).filter(exact).count();
    vec![
        Figure::new("change of revenue in 28 days, £", change as f64 / 10_000.0, Goal::Above(0.0), "").digits(2),
        Figure::count("dimensions, of 6, whose parts sum to it exactly", dimensions, Goal::Exactly(6.0), ""),
    ]
}

/// The sales (no refunds, no gifts) with the keys of six dimensions.
fn sold(sales: &Sales) -> Vec<Sale<'_>> {
    let mut known = HashSet::new();
    let mut last = None;
    let key = |line: &Line| {
        let new = match line.customer {
            None => 2,
            Some(customer) if last == Some((line.invoice, true)) || known.insert(customer) => 1,
            Some(_) => 0,
        };
        last = Some((line.invoice, new == 1));
        let hour = (line.at / 3_600_000_000 % 24) as u32;
        let band = (line.price.max(0.01).log2().floor() + 7.0) as u32;
        [line.country, line.product, hour, line.day() as u32 % 7, new, band]
    };
    let lines: Vec<&Line> = sales.lines.iter().filter(|line| line.amount > 0).collect();
    let keys: Vec<[u32; 6]> = lines.iter().copied().map(key).collect();
    lines.into_iter().zip(keys).collect()
}

fn window<'a, 'b>(sales: &'b [Sale<'a>], start: i32, days: i32) -> &'b [Sale<'a>] {
    let from = sales.partition_point(|sale| sale.0.day() < start);
    &sales[from..sales.partition_point(|sale| sale.0.day() < start + days)]
}

/// Two periods as columns.
#[derive(Default)]
struct Columns {
    after: Vec<bool>,
    amounts: Vec<i64>,
    orders: Vec<u32>,
    keys: [Vec<u32>; 6],
}

impl Columns {
    fn new<'a, 'b: 'a>(before: impl Iterator<Item = &'a Sale<'b>>, after: impl Iterator<Item = &'a Sale<'b>>) -> Self {
        let mut columns = Self::default();
        let sales = before.map(|sale| (sale, false)).chain(after.map(|sale| (sale, true)));
        for ((line, keys), after) in sales {
            columns.after.push(after);
            columns.amounts.push(line.amount);
            columns.orders.push(line.invoice);
            columns.keys.iter_mut().zip(keys).for_each(|(column, key)| column.push(*key));
        }
        columns
    }

    /// Takes a share of the sales of one key away in the second period.
    fn drop(&mut self, dimension: usize, key: u32, share: f64) {
        for i in (0..self.after.len()).filter(|&i| self.after[i] && self.keys[dimension][i] == key) {
            self.amounts[i] -= (self.amounts[i] as f64 * share) as i64;
        }
    }

    /// What each key had, by key.
    fn parts(&self, dimension: usize) -> BTreeMap<u32, Part> {
        let mut parts: BTreeMap<u32, Part> = BTreeMap::new();
        for i in 0..self.after.len() {
            let part = parts.entry(self.keys[dimension][i]).or_default();
            *(if self.after[i] { &mut part.after } else { &mut part.before }) += i128::from(self.amounts[i]);
        }
        parts
    }

    /// Whether the true cause is the first answer.
    fn names(&self, dimension: usize, key: u32) -> bool {
        let dimensions = self.keys.each_ref().map(Vec::as_slice);
        let rows = Rows { after: &self.after, amounts: &self.amounts, orders: &self.orders, dimensions: &dimensions };
        causes(&rows).first().is_some_and(|cause| cause.dimension == dimension && cause.key == key)
    }
}

/// How often the cause came first: (first, of) for each dimension.
#[derive(Default)]
struct Found([(usize, usize); 6]);

impl Found {
    /// Of `cases`: a key with at least `least` of the second period's revenue loses at least `drop` of its sales there.
    fn of(cases: usize, least: f64, drop: f64, periods: impl Fn(&mut Random) -> Columns) -> Self {
        let mut random = Random(2011);
        let mut found = Self::default();
        while found.cases() < cases {
            let mut columns = periods(&mut random);
            let dimension = random.below(NAMES.len());
            let parts = columns.parts(dimension);
            let all: i128 = parts.values().map(|part| part.after).sum();
            let great = parts.iter().filter(|(_, part)| part.after as f64 >= least * all as f64);
            let keys: Vec<u32> = great.map(|(key, _)| *key).collect();
            if keys.is_empty() {
                continue;
            }
            let key = keys[random.below(keys.len())];
            columns.drop(dimension, key, drop + (1.0 - drop) * random.share());
            found.0[dimension].1 += 1;
            found.0[dimension].0 += usize::from(columns.names(dimension, key));
        }
        found
    }

    fn cases(&self) -> usize {
        self.0.iter().map(|one| one.1).sum()
    }

    fn figure(&self, periods: &str, goal: Goal, source: &str) -> Figure {
        let first = self.0.iter().map(|one| one.0).sum();
        Figure::count(format!("{periods}: the cause comes first, of {}", self.cases()), first, goal, source)
    }

    fn by_dimension(&self) -> Vec<Figure> {
        let one = |(name, (first, of)): (&&str, &(usize, usize))| {
            Figure::count(format!("… by {name}, of {of}"), *first, Goal::Shown, "")
        };
        NAMES.iter().zip(&self.0).map(one).collect()
    }
}
