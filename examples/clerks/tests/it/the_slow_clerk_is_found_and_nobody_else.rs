use crate::{
    given::found_in,
    naive::{self, Day},
};
use clerks::{log::generate::Generated, read::Findings};
use factum::ndjson::Line;

#[tokio::test]
async fn whoever_it_is_and_whenever() {
    for seed in 1..=12 {
        let log = Generated::new(seed);
        let found = found_in(&log.lines).await;
        let [finding] = found.findings.as_slice() else { panic!("seed {seed}: {:?}", found.findings) };
        assert_eq!((&finding.clerk, finding.day), (&log.clerk, log.day), "seed {seed}");
        assert!(finding.score() > 3.5, "seed {seed}: {}", finding.score());
        assert_eq!((found.clerks, found.judged, found.too_late), (8, 240, 0), "seed {seed}");
        assert_eq!(naive::Found::from(found), naive::found(&text(&log.lines)), "seed {seed}");
    }
}

#[tokio::test]
async fn where_nobody_is_slow_nobody_is_found() {
    let Generated { mut lines, clerk, day, .. } = Generated::new(1);
    let of_the_day: Vec<_> = naive::streams_of(&text(&lines), &Day { clerk, day: day.to_string() });
    lines.retain(|line| !of_the_day.contains(&line.stream.to_string()));
    let found = found_in(&lines).await;
    assert_eq!((found.findings, found.judged), (Vec::new(), 239));
}

#[tokio::test]
async fn in_nothing_nothing_is_found() {
    assert_eq!(found_in(&[]).await, Findings::default());
}

fn text(lines: &[Line]) -> Vec<u8> {
    let mut text = Vec::new();
    lines.iter().for_each(|line| line.write_to(&mut text));
    text
}
