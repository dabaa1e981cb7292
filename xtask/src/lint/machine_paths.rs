use super::{Step, files};
use crate::{
    outcome::{Outcome, Result},
    workspace::Workspace,
};

pub(super) const MACHINE_PATHS: Step =
    Step { name: "machine paths", what: "no path that exists on one machine only", check };

/// Folders at the top of machines on which this is worked on. Without slashes, so that this file passes its own check.
const FOLDERS: [&str; 3] = ["farm", "root", "work"];

fn check(workspace: &Workspace) -> Result<Outcome> {
    let mut outcome = Outcome::Passed;
    for file in files::of(&workspace.root)? {
        for (i, line) in file.text.lines().enumerate() {
            if has_machine_path(line) {
                println!("{}:{}: {}", file.path.display(), i + 1, line.trim());
                outcome = Outcome::Failed;
            }
        }
    }
    Ok(outcome)
}

fn has_machine_path(line: &str) -> bool {
    FOLDERS
        .map(|folder| format!("/{folder}/"))
        .iter()
        .any(|path| line.match_indices(path.as_str()).any(|(at, _)| !line[..at].ends_with(continues_a_path)))
}

/// Whether a slash after `c` is in the middle of a path or an address, rather than at its beginning.
fn continues_a_path(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '}' | ')')
}

#[cfg(test)]
mod tests {
    use super::{FOLDERS, has_machine_path};

    #[test]
    fn a_path_from_the_top_is_found() {
        for folder in FOLDERS {
            for before in ["", "see ", "\"", "`", "(", "=", ":", "file://", "é "] {
                assert!(has_machine_path(&format!("{before}/{folder}/x")), "{before}/{folder}");
            }
        }
    }

    #[test]
    fn a_folder_of_that_name_elsewhere_is_not() {
        for folder in FOLDERS {
            for line in [
                "src/{}/mod.rs",
                "../{}/x",
                "$HOME/{}/x",
                "https://example.org/{}/x",
                "/{}",
                "/{}shop/x",
                "{}/",
            ] {
                assert!(!has_machine_path(&line.replace("{}", folder)), "{line} with {folder}");
            }
            assert!(!has_machine_path(&format!("{{dir}}/{folder}/x")));
        }
    }

    #[test]
    fn the_second_on_a_line_is_found_too() {
        let folder = FOLDERS[0];
        assert!(has_machine_path(&format!("src/{folder}/mod.rs, /{folder}/x")));
    }
}
