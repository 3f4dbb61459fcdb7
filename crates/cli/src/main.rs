//! `servanda`: the one program. It puts the parts together and gives them a command line.
//!
//! Each verb has a file; `args` reads the command line, `settings` the configuration, `ending` decides on the exit
//! code. Deliberately absent: rules, storage, figures and routes, which are the other crates'.

mod access;
mod args;
mod asking;
mod backup;
mod bench;
mod cluster;
mod config_verb;
mod contracts;
mod demo;
mod ending;
mod import;
mod key;
mod lines;
mod migrate;
mod open;
mod output;
mod progress;
mod prove;
mod record;
mod replay;
mod scratch;
mod serve;
mod settings;
mod subscribe;
mod traces;
mod transfer;
mod verify;
mod webhooks;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Parser as _;
use tokio::runtime::Runtime;

use crate::args::{Cli, Verb};

/// Entries are made on one thread and let go of on another, which the system's own allocator is slow at.
/// Huge pages are not asked for: a service would keep some 30 MiB more, for no less work.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if ending::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output::say(format!("{error:#}"));
            ending::code_of(&error)
        }
    }
}

fn run(cli: Cli) -> Result<()> {
    match cli.verb {
        Verb::Serve(args) => serve::run(&args),
        Verb::Record(args) => record::run(&args),
        Verb::Import(args) => import::run(&args),
        Verb::Export(args) => transfer::export(&args),
        Verb::Verify(args) => verify::run(&args),
        Verb::Prove(args) => prove::run(&args),
        Verb::Backup(args) => backup::backup(&args),
        Verb::Restore(args) => backup::restore(&args),
        Verb::Migrate(args) => migrate::migrate(&args),
        Verb::Reseed(args) => migrate::reseed(&args),
        Verb::Key(verb) => key::run(&verb),
        Verb::Progress(args) => progress::run(&args),
        Verb::Replay(args) => replay::replay(&args),
        Verb::Rebuild(args) => replay::rebuild(&args),
        Verb::Schema => contracts::schema(),
        Verb::Openapi => contracts::openapi(),
        Verb::Asyncapi => contracts::asyncapi(),
        Verb::Subscribe(args) => subscribe::run(&args),
        Verb::Config(verb) => config_verb::run(&verb),
        Verb::Completions { shell } => contracts::completions(shell),
        Verb::Man => contracts::man(),
        Verb::User(verb) => access::user(&verb),
        Verb::Token(verb) => access::token(&verb),
        Verb::Bench(args) => bench::run(&args),
    }
}

/// The runtime in which the log's and the interface's tasks run.
fn runtime() -> Result<Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    // A thread that rests keeps the memory of the largest page that it ever made.
    builder.enable_all().thread_keep_alive(Duration::from_millis(20));
    builder.build().context("the system gives this program no threads; close other programs, then try again")
}
