//! Which keys of a dimension carry the change of a figure that adds up: revenue, orders, units.

/// A key in two periods, in the smallest unit of the figure: 1/10,000 of the currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Part {
    /// The first period.
    pub before: i128,
    /// The second period.
    pub after: i128,
}

impl Part {
    /// What the key adds to the change. Saturates at the ends of the type, far beyond any sum of money.
    pub fn change(&self) -> i128 {
        self.after.saturating_sub(self.before)
    }
}

/// The change of a figure, split by the keys of one dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contributions {
    /// All keys together.
    pub total: Part,
    /// The keys (places in the input) that carry most of the change, the greatest first, whichever the sign.
    pub keys: Vec<(usize, Part)>,
    /// All other keys together; always there, so that the changes of `keys` and `other` add up to that of `total`, exactly.
    pub other: Part,
    /// How many keys the other ones are.
    pub others: usize,
}

/// Splits the change by keys: the `top` greatest and the rest. Equal changes keep the order of the input.
pub fn contributions(parts: &[Part], top: usize) -> Contributions {
    let mut places: Vec<usize> = (0..parts.len()).collect();
    places.sort_by_key(|&i| std::cmp::Reverse(parts[i].change().unsigned_abs()));
    let keys: Vec<(usize, Part)> = places.iter().take(top).map(|&i| (i, parts[i])).collect();
    let sum = |parts: &mut dyn Iterator<Item = Part>| {
        parts.fold(Part::default(), |sum, part| Part {
            before: sum.before.saturating_add(part.before),
            after: sum.after.saturating_add(part.after),
        })
    };
    Contributions {
        total: sum(&mut parts.iter().copied()),
        other: sum(&mut places.iter().skip(top).map(|&i| parts[i])),
        others: parts.len() - keys.len(),
        keys,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_is_the_change() {
        let part = |before, after| Part { before, after };
        let parts = [part(10, 12), part(0, -7), part(5, 5), part(100, 50)];
        let found = contributions(&parts, 2);
        assert_eq!(found.keys.iter().map(|k| k.0).collect::<Vec<_>>(), [3, 1]);
        assert_eq!((found.other, found.others), (part(15, 17), 2));
        let sum: i128 = found.keys.iter().map(|k| k.1.change()).sum();
        assert_eq!(sum + found.other.change(), found.total.change());
        assert_eq!(contributions(&[], 3).total, Part::default());
        assert_eq!(contributions(&parts, 0).other, found.total);
        assert_eq!(contributions(&parts, 9).others, 0);
    }
}
