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
