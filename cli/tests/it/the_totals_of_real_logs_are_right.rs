use crate::place::Place;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// The real logs are not part of the repository; `cargo xtask test` finds them, and says so when they are missing.
fn data(name: &str) -> Option<PathBuf> {
    let file = std::env::var_os("FACTUM_LOGS").map(|folder| Path::new(&folder).join(name));
    file.filter(|file| file.exists())
}

fn stats(place: &Place, file: &Path) -> Value {
    let import = place.command("import --json --quiet").arg(file).output().unwrap();
    assert!(import.status.success());
    place.objects("stats --json").pop().unwrap()
}

fn count(stats: &Value, event_type: &str) -> Value {
    let types = stats["types"].as_array().unwrap();
    types.iter().find(|t| t["type"] == event_type).map(|t| t["events"].clone()).unwrap_or_default()
}

#[test]
fn purchase_orders() {
    let Some(file) = data("bpic2019_1t_per_variant.ndjson.gz") else { return };
    let stats = stats(&Place::new(), &file);
    assert_eq!((&stats["events"], &stats["streams"]), (&338_247.into(), &11_973.into()));
    assert_eq!(stats["types"].as_array().unwrap().len(), 42);
    assert_eq!(stats["longest_stream"]["events"], 990);
    assert_eq!(stats["busiest_day"], json!({ "day": "2018-04-26", "events": 2_520 }));
    assert_eq!(stats["open_at_once"]["streams"], 4_179);
    for (event_type, events) in [
        ("Record Service Entry Sheet", 158_159),
        ("Record Goods Receipt", 80_148),
        ("Record Invoice Receipt", 21_598),
        ("Vendor creates invoice", 17_489),
        ("Clear Invoice", 15_283),
        ("Create Purchase Order Item", 11_973),
    ] {
        assert_eq!(count(&stats, event_type), events, "{event_type}");
    }
}

#[test]
fn loan_applications() {
    let Some(file) = data("bpic2012.ndjson.gz") else { return };
    let stats = stats(&Place::new(), &file);
    assert_eq!((&stats["events"], &stats["streams"]), (&262_200.into(), &13_087.into()));
    assert_eq!(stats["types"].as_array().unwrap().len(), 24);
    assert_eq!(stats["longest_stream"]["events"], 175);
    assert_eq!(stats["busiest_day"], json!({ "day": "2012-02-13", "events": 3_190 }));
    assert_eq!(stats["open_at_once"]["streams"], 908);
}
