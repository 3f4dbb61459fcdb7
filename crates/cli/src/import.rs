//! `import`: foreign records into the ledger, through the same rules as any command.
//!
//! The file is read to its end before anything is recorded, so that one that is damaged or cut off records nothing.
//! Every row is answered with a line that says what became of it, and where and why it was refused. A row that came
//! before adds nothing; one whose source says otherwise now corrects what it recorded. `--dry-run` answers the same and
//! keeps nothing.
//!
//! Deliberately absent: the forms themselves and what their rows mean, which `servanda-interop` reads.

mod history;
mod recording;
mod report;

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use indicatif::ProgressBar;
use servanda_api::change::{self, Change, ChangeError};
use servanda_interop::mapping::{Mapping, Replay};
use servanda_interop::table::Table;
use servanda_interop::{InputError, Row, Source, Wish, delimited, iati, ocds, workbook};
use servanda_log::Log;

use crate::args::{Form, ImportArgs};
use crate::ending::{conflict, usage};
use crate::output::{progress_bar, say};
use crate::scratch::Scratch;
use crate::{open, runtime, transfer};

use self::recording::Recording;
use self::report::Report;

/// Rows of an input, whatever its form.
pub(crate) type Rows = Box<dyn Iterator<Item = Result<Row, InputError>> + Send>;

/// What is to be imported, ready to be read as often as needed.
pub(crate) struct Input {
    form: Form,
    path: PathBuf,
    beside: PathBuf,
    /// Keeps what came by standard input while it is read.
    _spooled: Option<tempfile::NamedTempFile>,
    mapping: Meaning,
}

/// What the mapping says, in the kind of mapping that the form has.
enum Meaning {
    Table(Box<Mapping>),
    Iati(Box<iati::Mapping>),
    Ocds(Box<ocds::Mapping>),
}

pub(crate) fn run(args: &ImportArgs) -> Result<()> {
    if args.form == Form::Ndjson {
        return transfer::import(args);
    }
    let input = Input::of(args)?;
    let settings = open::settings(&args.place, Vec::new())?;
    let rows = input.check()?;
    let mut report = Report::new(args.json, args.dry_run);
    if let Some(replay) = input.replay() {
        let played = runtime()?.block_on(history::play(&input, replay, args, &settings, &mut report));
        report.finish(played)?;
        return ended(&report);
    }
    let done = runtime()?.block_on(async {
        let scratch = if args.dry_run { Some(Scratch::copy_of(&settings).await?) } else { None };
        let log = match &scratch {
            Some(scratch) => scratch.log().clone(),
            None => open::log(&settings)?,
        };
        let bar = progress_bar(Some(rows), "importing");
        let done = Recording::new(&log, input.source(), &args.actor, &mut report, bar.clone()).run(input.rows()?).await;
        bar.finish_and_clear();
        // What was recorded before a failure stays recorded, so the log is closed in any case.
        let closed = log.close().await;
        done?;
        anyhow::Ok(closed?)
    });
    report.finish(done)?;
    ended(&report)
}

/// Says what it came to; rows that were refused end the program with the code of a refusal.
fn ended(report: &Report) -> Result<()> {
    let summary = report.summary();
    if report.refused() > 0 {
        return Err(conflict(format!("{summary}; each refused row says why in its line")));
    }
    say(summary);
    Ok(())
}

