#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use arrow::{
    array::{Decimal128Array, TimestampMillisecondArray},
    datatypes::Decimal128Type,
};
use proptest::{collection::vec, option, prelude::*};

use super::*;
use crate::record::Status;

fn text_of(rows: &RecordBatch, name: &str, row: usize) -> Option<String> {
    text_at(rows, name, row).unwrap()
}

fn decimal_of(rows: &RecordBatch, name: &str, row: usize) -> Option<i64> {
    let array: &Decimal128Array = rows.column_by_name(name).unwrap().as_primitive::<Decimal128Type>();
    (!array.is_null(row)).then(|| i64::try_from(array.value(row)).unwrap())
}

fn bool_of(rows: &RecordBatch, name: &str, row: usize) -> bool {
    rows.column_by_name(name).unwrap().as_boolean().value(row)
}

fn number_of(rows: &RecordBatch, row: usize) -> i32 {
    rows.column_by_name("line").unwrap().as_primitive::<arrow::datatypes::Int32Type>().value(row)
}

/// The purchases of rows that stand together, the inverse of [`purchases_batch`].
fn purchases_of(rows: &RecordBatch) -> Vec<Purchase> {
    let mut purchases: Vec<Purchase> = Vec::new();
    for row in 0..rows.num_rows() {
        if number_of(rows, row) == 1 {
            purchases.push(Purchase {
                purchase_id: text_of(rows, "purchase_id", row).unwrap(),
                customer_id: text_of(rows, "customer_id", row),
                original_customer_id: text_of(rows, "original_customer_id", row),
                occurred_at: time_at(rows, "occurred_at", row).unwrap().unwrap(),
                currency: text_of(rows, "currency", row).unwrap().into(),
                channel: text_of(rows, "channel", row),
                attributes: text_of(rows, "attributes", row),
                status: Status::from_name(&text_of(rows, "status", row).unwrap()).unwrap(),
                refund_of: text_of(rows, "refund_of", row),
                source: text_of(rows, "source", row),
                import_id: text_of(rows, "_import_id", row).map(Into::into),
                lines: Vec::new(),
                is_undated: false,
            });
        }
        purchases.last_mut().unwrap().lines.push(Line {
            product_id: text_of(rows, "product_id", row),
            product: text_of(rows, "product", row),
            category: text_of(rows, "category", row),
            quantity: decimal_of(rows, "quantity", row).unwrap(),
            unit_price: decimal_of(rows, "unit_price", row),
            amount: decimal_of(rows, "amount", row).unwrap(),
            kind: LineKind::from_name(&text_of(rows, "kind", row).unwrap()).unwrap(),
            cost: decimal_of(rows, "cost", row),
            discount: decimal_of(rows, "discount", row),
            vat_rate: decimal_of(rows, "vat_rate", row),
            variant: text_of(rows, "variant", row),
        });
    }
    purchases
}

fn line(product: Option<&str>, category: Option<&str>, amount: i64) -> Line {
    Line {
        product_id: product.map(str::to_owned),
        category: category.map(str::to_owned),
        quantity: decimal::UNIT,
        amount,
        ..Line::default()
    }
}

#[test]
fn facts_of_a_purchase_stand_on_its_lines() {
    let lines = vec![
        line(Some("a"), Some("x"), 10),
        line(None, Some("x"), 20),
        line(Some("a"), None, -5),
        line(None, Some("y"), 0),
        line(Some("b"), None, 1),
    ];
    let purchase = |id: &str| Purchase {
        purchase_id: id.to_owned(),
        currency: "EUR".into(),
        lines: lines.clone(),
        ..Purchase::default()
    };
    // The second purchase starts anew.
    let rows = purchases_batch(&[purchase("1"), purchase("2")], 9).unwrap();
    assert_eq!(rows.schema(), Table::Purchases.schema());
    for start in [0, 5] {
        let column = |name: &str| (start..start + 5).map(|row| bool_of(&rows, name, row)).collect::<Vec<_>>();
        assert_eq!(column("first_of_product"), [true, true, false, false, true]);
        assert_eq!(column("first_of_category"), [true, false, true, true, false]);
        for row in 0..5 {
            assert_eq!(decimal_of(&rows, "purchase_amount", start + row), Some(26));
            assert_eq!(number_of(&rows, start + row), row as i32 + 1);
            assert_eq!(time_at(&rows, "_ingested_at", start + row).unwrap(), Some(9));
        }
    }
}

