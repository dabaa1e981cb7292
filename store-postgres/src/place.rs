//! The place of an event in its stream: stream and version in one number, as `sql/schema/place.sql` has it.

use factum_core::StreamVersion;

const VERSION_BITS: u32 = 33;
/// The last version that has a place.
pub(crate) const LAST: u64 = (1 << VERSION_BITS) - 1;

pub(crate) const fn place(stream: i32, version: u64) -> i64 {
    let version = if version > LAST { LAST } else { version };
    ((stream as i64) << VERSION_BITS) | version as i64
}

pub(crate) const fn stream_of(place: i64) -> i32 {
    ((place >> VERSION_BITS) & i32::MAX as i64) as i32
}

pub(crate) const fn version_of(place: i64) -> StreamVersion {
    StreamVersion::new(place as u64 & LAST)
}

/// The place after which the events after `after` come, and the one up to which those before `before` do.
pub(crate) fn between(stream: i32, after: StreamVersion, before: Option<StreamVersion>) -> (i64, i64) {
    let through = before.map_or(LAST, |before| before.get().saturating_sub(1));
    (place(stream, after.get()), place(stream, through))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_place_says_what_it_is_made_of(stream in 1..=i32::MAX, version in 0..=LAST) {
            let place = place(stream, version);
            prop_assert_eq!((stream_of(place), version_of(place).get()), (stream, version));
        }

        #[test]
        fn the_order_of_places_is_that_of_versions(stream in 1..=i32::MAX, one in 0..=LAST, other in 0..=LAST) {
            prop_assert_eq!(place(stream, one).cmp(&place(stream, other)), one.cmp(&other));
        }
    }

    #[test]
    fn versions_that_no_stream_can_have_are_behind_its_end() {
        let all = between(7, StreamVersion::EMPTY, Some(StreamVersion::MAX));
        assert_eq!(all, between(7, StreamVersion::EMPTY, None));
        assert_eq!(all, (place(7, 0), place(8, 0) - 1));
        let none = between(i32::MAX, StreamVersion::MAX, None);
        assert_eq!(none.0, none.1);
    }
}
