//! Segments, classes, cohorts and stages of Online Retail, beside DuckDB with the rules of the reports.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use kupets_analytics::segments::{Stage, lifecycle};
use kupets_core::SegmentRules as Rules;

use crate::{
    Figure, Goal,
    online_retail::{DAY, Line, Sales},
    oracle::{Abc, AbcXyz, Activity, Buyer, Limits, Xyz, abc_xyz, cohort_retention, movement, score},
};

const DUCKDB: &str = "DuckDB, the report's own rule";
/// 2011-12-09 13:00, when the last sale was made.
const END: i64 = 15_317 * DAY + 13 * DAY / 24;

/// The segments of customers at the end of the data, by DuckDB, with the statement of the report `rfm_segments`: name,
/// customers, revenue in 1/10,000 of a pound.
const SEGMENTS: [(&str, u64, i64); 11] = [
    ("champions", 651, 42_818_835_400),
    ("loyal", 858, 23_837_768_310),
    ("potential_loyalists", 460, 2_269_863_200),
    ("new_customers", 32, 47_806_000),
    ("promising", 87, 124_952_800),
    ("need_attention", 208, 1_325_545_600),
    ("about_to_sleep", 304, 878_653_300),
    ("cannot_lose", 84, 2_586_476_200),
    ("at_risk", 676, 6_641_361_720),
    ("lost", 334, 458_028_800),
    ("hibernating", 644, 2_115_479_210),
];

/// Segments by recency, frequency and revenue, and who went from one to another in the last 90 days.
///
/// # Errors
/// A segment that DuckDB found is not among the default rules.
pub fn rfm(sales: &Sales) -> Result<Vec<Figure>> {
    let rules = Rules::default();
    let places = rules.segments().len();
    let (now, before) = (placed(&sales.lines, END, &rules), placed(&sales.lines, END - 90 * DAY, &rules));
    let mut figures = Vec::new();
    for (name, customers, revenue) in SEGMENTS {
        let place = rules.segments().iter().position(|segment| segment == name);
        let place = place.with_context(|| format!("no segment {name} among the default rules"))?;
        let found: Vec<i128> = now.values().filter(|one| one.0 == place).map(|one| one.1).collect();
        let exact = |amount: i128| amount as f64 / 10_000.0;
        figures.push(Figure::count(format!("{name}: customers"), found.len(), Goal::Exactly(customers as f64), DUCKDB));
        let goal = Goal::Exactly(exact(i128::from(revenue)));
        figures.push(Figure::new(format!("{name}: revenue, £"), exact(found.iter().sum()), goal, DUCKDB).digits(2));
    }
    let moves = movement(
        now.iter().map(|(customer, after)| (before.get(customer).map(|before| before.0), Some(after.0))),
        places,
    );
    let (stayed, moved) = (moves.stayed() as usize, moves.moved() as usize);
    let newcomers: u64 = moves.counts.get(places).map_or(0, |row| row.iter().sum());
    figures.extend([
        Figure::count("stayed in their segment for 90 days", stayed, Goal::Shown, ""),
        Figure::count("stayed or moved", stayed + moved, Goal::Exactly(now.len() as f64), "all customers"),
        Figure::count(
            "first ordered in those days",
            newcomers as usize,
            Goal::Exactly((now.len() - before.len()) as f64),
            "customers then and now",
        ),
    ]);
    Ok(figures)
}

/// Products by weight and evenness.
///
/// # Errors
/// There are no sales.
pub fn products(sales: &Sales) -> Result<Vec<Figure>> {
    let first = sales.lines.first().context("there are no sales")?.month();
    let mut products: BTreeMap<u32, (i128, [i64; 13])> = BTreeMap::new();
    for line in &sales.lines {
        let product = products.entry(line.product).or_default();
        product.0 += i128::from(line.amount);
        let month = usize::try_from(line.month() - first).ok().and_then(|place| product.1.get_mut(place));
        *month.context("the sales are of more than 13 months")? += line.quantity * 10_000;
    }
    // A product is judged since the month of its first line.
    let mut launched: BTreeMap<u32, usize> = BTreeMap::new();
    for line in &sales.lines {
        let month = usize::try_from(line.month() - first).unwrap_or_default();
        launched.entry(line.product).and_modify(|launch| *launch = month.min(*launch)).or_insert(month);
    }
    let since = |product: &u32| launched.get(product).copied().unwrap_or_default();
    let input: Vec<_> = products
        .iter()
        .map(|(product, (revenue, units))| AbcXyz {
            revenue: *revenue,
            monthly_units: units.get(since(product)..).unwrap_or_default(),
            launched: since(product) > 0,
        })
        .collect();
    let mut counts: BTreeMap<(Abc, Option<Xyz>), usize> = BTreeMap::new();
    for class in abc_xyz(&input, &Limits::default()) {
        *counts.entry((class.abc, class.xyz)).or_default() += 1;
    }
    let classes = [Abc::A, Abc::B, Abc::C]
        .into_iter()
        .flat_map(|abc| [Some(Xyz::X), Some(Xyz::Y), Some(Xyz::Z), None].map(|xyz| (abc, xyz)));
    let wanted = [244.0, 394.0, 185.0, 1.0, 106.0, 466.0, 406.0, 3.0, 42.0, 440.0, 1736.0, 47.0];
    let figure = |(class, goal): ((Abc, Option<Xyz>), f64)| {
        let found = counts.get(&class).copied().unwrap_or_default();
        let evenness = class.1.map_or_else(|| ", too new".to_owned(), |xyz| format!("{xyz:?}"));
        Figure::count(format!("products {:?}{evenness}", class.0), found, Goal::Exactly(goal), DUCKDB)
    };
    Ok(classes.zip(wanted).map(figure).collect())
}

