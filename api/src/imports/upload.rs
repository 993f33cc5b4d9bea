//! Taking a file: streamed to the disk, within what a file and a workspace may have.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use actix_web::{
    HttpRequest,
    http::{StatusCode, header},
    web::{Data, Payload},
};
use bytes::Bytes;
use futures::{FutureExt as _, future::LocalBoxFuture};
use kupets_auth::{Action, Caller, Subject};
use kupets_control::imports::{self as store, NewImport};
use kupets_core::{Error, TenantId};
use serde_json::json;
use tokio::{
    fs,
    io::{AsyncWriteExt as _, BufWriter},
    time::Instant,
};

use super::{
    folder::{self, refused},
    multipart::{self, Form, Pieces},
};
use crate::{
    body::{self, IDLE_TIMEOUT},
    problem::{Problem, Result, field},
    state::State,
};

/// How long a file may take to come.
const MOST_TIME: Duration = Duration::from_secs(6 * 3_600);
/// Imports of a workspace that have something on the disk at a time.
const MAX_KEPT: i64 = 100;
/// Bytes of a form beside its file.
const FORM_BYTES: u64 = 64 << 10;
/// Bytes that are written to the disk at once.
const BUFFER: usize = 1 << 20;
/// Characters of a file's name.
const MAX_NAME: usize = 100;
/// Files of one import.
const MAX_FILES: usize = 100;

/// The pieces of a request's body, which has to be here in time.
struct Body {
    payload: Payload,
    deadline: Instant,
}

impl Pieces for Body {
    fn next(&mut self) -> LocalBoxFuture<'_, Result<Option<Bytes>>> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        body::next(&mut self.payload, IDLE_TIMEOUT.min(left)).boxed_local()
    }
}

/// What a file comes in: a form, or the body itself.
enum Incoming {
    Form(Form<Body>),
    Raw(Body),
}

impl Incoming {
    async fn piece(&mut self) -> Result<Option<Bytes>> {
        match self {
            Self::Form(form) => form.piece().await,
            Self::Raw(body) => body.next().await,
        }
    }

    /// Goes on to the next file of a form; its name, or none: there is none left.
    async fn next_file(&mut self) -> Result<Option<String>> {
        match self {
            Self::Form(form) => form.next_file().await,
            Self::Raw(_) => Ok(None),
        }
    }
}

/// What is taken back when a file does not come to its end, also if whoever sends it goes away.
struct Unfinished {
    state: Data<State>,
    tenant: TenantId,
    id: String,
    done: bool,
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if self.done {
            return;
        }
        let (state, tenant, id) = (self.state.clone(), self.tenant.clone(), std::mem::take(&mut self.id));
        self.state.runtime.spawn(async move {
            let deleted = store::delete(state.engine.control(), &tenant, &id).await.map(drop);
            if let Err(error) = deleted.and(folder::forget(&state.settings.data, &tenant, &id).await) {
                tracing::warn!(%error, "a file that did not come to its end is deleted later");
            }
        });
    }
}

/// Takes the file of a request and asks for a look at it. Gives the import's id.
///
/// # Errors
/// 413 over the limit, 409 where the workspace has no room for it, 422 without a file; what the body breaks with.
pub async fn receive(
    request: &HttpRequest,
    payload: Payload,
    state: &Data<State>,
    caller: &Caller,
    name: Option<String>,
) -> Result<String> {
    let (tenant, control) = (caller.tenant().id(), state.engine.control());
    let now = state.engine.clock().now();
    let limit = state.settings.import_limit_bytes;
    let announced = announced(request);
    if announced.is_some_and(|bytes| bytes > limit.saturating_add(FORM_BYTES)) {
        return Err(over(limit));
    }
    if store::count_kept(control, tenant).await? >= MAX_KEPT {
        return Err(no_room(&format!("this workspace has {MAX_KEPT} imports with their files already")));
    }
    let id = kupets_auth::new_id(now.timestamp_millis())?;
    let kept_until = now + chrono::Duration::days(i64::from(state.settings.import_days));
    let new = NewImport {
        id: &id,
        user_id: caller.user_id().ok(),
        kind: "file",
        file_name: "",
        bytes: announced.unwrap_or(limit).min(limit),
        options: "{}",
        created_at: now.timestamp_micros(),
        expires_at: kept_until.timestamp_micros(),
    };
    let budget = state.settings.import_total_bytes;
    if !store::begin_upload(control, tenant, &new, budget).await? {
        return Err(no_room(&format!("the files of this workspace may have {budget} bytes together")));
    }
    let mut unfinished = Unfinished { state: state.clone(), tenant: tenant.clone(), id: id.clone(), done: false };
    let (mut incoming, first) = incoming(request, payload, name).await?;
    let (mut names, mut bytes, mut next): (Vec<String>, u64, _) = (Vec::new(), 0, Some(first));
    while let Some(name) = next {
        if names.len() == MAX_FILES {
            let message = format!("an import has {MAX_FILES} files at most: send the others as another one");
            return Err(Problem::fields(vec![field("file", message)]));
        }
        let name = unused(&name, &names);
        let path = folder::make(&state.settings.data, tenant, &id, names.len(), &name)?;
        let written = write(&path, &mut incoming, (bytes, limit)).await?;
        if written == 0 {
            return Err(Problem::fields(vec![field("file", format!("the file {name} is empty"))]));
        }
        bytes += written;
        names.push(name);
        next = incoming.next_file().await?.map(|name| plain_name(&name));
    }
    let name = all_names(&names);
    let subject = Subject::of("import", id.clone()).with(json!({ "bytes": bytes }));
    let entry = state.auth.entry(caller, Action::ImportSent, subject)?;
    store::uploaded(control, state.engine.jobs(), tenant, &id, (&name, bytes), &entry).await?;
    unfinished.done = true;
    state.engine.jobs().wake();
    Ok(id)
}

