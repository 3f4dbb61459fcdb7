//! Why an input or a mapping cannot be used at all, each in words that say what to do next.
//!
//! What is wrong in one row is no such error: it stands with the row, and the other rows go on.

use std::io;

/// Why an input cannot be read to its end. Rows before it were read.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// The operating system reported a failure.
    #[error("the input cannot be read ({0}); check the file and the disk, then import it again")]
    Io(io::Error),
    /// It is not in the encoding that the mapping names.
    #[error(
        "byte {at} is not {encoding}; name the file's encoding in the mapping (`encoding = \"windows-1251\"`), or save it in UTF-8"
    )]
    Encoding {
        /// Bytes before the one that does not fit.
        at: u64,
        /// The encoding that was expected.
        encoding: String,
    },
    /// It begins with the mark of another encoding.
    #[error(
        "the file begins as {found}, and the mapping says {expected}; correct `encoding` in the mapping, or save the file in UTF-8"
    )]
    OtherEncoding {
        /// What its first bytes say.
        found: &'static str,
        /// What the mapping says.
        expected: String,
    },
    /// It ends inside a quoted cell.
    #[error(
        "the input ends inside a quoted cell; it was cut off, or a quote is missing: get the whole file and import it again"
    )]
    Truncated,
    /// The last line of a file beside the input has no end.
    #[error("the last line of {file} has no end, as if it had been cut off; get the whole file, or end that line")]
    LastLineOpen {
        /// Its name.
        file: String,
    },
    /// A row is too long.
    #[error(
        "row {row} is longer than {max} bytes; a quote is missing there, or this is not such a file: look at that row"
    )]
    RowTooLong {
        /// Its number.
        row: u64,
        /// The limit.
        max: usize,
    },
    /// There are too many of something.
    #[error("there are more than {max} {what}; split the file and import its parts")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// The limit.
        max: u64,
    },
    /// There is nothing to read.
    #[error("the input is empty; check that this is the right file")]
    Empty,
    /// A column that the mapping names is not there.
    #[error("the mapping names the column `{column}`, which the file does not have{}; its columns are: {}", meant(.suggestion.as_deref()), listed(.found))]
    ColumnMissing {
        /// Its name.
        column: String,
        /// A column with a similar name.
        suggestion: Option<String>,
        /// The columns that are there.
        found: Vec<String>,
    },
    /// Two columns have one name.
    #[error("the column `{column}` stands there twice; give each column a name of its own")]
    ColumnTwice {
        /// The name.
        column: String,
    },
    /// Not XML, or XML that is refused.
    #[error("the XML cannot be read at byte {at}: {detail}")]
    Xml {
        /// Where.
        at: u64,
        /// What is wrong, and what to do.
        detail: String,
    },
    /// Not JSON, or not such JSON.
    #[error("the JSON cannot be read ({detail}); check that this is the right file, and whole")]
    Json {
        /// What is wrong.
        detail: String,
    },
    /// Not a workbook, or one that is refused.
    #[error("the workbook cannot be read: {detail}")]
    Workbook {
        /// What is wrong, and what to do.
        detail: String,
    },
}

fn meant(suggestion: Option<&str>) -> String {
    suggestion.map_or_else(String::new, |meant| format!(" (did you mean `{meant}`?)"))
}

fn listed(columns: &[String]) -> String {
    match columns {
        [one] if one.contains([',', ';', '\t', '|']) => {
            format!("{one} (all in one; look whether `delimiter` in the mapping is the one of the file)")
        }
        columns => columns.join(", "),
    }
}

impl From<io::Error> for InputError {
    fn from(error: io::Error) -> Self {
        match error.downcast::<Self>() {
            Ok(ours) => ours,
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Self::Truncated,
            Err(error) => Self::Io(error),
        }
    }
}

impl From<InputError> for io::Error {
    fn from(error: InputError) -> Self {
        Self::other(error)
    }
}

/// Why a mapping cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct MappingError(pub(crate) String);

impl MappingError {
    /// An error at a place of the mapping.
    pub(crate) fn at(place: &str, what: impl std::fmt::Display) -> Self {
        Self(format!("{place}: {what}"))
    }

    /// An error of the TOML itself, with a suggestion where a key is misspelt.
    pub(crate) fn of_toml(error: &toml::de::Error) -> Self {
        let text = error.to_string();
        let mut names = error.message().split('`').skip(1).step_by(2);
        let suggestion = names.next().filter(|_| error.message().starts_with("unknown field")).and_then(|unknown| {
            let known: Vec<&str> = names.collect();
            alike(unknown, known.iter().copied()).map(str::to_owned)
        });
        Self(format!("{}{}", text.trim_end(), meant(suggestion.as_deref())))
    }
}

/// The name most like `name`, if one is like it at all.
pub(crate) fn alike<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const ALIKE_MIN: f64 = 0.75;
    let scored = known.map(|k| (strsim::jaro_winkler(&name.to_lowercase(), &k.to_lowercase()), k));
    scored.filter(|(score, _)| *score >= ALIKE_MIN).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, k)| k)
}
