//! Lists what becomes part of the program without being Rust: the assets that `scripts/assets` made, the templates,
//! and the texts of the pages. Deliberately absent: making the assets, which needs Node.js and the network.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let mut said = String::new();
    for watched in ["build.rs", "templates", "messages/pages", "web/dist/manifest.json"] {
        let _ = writeln!(said, "cargo::rerun-if-changed={watched}");
    }
    let dist = root.join("web/dist");
    if dist.join("manifest.json").exists() {
        fs::write(out.join("assets.rs"), assets(&dist)?)?;
        fs::write(out.join("templates.rs"), texts(&root.join("templates"), "html")?)?;
        fs::write(out.join("messages.rs"), texts(&root.join("messages/pages"), "ftl")?)?;
    } else {
        said.push_str("cargo::error=The style sheet and the scripts of the pages are not built: run scripts/assets.\n");
    }
    io::Write::write_all(&mut io::stdout(), said.as_bytes())
}

/// Every file below a folder, in the order of their names.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { found.extend(files(&path)?) } else { found.push(path) }
    }
    found.sort();
    Ok(found)
}

fn assets(dist: &Path) -> io::Result<String> {
    let mut rows = String::from("&[\n");
    for path in files(dist)? {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let Some((stem, ending)) = name.split_once('.').filter(|(_, ending)| !ending.contains('.')) else { continue };
        let Some((plain, _)) = stem.rsplit_once('-') else { continue };
        let packed = |with: &str| {
            let packed = dist.join(format!("{name}.{with}"));
            if packed.exists() { format!("Some(include_bytes!({packed:?}))") } else { "None".to_owned() }
        };
        let _ = writeln!(
            rows,
            "Asset {{ plain: \"{plain}.{ending}\", name: {name:?}, bytes: include_bytes!({path:?}), gzip: {}, brotli: {} }},",
            packed("gz"),
            packed("br"),
        );
    }
    Ok(rows + "]\n")
}

fn texts(folder: &Path, ending: &str) -> io::Result<String> {
    let mut rows = String::from("&[\n");
    for path in files(folder)?.iter().filter(|path| path.extension().is_some_and(|found| found == ending)) {
        let name = path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/");
        let _ = writeln!(rows, "({name:?}, include_str!({path:?})),");
    }
    Ok(rows + "]\n")
}
