//! The command line of `kupets`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use kupets_engine::clock;

use crate::{
    server::{self, Server},
    settings::{Flags, Settings},
    telemetry,
};

pub mod admin;
pub mod backup;
pub mod bot;
pub mod check;
pub mod demo;
mod failure;
pub mod import;
mod place;
mod say;

pub use failure::Failure;

use self::{
    admin::AdminArgs, backup::BackupArgs, bot::BotArgs, check::CheckArgs, demo::DemoArgs, import::ImportArgs, say::say,
};

/// Kupets: a self-hosted CRM with an analytical engine. Without a command it serves.
#[derive(Debug, Parser)]
#[command(name = "kupets", version, args_conflicts_with_subcommands = true, after_help = AFTER_HELP)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    flags: Flags,
}

const AFTER_HELP: &str = "Each setting can also stand in the file of --config (with _ for -), or in the environment as \
KUPETS_<NAME>, for example KUPETS_LOG_FORMAT=json. A flag beats the environment, the environment beats the file.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server (what happens without a command).
    #[command(after_help = AFTER_HELP)]
    Serve(Box<Flags>),
    /// Show it all: run the server on a scratch folder, make a shop of two years, send it in, ask a question, keep serving.
    Demo(Box<DemoArgs>),
    /// Look after accounts on the data folder itself, beside a running server: users, workspaces, keys, passwords.
    Admin(Box<AdminArgs>),
    /// Send a CSV, NDJSON, Parquet or XLSX file of any size to a server, resumably.
    Import(Box<ImportArgs>),
    /// Read everything that a data folder holds once, and say what is damaged. The server must be stopped.
    Check(Box<CheckArgs>),
    /// Write everything that a server keeps to one file, while it runs: the control database, and the lakes on any storage.
    Backup(Box<BackupArgs>),
    /// Put a backup into a folder and a storage that are empty. It is compared with its sums before anything is written.
    Restore(Box<BackupArgs>),
    /// Run the Telegram bot alone, for a server elsewhere that has the same `bot_secret`.
    Bot(Box<BotArgs>),
}

/// Reads the command line and does what it says.
pub async fn run() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        None => serve(&cli.flags).await,
        Some(Command::Serve(flags)) => serve(&flags).await,
        Some(Command::Demo(args)) => demo::run(*args).await,
        Some(Command::Admin(args)) => admin::run(*args).await,
        Some(Command::Check(args)) => check::run(*args).await,
        Some(Command::Backup(args)) => backup::make(*args).await,
        Some(Command::Restore(args)) => backup::put_back(*args).await,
        Some(Command::Bot(args)) => bot::run(*args).await,
        // It tells stored, partly rejected and failed apart by its exit code.
        Some(Command::Import(args)) => return import::run(*args).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprint!("kupets: {error}");
            let mut cause = error.source();
            while let Some(next) = cause {
                eprint!(": {next}");
                cause = next.source();
            }
            eprintln!();
            ExitCode::FAILURE
        }
    }
}

async fn serve(flags: &Flags) -> Result<(), Failure> {
    let settings = Settings::load(flags)?;
    telemetry::start(&settings)?;
    let server = Server::open(settings, clock::system()).await?;
    say(&format!("Kupets serves at {}", server.url()));
    say(&server.registration_notice());
    server.run(server::signal()).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn serving_needs_no_command() {
        let cli = Cli::try_parse_from(["kupets", "--listen", "127.0.0.1:0"]).unwrap();
        assert_eq!(cli.flags.listen.unwrap().port(), 0);
        let cli = Cli::try_parse_from(["kupets", "serve", "--data", "x"]).unwrap();
        assert!(matches!(cli.command, Some(Command::Serve(flags)) if flags.data.is_some()));
    }

    #[test]
    fn an_import_reads_as_documented() {
        let line =
            "kupets import purchases f.parquet --url http://x --key kp_x --map a=b,attributes.c=d --map e=f --dry-run";
        let cli = Cli::try_parse_from(line.split(' ')).unwrap();
        let Some(Command::Import(args)) = cli.command else { unreachable!() };
        assert_eq!(args.map, ["a=b,attributes.c=d", "e=f"]);
        assert!(args.dry_run);
    }
}
