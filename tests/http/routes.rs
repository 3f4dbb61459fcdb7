//! The route table, mirrored: every route has a good and a bad case here, and none is missing.

use std::collections::BTreeSet;

use servanda_tests::server::Ask;

use crate::visit;

/// Route, a good address with what it says, a bad address with what it says.
const CASES: &[(&str, &str, &str, &str, &str)] = &[
    ("/api/v1/parties", "/api/v1/parties", "200", "/api/v1/parties?page_size=0", "400 bad_parameter"),
    ("/api/v1/parties/{id}", "/api/v1/parties/kaz", "200", "/api/v1/parties/nobody", "404 not_found"),
    (
        "/api/v1/parties/{id}/history",
        "/api/v1/parties/kaz/history",
        "200",
        "/api/v1/parties/nobody/history",
        "404 not_found",
    ),
    (
        "/api/v1/parties/{id}/progress",
        "/api/v1/parties/fra/progress",
        "200",
        "/api/v1/parties/nobody/progress",
        "404 not_found",
    ),
    ("/api/v1/packages", "/api/v1/packages", "200", "/api/v1/packages?as_of=2025-02-30", "400 bad_parameter"),
    ("/api/v1/packages/{id}", "/api/v1/packages/visit", "200", "/api/v1/packages/Visit", "404 not_found"),
    (
        "/api/v1/packages/{id}/history",
        "/api/v1/packages/visit/history",
        "200",
        "/api/v1/packages/visit/history?as_of=someday",
        "400 bad_parameter",
    ),
    (
        "/api/v1/packages/{id}/progress",
        "/api/v1/packages/visit/progress",
        "200",
        "/api/v1/packages/visit/progress?known_at=1",
        "404 not_found",
    ),
    ("/api/v1/agreements", "/api/v1/agreements", "200", "/api/v1/agreements?pagesize=3", "400 unknown_parameter"),
    (
        "/api/v1/agreements/{id}",
        "/api/v1/agreements/treaty",
        "200",
        "/api/v1/agreements/treaty?known_at=99",
        "400 position_ahead",
    ),
    (
        "/api/v1/agreements/{id}/history",
        "/api/v1/agreements/treaty/history",
        "200",
        "/api/v1/agreements/treaty/history?known_at=yesterday",
        "400 bad_parameter",
    ),
    (
        "/api/v1/agreements/{id}/progress",
        "/api/v1/agreements/treaty/progress",
        "200",
        "/api/v1/agreements/none/progress",
        "404 not_found",
    ),
    (
        "/api/v1/commitments",
        "/api/v1/commitments?package=visit&agreement=treaty&party=fra",
        "200",
        "/api/v1/commitments?package=visit&package=visit",
        "400 parameter_twice",
    ),
    ("/api/v1/commitments/{id}", "/api/v1/commitments/branch", "200", "/api/v1/commitments/none", "404 not_found"),
    (
        "/api/v1/commitments/{id}/history",
        "/api/v1/commitments/branch/history",
        "200",
        "/api/v1/commitments/none/history",
        "404 not_found",
    ),
    (
        "/api/v1/commitments/{id}/progress",
        "/api/v1/commitments/branch/progress",
        "200",
        "/api/v1/commitments/centre/progress",
        "404 prospect_without_figures",
    ),
    ("/api/v1/indicators", "/api/v1/indicators", "200", "/api/v1/indicators?page_token=x", "400 bad_page_token"),
    ("/api/v1/indicators/{id}", "/api/v1/indicators/turnover", "200", "/api/v1/indicators/none", "404 not_found"),
    (
        "/api/v1/indicators/{id}/history",
        "/api/v1/indicators/turnover/history",
        "200",
        "/api/v1/indicators/none/history",
        "404 not_found",
    ),
    (
        "/api/v1/sectors/{scheme}/{code}/progress",
        "/api/v1/sectors/source/education/progress",
        "200",
        "/api/v1/sectors/source/piracy/progress",
        "404 not_found",
    ),
    (
        "/api/v1/parties/{id}/outline",
        "/api/v1/parties/fra/outline",
        "200",
        "/api/v1/parties/nobody/outline",
        "404 not_found",
    ),
    (
        "/api/v1/packages/{id}/outline",
        "/api/v1/packages/visit/outline",
        "200",
        "/api/v1/packages/none/outline",
        "404 not_found",
    ),
    (
        "/api/v1/agreements/{id}/outline",
        "/api/v1/agreements/treaty/outline",
        "200",
        "/api/v1/agreements/none/outline",
        "404 not_found",
    ),
    (
        "/api/v1/sectors/{scheme}/{code}/outline",
        "/api/v1/sectors/source/education/outline",
        "200",
        "/api/v1/sectors/source/piracy/outline",
        "404 not_found",
    ),
    ("/api/v1/outline", "/api/v1/outline", "200", "/api/v1/outline?as_of=", "400 bad_parameter"),
    ("/api/v1/progress", "/api/v1/progress", "200", "/api/v1/progress?as_of=", "400 bad_parameter"),
    ("/api/v1/at-risk", "/api/v1/at-risk?party=fra", "200", "/api/v1/at-risk?party=F", "400 bad_parameter"),
    ("/api/v1/overdue", "/api/v1/overdue?party=fra", "200", "/api/v1/overdue?party=F", "400 bad_parameter"),
    (
        "/api/v1/compare",
        "/api/v1/compare?from=2025-01-31@12&to=2025-03-20&package=visit",
        "200",
        "/api/v1/compare?from=2025-03-20&to=2025-01-31",
        "400 comparison_reversed",
    ),
    ("/api/v1/search", "/api/v1/search?q=branch", "200", "/api/v1/search", "400 parameter_missing"),
    (
        "/api/v1/entries",
        "/api/v1/entries?after=3&up_to=9&limit=2",
        "200",
        "/api/v1/entries?type=Nothing",
        "400 bad_parameter",
    ),
    ("/api/v1/entries/{position}", "/api/v1/entries/1", "200", "/api/v1/entries/0", "404 entry_not_found"),
    ("/livez", "/livez", "200", "/livez/", "404 route_unknown"),
    ("/readyz", "/readyz", "200", "/ready", "404 route_unknown"),
    ("/metrics", "/metrics", "200", "/metrics/x", "404 route_unknown"),
    ("/openapi.json", "/openapi.json", "200", "/openapi.yaml", "404 route_unknown"),
];