/// Who first bought in December 2010, and in how many months of the year after they came again.
#[must_use]
pub fn cohorts(sales: &Sales) -> Vec<Figure> {
    let activities: Vec<Activity> = sales
        .lines
        .chunk_by(|a, b| a.invoice == b.invoice)
        .filter_map(|of_invoice| {
            let revenue = of_invoice.iter().map(|line| line.amount).sum();
            Some(Activity { customer: of_invoice[0].customer?, period: of_invoice[0].month(), revenue })
                .filter(|_| revenue > 0)
        })
        .collect();
    let found = cohort_retention(&activities);
    let first: Vec<_> = found.iter().filter(|cell| cell.cohort == 2010 * 12 + 11).collect();
    let wanted = [885, 324, 286, 340, 321, 352, 321, 309, 313, 350, 331, 445, 235];
    let mut figures: Vec<Figure> = wanted
        .iter()
        .enumerate()
        .map(|(month, goal)| {
            let customers = first.get(month).map_or(0, |cell| cell.customers as usize);
            let what = format!("first in December 2010, buying {month} months later");
            Figure::count(what, customers, Goal::Exactly(f64::from(*goal)), DUCKDB)
        })
        .collect();
    let sum = |amounts: &mut dyn Iterator<Item = i128>| amounts.sum::<i128>() as f64 / 10_000.0;
    let whole = sum(&mut activities.iter().map(|one| i128::from(one.revenue)));
    let parts = sum(&mut found.iter().map(|cell| cell.revenue));
    figures.push(Figure::count("months of that cohort", first.len(), Goal::Exactly(wanted.len() as f64), DUCKDB));
    figures.push(Figure::new("revenue of all cohorts, £", parts, Goal::Exactly(whole), "all orders").digits(2));
    figures
}

/// The stages of customers 131 days before the end, and how many of each came back in those days: the later the stage, the
/// fewer.
#[must_use]
pub fn stages(sales: &Sales) -> Vec<Figure> {
    const AFTER: i32 = 131;
    /// The day from which it is looked ahead.
    const AS_OF: i32 = (END / DAY) as i32 - AFTER;
    let days: Vec<Vec<i32>> = invoices(&sales.lines, END)
        .values()
        .map(|invoices| {
            let mut days: Vec<i32> = invoices.iter().filter(|i| i.1 > 0).map(|i| (i.0 / DAY) as i32).collect();
            days.dedup();
            days
        })
        .collect();
    let slices = |days: &[Vec<i32>]| lifecycle(&days.iter().map(Vec::as_slice).collect::<Vec<_>>(), AS_OF);
    let found = slices(&days);
    let mut came: BTreeMap<Stage, (usize, usize)> = BTreeMap::new();
    for (stage, days) in found.stages.iter().zip(&days) {
        if let Some(stage) = stage {
            let counts = came.entry(*stage).or_default();
            counts.0 += 1;
            counts.1 += usize::from(days.iter().any(|&day| day > AS_OF));
        }
    }
    let rate = |stage| came.get(&stage).map_or(f64::NAN, |(all, came)| *came as f64 / *all as f64);
    let goal = |stage| match stage {
        Stage::Active => Goal::Above(rate(Stage::Cooling)),
        Stage::Cooling => Goal::Above(rate(Stage::Lost)),
        Stage::New | Stage::Lost | Stage::WonBack => Goal::Shown,
    };
    // What comes later must change nothing.
    let later: Vec<Vec<i32>> =
        days.iter().map(|days| days.iter().map(|&day| day + 5 * i32::from(day > AS_OF)).collect()).collect();
    let shifted = slices(&later);
    let changed = shifted.stages.iter().zip(&found.stages).filter(|(a, b)| a != b).count();
    let mut figures = vec![
        Figure::new("usual gap between orders, days", found.rhythm.usual_gap, Goal::Shown, "").digits(1),
        Figure::new("cooling after so many own gaps", found.rhythm.cooling_after, Goal::Shown, "4 of 5 were shorter")
            .digits(2),
        Figure::new("lost after so many own gaps", found.rhythm.lost_after, Goal::Shown, "19 of 20 were shorter")
            .digits(2),
    ];
    for (stage, (all, _)) in &came {
        let name = stage.name();
        figures.push(Figure::count(format!("{name}: customers"), *all, Goal::Shown, ""));
        let source = match goal(*stage) {
            Goal::Shown => "",
            _ => "the next stage's rate",
        };
        let what = format!("{name}: came back within {AFTER} days");
        figures.push(Figure::new(what, rate(*stage), goal(*stage), source).digits(3));
    }
    figures.push(Figure::count("stages that change if the future does", changed, Goal::Exactly(0.0), ""));
    figures
}

/// Customers' invoices until a moment, of those who ordered by then: (time, total in 1/10,000 of a pound).
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

/// The segment of each customer at a moment, as a place among the rules, and the revenue.
fn placed(lines: &[Line], as_of: i64, rules: &Rules) -> BTreeMap<u32, (usize, i128)> {
    let (customers, buyers): (Vec<u32>, Vec<Buyer>) = invoices(lines, as_of)
        .into_iter()
        .filter_map(|(customer, invoices)| {
            let orders = invoices.iter().filter(|i| i.1 > 0);
            let buyer = Buyer {
                recency: (as_of - orders.clone().map(|i| i.0).max()?) / DAY,
                frequency: i64::try_from(orders.count()).ok()?,
                monetary: invoices.iter().map(|i| i128::from(i.1)).sum(),
            };
            Some((customer, buyer))
        })
        .unzip();
    let found = score(&buyers).into_iter().zip(&buyers).map(|(score, buyer)| (rules.place(score), buyer.monetary));
    customers.into_iter().zip(found).collect()
}
