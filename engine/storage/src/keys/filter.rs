//! A filter over hashes of keys: a look-up for a key that is not there, as most are, ends here.
//!
//! A split block Bloom filter (as Parquet specifies it, after Putze, Sanders and Singler 2009): a key sets eight bits of one block of
//! 256, so that a question costs one line of the cache. With ten bits a key about one question in eighty is answered wrongly with yes.

use super::file::KeyHash;

/// Words of a block, and the odd numbers by which each takes its bit from a hash (of the Parquet specification).
const SALTS: [u32; 8] =
    [0x47b6_137b, 0x4497_4d91, 0x8824_ad5b, 0xa2b7_289d, 0x7054_95c7, 0x2df1_424b, 0x9efc_4947, 0x5c6b_fb31];
const BITS_PER_KEY: usize = 10;
/// Bytes of a block.
pub(super) const BLOCK_BYTES: usize = 32;

/// Which hashes may be there.
#[derive(Debug, Clone)]
pub(super) struct Filter {
    blocks: Vec<[u32; 8]>,
}

impl Filter {
    /// An empty one for so many keys.
    pub fn for_keys(keys: usize) -> Self {
        Self { blocks: vec![[0; 8]; (keys * BITS_PER_KEY).div_ceil(BLOCK_BYTES * 8).max(1)] }
    }

    /// The low half of a hash: which block, and which bits of it. The high half orders keys in a run.
    fn place(&self, hash: KeyHash) -> (usize, u32) {
        let block = (((hash >> 32) & 0xffff_ffff) * self.blocks.len() as u128) >> 32;
        (block as usize, hash as u32)
    }

    pub fn insert(&mut self, hash: KeyHash) {
        let (block, bits) = self.place(hash);
        for (word, salt) in self.blocks[block].iter_mut().zip(SALTS) {
            *word |= 1 << (bits.wrapping_mul(salt) >> 27);
        }
    }

    /// No: it was never inserted.
    pub fn may_contain(&self, hash: KeyHash) -> bool {
        let (block, bits) = self.place(hash);
        self.blocks[block].iter().zip(SALTS).all(|(word, salt)| (word >> (bits.wrapping_mul(salt) >> 27)) & 1 == 1)
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        self.blocks.iter().flatten().flat_map(|word| word.to_le_bytes()).collect()
    }

    /// Reads what [`Self::to_bytes`] has written; none if it is no whole number of blocks.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.is_empty() || !bytes.len().is_multiple_of(BLOCK_BYTES) {
            return None;
        }
        let word = |bytes: &[u8]| bytes.iter().rev().fold(0u32, |word, byte| (word << 8) | u32::from(*byte));
        let block = |bytes: &[u8]| std::array::from_fn(|at| word(&bytes[at * 4..at * 4 + 4]));
        Some(Self { blocks: bytes.chunks_exact(BLOCK_BYTES).map(block).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::file::hash;

    #[test]
    fn misses_no_key_and_says_yes_wrongly_to_few() {
        let mut filter = Filter::for_keys(10_000);
        (0..10_000).for_each(|key| filter.insert(hash(&format!("in {key}"))));
        let filter = Filter::from_bytes(&filter.to_bytes());
        let filter = filter.as_ref();
        let yes = |text: String| filter.is_some_and(|filter| filter.may_contain(hash(&text)));
        assert!((0..10_000).all(|key| yes(format!("in {key}"))));
        let wrong = (0..10_000).filter(|key| yes(format!("out {key}"))).count();
        assert!(wrong < 300, "{wrong} of 10,000");
    }

    #[test]
    fn bytes_that_are_no_filter_are_refused() {
        assert!(Filter::from_bytes(&[]).is_none());
        assert!(Filter::from_bytes(&[1; 31]).is_none());
    }
}
