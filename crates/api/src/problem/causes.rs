//! Which problem each refusal, each wrong field and each failure of the log is. Exhaustive, so that nothing new is
//! forgotten here.

use std::borrow::Cow;

use axum::http::{HeaderValue, StatusCode, header};
use servanda_events::Refusal;
use servanda_events::field_error::FieldError;
use servanda_events::request::{FieldProblem, ParseError};
use servanda_log::{LogError, TransactError};

use super::{Params, Problem};

impl Problem {
    fn refused(status: StatusCode, (code, params): (String, Params)) -> Self {
        let mut problem = Self::new(status, code);
        problem.0.params = params;
        problem
    }

    fn field(error: &FieldError, pointer: Option<String>, status: StatusCode) -> Self {
        let mut problem = Self::refused(status, (error.code.clone(), error.params.clone()));
        problem.0.pointer = pointer.map(Cow::Owned);
        problem
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = match (&refusal, refusal.pointer()) {
            (Refusal::RevisionDiffers { .. }, _) => StatusCode::PRECONDITION_FAILED,
            (_, Some(_)) => StatusCode::UNPROCESSABLE_ENTITY,
            (_, None) => StatusCode::CONFLICT,
        };
        let mut problem = Self::refused(status, refusal.code_and_params());
        problem.0.pointer = refusal.pointer().map(Cow::Borrowed);
        if let Refusal::RevisionDiffers { found, .. } = refusal
            && let Ok(tag) = HeaderValue::from_str(&format!("\"{found}\""))
        {
            return problem.header(header::ETAG, tag);
        }
        problem
    }
}

impl From<FieldProblem> for Problem {
    fn from(problem: FieldProblem) -> Self {
        Self::field(&problem.error, Some(problem.pointer), StatusCode::UNPROCESSABLE_ENTITY)
    }
}

impl From<ParseError> for Problem {
    fn from(error: ParseError) -> Self {
        match error {
            ParseError::Unreadable(error) if error.code == "command_too_large" => {
                Self::field(&error, None, StatusCode::PAYLOAD_TOO_LARGE)
            }
            ParseError::Unreadable(error) => Self::field(&error, None, StatusCode::BAD_REQUEST),
            ParseError::Invalid(problem) => problem.into(),
        }
    }
}

impl From<TransactError> for Problem {
    fn from(error: TransactError) -> Self {
        match error {
            TransactError::Refused(refusal) => refusal.into(),
            TransactError::Invalid(problem) => problem.into(),
            TransactError::CommandIdReused { command_id } => {
                Self::new(StatusCode::CONFLICT, "command_id_reused").with("command_id", &command_id)
            }
            TransactError::TooLarge { bytes } => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "entry_too_large").with("bytes", &bytes)
            }
            TransactError::Log(error) => error.into(),
        }
    }
}

impl From<LogError> for Problem {
    fn from(error: LogError) -> Self {
        let unavailable = StatusCode::SERVICE_UNAVAILABLE;
        match &error {
            LogError::Busy => Self::passing(StatusCode::TOO_MANY_REQUESTS, "busy"),
            LogError::Closed => Self::passing(unavailable, "shutting_down"),
            LogError::Full => Self::new(StatusCode::INSUFFICIENT_STORAGE, "disk_full").because(&error),
            LogError::ReadOnly { .. } => Self::new(unavailable, "read_only").because(&error),
            LogError::InUse { .. } => Self::new(unavailable, "ledger_in_use").because(&error),
            // Whoever sends the command again later is answered rightly in each of these.
            LogError::Io { .. } | LogError::Away { .. } | LogError::Unconfirmed { .. } => {
                Self::passing(unavailable, "log_unavailable").because(&error)
            }
            LogError::CommandTooLong { .. } => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "entries_too_large").because(&error)
            }
            LogError::Stream { .. } | LogError::NodeCopy { .. } => {
                Self::new(unavailable, "log_unavailable").because(&error)
            }
            LogError::NewerEntry { .. } | LogError::NewerVersion { .. } => {
                Self::new(unavailable, "newer_version").because(&error)
            }
            LogError::Corrupt { .. }
            | LogError::Damaged { .. }
            | LogError::Distrusted { .. }
            | LogError::HighWater { .. }
            | LogError::Key { .. } => Self::new(StatusCode::INTERNAL_SERVER_ERROR, "log_damaged").because(&error),
            LogError::WrongLedger { .. } | LogError::Misfit { .. } | LogError::Unfit { .. } => Self::internal(&error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{Lang, Words};

    fn problem_of(error: TransactError) -> (u16, String) {
        let problem = Problem::from(error);
        assert!(Words::new().knows(problem.code()), "{} has no sentence", problem.code());
        (problem.status().as_u16(), problem.code().to_owned())
    }

    #[test]
    fn each_kind_of_refusal_has_its_status() {
        let refused = |refusal| problem_of(TransactError::Refused(refusal));
        assert_eq!(refused(Refusal::RevisionDiffers { expected: 1, found: 2 }), (412, "revision_differs".into()));
        assert_eq!(refused(Refusal::NoObligor), (422, "no_obligor".into()));
        assert_eq!(refused(Refusal::AlreadyLinked), (409, "already_linked".into()));
    }

    #[test]
    fn each_failure_of_the_log_has_a_status_a_sentence_and_no_detail() {
        let path = std::path::PathBuf::from("/secret/place");
        let detail = "inner detail".to_owned();
        let cases = [
            (LogError::Busy, 429),
            (LogError::Closed, 503),
            (LogError::InUse { path: path.clone() }, 503),
            (LogError::ReadOnly { path }, 503),
            (LogError::Full, 507),
            (LogError::Io { detail: detail.clone() }, 503),
            (LogError::Away { detail: detail.clone() }, 503),
            (LogError::Unconfirmed { detail: detail.clone() }, 503),
            (LogError::Stream { detail: detail.clone() }, 503),
            (LogError::NodeCopy { path: "/secret/place".into() }, 503),
            (LogError::CommandTooLong { bytes: 2_000_000, most: 1_000_000 }, 413),
            (LogError::Corrupt { position: 1, detail: detail.clone() }, 500),
            (LogError::Damaged { detail: detail.clone() }, 500),
            (LogError::NewerEntry { position: 1, detail: detail.clone() }, 503),
            (LogError::NewerVersion { found: 2, known: 1 }, 503),
            (LogError::Misfit { position: 1, detail: detail.clone() }, 500),
            (LogError::HighWater { path: "/secret/place".into(), detail: detail.clone() }, 500),
            (LogError::Key { path: "/secret/place".into(), detail: detail.clone() }, 500),
            (LogError::Unfit { detail }, 500),
        ];
        let words = Words::new();
        for (error, status) in cases {
            assert_eq!(problem_of(TransactError::Log(error.clone())).0, status, "{error}");
            let view = serde_json::to_string(&Problem::from(error).view(&words, Lang::En, "r-1")).unwrap();
            assert!(!view.contains("secret") && !view.contains("inner detail"), "{view}");
        }
    }

    #[test]
    fn a_problem_at_a_field_names_it() {
        let error = FieldError::new("unknown_currency").with("value", "XXZ");
        let problem = Problem::from(FieldProblem { pointer: "/data/amount/currency".into(), error });
        let view = serde_json::to_value(problem.view(&Words::new(), Lang::En, "r-1")).unwrap();
        assert_eq!(view["status"], 422);
        assert_eq!(view["errors"][0]["pointer"], "/data/amount/currency");
        assert_eq!(view["type"], "/problems/unknown_currency");
        assert!(view["detail"].as_str().unwrap().starts_with("“XXZ” is not a currency code."));
    }
}
