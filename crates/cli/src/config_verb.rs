//! `config`: whether the settings are good, and what is in force.
//!
//! Deliberately absent: changing them.

use anyhow::Result;

use crate::args::ConfigVerb;
use crate::open;
use crate::output::{print_text, say};

pub(crate) fn run(verb: &ConfigVerb) -> Result<()> {
    match verb {
        ConfigVerb::Check(args) => {
            open::settings(&args.place, Vec::new())?;
            say("the settings are good");
            Ok(())
        }
        ConfigVerb::Print(args) => print_text(&open::settings(&args.place, Vec::new())?.shown()?),
    }
}
