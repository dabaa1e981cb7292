use super::{
    Step,
    files::{self, TextFile},
};
use crate::{
    outcome::{Outcome, Result},
    workspace::Workspace,
};

pub(super) const FILE_LENGTH: Step =
    Step { name: "file length", what: "no source file over 600 lines", check };

const MOST_LINES: usize = 600;

fn check(workspace: &Workspace) -> Result<Outcome> {
    let files = files::of(&workspace.root)?;
    let mut outcome = Outcome::Passed;
    for file in files.iter().filter(|file| is_source(file)) {
        let lines = file.text.lines().count();
        if lines > MOST_LINES {
            println!("{}: {lines} lines, at most {MOST_LINES}", file.path.display());
            outcome = Outcome::Failed;
        }
    }
    Ok(outcome)
}

fn is_source(file: &TextFile) -> bool {
    file.path.parent().is_some_and(|folder| folder.iter().any(|part| part == "src"))
}

#[cfg(test)]
mod tests {
    use super::{TextFile, is_source};

    #[test]
    fn a_source_is_what_lies_in_a_src_folder() {
        let source = |path: &str| is_source(&TextFile { path: path.into(), text: String::new() });
        assert!(source("src/lib.rs"));
        assert!(source("store/src/sql/append.sql"));
        assert!(!source("Cargo.lock"));
        assert!(!source("docs/src.md"));
        assert!(!source("docs/src"));
    }
}
