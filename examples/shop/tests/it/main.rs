//! The tests of the shop.
#![allow(clippy::unwrap_used)]

mod a_broken_off_simulation_goes_on;
mod a_parcel_leaves_once;
mod a_payment_ends_once;
mod a_reservation_takes_all_or_nothing;
mod a_simulation_adds_up;
mod an_order_over_http_reaches_its_end;
mod browser;
mod carts_over_http;
mod from_outside;
mod given;
mod http;
mod kafka;
mod nats;
mod orders_over_http;
mod postgres;
mod rabbitmq;
mod server;
mod the_audit_finds_what_is_wrong;
mod the_document_says_what_the_routes_do;
mod the_fulfilment_leads_an_order_to_its_end;
mod the_payment_service_keeps_its_books;
mod the_rules_of_an_order;
mod two_programs;
mod what_cannot_be_read_is_a_problem;
mod what_the_read_models_show;
