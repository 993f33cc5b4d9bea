//! Questions and answers.

use serde_json::json;

use crate::world::{World, shown, words};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_has_its_words_its_reading_and_its_buttons() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    let answer = world.ask(&anna, "выручка за апрель", words).await;
    insta::assert_snapshot!("answer_ru", shown(&answer));
    let english = world.ask(&anna, "revenue in April", words).await;
    insta::assert_snapshot!("answer_en", shown(&english));
    assert_eq!(
        world.kupets.questions()[0],
        json!({"message": "выручка за апрель", "conversation_id": null, "locale": "ru"})
    );

    let sql = world.press(&anna, &answer, "SQL", |sent| sent.text.contains("SELECT")).await;
    insta::assert_snapshot!("answer_sql", shown(&sql));
    let rows = world.press(&anna, &answer, "Кто это", |sent| sent.text.contains("p-1")).await;
    insta::assert_snapshot!("answer_rows", shown(&rows));
    world.press(&anna, &rows, "Ещё", |sent| sent.text.contains("p-1")).await;
    assert_eq!(world.kupets.asked_of("/v1/assistant/messages/m-17/rows")[1].query["cursor"], "20");
    world.press(&anna, &answer, "👎", |sent| sent.text.contains("учтём")).await;
    assert_eq!(world.kupets.asked_of("/v1/assistant/messages/m-17/feedback")[0].body, json!({"verdict": "down"}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_answer_has_a_picture_and_a_table() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    let answer = world.ask(&anna, "топ товаров", words).await;
    insta::assert_snapshot!("answer_list", shown(&answer));
    let picture = world.said(1, |sent| sent.kind == "photo").await;
    assert_eq!(picture.text, "Выручка");
    assert!(picture.file.unwrap().bytes.len() > 5_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_go_on_from_the_last_answer_and_a_reply_from_its_own() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    let first = world.ask(&anna, "выручка за апрель", words).await;
    world.ask(&anna, "а по месяцам?", words).await;
    assert_eq!(world.kupets.questions()[1]["conversation_id"], "c1");

    // A reply to the answer before: its plan begins a conversation, and the words go on there.
    world.telegram.reply(&anna, first.id, "а за март?");
    world.said(1, |_| world.kupets.questions().len() == 4).await;
    let asked = world.kupets.questions();
    assert_eq!(asked[2]["plan"]["intent"], "value", "{asked:?}");
    assert_eq!((&asked[3]["message"], &asked[3]["conversation_id"]), (&json!("а за март?"), &json!("c1")));

    world.ask(&anna, "/new", |sent| sent.text.contains("новый разговор")).await;
    world.ask(&anna, "заказы за май", words).await;
    assert!(world.kupets.questions()[4]["conversation_id"].is_null());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_unclear_is_asked_back_with_choices() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    let back = world.ask(&anna, "уточни лучших", words).await;
    insta::assert_snapshot!("choices", shown(&back));
    let chosen = world.press(&anna, &back, "По выручке", |sent| sent.text.contains("3110")).await;
    assert!(world.kupets.questions()[1]["plan"].is_object());
    world.press(&anna, &chosen, "А по каналам?", |sent| sent.text.contains("3110")).await;
    assert_eq!(world.kupets.questions()[2]["message"], "А по каналам?");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_fails_is_told_in_the_language_of_who_asks() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    let john = world.linked(2, "en").await;
    let cut = world.ask(&anna, "оборви ответ", words).await;
    insta::assert_snapshot!("cut_ru", shown(&cut));
    let error = world.ask(&anna, "ошибка модели", words).await;
    insta::assert_snapshot!("error_ru", shown(&error));
    let error = world.ask(&john, "ошибка model", words).await;
    insta::assert_snapshot!("error_en", shown(&error));
    let forbidden = world.ask(&john, "запрещено this", words).await;
    assert!(forbidden.text.contains("You may not do this"), "{forbidden:?}");
    let long = world.ask(&anna, &"я".repeat(1_001), words).await;
    assert!(long.text.contains("длиннее 1000"), "{long:?}");
    let again = world.press(&anna, &cut, "Спросить ещё раз", words).await;
    assert!(again.text.contains("оборвался"));
    world.kupets.set_dead(true);
    let dead = world.ask(&anna, "выручка", words).await;
    assert!(dead.text.contains("недоступен") || dead.text.contains("оборвался"), "{dead:?}");
    world.kupets.set_dead(false);
    world.press(&anna, &dead, "Спросить ещё раз", |sent| sent.text.contains("3110")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_has_too_much_to_do_is_asked_again() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    world.kupets.turn_away(2);
    world.ask(&anna, "выручка за апрель", |sent| sent.text.contains("3110")).await;
    assert_eq!(world.kupets.questions().len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_replies_to_a_chart_means_its_answer_and_words_below_a_picture_are_a_question() {
    let world = World::new().await;
    let anna = world.linked(1, "ru").await;
    world.ask(&anna, "топ товаров", words).await;
    let picture = world.said(1, |sent| sent.kind == "photo").await;
    world.ask(&anna, "выручка за апрель", words).await;
    world.telegram.reply(&anna, picture.id, "а за март?");
    world.said(1, |_| world.kupets.questions().len() == 4).await;
    assert_eq!(world.kupets.questions()[2]["plan"]["intent"], "list", "{:?}", world.kupets.questions());

    let forwarded = json!({"photo": [{"file_id": "x", "width": 1, "height": 1}], "caption": "выручка за май",
        "forward_origin": {"type": "user", "date": 1, "sender_user": {"id": 9, "is_bot": false, "first_name": "B"}}});
    world.telegram.message(&anna, 1, forwarded);
    world.said(1, |_| world.kupets.questions().len() == 5).await;
    assert_eq!(world.kupets.questions()[4]["message"], "выручка за май");
    // What happened in the chat is no question, and is not answered.
    let before = world.telegram.messages(1).len();
    world.telegram.message(&anna, 1, json!({"chat_background_set": {"type": {"type": "fill"}}}));
    world.ask(&anna, "/settings", |sent| sent.text.contains("Часовой пояс")).await;
    assert!(world.telegram.messages(1).iter().skip(before).all(|sent| !sent.text.contains("только текст")));
}
