//! What the generated shops promise: the same records from the same seed, valid and consistent ones, and the story in them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Timelike, Utc, Weekday};
use kupets_data::{Event, Facts, Locale, Purchase, Record, Shop, ShopConfig};
use rust_decimal::Decimal;
use serde_json::Value;
use sha2::{Digest, Sha256};

fn to() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 1).unwrap()
}

fn hash(config: ShopConfig) -> String {
    let mut sha = Sha256::new();
    for event in Shop::new(config).unwrap().events() {
        sha.update(event.at.to_rfc3339());
        sha.update(serde_json::to_vec(&event.record).unwrap());
    }
    sha.finalize().iter().take(8).map(|b| format!("{b:02x}")).collect()
}

/// These change whenever a word list, a figure or the order of draws does; then take the new ones over. Between two
/// platforms, or two versions of the compiler or of a library, they must not differ.
#[test]
fn the_same_seed_gives_the_same_bytes_everywhere() {
    let ru = ShopConfig::new(42, 20_000, to(), Locale::Ru);
    let en = ShopConfig::new(42, 20_000, to(), Locale::En);
    assert_eq!(hash(ru.clone()), "62be158fac2a9770");
    assert_eq!(hash(en), "3f92d04d89624150");
    assert_ne!(hash(ShopConfig { seed: 43, ..ru.clone() }), hash(ru));
}

/// Everything that must hold in any shop.
fn consistent(config: ShopConfig) -> Facts {
    let shop = Shop::new(config.clone()).unwrap();
    let begin =
        config.from.and_hms_opt(0, 0, 0).unwrap().and_utc() - TimeDelta::minutes(config.utc_offset_minutes.into());
    let end = begin + TimeDelta::days(config.days());
    let mut events = shop.events();
    let mut last = begin;
    let mut customers: HashSet<String> = HashSet::new();
    let mut purchases: HashMap<String, Purchase> = HashMap::new();
    let mut interactions: HashSet<String> = HashSet::new();
    let mut facts = Facts::default();
    for Event { at, record } in events.by_ref() {
        assert!(at >= last && at < end, "{at} after {last}");
        last = at;
        let json: Value = serde_json::from_slice(&serde_json::to_vec(&record).unwrap()).unwrap();
        match record {
            Record::Customer(c) => {
                assert_eq!(c.name.is_some(), c.created_at.is_some());
                assert!(c.created_at.is_none_or(|created| created <= at && created >= begin));
                assert_eq!(json["customer_id"], *c.customer_id);
                if c.name.is_some() {
                    facts.customers += 1;
                    assert!(customers.insert(c.customer_id.clone()), "{} registers twice", c.customer_id);
                } else {
                    facts.customer_updates += 1;
                    assert!(
                        customers.contains(&c.customer_id),
                        "a change of {} before its registration",
                        c.customer_id
                    );
                }
            }
            Record::Purchase(p) => {
                assert!(!p.items.is_empty());
                for (item, json) in p.items.iter().zip(json["items"].as_array().unwrap()) {
                    assert_eq!(item.amount, item.unit_price * Decimal::from(item.quantity));
                    assert!(item.unit_price > Decimal::ZERO && item.quantity != 0);
                    assert_eq!(json["amount"].to_string(), item.amount.to_string());
                    assert_eq!(json["unit_price"].as_number().unwrap().to_string(), item.unit_price.to_string());
                }
                assert!(p.customer_id.as_ref().is_none_or(|c| customers.contains(c)), "{p:?}: unknown customer");
                assert_eq!(json["occurred_at"].as_str().unwrap().parse::<DateTime<Utc>>().unwrap(), p.occurred_at);
                if let Some(first) = purchases.get(&p.purchase_id) {
                    facts.resends += 1;
                    assert_eq!(*first, p, "sent again, it is identical");
                    assert!(at > p.occurred_at);
                    continue;
                }
                assert_eq!(at, p.occurred_at);
                facts.purchases += 1;
                facts.lines += p.items.len() as u64;
                let distinct: HashSet<_> = p.items.iter().map(|i| &i.product_id).collect();
                assert_eq!(distinct.len(), p.items.len());
                if let Some(of) = p.attributes.get("refund_of") {
                    facts.refunds += 1;
                    let bought = &purchases[of.as_str().unwrap()];
                    assert_eq!(bought.customer_id, p.customer_id);
                    for item in &p.items {
                        let line = bought.items.iter().find(|i| i.product_id == item.product_id).unwrap();
                        assert!(item.quantity < 0 && -item.quantity <= line.quantity);
                        assert_eq!(item.unit_price, line.unit_price);
                    }
                } else {
                    assert!(p.items.iter().all(|i| i.quantity > 0));
                    facts.guest_purchases += u64::from(p.customer_id.is_none());
                }
                purchases.insert(p.purchase_id.clone(), p);
            }
            Record::Interaction(i) => {
                facts.interactions += 1;
                assert!(customers.contains(&i.customer_id));
                assert_eq!(at, i.occurred_at);
                assert!(interactions.insert(i.interaction_id));
            }
        }
    }
    assert!(events.next().is_none());
    let told = events.facts();
    let counted = Facts {
        // What cannot be seen from outside.
        buyers: told.buyers,
        churned: told.churned,
        repeat_buyers: told.repeat_buyers,
        ..facts
    };
    assert_eq!(told, counted);
    assert_eq!(told.lines, config.lines);
    told
}

