//! Answers on the wire: each format streams, and an error in the middle never looks like an end.

mod cell;
mod csv;
mod guard;
mod json;
mod ndjson;
mod tabular;
mod writer;
mod xlsx;

use bytes::Bytes;
use futures::{Stream, StreamExt, stream};

use self::writer::Writer;
use super::{Answer, errors::too_many_rows};
use kupets_core::{Error, Result};

/// The format of an answer on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// `{columns, rows, meta}`.
    Json,
    /// RFC 4180 with a header line, UTF-8. A text that begins with `=`, `+`, `-` or `@` is a formula to a spreadsheet program:
    /// [`Output::csv_guard`] keeps it from being one.
    Csv,
    /// Office Open XML workbook: numbers as numbers, times as times in the workspace's zone.
    Xlsx,
    /// Arrow IPC stream.
    Arrow,
    /// One Parquet file, compressed with zstd.
    Parquet,
    /// An object a line, a line a row.
    NdJson,
}

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Output {
    /// In which format.
    pub format: Format,
    /// Whether texts in CSV that a spreadsheet program would take for a formula get a `'` in front. Who only reads the CSV
    /// back does not want it.
    pub csv_guard: bool,
}

impl From<Format> for Output {
    /// Texts as they are.
    fn from(format: Format) -> Self {
        Self { format, csv_guard: false }
    }
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 6] = [Self::Json, Self::Csv, Self::Xlsx, Self::Arrow, Self::Parquet, Self::NdJson];

    /// Its name in `format=`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Arrow => "arrow",
            Self::Parquet => "parquet",
            Self::NdJson => "ndjson",
        }
    }

    /// The format of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.name().eq_ignore_ascii_case(name))
    }

    /// Extension of a file of it, without the point.
    pub fn file_extension(self) -> &'static str {
        self.name()
    }
}

impl Answer {
    /// The answer as `output` says. An error ends the stream; the bytes before it are not a whole answer, and the last of them say why
    /// where the format has words for that. JSON is whole even then, with `error` where `meta` would be; of any other the caller must
    /// break the connection off rather than end it.
    ///
    /// Dropping the stream cancels the query.
    pub fn into_bytes(self, output: impl Into<Output>) -> impl Stream<Item = Result<Bytes>> + Send + 'static {
        stream::try_unfold(State::Start(Box::new(self), output.into()), step).filter(|chunk| {
            let keep = chunk.as_ref().map_or(true, |bytes| !bytes.is_empty());
            std::future::ready(keep)
        })
    }
}

enum State {
    Start(Box<Answer>, Output),
    Rows { answer: Box<Answer>, writer: Box<dyn Writer> },
    Failed(Error),
    End,
}

async fn step(state: State) -> Result<Option<(Bytes, State)>> {
    match state {
        State::Start(answer, output) => {
            let (head, writer) = open(&answer, output)?;
            Ok(Some((head.into(), State::Rows { answer, writer })))
        }
        State::Rows { mut answer, mut writer } => match answer.rows.next().await {
            Some(Ok(batch)) => {
                let bytes = writer.batch(&batch)?;
                Ok(Some((bytes.into(), State::Rows { answer, writer })))
            }
            Some(Err(error)) => Ok(Some(fail(writer.as_ref(), super::from_datafusion(error)))),
            None => {
                let progress = answer.progress.clone();
                if let (Some(rows), false) = (progress.cut_at_ceiling(), writer.tells_of_cuts()) {
                    return Ok(Some(fail(writer.as_ref(), too_many_rows(rows))));
                }
                let bytes = if writer.finishes_slowly() {
                    tokio::task::spawn_blocking(move || writer.finish(&progress))
                        .await
                        .map_err(|e| Error::internal("The file could not be finished.").with_source(e))??
                } else {
                    writer.finish(&progress)?
                };
                Ok(Some((bytes.into(), State::End)))
            }
        },
        State::Failed(error) => Err(error),
        State::End => Ok(None),
    }
}

/// The last words, and the error behind them.
fn fail(writer: &dyn Writer, error: Error) -> (Bytes, State) {
    (writer.fail(&error).into(), State::Failed(error))
}

fn open(answer: &Answer, output: Output) -> Result<(Vec<u8>, Box<dyn Writer>)> {
    Ok(match output.format {
        Format::Json => {
            let (head, writer) = json::Json::open(answer)?;
            (head, Box::new(writer))
        }
        Format::Csv => {
            let (head, writer) = csv::Csv::open(answer, output.csv_guard);
            (head, Box::new(writer))
        }
        Format::Xlsx => (Vec::new(), Box::new(xlsx::Xlsx::open(answer)?)),
        Format::Arrow => (Vec::new(), Box::new(tabular::ArrowIpc::open(answer)?)),
        Format::Parquet => (Vec::new(), Box::new(tabular::Parquet::open(answer)?)),
        Format::NdJson => (Vec::new(), Box::new(ndjson::NdJson::open(answer)?)),
    })
}
