//! What `kupets import` is told, and how it ends.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use kupets_engine::schema::Table;
use kupets_import::Sharing;

/// Every record is stored.
pub const ALL_STORED: u8 = 0;
/// The import failed; run again, it goes on where it stopped.
pub const FAILED: u8 = 1;
/// Some records were rejected; they stand in the errors file.
pub const SOME_REJECTED: u8 = 2;

/// What the rows of the file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Records {
    /// One row a customer.
    Customers,
    /// One row a line of a purchase, or a purchase where the file has no purchase_id.
    Purchases,
    /// One row an interaction.
    Interactions,
}

impl Records {
    /// The table they go into.
    pub fn table(self) -> Table {
        match self {
            Self::Customers => Table::Customers,
            Self::Purchases => Table::Purchases,
            Self::Interactions => Table::Interactions,
        }
    }
}

/// Whether bodies are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Compress {
    /// Unless the server is on this machine, where it costs time and saves none.
    #[default]
    Auto,
    /// Always.
    Zstd,
    /// Never.
    None,
}

/// What becomes of an attribute in which the lines of one purchase differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Attributes {
    /// The purchase is rejected.
    #[default]
    Agree,
    /// The first line's value is taken.
    First,
    /// All different values are joined by a comma.
    Join,
    /// They become a list with the value of each line, in the order of the lines.
    Line,
}

impl Attributes {
    /// The same for the reader of files.
    pub fn sharing(self) -> Sharing {
        match self {
            Self::Agree => Sharing::Agree,
            Self::First => Sharing::First,
            Self::Join => Sharing::Join,
            Self::Line => Sharing::Line,
        }
    }
}

