//! The four files of messages say the same, and every code has its sentence.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use servanda_events::Refusal;
use servanda_events::flag::FlagCode;

use super::*;

#[path = "signs_tests.rs"]
mod signs;

/// Name of each message with the variables in it. Reads the little of Fluent's grammar that the files use.
fn messages(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut messages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut name = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if !line.starts_with([' ', '}'])
            && let Some((id, _)) = line.split_once(" =")
        {
            name = id.to_owned();
            assert!(messages.insert(name.clone(), BTreeSet::new()).is_none(), "{name} stands there twice");
        }
        let variables = line
            .split('$')
            .skip(1)
            .map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>());
        if let Some(known) = messages.get_mut(&name) {
            known.extend(variables);
        }
    }
    messages
}

/// A list of the variants of an enum with their fields. The compiler refuses a list that misses one.
macro_rules! variants {
    ($list:ident, $enum:ident: $($variant:ident { $($field:ident),* })*) => {
        const $list: &[(&str, &[&str])] = &[$((stringify!($variant), &[$(stringify!($field)),*])),*];
        const _: fn(&$enum) = |value| match value {
            $($enum::$variant { $($field: _),* } => (),)*
        };
    };
}

variants! { REFUSALS, Refusal:
    PartyAlreadyRegistered { party } OrgIdTaken { key, scheme, id, stream } CountryMissing {} ParentIsSelf {}
    FewerThanTwoParties {} PackageAlreadyAnnounced {} PackageUnknown { stream } DeclaredTotalAlreadyRecorded {}
    AmountWithoutCurrency {} CountWithCurrency {} AgreementAlreadyRegistered {} AgreementUnknown { stream } NoParty {}
    PartyNotListed { party } PartyAlreadySigned { party } SignatureInFuture { date } AlreadyLinked {}
    CommitmentAlreadyMade {} CommitmentUnknown { stream } StillAProspect { stream } ProspectAlreadyNoted {} NoObligor {}
    AmountOfUnknownValue {} KnownValueWithoutAmount {} MilestoneUnknown { milestone }
    MilestoneAlreadyPlanned { milestone } MilestoneAlreadyAchieved { milestone } MilestoneAlreadyCancelled { milestone }
    BaselineNotNext { expected, given } NothingRebaselined {} AchievementInFuture { date } ReporterMissing {}
    FundsAlreadyCommitted { flow } AmountNotPositive {} PaymentInFuture { date }
    PaymentAlreadyRecorded { key, payer, reference, stream }
    FlowUnknown { flow } ReturnAboveDisbursed { disbursed } EntryUnknown { event } NotAClaim { event }
    OwnClaim { party } NotAParty { party } ClaimAlreadyDisputed { party } NoPatch {} TargetIsCorrection { event }
    AlreadyRetracted { event } OldValueDiffers { path, found } IdentityNotCorrectable { path }
    CorrectionInvalid { path, detail } NothingCorrected {} RateIsSuperseded {} WrittenByTheLog {}
    DependantsRemain { events } NotADependant { event }
    IndicatorAlreadyDefined {} IndicatorUnknown { stream } RateAlreadyRecorded {} SameCurrency {} DateDiffers { date }
    PartyNotRegistered { party } NothingMerged {} MergesItself {} SurvivorIsMerged { party, into }
    AlreadyMerged { party, into }
    DeclaredTotalUnknown { declared } DeclaredTotalAlreadySuperseded { declared } TotalSupersedesItself {}
    RemainderDoesNotSum { declared } RemainderUnexplained {}
    NotLinked {} ConsentAlreadyExpressed { party } ShareAboveHundred {}
    ReservationAlreadyMade { reservation } ReservationUnknown { reservation } ReservationAfterConsent { party }
    OwnReservation { party } ReservationOfAnother { party } ReservationAlreadyObjected { party }
    ReservationAlreadyWithdrawn { reservation } EntryRuleAlreadySet {}
    AmendmentUnknown { amendment } ProvisionalAlreadyStarted { party } ProvisionalNotStarted { party }
    NotProvisional {} AlreadyEnteredIntoForce {} RegistrationAlreadyRecorded { number }
    TextCorrectionAlreadyProposed { correction } TextCorrectionUnknown { correction }
    TextCorrectionAlreadyObjected { party } TextCorrectionAlreadyAdopted { correction }
    ObjectionAfterDeadline { deadline } AdoptedBeforeDeadline { deadline } ObjectionOpen { party }
    AlreadySuspended {} NotSuspended {} PartyNotBound { party } WithdrawalAlreadyNotified { party }
    FateNamedTwice { commitment } SupersedesItself {} AgreementAlreadyEnded {} AgreementEnded { date }
    RevisionDiffers { expected, found } UmbrellaIsSelf {} NotADisbursement { event } DateInFuture { date, field }
    AmendmentIdTaken { amendment } ProspectUnknown { stream } ProspectAlreadyPromoted {} PromiseOfAnother {}
    CommitmentClosed { date } CommitmentAlreadySuspended {} CommitmentNotSuspended {} AmendedBeforePromise { date }
    AmendmentInvalid { detail, field } FewerThanTwoParts {} PartNamedTwice { part } PartIsSelf {}
    PartyNamedTwice { field, party }
    NotConserved { expected, found } ConditionUnknown { condition } ConditionIdTaken { condition }
    ConditionAlreadyMet { condition } WaivedByObligorsAlone {} MilestoneAlreadyMissed { milestone }
    MilestoneNotYetDue { milestone } MilestoneNotClosed { milestone } ProgressAboveTotal {} ProgressNotMeasurable {}
    FlowNotCommitted { flow } NothingAdjusted {} AdjustmentCurrencyDiffers { owed } AdjustedBelowZero { owed }
    ScheduleIdTaken { schedule } ClaimRejected { event } NoOpenDispute { event } OwnDispute { party }
    NotCorrectedSinceDispute { event } VerifierIsParty { party } EvidenceUnknown { evidence }
    EvidenceIdTaken { evidence } AssessmentIdTaken { assessment } AssessmentWithoutValue {}
    ValueOutsideScale { scale, value }
}

