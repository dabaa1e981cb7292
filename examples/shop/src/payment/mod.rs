//! What the shop knows of an order's payment. The money itself is with the payment service ([`provider`](crate::provider)),
//! which is somebody else's.

mod answers;
mod commands;
mod events;
mod state;

pub use self::{
    answers::{Answers, AnswersEvent},
    commands::{ConfirmPayment, ConfirmRefund, DeclinePayment, NotRequested, RequestPayment, VoidPayment},
    events::{
        PaymentConfirmed, PaymentDeclined, PaymentRefunded, PaymentRequested, PaymentVoided, RefundRequested,
    },
    state::{Payment, PaymentEvent},
};
