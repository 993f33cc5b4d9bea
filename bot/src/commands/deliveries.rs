//! Digests and alerts: made, listed, paused and removed in the chat. The schedule is the server's.

use rust_decimal::Decimal;
use serde_json::{Number, Value, json};

use crate::{
    action::{self, Action, Button, rows_of},
    api::{self, Delivery, Page},
    bot::{Bot, Context, Done},
    document::{Document, Inline},
    error::Result,
    format,
    lang::Lang,
    messenger::Place,
    state::{self, UserState},
    texts,
};

/// Hours that are a button each.
const HOURS: [i64; 6] = [7, 8, 9, 10, 18, 20];

/// The deliveries of who asks.
pub(super) async fn list(bot: &Bot, cx: &Context) -> Done {
    let link = bot.link(cx).await?;
    let stage = bot.stage(cx).await?;
    let page: Page<Delivery> = bot.api.get(&link.credential, "/v1/deliveries", &[("limit", "20".to_owned())]).await?;
    let mut keyboard = Vec::new();
    let mut items = Vec::new();
    for (at, delivery) in page.items.iter().enumerate() {
        let state = if delivery.active { "" } else { texts::paused(cx.lang) };
        let next = delivery.next_run_at.as_deref().filter(|_| delivery.active);
        let next = next.map(|at| {
            format!("\n{}: {}", texts::next_run(cx.lang), format::moment(at, link.workspace.zone(), cx.lang))
        });
        items.push(vec![
            Inline::Bold(format!("{}. {}", at + 1, name(delivery, cx.lang))),
            Inline::Plain(format!("{state}\n{}{}", when(delivery, cx.lang), next.unwrap_or_default())),
        ]);
        let (text, active) =
            if delivery.active { (texts::pause(cx.lang), false) } else { (texts::resume(cx.lang), true) };
        keyboard.push(vec![
            Button::new(format!("{}. {text}", at + 1), Action::SwitchDelivery { id: delivery.id.clone(), active }),
            Button::new(
                format!("{}. {}", at + 1, texts::remove(cx.lang)),
                Action::DropDelivery { id: delivery.id.clone() },
            ),
        ]);
    }
    keyboard.push(vec![
        Button::new(texts::add_digest(cx.lang), Action::AddDigest),
        Button::new(texts::add_alert(cx.lang), Action::AddAlert),
    ]);
    let zone = texts::fill(texts::zone(cx.lang), &[("zone", &link.workspace.time_zone)]);
    let document = match items.is_empty() {
        true => Document::text(texts::no_deliveries(cx.lang)),
        false => Document::new().heading(texts::deliveries(cx.lang)).list(items).footer(zone),
    };
    bot.deliver(cx, &stage, document, keyboard).await?;
    Ok(())
}

fn name(delivery: &Delivery, lang: Lang) -> String {
    let kind = if delivery.kind == "alert" { texts::alert(lang) } else { texts::digest(lang) };
    delivery.name.clone().filter(|name| !name.is_empty()).unwrap_or_else(|| kind.to_owned())
}

fn when(delivery: &Delivery, lang: Lang) -> String {
    let mut parts = Vec::new();
    if let Some(schedule) = &delivery.schedule {
        parts.push(format!("{} {:02}:00", texts::every(&schedule.every, lang), schedule.hour));
        parts.extend(schedule.day.map(|day| texts::fill(texts::on_day(lang), &[("day", &day.to_string())])));
        parts.extend(schedule.weekday.and_then(|day| texts::on_weekday(day, lang)).map(str::to_owned));
    }
    if let Some(alert) = &delivery.alert {
        let about = texts::alert_of(alert["type"].as_str().unwrap_or_default(), lang);
        // Those that were made here are called by it.
        parts.extend((delivery.name.as_deref() != Some(about)).then(|| about.to_owned()));
    }
    if let Some(quiet) = &delivery.quiet_hours {
        let hours = [quiet["from"].to_string(), quiet["to"].to_string()];
        parts.push(texts::fill(texts::quiet(lang), &[("from", &hours[0]), ("to", &hours[1])]));
    }
    if let Some(hours) = delivery.cooldown_hours.filter(|hours| *hours > 0 && delivery.kind == "alert") {
        parts.push(texts::fill(texts::cooldown(lang), &[("hours", &hours.to_string())]));
    }
    parts.join(", ")
}

/// How often a digest comes.
pub(super) async fn choose_period(bot: &Bot, cx: &Context) -> Done {
    let buttons = ["day", "week", "month"]
        .map(|every| Button::new(texts::every(every, cx.lang), Action::AddDigestEvery { every: every.to_owned() }));
    Ok(bot.say(cx, Document::text(texts::how_often(cx.lang)), vec![buttons.to_vec()]).await?)
}

/// At what hour it comes.
pub(super) async fn choose_hour(bot: &Bot, cx: &Context, every: &str) -> Done {
    let link = bot.link(cx).await?;
    let buttons =
        HOURS.map(|hour| Button::new(format!("{hour:02}:00"), Action::AddDigestAt { every: every.to_owned(), hour }));
    let text = texts::fill(texts::what_hour(cx.lang), &[("zone", &link.workspace.time_zone)]);
    Ok(bot.say(cx, Document::text(text), rows_of(3, buttons.to_vec())).await?)
}