#[test]
fn goods_are_told_from_what_else_has_their_id() {
    let shipping = Line { kind: LineKind::Shipping, ..line(Some("a"), None, 5) };
    let lines = vec![shipping.clone(), line(Some("a"), None, 10), shipping, line(Some("a"), None, 10)];
    let rows = purchases_batch(&[Purchase { lines, ..Purchase::default() }], 0).unwrap();
    let firsts: Vec<bool> = (0..4).map(|row| bool_of(&rows, "first_of_product", row)).collect();
    assert_eq!(firsts, [true, true, false, false]);
}

#[test]
fn a_customer_of_an_earlier_file_has_said_nothing_of_consent() {
    let customer = Customer { consent: Some("[]".to_owned()), do_not_contact: Some(true), ..Customer::stub("1", 1, 1) };
    let rows = customers_batch(std::slice::from_ref(&customer), 0).unwrap();
    assert_eq!(customer_from_row(&rows, 0).unwrap(), customer);
    let earlier = rows.project(&(0..=rows.schema().index_of("_ingested_at").unwrap()).collect::<Vec<_>>()).unwrap();
    assert_eq!(customer_from_row(&earlier, 0).unwrap(), Customer::stub("1", 1, 1));
}

#[test]
fn no_records_are_no_rows() {
    for (rows, table) in [
        (customers_batch(&[], 0).unwrap(), Table::Customers),
        (purchases_batch(&[], 0).unwrap(), Table::Purchases),
        (interactions_batch(&[], 0).unwrap(), Table::Interactions),
    ] {
        assert_eq!((rows.num_rows(), rows.schema()), (0, table.schema()));
    }
}

#[test]
fn a_total_over_the_decimal_is_an_error() {
    let lines = vec![line(None, None, decimal::MAX), line(None, None, 1)];
    let purchase = Purchase { lines, ..Purchase::default() };
    assert_eq!(purchases_batch(&[purchase], 0).unwrap_err().kind(), Kind::Internal);
}

#[test]
fn interactions_fill_every_column() {
    let text = |s: &str| Some(s.to_owned());
    let interaction = Interaction {
        interaction_id: "1".to_owned(),
        customer_id: text("2"),
        original_customer_id: text("1"),
        kind: "call".to_owned(),
        channel: text("phone"),
        direction: text("in"),
        subject: text("subject"),
        body: text("body"),
        outcome: text("won"),
        agent: text("Olga"),
        occurred_at: 5,
        attributes: text("{\"a\":1}"),
        import_id: None,
        is_undated: false,
    };
    let rows = interactions_batch(&[interaction], 6).unwrap();
    assert_eq!(rows.schema(), Table::Interactions.schema());
    let names = [
        "interaction_id",
        "customer_id",
        "kind",
        "channel",
        "direction",
        "subject",
        "body",
        "outcome",
        "agent",
        "attributes",
    ];
    let values: Vec<_> = names.iter().map(|name| text_of(&rows, name, 0).unwrap()).collect();
    assert_eq!(values, ["1", "2", "call", "phone", "in", "subject", "body", "won", "Olga", "{\"a\":1}"]);
    assert_eq!(time_at(&rows, "occurred_at", 0).unwrap(), Some(5));
    assert_eq!(time_at(&rows, "_ingested_at", 0).unwrap(), Some(6));
}

#[test]
fn customers_come_back_from_any_type_of_text() {
    let customer = Customer {
        customer_id: "1".to_owned(),
        name: Some("Анна".to_owned()),
        created_at: Some(1_000),
        updated_at: 2_000,
        ..Customer::default()
    };
    let rows = customers_batch(&[Customer::stub("0", 1, 1), customer.clone()], 0).unwrap();
    let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    for wanted in [DataType::LargeUtf8, DataType::Utf8View, dictionary] {
        let columns = rows.columns().iter().zip(rows.schema_ref().fields()).map(|(array, field)| {
            let array =
                if array.data_type() == &DataType::Utf8 { cast(array, &wanted).unwrap() } else { array.clone() };
            (field.name().clone(), array)
        });
        let other = RecordBatch::try_from_iter(columns).unwrap();
        assert_eq!(customer_from_row(&other, 1).unwrap(), customer);
    }
}

