use crate::given::{netherlands, opened, order, placed, put};
use factum::events;
use factum_testkit::given::{Given, given};
use shop::{
    money::Cents,
    order::{
        CancelOrder, CancellationRequested, Card, CartOpened, Checkout, CompleteOrder, ItemTaken,
        MOST_PRODUCTS, OpenCart, Order, OrderCancelled, OrderCompleted, PutItem, Reason, Refused,
        RequestCancellation, TakeItem,
    },
    terms::Terms,
};

fn put_item(product: &str, quantity: u32, cents: u64) -> PutItem {
    PutItem { order: order("a"), product: product.into(), quantity, price: Cents(cents) }
}

fn take_item(product: &str) -> TakeItem {
    TakeItem { order: order("a"), product: product.into() }
}

fn checkout() -> Checkout {
    Checkout {
        order: order("a"),
        customer: "Ada".to_owned(),
        card: Card::Valid,
        country: netherlands(),
        terms: Terms::WATCHED,
    }
}

#[test]
fn a_cart_is_opened_once() {
    Given::<Order>::nothing()
        .when(OpenCart { order: order("a") })
        .then(events![CartOpened { order: order("a") }])
        .when(OpenCart { order: order("a") })
        .then_nothing();
}

#[test]
fn what_is_put_into_a_cart_replaces_what_was_there_of_it() {
    given::<Order>(events![opened()])
        .when(put_item("mug", 2, 1_290))
        .then(events![put("mug", 2, 1_290)])
        .when(put_item("mug", 2, 1_290))
        .then_nothing()
        .when(put_item("mug", 3, 1_290))
        .then(events![put("mug", 3, 1_290)])
        .then_state(|cart| assert_eq!(cart.total(), Cents(3_870)))
        .when(take_item("mug"))
        .then(events![ItemTaken { order: order("a"), product: "mug".into() }])
        .then_state(|cart| assert!(cart.lines().is_empty()))
        .when(take_item("mug"))
        .then_rejected(Refused::NotInCart);
}

#[test]
fn a_cart_that_was_never_opened_holds_nothing() {
    Given::<Order>::nothing().when(put_item("mug", 1, 1)).then_rejected(Refused::Unknown);
    Given::<Order>::nothing().when(checkout()).then_rejected(Refused::Unknown);
}

#[test]
fn a_cart_has_no_room_for_any_number_of_products() {
    let mut full = given::<Order>(events![opened()]);
    for n in 0..MOST_PRODUCTS {
        full = full.and(events![put(&format!("product-{n}"), 1, 1)]);
    }
    full.when(put_item("one-more", 1, 1))
        .then_rejected(Refused::TooManyProducts)
        .when(put_item("product-0", 2, 1))
        .then(events![put("product-0", 2, 1)]);
}

#[test]
fn a_checkout_orders_what_is_in_the_cart_at_the_prices_that_were_seen() {
    given::<Order>(events![opened(), put("mug", 2, 1_290), put("lamp", 1, 3_900)])
        .when(checkout())
        .then(events![placed()])
        .when(checkout())
        .then_rejected(Refused::Placed)
        .when(put_item("mug", 1, 1))
        .then_rejected(Refused::Placed)
        .when(take_item("mug"))
        .then_rejected(Refused::Placed);
}

#[test]
fn an_empty_cart_cannot_be_ordered() {
    given::<Order>(events![opened()]).when(checkout()).then_rejected(Refused::Empty);
}

#[test]
fn an_order_ends_once_and_in_one_way() {
    let order = order("a");
    let all = || given::<Order>(events![opened(), put("mug", 2, 1_290), put("lamp", 1, 3_900), placed()]);
    all()
        .when(CompleteOrder { order })
        .then(events![OrderCompleted { order, total: Cents(6_480) }])
        .when(CompleteOrder { order })
        .then_nothing()
        .when(CancelOrder { order, reason: Reason::OutOfStock })
        .then_rejected(Refused::Ended);
    all()
        .when(CancelOrder { order, reason: Reason::OutOfStock })
        .then(events![OrderCancelled { order, reason: Reason::OutOfStock }])
        .when(CancelOrder { order, reason: Reason::ByCustomer })
        .then_nothing()
        .when(CompleteOrder { order })
        .then_rejected(Refused::Ended);
}

#[test]
fn a_customer_can_ask_for_a_cancellation_between_the_checkout_and_the_end() {
    let order = order("a");
    given::<Order>(events![opened(), put("mug", 1, 1)])
        .when(RequestCancellation { order })
        .then_rejected(Refused::NotPlaced)
        .when(checkout())
        .then_state(|order| assert_eq!(order.total(), Cents(1)))
        .when(RequestCancellation { order })
        .then(events![CancellationRequested { order }])
        .when(RequestCancellation { order })
        .then_nothing()
        .when(CancelOrder { order, reason: Reason::ByCustomer })
        .then(events![OrderCancelled { order, reason: Reason::ByCustomer }])
        .when(RequestCancellation { order })
        .then_rejected(Refused::Ended);
}
