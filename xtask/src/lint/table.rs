use crate::outcome::Outcome;
use std::{fmt::Write as _, time::Duration};

/// How a step went.
pub(super) struct Row {
    pub(super) step: &'static str,
    pub(super) outcome: Outcome,
    pub(super) time: Duration,
}

pub(super) fn render(rows: &[Row]) -> String {
    let width = rows.iter().map(|row| row.step.len()).max().unwrap_or_default().max("step".len());
    let mut table = format!("{:width$}  result  seconds\n", "step");
    for row in rows {
        let result = match row.outcome {
            Outcome::Passed => "ok",
            Outcome::Failed => "failed",
        };
        writeln!(table, "{:width$}  {result:6}  {:7.1}", row.step, row.time.as_secs_f64())
            .expect("writing to a string does not fail");
    }
    table
}

#[cfg(test)]
mod tests {
    use super::{Row, render};
    use crate::outcome::Outcome;
    use std::time::Duration;

    #[test]
    fn columns_stand_below_each_other() {
        let rows = [
            Row { step: "fmt", outcome: Outcome::Passed, time: Duration::from_millis(240) },
            Row { step: "licences", outcome: Outcome::Failed, time: Duration::from_secs(101) },
        ];
        let expected = "step      result  seconds\n\
                        fmt       ok          0.2\n\
                        licences  failed    101.0\n";
        assert_eq!(render(&rows), expected);
    }
}
