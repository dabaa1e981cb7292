use crate::StreamId;

/// One of the equal shares into which a consumer's work is parted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Partition {
    number: u16,
    of: u16,
}

impl Partition {
    /// All of it.
    pub const WHOLE: Self = Self { number: 0, of: 1 };

    /// The share with this number, counted from 0; `None` if there are not so many.
    #[must_use]
    pub const fn new(number: u16, of: u16) -> Option<Self> {
        if number < of { Some(Self { number, of }) } else { None }
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.number
    }

    /// How many there are.
    #[must_use]
    pub const fn of(self) -> u16 {
        self.of
    }

    /// Whether it is all there is.
    #[must_use]
    pub const fn is_whole(self) -> bool {
        self.of == 1
    }

    /// Whether what has this key is in it.
    #[must_use]
    pub const fn has(self, key: &str) -> bool {
        self.of == 1 || self.number == number_of(key, self.of)
    }

    /// The number of the one, among so many, that has the events of this stream.
    #[must_use]
    pub fn of_stream(stream: &StreamId, of: u16) -> u16 {
        number_of(stream.key(), of)
    }

    /// Whether the events of this stream are in it: those of streams with the same key are together, whatever their
    /// categories.
    #[must_use]
    pub fn has_stream(self, stream: &StreamId) -> bool {
        self.has(stream.key())
    }
}

/// The share, of so many, that has this key: the same on every node, of every version. The 64-bit [FNV-1a] of the key's
/// bytes, mixed as [SplitMix64] mixes, so that keys that differ little are spread too.
///
/// [FNV-1a]: https://www.rfc-editor.org/rfc/rfc9923
/// [SplitMix64]: https://doi.org/10.1145/2660193.2660195
const fn number_of(key: &str, of: u16) -> u16 {
    let bytes = key.as_bytes();
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^= hash >> 31;
    ((hash as u128 * of as u128) >> 64) as u16
}

/// How the events of a projection are parted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Parting {
    /// By their streams: a partition reads the events of its streams.
    Streams,
    /// By the documents that they change: each partition reads all events, and changes its documents.
    Documents,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_in_one_share_and_for_ever_in_the_same() {
        let at = |key| number_of(key, 8);
        assert_eq!(["", "0", "1", "ada", "Application_652823628"].map(at), [7, 4, 2, 3, 7]);
    }

    #[test]
    fn keys_are_spread_evenly() {
        for of in [2, 3, 8, 16] {
            let mut counts = vec![0_u32; of as usize];
            (0..16_000).for_each(|n| counts[number_of(&n.to_string(), of) as usize] += 1);
            let fair = 16_000 / u32::from(of);
            assert!(counts.iter().all(|count| count.abs_diff(fair) < fair / 8), "{counts:?}");
        }
    }
}
