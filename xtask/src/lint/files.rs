use crate::outcome::Result;
use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// A text file of the project.
#[derive(Debug)]
pub(super) struct TextFile {
    /// Relative to the root.
    pub(super) path: PathBuf,
    pub(super) text: String,
}

/// The text files that are, or are about to be, under version control.
pub(super) fn of(root: &Path) -> Result<Vec<TextFile>> {
    let listed = match listed_by_git(root) {
        Some(paths) => paths,
        None => {
            println!("git lists no files here; looking at all files outside target");
            let mut paths = Vec::new();
            walk(root, Path::new(""), &mut paths)?;
            paths
        }
    };
    let mut files = Vec::new();
    for path in listed {
        let bytes = match fs::read(root.join(&path)) {
            Ok(bytes) => bytes,
            // Deleted but not yet committed, or a link to a folder.
            Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::IsADirectory) => continue,
            Err(e) => return Err(format!("reading {}: {e}", path.display()).into()),
        };
        if let Ok(text) = String::from_utf8(bytes) {
            files.push(TextFile { path, text });
        }
    }
    Ok(files)
}

/// `None` where there is no git, or no repository that it is willing to look at.
fn listed_by_git(root: &Path) -> Option<Vec<PathBuf>> {
    let mut git = Command::new("git");
    git.current_dir(root).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let output = git.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let list = String::from_utf8(output.stdout).ok()?;
    let paths: Vec<_> = list.split_terminator('\0').map(PathBuf::from).collect();
    (output.status.success() && !paths.is_empty()).then_some(paths)
}

fn walk(root: &Path, folder: &Path, paths: &mut Vec<PathBuf>) -> Result<()> {
    let absolute = root.join(folder);
    for entry in fs::read_dir(&absolute).map_err(|e| format!("listing {}: {e}", absolute.display()))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if [".git", "target", "fuzz/target", "fuzz/corpus"].iter().any(|skipped| path == Path::new(skipped)) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            walk(root, &path, paths)?;
        } else {
            paths.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{of, walk};
    use std::path::Path;

    #[test]
    fn this_file_is_found_with_and_without_git() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let this = Path::new("src/lint/files.rs");
        let files = of(root).expect("the sources can be read");
        assert!(files.iter().any(|file| file.path == this && file.text.contains("fn this_file_is_found")));

        let mut walked = Vec::new();
        walk(root, Path::new(""), &mut walked).expect("the sources can be listed");
        assert!(walked.iter().any(|path| path == this));
    }
}
