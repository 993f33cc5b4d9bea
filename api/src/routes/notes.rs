//! Notes about customers, over HTTP.
#![allow(unused_qualifications)] // Of what `utoipa::path` writes.

use actix_web::{
    HttpResponse, delete, get,
    middleware::Compress,
    patch, post,
    web::{Data, Path},
};
use chrono::{DateTime, Utc};
use kupets_auth::{Action, Caller, Subject};
use kupets_control::users;
use kupets_core::{Error, Result as CoreResult, Role};
use kupets_engine::{
    customers::{NewNote, Note, NoteEdit},
    schema::Table,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    pagination::{PageQuery, Query},
    saved::viewer,
};
use crate::{
    assistant::conversations::moment,
    auth::{Allowed, Editor, Read, With},
    body::{Json, sent},
    problem::Result,
    state::State,
    stream,
};

/// Bytes of a body at most: a text of 64 KiB with its escapes is in it.
const BODY_BYTES: usize = 256 << 10;

/// A new note.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"body": "Asked for a quote, call back in June", "subject": "Quote"}))]
pub struct NewNoteBody {
    /// What is written.
    #[schema(min_length = 1, max_length = 65536)]
    body: String,
    /// Its subject line.
    #[schema(max_length = 1024)]
    subject: Option<String>,
}

/// A change of a note: an absent field stays, null clears it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"body": "Asked for a quote, call back in July"}))]
pub struct NotePatchBody {
    /// What is written.
    #[schema(min_length = 1, max_length = 65536)]
    body: Option<String>,
    /// Its subject line.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<String>, max_length = 1024)]
    subject: Option<Option<String>>,
}

/// Whoever wrote a note.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoteAuthor {
    /// Identity of the account; null where an app sent the note.
    user_id: Option<String>,
    /// What they were called then.
    name: Option<String>,
}

/// A note about a customer.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoteBody {
    /// Its identity, the interaction's.
    id: String,
    /// About whom.
    customer_id: String,
    /// What is written.
    body: String,
    /// Its subject line.
    subject: Option<String>,
    /// Who wrote it.
    author: NoteAuthor,
    /// When it was written.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    edited_at: Option<DateTime<Utc>>,
}

/// A page of notes.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoteList {
    /// The latest first.
    items: Vec<NoteBody>,
    /// Where the next page begins; null at the end.
    next_cursor: Option<String>,
}

impl From<Note> for NoteBody {
    fn from(note: Note) -> Self {
        Self {
            id: note.id,
            customer_id: note.customer_id,
            body: note.body,
            subject: note.subject,
            author: NoteAuthor { user_id: note.author_id, name: note.author_name },
            created_at: moment(note.created_at),
            edited_at: note.edited_at.map(moment),
        }
    }
}

/// Passes if the caller may change a note: its author may, and an admin.
///
/// # Errors
/// It is neither.
pub(super) fn check_author(caller: &Caller, note: &Note) -> CoreResult<()> {
    let author = note.author_id.as_deref();
    if author.is_some() && viewer(caller) == author || caller.role() >= Role::Admin {
        return Ok(());
    }
    Err(Error::forbidden("not_author", "whoever wrote a note changes it, or an admin; write one of your own"))
}

/// List notes about a customer
///
/// The latest first. They are interactions of the kind `note`, and stand in the timeline too.
#[utoipa::path(tag = "work", operation_id = "list_notes",
    security(("api_key" = ["read"]), ("api_key_header" = ["read"]), ("session" = [])),
    params(("id" = String, Path, description = "The app's own id of the customer."), PageQuery),
    responses((status = 200, body = NoteList)))]
#[get("/v1/customers/{id}/notes", wrap = "Compress::default()")]
pub async fn list(args: With<Read, Query<PageQuery>>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    let With { caller, with: Query(asked) } = args;
    let limit = asked.limit()?;
    let (engine, tenant) = (state.engine.clone(), caller.tenant().clone());
    let ask = async move { engine.notes(&tenant, &id, limit, asked.cursor.as_deref()).await };
    let page = stream::run(&state, ask).await?;
    let items = page.items.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(NoteList { items, next_cursor: page.next_cursor }))
}

