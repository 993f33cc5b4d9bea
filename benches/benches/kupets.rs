//! `cargo bench --profile release -p kupets-benches -- [NAME...] [OPTIONS]`; `--help` lists them.

use clap::Parser as _;
use kupets_benches::Options;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    kupets_benches::run(&Options::parse()).await
}
