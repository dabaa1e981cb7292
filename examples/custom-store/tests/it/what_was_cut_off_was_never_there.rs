use crate::place::{Place, event, log};
use factum_core::{Append, EventAppender, EventReader};

/// A process that is killed while it writes leaves the first bytes of a frame behind.
#[tokio::test]
async fn at_any_byte_of_the_last_append() {
    let place = Place::new();
    let lengths = place.filled(3).await;
    let whole = place.bytes();
    for length in lengths[2]..lengths[3] {
        place.overwrite(&whole[..length]);
        let store = place.open();
        assert_eq!(log(&store).await.len(), 4, "cut at {length}");
        assert_eq!(place.bytes(), whole[..lengths[2]], "cut at {length}");

        let receipt = store.append_one(Append::new([event("c")])).await.unwrap();
        assert_eq!(receipt.position().get(), 5);
        drop(store);
        assert_eq!(log(&place.open()).await.len(), 5, "cut at {length}");
    }
}

/// After a power cut the file may have its new length, and not yet all that was written there.
#[tokio::test]
async fn where_the_disk_had_only_made_room() {
    let place = Place::new();
    let lengths = place.filled(3).await;
    let whole = place.bytes();
    let last_that_counts = whole.iter().rposition(|byte| *byte != 0).unwrap();
    for from in lengths[2]..=last_that_counts {
        let mut zeros = whole.clone();
        zeros[from..].fill(0);
        zeros.resize(zeros.len() + 100, 0);
        place.overwrite(&zeros);
        assert_eq!(log(&place.open()).await.len(), 4, "zeros from {from}");
    }
}

#[tokio::test]
async fn while_the_file_was_being_made() {
    let place = Place::new();
    let empty = place.filled(0).await[0];
    let whole = place.bytes();
    for length in 0..empty {
        place.overwrite(&whole[..length]);
        let id = place.open().log_id();
        assert_eq!(place.open().log_id(), id, "cut at {length}");
    }
}

/// Frames carry the id of their log, so that the payload of an append is not taken for what follows it.
#[tokio::test]
async fn though_its_payload_looks_like_a_whole_one() {
    let (place, other) = (Place::new(), Place::new());
    place.filled(2).await;
    let begin = other.filled(1).await[0];
    let mut bait = event("bait");
    bait.payload = other.bytes()[begin..].to_vec().into();
    place.open().append_one(Append::new([bait])).await.unwrap();

    let whole = place.bytes();
    place.overwrite(&whole[..whole.len() - 1]);
    assert_eq!(log(&place.open()).await.len(), 4);
}
