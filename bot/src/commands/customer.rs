//! Customers: found by name, told as a card, followed over time.

use crate::{
    action::{Action, Button},
    api::{self, Customer, Happening, Page},
    bot::{Bot, Context, Done, Stage},
    document::{Block, Document, Inline},
    format,
    lang::Lang,
    names,
    state::Link,
    texts,
};

/// Customers offered for a name.
const FOUND: usize = 8;
/// Happenings of a page.
const HAPPENINGS: usize = 10;

/// `/customer NAME`.
pub(super) async fn command(bot: &Bot, cx: &Context, rest: &str) -> Done {
    let wanted = rest.trim();
    if wanted.is_empty() {
        return Ok(bot.say(cx, Document::text(texts::which_customer(cx.lang)), Vec::new()).await?);
    }
    let link = bot.link(cx).await?;
    let stage = bot.stage(cx).await?;
    let query =
        [("search", crate::render::cut(wanted, 200)), ("sort", "-revenue".to_owned()), ("limit", FOUND.to_string())];
    let page: Page<Customer> = bot.api.get(&link.credential, "/v1/customers", &query).await?;
    let [only] = page.items.as_slice() else {
        let text = match (page.items.is_empty(), &page.next_cursor) {
            (true, _) => texts::no_customer(cx.lang),
            (false, None) => texts::choose_customer(cx.lang),
            (false, Some(_)) => texts::choose_of_many(cx.lang),
        };
        let keyboard = page.items.iter().map(|customer| {
            let revenue = format::figure(&customer.revenue, Some(&customer.currency), cx.lang);
            let name = title(customer);
            // Of two with one name the id says which is which.
            let alike = page.items.iter().filter(|other| title(other) == name).count() > 1;
            let id = if alike { format!(" ({})", customer.customer_id) } else { String::new() };
            let action = Action::Customer { id: customer.customer_id.clone() };
            vec![Button::new(format!("{}{id} · {revenue}", crate::render::cut(name, 30)), action)]
        });
        bot.deliver(cx, &stage, Document::text(text), keyboard.collect()).await?;
        return Ok(());
    };
    show_card(bot, cx, &stage, &only.customer_id).await
}

fn title(customer: &Customer) -> &str {
    customer.name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&customer.customer_id)
}

/// A customer's card.
pub(super) async fn card(bot: &Bot, cx: &Context, id: &str) -> Done {
    let stage = bot.stage(cx).await?;
    show_card(bot, cx, &stage, id).await
}

async fn show_card(bot: &Bot, cx: &Context, stage: &Stage, id: &str) -> Done {
    let link = bot.link(cx).await?;
    let path = format!("/v1/customers/{}", api::part(id));
    let customer: Customer = bot.api.get(&link.credential, &path, &[("locale", cx.lang.code().to_owned())]).await?;
    let timeline = Action::Timeline { id: customer.customer_id.clone(), cursor: None };
    let keyboard = vec![vec![Button::new(texts::timeline(cx.lang), timeline)]];
    bot.deliver(cx, stage, tell(&customer, link, cx.lang), keyboard).await?;
    Ok(())
}

