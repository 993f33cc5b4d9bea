//! What the kernel tells of a process, and how one is asked to end.

use std::{path::Path, process::Command};

use anyhow::{Context as _, Result, ensure};

/// Ticks of a second in `/proc/PID/stat`: the same on every Linux (`getconf CLK_TCK`).
const TICKS: f64 = 100.0;

/// A field of `/proc/PID/status` that is given in kB, in bytes.
fn status(pid: u32, name: &str) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib * 1024)
}

/// Bytes of memory that a process has now; none once it is gone.
pub fn resident(pid: u32) -> Option<u64> {
    status(pid, "VmRSS:")
}

/// The most bytes of memory that a process has had.
pub fn peak(pid: u32) -> Option<u64> {
    status(pid, "VmHWM:")
}

/// Seconds of processor time of a process and of its children, those that have ended included.
pub fn family_cpu_seconds(pid: u32) -> Result<f64> {
    let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).context("reading children")?;
    let pids = children.split_whitespace().filter_map(|pid| pid.parse().ok());
    // One that ends meanwhile is found in its parent's sum next time.
    Ok(cpu_seconds(pid)? + pids.filter_map(|pid| cpu_seconds(pid).ok()).sum::<f64>())
}

/// Seconds of processor time of a process and of its children that have ended.
pub fn cpu_seconds(pid: u32) -> Result<f64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).context("reading processor time")?;
    // The name of the program, in parentheses, may hold anything; user and system time follow from the 14th field on.
    let fields = text.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(4);
    Ok(fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / TICKS)
}

/// Seconds of processor time that all processors together have spent on anything, since the machine started.
pub fn busy_seconds() -> Result<f64> {
    let text = std::fs::read_to_string("/proc/stat").context("reading processor time")?;
    // user, nice, system, idle, iowait, irq, softirq, steal
    let fields = text.split_whitespace().skip(1).take(8).map(|ticks| ticks.parse::<f64>().unwrap_or(0.0));
    Ok(fields.enumerate().filter(|(i, _)| *i != 3 && *i != 4).map(|(_, ticks)| ticks).sum::<f64>() / TICKS)
}

/// Asks a process to end.
pub fn terminate(pid: u32) -> Result<()> {
    let status = Command::new("kill").args(["-TERM", &pid.to_string()]).status().context("starting kill")?;
    ensure!(status.success(), "process {pid} cannot be asked to end");
    Ok(())
}

/// Files below a folder, and their bytes.
pub fn files(folder: &Path, ending: &str) -> Result<(u64, u64)> {
    let (mut count, mut bytes) = (0, 0);
    for entry in std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            let (inner_count, inner_bytes) = files(&entry.path(), ending)?;
            count += inner_count;
            bytes += inner_bytes;
        } else if entry.file_name().to_string_lossy().ends_with(ending) {
            count += 1;
            bytes += entry.metadata()?.len();
        }
    }
    Ok((count, bytes))
}
