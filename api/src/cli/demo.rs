//! `kupets demo`: a server on a scratch folder, a shop of two years sent in through the REST API, and its reports.

use std::{
    pin::pin,
    time::{Duration, Instant},
};

use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use kupets_data::{Locale, Shop, ShopConfig};
use kupets_engine::clock;
use tokio::sync::oneshot;

use super::{
    failure::Failure,
    import::{Show, count},
};
use crate::{
    client::{Client, ClientError, Registration},
    server::{self, Server, ServerError},
    settings::{Flags, Settings},
    telemetry,
};

mod feed;
mod table;

/// Name and e-mail address of the demonstration's account.
const ACCOUNT: (&str, &str) = ("Demo", "demo@example.com");
/// What its key may do.
const SCOPES: [&str; 4] = ["ingest", "read", "sql", "assistant"];

/// The language of the shop's goods and people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// Russian: roubles, Moscow time.
    Ru,
    /// English: dollars, UTC.
    En,
}

/// Arguments of `kupets demo`.
#[derive(Debug, Clone, Args)]
pub struct DemoArgs {
    /// Exit when the demonstration is over instead of serving on.
    #[arg(long)]
    pub once: bool,
    /// Lines of purchases in the two years, 1000 to 100000000.
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    pub lines: u64,
    /// Seed of the shop: the same seed and day give the same shop.
    #[arg(long, value_name = "N", default_value_t = 42)]
    pub seed: u64,
    /// Language of goods and people [default: that of the environment].
    #[arg(long, value_enum)]
    pub language: Option<Language>,
    /// Settings of the server; without --data it uses a scratch folder, which is removed at the end.
    #[command(flatten)]
    pub flags: Flags,
}

/// Runs the demonstration.
///
/// # Errors
/// The server does not start, or a request does not succeed.
pub async fn run(args: DemoArgs) -> Result<(), Failure> {
    let mut settings = Settings::load(&args.flags)?;
    if args.flags.log_level.is_none() && settings.log_level == Settings::default().log_level {
        // The demonstration speaks for itself.
        "warn".clone_into(&mut settings.log_level);
    }
    telemetry::start(&settings)?;
    // Lives as long as the server.
    let scratch = if settings.data == Settings::default().data { Some(tempfile::tempdir()?) } else { None };
    if let Some(folder) = &scratch {
        folder.path().clone_into(&mut settings.data);
    }
    let server = open(settings, args.flags.listen.is_some()).await?;
    let shop = shop(&args)?;
    let (url, near) = (server.url(), server.local_url());
    let invite = server.first_invite().map(str::to_owned);
    let (end, ended) = oneshot::channel::<()>();
    let mut serving = pin!(server.run(async {
        tokio::select! {
            () = server::signal() => {}
            // A sender that is gone has not asked for the end.
            Ok(()) = ended => {}
        }
    }));
    tokio::select! {
        stopped = &mut serving => return Ok(stopped?),
        shown = show(&near, &shop, &url, invite.as_deref()) => shown?,
    }
    if args.once {
        let _already_stopping = end.send(());
    } else {
        println!(
            "\nServing at {url}. Ctrl-C stops it{}.",
            if scratch.is_some() { " and removes its data" } else { "" }
        );
    }
    Ok(serving.await?)
}

/// Opens the server; if nobody has asked for an address and the usual one is taken, on a free port.
async fn open(settings: Settings, address_is_asked: bool) -> Result<Server, ServerError> {
    match Server::open(settings.clone(), clock::system()).await {
        Err(ServerError::Listen { .. }) if !address_is_asked => {
            let mut settings = settings;
            settings.listen.set_port(0);
            Server::open(settings, clock::system()).await
        }
        opened => opened,
    }
}

fn shop(args: &DemoArgs) -> Result<Shop, Failure> {
    let of_environment = || {
        let russian = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
        if russian.is_some_and(|v| v.starts_with("ru")) { Language::Ru } else { Language::En }
    };
    let language = args.language.unwrap_or_else(of_environment);
    let today = clock::system().now().date_naive();
    let mut config = match language {
        Language::Ru => ShopConfig::new(args.seed, args.lines, today, Locale::Ru),
        Language::En => ShopConfig::new(args.seed, args.lines, today, Locale::En),
    };
    if language == Language::En {
        config.utc_offset_minutes = 0;
    }
    Ok(Shop::new(config)?)
}

