//! Webhooks against a receiver on this machine: order, signatures, what is sent again, what holds them up.

use std::sync::{Arc, Mutex};

use servanda_api::{Role, UserWish, WebhookWish};
use servanda_events::Request;
use servanda_events::ids::Family;
use servanda_events::testing::scene::{milestone, state, visit};
use servanda_log::{Clock, Ids};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

fn id<T: std::str::FromStr>(text: &str) -> T {
    text.parse().ok().unwrap()
}

/// What came, in order: head and body.
type Came = Arc<Mutex<Vec<(String, String)>>>;

/// A receiver that answers with these statuses, and then with 204.
async fn receiver(statuses: &[u16]) -> (String, Came) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (came, mut statuses) = (Came::default(), Vec::from(statuses).into_iter());
    let kept = Arc::clone(&came);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut bytes = Vec::new();
            let (head, body) = loop {
                let mut part = [0; 4_096];
                let read = stream.read(&mut part).await.unwrap();
                bytes.extend(&part[..read]);
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                let length: usize = header(head, "content-length").parse().unwrap();
                if body.len() >= length {
                    break (head.to_owned(), body.to_owned());
                }
            };
            kept.lock().unwrap().push((head, body));
            let status = statuses.next().unwrap_or(204);
            stream.write_all(format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\n\r\n").as_bytes()).await.unwrap();
        }
    });
    (address, came)
}

fn header<'a>(head: &'a str, name: &str) -> &'a str {
    let of = |line: &'a str| line.split_once(": ").filter(|(key, _)| key.eq_ignore_ascii_case(name));
    head.lines().find_map(of).map_or("", |(_, value)| value)
}

const KEY: [u8; 32] = [7; 32];

/// A ledger with a webhook to an address, for these families.
async fn ledger(address: &str, families: &str) -> (Webhooks, tempfile::TempDir) {
    let log = Log::memory(id("test"), Clock::fixed(id("2025-04-20T09:00:00Z")), Ids::stepping());
    log.append_exact(visit().entries().to_vec()).await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let access = Access::open(&dir.path().join("access.sqlite")).unwrap();
    let admin = UserWish { id: id("admin"), name: "A".into(), party: None, role: Role::Administrator, lang: None };
    access.create_user(&admin, log.now()).unwrap();
    let family = |name: &str| Family::ALL.into_iter().find(|family| family.as_str() == name);
    let wish = WebhookWish {
        label: "x".into(),
        url: format!("http://{address}/in?from=servanda"),
        secret: format!("whsec_{}", STANDARD.encode(KEY)),
        families: families.split(',').filter_map(family).collect(),
        after: 0,
    };
    access.make_webhook(&wish, &admin.id, log.now()).unwrap();
    (Webhooks { log, access, hosts: vec![address.to_owned()] }, dir)
}

