//! Settings: a default, overridden by the file, then by `KUPETS_*` in the environment, then by a flag.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use figment::{
    Figment,
    providers::{Env, Format as _, Serialized, Toml},
};
use kupets_assistant::model::Settings as ModelSettings;
use kupets_auth::MIN_BOT_SECRET;
pub use kupets_auth::Registration;
use kupets_engine::Limits;
use serde::{Deserialize, Serialize};

mod flags;
mod values;

pub use flags::Flags;
pub use values::{List, LogFormat, Secret, is_bot_name};

/// All settings, resolved. What each means, its unit and its trade-off stand at [`Flags`], which `--help` prints.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Settings {
    pub data: PathBuf,
    pub listen: SocketAddr,
    pub metrics_listen: Option<SocketAddr>,
    pub public_url: Option<String>,
    pub storage_url: Option<String>,
    pub database_url: Option<String>,
    pub log_format: LogFormat,
    pub log_level: String,

    pub workers: usize,
    pub max_connections: usize,
    pub body_limit_bytes: usize,
    pub body_compressed_limit_bytes: usize,
    pub body_memory_bytes: usize,
    pub header_timeout_s: u64,
    pub body_timeout_s: u64,
    pub shutdown_timeout_s: u64,
    pub trust_forwarded_for: bool,

    pub registration: Option<Registration>,
    pub smtp_url: Option<Secret>,
    pub smtp_from: Option<String>,
    pub workspace_delete_days: u32,
    pub audit_days: u32,
    pub conversation_days: u32,
    pub export_days: u32,
    pub import_limit_bytes: u64,
    pub import_total_bytes: u64,
    pub import_days: u32,
    pub idempotency_hours: u32,
    pub webhook_timeout_s: u64,
    pub webhook_allow_private: bool,
    pub session_days: u32,
    pub login_burst: u32,
    pub login_interval_s: u64,
    pub register_burst: u32,
    pub register_interval_s: u64,
    pub password_concurrency: usize,

    pub tail_flush_bytes: usize,
    pub tail_flush_rows: usize,
    pub tail_flush_age_s: u64,
    pub tail_max_bytes: usize,
    pub tail_total_max_bytes: usize,
    pub query_timeout_ms: u64,
    pub query_memory_bytes: usize,
    pub query_memory_total_bytes: usize,
    pub query_concurrency: usize,
    pub query_max_rows: usize,
    pub tenant_idle_s: u64,
    pub maintenance_interval_s: u64,
    pub collect_interval_s: u64,
    pub delete_after_s: u64,

    pub ollama_url: Option<String>,
    pub ollama_model: Option<String>,
    pub ollama_num_ctx: i64,
    pub ollama_keep_alive_s: u64,
    pub ollama_load_timeout_s: u64,
    pub ollama_answer_timeout_s: u64,
    pub ollama_concurrency: usize,
    pub ollama_queue: usize,
    pub ollama_prose: bool,
    pub mcp_allowed_origins: List,
    pub telegram_token: Option<Secret>,
    pub telegram_api_url: Option<String>,
    pub telegram_proxy: Option<Secret>,
    pub telegram_webhook_url: Option<String>,
    pub telegram_webhook_listen: SocketAddr,
    pub telegram_bot_name: Option<String>,
    pub bot_secret: Option<Secret>,
}

