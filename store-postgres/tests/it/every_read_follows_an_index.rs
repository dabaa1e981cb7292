//! Plans are made once for all parameters, so one that reads a whole table would do so for every reader.

use crate::place::Place;
use std::{collections::BTreeMap, fs, path::Path};

/// The types of the parameters of each file in `sql/read`, in both directions where it leaves them open, and some parameters.
const STATEMENTS: [(&str, &str, &str); 18] = [
    ("copy_page", "", ""),
    ("everything_forward", "bigint, bigint, bigint", "5000, 9223372036854775807, 100"),
    (
        "log_backward",
        "bigint, bigint, bigint, text[], text[], bigint",
        "9000, 0, 9000, '{Type 3}', '{category 2}', 100",
    ),
    (
        "log_forward",
        "bigint, bigint, bigint, text[], text[], bigint",
        "9000, 0, 9000, '{Type 3}', '{category 2}', 100",
    ),
    ("named_stream_backward", "text, text, bigint, bigint, bigint", "'category 1', 'key 11', 0, 10, 100"),
    ("named_stream_forward", "text, text, bigint, bigint, bigint", "'category 1', 'key 11', 0, 10, 100"),
    (
        "positions_of",
        "uuid[], bytea[]",
        "ARRAY[gen_random_uuid()], ARRAY[substring(uuid_send(gen_random_uuid()) from 1 for 6)]",
    ),
    ("settled", "bigint, bigint, text[], text[], bigint", "5000, 9000, '{Type 3}', '{category 2}', 100"),
    ("stream_backward", "bigint, bigint, bigint", "94489280512, 94489280522, 100"),
    ("stream_forward", "bigint, bigint, bigint", "94489280512, 94489280522, 100"),
    ("streams", "text, text, bigint", "'category 1', 'key 11', 100"),
    ("streams_by_id", "integer[]", "'{1,2,3}'"),
    ("streams_from", "bigint[], bigint[], bigint", "'{94489280512}', '{94489280522}', 100"),
    (
        "streams_named",
        "bigint[], bigint[], bigint, text[], text[]",
        "'{0,94489280512}', '{10,94489280522}', 100, '{category 1,NULL}', '{key 11,NULL}'",
    ),
    ("streams_of_category", "text, text, bigint", "'category 1', 'key 11', 100"),
    (
        "tagged_backward",
        "bigint, bigint, bigint, text, text[], text[], text[], bigint",
        "9000, 0, 9000, 'tag 7', '{tag 8}', '{Type 3}', '{category 2}', 100",
    ),
    (
        "tagged_forward",
        "bigint, bigint, bigint, text, text[], text[], text[], bigint",
        "9000, 0, 9000, 'tag 7', '{tag 8}', '{Type 3}', '{category 2}', 100",
    ),
    // All of them, once for each process.
    ("types", "", ""),
];

/// So many streams, each with 20 events.
fn rows(streams: u64) -> String {
    let events = streams * 20;
    format!(
        "INSERT INTO event_types (name, version) SELECT 'Type ' || n, 1 FROM generate_series(1, 20) n;
         INSERT INTO streams (category, key) SELECT 'category ' || n % 10, 'key ' || n FROM generate_series(1, {streams}) n;
         INSERT INTO events (position, place, recorded_at, type, id, payload)
         SELECT nextval('positions'), place(1 + (n - 1) % {streams}, (n - 1) / {streams} + 1), now(), -32768 + n % 20, gen_random_uuid(), '{{}}'
         FROM generate_series(1, {events}) n;
         INSERT INTO event_tags (tag, position)
         SELECT 'tag ' || (n * k) % 500, n FROM generate_series(1, {events}) n, generate_series(1, 2) k ON CONFLICT DO NOTHING;
         ANALYZE event_types; ANALYZE streams; ANALYZE events; ANALYZE event_tags"
    )
}

fn statements(place: &Place) -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sql/read");
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut statements = BTreeMap::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap().replace("factum.", &format!("{}.", place.schema()));
        let name = file.file_stem().unwrap().to_str().unwrap();
        // It reads nothing.
        if name == "choose_page" {
            continue;
        }
        // COPY itself cannot be explained.
        let text = text.replace("COPY (", "(").replace(") TO STDOUT (FORMAT binary)", ")");
        if text.contains("{order}") {
            statements.insert(format!("{name}_forward"), text.replace("{order}", "ASC"));
            statements.insert(format!("{name}_backward"), text.replace("{order}", "DESC"));
        } else {
            statements.insert(name.to_owned(), text);
        }
    }
    statements
}

