//! The golden example, told to the service line by line and read back from it.

use std::path::PathBuf;

use hyper::StatusCode;
use serde_json::{Value, json};
use servanda_events::testing::parsed;
use servanda_tests::server::Server;

/// Tells the story, each line at its own time.
async fn told() -> Server {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden/logs/golden-example.ndjson");
    let story = std::fs::read_to_string(path).unwrap();
    let server = Server::start().await;
    for line in story.lines() {
        let mut command: Value = serde_json::from_str(line).unwrap();
        let at = command.as_object_mut().unwrap().remove("at").unwrap();
        server.clock.set(parsed(at.as_str().unwrap()));
        let reply = server.command(&command).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{line}: {}", reply.text());
    }
    server.clock.set(parsed("2026-01-05T09:00:00Z"));
    server
}

async fn read(server: &Server, path: &str, as_of: &str, known_on: &str) -> Value {
    let reply = server.get(&format!("{path}?as_of={as_of}&known_at={known_on}T23:59:59Z")).await;
    assert_eq!(reply.said(), "200", "{path}: {}", reply.text());
    assert_eq!(reply.json()["as_of"], as_of);
    reply.json()["data"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_three_rows_read_through_the_interface() {
    let server = told().await;
    // As of, known on: EV, PV, C, SPI, SPI(t), on time, overdue. 89/292, 272/292 and 272/364 as in the reference.
    let rows = [
        ("2025-10-20", "2025-10-20", ["2", "5", "0.2", "0.4", "0.304795", "0.4"], json!(["m2", "m4"])),
        ("2025-10-20", "2025-11-02", ["5", "5", "0.5", "1", "0.931507", "0.4"], json!(["m4"])),
        ("2025-12-31", "2025-12-31", ["5", "5", "0.5", "1", "0.747253", "0.4"], json!(["m4"])),
    ];
    let names = ["earned_value", "planned_value", "completion", "spi", "spi_t", "on_time_rate"];
    for (as_of, known_on, values, overdue) in rows {
        let progress = read(&server, "/api/v1/commitments/golden/progress", as_of, known_on).await;
        for (name, value) in names.iter().zip(values) {
            assert_eq!(progress[name]["value"], value, "{name} at {as_of}, known on {known_on}");
            assert!(!progress[name]["entries"].as_array().unwrap().is_empty(), "{name} names no entries");
        }
        let late: Vec<Value> =
            progress["overdue"].as_array().unwrap().iter().map(|item| item["milestone_id"].clone()).collect();
        assert_eq!(Value::from(late), overdue, "at {as_of}, known on {known_on}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_and_coverage_read_through_the_interface() {
    let server = told().await;
    let path = "/api/v1/commitments/golden/progress";
    let money = async |on: &str| read(&server, path, on, on).await["money"].clone();
    let before = money("2025-11-09").await;
    let converted =
        |money: &Value| (money["converted"]["share"]["value"].clone(), money["converted"]["unconverted"].clone());
    assert_eq!(converted(&before), (json!("0.6"), json!(1)));
    assert_eq!(converted(&money("2025-11-10").await), (json!("0.87"), json!(0)));
    assert_eq!(converted(&money("2025-12-02").await), (json!("0.77"), json!(0)));

    let package = read(&server, "/api/v1/packages/golden-package/progress", "2025-12-31", "2025-12-31").await;
    let count = &package["coverage"]["counts"][0];
    assert_eq!((&count["identified"], &count["declared"]), (&json!(9), &json!("36")));
    assert_eq!((&count["share"]["value"], &count["remainder"]), (&json!("0.25"), &json!("27")));
    let amount = &package["coverage"]["amounts"][0];
    assert_eq!((&amount["identified"], &amount["remainder"]), (&json!("740000000"), &json!("1460000000")));
    assert_eq!(amount["share"]["value"], "0.336364");
    assert_eq!(package["completion_mean"]["value"], Value::Null, "no milestones: not measurable");
    server.stop().await;
}
