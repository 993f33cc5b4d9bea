//! `kupets import`: a file of customers, purchases or interactions into a workspace, through the REST API.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use kupets_engine::schema::Table;
use kupets_import::{DecimalMark, FileFormat, Import, ImportOptions, SourceOptions, parse_map};

mod args;
mod check;
mod plan;
mod progress;
mod send;
mod state;

pub use crate::importing::count;
pub use args::{Compress, ImportArgs, Records};
pub use progress::Show;

use self::{
    args::{ALL_STORED, Attributes, FAILED, SOME_REJECTED, blocking},
    send::{Log, Sending, send},
    state::{Job, StateFile},
};
use crate::{
    client::{Client, Encoding, is_local},
    importing::{ErrorsFile, Plan, Totals},
};

impl ImportArgs {
    fn options(&self) -> Result<ImportOptions, String> {
        let delimiter = match self.delimiter {
            None => None,
            Some(c) => Some(u8::try_from(c).map_err(|_| format!("--delimiter {c:?}: give one ASCII character"))?),
        };
        if self.append && self.attributes == Attributes::Line {
            return Err("--append and --attributes line do not go together: the values of stored lines are not known"
                .to_owned());
        }
        let mut mapping = Vec::new();
        for map in &self.map {
            mapping.extend(parse_map(map).map_err(|e| e.to_string())?);
        }
        Ok(ImportOptions {
            mapping,
            source: SourceOptions {
                delimiter,
                encoding: self.encoding.clone(),
                header_row: self.header_row,
                sheet: self.sheet.clone(),
                ..SourceOptions::default()
            },
            decimal_mark: match (self.decimal_comma, self.decimal_point) {
                (true, _) => Some(DecimalMark::Comma),
                (_, true) => Some(DecimalMark::Point),
                _ => None,
            },
            round: self.round,
            date_format: self.date_format.clone(),
            time_zone: self.time_zone.clone(),
            keep_ids: self.keep_ids,
            attributes: self.attributes.sharing(),
            batch_bytes: self.batch_kib as usize * 1024,
            batch_records: self.batch_records as usize,
            memory_bytes: (self.memory_mib as usize) << 20,
            ..ImportOptions::new(self.records()?.map_or(Table::Purchases, Records::table))
        })
    }

