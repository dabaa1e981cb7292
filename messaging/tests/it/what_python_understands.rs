//! CloudEvents and signed messages under the libraries for Python, which know nothing of this project. `cargo xtask test` leaves this module out, and says
//! so, where there is no Python.

use crate::{
    python::program,
    sdk::{ask, bare, beyond_ascii, of_bytes, of_the_log},
    signed,
};

#[test]
fn events_in_every_mode_in_both_directions() {
    let program = program("sdk.py");
    let events = [of_the_log(), of_bytes(), beyond_ascii(), bare()];
    let answer = ask(program, &events, &events);
    for way in ["structured", "Http", "Kafka", "made"] {
        answer.check(way, &events);
    }
    answer.check_batch(&events);
}

#[test]
fn signed_messages_in_both_directions() {
    signed::check(program("webhook.py"));
}
