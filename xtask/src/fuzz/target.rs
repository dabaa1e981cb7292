use super::tool::Tool;
use crate::outcome::Result;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

/// A program of the fuzz workspace.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) name: String,
}

/// How a target ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// After its time, with nothing found.
    Quiet { inputs: u64 },
    Failed {
        /// What it said from the first complaint on.
        output: String,
        /// The input that it failed at.
        input: Option<PathBuf>,
    },
}

/// An input that takes longer, in seconds, has failed.
const TIMEOUT: u64 = 10;

/// The longest inputs, in bytes: past the limits of all text, and far from those of payloads.
const LONGEST: u64 = 8 * 1_024;

/// How many lines of a failure are shown.
const LINES: usize = 20;

/// All targets, by name.
pub(super) fn all(folder: &Path) -> Result<Vec<Target>> {
    let manifest = folder.join("Cargo.toml");
    let text = fs::read_to_string(&manifest).map_err(|e| format!("reading {}: {e}", manifest.display()))?;
    in_manifest(&text).map_err(|e| format!("{}: {e}", manifest.display()).into())
}

fn in_manifest(text: &str) -> Result<Vec<Target>> {
    let manifest: toml::Table = toml::from_str(text)?;
    let programs = manifest.get("bin").and_then(toml::Value::as_array).ok_or("it has no programs")?;
    let name = |program: &toml::Value| program.get("name").and_then(toml::Value::as_str).map(str::to_owned);
    programs
        .iter()
        .map(|program| Ok(Target { name: name(program).ok_or("a program has no name")? }))
        .collect()
}

impl Target {
    /// Fuzzes for so many seconds, beginning with the seeds and what was found to be of interest in runs before.
    pub(super) fn run(&self, tool: &Tool, folder: &Path, seconds: u64) -> Result<Ended> {
        let corpus = folder.join("corpus").join(&self.name);
        fs::create_dir_all(&corpus).map_err(|e| format!("creating {}: {e}", corpus.display()))?;
        let mut fuzz = tool.command("run", folder);
        fuzz.arg(&self.name).arg(corpus);
        fuzz.args(Some(folder.join("seeds").join(&self.name)).filter(|seeds| seeds.is_dir()));
        fuzz.arg("--").args([
            format!("-max_total_time={seconds}"),
            format!("-timeout={TIMEOUT}"),
            format!("-max_len={LONGEST}"),
            "-print_final_stats=1".to_owned(),
        ]);
        // Of the panic, not of cargo-fuzz, which takes the failure for one of its own.
        fuzz.env("RUST_BACKTRACE", "0");
        let output = fuzz.stdin(Stdio::null()).output().map_err(|e| format!("starting cargo fuzz: {e}"))?;
        Ok(ended(output.status.success(), &String::from_utf8_lossy(&output.stderr)))
    }
}

fn ended(is_quiet: bool, output: &str) -> Ended {
    if is_quiet {
        return Ended::Quiet { inputs: after(output, "stat::number_of_executed_units:").unwrap_or_default() };
    }
    let lines: Vec<_> = output.lines().collect();
    let is_complaint = |line: &&str| line.contains("panicked at ") || line.contains("ERROR: ");
    let begin = lines.iter().position(is_complaint).unwrap_or(lines.len().saturating_sub(LINES));
    Ended::Failed {
        output: lines[begin..].iter().take(LINES).copied().collect::<Vec<_>>().join("\n"),
        input: after(output, "Test unit written to "),
    }
}

/// What follows `label`, up to the end of its line.
fn after<T: std::str::FromStr>(output: &str, label: &str) -> Option<T> {
    let line = output.lines().find_map(|line| line.split_once(label))?.1;
    line.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Ended, ended, in_manifest};

    #[test]
    fn targets_are_the_programs_of_the_manifest() {
        let manifest = "[package]\nname = 'x'\n[[bin]]\nname = 'a'\npath = 'a.rs'\n[[bin]]\nname = 'b'\n";
        let names: Vec<_> = in_manifest(manifest).expect("a manifest").into_iter().map(|t| t.name).collect();
        assert_eq!(names, ["a", "b"]);
        assert!(in_manifest("[package]\nname = 'x'").is_err());
    }

    #[test]
    fn what_a_target_says_is_understood() {
        let quiet =
            "#2\tINITED\nDone 12 runs\nstat::number_of_executed_units: 12\nstat::average_exec_per_sec: 6\n";
        assert_eq!(ended(true, quiet), Ended::Quiet { inputs: 12 });
        let failed = "#2\tINITED\nthread 'main' panicked at x:1\nartifact_prefix='a/'; Test unit written to a/crash-1\nBase64: eA==\n";
        let Ended::Failed { output, input } = ended(false, failed) else { panic!("it has failed") };
        assert_eq!((output.lines().count(), input), (3, Some("a/crash-1".into())));
    }
}
