//! HTTP: `/bot{token}/{method}`, names in any case.

use std::{io, sync::Arc, time::Duration};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::ServerHandle,
    http::StatusCode,
    web::{self, Bytes, Data, PayloadConfig},
};
use serde_json::{Value, json};

use crate::{
    call::{self, Call},
    methods::{self, Refusal},
    schema,
    shared::Shared,
    state::Fault,
};

pub(crate) fn start(shared: Arc<Shared>) -> io::Result<(String, ServerHandle)> {
    let shared = Data::from(shared);
    let app = move || {
        App::new()
            .app_data(shared.clone())
            .app_data(PayloadConfig::new(60 << 20))
            .route("/bot{token}/{method}", web::route().to(answer))
            .default_service(web::to(|| async { refusal(404, "Not Found", None) }))
    };
    let server = HttpServer::new(app).workers(1).disable_signals().bind(("127.0.0.1", 0))?;
    let address = server.addrs()[0];
    let server = server.run();
    let handle = server.handle();
    tokio::spawn(server);
    Ok((format!("http://{address}"), handle))
}

async fn answer(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    body: Bytes,
    shared: Data<Shared>,
) -> HttpResponse {
    let (token, method) = path.into_inner();
    if token != shared.token {
        return refusal(401, "Unauthorized", None);
    }
    let content_type = request.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some(call) = call::read(&method, content_type, &body) else {
        return refusal(400, "Bad Request: can't parse the request", None);
    };
    let polls = method.eq_ignore_ascii_case("getUpdates");
    // Who waits for a call finds what it did as well.
    let (fault, done) = {
        let mut state = shared.lock();
        state.calls.push(call.clone());
        let fault = state.fault(&method.to_lowercase());
        let done = (fault.is_none() && !polls).then(|| methods::carry_out(&mut state, &call));
        (fault, done)
    };
    shared.changed.notify_waiters();
    match fault {
        Some(Fault::RetryAfter(seconds)) => {
            return refusal(429, &format!("Too Many Requests: retry after {seconds}"), Some(seconds));
        }
        Some(Fault::Refuse(code, description)) => return refusal(code, &description, None),
        Some(Fault::Page(status)) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
            return HttpResponse::build(status).content_type("text/html").body("<html>error</html>");
        }
        Some(Fault::CutBefore) => return cut(),
        Some(Fault::CutAfter) => {
            let _ = carry_out(&shared, &call);
            return cut();
        }
        Some(Fault::Slow(wait)) => tokio::time::sleep(wait).await,
        None => {}
    }
    if polls {
        return updates(&shared, &call).await;
    }
    match done.unwrap_or_else(|| carry_out(&shared, &call)) {
        Ok(result) => HttpResponse::Ok().json(json!({"ok": true, "result": result})),
        Err(Refusal(code, description)) => refusal(code, &description, (code == 429).then_some(1)),
    }
}

fn carry_out(shared: &Shared, call: &Call) -> Result<Value, Refusal> {
    let done = methods::carry_out(&mut shared.lock(), call);
    shared.changed.notify_waiters();
    done
}

/// A long poll. A second one ends the first, as Telegram has it.
async fn updates(shared: &Shared, call: &Call) -> HttpResponse {
    if let Some(wrong) = schema::wrong("getupdates", &call.params) {
        return refusal(400, &format!("Bad Request: {wrong}"), None);
    }
    let number = |name: &str| call.params.get(name).and_then(Value::as_i64).unwrap_or_default();
    let (offset, limit) = (number("offset"), number("limit").clamp(1, 100));
    let mine = {
        let mut state = shared.lock();
        if state.webhook.is_some() {
            return refusal(409, "Conflict: can't use getUpdates method while webhook is active", None);
        }
        state.poll += 1;
        // What is below the offset is confirmed.
        state.updates.retain(|update| update["update_id"].as_i64().is_some_and(|id| id >= offset));
        state.poll
    };
    let ends = tokio::time::Instant::now() + Duration::from_secs(number("timeout").clamp(0, 60).unsigned_abs());
    loop {
        let changed = shared.changed.notified();
        {
            let state = shared.lock();
            if state.poll != mine {
                return refusal(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                    None,
                );
            }
            let found: Vec<Value> = state.updates.iter().take(limit.unsigned_abs() as usize).cloned().collect();
            if !found.is_empty() || tokio::time::Instant::now() >= ends {
                return HttpResponse::Ok().json(json!({"ok": true, "result": found}));
            }
        }
        tokio::select! {
            () = changed => {}
            () = tokio::time::sleep_until(ends) => {}
        }
    }
}

/// The connection ends in the middle of an answer.
fn cut() -> HttpResponse {
    let broken = futures::stream::once(async { Err::<Bytes, _>(io::Error::other("cut")) });
    HttpResponse::Ok().streaming(broken)
}

fn refusal(code: i64, description: &str, retry_after: Option<u64>) -> HttpResponse {
    let status =
        u16::try_from(code).ok().and_then(|code| StatusCode::from_u16(code).ok()).unwrap_or(StatusCode::BAD_REQUEST);
    let mut body = json!({"ok": false, "error_code": code, "description": description});
    if let Some(seconds) = retry_after {
        body["parameters"] = json!({"retry_after": seconds});
    }
    HttpResponse::build(status).json(body)
}