fn announced(request: &HttpRequest) -> Option<u64> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn over(limit: u64) -> Problem {
    Problem::too_large(format!("the file is over the limit of {limit} bytes; send it in parts, or packed"))
}

fn no_room(why: &str) -> Problem {
    Error::conflict("no_room", format!("{why}: run or delete some, or wait until they go by themselves")).into()
}

/// What comes, and what it is called.
async fn incoming(request: &HttpRequest, payload: Payload, name: Option<String>) -> Result<(Incoming, String)> {
    let body = Body { payload, deadline: Instant::now() + MOST_TIME };
    let header_of = |name: header::HeaderName| {
        let value = request.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        value.unwrap_or_default()
    };
    let disposition = header_of(header::CONTENT_DISPOSITION);
    if body::content_type(request) != "multipart/form-data" {
        let name = name.or_else(|| multipart::parameter(&disposition, "filename")).unwrap_or_default();
        return Ok((Incoming::Raw(body), plain_name(&name)));
    }
    let boundary = multipart::boundary(&header_of(header::CONTENT_TYPE)).ok_or_else(|| {
        Problem::new(StatusCode::BAD_REQUEST, "broken_form", "the content type of the form names no boundary")
    })?;
    let mut form = Form::new(body, &boundary);
    let Some(sent) = form.next_file().await? else {
        return Err(Problem::fields(vec![field("file", "the form has no file: send it in a part with a file name")]));
    };
    Ok((Incoming::Form(form), plain_name(&name.unwrap_or(sent))))
}

/// The name of a file without folders and what no folder takes.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|c| !c.is_control() && !"<>:\"|?*".contains(*c)).collect();
    let kept = kept.trim().trim_start_matches('.');
    // The end says what it is.
    let from = kept.chars().count().saturating_sub(MAX_NAME);
    let short: String = kept.chars().skip(from).collect();
    if short.is_empty() { "file".to_owned() } else { short }
}

/// A name that no file of the import has yet.
fn unused(name: &str, taken: &[String]) -> String {
    let free = |name: &String| !taken.contains(name);
    let (stem, end) = match name.rfind('.') {
        Some(at) if at > 0 => name.split_at(at),
        _ => (name, ""),
    };
    let numbered = (2_u32..).map(|number| format!("{stem} ({number}){end}"));
    std::iter::once(name.to_owned()).chain(numbered).find(free).unwrap_or_else(|| name.to_owned())
}

/// What an import of these files is called.
fn all_names(names: &[String]) -> String {
    let all = names.join(", ");
    match names {
        [first, others @ ..] if all.chars().count() > MAX_NAME && !others.is_empty() => {
            format!("{first} (+{})", others.len())
        }
        _ => all,
    }
}

/// Writes a file, for its owner alone; `before` is what those before it have, of the limit for all. Gives its bytes.
async fn write(path: &Path, incoming: &mut Incoming, (before, limit): (u64, u64)) -> Result<u64> {
    let failed = |error: io::Error| Problem::from(refused(path, &error));
    let mut file = BufWriter::with_capacity(BUFFER, create(path.to_owned()).await.map_err(failed)?);
    let mut bytes = 0_u64;
    while let Some(piece) = incoming.piece().await? {
        bytes += piece.len() as u64;
        if before.saturating_add(bytes) > limit {
            return Err(over(limit));
        }
        file.write_all(&piece).await.map_err(failed)?;
    }
    file.flush().await.map_err(failed)?;
    file.into_inner().sync_all().await.map_err(failed)?;
    Ok(bytes)
}

async fn create(path: PathBuf) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    options.mode(0o600);
    options.open(path).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_nowhere_else() {
        let cases = [
            ("orders.csv", "orders.csv"),
            ("C:\\shop\\Заказы за март.xlsx", "Заказы за март.xlsx"),
            ("../../etc/passwd", "passwd"),
            ("..", "file"),
            ("a\n\u{0}b.csv", "ab.csv"),
            ("", "file"),
        ];
        for (sent, plain) in cases {
            assert_eq!(plain_name(sent), plain, "{sent:?}");
        }
        let long = plain_name(&format!("{}.csv", "я".repeat(500)));
        assert!(long.ends_with(".csv") && long.chars().count() == MAX_NAME);
    }

    #[test]
    fn files_of_one_name_are_told_apart() {
        let taken = ["a.csv".to_owned(), "a (2).csv".to_owned(), "b".to_owned()];
        assert_eq!(unused("a.csv", &taken), "a (3).csv");
        assert_eq!(unused("b", &taken), "b (2)");
        assert_eq!(unused("c.csv", &taken), "c.csv");
        assert_eq!(all_names(&taken), "a.csv, a (2).csv, b");
        let long = "я".repeat(80);
        assert_eq!(all_names(&[long.clone(), long.clone()]), format!("{long} (+1)"));
    }
}
