//! What a browser sends when a form is posted: answers, and files of which the hash is kept.
//!
//! A file is read once, piece by piece, and hashed; its bytes are kept nowhere. Deliberately absent: the upload of a
//! table for import, which is another form.

use axum::body::Bytes;
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};
use sha2::{Digest as _, Sha256};

use super::form::Answers;
use crate::problem::Problem;

/// Most bytes of a posted form without its files.
const FORM_BYTES_MAX: usize = 256 * 1024;
/// Most bytes of a file whose hash is asked for.
pub(crate) const SCAN_BYTES_MAX: u64 = 100 * 1024 * 1024;
/// Most inputs of a form.
const INPUTS_MAX: usize = 2_000;

/// A file that was kept for what comes next.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    /// The name of the input.
    pub(crate) input: String,
    /// The name that the file had with the person.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// What becomes of a file.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Files {
    /// Only its hash is kept, as the answer to the question whose name the input begins with.
    Hashed,
    /// It is kept, up to so many bytes.
    Kept(usize),
}

/// What was posted.
#[derive(Debug, Default)]
pub(crate) struct Posted {
    pub(crate) answers: Answers,
    pub(crate) uploads: Vec<Upload>,
}

impl Posted {
    /// Reads a posted form in either of the two ways in which browsers write one.
    pub(crate) async fn of(request: Request, files: Files) -> Result<Self, Problem> {
        let kind =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if kind.starts_with("multipart/form-data") {
            let multipart = Multipart::from_request(request, &()).await.map_err(|error| unreadable(&error))?;
            return Self::of_parts(multipart, files).await;
        }
        let bytes = axum::body::to_bytes(request.into_body(), FORM_BYTES_MAX)
            .await
            .map_err(|_| too_large(FORM_BYTES_MAX as u64))?;
        Self::of_pairs(&bytes)
    }

    fn of_pairs(bytes: &Bytes) -> Result<Self, Problem> {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(bytes).into_owned().take(INPUTS_MAX + 1).collect();
        if pairs.len() > INPUTS_MAX {
            return Err(too_large(FORM_BYTES_MAX as u64));
        }
        Ok(Self { answers: pairs.into_iter().collect(), uploads: Vec::new() })
    }

    async fn of_parts(mut multipart: Multipart, files: Files) -> Result<Self, Problem> {
        let mut posted = Self::default();
        let mut inputs = 0;
        while let Some(field) = multipart.next_field().await.map_err(|error| refused(&error))? {
            inputs += 1;
            if inputs > INPUTS_MAX || posted.answers.bytes() > FORM_BYTES_MAX {
                return Err(too_large(FORM_BYTES_MAX as u64));
            }
            let name = field.name().unwrap_or_default().to_owned();
            match (field.file_name().map(str::to_owned), files) {
                (None, _) => posted.answers.add(&name, &text(field).await?),
                (Some(_), Files::Hashed) => {
                    if let (Some(hash), Some(question)) = (hash(field).await?, name.strip_suffix("-file")) {
                        posted.answers.set(question, &hash);
                    }
                }
                (Some(file), Files::Kept(max)) => {
                    let bytes = kept(field, max).await?;
                    if !bytes.is_empty() {
                        posted.uploads.push(Upload { input: name, name: file, bytes });
                    }
                }
            }
        }
        Ok(posted)
    }
}

async fn text(field: Field<'_>) -> Result<String, Problem> {
    let bytes = kept(field, FORM_BYTES_MAX).await?;
    String::from_utf8(bytes).map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "invalid_utf8"))
}

async fn kept(mut field: Field<'_>, max: usize) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(|error| refused(&error))? {
        if bytes.len() + piece.len() > max {
            return Err(too_large(max as u64));
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

/// The hash of a file; none where no file was chosen.
async fn hash(mut field: Field<'_>) -> Result<Option<String>, Problem> {
    let (mut hasher, mut size) = (Sha256::new(), 0_u64);
    while let Some(piece) = field.chunk().await.map_err(|error| refused(&error))? {
        size += piece.len() as u64;
        if size > SCAN_BYTES_MAX {
            return Err(too_large(SCAN_BYTES_MAX));
        }
        hasher.update(&piece);
    }
    Ok((size > 0).then(|| crate::token::hex(&hasher.finalize())))
}

fn too_large(max: u64) -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "form_too_large").with("megabytes", &max.div_ceil(1024 * 1024))
}

fn unreadable(cause: &impl ToString) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "body_unreadable").because(cause)
}

fn refused(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { too_large(SCAN_BYTES_MAX) } else { unreadable(error) }
}
