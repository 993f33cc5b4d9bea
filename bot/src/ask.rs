//! A question to the assistant, from its words to the answer with its buttons.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    action::{Action, Button, Keyboard, rows_of},
    api::{AnswerEvent, ApiError, Reply, part},
    bot::{Bot, Context, Done},
    charts,
    error::{Error, Result},
    lang::Lang,
    live::Live,
    state::{self, AnswerOf, Link, Talk},
    store::Change,
    telegram::MessageId,
    tell, texts,
};

/// A conversation goes on within so many seconds.
const GOES_ON: i64 = 6 * 3_600;
/// Characters of a question, as the server has it.
const LONGEST: usize = 1_000;

/// What is asked.
#[derive(Debug, Clone)]
pub(crate) enum Question {
    /// In words; in which conversation.
    Words(String, Option<String>),
    /// As a plan.
    Plan(Value, Option<String>),
}

/// Asks in words, as a person writes them: a reply to an answer goes on from that one, other words from the last.
pub(crate) async fn words(bot: &Bot, cx: &Context, words: &str) -> Done {
    let link = bot.link(cx).await?;
    if words.chars().count() > LONGEST {
        bot.say(cx, crate::document::Document::text(texts::too_long(cx.lang)), Vec::new()).await?;
        return Ok(());
    }
    let talk: Option<Talk> = bot.store.get(&state::talk(cx.chat.id, cx.user))?;
    let talk = talk.filter(|talk| bot.now() - talk.at < GOES_ON && talk.workspace == link.workspace.id);
    let conversation = match replied(bot, cx, link)? {
        Some(answer) if talk.as_ref().is_none_or(|talk| talk.message != answer.message) => {
            going_back(bot, link, answer).await?
        }
        Some(answer) => Some(answer.conversation),
        None => talk.map(|talk| talk.conversation),
    };
    ask(bot, cx, Question::Words(words.to_owned(), conversation)).await
}

/// The answer that a message replies to; of the same person and workspace only.
fn replied(bot: &Bot, cx: &Context, link: &Link) -> Result<Option<AnswerOf>> {
    let Some(message) = cx.reply_to else { return Ok(None) };
    let answer: Option<AnswerOf> = bot.store.get(&state::answer(cx.chat.id, message))?;
    Ok(answer.filter(|answer| answer.user == cx.user && answer.workspace == link.workspace.id))
}

/// An answer, as the server keeps it.
async fn kept(bot: &Bot, link: &Link, message: &str) -> Result<Reply, ApiError> {
    bot.api.get(&link.credential, &format!("/v1/assistant/messages/{}", part(message)), &[]).await
}

