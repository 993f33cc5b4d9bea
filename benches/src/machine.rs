//! The machine, the moment and the command: figures mean little without them.

use std::{
    fs::{self, File},
    io::{Seek as _, Write as _},
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};

use crate::{
    Options,
    table::{count, mib},
};

/// Prints what the figures below were made on.
pub fn print(options: &Options) -> Result<()> {
    #[expect(clippy::disallowed_methods, reason = "the moment of the run is what is wanted")]
    let now = chrono::Local::now();
    let arguments: Vec<_> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    println!("# Kupets benchmarks\n");
    println!("- when: {}", now.format("%Y-%m-%d %H:%M %:z"));
    println!("- command: `cargo bench --profile release -p kupets-benches -- {}`", arguments.join(" "));
    println!("- processor: {} x {}", std::thread::available_parallelism()?, cpu_model());
    println!("- memory: {}, kernel {}", mib(memory()), line("/proc/sys/kernel/osrelease"));
    let (file_system, kind) = mount(&options.scratch)?;
    let [grows, stays] = fsync_rates(&options.scratch)?;
    println!(
        "- disk: {} on {file_system} ({kind}); fsyncs of 4 KiB a second: {} where the file grows, {} where it does not",
        options.scratch.display(),
        count(grows),
        count(stays)
    );
    println!(
        "- load before (1, 5, 15 minutes): {}",
        line("/proc/loadavg").split(' ').take(3).collect::<Vec<_>>().join(", ")
    );
    Ok(())
}

fn line(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default().trim().to_owned()
}

fn cpu_model() -> String {
    let text = line("/proc/cpuinfo");
    let value = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split(':').nth(1)).unwrap_or("?").trim().to_owned()
    };
    format!("{} ({} MHz)", value("model name"), value("cpu MHz"))
}

fn memory() -> u64 {
    let text = line("/proc/meminfo");
    let kib = text.lines().next().and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}

/// Device and kind of the file system that holds a folder.
fn mount(folder: &Path) -> Result<(String, String)> {
    let output = Command::new("df").args(["--output=source,fstype"]).arg(folder).output().context("starting df")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut words = text.lines().nth(1).unwrap_or_default().split_whitespace();
    Ok((words.next().unwrap_or("?").to_owned(), words.next().unwrap_or("?").to_owned()))
}

/// How many times a second one page of a file can be synced: at its end, where the file grows, and in its middle.
fn fsync_rates(folder: &Path) -> Result<[u64; 2]> {
    let path = folder.join(format!("kupets-fsync-{}", std::process::id()));
    let mut file = File::create(&path).with_context(|| format!("making {}", path.display()))?;
    let mut rates = [0; 2];
    for (rate, grows) in rates.iter_mut().zip([true, false]) {
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(1) {
            if !grows {
                file.rewind()?;
            }
            file.write_all(&[7; 4096])?;
            file.sync_data()?;
            *rate += 1;
        }
    }
    fs::remove_file(&path)?;
    Ok(rates)
}
