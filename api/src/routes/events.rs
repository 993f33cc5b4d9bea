//! What changes in a workspace, as it happens.
#![allow(unused_qualifications)] // Of what `utoipa::path` writes.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{self, HeaderValue},
    web::Data,
};
use bytes::Bytes;
use futures::stream;
use kupets_auth::Caller;

use crate::{
    auth::{Allowed, Read},
    events::{EventFrame, News, Subscription},
    problem::{Problem, Result},
    state::State,
};

/// Listen to changes
///
/// Server-sent events: `records` (how many customers, purchases and interactions have arrived or changed; once a second at most),
/// `task`, `import`, `export`, `recommendation`, `delivery` (which one, and what became of it). They hold ids and counts, never what
/// stands in a record. Every 15 seconds something comes, if only a comment. `Last-Event-ID` goes on from there; where that is too long
/// ago `reset` says to load anew. The stream ends when the session ends, the key is revoked, or its person leaves.
#[utoipa::path(tag = "events", operation_id = "listen",
    security(("api_key" = ["read"]), ("api_key_header" = ["read"]), ("session" = [])),
    params(("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that was seen.")),
    responses((status = 200, description = "Events, for as long as the client listens.",
        body = EventFrame, content_type = "text/event-stream")))]
#[get("/v1/events")]
pub async fn listen(caller: Allowed<Read>, state: Data<State>, request: HttpRequest) -> Result<HttpResponse> {
    let last = request.headers().get("last-event-id").map(|value| value.to_str().unwrap_or_default());
    let subscription = state.events.subscribe(caller.tenant().id(), last)?;
    let listener = Listener { subscription, caller: caller.clone(), state };
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")));
    response.insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-store")));
    // A proxy that buffers would hold events back.
    response.insert_header(("X-Accel-Buffering", "no"));
    Ok(response.streaming(stream::unfold(listener, next)))
}

struct Listener {
    subscription: Subscription,
    caller: Caller,
    state: Data<State>,
}

async fn next(mut listener: Listener) -> Option<(Result<Bytes, Problem>, Listener)> {
    loop {
        let news = listener.subscription.next().await;
        if matches!(news, News::End) || !is_let_in(&listener).await {
            return None;
        }
        if let News::Send(bytes) = news {
            return Some((Ok(bytes), listener));
        }
    }
}

/// Whether whoever listens would still be let in. Where that is not known they are not.
async fn is_let_in(listener: &Listener) -> bool {
    match listener.state.auth.is_let_in(&listener.caller).await {
        Ok(still) => still,
        Err(error) => {
            tracing::warn!(%error, "a stream of events ends: whether its listener is still let in is not known");
            false
        }
    }
}
