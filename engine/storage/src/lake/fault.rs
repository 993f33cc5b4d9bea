//! What an error of the object store, of DuckLake, of a Parquet reader or of SQLite means: the chain of its causes is walked, and types
//! and codes decide.

use std::error::Error as StdError;

use arrow::error::ArrowError;
use datafusion::error::DataFusionError;
use datafusion_ducklake::DuckLakeError;
use kupets_core::{Error, Fault, Kind};
use parquet::errors::ParquetError;

/// What failed, for who is told of it.
pub(crate) const STORAGE: &str = "the storage of this workspace";

/// What an error means, and the path of a file that is not there, if it says so.
pub(crate) fn fault_of<'a>(error: &'a (dyn StdError + 'static)) -> (Fault, Option<&'a str>) {
    // A page that cannot be decoded is damage, unless it is the storage that did not give it.
    let (mut decoding, mut asking) = (false, false);
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(ours) = error.downcast_ref::<Error>() {
            match (ours.kind(), ours.code()) {
                (Kind::Corrupt, _) => return (Fault::Damaged, None),
                (_, "fenced") => return (Fault::Fenced, None),
                _ => {}
            }
        } else if let Some(store) = error.downcast_ref::<object_store::Error>() {
            match store {
                object_store::Error::NotFound { path, .. } => return (Fault::Damaged, Some(path.as_str())),
                object_store::Error::Precondition { .. } | object_store::Error::AlreadyExists { .. } => {
                    return (Fault::Fenced, None);
                }
                object_store::Error::PermissionDenied { .. } | object_store::Error::Unauthenticated { .. } => {
                    return (Fault::Refused, None);
                }
                _ => asking = true,
            }
        } else if let Some(database) = error.downcast_ref::<sqlx::Error>() {
            return (kupets_control::database_fault(database), None);
        } else if let Some(io) = error.downcast_ref::<std::io::Error>() {
            if let Some(fault) = Fault::of_io(io) {
                return (fault, None);
            }
            // Decoders tell what they find in this form, too.
            decoding |= matches!(io.kind(), std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof);
        } else if let Some(parquet) = error.downcast_ref::<ParquetError>() {
            decoding = true;
            if !matches!(parquet, ParquetError::External(_)) {
                break;
            }
        } else if let Some(arrow) = error.downcast_ref::<ArrowError>() {
            decoding |= matches!(arrow, ArrowError::ParquetError(_) | ArrowError::IpcError(_));
        } else if let Some(DuckLakeError::Conflict(_)) = error.downcast_ref::<DuckLakeError>() {
            return (Fault::Fenced, None);
        } else if let Some(DataFusionError::ResourcesExhausted(_)) = error.downcast_ref::<DataFusionError>() {
            return (Fault::Transient, None);
        }
        next = below(error);
    }
    (if decoding && !asking { Fault::Damaged } else { Fault::Transient }, None)
}

/// The cause of an error. One of input and output hides what it was made of from [`StdError::source`].
fn below<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error.downcast_ref::<std::io::Error>() {
        Some(io) => io.get_ref().map(|inner| inner as &(dyn StdError + 'static)),
        None => error.source(),
    }
}

/// The error of work on the file at `path`, or on a catalog there.
pub(crate) fn error_at(path: &str, error: impl StdError + Send + Sync + 'static) -> Error {
    let (fault, gone) = fault_of(&error);
    let path = gone.unwrap_or(path).to_owned();
    fault.error(STORAGE, &path, error)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::io;

    use super::*;

    fn of(error: impl StdError + 'static) -> Fault {
        fault_of(&error).0
    }

    fn store(source: impl Into<Box<dyn StdError + Send + Sync>>) -> object_store::Error {
        object_store::Error::Generic { store: "test", source: source.into() }
    }

    fn through_parquet(error: object_store::Error) -> DuckLakeError {
        let parquet = ParquetError::External(Box::new(io::Error::from(error)));
        DuckLakeError::DataFusion(DataFusionError::Context(
            "while reading".into(),
            Box::new(DataFusionError::ParquetError(Box::new(parquet))),
        ))
    }

    #[test]
    fn a_storage_that_does_not_answer_is_no_damage() {
        assert_eq!(of(store("operation timed out, parquet file is corrupt")), Fault::Transient);
        assert_eq!(of(through_parquet(store("timed out"))), Fault::Transient);
        assert_eq!(of(through_parquet(store(io::Error::from(io::ErrorKind::TimedOut)))), Fault::Transient);
        assert_eq!(of(DuckLakeError::Sqlx(sqlx::Error::PoolTimedOut)), Fault::Transient);
        assert_eq!(of(DataFusionError::ResourcesExhausted("corrupt".into())), Fault::Transient);
        let told = error_at("/srv/lake/x.parquet", through_parquet(store("timed out at /srv")));
        assert_eq!(told.kind(), Kind::Unavailable);
        assert!(!told.to_string().contains("/srv") && !told.to_string().contains("x.parquet"), "{told}");
        assert!(told.source().unwrap().to_string().contains("/srv/lake/x.parquet"));
    }

    #[test]
    fn bytes_that_cannot_be_decoded_are_damage_and_the_file_is_named() {
        assert_eq!(of(ParquetError::General("bad magic".into())), Fault::Damaged);
        assert_eq!(of(ParquetError::External(Box::new(io::Error::other("Unknown frame descriptor")))), Fault::Damaged);
        assert_eq!(
            of(DataFusionError::ArrowError(Box::new(ArrowError::ParquetError("x".into())), None)),
            Fault::Damaged
        );
        assert_eq!(error_at("a/b.parquet", ParquetError::EOF("x".into())).kind(), Kind::Corrupt);
        let source = "no such file".into();
        let gone = object_store::Error::NotFound { path: "tenants/x/gone.parquet".into(), source };
        let told = error_at("catalog.sqlite", through_parquet(gone));
        assert!(told.to_string().contains("gone.parquet") && !told.to_string().contains("tenants"), "{told}");
    }

    #[test]
    fn a_disk_without_space_is_full() {
        let full = || io::Error::from_raw_os_error(28);
        assert_eq!(of(full()), Fault::Full);
        assert_eq!(of(store(full())), Fault::Full);
        assert_eq!(of(through_parquet(store(full()))), Fault::Full);
        assert_eq!(of(DuckLakeError::Io(full())), Fault::Full);
    }

    #[test]
    fn who_was_overtaken_is_fenced_and_who_may_not_is_refused() {
        let (path, source) = ("x".to_owned(), "y".into());
        assert_eq!(of(object_store::Error::Precondition { path, source }), Fault::Fenced);
        assert_eq!(of(DuckLakeError::Conflict("another writer".into())), Fault::Fenced);
        assert_eq!(error_at("x", DuckLakeError::Conflict("z".into())).code(), "fenced");
        let (path, source) = ("x".to_owned(), "y".into());
        assert_eq!(of(object_store::Error::PermissionDenied { path, source }), Fault::Refused);
        assert_eq!(of(io::Error::from_raw_os_error(13)), Fault::Refused);
    }
}
