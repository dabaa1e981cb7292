use crate::{generated, place::Place};
use std::io::{BufRead, BufReader, Read};

#[test]
fn log_and_export_end_quietly() {
    let place = Place::new();
    // More than a pipe and the buffers before it hold.
    place.write("log.ndjson", generated::log(40, 5_000, 10));
    place.ok("import log.ndjson");
    for command in ["export", "export --gzip", "log", "log --json", "streams"] {
        let mut child = place.command(command).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_until(b'\n', &mut Vec::new()).unwrap();
        drop(stdout);
        let mut errors = String::new();
        child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        assert_eq!((child.wait().unwrap().code(), errors.as_str()), (Some(0), ""), "{command}");
    }
}