/// A conversation stands at its last answer. To go on from an earlier one, its plan begins a conversation of its own.
async fn going_back(bot: &Bot, link: &Link, answer: AnswerOf) -> Result<Option<String>> {
    let plan = match kept(bot, link, &answer.message).await {
        Ok(reply) => reply.interpretation,
        // It told of somebody who was erased.
        Err(ApiError::Problem { status: 404, .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let Some(plan) = plan else { return Ok(Some(answer.conversation)) };
    let mut events = bot.api.ask(&link.credential, &json!({"plan": plan})).await?;
    while let Some(event) = events.next().await? {
        if let AnswerEvent::Done(reply) = event {
            return Ok(Some(reply.conversation_id));
        }
    }
    Ok(Some(answer.conversation))
}

/// Gives an answer anew that was given before: its figures are worked out again, and where there are none its words are told again.
pub(crate) async fn recall(bot: &Bot, cx: &Context, message: String, conversation: String) -> Done {
    let link = bot.link(cx).await?;
    let reply = kept(bot, link, &message).await?;
    if let Some(plan) = reply.interpretation {
        return ask(bot, cx, Question::Plan(plan, Some(conversation))).await;
    }
    let stage = bot.stage(cx).await?;
    Ok(give(bot, cx, link, &stage, Reply { message_id: message, conversation_id: conversation, ..reply }).await?)
}

/// Asks and answers.
pub(crate) async fn ask(bot: &Bot, cx: &Context, question: Question) -> Done {
    let link = bot.link(cx).await?;
    let mut stage = bot.stage(cx).await?;
    let mut live = Live::new(bot, cx, &stage);
    let again = match &question {
        Question::Words(words, conversation) => {
            Action::Ask { words: words.clone(), conversation: conversation.clone() }
        }
        Question::Plan(plan, conversation) => Action::Plan { plan: plan.clone(), conversation: conversation.clone() },
    };
    let reply = match answer(bot, cx, link, question, &mut live, &mut stage).await {
        Ok(reply) => reply,
        // What may pass is offered again; the rest is told as usual.
        Err(Error::Api(error))
            if matches!(error, ApiError::Unreachable(_) | ApiError::Cut(_) | ApiError::Broken(_))
                || error.status() >= Some(500) =>
        {
            tracing::warn!(%error, "a question was not answered");
            let text = match error {
                ApiError::Unreachable(_) => texts::unreachable(cx.lang),
                ApiError::Cut(_) => texts::cut(cx.lang),
                _ => texts::failed(cx.lang),
            };
            let keyboard = vec![vec![Button::new(texts::ask_again(cx.lang), again)]];
            bot.deliver(cx, &stage, crate::document::Document::text(text), keyboard).await?;
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    };
    give(bot, cx, link, &stage, reply).await?;
    Ok(())
}

/// The answer, shown as it comes.
async fn answer(
    bot: &Bot,
    cx: &Context,
    link: &Link,
    question: Question,
    live: &mut Live<'_>,
    stage: &mut crate::bot::Stage,
) -> Result<Reply> {
    let body = match question {
        Question::Words(words, conversation) => {
            json!({"message": words, "conversation_id": conversation, "locale": cx.lang.code()})
        }
        Question::Plan(plan, conversation) => {
            json!({"plan": plan, "conversation_id": conversation, "locale": cx.lang.code()})
        }
    };
    let mut ticks = tokio::time::interval(Duration::from_millis(250));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let asking = bot.api.ask(&link.credential, &body);
    tokio::pin!(asking);
    let mut events = loop {
        tokio::select! {
            events = &mut asking => break events?,
            _ = ticks.tick() => live.tick(stage).await,
        }
    };
    loop {
        tokio::select! {
            event = events.next() => match event? {
                Some(AnswerEvent::Narrative(words)) => live.say(words),
                Some(AnswerEvent::Step(name)) => tracing::trace!(name, "a step of an answer"),
                Some(AnswerEvent::Done(reply)) => return Ok(*reply),
                None => return Err(ApiError::Cut("it has no end".to_owned()).into()),
            },
            _ = ticks.tick() => live.tick(stage).await,
        }
    }
}

/// Sends the answer: its picture, its words and buttons; and remembers it for replies.
async fn give(bot: &Bot, cx: &Context, link: &Link, stage: &crate::bot::Stage, reply: Reply) -> Result<()> {
    // The answer is in the question's language, and so is what stands around it.
    let lang = reply.language.as_deref().map_or(cx.lang, |language| Lang::of(Some(language)));
    let picture = charts::of_answer(&reply, link, lang, cx.state.dark);
    let document = tell::answer(&reply, link, lang);
    let keyboard = buttons(&reply, lang);
    let again = Action::Recall { message: reply.message_id.clone(), conversation: reply.conversation_id.clone() };
    let sent = bot.deliver_with(cx, stage, charts::if_drawn(picture), document, keyboard, Some(again)).await?;
    let now = bot.now();
    let talk = Talk {
        conversation: reply.conversation_id.clone(),
        message: reply.message_id.clone(),
        at: now,
        workspace: link.workspace.id.clone(),
    };
    let mut changes = vec![Change::put(state::talk(cx.chat.id, cx.user), &talk)?];
    for message in sent {
        let answer = AnswerOf {
            conversation: reply.conversation_id.clone(),
            message: reply.message_id.clone(),
            workspace: link.workspace.id.clone(),
            user: cx.user,
            at: now,
        };
        let message =
            if stage.place.only.is_some() { MessageId::Ephemeral(message) } else { MessageId::Plain(message) };
        changes.push(Change::put(state::answer(stage.place.chat, message), &answer)?);
    }
    bot.store.note(changes).await?;
    Ok(())
}

fn buttons(reply: &Reply, lang: Lang) -> Keyboard {
    let conversation = Some(reply.conversation_id.clone());
    let plan = |choice: &crate::api::PlanChoice| {
        Button::new(&choice.label, Action::Plan { plan: choice.plan.clone(), conversation: conversation.clone() })
    };
    let mut keyboard: Keyboard = reply.choices.iter().take(8).map(|choice| vec![plan(choice)]).collect();
    keyboard.extend(reply.alternatives.iter().take(4).map(|choice| vec![plan(choice)]));
    if let Some(next) = &reply.next {
        let action = Action::Ask { words: next.clone(), conversation: conversation.clone() };
        keyboard.push(vec![Button::new(next, action)]);
    }
    let message = reply.message_id.clone();
    let mut about = Vec::new();
    if let Some(sql) = &reply.sql {
        about.push(Button::new(texts::show_sql(lang), Action::Sql { sql: sql.clone() }));
    }
    let statement = reply.interpretation.as_ref().and_then(|plan| plan["intent"].as_str());
    if reply.result.is_some() && matches!(statement, Some("value" | "list" | "compare")) {
        about.push(Button::new(texts::who(lang), Action::Rows { message: message.clone(), cursor: None }));
    }
    keyboard.extend(rows_of(2, about));
    if reply.result.is_some() {
        let verdict = |text: &str, up| Button::new(text, Action::Feedback { message: message.clone(), up });
        keyboard.push(vec![verdict("👍", true), verdict("👎", false)]);
    }
    keyboard
}
