//! Whoever fills a form in: what a browser does, and nothing more.

use hyper::StatusCode;
use serde_json::{Value, json};
use servanda_api::Lang;
use servanda_tests::server::{Ask, Reply, Server};

/// Whoever fills a form in.
pub(crate) struct Official<'a> {
    pub(crate) server: &'a Server,
    pub(crate) lang: Lang,
}

/// A page with a form on it.
pub(crate) struct Page {
    pub(crate) html: String,
    pub(crate) action: String,
    pub(crate) hidden: Vec<(String, String)>,
}

pub(crate) fn between<'a>(text: &'a str, begin: &str, end: &str) -> Option<&'a str> {
    text.split_once(begin)?.1.split_once(end).map(|(found, _)| found)
}

fn unescaped(text: &str) -> String {
    text.replace("&amp;", "&")
        .replace("&#x2f;", "/")
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&#x27;", "'")
}

impl Page {
    pub(crate) fn of(reply: &Reply) -> Self {
        let html = reply.text().to_owned();
        let action = between(&html, "<form method=\"post\" action=\"", "\"").map(unescaped).unwrap_or_default();
        let inputs = html.split("<input type=\"hidden\" name=\"").skip(1);
        let hidden = inputs.filter_map(|rest| {
            let (name, rest) = rest.split_once('"')?;
            Some((name.to_owned(), unescaped(between(rest, "value=\"", "\"")?)))
        });
        Self { hidden: hidden.collect(), action, html }
    }
}

fn encoded(pairs: &[(String, String)]) -> String {
    let plain = |text: &str| -> String {
        let byte = |b: u8| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") };
        text.bytes().map(byte).collect()
    };
    pairs.iter().map(|(name, value)| format!("{}={}", plain(name), plain(value))).collect::<Vec<_>>().join("&")
}

impl<'a> Official<'a> {
    pub(crate) fn of(server: &'a Server) -> Self {
        Self { server, lang: Lang::En }
    }

    pub(crate) async fn open(&self, path: &str) -> Reply {
        self.server.send(Ask::get(path).header("accept-language", self.lang.tag()).header("accept", "text/html")).await
    }

    /// Sends a form with what the page hid in it.
    pub(crate) async fn send(&self, page: &Page, typed: &[(&str, &str)]) -> Reply {
        let mut pairs = page.hidden.clone();
        pairs.extend(typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.post(&page.action, &encoded(&pairs)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &str) -> Reply {
        let ask = Ask::bytes("application/x-www-form-urlencoded", body.to_owned()).to(path);
        let ask = ask.header("accept-language", self.lang.tag()).header("accept", "text/html");
        self.server.send(ask.header("origin", &format!("http://{}", self.server.address))).await
    }

    /// Walks a form page by page, and gives the page with all answers and its address.
    pub(crate) async fn walk(&self, begin: &str, pages: &[&[(&str, &str)]]) -> (Page, String) {
        let mut reply = self.open(begin).await;
        let mut address = begin.to_owned();
        for typed in pages {
            assert_eq!(reply.status, StatusCode::OK, "{address}: {}", reply.text());
            let page = Page::of(&reply);
            let answer = self.send(&page, typed).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{address} with {typed:?}: {}", answer.text());
            address = answer.header("location").to_owned();
            reply = self.open(&address).await;
        }
        assert!(address.ends_with("/check"), "{begin} is not at its end: {address}\n{}", reply.text());
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
        (Page::of(&reply), address)
    }

    /// Records what was checked, and gives the page of what was recorded.
    pub(crate) async fn record(&self, page: &Page) -> Reply {
        let answer = self.send(page, &[]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let there = self.open(answer.header("location")).await;
        assert_eq!(there.status, StatusCode::OK, "{}", there.text());
        there
    }

    /// Walks a form and records it; gives the commands' events by name.
    pub(crate) async fn fill(&self, begin: &str, pages: &[&[(&str, &str)]]) -> Vec<(String, Value)> {
        let before = self.server.log.head();
        let (page, _) = self.walk(begin, pages).await;
        self.record(&page).await;
        recorded_after(self.server, before)
    }
}

/// What was recorded behind a position.
pub(crate) fn recorded_after(server: &Server, position: u64) -> Vec<(String, Value)> {
    let entries = server.log.read(position, 100).unwrap();
    let event = |entry: &servanda_log::Entry| {
        let fact = entry.decode().unwrap().fact;
        let mut data = serde_json::to_value(&fact.event).unwrap();
        data["occurred_on"] = json!(fact.occurred_on.text);
        data["evidence"] = json!(fact.evidence);
        data["reported_by"] = json!(fact.reported_by);
        (fact.event.type_name().to_owned(), data)
    };
    entries.iter().map(event).collect()
}

pub(crate) fn names(recorded: &[(String, Value)]) -> Vec<&str> {
    recorded.iter().map(|(name, _)| name.as_str()).collect()
}

/// The claim of the little ledger.
pub(crate) fn claim(server: &Server) -> String {
    let entries = server.log.read(0, 100).unwrap();
    let achieved = entries.iter().map(|entry| entry.decode().unwrap().fact);
    let claim = achieved.into_iter().find(|fact| fact.event.type_name() == "MilestoneAchieved").unwrap();
    claim.event_id.as_str().to_owned()
}

/// The position of the last entry of a type.
pub(crate) fn entry_of(server: &Server, name: &str) -> u64 {
    let entries = server.log.read(0, 100).unwrap();
    let facts = entries.iter().map(|entry| entry.decode().unwrap().fact);
    facts.into_iter().rfind(|fact| fact.event.type_name() == name).unwrap().position
}
