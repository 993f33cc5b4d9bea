//! `kupets demo`.

use super::{DemoArgs, Failure};

/// Runs the demonstration.
///
/// # Errors
/// Not written yet.
pub async fn run(_args: DemoArgs) -> Result<(), Failure> {
    Err("demo: being built".into())
}
