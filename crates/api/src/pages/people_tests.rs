//! Pages for people who signed in: every route as every role, of the own party and of another; signing in and out with
//! its cookies; forms from elsewhere; each page in four languages.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{HeaderMap, Request as HttpRequest, StatusCode};
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use serde_json::json;
use servanda_events::Request;
use servanda_events::testing::scene::{achieve, but, milestone, visit};
use servanda_log::{Clock, Ids, Log};
use servanda_projector::ReadModel;

use super::routes::{self, Who};
use crate::access::{Access, Deed, Hashed, Role, UserWish};
use crate::app::{App, Settings};
use crate::four_eyes::{Policy, Submitted, submit};
use crate::words::Lang;

mod delegations;
mod forms;
mod live;
mod tables;
mod webhooks;
mod work;

const PASSWORD: &str = "correct horse battery";

fn id<T: std::str::FromStr>(text: &str) -> T {
    text.parse().ok().unwrap()
}

/// Everybody: an account for each role of two parties.
const PEOPLE: [(&str, Role, Option<&str>); 8] = [
    ("reader", Role::Reader, Some("fra")),
    ("recorder", Role::Recorder, Some("fra")),
    ("reviewer", Role::Reviewer, Some("fra")),
    ("verifier", Role::Verifier, Some("fra")),
    ("admin", Role::Administrator, Some("fra")),
    ("proposer", Role::Recorder, Some("fra")),
    ("other-reviewer", Role::Reviewer, Some("kaz")),
    ("other-admin", Role::Administrator, Some("kaz")),
];

struct Office {
    app: App,
    clock: Clock,
    _dir: tempfile::TempDir,
}

struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Reply {
    fn location(&self) -> &str {
        self.headers.get("location").map_or("", |value| value.to_str().unwrap())
    }

    fn cookies(&self) -> Vec<&str> {
        self.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect()
    }
}

impl Office {
    async fn open() -> Self {
        let four_eyes = Policy::of_setting("commitment").unwrap();
        let webhook_hosts = vec!["hooks.example".to_owned()];
        Self::with(Settings { four_eyes, webhook_hosts, ..Settings::default() }).await
    }

    async fn with(settings: Settings) -> Self {
        let clock = Clock::fixed(id("2025-04-20T09:00:00Z"));
        let log = Log::memory(id("test"), clock.clone(), Ids::stepping());
        let story = visit().given(milestone("branch", "open", "2025-05-01"));
        log.append_exact(story.entries().to_vec()).await.unwrap();
        let dir = tempfile::tempdir().unwrap();
        let (read, _) = ReadModel::open(dir.path(), &log, |_| {}).unwrap();
        let app = App::new(log, read, Access::memory().unwrap(), settings);
        let hashed = Hashed::of(PASSWORD, &[1; 32]).unwrap();
        for (name, role, party) in PEOPLE {
            let wish =
                UserWish { id: id(name), name: format!("Name of {name}"), party: party.map(id), role, lang: None };
            app.access().create_user(&wish, app.log().now()).unwrap();
            app.access().set_password(&wish.id, &hashed, false, app.log().now()).unwrap();
        }
        Self { app, clock, _dir: dir }
    }

    fn session(&self, user: &str) -> String {
        let secret = Ids::System.secret().unwrap();
        let text = self.app.access().begin_session(&id(user), &secret, self.app.log().now()).unwrap();
        format!("__Host-session={text}")
    }

    async fn proposal(&self) -> String {
        let user = self.app.access().user(&id("proposer")).unwrap().unwrap();
        let command = but(achieve("branch", "open", "2025-03-01", "fra"), json!({ "evidence": [] }));
        let request = Request::parse(command.to_string().as_bytes()).unwrap();
        match submit(&self.app, &user, request).await.unwrap() {
            Submitted::Proposed(proposal) => proposal.id.to_string(),
            Submitted::Recorded(outcome) => panic!("recorded: {outcome:?}"),
        }
    }

