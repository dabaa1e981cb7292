use crate::{cargo, outcome::Result};
use serde_json::Value;
use std::path::PathBuf;

/// This workspace.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
}

impl Workspace {
    pub(crate) fn load() -> Result<Self> {
        let mut metadata = cargo::command("metadata");
        metadata.args(["--format-version", "1", "--no-deps", "--locked"]);
        let metadata: Value = serde_json::from_slice(&cargo::output(metadata)?)?;
        Ok(Self { root: PathBuf::from(text(&metadata, "workspace_root")?) })
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
