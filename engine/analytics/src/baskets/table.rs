//! Baskets as a compressed sparse table.

use std::{error::Error, fmt};

/// Item numbers are below this. Counts are kept in arrays as long as the largest number.
pub const MAX_ITEMS: u32 = 1 << 24;

/// Baskets, each a strictly increasing list of item numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baskets {
    /// One more than baskets; basket `i` is `items[offsets[i]..offsets[i + 1]]`.
    offsets: Vec<u32>,
    items: Vec<u32>,
    /// One more than the largest item number.
    width: u32,
}

/// What is no table of baskets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BasketsError {
    /// The offsets do not begin with 0, fall, or do not end with the number of items.
    Offsets,
    /// The items of this basket are not strictly increasing.
    Order {
        /// The basket's index.
        basket: usize,
    },
    /// An item number is not below [`MAX_ITEMS`].
    Item {
        /// The number.
        item: u32,
    },
    /// More than 2^32 - 1 lines.
    TooMany,
}

impl fmt::Display for BasketsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Offsets => f.write_str("the offsets do not rise from 0 to the number of items"),
            Self::Order { basket } => write!(f, "the items of basket {basket} are not strictly increasing"),
            Self::Item { item } => write!(f, "item number {item} is not below {MAX_ITEMS}"),
            Self::TooMany => f.write_str("more than 2^32 - 1 lines"),
        }
    }
}

impl Error for BasketsError {}

impl Baskets {
    /// Baskets from offsets (one more than baskets) and items.
    ///
    /// # Errors
    /// See [`BasketsError`].
    pub fn from_csr(offsets: Vec<u32>, items: Vec<u32>) -> Result<Self, BasketsError> {
        let total = u32::try_from(items.len()).map_err(|_| BasketsError::TooMany)?;
        u32::try_from(offsets.len()).map_err(|_| BasketsError::TooMany)?;
        if offsets.first() != Some(&0) || offsets.last() != Some(&total) || !offsets.is_sorted() {
            return Err(BasketsError::Offsets);
        }
        let largest = items.iter().copied().max();
        if let Some(item) = largest.filter(|&item| item >= MAX_ITEMS) {
            return Err(BasketsError::Item { item });
        }
        let table = Self { offsets, items, width: largest.map_or(0, |item| item + 1) };
        let unordered = table.iter().position(|basket| !basket.is_sorted_by(|a, b| a < b));
        match unordered {
            Some(basket) => Err(BasketsError::Order { basket }),
            None => Ok(table),
        }
    }

    /// Baskets from (basket, item) lines in any order; a line that comes again counts once. Baskets are numbered
    /// anew, in the order of their numbers.
    ///
    /// # Errors
    /// See [`BasketsError`].
    pub fn from_pairs(lines: impl IntoIterator<Item = (u32, u32)>) -> Result<Self, BasketsError> {
        let mut keys: Vec<u64> =
            lines.into_iter().map(|(basket, item)| u64::from(basket) << 32 | u64::from(item)).collect();
        keys.sort_unstable();
        keys.dedup();
        let (mut offsets, mut items) = (Vec::new(), Vec::with_capacity(keys.len()));
        for basket in keys.chunk_by(|a, b| a >> 32 == b >> 32) {
            offsets.push(u32::try_from(items.len()).map_err(|_| BasketsError::TooMany)?);
            items.extend(basket.iter().map(|key| (key & u64::from(u32::MAX)) as u32));
        }
        offsets.push(u32::try_from(items.len()).map_err(|_| BasketsError::TooMany)?);
        Self::from_csr(offsets, items)
    }

    /// The number of baskets.
    #[must_use]
    pub fn len(&self) -> u32 {
        // Not more than u32::MAX: checked when made.
        self.offsets.len().saturating_sub(1) as u32
    }

    /// Whether there is no basket.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One more than the largest item number.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// The number of lines in all baskets.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.items.len()
    }

    /// The baskets in order.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        self.offsets.windows(2).map(|ends| &self.items[ends[0] as usize..ends[1] as usize])
    }

    /// In how many baskets each item is, by item number.
    #[must_use]
    pub fn frequencies(&self) -> Vec<u32> {
        let mut counts = vec![0; self.width as usize];
        for &item in &self.items {
            counts[item as usize] += 1;
        }
        counts
    }
}
