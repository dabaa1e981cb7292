use super::{super::span, *};

const MICROSECOND: Duration = Duration::from_micros(1);

fn micros(micros: u64) -> Duration {
    Duration::from_micros(micros)
}

/// The windows that a moment is in, as the microseconds at which they begin and end.
fn of(windows: Windows, time: i64) -> Vec<(i64, i64)> {
    windows.of(span::clipped(time)).map(Into::into).collect()
}

#[test]
fn tumbling_windows_follow_each_other_on_both_sides_of_1970() {
    let tens = Windows::tumbling(micros(10)).unwrap();
    for (time, window) in
        [(-11, (-20, -10)), (-10, (-10, 0)), (-1, (-10, 0)), (0, (0, 10)), (9, (0, 10)), (10, (10, 20))]
    {
        assert_eq!(of(tens, time), [window], "{time}");
    }
}

#[test]
fn sliding_windows_overlap_and_need_not_fit() {
    let overlapping = Windows::sliding(micros(10), micros(5)).unwrap();
    assert_eq!(of(overlapping, -1), [(-10, 0), (-5, 5)]);
    assert_eq!(of(overlapping, 0), [(-5, 5), (0, 10)]);
    let uneven = Windows::sliding(micros(5), micros(2)).unwrap();
    assert_eq!(of(uneven, 4), [(0, 5), (2, 7), (4, 9)]);
    assert_eq!(of(uneven, 5), [(2, 7), (4, 9)]);
}

#[test]
fn an_offset_moves_all_of_them() {
    let tens = Windows::tumbling(micros(10)).unwrap();
    for offset in [3, 13, 1_003] {
        let moved = tens.offset(micros(offset));
        assert_eq!([of(moved, 2), of(moved, 3)], [[(-7, 3)], [(3, 13)]], "{offset}");
    }
    assert_eq!(tens.offset(Duration::MAX), tens.offset(micros(9)), "it ends in 999,999 microseconds");
}

#[test]
fn parts_of_a_microsecond_belong_to_it() {
    let single = Windows::tumbling(MICROSECOND).unwrap();
    let time = Timestamp::from_timestamp_nanos(-1);
    assert_eq!(single.of(time).map(Into::into).collect::<Vec<(i64, i64)>>(), [(-1, 0)]);
}

#[test]
fn lengths_that_make_no_windows_are_refused() {
    let too_long = Windows::LONGEST + MICROSECOND;
    for (refused, why) in [
        (Windows::tumbling(Duration::ZERO), Unfit::Zero(Length::Size)),
        (Windows::tumbling(Duration::from_nanos(1_500)), Unfit::TooFine(Length::Size)),
        (Windows::tumbling(too_long), Unfit::TooLong(Length::Size)),
        (Windows::tumbling(Duration::MAX), Unfit::TooFine(Length::Size)),
        (Windows::sliding(Duration::ZERO, Duration::ZERO), Unfit::Zero(Length::Size)),
        (Windows::sliding(MICROSECOND, Duration::ZERO), Unfit::Zero(Length::Slide)),
        (Windows::sliding(MICROSECOND, Duration::from_nanos(1)), Unfit::TooFine(Length::Slide)),
        (Windows::sliding(MICROSECOND, too_long), Unfit::TooLong(Length::Slide)),
        (Windows::sliding(MICROSECOND, 2 * MICROSECOND), Unfit::Gaps),
        (Windows::sliding(micros(100_001), MICROSECOND), Unfit::TooMany),
        (Windows::sliding(micros(200_001), micros(2)), Unfit::TooMany),
    ] {
        assert_eq!(refused, Err(why));
    }
    assert_eq!(Unfit::Zero(Length::Slide).to_string(), "the slide of the windows is zero");
    assert_eq!(Unfit::TooLong(Length::Size).to_string(), "the size of the windows is over 3652425 days");
}

#[test]
fn the_longest_and_the_most_are_allowed() {
    assert!(Windows::tumbling(Windows::LONGEST).is_ok());
    let most = Windows::sliding(micros(100_000), MICROSECOND).unwrap();
    assert_eq!(most.of(Timestamp::UNIX_EPOCH).count(), Windows::MOST_AT_ONCE as usize);
}

#[test]
fn waiting_is_rounded_up_and_clipped() {
    let single = Windows::tumbling(MICROSECOND).unwrap();
    let waiting = single.out_of_orderness(Duration::from_nanos(1)).allowed_lateness(Duration::MAX);
    let longest = Windows::LONGEST.as_micros() as i64;
    assert_eq!((waiting.out_of_orderness, waiting.lateness), (1, longest));
}

#[test]
fn no_time_overflows() {
    let longest = Windows::sliding(Windows::LONGEST, Windows::LONGEST - MICROSECOND).unwrap();
    let longest = longest.out_of_orderness(Duration::MAX).allowed_lateness(Duration::MAX);
    for time in [Timestamp::MIN_UTC, Timestamp::MAX_UTC] {
        for windows in [longest, longest.offset(Windows::LONGEST - 2 * MICROSECOND)] {
            assert!(windows.of(time).all(|window| window.contains(time)));
            let watermark = windows.watermark(time.timestamp_micros());
            assert!(windows.of(time).all(|window| !windows.are_over(window, watermark)));
        }
    }
}
