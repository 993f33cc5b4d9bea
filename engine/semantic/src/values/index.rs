//! The index: what is in it, and how it stays within its bounds.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::catalogue::{Dimension, Metric};

use super::{countries, fold};

/// How large an index may grow.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Values in it.
    pub values: usize,
    /// Bytes of their keys and labels.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { values: 200_000, bytes: 32 << 20 }
    }
}

/// A value: a key of a dimension, and what people call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is a value of.
    pub dimension: Dimension,
    /// The key as records have it.
    pub key: String,
    /// As people know it; the key where it has no other name.
    pub label: String,
    /// How often it was seen, to prefer the better known of two.
    pub weight: u32,
}

/// The names in a workspace's data.
#[derive(Debug, Default, Clone)]
pub struct ValueIndex {
    limits: Limits,
    pub(super) entries: Vec<Entry>,
    places: HashMap<(Dimension, String), u32>,
    /// Entries by the root of each of their words.
    pub(super) words: BTreeMap<String, Vec<u32>>,
    /// Entries by their whole names and keys, in normal form.
    pub(super) names: HashMap<String, Vec<u32>>,
    attributes: BTreeSet<String>,
    recorded: BTreeSet<Metric>,
    bytes: usize,
    /// Values that were left out for want of room.
    left_out: usize,
}

impl ValueIndex {
    /// An empty index with those bounds.
    pub fn with_limits(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Adds a value, or counts it again. Past the bounds new values are left out, and the index says so.
    pub fn insert(&mut self, dimension: Dimension, key: &str, label: Option<&str>) {
        self.insert_weighted(dimension, key, label, 1);
    }

    /// The same for a value seen so many times.
    pub fn insert_weighted(&mut self, dimension: Dimension, key: &str, label: Option<&str>, weight: u32) {
        const LONGEST: usize = 300;
        if key.is_empty() || key.len() > LONGEST {
            return;
        }
        let label = label.map(str::trim).filter(|label| !label.is_empty() && label.len() <= LONGEST).unwrap_or(key);
        if let Dimension::Attribute(name) = &dimension {
            self.attributes.insert(name.clone());
        }
        let place = (dimension, key.to_owned());
        if let Some(at) = self.places.get(&place).copied() {
            let renamed = self.entries.get_mut(at as usize).is_some_and(|entry| {
                entry.weight = entry.weight.saturating_add(weight);
                let renamed = entry.label != label && label != key;
                if renamed {
                    label.clone_into(&mut entry.label);
                }
                renamed
            });
            if renamed {
                self.learn(at, label);
            }
            return;
        }
        let size = (key.len() + label.len()) * 4 + 64;
        if self.entries.len() >= self.limits.values || self.bytes + size > self.limits.bytes {
            self.left_out += 1;
            return;
        }
        self.bytes += size;
        let at = self.entries.len() as u32;
        let dimension = place.0.clone();
        self.places.insert(place, at);
        self.entries.push(Entry { dimension, key: key.to_owned(), label: label.to_owned(), weight });
        self.learn(at, label);
        if label != key {
            self.learn(at, key);
        }
    }

    /// Names an attribute that records have, even before its values are known.
    pub fn insert_attribute(&mut self, name: &str) {
        if !name.is_empty() && name.len() <= 200 && self.attributes.len() < 1_000 {
            self.attributes.insert(name.to_owned());
        }
    }

    /// Notes that records hold what a metric is made of, which not every shop sends.
    pub fn record(&mut self, metric: Metric) {
        self.recorded.insert(metric);
    }

    /// Whether that was noted.
    pub fn records(&self, metric: Metric) -> bool {
        self.recorded.contains(&metric)
    }

    fn learn(&mut self, at: u32, name: &str) {
        let words = fold::normal(name);
        let whole = words.join(" ");
        let others: Vec<&str> = countries::others(&whole).collect();
        for other in std::iter::once(whole.as_str()).chain(others) {
            let at_name = self.names.entry(other.to_owned()).or_default();
            if !at_name.contains(&at) {
                at_name.push(at);
            }
            for word in other.split(' ') {
                let list = self.words.entry(fold::root(word)).or_default();
                if list.last() != Some(&at) {
                    list.push(at);
                }
            }
        }
    }

    /// The attributes that records have.
    pub fn attributes(&self) -> impl Iterator<Item = &str> {
        self.attributes.iter().map(String::as_str)
    }

    /// Whether records have that attribute.
    pub fn has_attribute(&self, name: &str) -> bool {
        self.attributes.contains(name)
    }

    /// The value with that key.
    pub fn get(&self, dimension: &Dimension, key: &str) -> Option<&Entry> {
        let at = self.places.get(&(dimension.clone(), key.to_owned()))?;
        self.entries.get(*at as usize)
    }

    /// The values of a dimension, the best known first.
    pub fn values(&self, dimension: &Dimension, limit: usize) -> Vec<&Entry> {
        let mut found: Vec<&Entry> = self.entries.iter().filter(|entry| entry.dimension == *dimension).collect();
        found.sort_by(|one, other| other.weight.cmp(&one.weight).then_with(|| one.key.cmp(&other.key)));
        found.truncate(limit);
        found
    }

    /// About how many bytes it takes.
    pub fn size(&self) -> usize {
        self.bytes
    }

    /// Values in it.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it knows nothing yet.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Values that were left out for want of room: a name that is not found may be one of them.
    pub fn left_out(&self) -> usize {
        self.left_out
    }
}