variants! { FLAGS, FlagCode:
    NoOrgId {} PartyUnknown {} NoAnchorDate {} BreakdownDoesNotSum {} LegalEffectInferred {} SignedAfterEffect {}
    SignedOutsidePackage {} PackageUnknown {} AgreementUnknown {} UmbrellaUnknown {} AgreementNotSigned {}
    SplitPartDiffers {}
    NoPlannedEnd {}
    EndBeforeStart {} NoDueDate {} LateReschedule {} BeforeSignature {} NoEvidence {} CurrencyDiffers {}
    AboveCommitted {} NoFundsCommitted {} ConfirmationLapses {} PeriodOverlaps {} NoticeTooShort {}
    AmendedByFewerParties {} RegisteredBeforeEntry {} EntryBeforeSignature {} EntryDateDiffersFromRule {}
    AlreadyInForce {} ConsentBeforeSignature {} NoDateByRule {} EntryAlreadyRecorded {} AgreementHasEnded {}
    LateReport {} PaidAfterFulfilment {}
    OpenMilestones {} NothingConfirmed {} NotAgreedByAll {} ProgressFalls {} ScheduleAboveCommitted {}
    SameHashOtherUrl {} StatusDisagrees {}
}

fn snake(variant: &str) -> String {
    let mut code = String::new();
    for c in variant.chars() {
        if c.is_ascii_uppercase() && !code.is_empty() {
            code.push('_');
        }
        code.push(c.to_ascii_lowercase());
    }
    code
}

/// Everything that is said in a language.
fn all(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
    let main = FILES.iter().filter(|(of, _)| *of == lang).map(|(_, text)| *text);
    let mut all = BTreeMap::new();
    for text in main.chain(pages(lang)) {
        for (name, variables) in messages(text) {
            assert!(all.insert(name.clone(), variables).is_none(), "{name} stands in two files of {}", lang.tag());
        }
    }
    all
}

fn english() -> BTreeMap<String, BTreeSet<String>> {
    all(Lang::En)
}