#[test]
fn shops_of_any_size_and_length_are_consistent_and_have_exactly_the_lines_asked_for() {
    for seed in 0..4 {
        consistent(ShopConfig::new(seed, 1_000, to(), Locale::Ru));
        consistent(ShopConfig::new(seed, 30_000, to(), Locale::En));
    }
    for seed in 0..200 {
        let days = 90 + seed as i64 * 5;
        consistent(ShopConfig { from: to() - TimeDelta::days(days), ..ShopConfig::new(seed, 1_000, to(), Locale::Ru) });
    }
    let long = ShopConfig { from: to() - TimeDelta::days(3_650), ..ShopConfig::new(5, 30_000, to(), Locale::Ru) };
    consistent(long.clone());
    consistent(ShopConfig { from: to() - TimeDelta::days(90), utc_offset_minutes: 720, ..long.clone() });
    consistent(ShopConfig { from: to() - TimeDelta::days(90), lines: 1_000, currency: "EUR".into(), ..long });
    let facts = consistent(ShopConfig::new(9, 200_000, to(), Locale::Ru));
    let share = |part: u64, whole: u64| part as f64 / whole as f64;
    assert!((0.12..0.16).contains(&share(facts.guest_purchases, facts.purchases - facts.refunds)), "{facts:?}");
    assert!((0.5..0.75).contains(&share(facts.repeat_buyers, facts.buyers)), "{facts:?}");
    assert!((0.5..0.75).contains(&share(facts.churned, facts.buyers)), "{facts:?}");
    assert!(
        facts.resends > 0 && facts.customer_updates > 0 && facts.refunds > 0 && facts.interactions > 0,
        "{facts:?}"
    );
}

/// Different purchases of a shop, refunds left out.
fn sales(shop: &Shop) -> Vec<Purchase> {
    let purchase = |event: Event| match event.record {
        Record::Purchase(p) if p.occurred_at == event.at && !p.attributes.contains_key("refund_of") => Some(p),
        _ => None,
    };
    shop.events().filter_map(purchase).collect()
}

/// Lines that satisfy a condition, sold in a period.
fn lines(sales: &[Purchase], from: DateTime<Utc>, to: DateTime<Utc>, keep: impl Fn(&kupets_data::Item) -> bool) -> f64 {
    let in_period = sales.iter().filter(|p| p.occurred_at >= from && p.occurred_at < to);
    in_period.flat_map(|p| &p.items).filter(|i| keep(i)).count() as f64
}

