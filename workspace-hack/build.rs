//! Makes the build dependencies, and with them their features, count.
fn main() {}
