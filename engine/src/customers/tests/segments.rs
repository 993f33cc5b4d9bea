//! Segments of few customers, and of customers who have not been seen for long.

use std::collections::BTreeSet;

use arrow::array::AsArray;
use kupets_core::{FEWEST_RANKED, STAGES, SegmentRule, SegmentRules};
use serde_json::{Value, json};

use super::*;

/// The default rules in an order that changes nothing but that they are a workspace's own: few customers are ranked by them.
pub(super) fn ranked() -> SegmentRules {
    let mut rules = SegmentRules::default().rules().to_vec();
    rules.swap(0, 1);
    SegmentRules::new(rules).unwrap()
}

/// The same workspace with other rules.
pub(super) fn with(bench: &Bench, rules: SegmentRules) -> TenantContext {
    let workspace = Workspace {
        id: bench.tenant.id().clone(),
        time_zone: bench.tenant.time_zone(),
        currency: "RUB".into(),
        segments: Arc::new(rules),
        holidays: Arc::default(),
        erased_records: Default::default(),
    };
    TenantAuthority::issue().grant(workspace, Actor::server())
}

fn order(id: &str, customer: &str, day: chrono::NaiveDate, amount: i64) -> Value {
    json!({"purchase_id": id, "customer_id": customer, "occurred_at": format!("{day}T12:00:00Z"), "product": "x", "amount": amount})
}

fn days_ago(days: u64) -> chrono::NaiveDate {
    let now: chrono::DateTime<chrono::Utc> = NOW.parse().unwrap();
    now.date_naive().checked_sub_days(chrono::Days::new(days)).unwrap()
}

/// A shop of so many customers with rhythms of all sorts. Some orders are taken back whole, a few are of the same day.
fn shop_of(customers: u32) -> Value {
    let mut purchases = Vec::new();
    let mut draw = 7_u64;
    let mut next = |below: u64| {
        draw = draw.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (draw >> 33) % below
    };
    for n in 0..customers {
        let (rhythm, mut day) = (3 + next(40), 1 + next(70));
        for visit in 0..1 + next(7) {
            let id = format!("{n}-{visit}");
            purchases.push(order(&id, &format!("c{n}"), days_ago(day), 10 + next(90).cast_signed()));
            if next(6) == 0 {
                let mut back = order(&format!("back {id}"), &format!("c{n}"), days_ago(1), -100);
                back["refund_of"] = json!(id);
                purchases.push(back);
            }
            day += next(2 * rhythm);
        }
    }
    Value::from(purchases)
}

async fn names(bench: &Bench, tenant: &TenantContext) -> Vec<(Option<String>, Option<String>)> {
    let page = bench.engine.customers(tenant, all()).await.unwrap();
    page.items.into_iter().map(|row| (row.figures.segment, row.figures.lifecycle)).collect()
}

