//! What the process asks of the system before anything else.

use crate::memory;

/// Sets how memory is kept, and lets the process open as many files as it may. To be called first.
pub fn prepare() {
    memory::configure();
    #[cfg(unix)]
    raise_open_files();
}

/// Raises the soft limit of open files to the hard one: a workspace in use takes several, and the usual soft limit of 1,024 is
/// one for programs of another time. Where that is refused, the limit stays as it was.
#[cfg(unix)]
#[allow(unsafe_code)]
fn raise_open_files() {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: both calls take a pointer to a limit of our own that lives through them, and keep none.
    unsafe {
        if libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) == 0 {
            limit.rlim_cur = limit.rlim_max;
            libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit);
        }
    }
}