/// The account of a demonstration, in the shop's language.
fn registration<'a>(
    email: &'a str,
    password: &'a str,
    config: &'a ShopConfig,
    invite: Option<&'a str>,
) -> Registration<'a> {
    let (locale, time_zone, workspace) = match config.locale {
        Locale::Ru => ("ru", "Europe/Moscow", "Демо-лавка"),
        Locale::En => ("en", "UTC", "Demo shop"),
    };
    Registration {
        name: ACCOUNT.0,
        email,
        password,
        workspace: Some(workspace),
        locale: Some(locale),
        time_zone: Some(time_zone),
        currency: Some(&config.currency),
        invite,
    }
}

async fn show(near: &str, shop: &Shop, url: &str, invite: Option<&str>) -> Result<(), Failure> {
    let config = shop.config();
    let client = Client::new(near)?;
    let password = random_hex(8)?;
    let (email, session) = match client.register(&registration(ACCOUNT.1, &password, config, invite)).await {
        // A folder in which a demonstration has run before.
        Err(ClientError::Refused(refusal)) if matches!(refusal.status, 409 | 422) => {
            let email = format!("demo-{}@example.com", random_hex(4)?);
            let session = client.register(&registration(&email, &password, config, invite)).await?;
            (email, session)
        }
        session => (ACCOUNT.1.to_owned(), session?),
    };
    let key = session.create_key("demo", &SCOPES).await?;
    let client = client.with_key(&key);

    let started = Instant::now();
    let mut bar = Show::new("sending two years of a shop");
    let facts = feed::send(&client, shop, &mut bar).await?;
    bar.end();
    let seconds = started.elapsed().max(Duration::from_millis(1)).as_secs_f64();
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a rate to look at
    let rate = (facts.lines as f64 / seconds) as u64;
    println!(
        "Sent {} customers, {} purchases ({} lines) and {} interactions in {seconds:.1} s: {} lines/s, all durable.",
        count(facts.customers),
        count(facts.purchases),
        count(facts.lines),
        count(facts.interactions),
        count(rate)
    );
    let connection = client.connection().await?;
    let stored = connection["records"]["purchases"].as_u64();
    if stored != Some(facts.purchases) {
        return Err(format!("the server says it has {stored:?} purchases, {} were sent", facts.purchases).into());
    }

    let day = |date: NaiveDate| date.format("%Y-%m-%d").to_string();
    // The last day of the shop is before `to`.
    let (from, to) = (day(config.from), day(config.to));
    let period = [("from", from.as_str()), ("to", to.as_str())];
    let summary = client.report("sales_summary", &period).await?;
    println!("\nSales from {from} to {to}\n{}", table::draw(&summary));
    let months = client.report("sales_over_time", &[period[0], period[1], ("grain", "month")]).await?;
    println!("Sales by month\n{}", table::draw(&months));

    println!("{}", if config.locale == Locale::Ru { "Вопросы ассистенту" } else { "Questions to the assistant" });
    for question in questions(config.locale) {
        let answered = client.ask(question).await?;
        println!("\n? {question}\n{}", answered["answer"].as_str().unwrap_or_default());
    }

    println!("\nAddress   {url}\nLogin     {email}\nPassword  {password}\nAPI key   {key}");
    println!("Try       curl -H 'Authorization: Bearer {key}' '{url}/v1/reports/top_products?limit=5'");
    Ok(())
}

/// What the demonstration asks: a figure beside another period's, a list, advice.
fn questions(locale: Locale) -> [&'static str; 3] {
    match locale {
        Locale::Ru => [
            "Выручка за прошлый месяц по сравнению с позапрошлым",
            "Топ-5 товаров по выручке за последние 90 дней",
            "Что делать, чтобы поднять продажи?",
        ],
        Locale::En => [
            "Revenue last month compared with the month before",
            "Top 5 products by revenue in the last 90 days",
            "What should we do to increase sales?",
        ],
    }
}

/// Random bytes as hex, for secrets and names that must not repeat.
fn random_hex(bytes: usize) -> Result<String, Failure> {
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random)?;
    Ok(hex::encode(random))
}
