//! Advice, risks and segments over Online Retail: what an owner would read of it in the last weeks before Christmas, and at Easter.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use kupets_engine::{
    EngineConfig, SegmentRules, TenantContext, TenantId, Workspace, clock::FixedClock, customers::CustomerQuery,
    insight::Recommendations,
};
use serde_json::Value;

use crate::{
    reports::{LONDON, filled, now, retail, shop},
    support::{Bench, SHOP, config, open},
};

async fn advice(bench: &Bench, tenant: &TenantContext, as_of: &str) -> Recommendations {
    let asked = [("as_of", as_of), ("limit", "500"), ("customers", "1")];
    let asked: BTreeMap<String, String> = asked.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    bench.engine.recommendations(tenant, &asked).await.unwrap()
}

/// What must hold of advice on any day.
fn check(found: &Recommendations) {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let mut last = f64::INFINITY;
    for item in &found.items {
        *kinds.entry(&item.kind).or_default() += 1;
        let figures = &item.expected.figures;
        let number = |money: rust_decimal::Decimal| money.to_string().parse::<f64>().unwrap();
        let weight = number(figures.value) * item.confidence - number(figures.cost);
        assert!(weight <= last + 1e-6, "{item:?}");
        last = weight;
        assert_eq!(number(figures.cost) > 0.0, item.customers_total > 0, "{item:?}");
        if matches!(item.kind.as_str(), "stock_out" | "drop_product") {
            let of_a_season = ["CHRISTMAS", "EASTER", "BUNNY", "ADVENT", "SANTA", "HALLOWEEN"];
            assert!(!of_a_season.iter().any(|word| item.title.contains(word)), "{}: {}", found.as_of, item.title);
        }
        assert!(!item.title.contains("POSTAGE") && !item.title.contains("Manual"), "{}", item.title);
        let rows: &[Value] = &item.evidence.rows;
        assert!(!rows.is_empty(), "{item:?}");
    }
    assert!(kinds.values().all(|count| *count <= 3), "{kinds:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn advice_and_risks_of_online_retail_hold() {
    let Some(file) = retail() else { return };
    let dir = tempfile::tempdir().unwrap();
    let config = EngineConfig { clock: Arc::new(FixedClock(now())), ..config(dir.path()) };
    let bench = open(config).await;
    filled(&bench, &file).await;
    let tenant = shop(&bench, LONDON);
    for as_of in ["2011-01-25", "2011-06-01", "2011-11-20", "2011-12-10"] {
        let found = advice(&bench, &tenant, as_of).await;
        check(&found);
        assert!(as_of < "2011-06" || found.items.len() > 5, "{as_of}: {:?}", found.none);
    }

    // One story: the list, the report and SQL tell one horizon, by the shop's own rhythm, and who is lost awaits no order.
    let query = CustomerQuery { limit: 5_000, ..CustomerQuery::default() };
    let listed = bench.engine.customers(&tenant, query.clone()).await.unwrap().items;
    let horizons: BTreeSet<u32> = listed.iter().filter_map(|row| row.figures.churn_horizon_days).collect();
    let horizon = *horizons.first().unwrap();
    assert!(horizons.len() == 1 && (90..=300).contains(&horizon), "{horizons:?}");
    let sql = format!(
        "SELECT count(*) FILTER (WHERE churn_horizon_days <> {horizon}), count(*) FILTER (WHERE lifecycle = 'lost' AND next_order_at IS NOT NULL),
            count(*) FILTER (WHERE segment IS NULL) FROM customer_facts WHERE orders > 0"
    );
    assert_eq!(bench.try_rows(&tenant, &sql).await.unwrap(), [[0, 0, 0].map(Value::from)]);
    let worth = bench.engine.report_rows(&tenant, "customer_value", &BTreeMap::new()).await.unwrap();
    let risks: BTreeMap<&str, f64> =
        worth.rows.iter().map(|row| (row[0].as_str().unwrap(), row[4].to_string().parse().unwrap())).collect();
    for row in listed.iter().step_by(50).filter(|row| row.figures.orders > 0) {
        let risk = row.figures.churn_risk.unwrap();
        assert!((risks[row.customer.customer_id.as_str()] - risk).abs() < 1e-9, "{row:?}");
    }
    assert!(worth.rows.iter().all(|row| row[7] == serde_json::json!(horizon)));

    // Looked back for three months alone, those who came before are out of sight: in no segment, and lost.
    let workspace = Workspace {
        id: TenantId::parse(SHOP).unwrap(),
        time_zone: LONDON,
        currency: "GBP".into(),
        segments: Arc::new(SegmentRules::default().looking_back(Some(3)).unwrap()),
        holidays: Arc::default(),
        erased_records: Default::default(),
    };
    let short = bench.authority.grant(workspace, kupets_engine::Actor::server());
    let nearer = bench.engine.customers(&short, query).await.unwrap().items;
    let out: Vec<_> = nearer.iter().filter(|row| row.figures.orders > 0 && row.figures.segment.is_none()).collect();
    assert!(out.len() > 500 && out.len() < nearer.len(), "{}", out.len());
    assert!(out.iter().all(|row| row.figures.lifecycle.as_deref() == Some("lost")));
    let three_months_ago = "2011-09-10T00:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    assert!(out.iter().all(|row| row.figures.first_purchase_at.unwrap() < three_months_ago));
    check(&advice(&bench, &short, "2011-12-10").await);
    bench.engine.shutdown().await.unwrap();
}
