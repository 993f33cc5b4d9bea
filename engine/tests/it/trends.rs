//! Trends over Online Retail: the story of November 2011, and what holds of every pair of months. The figures are DuckDB's over the
//! file itself.

use std::{collections::BTreeMap, sync::Arc};

use kupets_engine::{
    EngineConfig, TenantContext,
    clock::FixedClock,
    insight::{Explain, Trends},
};
use rust_decimal::Decimal;
use serde_json::json;

use crate::{
    reports::{LONDON, filled, now, retail, shop},
    support::{Bench, config, open},
};

async fn trends(bench: &Bench, tenant: &TenantContext, asked: &[(&str, &str)]) -> Trends {
    let asked: BTreeMap<String, String> =
        asked.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    bench.engine.trends(tenant, &asked).await.unwrap()
}

fn near(figure: Decimal, wanted: &str) {
    let off = (figure - wanted.parse::<Decimal>().unwrap()).abs();
    // DuckDB's figures here are of doubles.
    assert!(off <= Decimal::new(2, 2), "{figure} is not {wanted}");
}

/// The factors sum to the change, and those of a parent to it, to the last digit.
fn check_tree(trends: &Trends) {
    let Some(tree) = &trends.tree else { panic!("no tree") };
    let sum = |parent: Option<&str>| -> Decimal {
        tree.parts.iter().filter(|part| part.parent == parent).map(|part| part.contribution).sum()
    };
    assert_eq!(sum(None), trends.total.change);
    for part in &tree.parts {
        assert!(!part.sql.is_empty() && !part.label.is_empty(), "{part:?}");
        if tree.parts.iter().any(|child| child.parent == Some(part.factor)) {
            assert_eq!(sum(Some(part.factor)), part.contribution, "{part:?}");
        }
    }
}

