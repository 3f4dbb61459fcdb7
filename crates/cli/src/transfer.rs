//! `export` and `import`: whole ledgers out and in, byte for byte.
//!
//! Deliberately absent: foreign forms, which stand in `import`.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;

use anyhow::{Context as _, Result};
use servanda_log::{Clock, Export, Ids, Log};

use crate::args::{ExportArgs, Format, ImportArgs};
use crate::ending::usage;
use crate::output::{progress_bar, say};
use crate::{open, runtime};

pub(crate) fn export(args: &ExportArgs) -> Result<()> {
    let Format::Ndjson = args.format;
    let settings = open::settings(&args.place, Vec::new())?;
    let log = open::log_to_read(&settings)?;
    let bar = progress_bar(Some(log.head()), "exporting");
    let progress = |done, _| bar.set_position(done);
    let exported = match &args.output {
        Some(path) => {
            let told = || format!("{} cannot be written; choose another file after --output", path.display());
            let exported = log.export(BufWriter::new(File::create(path).with_context(told)?), progress)?;
            File::open(path).and_then(|file| file.sync_all()).with_context(told)?;
            exported
        }
        None => log.export(BufWriter::new(io::stdout().lock()), progress)?,
    };
    bar.finish_and_clear();
    say(format!("{} entries exported, root {}", exported.entries, exported.root));
    Ok(())
}

pub(crate) fn import(args: &ImportArgs) -> Result<()> {
    if args.dry_run || args.json || args.mapping.is_some() {
        return Err(usage("`ndjson` takes a whole ledger over as it is: leave --mapping, --dry-run and --json out"));
    }
    let settings = open::settings(&args.place, Vec::new())?;
    let bar = progress_bar(Some(0), "checking");
    let checked = |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    };
    let export = if args.file == Path::new("-") {
        Export::spool(io::stdin().lock(), checked)?
    } else {
        let shown = args.file.display();
        Export::open(&args.file, checked).with_context(|| format!("{shown} cannot be imported"))?
    };
    let root = export.root();
    let ledger = match settings.ledger()? {
        Some(ledger) => ledger,
        None => export.ledger().clone(),
    };
    let dir = &settings.data.dir;
    let log = Log::open(dir, Some(ledger), settings.log(), Clock::System, Ids::System)?;
    bar.set_message("importing");
    let imported = runtime()?.block_on(async {
        let imported = export.append_to(&log, |done, _| bar.set_position(done)).await;
        let closed = log.close().await;
        let imported = imported?;
        closed?;
        anyhow::Ok(imported)
    })?;
    bar.finish_and_clear();
    say(format!("{} entries imported, {} were there already, root {root}", imported.appended, imported.already));
    Ok(())
}
