use std::fmt;

/// The suites of the test kit. A test of one of their cases is named `conformance::`*store*`::`*suite*`::`*case*.
const SUITES: [&str; 12] = [
    "store",
    "checkpoints",
    "inbox",
    "received",
    "leases",
    "quarantine",
    "generations",
    "snapshots",
    "documents",
    "inline",
    "transports",
    "requests",
];

/// What the tests that test other things than our own code have found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Summary {
    /// By store, in the order in which they come.
    conformance: Vec<(String, Cases)>,
    /// The stores with a defect, each of which the conformance suite has to reject.
    mutants: Cases,
    /// The wrong inputs of macros whose messages are compared; they are one test.
    ui: u64,
    model: Model,
}

/// What a model checker has found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Model {
    runs: u64,
    /// Of all runs.
    states: u64,
    /// The broken variants of the model for which it has found how they fail.
    refuted: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Cases {
    passed: u64,
    failed: u64,
    skipped: u64,
}

impl Summary {
    /// Takes note of a line that a test program printed.
    pub(super) fn note(&mut self, line: &str) {
        // With one thread, a test program begins the line of a test before the test runs.
        let printed = line.rsplit(" ... ").next().unwrap_or_default();
        let count = |prefix| printed.strip_prefix(prefix).and_then(|count: &str| count.parse::<u64>().ok());
        self.ui += count("ui cases: ").unwrap_or_default();
        if let Some(states) = count("model states: ") {
            self.model.runs += 1;
            self.model.states += states;
        }
        self.model.refuted += u64::from(printed.starts_with("model variant refuted in "));
        let Some((name, outcome)) = result(line) else { return };
        let path: Vec<_> = name.split("::").collect();
        if let Some(store) = store(&path) {
            let known = self.conformance.iter().position(|(name, _)| *name == store);
            let index = known.unwrap_or_else(|| {
                self.conformance.push((store, Cases::default()));
                self.conformance.len() - 1
            });
            self.conformance[index].1.add(outcome);
        } else if path.contains(&"mutants") {
            self.mutants.add(outcome);
        }
    }
}

#[derive(Clone, Copy)]
enum Outcome {
    Passed,
    Failed,
    Skipped,
}

impl Cases {
    const fn add(&mut self, outcome: Outcome) {
        let count = match outcome {
            Outcome::Passed => &mut self.passed,
            Outcome::Failed => &mut self.failed,
            Outcome::Skipped => &mut self.skipped,
        };
        *count += 1;
    }
}

/// The name of a test, and how it went.
fn result(line: &str) -> Option<(&str, Outcome)> {
    let (name, result) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
    // The tests in documentation are named after a file and a line.
    if name.contains(' ') {
        return None;
    }
    // It may be in colour, and a reason or a time may follow.
    let outcome = match result {
        _ if result.contains("FAILED") => Outcome::Failed,
        _ if result.contains("ignored") => Outcome::Skipped,
        _ if result.contains("ok") => Outcome::Passed,
        _ => return None,
    };
    Some((name, outcome))
}

/// The store or broker that a case is tested on. Those of a broker are in a module of its name.
fn store(path: &[&str]) -> Option<String> {
    match path {
        [.., broker, "conformance", way, "transports", _] => Some(format!("{broker} {way}")),
        [.., broker, "conformance", "transports" | "requests", _] => Some((*broker).to_owned()),
        [.., "conformance", store, suite, _] if SUITES.contains(suite) => Some((*store).to_owned()),
        [.., "conformance", suite, _] if SUITES.contains(suite) => Some("unnamed".to_owned()),
        _ => None,
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.conformance.is_empty() {
            let stores: Vec<_> =
                self.conformance.iter().map(|(store, cases)| format!("{store} {cases}")).collect();
            writeln!(f, "conformance: {}", stores.join("; "))?;
        }
        if self.mutants != Cases::default() {
            write!(f, "mutants: {} rejected", self.mutants.passed)?;
            match self.mutants.failed {
                0 => writeln!(f)?,
                failed => writeln!(f, ", {failed} not")?,
            }
        }
        if self.ui > 0 {
            writeln!(f, "ui: {} cases", self.ui)?;
        }
        if self.model != Model::default() {
            writeln!(f, "{}", self.model)?;
        }
        Ok(())
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { runs, states, refuted } = self;
        write!(f, "model: {states} states in {runs} runs; {refuted} broken variants refuted")
    }
}

impl fmt::Display for Cases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed", self.passed)?;
        if self.failed > 0 {
            write!(f, ", {} failed", self.failed)?;
        }
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Summary;

    fn summary(output: &str) -> String {
        let mut summary = Summary::default();
        output.lines().for_each(|line| summary.note(line));
        summary.to_string()
    }

    #[test]
    fn cases_are_counted_for_each_store() {
        let output = "test conformance::memory::store::a ... ok
test conformance::memory::store::b ... ignored, the store does not declare `shared`
test conformance::memory::checkpoints::a ... ok
test outer::conformance::file::store::a ... \u{1b}[31mFAILED\u{1b}(B\u{1b}[m
test outer::conformance::file::store::b ... \u{1b}[32mok\u{1b}(B\u{1b}[m
test conformance::memory::documents::c ... \u{1b}[33mignored\u{1b}(B\u{1b}[m, the store does not declare `shared`
test conformance::snapshots::a ... ok";
        let expected = "conformance: memory 2 passed, 2 skipped; file 1 passed, 1 failed; unnamed 1 passed\n";
        assert_eq!(summary(output), expected);
    }

    #[test]
    fn cases_are_counted_for_each_broker() {
        let output = "test nats::conformance::transports::a ... ok
test mqtt::conformance::at_least_once::transports::a ... ok
test mqtt::conformance::at_least_once::transports::b ... ignored, the transport does not declare `replays`
test conformance::local::transports::a ... ok";
        let expected = "conformance: nats 1 passed; mqtt at_least_once 1 passed, 1 skipped; local 1 passed\n";
        assert_eq!(summary(output), expected);
    }

    #[test]
    fn mutants_are_rejected_by_tests_that_pass() {
        let output = "test mutants::drops_the_check ... ok\ntest it::mutants::pages::off_by_one ... ok\n";
        assert_eq!(summary(output), "mutants: 2 rejected\n");
        let one_accepted = format!("{output}test mutants::is_fine ... FAILED\n");
        assert_eq!(summary(&one_accepted), "mutants: 2 rejected, 1 not\n");
    }

    #[test]
    fn ui_cases_are_added_up() {
        assert_eq!(
            summary("ui cases: 30\nui cases: many\ntest ui::all ... ui cases: 8\nok\n"),
            "ui: 38 cases\n"
        );
    }

    #[test]
    fn a_model_is_summed_up() {
        let output = "model states: 30\ntest model::order ... model states: 12\nok\nmodel states: many
model variant refuted in 9 steps: NoProof
test model::variant ... model variant refuted in 10 steps: OneStatement\nok\n";
        assert_eq!(summary(output), "model: 42 states in 2 runs; 2 broken variants refuted\n");
    }

    #[test]
    fn other_tests_are_no_cases() {
        let output = "test conformance::case::tests::a ... ok
test testkit/src/conformance/mod.rs - conformance::memory::store::a (line 9) ... ok
test a ... ok
test conformance::memory::store::a
running 3 tests";
        assert_eq!(summary(output), "");
    }
}
