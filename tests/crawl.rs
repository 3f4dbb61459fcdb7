//! Every link of every page of the demo leads somewhere, for everybody: for whoever is not signed in, for the officials
//! of both sides, for a verifier and an administrator. A link to a part of a page leads to that part.
//!
//! Of addresses that differ only in what they name, such as entries, some are followed. Which values an address may
//! have does not depend on who asks, so one role follows every pair of them, and the others some of each page.
//!
//! Deliberately absent: forms that are posted; addresses of other sites, which documents have.
#![expect(clippy::print_stderr, reason = "how much was looked at is worth a line")]
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use servanda_tests::binary::{Service, fetch};

/// Addresses of one shape that are followed.
const OF_A_SHAPE_MAX: usize = 2;
/// Values of an address that is followed: filters of filters have no end.
const VALUES_MAX: usize = 2;
/// Pages whose addresses are words and name no thing.
const OF_WORDS: [&str; 4] = ["analysis", "record", "admin", "account"];

/// Whoever follows links.
struct Walker<'a> {
    service: &'a Service,
    who: &'a str,
    cookie: Option<String>,
    /// Whether every combination of values in the address is looked at.
    thorough: bool,
}

impl<'a> Walker<'a> {
    fn new(service: &'a Service, who: &'a str, password: Option<&str>) -> Self {
        let mut walker = Self { service, who, cookie: None, thorough: password.is_none() };
        if let Some(password) = password {
            let form = format!("name={who}&password={password}");
            let kind = "Content-Type: application/x-www-form-urlencoded";
            let answer = fetch(&service.address, "POST", "/sign-in", &[kind], &form).unwrap();
            assert_eq!((answer.status, answer.header("location")), (303, "/work"), "{who} cannot sign in");
            let cookies = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
            let session = cookies.map(|(_, value)| value.split(';').next().unwrap().to_owned());
            walker.cookie = session.into_iter().find(|cookie| cookie.contains("session="));
            assert!(walker.cookie.is_some(), "{who} has no session");
        }
        walker
    }

    /// Follows every link from the first page on; gives what is wrong, and how many addresses were opened.
    fn walk(&self) -> (Vec<String>, usize) {
        let mut waiting = VecDeque::from([("/".to_owned(), "nothing".to_owned())]);
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut shapes: BTreeMap<String, usize> = BTreeMap::new();
        let mut faults = Vec::new();
        let headers: Vec<String> = self.cookie.iter().map(|cookie| format!("Cookie: {cookie}")).collect();
        let headers: Vec<&str> = headers.iter().map(String::as_str).chain(["Accept: text/html"]).collect();
        while let Some((address, from)) = waiting.pop_front() {
            let answer = fetch(&self.service.address, "GET", &address, &headers, "").unwrap();
            let wrong = match answer.status {
                200 => None,
                303 => Some(answer.header("location").to_owned()).filter(|there| there.is_empty()),
                status => Some(format!("answered with {status}")),
            };
            faults.extend(wrong.map(|wrong| format!("{}: {address}, linked from {from}, is {wrong}", self.who)));
            let there = (answer.status == 303).then(|| answer.header("location").to_owned());
            let html = answer.header("content-type").starts_with("text/html");
            let text = if html { String::from_utf8(answer.body).unwrap() } else { String::new() };
            for link in links(&text).into_iter().chain(there) {
                let (link, part) = link.split_once('#').map_or((link.as_str(), ""), |(link, part)| (link, part));
                if link.is_empty() {
                    let found = part.is_empty() || text.contains(&format!("id=\"{part}\""));
                    faults.extend((!found).then(|| format!("{}: {address} has no part {part}", self.who)));
                    continue;
                }
                let link = without_language(link);
                let (shape, values) = shape(&link, self.thorough);
                let shape = shapes.entry(shape).or_default();
                let wanted = link.starts_with('/') && values <= VALUES_MAX && *shape < OF_A_SHAPE_MAX;
                if wanted && seen.insert(link.clone()) {
                    *shape += 1;
                    waiting.push_back((link, address.clone()));
                }
            }
        }
        (faults, seen.len())
    }
}

/// Addresses of links, style sheets and scripts.
fn links(html: &str) -> Vec<String> {
    let after = |begin: &'static str| html.split(begin).skip(1).filter_map(|rest| rest.split('"').next());
    let all = after(" href=\"").chain(after(" src=\""));
    all.map(|link| link.replace("&amp;", "&").replace("&#x2f;", "/").replace("&#x27;", "'")).collect()
}

/// The same page in another language is the same page.
fn without_language(link: &str) -> String {
    let Some((path, query)) = link.split_once('?') else { return link.to_owned() };
    let kept: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("lang=")).collect();
    if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }
}

/// What addresses have in common that differ in what they name: the path's first words, the names of the values but for
/// the clocks. And how many values there are.
fn shape(link: &str, thorough: bool) -> (String, usize) {
    let (path, query) = link.split_once('?').unwrap_or((link, ""));
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let fixed = if path.starts_with("/api/v1/") { 3 } else { 1 };
    let named = segments.iter().enumerate().map(|(n, segment)| {
        let word = segment.chars().all(|c| c.is_ascii_lowercase());
        if n < fixed || (word && OF_WORDS.contains(&segments[0])) { *segment } else { "*" }
    });
    let path = named.collect::<Vec<_>>().join("/");
    let names = query.split('&').map(|pair| pair.split('=').next().unwrap());
    let names: BTreeSet<&str> = names.filter(|name| !["", "as_of", "known_at"].contains(name)).collect();
    (if thorough { format!("{path}?{names:?}") } else { path }, names.len())
}

#[test]
fn no_link_of_any_page_leads_nowhere_for_anybody() {
    let data = tempfile::tempdir().unwrap();
    let service = Service::start(data.path(), &["--demo"]);
    let people = service.people();
    let walkers: Vec<Walker<'_>> = ["fra-recorder", "kaz-reviewer", "verifier", "admin"]
        .into_iter()
        .map(|who| Walker::new(&service, who, people.get(who).map(String::as_str)))
        .chain([Walker::new(&service, "nobody", None)])
        .collect();
    let walked: Vec<(Vec<String>, usize)> = std::thread::scope(|scope| {
        let running: Vec<_> = walkers.iter().map(|walker| scope.spawn(|| walker.walk())).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for (walker, (_, opened)) in walkers.iter().zip(&walked) {
        eprintln!("{} opened {opened} addresses", walker.who);
        assert!(*opened > 50, "{} found only {opened} addresses", walker.who);
    }
    let faults: Vec<&String> = walked.iter().flat_map(|(faults, _)| faults).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}
