use std::{
    path::Path,
    process::{Command, Output},
};

fn simulate(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_shop")).current_dir(folder).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The number in the line that begins so.
fn number(report: &str, name: &str) -> u64 {
    let line = report.lines().find(|line| line.trim_start().starts_with(name));
    let rest = line.unwrap_or_else(|| panic!("no {name} in {report}")).trim_start().trim_start_matches(name);
    rest.split_whitespace()
        .next()
        .and_then(|number| number.parse().ok())
        .unwrap_or_else(|| panic!("{report}"))
}

#[test]
fn every_order_ends_and_money_and_goods_add_up() {
    let folder = tempfile::tempdir().unwrap();
    let first = simulate(folder.path(), &["--simulate", "150", "--seed", "3"]);
    let report = text(&first.stdout);
    assert!(first.status.success(), "{report}{}", text(&first.stderr));
    assert!(report.ends_with("Everything adds up, to the cent and to the piece.\n"), "{report}");
    assert!(folder.path().join("target/shop/simulated-150-3.db").is_file());

    let orders = number(&report, "Orders");
    assert_eq!(orders, number(&report, "shipped") + number(&report, "cancelled"), "{report}");
    assert!((100..150).contains(&orders), "some leave without an order: {report}");
    for kind in
        ["Timeouts", "Compensations", "Back orders", "Paid too late", "payment declined", "undeliverable"]
    {
        assert!(number(&report, kind) > 0, "nobody has seen {kind}: {report}");
    }

    // Who has ordered does not order again.
    let again = simulate(folder.path(), &["--simulate", "150", "--seed", "3"]);
    assert!(again.status.success());
    assert_eq!(text(&again.stdout), report);
}
