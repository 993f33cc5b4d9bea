//! Segments of Online Retail, against DuckDB with the rules of the reports.

use std::collections::BTreeMap;

use kupets_analytics::segments::{
    Abc, AbcXyz, Activity, Buyer, Limits, Rules, Stage, Xyz, abc_xyz, cohort_retention, lifecycle, movement, score,
};

use super::retail::{self, Line};

const DAY: i64 = 86_400_000_000;
/// 2011-12-09 13:00.
const END: i64 = 15_317 * DAY + 13 * DAY / 24;

/// Customers' invoices until a moment: (time, total).
fn invoices(lines: &[Line], until: i64) -> BTreeMap<u32, Vec<(i64, i64)>> {
    let mut customers: BTreeMap<u32, Vec<(i64, i64)>> = BTreeMap::new();
    for of_invoice in lines.chunk_by(|a, b| a.invoice == b.invoice) {
        if let (Some(customer), true) = (of_invoice[0].customer, of_invoice[0].at <= until) {
            let total = of_invoice.iter().map(|line| line.amount).sum();
            customers.entry(customer).or_default().push((of_invoice[0].at, total));
        }
    }
    customers.retain(|_, invoices| invoices.iter().any(|i| i.1 > 0));
    customers
}

/// The segment of each customer at a moment, as a place among the default rules.
fn segments(lines: &[Line], as_of: i64) -> BTreeMap<u32, (usize, i128)> {
    let customers = invoices(lines, as_of);
    let buyers: Vec<Buyer> = customers
        .values()
        .map(|invoices| {
            let orders = invoices.iter().filter(|i| i.1 > 0);
            Buyer {
                recency: (as_of - orders.clone().map(|i| i.0).max().unwrap()) / DAY,
                frequency: i64::try_from(orders.count()).unwrap(),
                monetary: invoices.iter().map(|i| i128::from(i.1)).sum(),
            }
        })
        .collect();
    let rules = Rules::default();
    let found = score(&buyers).into_iter().zip(&buyers).map(|(score, buyer)| (rules.place(score), buyer.monetary));
    customers.keys().copied().zip(found).collect()
}

#[test]
fn rfm_and_movement() {
    let Some(lines) = retail::lines() else { return };
    let now = segments(&lines, END);
    let mut counts = [(0, 0_i128); 11];
    for &(segment, monetary) in now.values() {
        counts[segment].0 += 1;
        counts[segment].1 += monetary;
    }
    // By DuckDB, with the statement of the report rfm_segments.
    let wanted = [
        ("champions", 610, 42_174_042_800),
        ("loyal", 824, 23_570_311_510),
        ("potential_loyalists", 503, 2_768_323_600),
        ("new_customers", 32, 47_806_000),
        ("promising", 87, 124_952_800),
        ("need_attention", 186, 1_548_715_200),
        ("about_to_sleep", 358, 1_069_272_700),
        ("cannot_lose", 73, 2_437_065_200),
        ("at_risk", 571, 6_386_616_620),
        ("lost", 334, 458_028_800),
        ("hibernating", 760, 2_519_635_310),
    ];
    for ((name, customers, monetary), (segment, found)) in
        wanted.into_iter().zip(Rules::default().segments().iter().zip(counts))
    {
        assert_eq!((segment.as_str(), found), (name, (customers, monetary)));
    }

    let before = segments(&lines, END - 90 * DAY);
    let moves = now.iter().map(|(customer, after)| (before.get(customer).map(|b| b.0), Some(after.0)));
    let found = movement(moves, 11);
    println!("movement in 90 days: {:?}", found.counts);
    assert_eq!(found.stayed() + found.moved(), now.len() as u64);
    assert_eq!(found.counts[11].iter().sum::<u64>() as usize, now.len() - before.len());
}

#[test]
fn abc_and_xyz() {
    let Some(lines) = retail::lines() else { return };
    let first = lines[0].month();
    let mut products: BTreeMap<u32, (i128, [i64; 13])> = BTreeMap::new();
    for line in &lines {
        let product = products.entry(line.product).or_default();
        product.0 += i128::from(line.amount);
        product.1[usize::try_from(line.month() - first).unwrap()] += line.quantity * 10_000;
    }
    let input: Vec<_> =
        products.values().map(|(revenue, units)| AbcXyz { revenue: *revenue, monthly_units: units }).collect();
    let mut counts: BTreeMap<(Abc, Xyz), u32> = BTreeMap::new();
    for class in abc_xyz(&input, &Limits::default()) {
        *counts.entry((class.abc, class.xyz)).or_default() += 1;
    }
    assert_eq!(counts.values().copied().collect::<Vec<_>>(), [173, 328, 323, 68, 354, 559, 16, 323, 1926]);
}

#[test]
fn cohorts() {
    let Some(lines) = retail::lines() else { return };
    let activities: Vec<Activity> = lines
        .chunk_by(|a, b| a.invoice == b.invoice)
        .filter_map(|of_invoice| {
            let revenue = of_invoice.iter().map(|line| line.amount).sum();
            Some(Activity { customer: of_invoice[0].customer?, period: of_invoice[0].month(), revenue })
                .filter(|_| revenue > 0)
        })
        .collect();
    let found = cohort_retention(&activities);
    let first: Vec<_> = found.iter().filter(|c| c.cohort == 2010 * 12 + 11).map(|c| c.customers).collect();
    assert_eq!(first, [885, 324, 286, 340, 321, 352, 321, 309, 313, 350, 331, 445, 235]);
    assert_eq!(found.iter().map(|c| c.revenue).sum::<i128>(), activities.iter().map(|a| i128::from(a.revenue)).sum());
}

#[test]
fn later_stages_come_back_less() {
    let Some(lines) = retail::lines() else { return };
    let customers = invoices(&lines, END);
    let days: Vec<Vec<i32>> = customers
        .values()
        .map(|invoices| {
            let mut days: Vec<i32> = invoices.iter().filter(|i| i.1 > 0).map(|i| (i.0 / DAY) as i32).collect();
            days.dedup();
            days
        })
        .collect();
    let days: Vec<&[i32]> = days.iter().map(Vec::as_slice).collect();
    let as_of = (END / DAY) as i32 - 131;
    let found = lifecycle(&days, as_of);
    let mut came: BTreeMap<Stage, (f64, f64)> = BTreeMap::new();
    for (stage, days) in found.stages.iter().zip(&days) {
        if let Some(stage) = stage {
            let counts = came.entry(*stage).or_default();
            counts.0 += 1.0;
            counts.1 += f64::from(u8::from(days.iter().any(|&day| day > as_of)));
        }
    }
    println!("{:?}; stage: (customers, came back within 131 days): {came:?}", found.rhythm);
    let rate = |stage| came[&stage].1 / came[&stage].0;
    assert!(rate(Stage::Active) > rate(Stage::Cooling) && rate(Stage::Cooling) > rate(Stage::Lost));
    // Shifted future, same stages.
    let shifted: Vec<Vec<i32>> =
        days.iter().map(|d| d.iter().map(|&day| if day > as_of { day + 5 } else { day }).collect()).collect();
    assert_eq!(lifecycle(&shifted.iter().map(Vec::as_slice).collect::<Vec<_>>(), as_of), found);
}
