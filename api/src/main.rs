//! The binary `kupets`.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    kupets_api::prepare_process();
    kupets_api::cli::run().await
}
