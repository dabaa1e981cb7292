use crate::place::Place;
use custom_store::FileStore;
use factum_core::EventReader;
use std::error::Error;

#[tokio::test]
async fn a_second_one_is_told_to_wait() {
    let place = Place::new();
    let first = place.open();
    let second = FileStore::open(place.path()).unwrap_err();
    assert!(second.is_transient(), "{second:?}");
    assert_eq!(second.source().unwrap().to_string(), "another store has the file open");

    let log = first.log_id();
    let clone = first.clone();
    drop(first);
    assert!(FileStore::open(place.path()).is_err(), "a clone still has it open");
    drop(clone);
    assert_eq!(place.open().log_id(), log);
}
