//! Parties, packages, agreements, commitments, indicators: lists, single ones, and their histories in the log.
//!
//! Deliberately absent: figures, see [`crate::figures`].

use axum::extract::Path;
use axum::response::Response;
use servanda_events::dates::LedgerDate;
use servanda_events::ids::{AgreementId, CommitmentId, IndicatorId, PackageId, PartyId, Revision, StreamId};
use servanda_events::{Event, Fact};
use servanda_log::Entry;
use servanda_projector::views::{AgreementView, CommitmentView, IndicatorView, PackageView, PartyView};

use crate::contract::{
    AGREEMENT_ID, AS_OF, COMMITMENT_ID, Good, INDICATOR_ID, KNOWN_AT, OF_AGREEMENT, OF_PACKAGE, OF_PARTY, PACKAGE_ID,
    PAGE_SIZE, PAGE_TOKEN, PARTY_ID, Param, Spec, WAIT_FOR, of,
};
use crate::entries::Leaf;
use crate::page_token::Cursor;
use crate::problem::Problem;
use crate::reads::{Ask, List, PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX, Single, id, list, not_found, paged, single};
use crate::when::{When, blocking};

const LIST_PARAMS: &[&Param] =
    &[&AS_OF, &KNOWN_AT, &WAIT_FOR, &OF_PACKAGE, &OF_AGREEMENT, &OF_PARTY, &PAGE_SIZE, &PAGE_TOKEN];
const LIST_PROBLEMS: &[u16] = &[400, 401, 503];
const ONE_PROBLEMS: &[u16] = &[400, 401, 404, 503];

const fn listing(path: &'static str, id: &'static str, about: &'static str, good: &'static [Good]) -> Spec {
    Spec {
        method: "get",
        path,
        id,
        tag: "things",
        about,
        params: LIST_PARAMS,
        records: false,
        good,
        problems: LIST_PROBLEMS,
    }
}

const fn reading(
    path: &'static str,
    id: &'static str,
    about: &'static str,
    params: &'static [&'static Param],
    good: &'static [Good],
) -> Spec {
    Spec { method: "get", path, id, tag: "things", about, params, records: false, good, problems: ONE_PROBLEMS }
}

const fn json(about: &'static str, schema: fn(&mut schemars::SchemaGenerator) -> schemars::Schema) -> Good {
    Good { status: 200, about, media: "application/json", schema }
}

macro_rules! family {
    (
        $kind:literal, $id:ident: $Id:ty, $View:ty, $list_path:literal, $one_path:literal, $history_path:literal,
        $LIST:ident $list:ident $list_id:literal, $ONE:ident $one:ident $one_id:literal,
        $HISTORY:ident $history:ident $history_id:literal
    ) => {
        pub(crate) static $LIST: Spec = listing(
            $list_path,
            $list_id,
            concat!("A page of the list, in the order of the ids: ", $list_path, "."),
            &[json("The page.", of!(List<$View>))],
        );
        pub(crate) static $ONE: Spec = reading(
            $one_path,
            $one_id,
            concat!("One ", $kind, ", at the two clocks."),
            &[&$id, &AS_OF, &KNOWN_AT, &WAIT_FOR],
            &[json("It.", of!(Single<$View>))],
        );
        pub(crate) static $HISTORY: Spec = reading(
            $history_path,
            $history_id,
            concat!(
                "Every entry about one ",
                $kind,
                " in the order of the log, corrections and what they corrected included. `as_of` leaves out what \
                 was not so yet; what mends an entry stands there as soon as it is known."
            ),
            &[&$id, &AS_OF, &KNOWN_AT, &WAIT_FOR, &PAGE_SIZE, &PAGE_TOKEN],
            &[json("A page of entries, each with its exact bytes.", of!(List<Leaf>))],
        );

        pub(crate) async fn $list(ask: Ask) -> Result<Response, Problem> {
            list(ask, &$LIST, |reader, filter, after, limit| reader.$list(filter, after, limit)).await
        }

        pub(crate) async fn $one(Path(text): Path<String>, ask: Ask) -> Result<Response, Problem> {
            let id: $Id = id($kind, &text)?;
            single(ask, &$ONE, false, move |reader| reader.$one(&id), not_found($kind, &text)).await
        }

        pub(crate) async fn $history(Path(text): Path<String>, ask: Ask) -> Result<Response, Problem> {
            let id: $Id = id($kind, &text)?;
            history(ask, &$HISTORY, StreamId::from(&id), not_found($kind, &text)).await
        }
    };
}

