//! Every report over a small shop whose answers are worked out by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use arrow::{
    array::{
        ArrayRef, BooleanArray, Decimal128Array, Int32Array, RecordBatch, StringArray, TimestampMicrosecondArray,
        new_null_array,
    },
    datatypes::{DataType, TimeUnit},
    util::display::{ArrayFormatter, FormatOptions},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use datafusion::{catalog::TableProvider, datasource::MemTable};
use kupets_core::SegmentRules as Rules;

use super::{ORDERS_VIEW, SALES_VIEWS, catalogue, header::ColumnType, prepare};
use kupets_core::{
    TenantAuthority, TenantId, Workspace,
    clock::FixedClock,
    schema::{DECIMAL_PRECISION, DECIMAL_SCALE, Table, timestamp},
};
use kupets_query::{QueryEngine, QueryLimits, RowLimit, Statement};

mod histories;
mod periods;

const NOW: &str = "2026-05-01T00:00:00Z";

fn micros(text: &str) -> i64 {
    DateTime::parse_from_rfc3339(text).unwrap().timestamp_micros()
}

/// `(product_id, product, category, quantity, amount)`, the decimals in ten-thousandths.
type Line = (&'static str, &'static str, Option<&'static str>, i64, i64);

struct Sale {
    id: &'static str,
    customer: Option<&'static str>,
    at: &'static str,
    currency: &'static str,
    channel: Option<&'static str>,
    attributes: Option<&'static str>,
    lines: &'static [Line],
}

const DRINKS: Option<&str> = Some("drinks");
const DISHES: Option<&str> = Some("dishes");
const KAZAN: Option<&str> = Some(r#"{"city":"Kazan"}"#);

/// In Moscow p2 is on 1 February. March is empty. p4 is a refund, p5 a guest's, p6 in another currency.
const SHOP: &[Sale] = &[
    Sale {
        id: "p1",
        customer: Some("a"),
        at: "2026-01-05T10:00:00Z",
        currency: "EUR",
        channel: Some("web"),
        attributes: KAZAN,
        lines: &[("tea", "Tea", DRINKS, 20_000, 100_000), ("cup", "Cup", DISHES, 10_000, 50_000)],
    },
    Sale {
        id: "p2",
        customer: Some("b"),
        at: "2026-01-31T22:30:00Z",
        currency: "EUR",
        channel: Some("shop"),
        attributes: None,
        lines: &[("tea", "Green tea", DRINKS, 10_000, 50_000)],
    },
    Sale {
        id: "p3",
        customer: Some("a"),
        at: "2026-02-10T09:00:00Z",
        currency: "EUR",
        channel: Some("web"),
        attributes: KAZAN,
        lines: &[("tea", "Tea", DRINKS, 10_000, 50_000), ("tea", "Tea", DRINKS, 10_000, 50_000)],
    },
    Sale {
        id: "p4",
        customer: Some("a"),
        at: "2026-02-12T09:00:00Z",
        currency: "EUR",
        channel: Some("web"),
        attributes: None,
        lines: &[("cup", "Cup", DISHES, -10_000, -50_000)],
    },
    Sale {
        id: "p5",
        customer: None,
        at: "2026-04-20T12:00:00Z",
        currency: "EUR",
        channel: None,
        attributes: None,
        lines: &[("sugar", "Sugar", None, 30_000, 3_000)],
    },
    Sale {
        id: "p6",
        customer: Some("c"),
        at: "2026-02-11T09:00:00Z",
        currency: "USD",
        channel: Some("web"),
        attributes: None,
        lines: &[("tea", "Tea", DRINKS, 200_000, 1_000_000)],
    },
];

fn text(values: Vec<Option<&str>>) -> ArrayRef {
    Arc::new(StringArray::from(values))
}

fn times(values: Vec<Option<i64>>) -> ArrayRef {
    Arc::new(TimestampMicrosecondArray::from(values).with_timezone("UTC"))
}

fn decimals(values: Vec<Option<i64>>) -> ArrayRef {
    let values = values.into_iter().map(|v| v.map(i128::from)).collect::<Decimal128Array>();
    Arc::new(values.with_precision_and_scale(DECIMAL_PRECISION, DECIMAL_SCALE).unwrap())
}

/// The columns with those that came later, which say nothing here.
fn with_later(table: Table, mut columns: Vec<ArrayRef>, rows: usize) -> Vec<ArrayRef> {
    let schema = table.schema();
    columns.extend(schema.fields().iter().skip(columns.len()).map(|field| match table.default_of(field.name()) {
        Some(value) => text(vec![Some(value); rows]),
        None => new_null_array(field.data_type(), rows),
    }));
    columns
}

fn purchases(sales: &[Sale]) -> RecordBatch {
    struct Row<'a> {
        sale: &'a Sale,
        number: i32,
        line: &'a Line,
        first_of_product: bool,
        first_of_category: bool,
    }
    let mut rows = Vec::new();
    for sale in sales {
        let (mut products, mut categories) = (BTreeSet::new(), BTreeSet::new());
        for (number, line) in (1..).zip(sale.lines) {
            let (first_of_product, first_of_category) = (products.insert(line.0), categories.insert(line.2));
            rows.push(Row { sale, number, line, first_of_product, first_of_category });
        }
    }
    let each = |f: fn(&Row<'_>) -> Option<&'static str>| text(rows.iter().map(f).collect());
    let number = |f: fn(&Row<'_>) -> i64| decimals(rows.iter().map(|r| Some(f(r))).collect());
    let at = || times(rows.iter().map(|r| Some(micros(r.sale.at))).collect());
    let columns: Vec<ArrayRef> = vec![
        each(|r| Some(r.sale.id)),
        Arc::new(rows.iter().map(|r| Some(r.number)).collect::<Int32Array>()),
        each(|r| r.sale.customer),
        each(|r| Some(r.line.0)),
        each(|r| Some(r.line.1)),
        each(|r| r.line.2),
        number(|r| r.line.3),
        decimals(vec![None; rows.len()]),
        number(|r| r.line.4),
        each(|r| Some(r.sale.currency)),
        each(|r| r.sale.channel),
        at(),
        each(|r| r.sale.attributes),
        number(|r| r.sale.lines.iter().map(|l| l.4).sum()),
        Arc::new(rows.iter().map(|r| Some(r.first_of_product)).collect::<BooleanArray>()),
        Arc::new(rows.iter().map(|r| Some(r.first_of_category)).collect::<BooleanArray>()),
        at(),
    ];
    let mut columns = with_later(Table::Purchases, columns, rows.len());
    // A purchase whose id begins with a dash is a refund of the one without it.
    let refund_of = Table::Purchases.schema().index_of("refund_of").unwrap();
    columns[refund_of] = each(|r| r.sale.id.strip_prefix('-'));
    RecordBatch::try_new(Table::Purchases.schema(), columns).unwrap()
}

fn customers() -> RecordBatch {
    let none = || text(vec![None; 3]);
    let columns = vec![
        text(vec![Some("a"), Some("b"), Some("c")]),
        text(vec![Some("Anna"), None, Some("Clara")]),
        none(),
        none(),
        none(),
        text(vec![Some(r#"{"city":"Moscow"}"#), Some(r#"{"city":"Tver"}"#), None]),
        times(vec![None; 3]),
        times(vec![Some(0); 3]),
        times(vec![Some(0); 3]),
    ];
    let columns = with_later(Table::Customers, columns, 3);
    RecordBatch::try_new(Table::Customers.schema(), columns).unwrap()
}

fn interactions() -> RecordBatch {
    let rows = [
        ("i1", Some("a"), "call", Some("phone"), "2026-02-01T09:00:00Z"),
        ("i2", Some("b"), "call", Some("phone"), "2026-02-05T09:00:00Z"),
        ("i3", Some("a"), "email", None, "2026-01-20T09:00:00Z"),
        ("i4", None, "email", None, "2026-01-20T09:00:00Z"),
        // At the very moment of p6.
        ("i5", Some("c"), "visit", None, "2026-02-11T09:00:00Z"),
    ];
    let none = || text(vec![None; 5]);
    let at = || times(rows.iter().map(|r| Some(micros(r.4))).collect());
    let columns = vec![
        text(rows.iter().map(|r| Some(r.0)).collect()),
        text(rows.iter().map(|r| r.1).collect()),
        text(rows.iter().map(|r| Some(r.2)).collect()),
        text(rows.iter().map(|r| r.3).collect()),
        none(),
        none(),
        none(),
        none(),
        none(),
        at(),
        none(),
        at(),
    ];
    let columns = with_later(Table::Interactions, columns, rows.len());
    RecordBatch::try_new(Table::Interactions.schema(), columns).unwrap()
}

/// A purchase in EUR and no more.
const fn sale(id: &'static str, customer: Option<&'static str>, at: &'static str, lines: &'static [Line]) -> Sale {
    Sale { id, customer, at, currency: "EUR", channel: None, attributes: None, lines }
}

const FIVE_TEAS: &[Line] = &[("tea", "Tea", DRINKS, 50_000, 100_000)];
const TWO_TEAS: &[Line] = &[("tea", "Tea", DRINKS, 20_000, 40_000)];
const REFUND: &[Line] = &[("tea", "Tea", DRINKS, -30_000, -60_000)];

/// The rows of a report, each as its values joined by `|`; a null is nothing between them. The statement goes the way of
/// every question, through both walls.
async fn run_in(zone: Tz, sales: &[Sale], id: &str, pairs: &[(&str, &str)]) -> Vec<String> {
    let text: BTreeMap<String, String> = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let now = DateTime::parse_from_rfc3339(NOW).unwrap().with_timezone(&Utc);
    let prepared = prepare(id, &text, zone, "EUR", &Rules::default(), now).unwrap();

    let memory = |table: Table, batch: RecordBatch| {
        let memory: Arc<dyn TableProvider> = Arc::new(MemTable::try_new(table.schema(), vec![vec![batch]]).unwrap());
        (table.name().to_owned(), memory)
    };
    let tables = BTreeMap::from([
        memory(Table::Customers, customers()),
        memory(Table::Purchases, purchases(sales)),
        memory(Table::Interactions, interactions()),
    ]);
    let tenant = TenantAuthority::issue().grant(
        Workspace {
            id: TenantId::parse("0123456789abcdef0123456789abcdef").unwrap(),
            time_zone: zone,
            currency: "EUR".into(),
            segments: Arc::default(),
            holidays: Arc::default(),
            erased_records: Default::default(),
        },
        kupets_core::Actor::server(),
    );
    let dir = tempfile::tempdir().unwrap();
    let limits = QueryLimits::new(Duration::from_secs(60), 1 << 30, 2 << 30, 4);
    let engine = QueryEngine::new(&limits, dir.path(), Arc::new(FixedClock(now))).unwrap();
    let statement = Statement::ours(prepared.sql, prepared.params, RowLimit::Fail(1_000_000));
    let views = [SALES_VIEWS[0], SALES_VIEWS[1], SALES_VIEWS[2], ("orders", ORDERS_VIEW)];
    let answer = engine.run(&tenant, tables, &views, statement, prepared.meta).await.unwrap();
    let named: Vec<_> = answer.schema.fields().iter().map(|f| (f.name().clone(), f.data_type().clone())).collect();
    let columns = &prepared.report.columns;
    assert_eq!(named.iter().map(|n| &n.0).collect::<Vec<_>>(), columns.iter().map(|c| &c.name).collect::<Vec<_>>());
    for (column, (name, kind)) in columns.iter().zip(&named) {
        let right = match column.kind {
            ColumnType::Text => matches!(kind, DataType::Utf8 | DataType::Utf8View),
            ColumnType::Integer => *kind == DataType::Int64,
            ColumnType::Decimal => matches!(kind, DataType::Decimal128(..)),
            ColumnType::Number => *kind == DataType::Float64,
            ColumnType::Time => *kind == timestamp(),
            ColumnType::Boolean => *kind == DataType::Boolean,
            ColumnType::Period => *kind == DataType::Timestamp(TimeUnit::Microsecond, None),
        };
        assert!(right, "{id}.{name} is {kind}, not {:?}", column.kind);
    }
    let options = FormatOptions::default();
    let mut rows = Vec::new();
    for batch in answer.collect().await.unwrap() {
        let formatters: Vec<_> =
            batch.columns().iter().map(|c| ArrayFormatter::try_new(c, &options).unwrap()).collect();
        for row in 0..batch.num_rows() {
            let values = formatters.iter().map(|f| f.value(row).to_string().replace("T00:00:00", ""));
            rows.push(values.collect::<Vec<_>>().join("|"));
        }
    }
    rows
}

async fn run(id: &str, pairs: &[(&str, &str)]) -> Vec<String> {
    run_in(Tz::Europe__Moscow, SHOP, id, pairs).await
}

#[test]
fn contract_columns_come_first() {
    for (id, names) in [
        ("sales_summary", "metric value previous change"),
        ("sales_over_time", "period revenue orders customers units average_order"),
        ("top_products", "product_id product revenue units orders"),
        ("top_customers", "customer_id name revenue orders last_purchase_at"),
        ("categories", "key revenue orders customers"),
        ("channels", "key revenue orders customers"),
        ("by_attribute", "key revenue orders customers"),
        ("new_vs_returning", "period new_customers returning_customers revenue_new revenue_returning"),
        ("cohort_retention", "cohort age customers retention"),
        ("rfm_segments", "segment customers revenue recency_days frequency monetary"),
        ("abc_xyz", "product_id product revenue share abc variation xyz"),
        ("purchase_hours", "weekday hour orders revenue"),
        ("refunds", "period refunds refund_rate"),
        ("interactions_summary", "kind channel interactions customers customers_buying_after"),
    ] {
        let report = catalogue().iter().find(|r| r.id == id).unwrap_or_else(|| panic!("{id} is missing"));
        let columns = report.columns.iter().map(|c| c.name.as_str()).collect::<Vec<_>>().join(" ");
        assert!(columns == names || columns.starts_with(&format!("{names} ")), "{id}: {columns}");
    }
}

#[tokio::test]
async fn sales_summary() {
    let all = run("sales_summary", &[]).await;
    let figures = [
        "revenue|25.300000|||EUR",
        "gross|30.300000|||EUR",
        "refunds|5.000000|||EUR",
        "orders|4.000000|||orders",
        "units|8.000000|||units",
        "customers|2.000000|||customers",
        "average_order|7.575000|||EUR",
        "new_customers|2.000000|||customers",
        "repeat_rate|0.500000|||ratio",
    ];
    assert_eq!(all, figures);
    // Before February lies January. Customer `a` is not new in February, `b` is (by Moscow's clock).
    let february = run("sales_summary", &[("from", "2026-02-01"), ("to", "2026-03-01")]).await;
    let figures = [
        "revenue|10.000000|15.000000|-0.33333333333333337|EUR",
        "gross|15.000000|15.000000|0.0|EUR",
        "refunds|5.000000|0.000000||EUR",
        "orders|2.000000|1.000000|1.0|orders",
        "units|2.000000|3.000000|-0.33333333333333337|units",
        "customers|2.000000|1.000000|1.0|customers",
        "average_order|7.500000|15.000000|-0.5|EUR",
        "new_customers|1.000000|1.000000|0.0|customers",
        "repeat_rate|0.000000|0.000000||ratio",
    ];
    assert_eq!(february, figures);
    let none = run_in(Tz::UTC, &[], "sales_summary", &[]).await;
    assert_eq!((none[0].as_str(), none[6].as_str()), ("revenue|0.000000|||EUR", "average_order||||EUR"));
}

#[tokio::test]
async fn sales_over_time() {
    let months = [
        "2026-01-01|15.0000|1|1|3.0000|15.0000",
        "2026-02-01|10.0000|2|2|2.0000|7.5000",
        "2026-03-01|0.0000|0|0|0.0000|",
        "2026-04-01|0.3000|1|0|3.0000|0.3000",
    ];
    assert_eq!(run("sales_over_time", &[]).await, months);
    // By the clock of UTC p2 is January's.
    let utc = run_in(Tz::UTC, SHOP, "sales_over_time", &[("to", "2026-02-01")]).await;
    assert_eq!(utc, ["2026-01-01|20.0000|2|2|4.0000|10.0000"]);
    // A period that is given is listed whole; `to` is not part of it.
    let around = run("sales_over_time", &[("from", "2025-12-15"), ("to", "2026-03-01"), ("currency", "USD")]).await;
    assert_eq!(
        around,
        ["2025-12-01|0.0000|0|0|0.0000|", "2026-01-01|0.0000|0|0|0.0000|", "2026-02-01|100.0000|1|1|20.0000|100.0000"]
    );
    let weeks = run("sales_over_time", &[("grain", "week"), ("to", "2026-02-12"), ("limit", "5")]).await;
    assert_eq!(
        weeks.iter().map(|w| &w[..19]).collect::<Vec<_>>(),
        [
            "2026-01-05|15.0000|",
            "2026-01-12|0.0000|0",
            "2026-01-19|0.0000|0",
            "2026-01-26|5.0000|1",
            "2026-02-02|0.0000|0"
        ]
    );
}

#[tokio::test]
async fn every_report_answers_for_a_shop_without_sales() {
    // What reads computed tables is asked through the engine's front.
    let computed = ["basket_pairs", "customer_value", "segment_movement", "lifecycle"];
    for report in catalogue().iter().filter(|report| !computed.contains(&report.id.as_str())) {
        let mut pairs = vec![];
        if report.id == "by_attribute" {
            pairs.push(("attribute", "city"));
        }
        let rows = run_in(Tz::Europe__Berlin, &[], &report.id, &pairs).await;
        let expected = match report.id.as_str() {
            "sales_summary" => 9,
            // The kinds of contacts, which this shop has.
            "interactions_summary" => 3,
            _ => 0,
        };
        assert_eq!(rows.len(), expected, "{}: {rows:?}", report.id);
    }
}

#[tokio::test]
async fn products_and_customers() {
    assert_eq!(
        run("top_products", &[]).await,
        [
            "tea|Tea|25.0000|5.0000|3|0.9881422924901185",
            "sugar|Sugar|0.3000|3.0000|1|0.011857707509881422",
            "cup|Cup|0.0000|0.0000|1|0.0",
        ]
    );
    assert_eq!(
        run("top_products", &[("limit", "1"), ("to", "2026-02-02"), ("from", "2026-01-31")]).await,
        ["tea|Green tea|5.0000|1.0000|1|1.0"]
    );
    assert_eq!(
        run("top_customers", &[]).await,
        ["a|Anna|20.0000|2|2026-02-12T09:00:00Z|12.5000", "b||5.0000|1|2026-01-31T22:30:00Z|5.0000",]
    );
}

#[tokio::test]
async fn sales_by_key() {
    assert_eq!(
        run("categories", &[]).await.iter().map(|r| r.rsplit_once('|').unwrap().0).collect::<Vec<_>>(),
        ["drinks|25.0000|3|2|5.0000", "|0.3000|1|0|3.0000", "dishes|0.0000|1|1|0.0000",]
    );
    assert_eq!(
        run("channels", &[("to", "2026-03-01")]).await,
        ["web|20.0000|2|1|12.5000|0.8", "shop|5.0000|1|1|5.0000|0.2",]
    );
    // The purchase's own city first; p4 has none, and its customer's is Moscow.
    let city = |source| [("attribute", "city"), ("source", source), ("to", "2026-03-01")];
    assert_eq!(
        run("by_attribute", &city("any")).await,
        ["Kazan|25.0000|2|1|12.5000|1.0", "Tver|5.0000|1|1|5.0000|0.2", "Moscow|-5.0000|0|0||-0.2",]
    );
    assert_eq!(
        run("by_attribute", &city("customer")).await,
        ["Moscow|20.0000|2|1|12.5000|0.8", "Tver|5.0000|1|1|5.0000|0.2"]
    );
    assert_eq!(
        run("by_attribute", &city("purchase")).await,
        ["Kazan|25.0000|2|1|12.5000|1.0", "|0.0000|1|1|5.0000|0.0"]
    );
}

#[tokio::test]
async fn new_vs_returning() {
    assert_eq!(
        run("new_vs_returning", &[]).await,
        [
            "2026-01-01|1|0|15.0000|0.0000|0.0000|1|0|0|15.0000|0.0000|0.0000",
            // The order of `b` is a first one; `a` came again, and gave back 5 of it later, which is no order.
            "2026-02-01|1|1|5.0000|5.0000|0.0000|1|1|0|5.0000|10.0000|0.0000",
            "2026-04-01|0|0|0.0000|0.0000|0.3000|0|0|1|0.0000|0.0000|0.3000",
        ]
    );
    // `a` ordered on 5 January: not new in a January that begins on the 6th, nor in the year that holds all of it.
    assert_eq!(
        run("new_vs_returning", &[("from", "2026-01-06"), ("grain", "year")]).await,
        ["2026-01-01|1|1|5.0000|5.0000|0.3000|1|1|1|5.0000|10.0000|0.3000"]
    );
    // In the year that holds all of it the first order of `a` is one of two: by customer all of `a` is new, by order only that one.
    assert_eq!(
        run("new_vs_returning", &[("grain", "year")]).await,
        ["2026-01-01|2|0|25.0000|0.0000|0.3000|2|1|1|20.0000|10.0000|0.3000"]
    );
}

#[tokio::test]
async fn cohort_retention() {
    assert_eq!(
        run("cohort_retention", &[]).await,
        [
            "2026-01-01|0|1|1.0|15.0000|1|false",
            "2026-01-01|1|1|1.0|10.0000|1|false",
            "2026-02-01|0|1|1.0|5.0000|1|false",
        ]
    );
    // The weeks of 5 January and 9 February; `b` came in the week of 26 January and never again.
    assert_eq!(
        run("cohort_retention", &[("grain", "week")]).await,
        [
            "2026-01-05|0|1|1.0|15.0000|1|false",
            "2026-01-05|1|0|0.0|0.0000|1|false",
            "2026-01-05|2|0|0.0|0.0000|1|false",
            "2026-01-05|3|0|0.0|0.0000|1|false",
            "2026-01-05|4|0|0.0|0.0000|1|false",
            "2026-01-05|5|1|1.0|10.0000|1|false",
            "2026-01-26|0|1|1.0|5.0000|1|false",
            "2026-01-26|1|0|0.0|0.0000|1|false",
            "2026-01-26|2|0|0.0|0.0000|1|false",
        ]
    );
    assert_eq!(run("cohort_retention", &[("from", "2026-01-06")]).await, ["2026-02-01|0|1|1.0|5.0000|1|false"]);
}

#[tokio::test]
async fn rfm_segments() {
    // Of two, the better one has three quarters below, half of itself among them, and scores 1 + 15/4 = 4; the other 1 + 5/4 = 2.
    assert_eq!(
        run("rfm_segments", &[("as_of", "2026-03-01T00:00:00Z")]).await,
        ["loyal|1|20.0000|18.0|2.0|20.0000|0.5", "hibernating|1|5.0000|28.0|1.0|5.0000|0.5",]
    );
    // As of 6 January there was one customer, in the middle of one.
    assert_eq!(run("rfm_segments", &[("as_of", "2026-01-06")]).await, ["need_attention|1|15.0000|0.0|1.0|15.0000|1.0"]);
}

#[tokio::test]
async fn abc_xyz() {
    // Tea by month: 2, 3, 0, 0: mean 1.25, deviation 1.299. Sugar came in April: a month says nothing of how evenly it sells.
    assert_eq!(
        run("abc_xyz", &[]).await,
        [
            "tea|Tea|25.0000|0.9881422924901185|A|1.03923|Z|5.0000|2026-01-01",
            "sugar|Sugar|0.3000|0.011857707509881422|C|||3.0000|2026-04-01",
            "cup|Cup|0.0000|0.0|C||Z|0.0000|2026-01-01",
        ]
    );
    // In January and February alone 2 and 3: mean 2.5, deviation 0.5.
    let steady = run("abc_xyz", &[("from", "2026-01-01"), ("to", "2026-03-01"), ("limit", "1")]).await;
    assert_eq!(steady, ["tea|Tea|25.0000|1.0|A|0.2|X|5.0000|2026-01-01"]);
    assert!(run("abc_xyz", &[("y_variation", "1.1")]).await[0].contains("|1.03923|Y|"));
}

#[tokio::test]
async fn purchase_hours() {
    assert_eq!(
        run("purchase_hours", &[]).await,
        ["1|13|1|15.0000", "1|15|1|0.3000", "2|12|1|10.0000", "4|12|0|-5.0000", "7|1|1|5.0000",]
    );
}

#[tokio::test]
async fn refunds() {
    assert_eq!(
        run("refunds", &[]).await,
        [
            "2026-01-01|0.0000|0.0|15.0000|0|0.0000|0.0|0.0000",
            // p4 names no sale: of which it was is not known.
            "2026-02-01|5.0000|0.3333333333333333|15.0000|1|0.0000|0.0|5.0000",
            "2026-03-01|0.0000||0.0000|0|0.0000||0.0000",
            "2026-04-01|0.0000|0.0|0.3000|0|0.0000|0.0|0.0000",
        ]
    );
}

#[tokio::test]
async fn margin() {
    // This shop sends no costs: there is no margin, which is not the same as none made.
    assert_eq!(
        run("margin", &[]).await,
        [
            "2026-01-01||0.0000|0.0|15.0000|15.0000|0.0000|0.0000|0.0000",
            "2026-02-01||0.0000|0.0|10.0000|10.0000|0.0000|0.0000|0.0000",
            "2026-03-01||0.0000||0.0000|0.0000|0.0000|0.0000|0.0000",
            "2026-04-01||0.0000|0.0|0.3000|0.3000|0.0000|0.0000|0.0000",
        ]
    );
}

#[tokio::test]
async fn interactions_summary() {
    assert_eq!(
        run("interactions_summary", &[]).await,
        ["call|phone|2|2|1|0.5|1|0.5", "email||2|1|0|0.0|0|0.0", "visit||1|1|1|1.0|0|0.0",]
    );
    // p3 came 21 days after the e-mail.
    assert_eq!(run("interactions_summary", &[("window_days", "21")]).await[1], "email||2|1|1|1.0|1|1.0");
    assert_eq!(run("interactions_summary", &[("from", "2026-02-11")]).await, ["visit||1|1|1|1.0|0|0.0"]);
}