impl Default for Settings {
    fn default() -> Self {
        let limits = Limits::default();
        Self {
            data: PathBuf::from("data/local"),
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            metrics_listen: None,
            public_url: None,
            storage_url: None,
            database_url: None,
            log_format: LogFormat::Text,
            log_level: "info".to_owned(),
            workers: 0,
            max_connections: 10_000,
            body_limit_bytes: 64 << 20,
            body_compressed_limit_bytes: 64 << 20,
            body_memory_bytes: 512 << 20,
            header_timeout_s: 10,
            body_timeout_s: 300,
            shutdown_timeout_s: 30,
            trust_forwarded_for: false,
            registration: None,
            smtp_url: None,
            smtp_from: None,
            workspace_delete_days: 7,
            audit_days: 365,
            conversation_days: 365,
            export_days: 1,
            import_limit_bytes: 2 << 30,
            import_total_bytes: 4 << 30,
            import_days: 3,
            idempotency_hours: 24,
            webhook_timeout_s: 10,
            webhook_allow_private: false,
            session_days: 30,
            login_burst: 10,
            login_interval_s: 10,
            register_burst: 20,
            register_interval_s: 10,
            password_concurrency: 2,
            tail_flush_bytes: limits.tail_flush_bytes,
            tail_flush_rows: limits.tail_flush_rows,
            tail_flush_age_s: limits.tail_flush_age_s,
            tail_max_bytes: limits.tail_max_bytes,
            tail_total_max_bytes: limits.tail_total_max_bytes,
            query_timeout_ms: limits.query_timeout_ms,
            query_memory_bytes: limits.query_memory_bytes,
            query_memory_total_bytes: limits.query_memory_total_bytes,
            query_concurrency: limits.query_concurrency,
            query_max_rows: limits.query_max_rows,
            tenant_idle_s: limits.tenant_idle_s,
            maintenance_interval_s: limits.maintenance_interval_s,
            collect_interval_s: limits.collect_interval_s,
            delete_after_s: limits.delete_after_s,
            ollama_url: None,
            ollama_model: None,
            ollama_num_ctx: 8_192,
            ollama_keep_alive_s: 1_800,
            ollama_load_timeout_s: 120,
            ollama_answer_timeout_s: 60,
            ollama_concurrency: 1,
            ollama_queue: 256,
            ollama_prose: true,
            mcp_allowed_origins: List::default(),
            telegram_token: None,
            telegram_api_url: None,
            telegram_proxy: None,
            telegram_webhook_url: None,
            telegram_webhook_listen: SocketAddr::from(([127, 0, 0, 1], 8081)),
            telegram_bot_name: None,
            bot_secret: None,
        }
    }
}

/// Settings that cannot be used, and why.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A source does not parse, or names a setting that does not exist.
    #[error("settings: {0}")]
    Parse(Box<figment::Error>),
    /// The file is not there.
    #[error("settings: the file {0} of --config cannot be read: create it or leave the flag out")]
    NoFile(PathBuf),
    /// A value that makes no sense.
    #[error("settings: {0}")]
    Value(String),
}

impl Settings {
    /// Resolves the settings from the file named by `flags`, the environment, and `flags`.
    ///
    /// # Errors
    /// The file is missing or names an unknown setting, or a value does not parse or makes no sense.
    pub fn load(flags: &Flags) -> Result<Self, SettingsError> {
        let mut sources = Figment::from(Serialized::defaults(Self::default()));
        if let Some(path) = &flags.config {
            if !path.is_file() {
                return Err(SettingsError::NoFile(path.clone()));
            }
            sources = sources.merge(Toml::file_exact(path));
        }
        // Other programs' `KUPETS_*` variables are none of our business: only the known names are read.
        let names = Self::names();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        sources = sources.merge(Env::prefixed("KUPETS_").only(&names)).merge(Serialized::defaults(flags));
        let settings: Self = sources.extract().map_err(|e| SettingsError::Parse(Box::new(e)))?;
        settings.check()?;
        Ok(settings)
    }

    /// Names of all settings.
    pub fn names() -> Vec<String> {
        match serde_json::to_value(Self::default()) {
            Ok(serde_json::Value::Object(fields)) => fields.into_iter().map(|(name, _)| name).collect(),
            _ => Vec::new(),
        }
    }

