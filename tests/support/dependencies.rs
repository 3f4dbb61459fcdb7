//! What depends on what, as Cargo sees it. Nothing here goes to the network.

use std::collections::BTreeMap;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::repository::root;

fn cargo(arguments: &[&str]) -> Result<String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = Command::new(cargo);
    command.args(arguments).args(["--offline", "--locked"]).current_dir(root());
    let output = command.output().context("failed to run cargo")?;
    let words = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "cargo {} failed: {words}", arguments.join(" "));
    Ok(String::from_utf8(output.stdout)?)
}

/// The packages of the workspace, each with the names of what it needs to run; what only its tests need is left out.
pub fn of_the_workspace() -> Result<BTreeMap<String, Vec<String>>> {
    let metadata: serde_json::Value =
        serde_json::from_str(&cargo(&["metadata", "--no-deps", "--format-version", "1"])?)?;
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &serde_json::Value| value.as_array().cloned().unwrap_or_default();
    let runs = |dependency: &serde_json::Value| dependency["kind"].is_null();
    let needs = |package: &serde_json::Value| {
        list(&package["dependencies"]).into_iter().filter(runs).map(|dependency| text(&dependency["name"])).collect()
    };
    let packages: BTreeMap<String, Vec<String>> =
        list(&metadata["packages"]).iter().map(|package| (text(&package["name"]), needs(package))).collect();
    ensure!(!packages.is_empty(), "cargo metadata lists no package of the workspace");
    Ok(packages)
}

/// Every crate that `package` needs to run on this machine, each as the chain of names that leads to it.
pub fn reached_by(package: &str) -> Result<Vec<Vec<String>>> {
    let tree = cargo(&["tree", "--package", package, "--edges", "normal", "--prefix", "depth", "--format", " {p}"])?;
    let mut chain: Vec<String> = Vec::new();
    let mut chains = Vec::new();
    for line in tree.lines() {
        let (depth, rest) = line.split_once(' ').with_context(|| format!("cargo tree printed `{line}`"))?;
        chain.truncate(depth.parse()?);
        chain.extend(rest.split(' ').next().map(ToOwned::to_owned));
        chains.push(chain.clone());
    }
    ensure!(chains.first().is_some_and(|chain| chain == &[package]), "cargo tree does not begin with {package}");
    Ok(chains)
}
