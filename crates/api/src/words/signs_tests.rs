//! Signs of the French language, and names of what goes into a figure.

use std::collections::BTreeSet;
use std::path::Path;

use super::{english, literals_in};

#[test]
fn french_signs_of_two_parts_never_begin_a_line() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("messages");
    let pages = std::fs::read_dir(folder.join("pages")).unwrap().map(|file| file.unwrap().path());
    let files = pages.chain([folder.join("fr.ftl")]).filter(|path| path.to_string_lossy().ends_with("fr.ftl"));
    let mut read = 0;
    for path in files {
        read += 1;
        let text = std::fs::read_to_string(&path).unwrap();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let apart = [" ;", " :", " !", " ?", " »", "« "].iter().find(|pair| line.contains(**pair));
            assert_eq!(apart, None, "{}: {line}", path.display());
        }
    }
    assert!(read > 5, "only {read} files");
}

#[test]
fn every_input_of_a_figure_has_a_name() {
    let mut inputs = BTreeSet::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../projector/src/progress");
    literals_in(&folder, &["input("], &mut inputs);
    assert!(inputs.len() > 10 && inputs.contains("equal_weights"), "{inputs:?}");
    let english = english();
    for input in inputs {
        assert!(english.contains_key(&format!("explain-input-{}", input.replace('_', "-"))), "{input} has no name");
    }
}
