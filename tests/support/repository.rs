//! The files of the project, as git sees them: tracked, or new and not ignored.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

/// A file of the project.
#[derive(Debug, Clone)]
pub struct File {
    /// Its path from the root of the project, with forward slashes.
    pub path: String,
    /// What it holds; bytes that are not UTF-8 are replaced.
    pub text: String,
}

impl File {
    /// Whether its name ends so.
    pub fn is(&self, extension: &str) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, found)| found == extension)
    }

    /// The folder of the crate that it belongs to; the root for a file of no crate.
    pub fn crate_folder(&self) -> PathBuf {
        let name = self.path.strip_prefix("crates/").and_then(|rest| rest.split('/').next());
        name.map_or_else(root, |name| root().join("crates").join(name))
    }

    /// Its lines, numbered from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }
}

/// The root of the project.
pub fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests).to_owned()
}

/// Every file of the project.
pub fn files() -> Result<Vec<File>> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(root());
    let listed = git.output().context("failed to ask git which files belong to the project")?;
    ensure!(listed.status.success(), "git ls-files failed: {}", String::from_utf8_lossy(&listed.stderr));
    let mut files = Vec::new();
    for path in String::from_utf8(listed.stdout)?.split_terminator('\0') {
        let full = root().join(path);
        // A file deleted but still in the index is no file of the project.
        if full.is_file() {
            let bytes = fs::read(&full).with_context(|| format!("failed to read {path}"))?;
            files.push(File { path: path.to_owned(), text: String::from_utf8_lossy(&bytes).into_owned() });
        }
    }
    ensure!(files.len() > 20, "git lists only {} files, so the rules would hold for nothing", files.len());
    Ok(files)
}
