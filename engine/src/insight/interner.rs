//! Texts as small numbers, in the order in which they come.

use std::{collections::HashMap, hash::BuildHasher as _, hash::RandomState};

use hashbrown::HashTable;

/// The numbers given so far. The texts lie one behind the other: millions of them take little more than their letters.
#[derive(Debug, Default)]
pub struct Numbers {
    letters: String,
    /// Where each text ends.
    ends: Vec<usize>,
    table: HashTable<u32>,
    hasher: RandomState,
    /// The last one asked for: lines of one purchase come together, so that most are it again.
    last: Option<u32>,
}

impl Numbers {
    /// The number of a text, a new one if it was not seen.
    pub fn of(&mut self, text: &str) -> u32 {
        if let Some(last) = self.last
            && self.name(last) == text
        {
            return last;
        }
        let hash = self.hasher.hash_one(text);
        let number = match self.found(hash, text) {
            Some(number) => number,
            None => {
                let number = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
                self.letters.push_str(text);
                self.ends.push(self.letters.len());
                let Self { letters, ends, table, hasher, .. } = self;
                table.insert_unique(hash, number, |known| hasher.hash_one(text_of(letters, ends, *known)));
                number
            }
        };
        self.last = Some(number);
        number
    }

    /// The number of a text that was seen.
    pub fn find(&self, text: &str) -> Option<u32> {
        self.found(self.hasher.hash_one(text), text)
    }

    fn found(&self, hash: u64, text: &str) -> Option<u32> {
        self.table.find(hash, |known| self.name(*known) == text).copied()
    }

    /// The text of a number.
    pub fn name(&self, number: u32) -> &str {
        text_of(&self.letters, &self.ends, number)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// About how much memory they take, in bytes.
    pub fn bytes(&self) -> usize {
        self.letters.capacity() + 8 * self.ends.capacity() + self.table.allocation_size()
    }
}

fn text_of<'a>(letters: &'a str, ends: &[usize], number: u32) -> &'a str {
    let place = number as usize;
    let start = place.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    ends.get(place).and_then(|end| letters.get(start..*end)).unwrap_or("")
}

/// The numbers of products, and how people call them.
#[derive(Debug, Default)]
pub struct Products {
    ids: Numbers,
    labels: HashMap<u32, Box<str>>,
}

impl Products {
    /// The number of a product. One without an id is known by its name; none has neither.
    pub fn of(&mut self, id: Option<&str>, label: Option<&str>) -> Option<u32> {
        let number = self.ids.of(id.or(label)?);
        if let Some(label) = label {
            let known = self.labels.entry(number).or_default();
            // The last of its names by the alphabet: the same whatever the order of the rows.
            if **known < *label {
                *known = label.into();
            }
        }
        Some(number)
    }

    /// Its id, or its name where it has none.
    pub fn id(&self, number: u32) -> &str {
        self.ids.name(number)
    }

    /// Its name, if it has one.
    pub fn label(&self, number: u32) -> Option<&str> {
        self.labels.get(&number).map(|label| &**label)
    }

    /// The product as people know it: its name, or its id where it has none.
    pub fn shown(&self, number: u32) -> &str {
        self.label(number).unwrap_or_else(|| self.id(number))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// About how much memory they take, in bytes.
    pub fn bytes(&self) -> usize {
        self.ids.bytes() + self.labels.values().map(|label| label.len() + 48).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_has_the_same_number() {
        let mut numbers = Numbers::default();
        let given: Vec<u32> = ["a", "", "b", "b", "a", "юг", ""].iter().map(|t| numbers.of(t)).collect();
        assert_eq!(given, [0, 1, 2, 2, 0, 3, 1]);
        assert_eq!((numbers.find("юг"), numbers.find("d"), numbers.name(2), numbers.len()), (Some(3), None, "b", 4));
        assert_eq!(numbers.name(4), "");
        let many: Vec<u32> = (0..10_000).map(|i| numbers.of(&format!("text {i}"))).collect();
        assert!(many.iter().zip(0..).all(|(number, i)| numbers.name(*number) == format!("text {i}")));
    }

    #[test]
    fn a_product_goes_by_its_last_name() {
        let mut products = Products::default();
        let given =
            [(Some("1"), Some("tea")), (Some("1"), None), (None, Some("milk")), (Some("1"), Some("Tea")), (None, None)]
                .map(|(id, label)| products.of(id, label));
        assert_eq!(given, [Some(0), Some(0), Some(1), Some(0), None]);
        assert_eq!((products.id(0), products.label(0), products.shown(1)), ("1", Some("tea"), "milk"));
        products.of(Some("2"), None);
        assert_eq!((products.label(2), products.shown(2)), (None, "2"));
    }
}
