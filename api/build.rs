//! Asks the linker to pack the addresses that are corrected when the program starts: seven megabytes of a program this size,
//! all of which would be read into memory at every start.

use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if can_pack() == Some(true) {
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// Whether this system's linker and loader know the packed form, if that can be found out: glibc does from 2.36 on.
fn can_pack() -> Option<bool> {
    let target = std::env::var("TARGET").ok()?;
    if !target.ends_with("linux-gnu") || std::env::var("HOST").ok()? != target {
        return Some(false);
    }
    let help = Command::new("ld").arg("--help").output().ok()?;
    let version = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let version = String::from_utf8(version.stdout).ok()?;
    let (major, minor) = version.trim().strip_prefix("glibc ")?.split_once('.')?;
    let known = (major.parse::<u32>().ok()?, minor.parse::<u32>().ok()?) >= (2, 36);
    Some(known && String::from_utf8_lossy(&help.stdout).contains("pack-relative-relocs"))
}
