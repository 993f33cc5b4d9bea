//! ZIP files: a workbook, which is one whatever its name, or an archive of files.

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
/// Files that an archive may have: an export is cut into a few.
const MAX_FILES: usize = 100;

/// What a ZIP file is.
#[derive(Debug)]
pub(super) enum Archive {
    /// A workbook.
    Workbook(Kind),
    /// The files of an archive, unpacked, and their names, in the order in which people count; never none.
    Files(Vec<(NamedTempFile, String)>),
}

/// Looks into a ZIP file; `path` is what a person calls the file that stands in `content`. What it holds may come to `most` bytes.
///
/// # Errors
/// It cannot be read, has no file in it or far too many, or comes to more.
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
    let mut files: Vec<&(usize, String)> = names.iter().filter(|(_, name)| is_content(name)).collect();
    files.sort_by_cached_key(|(_, name)| counted(name));
    if files.is_empty() {
        return refuse("a ZIP file without a file in it".to_owned());
    }
    if files.len() > MAX_FILES {
        let what = format!("a ZIP file of {} files, and at most {MAX_FILES} are taken at once", files.len());
        return refuse(format!("{what}: unpack it and import some of them at a time"));
    }
    let (mut unpacked, mut left) = (Vec::with_capacity(files.len()), most);
    for (at, name) in files {
        let (file, bytes) = unpack(path, &mut zip, *at, left)?;
        left -= bytes;
        unpacked.push((file, name.clone()));
    }
    Ok(Archive::Files(unpacked))
}

/// A name as people count: `orders_2.csv` comes before `orders_10.csv`.
fn counted(name: &str) -> Vec<(String, u64)> {
    let mut parts: Vec<(String, u64)> = vec![(String::new(), 0)];
    let mut in_number = false;
    for c in name.to_lowercase().chars() {
        let digit = c.to_digit(10).map(u64::from);
        match (digit, parts.last_mut()) {
            (Some(digit), Some((_, number))) => {
                *number = number.saturating_mul(10).saturating_add(digit);
                in_number = true;
            }
            (None, Some((text, _))) if !in_number => text.push(c),
            (None, _) => {
                in_number = false;
                parts.push((c.to_string(), 0));
            }
            (Some(_), None) => {}
        }
    }
    parts
}

/// Whether an entry is a file that a person has put there: systems add their own.
fn is_content(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    !file.is_empty() && !name.starts_with("__MACOSX/") && !file.starts_with('.')
}

/// Unpacks a file of at most so many bytes, and tells how many it has.
fn unpack(path: &Path, zip: &mut ZipArchive<BufReader<File>>, at: usize, most: u64) -> Result<(NamedTempFile, u64)> {
    let mut out = NamedTempFile::new().map_err(|e| unreadable(path, &format!("no temporary file: {e}")))?;
    let entry = zip.by_index(at).map_err(|e| unreadable(path, &e))?;
    let copied = io::copy(&mut entry.take(most.saturating_add(1)), &mut out).map_err(|e| unreadable(path, &e))?;
    if copied > most {
        return Err(unreadable(path, &"what is in it is too large"));
    }
    Ok((out, copied))
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
    fn files_are_unpacked_in_the_order_of_their_numbers() {
        let content = |archive: Archive| match archive {
            Archive::Files(files) => {
                let read =
                    |(file, name): (NamedTempFile, String)| (name, std::fs::read_to_string(file.path()).unwrap());
                files.into_iter().map(read).collect()
            }
            Archive::Workbook(_) => Vec::new(),
        };
        let one = opened(&[("__MACOSX/._orders.csv", "x"), ("march/orders.csv", "id,amount\n1,5\n")]).unwrap();
        assert_eq!(content(one), [("march/orders.csv".to_owned(), "id,amount\n1,5\n".to_owned())]);
        let several = opened(&[("orders_10.csv", "c"), ("orders_2.csv", "b"), ("orders_1.csv", "a")]).unwrap();
        let names: Vec<String> = content(several).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["orders_1.csv", "orders_2.csv", "orders_10.csv"]);
        let many: Vec<String> = (0..101).map(|n| format!("{n}.csv")).collect();
        let many: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "x")).collect();
        let error = opened(&many).unwrap_err().to_string();
        assert!(error.contains("orders.zip") && error.contains("101 files"), "{error}");
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
