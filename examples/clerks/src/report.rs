//! What was found, for people.

use crate::{
    number::{Clock, Thousands},
    read::{Finding, Findings},
};
use std::fmt;

/// What was found, as text that is no wider than 80 columns.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// What was found.
    pub findings: &'a Findings,
    /// At most so many of them are listed, the farthest off first.
    pub top: usize,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = self.findings;
        let (clerks, cases) = (Thousands(found.clerks), Thousands(found.cases));
        writeln!(f, "{clerks} clerks, {cases} pieces of work")?;
        if let Some((first, last)) = found.days {
            writeln!(f, "{} to {}", first.format("%-d %B %Y"), last.format("%-d %B %Y"))?;
        }
        let (all, judged) = (Thousands(found.findings.len()), Thousands(found.judged));
        writeln!(f, "{judged} days of a clerk judged, {all} not normal for that clerk")?;
        if found.too_late > 0 {
            writeln!(f, "{} pieces of work came too late for their day", found.too_late)?;
        }
        if found.findings.is_empty() || self.top == 0 {
            return Ok(());
        }
        writeln!(
            f,
            "\n{:<12}{:>16}{:>8}{:>22}{:>12}{:>10}",
            "clerk", "day", "cases", "normal", "seen", "score"
        )?;
        writeln!(f, "{}", "─".repeat(80))?;
        found.findings.iter().take(self.top).try_for_each(|finding| line(finding, f))
    }
}

fn line(finding: &Finding, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (least, most) = finding.normal.range();
    writeln!(
        f,
        "{:<12}{:>16}{:>8}{:>22}{:>12}{:>+10.1}",
        finding.clerk,
        finding.day.format("%-d %b %Y").to_string(),
        finding.cases,
        format!("{} to {}", Clock(least), Clock(most)),
        Clock(finding.median),
        finding.score(),
    )
}