    /// Settings of the assistant's model.
    pub fn model(&self) -> ModelSettings {
        let defaults = ModelSettings::default();
        let seconds = Duration::from_secs;
        ModelSettings {
            url: self.ollama_url.clone(),
            model: self.ollama_model.clone().unwrap_or(defaults.model),
            num_ctx: self.ollama_num_ctx,
            keep_alive: (self.ollama_keep_alive_s > 0).then(|| seconds(self.ollama_keep_alive_s)),
            load_timeout: seconds(self.ollama_load_timeout_s),
            answer_timeout: seconds(self.ollama_answer_timeout_s),
            concurrency: self.ollama_concurrency,
            queue_total: self.ollama_queue,
            ..defaults
        }
    }

    fn check(&self) -> Result<(), SettingsError> {
        let positive = [
            ("max_connections", self.max_connections as u64),
            ("body_limit_bytes", self.body_limit_bytes as u64),
            ("body_compressed_limit_bytes", self.body_compressed_limit_bytes as u64),
            ("header_timeout_s", self.header_timeout_s),
            ("body_timeout_s", self.body_timeout_s),
            ("session_days", self.session_days.into()),
            ("audit_days", self.audit_days.into()),
            ("conversation_days", self.conversation_days.into()),
            ("export_days", self.export_days.into()),
            ("import_limit_bytes", self.import_limit_bytes),
            ("import_total_bytes", self.import_total_bytes),
            ("import_days", self.import_days.into()),
            ("idempotency_hours", self.idempotency_hours.into()),
            ("webhook_timeout_s", self.webhook_timeout_s),
            ("login_burst", self.login_burst.into()),
            ("login_interval_s", self.login_interval_s),
            ("register_burst", self.register_burst.into()),
            ("register_interval_s", self.register_interval_s),
            ("password_concurrency", self.password_concurrency as u64),
            ("query_timeout_ms", self.query_timeout_ms),
            ("query_concurrency", self.query_concurrency as u64),
            ("query_max_rows", self.query_max_rows as u64),
            ("maintenance_interval_s", self.maintenance_interval_s),
            ("collect_interval_s", self.collect_interval_s),
            ("ollama_load_timeout_s", self.ollama_load_timeout_s),
            ("ollama_answer_timeout_s", self.ollama_answer_timeout_s),
            ("ollama_concurrency", self.ollama_concurrency as u64),
            ("ollama_queue", self.ollama_queue as u64),
        ];
        if let Some((name, _)) = positive.iter().find(|(_, value)| *value == 0) {
            return Err(SettingsError::Value(format!("{name} must be at least 1")));
        }
        if self.body_memory_bytes < self.body_limit_bytes {
            return Err(SettingsError::Value(format!(
                "body_memory_bytes ({}) must be at least body_limit_bytes ({}), or the largest allowed body would never fit",
                self.body_memory_bytes, self.body_limit_bytes
            )));
        }
        if let Err(wrong) = self.model().validate() {
            let name =
                if wrong.setting == "url" { "ollama_url".to_owned() } else { format!("ollama_{}", wrong.setting) };
            return Err(SettingsError::Value(format!("{name} {}", wrong.message)));
        }
        if let Some(wrong) = self.mcp_allowed_origins.iter().find(|text| !is_origin(text)) {
            return Err(SettingsError::Value(format!(
                "mcp_allowed_origins: {wrong:?} is not the origin of a page, for example https://app.example.com"
            )));
        }
        if self.bot_secret.as_ref().is_some_and(|secret| secret.reveal().len() < MIN_BOT_SECRET) {
            return Err(SettingsError::Value(format!(
                "bot_secret must have at least {MIN_BOT_SECRET} characters: whoever guesses it is the bot. Try `openssl rand -hex 32`"
            )));
        }
        if let Some(name) = &self.telegram_bot_name
            && !is_bot_name(name)
        {
            return Err(SettingsError::Value(format!(
                "telegram_bot_name: {name:?} is not the user name of a bot, for example kupets_bot"
            )));
        }
        if let Some(text) = &self.telegram_webhook_url
            && !url::Url::parse(text).is_ok_and(|u| u.scheme() == "https" && u.has_host())
        {
            return Err(SettingsError::Value(format!(
                "telegram_webhook_url: {text:?} is not an https address, for example https://crm.example.com/telegram: Telegram takes no other"
            )));
        }
        if let Some(text) = &self.public_url {
            let good = url::Url::parse(text).is_ok_and(|u| matches!(u.scheme(), "http" | "https") && u.has_host());
            if !good {
                return Err(SettingsError::Value(format!(
                    "public_url: {text:?} is not an http or https address, for example https://crm.example.com"
                )));
            }
        }
        Ok(())
    }

