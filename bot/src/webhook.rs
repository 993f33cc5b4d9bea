//! Updates, brought by Telegram: each with the secret that was agreed on, and answered when it is on the disk.

use std::{net::TcpListener, sync::Arc, time::Duration};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    web::{Data, Json, JsonConfig, post},
};
use serde_json::{Value, json};
use subtle::ConstantTimeEq as _;
use tokio_util::sync::CancellationToken;

use crate::{
    bot::Bot,
    dispatcher::Dispatcher,
    error::{Error, Result},
    poll,
    settings::Webhook,
};

/// Bytes of an update at most; Telegram's are far smaller.
const LARGEST: usize = 1 << 20;

struct Shared {
    dispatcher: Arc<Dispatcher>,
    secret: String,
}

/// Listens, and tells Telegram where, until it is told to end.
pub(crate) async fn run(
    bot: &Arc<Bot>,
    dispatcher: &Arc<Dispatcher>,
    webhook: &Webhook,
    shutdown: &CancellationToken,
) -> Result<()> {
    let wrong = |error: std::io::Error| Error::Settings(format!("the webhook at {}: {error}", webhook.listen));
    let listener = TcpListener::bind(webhook.listen).map_err(wrong)?;
    let shared = Data::new(Shared { dispatcher: Arc::clone(dispatcher), secret: webhook.secret.reveal().to_owned() });
    let app = move || {
        App::new()
            .app_data(shared.clone())
            .app_data(JsonConfig::default().limit(LARGEST))
            .default_service(post().to(receive))
    };
    let server =
        HttpServer::new(app).workers(1).disable_signals().shutdown_timeout(5).listen(listener).map_err(wrong)?.run();
    let handle = server.handle();
    let serving = tokio::spawn(server);
    announce(bot, webhook, shutdown).await;
    shutdown.cancelled().await;
    handle.stop(true).await;
    serving.await.map_err(|error| Error::Settings(error.to_string()))?.map_err(wrong)
}

async fn announce(bot: &Bot, webhook: &Webhook, shutdown: &CancellationToken) {
    let mut wait = Duration::from_secs(1);
    let mut kinds = poll::KINDS;
    while !shutdown.is_cancelled() {
        // One at a time: updates come in their order, and a number below the last is one that was taken.
        let params = json!({
            "url": webhook.url, "secret_token": webhook.secret.reveal(), "max_connections": 1, "allowed_updates": kinds,
        });
        match bot.telegram.call("setWebhook", &params).await {
            Ok(_) => return,
            Err(failure) if poll::is_about_kinds(&failure, kinds) => kinds = poll::OLD_KINDS,
            Err(failure) => wait = poll::pause(&failure, wait, shutdown).await,
        }
    }
}

async fn receive(request: HttpRequest, update: Json<Value>, shared: Data<Shared>) -> HttpResponse {
    let sent =
        request.headers().get("X-Telegram-Bot-Api-Secret-Token").map(|value| value.as_bytes()).unwrap_or_default();
    if !bool::from(sent.ct_eq(shared.secret.as_bytes())) {
        return HttpResponse::Forbidden().finish();
    }
    match shared.dispatcher.take(vec![update.into_inner()]).await {
        Ok(()) => HttpResponse::Ok().finish(),
        Err(error) => {
            tracing::error!(%error, "an update was not taken over");
            // Telegram brings it again.
            HttpResponse::ServiceUnavailable().finish()
        }
    }
}
