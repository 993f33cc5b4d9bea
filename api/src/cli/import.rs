//! `kupets import`: a file of customers, purchases or interactions into a workspace, through the REST API.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use kupets_import::{DecimalMark, FileFormat, Import, ImportOptions, SourceOptions, parse_map};

mod args;
mod check;
mod errors;
mod progress;
mod send;
mod state;

pub use args::{Compress, ImportArgs, Records};
pub use progress::{Show, count};

use self::{
    args::{ALL_STORED, FAILED, SOME_REJECTED, blocking},
    errors::ErrorsFile,
    send::{Log, Sending, send},
    state::{Job, StateFile, Totals},
};
use crate::client::{Client, Encoding, is_local};

impl ImportArgs {
    fn options(&self) -> Result<ImportOptions, String> {
        let delimiter = match self.delimiter {
            None => None,
            Some(c) => Some(u8::try_from(c).map_err(|_| format!("--delimiter {c:?}: give one ASCII character"))?),
        };
        let mut mapping = Vec::new();
        for map in &self.map {
            mapping.extend(parse_map(map).map_err(|e| e.to_string())?);
        }
        Ok(ImportOptions {
            mapping,
            source: SourceOptions { delimiter, encoding: self.encoding.clone() },
            decimal_mark: self.decimal_comma.then_some(DecimalMark::Comma),
            date_format: self.date_format.clone(),
            batch_bytes: self.batch_kib as usize * 1024,
            batch_records: self.batch_records as usize,
            memory_bytes: (self.memory_mib as usize) << 20,
            ..ImportOptions::new(self.records.table())
        })
    }

