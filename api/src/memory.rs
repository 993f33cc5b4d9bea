//! Gives memory back to the system.
//!
//! The allocator keeps what was freed for later, and looks at it again only when something is allocated: a server that
//! has imported a million records and then idles would hold the memory of the import for good.

/// Gives back what the allocator holds and does not use.
#[allow(unsafe_code)]
pub fn give_back() {
    // SAFETY: mi_collect takes no pointer, may be called from any thread at any time, and frees only pages without a
    // living allocation.
    unsafe { libmimalloc_sys::mi_collect(true) }
}