async fn until(mut is: impl FnMut() -> bool) {
    for _ in 0..2_000 {
        if is() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it did not come about in twenty seconds");
}

fn kept(webhooks: &Webhooks) -> Webhook {
    webhooks.access.webhooks().unwrap().remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_entry_comes_in_order_signed_and_again_until_it_is_acknowledged() {
    let (address, came) = receiver(&[204, 500, 302, 204]).await;
    let (webhooks, _dir) = ledger(&address, "").await;
    let head = webhooks.log.head();
    let stop = CancellationToken::new();
    let running = tokio::spawn(webhooks.clone().run(stop.clone()));
    until(|| kept(&webhooks).position == head).await;
    let more = Request::parse(state("kgz", "KGZ").to_string().as_bytes()).unwrap();
    webhooks.log.transact(&more, &id("operator")).await.unwrap();
    until(|| kept(&webhooks).position == head + 1).await;
    stop.cancel();
    running.await.unwrap();

    let came = came.lock().unwrap().clone();
    let positions: Vec<u64> = came
        .iter()
        .map(|(_, body)| serde_json::from_str::<serde_json::Value>(body).unwrap()["data"]["position"].as_u64().unwrap())
        .collect();
    let once: Vec<u64> = (1..=head + 1).collect();
    assert_eq!(positions, [&once[..2], &[2, 2], &once[2..]].concat(), "the second was refused twice");
    for (head, body) in &came {
        assert!(head.starts_with("POST /in?from=servanda HTTP/1.1"), "{head}");
        assert_eq!(header(head, "content-type"), "application/cloudevents+json");
        let event: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(header(head, "webhook-id"), event["id"]);
        let signed = signature(&KEY, header(head, "webhook-id"), header(head, "webhook-timestamp"), body.as_bytes());
        assert_eq!(header(head, "webhook-signature"), signed);
    }
    let now = kept(&webhooks);
    assert_eq!((now.failures, now.trouble, now.failing_since), (0, None, None), "a success takes failures back");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_asked_for_is_sent_and_the_rest_is_passed() {
    let (address, came) = receiver(&[]).await;
    let (webhooks, _dir) = ledger(&address, "commitment").await;
    let request = Request::parse(milestone("branch", "open", "2026").to_string().as_bytes()).unwrap();
    webhooks.log.transact(&request, &id("operator")).await.unwrap();
    let head = webhooks.log.head();
    let stop = CancellationToken::new();
    tokio::spawn(webhooks.clone().run(stop.clone()));
    until(|| kept(&webhooks).position == head).await;
    stop.cancel();
    let came = came.lock().unwrap().clone();
    let subjects: Vec<String> = came
        .iter()
        .map(|(_, body)| {
            serde_json::from_str::<serde_json::Value>(body).unwrap()["subject"].as_str().unwrap().to_owned()
        })
        .collect();
    assert!(!subjects.is_empty() && subjects.iter().all(|subject| subject.starts_with("commitment-")), "{subjects:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_gone_or_not_allowed_is_left_in_peace() {
    let (address, came) = receiver(&[410]).await;
    let (mut webhooks, _dir) = ledger(&address, "").await;
    let stop = CancellationToken::new();
    tokio::spawn(webhooks.clone().run(stop.clone()));
    until(|| kept(&webhooks).paused).await;
    assert_eq!((kept(&webhooks).position, kept(&webhooks).trouble.as_deref()), (0, Some("status_410")));
    assert_eq!(came.lock().unwrap().len(), 1);
    stop.cancel();

    let (address, came) = receiver(&[]).await;
    let dir;
    (webhooks, dir) = ledger(&address, "").await;
    webhooks.hosts = vec!["127.0.0.1:1".to_owned()];
    let stop = CancellationToken::new();
    tokio::spawn(webhooks.clone().run(stop.clone()));
    until(|| kept(&webhooks).paused).await;
    assert_eq!(kept(&webhooks).trouble.as_deref(), Some("not_allowed"));
    assert!(came.lock().unwrap().is_empty(), "nothing was sent");
    stop.cancel();
    drop(dir);
}

#[tokio::test(flavor = "multi_thread")]
async fn three_days_of_failures_hold_it_up() {
    let (webhooks, _dir) = ledger("127.0.0.1:9", "").await;
    let first = webhooks.log.now();
    let days = |count: i64| Instant::from_micros(first.micros() + count * 24 * 60 * 60 * 1_000_000).unwrap();
    let webhook = kept(&webhooks);
    let entry = webhooks.log.entry(1).unwrap().unwrap();
    assert_eq!(webhooks.attempt(&webhook, &entry, first).await.unwrap(), Err(Trouble::Unreachable));
    webhooks.access.webhook_failed(webhook.id, "unreachable", false, first).unwrap();
    assert!(!kept(&webhooks).is_given_up(days(3)) && kept(&webhooks).is_given_up(days(4)));
}

#[test]
fn the_signature_is_that_of_the_standard() {
    // The example of the Standard Webhooks specification's libraries.
    let key = webhook_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    let body = br#"{"test": 2432232314}"#;
    let signed = signature(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body);
    assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}
