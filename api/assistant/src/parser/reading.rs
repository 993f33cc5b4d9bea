//! What the words of a question say together, before it is a plan.

use kupets_semantic::catalogue::{Dimension, Metric};
use kupets_semantic::plan::{Filter, Intent, Operator};
use kupets_semantic::text::numbers::Number;
use kupets_semantic::values::Entry;

use super::concept::Concept;
use super::scan::{Scan, What};

/// A name that may be several values.
#[derive(Debug, Clone)]
pub(super) struct Doubt {
    /// As it was typed.
    pub typed: String,
    /// The values it may be.
    pub entries: Vec<Entry>,
    /// Not these values.
    pub negated: bool,
}

/// What a question says, before it is a plan.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub used: Vec<bool>,
    pub metrics: Vec<Metric>,
    pub ratio: bool,
    /// Units stand for goods that were named ("and products?"), not for pieces.
    pub units_of_goods: bool,
    /// The metric was taken for granted.
    pub guessed_metric: bool,
    pub dimensions: Vec<Dimension>,
    /// The dimensions of whose keys each has a list of its own: "in each country", "per channel".
    pub grouped: Vec<Dimension>,
    /// The dimensions that are named in the plural.
    pub plural: Vec<Dimension>,
    /// The first dimension is asked for in the singular: one row.
    pub single: bool,
    pub filters: Vec<Filter>,
    pub bounds: Vec<(usize, Filter)>,
    pub bounded: Vec<usize>,
    /// Places of bounds for which nothing says of what they are.
    pub bare_bounds: Vec<usize>,
    pub loose_bounds: Vec<(usize, Operator)>,
    /// Places of bounds that became part of a figure.
    pub told_bounds: Vec<usize>,
    /// The first end of two, where no word multiplies it.
    pub unscaled: Option<Number>,
    pub times_said: bool,
    pub doubts: Vec<Doubt>,
    pub read_as: Vec<(String, String)>,
    pub other_names: Vec<(Entry, Entry)>,
    pub limit: Option<u32>,
    pub best: Option<bool>,
    pub intents: Vec<Intent>,
    pub why: bool,
    pub share: bool,
    pub compare: bool,
    pub change: Option<Option<bool>>,
    pub course: bool,
    pub latest: bool,
    pub follow: bool,
    pub everything: bool,
    /// What is named comes to what there is.
    pub adds: bool,
    /// What is named goes.
    pub removes: bool,
    pub only: bool,
    /// "They", "his": about what was asked before.
    pub refers: bool,
    /// All keys of these together: their filters of before go.
    pub everything_of: Vec<Dimension>,
    /// Whole units with the running one, or without it.
    pub running: Option<bool>,
    /// It begins with "by".
    pub begins_by: bool,
    /// Speech that is no question about sales.
    pub alien: Option<String>,
    pub counts: bool,
    pub absent: Option<usize>,
    /// An attribute that is asked for and not in the data, by its place in the catalogue.
    pub no_attribute: Option<usize>,
    pub currency: Option<&'static str>,
    pub unexplained: Vec<String>,
    pub unknown_name: Option<(Option<Dimension>, String)>,
    pub says: bool,
}

impl Reading {
    /// Adds a value to the filter of its dimension.
    pub(super) fn add_value(&mut self, entry: Entry, negated: bool) {
        let op = if negated { Operator::NotIn } else { Operator::In };
        let known =
            self.filters.iter_mut().find(|filter| filter.dimension() == Some(&entry.dimension) && filter.op == op);
        if let Some(filter) = known {
            if !filter.values.contains(&entry.key) {
                filter.values.push(entry.key);
                filter.labels.push(entry.label);
            }
            return;
        }
        let mut filter = Filter::one_of(entry.dimension, vec![entry.key], vec![entry.label]);
        filter.op = op;
        self.filters.push(filter);
    }

    /// The mark before that says something; with `close` it is not farther than a filling word.
    pub(super) fn before(&self, scan: &Scan, at: usize, close: bool) -> Option<usize> {
        let mut steps = 0;
        (0..at).rev().find(|place| {
            let fluff = matches!(&scan.marks[*place].what, What::Silent | What::Says(Concept::Fluff));
            steps += 1;
            !(fluff || close && steps > 2)
        })
    }
}
