use crate::{generated::line, place::Place};

#[test]
fn a_store_that_is_not_there_is_an_error_for_those_who_read() {
    let place = Place::new();
    for command in
        ["export", "streams", "show a-1", "log", "log --follow", "stats", "trace 1", "quarantine list"]
    {
        let ran = place.run(&format!("{command} --store sqlite:x.db"));
        assert_eq!(ran.code, Some(1), "{command}");
        assert_eq!(ran.stderr, "factum: no store at x.db; \"factum init\" or \"factum import\" makes one\n");
    }
    assert!(!place.path("x.db").exists());
}

#[test]
fn a_file_that_is_no_store_is_an_error() {
    let place = Place::new();
    place.write("factum.db", "something else, and long enough to be looked at as a database: ".repeat(100));
    for command in ["init", "stats", "import -"] {
        assert_eq!(place.run(command).code, Some(1), "{command}");
    }
    place.write("empty.db", "");
    assert_eq!(place.run("stats --store sqlite:empty.db").code, Some(1));
}

#[test]
fn init_makes_a_store_once() {
    let place = Place::new();
    assert!(place.ok("init").starts_with("made the store sqlite:factum.db (log "));
    assert!(place.ok("init").starts_with("there is already the store sqlite:factum.db (log "));
    assert_eq!(place.ok("init --quiet"), "");
}

#[test]
fn what_cannot_be_understood_is_2() {
    let place = Place::new();
    for (arguments, part) in [
        ("", "Usage"),
        ("frobnicate", "frobnicate"),
        (
            "stats --store mysql://u:hidden@h/d",
            "'mysql://u:***@h/d' for '--store <URL>': no store has the scheme",
        ),
        (
            "stats --store postgres://u:hidden@h/d?schema=A",
            "'postgres://u:***@h/d?schema=A' for '--store <URL>'",
        ),
        ("import x --batch 0", "1..=10000"),
        ("import x --batch 10001", "1..=10000"),
        ("show nodash", "has no '-'"),
        ("log --follow --reverse", "cannot be used with"),
        ("log --since yesterday", "neither a day"),
        ("log --after yesterday", "no position, neither a day"),
        ("quarantine", "list"),
        ("quarantine show x", "<LANE>"),
        ("quarantine show x document", "invalid value 'document' for '<LANE>': "),
        ("quarantine retry x", "<LANE>"),
        ("quarantine retry x document 7 --all", "cannot be used with"),
        ("quarantine retry x --all --wait soon", "'soon' for '--wait"),
        ("quarantine skip x --yes", "<LANE>"),
    ] {
        let ran = place.run(arguments);
        assert_eq!(ran.code, Some(2), "{arguments}");
        assert!(ran.stderr.contains(part), "{arguments}: {}", ran.stderr);
        assert!(!ran.stderr.contains("hidden"), "{arguments}: {}", ran.stderr);
    }
}

#[test]
fn a_stream_without_events_is_1_and_similar_ones_are_named() {
    let place = Place::new();
    place.write("log.ndjson", [line("a-10", 1), line("a-11", 1), line("a-2", 1), line("b-10", 1)].concat());
    place.ok("import log.ndjson");
    for (stream, others) in [
        ("a-1", "there are a-10, a-11, a-2"),
        ("a-19", "there are a-10, a-11"),
        ("c-1", "\"factum streams\""),
    ] {
        let ran = place.run(&format!("show {stream}"));
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
        assert!(
            ran.stderr.starts_with(&format!("factum: stream {stream} has no events; {others}")),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn the_store_may_come_from_the_environment_and_a_file_must_be_there() {
    let place = Place::new();
    let ran = place.command("init").env("FACTUM_STORE", "sqlite:named.db").output().unwrap();
    assert!(ran.status.success() && place.path("named.db").exists());
    let ran = place.run("import absent.ndjson");
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.starts_with("factum: opening absent.ndjson: "), "{}", ran.stderr);
    assert!(!place.path("factum.db").exists());
}