/// What must hold of any two periods.
fn check_findings(trends: &Trends) {
    assert!(trends.findings.len() <= 7, "{:#?}", trends.findings);
    let up = trends.total.change.is_sign_positive();
    for (place, finding) in trends.findings.iter().enumerate() {
        let sentence = &finding.sentence;
        assert!(!sentence.contains("(none)") && !sentence.contains("None"), "{sentence}");
        if let Some(dimension) = finding.dimension.as_deref().filter(|_| finding.kind == "driver") {
            assert!(finding.key.is_some() && !matches!(dimension, "weekday" | "hour"), "{finding:?}");
        }
        assert!(finding.share.is_some_and(|share| share.abs() <= 2.0), "{finding:?}");
        if place == 0 {
            assert!(finding.contribution.is_sign_positive() == up || sentence.starts_with("In spite"), "{finding:?}");
        }
    }
    if let (Some(calendar), Some(news)) = (&trends.calendar, trends.news) {
        let season = trends.season.as_ref().map_or(Decimal::ZERO, |season| season.contribution);
        assert_eq!(calendar.contribution + season + news, trends.total.change);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn months_of_online_retail_are_told_as_stories() {
    let Some(file) = retail() else { return };
    let dir = tempfile::tempdir().unwrap();
    let bench = open(EngineConfig { clock: Arc::new(FixedClock(now())), ..config(dir.path()) }).await;
    filled(&bench, &file).await;
    let tenant = shop(&bench, LONDON);

    let november = trends(&bench, &tenant, &[("from", "2011-11-01"), ("to", "2011-12-01")]).await;
    check_tree(&november);
    check_findings(&november);
    assert_eq!(november.total.change.to_string(), "391051.58");
    let headline = november.headline.clone().unwrap().replace('\u{a0}', " ");
    for told in [
        "Revenue up 36.5 % to 1,461,756.25 GBP",
        "Orders +35.7 %",
        "average order −3.7 %",
        "1 more Tuesday and Wednesday",
    ] {
        assert!(headline.contains(told), "{told}: {headline}");
    }
    // A year before it there are no records.
    assert!(november.season.is_none() && headline.contains("records begin on 1 December 2010"), "{headline}");
    let calendar = november.calendar.as_ref().unwrap().contribution;
    assert!((Decimal::from(31_400)..Decimal::from(31_700)).contains(&calendar), "{calendar}");
    let tree = november.tree.as_ref().unwrap();
    let part = |factor: &str| tree.parts.iter().find(|part| part.factor == factor).unwrap();
    let figures = |factor: &str| [part(factor).before, part(factor).after].map(|figure| figure.unwrap().to_string());
    assert_eq!(figures("customers"), ["1364", "1664"]);
    assert_eq!(figures("orders_per_customer"), ["1.4142", "1.5968"]);
    assert_eq!(figures("guest_orders"), ["111", "112"]);
    assert_eq!(figures("refunds"), ["84274.63", "47740.08"]);
    for (factor, wanted) in [
        ("customers", "219952.25"),
        ("orders_per_customer", "134404.48"),
        ("average_order", "-231858.14"),
        ("units_per_order", "-222767.20"),
        ("price_per_unit", "-9090.95"),
        ("price", "-32232.21"),
        ("mix", "23141.26"),
        ("guests", "232018.44"),
        ("refunds", "36534.55"),
    ] {
        near(part(factor).contribution, wanted);
    }
    assert!(
        tree.sentence.starts_with("22\u{a0}% more known customers, each ordering 13\u{a0}% more often"),
        "{}",
        tree.sentence
    );
    // Guests tripled; new customers fell in spite of it.
    let first = &november.findings[0];
    assert_eq!((first.dimension.as_deref(), first.key.as_deref()), (Some("customer_kind"), Some("guest")), "{first:?}");
    let new = november.findings.iter().find(|finding| finding.key.as_deref() == Some("new")).unwrap();
    assert!(new.sentence.starts_with("In spite of the growth: revenue, customers new ones"), "{}", new.sentence);

    // What holds of it holds of every month, in both languages.
    for month in 1..12 {
        let (from, to) = (format!("2011-{month:02}-01"), format!("2011-{:02}-01", month + 1));
        for metric in ["revenue", "orders", "customers", "average_order"] {
            let found = trends(&bench, &tenant, &[("from", &from), ("to", &to), ("metric", metric)]).await;
            check_findings(&found);
            if matches!(metric, "revenue" | "orders") {
                check_tree(&found);
            }
        }
    }
    let russian = trends(&bench, &tenant, &[("from", "2011-11-01"), ("to", "2011-12-01"), ("locale", "ru")]).await;
    assert!(russian.headline.unwrap().starts_with("Выручка на 36,5\u{a0}% больше"));

    // Every figure of the story is given by its statement.
    let parts = tree.parts.iter().map(|part| &part.sql).chain(november.findings.iter().map(|finding| &finding.sql));
    let statements: std::collections::BTreeSet<&String> =
        parts.chain(november.calendar.iter().map(|c| &c.sql)).collect();
    for sql in statements {
        assert!(!bench.try_rows(&tenant, sql).await.unwrap().is_empty(), "{sql}");
    }

    // The parts of an explanation sum to the change, segments among them, which are of the beginning of each period.
    let explain: Explain = serde_json::from_value(json!({
        "from": "2011-11-01", "to": "2011-12-01", "compare_from": "2011-10-01", "compare_to": "2011-11-01",
        "dimensions": ["segment", "customer_kind", "product"],
    }))
    .unwrap();
    let explained = bench.engine.explain(&tenant, explain).await.unwrap();
    for dimension in ["segment", "customer_kind", "product"] {
        let own = explained.findings.iter().filter(|finding| finding.dimension.as_deref() == Some(dimension));
        assert_eq!(own.map(|finding| finding.contribution).sum::<Decimal>(), november.total.change, "{dimension}");
    }
    // Whoever is at risk when a period begins may well buy in it: nobody buys for less than nothing by definition.
    let at_risk = explained.findings.iter().find(|finding| finding.key.as_deref() == Some("at_risk")).unwrap();
    assert!(at_risk.before > Decimal::ZERO && at_risk.after > Decimal::ZERO, "{at_risk:?}");
    bench.engine.shutdown().await.unwrap();
}
