use super::{Error, SERVICES, Service, Tests, ensure_all};
use crate::cargo;
use serde_json::Value;
use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicBool, Ordering},
};

const fn service(
    installed: fn() -> Result<(), Error>,
    packages: &'static [&'static str],
    crates: &'static [&'static str],
) -> Service {
    Service { installed, packages, crates, tests: &[] }
}

fn missing() -> Result<(), Error> {
    Err(Error::Missing { service: "Postbox", how: "look for it".to_owned() })
}

fn misnamed() -> Result<(), Error> {
    Err(Error::Setting { variable: "POSTBOX", problem: "leads nowhere".to_owned() })
}

#[test]
fn nothing_is_installed_where_nothing_is_missing() {
    let left_out =
        ensure_all(&[service(|| Ok(()), &["postbox"], &["letters"])], |_| panic!("nothing is missing"));
    assert!(left_out.is_empty() && left_out.crates().is_empty() && left_out.to_string().is_empty());
}

#[test]
fn what_could_be_installed_is_not_left_out() {
    static INSTALLED: AtomicBool = AtomicBool::new(false);
    let postbox = || if INSTALLED.load(Ordering::Relaxed) { Ok(()) } else { missing() };
    let services = [
        service(|| Ok(()), &["paper"], &["letters"]),
        service(postbox, &["postbox", "letter-box"], &["letters"]),
    ];
    let left_out = ensure_all(&services, |packages| {
        assert_eq!(packages, ["postbox", "letter-box"]);
        INSTALLED.store(true, Ordering::Relaxed);
    });
    assert!(left_out.is_empty(), "{left_out}");
}

#[test]
fn what_nobody_can_install_is_left_out_and_named_and_no_failure() {
    let nothing = |packages: &[&str]| assert!(packages.is_empty(), "{packages:?}");
    let left_out = ensure_all(&[service(missing, &[], &["letters"])], nothing);
    assert!(!left_out.is_failure() && left_out.crates() == BTreeSet::from(["letters"]));
    assert_eq!(left_out.to_string(), "left out: the tests of letters: Postbox is missing: look for it");
    assert!(ensure_all(&[service(misnamed, &[], &["letters"])], nothing).is_failure());
}

#[test]
fn what_cannot_be_installed_is_left_out_and_named() {
    let services =
        [service(missing, &["postbox"], &["letters", "cards"]), service(misnamed, &["pen"], &["letters"])];
    let mut asked_for = Vec::new();
    let left_out =
        ensure_all(&services, |packages| asked_for.extend(packages.iter().map(ToString::to_string)));
    assert_eq!(asked_for, ["postbox"], "a wrong name is not made right by a package");
    assert!(left_out.is_failure());
    assert_eq!(left_out.crates(), BTreeSet::from(["cards", "letters"]));
    let lines = "left out: the tests of letters and cards: Postbox is missing: look for it\n\
                 left out: the tests of letters: POSTBOX: leads nowhere";
    assert_eq!(left_out.to_string(), lines);
}

#[test]
fn of_a_crate_whose_other_tests_run_only_some_are_left_out() {
    const POSTBOX: Tests = Tests { named: "postbox::", of: &["cards", "notes"] };
    const STAMP: Tests = Tests { named: "stamp::", of: &["cards"] };
    let services = [
        Service { tests: &[POSTBOX], ..service(misnamed, &["postbox"], &["letters"]) },
        Service { tests: &[POSTBOX], ..service(|| Ok(()), &["pen"], &["ink"]) },
        Service { tests: &[STAMP, POSTBOX], ..service(misnamed, &["stamp"], &[]) },
    ];
    let left_out = ensure_all(&services, |_| panic!("a wrong name is not made right by a package"));
    assert_eq!(left_out.crates(), BTreeSet::from(["letters"]));
    assert_eq!(left_out.tests(), BTreeSet::from(["postbox::", "stamp::"]));
    assert_eq!(
        left_out.to_string(),
        "left out: the tests of letters, and those named postbox:: of cards and notes: POSTBOX: leads nowhere\n\
         left out: those named stamp:: of cards, and those named postbox:: of cards and notes: POSTBOX: leads nowhere"
    );
}

/// cargo warns of an excluded crate that is not there, and goes on.
#[test]
fn every_crate_of_the_table_is_a_member() {
    let mut metadata = cargo::command("metadata");
    metadata.args(["--format-version", "1", "--no-deps", "--locked"]);
    let metadata: Value = serde_json::from_slice(&cargo::output(metadata).unwrap()).unwrap();
    let members: BTreeSet<_> = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|member| member["name"].as_str())
        .collect();
    for service in SERVICES {
        for name in service.crates.iter().chain(service.tests.iter().flat_map(|tests| tests.of)) {
            assert!(members.contains(name), "{name} is no member of the workspace");
        }
    }
}
