//! The settings as flags: each says its unit, its default and what it costs. This text is what `--help` prints.

use std::{net::SocketAddr, path::PathBuf};

use kupets_auth::Registration;
use serde::Serialize;

use super::values::{List, LogFormat, Secret};

/// Settings given on the command line; what is absent comes from the environment, the file, or the default.
#[derive(Debug, Clone, Default, Serialize, clap::Args)]
#[command(next_help_heading = "Settings")]
pub struct Flags {
    /// TOML file with settings under the names of these flags (with _ for -); an unknown name is an error.
    #[arg(long, value_name = "FILE", env = "KUPETS_CONFIG")]
    #[serde(skip)]
    pub config: Option<PathBuf>,

    /// Folder for the control database, work files and, unless --storage-url says otherwise, the data. Default data/local.
    /// Put it on a disk whose fsync is honest: what is acknowledged rests on it.
    #[arg(long, value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<PathBuf>,

    /// Address and port to listen on. Default 127.0.0.1:8080; port 0 takes a free one. Listening beyond loopback without
    /// TLS in front sends passwords and keys in the clear.
    #[arg(long, value_name = "ADDR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,

    /// Address and port for /metrics alone, for example 127.0.0.1:9464; the main address then has no /metrics. Default: none,
    /// whoever reaches the main address reads them. They hold no workspace and no person, and do tell how much is done.
    #[arg(long, value_name = "ADDR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metrics_listen: Option<SocketAddr>,

    /// Address under which people reach the server, for example https://crm.example.com. With https the session cookie is
    /// sent over TLS only. Default: none, links use the listening address.
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,

    /// Where the data lies: file:, s3://, gs:// or az://; S3 credentials come by the usual AWS_* names. Default: a folder
    /// inside --data. Remote storage adds its latency to each flush, not to the acknowledgement of a record.
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_url: Option<String>,

    /// Control database: sqlite:PATH. Default: a file inside --data. It holds the journal, so its disk sets the speed of ingest.
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database_url: Option<String>,

    /// Log lines on standard error as text (default) or json.
    #[arg(long, value_name = "FORMAT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_format: Option<LogFormat>,

    /// What to log: error, warn, info (default), debug (a line a request), trace; or per module, as in
    /// "info,kupets_engine=debug". debug costs about a tenth of the speed of small requests.
    #[arg(long, value_name = "FILTER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_level: Option<String>,

    /// Threads that serve HTTP. Default 0: one a core. Queries run on threads of their own.
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workers: Option<usize>,

    /// Connections open at once, a worker. Default 10000. Each costs a file descriptor and a few kilobytes.
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_connections: Option<usize>,

    /// Largest request body in bytes after decompression. Default 67108864 (64 MiB); larger is answered 413. A body is held
    /// in memory while it is parsed.
    #[arg(long, value_name = "BYTES")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_limit_bytes: Option<usize>,

    /// Largest request body in bytes as sent. Default 67108864 (64 MiB); larger is answered 413.
    #[arg(long, value_name = "BYTES")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_compressed_limit_bytes: Option<usize>,

    /// Memory in bytes for all large request bodies together (those over 64 KiB). Default 536870912 (512 MiB); past it such
    /// requests get 429 with Retry-After. More admits more parallel bulk loads.
    #[arg(long, value_name = "BYTES")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_memory_bytes: Option<usize>,

    /// Seconds a client has to send the head of a request. Default 10. Short ones shed slow attackers, and slow phones.
    #[arg(long, value_name = "SECONDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header_timeout_s: Option<u64>,

    /// Seconds a client has to send a body. Default 300; a body also fails when nothing arrives for 30 seconds.
    #[arg(long, value_name = "SECONDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_timeout_s: Option<u64>,

    /// Seconds that requests under way have to end on SIGTERM. Default 30. What is left then is cut off; nothing
    /// acknowledged is lost.
    #[arg(long, value_name = "SECONDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shutdown_timeout_s: Option<u64>,

    /// Take the client's address from the last X-Forwarded-For entry. Default false; turn it on only behind a proxy that
    /// sets the header, or anyone evades the login limits by writing it.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust_forwarded_for: Option<bool>,

    /// Who may make an account: open (anyone who reaches the server), invite (whoever has a link; the first account's is printed at the
    /// start), closed (nobody; `kupets admin create-owner` makes accounts). Default open where --listen and --public-url are of this
    /// machine only, else invite. open on the internet lets strangers use your disk.
    #[arg(long, value_name = "WHO", value_parser = registration)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration: Option<Registration>,

    /// Server that sends mail, for links that set a new password: smtps://USER:PASSWORD@HOST (port 465), or smtp://USER:PASSWORD@HOST
    /// (port 587, with STARTTLS; without TLS on this machine only). Default: none, nothing is sent and the operator makes such links.
    /// Prefer the environment: a flag is seen in the list of processes.
    #[arg(long, value_name = "URL", value_parser = secret)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smtp_url: Option<Secret>,

