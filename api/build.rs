//! Builds the web UI with npm and lists its files, which become part of the binary.
//!
//! `KUPETS_SKIP_WEB=1` leaves it out: the server then has a first page of its own, and Node is not needed.

use std::{
    env,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
    process::{Command, exit},
    time::SystemTime,
};

/// What the build depends on, under `api/web`.
const SOURCES: [&str; 7] =
    ["src", "public", "index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts"];

fn main() {
    println!("cargo::rerun-if-env-changed=KUPETS_SKIP_WEB");
    let web = Path::new("web");
    for source in SOURCES {
        println!("cargo::rerun-if-changed={}", web.join(source).display());
    }
    if let Err(reason) = run(web) {
        eprintln!("The web UI cannot be built: {reason}");
        eprintln!("It takes Node 20.19 or newer with npm. KUPETS_SKIP_WEB=1 builds the server without it.");
        exit(1);
    }
}

fn run(web: &Path) -> Result<(), String> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets no OUT_DIR")?);
    let skipped = env::var("KUPETS_SKIP_WEB").is_ok_and(|skip| !skip.is_empty() && skip != "0");
    let mut files = Vec::new();
    if !skipped {
        let dist = out.join("web");
        install(web)?;
        build(web, &dist)?;
        list(&dist, &dist, &mut files).map_err(|e| format!("{}: {e}", dist.display()))?;
        files.sort();
    }
    let mut text = String::from("/// The files of the web UI.\npub static FILES: &[File] = &[\n");
    for (name, path) in &files {
        let bytes = fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
        let etag = format!("\"{:016x}\"", hash(&bytes));
        let _ = writeln!(
            text,
            "    File {{ path: {name:?}, media_type: {:?}, etag: {etag:?}, bytes: include_bytes!({:?}) }},",
            media_type(name)?,
            path.display().to_string(),
        );
    }
    text.push_str("];\n");
    fs::write(out.join("web_files.rs"), text).map_err(|e| e.to_string())
}

/// Installs what the lock names, unless that is there already.
fn install(web: &Path) -> Result<(), String> {
    let time = |path: PathBuf| -> Option<SystemTime> { fs::metadata(path).ok()?.modified().ok() };
    let done = time(web.join("node_modules/.package-lock.json"));
    if done.is_some_and(|done| time(web.join("package-lock.json")).is_some_and(|lock| lock <= done)) {
        return Ok(());
    }
    npm(web, &["ci", "--no-audit", "--no-fund", "--fetch-retries=5"])
}

fn build(web: &Path, dist: &Path) -> Result<(), String> {
    let dist = dist.to_str().ok_or("the target folder's name is not text")?;
    npm(web, &["run", "build", "--", "--outDir", dist, "--emptyOutDir"])
}

fn npm(web: &Path, arguments: &[&str]) -> Result<(), String> {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let done = Command::new(program).args(arguments).current_dir(web).output();
    let done = done.map_err(|e| format!("npm does not start: {e}"))?;
    if done.status.success() {
        return Ok(());
    }
    let told = [done.stdout, done.stderr].concat();
    Err(format!("npm {} ended with {}:\n{}", arguments.join(" "), done.status, String::from_utf8_lossy(&told)))
}

/// All files with their names as addresses have them. What begins with a dot is for tools.
fn list(root: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if hidden {
            continue;
        }
        if path.is_dir() {
            list(root, &path, files)?;
        } else if let Ok(name) = path.strip_prefix(root) {
            let parts: Vec<_> = name.iter().map(|part| part.to_string_lossy()).collect();
            files.push((parts.join("/"), path.clone()));
        }
    }
    Ok(())
}

fn media_type(name: &str) -> Result<&'static str, String> {
    let kind = name.rsplit_once('.').map_or("", |(_, kind)| kind);
    Ok(match kind {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" | "webmanifest" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => return Err(format!("{name}: nobody has said what kind of file this is; see media_type in api/build.rs")),
    })
}

/// FNV-1a: names a version of a file.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
