use crate::{
    careful::{Careful, place_with},
    generated::line_with,
    place::Place,
};

/// JSON may have these in its strings as they are, and a terminal may obey them: CSI, DEL, a right-to-left override.
const HOSTILE: &str = "\u{9b}2J\u{7f}\u{202e}";

#[test]
fn what_people_are_shown_is_escaped() {
    let place = Place::new();
    // Names cannot have control characters, but marks of direction they can.
    let line =
        line_with("a-\u{202e}1", 1, "T\u{202e}", &format!("\"{HOSTILE}\""), ",\"tags\":[\"t\u{202e}\"]");
    place.write("log.ndjson", line);
    place.ok("import log.ndjson");
    for command in ["log", "show a-\u{202e}1", "streams", "stats", "trace 1"] {
        let shown = place.ok(command);
        assert!(
            !shown.contains(|c: char| c != '\n' && (c.is_control() || c == '\u{202e}')),
            "{command}: {shown:?}"
        );
        assert!(shown.contains("\\u202e"), "{command}: {shown:?}");
    }
    assert!(place.ok("log").contains(r#""\u009b2J\u007f\u202e""#));
    let ran = place.run("show a-\u{202e}2");
    assert!(ran.code == Some(1) && !ran.stderr.contains('\u{202e}'), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_is_what_was_put_into_quarantine() {
    let data = format!("{{\"text\":\"poison {HOSTILE}\\n\\u001b[2J\"}}");
    let place = place_with(&line_with("journal-\u{202e}1", 1, "Noted", &data, ""));
    let app = Careful::default().run_in(&place).await;
    let lane = "careful_v1 document \u{202e}1";
    for command in [
        "list".to_owned(),
        format!("show {lane}"),
        "show careful_v1 document \u{202e}2".to_owned(),
        format!("skip {lane}"),
        "skip careful_v1 document \u{202e} --yes".to_owned(),
        "retry careful_v1 --all --wait".to_owned(),
    ] {
        let ran = place.run(&format!("quarantine {command}"));
        let shown = ran.stdout + &ran.stderr;
        assert!(
            !shown.contains(|c: char| c != '\n' && (c.is_control() || c == '\u{202e}')),
            "{command}: {shown:?}"
        );
        assert!(shown.contains("\\u202e"), "{command}: {shown:?}");
    }
    app.shutdown().await;
}
