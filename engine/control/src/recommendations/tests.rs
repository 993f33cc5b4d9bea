//! Decisions as they are stored and read.

use kupets_core::Kind;

use super::{DecisionRow, Recommendations, TargetRow};
use crate::{
    personal_data::PersonalData,
    testing::{Fixture, tenant},
};

fn decision(id: &str, round: i64) -> DecisionRow {
    DecisionRow {
        id: id.into(),
        round,
        kind: "win_back".into(),
        status: "accepted".into(),
        decided_at: 10 + round,
        accepted_at: Some(10 + round),
        done_at: None,
        measured_until: Some(100),
        item: "{}".into(),
        customer_id: None,
    }
}

fn targets(ids: impl IntoIterator<Item = String>) -> Vec<TargetRow> {
    ids.into_iter().map(|customer_id| TargetRow { held_out: customer_id.ends_with('1'), customer_id }).collect()
}

#[tokio::test]
async fn the_last_round_counts_and_tenants_are_apart() {
    let f = Fixture::new().await;
    let decisions = Recommendations::new(f.pool.clone());
    let many = targets((0..2_500).map(|n| format!("c{n:04}")));
    decisions.insert(&tenant(1), &decision("r", 1), &many, None).await.unwrap();
    decisions.insert(&tenant(1), &decision("r", 2), &[], None).await.unwrap();
    let again = decisions.insert(&tenant(1), &decision("r", 2), &[], None).await.unwrap_err();
    assert_eq!((again.kind(), again.code()), (Kind::Conflict, "decided_already"));
    assert_eq!(decisions.latest(&tenant(1)).await.unwrap(), [decision("r", 2)]);
    assert_eq!(decisions.tasks(&tenant(1)).await.unwrap(), [decision("r", 1), decision("r", 2)]);
    assert_eq!(decisions.targets(&tenant(1), "r", 1).await.unwrap(), many);
    assert_eq!(decisions.busy(&tenant(1), 99).await.unwrap().len(), 2_500);
    assert!(decisions.busy(&tenant(1), 100).await.unwrap().is_empty());
    assert!(decisions.latest(&tenant(2)).await.unwrap().is_empty());
    let dismissed = DecisionRow { status: "dismissed".into(), decided_at: 50, ..decision("r", 2) };
    decisions.update(&tenant(1), &dismissed).await.unwrap();
    assert_eq!(decisions.latest(&tenant(1)).await.unwrap(), [dismissed]);
    assert_eq!(decisions.tasks(&tenant(1)).await.unwrap(), [decision("r", 1)]);
}

#[tokio::test]
async fn forgetting_takes_a_customer_out_of_lists_and_decisions_about_it_alone_away() {
    let f = Fixture::new().await;
    let decisions = Recommendations::new(f.pool.clone());
    let both = targets(["anna".into(), "boris".into()]);
    decisions.insert(&tenant(1), &decision("list", 1), &both, None).await.unwrap();
    let alone = DecisionRow { customer_id: Some("anna".into()), ..decision("alone", 1) };
    decisions.insert(&tenant(1), &alone, &targets(["anna".into()]), None).await.unwrap();
    PersonalData::new(f.pool.clone()).forget(&tenant(1), "anna").await.unwrap();
    assert_eq!(decisions.latest(&tenant(1)).await.unwrap(), [decision("list", 1)]);
    assert_eq!(decisions.targets(&tenant(1), "list", 1).await.unwrap(), targets(["boris".into()]));
}