    /// Address that mail comes from, for example "Kupets <crm@example.com>". Default: the user of --smtp-url, if that is an address.
    #[arg(long, value_name = "ADDRESS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smtp_from: Option<String>,

    /// Days for which the deletion of a workspace can be undone. Default 7. 0 deletes it within a minute.
    #[arg(long, value_name = "DAYS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workspace_delete_days: Option<u32>,

    /// Days for which the audit log is kept. Default 365. A busy workspace writes a few megabytes a year.
    #[arg(long, value_name = "DAYS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audit_days: Option<u32>,

    /// Days after its last message for which a conversation with the assistant is kept. Default 365. Fewer keep less of what was
    /// asked about people; nobody can go back to older ones.
    #[arg(long, value_name = "DAYS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_days: Option<u32>,

    /// Hours for which an `Idempotency-Key` is remembered: until then another body under the same key is refused. Default 24.
    #[arg(long, value_name = "HOURS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idempotency_hours: Option<u32>,

    /// Days for which a file that was made in the background is kept. Default 1. Longer takes more of the disk.
    #[arg(long, value_name = "DAYS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub export_days: Option<u32>,

    /// Bytes that a file to be imported may have. Default 2 GiB. An archive or a workbook may unpack to four times as many.
    #[arg(long, value_name = "BYTES")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub import_limit_bytes: Option<u64>,

    /// Bytes that all files of a workspace may have that were sent to be imported and are kept. Default 4 GiB.
    #[arg(long, value_name = "BYTES")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub import_total_bytes: Option<u64>,

    /// Days for which a file that was sent is kept until it is imported, and then what was wrong with its rows. Default 3. Fewer keep
    /// less of what may be about people who are erased elsewhere; what was imported can be undone at any time.
    #[arg(long, value_name = "DAYS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub import_days: Option<u32>,

    /// Seconds that an address which webhooks go to has to answer. Default 10. Longer bears slow ones, and holds others up.
    #[arg(long, value_name = "SECONDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook_timeout_s: Option<u64>,

    /// Let webhooks go to this machine and to private networks. Default false: whoever may make one could reach what only the
    /// server can. Turn it on where all admins of all workspaces may.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook_allow_private: Option<bool>,

    /// Days until a session ends. Default 30. Shorter limits the use of a stolen cookie, and asks for the password more often.
    #[arg(long, value_name = "DAYS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_days: Option<u32>,

    /// Failed logins in a row for one account (and four times as many from one address) before they are spaced out. Default 10. A
    /// browser in which the person has logged in before is counted by itself.
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_burst: Option<u32>,

    /// Seconds that give one more failed login back. Default 10. Longer slows guessing, and people who forget.
    #[arg(long, value_name = "SECONDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_interval_s: Option<u64>,

    /// Registrations in a row from one address before they are spaced out. Default 20.
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub register_burst: Option<u32>,

    /// Seconds that give one more registration back. Default 10.
    #[arg(long, value_name = "SECONDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub register_interval_s: Option<u64>,

    /// Passwords hashed at once. Default 2. Each takes one core for about 20 ms and 19 MiB; more serves more logins at once
    /// and takes more from everything else.
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_concurrency: Option<usize>,

    /// Bytes of fresh rows at which a workspace's tail goes to the lake. Default 67108864 (64 MiB). More makes fewer, larger
    /// files and a longer start-up.
    #[arg(long, value_name = "BYTES")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tail_flush_bytes: Option<usize>,

    /// Rows at which a workspace's tail goes to the lake. Default 200000.
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tail_flush_rows: Option<usize>,

    /// Age in seconds of the oldest row at which a tail goes to the lake. Default 30. Shorter keeps other readers of the lake
    /// fresher and makes more small files.
    #[arg(long, value_name = "SECONDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tail_flush_age_s: Option<u64>,

    /// Bytes of fresh rows past which one workspace's requests get 429 until a flush ends. Default 268435456 (256 MiB).
    #[arg(long, value_name = "BYTES")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tail_max_bytes: Option<usize>,

    /// The same over all workspaces: the ceiling of memory for fresh rows. Default 1073741824 (1 GiB).
    #[arg(long, value_name = "BYTES")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tail_total_max_bytes: Option<usize>,

    /// Milliseconds after which a query is cancelled. Default 60000.
    #[arg(long, value_name = "MS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_timeout_ms: Option<u64>,

    /// Bytes of memory for one query. Default 1073741824 (1 GiB). Past it the query spills to disk where it can, else fails.
    #[arg(long, value_name = "BYTES")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_memory_bytes: Option<usize>,

    /// Bytes of memory for all queries together. Default 2147483648 (2 GiB).
    #[arg(long, value_name = "BYTES")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_memory_total_bytes: Option<usize>,

    /// Queries of one workspace that run at once; others wait. Default 4. More lets one workspace take more from the others.
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_concurrency: Option<usize>,

    /// Rows that an SQL query may return. Default 1000000.
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_max_rows: Option<usize>,

