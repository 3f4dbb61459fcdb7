//! front
use axum::extract::State;
use axum::response::Response;
use crate::app::App;
use crate::problem::Problem;
use crate::contract::*;
const fn page(path: &'static str, id: &'static str) -> Spec { Spec { method: "get", path, id, tag: "pages", about: "x", params: &[], records: false, good: &[], problems: &[] } }
pub(crate) static FRONT: Spec = page("/", "getFrontPage");
pub(crate) static STYLE: Spec = page("/style.css", "getStyle");
pub(crate) static PROBLEM: Spec = Spec { params: &[&CODE], ..page("/problems/{code}", "explainProblem") };
pub(crate) async fn front(State(_app): State<App>) -> Result<Response, Problem> { Err(Problem::internal("x")) }
pub(crate) async fn style(State(_app): State<App>) -> Result<Response, Problem> { Err(Problem::internal("x")) }
pub(crate) async fn problem(State(_app): State<App>) -> Result<Response, Problem> { Err(Problem::internal("x")) }