#[test]
fn the_four_languages_have_the_same_messages_with_the_same_variables() {
    let english = english();
    for lang in Lang::ALL {
        let other = all(lang);
        for (name, variables) in &english {
            assert_eq!(other.get(name), Some(variables), "message {name} in {}", lang.tag());
        }
        let more: Vec<&String> = other.keys().filter(|name| !english.contains_key(*name)).collect();
        assert!(more.is_empty(), "{} has messages that English lacks: {more:?}", lang.tag());
    }
}

#[test]
fn every_message_can_be_read_and_says_something_in_its_own_language() {
    let words = Words::new();
    for lang in Lang::ALL {
        let main = FILES.iter().filter(|(of, _)| *of == lang).map(|(_, text)| *text);
        for text in main.chain(pages(lang)) {
            let read = FluentResource::try_new(text.to_owned());
            assert!(read.is_ok(), "{}: {:?}", lang.tag(), read.err());
        }
    }
    let mut same = Vec::new();
    for (name, variables) in english() {
        let params: BTreeMap<String, String> = variables.iter().map(|v| (v.clone(), format!("<{v}>"))).collect();
        let mut seen = BTreeSet::new();
        for lang in Lang::ALL {
            let sentence = words.sentence(&name, &params, lang);
            assert!(sentence != name && !sentence.trim().is_empty(), "{name} in {} is empty", lang.tag());
            assert!(!sentence.contains("{$"), "{name} in {} misses a value: {sentence}", lang.tag());
            if !seen.insert(sentence.clone()) && !SAME_EVERYWHERE.contains(&name.as_str()) {
                same.push(format!("{name}: {sentence}"));
            }
        }
    }
    assert!(same.is_empty(), "the same in two languages: {same:#?}");
}

/// Texts that two languages may have in common.
const SAME_EVERYWHERE: &[&str] = &[
    "qualifier-exact",
    "choice-class-declaration",
    "choice-finance_type-grant",
    "choice-instrument_kind-arrangement",
    "choice-party_kind-company",
    "choice-party_kind-university",
    "field-occasion",
    "import-column-currency",
    "indicator-rate-value",
    "stated-parties",
    "import-column-date",
    "import-place",
    "review-item",
    "review-pair",
    "import-place-found",
    "record-currency",
    "record-none",
    "page-class",
    "component-menu",
    "component-important",
    "component-page-number",
    "nav-label",
    "nav-parties",
    "webhook-title",
    "analysis-filter-package",
    "family-package",
    "filter-package",
    "glossary-package",
    "head-package",
    "stated-package-id",
    "analysis-filter-agreement",
    "analysis-filter-currency",
    "analysis-column-id",
    "analysis-column-currency",
    "analysis-column-document",
    "data-page",
    "dictionary-spi",
    "dictionary-spi-t",
    "list-parties",
    "head-parties",
    "head-signatures",
    "head-occasion",
    "head-condition",
    "head-document",
    "head-hash",
    "head-date",
    "head-note",
    "instrument-arrangement",
    "instrument-memorandum",
    "instrument-declaration",
    "party-company",
    "party-university",
];

/// What keys begin with whose end is the name of a value: of a state, a column, a figure.
const ENDS_WITH_A_NAME: &[&str] = &[
    "flag-",
    "event-",
    "class-",
    "qualifier-",
    "title-",
    "component-",
    "role-",
    "scope-",
    "deed-",
    "proposal-",
    "field-",
    "stated-",
    "command-",
    // Their names are made of those of forms, questions and answers, which the tests of the forms go through.
    "choice-",
    "record-",
    "step-",
    "import-",
    "agreement-",
    "standing-",
    "milestone-",
    "claim-",
    "condition-",
    "direction-",
    "instrument-",
    "effect-",
    "party-",
    "family-",
    "glossary-",
    "analysis-by-",
    "analysis-change-",
    "analysis-claim-",
    "analysis-delay-",
    "analysis-file-",
    "analysis-filter-",
    "analysis-legend-",
    "analysis-newest-",
    "analysis-no",
    "analysis-sort-",
    "analysis-value-",
    "analysis-within-",
    "analysis-word-",
    "analysis-yes",
    "dictionary-",
    "explain-input-",
    "unit-",
    "webhook-start-",
    "webhook-trouble-",
];

