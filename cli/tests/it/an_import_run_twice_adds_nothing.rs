use crate::{generated, place::Place};
use flate2::{Compression, write::GzEncoder};
use std::io::Write;

#[test]
fn the_second_run_skips_every_line() {
    let place = Place::new();
    place.write("log.ndjson", generated::log(1, 3_000, 40));
    let first = place.objects("import log.ndjson --json --quiet --batch 700").pop().unwrap();
    assert_eq!((&first["summary"]["imported"], &first["summary"]["skipped"]), (&3_000.into(), &0.into()));
    let second = place.objects("import log.ndjson --json --quiet --batch 300").pop().unwrap();
    assert_eq!((&second["summary"]["imported"], &second["summary"]["skipped"]), (&0.into(), &3_000.into()));
    assert_eq!(place.objects("stats --json")[0]["events"], 3_000);
}

#[test]
fn gzip_is_recognised_also_from_standard_input_and_with_several_members() {
    let place = Place::new();
    let log = generated::log(2, 500, 10);
    let (head, tail) = log.split_at(log.len() / 3);
    let mut members = Vec::new();
    for part in [head, tail] {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(part).unwrap();
        members.extend(encoder.finish().unwrap());
    }
    let ran = place.run_with_input("import --json", &members);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(place.ok("export").as_bytes(), log);

    place.write("log.gz", &members);
    assert!(place.ok("import log.gz").contains("500 were in the log already"));
    assert!(place.run_with_input("import -", &log).stdout.contains("from stdin"));
}

#[test]
fn a_gzip_file_that_ends_early_says_so_and_keeps_whole_batches() {
    let place = Place::new();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&generated::log(3, 2_000, 10)).unwrap();
    let whole = encoder.finish().unwrap();
    place.write("log.gz", &whole[..whole.len() / 2]);
    let ran = place.run("import log.gz --batch 100");
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.starts_with("factum: reading log.gz after line "), "{}", ran.stderr);
    let events = place.objects("stats --json")[0]["events"].as_u64().unwrap();
    assert!(events > 0 && events.is_multiple_of(100), "{events}");

    place.write("log.gz", &whole);
    place.ok("import log.gz");
    assert_eq!(place.objects("stats --json")[0]["events"], 2_000);
}
