use crate::{
    generated::{self, line, line_with},
    place::Place,
};
use flate2::read::GzDecoder;
use std::io::Read;

#[test]
fn whatever_the_events_are() {
    for seed in 10..14 {
        let place = Place::new();
        let log = generated::log(seed, 2_500, 30);
        place.write("log.ndjson", &log);
        place.ok("import log.ndjson --batch 123");
        assert_eq!(place.ok("export").as_bytes(), log, "seed {seed}");
    }
}

#[test]
fn to_a_file_too_compressed_or_not() {
    let place = Place::new();
    let log = generated::log(20, 1_000, 10);
    place.write("log.ndjson", &log);
    place.ok("import log.ndjson");
    assert_eq!(place.ok("export copy.ndjson"), "exported 1,000 events to copy.ndjson\n");
    assert_eq!(place.read("copy.ndjson"), log);
    for (arguments, file) in [("export copy.ndjson.gz", "copy.ndjson.gz"), ("export --gzip other", "other")] {
        place.ok(arguments);
        let mut unpacked = Vec::new();
        GzDecoder::new(place.read(file).as_slice()).read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked, log);
    }
}

#[test]
fn a_file_is_replaced_only_by_a_complete_one() {
    let place = Place::new();
    place.write("log.ndjson", line("a-1", 1));
    place.ok("import log.ndjson");
    place.write("backup", "what was there before");
    let ran = place.run("--store sqlite:absent.db export backup");
    assert_eq!((ran.code, place.read("backup").as_slice()), (Some(1), "what was there before".as_bytes()));
    place.ok("export backup");
    assert_eq!(place.read("backup"), line("a-1", 1).as_bytes());
    let ran = place.run("export absent/backup");
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.starts_with("factum: writing absent/backup: "), "{}", ran.stderr);
    let temporary = std::fs::read_dir(place.path("")).unwrap().filter(|entry| {
        entry.as_ref().is_ok_and(|entry| entry.file_name().to_string_lossy().starts_with(".factum-"))
    });
    assert_eq!(temporary.count(), 0);
}

#[test]
fn the_filters_of_log_hold_for_export() {
    let place = Place::new();
    let tagged = line_with("a-1", 2, "U", "1", ",\"tags\":[\"x\"]");
    place.write("log.ndjson", [line("a-1", 1), tagged.clone(), line("b-1", 1)].concat());
    place.ok("import log.ndjson");
    assert_eq!(place.ok("export --tag x"), tagged);
    assert_eq!(place.ok("export --category b"), line("b-1", 1));
    assert_eq!(place.ok("export --limit 1"), line("a-1", 1));
}
