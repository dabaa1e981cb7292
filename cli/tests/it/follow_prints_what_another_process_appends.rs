use crate::{
    generated::line,
    place::{Place, Printed},
};

fn place(of: &str) -> (String, u64) {
    let event: serde_json::Value = serde_json::from_str(of).unwrap();
    (event["stream"].as_str().unwrap().to_owned(), event["version"].as_u64().unwrap())
}

#[test]
fn the_log_and_one_stream() {
    for arguments in ["log --json --follow", "log --json -f --stream a-1"] {
        let here = Place::new();
        here.write("log.ndjson", line("a-1", 1));
        here.ok("import log.ndjson");
        let mut child = here.command(arguments).spawn().unwrap();
        let printed = Printed::by(&mut child);
        assert_eq!(place(&printed.next().unwrap()), ("a-1".to_owned(), 1));

        for version in 2..=4 {
            here.write("log.ndjson", line("a-1", version));
            here.ok("import log.ndjson");
            assert_eq!(place(&printed.next().unwrap()), ("a-1".to_owned(), version));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(printed.next(), None);
    }
}

#[test]
fn it_ends_at_its_limit() {
    let here = Place::new();
    here.write("log.ndjson", line("a-1", 1));
    here.ok("import log.ndjson");
    let mut child = here.command("log --json -f --type T --limit 2").spawn().unwrap();
    let printed = Printed::by(&mut child);
    printed.next().unwrap();
    here.write("log.ndjson", [line("a-1", 2), line("a-1", 3)].concat());
    here.ok("import log.ndjson");
    assert_eq!(place(&printed.next().unwrap()), ("a-1".to_owned(), 2));
    assert_eq!(printed.next(), None);
    assert!(child.wait().unwrap().success());
}
