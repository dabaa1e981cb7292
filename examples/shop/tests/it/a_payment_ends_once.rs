use crate::given::order;
use factum::events;
use factum_testkit::given::{Given, given};
use shop::{
    money::Cents,
    order::Card,
    payment::{
        ConfirmPayment, ConfirmRefund, DeclinePayment, NotRequested, Payment, PaymentConfirmed,
        PaymentDeclined, PaymentRefunded, PaymentRequested, PaymentVoided, RefundRequested, RequestPayment,
        VoidPayment,
    },
};

const AMOUNT: Cents = Cents(6_480);

fn requested() -> PaymentRequested {
    PaymentRequested { order: order("a"), amount: AMOUNT, card: Card::Valid }
}

#[test]
fn a_payment_is_asked_for_once() {
    let request = || RequestPayment { order: order("a"), amount: AMOUNT, card: Card::Valid };
    Given::<Payment>::nothing().when(request()).then(events![requested()]).when(request()).then_nothing();
}

#[test]
fn only_what_was_asked_for_can_be_answered() {
    let order = order("a");
    Given::<Payment>::nothing().when(ConfirmPayment { order }).then_rejected(NotRequested);
    Given::<Payment>::nothing().when(DeclinePayment { order }).then_rejected(NotRequested);
    given::<Payment>(events![requested()]).when(ConfirmRefund { order }).then_rejected(NotRequested);
}

#[test]
fn the_first_answer_counts() {
    let order = order("a");
    given::<Payment>(events![requested()])
        .when(ConfirmPayment { order })
        .then(events![PaymentConfirmed { order, amount: AMOUNT }])
        .when(ConfirmPayment { order })
        .then_nothing()
        .when(DeclinePayment { order })
        .then_nothing();
    given::<Payment>(events![requested()])
        .when(DeclinePayment { order })
        .then(events![PaymentDeclined { order }])
        .when(ConfirmPayment { order })
        .then_nothing();
}

#[test]
fn a_payment_that_was_made_is_undone_by_a_refund() {
    let order = order("a");
    given::<Payment>(events![requested(), PaymentConfirmed { order, amount: AMOUNT }])
        .when(VoidPayment { order })
        .then(events![RefundRequested { order, amount: AMOUNT }])
        .when(VoidPayment { order })
        .then_nothing()
        .when(ConfirmRefund { order })
        .then(events![PaymentRefunded { order, amount: AMOUNT }])
        .when(ConfirmRefund { order })
        .then_nothing();
}

#[test]
fn money_that_comes_after_the_shop_has_given_up_goes_back() {
    let order = order("a");
    given::<Payment>(events![requested()])
        .when(VoidPayment { order })
        .then(events![PaymentVoided { order }])
        .when(ConfirmPayment { order })
        .then(events![PaymentConfirmed { order, amount: AMOUNT }, RefundRequested { order, amount: AMOUNT }])
        .when(ConfirmPayment { order })
        .then_nothing();
}

#[test]
fn there_is_nothing_to_undo_where_nothing_was_asked_for_or_nothing_came() {
    let order = order("a");
    Given::<Payment>::nothing().when(VoidPayment { order }).then_nothing();
    given::<Payment>(events![requested(), PaymentDeclined { order }])
        .when(VoidPayment { order })
        .then_nothing();
}
