//! What moved, through HTTP: a shop with a level that falls, a day out of line and a purchase out of line, all known.

use chrono::{Datelike, Days, NaiveDate};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{App, Credentials as _, answer};

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// An even number from 0 to 1 that is the same each time (splitmix64).
fn even(of: u64) -> f64 {
    let mut z = of.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

fn purchase(id: &str, day: NaiveDate, hour: u64, customer: u64, channel: &str, item: (&str, &str, f64)) -> Value {
    let (product, category, amount) = item;
    let name = match product {
        "tea" => "Чай",
        "cup" => "Чашка",
        "sugar" => "Сахар",
        _ => "Чайник",
    };
    json!({"purchase_id": id, "customer_id": format!("c{customer}"), "occurred_at": format!("{day}T{hour:02}:00:00+03:00"),
        "channel": channel,
        "items": [{"product_id": product, "product": name, "category": category, "amount": format!("{amount:.2}")}]})
}

/// Six orders of about 100 a day, more at weekends: three of tea, one each of cups, pots and sugar. From 14 April 2026 on tea brings a
/// fifth of what it did. On 22 April six people more than usual buy cups; on 18 March somebody buys pots for 1,200 at once.
pub fn sales(from: NaiveDate, to: NaiveDate) -> Vec<Value> {
    let mut purchases = Vec::new();
    for today in from.iter_days().take_while(|day| *day < to) {
        let number = u64::try_from(today.num_days_from_ce()).unwrap();
        let level = if today.weekday().num_days_from_monday() >= 5 { 1.4 } else { 1.0 };
        for order in 0..6 {
            let (product, category) = [
                ("tea", "drinks"),
                ("tea", "drinks"),
                ("cup", "things"),
                ("pot", "things"),
                ("tea", "drinks"),
                ("sugar", "drinks"),
            ][order as usize];
            let mut amount = 100.0 * level * (0.9 + 0.2 * even(number * 10 + order));
            if product == "tea" && today >= day("2026-04-14") {
                amount /= 5.0;
            }
            let channel = if (number + order) % 2 == 0 { "web" } else { "shop" };
            let customer = (number * 7 + order * 11) % 50;
            let id = format!("{today}-{order}");
            purchases.push(purchase(
                &id,
                today,
                9 + (number + order * 5) % 11,
                customer,
                channel,
                (product, category, amount),
            ));
        }
        if today == day("2026-04-22") {
            for order in 0..6 {
                let id = format!("{today}-more-{order}");
                purchases.push(purchase(&id, today, 10 + order, 20 + order, "web", ("cup", "things", 100.0)));
            }
        }
        if today == day("2026-03-18") {
            purchases.push(purchase("wholesale", today, 12, 3, "shop", ("pot", "things", 1200.0)));
        }
    }
    purchases
}

pub async fn send(app: &App, key: &str, purchases: Vec<Value>) {
    for some in purchases.chunks(2_000) {
        let (status, body) = answer(app.post("/v1/purchases", &Value::Array(some.to_vec())).key(key)).await;
        assert_eq!(status, 200, "{body}");
    }
}

async fn shop(to: &str) -> (App, String) {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest", "read", "sql"]).await;
    send(&app, &key, sales(day("2024-10-01"), day(to))).await;
    (app, key)
}

async fn trends(app: &App, key: &str, query: &str) -> Value {
    let (status, body) = answer(app.get(&format!("/v1/trends?{query}")).key(key)).await;
    assert_eq!(status, 200, "{query}: {body}");
    body
}

fn of_kind<'a>(body: &'a Value, kind: &str) -> Vec<&'a Value> {
    body["findings"].as_array().unwrap().iter().filter(|finding| finding["kind"] == kind).collect()
}

