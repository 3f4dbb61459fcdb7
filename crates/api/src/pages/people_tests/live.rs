//! The feed of an open page: for whoever has a session, where the interface wants a token, and with positions alone.

use axum::body::Body;
use axum::http::{Request as HttpRequest, StatusCode};
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use tokio_stream::StreamExt as _;

use super::Office;
use crate::app::{ReadAccess, Settings};

#[tokio::test(flavor = "multi_thread")]
async fn an_open_page_hears_that_there_are_entries_by_its_session_and_not_what_they_are() {
    let office = Office::with(Settings { reads: ReadAccess::Token, ..Settings::default() }).await;
    let session = office.session("reader");
    assert_eq!(office.get("/api/v1/feed", &session).await.status, StatusCode::UNAUTHORIZED);
    let nobody = office.get("/live?after=0", "").await;
    assert_eq!((nobody.status, nobody.location()), (StatusCode::SEE_OTHER, "/sign-in?next=%2Flive%3Fafter%3D0"));
    let service = TowerToHyperService::new(crate::routes::router(office.app.clone()));
    let request = HttpRequest::builder().uri("/live?after=0").header("host", "ledger.example");
    let request = request.header("cookie", &session).body(Body::empty()).unwrap();
    let response = service.call(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut chunks = response.into_body().into_data_stream();
    let mut text = String::new();
    while !text.contains(&format!("id: {}\n", office.app.log().head())) {
        text.push_str(std::str::from_utf8(&chunks.next().await.unwrap().unwrap()).unwrap());
    }
    assert!(text.starts_with("retry: 2000\n\nid: 1\ndata:\n\nid: 2\n"), "{text}");
    assert!(!text.contains('{'), "a page hears more than that there are entries: {text}");
}
