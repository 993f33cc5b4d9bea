//! Answers of queries on their way out: computed on the engine's threads, sent as they come, cancelled with the client.

use std::future::Future;

use actix_web::{
    HttpResponse,
    http::header::{self, HeaderValue},
};
use bytes::Bytes;
use futures::{Stream, StreamExt as _, stream};
use kupets_engine::query::{Answer, Format, Output};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use crate::{
    problem::{Problem, Result},
    state::State,
};

/// Bytes held back before the status is sent: a query that fails early is answered with a problem, not with a torn body.
const HELD_BACK_BYTES: usize = 256 << 10;
/// Chunks computed ahead of the client.
const CHUNKS_AHEAD: usize = 4;

/// Runs `ask` on the engine's threads and answers in the format of `output`; files are called `file_name`.
///
/// # Errors
/// What the query refuses with before its first bytes.
pub async fn respond<F>(state: &State, ask: F, output: Output, file_name: &str) -> Result<HttpResponse>
where
    F: Future<Output = kupets_engine::Result<Answer>> + Send + 'static,
{
    let format = output.format;
    let mut chunks = start(state, ask, output);
    let mut held = Vec::new();
    let mut held_bytes = 0;
    let mut ended = false;
    while held_bytes < HELD_BACK_BYTES {
        match chunks.recv().await {
            Some(Ok(chunk)) => {
                held_bytes += chunk.len();
                held.push(chunk);
            }
            Some(Err(problem)) => return Err(problem),
            None => {
                ended = true;
                break;
            }
        }
    }
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CONTENT_TYPE, HeaderValue::from_static(crate::negotiate::media_type(format))));
    if format != Format::Json {
        let disposition = format!("attachment; filename=\"{file_name}.{}\"", format.file_extension());
        response.insert_header((header::CONTENT_DISPOSITION, disposition));
    }
    if matches!(format, Format::Xlsx | Format::Arrow | Format::Parquet) {
        // These are compressed already; this keeps the middleware from doing it again.
        response.insert_header((header::CONTENT_ENCODING, HeaderValue::from_static("identity")));
    }
    if ended {
        return Ok(response.body(held.concat()));
    }
    // JSON has said what went wrong and is whole; anything else must not look whole.
    let told = format == Format::Json;
    let rest = stream::poll_fn(move |context| chunks.poll_recv(context))
        .take_while(move |chunk| std::future::ready(!told || chunk.is_ok()));
    Ok(response.streaming(stream::iter(held.into_iter().map(Ok)).chain(rest)))
}

/// Runs `work` on the engine's threads; when the caller goes, so does the work.
///
/// # Errors
/// What `work` gives; a panic in it is a fault of ours.
pub async fn run<T: Send + 'static>(
    state: &State,
    work: impl Future<Output = kupets_engine::Result<T>> + Send + 'static,
) -> Result<T> {
    let task = AbortOnDropHandle::new(state.runtime.spawn(work));
    Ok(task.await.map_err(Problem::internal)??)
}

/// Runs `work` to its end even if the caller goes away: what it begins must not stay half done.
///
/// # Errors
/// What `work` gives; a panic in it is a fault of ours.
pub async fn finish<T: Send + 'static>(
    state: &State,
    work: impl Future<Output = kupets_engine::Result<T>> + Send + 'static,
) -> Result<T> {
    Ok(state.runtime.spawn(work).await.map_err(Problem::internal)??)
}

fn start<F>(state: &State, ask: F, output: Output) -> mpsc::Receiver<Result<Bytes>>
where
    F: Future<Output = kupets_engine::Result<Answer>> + Send + 'static,
{
    let (sender, receiver) = mpsc::channel(CHUNKS_AHEAD);
    let chunks = sender.clone();
    let produce = async move {
        match ask.await {
            Ok(answer) => send_all(std::pin::pin!(answer.into_bytes(output)), &chunks).await,
            // The receiver is gone only when the client is: nobody is left to tell.
            Err(error) => drop(chunks.send(Err(error.into())).await),
        }
    };
    state.runtime.spawn(async move {
        // On a task of its own: when it panics its channel just closes, which must not look like the end of an answer.
        let produce = AbortOnDropHandle::new(tokio::spawn(produce));
        tokio::select! {
            ended = produce => {
                if let Err(broken) = ended {
                    let _ = sender.send(Err(Problem::internal(broken))).await;
                }
            }
            // The client has gone: dropping `produce` cancels the query.
            () = sender.closed() => {}
        }
    });
    receiver
}

async fn send_all(
    mut chunks: std::pin::Pin<&mut impl Stream<Item = kupets_engine::Result<Bytes>>>,
    sender: &mpsc::Sender<Result<Bytes>>,
) {
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(Problem::from);
        if let Err(problem) = &chunk {
            tracing::warn!(%problem, causes = problem.causes(), "a query failed while its answer was being sent");
        }
        let failed = chunk.is_err();
        if sender.send(chunk).await.is_err() || failed {
            return;
        }
    }
}
