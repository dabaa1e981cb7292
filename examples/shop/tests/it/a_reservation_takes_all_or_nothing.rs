use crate::given::{delivered, lines, order, reserved, short};
use factum::events;
use factum_testkit::{
    given::{Given, given},
    interleave,
};
use shop::inventory::{
    Availability, BackOrders, BackorderDropped, BackorderDue, DispatchStock, FillBackOrders, NotReserved,
    ReleaseStock, Reservation, ReserveStock, StockDispatched, StockReleased,
};

fn reserve(name: &str, wanted: &[(&str, u32)]) -> ReserveStock {
    ReserveStock { order: order(name), lines: lines(wanted) }
}

fn stream(name: &str) -> String {
    format!("reservation-{}", order(name))
}

#[test]
fn an_order_gets_everything_or_waits() {
    Given::<Availability>::nothing()
        .in_stream("delivery-mug", events![delivered("mug", 3)])
        .in_stream("delivery-lamp", events![delivered("lamp", 1)])
        .when(reserve("a", &[("mug", 2), ("lamp", 1)]))
        .then(events![reserved("a", &[("mug", 2), ("lamp", 1)])])
        .then_seen_by_its_own_query()
        .when(reserve("b", &[("mug", 1), ("lamp", 1)]))
        .then(events![short("b", &[("mug", 1), ("lamp", 1)], &[("lamp", 1)])])
        .then_seen_by_its_own_query()
        .when(reserve("c", &[("mug", 1)]))
        .then(events![reserved("c", &[("mug", 1)])]);
}

#[test]
fn what_an_order_has_it_does_not_get_twice() {
    Given::<Availability>::nothing()
        .in_stream("delivery-mug", events![delivered("mug", 9)])
        .when(reserve("a", &[("mug", 2)]))
        .then(events![reserved("a", &[("mug", 2)])])
        .when(reserve("a", &[("mug", 2)]))
        .then_nothing();
}

#[test]
fn what_is_missing_is_no_more_than_what_was_wanted() {
    Given::<Availability>::nothing().when(reserve("a", &[("mug", 2)])).then(events![short(
        "a",
        &[("mug", 2)],
        &[("mug", 2)]
    )]);
}

#[test]
fn what_was_released_can_be_had_by_others() {
    let released = StockReleased { order: order("a"), lines: lines(&[("mug", 1)]) };
    Given::<Availability>::nothing()
        .in_stream("delivery-mug", events![delivered("mug", 1)])
        .in_stream(stream("a").as_str(), events![reserved("a", &[("mug", 1)]), released])
        .when(reserve("b", &[("mug", 1)]))
        .then(events![reserved("b", &[("mug", 1)])]);
}

/// In every order in which the two can load and append.
#[test]
fn two_who_want_the_last_one() {
    interleave! {
        given ["delivery-mug" => delivered("mug", 1), "delivery-lamp" => delivered("lamp", 2)],
        when [reserve("a", &[("mug", 1), ("lamp", 1)]), reserve("b", &[("lamp", 1), ("mug", 1)])],
        then |end| {
            let types: Vec<_> = end.events().iter().map(|event| event.event_type.as_str()).collect();
            assert_eq!(types.iter().filter(|name| **name == "StockReserved").count(), 1, "{types:?}");
            assert_eq!(types.iter().filter(|name| **name == "StockShort").count(), 1, "{types:?}");
        },
    }
}

#[test]
fn a_reservation_is_undone_whatever_became_of_it() {
    let order = order("a");
    let release = || ReleaseStock { order };
    Given::<Reservation>::nothing().when(release()).then_nothing();
    given::<Reservation>(events![short("a", &[("mug", 2)], &[("mug", 1)])])
        .when(release())
        .then(events![BackorderDropped { order, lines: lines(&[("mug", 2)]) }])
        .then_seen_by_its_own_query()
        .when(release())
        .then_nothing();
    given::<Reservation>(events![reserved("a", &[("mug", 2)])])
        .when(release())
        .then(events![StockReleased { order, lines: lines(&[("mug", 2)]) }])
        .then_seen_by_its_own_query()
        .when(release())
        .then_nothing()
        .when(DispatchStock { order })
        .then_rejected(NotReserved);
}

#[test]
fn what_has_left_the_house_does_not_come_back() {
    let order = order("a");
    given::<Reservation>(events![reserved("a", &[("mug", 2)])])
        .when(DispatchStock { order })
        .then(events![StockDispatched { order, lines: lines(&[("mug", 2)]) }])
        .when(ReleaseStock { order })
        .then_nothing()
        .when(DispatchStock { order })
        .then_rejected(NotReserved);
}

/// Three wait for mugs, the first of them for more than there are.
#[test]
fn whoever_has_waited_longest_comes_first() {
    let fill = || FillBackOrders { product: "mug".into() };
    let due = |name: &str, wanted: &[(&str, u32)]| BackorderDue { order: order(name), lines: lines(wanted) };
    Given::<BackOrders>::nothing()
        .in_stream(stream("a").as_str(), events![short("a", &[("mug", 9)], &[("mug", 9)])])
        .in_stream(stream("b").as_str(), events![short("b", &[("mug", 2), ("lamp", 1)], &[("mug", 2)])])
        .in_stream(stream("c").as_str(), events![short("c", &[("mug", 1)], &[("mug", 1)])])
        .in_stream("delivery-mug", events![delivered("mug", 2)])
        .when(fill())
        .then(events![due("b", &[("mug", 2), ("lamp", 1)])])
        .then_seen_by_its_own_query()
        .when(fill())
        .then(events![due("c", &[("mug", 1)])]);
}

#[test]
fn nobody_is_called_who_waits_no_longer() {
    let dropped = BackorderDropped { order: order("a"), lines: lines(&[("mug", 1)]) };
    Given::<BackOrders>::nothing()
        .in_stream(stream("a").as_str(), events![short("a", &[("mug", 1)], &[("mug", 1)]), dropped])
        .in_stream(
            stream("b").as_str(),
            events![short("b", &[("mug", 1)], &[("mug", 1)]), reserved("b", &[("mug", 1)])],
        )
        .in_stream("delivery-mug", events![delivered("mug", 5)])
        .when(FillBackOrders { product: "mug".into() })
        .then_nothing();
}
