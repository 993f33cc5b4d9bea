//! Recommendations from made facts: each kind is found where it is, and nothing where it is not.

use kupets_analytics::{
    baskets::Counts,
    recommend::{
        AskingCosts, Costs, Customer, Facts, KINDS, Kind, LIFT_FEWEST, LiftError, MEASURED_FEWEST, NO_SEGMENT, Pair,
        Product, Reason, Recommendation, Reorder, Response, Settings, Why, have_fallen, held_out, hold_out, lift,
        recommend, seem_missing, stable_id,
    },
};

const TODAY: i32 = 20_000;
const UNIT: i64 = 10_000;

/// A customer who is as usual.
fn usual(number: u32) -> Customer {
    Customer {
        id: stable_id(&format!("customer {number}")),
        orders: 6,
        revenue: 600 * UNIT,
        last_day: TODAY - 10,
        every_days: Some(20.0),
        second_after: Some(15 + number % 20),
        expected_value: Some(100 * UNIT),
        segment: 1,
    }
}

/// A product that is as usual.
fn steady(number: u32) -> Product {
    Product {
        id: stable_id(&format!("product {number}")),
        revenue: 9_000 * UNIT,
        revenue_before: 9_000 * UNIT,
        units: 900,
        units_before: 900,
        list_revenue: 9_500 * UNIT,
        list_revenue_before: 9_500 * UNIT,
        buyers: 60,
        repeat_buyers: 6,
        sales: 180,
        sale_days: 60,
        sold_days: 50,
        longest_gap: 2,
        silent_days: 0,
        shop_pace: 1.0,
        category_pace: None,
        season_pace: None,
        known_days: 365,
        falls_each_year: false,
        of_an_occasion: false,
    }
}

fn calm() -> Facts {
    Facts {
        today: TODAY,
        customers: (0..100).map(usual).collect(),
        products: (0..20).map(steady).collect(),
        reorders: Vec::new(),
        pairs: Vec::new(),
        hours: vec![10; 168],
        period_days: 30,
    }
}

/// One of everything.
fn eventful() -> Facts {
    let mut facts = calm();
    // The top decile: 0 is away.
    for customer in &mut facts.customers[..10] {
        customer.revenue = 60_000 * UNIT;
    }
    facts.customers[0].last_day = TODAY - 90;
    facts.customers[0].expected_value = None;
    for customer in &mut facts.customers[10..15] {
        customer.last_day = TODAY - 100;
    }
    for customer in &mut facts.customers[20..30] {
        (customer.orders, customer.every_days, customer.second_after) = (1, None, None);
        (customer.last_day, customer.revenue) = (TODAY - 20, 100 * UNIT);
    }
    (facts.products[1].silent_days, facts.products[1].sales) = (12, 180);
    (facts.products[2].revenue, facts.products[2].list_revenue) = (6_000 * UNIT, 9_500 * UNIT);
    (facts.products[3].buyers, facts.products[3].repeat_buyers) = (20, 18);
    (facts.products[4].revenue, facts.products[4].units) = (10 * UNIT, 1);
    (facts.products[4].list_revenue, facts.products[4].silent_days) = (0, 0);
    let reorder = |customer, days| Reorder {
        customer,
        product: 5,
        times: 6,
        every_days: 30.0,
        last_day: TODAY - days,
        spend: 25 * UNIT,
    };
    facts.reorders = vec![reorder(40, 33), reorder(41, 5), reorder(42, 300)];
    let counts = Counts { baskets: 10_000, antecedent: 500, consequent: 400, both: 120 };
    let back = Counts { antecedent: 400, consequent: 500, ..counts };
    facts.pairs = vec![
        Pair { first: 6, second: 7, counts, spend: 10 * UNIT, customers: (50..90).collect() },
        Pair { first: 7, second: 6, counts: back, spend: 10 * UNIT, customers: (50..55).collect() },
    ];
    facts.hours[18] = 60;
    facts
}

fn of(list: &[Recommendation], kind: Kind) -> Vec<&Recommendation> {
    list.iter().filter(|one| one.why.kind() == kind).collect()
}

