//! Text files as UTF-8, however they are stored: gzip or zstd, with a byte order mark, in UTF-16 or in an old code page.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8};
use encoding_rs_io::DecodeReaderBytesBuilder;

use super::{error::unreadable, progress::Progress};
use kupets_core::{Error, Result};

/// Bytes read at a time.
const BLOCK: usize = 256 << 10;
/// Bytes that the detector of old code pages looks at; more does not change its mind.
const DETECT_BYTES: usize = 1 << 20;

/// A text file whose encoding is known.
#[derive(Debug, Clone)]
pub(super) struct TextFile {
    path: PathBuf,
    encoding: &'static Encoding,
    /// The encoding was guessed: worth telling.
    pub(super) note: Option<String>,
}

impl TextFile {
    /// Finds out the encoding by reading the file once, or takes the one that is named.
    ///
    /// # Errors
    /// The file cannot be read, or there is no encoding of that name.
    pub(super) fn open(path: &Path, encoding: Option<&str>) -> Result<Self> {
        let (encoding, note) = match encoding {
            Some(label) => {
                let named = Encoding::for_label(label.as_bytes()).ok_or_else(|| {
                    Error::invalid(
                        "import_encoding",
                        format!(
                            "unknown encoding {label:?}: use a name such as utf-8, windows-1251, koi8-r or utf-16le"
                        ),
                    )
                })?;
                (named, None)
            }
            None => detect(path).map_err(|e| unreadable(path, &e))?,
        };
        Ok(Self { path: path.to_owned(), encoding, note })
    }

    /// Reads it from the beginning, as UTF-8 without a byte order mark. Bytes that are not UTF-8 in a UTF-8 file come
    /// through as they are, for the reader to name the row.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub(super) fn reader(&self, progress: &Progress) -> Result<Box<dyn BufRead + Send>> {
        let raw = plain(&self.path, progress.bytes()).map_err(|e| unreadable(&self.path, &e))?;
        let decoded = DecodeReaderBytesBuilder::new()
            .encoding((self.encoding != UTF_8).then_some(self.encoding))
            .bom_sniffing(self.encoding != UTF_8)
            .bom_override(self.encoding != UTF_8)
            .strip_bom(true)
            .utf8_passthru(self.encoding == UTF_8)
            .build(raw);
        Ok(Box::new(BufReader::with_capacity(BLOCK, decoded)))
    }
}

/// Counts the bytes that have been read of the file itself, before decompression.
struct Counted<R> {
    inner: R,
    bytes: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// The file's bytes, decompressed if its first bytes say that it is compressed.
fn plain(path: &Path, bytes: Arc<AtomicU64>) -> io::Result<Box<dyn Read + Send>> {
    bytes.store(0, Ordering::Relaxed);
    let mut file = BufReader::with_capacity(BLOCK, Counted { inner: File::open(path)?, bytes });
    let start = file.fill_buf()?;
    Ok(if start.starts_with(&[0x1f, 0x8b]) {
        Box::new(flate2::bufread::MultiGzDecoder::new(file))
    } else if start.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        Box::new(zstd::Decoder::with_buffer(file)?)
    } else {
        Box::new(file)
    })
}