#[tokio::test]
async fn whatever_its_parameters() {
    let place = Place::new().await;
    drop(place.open().await);
    let sql = place.sql().await;
    sql.batch_execute(&rows(5_000)).await.unwrap();
    sql.batch_execute("SET plan_cache_mode = force_generic_plan; SET enable_bitmapscan = off").await.unwrap();
    let choice = "SELECT set_config('page.after', '5000', false), set_config('page.before', '9223372036854775807', false),
        set_config('page.limit', '1000', false)";
    sql.batch_execute(choice).await.unwrap();
    let statements = statements(&place);
    assert!(statements.keys().eq(STATEMENTS.iter().map(|(name, ..)| name)), "{:?}", statements.keys());
    for (name, types, parameters) in STATEMENTS {
        let brackets = |inside: &str| if inside.is_empty() { String::new() } else { format!("({inside})") };
        sql.batch_execute(&format!("PREPARE {name}{} AS {}", brackets(types), statements[name]))
            .await
            .unwrap();
        let explain = format!("EXPLAIN (COSTS OFF) EXECUTE {name}{}", brackets(parameters));
        let plan: Vec<String> =
            sql.query(&explain, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
        let plan = plan.join("\n");
        // Which streams are of some categories may well be asked once for all of them.
        let asks_for_categories = parameters.contains("{category");
        let tables = ["events", "event_tags", "streams"];
        for table in &tables[..if asks_for_categories { 2 } else { 3 }] {
            let whole = plan.lines().any(|line| {
                let scan = line.trim().trim_start_matches("->").trim();
                scan.starts_with("Seq Scan on ")
                    && scan["Seq Scan on ".len()..].split(' ').next() == Some(*table)
            });
            assert!(!whole, "{name} reads all of {table}:\n{plan}");
        }
        if name != "types" {
            assert!(plan.contains("Index"), "{name}:\n{plan}");
        }
        // The log is followed in its order, however long it is.
        if name == "copy_page" || name == "everything_forward" {
            assert!(!plan.contains("Sort"), "{name}:\n{plan}");
        }
    }
}

/// The types of the parameters of what appends most, and some parameters.
const APPENDS: [(&str, &str, &str); 7] = [
    (
        "first",
        "text, text, smallint[], uuid[], bytea[], text[], bytea[]",
        "'category 1', 'new', '{1}', ARRAY[gen_random_uuid()], '{x}', NULL, '{abcdef}'",
    ),
    ("next", "bigint, smallint, uuid, bytea, text", "8589934593, 1, gen_random_uuid(), 'x', NULL"),
    (
        "next_of_several",
        "bigint[], bigint[], smallint[], uuid[], bytea[], text[], bytea[]",
        "'{8589934593,94489280513}', '{8589934593,94489280513}', '{1,1}',
         ARRAY[gen_random_uuid(), gen_random_uuid()], '{x,y}', NULL, '{abcdef}'",
    ),
    (
        "next_or_first",
        "bigint[], bigint[], smallint[], uuid[], bytea[], text[], bytea[], text[], text[], bigint[]",
        "'{8589934593,1}', '{8589934593,0}', '{1,1}', ARRAY[gen_random_uuid(), gen_random_uuid()], '{x,y}', NULL,
         '{abcdef}', '{category 1}', '{new}', '{NULL,1}'",
    ),
    ("one", "integer, bigint, smallint, uuid, bytea, text", "11, -1, 1, gen_random_uuid(), 'x', NULL"),
    (
        "tagged",
        "integer, bigint, text, text, smallint, uuid, bytea, text, text[], boolean[], integer[], text[], bigint[], text[]",
        "0, -1, 'category 1', 'new', 1, gen_random_uuid(), 'x', NULL, '{tag tag 1}', '{true}', '{1}', '{tag 1}', '{5}', '{tag 1}'",
    ),
    (
        "several",
        "integer[], bigint[], text[], text[], integer[], integer[], smallint[], uuid[], bytea[], text[], bytea[],
         text[], boolean[], integer[], text[], bigint[], integer[], text[]",
        "'{0,11}', '{0,-1}', '{category 1,NULL}', '{new,NULL}', '{1,2}', '{1,1}', '{1,1}',
         ARRAY[gen_random_uuid(), gen_random_uuid()], '{x,y}', NULL, '{abcdef}',
         '{tag tag 1}', '{true}', '{1}', '{tag 1}', '{5}', '{1}', '{tag 1}'",
    ),
];

#[tokio::test]
async fn and_so_does_every_append() {
    append_to(5_000).await;
}

/// A plan that is made then may be kept until there are millions.
#[tokio::test]
async fn also_while_there_are_few_streams() {
    append_to(20).await;
}

async fn append_to(streams: u64) {
    let place = Place::new().await;
    drop(place.open().await);
    let sql = place.sql().await;
    sql.batch_execute(&rows(streams)).await.unwrap();
    sql.batch_execute(
        "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_bitmapscan = off",
    )
    .await
    .unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sql/append");
    for (name, types, parameters) in APPENDS {
        let text = fs::read_to_string(folder.join(name).with_extension("sql")).unwrap();
        let text: Vec<&str> = text.lines().filter(|line| !line.starts_with("{plain}")).collect();
        let text =
            text.join("\n").replace("{guarded}", "").replace("factum.", &format!("{}.", place.schema()));
        sql.batch_execute(&format!("PREPARE {name} ({types}) AS {text}")).await.unwrap();
        let explain = format!("EXPLAIN (COSTS OFF) EXECUTE {name} ({parameters})");
        let plan: Vec<String> =
            sql.query(&explain, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
        let count = |what: &str| plan.iter().filter(|line| line.contains(what)).count();
        let plan_text = plan.join("\n");
        assert_eq!(count("Seq Scan"), 0, "{name}:\n{plan_text}");
        // Without a condition, it would be the whole index.
        let scans = count("Index Scan using") + count("Index Only Scan") + count("Bitmap Index Scan");
        assert_eq!(count("Index Cond"), scans, "{name}:\n{plan_text}");
        assert!(scans > 0, "{name}:\n{plan_text}");
    }
}
