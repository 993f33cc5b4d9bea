#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use chrono::DateTime;
use chrono_tz::Europe::Moscow;
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

use super::*;
use crate::record::{Change, IdSource, Line, LineKind, OnError, Status, decimal, limits::MAX_LINES};

const NOW: i64 = 1_700_000_000_000_000;

fn options(table: Table) -> ParseOptions {
    ParseOptions {
        table,
        time_zone: Moscow,
        currency: "RUB".into(),
        now: DateTime::from_timestamp_micros(NOW).unwrap(),
        idempotency_key: None,
        ids: IdSource::sequence(),
        on_error: OnError::Refuse,
    }
}

fn json_of(table: Table, body: &Value) -> Result<Parsed> {
    parse(body.to_string().as_bytes(), Framing::Json, &options(table))
}

fn purchases(parsed: Parsed) -> Vec<Purchase> {
    match parsed.records {
        Records::Purchases(purchases) => purchases,
        other => panic!("{other:?}"),
    }
}

fn purchase(body: Value) -> Purchase {
    purchases(json_of(Table::Purchases, &body).unwrap()).remove(0)
}

fn customer(body: Value) -> CustomerPatch {
    match json_of(Table::Customers, &body).unwrap().records {
        Records::Customers(mut customers) => customers.remove(0),
        other => panic!("{other:?}"),
    }
}

fn interaction(body: Value) -> Interaction {
    match json_of(Table::Interactions, &body).unwrap().records {
        Records::Interactions(mut interactions) => interactions.remove(0),
        other => panic!("{other:?}"),
    }
}

/// The fields and messages of a refused body.
fn refused(table: Table, body: &Value) -> Vec<(usize, String, String)> {
    let error = json_of(table, body).unwrap_err();
    assert_eq!((error.kind(), error.code()), (Kind::Invalid, "invalid_records"));
    error.fields().iter().map(|f| (f.index, f.field.clone(), f.message.clone())).collect()
}

