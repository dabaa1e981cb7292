use crate::{cargo, outcome::Result};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// What `cargo metadata` says about this workspace.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    members: Vec<Member>,
}

#[derive(Debug)]
struct Member {
    name: String,
    /// Relative to the root.
    folder: PathBuf,
}

impl Workspace {
    pub(crate) fn load() -> Result<Self> {
        let mut metadata = cargo::command("metadata");
        metadata.args(["--format-version", "1", "--no-deps", "--locked"]);
        Self::parse(&cargo::output(metadata)?)
    }

    fn parse(metadata: &[u8]) -> Result<Self> {
        let metadata: Value = serde_json::from_slice(metadata)?;
        let root = PathBuf::from(text(&metadata, "workspace_root")?);
        let mut members = Vec::new();
        for package in list(&metadata, "packages")? {
            let manifest = Path::new(text(package, "manifest_path")?);
            let folder = manifest.parent().and_then(|folder| folder.strip_prefix(&root).ok());
            let folder = folder.ok_or_else(|| format!("{} is outside the workspace", manifest.display()))?;
            members.push(Member { name: text(package, "name")?.to_owned(), folder: folder.to_owned() });
        }
        Ok(Self { root, members })
    }

    /// The name of the package in this folder, if it is part of the workspace.
    pub(crate) fn package_in(&self, folder: &str) -> Option<&str> {
        let member = self.members.iter().find(|member| member.folder == Path::new(folder))?;
        Some(&member.name)
    }
}

/// A string in what `cargo metadata` prints.
pub(crate) fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str> {
    value[key].as_str().ok_or_else(|| format!("cargo metadata has no text {key:?}").into())
}

/// A list in what `cargo metadata` prints.
pub(crate) fn list<'a>(value: &'a Value, key: &str) -> Result<&'a [Value]> {
    value[key]
        .as_array()
        .map(Vec::as_slice)
        .ok_or_else(|| format!("cargo metadata has no list {key:?}").into())
}

#[cfg(test)]
mod tests {
    use super::Workspace;

    #[test]
    fn a_package_is_found_by_its_folder() {
        let metadata = br#"{
            "workspace_root": "/repo",
            "packages": [
                { "name": "factum", "manifest_path": "/repo/Cargo.toml" },
                { "name": "bank", "manifest_path": "/repo/examples/bank/Cargo.toml" }
            ]
        }"#;
        let workspace = Workspace::parse(metadata).expect("it is complete");
        assert_eq!(workspace.package_in(""), Some("factum"));
        assert_eq!(workspace.package_in("examples/bank"), Some("bank"));
        assert_eq!(workspace.package_in("bank"), None);
    }

    #[test]
    fn a_package_outside_the_root_is_an_error() {
        let metadata =
            br#"{ "workspace_root": "/repo", "packages": [{ "name": "x", "manifest_path": "/x/Cargo.toml" }] }"#;
        assert!(Workspace::parse(metadata).is_err());
    }
}
