use super::{Import, batch};
use crate::import::write::Writer;

#[tokio::test]
async fn lines_keep_their_order_over_all_streams() {
    let mut import = Import::new();
    let lines = [("b-1", 1, None), ("a-1", 1, None), ("b-1", 2, None), ("a-2", 1, Some(5)), ("a-1", 2, None)];
    assert_eq!(import.write(batch(&lines), false).await, (5, 0, vec![]));
    assert_eq!(import.log().await, ["b-1 1", "a-1 1", "b-1 2", "a-2 1", "a-1 2"]);
    assert_eq!(import.write(batch(&lines), false).await, (0, 5, vec![]));
}

#[tokio::test]
async fn a_gap_names_what_is_missing_and_nothing_is_written() {
    let mut import = Import::new();
    let lines = [("a-1", 1, None), ("a-1", 3, None), ("a-2", 4, None)];
    let bad = vec![
        "f:2: stream a-1 is at version 1 and the line has version 3: version 2 is missing".to_owned(),
        "f:3: stream a-2 has no events and the line has version 4: versions 1 to 3 are missing".to_owned(),
    ];
    assert_eq!(import.write(batch(&lines), false).await, (0, 0, bad.clone()));
    assert!(import.log().await.is_empty());
    assert_eq!(import.write(batch(&lines), true).await, (1, 0, bad));
    assert_eq!(import.log().await, ["a-1 1"]);
}

#[tokio::test]
async fn a_stream_that_is_there_is_not_taken_to_be_new() {
    let mut import = Import::new();
    let lines = [("a-1", 1, None), ("a-1", 2, None), ("a-1", 3, None), ("b-1", 1, None)];
    assert_eq!(import.write(batch(&lines), false).await, (4, 0, vec![]));
    // Who does not remember it takes it to be new, and the third line for one that comes too early.
    import.writer = Writer::new(import.store.clone());
    let some = [lines[0], lines[2], ("c-1", 1, None)];
    assert_eq!(import.write(batch(&some), false).await, (1, 2, vec![]));
    import.writer = Writer::new(import.store.clone());
    let other = [("d-1", 1, None), ("a-1", 1, Some(9)), ("a-1", 4, None)];
    let bad = vec!["f:2: stream a-1 has another event at version 1".to_owned()];
    assert_eq!(import.write(batch(&other), true).await, (2, 0, bad));
    assert_eq!(import.log().await[4..], ["c-1 1", "d-1 1", "a-1 4"]);
}

#[tokio::test]
async fn a_line_that_is_repeated_in_its_batch_is_skipped_and_one_that_differs_is_bad() {
    let mut import = Import::new();
    let lines = [("a-1", 1, Some(1)), ("a-1", 2, Some(2)), ("a-1", 1, Some(1)), ("a-1", 2, Some(3))];
    let bad = vec!["f:4: stream a-1 has another event at version 2".to_owned()];
    assert_eq!(import.write(batch(&lines), true).await, (2, 1, bad));
}

#[tokio::test]
async fn an_id_that_is_in_the_log_at_another_place_is_no_proof() {
    let mut import = Import::new();
    import.write(batch(&[("a-1", 1, Some(1)), ("a-2", 1, Some(2))]), false).await;
    let bad = vec!["f:1: stream a-2 has another event at version 1".to_owned()];
    assert_eq!(import.write(batch(&[("a-2", 1, Some(1))]), false).await, (0, 0, bad));
}

#[tokio::test]
async fn an_id_is_not_used_twice() {
    let lines = [("a-1", 1, Some(1)), ("a-2", 1, Some(1)), ("a-2", 2, None), ("a-3", 1, None)];
    let id = "00000000-0000-0000-0000-000000000001";
    let twice = format!("f:2: the log has an event {id} already, at another place");
    let mut import = Import::new();
    assert_eq!(import.write(batch(&lines), false).await, (0, 0, vec![twice.clone()]));
    assert!(import.log().await.is_empty());

    let gap = "f:3: stream a-2 has no events and the line has version 2: version 1 is missing".to_owned();
    assert_eq!(import.write(batch(&lines), true).await, (2, 0, vec![twice, gap]));
    assert_eq!(import.log().await, ["a-1 1", "a-3 1"]);
}
