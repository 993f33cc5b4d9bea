//! Threads that statements run on. They are their own: a statement that computes for seconds without a pause must not hold up those that
//! take records in and acknowledge them.

use tokio::runtime::{Builder, Handle, Runtime};

use kupets_core::{Error, Result};

/// A runtime that ends in the background when it is let go, wherever that is.
#[derive(Debug)]
pub(super) struct Threads {
    handle: Handle,
    runtime: Option<Runtime>,
}

impl Threads {
    /// So many threads.
    ///
    /// # Errors
    /// The system gives none.
    pub(super) fn new(count: usize) -> Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(count.max(1))
            .thread_name("kupets-query")
            .enable_all()
            .build()
            .map_err(|e| Error::unavailable(format!("The threads of queries cannot be started: {e}")))?;
        Ok(Self { handle: runtime.handle().clone(), runtime: Some(runtime) })
    }

    /// Where to put work.
    pub(super) fn handle(&self) -> Handle {
        self.handle.clone()
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        // An ordinary drop would wait, and may not where tasks run.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
