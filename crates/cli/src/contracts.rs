//! What is printed from the program itself: the contracts, completions, the manual page.
//!
//! Deliberately absent: anything of a ledger.

use anyhow::Result;
use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::args::Cli;
use crate::output::{print_json, print_text};

pub(crate) fn schema() -> Result<()> {
    print_json(&servanda_events::schema::document())
}

pub(crate) fn openapi() -> Result<()> {
    print_json(&servanda_api::openapi::document())
}

pub(crate) fn asyncapi() -> Result<()> {
    print_json(&servanda_bus::asyncapi::document())
}

pub(crate) fn completions(shell: Shell) -> Result<()> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "servanda", &mut text);
    print_text(&String::from_utf8(text)?)
}

/// The page of the program, and behind it one for each verb.
pub(crate) fn man() -> Result<()> {
    let mut root = Cli::command();
    root.build();
    let mut text = Vec::new();
    clap_mangen::Man::new(root.clone()).render(&mut text)?;
    for verb in root.get_subcommands().filter(|verb| verb.get_name() != "help") {
        clap_mangen::Man::new(verb.clone()).render(&mut text)?;
    }
    print_text(&String::from_utf8(text)?)
}