    /// Limits of the engine.
    pub fn engine_limits(&self) -> Limits {
        Limits {
            tail_flush_bytes: self.tail_flush_bytes,
            tail_flush_rows: self.tail_flush_rows,
            tail_flush_age_s: self.tail_flush_age_s,
            tail_max_bytes: self.tail_max_bytes,
            tail_total_max_bytes: self.tail_total_max_bytes,
            query_timeout_ms: self.query_timeout_ms,
            query_memory_bytes: self.query_memory_bytes,
            query_memory_total_bytes: self.query_memory_total_bytes,
            query_concurrency: self.query_concurrency,
            query_max_rows: self.query_max_rows,
            tenant_idle_s: self.tenant_idle_s,
            maintenance_interval_s: self.maintenance_interval_s,
            collect_interval_s: self.collect_interval_s,
            delete_after_s: self.delete_after_s,
        }
    }

    /// Who may make an account: what was set, else anyone where only this machine can reach the server, else whoever has an invite.
    pub fn registration_in_force(&self) -> Registration {
        let local = || {
            let public = self.public_url.as_deref().map(|url| url::Url::parse(url).is_ok_and(|url| is_loopback(&url)));
            self.listen.ip().is_loopback() && public.unwrap_or(true)
        };
        self.registration.unwrap_or_else(|| if local() { Registration::Open } else { Registration::Invite })
    }

    /// Whether people reach the server over TLS, as far as `public_url` tells.
    pub fn is_https(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}

/// Whether it is scheme, host and port alone, as browsers tell where a page comes from; `*` stands for any port.
fn is_origin(text: &str) -> bool {
    let whole = text.strip_suffix(":*").unwrap_or(text);
    url::Url::parse(whole).is_ok_and(|url| {
        let bare = url.username().is_empty() && url.query().is_none() && url.fragment().is_none();
        url.has_host() && bare && matches!(url.path(), "" | "/")
    })
}

/// Whether an address leads to this very machine.
fn is_loopback(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::io::Write as _;

    use clap::{Args as _, Command};

    use super::*;

    #[test]
    fn every_setting_has_a_documented_flag() {
        let command = Flags::augment_args(Command::new("kupets"));
        let mut flags: Vec<String> =
            command.get_arguments().map(|a| a.get_id().to_string()).filter(|id| id != "config").collect();
        let mut names = Settings::names();
        flags.sort();
        names.sort();
        assert_eq!(flags, names);
        for argument in command.get_arguments() {
            assert!(argument.get_help().is_some(), "{} has no help", argument.get_id());
        }
    }

    #[test]
    fn a_flag_beats_the_file_and_the_file_beats_the_default() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        writeln!(file, "session_days = 7\nquery_concurrency = 9").unwrap();
        let flags = Flags { config: Some(file.path().to_owned()), query_concurrency: Some(3), ..Flags::default() };
        let settings = Settings::load(&flags).unwrap();
        assert_eq!(settings.session_days, 7);
        assert_eq!(settings.query_concurrency, 3);
        assert_eq!(settings.login_burst, Settings::default().login_burst);
    }

