//! Several answers as one ZIP file, written as they come: none of them is held in memory.

use std::{
    fs::File,
    io::{BufWriter, Write as _},
    path::Path,
};

use bytes::Bytes;
use kupets_core::{Error, Result};
use tokio::sync::mpsc;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::folder::refused;

/// Pieces written behind.
const AHEAD: usize = 8;

enum Piece {
    Begin(String),
    Data(Bytes),
    End,
}

/// A ZIP file that is being written, on a thread that may wait for the disk.
pub(super) struct Archive {
    pieces: mpsc::Sender<Piece>,
    writer: tokio::task::JoinHandle<Result<()>>,
}

impl Archive {
    /// Begins the file; `packed` says whether what goes in is compressed already.
    pub fn create(path: &Path, packed: bool) -> Self {
        let (pieces, received) = mpsc::channel(AHEAD);
        let path = path.to_owned();
        let writer = tokio::task::spawn_blocking(move || write(&path, packed, received));
        Self { pieces, writer }
    }

    /// Begins a file in it.
    pub async fn begin(&self, name: &str) -> Result<()> {
        self.send(Piece::Begin(name.to_owned())).await
    }

    /// Goes on with that file.
    pub async fn data(&self, bytes: Bytes) -> Result<()> {
        self.send(Piece::Data(bytes)).await
    }

    async fn send(&self, piece: Piece) -> Result<()> {
        // The writer is gone only if it failed; `finish` tells how.
        let failed = || Error::unavailable("the disk does not take the file now; it is tried again");
        self.pieces.send(piece).await.map_err(|_| failed())
    }

    /// Ends it: when this returns it is whole and on the disk.
    pub async fn finish(self) -> Result<()> {
        let _ = self.pieces.send(Piece::End).await;
        drop(self.pieces);
        self.writer.await.map_err(|e| Error::internal("the writer of an archive ended").with_source(e))?
    }
}

fn write(path: &Path, packed: bool, mut pieces: mpsc::Receiver<Piece>) -> Result<()> {
    let failed = |error: std::io::Error| refused(path, &error);
    let mut zip = ZipWriter::new(BufWriter::new(File::create(path).map_err(failed)?));
    let method = if packed { CompressionMethod::Stored } else { CompressionMethod::Deflated };
    let options = SimpleFileOptions::default().compression_method(method).large_file(true).unix_permissions(0o600);
    while let Some(piece) = pieces.blocking_recv() {
        match piece {
            Piece::Begin(name) => zip.start_file(name, options).map_err(|e| failed(e.into()))?,
            Piece::Data(bytes) => zip.write_all(&bytes).map_err(failed)?,
            Piece::End => {
                let file = zip.finish().map_err(|e| failed(e.into()))?;
                let file = file.into_inner().map_err(|e| failed(e.into_error()))?;
                return file.sync_all().map_err(failed);
            }
        }
    }
    Err(Error::internal("an archive was left before its end"))
}
