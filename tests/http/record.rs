//! The pages on which officials record: each form walked to its end over a real connection, and refused on the way.

use hyper::StatusCode;
use serde_json::{Value, json};
use servanda_api::Lang;

use crate::official::{Official, Page, claim, entry_of, names, recorded_after};
use crate::visit;

const EVIDENCE: &[(&str, &str)] =
    &[("evidence_title", "Letter 12-3/45 of the ministry"), ("evidence_url", "https://example.org/letter.pdf")];

#[tokio::test(flavor = "multi_thread")]
async fn a_milestone_is_reported_with_its_date_and_evidence() {
    let server = visit().await;
    let official = Official::of(&server);
    let recorded = official
        .fill(
            "/record/achieve?commitment=branch&milestone=open",
            &[
                &[("milestone", "open"), ("outcome", "achieved"), ("reported_by", "fra")],
                &[("happened_on-month", "3"), ("happened_on-year", "2025")],
                &[("deliverable", "the building"), ("amount", "1 250,50"), ("amount-currency", "eur")],
                EVIDENCE,
            ],
        )
        .await;
    assert_eq!(names(&recorded), ["MilestoneAchieved"]);
    let data = &recorded[0].1;
    assert_eq!((&data["achieved_on"]["text"], &data["reported_by"]), (&json!("2025-03"), &json!("fra")));
    assert_eq!(data["deliverable"], "the building (1250.50 EUR)");
    assert_eq!(data["evidence"][0]["url"], "https://example.org/letter.pdf");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_achieved_is_recorded_as_what_it_was() {
    let server = visit().await;
    let official = Official::of(&server);
    let begin = "/record/achieve?commitment=branch";
    let partly = official
        .fill(
            begin,
            &[
                &[("milestone", "open"), ("outcome", "partly"), ("reported_by", "fra")],
                &[("happened_on-day", "1"), ("happened_on-month", "3"), ("happened_on-year", "2025")],
                &[("done", "3"), ("total", "4"), ("unit", "floors"), ("method", "count")],
                &[],
            ],
        )
        .await;
    assert_eq!(names(&partly), ["MilestoneProgressReported"]);
    assert_eq!(partly[0].1["occurred_on"], "2025-03-01");
    let missed = official
        .fill(
            begin,
            &[
                &[("milestone", "open"), ("outcome", "not"), ("reported_by", "fra")],
                &[("determined_on-day", "15"), ("determined_on-month", "3"), ("determined_on-year", "2025")],
                &[("reason", "no contractor")],
                &[],
            ],
        )
        .await;
    assert_eq!(names(&missed), ["MilestoneMissed"]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_page_keeps_every_answer_and_says_what_is_wrong_and_where() {
    let server = visit().await;
    for lang in Lang::ALL {
        let official = Official { server: &server, lang };
        let (first, _) = (official.open("/record/achieve?commitment=branch&milestone=open").await, ());
        let page = Page::of(&first);
        let answer =
            official.send(&page, &[("milestone", "open"), ("outcome", "achieved"), ("reported_by", "fra")]).await;
        let page = Page::of(&official.open(answer.header("location")).await);
        let refused = official
            .send(&page, &[("happened_on-day", "31"), ("happened_on-month", "2"), ("happened_on-year", "2025")])
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let html = refused.text();
        assert!(html.contains("govuk-error-summary") && html.contains("href=\"#happened_on-day\""), "{html}");
        for typed in ["value=\"31\"", "value=\"2\"", "value=\"2025\""] {
            assert!(html.contains(typed), "{typed} is lost: {html}");
        }
        assert!(!html.contains(">record-") && !html.contains(">component-"), "a key stands for itself: {html}");
        assert!(html.find("govuk-error-summary").unwrap() < html.find("<h1").unwrap(), "the summary comes first");
    }
    assert_eq!(server.log.head(), 15, "a refused form recorded something");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_rules_refuse_is_said_before_recording_and_leads_to_its_question() {
    let server = visit().await;
    let official = Official::of(&server);
    let (page, address) = official
        .walk(
            "/record/achieve?commitment=branch",
            &[
                &[("milestone", "open"), ("outcome", "achieved"), ("reported_by", "fra")],
                &[("happened_on-day", "1"), ("happened_on-month", "1"), ("happened_on-year", "2031")],
                &[],
                &[],
            ],
        )
        .await;
    assert!(page.html.contains("govuk-error-summary"), "{}", page.html);
    let back = address.replace("/check", "/date?back=check#happened_on-day");
    assert!(page.html.contains(&back), "{back} is not in {}", page.html);
    let sent = official.post(&address, "").await;
    assert_eq!(sent.status, StatusCode::CONFLICT);
    let corrected = Page::of(&official.open(&address.replace("/check", "/date?back=check")).await);
    let answer = official.send(&corrected, &[("happened_on-year", "2025"), ("happened_on-month", "3")]).await;
    assert_eq!(answer.header("location"), address, "who changes one answer goes back to all of them");
    let before = server.log.head();
    official.record(&Page::of(&official.open(&address).await)).await;
    assert_eq!(server.log.head(), before + 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_pressed_twice_records_once_and_shows_the_same_entry() {
    let server = visit().await;
    let official = Official::of(&server);
    let (page, address) = official.walk("/record/party", PARTY).await;
    let before = server.log.head();
    let (one, other) = tokio::join!(official.send(&page, &[]), official.send(&page, &[]));
    assert_eq!(server.log.head(), before + 1);
    let third = official.send(&page, &[]).await;
    for answer in [&one, &other, &third] {
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        assert_eq!(answer.header("location"), format!("/recorded/{}?form=party", before + 1));
    }
    assert_eq!(official.open(&address).await.header("location"), format!("/recorded/{}?form=party", before + 1));
    assert!(!official.open("/drafts").await.text().contains("/drafts/0"), "a recorded draft is still listed");
    server.stop().await;
}

const PARTY: &[&[(&str, &str)]] = &[
    &[("names-en", "University of Lorraine"), ("names-kk", "Лотарингия университеті"), ("party_kind", "university")],
    &[("country", "FRA"), ("org_scheme", "FR-RCS"), ("org_id", "130 015 506")],
];

#[tokio::test(flavor = "multi_thread")]
async fn a_party_and_a_package_are_entered() {
    let server = visit().await;
    let official = Official::of(&server);
    let party = official.fill("/record/party", PARTY).await;
    assert_eq!(names(&party), ["PartyRegistered"]);
    assert_eq!(party[0].1["org_ids"], json!([{ "scheme": "FR-RCS", "id": "130 015 506" }]));
    assert!(party[0].1["party_id"].as_str().unwrap().starts_with("university-of-lorraine-"));
    let package = official
        .fill(
            "/record/package",
            &[
                &[("titles-fr", "Visite à Paris"), ("occasion-fr", "Visite d’État")],
                &[("parties", "fra"), ("parties", "kaz")],
                &[
                    ("anchor_date-day", "5"),
                    ("anchor_date-month", "11"),
                    ("anchor_date-year", "2024"),
                    ("place", "Paris"),
                ],
                EVIDENCE,
            ],
        )
        .await;
    assert_eq!(names(&package), ["PackageAnnounced"]);
    assert_eq!(
        (&package[0].1["anchor_date"], &package[0].1["parties"]),
        (&json!("2024-11-05"), &json!(["fra", "kaz"]))
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signing_becomes_the_document_its_link_and_each_signature() {
    let server = visit().await;
    let official = Official::of(&server);
    let pages: &[&[(&str, &str)]] = &[
        &[("package", "visit")],
        &[("parties", "fra"), ("parties", "kaz")],
        &[("titles-en", "Agreement on a railway"), ("titles-ru", "Соглашение о железной дороге")],
        &[("signed_on-day", "5"), ("signed_on-month", "11"), ("signed_on-year", "2024"), ("place", "Paris")],
        &[("signatory_1", "Minister of Transport"), ("signature_kind", "definitive")],
        &[("instrument_kind", "agreement"), ("class", "intergovernmental")],
        &[("legal_effect", "binding"), ("effect_basis", "stated")],
        EVIDENCE,
    ];
    let recorded = official.fill("/record/sign", pages).await;
    assert_eq!(
        names(&recorded),
        ["AgreementRegistered", "AgreementLinkedToPackage", "AgreementSigned", "AgreementSigned"]
    );
    assert!(recorded.iter().all(|(_, data)| data["occurred_on"] == "2024-11-05"));
    assert_eq!(
        (&recorded[2].1["party_id"], &recorded[2].1["signatory"]),
        (&json!("fra"), &json!("Minister of Transport"))
    );
    assert_eq!((&recorded[3].1["party_id"], &recorded[3].1["signatory"]), (&json!("kaz"), &Value::Null));

    let agreement = recorded[0].1["agreement_id"].as_str().unwrap();
    server.get(&format!("/api/v1/parties?wait_for={}", server.log.head())).await;
    let promise = official
        .fill(
            &format!("/record/commitment?agreement={agreement}"),
            &[
                &[("statement-en", "A railway will be built")],
                &[("obligors", "fra"), ("beneficiaries", "kaz")],
                &[("modality", "works"), ("verifiable", "yes"), ("sector", "transport")],
                &[("value_status", "known"), ("amount", "2,200,000,000.00"), ("amount-currency", "USD")],
                &[("planned_end-year", "2027"), ("planned_end-precision", "year")],
                EVIDENCE,
            ],
        )
        .await;
    assert_eq!(names(&promise), ["CommitmentMade"]);
    let data = &promise[0].1;
    assert_eq!((&data["agreement_id"], &data["amount"]["amount"]), (&json!(agreement), &json!("2200000000.00")));
    assert_eq!((&data["verifiable"], &data["planned_end"]["precision"]), (&json!(true), &json!("year")));

    let commitment = data["commitment_id"].as_str().unwrap();
    server.get(&format!("/api/v1/parties?wait_for={}", server.log.head())).await;
    let milestone = official
        .fill(
            &format!("/record/milestone?commitment={commitment}"),
            &[
                &[("titles-en", "First train")],
                &[("milestone_type", "delivery"), ("weight", "2")],
                &[("due-precision", "none")],
                &[("acceptance_test-en", "It runs")],
            ],
        )
        .await;
    assert_eq!(names(&milestone), ["MilestonePlanned"]);
    assert_eq!((&milestone[0].1["weight"], &milestone[0].1["due"]), (&json!("2"), &Value::Null));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_counterpart_confirms_disputes_or_names_another_date_and_silence_stays_silence() {
    let server = visit().await;
    let official = Official::of(&server);
    let claim = claim(&server);
    let begin = format!("/record/answer?commitment=branch&claim={claim}");
    let seen = official.open(&begin).await;
    assert!(seen.text().contains("Silence is never consent") && seen.text().contains("Waiting for an answer"));
    let otherwise = official
        .fill(
            &begin,
            &[
                &[("answer", "otherwise"), ("reported_by", "kaz")],
                &[("other_date-year", "2025"), ("other_date-month", "2"), ("difference", "the opening was later")],
            ],
        )
        .await;
    assert_eq!(names(&otherwise), ["ClaimDisputed"]);
    assert_eq!((&otherwise[0].1["alternative"], &otherwise[0].1["by_party"]), (&json!("2025-02"), &json!("kaz")));
    let confirmed =
        official.fill(&begin, &[&[("answer", "confirm"), ("reported_by", "kaz")], &[("remark", "seen")]]).await;
    assert_eq!(names(&confirmed), ["ClaimConfirmed"]);
    let own = official.walk(&begin, &[&[("answer", "confirm"), ("reported_by", "fra")], &[]]).await.0;
    assert!(own.html.contains("govuk-error-summary"), "a party confirmed its own claim");
    let before = server.log.head();
    let (page, _) = official
        .walk(&begin, &[&[("answer", "not_ours"), ("reported_by", "kaz")], &[("not_ours", "paid by another")]])
        .await;
    official.record(&page).await;
    assert_eq!(server.log.head(), before, "a claim that is set aside is no fact");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_typing_error_is_corrected_and_an_agreed_change_is_amended() {
    let server = visit().await;
    let official = Official::of(&server);
    let begin = format!("/record/correct?entry={}", entry_of(&server, "MilestoneAchieved"));
    let first = Page::of(&official.open(&begin).await);
    let answer = official.send(&first, &[("why", "wrong")]).await;
    let values = official.open(answer.header("location")).await;
    assert!(values.text().contains("name=\"achieved_on-year\" type=\"text\" value=\"2025\""), "{}", values.text());
    let (page, _) = official
        .walk(
            &begin,
            &[
                &[("why", "wrong")],
                &[
                    ("achieved_on-day", "2"),
                    ("achieved_on-month", "3"),
                    ("achieved_on-year", "2025"),
                    ("reported_by", "fra"),
                ],
                &[("error_kind", "clerical")],
                &[("correction_reason", "a slip"), ("speaks_for", "fra")],
                &[],
            ],
        )
        .await;
    assert!(page.html.contains("What changes") && page.html.contains("2 March 2025"), "{}", page.html);
    let before = server.log.head();
    official.record(&page).await;
    let corrected = recorded_after(&server, before);
    assert_eq!(names(&corrected), ["EntryCorrected"]);
    let patches = corrected[0].1["patches"].as_array().unwrap();
    assert_eq!((patches.len(), &patches[0]["path"]), (1, &json!("/data/achieved_on")), "{patches:?}");

    let moved = official
        .fill(
            &format!("/record/correct?entry={}", entry_of(&server, "MilestonePlanned")),
            &[
                &[("why", "agreed")],
                &[("moved_due-year", "2026")],
                &[("agreed_by", "kaz"), ("agreed_by", "fra")],
                &[("correction_reason", "the contractor changed"), ("speaks_for", "kaz")],
                EVIDENCE,
            ],
        )
        .await;
    assert_eq!(names(&moved), ["MilestoneRebaselined"]);
    assert_eq!((&moved[0].1["baseline_no"], &moved[0].1["new_due"]["text"]), (&json!(1), &json!("2026")));

    let (_, check) = official
        .walk(
            &format!("/record/correct?entry={}", entry_of(&server, "MilestonePlanned")),
            &[
                &[("why", "agreed")],
                &[("moved_due-year", "2027")],
                &[("agreed_by", "kaz")],
                &[("correction_reason", "again"), ("speaks_for", "kaz")],
                EVIDENCE,
            ],
        )
        .await;
    let page = Page::of(&official.open(&check.replace("/check", "/evidence?back=check")).await);
    let without = official.send(&page, &[]).await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    let said = without.text();
    assert!(said.contains("What the parties agreed stands in a document."), "{said}");
    assert!(said.contains("href=\"#evidence_title\""), "{said}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_is_owed_paid_and_sent_back() {
    let server = visit().await;
    let official = Official::of(&server);
    let between: &[(&str, &str)] = &[("payer", "fra"), ("payee", "kaz"), ("reported_by", "fra")];
    let funds = official
        .fill(
            "/record/funds?commitment=branch",
            &[
                &[
                    ("amount", "100"),
                    ("amount-currency", "EUR"),
                    ("finance_type", "grant"),
                    ("committed_on-year", "2024"),
                ],
                between,
                &[],
            ],
        )
        .await;
    assert_eq!(names(&funds), ["FundsCommitted"]);
    let flow = funds[0].1["flow_id"].as_str().unwrap().to_owned();
    let paid = official
        .fill(
            "/record/paid?commitment=branch",
            &[
                &[("amount", "60"), ("amount-currency", "EUR"), ("value_date-month", "2"), ("value_date-year", "2025")],
                &[("flow", &flow), ("reference", "TR-1")],
                between,
                EVIDENCE,
            ],
        )
        .await;
    assert_eq!((names(&paid), &paid[0].1["flow_id"]), (vec!["FundsDisbursed"], &json!(flow)));
    let payment = server.log.entry(server.log.head()).unwrap().unwrap().decode().unwrap().fact.event_id.to_string();
    let returned = official
        .fill(
            "/record/returned?commitment=branch",
            &[
                &[("payment", &payment), ("reported_by", "fra")],
                &[
                    ("amount", "10"),
                    ("amount-currency", "EUR"),
                    ("returned_on-month", "3"),
                    ("returned_on-year", "2025"),
                    ("reason", "unspent"),
                ],
                &[],
            ],
        )
        .await;
    assert_eq!((names(&returned), &returned[0].1["of_event"]), (vec!["FundsReturned"], &json!(payment)));
    server.stop().await;
}
