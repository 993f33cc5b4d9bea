//! Offers against a hold-out of real sales.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

use arrow::{
    array::{Array, AsArray},
    compute::cast,
    datatypes::{DataType, Int64Type, TimestampMicrosecondType},
};
use kupets_analytics::offers::{History, Model, Purchase};

use crate::shared;

/// Purchases of known customers of Online Retail, without cancellations; a basket is a customer's day.
fn online_retail() -> Option<Vec<Purchase>> {
    let mut lines = Vec::new();
    for batch in shared::parquet("online_retail.parquet", &["InvoiceNo", "StockCode", "InvoiceDate", "CustomerID"])? {
        let text = |name| cast(batch.column_by_name(name).unwrap(), &DataType::Utf8).unwrap();
        let (invoice, product) = (text("InvoiceNo"), text("StockCode"));
        let (invoice, product) = (invoice.as_string::<i32>(), product.as_string::<i32>());
        let customer = batch.column_by_name("CustomerID").unwrap().as_primitive::<Int64Type>();
        let time = batch.column_by_name("InvoiceDate").unwrap().as_primitive::<TimestampMicrosecondType>();
        for row in 0..batch.num_rows() {
            if customer.is_valid(row) && !invoice.value(row).starts_with('C') {
                let day = time.value(row).div_euclid(86_400_000_000) as i32;
                lines.push((customer.value(row), day, product.value(row).to_owned()));
            }
        }
    }
    // Numbered in the order of their codes, by which the goals' ties were broken.
    let customers: BTreeSet<i64> = lines.iter().map(|line| line.0).collect();
    let customers: BTreeMap<i64, u32> = customers.into_iter().zip(0..).collect();
    let products: BTreeSet<&str> = lines.iter().map(|line| line.2.as_str()).collect();
    let products: BTreeMap<&str, u32> = products.into_iter().zip(0..).collect();
    let numbered = lines.iter().map(|(customer, day, product)| Purchase {
        customer: customers[customer],
        day: *day,
        item: products[product.as_str()],
    });
    let mut purchases: Vec<Purchase> = numbered.collect();
    purchases.sort_unstable();
    purchases.dedup();
    Some(purchases)
}

/// A customer's held-out basket: its day, its items.
type Next = BTreeMap<u32, (i32, BTreeSet<u32>)>;

/// A customer's baskets by day.
type Baskets = BTreeMap<u32, BTreeMap<i32, BTreeSet<u32>>>;

fn baskets(purchases: &[Purchase]) -> Baskets {
    let mut all = Baskets::new();
    for purchase in purchases {
        all.entry(purchase.customer).or_default().entry(purchase.day).or_default().insert(purchase.item);
    }
    all
}

/// Customers with at least `least` baskets: what is before the basket `back` from the end, and that basket.
fn hold_out(all: &Baskets, least: usize, back: usize) -> (Vec<Purchase>, Next) {
    let (mut past, mut next) = (Vec::new(), BTreeMap::new());
    for (&customer, days) in all.iter().filter(|(_, days)| days.len() >= least) {
        let known = days.len() - back;
        for (&day, items) in days.iter().take(known) {
            past.extend(items.iter().map(|&item| Purchase { customer, day, item }));
        }
        if let Some((&day, items)) = days.iter().nth(known).filter(|_| known > 0) {
            next.insert(customer, (day, items.clone()));
        }
    }
    (past, next)
}

/// Recall and hit rate of ten items a customer.
#[derive(Default)]
struct Score {
    recall: f64,
    hits: f64,
    customers: f64,
}

impl Score {
    fn add(&mut self, offered: &[u32], bought: &BTreeSet<u32>) {
        if !bought.is_empty() {
            let found = offered.iter().take(10).filter(|&item| bought.contains(item)).count();
            self.recall += found as f64 / bought.len() as f64;
            self.hits += f64::from(u8::from(found > 0));
            self.customers += 1.0;
        }
    }

    fn rates(&self) -> (f64, f64) {
        (self.recall / self.customers, self.hits / self.customers)
    }
}

/// (repeat, new) by the rules that the goals were measured with, and by the model.
fn measure(past: Vec<Purchase>, next: &Next) -> [(f64, f64); 4] {
    let mut popularity: BTreeMap<u32, usize> = BTreeMap::new();
    past.iter().for_each(|purchase| *popularity.entry(purchase.item).or_default() += 1);
    let mut popular: Vec<u32> = popularity.keys().copied().collect();
    popular.sort_by_key(|item| std::cmp::Reverse(popularity[item]));
    let own = baskets(&past);
    let today = next.values().map(|(day, _)| *day).max().unwrap();
    let start = Instant::now();
    let history = History::new(past, today).unwrap();
    let model = Model::new(history);
    println!("learnt in {:?}: {:?}", start.elapsed(), model.learnt());
    let start = Instant::now();
    let mut scores: [Score; 4] = Default::default();
    for (&customer, (day, bought)) in next {
        let mut times: BTreeMap<u32, usize> = BTreeMap::new();
        own[&customer].values().flatten().for_each(|&item| *times.entry(item).or_default() += 1);
        let new: BTreeSet<u32> = bought.iter().copied().filter(|item| !times.contains_key(item)).collect();
        let mut frequent: Vec<u32> = times.keys().copied().collect();
        frequent.sort_by_key(|item| std::cmp::Reverse((times[item], popularity[item])));
        let rest: Vec<u32> = popular.iter().copied().filter(|item| !times.contains_key(item)).take(10).collect();
        frequent.extend(&rest);
        let offers = model.offers_on(customer, *day, 10);
        let mut repeat: Vec<u32> = offers.repeat.iter().map(|offer| offer.item).collect();
        repeat.extend(&rest);
        let fresh: Vec<u32> = offers.new.iter().map(|offer| offer.item).collect();
        assert!(fresh.iter().all(|item| !times.contains_key(item)));
        scores[0].add(&frequent, bought);
        scores[1].add(&rest, &new);
        scores[2].add(&repeat, bought);
        scores[3].add(&fresh, &new);
    }
    println!("offers in {:?}", start.elapsed());
    scores.map(|score| score.rates())
}

#[test]
fn the_next_basket_is_foretold_better_than_by_frequency() {
    let Some(purchases) = online_retail() else { return };
    let all = baskets(&purchases);
    for back in [2, 1] {
        let (past, next) = hold_out(&all, 3, back);
        let [frequency, popularity, repeat, new] = measure(past, &next);
        println!(
            "{back} from the end: frequency {frequency:.4?}, repeat {repeat:.4?}; popularity {popularity:.4?}, new {new:.4?}"
        );
        if back == 1 {
            // The protocol is that of the goals: it gives their figures.
            assert_eq!(format!("{:.4} {:.3}", frequency.0, frequency.1), "0.2090 0.804");
            assert_eq!(format!("{:.4}", popularity.0), "0.0181");
            assert!(repeat.0 >= 0.209 && new.0 >= 0.0436);
        }
    }
}
