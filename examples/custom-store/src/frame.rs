//! A frame: what one call writes, in a form that shows whether it is whole.
//!
//! | bytes | what they are |
//! |---|---|
//! | 8 | how long the body is; numbers are little-endian |
//! | 4 | CRC-32 of the body |
//! | 4 | CRC-32 of the twelve bytes before and of the log's id |
//! | .. | the body: records, encoded by `postcard`, one after the other |
//!
//! The length has a checksum of its own, so that a damaged one is not followed. The log's id is in it so that nobody can
//! write a payload that is taken for a frame.

use factum_core::LogId;

pub(crate) const HEAD: usize = 16;

/// A frame around `body`.
pub(crate) fn around(body: &[u8], log: LogId) -> Vec<u8> {
    let fields = [&(body.len() as u64).to_le_bytes()[..], &crc32fast::hash(body).to_le_bytes()].concat();
    let sum = head_sum(&fields, log);
    [&fields, &sum.to_le_bytes()[..], body].concat()
}

/// The body of the frame at `place`, if there is a whole one.
pub(crate) fn at(file: &[u8], place: usize, log: LogId) -> Option<&[u8]> {
    let (fields, rest) = file.get(place..)?.split_at_checked(12)?;
    let (sum, rest) = rest.split_first_chunk()?;
    if head_sum(fields, log) != u32::from_le_bytes(*sum) {
        return None;
    }
    let (length, body_sum) = fields.split_first_chunk()?;
    let body = rest.get(..usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
    // No call writes nothing, but a stretch of zeros could be read as if one had.
    (!body.is_empty() && crc32fast::hash(body).to_le_bytes() == *body_sum).then_some(body)
}

fn head_sum(fields: &[u8], log: LogId) -> u32 {
    let mut sum = crc32fast::Hasher::new();
    sum.update(fields);
    sum.update(log.0.as_bytes());
    sum.finalize()
}