#[test]
fn damaged_rows_are_named() {
    let rows = customers_batch(&[Customer::stub("1", 1, 1)], 0).unwrap();
    let without = rows.project(&[0, 1, 2, 3, 4, 5, 6]).unwrap();
    let error = customer_from_row(&without, 0).unwrap_err();
    assert_eq!(error.kind(), Kind::Corrupt);
    assert!(error.to_string().contains("updated_at"), "{error}");

    let millis: ArrayRef = Arc::new(TimestampMillisecondArray::from(vec![7]));
    let replaced = |name: &str, array: &ArrayRef| {
        let columns =
            rows.columns().iter().zip(rows.schema_ref().fields()).map(|(old, field)| {
                (field.name().clone(), if field.name() == name { array.clone() } else { old.clone() })
            });
        RecordBatch::try_from_iter(columns).unwrap()
    };
    assert_eq!(customer_from_row(&replaced("updated_at", &millis), 0).unwrap().updated_at, 7_000);
    for name in ["name", "created_at"] {
        let error =
            customer_from_row(&replaced(name, &(Arc::new(Int32Array::from(vec![1])) as ArrayRef)), 0).unwrap_err();
        assert!(error.to_string().contains(name), "{error}");
    }
}

fn any_text() -> impl Strategy<Value = Option<String>> {
    option::of("\\PC{0,12}")
}

prop_compose! {
    fn any_customer()(
        customer_id in "\\PC{1,12}", name in any_text(), email in any_text(), phone in any_text(), tags in any_text(),
        attributes in any_text(), created_at in option::of(any::<i64>()), updated_at in any::<i64>(), consent in any_text(),
        do_not_contact in option::of(any::<bool>()), import_id in any_text(),
    ) -> Customer {
        let import_id = import_id.map(Into::into);
        Customer {
            customer_id, name, email, phone, tags, attributes, created_at, updated_at, consent, do_not_contact, import_id,
        }
    }
}

prop_compose! {
    fn any_line()(
        product_id in option::of("[abc]"), product in any_text(), category in option::of("[xy]"),
        quantity in -decimal::MAX..=decimal::MAX, unit_price in option::of(-decimal::MAX..=decimal::MAX),
        amount in -1_000_000_000_i64..1_000_000_000, kind in prop_oneof![Just(LineKind::Product), Just(LineKind::GiftCard)],
        cost in option::of(-decimal::MAX..=decimal::MAX), variant in any_text(),
    ) -> Line {
        Line { product_id, product, category, quantity, unit_price, amount, kind, cost, discount: cost, vat_rate: None, variant }
    }
}

prop_compose! {
    fn any_purchase()(
        purchase_id in "\\PC{1,12}", customer_id in any_text(), occurred_at in any::<i64>(), currency in "[A-Z]{3}",
        channel in any_text(), attributes in any_text(), lines in vec(any_line(), 1..6),
        status in prop_oneof![Just(Status::Completed), Just(Status::Pending)], refund_of in any_text(), source in any_text(),
    ) -> Purchase {
        let currency = currency.into();
        let original_customer_id = source.clone();
        Purchase {
            purchase_id, customer_id, original_customer_id, occurred_at, currency, channel, attributes, status, refund_of, source, lines,
            is_undated: false, import_id: None,
        }
    }
}

proptest! {
    #[test]
    fn customers_to_rows_and_back(customers in vec(any_customer(), 0..8)) {
        let rows = customers_batch(&customers, 0).unwrap();
        prop_assert_eq!(rows.schema(), Table::Customers.schema());
        let back: Vec<_> = (0..rows.num_rows()).map(|row| customer_from_row(&rows, row).unwrap()).collect();
        prop_assert_eq!(back, customers);
    }

    #[test]
    fn purchases_to_rows_and_back(purchases in vec(any_purchase(), 0..6)) {
        let rows = purchases_batch(&purchases, 0).unwrap();
        prop_assert_eq!(purchases_of(&rows), purchases.clone());
        // Counting orders and products by the facts gives what counting by keys gives.
        let firsts = (0..rows.num_rows()).filter(|row| bool_of(&rows, "first_of_product", *row)).count();
        let distinct: usize = purchases.iter().map(|p| p.lines.iter().map(|l| (l.kind == LineKind::Product, &l.product_id)).collect::<HashSet<_>>().len()).sum();
        prop_assert_eq!(firsts, distinct);
    }
}
