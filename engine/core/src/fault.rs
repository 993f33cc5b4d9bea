//! What kind of trouble a file, a disk, a store or a database gave. It is told by an error's type and never by its words.

use std::{error::Error as StdError, fmt, io, path::Path};

use crate::{Error, Kind};

/// What a read or write that failed means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It may go by itself: a time-out, a connection that broke, an answer that did not come.
    Transient,
    /// Somebody else has written meanwhile.
    Fenced,
    /// Stored bytes are not what they were, or a file is gone.
    Damaged,
    /// There is no space left.
    Full,
    /// The system or the store does not let this server do it.
    Refused,
}

impl Fault {
    /// By an error of the operating system or one made like it; none if its kind says nothing.
    pub fn of_io(error: &io::Error) -> Option<Self> {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Some(Self::Full),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Some(Self::Refused),
            io::ErrorKind::TimedOut
            | io::ErrorKind::Interrupted
            | io::ErrorKind::WouldBlock
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::NotConnected
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::NetworkDown => Some(Self::Transient),
            _ => error.raw_os_error().map(|_| Self::Transient),
        }
    }

    /// The error that a caller gets. `what`, in words, is what failed; of `file` only a damaged one's name is told. Its path and the
    /// cause are the error's source, for the log.
    pub fn error(self, what: &str, file: &str, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
        let error = match self {
            Self::Transient => Error::unavailable(format!(
                "{what} does not answer now. What was not acknowledged is not stored: send it again"
            )),
            Self::Full => Error::unavailable(format!(
                "the disk of {what} is full. What was not acknowledged is not stored: send it again when its operator has freed some"
            )),
            Self::Refused => Error::unavailable(format!(
                "{what} may not be used by the server. Its operator finds the reason in the log"
            )),
            Self::Fenced => Error::new(
                Kind::Conflict,
                "fenced",
                format!("{what} was written to by another server meanwhile: it is opened anew. Try again"),
            )
            .with_retry_after(1),
            Self::Damaged => Error::new(
                Kind::Corrupt,
                "damaged_file",
                format!(
                    "{what} is damaged: {} cannot be read. Keep a copy of it, and restore it from a backup",
                    name(file)
                ),
            ),
        };
        error.with_source(At { file: file.to_owned(), cause: cause.into() })
    }
}

/// The last part of a path.
fn name(file: &str) -> std::borrow::Cow<'_, str> {
    Path::new(file).file_name().map_or(file.into(), |name| name.to_string_lossy())
}

/// Where something failed, and why.
#[derive(Debug)]
struct At {
    file: String,
    cause: Box<dyn StdError + Send + Sync>,
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.cause)
    }
}

impl StdError for At {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.source()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_system_says_what_it_is_by_its_code() {
        let of = |code| Fault::of_io(&io::Error::from_raw_os_error(code));
        assert_eq!(of(28), Some(Fault::Full));
        assert_eq!(of(13), Some(Fault::Refused));
        assert_eq!(of(5), Some(Fault::Transient));
        assert_eq!(Fault::of_io(&io::ErrorKind::TimedOut.into()), Some(Fault::Transient));
        assert_eq!(Fault::of_io(&io::Error::other("disk is full")), None);
    }

    #[test]
    fn paths_and_causes_are_in_the_source_alone() {
        for fault in [Fault::Transient, Fault::Fenced, Fault::Damaged, Fault::Full, Fault::Refused] {
            let error = fault.error("the storage", "/srv/lake/x.parquet", "secret cause");
            let told = error.to_string();
            assert!(!told.contains("/srv") && !told.contains("secret"), "{told}");
            assert_eq!(told.contains("x.parquet"), fault == Fault::Damaged, "{told}");
            let source = error.source().unwrap().to_string();
            assert_eq!(source, "/srv/lake/x.parquet: secret cause");
        }
    }
}
