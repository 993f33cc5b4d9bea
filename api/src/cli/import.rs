//! `kupets import`.

use super::{Failure, ImportArgs};

/// Imports a file.
///
/// # Errors
/// Not written yet.
pub async fn run(_args: ImportArgs) -> Result<(), Failure> {
    Err("import: being built".into())
}
