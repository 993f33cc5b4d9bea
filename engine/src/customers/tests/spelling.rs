//! Names, addresses and numbers in any spelling, and what customers agreed to: searched for and filtered by.

use super::*;

const SPELLED: &str = r#"[
    {"customer_id":"ru","name":"Renée Müller","email":"Renee@Example.com","phone":"8 (900) 555-12-34","attributes":{"city":"Орёл"}},
    {"customer_id":"de","name":"Пе\u0308тр Strauß","email":"petr@example.org","phone":"+49 (0) 711 555123"},
    {"customer_id":"home","phone":"0711 777888"},
    {"customer_id":"two","phone":"+7 900 555-77-88, доб. 5; 8 495 555-99-00"}]"#;

#[tokio::test(flavor = "multi_thread")]
async fn spellings_of_a_name_an_address_and_a_number_are_one() {
    let bench = Bench::empty().await;
    bench.send(Table::Customers, SPELLED).await;
    for (search, expected) in [
        ("renee muller", "ru"),
        ("RENÉE mu\u{308}ller", "ru"),
        ("петр strauss", "de"),
        ("ПЁТР", "de"),
        ("RENEE@example.COM", "ru"),
        ("+7 900 555-12-34", "ru"),
        ("79005551234", "ru"),
        ("8 900 555", "ru two"),
        ("89005551234", "ru"),
        ("900 5551234", "ru"),
        ("+7 (900) 555 77 88", "two"),
        ("84955559900", "two"),
        ("+49 711 555123", "de"),
        ("0049711555123", "de"),
        ("0711 555123", "de"),
        ("+49 (0) 711 777888", "home"),
        ("+49 711", "de"),
        ("0711", "de home"),
        ("muller 8 900 555-12-34", "ru"),
        ("+7 900 555-12-35", ""),
    ] {
        assert_eq!(bench.found(search).await, expected, "{search}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_take_any_spelling_too() {
    use Comparison::*;
    let bench = Bench::empty().await;
    bench.send(Table::Customers, SPELLED).await;
    for (field, comparison, value, expected) in [
        ("name", Equal, "renee MULLER", "ru"),
        ("name", Contains, "ПЕТР", "de"),
        ("name", NotEqual, "Renee Müller", "de home two"),
        ("email", Equal, "RENEE@EXAMPLE.COM", "ru"),
        ("email", Contains, "@Example", "de ru"),
        ("phone", Equal, "+7 900 555-12-34", "ru"),
        ("phone", Equal, "900 555 12 34", "ru"),
        ("phone", Equal, "0711 555123", "de"),
        ("phone", Equal, "+49 711 777888", "home"),
        ("phone", NotEqual, "+7 900 555-12-34", "de home two"),
        ("phone", Contains, "8 900", "ru two"),
        ("phone", Contains, "доб.", "two"),
        ("attributes.city", Equal, "орел", "ru"),
        ("attributes.city", Contains, "ЁЛ", "ru"),
        ("attributes.city", NotEqual, "Орел", "de home two"),
        ("customer_id", Equal, "RU", ""),
    ] {
        assert_eq!(bench.filtered(&[(field, comparison, value)]).await, expected, "{field} {value}");
    }
    assert!(
        bench
            .refusal(CustomerQuery { filters: vec![vec![filter(&("phone", Less, "8"))]], ..all() })
            .await
            .contains("no order")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_are_found_by_what_they_agreed_to() {
    use Comparison::*;
    let bench = Bench::empty().await;
    let people = r#"[
        {"customer_id":"yes","consent":[{"channel":"email","given":true,"at":"2026-02-01"},{"channel":"email","given":false,"at":"2026-01-01"}]},
        {"customer_id":"no","consent":[{"channel":"email","given":true},{"channel":"email","given":false}]},
        {"customer_id":"sms","consent":[{"channel":"SMS","given":true}]},
        {"customer_id":"unasked","do_not_contact":true}]"#;
    bench.send(Table::Customers, people).await;
    for (comparison, value, expected) in [
        (Equal, "email", "yes"),
        (NotEqual, "email", "no sms unasked"),
        (Equal, "sms", "sms"),
        (Equal, "", "unasked"),
        (NotEqual, "", "no sms yes"),
    ] {
        assert_eq!(bench.filtered(&[("consent", comparison, value)]).await, expected, "{comparison:?} {value}");
    }
    let both = [("consent", Equal, "email"), ("do_not_contact", NotEqual, "true")];
    assert_eq!(bench.filtered(&both).await, "yes");
    let order = CustomerQuery { filters: vec![vec![filter(&("consent", Contains, "email"))]], ..all() };
    assert!(bench.refusal(order).await.contains("channel such as email"));
}
