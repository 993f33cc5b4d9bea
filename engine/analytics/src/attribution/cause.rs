//! Which one key of which dimension explains a change best.

/// What was sold in two periods, a line a row: columns of one length.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    /// Whether the row is of the second period.
    pub after: &'a [bool],
    /// The amount, in 1/10,000 of the currency or any other unit that adds up.
    pub amounts: &'a [i64],
    /// The order of the row, or its customer, if the chance to come is the customer's: rows of one stand together, and count
    /// as one event.
    pub orders: &'a [u32],
    /// For each dimension the key of each row, as a small number: country, product, hour...
    pub dimensions: &'a [&'a [u32]],
}

/// A key that may be the cause.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cause {
    /// The place of the dimension.
    pub dimension: usize,
    /// The key.
    pub key: u32,
    /// The amount of the key in the first period.
    pub before: i128,
    /// The amount of the key in the second period.
    pub after: i128,
    /// What the key has more (or less) than if it had moved like all the rest, in the unit of the amounts.
    pub excess: f64,
    /// How much likelier the change of all dimensions is if this key moved alone, as a natural logarithm, less the price of
    /// picking one key of many. Above about 3 it is more than chance.
    pub evidence: f64,
}

/// Keys of a dimension that are looked at closely.
const CANDIDATES: usize = 12;
/// How much keys of a dimension drift against each other without a cause, as a share.
const DRIFT: f64 = 0.1;
/// How far a shop as a whole usually grows or shrinks between the periods, as a logarithm.
const GROWTH: f64 = 0.3;
/// The least noise, as a share of what random orders make, so that what is explained without any rest has a finite evidence.
const LEAST_NOISE: f64 = 1e-6;
/// The noise of all dimensions counts in each for so many keys.
const POOLED: f64 = 5.0;
/// What stands for infinite growth: a key that was not there before.
const NEW: f64 = 1e9;

/// What is known of a key, or of all: amounts, and the sum of the squares of the orders' amounts.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Margin {
    pub before: f64,
    pub after: f64,
    pub squares: f64,
}

/// The keys that may be the cause of the change, the likeliest first.
///
/// If a single key moved by a factor of its own and all else by a common one, then every key of every other dimension moves by
/// what it shares with that key (the ripple effect of Squeeze, Li et al. 2019, and RiskLoc, Kalander 2022). For each promising
/// key k, with h = aₖ/bₖ and g = (A - aₖ)/(B - bₖ), the growth of each key j of each dimension is foretold: of its level in k,
/// (bⱼₖ + aⱼₖ)/(1 + h), by h, and of the rest by g. The growth says which share of j falls into the second period, and the
/// error is the deviance of the share that did, 2n·KL, where n is the effective number of orders: (bⱼ + aⱼ)² by the sum of
/// their squares (Rao & Scott 1981), bounded by a drift of a tenth. So one huge order counts as one.
///
/// The evidence of k is half of what it takes off the deviances of all dimensions, in units of what the best candidate leaves
/// over; less ln(number of keys); less the oddity of g: that all but one key doubled is less likely than that the one halved.
pub fn causes(rows: &Rows<'_>) -> Vec<Cause> {
    let Some(table) = Table::new(rows) else { return vec![] };
    let mut found = table.candidates();
    table.weigh(rows, &mut found);
    found.sort_by(|a, b| b.evidence.total_cmp(&a.evidence).then(a.dimension.cmp(&b.dimension)).then(a.key.cmp(&b.key)));
    found
}

impl Margin {
    fn is_there(&self) -> bool {
        self.squares > 0.0
    }

    /// By which factor it grew.
    fn growth(&self) -> f64 {
        let (before, after) = (self.before.max(0.0), self.after.max(0.0));
        if before > after / NEW { after / before } else { NEW }
    }

    /// How far its growth is from the one foretold: 2n·KL of the shares of the second period.
    pub fn deviance(&self, growth: f64) -> f64 {
        let (before, after) = (self.before.max(0.0), self.after.max(0.0));
        let total = before + after;
        if total <= 0.0 || !self.is_there() {
            return 0.0;
        }
        let orders = (self.squares / (total * total) + DRIFT * DRIFT / 4.0).recip();
        let (share, foretold) = (after / total, (growth / (1.0 + growth)).clamp(1e-9, 1.0 - 1e-9));
        let part = |share: f64, foretold: f64| if share > 0.0 { share * (share / foretold).ln() } else { 0.0 };
        2.0 * orders * (part(share, foretold) + part(1.0 - share, 1.0 - foretold)).max(0.0)
    }
}

struct Table {
    length: usize,
    all: Margin,
    margins: Vec<Vec<Margin>>,
}

impl Table {
    fn new(rows: &Rows<'_>) -> Option<Self> {
        let lengths = [rows.after.len(), rows.amounts.len(), rows.orders.len()].into_iter();
        let length = lengths.chain(rows.dimensions.iter().map(|d| d.len())).min()?;
        let all = *margins(rows, &vec![0; length], length).first()?;
        let margins = rows.dimensions.iter().map(|keys| margins(rows, keys, length)).collect();
        Some(Self { length, all, margins })
    }