#[test]
fn a_text_that_counts_has_every_form_of_its_language() {
    for lang in Lang::ALL {
        let needed: &[&str] = match lang {
            Lang::Ru => &["one", "few", "many", "other"],
            // As in "1 000 000 de jalons".
            Lang::Fr => &["one", "many", "other"],
            Lang::En | Lang::Kk => &["one", "other"],
        };
        for text in pages(lang) {
            for (before, choice) in text.split("_form ->").zip(text.split("_form ->").skip(1)) {
                let forms = choice.split('}').next().unwrap_or_default();
                let forms =
                    choice.split("\n}").next().filter(|to_the_end| to_the_end.len() > forms.len()).unwrap_or(forms);
                for form in needed {
                    let near: String = before.chars().rev().take(80).collect::<Vec<_>>().into_iter().rev().collect();
                    assert!(forms.contains(&format!("[{form}]")), "{}: no [{form}] after …{near}", lang.tag());
                }
            }
        }
    }
}

#[test]
fn french_is_set_with_one_kind_of_apostrophe_and_with_spaces_that_do_not_break() {
    let main = FILES.iter().filter(|(of, _)| *of == Lang::Fr).map(|(_, text)| *text);
    for line in main.chain(pages(Lang::Fr)).flat_map(str::lines).filter(|line| !line.starts_with('#')) {
        assert!(!line.contains('\''), "a straight apostrophe in: {line}");
        let broken = ["« ", " »", " ?", " !", " ;"].into_iter().find(|pair| line.contains(pair));
        assert!(broken.is_none(), "`{broken:?}` may be broken in: {line}");
    }
}

/// Every file below a folder, with what is in it.
fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for file in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if file.is_dir() {
            sources(&file, found);
        } else if let Ok(text) = std::fs::read_to_string(&file) {
            found.push((file.display().to_string(), text));
        }
    }
}

#[test]
fn every_text_that_a_template_asks_for_is_there() {
    let english = english();
    let mut templates = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"), &mut templates);
    let mut asked = 0;
    for (file, text) in &templates {
        for (at, call) in text.match_indices("t(\"") {
            let word = text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            let (key, after) = text[at + call.len()..].split_once('"').unwrap();
            if !word && !after.starts_with(" ~") {
                assert!(english.contains_key(key), "{file}: {key} has no text");
                asked += 1;
            }
        }
    }
    assert!(asked > 50, "the search for keys finds only {asked}");
}

#[test]
fn every_refusal_has_a_sentence_with_its_own_values() {
    let english = english();
    for (variant, fields) in REFUSALS {
        let variables = english.get(&snake(variant)).unwrap_or_else(|| panic!("{variant} has no sentence"));
        for variable in variables {
            assert!(fields.contains(&variable.as_str()), "{variant} has no value {variable}");
        }
    }
}

#[test]
fn every_flag_has_a_sentence_without_values() {
    let english = english();
    for (variant, _) in FLAGS {
        assert_eq!(english.get(&format!("flag-{}", snake(variant))), Some(&BTreeSet::new()), "{variant}");
    }
    assert_eq!(Words::new().flag(FlagCode::NoEvidence, Lang::En), "No document supports this claim.");
}

/// The first text in each call of `calls` in the sources of a folder, with its file.
fn literals_in(folder: &Path, calls: &[&str], found: &mut BTreeSet<String>) {
    for file in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if file.file_name().is_some_and(|name| name.to_string_lossy().contains("test")) {
            continue;
        }
        if file.is_dir() {
            literals_in(&file, calls, found);
            continue;
        }
        let source = std::fs::read_to_string(&file).unwrap();
        let source = source.split("#[cfg(test)]").next().unwrap_or_default();
        let of_file = |call: &&&str| !call.contains("ome(") || file.ends_with("events/src/money.rs");
        for call in calls.iter().filter(of_file) {
            for rest in source.split(*call).skip(1) {
                let within = rest.split(')').next().unwrap_or_default();
                if let Some((_, code)) = within.split_once('"') {
                    found.insert(code.split('"').next().unwrap().to_owned());
                }
            }
        }
    }
}