/// Makes a digest: on Mondays, on the first of a month.
pub(super) async fn add_digest(bot: &Bot, cx: &Context, every: &str, hour: i64) -> Done {
    let mut schedule = json!({"every": every, "hour": hour});
    match every {
        "week" => schedule["weekday"] = json!(1),
        "month" => schedule["day"] = json!(1),
        _ => {}
    }
    let name = texts::digest_of(every, cx.lang);
    add(bot, cx, json!({"kind": "digest", "name": name, "schedule": schedule})).await
}

/// What an alert watches.
pub(super) async fn choose_alert(bot: &Bot, cx: &Context) -> Done {
    let alerts = [
        json!({"type": "anomaly"}),
        // In both directions.
        json!({"type": "threshold", "metric": "revenue", "change_percent": 30}),
        json!({"type": "cooling"}),
        json!({"type": "large_purchase"}),
    ];
    let buttons = alerts.map(|alert| {
        let text = texts::alert_of(alert["type"].as_str().unwrap_or_default(), cx.lang);
        vec![Button::new(text, Action::AddAlertOf { alert })]
    });
    Ok(bot.say(cx, Document::text(texts::which_alert(cx.lang)), buttons.to_vec()).await?)
}

/// Makes an alert: quiet at night, at most once a day for the same thing, where a thing can come again. A purchase cannot, and a
/// customer is told of once.
pub(super) async fn add_alert(bot: &Bot, cx: &Context, mut alert: Value) -> Done {
    if alert["type"] == "large_purchase" {
        // "Large" is this workspace's own: ten times its average order of a month.
        let link = bot.link(cx).await?;
        let query = [("period", "last_30_whole_days".to_owned())];
        let table: api::Table = bot.api.get(&link.credential, "/v1/reports/sales_summary", &query).await?;
        let row = table.rows.iter().find(|row| row.first().is_some_and(|metric| metric == "average_order"));
        let average = row.and_then(|row| format::decimal(row.get(1)?)).unwrap_or_default();
        let amount = (average * Decimal::TEN).round_dp(0).max(Decimal::ONE_HUNDRED);
        alert["amount"] = amount.to_string().parse::<Number>().map_or(Value::Null, Value::Number);
    }
    let name = texts::alert_of(alert["type"].as_str().unwrap_or_default(), cx.lang);
    let cooldown = if matches!(alert["type"].as_str(), Some("large_purchase" | "cooling")) { 0 } else { 24 };
    let quiet = json!({"from": 22, "to": 8});
    let body = json!({"kind": "alert", "name": name, "alert": alert, "cooldown_hours": cooldown, "quiet_hours": quiet});
    add(bot, cx, body).await
}

async fn add(bot: &Bot, cx: &Context, mut body: Value) -> Done {
    let link = bot.link(cx).await?;
    if !cx.chat.private {
        // A digest in a group would show figures to all who are in it.
        return Ok(bot.say(cx, Document::text(texts::private_only(cx.lang)), Vec::new()).await?);
    }
    body["channel"] = json!("telegram");
    body["target"] = json!({"chat_id": cx.chat.id});
    body["locale"] = json!(cx.lang.code());
    bot.api.post(&link.credential, "/v1/deliveries", &body).await?;
    list(bot, cx).await
}

/// Pauses a delivery, or lets it go on.
pub(super) async fn switch(bot: &Bot, cx: &Context, id: &str, active: bool) -> Done {
    let link = bot.link(cx).await?;
    let path = format!("/v1/deliveries/{}", api::part(id));
    bot.api.patch(&link.credential, &path, &json!({"active": active})).await?;
    list(bot, cx).await
}

/// Tells who has let the bot in again of deliveries that ended meanwhile: nobody would miss them otherwise.
pub(crate) async fn tell_of_paused(bot: &Bot, user: i64) {
    if let Err(error) = told_of_paused(bot, user).await {
        tracing::info!(%error, "who let the bot in again was not told of deliveries that are paused");
    }
}

async fn told_of_paused(bot: &Bot, user: i64) -> Result<()> {
    let Some(person) = bot.store.get::<UserState>(&state::user(user))? else { return Ok(()) };
    let Some(link) = person.link() else { return Ok(()) };
    let page: Page<Delivery> = bot.api.get(&link.credential, "/v1/deliveries", &[("limit", "50".to_owned())]).await?;
    if page.items.iter().all(|delivery| delivery.active || delivery.channel == "email") {
        return Ok(());
    }
    let lang = person.lang.unwrap_or(Lang::En);
    let keyboard = vec![vec![Button::new(texts::deliveries(lang), Action::Deliveries)]];
    let (markup, changes) = action::markup(&keyboard, user, bot.now())?;
    bot.store.note(changes).await?;
    let document = Document::text(texts::deliveries_paused(lang));
    bot.messenger.send(&Place::private(user), &document, markup.as_ref()).await.map(drop)
}

/// Removes a delivery.
pub(super) async fn remove(bot: &Bot, cx: &Context, id: &str) -> Done {
    let link = bot.link(cx).await?;
    match bot.api.delete(&link.credential, &format!("/v1/deliveries/{}", api::part(id))).await {
        // It is gone, and that is what was wanted.
        Ok(()) | Err(api::ApiError::Problem { status: 404, .. }) => list(bot, cx).await,
        Err(error) => Err(error.into()),
    }
}
