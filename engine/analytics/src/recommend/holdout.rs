//! Who is left out of an action, so that its lift can be measured.

/// A number for a name that never changes: FNV-1a (Fowler, Noll, Vo) over its bytes, mixed.
#[must_use]
pub fn stable_id(name: &str) -> u64 {
    mix(name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)))
}

/// Whether a customer is held out of a recommendation, with `percent` of all: at random, but for ever the same.
/// Independent between recommendations, so that nobody is always left out.
#[must_use]
pub fn held_out(customer: u64, recommendation: u64, percent: u32) -> bool {
    let draw = mix(customer ^ mix(recommendation));
    // draw / 2^64 < percent / 100, in whole numbers.
    u128::from(draw) * 100 < u128::from(percent) << 64
}

/// Who of a list is held out of a recommendation: `percent` of it to the nearest customer, at random, and the same for the same
/// list and recommendation. Unlike [`held_out`] it keeps the share exactly, so that a short list has its hold-out too.
#[must_use]
pub fn hold_out(customers: &[u64], recommendation: u64, percent: u32) -> Vec<bool> {
    let seed = mix(recommendation);
    let mut draws: Vec<(u64, usize)> = customers.iter().map(|&customer| mix(customer ^ seed)).zip(0..).collect();
    draws.sort_unstable();
    let count = (draws.len() * percent.min(100) as usize + 50) / 100;
    let mut held = vec![false; customers.len()];
    for &(_, place) in &draws[..count] {
        held[place] = true;
    }
    held
}

/// The finalizer of SplitMix64 (Steele, Lea, Flood 2014): every bit of the input moves every bit of the output.
pub(super) fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ value >> 31
}