    /// What the errors file and the state are called by.
    fn file_name(&self) -> Result<String, String> {
        let files = self.files()?;
        let name = files[0].file_name().unwrap_or_default().to_string_lossy();
        Ok(if files.len() > 1 { format!("{name}+{}", files.len() - 1) } else { name.into_owned() })
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
    let asked = args.clone();
    let plan = blocking(move || plan::settle(&asked)).await??;
    let options = plan.options.clone();
    let table = options.table;
    let opening = (args.files()?.to_vec(), options.clone());
    let import = blocking(move || Import::open_all(&opening.0, opening.1)).await?.map_err(|e| e.to_string())?;
    tell(&args.shown()?, &plan, &import);
    if args.append && (table != Table::Purchases || !import.has_ids()) {
        return Err("--append adds lines to purchases by their ids: it needs purchases, and a purchase_id".to_owned());
    }
    if args.dry_run {
        return check::run(args, &plan, import).await;
    }
    plan::agreed(&plan, args)?;
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

    let file_name = args.file_name()?;
    let errors_path = args.errors.clone().unwrap_or_else(|| PathBuf::from(format!("{file_name}.errors.ndjson")));
    let folder = errors_path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let state_file = StateFile::beside(folder, &file_name);
    let job = Job {
        records: table.name().to_owned(),
        file: import.fingerprint().map_err(|e| e.to_string())?,
        target: (args.url.clone(), workspace),
        // Every option that decides on batches, and the version of the code that does.
        options: format!("{} {} {options:?}", env!("CARGO_PKG_VERSION"), args.append),
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
        records: table.name(),
        concurrency: args.concurrency.into(),
        patience: Duration::from_secs(args.retry_for),
        encoding: match args.compress {
            Compress::Zstd => Encoding::Zstd,
            Compress::Auto if !is_local(&args.url) => Encoding::Zstd,
            Compress::Auto | Compress::None => Encoding::Identity,
        },
        ids_may_repeat: import.ids_may_repeat(),
        append: args.append,
    };
    let mut show = Show::new(table.name());
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
    println!("{}", summary(&plan, totals, started.elapsed(), &errors_path));
    Ok(if totals.rejected > 0 { SOME_REJECTED } else { ALL_STORED })
}

/// What will be read, and how.
fn tell(file: &str, plan: &Plan, import: &Import) {
    let format = match import.format() {
        FileFormat::Csv { delimiter: b'\t' } => "CSV delimited by tab".to_owned(),
        FileFormat::Csv { delimiter } => format!("CSV delimited by {}", char::from(delimiter)),
        FileFormat::NdJson => "NDJSON".to_owned(),
        FileFormat::Records => "NDJSON of whole records".to_owned(),
        FileFormat::Parquet => "Parquet".to_owned(),
    };
    eprintln!("{file}: {format}");
    if import.files().len() > 1 {
        eprintln!("read as one: {}", import.files().join(", "));
    }
    if let Some(taken_for) = &plan.taken_for {
        let how = if plan.is_guess { ", by the names of its columns" } else { "" };
        eprintln!("taken for: {taken_for}{how}");
    }
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

fn summary(plan: &Plan, totals: Totals, took: Duration, errors: &Path) -> String {
    let name = plan.options.table.name();
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
    if totals.as_other > 0 {
        let lines = count(totals.as_other);
        text.push_str(&format!(
            "\nlines whose quantity and amount have opposite signs, stored with the kind other, which takes no goods: {lines}"
        ));
    }
    if totals.repeated > 0 {
        let rows = count(totals.repeated);
        text.push_str(&format!(
            "\nrows that stand in several of the files, as in exports that overlap, taken once: {rows}"
        ));
    }
    if totals.guests > 0 {
        let guests = count(totals.guests);
        text.push_str(&format!("\nof customers who were erased, stored as a guest's: {guests}"));
    }
    if totals.left_out > 0 {
        let left_out = count(totals.left_out);
        text.push_str(&format!("\nleft out: {left_out} that are no sale; --dry-run lists them by reason"));
    }
    if let Some(taken_for) = &plan.taken_for {
        text.push_str(&format!("\ntaken for: {taken_for}"));
    }
    if totals.rejected > 0 {
        text.push_str(&format!("\nrejected records and why: {}", errors.display()));
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use clap::Parser;

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
        assert_eq!(args.records().unwrap().map(Records::table), Some(Table::Purchases));
        assert_eq!(args.files().unwrap(), [PathBuf::from("a.csv")]);
        assert_eq!(parse("import a.csv --dry-run").unwrap().records(), Ok(None));
        assert!(parse("import purchases a.csv --dry-run").is_ok(), "a dry run needs no key");
        assert!(parse("import orders a.csv --key k").unwrap().options().is_err());
        let several = parse("import purchases a.csv b.csv --key k --sheet 2").unwrap();
        assert_eq!(several.files().unwrap(), ["a.csv", "b.csv"].map(PathBuf::from));
        assert_eq!(several.options().unwrap().source.sheet.as_deref(), Some("2"));
        assert_eq!(
            (several.file_name().unwrap(), several.shown().unwrap()),
            ("a.csv+1".into(), "a.csv and 1 more".into())
        );
        let missing = parse("import a.csv b.csv --key k").unwrap().options().unwrap_err();
        assert!(missing.contains("no such file"), "{missing}");
        assert_eq!(parse("import purchases --key k").unwrap().files().unwrap(), [PathBuf::from("purchases")]);
        assert!(parse("import customers a.csv --dry-run --delimiter я").unwrap().options().is_err());
    }

    #[test]
    fn the_summary_tells_where_the_errors_are() {
        let options = parse("import purchases sales.csv --dry-run").unwrap().options().unwrap();
        let plan = Plan { options, taken_for: None, is_guess: false };
        let totals = Totals { rows: 541_909, accepted: 25_900, ..Totals::default() };
        let text = summary(&plan, totals, Duration::from_secs(2), Path::new("e"));
        assert_eq!(
            text,
            "purchases: 25,900 stored from 541,909 rows, 0 of them replaced, 0 rejected, in 2.00 s (270,954 rows/s)"
        );
        let text = summary(&plan, Totals { rejected: 3, ..totals }, Duration::from_secs(2), Path::new("e.ndjson"));
        assert!(text.ends_with("why: e.ndjson"));
        let late = summary(&plan, Totals { guests: 4, ..totals }, Duration::from_secs(2), Path::new("e"));
        assert!(late.ends_with("erased, stored as a guest's: 4"), "{late}");
        let known = Plan { taken_for: Some("Shopify orders".to_owned()), ..plan };
        let text = summary(&known, Totals { left_out: 2, ..totals }, Duration::from_secs(2), Path::new("e"));
        assert!(
            summary(&known, Totals { repeated: 5, ..totals }, Duration::from_secs(2), Path::new("e"))
                .contains("once: 5")
        );
        assert!(text.contains("left out: 2") && text.ends_with("taken for: Shopify orders"), "{text}");
    }

    #[test]
    fn a_guess_is_stored_only_when_agreed_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, "Дата;Клиент;Товар;Сумма\n01.03.2026;1;Чай;5\n").unwrap();
        let args = |flags: &str| parse(format!("import {} --key k {flags}", path.display()).trim_end()).unwrap();
        let plan = plan::settle(&args("")).unwrap();
        assert!(plan.is_guess);
        assert!(plan::agreed(&plan, &args("")).unwrap_err().contains("amount=Сумма"));
        assert!(plan::agreed(&plan, &args("--yes")).is_ok());
        std::fs::write(&path, "a;b\n1;2\n").unwrap();
        assert!(plan::settle(&args("")).unwrap_err().contains("customers, purchases"));
    }
}
