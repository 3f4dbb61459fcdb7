//! The pages of webhooks: made within the operator's limits, shown with how far each has come, held up and removed.

use axum::http::StatusCode;

use super::{Office, id};
use crate::access::Deed;
use crate::app::Settings;

const FORM: &str = "label=Registry&url=https%3A%2F%2Fhooks.example%2Fin&family-commitment=yes&start=now";

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_makes_a_webhook_and_sees_its_secret_once() {
    let office = Office::open().await;
    let admin = office.session("admin");
    let made = office.ask("post", "/admin/webhooks", &admin, FORM).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let kept = office.app.access().webhooks().unwrap().remove(0);
    assert!(kept.secret.starts_with("whsec_") && made.text.contains(&kept.secret), "{}", made.text);
    assert_eq!(made.headers["cache-control"], "no-store");
    assert_eq!(crate::webhook_key(&kept.secret).unwrap().len(), 32);
    assert_eq!((kept.position, kept.paused), (office.app.log().head(), false), "what comes from now on");
    let page = office.get("/admin/webhooks", &admin).await.text;
    assert!(!page.contains(&kept.secret) && page.contains("everything was acknowledged"), "{page}");
    assert!(page.contains("https://hooks.example/in") && page.contains("Commitment or prospect"), "{page}");

    let access = office.app.access();
    access.webhook_failed(kept.id, "status_500", false, office.app.log().now()).unwrap();
    let failing = office.get("/admin/webhooks", &admin).await.text;
    assert!(
        failing.contains("1 attempt has failed since") && failing.contains("answered with status 500"),
        "{failing}"
    );
    let at = format!("/admin/webhooks/{}", kept.id);
    office.ask("post", &format!("{at}/pause"), &admin, "").await;
    assert!(access.webhook(kept.id).unwrap().unwrap().paused);
    office.ask("post", &format!("{at}/resume"), &admin, "").await;
    let resumed = access.webhook(kept.id).unwrap().unwrap();
    assert_eq!((resumed.paused, resumed.failures, resumed.trouble), (false, 0, None));
    office.ask("post", &format!("{at}/remove"), &admin, "").await;
    assert!(access.webhooks().unwrap().is_empty());
    assert_eq!(office.ask("post", &format!("{at}/pause"), &admin, "").await.status, StatusCode::NOT_FOUND);
    let deeds: Vec<Deed> = access.audit(false, 0, 4).unwrap().iter().map(|row| row.deed).collect();
    assert_eq!(deeds, [Deed::WebhookRemoved, Deed::WebhookResumed, Deed::WebhookPaused, Deed::WebhookMade]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_to_a_host_that_the_operator_did_not_allow_is_refused_and_every_answer_kept() {
    let office = Office::open().await;
    let admin = office.session("admin");
    for (url, said) in [
        ("https%3A%2F%2Felsewhere.example%2Fin", "is not among those"),
        ("http%3A%2F%2Fhooks.example%2Fin", "begins with https://"),
        ("http%3A%2F%2F169.254.169.254%2F", "begins with https://"),
    ] {
        let form = FORM.replace("https%3A%2F%2Fhooks.example%2Fin", url).replace("start=now", "start=first");
        let refused = office.ask("post", "/admin/webhooks", &admin, &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text.contains(said) && refused.text.contains("href=\"#url\""), "{}", refused.text);
        assert!(refused.text.contains("value=\"Registry\""), "{}", refused.text);
        for kept in ["id=\"family-commitment\"", "value=\"first\""] {
            let input = refused.text.split(kept).nth(1).unwrap().split('>').next().unwrap();
            assert!(input.contains(" checked"), "{kept}: {input}");
        }
    }
    assert!(office.app.access().webhooks().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_operator_allows_no_host_the_page_says_what_to_do() {
    let mut office = Office::open().await;
    let settings = Settings::default();
    office.app =
        crate::App::new(office.app.log().clone(), office.app.read().clone(), office.app.access().clone(), settings);
    let page = office.get("/admin/webhooks", &office.session("admin")).await.text;
    assert!(page.contains("webhooks.hosts") && !page.contains("action=\"/admin/webhooks\""), "{page}");
    assert!(office.app.access().user(&id("admin")).unwrap().is_some());
}