family!("party", PARTY_ID: PartyId, PartyView,
    "/api/v1/parties", "/api/v1/parties/{id}", "/api/v1/parties/{id}/history",
    PARTIES parties "listParties", PARTY party "getParty", PARTY_HISTORY party_history "getPartyHistory");
family!("package", PACKAGE_ID: PackageId, PackageView,
    "/api/v1/packages", "/api/v1/packages/{id}", "/api/v1/packages/{id}/history",
    PACKAGES packages "listPackages", PACKAGE package "getPackage", PACKAGE_HISTORY package_history "getPackageHistory");
family!("agreement", AGREEMENT_ID: AgreementId, AgreementView,
    "/api/v1/agreements", "/api/v1/agreements/{id}", "/api/v1/agreements/{id}/history",
    AGREEMENTS agreements "listAgreements", AGREEMENT agreement "getAgreement",
    AGREEMENT_HISTORY agreement_history "getAgreementHistory");
family!("commitment", COMMITMENT_ID: CommitmentId, CommitmentView,
    "/api/v1/commitments", "/api/v1/commitments/{id}", "/api/v1/commitments/{id}/history",
    COMMITMENTS commitments "listCommitments", COMMITMENT commitment "getCommitment",
    COMMITMENT_HISTORY commitment_history "getCommitmentHistory");
family!("indicator", INDICATOR_ID: IndicatorId, IndicatorView,
    "/api/v1/indicators", "/api/v1/indicators/{id}", "/api/v1/indicators/{id}/history",
    INDICATORS indicators "listIndicators", INDICATOR indicator "getIndicator",
    INDICATOR_HISTORY indicator_history "getIndicatorHistory");

/// Whether an entry tells what was so by a date. What mends another entry is no fact of the first clock: it stands
/// beside that one as soon as it is known.
fn is_shown(fact: &Fact, as_of: LedgerDate) -> bool {
    matches!(fact.event, Event::EntryCorrected(_) | Event::EntryRetracted(_)) || fact.occurred_on.earliest <= as_of
}

/// The entries of a stream, as far as they were known and so.
async fn history(ask: Ask, spec: &'static Spec, stream: StreamId, missing: Problem) -> Result<Response, Problem> {
    let asked = spec.asked(&ask.uri)?;
    let size = asked.number(&PAGE_SIZE, PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX)?;
    let cursor = Cursor::of(&asked, stream.as_str())?;
    let when = When::of_page(&ask.app, &asked, cursor.as_ref()).await?;
    let after: Revision = cursor.map_or(Ok(0), |cursor| cursor.after.parse()).map_err(Problem::internal)?;
    let (as_of, known_at) = (when.as_of, when.known_at.position);
    let name = stream.clone();
    let entries = blocking(&ask.app, move |app| {
        let (mut shown, mut seen): (Vec<(Revision, Entry)>, _) = (Vec::new(), after);
        // One more than asked for tells whether there is a next page.
        while shown.len() <= size {
            let mut entries = app.log().read_stream(&stream, seen, size + 1)?;
            let ended = entries.len() <= size || entries.last().is_some_and(|entry| entry.position > known_at);
            entries.retain(|entry| entry.position <= known_at);
            for entry in entries {
                let fact = entry.decode()?.fact;
                seen = fact.revision;
                if is_shown(&fact, as_of) {
                    shown.push((fact.revision, entry));
                }
            }
            if ended {
                break;
            }
        }
        Ok(shown)
    })
    .await?;
    if entries.is_empty() && after == 0 {
        return Err(missing);
    }
    let next = entries.get(size).and_then(|_| entries.get(size - 1)).map(|(revision, _)| revision.to_string());
    let leaves = entries.iter().take(size).map(|(_, entry)| Leaf::of(entry)).collect::<Result<Vec<_>, _>>()?;
    paged(&ask, &asked, name.as_str(), &when, leaves, next)
}
