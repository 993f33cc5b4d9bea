//! Who is named in prose, and what is forgotten then.

use super::{Person, Wanted};
use crate::{
    personal_data::PersonalData,
    testing::{Fixture, tenant},
    verified_questions::{VerifiedQuestion, VerifiedQuestions},
};

fn anna() -> Person {
    Person {
        name: Some("Анна Королёва".into()),
        email: Some("Anna.K@Example.com".into()),
        phone: Some("+7 (903) 123-45-67".into()),
    }
}

#[test]
fn names_are_found_inflected_numbers_as_they_are_written_and_nobody_else() {
    let wanted = Wanted::new(&anna());
    for text in [
        "Расскажи об Анне Королевой",
        "королёва, анна: сколько купила?",
        "Анною Королёвою",
        r#"{"email":"anna.k@example.COM"}"#,
        "позвони 8 903 123 45 67",
        "тел. 89031234567, срочно",
        r#"{"text":"строка\nАнна\nКоролёва"}"#,
    ] {
        assert!(wanted.is_named_in(text), "{text}");
    }
    for text in ["Анна Петрова", "Королёва Ольга", "анналы королевства", "8 903 123 45 68", "903", "k@example.com", ""]
    {
        assert!(!wanted.is_named_in(text), "{text}");
    }
}

#[test]
fn too_little_names_nobody() {
    let blank = Person { name: Some(" ".into()), email: Some("none".into()), phone: Some("903".into()) };
    for person in [Person::default(), blank] {
        let wanted = Wanted::new(&person);
        assert!(wanted.is_nobody());
        assert!(!wanted.is_named_in("none 903"));
    }
    // A short name is looked for as it is.
    let short = Wanted::new(&Person { name: Some("Ия Ли".into()), ..Person::default() });
    assert!(short.is_named_in("что купила Ия Ли?"));
    assert!(!short.is_named_in("или"));
}

#[tokio::test]
async fn every_page_of_a_workspace_is_looked_at_and_no_other_workspace() {
    let f = Fixture::new().await;
    let all = VerifiedQuestions::new(f.pool.clone());
    let question = |n: usize, words: &str, expected: &str| VerifiedQuestion {
        id: format!("q{n:03}"),
        name: format!("n{n:03}"),
        question: words.into(),
        language: "ru".into(),
        plan: Some("{}".into()),
        statement: None,
        expected: Some(expected.into()),
        created_by: None,
        created_at: 1,
        updated_at: 1,
    };
    for n in 0..450 {
        let words =
            if n % 149 == 0 { "Что купила Анна Королёва?" } else { "Что купили?" };
        let expected = if n == 449 { r#"["anna.k@example.com"]"# } else { "[]" };
        all.put(&tenant(1), &question(n, words, expected)).await.unwrap();
    }
    all.put(&tenant(2), &question(0, "Анна Королёва", "[]")).await.unwrap();
    let registry = PersonalData::new(f.pool.clone());
    let told = registry.export_mentions(&tenant(1), &anna()).await.unwrap();
    // 0, 149, 298, 447, and the rows of 449.
    assert_eq!(told["verified_questions"].as_array().map(Vec::len), Some(5), "{told}");
    assert_eq!(registry.forget_mentions(&tenant(1), &anna()).await.unwrap(), 5);
    let left = all.list(&tenant(1)).await.unwrap();
    assert_eq!(left.len(), 446);
    assert_eq!(left.iter().filter(|question| question.expected.is_none()).count(), 1);
    assert_eq!(all.list(&tenant(2)).await.unwrap().len(), 1);
    assert_eq!(registry.export_mentions(&tenant(1), &anna()).await.unwrap(), serde_json::json!({}));
    assert_eq!(registry.forget_mentions(&tenant(2), &Person::default()).await.unwrap(), 0);
}