#[test]
fn each_kind_is_found_where_it_is() {
    let found = recommend(&eventful(), &Settings::default());
    assert_eq!(found.none, []);
    let only = |kind| {
        let list = of(&found.recommendations, kind);
        assert_eq!(list.len(), 1, "{kind:?}");
        list[0].clone()
    };
    assert_eq!(only(Kind::AtRiskKeyCustomer).customers, [0]);
    assert_eq!(only(Kind::WinBack).customers, [10, 11, 12, 13, 14]);
    assert_eq!(only(Kind::SecondPurchase).customers.len(), 10);
    assert_eq!((only(Kind::ReorderDue).customers, only(Kind::ReorderDue).products), (vec![40], vec![5]));
    assert_eq!((only(Kind::CrossSellBundle).products, only(Kind::CrossSellBundle).customers.len()), (vec![6, 7], 40));
    assert_eq!(only(Kind::StockOut).products, [1]);
    assert_eq!(only(Kind::PriceLeak).products, [2]);
    assert_eq!(only(Kind::PromoteProduct).products, [3]);
    assert_eq!(only(Kind::DropProduct).products, [4]);
    assert!(matches!(only(Kind::BestContactTime).why, Why::BestContactTime { weekday: 0, hour: 18, orders: 60, .. }));

    // Five customers of 100 each at 3 %: 15. The interval holds it.
    let effect = only(Kind::WinBack).effect;
    assert_eq!((effect.lower, effect.value), (0, 15 * i128::from(UNIT)));
    assert!(effect.upper > effect.value);
    // 6,000 earned of 9,500 at list instead of 9,000: all of it is lost, as no unit more was sold.
    assert_eq!(only(Kind::PriceLeak).effect.value, 3_000 * i128::from(UNIT));
    // 180 in 60 days, then none in 12.
    let Why::StockOut { probability, rate, .. } = only(Kind::StockOut).why else { panic!() };
    assert!((probability - (60.0_f64 / 72.0).powi(180)).abs() < 1e-18 && rate == 3.0);
    for one in &found.recommendations {
        assert!((0.0..=1.0).contains(&one.confidence), "{one:?}");
        assert!(one.effect.lower <= one.effect.value && one.effect.value <= one.effect.upper, "{one:?}");
    }
    let costs = Costs::of(&eventful(), &Settings::default());
    let weight = |one: &Recommendation| costs.weight(one);
    assert!(found.recommendations.windows(2).all(|two| weight(&two[0]) >= weight(&two[1])));
}

#[test]
fn a_calm_shop_needs_nothing() {
    let found = recommend(&calm(), &Settings::default());
    assert_eq!(found.recommendations, []);
    assert_eq!(found.none.len(), 10);
}

#[test]
fn nobody_is_asked_twice_and_ids_stay() {
    let facts = eventful();
    let found = recommend(&facts, &Settings::default()).recommendations;
    let asked = [Kind::AtRiskKeyCustomer, Kind::WinBack, Kind::SecondPurchase].map(|kind| of(&found, kind));
    let mut customers: Vec<u32> = asked.iter().flatten().flat_map(|one| one.customers.clone()).collect();
    let all = customers.len();
    customers.sort_unstable();
    customers.dedup();
    assert_eq!(customers.len(), all);
    // The same subjects in another order, a day later, with other figures.
    let mut later = facts.clone();
    later.customers.reverse();
    later.today += 1;
    later.reorders.clear();
    later.pairs.clear();
    later.products.reverse();
    let ids = |list: &[Recommendation], kind| of(list, kind).iter().map(|one| one.id).collect::<Vec<_>>();
    let again = recommend(&later, &Settings::default()).recommendations;
    for kind in [Kind::AtRiskKeyCustomer, Kind::WinBack, Kind::SecondPurchase, Kind::StockOut, Kind::PriceLeak] {
        assert_eq!(ids(&found, kind), ids(&again, kind), "{kind:?}");
        assert_eq!(ids(&again, kind).len(), 1);
    }
}

#[test]
fn silence_is_no_stock_out_where_the_shop_is_silent_too() {
    let mut facts = eventful();
    facts.products[1].shop_pace = 0.0;
    assert!(of(&recommend(&facts, &Settings::default()).recommendations, Kind::StockOut).is_empty());
    let mut seldom = eventful();
    (seldom.products[1].sales, seldom.products[1].sale_days) = (12, 60);
    assert!(of(&recommend(&seldom, &Settings::default()).recommendations, Kind::StockOut).is_empty());
}

