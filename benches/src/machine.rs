//! The machine, the moment and the command: figures mean little without them.

use std::{
    fs::{self, File},
    io::Write as _,
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
    let rate = fsync_rate(&options.scratch)?;
    println!(
        "- disk: {} on {file_system} ({kind}), {} fsyncs of 4 KiB a second",
        options.scratch.display(),
        count(rate)
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

/// How many times a second a growing file can be synced, one page after another.
fn fsync_rate(folder: &Path) -> Result<u64> {
    let path = folder.join(format!("kupets-fsync-{}", std::process::id()));
    let mut file = File::create(&path).with_context(|| format!("making {}", path.display()))?;
    let started = Instant::now();
    let mut syncs = 0;
    while started.elapsed() < Duration::from_secs(1) {
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        syncs += 1;
    }
    fs::remove_file(&path)?;
    Ok(syncs)
}
