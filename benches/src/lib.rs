//! Benchmarks of Kupets as people run it: the release binary as a process, driven over HTTP and files, beside a peer that
//! does the same work in the same run.
//!
//! Each bench prints a table. What a bench stores or answers is checked and a wrong answer is an error; times never are. The
//! bench `analytics` needs no server: it calls the methods over real data sets.

mod account;
mod analytics;
mod edits;
mod generator;
mod growth;
mod idle;
mod import;
mod insights;
mod load;
mod machine;
mod options;
mod peer_duckdb;
mod peer_postgres;
mod posts;
mod process;
mod reports;
mod retail;
mod server;
mod table;
mod tenants;

use anyhow::Result;

pub use options::{Bench, Options};

/// Runs the benches that `options` choose, one after another.
///
/// # Errors
/// A program that does not start, or an answer that is wrong.
pub async fn run(options: &Options) -> Result<()> {
    machine::print(options)?;
    for bench in options.benches() {
        println!("\n## {}\n", bench.title());
        match bench {
            Bench::Posts => posts::run(options).await?,
            Bench::Import => import::run(options).await?,
            Bench::Idle => idle::run(options).await?,
            Bench::Reports => reports::run(options).await?,
            Bench::Tenants => tenants::run(options).await?,
            Bench::Generator => generator::run(options)?,
            Bench::Insights => insights::run(options).await?,
            Bench::Growth => growth::run(options).await?,
            Bench::Edits => edits::run(options).await?,
            Bench::Analytics => analytics::run(options)?,
        }
    }
    Ok(())
}