/// Write a note about a customer
///
/// It is an interaction like any other: durable when it is answered, in the timeline and in SQL, and erased with the customer.
#[utoipa::path(tag = "work", operation_id = "write_note", security(("session" = ["manager"])),
    params(("id" = String, Path, description = "The app's own id of the customer.")), request_body = NewNoteBody,
    responses((status = 201, body = NoteBody)))]
#[post("/v1/customers/{id}/notes")]
pub async fn write(
    args: With<Editor, Json<NewNoteBody, BODY_BYTES>>,
    state: Data<State>,
    id: Path<String>,
) -> Result<HttpResponse> {
    let With { caller, with: Json(body) } = args;
    let (owned, caller, id) = (state.clone(), caller.clone(), id.into_inner());
    let work = async move {
        let author_id = caller.user_id()?.to_owned();
        let author = users::by_id(owned.engine.control(), &author_id).await?;
        let author_name = author.map(|one| one.user.name).unwrap_or_default();
        let new = NewNote { body: body.body, subject: body.subject, author_id, author_name };
        let note = owned.engine.write_note(caller.tenant(), &id, new).await?;
        owned.auth.note_done(&caller, Action::NoteWritten, Subject::of("customer", id)).await;
        owned.events.records(caller.tenant().id(), Table::Interactions, 1);
        Ok(note)
    };
    let note = stream::finish(&state, work).await?;
    Ok(HttpResponse::Created().json(NoteBody::from(note)))
}

/// Change a note
///
/// An absent field stays, null clears it. Whoever wrote it may, and an admin; when it was written stays.
#[utoipa::path(tag = "work", operation_id = "edit_note", security(("session" = ["manager"])),
    params(("id" = String, Path, description = "The note.")), request_body = NotePatchBody,
    responses((status = 200, body = NoteBody)))]
#[patch("/v1/notes/{id}")]
pub async fn change(
    args: With<Editor, Json<NotePatchBody, BODY_BYTES>>,
    state: Data<State>,
    id: Path<String>,
) -> Result<HttpResponse> {
    let With { caller, with: Json(body) } = args;
    let (owned, caller) = (state.clone(), caller.clone());
    let work = async move {
        check_author(&caller, &owned.engine.note(caller.tenant(), &id).await?)?;
        let edit = NoteEdit { body: body.body, subject: body.subject };
        let note = owned.engine.edit_note(caller.tenant(), &id, edit).await?;
        let subject = Subject::of("customer", note.customer_id.clone());
        owned.auth.note_done(&caller, Action::NoteChanged, subject).await;
        owned.events.records(caller.tenant().id(), Table::Interactions, 1);
        Ok(note)
    };
    let note = stream::finish(&state, work).await?;
    Ok(HttpResponse::Ok().json(NoteBody::from(note)))
}

/// Delete a note
///
/// Whoever wrote it may, and an admin. It is in no answer from then on; older snapshots of the lake hold it until they expire.
#[utoipa::path(tag = "work", operation_id = "delete_note", security(("session" = ["manager"])),
    params(("id" = String, Path, description = "The note.")),
    responses((status = 204, description = "It is gone.")))]
#[delete("/v1/notes/{id}")]
pub async fn remove(caller: Allowed<Editor>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    let (owned, caller) = (state.clone(), caller.clone());
    let work = async move {
        let note = owned.engine.note(caller.tenant(), &id).await?;
        check_author(&caller, &note)?;
        owned.engine.delete_note(caller.tenant(), &id).await?;
        let subject = Subject::of("customer", note.customer_id);
        owned.auth.note_done(&caller, Action::NoteDeleted, subject).await;
        owned.events.records(caller.tenant().id(), Table::Interactions, 1);
        Ok(())
    };
    stream::finish(&state, work).await?;
    Ok(HttpResponse::NoContent().finish())
}
