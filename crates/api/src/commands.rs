//! `POST /api/v1/commands`: one command, or many. Parse, ask the log, answer.
//!
//! Deliberately absent: the rules (`servanda-events`) and the way into the log (`servanda-log`).

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request as HttpRequest, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::Response;
use servanda_events::Request;
use servanda_events::ids::{CommandId, Revision};
use servanda_events::request::COMMAND_BYTES_MAX;
use servanda_log::{LogError, Outcome, TransactError};

use crate::answer::Answer;
use crate::app::App;
use crate::auth::Caller;
use crate::bulk;
use crate::contract::{Good, IDEMPOTENCY_KEY, IF_MATCH, Param, Spec, VALIDATE_ONLY, of};
use crate::edge;
use crate::meter::{self, Stopwatch};
use crate::problem::Problem;
use crate::when::blocking;

pub(crate) static RECORD: Spec = Spec {
    method: "post",
    path: "/api/v1/commands",
    id: "recordCommands",
    tag: "recording",
    about: "Records a command, or many, one on each line. Many are answered with a line each, as they are recorded; each \
            stands for itself. Read the answers while you send.",
    params: &[&IDEMPOTENCY_KEY, &IF_MATCH, &VALIDATE_ONLY],
    records: true,
    good: &[
        Good {
            status: 201,
            about: "Recorded. `ETag` is the stream's revision, `Location` the first entry.",
            media: "application/json",
            schema: of!(Answer<'_>),
        },
        Good {
            status: 200,
            about: "Nothing new was recorded: it was already so, the command was repeated, or only validated. For many \
                    commands: one answer on each line, with the number of its line and its own status.",
            media: "application/json",
            schema: of!(Answer<'_>),
        },
        Good {
            status: 200,
            about: "One answer on each line.",
            media: "application/x-ndjson",
            schema: of!(bulk::Line<'_>),
        },
    ],
    problems: &[400, 401, 403, 409, 412, 413, 415, 422, 429, 503, 507],
};

/// What a body holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Media {
    One,
    Many,
}

fn media(headers: &HeaderMap) -> Result<Media, Problem> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "application/json" => Ok(Media::One),
        "application/x-ndjson" | "application/ndjson" | "application/jsonl" => Ok(Media::Many),
        _ => Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_type")
            .with("given", &given)
            .with("allowed", &"application/json, application/x-ndjson, application/jsonl")),
    }
}

pub(crate) async fn record(State(app): State<App>, http: HttpRequest) -> Result<Response, Problem> {
    let (parts, body) = http.into_parts();
    let caller = Caller::recording(&app, &parts.headers)?;
    let asked = RECORD.asked(&parts.uri)?;
    let validate_only = match asked.text(&VALIDATE_ONLY) {
        None | Some("false") => false,
        Some("true" | "") => true,
        Some(other) => return Err(VALIDATE_ONLY.bad(other)),
    };
    let lang = edge::lang(&parts.headers);
    if media(&parts.headers)? == Media::Many {
        let alone = [&IDEMPOTENCY_KEY, &IF_MATCH].into_iter().find(|param| parts.headers.contains_key(param.name));
        if let Some(param) = alone.or(validate_only.then_some(&VALIDATE_ONLY)) {
            return Err(Problem::new(StatusCode::BAD_REQUEST, "one_command_only").with("name", &param.name));
        }
        let (trace_id, network) = (edge::trace_id(&parts.extensions), edge::Network::of(&parts.extensions));
        return bulk::record(app, caller, body, bulk::Sent { lang, trace_id, network });
    }
    let bytes = whole(body).await?;
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "line_empty_body"));
    }
    let mut request = Request::parse(&bytes)?;
    take_headers(&mut request, &parts.headers)?;
    caller.may_record(&mut request, app.log())?;
    let outcome = if validate_only {
        blocking(&app, move |app| Ok(app.log().rehearse(&request, &caller.actor)?)).await?
    } else {
        let watch = Stopwatch::start();
        let answer = app.log().transact(&request, &caller.actor).await;
        noted(&app, &answer);
        let outcome = answer?;
        meter::appended(&outcome, watch.took());
        tracing::debug!(
            trace_id = edge::trace_id(&parts.extensions),
            actor = %caller.actor,
            command_id = %outcome.command_id,
            stream = %outcome.stream,
            revision = outcome.revision,
            entries = outcome.entries.len(),
            repeated = outcome.repeated,
            "a command was taken"
        );
        outcome
    };
    Answer::of(&outcome, app.log().acknowledged(), validate_only, app.words(), lang).response()
}

/// Remembers, for the readiness check, whether the log can be written.
pub(crate) fn noted(app: &App, answer: &Result<Outcome, TransactError>) {
    match answer {
        Ok(outcome) if !outcome.entries.is_empty() && !outcome.repeated => app.note_append(None),
        Err(TransactError::Log(
            error @ (LogError::Full
            | LogError::ReadOnly { .. }
            | LogError::Io { .. }
            | LogError::Closed
            | LogError::Damaged { .. }),
        )) => app.note_append(Some(Problem::from(error.clone()).code().to_owned())),
        Ok(_) | Err(_) => {}
    }
}

/// The body of one command, with not a byte more than a command may have.
async fn whole(body: Body) -> Result<Bytes, Problem> {
    let too_large = || Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "command_too_large");
    if body.size_hint().lower() > COMMAND_BYTES_MAX as u64 {
        return Err(too_large());
    }
    axum::body::to_bytes(body, COMMAND_BYTES_MAX).await.map_err(|error| {
        let source = std::error::Error::source(&error);
        if source.is_some_and(|cause| cause.is::<http_body_util::LengthLimitError>()) {
            return too_large();
        }
        Problem::new(StatusCode::BAD_REQUEST, "body_unreadable").because(&error)
    })
}

/// Takes the command's id and the expected revision from the headers, where they stand there.
fn take_headers(request: &mut Request, headers: &HeaderMap) -> Result<(), Problem> {
    if let Some(id) = header_value::<CommandId>(headers, &IDEMPOTENCY_KEY, |text| unquoted(text).or(Some(text)))? {
        if request.command_id.as_ref().is_some_and(|other| *other != id) {
            return Err(Problem::new(StatusCode::BAD_REQUEST, "idempotency_key_differs").at("/command_id"));
        }
        request.command_id = Some(id);
    }
    if let Some(revision) = header_value::<Revision>(headers, &IF_MATCH, unquoted)? {
        if request.expected_revision.is_some_and(|other| other != revision) {
            return Err(Problem::new(StatusCode::BAD_REQUEST, "revision_twice").at("/expected_revision"));
        }
        request.expected_revision = Some(revision);
    }
    Ok(())
}

fn unquoted(text: &str) -> Option<&str> {
    text.strip_prefix('"')?.strip_suffix('"')
}

fn header_value<T: std::str::FromStr>(
    headers: &HeaderMap,
    param: &Param,
    inner: fn(&str) -> Option<&str>,
) -> Result<Option<T>, Problem> {
    let Ok(name) = HeaderName::from_bytes(param.name.as_bytes()) else {
        return Ok(None);
    };
    let Some(value) = headers.get(name) else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default();
    inner(text).and_then(|text| text.parse().ok()).map(Some).ok_or_else(|| param.bad(text))
}
