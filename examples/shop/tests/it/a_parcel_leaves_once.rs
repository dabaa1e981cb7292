use crate::given::{country, netherlands, order};
use factum::events;
use factum_testkit::given::{Given, given};
use shop::shipping::{
    CancelShipment, DispatchShipment, NotPrepared, PrepareShipment, Shipment, ShipmentCancelled,
    ShipmentDispatched, ShipmentPrepared, ShipmentRefused,
};

fn prepared() -> ShipmentPrepared {
    ShipmentPrepared { order: order("a"), country: netherlands() }
}

#[test]
fn a_parcel_is_packed_and_leaves_once() {
    let order = order("a");
    Given::<Shipment>::nothing()
        .when(DispatchShipment { order })
        .then_rejected(NotPrepared)
        .when(PrepareShipment { order, country: netherlands() })
        .then(events![prepared()])
        .when(PrepareShipment { order, country: netherlands() })
        .then_nothing()
        .when(DispatchShipment { order })
        .then(events![ShipmentDispatched { order }])
        .when(DispatchShipment { order })
        .then_nothing()
        .when(CancelShipment { order })
        .then_nothing();
}

#[test]
fn where_nobody_delivers_nothing_is_packed() {
    let order = order("a");
    Given::<Shipment>::nothing()
        .when(PrepareShipment { order, country: country("AQ") })
        .then(events![ShipmentRefused { order, country: country("AQ") }])
        .when(CancelShipment { order })
        .then_nothing();
}

#[test]
fn a_parcel_that_has_not_left_can_be_unpacked_and_then_does_not_leave() {
    let order = order("a");
    given::<Shipment>(events![prepared()])
        .when(CancelShipment { order })
        .then(events![ShipmentCancelled { order }])
        .when(DispatchShipment { order })
        .then_rejected(NotPrepared)
        .when(PrepareShipment { order, country: netherlands() })
        .then_nothing();
}
