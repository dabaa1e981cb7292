use crate::Error;
use std::{
    iter,
    net::{Ipv4Addr, TcpListener},
    process,
    sync::atomic::{AtomicU16, Ordering},
};

/// Below the ports that Linux gives to outgoing connections: a server that is started again has to find its port free.
const FIRST: u16 = 15_000;
const COUNT: u16 = 17_000;

/// Ports on which nobody listens, for a server to be started on. There are several, since somebody may take the first
/// one before the server does: other processes look for ports at the same time.
pub(crate) fn free() -> impl Iterator<Item = Result<u16, Error>> + Send {
    iter::repeat_with(one).take(5)
}

/// One more of them, for a server that needs several.
pub(crate) fn one() -> Result<u16, Error> {
    static TRIED: AtomicU16 = AtomicU16::new(0);
    let count = u32::from(COUNT);
    // Processes that were started one after the other begin far from each other.
    let begin = process::id() % count * 2_039 % count;
    for _ in 0..COUNT {
        let offset = (begin + u32::from(TRIED.fetch_add(1, Ordering::Relaxed))) % count;
        let port = FIRST + u16::try_from(offset).expect("less than `COUNT`");
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(port);
        }
    }
    Err(none())
}

/// What is wrong when there is not a single one.
pub(crate) fn none() -> Error {
    Error::Refused { doing: "looking for a free port".to_owned(), problem: "all are taken".to_owned() }
}

/// Whether a server has ended for want of its port.
pub(crate) fn was_taken(error: &Error) -> bool {
    // In the words of C, and of Erlang.
    const WORDS: [&str; 3] = ["address already in use", "eaddrinuse", "dist_port_already_used"];
    let Error::Program { problem, .. } = error else { return false };
    let problem = problem.to_lowercase();
    WORDS.iter().any(|words| problem.contains(words))
}
