//! Which refusals of a row only follow from an earlier refusal of the same row: where a document was refused for its
//! date, nobody needs to read that its signature lacks a document.
//!
//! Deliberately absent: what follows from other rows; whoever mends those imports the file again.

use servanda_events::ids::StreamId;
use servanda_events::{Command, Refusal};

/// Refusals that miss something, by code, each with the commands that would have brought it.
const MISSING: [(&str, &[&str]); 21] = [
    ("party_not_registered", &["RegisterParty"]),
    ("package_unknown", &["AnnouncePackage"]),
    ("agreement_unknown", &["RegisterAgreement"]),
    ("commitment_unknown", &["MakeCommitment", "PromoteProspect"]),
    ("prospect_unknown", &["NoteProspect"]),
    ("still_a_prospect", &["PromoteProspect"]),
    ("indicator_unknown", &["DefineIndicator"]),
    ("declared_total_unknown", &["RecordDeclaredTotal"]),
    ("not_linked", &["LinkAgreementToPackage"]),
    ("reservation_unknown", &["MakeReservation"]),
    ("amendment_unknown", &["AmendAgreement"]),
    ("text_correction_unknown", &["ProposeTextCorrection"]),
    ("party_not_bound", &["ExpressConsent"]),
    ("not_suspended", &["SuspendAgreement"]),
    ("commitment_not_suspended", &["SuspendCommitment"]),
    ("milestone_unknown", &["PlanMilestone"]),
    ("condition_unknown", &["AddCondition", "MakeCommitment"]),
    ("evidence_unknown", &["AttachEvidence"]),
    ("flow_not_committed", &["CommitFunds"]),
    ("flow_unknown", &["DisburseFunds"]),
    ("return_above_disbursed", &["DisburseFunds"]),
];

/// Commands of a row that were refused, in their order.
#[derive(Debug, Clone, Default)]
pub struct Refused(Vec<(StreamId, &'static str)>);

impl Refused {
    /// Remembers that a command was refused; whether that only follows from what was refused before.
    pub fn follows(&mut self, command: &Command, refusal: Option<&Refusal>) -> bool {
        let own = command.stream();
        let follows = refusal.is_some_and(|refusal| {
            let (code, params) = refusal.code_and_params();
            let named = params.get("stream").and_then(|stream| stream.parse::<StreamId>().ok());
            let party = params.get("party").and_then(|party| format!("party-{party}").parse::<StreamId>().ok());
            let missed = named.or_else(|| party.filter(|_| code == "party_not_registered"));
            let missed = missed.as_ref().unwrap_or(&own);
            let bringing = MISSING.iter().find(|(missing, _)| *missing == code).map_or(&[][..], |(_, names)| names);
            self.0.iter().any(|(stream, name)| stream == missed && bringing.contains(name))
        });
        self.0.push((own, command.name()));
        follows
    }
}

#[cfg(test)]
mod tests {
    use servanda_events::Request;
    use servanda_events::ids::PartyId;

    use super::*;

    fn command(name: &str, data: &serde_json::Value) -> Command {
        let request = serde_json::json!({ "command": name, "data": data }).to_string();
        Request::parse(request.as_bytes()).unwrap().command
    }

    fn sign(agreement: &str) -> Command {
        let data = serde_json::json!({ "agreement_id": agreement, "party_id": "fra", "signature_kind": "unknown" });
        command("SignAgreement", &data)
    }

    fn register(agreement: &str) -> Command {
        command(
            "RegisterAgreement",
            &serde_json::json!({
                "agreement_id": agreement, "titles": { "en": "A" }, "instrument_kind": "contract", "class": "commercial",
                "legal_effect": "contractual", "legal_effect_basis": "stated", "counts_toward_totals": true,
                "parties": [{ "party_id": "fra", "role": "party" }],
            }),
        )
    }

    #[test]
    fn what_is_missing_because_it_was_refused_before_follows_and_nothing_else_does() {
        let unknown = Refusal::AgreementUnknown { stream: "agreement-a".parse().unwrap() };
        let listed = Refusal::PartyNotListed { party: "fra".parse::<PartyId>().unwrap() };
        let mut refused = Refused::default();
        assert!(!refused.follows(&sign("a"), Some(&unknown)), "nothing was refused before");
        assert!(!refused.follows(&register("a"), None));
        assert!(refused.follows(&sign("a"), Some(&unknown)));
        assert!(refused.follows(&sign("a"), Some(&unknown)), "and so does each that comes after");
        assert!(!refused.follows(&sign("a"), Some(&listed)), "another cause");
        let other = Refusal::AgreementUnknown { stream: "agreement-b".parse().unwrap() };
        assert!(!refused.follows(&sign("b"), Some(&other)), "another document");
    }

    #[test]
    fn every_code_is_one_of_a_refusal_and_every_name_one_of_a_command() {
        let names = MISSING.iter().flat_map(|(_, names)| *names);
        for name in names {
            assert!(Command::NAMES.contains(name), "{name}");
        }
        let source = include_str!("../../events/src/refusal.rs").to_lowercase();
        for (code, _) in MISSING {
            assert!(source.contains(&format!(" {}", code.replace('_', ""))), "{code}");
        }
    }
}
