//! Files that are made in the background: asked for by a request, made by a job as the person who asked, kept for a while in a
//! folder of the data directory, and gone when their row is.

mod archive;
mod folder;
mod handler;
mod spec;

use std::sync::Arc;

use actix_web::web::Data;
use kupets_control::exports as store;
use kupets_core::Result;

pub use self::{
    folder::path,
    spec::{ExportFormat, ExportKind, Spec},
};
use crate::state::State;

/// Says who makes exports.
pub fn register(state: &Data<State>) {
    let weak = Arc::downgrade(&Data::clone(state).into_inner());
    state.engine.runner().register(store::EXPORT_JOB, handler::ExportHandler::new(weak));
}

/// Deletes exports whose time is over, and every file that has no row: those of erased people's workspaces, of workspaces that are
/// gone, of attempts that a crash ended. Call it now and then.
///
/// # Errors
/// The control database or the disk refuses; it can be repeated.
pub async fn sweep(state: &State) -> Result<()> {
    let control = state.engine.control();
    store::delete_expired(control, state.engine.clock().now().timestamp_micros()).await?;
    let live = store::with_files(control).await?;
    folder::keep_only(&state.settings.data, &live).await
}
