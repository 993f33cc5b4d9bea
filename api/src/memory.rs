//! Gives memory back to the system.
//!
//! The allocator keeps what was freed for later, and looks at it again only when something is allocated: a server that
//! has imported a million records and then idles would hold the memory of the import for good.

/// Milliseconds after which a free range of memory is given back. The allocator's own second keeps twice the memory of an
/// import, as batches are freed by other threads than those that filled them; below a tenth the import gets slower.
const PURGE_DELAY_MS: std::ffi::c_long = 100;
/// `mi_option_purge_delay` in `mimalloc.h`, for which the binding has no name.
const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;

/// Sets how the allocator keeps memory. To be called first; `MIMALLOC_PURGE_DELAY` in the environment goes before it.
#[allow(unsafe_code)]
pub fn configure() {
    // SAFETY: mi_option_set_default takes no pointer and checks the option's number.
    unsafe { libmimalloc_sys::mi_option_set_default(PURGE_DELAY, PURGE_DELAY_MS) }
}

/// Gives back what the allocator holds and does not use.
#[allow(unsafe_code)]
pub fn give_back() {
    // SAFETY: mi_collect takes no pointer, may be called from any thread at any time, and frees only pages without a
    // living allocation.
    unsafe { libmimalloc_sys::mi_collect(true) }
}

/// Lets go of the pages of the program that only its start needed: about 25 MB. What is called later is mapped again from the
/// system's cache of the file. To be called once, when the server is up.
#[cfg(target_os = "linux")]
#[allow(unsafe_code)]
pub fn forget_start() {
    let (Ok(maps), Ok(program)) = (std::fs::read_to_string("/proc/self/maps"), std::fs::read_link("/proc/self/exe"))
    else {
        return;
    };
    for line in maps.lines() {
        let Some((start, end)) = code_of(line, &program) else { continue };
        // SAFETY: the range is one mapping of the program's file, which is private, executable and not writable: nothing was
        // ever changed in it, so each dropped page comes back from the file as it was.
        unsafe {
            libc::madvise(std::ptr::with_exposed_provenance_mut(start), end - start, libc::MADV_DONTNEED);
        }
    }
}

/// Elsewhere there is no such list of pages.
#[cfg(not(target_os = "linux"))]
pub fn forget_start() {}

/// The addresses of a line of `/proc/self/maps`, if it is unchangeable code of the program's file.
#[cfg(target_os = "linux")]
fn code_of(line: &str, program: &std::path::Path) -> Option<(usize, usize)> {
    let mut words = line.split_ascii_whitespace();
    let (start, end) = words.next()?.split_once('-')?;
    let (permissions, path) = (words.next()?, words.nth(3)?);
    let address = |text| usize::from_str_radix(text, 16).ok();
    (permissions == "r-xp" && std::path::Path::new(path) == program).then_some((address(start)?, address(end)?))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn only_unchangeable_code_of_the_program_is_let_go() {
        let code = |permissions: &str, path: &str| {
            code_of(&format!("1000-3000 {permissions} 00002000 fe:00 77   {path}"), std::path::Path::new("/bin/kupets"))
        };
        assert_eq!(code("r-xp", "/bin/kupets"), Some((0x1000, 0x3000)));
        assert_eq!(code("rwxp", "/bin/kupets"), None);
        assert_eq!(code("r--p", "/bin/kupets"), None, "holds corrected addresses");
        assert_eq!(code("r-xp", "/lib/libc.so.6"), None);
        assert_eq!(code_of("1000-3000 r-xp 0 00:00 0", std::path::Path::new("/bin/kupets")), None);
    }

    #[test]
    fn the_program_goes_on_without_the_pages_of_its_start() {
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap_or_default();
        let program = std::fs::read_link("/proc/self/exe").unwrap_or_default();
        assert_ne!(maps.lines().filter(|line| code_of(line, &program).is_some()).count(), 0, "{maps}");
        // Code that was let go and cannot come back would end the process here.
        forget_start();
        give_back();
    }
}
