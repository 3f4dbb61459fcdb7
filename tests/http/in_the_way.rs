//! What is in the way of a form or of a row is said in words, with the way to the entry that is there already; and what
//! Enter does in a form that has a search before its own button.

use hyper::StatusCode;
use servanda_api::Lang;

use crate::official::{Official, Page, entry_of, names};
use crate::tables::{ledger, ready};
use crate::visit;

async fn walked(official: &Official<'_>, reference: &str) -> (Page, String) {
    let pages: &[&[(&str, &str)]] = &[
        &[("amount", "60"), ("amount-currency", "EUR"), ("value_date-month", "2"), ("value_date-year", "2025")],
        &[("flow", ""), ("reference", reference)],
        &[("payer", "fra"), ("payee", "kaz"), ("reported_by", "fra")],
        &[],
    ];
    official.walk("/record/paid?commitment=branch", pages).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_is_recorded_already_is_named_in_words_and_shown() {
    let server = ledger().await;
    let (page, _) = walked(&Official::of(&server), "TR-1").await;
    Official::of(&server).record(&page).await;
    let first = entry_of(&server, "FundsDisbursed");
    for lang in Lang::ALL {
        let official = Official { server: &server, lang };
        let (page, address) = walked(&official, "TR-1").await;
        let summary = page.html.split("govuk-error-summary__list").nth(1).unwrap().split("</ul>").next().unwrap();
        assert!(summary.contains("TR-1") && summary.contains("France"), "{}: {summary}", lang.tag());
        for raw in ["payment/", "commitment-branch"] {
            assert!(!summary.contains(raw), "{raw} is no word for people, {}: {summary}", lang.tag());
        }
        let way = address.replace("/check", "/obligation?back=check#reference");
        assert!(summary.contains(&way), "{way} is not in {summary}");
        let shown = page.html.split("aria-labelledby=\"already\"").nth(1).unwrap().split("</section>").next().unwrap();
        let entry = format!("href=\"/entries/{first}\"");
        assert!(shown.contains(&entry) && shown.contains("60"), "{}: {shown}", lang.tag());
    }
    let (page, _) = walked(&Official::of(&server), "TR-2").await;
    assert!(!page.html.contains("govuk-error-summary") && !page.html.contains("id=\"already\""), "{}", page.html);
    server.stop().await;
}

const UNIVERSITY: &[&[(&str, &str)]] = &[
    &[("names-en", "University of Nancy"), ("party_kind", "university")],
    &[("country", "FRA"), ("org_scheme", "FR-RCS"), ("org_id", "130 015 506")],
];

#[tokio::test(flavor = "multi_thread")]
async fn a_register_number_that_belongs_to_another_party_names_that_party() {
    let server = visit().await;
    let official = Official::of(&server);
    assert_eq!(names(&official.fill("/record/party", UNIVERSITY).await), ["PartyRegistered"]);
    let first = entry_of(&server, "PartyRegistered");
    let (page, address) = official.walk("/record/party", UNIVERSITY).await;
    let words = "The number 130 015 506 of the register FR-RCS already belongs to “University of Nancy”.";
    assert!(page.html.contains(words), "{}", page.html);
    let way = address.replace("/check", "/register?back=check#org_id");
    assert!(page.html.contains(&way) && page.html.contains(&format!("href=\"/entries/{first}\"")), "{}", page.html);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_quotation_marks_of_a_preview_are_those_of_its_language() {
    let server = ledger().await;
    let batch = ready(&Official::of(&server), "Nr;Text;Who;For;Amount;By\n3;A bridge;Atlantis;kaz;10;2027\n").await;
    for (lang, place) in [
        (Lang::En, "Who “Atlantis”:"),
        (Lang::Fr, "Who «\u{a0}Atlantis\u{a0}»\u{a0}:"),
        (Lang::Kk, "Who «Atlantis»:"),
        (Lang::Ru, "Who «Atlantis»:"),
    ] {
        let preview = Official { server: &server, lang }.open(&format!("{batch}/preview")).await;
        let html = preview.text();
        assert!(html.contains(&format!("<strong>{place}</strong>")), "{place} is not in {html}");
        assert!(lang == Lang::En || !html.contains(['“', '”']), "English marks in {}: {html}", lang.tag());
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn enter_goes_on_unless_something_new_was_typed_to_be_searched_for() {
    let server = visit().await;
    let official = Official::of(&server);
    let first = Page::of(&official.open("/record/package").await);
    let begun = official.send(&first, &[("titles-en", "Visit"), ("occasion-en", "Official visit")]).await;
    let at = begun.header("location").to_owned();
    let page = Page::of(&official.open(&at).await);
    let (enter, search) = (page.html.find("value=\"enter\""), page.html.find("value=\"find\""));
    assert!(enter.is_some() && enter < search, "Enter presses the first button: {}", page.html);

    let searched = official.send(&page, &[("then", "enter"), ("parties", "fra"), ("parties-find", "kaz")]).await;
    assert_eq!((searched.status, searched.header("location")), (StatusCode::SEE_OTHER, at.as_str()));
    let page = Page::of(&official.open(&at).await);
    assert!(page.html.contains("value=\"fra\" checked"), "what was ticked is lost: {}", page.html);
    let chosen = &[("then", "enter"), ("parties", "fra"), ("parties", "kaz"), ("parties-find", "kaz")];
    let on = official.send(&page, chosen).await;
    assert!(on.status == StatusCode::SEE_OTHER && on.header("location") != at, "{}", on.text());
    server.stop().await;
}