fn detect(path: &Path) -> io::Result<(&'static Encoding, Option<String>)> {
    let mut reader = plain(path, Arc::default())?;
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let (mut detected, mut multibyte, mut invalid) = (0, 0_usize, 0_usize);
    let mut block = Vec::with_capacity(BLOCK + 4);
    let mut first = true;
    loop {
        let carried = block.len();
        let read = reader.by_ref().take(BLOCK as u64).read_to_end(&mut block)?;
        if first && let Some((encoding, _)) = Encoding::for_bom(&block) {
            return Ok((encoding, None));
        }
        first = false;
        if read == 0 {
            // A sequence cut off by the end of the file.
            invalid += carried.min(1);
            break;
        }
        if detected < DETECT_BYTES && !block[carried..].is_ascii() {
            detector.feed(&block[carried..], false);
            detected += read;
        }
        let kept = scan(&block, &mut multibyte, &mut invalid);
        block.drain(..kept);
    }
    // A few damaged bytes in a file full of good sequences do not make it another encoding: those rows will be named.
    if invalid == 0 || multibyte > 10 * invalid {
        return Ok((UTF_8, None));
    }
    detector.feed(&[], true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    let note = format!("not UTF-8, read as {}; if letters look wrong, pass --encoding NAME", guess.name());
    Ok((guess, Some(note)))
}

/// Counts multi-byte characters and invalid sequences; returns how much of the block has been dealt with.
fn scan(block: &[u8], multibyte: &mut usize, invalid: &mut usize) -> usize {
    let mut at = 0;
    loop {
        let (valid, error) = match std::str::from_utf8(&block[at..]) {
            Ok(text) => (text.len(), None),
            Err(e) => (e.valid_up_to(), Some(e.error_len())),
        };
        *multibyte += block[at..at + valid].iter().filter(|b| **b >= 0xc0).count();
        at += valid;
        match error {
            Some(Some(length)) => {
                *invalid += 1;
                at += length;
            }
            Some(None) | None => return at,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::Write;

    use super::*;

    fn read(bytes: &[u8], encoding: Option<&str>) -> (String, Option<String>) {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let text = TextFile::open(file.path(), encoding).unwrap();
        let mut out = Vec::new();
        text.reader(&Progress::new(1)).unwrap().read_to_end(&mut out).unwrap();
        (String::from_utf8_lossy(&out).into_owned(), text.note)
    }

    const RUSSIAN: &str = "имя;город\nАнна Каренина;Казань\nСтепан Облонский;Москва\n";

    #[test]
    fn utf8_with_and_without_a_mark() {
        assert_eq!(read(RUSSIAN.as_bytes(), None), (RUSSIAN.to_owned(), None));
        assert_eq!(read(format!("\u{feff}{RUSSIAN}").as_bytes(), None), (RUSSIAN.to_owned(), None));
        assert_eq!(read(b"", None), (String::new(), None));
    }

    #[test]
    fn old_code_pages_are_recognised_and_told() {
        let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(RUSSIAN);
        let (text, note) = read(&bytes, None);
        assert_eq!(text, RUSSIAN);
        assert!(note.unwrap().contains("windows-1251"));
        let french = "nom;ville\nAndré Lefèvre;Besançon\nChloé;Orléans\n";
        let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(french);
        assert_eq!(read(&bytes, None).0, french);
    }

    #[test]
    fn late_letters_after_much_ascii_count() {
        let long = format!("{}\n{RUSSIAN}", "a;b\n".repeat(BLOCK));
        let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(&long);
        assert_eq!(read(&bytes, None).0, long);
        // A character cut by the block's end is whole.
        let cut = format!("{}я{RUSSIAN}", "a".repeat(BLOCK - 1));
        assert_eq!(read(cut.as_bytes(), None), (cut, None));
    }

    #[test]
    fn a_damaged_byte_does_not_change_the_encoding() {
        let mut bytes = RUSSIAN.repeat(5).into_bytes();
        bytes.extend_from_slice(b"x\xff\n");
        let (text, note) = read(&bytes, None);
        assert!(text.starts_with(RUSSIAN) && note.is_none());
    }

    #[test]
    fn utf16_gzip_and_zstd() {
        let utf16: Vec<u8> =
            [0xff, 0xfe].into_iter().chain(RUSSIAN.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(read(&utf16, None).0, RUSSIAN);
        assert_eq!(read(&zstd::encode_all(RUSSIAN.as_bytes(), 1).unwrap(), None).0, RUSSIAN);
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(RUSSIAN.as_bytes()).unwrap();
        assert_eq!(read(&gzip.finish().unwrap(), None).0, RUSSIAN);
    }

    #[test]
    fn a_named_encoding_is_taken_and_an_unknown_one_refused() {
        let (bytes, _, _) = encoding_rs::KOI8_R.encode(RUSSIAN);
        assert_eq!(read(&bytes, Some("koi8-r")).0, RUSSIAN);
        let error = TextFile::open(Path::new("none"), Some("klingon")).unwrap_err();
        assert!(error.to_string().contains("klingon"));
    }
}
