//! Frequent itemsets, rules and pairs against published and measured counts.

use std::collections::{BTreeMap, BTreeSet};

use kupets_analytics::baskets::{
    Baskets, BasketsError, Counts, Limits, RuleLimits, Share, Stopped, itemsets, pairs, rules,
};
use kupets_evaluation::baskets as evaluation;

use crate::shared;

const WHOLE: Limits = Limits { length: 64, itemsets: usize::MAX };
const ALL: RuleLimits = RuleLimits { consequent: usize::MAX, rules: usize::MAX };

fn share(text: &str) -> Share {
    text.parse().unwrap()
}

#[test]
fn groceries_have_the_published_itemsets_and_rules() {
    let Some(file) = shared::file(evaluation::GROCERIES) else { return };
    shared::hold(evaluation::groceries(&file).unwrap());
}

#[test]
fn online_retail_has_the_measured_itemsets_and_rules() {
    let Some(sales) = shared::online_retail() else { return };
    shared::hold(evaluation::online_retail(&sales).unwrap());
}

/// Every subset of every basket, counted one by one.
fn by_hand(baskets: &Baskets, least: u32) -> BTreeMap<Vec<u32>, u32> {
    let mut counts = BTreeMap::new();
    for basket in baskets.iter() {
        for mask in 1..1_u32 << basket.len() {
            let subset = (0..basket.len()).filter(|position| mask >> position & 1 == 1);
            *counts.entry(subset.map(|position| basket[position]).collect()).or_insert(0) += 1;
        }
    }
    counts.retain(|_, count| *count >= least);
    counts
}

/// Baskets of a small linear congruential generator, more than 64 of them so that bitmaps have several words.
fn random(seed: u64) -> Baskets {
    let mut state = seed;
    let mut next = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let lines = (0..200).flat_map(|basket| {
        let size = 1 + next(9);
        (0..size).map(|_| (basket, (next(10) * next(10) / 8) as u32)).collect::<Vec<_>>()
    });
    Baskets::from_pairs(lines.collect::<Vec<_>>()).unwrap()
}

#[test]
fn itemsets_and_rules_are_those_counted_by_hand() {
    for seed in 0..20 {
        let baskets = random(seed);
        let support = Share::new(seed % 5, 100).unwrap();
        let expected = by_hand(&baskets, support.least(baskets.len()));
        let found = itemsets(&baskets, support, WHOLE);
        let listed: BTreeMap<Vec<u32>, u32> = found.iter().map(|(items, count)| (items.to_vec(), count)).collect();
        assert_eq!(listed, expected);

        let confidence = share("0.4");
        let mut implied = BTreeSet::new();
        for (items, &both) in expected.iter().filter(|(items, _)| items.len() > 1) {
            for mask in 1..(1_u32 << items.len()) - 1 {
                let side = |bit| {
                    let positions = (0..items.len()).filter(move |position| mask >> position & 1 == bit);
                    positions.map(|position| items[position]).collect::<Vec<_>>()
                };
                if confidence.reached(both, expected[&side(0)]) {
                    implied.insert((side(0), side(1)));
                }
            }
        }
        let list = rules(&found, confidence, ALL);
        let listed: BTreeSet<_> =
            list.rules.iter().map(|rule| (rule.antecedent.to_vec(), rule.consequent.to_vec())).collect();
        assert_eq!(list.rules.len(), listed.len());
        assert_eq!(listed, implied);
        assert!(list.rules.windows(2).all(|two| two[0].counts.lift() >= two[1].counts.lift() * (1.0 - 1e-12)));
    }
}

