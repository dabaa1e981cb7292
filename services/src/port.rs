use crate::Error;
use std::{
    net::{Ipv4Addr, TcpListener},
    process,
    sync::atomic::{AtomicU16, Ordering},
};

/// Below the ports that Linux gives to outgoing connections: a server that is started again has to find its port free.
const FIRST: u16 = 15_000;
const COUNT: u16 = 17_000;

/// A port of 127.0.0.1 on which nobody listens. Somebody may, before the caller does: a server that cannot have it is
/// started with another one.
pub(crate) fn free() -> Result<u16, Error> {
    static TRIED: AtomicU16 = AtomicU16::new(0);
    // Test programs that run at the same time begin far from each other.
    let begin = (process::id() % u32::from(COUNT)) as u16;
    let begin = u32::from(begin.wrapping_mul(2_039) % COUNT);
    for _ in 0..COUNT {
        let tried = u32::from(TRIED.fetch_add(1, Ordering::Relaxed));
        let port = FIRST + ((begin + tried) % u32::from(COUNT)) as u16;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(port);
        }
    }
    Err(Error::Refused { doing: "looking for a free port".to_owned(), problem: "all are taken".to_owned() })
}
