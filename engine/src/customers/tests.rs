//! The customer base over a small shop whose answers are worked out by hand: a real engine in a scratch folder.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{collections::BTreeMap, sync::Arc};

use arrow::array::RecordBatch;
use kupets_data::fixtures;

use super::*;
use kupets_core::{Actor, Kind, TenantAuthority, TenantId, Workspace, clock::FixedClock, schema::Table};
use kupets_storage::record::{Framing, IdSource, OnError, ParseOptions, parse};

use crate::{EngineConfig, Limits, insight::Language, snapshot_reader::SnapshotReader};

mod segments;
mod spelling;

const NOW: &str = "2026-04-01T00:00:00Z";

struct Bench {
    engine: Engine,
    tenant: TenantContext,
    _dir: tempfile::TempDir,
}

impl Bench {
    async fn empty() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let config = EngineConfig {
            data_dir: dir.path().to_owned(),
            storage_url: None,
            database_url: None,
            limits: Limits::default(),
            clock: Arc::new(FixedClock(NOW.parse().unwrap())),
        };
        let (engine, _) = Engine::open(config).await.unwrap();
        let id = TenantId::parse("00000000000000000000000000000001").unwrap();
        let workspace = Workspace {
            id,
            time_zone: chrono_tz::Tz::Europe__Moscow,
            currency: "RUB".into(),
            segments: Arc::default(),
            holidays: Arc::default(),
            erased_records: Default::default(),
        };
        Self { engine, tenant: TenantAuthority::issue().grant(workspace, Actor::server()), _dir: dir }
    }

    /// The shop of the fixtures: half of it in the lake, half in the tail. Its segments are its own, so that so few are ranked.
    async fn shop() -> Self {
        let mut bench = Self::empty().await;
        bench.tenant = segments::with(&bench, segments::ranked());
        bench.send(Table::Customers, fixtures::CUSTOMERS).await;
        bench.send(Table::Purchases, fixtures::PURCHASES).await;
        bench.engine.flush(&bench.tenant).await.unwrap();
        bench.send(Table::Interactions, fixtures::INTERACTIONS).await;
        // A purchase sent again hides the one in the lake.
        let purchases: Vec<serde_json::Value> = serde_json::from_str(fixtures::PURCHASES).unwrap();
        bench.send(Table::Purchases, &purchases[6].to_string()).await;
        bench
    }

    async fn send(&self, table: Table, body: &str) {
        let options = ParseOptions {
            table,
            time_zone: self.tenant.time_zone(),
            currency: self.tenant.currency().into(),
            now: NOW.parse().unwrap(),
            idempotency_key: None,
            ids: IdSource::sequence(),
            on_error: OnError::Refuse,
        };
        let parsed = parse(body.as_bytes(), Framing::Json, &options).unwrap();
        self.engine.ingest(&self.tenant, parsed).await.unwrap();
    }

    async fn page(&self, query: CustomerQuery) -> CustomerPage {
        self.engine.customers(&self.tenant, query).await.unwrap_or_else(|e| panic!("{e:?}"))
    }

    async fn refusal(&self, query: CustomerQuery) -> String {
        self.engine.customers(&self.tenant, query).await.unwrap_err().to_string()
    }

    /// Ids of the customers that match, in the order given.
    async fn ids(&self, query: CustomerQuery) -> String {
        let rows = self.page(query).await.items;
        rows.iter().map(|r| r.customer.customer_id.as_str()).collect::<Vec<_>>().join(" ")
    }

    async fn found(&self, search: &str) -> String {
        self.ids(CustomerQuery { search: Some(search.into()), ..all() }).await
    }

    async fn filtered(&self, filters: &[(&str, Comparison, &str)]) -> String {
        self.ids(CustomerQuery { filters: filters.iter().map(|f| vec![filter(f)]).collect(), ..all() }).await
    }

    /// All pages of `limit`, each after the other.
    async fn walk(&self, query: CustomerQuery, limit: usize) -> String {
        let mut pages = Vec::new();
        let mut query = CustomerQuery { limit, ..query };
        loop {
            let page = self.page(query.clone()).await;
            pages.push(page.items.iter().map(|r| r.customer.customer_id.as_str()).collect::<Vec<_>>().join(" "));
            assert!(page.items.len() == limit || page.next_cursor.is_none());
            match page.next_cursor {
                Some(cursor) => query.cursor = Some(cursor),
                None => return pages.join(" | "),
            }
        }
    }

    async fn events(&self, id: &str, limit: usize) -> String {
        let (mut pages, mut cursor) = (Vec::new(), None);
        loop {
            let page = self.engine.timeline(&self.tenant, id, limit, cursor.as_deref()).await.unwrap();
            pages.push(page.items.iter().map(event_id).collect::<Vec<_>>().join(" "));
            cursor = page.next_cursor;
            if cursor.is_none() {
                return pages.join(" | ");
            }
        }
    }
}