#[test]
fn a_limit_stops_with_a_reason_and_keeps_every_subset() {
    let baskets = random(7);
    let whole = itemsets(&baskets, share("0.01"), WHOLE);
    for limit in [0, 1, 10, 100, whole.len() - 1] {
        let cut = itemsets(&baskets, share("0.01"), Limits { length: 64, itemsets: limit });
        assert_eq!((cut.len(), cut.stopped()), (limit, Some(Stopped::Itemsets)));
        for (items, count) in cut.iter() {
            assert_eq!(whole.count(items), Some(count));
            for left_out in 0..items.len() {
                let mut subset = items.to_vec();
                subset.remove(left_out);
                assert!(subset.is_empty() || cut.count(&subset).is_some());
            }
        }
        assert_eq!(rules(&cut, share("0.1"), ALL).stopped, Some(Stopped::Itemsets));
    }
    let exact = itemsets(&baskets, share("0.01"), Limits { length: 64, itemsets: whole.len() });
    assert_eq!(exact, whole);
    for length in 0..4 {
        let short = itemsets(&baskets, share("0.01"), Limits { length, itemsets: usize::MAX });
        assert_eq!(short.len(), whole.iter().filter(|(items, _)| items.len() <= length).count());
    }
    let all = rules(&whole, share("0.1"), ALL);
    let some = rules(&whole, share("0.1"), RuleLimits { rules: 5, ..ALL });
    assert_eq!((some.rules.len(), some.stopped), (5, Some(Stopped::Rules)));
    assert_eq!(all.stopped, None);
    let few = pairs(&baskets, share("0.01"), share("0"), 4);
    assert_eq!((few.rules.len(), few.stopped), (4, Some(Stopped::Pairs)));
    let most = pairs(&baskets, share("0.01"), share("0"), usize::MAX);
    let fewest_kept = few.rules.iter().map(|rule| rule.counts.both).min();
    assert!(most.rules.iter().filter(|rule| Some(rule.counts.both) > fewest_kept).count() < 4);
}

#[test]
fn degenerate_baskets_answer() {
    let nothing = Baskets::from_pairs([]).unwrap();
    assert!(nothing.is_empty() && Baskets::default().is_empty());
    for empty in [nothing, Baskets::default(), Baskets::from_csr(vec![0, 0, 0], vec![]).unwrap()] {
        assert!(itemsets(&empty, share("0"), WHOLE).is_empty());
        assert!(rules(&itemsets(&empty, share("0"), WHOLE), share("0"), ALL).rules.is_empty());
        assert!(pairs(&empty, share("0"), share("0"), 9).rules.is_empty());
    }
    let single = Baskets::from_pairs([(5, 3), (9, 3), (9, 3)]).unwrap();
    assert_eq!((single.len(), single.lines()), (2, 2));
    assert_eq!(itemsets(&single, share("1"), WHOLE).count(&[3]), Some(2));
    assert!(rules(&itemsets(&single, share("0"), WHOLE), share("0"), ALL).rules.is_empty());
    // One basket of everything: all subsets up to the length, all rules sure.
    let everything = Baskets::from_pairs((0..12).map(|item| (0, item))).unwrap();
    let found = itemsets(&everything, share("1"), WHOLE);
    assert_eq!(found.len(), (1 << 12) - 1);
    let wide = Baskets::from_pairs((0..2_000).map(|item| (0, item))).unwrap();
    let cut = itemsets(&wide, share("0"), Limits::default());
    assert_eq!((cut.len(), cut.stopped()), (1_000_000, Some(Stopped::Itemsets)));
    let sure = rules(&found, share("1"), ALL);
    assert!(sure.rules.iter().all(|rule| rule.counts.conviction().is_none() && rule.counts.lift() == 1.0));
}

#[test]
fn what_is_no_table_or_share_is_refused() {
    assert_eq!(Baskets::from_csr(vec![], vec![]), Err(BasketsError::Offsets));
    assert_eq!(Baskets::from_csr(vec![0, 2, 1], vec![1]), Err(BasketsError::Offsets));
    assert_eq!(Baskets::from_csr(vec![0, 1, 3], vec![1, 2, 2]), Err(BasketsError::Order { basket: 1 }));
    assert_eq!(Baskets::from_pairs([(0, u32::MAX)]), Err(BasketsError::Item { item: u32::MAX }));
    for bad in ["", ".", "-1", "1.1", "2", "0.1e3", "0.0000000000000000001", "99999999999999999999", "0,1"] {
        assert!(bad.parse::<Share>().is_err(), "{bad}");
    }
    assert!(Share::new(1, 0).is_err());
    assert_eq!(share("0.50"), Share::new(50, 100).unwrap());
    // 3 of 10 is exactly .3; in floating point 0.3 * 10 is above 3 or not, by luck.
    assert!(share("0.3").reached(3, 10) && !share("0.300000000000000001").reached(3, 10));
    assert_eq!((share("0").least(7), share("1").least(7), share("0.29").least(10)), (1, 7, 3));
}

#[test]
fn measures_follow_their_formulas() {
    let counts = Counts { baskets: 1_000, antecedent: 200, consequent: 100, both: 50 };
    let near = |a: f64, b: f64| (a - b).abs() < 1e-12;
    assert!(near(counts.support(), 0.05) && near(counts.confidence(), 0.25) && near(counts.lift(), 2.5));
    assert!(near(counts.conviction().unwrap(), 0.2 * 0.9 / 0.15) && near(counts.leverage(), 0.03));
}
