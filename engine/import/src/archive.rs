//! ZIP files: a workbook, which is one whatever its name, or an archive with one file in it.

use std::{
    fs::File,
    io::{self, BufReader, Read},
    path::Path,
};

use kupets_core::{Error, Result};
use tempfile::NamedTempFile;
use zip::ZipArchive;

use super::{error::unreadable, workbook::Kind};

/// Bytes that a file of an archive may come to: an archive of a few kilobytes can hold as many as a disk.
pub(super) const MAX_UNPACKED: u64 = 16 << 30;
/// Bytes of a workbook that has to be held in memory.
const MAX_HELD: u64 = 512 << 20;

/// What a ZIP file is.
#[derive(Debug)]
pub(super) enum Archive {
    /// A workbook.
    Workbook(Kind),
    /// An archive of one file, unpacked, and its name.
    OneFile(NamedTempFile, String),
}

/// Looks into a ZIP file; `path` is what a person calls the file that stands in `content`. What it holds may come to `most` bytes.
///
/// # Errors
/// It cannot be read, has several files in it, or comes to more.
pub(super) fn open(path: &Path, content: &Path, most: u64) -> Result<Archive> {
    let file = File::open(content).map_err(|e| unreadable(path, &e))?;
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|e| unreadable(path, &e))?;
    let mut names = Vec::new();
    let mut size = 0_u64;
    for at in 0..zip.len() {
        size = size.saturating_add(zip.by_index_raw(at).map_or(0, |entry| entry.size()));
        if let Some(Ok(name)) = zip.name_for_index(at) {
            names.push((at, name.into_owned()));
        }
    }
    let place = |wanted: &str| names.iter().find(|(_, name)| name.eq_ignore_ascii_case(wanted)).map(|(at, _)| *at);
    let refuse = |what: String| Err(Error::invalid("import_format", format!("{} is {what}", path.display())));
    if size > most {
        return refuse(format!("too large: it unpacks to {size} bytes, and at most {most} are taken"));
    }
    if place("xl/workbook.bin").is_some() {
        return refuse("a binary workbook of Excel (XLSB): save it as XLSX".to_owned());
    }
    if place("[Content_Types].xml").is_some() {
        let is_sheet = names.iter().any(|(_, name)| name.to_lowercase().starts_with("xl/"));
        let word = "a document of Office, but no workbook: save its table as XLSX or CSV";
        return if is_sheet { Ok(Archive::Workbook(Kind::Xlsx)) } else { refuse(word.to_owned()) };
    }
    if let (Some(_), Some(at)) = (place("mimetype"), place("content.xml")) {
        let size = zip.by_index(at).map_err(|e| unreadable(path, &e))?.size();
        if size > MAX_HELD {
            return refuse(
                "too large for an ODS file, which has to be held in memory: save it as XLSX or CSV".to_owned(),
            );
        }
        return Ok(Archive::Workbook(Kind::Ods));
    }
    let files: Vec<&(usize, String)> = names.iter().filter(|(_, name)| is_content(name)).collect();
    match files.as_slice() {
        [] => refuse("a ZIP file without a file in it".to_owned()),
        [(at, name)] => unpack(path, &mut zip, *at, most).map(|file| Archive::OneFile(file, name.clone())),
        several => {
            let first: Vec<&str> = several.iter().take(5).map(|(_, name)| name.as_str()).collect();
            let more = if several.len() > 5 { " …" } else { "" };
            let list = first.join(", ");
            refuse(format!("a ZIP file of {} files: unpack it and import one by one ({list}{more})", several.len()))
        }
    }
}

/// Whether an entry is a file that a person has put there: systems add their own.
fn is_content(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    !file.is_empty() && !name.starts_with("__MACOSX/") && !file.starts_with('.')
}

fn unpack(path: &Path, zip: &mut ZipArchive<BufReader<File>>, at: usize, most: u64) -> Result<NamedTempFile> {
    let mut out = NamedTempFile::new().map_err(|e| unreadable(path, &format!("no temporary file: {e}")))?;
    let entry = zip.by_index(at).map_err(|e| unreadable(path, &e))?;
    let copied = io::copy(&mut entry.take(most.saturating_add(1)), &mut out).map_err(|e| unreadable(path, &e))?;
    if copied > most {
        return Err(unreadable(path, &"the file in it is too large"));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::Write;

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    fn archive(files: &[(&str, &str)]) -> NamedTempFile {
        let file = NamedTempFile::new().unwrap();
        let mut zip = ZipWriter::new(file.reopen().unwrap());
        for (name, content) in files {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content.as_bytes()).unwrap();
        }
        zip.finish().unwrap();
        file
    }

    fn opened(files: &[(&str, &str)]) -> Result<Archive> {
        let file = archive(files);
        open(Path::new("orders.zip"), file.path(), MAX_UNPACKED)
    }

    #[test]
    fn one_file_is_unpacked_and_several_are_named() {
        let one = opened(&[("__MACOSX/._orders.csv", "x"), ("march/orders.csv", "id,amount\n1,5\n")]).unwrap();
        let content = match &one {
            Archive::OneFile(file, name) => (name.clone(), std::fs::read_to_string(file.path()).unwrap()),
            Archive::Workbook(_) => Default::default(),
        };
        assert_eq!(content, ("march/orders.csv".to_owned(), "id,amount\n1,5\n".to_owned()));
        let error = opened(&[("a.csv", "1"), ("b.csv", "2")]).unwrap_err().to_string();
        assert!(error.contains("orders.zip") && error.contains("a.csv, b.csv"), "{error}");
        assert!(opened(&[(".DS_Store", "")]).unwrap_err().to_string().contains("without a file"));
    }

    #[test]
    fn what_comes_to_too_much_is_refused() {
        let file = archive(&[("orders.csv", &"id,amount\n".repeat(100))]);
        let most = |most| open(Path::new("orders.zip"), file.path(), most);
        assert!(most(1_000).is_ok());
        assert!(most(999).unwrap_err().to_string().contains("at most 999"));
    }

    #[test]
    fn workbooks_are_told_by_what_is_in_them() {
        let sheet = opened(&[("[Content_Types].xml", ""), ("xl/workbook.xml", "")]).unwrap();
        assert!(matches!(sheet, Archive::Workbook(Kind::Xlsx)));
        let open = opened(&[("mimetype", ""), ("content.xml", "")]).unwrap();
        assert!(matches!(open, Archive::Workbook(Kind::Ods)));
        assert!(opened(&[("[Content_Types].xml", ""), ("word/document.xml", "")]).is_err());
        assert!(opened(&[("xl/workbook.bin", "")]).unwrap_err().to_string().contains("XLSX"));
    }
}