/// The segments of the report, and how many customers they have.
async fn reported(bench: &Bench, tenant: &TenantContext) -> BTreeMap<String, i64> {
    let report = bench.engine.report(tenant, "rfm_segments", &BTreeMap::new()).await.unwrap().collect().await.unwrap();
    let mut found = BTreeMap::new();
    for batch in &report {
        let (segments, customers) =
            (rows::Texts::of(batch, "segment").unwrap(), rows::Texts::of(batch, "customers").unwrap());
        found.extend((0..batch.num_rows()).map(|row| (segments.at(row), customers.at(row).parse::<i64>().unwrap())));
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn few_customers_are_told_by_stages_everywhere() {
    let bench = Bench::empty().await;
    bench.send(Table::Purchases, &shop_of(FEWEST_RANKED - 1).to_string()).await;
    let told = names(&bench, &bench.tenant).await;
    // The statement says what the models say.
    assert!(told.iter().all(|(segment, lifecycle)| segment == lifecycle), "{told:?}");
    let words: BTreeSet<&str> = told.iter().filter_map(|(segment, _)| segment.as_deref()).collect();
    assert!(words.len() > 3 && words.iter().all(|word| STAGES.contains(word)), "{words:?}");
    let mut counted: BTreeMap<String, i64> = BTreeMap::new();
    for segment in told.iter().filter_map(|(segment, _)| segment.clone()) {
        *counted.entry(segment).or_default() += 1;
    }
    assert_eq!(reported(&bench, &bench.tenant).await, counted);
    let id = "c7";
    let card = bench.engine.customer(&bench.tenant, id, None, Language::En).await.unwrap();
    assert_eq!(card.row.figures.segment, card.row.figures.lifecycle);
    // They can be asked for; so can ranks, which nobody has.
    let lost = CustomerQuery { segment: Some("lost".into()), ..all() };
    assert_eq!(bench.page(lost).await.items.len(), usize::try_from(counted["lost"]).unwrap());
    assert!(bench.page(CustomerQuery { segment: Some("champions".into()), ..all() }).await.items.is_empty());
    // A workspace's own segments are meant.
    let own = with(&bench, ranked());
    let ranks: BTreeSet<_> = names(&bench, &own).await.into_iter().filter_map(|(segment, _)| segment).collect();
    assert!(ranks.contains("champions") && !ranks.contains("active"), "{ranks:?}");
    assert_eq!(reported(&bench, &own).await.into_keys().collect::<BTreeSet<_>>(), ranks);

    // One or two more, of whom at least one has an order left, and they are enough.
    let more = json!([order("m1", "m1", days_ago(3), 10), order("m2", "m2", days_ago(3), 10)]);
    bench.send(Table::Purchases, &more.to_string()).await;
    let buyers = counted.values().sum::<i64>() + 2;
    let ranks: BTreeSet<_> = reported(&bench, &bench.tenant).await.into_keys().collect();
    assert_eq!(ranks.contains("champions"), buyers >= i64::from(FEWEST_RANKED), "{buyers}: {ranks:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_out_of_sight_is_in_no_segment_and_lost() {
    let bench = Bench::empty().await;
    // Furniture: a customer comes each 400 days. `old` came two years and a day ago, `edge` two years ago, to the day.
    let mut purchases = Vec::new();
    for n in 0..10_u64 {
        for visit in 0..3 {
            purchases.push(order(&format!("p{n}-{visit}"), &format!("c{n:02}"), days_ago(10 + n + 400 * visit), 500));
        }
    }
    let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    purchases.push(order("old", "old", day("2024-03-31"), 900));
    purchases.push(order("edge", "edge", day("2024-04-01"), 900));
    bench.send(Table::Purchases, &Value::from(purchases).to_string()).await;

    let own = with(&bench, ranked());
    let of = async |tenant: &TenantContext, id: &str| {
        let card = bench.engine.customer(tenant, id, None, Language::En).await.unwrap();
        let list = CustomerQuery { search: Some(id.into()), ..all() };
        let listed = bench.engine.customers(tenant, list).await.unwrap().items.pop().unwrap();
        assert_eq!(card.row.figures, listed.figures);
        let figures = card.row.figures;
        (figures.segment, figures.lifecycle.unwrap(), figures.churn_horizon_days.unwrap(), card.next_order_at)
    };
    let (segment, lifecycle, horizon, next) = of(&own, "old").await;
    assert_eq!((segment, lifecycle.as_str(), next), (None, "lost", None));
    // By the own rhythm a customer of this shop may well be silent for as long.
    let (segment, lifecycle, ..) = of(&own, "edge").await;
    assert!(segment.is_some() && lifecycle != "lost", "{segment:?} {lifecycle}");
    // Three gaps of 400 days would be more: two years at most.
    assert_eq!(horizon, 720);
    assert_eq!(reported(&bench, &own).await.values().sum::<i64>(), 11);

    // Looked back for ever, everybody counts; for half a year, who came then.
    let ever = with(&bench, ranked().looking_back(None).unwrap());
    let (segment, lifecycle, ..) = of(&ever, "old").await;
    assert!(segment.is_some() && lifecycle != "lost", "{segment:?} {lifecycle}");
    assert_eq!(reported(&bench, &ever).await.values().sum::<i64>(), 12);
    let short = with(&bench, ranked().looking_back(Some(6)).unwrap());
    assert_eq!(of(&short, "edge").await.1, "lost");
    // Orders count within the look-back alone: each of these has one there.
    let sql = kupets_query::SqlRequest {
        sql: "SELECT count(segment), count(DISTINCT lifecycle) FROM customer_facts".to_owned(),
        params: None,
        limit: None,
    };
    let facts = bench.engine.sql(&short, sql).await.unwrap().collect().await.unwrap();
    assert_eq!(facts[0].column(0).as_primitive::<arrow::datatypes::Int64Type>().value(0), 10);
    let report = bench.engine.report(&short, "rfm_segments", &BTreeMap::new()).await.unwrap().collect().await.unwrap();
    for batch in &report {
        let frequency = rows::Texts::of(batch, "frequency").unwrap();
        assert!((0..batch.num_rows()).all(|row| frequency.at(row) == "1.0"), "{batch:?}");
    }

    // A name of one's own for a rule that takes all.
    let rule = SegmentRule::new("all", (1, 5), (1, 5));
    let all_of_them = with(&bench, SegmentRules::new(vec![rule]).unwrap());
    assert_eq!(of(&all_of_them, "old").await.0, None);
    assert_eq!(of(&all_of_them, "edge").await.0.as_deref(), Some("all"));
}
