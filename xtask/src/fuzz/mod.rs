mod target;
mod tool;

use self::{
    target::{Ended, Target},
    tool::{Sanitizer, Tool},
};
use crate::{
    cargo,
    outcome::{Outcome, Result},
    workspace::Workspace,
};
use clap::Args;
use std::{
    io::{self, Write as _},
    path::Path,
};

/// Throw hostile input at everything that reads text or bytes from outside
#[derive(Args)]
pub(crate) struct Fuzz {
    /// How long to fuzz, shared by all targets; building them is not counted
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Only this target; may be given several times
    #[arg(long = "target", value_name = "NAME")]
    targets: Vec<String>,
    /// Also look for wrong uses of memory, which needs a nightly toolchain; our own code has none that could be
    #[arg(long, value_enum, default_value_t)]
    sanitizer: Sanitizer,
    /// Install cargo-fuzz if it is missing
    #[arg(long)]
    install: bool,
}

impl Fuzz {
    pub(crate) fn run(self) -> Result<Outcome> {
        let folder = Workspace::load()?.root.join("fuzz");
        let targets = self.chosen(&folder)?;
        let tool = Tool::find(self.sanitizer, self.install)?;

        if cargo::run(tool.command("build", &folder))? == Outcome::Failed {
            return Ok(Outcome::Failed);
        }
        let width = targets.iter().map(|target| target.name.len()).max().unwrap_or_default();
        let mut outcome = Outcome::Passed;
        for (target, seconds) in targets.iter().zip(shares(self.seconds, targets.len())) {
            print!("{:width$}  {seconds:3} s  ", target.name);
            io::stdout().flush()?;
            match target.run(&tool, &folder, seconds)? {
                Ended::Quiet { inputs } => println!("{inputs:10} inputs, ok"),
                Ended::Failed { output, input } => {
                    println!("failed\n\n{output}\n");
                    match input {
                        Some(path) => println!("{}: the input is {}", target.name, path.display()),
                        None => println!("{}: it ended without an input", target.name),
                    }
                    outcome = Outcome::Failed;
                }
            }
        }
        Ok(outcome)
    }

    fn chosen(&self, folder: &Path) -> Result<Vec<Target>> {
        let all = target::all(folder)?;
        if let Some(unknown) = self.targets.iter().find(|name| all.iter().all(|target| target.name != **name))
        {
            let names: Vec<_> = all.iter().map(|target| target.name.as_str()).collect();
            return Err(format!("no target {unknown:?}; there are {}", names.join(", ")).into());
        }
        let is_chosen = |target: &Target| self.targets.is_empty() || self.targets.contains(&target.name);
        Ok(all.into_iter().filter(is_chosen).collect())
    }
}

/// Seconds for each of so many targets, which are all seconds together unless there are fewer than targets.
fn shares(seconds: u64, targets: usize) -> impl Iterator<Item = u64> {
    let targets = targets as u64;
    (0..targets).map(move |i| ((i + 1) * seconds / targets - i * seconds / targets).max(1))
}

#[cfg(test)]
mod tests {
    use super::shares;

    #[test]
    fn the_time_is_shared_to_the_second() {
        assert_eq!(shares(60, 7).collect::<Vec<_>>(), [8, 9, 8, 9, 8, 9, 9]);
        assert_eq!(shares(60, 1).collect::<Vec<_>>(), [60]);
        assert_eq!(shares(0, 3).collect::<Vec<_>>(), [1, 1, 1]);
    }
}