    /// Seconds without requests after which a workspace is closed. Default 300. Shorter saves memory with many workspaces and
    /// makes the first request after a pause slower.
    #[arg(long, value_name = "SECONDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_idle_s: Option<u64>,

    /// Seconds between two looks at whether files of a lake are to be merged. Default 30. Shorter keeps fewer small files and does more
    /// work; a lake that nothing has changed is left alone anyway.
    #[arg(long, value_name = "SECONDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maintenance_interval_s: Option<u64>,

    /// Seconds between two looks for files and snapshots of a lake that are of no more use. Default 300.
    #[arg(long, value_name = "SECONDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collect_interval_s: Option<u64>,

    /// Seconds after which a file that nothing needs any more is deleted. Default 900; never before the longest query that may read it
    /// has ended. Longer gives other readers of the lake, and copies of it, more time, and takes more of the disk.
    #[arg(long, value_name = "SECONDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete_after_s: Option<u64>,

    /// Address of Ollama, for example http://127.0.0.1:11434. Unset by default: the assistant reads questions by its own grammar and
    /// answers from templates; with a model it understands more and writes prose, and every number still comes from a query.
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ollama_url: Option<String>,

    /// Model of the assistant, as `ollama list` shows it. Default qwen2.5:7b. Larger ones understand more and answer more slowly.
    #[arg(long, value_name = "NAME")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ollama_model: Option<String>,

    /// Context of the model in tokens. Default 8192. More takes memory; every call has the same one, as another loads it anew.
    #[arg(long, value_name = "TOKENS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ollama_num_ctx: Option<i64>,

    /// Seconds that the model stays in memory after a call; 0 for ever. Default 1800. Longer makes the next question quicker.
    #[arg(long, value_name = "SECONDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ollama_keep_alive_s: Option<u64>,

    /// Seconds until the model's first words, loading included. Default 120. After that the question is answered without it.
    #[arg(long, value_name = "SECONDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ollama_load_timeout_s: Option<u64>,

    /// Seconds from the model's first words to its last. Default 60.
    #[arg(long, value_name = "SECONDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ollama_answer_timeout_s: Option<u64>,

    /// Calls of the model at a time. Default 1, which is what Ollama runs by default; others wait, workspaces in turn.
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ollama_concurrency: Option<usize>,

    /// Calls of the model that may wait, over all workspaces. Default 256; beyond it questions are answered without it.
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ollama_queue: Option<usize>,

    /// Whether the model may put an answer into its own words: true or false. Default true. A text with a number that is not in the
    /// result is never shown; false answers sooner.
    #[arg(long, value_name = "BOOL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ollama_prose: Option<bool>,

    /// Origins of web pages whose scripts may use /mcp, with commas between them, for example https://app.example.com. Default: none but
    /// the server's own; programs that are no browsers send no origin and are not asked for one. Each can use whatever keys it is given.
    #[arg(long, value_name = "ORIGINS", value_parser = list)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mcp_allowed_origins: Option<List>,

    /// Token of the Telegram bot, as @BotFather gives it: the bot then runs inside the server. Default: none. Prefer the environment:
    /// a flag is seen in the list of processes.
    #[arg(long, value_name = "TOKEN", value_parser = secret)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telegram_token: Option<Secret>,

    /// Address of the Telegram Bot API. Default https://api.telegram.org; another one for a server of the Bot API that you run.
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telegram_api_url: Option<String>,

    /// Proxy through which the bot inside reaches Telegram, http:// or https://. Default: none.
    #[arg(long, value_name = "URL", value_parser = secret)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telegram_proxy: Option<Secret>,

    /// Public https address at which Telegram brings updates to the bot inside, in place of being asked for them. Default: none, it is asked.
    /// A proxy in front leads it to `telegram_webhook_listen`.
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telegram_webhook_url: Option<String>,

    /// Address on which the bot inside listens for updates where `telegram_webhook_url` is set. Default 127.0.0.1:8081.
    #[arg(long, value_name = "ADDRESS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telegram_webhook_listen: Option<SocketAddr>,

    /// User name of the Telegram bot, to which links lead, for example kupets_bot. Default: what Telegram calls the bot, as
    /// the bot says itself.
    #[arg(long, value_name = "NAME")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telegram_bot_name: Option<String>,

    /// Secret, of 32 characters or more, that a bot which runs alone (`kupets bot`) shows to this server. Default: one made anew at each
    /// start, for the bot inside. Prefer the environment: a flag is seen in the list of processes.
    #[arg(long, value_name = "SECRET", value_parser = secret)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bot_secret: Option<Secret>,
}

fn registration(text: &str) -> Result<Registration, String> {
    [Registration::Open, Registration::Invite, Registration::Closed]
        .into_iter()
        .find(|who| who.name() == text)
        .ok_or_else(|| "one of open, invite, closed".to_owned())
}

fn secret(text: &str) -> Result<Secret, std::convert::Infallible> {
    Ok(Secret::from(text.to_owned()))
}

fn list(text: &str) -> Result<List, std::convert::Infallible> {
    Ok(List::from(text))
}