#[test]
fn what_is_out_of_season_is_not_missing() {
    let stocked_out = |change: fn(&mut Product)| {
        let mut facts = eventful();
        change(&mut facts.products[1]);
        let settings = Settings::default();
        let seems = seem_missing(&facts, &settings);
        let found = recommend(&facts, &settings).recommendations;
        let told: Vec<u32> = of(&found, Kind::StockOut).iter().flat_map(|one| one.products.clone()).collect();
        assert!(told.iter().all(|product| seems.contains(product)));
        !told.is_empty()
    };
    assert!(stocked_out(|_| {}));
    // A year ago it went on selling, and so does its category now.
    assert!(stocked_out(|product| (product.season_pace, product.category_pace) = (Some(0.9), Some(1.1))));
    // A year ago it ended in the same days, or the whole category ends.
    assert!(!stocked_out(|product| product.season_pace = Some(0.05)));
    assert!(!stocked_out(|product| product.category_pace = Some(0.0)));
    assert!(!stocked_out(|product| product.season_pace = Some(f64::NAN)));
    // What is of an occasion is judged by a year ago, and not without it.
    assert!(!stocked_out(|product| product.of_an_occasion = true));
    assert!(stocked_out(|product| (product.of_an_occasion, product.season_pace) = (true, Some(1.0))));
}

#[test]
fn slow_sellers_need_enough_days() {
    let stocked_out = |sales, sold_days, sale_days, longest_gap| {
        let mut facts = eventful();
        let product = &mut facts.products[1];
        (product.sales, product.sold_days) = (sales, sold_days);
        (product.sale_days, product.longest_gap) = (sale_days, longest_gap);
        !seem_missing(&facts, &Settings::default()).is_empty()
    };
    assert!(stocked_out(180, 50, 60, 2));
    // As many sales on a few days, or since last week; silent for 12 days, as it was before.
    assert!(!stocked_out(180, 7, 60, 2));
    assert!(!stocked_out(180, 8, 10, 0));
    assert!(!stocked_out(180, 50, 60, 12));
}

#[test]
fn what_falls_each_year_or_is_new_is_not_taken_out() {
    let dropped = |change: fn(&mut Product)| {
        let mut facts = eventful();
        change(&mut facts.products[4]);
        let told = !of(&recommend(&facts, &Settings::default()).recommendations, Kind::DropProduct).is_empty();
        (told, have_fallen(&facts).contains(&4))
    };
    assert_eq!(dropped(|_| {}), (true, true));
    assert_eq!(dropped(|product| product.falls_each_year = true), (false, true));
    assert_eq!(dropped(|product| product.of_an_occasion = true), (false, true));
    // A launch of one and a half periods ago.
    assert_eq!(dropped(|product| product.known_days = 45), (false, false));
}

#[test]
fn asking_costs_and_who_is_out_of_sight_is_not_asked() {
    let mut facts = eventful();
    let costs = Costs::of(&facts, &Settings::default());
    let found = recommend(&facts, &Settings::default()).recommendations;
    let cost = |kind| costs.asking(of(&found, kind)[0]);
    // Ten key customers of 60,000, ten of 100, eighty of 600, in 550 orders: 1,178.18 an order.
    let order = (10.0 * 60_000.0 + 10.0 * 100.0 + 80.0 * 600.0) / 550.0 * UNIT as f64;
    assert_eq!(cost(Kind::WinBack), (5.0 * 0.002 * order).round() as i128);
    assert_eq!(cost(Kind::AtRiskKeyCustomer), (0.05 * order).round() as i128);
    assert_eq!((cost(Kind::StockOut), cost(Kind::PromoteProduct)), (0, 0));
    // Where asking is dear, what asks nobody comes first.
    let dear = Settings { costs: AskingCosts { message: 10.0, talk: 10.0 }, ..Settings::default() };
    let ranked = recommend(&facts, &dear).recommendations;
    let last = ranked.iter().rposition(|one| one.customers.is_empty()).unwrap();
    assert!(ranked[last + 1..].iter().all(|one| !one.customers.is_empty()), "{ranked:?}");
    assert_eq!(ranked.len() - last - 1, 5);
    for customer in &mut facts.customers[10..13] {
        customer.segment = NO_SEGMENT;
    }
    let found = recommend(&facts, &Settings::default()).recommendations;
    assert_eq!(of(&found, Kind::WinBack)[0].customers, [13, 14]);
}

#[test]
fn a_discount_that_pays_is_no_leak() {
    let mut facts = eventful();
    facts.products[2].units = 2_000;
    assert!(of(&recommend(&facts, &Settings::default()).recommendations, Kind::PriceLeak).is_empty());
}