fn assert_all_known(codes: &BTreeSet<String>, surely: &[&str]) {
    for code in surely {
        assert!(codes.contains(*code), "the search for codes no longer finds {code}");
    }
    let english = english();
    for code in codes.iter().filter(|code| code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b == b'8')) {
        assert!(english.contains_key(code), "{code} has no sentence");
    }
}

#[test]
fn every_error_of_a_field_has_a_sentence() {
    let calls = ["FieldError::new(", "Self::new(", "unreadable(", "named(", "Some(", "then_some("];
    let mut codes = BTreeSet::new();
    literals_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../events/src"), &calls, &mut codes);
    assert_all_known(
        &codes,
        &["malformed_id", "negative_weight", "amount_too_large", "unknown_field", "duplicate_key", "invalid_utf8"],
    );
}

#[test]
fn every_error_of_a_row_has_a_sentence() {
    let mut codes = BTreeSet::new();
    for folder in ["src", "src/iati", "src/ocds"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../interop").join(folder);
        literals_in(&folder, &["FieldError::new("], &mut codes);
    }
    assert_all_known(&codes, &["value_not_mapped", "row_width", "date_in_other_form", "row_id_missing"]);
}

#[test]
fn every_problem_of_the_interface_has_a_sentence() {
    let calls = ["Problem::new(", "Self::new(", "passing(", "challenge(", "bad(", "unavailable(", "problem("];
    let mut codes = BTreeSet::new();
    literals_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &calls, &mut codes);
    assert_all_known(&codes, &["busy", "token_missing", "unknown_parameter", "shutting_down", "not_your_statement"]);
}

#[test]
fn no_message_is_left_over() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in ["src", "templates", "../events/src", "../interop/src", "../cli/src"] {
        sources(&root.join(folder), &mut found);
    }
    let texts: String =
        found.into_iter().filter(|(file, _)| !file.ends_with("words/tests.rs")).map(|(_, text)| text).collect();
    let of_a_code = |key: &str| {
        ENDS_WITH_A_NAME.iter().any(|prefix| key.starts_with(prefix))
            || REFUSALS.iter().any(|(variant, _)| snake(variant) == key)
    };
    for key in english().into_keys().filter(|key| !of_a_code(key)) {
        let used = texts.contains(&format!("\"{key}\"")) || texts.contains(&format!("'{key}'"));
        assert!(used, "{key} is used nowhere");
    }
}

#[test]
fn every_type_of_event_has_its_name() {
    let english = english();
    for (kind, _) in servanda_events::Event::TYPES {
        assert!(english.contains_key(&format!("event-{kind}")), "{kind} has no name");
    }
}

#[test]
fn a_sentence_is_in_the_language_asked_for() {
    let words = Words::new();
    let params = BTreeMap::from([("party".to_owned(), "kz-mfa".to_owned())]);
    assert_eq!(
        words.sentence("own_claim", &params, Lang::En),
        "kz-mfa made this claim and cannot answer it itself. Another party must."
    );
    assert!(words.sentence("own_claim", &params, Lang::Kk).starts_with("Бұл мәлімдемені kz-mfa жасаған"));
    assert_eq!(words.sentence("no_such_code", &params, Lang::Ru), "no_such_code");
    let stream = BTreeMap::from([("kind".to_owned(), "stream".to_owned()), ("value".to_owned(), "x".to_owned())]);
    assert!(words.sentence("malformed_id", &stream, Lang::Fr).contains("nom d’un flux"));
    assert!(words.text("no_text", Lang::En).contains("{\"en\": \"…\"}"));
}

#[test]
fn the_language_follows_the_weights_of_the_header() {
    for (header, lang) in [
        ("kk", Lang::Kk),
        ("ru-RU,ru;q=0.9,en;q=0.8", Lang::Ru),
        ("en;q=0.1, fr;q=0.7, de", Lang::Fr),
        ("en;q=0, ru;q=0.1", Lang::Ru),
        ("kk-KZ", Lang::Kk),
        ("de-AT, zz", Lang::En),
        ("*", Lang::En),
        ("", Lang::En),
        (";;;q=,,, \u{fffd}", Lang::En),
    ] {
        assert_eq!(Lang::negotiate(header), lang, "{header}");
    }
}