/// The statement of a finding is run by a person and gives its figures.
async fn check_evidence(app: &App, key: &str, finding: &Value) {
    let (status, rows) = answer(app.post("/v1/sql", &json!({"sql": finding["sql"]})).key(key)).await;
    assert_eq!(status, 200, "{rows}");
    let row = &rows["rows"][0];
    assert_eq!(rows["rows"].as_array().unwrap().len(), 1, "{rows}");
    for (place, name) in ["before", "after"].iter().enumerate() {
        let number = |value: &Value| value.to_string().parse::<f64>().unwrap();
        assert!((number(&row[place]) - number(&finding[*name])).abs() < 1e-9, "{name}: {rows} {finding}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_level_that_fell_and_days_out_of_line_are_found_with_their_causes() {
    let (app, key) = shop("2026-05-28").await;
    let body = trends(&app, &key, "").await;
    // All of them came again: that tells nothing apart.
    let note = body["notes"][0].as_str().unwrap();
    assert!(note.starts_with("Left out") && note.contains("customers (all of it is of one)"), "{body}");
    assert_eq!(body["notes"].as_array().unwrap().len(), 1, "{body}");
    // The cause comes first, with the day since when.
    let first = &body["findings"][0];
    assert_eq!(
        (&first["kind"], &first["dimension"], &first["key"]),
        (&json!("driver"), &json!("product"), &json!("tea")),
        "{first}"
    );
    assert_eq!(first["since"], "2026-04-14", "{first}");

    let shifts = of_kind(&body, "shift");
    assert_eq!(shifts.len(), 1, "{shifts:#?}");
    let shift = shifts[0];
    assert_eq!((&shift["since"], &shift["dimension"]), (&json!("2026-04-14"), &Value::Null), "{shift}");
    assert_eq!((&shift["cause"]["dimension"], &shift["cause"]["key"]), (&json!("product"), &json!("tea")), "{shift}");
    assert_eq!(shift["seasonal"], false);
    let number = |finding: &Value, name: &str| finding[name].as_f64().unwrap();
    let fell = number(shift, "after") / number(shift, "before");
    assert!((fell - 0.6).abs() < 0.03, "three of six orders fell by four fifths: {shift}");
    assert!(number(shift, "confidence") > 0.99);
    // 17 days of April at 0.4 of a day.
    assert!((number(shift, "contribution") + 17.0 * 0.4 * number(shift, "before")).abs() < 400.0, "{shift}");
    check_evidence(&app, &key, shift).await;

    let anomalies = of_kind(&body, "anomaly");
    let of_day =
        |text: &str| *anomalies.iter().find(|a| a["since"] == text).unwrap_or_else(|| panic!("{anomalies:#?}"));
    let cups = of_day("2026-04-22");
    assert_eq!((&cups["cause"]["dimension"], &cups["cause"]["key"]), (&json!("product"), &json!("cup")), "{cups}");
    assert!(number(cups, "contribution") > 500.0, "{cups}");
    let wholesale = of_day("2026-03-18");
    assert_eq!(
        (&wholesale["cause"]["dimension"], &wholesale["cause"]["key"]),
        (&json!("purchase"), &json!("wholesale"))
    );
    assert!(number(wholesale, "contribution") < -1_000.0, "it was in the earlier period: {wholesale}");
    for anomaly in &anomalies {
        assert!(number(anomaly, "confidence") >= 0.5);
        check_evidence(&app, &key, anomaly).await;
    }
    assert!(anomalies.len() <= 4, "{anomalies:#?}");

    let ids: std::collections::BTreeSet<&str> =
        body["findings"].as_array().unwrap().iter().map(|f| f["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), body["findings"].as_array().unwrap().len(), "no finding comes twice");
    // A short list keeps what is rare.
    let short = trends(&app, &key, "limit=5").await;
    assert_eq!(short["findings"].as_array().unwrap().len(), 5);
    assert_eq!((of_kind(&short, "shift").len(), &short["findings"][0]["key"]), (1, &json!("tea")));
    // Sentences in both languages, each as people write it.
    for locale in ["en", "ru"] {
        let body = trends(&app, &key, &format!("locale={locale}&limit=8")).await;
        let sentences: Vec<&str> =
            body["findings"].as_array().unwrap().iter().map(|f| f["sentence"].as_str().unwrap()).collect();
        insta::assert_snapshot!(format!("sentences_{locale}"), sentences.join("\n"));
    }
    for metric in ["gross", "refunds", "orders", "units", "customers", "average_order", "new_customers", "repeat_rate"]
    {
        let body = trends(&app, &key, &format!("metric={metric}")).await;
        for finding in of_kind(&body, "shift").into_iter().chain(of_kind(&body, "anomaly")) {
            check_evidence(&app, &key, finding).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_came_later_changes_nothing() {
    let (app, key) = shop("2026-05-01").await;
    let query = "from=2026-04-01&to=2026-05-01";
    let before = trends(&app, &key, query).await;
    let mut later = sales(day("2026-05-01"), day("2026-05-28"));
    for (n, purchase) in later.iter_mut().enumerate() {
        purchase["items"][0]["amount"] = json!(1_000 + n);
        purchase["attributes"] = json!({"campaign": "may"});
    }
    send(&app, &key, later).await;
    let after = trends(&app, &key, query).await;
    for part in ["total", "findings", "notes"] {
        assert_eq!(before[part], after[part], "{part}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_december_like_the_last_one_is_the_season() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest", "read"]).await;
    let mut purchases = Vec::new();
    for today in day("2023-06-01").iter_days().take_while(|today| *today < day("2026-02-01")) {
        let number = u64::try_from(today.num_days_from_ce()).unwrap();
        let level = if today.month() == 12 { 2.0 } else { 1.0 };
        for order in 0..3 {
            let amount = 100.0 * level * (0.9 + 0.2 * even(number * 10 + order));
            let id = format!("{today}-{order}");
            purchases.push(purchase(&id, today, 12, order, "web", ("tea", "drinks", amount)));
        }
    }
    send(&app, &key, purchases).await;
    let body = trends(&app, &key, "from=2025-12-01&to=2026-01-01").await;
    let shift = of_kind(&body, "shift")[0].clone();
    assert_eq!(shift["seasonal"], true, "{shift}");
    let since = day(shift["since"].as_str().unwrap());
    assert!((since - day("2025-12-01")).num_days().abs() <= 2, "{shift}");
    assert!(shift["sentence"].as_str().unwrap().contains("It is the season"), "{shift}");
    // The season explains about all of the change: a year ago December was twice as good too.
    let (season, change) = (&body["season"]["contribution"], &body["total"]["change"]);
    let share = season.as_f64().unwrap() / change.as_f64().unwrap();
    assert!((0.8..1.2).contains(&share), "{season} of {change}");
    assert!(body["headline"].as_str().unwrap().contains("The season explains"), "{body}");
}

/// Shops of which there is next to nothing to say.
fn poor() -> Vec<(&'static str, Vec<Value>)> {
    let of = |days: &[i64], amount: &dyn Fn(i64) -> String| -> Vec<Value> {
        days.iter()
            .map(|n| {
                let today = day("2026-05-27").checked_sub_days(Days::new(u64::try_from(*n).unwrap())).unwrap();
                json!({"purchase_id": format!("p{n}"), "customer_id": format!("c{}", n % 3),
                    "occurred_at": format!("{today}T12:00:00+03:00"), "product": "Чай", "amount": amount(*n)})
            })
            .collect()
    };
    let all: Vec<i64> = (0..120).collect();
    let gaps: Vec<i64> = (0..120).filter(|n| n % 29 < 2).collect();
    vec![
        ("nothing", vec![]),
        ("one customer", of(&[3], &|_| "5".into())),
        ("one day", of(&[30, 30, 30], &|_| "5".into())),
        ("refunds only", of(&all, &|n| format!("-{}.5", n + 1))),
        ("constant", of(&all, &|_| "7".into())),
        ("gaps", of(&gaps, &|n| format!("{}", 5 + n % 4))),
        ("billions", of(&all, &|n| format!("{}", 1_000_000_000 + n * 77_777_777 % 900_000_001))),
        ("zeros", of(&all, &|_| "0".into())),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shops_with_next_to_nothing_are_answered() {
    for (name, purchases) in poor() {
        let app = App::spawn().await;
        let anna = app.register("anna@example.com").await;
        let (key, _) = app.key(&anna, &["ingest", "read", "sql"]).await;
        send(&app, &key, purchases.clone()).await;
        for metric in [
            "revenue",
            "gross",
            "refunds",
            "orders",
            "units",
            "customers",
            "average_order",
            "new_customers",
            "repeat_rate",
        ] {
            for period in ["", "&period=last_30_days&locale=ru", "&from=2026-05-20&to=2026-05-27"] {
                let body = trends(&app, &key, &format!("metric={metric}{period}")).await;
                let (total, notes) = (&body["total"], body["notes"].as_array().unwrap());
                assert!(total["change"].is_number(), "{name} {metric}: {total}");
                if matches!(name, "nothing" | "one customer") {
                    assert!(!notes.is_empty(), "{name} {metric}: {body}");
                }
            }
            let (status, body) = answer(app.get(&format!("/v1/forecast?metric={metric}&grain=day")).key(&key)).await;
            assert_eq!((status, body["points"].as_array().unwrap().len()), (200, 6), "{name} {metric}: {body}");
            if matches!(name, "nothing" | "one customer" | "one day") {
                assert!(!body["notes"].as_array().unwrap().is_empty(), "{name} {metric}: {body}");
            }
        }
        for report in ["customer_value", "basket_pairs", "segment_movement", "lifecycle", "rfm_segments", "abc_xyz"] {
            let (status, body) = answer(app.get(&format!("/v1/reports/{report}")).key(&key)).await;
            assert_eq!(status, 200, "{name} {report}: {body}");
        }
        let (status, body) = answer(app.get("/v1/customers?sort=-predicted_clv").key(&key)).await;
        assert_eq!(status, 200, "{name}: {body}");
        if !purchases.is_empty() {
            let (status, body) = answer(app.get("/v1/customers/c0/offers").key(&key)).await;
            assert_eq!(status, 200, "{name}: {body}");
        }
        for sql in ["SELECT * FROM customer_offers", "SELECT * FROM customer_scores", "SELECT * FROM customer_facts"] {
            let (status, body) = answer(app.post("/v1/sql", &json!({"sql": sql})).key(&key)).await;
            assert_eq!(status, 200, "{name}: {sql}: {body}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn customers_move_between_segments_and_stages() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest", "read", "sql"]).await;
    // A buys each month and goes on; B bought each month until January; C came for the first time in May; D is a guest.
    let order = |id: &str, who: Value, month: &str, amount: i64| json!({"purchase_id": id, "customer_id": who, "occurred_at": format!("{month}-10T12:00:00+03:00"), "product": "x", "amount": amount});
    let months = ["2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05"];
    let mut purchases: Vec<Value> = months.iter().map(|m| order(&format!("a{m}"), json!("A"), m, 100)).collect();
    purchases.extend(months[..5].iter().map(|m| order(&format!("b{m}"), json!("B"), m, 50)));
    purchases.extend([order("c", json!("C"), "2026-05", 7), order("d", Value::Null, "2026-05", 9)]);
    send(&app, &key, purchases).await;
    // Three customers are too few to rank, unless the workspace has segments of its own: these are the default ones, in another order.
    let (_, standard) = answer(app.get("/v1/segments/rules").key(&key)).await;
    let mut rules = standard["rules"].as_array().unwrap().clone();
    rules.swap(0, 1);
    let put = app.request(Method::PUT, "/v1/segments/rules").json(&json!({"rules": rules}));
    assert_eq!(answer(put.person(&anna)).await.0, 200);
    // On 1 February A and B: recency 22 days both, so both stand in the middle, 3; frequency 5 and 5: 3; monetary 50·5 < 100·5:
    // B 1 + 5/4 = 2, A 1 + 15/4 = 4. A: fm = (3 + 4 + 1) / 2 = 4, R3: loyal. B: fm 3, R3: need_attention.
    // On 28 May: recency of A and C 18 days, of B 138: B 1 + 5/6 = 1, A and C 1 + 5·4/6 = 4. Frequency A 9, B 5, C 1: 5, 3, 1. Monetary
    // 900, 250, 7: 5, 3, 1. A: R4 fm 5: loyal. B: R1 fm 3: at_risk. C: R4 fm 1: promising.
    let (status, body) = answer(app.get("/v1/reports/segment_movement?from=2026-02-01").key(&key)).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(
        body["rows"],
        json!([
            [null, "promising", 1, 7, 1.0],
            ["loyal", "loyal", 1, 400, 1.0],
            ["need_attention", "at_risk", 1, 0, 1.0],
        ]),
        "{body}"
    );
    // Between moments in the past what came later does not count: nobody moved, and C was not there.
    let (_, body) = answer(app.get("/v1/reports/segment_movement?from=2026-02-01&to=2026-02-02").key(&key)).await;
    assert_eq!(
        body["rows"],
        json!([["loyal", "loyal", 1, 0, 1.0], ["need_attention", "need_attention", 1, 0, 1.0]]),
        "{body}"
    );
    // 90 days before 28 May is 27 February.
    let (_, body) = answer(app.get("/v1/reports/segment_movement").key(&key)).await;
    assert_eq!(body["rows"].as_array().unwrap().len(), 3, "{body}");

    // Gaps are too few to be measured: cooling begins at one and a half own gaps, lost at three. The mean gap is 30.4 days; B is
    // 138 days late: lost. A came again 18 days ago: active. C has one day, 18 days ago: new.
    let (status, body) = answer(app.get("/v1/reports/lifecycle").key(&key)).await;
    assert_eq!(status, 200, "{body}");
    let stages: Vec<Vec<&Value>> =
        body["rows"].as_array().unwrap().iter().map(|row| row.as_array().unwrap()[..3].iter().collect()).collect();
    let wanted = json!([["active", 1, 900], ["lost", 1, 250], ["new", 1, 7]]);
    assert_eq!(json!(stages), wanted, "{body}");
    let (_, body) = answer(app.get("/v1/reports/lifecycle?as_of=2026-02-01").key(&key)).await;
    assert_eq!(
        (&body["rows"][0][0], &body["rows"][0][1], &body["rows"][0][2]),
        (&json!("active"), &json!(2), &json!(750)),
        "{body}"
    );
    // The list, the card and SQL say the same.
    let (status, body) = answer(app.get("/v1/customers?filter=lifecycle=lost").key(&key)).await;
    assert_eq!(
        (status, &body["items"][0]["customer_id"], &body["items"][0]["lifecycle"]),
        (200, &json!("B"), &json!("lost")),
        "{body}"
    );
    assert_eq!(body["items"].as_array().unwrap().len(), 1);
    let (_, card) = answer(app.get("/v1/customers/C").key(&key)).await;
    assert_eq!(card["lifecycle"], "new", "{card}");
    let sql = json!({"sql": "SELECT customer_id, lifecycle, segment FROM customer_facts ORDER BY 1"});
    let (status, body) = answer(app.post("/v1/sql", &sql).key(&key)).await;
    let wanted = json!([["A", "active", "loyal"], ["B", "lost", "at_risk"], ["C", "new", "promising"]]);
    assert_eq!((status, &body["rows"]), (200, &wanted), "{body}");

    // By the default rules they are told by their stages, and so are their moves.
    assert_eq!(answer(app.request(Method::DELETE, "/v1/segments/rules").person(&anna)).await.0, 204);
    let (status, body) = answer(app.post("/v1/sql", &sql).key(&key)).await;
    let wanted = json!([["A", "active", "active"], ["B", "lost", "lost"], ["C", "new", "new"]]);
    assert_eq!((status, &body["rows"]), (200, &wanted), "{body}");
    let (_, body) = answer(app.get("/v1/reports/segment_movement?from=2026-02-01").key(&key)).await;
    let wanted = json!([[null, "new", 1, 7, 1.0], ["active", "active", 1, 400, 0.5], ["active", "lost", 1, 0, 0.5]]);
    assert_eq!(body["rows"], wanted, "{body}");
    let (_, body) = answer(app.get("/v1/reports/rfm_segments").key(&key)).await;
    let names: Vec<&Value> = body["rows"].as_array().unwrap().iter().map(|row| &row[0]).collect();
    assert_eq!(names, ["active", "lost", "new"], "{body}");
    let (status, body) = answer(app.get("/v1/customers?segment=cooling").key(&key)).await;
    assert_eq!((status, &body["items"]), (200, &json!([])), "{body}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn offers_in_bulk_are_those_of_each() {
    let (app, key) = shop("2026-05-28").await;
    let sql = json!({"sql": "SELECT kind, rank, product_id, product, score FROM customer_offers WHERE customer_id = 'c7' ORDER BY kind DESC, rank"});
    let (status, bulk) = answer(app.post("/v1/sql", &sql).key(&key)).await;
    assert_eq!(status, 200, "{bulk}");
    let (_, one) = answer(app.get("/v1/customers/c7/offers?limit=10").key(&key)).await;
    let mut wanted = Vec::new();
    for kind in ["repeat", "new"] {
        for (place, offer) in one[kind].as_array().unwrap().iter().enumerate() {
            wanted.push(json!([kind, place + 1, offer["product_id"], offer["product"], offer["score"]]));
        }
    }
    assert_eq!(bulk["rows"], Value::Array(wanted));
    let sql = json!({"sql": "SELECT count(DISTINCT customer_id), min(rank), count(*) FILTER (WHERE rank = 1 AND kind = 'repeat') FROM customer_offers"});
    let (status, all) = answer(app.post("/v1/sql", &sql).key(&key)).await;
    assert_eq!((status, &all["rows"][0]), (200, &json!([50, 1, 50])), "{all}");
    let sql = json!({"sql": "SELECT o.product, c.segment FROM customer_offers o JOIN customer_facts c USING (customer_id) WHERE 'c9' = o.customer_id LIMIT 2"});
    let (status, joined) = answer(app.post("/v1/sql", &sql).key(&key)).await;
    assert_eq!((status, joined["rows"].as_array().unwrap().len()), (200, 2), "{joined}");
    let sql = json!({"sql": "SELECT count(*) FROM customer_offers WHERE customer_id = 'nobody'"});
    assert_eq!(answer(app.post("/v1/sql", &sql).key(&key)).await.1["rows"], json!([[0]]));
}
