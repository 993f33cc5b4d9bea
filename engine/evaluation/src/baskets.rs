//! Itemsets and rules of groceries and of Online Retail, beside published and measured counts.

use std::{path::Path, time::Instant};

use anyhow::{Context as _, Result};
use arrow::datatypes::Int64Type;
use kupets_analytics::baskets::{Baskets, Limits, PairRule, Rule, RuleLimits, Share, itemsets, pairs, rules};

use crate::{
    Figure, Goal, columns,
    online_retail::{Numbers, Sales},
};

/// The name of the file of groceries (Hahsler, Hornik & Reutterer 2006; the data of arules).
pub const GROCERIES: &str = "groceries.parquet";

const WHOLE: Limits = Limits { length: 64, itemsets: usize::MAX };
/// arules makes consequents of one item.
const SINGLE: RuleLimits = RuleLimits { consequent: 1, rules: usize::MAX };
const ALL: RuleLimits = RuleLimits { consequent: usize::MAX, rules: usize::MAX };

/// A month of a grocery's receipts.
///
/// # Errors
/// The file cannot be read.
pub fn groceries(path: &Path) -> Result<Vec<Figure>> {
    // Shares are exact fractions, so a rule at the very limit is counted; floating point loses four.
    let source = "published counts of arules";
    let baskets = read_groceries(path)?;
    let mut figures = size(&baskets, [9_835.0, 169.0], source);
    let wanted = [("0.01", 333.0, &[("0.5", 15.0)][..]), ("0.001", 13_492.0, &[("0.5", 5_668.0), ("0.8", 410.0)])];
    for (support, sets, implied) in wanted {
        let begun = Instant::now();
        let found = itemsets(&baskets, support.parse()?, WHOLE);
        let took = begun.elapsed();
        figures.push(Figure::count(format!("itemsets at {support}"), found.len(), Goal::Exactly(sets), source));
        figures.push(Figure::seconds("… mined", took, "one thread"));
        for &(confidence, goal) in implied {
            let list = rules(&found, confidence.parse()?, SINGLE);
            let what = format!("… rules at confidence {confidence}");
            figures.push(Figure::count(what, list.rules.len(), Goal::Exactly(goal), source));
        }
    }
    Ok(figures)
}

/// The sales of Online Retail: no cancellations, quantity and price above zero.
///
/// # Errors
/// None that can happen: the numbers of its products are small.
pub fn online_retail(sales: &Sales) -> Result<Vec<Figure>> {
    let baskets = read_online_retail(sales)?;
    let mut figures = size(&baskets, [19_960.0, 3_922.0], "research notes, as read for mlxtend");
    let confidence = "0.3".parse::<Share>()?;
    for (at, sets, implied, source) in [
        ("0.02", 385.0, 164.0, "mlxtend"),
        ("0.01", 2_026.0, 2_030.0, "mlxtend, 6.2 s"),
        ("0.005", 18_930.0, 52_359.0, "mlxtend, 17.8 s"),
    ] {
        let support = at.parse::<Share>()?;
        let begun = Instant::now();
        let found = itemsets(&baskets, support, WHOLE);
        let mined = begun.elapsed();
        let list = rules(&found, confidence, ALL);
        let all = begun.elapsed();
        let begun = Instant::now();
        let fast = pairs(&baskets, support, confidence, usize::MAX);
        let paired = begun.elapsed();
        figures.extend([
            Figure::count(format!("itemsets at {at}"), found.len(), Goal::Exactly(sets), source),
            Figure::count("… rules at confidence 0.3", list.rules.len(), Goal::Exactly(implied), source),
            Figure::seconds("… itemsets mined", mined, "one thread"),
            Figure::seconds("… with rules", all, format!("one thread; {source}")),
            Figure::count("… rules of pairs by the fast way", fast.rules.len(), Goal::Shown, ""),
            Figure::seconds("… by the fast way", paired, "one thread"),
            Figure::count(
                "… rules of pairs in which both ways differ",
                unlike(&fast.rules, &list.rules),
                Goal::Exactly(0.0),
                "",
            ),
        ]);
    }
    Ok(figures)
}

fn size(baskets: &Baskets, [count, items]: [f64; 2], source: &str) -> Vec<Figure> {
    vec![
        Figure::count("baskets", baskets.len() as usize, Goal::Exactly(count), source),
        Figure::count("items", baskets.width() as usize, Goal::Exactly(items), source),
    ]
}

/// How many rules of two items are not the same in both lists.
fn unlike(fast: &[PairRule], all: &[Rule]) -> usize {
    let slow: Vec<&Rule> = all.iter().filter(|rule| rule.antecedent.len() + rule.consequent.len() == 2).collect();
    let differ = |(fast, slow): &(&PairRule, &&Rule)| {
        (fast.antecedent, fast.consequent, fast.counts) != (slow.antecedent[0], slow.consequent[0], slow.counts)
    };
    fast.len().abs_diff(slow.len()) + fast.iter().zip(&slow).filter(differ).count()
}

fn read_groceries(path: &Path) -> Result<Baskets> {
    let mut names = Numbers::default();
    let mut lines = Vec::new();
    for batch in columns::read(path, &["tid", "item"])? {
        let (tid, item) = (columns::numbers::<Int64Type>(&batch, "tid")?, columns::texts(&batch, "item")?);
        for i in 0..batch.num_rows() {
            let tid = u32::try_from(tid.value(i)).context("the number of a receipt is negative or too great")?;
            lines.push((tid, names.of(item.value(i))));
        }
    }
    Ok(Baskets::from_pairs(lines)?)
}

fn read_online_retail(sales: &Sales) -> Result<Baskets> {
    // Numbered anew, without products that were never sold for money.
    let mut names = Numbers::default();
    let sold = sales.lines.iter().filter(|line| !line.cancelled && line.quantity > 0 && line.price > 0.0);
    let lines = sold.map(|line| (line.invoice, names.of(&sales.products[line.product as usize])));
    Ok(Baskets::from_pairs(lines.collect::<Vec<_>>())?)
}