/// Import CSV, NDJSON, Parquet, XLSX, XLS, ODS or CommerceML files (also .gz, .zst and .zip) of any size through the REST API.
///
/// Lines of one purchase are grouped by purchase_id wherever they stand; its time is the earliest line's. Several files, and
/// those of a .zip, are read as one, in their order: an export that was cut in two is whole again, and rows that stand in both
/// of two exports that overlap count once.
/// Running it again after it was interrupted goes on where it stopped; running it twice changes nothing. Exit code: 0 all
/// stored, 2 some records rejected (see the errors file), 1 failed.
#[derive(Debug, Clone, Args)]
pub struct ImportArgs {
    /// What the rows of the files are (customers, purchases or interactions), and the files. Without the first, exports that
    /// are known are recognised, and for others a mapping is proposed.
    #[arg(value_name = "[RECORDS] FILE", num_args = 1.., required = true)]
    pub target: Vec<PathBuf>,
    /// Import with a mapping that was proposed, without having been asked.
    #[arg(long)]
    pub yes: bool,
    /// Address of the server.
    #[arg(long, env = "KUPETS_URL", default_value = "http://127.0.0.1:8080")]
    pub url: String,
    /// API key with the scope `ingest`; safer in the environment, where other users do not see it.
    #[arg(long, env = "KUPETS_KEY", hide_env_values = true, required_unless_present = "dry_run")]
    pub key: Option<String>,
    /// Which column goes into which field: `purchase_id=InvoiceNo,attributes.country=Country`. A field that is not named
    /// takes the column of its own name; `field=` leaves it out. `occurred_at=Date+Time` takes a time from two columns,
    /// `time_zone=COLUMN` names its zone; `status=State+Paid` and `customer_id=Id+Email` look at several. `order_total=COLUMN` has in
    /// each row what the whole order comes to, `operation=COLUMN` tells sales from refunds, `refunded=COLUMN` has what was given back,
    /// `items=COLUMN` several items in each cell. `NAME#2` is the second column of a name. May be repeated; `\,` is a comma within a
    /// name.
    #[arg(long, value_name = "FIELD=COLUMN,...")]
    pub map: Vec<String>,
    /// Read and check the whole file, show the first records, send nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Requests at once. More is faster until the server is busy.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub concurrency: u8,
    /// Where rejected records go, as NDJSON [default: FILE.errors.ndjson in the current folder]. The state that lets an
    /// interrupted import go on stands beside it.
    #[arg(long, value_name = "FILE")]
    pub errors: Option<PathBuf>,
    /// Begin at the beginning, whatever an interrupted import has left.
    #[arg(long)]
    pub restart: bool,
    /// What stands between two cells of a CSV file [default: found out among , ; tab |].
    #[arg(long, value_name = "CHAR")]
    pub delimiter: Option<char>,
    /// Encoding of a text file, for example windows-1251 [default: found out].
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// Which worksheet of a workbook is read [default: the first visible one that has cells].
    #[arg(long, value_name = "NAME|NUMBER")]
    pub sheet: Option<String>,
    /// Which line of a CSV file is the header, counting those that are not empty [default: found out].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub header_row: Option<u32>,
    /// The comma separates the fraction of a number, so that 1.482 is 1482 [default: what all numbers of the file say].
    #[arg(long, conflicts_with = "decimal_point")]
    pub decimal_comma: bool,
    /// The point separates the fraction of a number, so that 1,482 is 1482.
    #[arg(long)]
    pub decimal_point: bool,
    /// Round numbers of more than four fraction digits, and amounts where quantity times price has more.
    #[arg(long)]
    pub round: bool,
    /// Format of times, as strftime writes it: `%m/%d/%Y %H:%M` [default: ISO 8601 and 31.12.2010 08:26].
    #[arg(long, value_name = "FORMAT")]
    pub date_format: Option<String>,
    /// Zone of times that do not say theirs, for example Europe/Moscow [default: the workspace's].
    #[arg(long, value_name = "NAME")]
    pub time_zone: Option<String>,
    /// Leave ids such as 13085.0 as they are, even if all ids of the column are whole numbers.
    #[arg(long)]
    pub keep_ids: bool,
    /// What becomes of attributes in which the lines of one purchase differ.
    #[arg(long, value_enum, default_value_t)]
    pub attributes: Attributes,
    /// Keep the lines that are stored of a purchase, and add those of the file that are not: for an order that is split over
    /// several files. Without it a purchase is replaced. The key needs the scope `sql` too.
    #[arg(long)]
    pub append: bool,
    /// Seconds to wait for a server that does not answer, before giving up.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub retry_for: u64,
    /// Size of a request, in KiB. Larger ones mean fewer commits on the server and more memory on both sides.
    #[arg(long, value_name = "KIB", default_value_t = 2_048, value_parser = clap::value_parser!(u32).range(1..=1_048_576))]
    pub batch_kib: u32,
    /// Records of a request at most.
    #[arg(long, value_name = "N", default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub batch_records: u32,
    /// Memory for grouping lines of purchases, in MiB; past it, temporary files are used (in TMPDIR).
    #[arg(long, value_name = "MIB", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..))]
    pub memory_mib: u32,
    /// Whether requests are compressed.
    #[arg(long, value_enum, default_value_t)]
    pub compress: Compress,
}

impl ImportArgs {
    /// The files.
    ///
    /// # Errors
    /// There is none.
    pub fn files(&self) -> Result<&[PathBuf], String> {
        let files = match self.target.as_slice() {
            [word, files @ ..] if !files.is_empty() && Self::named(word).is_some() => files,
            files => files,
        };
        if files.is_empty() { Err("which file?".to_owned()) } else { Ok(files) }
    }

    /// The files for people: the first one, and how many there are beside it.
    ///
    /// # Errors
    /// There is none.
    pub fn shown(&self) -> Result<String, String> {
        let files = self.files()?;
        let first = files[0].display();
        Ok(if files.len() > 1 { format!("{first} and {} more", files.len() - 1) } else { first.to_string() })
    }

    /// What their rows are, if that was said.
    ///
    /// # Errors
    /// Another word.
    pub fn records(&self) -> Result<Option<Records>, String> {
        let [word, _, ..] = self.target.as_slice() else { return Ok(None) };
        match Self::named(word) {
            Some(records) => Ok(Some(records)),
            None if word.exists() => Ok(None),
            None => Err(format!(
                "{:?}: there is no such file, and it says not what the rows are: say customers, purchases or interactions before \
                 the files, or nothing",
                word.to_string_lossy()
            )),
        }
    }

    fn named(word: &Path) -> Option<Records> {
        Records::from_str(&word.to_string_lossy(), false).ok()
    }
}

/// Runs work that reads and computes where it holds up nothing else.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, String> {
    tokio::task::spawn_blocking(work).await.map_err(|e| e.to_string())
}
