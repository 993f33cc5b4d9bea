//! Files that are not what their name says, told by their first bytes.

use super::{commerceml::is_commerceml, html, workbook::is_spreadsheetml};

/// What a file is that cannot be read here, and what to do; none if nothing is known against it.
pub(super) fn foreign(start: &[u8]) -> Option<&'static str> {
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    if start.starts_with(b"%PDF") {
        return Some("a PDF file: export the data as CSV instead");
    }
    if text.starts_with(b"version https://git-lfs") {
        return Some("a pointer of Git LFS, not the file itself: run `git lfs pull` where it comes from");
    }
    if text.starts_with(b"<") && !html::is_html(start) && !is_commerceml(start) && !is_spreadsheetml(start) {
        return Some("an XML file whatever its name: open it in a spreadsheet program and save it as CSV UTF-8");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_no_tables_are_named() {
        let cases: [(&[u8], &str); 3] = [
            (b"%PDF-1.7", "PDF"),
            (b"version https://git-lfs.github.com/spec/v1", "git lfs pull"),
            (b"<?xml version", "XML"),
        ];
        for (start, word) in cases {
            assert!(foreign(start).is_some_and(|what| what.contains(word)), "{word}");
        }
        assert_eq!(foreign(b"\xef\xbb\xbf\n <html>"), None, "tables of HTML are read");
        assert_eq!(foreign(b"PKcode,amount"), None);
        assert_eq!(foreign(b"id;name"), None);
    }
}
