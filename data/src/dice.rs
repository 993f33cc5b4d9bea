//! Random draws that come out the same on every platform and with every version of other crates.
//!
//! `rand` and `rand_distr` may change how they turn bits into values from one version to the next, and use the platform's
//! mathematics, so the few draws that a shop needs stand here over the ChaCha stream, which is fixed for good.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};

/// A source of random draws.
#[derive(Debug, Clone)]
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    /// Draws that depend on the seed and on the purpose, so that more draws for one purpose do not change another.
    pub fn new(seed: u64, purpose: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(purpose);
        Self(rng)
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Uniform over [0, 1).
    pub fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Uniform over [low, high).
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Uniform over 0..n; 0 for n = 0. The bias is below n / 2^32.
    pub fn below(&mut self, n: u32) -> u32 {
        ((u64::from(self.0.next_u32()) * u64::from(n)) >> 32) as u32
    }

    /// Uniform over low..=high.
    pub fn range(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high - low + 1)
    }

    /// True with the given probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        f64::from(self.0.next_u32()) < probability * 4_294_967_296.0
    }

    /// One of the slice, each as likely. The slice must not be empty.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u32) as usize]
    }

    /// Exponential with mean 1.
    pub fn exponential(&mut self) -> f64 {
        -libm::log(1.0 - self.unit())
    }

    /// Failures before the first success, at most `most`.
    pub fn geometric(&mut self, success: f64, most: u32) -> u32 {
        let mut failures = 0;
        while failures < most && !self.chance(success) {
            failures += 1;
        }
        failures
    }

    /// Standard normal: Marsaglia's polar method, its second value left unused.
    pub fn normal(&mut self) -> f64 {
        loop {
            let (x, y) = (self.between(-1.0, 1.0), self.between(-1.0, 1.0));
            let s = x * x + y * y;
            if s > 0.0 && s < 1.0 {
                return x * libm::sqrt(-2.0 * libm::log(s) / s);
            }
        }
    }

    /// Gamma with the given shape and scale 1: Marsaglia and Tsang, "A simple method for generating gamma variables", 2000.
    pub fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            return self.gamma(shape + 1.0) * libm::pow(1.0 - self.unit(), 1.0 / shape);
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / libm::sqrt(9.0 * d);
        loop {
            let x = self.normal();
            let v = 1.0 + c * x;
            if v > 0.0 {
                let v = v * v * v;
                if libm::log(1.0 - self.unit()) < 0.5 * x * x + d - d * v + d * libm::log(v) {
                    return d * v;
                }
            }
        }
    }

    /// Beta(a, b).
    pub fn beta(&mut self, a: f64, b: f64) -> f64 {
        let x = self.gamma(a);
        let y = self.gamma(b);
        if x + y > 0.0 { x / (x + y) } else { 0.5 }
    }
}

/// Draws an index in proportion to its weight, in constant time (Vose's alias method, 1991).
#[derive(Debug, Clone)]
pub(crate) struct Weighted {
    /// For each column: the threshold of 2^32 below which the column itself is drawn, and what is drawn above it.
    columns: Vec<(u32, u32)>,
}

impl Weighted {
    /// Weights need not sum to one. They must be finite, not negative, not all zero, and there must be at least one.
    pub fn new(weights: &[f64]) -> Self {
        let scale = weights.len() as f64 / weights.iter().sum::<f64>();
        let mut scaled: Vec<f64> = weights.iter().map(|w| w * scale).collect();
        let mut columns: Vec<(u32, u32)> = (0..weights.len() as u32).map(|i| (u32::MAX, i)).collect();
        let (mut small, mut large): (Vec<usize>, Vec<usize>) = (0..weights.len()).partition(|&i| scaled[i] < 1.0);
        while let (Some(&s), Some(&l)) = (small.last(), large.last()) {
            small.pop();
            columns[s] = ((scaled[s] * 4_294_967_296.0) as u32, l as u32);
            scaled[l] -= 1.0 - scaled[s];
            if scaled[l] < 1.0 {
                large.pop();
                small.push(l);
            }
        }
        Self { columns }
    }

    /// An index of the weights.
    pub fn draw(&self, dice: &mut Dice) -> usize {
        let bits = dice.bits();
        let column = (((bits >> 32) * self.columns.len() as u64) >> 32) as usize;
        let (threshold, other) = self.columns[column];
        if (bits as u32) < threshold { column } else { other as usize }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(n: u32, mut draw: impl FnMut() -> f64) -> f64 {
        (0..n).map(|_| draw()).sum::<f64>() / f64::from(n)
    }

    #[test]
    fn distributions_have_their_means() {
        let mut dice = Dice::new(7, 1);
        assert!((mean(100_000, || dice.unit()) - 0.5).abs() < 0.01);
        assert!((mean(100_000, || dice.exponential()) - 1.0).abs() < 0.02);
        assert!(mean(100_000, || dice.normal()).abs() < 0.02);
        assert!((mean(100_000, || dice.gamma(0.7)) - 0.7).abs() < 0.02);
        assert!((mean(100_000, || dice.gamma(3.0)) - 3.0).abs() < 0.03);
        assert!((mean(100_000, || dice.beta(1.0, 3.0)) - 0.25).abs() < 0.01);
        assert!((mean(100_000, || f64::from(dice.geometric(0.5, 1_000))) - 1.0).abs() < 0.02);
    }

    #[test]
    fn weighted_draws_follow_the_weights() {
        let mut dice = Dice::new(1, 2);
        let weighted = Weighted::new(&[5.0, 0.0, 3.0, 2.0]);
        let mut seen = [0u32; 4];
        for _ in 0..100_000 {
            seen[weighted.draw(&mut dice)] += 1;
        }
        assert_eq!(seen[1], 0);
        for (i, share) in [(0, 0.5), (2, 0.3), (3, 0.2)] {
            assert!((f64::from(seen[i]) / 100_000.0 - share).abs() < 0.01, "{seen:?}");
        }
    }

    #[test]
    fn purposes_are_independent_and_values_are_fixed() {
        assert_ne!(Dice::new(1, 0).bits(), Dice::new(1, 1).bits());
        assert_eq!(Dice::new(1, 0).bits(), Dice::new(1, 0).bits());
        assert_eq!(Dice::new(3, 0).range(5, 5), 5);
    }
}
