//! Offers against a hold-out of real sales.

use std::time::Instant;

use kupets_analytics::offers::{History, HistoryError, Model, NewReason, Offers, Purchase};
use kupets_evaluation::offers;

use crate::shared;

#[test]
fn the_next_basket_is_foretold_better_than_by_frequency() {
    let Some(sales) = shared::online_retail() else { return };
    shared::hold(offers::next_basket(&sales).unwrap());
}

fn all_offers(history: &History, limit: usize) -> Vec<Offers> {
    let model = Model::new(history.clone());
    (0..history.customers() + 1).map(|customer| model.offers(customer, limit)).collect()
}

/// A shop of pairs: who buys an even product buys the next one too; each customer has their own rhythm.
fn shop() -> Vec<Purchase> {
    let mut purchases = Vec::new();
    for customer in 0..60 {
        for visit in 0..8 {
            let day = (visit * (5 + customer % 7)) as i32;
            let item = 2 * (customer % 10);
            purchases.push(Purchase { customer, day, item });
            // Customer 59 never bought the other of the pair.
            if customer != 59 && visit % 2 == 0 {
                purchases.push(Purchase { customer, day, item: item + 1 });
            }
        }
    }
    purchases
}

#[test]
fn reasons_name_what_is_known() {
    let history = History::new(shop(), 100).unwrap();
    let offers = &all_offers(&history, 5)[59];
    // 59 % 10 = 9, so product 18 every 5 + 59 % 7 = 8 days, last on day 56.
    let own = &offers.repeat[0];
    assert_eq!((own.item, own.reason.times, own.reason.baskets), (18, 8, 8));
    assert_eq!((own.reason.last_day, own.reason.every_days), (56, Some(8.0)));
    let new = &offers.new[0];
    assert_eq!(new.item, 19);
    // The other five customers of 9 bought both; 6 of 60 bought 18, 5 of 60 bought 19.
    let NewReason::BoughtWith { item, customers, lift } = new.reason else { panic!("{new:?}") };
    assert_eq!((item, customers), (18, 5));
    assert!((lift - 5.0 * 60.0 / (6.0 * 5.0)).abs() < 1e-12);
    for offers in all_offers(&history, 5) {
        let scores = offers.repeat.iter().map(|one| one.score).chain(offers.new.iter().map(|one| one.score));
        assert!(scores.into_iter().all(|score| (0.0..=1.0).contains(&score)));
        assert!(offers.repeat.len() <= 5 && offers.new.len() <= 5);
    }
}

#[test]
fn the_future_is_not_seen() {
    let past = shop();
    let today = 30;
    let history = History::new(past.iter().copied(), today).unwrap();
    // Everything after today is changed: other customers, other products, more of them.
    let changed = past.iter().copied().map(|purchase| match purchase.day > today {
        true => Purchase { customer: purchase.customer + 500, item: purchase.item + 700, ..purchase },
        false => purchase,
    });
    let added = (0..1_000).map(|item| Purchase { customer: item % 60, day: today + 1 + item as i32, item });
    let other = History::new(changed.chain(added), today).unwrap();
    assert_eq!(history, other);
    assert_eq!(all_offers(&history, 9), all_offers(&other, 9));
    // Nor in the past: what is asked of an earlier day does not know later purchases of the same customer.
    let model = Model::new(history.clone());
    let seen = model.offers_on(0, 1, 9).repeat;
    assert!(seen.iter().all(|offer| offer.reason.times == 1 && offer.reason.last_day == 0));
}

#[test]
fn the_order_of_lines_does_not_matter() {
    let mut lines = shop();
    let history = History::new(lines.clone(), 100).unwrap();
    lines.reverse();
    lines.extend(shop());
    let other = History::new(lines, 100).unwrap();
    assert_eq!(all_offers(&history, 9), all_offers(&other, 9));
}

#[test]
fn degenerate_histories_answer() {
    let line = |customer, day, item| Purchase { customer, day, item };
    let everything = (0..300).map(|item| line(0, 5, item)).collect::<Vec<_>>();
    for lines in [
        vec![],
        vec![line(0, 0, 0)],
        vec![line(3, 9, 7)],
        vec![line(0, 0, 0), line(0, 1, 0), line(0, 2, 0)],
        vec![line(0, 0, 0), line(1, 0, 0), line(2, 0, 1)],
        vec![line(0, i32::MIN, 0), line(0, i32::MAX, 0), line(1, i32::MAX, 1)],
        everything,
    ] {
        for today in [0, 5, i32::MAX, i32::MIN] {
            let history = History::new(lines.clone(), today).unwrap();
            for offers in all_offers(&history, 10) {
                assert!(offers.repeat.iter().all(|offer| (0.0..=1.0).contains(&offer.score)));
                assert!(offers.new.iter().all(|offer| (0.0..=1.0).contains(&offer.score)));
            }
        }
    }
    // Nobody has two baskets: the weights are the priors, and the answer says so.
    let history = History::new([line(0, 1, 0), line(1, 1, 0), line(1, 1, 1)], 2).unwrap();
    let model = Model::new(history.clone());
    assert_eq!(model.learnt().customers, 0);
    assert_eq!(model.offers(0, 9).new.iter().map(|offer| offer.item).collect::<Vec<_>>(), [1]);
    // A stranger gets what sells best.
    let stranger = model.offers(99, 9);
    assert!(stranger.repeat.is_empty());
    assert_eq!(stranger.new[0].item, 0);
    assert_eq!(stranger.new[0].reason, NewReason::Popular { baskets: 2, days: 30 });
    assert_eq!(History::new([line(u32::MAX, 0, 0)], 0), Err(HistoryError::Number { number: u32::MAX }));
}

/// Prints the time of a shop as large as is asked of one: `cargo test --release -- --ignored --nocapture large`.
#[test]
#[ignore = "takes a minute; prints times"]
fn a_large_shop_is_learnt() {
    let mut state = 1_u64;
    let mut next = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut lines = Vec::new();
    for customer in 0..1_000_000 {
        for _ in 0..1 + next(4) {
            let day = next(730) as i32;
            for _ in 0..1 + next(7) {
                // The product of two draws: few products sell much, most little.
                lines.push(Purchase { customer, day, item: (next(100) * next(100)) as u32 });
            }
        }
    }
    println!("{} lines", lines.len());
    let start = Instant::now();
    let history = History::new(lines, 730).unwrap();
    println!("history {:?}", start.elapsed());
    let model = Model::new(history.clone());
    println!("learnt {:?} {:?}", start.elapsed(), model.learnt());
    let offered: usize = (0..100_000).map(|customer| model.offers(customer, 10).new.len()).sum();
    println!("offers to 100,000 customers {:?} ({offered})", start.elapsed());
}
