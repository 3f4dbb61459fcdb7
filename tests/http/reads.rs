//! Reads: the two clocks, pages, tags, entries as exact bytes, what waits for a position.

use hyper::StatusCode;
use serde_json::{Value, json};
use servanda_api::Settings;
use servanda_events::dates::Instant;
use servanda_events::testing::parsed;
use servanda_events::testing::scene::{
    achieve, add_condition, but, commit_funds, correct, milestone, prospect, rate, rebaseline, state,
};
use servanda_tests::server::{Ask, Server, Start};
use sha2::{Digest, Sha256};

use crate::{named, visit};

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_says_which_clocks_it_used() {
    let server = visit().await;
    let head = server.log.head();
    let now = server.get("/api/v1/commitments/branch").await.json();
    assert_eq!((&now["as_of"], &now["known_at"]), (&json!("2025-03-20"), &json!({ "position": head })));
    let then = server.get("/api/v1/commitments/branch?as_of=2024-12-31&known_at=9").await.json();
    assert_eq!((&then["as_of"], &then["known_at"]["position"]), (&json!("2024-12-31"), &json!(9)));
    assert_eq!((&then["data"]["milestones"], &now["data"]["milestones"][1]["state"]), (&json!([]), &json!("overdue")));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_known_at_a_moment_is_answered_for_good() {
    let server = visit().await;
    let before: Instant = parsed("2025-03-25T00:00:00Z");
    server.clock.set(parsed("2025-04-01T09:00:00Z"));
    server.tell([named("late", achieve("branch", "open", "2025-02-20", "fra"))]).await;
    let path = |known_at: &str| format!("/api/v1/commitments/branch/progress?as_of=2025-03-20&known_at={known_at}");
    let completion = |reply: Value| reply["data"]["completion"]["value"].clone();
    let earlier = server.get(&path(&before.to_string())).await.json();
    assert_eq!(earlier["known_at"], json!({ "position": 15, "time": before.to_string() }));
    assert_eq!(completion(earlier), "0.5");
    assert_eq!(completion(server.get(&path("16")).await.json()), "1");
    assert_eq!(completion(server.get(&path("2030-01-01T00:00:00%2B05:00")).await.json()), "1");
    assert_eq!(completion(server.get(&path("2020-01-01T00:00:00Z")).await.json()), Value::Null);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_show_one_state_of_the_ledger_although_entries_arrive() {
    let server = Server::start().await;
    server.tell((0..7).map(|n| state(&format!("p{n}"), "KAZ"))).await;
    let mut ids = Vec::new();
    let mut path = "/api/v1/parties?page_size=3&as_of=2025-03-20".to_owned();
    loop {
        let reply = server.get(&path).await;
        let list = reply.json();
        assert_eq!(list["known_at"]["position"], 7);
        ids.extend(
            list["items"].as_array().unwrap().iter().map(|party| party["party_id"].as_str().unwrap().to_owned()),
        );
        server.tell([state(&format!("p3-{}", ids.len()), "KAZ")]).await;
        let Some(token) = list["next_page_token"].as_str() else {
            assert_eq!(reply.header("link"), "");
            break;
        };
        path = reply.header("link").split(['<', '>']).nth(1).unwrap().to_owned();
        assert!(path.ends_with(token), "{path}");
    }
    assert_eq!(ids, ["p0", "p1", "p2", "p3", "p4", "p5", "p6"]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_token_goes_with_its_own_question_only() {
    let server = Server::start().await;
    server.tell((0..3).map(|n| state(&format!("p{n}"), "KAZ"))).await;
    let list = server.get("/api/v1/parties?page_size=1").await.json();
    let token = list["next_page_token"].as_str().unwrap();
    let said = async |query: &str| server.get(&format!("{query}page_token={token}")).await.said();
    assert_eq!(said("/api/v1/parties?").await, "200");
    assert_eq!(said("/api/v1/parties?page_size=2&as_of=2025-03-20&known_at=3&").await, "200");
    assert_eq!(said("/api/v1/parties?as_of=2025-03-21&").await, "400 bad_page_token");
    assert_eq!(said("/api/v1/parties?known_at=2&").await, "400 bad_page_token");
    assert_eq!(said("/api/v1/parties?party=p1&").await, "400 bad_page_token");
    assert_eq!(said("/api/v1/packages?").await, "400 bad_page_token");
    assert_eq!(said("/api/v1/parties/p1/history?").await, "400 bad_page_token");
    assert_eq!(server.get("/api/v1/parties?page_token=3120").await.said(), "400 bad_page_token");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_caller_has_already_is_not_sent_again() {
    let server = visit().await;
    let first = server.get("/api/v1/packages/visit/progress").await;
    let tag = first.header("etag").to_owned();
    let again = server.send(Ask::get("/api/v1/packages/visit/progress").header("if-none-match", &tag)).await;
    assert_eq!((again.status, again.body.len(), again.header("etag")), (StatusCode::NOT_MODIFIED, 0, tag.as_str()));
    server.tell([milestone("branch", "later", "2026")]).await;
    let changed = server.send(Ask::get("/api/v1/packages/visit/progress").header("if-none-match", &tag)).await;
    assert_eq!(changed.status, StatusCode::OK);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_is_its_exact_bytes_with_the_hash_of_its_leaf() {
    let server = visit().await;
    let reply = server.get("/api/v1/entries/3").await;
    assert_eq!(reply.body, server.log.entry(3).unwrap().unwrap().bytes.to_vec());
    let hash = Sha256::new().chain_update([0]).chain_update(&reply.body).finalize();
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        (reply.header("servanda-leaf-hash"), reply.header("etag")),
        (hash.as_str(), format!("\"{hash}\"").as_str())
    );
    assert!(reply.header("cache-control").contains("immutable"));
    let seen = server.send(Ask::get("/api/v1/entries/3").header("if-none-match", reply.header("etag"))).await;
    assert_eq!(seen.status, StatusCode::NOT_MODIFIED);
    assert_eq!(server.get("/api/v1/entries/99").await.said(), "404 entry_not_found");
    assert_eq!(server.get("/api/v1/entries/x").await.said(), "400 bad_parameter");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_are_listed_by_position_stream_and_type() {
    let server = visit().await;
    let listed = async |query: &str| {
        let reply = server.get(&format!("/api/v1/entries{query}")).await.json();
        let positions = reply["entries"].as_array().unwrap().iter().map(|entry| entry["position"].as_u64().unwrap());
        (positions.collect::<Vec<_>>(), reply["next_after"].clone())
    };
    assert_eq!(listed("?limit=3").await, (vec![1, 2, 3], json!(3)));
    assert_eq!(listed("?after=13").await, (vec![14, 15], json!(null)));
    assert_eq!(listed("?limit=15").await.1, json!(null));
    assert_eq!(listed("?stream=commitment-branch&limit=2").await, (vec![9, 10], json!(10)));
    assert_eq!(listed("?stream=commitment-branch&after=10").await, (vec![11, 12], json!(null)));
    assert_eq!(listed("?type=PartyRegistered").await, (vec![1, 2], json!(null)));
    assert_eq!(listed("?type=PartyRegistered&limit=1").await, (vec![1], json!(1)));
    assert_eq!(listed("?type=MilestonePlanned&stream=commitment-branch&limit=1").await, (vec![10], json!(10)));
    assert_eq!(listed("?stream=party-nobody").await, (vec![], json!(null)));
    assert_eq!(listed("?after=2&up_to=4").await, (vec![3, 4], json!(null)));
    assert_eq!(listed("?up_to=4&limit=3").await, (vec![1, 2, 3], json!(3)));
    assert_eq!(listed("?up_to=4&limit=4").await, (vec![1, 2, 3, 4], json!(null)));
    assert_eq!(listed("?known_at=2&up_to=4").await, (vec![1, 2], json!(null)), "the earlier of both");
    assert_eq!(listed("?up_to=0").await, (vec![], json!(null)));
    assert_eq!(listed("?stream=commitment-branch&up_to=11&limit=2").await, (vec![9, 10], json!(10)));
    assert_eq!(listed("?stream=commitment-branch&up_to=10&limit=2").await, (vec![9, 10], json!(null)));
    assert_eq!(listed("?type=PartyRegistered&known_at=1").await, (vec![1], json!(null)));
    assert_eq!(listed("?known_at=2000-01-01T00:00:00Z").await, (vec![], json!(null)));
    server.tell([state("late", "FRA")]).await;
    let first = server.log.entry(16).unwrap().unwrap();
    let first: Value = serde_json::from_slice(&first.bytes).unwrap();
    let moment = first["recorded_at"].as_str().unwrap();
    assert_eq!(listed(&format!("?after=14&known_at={moment}")).await, (vec![15, 16], json!(null)));
    for (query, code) in
        [("up_to=17", "position_ahead"), ("known_at=17", "position_ahead"), ("up_to=x", "bad_parameter")]
    {
        let refused = server.get(&format!("/api/v1/entries?{query}")).await;
        assert_eq!((refused.status, &refused.json()["code"]), (StatusCode::BAD_REQUEST, &json!(code)), "{query}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_keeps_what_was_wrong_beside_its_correction() {
    let server = visit().await;
    let wrong =
        named("fix", correct("commitment-branch", "planned.1", "/data/achieved_on", "2025-01-20", "2025-02-10"));
    server.tell([wrong]).await;
    let history = server.get("/api/v1/commitments/branch/history?page_size=3").await;
    let types = |reply: &Value| -> Vec<String> {
        reply["items"].as_array().unwrap().iter().map(|entry| entry["type"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(types(&history.json()), ["CommitmentMade", "MilestonePlanned", "MilestonePlanned"]);
    let next = server.get(history.header("link").split(['<', '>']).nth(1).unwrap()).await.json();
    assert_eq!(
        (types(&next), &next["next_page_token"]),
        (vec!["MilestoneAchieved".into(), "EntryCorrected".into()], &json!(null))
    );
    let known = server.get("/api/v1/commitments/branch/history?known_at=12").await.json();
    assert_eq!(types(&known).len(), 4);
    let so = server.get("/api/v1/commitments/branch/history?as_of=2025-01-15&page_size=2").await;
    assert_eq!(types(&so.json()), ["CommitmentMade", "MilestonePlanned"]);
    let next = server.get(so.header("link").split(['<', '>']).nth(1).unwrap()).await.json();
    assert_eq!(
        (types(&next), &next["as_of"]),
        (vec!["MilestonePlanned".into(), "EntryCorrected".into()], &json!("2025-01-15"))
    );
    assert_eq!(
        server.get("/api/v1/commitments/branch/history?as_of=2020-01-01&known_at=12").await.said(),
        "404 not_found"
    );
    let data = |reply: Value| reply["data"]["milestones"][0]["achieved"]["achieved_on"]["text"].clone();
    assert_eq!(data(server.get("/api/v1/commitments/branch").await.json()), "2025-02-10");
    assert_eq!(data(server.get("/api/v1/commitments/branch?known_at=15").await.json()), "2025-01-20");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_carry_their_formula_and_their_entries_and_null_is_not_measurable() {
    let server = visit().await;
    let progress = server.get("/api/v1/packages/visit/progress").await.json();
    let completion = &progress["data"]["completion_mean"];
    assert_eq!((&completion["value"], &completion["formula"]), (&json!("0.5"), &json!("completion_mean.v1")));
    for entry in completion["entries"].as_array().unwrap() {
        assert_eq!(server.get(&format!("/api/v1/entries/{entry}")).await.status, StatusCode::OK);
    }
    let nothing = server.get("/api/v1/parties/kaz/progress").await.json();
    assert_eq!(nothing["data"]["completion_mean"]["value"], Value::Null);
    let counts = &progress["data"]["counts"];
    assert_eq!(counts["documents"], json!({ "identified": 1, "declared": "36" }));
    assert_eq!((&counts["measurable"], &counts["identified"]), (&json!(1), &json!(1)));
    for (told, formula) in [("counts", "counts.v1"), ("completion_words", "completion_words.v1")] {
        let told = &progress["data"][told];
        assert_eq!(told["formula"], formula);
        assert!(told["inputs"].is_object() && !told["entries"].as_array().unwrap().is_empty(), "{told}");
    }
    let late = &progress["data"]["overdue"][0];
    assert_eq!((&late["formula"], late["entries"].is_array()), (&json!("overdue.v1"), true), "{late}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_is_given_in_the_currency_that_is_asked_for() {
    let server = visit().await;
    server.tell([commit_funds("branch", "aid", "100", "USD"), rate("usd-eur", "USD", "EUR", "0.90")]).await;
    for thing in ["commitments/branch", "packages/visit", "parties/fra", "agreements/treaty"] {
        let converted = async |query: &str| {
            let reply = server.get(&format!("/api/v1/{thing}/progress?as_of=2025-03-20{query}")).await;
            reply.json()["data"]["money"]["converted"].clone()
        };
        let asked = converted("&currency=EUR").await;
        assert_eq!((&asked["currency"], &asked["owed_without_rate"]), (&json!("EUR"), &json!(0)), "{thing}");
        assert_eq!(converted("&currency=KZT").await["share"]["value"], Value::Null, "{thing}: no rate");
        let refused = server.get(&format!("/api/v1/{thing}/progress?currency=XXX")).await;
        assert_eq!(refused.json()["code"], "bad_parameter");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outline_says_what_the_figures_say_but_for_their_entries() {
    let server = visit().await;
    let things =
        ["packages/visit/", "parties/fra/", "parties/kaz/", "agreements/treaty/", "sectors/source/education/", ""];
    let figures = ["completion_mean", "on_time_rate", "verified_share", "disputed_share", "honoured_rate", "freshness"];
    for thing in things {
        let outline = server.get(&format!("/api/v1/{thing}outline?as_of=2025-03-20")).await.json();
        let progress = server.get(&format!("/api/v1/{thing}progress?as_of=2025-03-20")).await.json();
        let (outline, progress) = (&outline["data"], &progress["data"]);
        for figure in figures {
            let mut full = progress[figure].clone();
            full.as_object_mut().unwrap().remove("entries").unwrap();
            assert_eq!(outline[figure], full, "{figure} of {thing}");
        }
        for count in ["measurable", "identified", "unverifiable", "prospects"] {
            assert_eq!(outline[count], progress["counts"][count], "{count} of {thing}");
        }
        assert!(outline.get("commitments").is_none());
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_for_the_figures_of_a_prospect_the_answer_says_that_it_is_one() {
    let server = visit().await;
    server.tell([named("noted", prospect("harbour"))]).await;
    let path = "/api/v1/commitments/harbour/progress";
    assert_eq!(server.get(path).await.said(), "404 prospect_without_figures");
    for (lang, word) in [("en", "prospect"), ("fr", "à l’étude"), ("kk", "ниет"), ("ru", "намерение")]
    {
        let told = server.send(Ask::get(path).header("accept-language", lang)).await.json();
        let detail = told["detail"].as_str().unwrap();
        assert!(detail.contains(word) && detail.contains("harbour"), "{lang}: {detail}");
    }
    assert_eq!(server.get(&format!("{path}?known_at=3")).await.said(), "404 not_found", "nobody knew of it then");
    assert_eq!(server.get("/api/v1/commitments/harbour").await.status, StatusCode::OK);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn overdue_shows_the_first_date_beside_the_present_one() {
    let server = visit().await;
    let moved = but(rebaseline("branch", "open", 1, "2025-03-10"), json!({ "occurred_on": "2025-02-15" }));
    server.tell([moved]).await;
    let overdue = server.get("/api/v1/overdue?package=visit").await.json();
    let item = &overdue["items"][0];
    assert_eq!((&item["first_due"]["text"], &item["due"]["text"]), (&json!("2025-02"), &json!("2025-03-10")));
    assert_eq!(item["late_days"], 10);
    assert_eq!(server.get("/api/v1/overdue?as_of=2025-03-09").await.json()["items"], json!([]));
    let found = server.get("/api/v1/search?q=Branch").await.json();
    assert_eq!((&found["items"][0]["id"], &found["items"][0]["family"]), (&json!("branch"), &json!("commitment")));
    assert_eq!(server.get("/api/v1/search?q=%20").await.json()["items"], json!([]));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_risk_says_why_at_a_date_and_as_known() {
    let server = visit().await;
    let before = server.log.head();
    server.tell([but(add_condition("branch", "licence"), json!({ "occurred_on": "2025-01-10" }))]).await;
    let reasons = async |query: &str| -> Vec<String> {
        let page = server.get(&format!("/api/v1/at-risk?{query}")).await.json();
        let risks = page["items"].as_array().unwrap().iter().flat_map(|item| item["risks"].as_array().unwrap().clone());
        risks.map(|risk| risk["reason"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(reasons("as_of=2025-02-10&package=visit").await, ["due_soon", "condition_unmet"]);
    assert_eq!(reasons(&format!("as_of=2025-02-10&known_at={before}")).await, ["due_soon"]);
    assert_eq!(reasons("as_of=2025-01-12&party=kaz").await, ["due_soon", "condition_unmet", "condition_unmet"]);
    assert!(reasons("as_of=2025-03-01").await.is_empty(), "overdue by then");
    let progress = server.get("/api/v1/packages/visit/progress?as_of=2025-02-10").await.json();
    assert_eq!(progress["data"]["at_risk"][0]["milestone_id"], "open");
    assert_eq!(progress["data"]["honoured_rate"]["value"], Value::Null);
    let sector = server.get("/api/v1/sectors/source/education/progress?as_of=2025-02-10").await.json();
    assert_eq!(sector["data"]["commitments"][0]["commitment_id"], "branch");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_does_not_pretend_to_know_what_the_pages_have_not_reached() {
    let settings = Settings { wait_max: std::time::Duration::from_millis(50), ..Settings::default() };
    let server = Server::start_with(Start { settings, projecting: false, ..Start::default() }).await;
    assert_eq!(server.command(&state("kaz", "KAZ")).await.status, StatusCode::CREATED);
    for query in ["wait_for=1", "known_at=1", "known_at=2025-04-01T00:00:00Z"] {
        let reply = server.get(&format!("/api/v1/parties/kaz?{query}")).await;
        assert_eq!((reply.said().as_str(), reply.header("retry-after")), ("503 not_yet_applied", "1"), "{query}");
    }
    assert_eq!(server.get("/api/v1/parties/kaz").await.said(), "404 not_found");
    assert_eq!(server.get("/api/v1/parties?wait_for=-1").await.said(), "400 bad_parameter");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_looks_are_compared_page_by_page() {
    let server = visit().await;
    server.clock.set(parsed("2025-04-01T09:00:00Z"));
    server.tell([named("moved", rebaseline("branch", "open", 1, "2026"))]).await;
    server.tell([named("late", achieve("branch", "open", "2025-02-20", "fra"))]).await;
    let all = server.get("/api/v1/compare?from=2025-03-25&to=2025-04-01").await.json();
    let told = |list: &Value| -> Vec<String> {
        let items = list["items"].as_array().unwrap().iter();
        items.map(|item| format!("{} {} {}", item["change"], item["type"], item["entry"]).replace('"', "")).collect()
    };
    assert_eq!((&all["from"]["as_of"], &all["from"]["known_at"]["position"]), (&json!("2025-03-25"), &json!(15)));
    assert_eq!(told(&all), ["amended MilestoneRebaselined 16", "added MilestoneAchieved 17"]);
    let mut paged = Vec::new();
    let mut path = "/api/v1/compare?from=2024-01-01@0&page_size=1".to_owned();
    loop {
        let list = server.get(&path).await.json();
        paged.extend(told(&list));
        let Some(token) = list["next_page_token"].as_str() else { break };
        path = format!("/api/v1/compare?from=2024-01-01@0&page_size=1&page_token={token}");
    }
    let whole = server.get("/api/v1/compare?from=2024-01-01@0&page_size=500").await.json();
    assert_eq!(paged, told(&whole));
    let late = whole["items"].as_array().unwrap().iter().filter(|item| item["change"] == "became_late").count();
    assert_eq!(whole["items"].as_array().unwrap().len() - late, 17, "from nothing to all that is recorded");
    assert_eq!(server.get("/api/v1/compare").await.said(), "400 parameter_missing");
    assert_eq!(server.get("/api/v1/compare?from=2025-03-25@99").await.said(), "400 position_ahead");
    assert_eq!(server.get("/api/v1/compare?from=soon").await.said(), "400 bad_parameter");
    server.stop().await;
}
