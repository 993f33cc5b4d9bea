//! `kupets admin`: accounts, on the data folder itself. It works beside a running server, which obeys within some seconds.

use std::{fmt::Write as _, io::Read as _, net::SocketAddr, path::PathBuf};

use clap::{Args, Subcommand};
use kupets_auth::{NewOwner, NewWorkspace, Operator, check::Checked, check::normal_email};
use kupets_engine::clock;
use serde::Serialize;

use super::{failure::Failure, say::say};
use crate::settings::{Flags, Settings};

/// Arguments of `kupets admin`.
#[derive(Debug, Clone, Args)]
pub struct AdminArgs {
    #[command(subcommand)]
    command: AdminCommand,
    #[command(flatten)]
    place: Place,
}

/// Which server: its settings by the same names. The file of --config and the environment count too.
#[derive(Debug, Clone, Args)]
struct Place {
    /// TOML file with the settings of the server.
    #[arg(long, value_name = "FILE", env = "KUPETS_CONFIG", global = true)]
    config: Option<PathBuf>,
    /// Folder in which the server keeps its control database. Default data/local.
    #[arg(long, value_name = "DIR", global = true)]
    data: Option<PathBuf>,
    /// Control database, if it is not in the folder.
    #[arg(long, value_name = "URL", global = true)]
    database_url: Option<String>,
    /// Address under which people reach the server: links lead there. Default: the listening address.
    #[arg(long, value_name = "URL", global = true)]
    public_url: Option<String>,
    /// Address on which the server listens: links lead there where there is no public one. Default 127.0.0.1:8080.
    #[arg(long, value_name = "ADDR", global = true)]
    listen: Option<SocketAddr>,
}

impl From<Place> for Flags {
    fn from(place: Place) -> Self {
        let Place { config, data, database_url, public_url, listen } = place;
        Self { config, data, database_url, public_url, listen, ..Self::default() }
    }
}

#[derive(Debug, Clone, Subcommand)]
enum AdminCommand {
    /// List everybody who has an account.
    Users(Listing),
    /// List all workspaces.
    Workspaces(Listing),
    /// List all API keys that are not revoked, with why one opens nothing.
    Keys(Listing),
    /// Print a link that sets a person's password, once, within 24 hours.
    ResetPassword {
        /// E-mail address of the account.
        email: String,
    },
    /// Make a workspace with its owner. Somebody without an account gets one, and a link that sets the password is printed.
    CreateOwner(CreateOwner),
    /// Give an API key another secret and print it; the one before opens nothing any more.
    RotateKey {
        /// Identity of the key, as `kupets admin keys` lists it.
        id: String,
    },
    /// Revoke an API key.
    RevokeKey {
        /// Identity of the key, as `kupets admin keys` lists it.
        id: String,
    },
}

