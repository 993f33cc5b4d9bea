//! One short season: its indices, by classical decomposition (Makridakis, Wheelwright & Hyndman 1998), shrunk.

/// How a season acts on the level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Added to the level, in the units of the series.
    Additive,
    /// Multiplies the level.
    Multiplicative,
}

/// Indices of one season, by position in the period; position 0 belongs to the first value of the series.
#[derive(Debug, Clone, PartialEq)]
pub struct Season {
    /// Added or multiplied.
    pub kind: Kind,
    /// One index for each position. Additive ones sum to 0, multiplicative ones average 1.
    pub indices: Vec<f64>,
}

impl Season {
    /// A season that changes nothing.
    pub fn none() -> Self {
        Self { kind: Kind::Additive, indices: vec![0.0] }
    }

    /// The index at place `t` of the series (or behind its end).
    pub fn at(&self, t: usize) -> f64 {
        self.indices[t % self.indices.len()]
    }

    /// The series without the season.
    pub fn remove(&self, y: &[f64]) -> Vec<f64> {
        y.iter()
            .enumerate()
            .map(|(t, v)| if self.kind == Kind::Additive { v - self.at(t) } else { v / self.at(t) })
            .collect()
    }

    /// Puts the season back into values that begin at place `from`.
    pub fn restore(&self, from: usize, values: &mut [f64]) {
        for (i, v) in values.iter_mut().enumerate() {
            *v = if self.kind == Kind::Additive { *v + self.at(from + i) } else { *v * self.at(from + i) };
        }
    }
}

/// Centred moving average over one period; the ends, where it does not reach, are none.
fn moving_average(y: &[f64], period: usize) -> Vec<Option<f64>> {
    let half = period / 2;
    let weight = |k: usize| if period.is_multiple_of(2) && (k == 0 || k == 2 * half) { 0.5 } else { 1.0 };
    (0..y.len())
        .map(|t| {
            (t >= half && t + half < y.len())
                .then(|| (0..=2 * half).map(|k| weight(k) * y[t + k - half]).sum::<f64>() / period as f64)
        })
        .collect()
}

/// Classical indices - the mean, by position, of the series' ratio to (or difference from) its moving average - drawn
/// towards "no season" by the share of them that chance explains: `1 - noise / between`, where `noise` is the variance of
/// a mean by position, `between` the variance of the indices (empirical Bayes; Miller & Williams 2003 for forecasts).
///
/// There is no test whether a season exists: a season that is chance shrinks to nothing, and a weak one is kept in part.
/// On M3 this beats the test, most of all for short series.
///
/// Returns none when there are not two whole periods, or a multiplicative index would not be positive.
pub fn decompose(y: &[f64], period: usize, kind: Kind) -> Option<Season> {
    if period < 2 || y.len() < 2 * period {
        return None;
    }
    let centre = if kind == Kind::Additive { 0.0 } else { 1.0 };
    let mut parts = vec![Part::default(); period];
    for (t, (value, trend)) in y.iter().zip(moving_average(y, period)).enumerate() {
        let Some(trend) = trend else { continue };
        if kind == Kind::Multiplicative && trend <= 0.0 {
            return None;
        }
        parts[t % period].add(if kind == Kind::Additive { value - trend } else { value / trend });
    }
    if parts.iter().any(|p| p.count == 0.0) {
        return None;
    }
    let mean = parts.iter().map(Part::mean).sum::<f64>() / period as f64;
    let usable = |i: &f64| i.is_finite() && (kind == Kind::Additive || *i > 0.01);
    let raw: Vec<f64> =
        parts.iter().map(|p| if kind == Kind::Additive { p.mean() - mean } else { p.mean() / mean }).collect();
    if !raw.iter().all(usable) {
        return None;
    }
    let between = raw.iter().map(|i| (i - centre).powi(2)).sum::<f64>() / (period - 1) as f64;
    let count = parts.iter().map(|p| p.count).sum::<f64>();
    let freedom = count - period as f64;
    let within = parts.iter().map(Part::scatter).sum::<f64>();
    // With one observation a position there is nothing to tell season from chance: half is kept.
    let noise = if freedom > 0.0 { within / freedom * period as f64 / count } else { between / 2.0 };
    let keep = if between > 0.0 { (1.0 - noise / between).max(0.0) } else { 0.0 };
    Some(Season { kind, indices: raw.iter().map(|i| centre + keep * (i - centre)).collect() })
}

/// Multiplicative indices where they can be, additive ones where not, none where there is too little history.
pub fn estimate(y: &[f64], period: usize) -> Season {
    decompose(y, period, Kind::Multiplicative)
        .or_else(|| decompose(y, period, Kind::Additive))
        .unwrap_or_else(Season::none)
}

/// Running sums of the values of one position.
#[derive(Debug, Clone, Copy, Default)]
struct Part {
    count: f64,
    sum: f64,
    squares: f64,
}

impl Part {
    fn add(&mut self, value: f64) {
        self.count += 1.0;
        self.sum += value;
        self.squares += value * value;
    }

    fn mean(&self) -> f64 {
        self.sum / self.count
    }

    fn scatter(&self) -> f64 {
        (self.squares - self.sum * self.sum / self.count).max(0.0)
    }
}
