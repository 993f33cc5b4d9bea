//! A set of rows of a data file, a bit each: 1.25 MB for ten million rows, and no allocation for none.

/// Rows of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RowSet {
    words: Vec<u64>,
    len: usize,
}

impl RowSet {
    /// Adds rows; negative ones are no rows.
    pub fn extend(&mut self, rows: impl IntoIterator<Item = i64>) {
        for row in rows {
            let Ok(row) = usize::try_from(row) else { continue };
            let word = row / 64;
            if word >= self.words.len() {
                self.words.resize(word + 1, 0);
            }
            let bit = 1u64 << (row % 64);
            self.len += usize::from(self.words[word] & bit == 0);
            self.words[word] |= bit;
        }
    }

    /// Whether it has the row.
    pub fn contains(&self, row: u32) -> bool {
        self.words.get(row as usize / 64).is_some_and(|word| (word >> (row % 64)) & 1 == 1)
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.len
    }

    /// The rows, ascending.
    pub fn iter(&self) -> impl Iterator<Item = i64> {
        self.words.iter().zip(0i64..).flat_map(|(word, at)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = i64::from(left.trailing_zeros());
                (left != 0).then(|| {
                    left &= left - 1;
                    at * 64 + bit
                })
            })
        })
    }
}

impl FromIterator<i64> for RowSet {
    fn from_iter<T: IntoIterator<Item = i64>>(rows: T) -> Self {
        let mut set = Self::default();
        set.extend(rows);
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_each_row_once_and_in_order() {
        let mut set: RowSet = [130, 3, 64, 3, -1].into_iter().collect();
        assert_eq!(set.len(), 3);
        set.extend([0, 130]);
        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 3, 64, 130]);
        assert!(set.contains(64) && !set.contains(65) && !set.contains(100_000));
        assert_eq!(RowSet::default().iter().count(), 0);
    }
}