fn event_id(event: &Event) -> &str {
    match event {
        Event::Purchase(purchase) => &purchase.purchase_id,
        Event::Interaction(interaction) => &interaction.interaction_id,
    }
}

fn all() -> CustomerQuery {
    CustomerQuery { limit: 100, ..CustomerQuery::default() }
}

fn sorted(field: &str, descending: bool) -> CustomerQuery {
    CustomerQuery { sort: Some(field.into()), descending, ..all() }
}

fn filter(&(field, comparison, value): &(&str, Comparison, &str)) -> Filter {
    Filter { field: field.into(), comparison, value: value.into() }
}

fn figures(orders: u64, revenue: &str, average: &str, first: &str, last: &str, segment: &str) -> Figures {
    let time = |text: &str| (!text.is_empty()).then(|| text.parse().unwrap());
    Figures {
        orders,
        revenue: revenue.parse().unwrap(),
        average_order: (!average.is_empty()).then(|| average.parse().unwrap()),
        first_purchase_at: time(first),
        last_purchase_at: time(last),
        segment: (!segment.is_empty()).then(|| segment.to_owned()),
        ..Figures::default()
    }
}

/// Four buyers in roubles as of 1 April. Days since the last order: c-2 78, c-1 29, c-5 17, c-3 11: recency scores
/// 1, 2, 4, 5. Orders 1, 1, 3, 3 of c-2, c-5, c-1, c-3: scores 2, 2, 4, 4. Revenue 0, 1000, 4721, 5883 of c-2, c-5, c-3,
/// c-1: scores 1, 2, 4, 5.
fn roubles() -> [Figures; 5] {
    [
        figures(3, "5883", "1961", "2026-01-05T09:00:00Z", "2026-03-02T07:05:00Z", "cannot_lose"),
        // The refund counts in revenue and as the last purchase, not as an order.
        figures(1, "0", "2490", "2026-01-12T15:45:00Z", "2026-02-05T10:00:00Z", "hibernating"),
        figures(3, "4721", "1573.6667", "2026-02-03T08:00:00Z", "2026-03-20T20:59:59Z", "champions"),
        figures(0, "0", "", "", "", ""),
        figures(1, "1000", "1000", "2026-03-14T21:00:00Z", "2026-03-14T21:00:00Z", "potential_loyalists"),
    ]
}

