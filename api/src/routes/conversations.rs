//! Conversations with the assistant, over HTTP: each person sees their own.
#![allow(unused_qualifications)] // Of what `utoipa::path` writes.

use actix_web::{
    HttpResponse, delete, get,
    middleware::Compress,
    post,
    web::{Data, Path},
};
use kupets_control::{
    conversations::{After, ConversationRow, MAX_MESSAGES},
    feedback::{self, Feedback, Verdict},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::pagination::{PageQuery, Query, page};
use crate::{
    assistant::conversations::{ConversationBody, MessageBody, moment, owner},
    auth::{Allowed, Assistant, Session, With},
    body::Json,
    problem::{Problem, Result, field},
    state::State,
};

/// A page of conversations.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConversationList {
    /// Those used last first.
    items: Vec<ConversationBody>,
    /// Where the next page begins; null at the end.
    next_cursor: Option<String>,
}

/// A conversation with its messages.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConversationDetail {
    /// The conversation.
    conversation: ConversationBody,
    /// All its messages, the oldest first.
    messages: Vec<MessageBody>,
}

/// What a person says of an answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"verdict": "down", "comment": "I meant last year"}))]
pub struct FeedbackBody {
    /// up or down.
    #[schema(pattern = "^(up|down)$")]
    verdict: String,
    /// In their own words.
    #[schema(max_length = 2000)]
    comment: Option<String>,
}

/// Characters of a comment at most.
const MAX_COMMENT: usize = 2_000;

impl From<ConversationRow> for ConversationBody {
    fn from(row: ConversationRow) -> Self {
        Self {
            id: row.id,
            title: row.title,
            created_at: moment(row.created_at),
            updated_at: moment(row.updated_at),
            messages: row.messages,
        }
    }
}

/// Your conversations
///
/// What you have asked the assistant in this workspace, those used last first.
#[utoipa::path(tag = "assistant", operation_id = "list_conversations", security(("session" = [])), params(PageQuery),
    responses((status = 200, body = ConversationList)))]
#[get("/v1/assistant/conversations", wrap = "Compress::default()")]
pub async fn list(args: With<Session, Query<PageQuery>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: Query(asked) } = args;
    let limit = asked.limit()?;
    let after = asked.cursor.as_deref().map(after).transpose()?;
    let most = u32::try_from(limit + 1).unwrap_or(u32::MAX);
    let rows = state.threads.stored().list(caller.tenant().id(), owner(&caller), after.as_ref(), most).await?;
    let (rows, next_cursor) = page(rows, limit, |row| format!("{}-{}", row.updated_at, row.id));
    Ok(HttpResponse::Ok().json(ConversationList { items: rows.into_iter().map(Into::into).collect(), next_cursor }))
}

fn after(cursor: &str) -> Result<After> {
    let parsed = cursor.split_once('-').and_then(|(at, id)| {
        let updated_at = at.parse().ok()?;
        (id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .then(|| After { updated_at, id: id.to_owned() })
    });
    parsed.ok_or_else(|| Problem::fields(vec![field("cursor", "is not a `next_cursor` of this list")]))
}

/// A conversation
///
/// Its messages with plans and statements; figures are worked out anew by sending an `interpretation` as `plan`.
#[utoipa::path(tag = "assistant", operation_id = "get_conversation", security(("session" = [])),
    params(("id" = String, Path, description = "The conversation.")),
    responses((status = 200, body = ConversationDetail)))]
#[get("/v1/assistant/conversations/{id}", wrap = "Compress::default()")]
pub async fn detail(caller: Allowed<Session>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    let (tenant, owner) = (caller.tenant().id(), owner(&caller));
    let conversation = state.threads.stored().get(tenant, owner, &id).await?;
    let most = u32::try_from(MAX_MESSAGES).unwrap_or(u32::MAX);
    let messages = state.threads.stored().messages(tenant, owner, &id, 0, most).await?;
    Ok(HttpResponse::Ok().json(ConversationDetail {
        conversation: conversation.into(),
        messages: messages.into_iter().map(Into::into).collect(),
    }))
}

/// Delete a conversation
///
/// With all its messages and what was said of them.
#[utoipa::path(tag = "assistant", operation_id = "delete_conversation", security(("session" = [])),
    params(("id" = String, Path, description = "The conversation.")),
    responses((status = 204, description = "It is gone.")))]
#[delete("/v1/assistant/conversations/{id}")]
pub async fn remove(caller: Allowed<Session>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    if state.threads.stored().delete(caller.tenant().id(), owner(&caller), &id).await? {
        return Ok(HttpResponse::NoContent().finish());
    }
    Err(Problem::not_found("you have no such conversation in this workspace"))
}

/// A message
///
/// A question of yours and its answer, as they are kept; 404 when what it told of was erased. Figures are worked out anew by sending
/// its `interpretation` as `plan`.
#[utoipa::path(tag = "assistant", operation_id = "get_message",
    security(("api_key" = ["assistant"]), ("api_key_header" = ["assistant"]), ("session" = [])),
    params(("id" = String, Path, description = "The message, as `message_id` of its answer.")),
    responses((status = 200, body = MessageBody)))]
#[get("/v1/assistant/messages/{id}", wrap = "Compress::default()")]
pub async fn kept(caller: Allowed<Assistant>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    let found = state.threads.stored().message(caller.tenant().id(), owner(&caller), &id).await?;
    Ok(HttpResponse::Ok().json(MessageBody::from(found)))
}

/// Say what you think of an answer
///
/// In place of what you said before.
#[utoipa::path(tag = "assistant", operation_id = "give_feedback",
    security(("api_key" = ["assistant"]), ("api_key_header" = ["assistant"]), ("session" = [])),
    params(("id" = String, Path, description = "The message, as `message_id` of its answer.")),
    request_body = FeedbackBody, responses((status = 204, description = "It is noted.")))]
#[post("/v1/assistant/messages/{id}/feedback")]
pub async fn give_feedback(
    args: With<Assistant, Json<FeedbackBody>>,
    state: Data<State>,
    id: Path<String>,
) -> Result<HttpResponse> {
    let With { caller, with: Json(body) } = args;
    let wrong = |name: &str, message: &str| Problem::fields(vec![field(name, message)]);
    let verdict = Verdict::parse(&body.verdict).ok_or_else(|| wrong("verdict", "up or down"))?;
    if body.comment.as_deref().is_some_and(|comment| comment.chars().count() > MAX_COMMENT) {
        return Err(wrong("comment", "is longer than 2000 characters"));
    }
    let sent_at = state.engine.clock().now().timestamp_micros();
    let feedback = Feedback { verdict, comment: body.comment, sent_at };
    feedback::set(state.engine.control(), caller.tenant().id(), owner(&caller), &id, &feedback).await?;
    Ok(HttpResponse::NoContent().finish())
}