impl Input {
    fn of(args: &ImportArgs) -> Result<Self> {
        let path = args.mapping.as_ref().ok_or_else(|| {
            usage("say with --mapping which column means what; config/import has some, docs/importing.md explains them")
        })?;
        let shown = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|error| usage(format!("{shown} cannot be read ({error}); check the name after --mapping")))?;
        let wrong = |error: servanda_interop::MappingError| usage(format!("{shown}: {error}"));
        let mapping = match args.form {
            Form::Csv | Form::Xlsx | Form::Ndjson => Meaning::Table(Box::new(Mapping::parse(&text).map_err(wrong)?)),
            Form::Iati => Meaning::Iati(Box::new(iati::Mapping::parse(&text).map_err(wrong)?)),
            Form::Ocds => Meaning::Ocds(Box::new(ocds::Mapping::parse(&text).map_err(wrong)?)),
        };
        let spooled = if args.file == Path::new("-") { Some(spool()?) } else { None };
        let path = spooled.as_ref().map_or(args.file.clone(), |file| file.path().to_owned());
        let beside = args.file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Ok(Self { form: args.form, path, beside: beside.to_owned(), _spooled: spooled, mapping })
    }

    fn source(&self) -> &Source {
        match &self.mapping {
            Meaning::Table(mapping) => &mapping.source,
            Meaning::Iati(mapping) => mapping.source(),
            Meaning::Ocds(mapping) => mapping.source(),
        }
    }

    fn replay(&self) -> Option<&Replay> {
        match &self.mapping {
            Meaning::Table(mapping) => mapping.replay.as_ref(),
            Meaning::Iati(_) | Meaning::Ocds(_) => None,
        }
    }

    /// Reads all of it and keeps nothing, and says how many rows there are.
    fn check(&self) -> Result<u64> {
        let bar = progress_bar(None, "reading");
        let rows = self.rows()?;
        // The mapping fits; what it makes of each row is seen when the row is imported.
        let count = match &self.mapping {
            Meaning::Table(mapping) if self.form != Form::Xlsx => {
                let file = buffered(self.open()?);
                delimited::rows(file, &mapping.form).and_then(|rows| count(rows.map(|row| row.map(drop)), &bar))
            }
            Meaning::Iati(mapping) => {
                let file = buffered(self.open()?);
                iati::look_through(file, mapping).and_then(|rows| count(rows, &bar))
            }
            _ => count(rows.map(|row| row.map(drop)), &bar),
        };
        bar.finish_and_clear();
        count.map_err(|error| self.unusable(&error))
    }

    fn open(&self) -> Result<File> {
        let told = || format!("{} cannot be read; check the name and that you may read it", self.path.display());
        File::open(&self.path).with_context(told)
    }

    /// The rows, from the first.
    pub(crate) fn rows(&self) -> Result<Rows> {
        let file = self.open()?;
        let rows: Result<Rows, InputError> = match &self.mapping {
            Meaning::Table(mapping) if self.form == Form::Xlsx => {
                workbook::rows(file, mapping.sheet.as_deref()).and_then(|rows| self.table(mapping, rows))
            }
            Meaning::Table(mapping) => {
                delimited::rows(buffered(file), &mapping.form).and_then(|rows| self.table(mapping, rows))
            }
            Meaning::Iati(mapping) => {
                iati::rows(buffered(file), (**mapping).clone()).map(|rows| -> Rows { Box::new(rows) })
            }
            Meaning::Ocds(mapping) => {
                ocds::rows(buffered(file), (**mapping).clone()).map(|rows| -> Rows { Box::new(rows) })
            }
        };
        rows.map_err(|error| self.unusable(&error))
    }

    fn table<I>(&self, mapping: &Mapping, rows: I) -> Result<Rows, InputError>
    where
        I: Iterator<Item = Result<delimited::Cells, InputError>> + Send + 'static,
    {
        let mut open = |name: &str| -> io::Result<Box<dyn Read>> {
            // Only a plain name: a mapping cannot reach out of the folder of the input.
            let plain = Path::new(name).file_name().is_some_and(|file| file == name);
            if !plain {
                return Err(io::Error::new(io::ErrorKind::InvalidInput, "give the name of a file beside the input"));
            }
            Ok(Box::new(buffered(File::open(self.beside.join(name))?)))
        };
        Ok(Box::new(Table::new(mapping.clone(), rows, &mut open)?))
    }

    fn unusable(&self, error: &InputError) -> anyhow::Error {
        usage(format!("{}: {error}; nothing was recorded", self.path.display()))
    }
}

fn count(rows: impl Iterator<Item = Result<(), InputError>>, bar: &ProgressBar) -> Result<u64, InputError> {
    let mut count = 0;
    for row in rows {
        row?;
        count += 1;
        bar.set_position(count);
    }
    Ok(count)
}

fn buffered(file: File) -> BufReader<File> {
    BufReader::with_capacity(256 * 1024, file)
}

/// Standard input in a file, because it is read twice.
fn spool() -> Result<tempfile::NamedTempFile> {
    let told = "standard input needs room in the folder for temporary files; set TMPDIR to one";
    let mut file = tempfile::NamedTempFile::new().context(told)?;
    io::copy(&mut io::stdin().lock(), &mut file).context(told)?;
    Ok(file)
}

/// What a row says now, against what it recorded before. A difference that cannot be said is a conflict, not a failure.
fn compared(log: &Log, wish: &Wish, source: &Source, row: &str) -> Result<Change> {
    change::of(log, wish, source, row).map_err(|error| match error {
        ChangeError::Unwritable { .. } => conflict(error.to_string()),
        error => error.into(),
    })
}