#[derive(Debug, Clone, Args)]
struct Listing {
    /// Print JSON, one object a line, for programs.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Args)]
struct CreateOwner {
    /// E-mail address; the login.
    email: String,
    /// Full name; the part of the address before the @ unless given.
    #[arg(long)]
    name: Option<String>,
    /// Name of the workspace; the person's name unless given.
    #[arg(long)]
    workspace: Option<String>,
    /// Language: en or ru.
    #[arg(long, default_value = "en")]
    locale: String,
    /// IANA zone in which days, weeks and months begin.
    #[arg(long, default_value = "UTC")]
    time_zone: String,
    /// ISO 4217 code of records and figures without another one; RUB for ru, else USD, unless given.
    #[arg(long)]
    currency: Option<String>,
    /// Read the password from standard input instead of printing a link that sets it.
    #[arg(long)]
    password_stdin: bool,
}

/// Runs the command.
///
/// # Errors
/// There is no such data folder, person or key; the control database does not answer.
pub async fn run(args: AdminArgs) -> Result<(), Failure> {
    let settings = Settings::load(&args.place.into())?;
    let operator = open(&settings, matches!(args.command, AdminCommand::CreateOwner(_))).await?;
    let text = match args.command {
        AdminCommand::Users(listing) => {
            let users = operator.users().await?;
            listing.print(&users, ["email", "name", "workspaces", "last seen", "id"], |line| {
                let seen = line.last_seen_at.map_or_else(|| "-".to_owned(), |at| at.format("%F %R").to_string());
                let user = &line.user;
                [user.email.clone(), user.name.clone(), line.workspaces.clone(), seen, user.id.clone()]
            })?
        }
        AdminCommand::Workspaces(listing) => {
            let workspaces = operator.workspaces().await?;
            listing.print(&workspaces, ["name", "owners", "members", "keys", "deleted at", "id"], |line| {
                let at = line.workspace.delete_at.map_or_else(|| "-".to_owned(), |at| at.format("%F %R").to_string());
                let (name, id) = (line.workspace.name.clone(), line.workspace.id.clone());
                [name, line.owners.clone(), line.members.to_string(), line.keys.to_string(), at, id]
            })?
        }
        AdminCommand::Keys(listing) => {
            let keys = operator.keys().await?;
            listing.print(&keys, ["prefix", "name", "scopes", "made by", "state", "workspace", "id"], |line| {
                let key = &line.key;
                let scopes: Vec<_> = key.scopes.iter().map(|scope| scope.name()).collect();
                let state = match key.stopped {
                    None => "works",
                    Some(kupets_auth::Stopped::MakerGone) => "stopped: maker gone",
                    Some(kupets_auth::Stopped::Expired) => "expired",
                };
                let [prefix, name, maker, id] = [&key.prefix, &key.name, &key.made_by, &key.id].map(Clone::clone);
                [prefix, name, scopes.join(" "), maker, state.to_owned(), line.workspace_id.clone(), id]
            })?
        }
        AdminCommand::ResetPassword { email } => format!("{}\n", operator.reset_link(&normal_email(&email)).await?),
        AdminCommand::CreateOwner(owner) => {
            let made = operator.create_owner(owner.checked()?).await?;
            let mut text = format!("workspace  {}\n", made.workspace_id);
            if let Some(link) = made.link {
                writeln!(text, "password   {link}")?;
            }
            text
        }
        AdminCommand::RotateKey { id } => format!("{}\n", operator.rotate_key(&id).await?),
        AdminCommand::RevokeKey { id } => {
            operator.revoke_key(&id).await?;
            format!("revoked    {id}\n")
        }
    };
    say(text.trim_end());
    Ok(())
}

/// The operator of that data folder. The folder's lock is the server's: this takes none.
async fn open(settings: &Settings, may_begin: bool) -> Result<Operator, Failure> {
    let options = kupets_control::options(settings.database_url.as_deref(), &settings.data)?;
    if !options.get_filename().exists() {
        if !may_begin {
            let file = options.get_filename().display().to_string();
            return Err(
                format!("there is no control database {file}; say with --data where the server keeps it").into()
            );
        }
        kupets_control::private_dir(&settings.data)?;
    }
    let control = kupets_control::open(&options).await?;
    let url = settings.public_url.clone().unwrap_or_else(|| {
        let address = settings.listen;
        let host = if address.ip().is_unspecified() { "localhost".to_owned() } else { address.ip().to_string() };
        format!("http://{host}:{}", address.port())
    });
    Ok(Operator::new(control, clock::system(), url.trim_end_matches('/').to_owned()))
}

impl Listing {
    fn print<T: Serialize, const N: usize>(
        &self,
        rows: &[T],
        names: [&str; N],
        cells: impl Fn(&T) -> [String; N],
    ) -> Result<String, Failure> {
        if self.json {
            let lines = rows.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
            return Ok(lines.join("\n"));
        }
        let mut table: Vec<[String; N]> = vec![names.map(str::to_owned)];
        table.extend(rows.iter().map(cells));
        let mut widths = [0; N];
        for row in &table {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.chars().count().max(*width);
            }
        }
        let line = |row: &[String; N]| {
            let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
            cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        Ok(table.iter().map(line).collect::<Vec<_>>().join("\n"))
    }
}

impl CreateOwner {
    fn checked(self) -> Result<NewOwner, Failure> {
        let mut checked = Checked::default();
        let email = checked.email("email", &self.email);
        let before = email.split('@').next().unwrap_or_default().to_owned();
        let name = checked.name("--name", &self.name.unwrap_or(before));
        let workspace = checked.name("--workspace", &self.workspace.unwrap_or_else(|| name.clone()));
        checked.locale("--locale", &self.locale);
        let time_zone = checked.time_zone("--time-zone", &self.time_zone).name().to_owned();
        let currency = self.currency.unwrap_or_else(|| if self.locale == "ru" { "RUB" } else { "USD" }.to_owned());
        checked.currency("--currency", &currency);
        let mut password = None;
        if self.password_stdin {
            let mut text = String::new();
            std::io::stdin().lock().read_to_string(&mut text)?;
            let text = text.trim_end_matches(['\r', '\n']).to_owned();
            checked.password("password", &text);
            password = Some(text);
        }
        let workspace = NewWorkspace { name: workspace, locale: self.locale, time_zone, currency };
        // At a terminal there is nothing but this line to look at.
        let told = |error: kupets_core::Error| -> Failure {
            let wrong: Vec<_> = error.fields().iter().map(|f| format!("{}: {}", f.field, f.message)).collect();
            wrong.join("; ").into()
        };
        checked.done(NewOwner { email, name, password, workspace }).map_err(told)
    }
}
