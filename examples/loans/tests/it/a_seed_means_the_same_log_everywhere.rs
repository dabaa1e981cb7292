use crate::replayed::{entries, generated};
use loans::log::generate::Generated;
use std::collections::HashSet;

/// 64-bit FNV-1a.
fn fingerprint(text: &[u8]) -> u64 {
    text.iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[test]
fn the_log_of_a_seed_never_changes() {
    let log = generated(50, 42);
    let first = log.split(|byte| *byte == b'\n').next().unwrap();
    let expected = concat!(
        r#"{"stream":"loan-1000002","version":1,"type":"A_SUBMITTED","time":"2025-10-03T08:28:38.954000Z","#,
        r#""time_us":1759480118954000,"data":{"org:resource":"112","lifecycle:transition":"COMPLETE","#,
        r#""case":{"REG_DATE":"2025-10-03T09:28:38.954+01:00","AMOUNT_REQ":"21900"}}}"#,
    );
    assert_eq!(String::from_utf8_lossy(first), expected);
    assert_eq!(fingerprint(&log), 13_759_559_618_018_767_889);
}

#[test]
fn another_seed_is_another_log() {
    assert_ne!(fingerprint(&generated(50, 42)), fingerprint(&generated(50, 43)));
}

#[test]
fn entries_come_in_the_order_of_a_log() {
    let log = generated(500, 1);
    let order: Vec<_> = entries(&log).map(|entry| (entry.time, entry.loan, entry.version)).collect();
    assert!(order.is_sorted());
    let loans: HashSet<_> = order.iter().map(|(_, loan, _)| *loan).collect();
    assert_eq!(loans.len(), 500);
}

#[test]
fn the_start_of_a_log_does_not_wait_for_its_end() {
    let mut log = Generated::new(1_000_000, 1);
    assert!(log.by_ref().take(1_000).count() == 1_000);
    assert!(log.arrived() < 10_000, "{} applications were made up for 1,000 entries", log.arrived());
}

#[test]
fn a_log_of_no_applications_is_empty() {
    assert_eq!(Generated::new(0, 1).count(), 0);
}