    fn file_name(&self) -> String {
        self.file.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// Runs `kupets import`, telling people on standard error and giving the summary on standard output.
pub async fn run(args: ImportArgs) -> ExitCode {
    match import(&args).await {
        Ok(code) => ExitCode::from(code),
        Err(message) => {
            eprintln!("kupets import: {message}");
            ExitCode::from(FAILED)
        }
    }
}

async fn import(args: &ImportArgs) -> Result<u8, String> {
    let started = Instant::now();
    let options = args.options()?;
    let opening = (args.file.clone(), options.clone());
    let import = blocking(move || Import::open(&opening.0, opening.1)).await?.map_err(|e| e.to_string())?;
    tell(args, &import);
    if args.dry_run {
        return check::run(args, import).await;
    }
    let Some(key) = &args.key else { return Err("--key is missing".to_owned()) };
    let client = Client::new(&args.url).map_err(|e| e.to_string())?.with_key(key);
    let connection = client.connection().await.map_err(|e| format!("{}: {e}", args.url))?;
    if let Some(scopes) = connection["key"]["scopes"].as_array()
        && !scopes.iter().any(|scope| scope == "ingest")
    {
        return Err("the key lacks the scope `ingest`: make one that has it".to_owned());
    }
    let workspace = &connection["workspace"];
    let workspace = workspace.get("id").unwrap_or(workspace).to_string();

    let errors_path =
        args.errors.clone().unwrap_or_else(|| PathBuf::from(format!("{}.errors.ndjson", args.file_name())));
    let folder = errors_path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let state_file = StateFile::beside(folder, &args.file_name());
    let job = Job {
        records: args.records.table().name().to_owned(),
        file: import.fingerprint().map_err(|e| e.to_string())?,
        target: (args.url.clone(), workspace),
        // Every option that decides on batches, and the version of the code that does.
        options: format!("{} {options:?}", env!("CARGO_PKG_VERSION")),
    };
    if args.restart {
        state_file.remove().map_err(|e| format!("{}: {e}", state_file.path().display()))?;
    }
    let state = state_file.load(job);
    if state.batches > 0 {
        eprintln!("going on after {} records that are stored; --restart begins anew", count(state.totals.accepted));
    }
    let named = |path: &Path, e: std::io::Error| format!("{}: {e}; choose another place with --errors", path.display());
    let errors = ErrorsFile::open(&errors_path, state.errors_bytes).map_err(|e| named(&errors_path, e))?;
    state_file.save(&state).map_err(|e| named(state_file.path(), e))?;

    let sending = Sending {
        client,
        records: args.records.table().name(),
        concurrency: args.concurrency.into(),
        patience: Duration::from_secs(args.retry_for),
        encoding: match args.compress {
            Compress::Zstd => Encoding::Zstd,
            Compress::Auto if !is_local(&args.url) => Encoding::Zstd,
            Compress::Auto | Compress::None => Encoding::Identity,
        },
        ids_may_repeat: import.ids_may_repeat(),
    };
    let mut show = Show::new(args.records.table().name());
    let bar = show.handle();
    let warn: Arc<dyn Fn(&str) + Send + Sync> = Arc::new(move |text: &str| bar.say(text));
    let mut log = Log::new(state, &state_file, errors);
    let batches = import.batches().map_err(|e| e.to_string())?;
    let sent = send(&sending, batches, &mut log, &mut show, &warn).await;
    show.end();
    let totals = log.state.totals;
    if let Err(error) = sent {
        return Err(format!(
            "{error}\n{} records are stored; run the same command again to go on",
            count(totals.accepted)
        ));
    }
    state_file.remove().map_err(|e| named(state_file.path(), e))?;
    println!("{}", summary(args, totals, started.elapsed(), &errors_path));
    Ok(if totals.rejected > 0 { SOME_REJECTED } else { ALL_STORED })
}

/// What will be read, and how.
fn tell(args: &ImportArgs, import: &Import) {
    let format = match import.format() {
        FileFormat::Csv { delimiter: b'\t' } => "CSV delimited by tab".to_owned(),
        FileFormat::Csv { delimiter } => format!("CSV delimited by {}", char::from(delimiter)),
        FileFormat::NdJson => "NDJSON".to_owned(),
        FileFormat::Records => "NDJSON of whole records".to_owned(),
        FileFormat::Parquet => "Parquet".to_owned(),
    };
    eprintln!("{}: {format}", args.file.display());
    if !import.mapped().is_empty() {
        let mapped: Vec<String> = import.mapped().iter().map(|(field, column)| format!("{field}={column}")).collect();
        eprintln!("mapped: {}", mapped.join(", "));
    }
    if !import.ignored().is_empty() {
        eprintln!("ignored columns: {}", import.ignored().join(", "));
    }
    for note in import.notes() {
        eprintln!("note: {note}");
    }
}

fn summary(args: &ImportArgs, totals: Totals, took: Duration, errors: &Path) -> String {
    let name = args.records.table().name();
    let seconds = took.as_secs_f64();
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a rate to look at
    let rate = (totals.rows as f64 / seconds.max(0.001)) as u64;
    let mut text = format!(
        "{name}: {} stored from {} rows, {} of them replaced, {} rejected, in {seconds:.2} s ({} rows/s)",
        count(totals.accepted),
        count(totals.rows),
        count(totals.replaced),
        count(totals.rejected),
        count(rate),
    );
    if totals.rejected > 0 {
        text.push_str(&format!("\nrejected records and why: {}", errors.display()));
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use clap::Parser;

    use kupets_engine::schema::Table;

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        import: ImportArgs,
    }

    fn parse(line: &str) -> Result<ImportArgs, clap::Error> {
        Cli::try_parse_from(line.split(' ')).map(|c| c.import)
    }

    #[test]
    fn the_documented_command_parses() {
        let args =
            parse("import purchases a.csv --url http://h:1 --key kp_x --map purchase_id=A,product=B --map amount=C")
                .unwrap();
        assert_eq!(args.options().unwrap().mapping.len(), 3);
        assert_eq!(args.records.table(), Table::Purchases);
        assert!(parse("import purchases a.csv --dry-run").is_ok(), "a dry run needs no key");
        assert!(parse("import orders a.csv --key k").is_err());
        assert!(parse("import customers a.csv --dry-run --delimiter я").unwrap().options().is_err());
    }

    #[test]
    fn the_summary_tells_where_the_errors_are() {
        let args = parse("import purchases sales.csv --dry-run").unwrap();
        let totals = Totals { rows: 541_909, accepted: 25_900, replaced: 0, rejected: 0 };
        let text = summary(&args, totals, Duration::from_secs(2), Path::new("e"));
        assert_eq!(
            text,
            "purchases: 25,900 stored from 541,909 rows, 0 of them replaced, 0 rejected, in 2.00 s (270,954 rows/s)"
        );
        let text = summary(&args, Totals { rejected: 3, ..totals }, Duration::from_secs(2), Path::new("e.ndjson"));
        assert!(text.ends_with("why: e.ndjson"));
    }
}
