//! Answers on the wire: each format streams, and an error in the middle never looks like an end.

mod cell;
mod csv;
mod json;
mod tabular;
mod writer;
mod xlsx;

use bytes::Bytes;
use futures::{Stream, StreamExt, stream};

use self::writer::Writer;
use super::Answer;
use kupets_core::{Error, Result};

/// The format of an answer on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// `{columns, rows, meta}`.
    Json,
    /// RFC 4180 with a header line, UTF-8. Cells are written as they are: a cell that begins with `=`, `+`, `-` or `@` is a
    /// formula to a spreadsheet program, so open untrusted text there as xlsx, whose cells are typed.
    Csv,
    /// Office Open XML workbook: numbers as numbers, times as times in the workspace's zone.
    Xlsx,
    /// Arrow IPC stream.
    Arrow,
    /// One Parquet file, compressed with zstd.
    Parquet,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 5] = [Self::Json, Self::Csv, Self::Xlsx, Self::Arrow, Self::Parquet];

    /// Its name in `format=`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Arrow => "arrow",
            Self::Parquet => "parquet",
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
    /// The answer in `format`. An error ends the stream after what was written before it, and the bytes so far are not a
    /// whole document: the caller must break the connection off rather than end it.
    ///
    /// Dropping the stream cancels the query.
    pub fn into_bytes(self, format: Format) -> impl Stream<Item = Result<Bytes>> + Send + 'static {
        stream::try_unfold(State::Start(Box::new(self), format), step).filter(|chunk| {
            let keep = chunk.as_ref().map_or(true, |bytes| !bytes.is_empty());
            std::future::ready(keep)
        })
    }
}

enum State {
    Start(Box<Answer>, Format),
    Rows { answer: Box<Answer>, writer: Box<dyn Writer> },
    End,
}

async fn step(state: State) -> Result<Option<(Bytes, State)>> {
    match state {
        State::Start(answer, format) => {
            let (head, writer) = open(&answer, format)?;
            Ok(Some((head.into(), State::Rows { answer, writer })))
        }
        State::Rows { mut answer, mut writer } => match answer.rows.next().await {
            Some(batch) => {
                let bytes = writer.batch(&batch.map_err(super::from_datafusion)?)?;
                Ok(Some((bytes.into(), State::Rows { answer, writer })))
            }
            None => {
                let progress = answer.progress.clone();
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
        State::End => Ok(None),
    }
}

fn open(answer: &Answer, format: Format) -> Result<(Vec<u8>, Box<dyn Writer>)> {
    Ok(match format {
        Format::Json => {
            let (head, writer) = json::Json::open(answer)?;
            (head, Box::new(writer))
        }
        Format::Csv => {
            let (head, writer) = csv::Csv::open(answer);
            (head, Box::new(writer))
        }
        Format::Xlsx => (Vec::new(), Box::new(xlsx::Xlsx::open(answer)?)),
        Format::Arrow => (Vec::new(), Box::new(tabular::ArrowIpc::open(answer)?)),
        Format::Parquet => (Vec::new(), Box::new(tabular::Parquet::open(answer)?)),
    })
}