    /// The keys that stand out most within their dimension.
    fn candidates(&self) -> Vec<Cause> {
        let mut found = Vec::new();
        for (dimension, margins) in self.margins.iter().enumerate() {
            let mut scored: Vec<(f64, Cause)> = (0..)
                .zip(margins)
                .filter_map(|(key, margin)| {
                    let g = self.outside(margin)?;
                    let (before, after) = (margin.before as i128, margin.after as i128);
                    let excess = margin.after - g * margin.before;
                    Some((margin.deviance(g), Cause { dimension, key, before, after, excess, evidence: 0.0 }))
                })
                .collect();
            scored.sort_by(|a, b| b.0.total_cmp(&a.0));
            found.extend(scored.into_iter().take(CANDIDATES).map(|scored| scored.1));
        }
        found
    }

    /// By which factor all but these rows grew; none if there is nothing else.
    fn outside(&self, margin: &Margin) -> Option<f64> {
        let (before, after) = (self.all.before - margin.before, self.all.after - margin.after);
        (before > 0.0 && after >= 0.0 && margin.is_there()).then(|| after / before)
    }

    /// Fills in the evidence.
    fn weigh(&self, rows: &Rows<'_>, found: &mut [Cause]) {
        let g = self.all.growth();
        let null: Vec<f64> = self.margins.iter().map(|margins| margins.iter().map(|m| m.deviance(g)).sum()).collect();
        let errors: Vec<Vec<f64>> = found.iter().map(|cause| self.errors(rows, cause)).collect();
        let total = |errors: &[f64]| errors.iter().sum::<f64>();
        let Some(best) = errors.iter().min_by(|a, b| total(a).total_cmp(&total(b))) else { return };
        // What even the best candidate leaves unexplained tells how noisy each dimension is: nothing, if one key moved and
        // all else stood still; much, if the customers of one season are not those of the next.
        let keys: Vec<f64> =
            self.margins.iter().map(|margins| margins.iter().filter(|m| m.is_there()).count() as f64).collect();
        let noise = (total(best) / total(&keys).max(1.0)).max(LEAST_NOISE);
        let noises: Vec<f64> = best.iter().zip(&keys).map(|(e, k)| (e + POOLED * noise) / (k + POOLED)).collect();
        for (cause, errors) in found.iter_mut().zip(&errors) {
            let own = &self.margins[cause.dimension][cause.key as usize];
            let growth = self.outside(own).unwrap_or(1.0).clamp(1.0 / NEW, NEW);
            let oddity = (growth.ln() / GROWTH).powi(2);
            let gain: f64 =
                null.iter().zip(errors).zip(&noises).map(|((null, error), noise)| (null - error) / noise).sum();
            cause.evidence = (gain - oddity) / 2.0 - keys[cause.dimension].ln();
        }
    }

    /// For each dimension the deviances from what is foretold if the cause moved alone.
    fn errors(&self, rows: &Rows<'_>, cause: &Cause) -> Vec<f64> {
        let own = self.margins[cause.dimension][cause.key as usize];
        let (inside, outside) = (own.growth(), self.outside(&own).unwrap_or(1.0));
        let error = |m: &Margin, &shared: &f64| {
            let level_inside = (shared / (1.0 + inside)).max(0.0);
            let level_outside = ((m.before + m.after - shared) / (1.0 + outside)).max(0.0);
            let level = level_inside + level_outside;
            if level > 0.0 { m.deviance((level_inside * inside + level_outside * outside) / level) } else { 0.0 }
        };
        let shared = self.shared(rows, cause);
        self.margins
            .iter()
            .zip(&shared)
            .map(|(m, shared)| m.iter().zip(shared).map(|(m, s)| error(m, s)).sum())
            .collect()
    }

    /// What each key of each dimension shares with the cause, both periods together.
    fn shared(&self, rows: &Rows<'_>, cause: &Cause) -> Vec<Vec<f64>> {
        let mut shared: Vec<Vec<f64>> = self.margins.iter().map(|m| vec![0.0; m.len()]).collect();
        let own = rows.dimensions[cause.dimension];
        for i in (0..self.length).filter(|&i| own[i] == cause.key) {
            for (keys, shared) in rows.dimensions.iter().zip(&mut shared) {
                shared[keys[i] as usize] += rows.amounts[i] as f64;
            }
        }
        shared
    }
}

/// What is known of each key of one dimension, over the first `length` rows.
pub(super) fn margins(rows: &Rows<'_>, keys: &[u32], length: usize) -> Vec<Margin> {
    let count = keys[..length].iter().max().map_or(0, |&k| k as usize + 1);
    let mut margins = vec![Margin::default(); count];
    let mut of_order: Vec<(u32, f64)> = Vec::new();
    let mut start = 0;
    while start < length {
        let same = |&i: &usize| rows.orders[i] == rows.orders[start] && rows.after[i] == rows.after[start];
        let end = (start..length).take_while(same).last().unwrap_or(start) + 1;
        of_order.clear();
        of_order.extend((start..end).map(|i| (keys[i], rows.amounts[i] as f64)));
        of_order.sort_unstable_by_key(|(key, _)| *key);
        for lines in of_order.chunk_by(|a, b| a.0 == b.0) {
            let Some(&(key, _)) = lines.first() else { continue };
            let amount: f64 = lines.iter().map(|line| line.1).sum();
            let margin = &mut margins[key as usize];
            let side = if rows.after[start] { &mut margin.after } else { &mut margin.before };
            *side += amount;
            margin.squares += amount * amount;
        }
        start = end;
    }
    margins
}