#[test]
fn the_future_is_not_seen() {
    let facts = eventful();
    let found = recommend(&facts, &Settings::default());
    let mut leaking = facts.clone();
    // Figures of a customer whose last order is after today are not of today: no rule asks them back.
    leaking.customers[0].last_day = TODAY + 30;
    leaking.reorders[0].last_day = TODAY + 1;
    let other = recommend(&leaking, &Settings::default());
    assert!(of(&other.recommendations, Kind::AtRiskKeyCustomer).is_empty());
    assert!(of(&other.recommendations, Kind::ReorderDue).is_empty());
    assert_eq!(of(&found.recommendations, Kind::WinBack), of(&other.recommendations, Kind::WinBack));
}

#[test]
fn degenerate_facts_answer_with_a_reason() {
    let settings = Settings::default();
    let nothing = recommend(&Facts::default(), &settings);
    assert_eq!(nothing.recommendations, []);
    assert!(nothing.none.len() == 10 && nothing.none.iter().all(|(_, reason)| *reason == Reason::NoFacts));

    let one = Facts { today: TODAY, customers: vec![usual(0)], products: vec![steady(0)], ..Facts::default() };
    let found = recommend(&one, &settings);
    assert_eq!((found.recommendations.len(), found.none.len()), (0, 10));
    assert!(found.none.contains(&(Kind::AtRiskKeyCustomer, Reason::TooFew { have: 1, need: 10 })));

    // All refunds, extreme amounts, days and numbers: figures stay numbers, and intervals hold their value.
    for (revenue, day, every) in [
        (0, TODAY, Some(f64::NAN)),
        (-UNIT, i32::MIN, Some(0.0)),
        (i64::MAX, i32::MIN, Some(1e9)),
        (i64::MIN, i32::MAX, Some(f64::INFINITY)),
        (1_000_000_000 * UNIT, TODAY - 60, Some(10.0)),
        (i64::MAX, TODAY - 60, Some(10.0)),
    ] {
        let mut facts = eventful();
        for customer in &mut facts.customers {
            (customer.revenue, customer.last_day, customer.every_days) = (revenue, day, every);
            customer.expected_value = Some(i64::MIN);
        }
        for product in &mut facts.products {
            (product.revenue, product.revenue_before, product.shop_pace) = (revenue, -1, f64::NAN);
            (product.list_revenue, product.list_revenue_before) = (i64::MAX, 1);
            (product.units, product.silent_days, product.sale_days) = (u32::MAX, u32::MAX, 1);
            (product.buyers, product.repeat_buyers) = (1, u32::MAX);
        }
        facts.hours = vec![u32::MAX; 168];
        facts.reorders[0] = Reorder {
            customer: 1 << 30,
            product: 0,
            times: 0,
            every_days: f64::NAN,
            last_day: i32::MIN,
            spend: i64::MAX,
        };
        facts.pairs[0].counts = Counts { baskets: 0, antecedent: 0, consequent: 0, both: 10 };
        facts.pairs[1].customers = vec![u32::MAX];
        for one in recommend(&facts, &settings).recommendations {
            assert!((0.0..=1.0).contains(&one.confidence), "{one:?}");
            assert!(one.effect.lower <= one.effect.value && one.effect.value <= one.effect.upper, "{one:?}");
        }
    }
}

#[test]
fn a_measured_response_replaces_the_assumption() {
    let mut settings = Settings::default();
    settings.responses.win_back = Response { lower: 0.1, value: 0.2, upper: 0.3, measured: true };
    let found = recommend(&eventful(), &settings).recommendations;
    let effect = of(&found, Kind::WinBack)[0].effect;
    assert_eq!(
        (effect.value, effect.method),
        (100 * i128::from(UNIT), kupets_analytics::recommend::Method::MeasuredResponse)
    );
}

#[test]
fn the_hold_out_is_random_and_stays() {
    let customers: Vec<u64> = (0..100_000).map(|number| stable_id(&number.to_string())).collect();
    for recommendation in 0..5 {
        let count = customers.iter().filter(|&&customer| held_out(customer, recommendation, 15)).count();
        assert!((14_500..15_500).contains(&count), "{count}");
    }
    // Held out of one says nothing about the other: 15 % of 15 %.
    let both = customers.iter().filter(|&&customer| held_out(customer, 1, 15) && held_out(customer, 2, 15)).count();
    assert!((2_050..2_450).contains(&both), "{both}");
    assert!(customers.iter().all(|&customer| !held_out(customer, 7, 0) && held_out(customer, 7, 100)));
    // For ever: these are kept in people's data.
    assert_eq!(stable_id("c-1"), stable_id("c-1"));
    assert_ne!(stable_id("c-1"), stable_id("c-2"));
}