    #[test]
    fn an_unknown_name_in_the_file_is_an_error_that_names_it() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        writeln!(file, "sesion_days = 7").unwrap();
        let error = Settings::load(&Flags { config: Some(file.path().to_owned()), ..Flags::default() }).unwrap_err();
        assert!(error.to_string().contains("sesion_days"), "{error}");
    }

    #[test]
    fn nonsense_is_refused() {
        let error = Settings::load(&Flags { session_days: Some(0), ..Flags::default() }).unwrap_err();
        assert_eq!(error.to_string(), "settings: session_days must be at least 1");
        let flags = Flags { public_url: Some("crm.example.com".to_owned()), ..Flags::default() };
        assert!(Settings::load(&flags).unwrap_err().to_string().contains("public_url"));
        let flags = Flags { bot_secret: Some(Secret::from("short".to_owned())), ..Flags::default() };
        let error = Settings::load(&flags).unwrap_err().to_string();
        assert!(error.contains("bot_secret") && !error.contains("short"), "{error}");
        let flags = Flags { telegram_bot_name: Some("t.me/x".to_owned()), ..Flags::default() };
        assert!(Settings::load(&flags).unwrap_err().to_string().contains("telegram_bot_name"));
    }

    #[test]
    fn origins_are_a_list_in_the_file_and_have_commas_between_them_elsewhere() {
        let origins = |settings: Settings| settings.mcp_allowed_origins.iter().map(str::to_owned).collect::<Vec<_>>();
        let flags = |text: &str| Flags { mcp_allowed_origins: Some(List::from(text)), ..Flags::default() };
        let told = "https://app.example.com, http://localhost:*,";
        let both = ["https://app.example.com", "http://localhost:*"];
        assert_eq!(origins(Settings::load(&flags(told)).unwrap()), both);
        for line in [r#"["https://app.example.com", "http://localhost:*"]"#, &format!("{told:?}")] {
            let mut file = tempfile::NamedTempFile::new().unwrap();
            writeln!(file, "mcp_allowed_origins = {line}").unwrap();
            let flags = Flags { config: Some(file.path().to_owned()), ..Flags::default() };
            assert_eq!(origins(Settings::load(&flags).unwrap()), both);
        }
        for wrong in ["app.example.com", "https://app.example.com/path", "https://a@app.example.com", "*"] {
            let error = Settings::load(&flags(wrong)).unwrap_err().to_string();
            assert!(error.contains("mcp_allowed_origins") && error.contains(wrong), "{error}");
        }
    }

    #[test]
    fn only_where_nobody_else_comes_is_registration_open_by_itself() {
        let force = |listen: &str, public_url: Option<&str>, set| {
            let settings = Settings {
                listen: listen.parse().unwrap(),
                public_url: public_url.map(str::to_owned),
                registration: set,
                ..Settings::default()
            };
            settings.registration_in_force()
        };
        assert_eq!(force("127.0.0.1:8080", None, None), Registration::Open);
        assert_eq!(force("[::1]:8080", Some("http://localhost:8080"), None), Registration::Open);
        assert_eq!(force("127.0.0.1:8080", Some("https://crm.example.com"), None), Registration::Invite);
        assert_eq!(force("0.0.0.0:8080", None, None), Registration::Invite);
        assert_eq!(force("0.0.0.0:8080", Some("http://127.0.0.1:8080"), None), Registration::Invite);
        assert_eq!(force("0.0.0.0:8080", None, Some(Registration::Open)), Registration::Open);
        assert_eq!(force("127.0.0.1:8080", None, Some(Registration::Closed)), Registration::Closed);
        let mut file = tempfile::NamedTempFile::new().unwrap();
        writeln!(file, "registration = \"invite\"").unwrap();
        let settings = Settings::load(&Flags { config: Some(file.path().to_owned()), ..Flags::default() }).unwrap();
        assert_eq!(settings.registration, Some(Registration::Invite));
    }

    #[test]
    fn a_secret_is_not_printed() {
        let settings = Settings {
            telegram_token: Some(Secret::from("123:abc".to_owned())),
            bot_secret: Some(Secret::from("hidden".to_owned())),
            ..Settings::default()
        };
        let shown = format!("{settings:?}");
        assert!(!shown.contains("123:abc") && !shown.contains("hidden"));
    }
}
