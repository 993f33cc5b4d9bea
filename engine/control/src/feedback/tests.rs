//! What was said last counts, and goes when it names a customer.

use kupets_core::Kind;

use super::{Feedback, MAX_COMMENT_BYTES, Verdict, get, set};
use crate::{
    conversations::{Conversations, Message, Owner, Status},
    personal_data::PersonalData,
    testing::{Fixture, tenant},
};

const ANNA: Owner<'static> = Owner::Person("anna");

fn message() -> Message {
    Message {
        asked_at: 1,
        question: "?".into(),
        language: "en".into(),
        status: Status::Answered,
        answer: None,
        source: None,
        interpretation: None,
        plan: None,
        statement: None,
        bound: None,
        snapshot: None,
        model: None,
        gate: None,
        elapsed: None,
        choices: None,
        alternatives: None,
        chart: None,
    }
}

#[tokio::test]
async fn the_last_word_counts_and_a_comment_is_forgotten_with_whom_it_names() {
    let f = Fixture::new().await;
    let all = Conversations::new(f.pool.clone());
    all.start(&tenant(1), ANNA, "c", 1).await.unwrap();
    all.append(&tenant(1), ANNA, "c", "m", &message(), &[]).await.unwrap();
    assert_eq!(get(&f.pool, &tenant(1), ANNA, "m").await.unwrap(), None);
    let up = Feedback { verdict: Verdict::Up, comment: None, sent_at: 1 };
    let down = Feedback { verdict: Verdict::Down, comment: Some("not for cust-17".into()), sent_at: 2 };
    for said in [&up, &down] {
        set(&f.pool, &tenant(1), ANNA, "m", said).await.unwrap();
        assert_eq!(get(&f.pool, &tenant(1), ANNA, "m").await.unwrap().as_ref(), Some(said));
    }
    let long = Feedback { comment: Some("a".repeat(MAX_COMMENT_BYTES + 1)), ..up };
    assert_eq!(set(&f.pool, &tenant(1), ANNA, "m", &long).await.unwrap_err().kind(), Kind::TooLarge);
    for (tenant, owner) in [(tenant(2), ANNA), (tenant(1), Owner::Person("boris"))] {
        assert_eq!(get(&f.pool, &tenant, owner, "m").await.unwrap(), None);
    }
    PersonalData::new(f.pool.clone()).forget(&tenant(1), "cust-17").await.unwrap();
    let left = Feedback { comment: None, ..down };
    assert_eq!(get(&f.pool, &tenant(1), ANNA, "m").await.unwrap(), Some(left));
}