/// The figures that are counted, without those that are foreseen.
fn counted(page: &CustomerPage) -> Vec<Figures> {
    let of = |row: &CustomerRow| Figures {
        churn_risk: None,
        churn_horizon_days: None,
        predicted_clv: None,
        lifecycle: None,
        ..row.figures.clone()
    };
    page.items.iter().map(of).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_those_worked_out_by_hand() {
    let bench = Bench::shop().await;
    let page = bench.page(all()).await;
    assert_eq!(page.currency.as_ref(), "RUB");
    assert_eq!(page.next_cursor, None);
    // Five customers: the guest of p-3 is none.
    assert_eq!(counted(&page), roubles());
    for row in &page.items {
        // Who never ordered has no risk of ordering no more.
        assert_eq!(row.figures.churn_risk.is_some(), row.figures.orders > 0, "{row:?}");
        assert_eq!(row.figures.predicted_clv.is_some(), row.figures.orders > 0, "{row:?}");
        assert!(row.figures.churn_risk.is_none_or(|risk| (0.0..=1.0).contains(&risk)), "{row:?}");
    }
    let anna = &page.items[0].customer;
    assert_eq!(anna.name.as_deref(), Some("Анна Соколова"));
    assert_eq!(anna.tags.as_deref(), Some(r#"["vip"]"#));
    assert_eq!(anna.attributes.as_deref(), Some(r#"{"birth_month":5,"city":"Казань"}"#));

    let page = bench.page(CustomerQuery { currency: Some("eur".into()), ..all() }).await;
    assert_eq!(page.currency.as_ref(), "EUR");
    let euros = figures(2, "32.39", "16.195", "2026-02-20T12:00:00Z", "2026-03-08T13:30:00Z", "need_attention");
    let none = figures(0, "0", "", "", "", "");
    assert_eq!(counted(&page), [none.clone(), none.clone(), none.clone(), euros.clone(), none]);

    // The card says the same as the list.
    for (number, expected) in (1..).zip(roubles()) {
        let card = bench.engine.customer(&bench.tenant, &format!("c-{number}"), None, Language::En).await.unwrap();
        let foreseen = Figures {
            churn_risk: card.row.figures.churn_risk,
            churn_horizon_days: card.row.figures.churn_horizon_days,
            predicted_clv: card.row.figures.predicted_clv,
            lifecycle: card.row.figures.lifecycle.clone(),
            ..expected
        };
        assert_eq!(card.row.figures, foreseen, "c-{number}");
        assert_eq!(card.churn_reasons.len(), if foreseen.orders > 0 { 3 } else { 0 }, "c-{number}");
        assert_eq!(card.currency.as_ref(), "RUB");
    }
    let card = bench.engine.customer(&bench.tenant, "c-4", Some("EUR"), Language::En).await.unwrap();
    let foreseen = Figures {
        churn_risk: card.row.figures.churn_risk,
        churn_horizon_days: card.row.figures.churn_horizon_days,
        predicted_clv: card.row.figures.predicted_clv,
        lifecycle: card.row.figures.lifecycle.clone(),
        ..euros
    };
    assert_eq!(card.row.figures, foreseen);
    assert_eq!(card.row.customer.name.as_deref(), Some("Grace O'Brien"));
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_of_a_large_base_are_kept_by_their_rules() {
    let bench = Bench::empty().await;
    let purchase = |n: u32| {
        serde_json::json!({
            "purchase_id": format!("p{n}"), "customer_id": format!("c{n}"), "product": "x",
            "occurred_at": "2026-03-01", "amount": n + 1,
        })
    };
    let send = async |purchases: std::ops::Range<u32>| {
        let purchases: Vec<_> = purchases.map(purchase).collect();
        bench.send(Table::Purchases, &serde_json::Value::from(purchases).to_string()).await;
        // So much is flushed soon anyway: not between two looks.
        bench.engine.flush(&bench.tenant).await.unwrap();
    };
    let richest = CustomerQuery { sort: Some("revenue".into()), descending: true, limit: 2, ..all() };
    let kept = async |tenant: &TenantContext| {
        let reader = SnapshotReader::open(&bench.engine, tenant).await.unwrap();
        let question = figures::question(tenant.segments(), tenant.currency(), NOW.parse().unwrap());
        let kept = bench.engine.cache().kept::<RecordBatch>(tenant.id(), &question, reader.snapshot()).await;
        kept.map(|rows| rows.num_rows())
    };
    // One fewer than it takes: read anew each time.
    send(0..99_999).await;
    assert_eq!(bench.ids(richest.clone()).await, "c99998 c99997");
    assert_eq!(kept(&bench.tenant).await, None);
    send(99_999..100_001).await;
    let first = bench.page(richest.clone()).await;
    assert_eq!(kept(&bench.tenant).await, Some(100_001));
    let again = bench.page(richest.clone()).await;
    assert_eq!(first.items, again.items);
    let best = &first.items[0];
    let card = bench.engine.customer(&bench.tenant, "c100000", None, Language::En).await.unwrap();
    assert_eq!((best.customer.customer_id.as_str(), &card.row.figures), ("c100000", &best.figures));
    // Other rules see their own names at once.
    let rule = kupets_core::SegmentRule::new("everybody", (1, 5), (1, 5));
    let workspace = Workspace {
        id: bench.tenant.id().clone(),
        time_zone: bench.tenant.time_zone(),
        currency: "RUB".into(),
        segments: Arc::new(kupets_core::SegmentRules::new(vec![rule]).unwrap()),
        holidays: Arc::default(),
        erased_records: Default::default(),
    };
    let tenant = TenantAuthority::issue().grant(workspace, Actor::server());
    let page = bench.engine.customers(&tenant, richest).await.unwrap();
    assert_eq!(page.items[0].figures.segment.as_deref(), Some("everybody"));
    assert_eq!(kept(&tenant).await, Some(100_001));
}

#[tokio::test(flavor = "multi_thread")]
async fn segments_are_those_of_the_report() {
    let bench = Bench::empty().await;
    // Sixty customers: the n-th has orders on its last n mod 7 + 1 days, one of them n euros worth more; every ninth gave
    // all back, and every tenth only gave back.
    let mut purchases = Vec::new();
    for n in 1..=60 {
        let day = |back: u32| format!("2026-{:02}-{:02}", 1 + n % 3, 1 + (n * 5 + back) % 28);
        let mut add = |kind: &str, back: u32, amount: i64| {
            purchases.push(serde_json::json!({
                "purchase_id": format!("{kind}{n}-{back}"), "customer_id": format!("c{n}"), "currency": "EUR",
                "occurred_at": day(back), "product": "x", "amount": amount,
            }));
        };
        if n % 10 != 0 {
            (0..=n % 7).for_each(|back| add("o", back, 10 + i64::from(n * (back % 2))));
        }
        if n % 9 == 0 || n % 10 == 0 {
            add("r", 0, -100);
        }
    }
    // Not yet: a purchase of the future is in the figures and not in the rule.
    let future = r#"{"purchase_id":"f","customer_id":"c1","currency":"EUR","occurred_at":"2026-05-01","amount":99999,"product":"x"}"#;
    bench.send(Table::Purchases, &serde_json::Value::from(purchases).to_string()).await;
    bench.send(Table::Purchases, future).await;

    let page = bench.page(CustomerQuery { currency: Some("EUR".into()), limit: 100, ..CustomerQuery::default() }).await;
    let mut counted: BTreeMap<String, i64> = BTreeMap::new();
    for row in &page.items {
        assert_eq!(row.figures.segment.is_some(), row.figures.orders > 0, "{row:?}");
        if let Some(segment) = &row.figures.segment {
            *counted.entry(segment.clone()).or_default() += 1;
        }
    }
    assert!(counted.len() > 5 && counted.values().sum::<i64>() == 54, "{counted:?}");
    let parameters = BTreeMap::from([("currency".to_owned(), "EUR".to_owned())]);
    let report =
        bench.engine.report(&bench.tenant, "rfm_segments", &parameters).await.unwrap().collect().await.unwrap();
    let mut reported = BTreeMap::new();
    for batch in &report {
        let segments = rows::Texts::of(batch, "segment").unwrap();
        let customers = rows::Texts::of(batch, "customers").unwrap();
        reported.extend((0..batch.num_rows()).map(|row| (segments.at(row), customers.at(row).parse::<i64>().unwrap())));
    }
    assert_eq!(counted, reported);
    for row in page.items.iter().step_by(7) {
        let card =
            bench.engine.customer(&bench.tenant, &row.customer.customer_id, Some("EUR"), Language::En).await.unwrap();
        assert_eq!(card.row, *row);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_are_found_in_any_case_and_alphabet() {
    let bench = Bench::shop().await;
    assert_eq!(bench.found("анна").await, "c-1");
    assert_eq!(bench.found("СОКОЛОВА Анн").await, "c-1");
    assert_eq!(bench.found("о").await, "c-1 c-2 c-3");
    assert_eq!(bench.found("анна орлов").await, "");
    assert_eq!(bench.found("GRACE o'br").await, "c-4");
    assert_eq!(bench.found("example.com павел").await, "c-2");
    assert_eq!(bench.found("C-5").await, "c-5");
    assert_eq!(bench.found("   ").await, "c-1 c-2 c-3 c-4 c-5");
    // A telephone number in any spelling.
    for phone in ["70000000003", "+7(000)000-00-03", "+7 000 000-00-03", "0-00-03", "000003"] {
        assert_eq!(bench.found(phone).await, "c-3", "{phone}");
    }
    assert_eq!(bench.found("+7000").await, "c-1 c-3");
    // Nothing in a search is a pattern, and no word reaches over the end of a field.
    assert_eq!(bench.found("%").await, "");
    assert_eq!(bench.found("' OR 1=1 --").await, "");
    assert_eq!(bench.found("c-1анна").await, "");
    bench.send(Table::Customers, r#"{"customer_id":"x","name":"Пётр Ёлкин"}"#).await;
    assert_eq!(bench.found("елкин петр").await, "x");
    assert_eq!(bench.found("ёлкин ПЁТР").await, "x");
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_compare_by_type() {
    use Comparison::*;
    let bench = Bench::shop().await;
    let tags = r#"[{"customer_id":"c-2","tags":["b2b","vip plus"],"attributes":{"age":"9","size":4.50,"ok":true}},
                   {"customer_id":"c-5","tags":["ВИП \"А\", Б"],"attributes":{"age":"10","since":"2020-05-01"}}]"#;
    bench.send(Table::Customers, tags).await;
    for (conditions, expected) in [
        (&[("customer_id", Equal, "c-3")][..], "c-3"),
        (&[("name", Contains, "ОРЛОВ")], "c-2"),
        (&[("name", Less, "Z")], "c-4"),
        (&[("email", Equal, "")], "c-3 c-5"),
        (&[("email", NotEqual, "")], "c-1 c-2 c-4"),
        (&[("email", NotEqual, "anna@example.com")], "c-2 c-3 c-4 c-5"),
        (&[("phone", Contains, "00-03")], "c-3"),
        (&[("orders", GreaterOrEqual, "1"), ("orders", Less, "3")], "c-2 c-5"),
        (&[("orders", NotEqual, "3")], "c-2 c-4 c-5"),
        (&[("revenue", Equal, "0.00")], "c-2 c-4"),
        (&[("revenue", Greater, "4720.9999")], "c-1 c-3"),
        (&[("revenue", GreaterOrEqual, "4721.000000001")], "c-1"),
        (&[("average_order", Equal, "")], "c-4"),
        (&[("average_order", NotEqual, "2490")], "c-1 c-3 c-4 c-5"),
        (&[("segment", Equal, "hibernating")], "c-2"),
        (&[("segment", Contains, "loyal")], "c-5"),
        (&[("churn_risk", Equal, "")], "c-4"),
        (&[("churn_risk", GreaterOrEqual, "0"), ("churn_risk", LessOrEqual, "1")], "c-1 c-2 c-3 c-5"),
        // 15 March in Moscow begins on the 14th at 21:00 UTC.
        (&[("last_purchase_at", GreaterOrEqual, "2026-03-15")], "c-3 c-5"),
        (&[("last_purchase_at", Greater, "2026-03-15")], "c-3"),
        (&[("first_purchase_at", Less, "2026-01-05T12:00:01+03:00")], "c-1"),
        (&[("created_at", Equal, "2026-03-14T21:00:00Z")], "c-5"),
        (&[("updated_at", LessOrEqual, "2030-01-01")], "c-1 c-2 c-3 c-4 c-5"),
        (&[("tags", Equal, "vip")], "c-1"),
        (&[("tags", NotEqual, "vip")], "c-2 c-3 c-4 c-5"),
        (&[("tags", Contains, "VIP")], "c-1 c-2"),
        (&[("tags", Equal, "ВИП \"А\", Б")], "c-5"),
        (&[("tags", Contains, "\"а\", б")], "c-5"),
        (&[("tags", Contains, ",")], "c-5"),
        (&[("tags", Equal, "")], "c-3 c-4"),
        (&[("attributes.city", Equal, "Казань")], "c-1 c-3"),
        (&[("attributes.city", NotEqual, "Казань")], "c-2 c-4 c-5"),
        (&[("attributes.city", Contains, "казань")], "c-1 c-3"),
        (&[("attributes.city", Equal, "")], "c-5"),
        (&[("attributes.city", NotEqual, "")], "c-1 c-2 c-3 c-4"),
        (&[("attributes.birth_month", LessOrEqual, "5.0")], "c-1"),
        (&[("attributes.age", Greater, "9")], "c-5"),
        (&[("attributes.age", NotEqual, "9")], "c-1 c-3 c-4 c-5"),
        (&[("attributes.size", Equal, "4.5")], "c-2"),
        (&[("attributes.ok", Equal, "true")], "c-2"),
        (&[("attributes.since", Less, "2020-06-01")], "c-5"),
        (&[("attributes.no'such", Equal, "x")], ""),
        (&[("attributes.city", Equal, "Казань"), ("tags", Equal, "vip"), ("revenue", Greater, "1")], "c-1"),
    ] {
        assert_eq!(bench.filtered(conditions).await, expected, "{conditions:?}");
    }
    // Of a group one is enough, whatever the others compare with nothing; all groups must hold.
    for (groups, expected) in [
        (&[&[("tags", Equal, "vip"), ("orders", Equal, "1")][..]][..], "c-1 c-2 c-5"),
        (&[&[("average_order", Greater, "1000000"), ("name", Less, "Z")]], "c-4"),
        (&[&[("tags", Equal, "vip"), ("orders", Equal, "1")], &[("revenue", Greater, "0")]], "c-1 c-5"),
        (&[&[], &[("tags", Equal, "vip")]], "c-1"),
    ] {
        let filters = groups.iter().map(|group| group.iter().map(filter).collect()).collect();
        assert_eq!(bench.ids(CustomerQuery { filters, ..all() }).await, expected, "{groups:?}");
    }
    assert_eq!(bench.ids(CustomerQuery { segment: Some("cannot_lose".into()), ..all() }).await, "c-1");
    let both = CustomerQuery { segment: Some("cannot_lose".into()), search: Some("павел".into()), ..all() };
    assert_eq!(bench.ids(both).await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_questions_are_explained() {
    let bench = Bench::shop().await;
    let filters = |f| CustomerQuery { filters: vec![vec![filter(&f)]], ..all() };
    let message = bench.refusal(filters(("surname", Comparison::Equal, "x"))).await;
    assert!(message.contains("`surname`") && message.contains("last_purchase_at"), "{message}");
    let message = bench.refusal(filters(("orders", Comparison::Equal, "many"))).await;
    assert!(message.contains("`orders` is compared with `many`"), "{message}");
    let message = bench.refusal(sorted("tags", false)).await;
    assert!(message.contains("`tags`") && message.contains("revenue"), "{message}");
    let message = bench.refusal(CustomerQuery { segment: Some("best".into()), ..all() }).await;
    assert!(message.contains("champions"), "{message}");
    let message = bench.refusal(CustomerQuery { currency: Some("roubles".into()), ..all() }).await;
    assert!(message.contains("ISO 4217"), "{message}");
    let message = bench.refusal(CustomerQuery { cursor: Some("junk".into()), ..all() }).await;
    assert!(message.contains("next_cursor"), "{message}");
    for id in ["c-9", "", "' OR ''='"] {
        let error = bench.engine.customer(&bench.tenant, id, None, Language::En).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (Kind::NotFound, "unknown_customer"));
        let error = bench.engine.timeline(&bench.tenant, id, 5, None).await.unwrap_err();
        assert_eq!(error.kind(), Kind::NotFound);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_order_is_walked_page_by_page() {
    let bench = Bench::shop().await;
    for (field, up, down) in [
        ("customer_id", "c-1 c-2 c-3 c-4 c-5", "c-5 c-4 c-3 c-2 c-1"),
        ("name", "c-4 c-1 c-3 c-2 c-5", "c-5 c-2 c-3 c-1 c-4"),
        ("email", "c-1 c-4 c-2 c-3 c-5", "c-2 c-4 c-1 c-3 c-5"),
        ("phone", "c-1 c-3 c-2 c-4 c-5", "c-3 c-1 c-2 c-4 c-5"),
        ("created_at", "c-1 c-2 c-3 c-4 c-5", "c-5 c-4 c-3 c-2 c-1"),
        ("updated_at", "c-1 c-2 c-3 c-4 c-5", "c-1 c-2 c-3 c-4 c-5"),
        ("orders", "c-4 c-2 c-5 c-1 c-3", "c-1 c-3 c-2 c-5 c-4"),
        ("revenue", "c-2 c-4 c-5 c-3 c-1", "c-1 c-3 c-5 c-2 c-4"),
        ("average_order", "c-5 c-3 c-1 c-2 c-4", "c-2 c-1 c-3 c-5 c-4"),
        ("first_purchase_at", "c-1 c-2 c-3 c-5 c-4", "c-5 c-3 c-2 c-1 c-4"),
        ("last_purchase_at", "c-2 c-1 c-5 c-3 c-4", "c-3 c-5 c-1 c-2 c-4"),
        ("segment", "c-1 c-3 c-2 c-5 c-4", "c-5 c-2 c-3 c-1 c-4"),
    ] {
        for (descending, expected) in [(false, up), (true, down)] {
            let query = sorted(field, descending);
            assert_eq!(bench.ids(query.clone()).await, expected, "{field} {descending}");
            assert_eq!(bench.walk(query, 1).await, expected.replace(' ', " | "), "{field} {descending}");
        }
    }
    for (field, descending) in
        [("churn_risk", true), ("churn_risk", false), ("predicted_clv", true), ("predicted_clv", false)]
    {
        let whole = bench.ids(sorted(field, descending)).await;
        assert!(whole.ends_with("c-4"), "{field}: {whole}");
        assert_eq!(bench.walk(sorted(field, descending), 1).await, whole.replace(' ', " | "), "{field} {descending}");
    }
    assert_eq!(bench.walk(sorted("revenue", true), 2).await, "c-1 c-3 | c-5 c-2 | c-4");
    assert_eq!(bench.walk(sorted("revenue", true), 5).await, "c-1 c-3 c-5 c-2 c-4");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_is_of_its_query_and_stays_where_it_was() {
    let bench = Bench::shop().await;
    let query = CustomerQuery { limit: 2, ..sorted("revenue", true) };
    let first = bench.page(query.clone()).await;
    let next = CustomerQuery { cursor: first.next_cursor, ..query };
    // Whoever comes in before the cursor is not on the page after it, and moves nobody.
    bench
        .send(Table::Purchases, r#"{"customer_id":"new","amount":9999,"product":"x","occurred_at":"2026-03-01"}"#)
        .await;
    assert_eq!(bench.ids(next.clone()).await, "c-5 c-2");
    assert_eq!(bench.ids(CustomerQuery { limit: 5, ..next.clone() }).await, "c-5 c-2 c-4");
    for other in [
        CustomerQuery { descending: false, ..next.clone() },
        CustomerQuery { sort: Some("orders".into()), ..next.clone() },
        CustomerQuery { search: Some("а".into()), ..next.clone() },
        CustomerQuery { currency: Some("EUR".into()), ..next.clone() },
        CustomerQuery { segment: Some("lost".into()), ..next.clone() },
        CustomerQuery { filters: vec![vec![filter(&("orders", Comparison::Less, "9"))]], ..next.clone() },
    ] {
        assert!(bench.refusal(other).await.contains("belongs to another query"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timeline_is_whole_and_the_latest_first() {
    let bench = Bench::shop().await;
    assert_eq!(bench.events("c-1", 10).await, "p-9 p-4 i-1 p-1");
    assert_eq!(bench.events("c-2", 2).await, "p-6 i-2 | p-2");
    assert_eq!(bench.events("c-3", 1).await, "p-12 | i-3 | p-7 | p-5");
    let page = bench.engine.timeline(&bench.tenant, "c-1", 1, None).await.unwrap();
    let [Event::Purchase(purchase)] = page.items.as_slice() else { panic!("{page:?}") };
    assert_eq!((purchase.currency.as_ref(), purchase.channel.as_deref()), ("RUB", Some("web")));
    let lines: Vec<_> = purchase.lines.iter().map(|l| (l.product_id.as_deref(), l.quantity, l.amount)).collect();
    assert_eq!(lines, [(Some("tea"), 10_000, 3_505_000), (Some("pot"), 10_000, 24_900_000)]);
    assert_eq!(purchase.lines[0].unit_price, Some(3_505_000));
    let page = bench.engine.timeline(&bench.tenant, "c-2", 2, None).await.unwrap();
    let Event::Interaction(chat) = &page.items[1] else { panic!("{page:?}") };
    assert_eq!((chat.kind.as_str(), chat.body.as_deref()), ("chat", Some("Чайник не подошёл.")));
    assert_eq!(chat.customer_id.as_deref(), Some("c-2"));
    // Another customer's cursor.
    let cursor = page.next_cursor.unwrap();
    let error = bench.engine.timeline(&bench.tenant, "c-1", 2, Some(&cursor)).await.unwrap_err();
    assert_eq!(error.code(), "bad_cursor");
    // A customer to whom nothing has happened.
    bench.send(Table::Customers, r#"{"customer_id":"quiet"}"#).await;
    assert_eq!(bench.events("quiet", 5).await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_one_moment_are_cut_between_not_within() {
    let bench = Bench::empty().await;
    let at = "2026-03-01T10:00:00Z";
    let purchase = |id: &str| {
        serde_json::json!({"purchase_id": id, "customer_id": "c", "occurred_at": at,
            "items": [{"product": "a", "amount": 1}, {"product": "b", "amount": 2}, {"product": "c", "amount": 3}]})
    };
    let call =
        |id: &str| serde_json::json!({"interaction_id": id, "customer_id": "c", "kind": "call", "occurred_at": at});
    bench.send(Table::Purchases, &serde_json::json!([purchase("1"), purchase("2"), purchase("3")]).to_string()).await;
    bench.send(Table::Interactions, &serde_json::json!([call("1"), call("2")]).to_string()).await;
    bench.engine.flush(&bench.tenant).await.unwrap();
    for limit in 1..=6 {
        let events = bench.events("c", limit).await;
        assert_eq!(events.replace(" | ", " "), "3 2 1 2 1", "{limit}");
    }
    let page = bench.engine.timeline(&bench.tenant, "c", 2, None).await.unwrap();
    for event in page.items {
        let Event::Purchase(purchase) = event else { panic!("{event:?}") };
        assert_eq!(purchase.lines.iter().map(|l| l.amount).collect::<Vec<_>>(), [10_000, 20_000, 30_000]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_without_data_has_an_empty_list() {
    let bench = Bench::empty().await;
    assert_eq!(bench.page(all()).await, CustomerPage { currency: "RUB".into(), ..CustomerPage::default() });
    // Only refunds: figures, and no segment.
    bench
        .send(
            Table::Purchases,
            r#"{"purchase_id":"r","customer_id":"c","amount":-5,"product":"x","occurred_at":"2026-03-01"}"#,
        )
        .await;
    let page = bench.page(all()).await;
    assert_eq!(page.items[0].figures, figures(0, "-5", "", "2026-02-28T21:00:00Z", "2026-02-28T21:00:00Z", ""));
}