#[test]
fn lift_is_exact_and_its_interval_covers() {
    let (mut asked, mut held) = ([10; 40], [3; 30]);
    (asked[39], held[29]) = (11, 4);
    let found = lift(&asked, &held).unwrap();
    assert_eq!((found.numerator, found.denominator, found.value), (401 * 30 - 91 * 40, 1_200, 7));
    assert!(found.lower <= found.value && found.value <= found.upper);
    let same = lift(&[5; 39], &[5; 37]).unwrap();
    assert_eq!((same.value, same.lower, same.upper), (0, 0, 0));
    let large = lift(&[i64::MAX; LIFT_FEWEST], &[i64::MIN; LIFT_FEWEST]).unwrap();
    assert_eq!(large.value, i128::from(i64::MAX) - i128::from(i64::MIN));
    // A fifth of a list of 25 are five: that is no measurement.
    assert_eq!(lift(&[1; 20], &[1; 5]), Err(LiftError::TooFew { asked: 20, held_out: 5, need: 30 }));

    // Skewed spending, 30 against 30, no true lift: the interval misses 0 in about 5 % of cases.
    let mut covered = 0;
    for case in 0..1_000_u64 {
        let spend = |number: u64| {
            let draw = stable_id(&format!("{case} {number}")) as f64 / u64::MAX as f64;
            (-(1.0_f64 - draw).max(1e-12).ln() * 1_000_000.0) as i64
        };
        let asked: Vec<i64> = (0..30).map(spend).collect();
        let held: Vec<i64> = (30..60).map(spend).collect();
        let found = lift(&asked, &held).unwrap();
        covered += u32::from(found.lower <= 0 && 0 <= found.upper);
    }
    assert!((930..=975).contains(&covered), "{covered}");
}

#[test]
fn a_hold_out_has_its_exact_share_of_a_list() {
    let customers: Vec<u64> = (0..1_000).map(|number| stable_id(&number.to_string())).collect();
    for (length, held) in [(0, 0), (1, 0), (3, 1), (25, 5), (1_000, 200)] {
        assert_eq!(hold_out(&customers[..length], 1, 20).iter().filter(|held| **held).count(), held, "{length}");
    }
    let (one, other) = (hold_out(&customers, 1, 20), hold_out(&customers, 2, 20));
    assert_eq!(one, hold_out(&customers, 1, 20));
    // Independent of each other: 20 % of 20 %.
    let both = one.iter().zip(&other).filter(|(a, b)| **a && **b).count();
    assert!((20..=60).contains(&both), "{both}");
    assert!(hold_out(&customers, 1, 100).iter().all(|held| *held));
}

#[test]
fn a_response_is_measured_once_there_are_enough() {
    assert_eq!(Response::measured(1_000, 100, MEASURED_FEWEST - 1, 1), None);
    assert_eq!(Response::measured(10, 11, 100, 1), None, "more bought than there are");
    let found = Response::measured(1_000, 120, 250, 10).unwrap();
    assert!(found.measured && (found.value - 0.08).abs() < 1e-12, "{found:?}");
    assert!((0.03..0.06).contains(&found.lower) && (0.10..0.13).contains(&found.upper), "{found:?}");
    // What keeps people away counts as nothing; the ends hold the middle however extreme.
    let harm = Response::measured(100, 0, 100, 50).unwrap();
    assert_eq!((harm.lower, harm.value), (0.0, 0.0));
    for (asked, bought, held, held_bought) in [(30, 30, 30, 0), (30, 0, 30, 0), (u32::MAX - 2, 5, 30, 30)] {
        let one = Response::measured(asked, bought, held, held_bought).unwrap();
        assert!(0.0 <= one.lower && one.lower <= one.value && one.value <= one.upper && one.upper <= 1.0, "{one:?}");
    }
}

#[test]
fn names_of_kinds_are_told_apart() {
    let names: std::collections::BTreeSet<&str> = KINDS.iter().map(|kind| kind.name()).collect();
    assert_eq!(names.len(), KINDS.len());
    assert!(names.iter().all(|name| name.bytes().all(|byte| byte == b'_' || byte.is_ascii_lowercase())));
}
