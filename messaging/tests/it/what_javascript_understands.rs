//! CloudEvents and signed messages under the libraries for JavaScript, which know nothing of this project. `cargo xtask test` leaves this module out, and
//! says so, where there is no Node.js.

use crate::{
    sdk::{ask, bare, beyond_ascii, of_bytes, of_the_log},
    signed,
};
use factum_messaging::cloud_event::extension;
use factum_services::node;
use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

/// Got once: those who get the same packages at the same time would be in each other's way.
static PROGRAMS: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/node");
    node::installed().unwrap().with_packages(&folder).unwrap()
});

fn program(file: &str) -> Command {
    let mut program = Command::new(node::installed().unwrap().program());
    program.arg(PROGRAMS.join(file));
    program
}

#[test]
fn events_in_every_mode_in_both_directions() {
    let program = program("sdk.mjs");
    let events = [of_the_log(), of_bytes(), beyond_ascii(), bare()];
    // It does not decode the values of headers, as section 3.1.3.2 of the HTTP binding asks.
    let mut of_the_log = of_the_log();
    of_the_log.extensions.remove(extension::TAGS);
    let in_headers = [of_the_log, of_bytes(), bare()];
    let answer = ask(program, &events, &in_headers);
    for way in ["structured", "made"] {
        answer.check(way, &events);
    }
    answer.check("Http", &in_headers);
    answer.check_batch(&events);
}

#[test]
fn signed_messages_in_both_directions() {
    signed::check(program("webhook.mjs"));
}