    async fn send(&self, request: HttpRequest<Body>) -> Reply {
        let service = TowerToHyperService::new(crate::routes::router(self.app.clone()));
        let response = service.call(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Reply { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    async fn ask(&self, method: &str, path: &str, cookie: &str, form: &str) -> Reply {
        let request = HttpRequest::builder()
            .method(method.to_uppercase().as_str())
            .uri(path)
            .header("host", "ledger.example")
            .header("accept", "text/html")
            .header("cookie", cookie)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(request.body(Body::from(form.to_owned())).unwrap()).await
    }

    async fn get(&self, path: &str, cookie: &str) -> Reply {
        self.ask("get", path, cookie, "").await
    }

    async fn sign_in(&self, name: &str, password: &str, cookie: &str) -> Reply {
        let form = format!("name={name}&password={}&next=/work", password.replace(' ', "+"));
        self.ask("post", "/sign-in", cookie, &form).await
    }
}

/// What a visitor hears who may not: led to the sign-in, or told so.
fn is_kept_out(reply: &Reply) -> bool {
    let led = reply.status == StatusCode::SEE_OTHER && reply.location().starts_with("/sign-in");
    led || matches!(reply.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
}

/// Who may use a route, of those in [`PEOPLE`] and `nobody`. A route without a row here fails.
const ROUTES: &[(&str, &str, &[&str])] = &[
    ("get", "/account", SIGNED_IN),
    ("post", "/account/tokens", SIGNED_IN),
    ("post", "/account/tokens/revoke", SIGNED_IN),
    ("get", "/account/password", SIGNED_IN),
    ("post", "/account/password", SIGNED_IN),
    ("post", "/session/extend", SIGNED_IN),
    ("get", "/work", SIGNED_IN),
    ("get", "/review", RECORDERS),
    ("get", "/review/{id}", OWN_RECORDERS),
    ("post", "/review/{id}/approve", OWN_REVIEWERS),
    ("post", "/review/{id}/return", OWN_REVIEWERS),
    ("post", "/review/{id}/again", &["proposer"]),
    ("post", "/review/{id}/withdraw", &["proposer"]),
    ("post", "/review/{id}/mend", &["proposer"]),
    ("get", "/review/{id}/evidence/{place}", OWN_RECORDERS),
    ("get", "/delegations", RECORDERS),
    ("post", "/delegations", REVIEWERS),
    ("post", "/delegations/{id}/end", RECORDERS),
    ("get", "/record", RECORDERS),
    ("get", "/record/{form}", RECORDERS),
    ("post", "/record/{form}", RECORDERS),
    ("get", "/drafts", RECORDERS),
    ("get", "/drafts/{draft}/check", RECORDERS),
    ("post", "/drafts/{draft}/check", RECORDERS),
    ("get", "/drafts/{draft}/{step}", RECORDERS),
    ("post", "/drafts/{draft}/{step}", RECORDERS),
    ("post", "/drafts/{draft}/again", RECORDERS),
    ("post", "/drafts/{draft}/delete", RECORDERS),
    ("get", "/import", RECORDERS),
    ("post", "/import", RECORDERS),
    ("get", "/import/{batch}", RECORDERS),
    ("get", "/import/{batch}/columns", RECORDERS),
    ("post", "/import/{batch}/columns", RECORDERS),
    ("get", "/import/{batch}/preview", RECORDERS),
    ("get", "/import/{batch}/annotated", RECORDERS),
    ("post", "/import/{batch}/record", RECORDERS),
    ("post", "/import/{batch}/undo", RECORDERS),
    ("post", "/import/{batch}/delete", RECORDERS),
    ("get", "/admin", ADMINS),
    ("get", "/admin/new", ADMINS),
    ("post", "/admin/new", ADMINS),
    ("get", "/admin/users/{id}", ADMINS),
    ("post", "/admin/users/{id}/role", ADMINS),
    ("post", "/admin/users/{id}/password", ADMINS),
    ("post", "/admin/users/{id}/close", ADMINS),
    ("post", "/admin/users/{id}/open", ADMINS),
    ("get", "/admin/webhooks", ADMINS),
    ("post", "/admin/webhooks", ADMINS),
    ("post", "/admin/webhooks/{id}/pause", ADMINS),
    ("post", "/admin/webhooks/{id}/resume", ADMINS),
    ("post", "/admin/webhooks/{id}/remove", ADMINS),
    ("get", "/admin/audit", ADMINS),
    ("get", "/admin/status", ADMINS),
];
const SIGNED_IN: &[&str] =
    &["reader", "recorder", "reviewer", "verifier", "admin", "proposer", "other-reviewer", "other-admin"];
const RECORDERS: &[&str] = &["recorder", "reviewer", "verifier", "admin", "proposer", "other-reviewer", "other-admin"];
const OWN_RECORDERS: &[&str] = &["recorder", "reviewer", "verifier", "admin", "proposer"];
const OWN_REVIEWERS: &[&str] = &["reviewer", "admin"];
const REVIEWERS: &[&str] = &["reviewer", "admin", "other-reviewer", "other-admin"];
const ADMINS: &[&str] = &["admin", "other-admin"];

#[tokio::test(flavor = "multi_thread")]
async fn every_route_lets_in_whom_it_should_of_every_role_of_the_own_and_of_another_party() {
    let open = |row: &&routes::Row| !matches!(row.who, Who::Anyone | Who::Readers);
    let there: BTreeSet<(&str, &str)> =
        routes::table().iter().map(|(row, _)| *row).filter(open).map(|row| (row.method, row.path)).collect();
    let here: BTreeSet<(&str, &str)> = ROUTES.iter().map(|(method, path, _)| (*method, *path)).collect();
    assert_eq!(here, there, "a route for people who signed in has no row here, or a row no route");
    let everybody: Vec<&str> = PEOPLE.iter().map(|(name, ..)| *name).chain(["nobody"]).collect();
    for (method, path, may) in ROUTES {
        for name in &everybody {
            // Each anew: some of these change what the next would find.
            let office = Office::open().await;
            let of = if path.starts_with("/review/{id}") { office.proposal().await } else { "recorder".to_owned() };
            let cookie = if *name == "nobody" { String::new() } else { office.session(name) };
            // Whose draft it is, is asked behind the door: nobody has one of this name.
            let path = path.replace("{id}", &of).replace("{form}", "party").replace("{draft}", "no-such-draft");
            let path = path.replace("{batch}", "no-such-table").replace("{step}", "names").replace("{place}", "0");
            let reply = office.ask(method, &path, &cookie, "").await;
            assert_eq!(!is_kept_out(&reply), may.contains(name), "{method} {path} as {name}: {}", reply.status);
            assert!(reply.status.as_u16() < 500, "{method} {path} as {name}: {}", reply.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_shown_in_four_languages() {
    let office = Office::open().await;
    let proposal = office.proposal().await;
    let cookie = office.session("admin");
    let pages = routes::table().into_iter().map(|(row, _)| row).filter(|row| row.method == "get");
    // The tests of the forms and of tables walk through what needs a draft or a table.
    let needs_more = |path: &str| {
        path.starts_with("/assets") || ["{draft}", "{batch}", "{place}"].iter().any(|part| path.contains(part))
    };
    for row in pages.filter(|row| !matches!(row.who, Who::Readers) && !needs_more(row.path)) {
        let of = if row.path.starts_with("/review") { proposal.as_str() } else { "recorder" };
        let path = row.path.replace("{id}", of).replace("{code}", "own_claim").replace("{form}", "party");
        for lang in Lang::ALL {
            let cookie = if row.path == "/sign-in" { "" } else { cookie.as_str() };
            let page = office.get(&path, &format!("{cookie}; lang={}", lang.tag())).await;
            assert_eq!(page.status, StatusCode::OK, "{path} in {}: {}", lang.tag(), page.text);
            assert!(page.text.contains(&format!("<html lang=\"{}\"", lang.tag())), "{path}");
            assert!(!page.text.contains(" style=") && !page.text.contains("{$"), "{path} in {}", lang.tag());
            for prefix in [
                ">people-",
                ">review-",
                ">work-",
                ">role-",
                ">admin-",
                ">audit-",
                ">token-",
                ">status-",
                ">delegation-",
            ] {
                assert!(!page.text.contains(prefix), "{prefix} on {path} in {}", lang.tag());
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_gives_a_new_cookie_that_scripts_and_other_sites_do_not_get() {
    let office = Office::open().await;
    let wrong = office.sign_in("recorder", "something else here", "").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("href=\"#name\"") && wrong.text.contains("value=\"recorder\""), "{}", wrong.text);
    assert!(!wrong.text.contains("something else here") && wrong.cookies().is_empty());
    let nobody = office.sign_in("no-such-name", "something else here", "").await;
    let said = |reply: &Reply| reply.text.contains("The name or the password is wrong");
    assert!(said(&wrong) && said(&nobody), "who has an account is not told");

    let first = office.sign_in("recorder", PASSWORD, "").await;
    assert_eq!((first.status, first.location()), (StatusCode::SEE_OTHER, "/work"));
    let cookie = first.cookies()[0].to_owned();
    assert!(cookie.starts_with("__Host-session="), "{cookie}");
    for attribute in ["; HttpOnly", "; SameSite=Lax", "; Secure", "; Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains("Domain") && !cookie.contains("Max-Age"), "{cookie}");
    let old = cookie.split(';').next().unwrap().to_owned();
    assert_eq!(office.get("/work", &old).await.status, StatusCode::OK);
    let again = office.sign_in("recorder", PASSWORD, &old).await;
    let new = again.cookies()[0].split(';').next().unwrap().to_owned();
    assert_ne!(new, old);
    assert_eq!(office.get("/work", &old).await.location(), "/sign-in?next=%2Fwork", "the old session has ended");

    let out = office.ask("post", "/sign-out", &new, "").await;
    assert!(out.cookies()[0].starts_with("__Host-session=;") && out.cookies()[0].contains("Max-Age=0"));
    assert!(is_kept_out(&office.get("/work", &new).await), "signing out ends it on the server");
}

#[tokio::test(flavor = "multi_thread")]
async fn on_the_loopback_without_tls_the_cookie_has_a_plain_name() {
    let mut office = Office::open().await;
    office.app = office.app.listening(true, tokio_util::sync::CancellationToken::new());
    let cookie = office.sign_in("recorder", PASSWORD, "").await.cookies()[0].to_owned();
    assert!(cookie.starts_with("session=") && !cookie.contains("Secure"), "{cookie}");
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_failures_wait_and_the_right_password_waits_too() {
    let office = Office::open().await;
    for _ in 0..5 {
        assert_eq!(office.sign_in("recorder", "wrong wrong wrong", "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let waits = office.sign_in("recorder", PASSWORD, "").await;
    assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(waits.text.contains("Wait 30 seconds"), "{}", waits.text);
    office.clock.set(id("2025-04-20T09:00:31Z"));
    assert_eq!(office.sign_in("recorder", PASSWORD, "").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_another_site_is_refused_and_that_is_noted() {
    let office = Office::open().await;
    let cookie = office.session("admin");
    let post = |headers: &[(&str, &str)]| {
        let mut request = HttpRequest::builder().method("POST").uri("/session/extend").header("host", "ledger.example");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.header("cookie", &cookie).body(Body::from("next=/work")).unwrap()
    };
    for foreign in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
    ] {
        assert_eq!(office.send(post(foreign)).await.status, StatusCode::FORBIDDEN, "{foreign:?}");
    }
    for own in [&[("sec-fetch-site", "same-origin")][..], &[("origin", "https://ledger.example")], &[]] {
        let reply = office.send(post(own)).await;
        assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, "/work"), "{own:?}");
    }
    let noted = office.app.access().audit(true, 0, 10).unwrap();
    assert_eq!((noted[0].deed, noted[0].why.as_str(), noted[0].times), (Deed::Refused, "foreign_origin", 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_interface_for_programs_takes_no_cookie() {
    let office = Office::open().await;
    let command = achieve("branch", "open", "2025-03-01", "fra").to_string();
    let request = HttpRequest::builder()
        .method("POST")
        .uri("/api/v1/commands")
        .header("host", "ledger.example")
        .header("cookie", office.session("admin"))
        .header("content-type", "application/json");
    let reply = office.send(request.body(Body::from(command)).unwrap()).await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
    assert!(reply.text.contains("token_missing"), "{}", reply.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_of_somebody_else_must_be_changed_first() {
    let office = Office::open().await;
    let admin = office.session("admin");
    let made = office.ask("post", "/admin/users/recorder/password", &admin, "").await;
    assert_eq!(made.headers["cache-control"], "no-store");
    let given = made.text.split("<code class=\"app-break\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let signed = office.sign_in("recorder", &given, "").await;
    let cookie = signed.cookies()[0].split(';').next().unwrap().to_owned();
    for path in ["/work", "/account", "/"] {
        assert_eq!(office.get(path, &cookie).await.location(), "/account/password", "{path}");
    }
    let change = |present: &str, new: &str, again: &str| {
        let form = format!("present={present}&password={new}&again={again}");
        let (office, cookie) = (&office, cookie.clone());
        async move { office.ask("post", "/account/password", &cookie, &form).await }
    };
    assert!(change("x", "a-new-password", "a-new-password").await.text.contains("href=\"#present\""));
    assert!(change(&given, "short", "short").await.text.contains("href=\"#password\""));
    assert!(change(&given, "a-new-password", "another-password").await.text.contains("href=\"#again\""));
    let done = change(&given, "a-new-password", "a-new-password").await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/account"));
    let new = done.cookies()[0].split(';').next().unwrap().to_owned();
    assert_eq!(office.get("/work", &new).await.status, StatusCode::OK);
    assert!(is_kept_out(&office.get("/work", &cookie).await), "the session from before has ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_shown_once_and_allows_no_more_than_the_role() {
    let office = Office::open().await;
    let cookie = office.session("recorder");
    let made = office.ask("post", "/account/tokens", &cookie, "label=report&scope=record&days=30").await;
    assert_eq!((made.status, &made.headers["cache-control"]), (StatusCode::CREATED, &"no-store".parse().unwrap()));
    let token = made.text.split('>').find(|text| text.starts_with("sv_")).unwrap().split('<').next().unwrap();
    let bearer = office.app.access().bearer(token, office.app.log().now()).unwrap().unwrap();
    assert_eq!(bearer.user, id("recorder"));
    assert!(!office.get("/account", &cookie).await.text.contains("sv_"));
    let above = office.ask("post", "/account/tokens", &cookie, "label=report&scope=admin&days=30").await;
    assert_eq!(above.status, StatusCode::UNPROCESSABLE_ENTITY);
    let kept = office.ask("post", "/account/tokens", &cookie, "label=typed&scope=none&days=30").await;
    assert!(kept.text.contains("value=\"typed\"") && kept.text.contains("href=\"#scope\""), "{}", kept.text);
    let other = office.session("reviewer");
    let token_id = office.app.access().tokens().unwrap()[0].id.clone();
    let foreign = office.ask("post", "/account/tokens/revoke", &other, &format!("id={token_id}")).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND, "nobody revokes another's token here");
    office.ask("post", "/account/tokens/revoke", &cookie, &format!("id={token_id}")).await;
    assert!(office.app.access().tokens().unwrap()[0].revoked_at.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_is_read_returned_or_approved_on_pages_and_the_approver_sees_what_is_approved() {
    let office = Office::open().await;
    let (reviewer, proposer) = (office.session("reviewer"), office.session("proposer"));
    let first = office.proposal().await;
    assert!(office.get("/review", &reviewer).await.text.contains(&format!("href=\"/review/{first}\"")));
    let page = office.get(&format!("/review/{first}"), &reviewer).await.text;
    for words in ["Milestone achieved", "branch", "1 March 2025", "fra", "No document supports this claim."] {
        assert!(page.contains(words), "{words} is missing:\n{page}");
    }
    let own = office.get(&format!("/review/{first}"), &proposer).await.text;
    assert!(own.contains("You proposed this.") && !own.contains("/approve\""), "{own}");
    let silent = office.ask("post", &format!("/review/{first}/return"), &reviewer, "reason=+").await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(silent.text.contains("href=\"#reason\""));
    office.ask("post", &format!("/review/{first}/return"), &reviewer, "reason=Wrong+date").await;
    assert!(office.get("/work", &proposer).await.text.contains("Wrong date"));
    let withdrawn = office.ask("post", &format!("/review/{first}/withdraw"), &proposer, "").await;
    assert_eq!(withdrawn.status, StatusCode::SEE_OTHER);

    let head = office.app.log().head();
    let second = office.proposal().await;
    let page = office.get(&format!("/review/{second}"), &reviewer).await.text;
    let sha256 = page.split("name=\"sha256\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let unseen = office.ask("post", &format!("/review/{second}/approve"), &reviewer, "sha256=00").await;
    assert_eq!((unseen.status, office.app.log().head()), (StatusCode::CONFLICT, head));
    let form = format!("sha256={sha256}");
    let approved = office.ask("post", &format!("/review/{second}/approve"), &reviewer, &form).await;
    assert_eq!(
        (approved.status, approved.location(), office.app.log().head()),
        (StatusCode::SEE_OTHER, &*format!("/review?decided={second}"), head + 1)
    );
    let entry = format!("href=\"/entries/{}\"", head + 1);
    for (user, told) in [(&reviewer, true), (&proposer, false)] {
        let list = office.get(approved.location(), user).await.text;
        assert_eq!(list.contains(&entry), told, "whoever decided is told what came of it: {list}");
    }
    assert!(office.get(&format!("/review/{second}"), &proposer).await.text.contains(&entry));
    let twice = office.ask("post", &format!("/review/{second}/approve"), &reviewer, &form).await;
    assert_eq!((twice.status, office.app.log().head()), (StatusCode::CONFLICT, head + 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_proposal_is_proposed_anew_by_its_proposer() {
    let office = Office::open().await;
    let (reviewer, proposer) = (office.session("reviewer"), office.session("proposer"));
    let stale = office.proposal().await;
    let more = Request::parse(milestone("branch", "second", "2026").to_string().as_bytes()).unwrap();
    office.app.log().transact(&more, &id("operator")).await.unwrap();
    let page = office.get(&format!("/review/{stale}"), &reviewer).await.text;
    assert!(page.contains("has changed since it was proposed"), "{page}");
    let sha256 = page.split("name=\"sha256\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let form = format!("sha256={sha256}");
    let told = office.ask("post", &format!("/review/{stale}/approve"), &reviewer, &form).await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    assert!(told.text.contains("nothing was recorded"), "{}", told.text);
    assert!(office.get("/work", &proposer).await.text.contains("stale"));
    let again = office.ask("post", &format!("/review/{stale}/again"), &proposer, "").await;
    assert!(again.location().starts_with("/review/") && !again.location().contains(&stale), "{}", again.location());
    let queue = office.get("/review", &reviewer).await.text;
    assert!(queue.contains("1 proposal waits for your review") && !queue.contains(&stale), "{queue}");
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_opened_changed_and_closed_but_never_the_last_administrator() {
    let office = Office::open().await;
    let admin = office.session("admin");
    let form = "id=new-clerk&name=New+Clerk&role=recorder&party=kaz&lang=kk";
    let made = office.ask("post", "/admin/new", &admin, form).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let user = office.app.access().user(&id("new-clerk")).unwrap().unwrap();
    assert!(user.password_temporary && user.party == Some(id("kaz")) && user.lang == Some(Lang::Kk));
    let again = office.ask("post", "/admin/new", &admin, form).await;
    assert!(again.text.contains("value=\"New Clerk\"") && again.text.contains("href=\"#id\""), "{}", again.text);
    let unknown = office.ask("post", "/admin/users/new-clerk/role", &admin, "role=reader&party=nowhere").await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    office.ask("post", "/admin/users/new-clerk/role", &admin, "role=verifier&party=").await;
    let user = office.app.access().user(&id("new-clerk")).unwrap().unwrap();
    assert_eq!((user.role, user.party), (Role::Verifier, None));
    office.ask("post", "/admin/users/other-admin/close", &admin, "").await;
    assert!(office.app.access().user(&id("other-admin")).unwrap().unwrap().disabled);
    for (path, form) in [("close", ""), ("role", "role=reader&party=")] {
        let last = office.ask("post", &format!("/admin/users/admin/{path}"), &admin, form).await;
        assert_eq!(last.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert!(last.text.contains("last administrator"), "{}", last.text);
    }
}
