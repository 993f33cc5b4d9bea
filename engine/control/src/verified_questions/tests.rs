//! Verified questions: one a name, bounded, and apart by workspace.

use kupets_core::Kind;

use super::{MAX_EXPECTED_BYTES, MAX_QUESTIONS, VerifiedQuestion, VerifiedQuestions};
use crate::{
    personal_data::PersonalData,
    testing::{Fixture, tenant},
};

fn question(id: &str, name: &str) -> VerifiedQuestion {
    VerifiedQuestion {
        id: id.into(),
        name: name.into(),
        question: "Сколько продали?".into(),
        language: "ru".into(),
        plan: Some("{}".into()),
        statement: None,
        expected: Some(r#"{"columns":["n"],"rows":[[1]]}"#.into()),
        created_by: Some("anna".into()),
        created_at: 1,
        updated_at: 1,
    }
}

#[tokio::test]
async fn a_name_is_given_once_whatever_its_case_and_workspaces_are_apart() {
    let f = Fixture::new().await;
    let all = VerifiedQuestions::new(f.pool.clone());
    all.put(&tenant(1), &question("q1", " Выручка ")).await.unwrap();
    let taken = all.put(&tenant(1), &question("q2", "ВЫРУЧКА")).await.unwrap_err();
    assert_eq!((taken.kind(), taken.code()), (Kind::Conflict, "name_taken"));
    all.put(&tenant(1), &question("q2", "Another")).await.unwrap();
    // The same id and name of another workspace are another question.
    let other = VerifiedQuestion { plan: None, statement: Some("SELECT 1".into()), ..question("q1", "выручка") };
    all.put(&tenant(2), &other).await.unwrap();
    let changed = VerifiedQuestion {
        created_by: Some("boris".into()),
        created_at: 9,
        updated_at: 9,
        question: "И теперь?".into(),
        ..question("q1", "выручка")
    };
    all.put(&tenant(1), &changed).await.unwrap();
    let kept = VerifiedQuestion { created_by: Some("anna".into()), created_at: 1, ..changed };
    assert_eq!(all.get(&tenant(1), "q1").await.unwrap(), kept);
    assert_eq!(all.list(&tenant(1)).await.unwrap(), [question("q2", "Another"), kept]);
    assert_eq!(all.list(&tenant(2)).await.unwrap(), [other]);
    assert_eq!(all.get(&tenant(2), "q2").await.unwrap_err().kind(), Kind::NotFound);
    assert!(!all.delete(&tenant(2), "q2").await.unwrap());
    assert!(all.delete(&tenant(1), "q1").await.unwrap());
    assert_eq!(all.list(&tenant(2)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_incomplete_too_large_or_too_many_is_refused() {
    let f = Fixture::new().await;
    let all = VerifiedQuestions::new(f.pool.clone());
    let good = question("q", "n");
    let bad = [
        (VerifiedQuestion { name: " ".into(), ..good.clone() }, "empty_question"),
        (VerifiedQuestion { plan: None, ..good.clone() }, "plan_or_statement"),
        (VerifiedQuestion { statement: Some("SELECT 1".into()), ..good.clone() }, "plan_or_statement"),
        (VerifiedQuestion { plan: Some("{".into()), ..good.clone() }, "bad_json"),
        (VerifiedQuestion { expected: Some("1".repeat(MAX_EXPECTED_BYTES + 1)), ..good.clone() }, "text_too_large"),
    ];
    for (question, code) in bad {
        assert_eq!(all.put(&tenant(1), &question).await.unwrap_err().code(), code);
    }
    assert!(all.list(&tenant(1)).await.unwrap().is_empty());
    for n in 0..MAX_QUESTIONS {
        all.put(&tenant(1), &question(&format!("q{n}"), &format!("n{n}"))).await.unwrap();
    }
    assert_eq!(all.put(&tenant(1), &good).await.unwrap_err().code(), "too_many_questions");
    // One that is there may still change, and another workspace has its own.
    all.put(&tenant(1), &question("q7", "new name")).await.unwrap();
    all.put(&tenant(2), &good).await.unwrap();
}

#[tokio::test]
async fn a_question_about_a_customer_goes_and_rows_that_name_one_are_emptied() {
    let f = Fixture::new().await;
    let all = VerifiedQuestions::new(f.pool.clone());
    let about = VerifiedQuestion { question: "Сколько купил cust-17?".into(), ..question("about", "a") };
    let rows = VerifiedQuestion { expected: Some(r#"{"rows":[["cust-17",5]]}"#.into()), ..question("rows", "b") };
    for question in [&about, &rows, &question("none", "c")] {
        all.put(&tenant(1), question).await.unwrap();
    }
    let registry = PersonalData::new(f.pool.clone());
    let told = registry.export(&tenant(1), "cust-17").await.unwrap();
    assert_eq!(told["verified_questions"].as_array().map(Vec::len), Some(2), "{told}");
    assert_eq!(told["verified_questions"][1]["expected"]["rows"][0][0], "cust-17");
    registry.forget(&tenant(1), "cust-17").await.unwrap();
    assert_eq!(
        all.list(&tenant(1)).await.unwrap(),
        [VerifiedQuestion { expected: None, ..rows }, question("none", "c")]
    );
}