#[test]
fn the_story_shows_in_the_sales() {
    for (seed, locale) in [(1, Locale::Ru), (2, Locale::En), (3, Locale::Ru)] {
        let shop = Shop::new(ShopConfig::new(seed, 200_000, to(), locale)).unwrap();
        let (story, sales) = (shop.story(), sales(&shop));

        // The promotion: more of the category, at the discount, and nowhere else.
        let promotion = &story.promotion;
        let length = promotion.ends_at - promotion.starts_at;
        let of_category = |from, to| lines(&sales, from, to, |i| i.category == promotion.category);
        let during = of_category(promotion.starts_at, promotion.ends_at);
        let before = of_category(promotion.starts_at - length, promotion.starts_at);
        let after = of_category(promotion.ends_at, promotion.ends_at + length);
        assert!(during > 1.6 * before && during > 1.6 * after, "{promotion:?}: {before} {during} {after}");
        for p in &sales {
            let now = p.occurred_at >= promotion.starts_at && p.occurred_at < promotion.ends_at;
            let promoted = now && p.items.iter().any(|i| i.category == promotion.category);
            assert_eq!(p.attributes.contains_key("promotion"), promoted);
        }

        // The outage: nothing; the same hours of the day before: plenty.
        let outage = &story.outage;
        let all = |from, to| lines(&sales, from, to, |_| true);
        let day = TimeDelta::days(1);
        assert_eq!(all(outage.starts_at, outage.ends_at), 0.0);
        assert!(all(outage.starts_at - day, outage.ends_at - day) > 40.0);

        // The stock-out: none in the period, and a bestseller outside it.
        let out = &story.stock_out;
        let length = out.ends_at - out.starts_at;
        let of_product = |from, to| lines(&sales, from, to, |i| i.product_id == out.product_id);
        assert_eq!(of_product(out.starts_at, out.ends_at), 0.0);
        assert!(of_product(out.starts_at - length, out.starts_at) > 15.0);

        // Products bought together: far more often than by chance.
        for pair in &story.affinities {
            let has = |p: &&Purchase, id: &str| p.items.iter().any(|i| *i.product_id == *id);
            let first: Vec<&Purchase> = sales.iter().filter(|p| has(p, &pair.antecedent_id)).collect();
            let both = first.iter().filter(|p| has(p, &pair.consequent_id)).count() as f64;
            let other = sales.iter().filter(|p| has(p, &pair.consequent_id)).count() as f64;
            let confidence = both / first.len() as f64;
            let lift = confidence / (other / sales.len() as f64);
            assert!(confidence > 0.6 * pair.probability && lift > 10.0, "{pair:?}: {confidence} {lift}");
        }

        // Growth, and channels on the move.
        let (begin, end) = (sales[0].occurred_at, sales[sales.len() - 1].occurred_at);
        let middle = begin + (end - begin) / 2;
        let growth = all(middle, end) / all(begin, middle) - 1.0;
        assert!((growth - story.yearly_growth).abs() < 0.08, "{growth}");
        for channel in story.channels {
            let share = |from, to| {
                let of: Vec<_> = sales.iter().filter(|p| p.occurred_at >= from && p.occurred_at < to).collect();
                of.iter().filter(|p| p.channel == channel.channel).count() as f64 / of.len() as f64
            };
            let month = TimeDelta::days(60);
            let moved = share(end - month, end) - share(begin, begin + month);
            assert_eq!(moved > 0.0, channel.last > channel.first, "{channel:?}: {moved}");
        }
    }
}

#[test]
fn people_buy_by_season_weekday_and_hour() {
    let shop = Shop::new(ShopConfig::new(11, 200_000, to(), Locale::En)).unwrap();
    let sales = sales(&shop);
    let count = |keep: &dyn Fn(&Purchase) -> bool| sales.iter().filter(|p| keep(p)).count() as f64;
    let month_of = |m: u32, category: &str| {
        sales
            .iter()
            .filter(|p| p.occurred_at.month() == m)
            .flat_map(|p| &p.items)
            .filter(|i| &*i.category == category)
            .count() as f64
    };
    assert!(month_of(5, "Garden") > 3.0 * month_of(12, "Garden"));
    assert!(month_of(12, "Toys") > 2.0 * month_of(2, "Toys"));
    // Five hours west of Greenwich: eight in the evening is one at night in UTC.
    assert!(count(&|p| p.occurred_at.hour() == 0) > 5.0 * count(&|p| p.occurred_at.hour() == 8));
    let local = |p: &Purchase| p.occurred_at - TimeDelta::hours(5);
    assert!(count(&|p| local(p).weekday() == Weekday::Fri) > 1.08 * count(&|p| local(p).weekday() == Weekday::Tue));
    assert!(sales.iter().filter(|p| p.channel == "shop").all(|p| (10..21).contains(&local(p).hour())));
}

#[test]
fn interactions_go_with_purchases() {
    let shop = Shop::new(ShopConfig::new(4, 50_000, to(), Locale::Ru)).unwrap();
    let mut bought: HashMap<String, Vec<DateTime<Utc>>> = HashMap::new();
    let mut talks: HashMap<&str, Vec<(String, DateTime<Utc>)>> = HashMap::new();
    for event in shop.events() {
        match event.record {
            Record::Purchase(p) if !p.attributes.contains_key("refund_of") => {
                bought.entry(p.customer_id.unwrap_or_default()).or_default().push(p.occurred_at);
            }
            Record::Interaction(i) => talks.entry(i.subject).or_default().push((i.customer_id, i.occurred_at)),
            _ => {}
        }
    }
    let buying_after = |subject: &str| {
        let soon = |(customer, at): &&(String, DateTime<Utc>)| {
            bought.get(customer).is_some_and(|b| b.iter().any(|t| t > at && *t < *at + TimeDelta::days(7)))
        };
        talks[subject].iter().filter(soon).count() as f64 / talks[subject].len() as f64
    };
    assert!(buying_after("Подборка для вас") > 0.9);
    assert!(buying_after("Визит в магазин") > 0.9);
    assert!(buying_after("Где мой заказ") < 0.4);
    assert_eq!(buying_after("Мы скучаем"), 0.0);
}
