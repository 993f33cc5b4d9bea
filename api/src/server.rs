//! The server: opened, run, and ended in order.

use std::{
    future::Future,
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    http::KeepAlive,
    middleware::{Compress, from_fn},
    web::{self, Data},
};
use kupets_assistant::model::Model;
use kupets_auth::{Auth, AuthOptions, LimitOptions, Mailer, NewInvite, Registration};
use kupets_control::idempotency;
use kupets_engine::{Engine, EngineConfig, clock::Clock};
use tokio::runtime::Handle;
use utoipa_actix_web::AppExt as _;

use crate::{
    deliveries, exports, imports, mail::SmtpMailer, mcp, memory, metrics, metrics_server::MetricsListener, middleware,
    openapi, problem::Problem, reminders, retention, routes, settings::Settings, state::State, telegram_bot,
    webhook_findings,
};

/// How often histograms are folded.
const METRICS_UPKEEP: Duration = Duration::from_secs(5);
/// How often uses of keys are written down and what is over is forgotten.
const AUTH_UPKEEP: Duration = Duration::from_secs(60);
/// How often it is looked whether another process has changed accounts, and whether a workspace's time has come.
const AUTH_OBEY: Duration = Duration::from_secs(2);
/// How often memory that is not used goes back to the system.
const MEMORY_UPKEEP: Duration = Duration::from_secs(4);
/// How long an idle connection stays open.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// Why a server does not start or did not end well.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}; choose another address with --listen")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The engine does not open or close.
    #[error(transparent)]
    Engine(#[from] kupets_engine::Error),
    /// The HTTP server broke.
    #[error("the HTTP server: {0}")]
    Http(#[from] io::Error),
    /// Something else.
    #[error("{0}")]
    Other(String),
}

impl From<Problem> for ServerError {
    fn from(problem: Problem) -> Self {
        Self::Other(problem.causes().unwrap_or_else(|| problem.to_string()))
    }
}

/// Brings the model into memory while nobody waits for it. That it cannot is told once; questions are answered without it.
fn preload(model: &Model, runtime: &Handle) {
    if model.name().is_none() {
        return;
    }
    let model = model.clone();
    runtime.spawn(async move {
        let name = model.name().unwrap_or_default().to_owned();
        match model.preload().await {
            Ok(()) => tracing::info!(model = name, "the assistant's model is loaded"),
            Err(failure) => tracing::warn!(model = name, %failure, "the assistant answers without its model for now"),
        }
    });
}

/// An open server that listens and does not answer yet: [`Server::run`] makes it answer.
#[derive(Debug)]
pub struct Server {
    state: Data<State>,
    listener: TcpListener,
    metrics: Option<MetricsListener>,
    address: SocketAddr,
    first_invite: Option<NewInvite>,
}

impl Server {
    /// Opens the engine under `settings` and listens. Call it on the runtime that shall run queries: it must have several
    /// threads, while each thread that serves HTTP has a loop of its own.
    ///
    /// # Errors
    /// The address is taken, or the engine does not open.
    pub async fn open(settings: Settings, clock: Arc<dyn Clock>) -> Result<Self, ServerError> {
        metrics::start();
        let address = settings.listen;
        let listener = TcpListener::bind(address).map_err(|source| ServerError::Listen { address, source })?;
        let address = listener.local_addr()?;
        let metrics = settings
            .metrics_listen
            .map(|address| MetricsListener::bind(address).map_err(|source| ServerError::Listen { address, source }));
        let metrics = metrics.transpose()?;
        let (engine, authority) = Engine::open(EngineConfig {
            data_dir: settings.data.clone(),
            storage_url: settings.storage_url.clone(),
            database_url: settings.database_url.clone(),
            limits: settings.engine_limits(),
            clock: Arc::clone(&clock),
        })
        .await?;
        let control = engine.control().clone();
        let runtime = Handle::current();
        let options = auth_options(&settings, address, &clock)?;
        let auth = Auth::new(authority, control, clock, options, runtime.clone())?;
        let first_invite = auth.first_invite().await?;
        tracing::info!(registration = auth.registration().name(), "who may make an account");
        let document = openapi::document()?;
        let model =
            Model::new(settings.model()).map_err(|wrong| ServerError::Other(format!("settings: ollama: {wrong}")))?;
        preload(&model, &runtime);
        let state = Data::new(State::new(engine, auth, settings, runtime, document, model)?);
        exports::register(&state);
        imports::register(&state);
        deliveries::register(&state);
        reminders::register(&state);
        retention::register(&state);
        webhook_findings::register(&state);
        Ok(Self { state, listener, metrics, address, first_invite })
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where metrics are, if they have an address of their own.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics.as_ref().and_then(|metrics| metrics.address().ok())
    }

    /// Where people reach it: `public_url`, else the listening address.
    pub fn url(&self) -> String {
        url(&self.state.settings, self.address)
    }

    /// How this machine reaches it, whatever `public_url` says.
    pub fn local_url(&self) -> String {
        let mut address = self.address;
        if address.ip().is_unspecified() {
            address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
        }
        format!("http://{address}")
    }

    /// The token that the server's first account needs, where one is needed and there is none yet.
    pub fn first_invite(&self) -> Option<&str> {
        self.first_invite.as_ref().map(|invite| invite.token.as_str())
    }

    /// Who may make an account now, for the person who has started the server.
    pub fn registration_notice(&self) -> String {
        match (self.state.auth.registration(), &self.first_invite) {
            (Registration::Open, _) => {
                "Registration is open: whoever reaches this address can make an account.".to_owned()
            }
            (Registration::Invite, None) => "Registration is by invite: owners and admins make the links.".to_owned(),
            (Registration::Invite, Some(first)) => {
                format!("Registration is by invite. Make the first account here, once: {}", first.url)
            }
            (Registration::Closed, _) => {
                "Registration is closed: `kupets admin create-owner EMAIL` makes accounts.".to_owned()
            }
        }
    }

    /// The engine behind it.
    pub fn engine(&self) -> &Engine {
        &self.state.engine
    }

    /// Answers until `shutdown`, then stops accepting, lets requests end, and closes the engine.
    ///
    /// # Errors
    /// The HTTP server broke, or the last flush failed; nothing acknowledged is lost then.
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> Result<(), ServerError> {
        let bot = telegram_bot::settings(&self.state, self.local_url())?;
        let state = self.state;
        let http = http(state.clone(), self.listener)?;
        let handle = http.handle();
        let upkeep = tokio_util::task::AbortOnDropHandle::new(tokio::spawn(upkeep(state.clone())));
        // It ends when the process does, so that the last minutes can be watched too.
        let metrics = self.metrics.map(MetricsListener::serve).transpose()?;
        let scraped = metrics.as_ref().map(actix_web::dev::Server::handle);
        let metrics = metrics.map(tokio::spawn);
        let serving = tokio::spawn(http);
        let mut serving = std::pin::pin!(serving);
        let bot = bot.map(telegram_bot::Running::start);
        let ended = tokio::select! {
            ended = &mut serving => ended,
            () = shutdown => {
                tracing::info!("stopping: no new connections, requests under way end");
                if let Some(bot) = bot {
                    // While the server still answers what the bot is about to tell.
                    bot.stop().await;
                }
                state.events.close();
                handle.stop(true).await;
                serving.await
            }
        };
        drop(upkeep);
        if let Err(error) = state.auth.upkeep().await {
            tracing::warn!(%error, "last uses of keys are not written down");
        }
        state.engine.shutdown().await?;
        if let (Some(scraped), Some(metrics)) = (scraped, metrics) {
            scraped.stop(false).await;
            metrics.await.map_err(|e| ServerError::Other(format!("the server of metrics: {e}")))??;
        }
        ended.map_err(|e| ServerError::Other(format!("the HTTP server: {e}")))??;
        Ok(())
    }
}

/// What no route of the API answers: a page of the web UI, or that there is nothing.
async fn unrouted(request: HttpRequest, state: Data<State>) -> HttpResponse {
    match routes::page_of_web(&request) {
        Some(page) => page,
        None => middleware::no_route(request, state).await,
    }
}

fn http(state: Data<State>, listener: TcpListener) -> Result<actix_web::dev::Server, ServerError> {
    let settings = state.settings.clone();
    let workers = match settings.workers {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        n => n,
    };
    let mcp = mcp::Mount::new(&state);
    let factory = move || {
        App::new()
            .app_data(state.clone())
            .app_data(web::PathConfig::default().error_handler(|_, _| {
                Problem::not_found("there is nothing at this address; /docs lists what there is").into()
            }))
            .into_utoipa_app()
            .configure(routes::configure)
            .into_app()
            .configure(routes::configure_hidden)
            .configure(|config| mcp.configure(config))
            .service(web::resource("/{path:.*}").wrap(Compress::default()).route(web::route().to(unrouted)))
            .wrap(from_fn(middleware::request))
    };
    let server = HttpServer::new(factory)
        .workers(workers)
        .max_connections(settings.max_connections)
        .keep_alive(KeepAlive::Timeout(KEEP_ALIVE))
        .client_request_timeout(Duration::from_secs(settings.header_timeout_s))
        // A client that closes is gone: its query is cancelled.
        .h1_allow_half_closed(false)
        .shutdown_timeout(settings.shutdown_timeout_s)
        // SIGTERM is answered by `run`, which has more to end than HTTP.
        .disable_signals()
        .listen(listener)?
        .run();
    Ok(server)
}

/// Where people reach it: `public_url`, else the listening address.
fn url(settings: &Settings, address: SocketAddr) -> String {
    let local = || match address {
        a if a.ip().is_unspecified() => format!("http://localhost:{}", a.port()),
        a => format!("http://{a}"),
    };
    settings.public_url.clone().unwrap_or_else(local)
}

fn auth_options(settings: &Settings, address: SocketAddr, clock: &Arc<dyn Clock>) -> Result<AuthOptions, ServerError> {
    let from = settings.smtp_from.as_deref();
    let mailer = settings.smtp_url.as_ref().map(|url| SmtpMailer::new(url.reveal(), from, Arc::clone(clock)));
    let mailer = mailer.transpose().map_err(|why| ServerError::Other(format!("settings: {why}")))?;
    Ok(AuthOptions {
        registration: settings.registration_in_force(),
        base_url: url(settings, address).trim_end_matches('/').to_owned(),
        session_days: settings.session_days,
        workspace_delete_days: settings.workspace_delete_days,
        audit_days: settings.audit_days,
        limits: LimitOptions {
            login_burst: settings.login_burst,
            login_interval_s: settings.login_interval_s,
            register_burst: settings.register_burst,
            register_interval_s: settings.register_interval_s,
        },
        password_concurrency: settings.password_concurrency,
        mailer: mailer.map(|mailer| Arc::new(mailer) as Arc<dyn Mailer>),
    })
}

/// Deletes the workspaces whose time has come: what the engine has of each, then its account side. What fails is tried again.
async fn delete_due_workspaces(state: &State) -> Result<(), kupets_engine::Error> {
    for tenant in state.auth.due_workspaces().await? {
        state.engine.delete_workspace(&tenant).await?;
        state.auth.finish_deletion(&tenant).await?;
        tracing::info!(workspace = %tenant.id(), "a workspace was deleted with everything in it");
    }
    Ok(())
}

async fn upkeep(state: Data<State>) {
    let mut obey = tokio::time::interval(AUTH_OBEY);
    let mut fold = tokio::time::interval(METRICS_UPKEEP);
    let mut forget = tokio::time::interval(AUTH_UPKEEP);
    let mut give_back = tokio::time::interval_at(tokio::time::Instant::now() + MEMORY_UPKEEP, MEMORY_UPKEEP);
    loop {
        tokio::select! {
            _ = fold.tick() => metrics::upkeep(),
            _ = give_back.tick() => {
                memory::give_back();
            }
            _ = obey.tick() => {
                if let Err(error) = state.auth.obey().await {
                    tracing::warn!(%error, "whether accounts have changed is not known");
                }
                if let Err(error) = deliveries::tick(&state).await {
                    tracing::warn!(%error, "deliveries that are due could not be asked for; it is tried again");
                }
                if let Err(error) = reminders::tick(&state).await {
                    tracing::warn!(%error, "reminders that are due could not be asked for; it is tried again");
                }
                if let Err(error) = delete_due_workspaces(&state).await {
                    tracing::warn!(%error, "a workspace is not deleted yet; it is tried again");
                }
            }
            _ = forget.tick() => {
                state.events.upkeep();
                if let Err(error) = exports::sweep(&state).await {
                    tracing::warn!(%error, "files of exports that are over could not be deleted; it is tried again");
                }
                if let Err(error) = imports::sweep(&state).await {
                    tracing::warn!(%error, "files of imports that are over could not be deleted; it is tried again");
                }
                if let Err(error) = deliveries::upkeep(&state).await {
                    tracing::warn!(%error, "upkeep of deliveries");
                }
                if let Err(error) = webhook_findings::ask(&state).await {
                    tracing::warn!(%error, "findings for webhooks could not be asked for; it is tried again");
                }
                if let Err(error) = retention::ask(&state).await {
                    tracing::warn!(%error, "what is not kept any longer is not asked to be deleted; it is tried again");
                }
                if let Err(error) = state.webhooks.upkeep().await {
                    tracing::warn!(%error, "upkeep of webhooks");
                }
                if let Err(error) = state.auth.upkeep().await {
                    tracing::warn!(%error, "upkeep of accounts");
                }
                let hours = chrono::Duration::hours(state.settings.idempotency_hours.into());
                let before = (state.engine.clock().now() - hours).timestamp_micros();
                if let Err(error) = idempotency::forget(state.engine.control(), before).await {
                    tracing::warn!(%error, "old idempotency keys are not deleted yet; it is tried again");
                }
                if let Err(error) = state.threads.delete_old(state.engine.clock().now(), state.settings.conversation_days).await {
                    tracing::warn!(%error, "old conversations are not deleted yet; it is tried again");
                }
            }
        }
    }
}

/// Ends when the process is asked to end: SIGTERM or Ctrl-C.
pub async fn signal() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
