//! Texts as small numbers, in the order in which they come.

use std::collections::HashMap;

/// The numbers given so far.
#[derive(Debug, Default)]
pub struct Numbers {
    numbers: HashMap<Box<str>, u32>,
    names: Vec<Box<str>>,
    /// The last one asked for: lines of one purchase come together, so that most are it again.
    last: Option<u32>,
}

impl Numbers {
    /// The number of a text, a new one if it was not seen.
    pub fn of(&mut self, text: &str) -> u32 {
        if let Some(last) = self.last
            && &*self.names[last as usize] == text
        {
            return last;
        }
        let number = match self.numbers.get(text) {
            Some(number) => *number,
            None => {
                let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
                self.numbers.insert(text.into(), number);
                self.names.push(text.into());
                number
            }
        };
        self.last = Some(number);
        number
    }

    /// The number of a text that was seen.
    pub fn find(&self, text: &str) -> Option<u32> {
        self.numbers.get(text).copied()
    }

    /// The text of a number.
    pub fn name(&self, number: u32) -> &str {
        self.names.get(number as usize).map_or("", |name| name)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// About how much memory they take, in bytes.
    pub fn bytes(&self) -> usize {
        self.names.iter().map(|name| 2 * name.len() + 64).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_has_the_same_number() {
        let mut numbers = Numbers::default();
        let given: Vec<u32> = ["a", "b", "b", "a", "c"].iter().map(|t| numbers.of(t)).collect();
        assert_eq!(given, [0, 1, 1, 0, 2]);
        assert_eq!((numbers.find("c"), numbers.find("d"), numbers.name(1)), (Some(2), None, "b"));
    }
}