/// The only problem of a refused body: its field and message.
fn problem(table: Table, body: Value) -> (String, String) {
    let mut problems = refused(table, &body);
    assert_eq!(problems.len(), 1, "{problems:?}");
    let (_, field, message) = problems.remove(0);
    (field, message)
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn the_full_purchase() {
    let read = purchase(json!({
        "purchase_id": 536365, "customer_id": "17850", "occurred_at": "2010-12-01T08:26:00Z", "currency": "gbp", "channel": "web",
        "items": [
            {"product_id": "85123A", "product": "T-light holder", "category": "home", "quantity": 6, "unit_price": 2.55, "amount": 15.30},
            {"product_id": 71053, "quantity": "8", "unit_price": "3.391"},
        ],
        "attributes": {"b": 1, "a": "x"},
    }));
    let expected = Purchase {
        purchase_id: "536365".to_owned(),
        customer_id: some("17850"),
        occurred_at: 1_291_191_960_000_000,
        currency: "GBP".into(),
        channel: some("web"),
        attributes: some(r#"{"a":"x","b":1}"#),
        lines: vec![
            Line {
                product_id: some("85123A"),
                product: some("T-light holder"),
                category: some("home"),
                quantity: 60_000,
                unit_price: Some(25_500),
                amount: 153_000,
                ..Line::default()
            },
            Line {
                product_id: some("71053"),
                quantity: 80_000,
                unit_price: Some(33_910),
                amount: 271_280,
                ..Line::default()
            },
        ],
        ..Purchase::default()
    };
    assert_eq!(read, expected);
}

#[test]
fn the_shortest_purchase() {
    let parsed = json_of(
        Table::Purchases,
        &json!({"customer_id": "17850", "product": "Tea", "amount": 15.30, "occurred_at": "2010-12-01"}),
    )
    .unwrap();
    let id = parsed.generated[0].1.clone();
    assert_eq!(parsed.generated.len(), 1);
    let read = purchases(parsed).remove(0);
    assert_eq!(read.purchase_id, id);
    assert_eq!(read.currency.as_ref(), "RUB");
    // Midnight in Moscow.
    assert_eq!(read.occurred_at, 1_291_150_800_000_000);
    let line =
        Line { product_id: some("Tea"), product: some("Tea"), quantity: 10_000, amount: 153_000, ..Line::default() };
    assert_eq!(read.lines, [line]);
}

#[test]
fn nulls_and_empty_texts_of_a_purchase_are_absent() {
    let read = purchase(json!({
        "purchase_id": null, "customer_id": "", "occurred_at": null, "currency": null, "channel": "", "items": null,
        "product": null, "product_id": "", "category": null, "quantity": null, "unit_price": "", "amount": "-5", "attributes": null,
    }));
    assert_eq!((read.customer_id, read.occurred_at, read.channel), (None, NOW, None));
    assert_eq!(read.lines, [Line { quantity: -10_000, amount: -50_000, ..Line::default() }]);
}

#[test]
fn an_empty_id_or_time_is_refused() {
    for (table, body, wrong) in [
        (Table::Purchases, json!({"purchase_id": "", "amount": 1}), "purchase_id"),
        (Table::Purchases, json!({"occurred_at": "", "amount": 1}), "occurred_at"),
        (Table::Interactions, json!({"interaction_id": "", "kind": "call"}), "interaction_id"),
        (Table::Interactions, json!({"occurred_at": "", "kind": "call"}), "occurred_at"),
        (Table::Customers, json!({"customer_id": "1", "created_at": ""}), "created_at"),
        (Table::Purchases, json!({"purchase_id": " ", "amount": 1}), "purchase_id"),
        (Table::Interactions, json!({"interaction_id": "\u{a0}", "kind": "call"}), "interaction_id"),
    ] {
        let (field, message) = problem(table, body);
        assert!(field == wrong && message.starts_with("is empty"), "{field}: {message}");
    }
}

#[test]
fn what_takes_money_back_takes_goods_back() {
    let quantity = |body| purchase(body).lines[0].quantity;
    assert_eq!(quantity(json!({"amount": -10})), -10_000);
    assert_eq!(quantity(json!({"amount": 10})), 10_000);
    assert_eq!(quantity(json!({"amount": 0})), 10_000);
    assert_eq!(quantity(json!({"unit_price": -2.5})), 10_000);
    assert_eq!(quantity(json!({"items": [{"product": "Tea", "amount": "-1.5"}]})), -10_000);
    assert_eq!(quantity(json!({"amount": -10, "kind": "discount"})), -10_000);
    // What is sent stays where signs mean nothing.
    assert_eq!(quantity(json!({"amount": -10, "quantity": 2, "kind": "discount"})), 20_000);
    assert_eq!(quantity(json!({"amount": 0, "quantity": -2})), -20_000);
    assert_eq!(quantity(json!({"amount": -10, "quantity": 0})), 0);
}

#[test]
fn goods_and_their_money_go_one_way() {
    for body in [
        json!({"amount": -10, "quantity": 1}),
        json!({"amount": 10, "quantity": "-1", "kind": "product"}),
        json!({"amount": 10, "quantity": -1, "kind": "service"}),
    ] {
        let (field, message) = problem(Table::Purchases, body);
        assert_eq!((field.as_str(), message.contains("`amount` is")), ("quantity", true), "{message}");
    }
    let (field, _) = problem(Table::Purchases, json!({"items": [{"amount": 1}, {"amount": -10, "quantity": 1}]}));
    assert_eq!(field, "items[1].quantity");
}

#[test]
fn what_a_purchase_and_its_lines_are() {
    let read = purchase(json!({"amount": 1}));
    assert_eq!((read.status, read.lines[0].kind), (Status::Completed, LineKind::Product));
    let read = purchase(json!({
        "status": "pending", "refund_of": 17, "source": "shopify",
        "items": [
            {"product": "Tea", "variant": "green", "amount": 10, "cost": 4, "discount": "1.5", "vat_rate": 22},
            {"kind": "shipping", "amount": 3},
        ],
    }));
    assert_eq!(
        (read.status, read.refund_of.as_deref(), read.source.as_deref()),
        (Status::Pending, Some("17"), Some("shopify"))
    );
    let tea = &read.lines[0];
    assert_eq!((tea.cost, tea.discount, tea.vat_rate), (Some(40_000), Some(15_000), Some(220_000)));
    assert_eq!((tea.variant.as_deref(), read.lines[1].kind), (Some("green"), LineKind::Shipping));
    // The shortest form has them beside the rest.
    let read = purchase(json!({"amount": 5, "kind": "service", "cost": 2, "variant": "x", "status": "cancelled"}));
    assert_eq!((read.status, read.lines[0].kind), (Status::Cancelled, LineKind::Service));
    assert_eq!((read.lines[0].cost, read.lines[0].variant.as_deref()), (Some(20_000), Some("x")));

    let (field, message) = problem(Table::Purchases, json!({"amount": 1, "status": "paid"}));
    assert_eq!(field, "status");
    assert!(message.contains("\"cancelled\""), "{message}");
    for (body, wrong) in [
        (json!({"items": [{"amount": 1, "kind": "goods"}]}), "items[0].kind"),
        (json!({"amount": 1, "vat_rate": 122}), "vat_rate"),
        (json!({"amount": 1, "cost": "cheap"}), "cost"),
        (json!({"items": [{"amount": 1}], "cost": 1}), "items"),
    ] {
        assert_eq!(problem(Table::Purchases, body).0, wrong);
    }
}

#[test]
fn a_sent_amount_is_kept() {
    let read = purchase(json!({"quantity": 3, "unit_price": 0.3333, "amount": 1}));
    assert_eq!(read.lines[0].amount, 10_000);
    let read = purchase(json!({"quantity": 0, "unit_price": 5}));
    assert_eq!(read.lines[0].amount, 0);
    // A refund.
    let read = purchase(json!({"quantity": -2, "unit_price": 1.25}));
    assert_eq!(read.lines[0].amount, -25_000);
}

#[test]
fn amounts_that_cannot_be_known_are_refused() {
    let (field, message) = problem(Table::Purchases, json!({"product": "Tea"}));
    assert_eq!((field.as_str(), message.contains("unit_price")), ("amount", true));
    let (field, message) = problem(Table::Purchases, json!({"quantity": 0.3333, "unit_price": 0.3333}));
    assert_eq!(field, "amount");
    assert_eq!(
        message,
        "quantity * unit_price = 0.3333 * 0.3333 needs more than 4 fraction digits; send `amount` as you booked it"
    );
    let (field, message) = problem(Table::Purchases, json!({"quantity": 99_999_999_999_999_i64, "unit_price": 2}));
    assert_eq!((field.as_str(), message.contains("is over 99999999999999.9999")), ("amount", true));
    let (field, message) =
        problem(Table::Purchases, json!({"items": [{"amount": 99_999_999_999_999_i64}, {"amount": 1}]}));
    assert_eq!((field.as_str(), message.contains("sum to more than")), ("items", true));
    // One message for one mistake.
    let (field, message) = problem(Table::Purchases, json!({"items": [{"amount": 1}, {"unit_price": 1.23456}]}));
    assert_eq!(field, "items[1].unit_price");
    assert_eq!(
        message,
        "expected a decimal with at most 4 fraction digits, got 1.23456; send fewer digits, or `amount` instead"
    );
}

#[test]
fn lines_are_named_by_path() {
    let body = json!({"items": [
        {"product": "Tea", "amount": 1},
        {"product": "Tea", "amount": 1, "quantity": "two", "colour": "red"},
        5,
        {"amount": true},
    ]});
    let problems: Vec<_> = refused(Table::Purchases, &body).into_iter().map(|p| (p.1, p.2)).collect();
    let paths: Vec<_> = problems.iter().map(|p| p.0.as_str()).collect();
    assert_eq!(paths, ["items[1].colour", "items[1].quantity", "items[2]", "items[3].amount"]);
    assert!(problems[0].1.contains("under the purchase's"), "{problems:?}");
    assert!(problems[2].1.contains("expected an object"), "{problems:?}");
}

#[test]
fn items_are_a_filled_array_alone() {
    let (field, message) = problem(Table::Purchases, json!({"items": [], "currency": "EUR"}));
    assert_eq!((field.as_str(), message.contains("is empty")), ("items", true));
    let (field, message) = problem(Table::Purchases, json!({"items": [{"amount": 1}], "product": "Tea", "amount": 1}));
    assert_eq!((field.as_str(), message.contains("product, amount")), ("items", true));
    for items in [json!({"amount": 1}), json!("x"), json!(5)] {
        let (field, message) = problem(Table::Purchases, json!({"items": items}));
        assert_eq!((field.as_str(), message.contains("expected an array of lines")), ("items", true));
    }
    let lines = |n: usize| json!({"items": vec![json!({"amount": 1}); n]});
    assert_eq!(purchase(lines(MAX_LINES)).lines.len(), MAX_LINES);
    let (field, message) = problem(Table::Purchases, lines(MAX_LINES + 1));
    assert_eq!((field.as_str(), message.contains("more than 10000 lines")), ("items", true));
}

#[test]
fn a_long_product_needs_an_id() {
    let name = "x".repeat(201);
    assert_eq!(problem(Table::Purchases, json!({"product": name, "amount": 1})).0, "product");
    assert_eq!(purchase(json!({"product": name, "product_id": 1, "amount": 1})).lines[0].product_id, some("1"));
}

#[test]
fn the_full_customer() {
    let read = customer(json!({
        "customer_id": 17850, "name": "Анна", "email": "a@b.c", "phone": "+7 999", "created_at": "2010-12-01T00:00:00+03:00",
        "tags": ["vip"], "attributes": {"city": "Kazan", "gone": null},
    }));
    assert_eq!(read.customer_id, "17850");
    assert_eq!(read.name, Change::Set("Анна".to_owned()));
    assert_eq!(read.email, Change::Set("a@b.c".to_owned()));
    assert_eq!(read.phone, Change::Set("+7 999".to_owned()));
    assert_eq!(read.created_at, Change::Set(1_291_150_800_000_000));
    assert_eq!(read.tags, Change::Set(vec!["vip".to_owned()]));
    let Change::Set(attributes) = read.attributes else { panic!() };
    assert_eq!(Value::Object(attributes), json!({"city": "Kazan", "gone": null}));
}

#[test]
fn a_customer_keeps_what_is_absent_and_clears_what_is_null() {
    assert_eq!(
        customer(json!({"customer_id": "1"})),
        CustomerPatch { customer_id: "1".to_owned(), ..CustomerPatch::default() }
    );
    let read = customer(json!({
        "customer_id": "1", "name": null, "email": "", "phone": null, "created_at": null, "tags": [], "attributes": null,
    }));
    assert_eq!(
        (read.name, read.email, read.phone, read.created_at, read.tags, read.attributes),
        (Change::Clear, Change::Clear, Change::Clear, Change::Clear, Change::Clear, Change::Clear)
    );
    assert_eq!(customer(json!({"customer_id": "1", "attributes": {}})).attributes, Change::Keep);
}

#[test]
fn required_fields_are_required() {
    for body in [json!({}), json!({"customer_id": null}), json!({"customer_id": ""})] {
        assert_eq!(problem(Table::Customers, body).0, "customer_id");
    }
    for body in [json!({}), json!({"kind": ""})] {
        assert_eq!(problem(Table::Interactions, body).0, "kind");
    }
    // A wrong one is wrong, not missing as well.
    assert!(problem(Table::Customers, json!({"customer_id": 1.5})).1.starts_with("expected a text or an integer"));
}

#[test]
fn the_full_interaction() {
    let read = interaction(json!({
        "interaction_id": "i1", "customer_id": "1", "kind": "call", "occurred_at": "2010-12-01T08:26:00Z", "channel": "phone",
        "direction": "in", "subject": "s", "body": "one\ntwo", "outcome": "won", "agent": "Olga", "attributes": {"a": [1]},
    }));
    let expected = Interaction {
        interaction_id: "i1".to_owned(),
        customer_id: some("1"),
        original_customer_id: None,
        kind: "call".to_owned(),
        channel: some("phone"),
        direction: some("in"),
        subject: some("s"),
        body: some("one\ntwo"),
        outcome: some("won"),
        agent: some("Olga"),
        occurred_at: 1_291_191_960_000_000,
        attributes: some(r#"{"a":[1]}"#),
        import_id: None,
        is_undated: false,
    };
    assert_eq!(read, expected);
    assert!(interaction(json!({"kind": "call"})).is_undated && purchase(json!({"amount": 1})).is_undated);
    assert_eq!(problem(Table::Interactions, json!({"kind": "call", "direction": "inbound"})).0, "direction");
    assert_eq!(interaction(json!({"kind": "call"})).occurred_at, NOW);
}

#[test]
fn every_bad_field_of_every_bad_record_is_listed() {
    let body = json!([
        {"customer_id": "1", "email": "x", "phone": 5, "emial": 1},
        {"customer_id": "2"},
        "three",
        {"name": "four", "created_at": "soon"},
    ]);
    let error = json_of(Table::Customers, &body).unwrap_err();
    let listed: Vec<_> = error.fields().iter().map(|f| (f.index, f.field.as_str())).collect();
    assert_eq!(listed, [(0, "emial"), (0, "email"), (0, "phone"), (2, ""), (3, "customer_id"), (3, "created_at")]);
    assert!(error.fields()[0].message.contains("did you mean `email`?"), "{error:?}");
    assert!(error.to_string().starts_with("3 of 4 records are wrong"), "{error}");
}

#[test]
fn skipping_keeps_the_good_ones() {
    let body = json!([{"amount": 1}, {"amount": "x"}, 7, {"amount": 2}]).to_string();
    let options = ParseOptions { on_error: OnError::Skip, ..options(Table::Purchases) };
    let parsed = parse(body.as_bytes(), Framing::Json, &options).unwrap();
    assert_eq!(parsed.rejected.iter().map(|r| r.index).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(parsed.generated.iter().map(|g| g.0).collect::<Vec<_>>(), [0, 3]);
    let ids: Vec<_> = parsed.generated.iter().map(|g| g.1.clone()).collect();
    let stored = purchases(parsed);
    assert_eq!(stored.iter().map(|p| p.purchase_id.clone()).collect::<Vec<_>>(), ids);
    assert_eq!(stored[1].lines[0].amount, 20_000);
}

#[test]
fn an_idempotency_key_makes_the_ids() {
    let body = json!([{"amount": 1}, {"purchase_id": "own", "amount": 1}, {"amount": 1}]).to_string();
    let keyed = |key: &str| {
        let options = ParseOptions { idempotency_key: some(key), ids: IdSource::random(), ..options(Table::Purchases) };
        parse(body.as_bytes(), Framing::Json, &options).unwrap()
    };
    let first = keyed("k");
    assert_eq!(first, keyed("k"));
    assert_ne!(first.generated, keyed("l").generated);
    assert_eq!(first.generated.iter().map(|g| g.0).collect::<Vec<_>>(), [0, 2]);
    assert!(first.generated.iter().all(|g| g.1.starts_with("i_")));
    assert_ne!(first.generated[0].1, first.generated[1].1);
}

#[test]
fn broken_json_is_refused_with_its_place() {
    let refused = |body: &str| {
        let error = parse(body.as_bytes(), Framing::Json, &options(Table::Customers)).unwrap_err();
        assert_eq!((error.kind(), error.code()), (Kind::Invalid, "invalid_json"), "{body}");
        error.to_string()
    };
    let message = refused("[\n  {\"customer_id\": \"1\"},\n  {\"customer_id\": }\n]");
    assert!(message.contains("expected value at line 3 column 19"), "{message}");
    assert!(refused("[{\"customer_id\": \"1\"}").contains("EOF while parsing a list at line 1"));
    assert!(refused("").contains("is empty"));
    assert!(refused("\n  \"x\"").contains("line 2 column 3 is neither an object nor an array"));
    assert!(refused("{\"customer_id\":1}\n{\"customer_id\":2}").contains("application/x-ndjson"));
    // Also where the usual way has already given up on an element.
    assert!(refused("[5,\n{]").contains("line 2"));
}

#[test]
fn bytes_that_are_not_utf8_are_refused_with_their_place() {
    let error = parse(b"[\n{\"customer_id\":\"\xff\"}]", Framing::Json, &options(Table::Customers)).unwrap_err();
    assert_eq!(error.code(), "invalid_json");
    assert!(error.to_string().contains("line 2 column 17"), "{error}");
}

#[test]
fn lines_of_ndjson_are_records() {
    let body = b"\xEF\xBB\xBF{\"customer_id\":1}\r\n\n  \n{\"customer_id\":2}\n{\"customer_id\":}\n[1]\n\"\xff\"\n{\"customer_id\":3} {}\n{\"customer_id\":4}";
    let options = ParseOptions { on_error: OnError::Skip, ..options(Table::Customers) };
    let parsed = parse(body, Framing::NdJson, &options).unwrap();
    let Records::Customers(good) = &parsed.records else { panic!() };
    assert_eq!(good.iter().map(|c| c.customer_id.as_str()).collect::<Vec<_>>(), ["1", "2", "4"]);
    let rejected: Vec<_> = parsed.rejected.iter().map(|r| (r.index, r.message.as_str())).collect();
    assert_eq!(rejected.iter().map(|r| r.0).collect::<Vec<_>>(), [2, 3, 4, 5]);
    assert_eq!(rejected[0].1, "line 5 is not valid JSON at column 16: expected value");
    assert!(rejected[1].1.contains("line 6: expected an object"));
    assert!(rejected[2].1.contains("line 7 is not UTF-8"));
    assert!(rejected[3].1.contains("trailing characters"));

    let strict = ParseOptions { on_error: OnError::Refuse, ..options };
    let error = parse(body, Framing::NdJson, &strict).unwrap_err();
    assert_eq!((error.code(), error.fields().len()), ("invalid_records", 4));
}

#[test]
fn no_records_are_no_error() {
    for (body, framing) in [("[]", Framing::Json), ("", Framing::NdJson), ("\n\n", Framing::NdJson)] {
        let parsed = parse(body.as_bytes(), framing, &options(Table::Customers)).unwrap();
        assert_eq!(parsed.records, Records::Customers(Vec::new()));
    }
}

#[test]
fn too_many_records_are_refused() {
    let line = "{\"amount\":1}";
    let at_most = vec![line; MAX_RECORDS].join("\n");
    let parsed = parse(at_most.as_bytes(), Framing::NdJson, &options(Table::Purchases)).unwrap();
    assert_eq!(purchases(parsed).len(), MAX_RECORDS);
    for (body, framing) in [
        (format!("{at_most}\n{line}"), Framing::NdJson),
        (format!("[{},{line}]", at_most.replace('\n', ",")), Framing::Json),
    ] {
        let error = parse(body.as_bytes(), framing, &options(Table::Purchases)).unwrap_err();
        assert_eq!((error.kind(), error.code()), (Kind::TooLarge, "too_many_records"));
    }
}

#[test]
fn a_small_body_cannot_ask_for_much_memory() {
    let item = vec!["{\"amount\":1}"; MAX_LINES].join(",");
    let one = format!("{{\"attributes\":{{\"a\":\"{}\"}},\"items\":[{item}]}}", "x".repeat(16_000));
    let long = vec![one; 2].join("\n");
    let many = vec![format!("{{\"items\":[{item}]}}"); 140].join("\n");
    let values = format!("{{\"customer_id\":1,\"attributes\":{{\"a\":[{}]}}}}", vec!["1"; 8_000].join(","));
    let nested = vec![values; 600].join("\n");
    for (body, table) in [(long, Table::Purchases), (many, Table::Purchases), (nested, Table::Customers)] {
        let error = parse(body.as_bytes(), Framing::NdJson, &options(table)).unwrap_err();
        assert_eq!((error.kind(), error.code()), (Kind::TooLarge, "too_much_memory"));
    }
}

#[test]
fn keys_are_told_once() {
    let body = r#"[{"customer_id":"1","name":"a","name":"b","$serde_json::private::Number":"1"}]"#;
    let error = parse(body.as_bytes(), Framing::Json, &options(Table::Customers)).unwrap_err();
    let fields: Vec<_> = error.fields().iter().map(|f| f.field.as_str()).collect();
    assert_eq!(fields, ["name", "$serde_json::private::Number"]);
    assert!(error.fields()[0].message.contains("twice"));
}

proptest! {
    #[test]
    fn decimals_are_exact(units in -decimal::MAX..=decimal::MAX, quoted in any::<bool>()) {
        let text = decimal::text(units);
        let body = if quoted { format!("{{\"amount\":\"{text}\"}}") } else { format!("{{\"amount\":{text}}}") };
        let parsed = parse(body.as_bytes(), Framing::Json, &options(Table::Purchases)).unwrap();
        prop_assert_eq!(purchases(parsed)[0].lines[0].amount, units);
    }

    #[test]
    fn array_and_lines_are_the_same(names in vec(any::<String>(), 0..20)) {
        // Whatever the texts are, and whether good or bad, both framings read the same records.
        let records: Vec<Value> = names.iter().map(|n| json!({"customer_id": n, "name": n})).collect();
        let options = ParseOptions { on_error: OnError::Skip, ..options(Table::Customers) };
        let array = parse(Value::from(records.clone()).to_string().as_bytes(), Framing::Json, &options).unwrap();
        let lines: Vec<String> = records.iter().map(Value::to_string).collect();
        prop_assert_eq!(array, parse(lines.join("\n").as_bytes(), Framing::NdJson, &options).unwrap());
    }

    #[test]
    fn no_body_panics(body in vec(any::<u8>(), 0..200), text in "[\\[\\]{}\":,a0-9.eE\\\\-]{0,60}") {
        for table in Table::ALL {
            for framing in [Framing::Json, Framing::NdJson] {
                let _ = parse(&body, framing, &options(table));
                let _ = parse(text.as_bytes(), framing, &options(table));
            }
        }
    }
}