fn tell(customer: &Customer, link: &Link, lang: Lang) -> Document {
    let zone = link.workspace.zone();
    let money = |value| format::figure(value, Some(&customer.currency), lang);
    let day = |text: &Option<String>| {
        text.as_deref().map_or_else(|| format::NONE.to_owned(), |text| format::date(text, zone, lang))
    };
    let mut lines = vec![
        (names::title("customer_id", lang), customer.customer_id.clone()),
        (names::title("revenue", lang), money(&customer.revenue)),
        (names::title("orders", lang), format::figure(&customer.orders, None, lang)),
        (names::title("average_order", lang), money(&customer.average_order)),
        (texts::first_purchase(lang).to_owned(), day(&customer.first_purchase_at)),
        (names::title("last_purchase_at", lang), day(&customer.last_purchase_at)),
    ];
    let optional = [
        (names::title("segment", lang), customer.segment.as_deref().map(|segment| names::group(segment, lang))),
        (names::title("phone", lang), customer.phone.clone()),
        (names::title("email", lang), customer.email.clone()),
        (texts::next_order(lang).to_owned(), customer.next_order_at.as_deref().map(|at| format::date(at, zone, lang))),
        (
            names::title("churn_risk", lang),
            format::decimal(&customer.churn_risk).map(|risk| format::percent(risk, lang)),
        ),
        (
            names::title("predicted_clv", lang),
            format::decimal(&customer.predicted_clv).map(|_| money(&customer.predicted_clv)),
        ),
        (
            names::title("expected_purchases", lang),
            format::decimal(&customer.expected_purchases).map(|value| format::number(value, 1, lang)),
        ),
        (texts::tags(lang).to_owned(), (!customer.tags.is_empty()).then(|| customer.tags.join(", "))),
    ];
    lines.extend(optional.into_iter().filter_map(|(title, value)| Some((title, value?))));
    let text: Vec<String> = lines.iter().map(|(title, value)| format!("{title}: {value}")).collect();
    let document = Document::new().heading(title(customer)).plain(text.join("\n"));
    if customer.churn_reasons.is_empty() {
        return document;
    }
    let reasons = customer.churn_reasons.iter().map(|reason| vec![Inline::Plain(reason.clone())]).collect();
    document.details(texts::why_leave(lang), vec![Block::List(reasons)])
}

/// What happened with a customer, the latest first.
pub(super) async fn timeline(bot: &Bot, cx: &Context, id: &str, cursor: Option<String>) -> Done {
    let link = bot.link(cx).await?;
    let stage = bot.stage(cx).await?;
    let mut query = vec![("limit", HAPPENINGS.to_string())];
    query.extend(cursor.map(|cursor| ("cursor", cursor)));
    let path = format!("/v1/customers/{}/timeline", api::part(id));
    let page: Page<Happening> = bot.api.get(&link.credential, &path, &query).await?;
    let items: Vec<Vec<Inline>> = page.items.iter().map(|happening| tell_happening(happening, link, cx.lang)).collect();
    let document = match items.is_empty() {
        true => Document::text(texts::no_happenings(cx.lang)),
        false => Document::new().heading(texts::timeline(cx.lang)).list(items),
    };
    let more = page.next_cursor.map(|cursor| {
        vec![Button::new(texts::more(cx.lang), Action::Timeline { id: id.to_owned(), cursor: Some(cursor) })]
    });
    bot.deliver(cx, &stage, document, more.into_iter().collect()).await?;
    Ok(())
}

fn tell_happening(happening: &Happening, link: &Link, lang: Lang) -> Vec<Inline> {
    let zone = link.workspace.zone();
    let when = format::moment(&happening.occurred_at, zone, lang);
    if happening.kind_of == "purchase" {
        let currency = happening.currency.as_deref().unwrap_or(&link.workspace.currency);
        let lines = happening.items.iter().take(5).map(|line| {
            let name = line.product.as_deref().or(line.product_id.as_deref()).unwrap_or(format::NONE);
            format!("{name} × {}", format::figure(&line.quantity, None, lang))
        });
        let mut what: Vec<String> = lines.collect();
        if happening.items.len() > 5 {
            what.push(format!("+{}", happening.items.len() - 5));
        }
        let channel = happening.channel.as_deref().map(|channel| format!(" · {channel}")).unwrap_or_default();
        return vec![
            Inline::Bold(format::figure(&happening.amount, Some(currency), lang)),
            Inline::Plain(format!(" · {when}{channel}\n{}", what.join(", "))),
        ];
    }
    let kind = texts::interaction(happening.kind.as_deref().unwrap_or_default(), lang);
    let parts = [&happening.subject, &happening.outcome, &happening.body];
    let told: Vec<String> =
        parts.iter().filter_map(|part| part.as_deref()).map(|part| crate::render::cut(part, 200)).collect();
    vec![Inline::Bold(kind), Inline::Plain(format!(" · {when}\n{}", told.join(" · ")))]
}
