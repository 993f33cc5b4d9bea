//! Which products are bought by the same customers (item-kNN).
//!
//! Similarity is the Jaccard index of the sets of buyers, shrunk: `both / (a + b - both + 10)`, so that a pair of products
//! that few have bought does not look alike by chance (Sarwar et al. 2001; the shrinkage after Bell and Koren 2007).

use std::cmp::Reverse;

use super::history::History;
use crate::cores;

/// Neighbours kept of each product.
const KEPT: usize = 20;
/// Items that a thread takes at a time.
const CHUNK: usize = 64;
/// Added to the union: a pair needs several common buyers to be near.
const SHRINK: f64 = 10.0;
/// Of a customer with more products only so many of the latest count: the work grows with the square.
const LONGEST: usize = 500;
/// The most pairs of products to count. Beyond it every n-th customer is taken.
const WORK: u64 = 2_000_000_000;

/// A product bought by the same customers.
#[derive(Clone, Copy)]
pub(super) struct Neighbour {
    pub item: u32,
    /// Above 0, below 1.
    pub similarity: f64,
    /// Customers who bought both.
    pub both: u32,
}

/// The nearest neighbours of every product.
pub(super) struct Neighbours {
    near: Vec<Vec<Neighbour>>,
    /// Customers who bought each item, among those counted.
    buyers: Vec<u32>,
    customers: u32,
}

impl Neighbours {
    pub fn new(history: &History) -> Self {
        let width = history.width();
        let sets = Sets::new(history);
        // Where the buyers of each item stand: the same table, turned round.
        let mut buyers = vec![0_u32; width];
        for &item in &sets.items {
            buyers[item as usize] += 1;
        }
        let mut of_item: Vec<Vec<u32>> = buyers.iter().map(|&count| Vec::with_capacity(count as usize)).collect();
        for customer in 0..sets.len() {
            for &item in sets.get(customer) {
                of_item[item as usize].push(customer as u32);
            }
        }

        let room = || (vec![0_u32; width], Vec::new());
        let near = cores::map(width, CHUNK, room, |(both, touched): &mut (Vec<u32>, Vec<u32>), item| {
            for &other in of_item[item].iter().flat_map(|&customer| sets.get(customer as usize)) {
                if both[other as usize] == 0 {
                    touched.push(other);
                }
                both[other as usize] += 1;
            }
            let mut near: Vec<Neighbour> = Vec::with_capacity(touched.len());
            for other in touched.drain(..) {
                let both = std::mem::take(&mut both[other as usize]);
                if other as usize != item {
                    let union = f64::from(buyers[item]) + f64::from(buyers[other as usize]) - f64::from(both);
                    near.push(Neighbour { item: other, similarity: f64::from(both) / (union + SHRINK), both });
                }
            }
            keep_nearest(near)
        });
        Self { near, buyers, customers: sets.len() as u32 }
    }

    /// The nearest first.
    pub fn of(&self, item: u32) -> &[Neighbour] {
        &self.near[item as usize]
    }

    /// How much oftener two items have the same buyer than by chance.
    pub fn lift(&self, a: u32, b: u32, both: u32) -> f64 {
        let buyers = |item: u32| f64::from(self.buyers[item as usize].max(1));
        f64::from(both) * f64::from(self.customers) / (buyers(a) * buyers(b))
    }
}

fn keep_nearest(mut near: Vec<Neighbour>) -> Vec<Neighbour> {
    let order = |a: &Neighbour, b: &Neighbour| b.similarity.total_cmp(&a.similarity).then(a.item.cmp(&b.item));
    if near.len() > KEPT {
        near.select_nth_unstable_by(KEPT, order);
        near.truncate(KEPT);
    }
    near.sort_unstable_by(order);
    near.shrink_to_fit();
    near
}

/// The distinct items of the customers that count.
struct Sets {
    items: Vec<u32>,
    ends: Vec<usize>,
}

impl Sets {
    fn new(history: &History) -> Self {
        let squares: u64 = history.all().map(|lines| (lines.len().min(LONGEST) as u64).pow(2)).sum();
        let every = usize::try_from(squares / WORK + 1).unwrap_or(usize::MAX);
        let mut sets = Self { items: Vec::new(), ends: Vec::new() };
        for lines in history.all().filter(|lines| !lines.is_empty()).step_by(every) {
            let mut items: Vec<(u32, Reverse<i32>)> = lines.iter().map(|line| (line.item, Reverse(line.day))).collect();
            items.sort_unstable();
            items.dedup_by_key(|entry| entry.0);
            if items.len() > LONGEST {
                items.sort_unstable_by_key(|&(item, day)| (day, item));
                items.truncate(LONGEST);
            }
            sets.items.extend(items.iter().map(|entry| entry.0));
            sets.ends.push(sets.items.len());
        }
        sets
    }

    fn len(&self) -> usize {
        self.ends.len()
    }

    fn get(&self, customer: usize) -> &[u32] {
        let start = if customer == 0 { 0 } else { self.ends[customer - 1] };
        &self.items[start..self.ends[customer]]
    }
}