/// Routes with tests of their own.
const ELSEWHERE: &[&str] = &[
    "/api/v1/commands",
    "/api/v1/feed",
    "/api/v1/entries/{position}/proof",
    "/api/v1/consistency",
    "/checkpoint",
    "/policy",
    "/rotations",
    "/tile/{level}/{tile}",
    "/tile/entries/{tile}",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_a_good_and_a_bad_request() {
    let server = visit().await;
    for (route, good, says, bad, refuses) in CASES {
        assert_eq!(server.get(good).await.said(), *says, "{route}: {good}");
        assert_eq!(server.get(bad).await.said(), *refuses, "{route}: {bad}");
    }
    server.stop().await;
}

#[test]
fn no_route_is_missing_here() {
    let here = CASES.iter().map(|case| case.0).chain(ELSEWHERE.iter().copied());
    let here: BTreeSet<String> = here.map(str::to_owned).collect();
    let routes: BTreeSet<String> = servanda_api::route_names().into_iter().map(|(_, path)| path).collect();
    assert_eq!(here, routes);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_contract_names_the_routes_that_the_service_has() {
    let server = visit().await;
    let contract = server.get("/openapi.json").await.json();
    assert_eq!(contract["openapi"], "3.1.0");
    assert_eq!(contract, servanda_api::openapi::document());
    let paths = contract["paths"].as_object().unwrap();
    let named: BTreeSet<(&str, String)> = paths
        .iter()
        .flat_map(|(path, methods)| {
            methods.as_object().unwrap().keys().map(move |method| (method.as_str(), path.clone()))
        })
        .collect();
    assert_eq!(named, servanda_api::route_names().into_iter().collect());
    for (method, path) in named {
        let address = path.replace("{position}", "1").replace("{code}", "busy").replace("{id}", "x");
        let ask = if method == "get" { Ask::get(&address) } else { Ask::of("POST", &address) };
        if path != "/api/v1/feed" {
            let said = server.send(ask).await.said();
            assert!(!said.contains("route_unknown") && !said.contains("405"), "{path}: {said}");
        }
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_can_be_put_patched_or_deleted() {
    let server = visit().await;
    for (_, path) in servanda_api::route_names() {
        let address = path.replace("{position}", "1");
        for method in ["PUT", "PATCH", "DELETE"] {
            let reply = server.send(Ask::of(method, &address)).await;
            assert_eq!(reply.said(), "405 method_not_allowed", "{method} {path}");
            assert!(!reply.header("allow").is_empty(), "{method} {path}");
        }
    }
    let reply = server.send(Ask::of("POST", "/api/v1/parties")).await;
    assert_eq!((reply.said().as_str(), reply.header("allow")), ("405 method_not_allowed", "GET,HEAD"));
    assert_eq!(server.get("/api/v1/parties/%FF").await.said(), "404 route_unknown");
    server.stop().await;
}
