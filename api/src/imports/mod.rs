//! Files of records that are sent to the server: stored in a folder of their own, looked at, and imported by jobs; sample data by the
//! same way.
//!
//! What an import makes is marked in the lake with its id, which is all that an undo needs. Its folder holds what may be about people:
//! the file until it is imported, the examples of the look, and what is wrong with rows; it goes after `import_days`, and at once
//! when anybody of the workspace is erased.

mod folder;
mod look;
mod multipart;
mod options;
mod problems;
mod run;
mod sample;
mod steps;
mod stored;
mod undo;
mod upload;
mod working;

use std::sync::Arc;

use actix_web::web::Data;
use kupets_control::imports as store;
use kupets_core::Result;

use self::working::Working;
pub use self::{
    folder::forget,
    look::{Look, read as read_look},
    options::Options,
    problems::{Fault, page as faults},
    sample::SampleOptions,
    upload::receive,
};
use crate::state::State;

/// Says who does the jobs of imports.
pub fn register(state: &Data<State>) {
    let weak = Arc::downgrade(&Data::clone(state).into_inner());
    let (runner, working) = (state.engine.runner(), Working::default());
    runner.register(store::LOOK_JOB, look::LookHandler::new(weak.clone(), working.clone()));
    runner.register(store::RUN_JOB, run::RunHandler::new(weak.clone(), working.clone()));
    runner.register(store::UNDO_JOB, undo::UndoHandler::new(weak, working));
}

/// Deletes what is kept of imports whose time is over, and every folder that has no row. Call it now and then.
///
/// # Errors
/// The control database or the disk refuses; it can be repeated.
pub async fn sweep(state: &State) -> Result<()> {
    let control = state.engine.control();
    store::expire(control, state.engine.clock().now().timestamp_micros()).await?;
    let live = store::with_folders(control).await?;
    folder::keep_only(&state.settings.data, &live).await
}
