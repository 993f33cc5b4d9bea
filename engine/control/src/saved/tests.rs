//! What is saved is seen by its owner and by whom it is shared with, and an erased person is in none of it.

use kupets_core::Kind;

use super::{
    After,
    dashboards::{Dashboard, Dashboards},
    reports::{SavedReport, SavedReports},
    views::{View, Views},
};
use crate::{
    personal_data::{Person, PersonalData},
    testing::{Fixture, tenant},
};

fn view(id: &str, owner: &str, shared: bool) -> View {
    View {
        id: id.into(),
        name: format!("view {id}"),
        page: "customers".into(),
        query: "sort=-revenue".into(),
        query_text: "sort=-revenue".into(),
        columns: None,
        shared,
        owner_id: Some(owner.into()),
        created_at: 1,
        updated_at: 1,
    }
}

fn report(id: &str) -> SavedReport {
    SavedReport {
        id: id.into(),
        name: format!("report {id}"),
        description: None,
        statement: "SELECT 1".into(),
        parameters: "[]".into(),
        chart: None,
        shared: true,
        owner_id: Some("anna".into()),
        created_at: 1,
        updated_at: 1,
    }
}

fn dashboard(id: &str) -> Dashboard {
    Dashboard {
        id: id.into(),
        name: format!("dashboard {id}"),
        period: "\"last_month\"".into(),
        shared: true,
        owner_id: Some("anna".into()),
        created_at: 1,
        updated_at: 1,
    }
}

#[tokio::test]
async fn one_sees_what_is_ones_own_and_what_is_shared() {
    let f = Fixture::new().await;
    let views = Views::new(f.pool.clone());
    for one in [view("a", "anna", false), view("b", "anna", true), view("c", "boris", false)] {
        views.put(&tenant(1), &one).await.unwrap();
    }
    views.put(&tenant(2), &view("d", "anna", true)).await.unwrap();
    let seen = async |viewer: Option<&str>| {
        let (mut ids, mut after) = (Vec::new(), None);
        loop {
            let page = views.list(&tenant(1), viewer, None, after.as_ref(), 1).await.unwrap();
            let Some(row) = page.into_iter().next() else { break ids };
            after = Some(After { created_at: row.view.created_at, id: row.view.id.clone() });
            ids.push(row.view.id);
        }
    };
    assert_eq!(seen(Some("anna")).await, ["a", "b"]);
    assert_eq!(seen(Some("boris")).await, ["b", "c"]);
    assert_eq!(seen(None).await, ["b"]);
    assert_eq!(views.get(&tenant(1), Some("boris"), "a").await.unwrap_err().kind(), Kind::NotFound);
    assert!(views.list(&tenant(1), Some("anna"), Some("tasks"), None, 9).await.unwrap().is_empty());
    // Changed by somebody else it stays its owner's.
    let changed = View { name: "other".into(), owner_id: Some("boris".into()), created_at: 9, ..view("b", "x", true) };
    views.put(&tenant(1), &changed).await.unwrap();
    let now = views.get(&tenant(1), Some("anna"), "b").await.unwrap().view;
    assert_eq!((now.name.as_str(), now.owner_id.as_deref(), now.created_at), ("other", Some("anna"), 1));
    assert!(views.delete(&tenant(1), "b").await.unwrap() && !views.delete(&tenant(1), "b").await.unwrap());
    let nameless = View { name: " ".into(), ..view("e", "anna", true) };
    assert_eq!(views.put(&tenant(1), &nameless).await.unwrap_err().fields()[0].field, "name");
}

#[tokio::test]
async fn cards_keep_their_order_and_are_replaced_whole() {
    let f = Fixture::new().await;
    let dashboards = Dashboards::new(f.pool.clone());
    let cards =
        |names: &[&str]| -> Vec<String> { names.iter().map(|name| format!("{{\"title\":\"{name}\"}}")).collect() };
    dashboards.put(&tenant(1), &dashboard("a"), &cards(&["z", "y", "x"])).await.unwrap();
    dashboards.put(&tenant(1), &dashboard("b"), &[]).await.unwrap();
    let rows = dashboards.list(&tenant(1), None, None, 9).await.unwrap();
    assert_eq!((&rows[0].cards, rows[1].cards.len()), (&cards(&["z", "y", "x"]), 0));
    dashboards.put(&tenant(1), &dashboard("a"), &cards(&["x"])).await.unwrap();
    assert_eq!(dashboards.get(&tenant(1), None, "a").await.unwrap().cards, cards(&["x"]));
    let broken = dashboards.put(&tenant(1), &dashboard("a"), &["{".to_owned()]).await;
    assert_eq!(broken.unwrap_err().code(), "bad_json");
    assert_eq!(dashboards.get(&tenant(1), None, "a").await.unwrap().cards, cards(&["x"]), "nothing is half stored");
}

#[tokio::test]
async fn an_erased_person_is_in_nothing_that_is_saved() {
    let f = Fixture::new().await;
    let (views, reports, dashboards) =
        (Views::new(f.pool.clone()), SavedReports::new(f.pool.clone()), Dashboards::new(f.pool.clone()));
    let searched = View {
        query: "search=%D0%90%D0%BD%D0%BD%D0%B0".into(),
        query_text: "search=Анна".into(),
        ..view("a", "x", true)
    };
    views.put(&tenant(1), &searched).await.unwrap();
    views.put(&tenant(1), &view("b", "x", true)).await.unwrap();
    let about = SavedReport { statement: "SELECT * FROM purchases WHERE customer_id = 'c-17'".into(), ..report("a") };
    let named = SavedReport { description: Some("Как покупает Анна".into()), ..report("b") };
    for one in [&about, &named, &report("c")] {
        reports.put(&tenant(1), one).await.unwrap();
    }
    let cards =
        ["{\"text\":\"Анне скидка\"}".to_owned(), "{\"query\":{\"customer_id\":\"c-17\"}}".to_owned(), "{}".to_owned()];
    dashboards.put(&tenant(1), &dashboard("a"), &cards).await.unwrap();

    let registry = PersonalData::new(f.pool.clone());
    let person = Person { name: Some("Анна".into()), ..Person::default() };
    let told = registry.export_mentions(&tenant(1), &person).await.unwrap();
    for table in ["saved_views", "saved_reports", "dashboard_cards"] {
        assert!(told[table].is_array(), "{table}: {told}");
    }
    registry.forget_mentions(&tenant(1), &person).await.unwrap();
    registry.forget(&tenant(1), "c-17").await.unwrap();
    let left: Vec<String> =
        views.list(&tenant(1), None, None, None, 9).await.unwrap().into_iter().map(|row| row.view.id).collect();
    assert_eq!(left, ["b"]);
    let left = reports.list(&tenant(1), None, None, 9).await.unwrap();
    let left: Vec<(String, Option<String>)> =
        left.into_iter().map(|row| (row.report.id, row.report.description)).collect();
    assert_eq!(left, [("b".to_owned(), None), ("c".to_owned(), None)]);
    assert_eq!(dashboards.get(&tenant(1), None, "a").await.unwrap().cards, ["{}"]);
}
