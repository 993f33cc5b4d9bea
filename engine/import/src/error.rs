//! The error that every reader of a file gives.

use std::{fmt, path::Path};

use kupets_core::Error;

/// A file that cannot be read, and why.
pub(super) fn unreadable(path: &Path, why: &dyn fmt::Display) -> Error {
    Error::invalid("import_file", format!("{}: {why}", path.display()))
}
