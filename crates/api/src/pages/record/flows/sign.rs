//! A signing: the document is entered, named as one of a visit, and each signature is recorded.

use serde_json::{Value, json};

use super::{EVIDENCE, any_text, put_own_party};
use crate::pages::record::form::{About, Field, Form, Kind, Shown, Step, needed, optional};
use crate::pages::record::scene::Scene;
use crate::pages::record::wanted::{Complaint, Filling, Wanted};

pub(super) const KINDS: &[&str] = &[
    "treaty",
    "agreement",
    "arrangement",
    "memorandum",
    "protocol",
    "exchange_of_notes",
    "declaration",
    "contract",
    "programme",
    "unknown",
];
pub(super) const CLASSES: &[&str] = &["intergovernmental", "interdepartmental", "commercial", "declaration", "unknown"];
pub(super) const EFFECTS: &[&str] = &["binding", "political", "contractual", "unknown"];

/// Who signed for each of the first parties; the signatures of further ones are recorded without an office.
const SIGNATORIES: [&str; 6] =
    ["signatory_1", "signatory_2", "signatory_3", "signatory_4", "signatory_5", "signatory_6"];

const fn signatory(place: usize) -> Field {
    optional(SIGNATORIES[place], Kind::Line).shown(Shown::AtLeast("parties", place + 1))
}

pub(super) static SIGN: Form = Form {
    id: "sign",
    about: About::New,
    within: &["package"],
    steps: &[
        Step { id: "visit", fields: &[optional("package", Kind::One("packages"))], shown: Shown::Always },
        Step { id: "parties", fields: &[needed("parties", Kind::Many("parties"))], shown: Shown::Always },
        Step { id: "title", fields: &[needed("titles", Kind::Texts)], shown: Shown::Always },
        Step {
            id: "date",
            fields: &[needed("signed_on", Kind::Date), optional("place", Kind::Line)],
            shown: Shown::Always,
        },
        Step {
            id: "signatories",
            fields: &[
                signatory(0),
                signatory(1),
                signatory(2),
                signatory(3),
                signatory(4),
                signatory(5),
                needed("signature_kind", Kind::Word("signature_kind", &["definitive", "simple", "unknown"])),
            ],
            shown: Shown::Always,
        },
        Step {
            id: "type",
            fields: &[
                needed("instrument_kind", Kind::Word("instrument_kind", KINDS)),
                needed("class", Kind::Word("class", CLASSES)),
            ],
            shown: Shown::Always,
        },
        Step {
            id: "effect",
            fields: &[
                needed("legal_effect", Kind::Word("legal_effect", EFFECTS)),
                needed("effect_basis", Kind::Word("effect_basis", &["stated", "title"])),
            ],
            shown: Shown::Always,
        },
        Step { id: "document", fields: EVIDENCE, shown: Shown::Always },
    ],
    plan,
};

fn plan(filling: &Filling<'_>, scene: &Scene) -> Result<Vec<Wanted>, Complaint> {
    let titles = filling.value("titles")?;
    let id = filling.new_id(&any_text(titles.as_ref()));
    let mut wishes = vec![registered(filling, scene, &id)?];
    if filling.value("package")?.is_some() {
        let mut linked = Wanted::new("LinkAgreementToPackage");
        linked.set("/data/agreement_id", id.as_str());
        filling.put(&mut linked, "/data/package_id", "package")?;
        filling.put(&mut linked, "/occurred_on", "signed_on")?;
        put_own_party(&mut linked, scene);
        wishes.push(linked);
    }
    for (place, party) in filling.chosen("parties").into_iter().enumerate() {
        let mut signed = Wanted::new("SignAgreement");
        signed.set("/data/agreement_id", id.as_str());
        signed.set("/data/party_id", party);
        signed.because("/data/party_id", "parties");
        if let Some(name) = SIGNATORIES.get(place) {
            filling.put(&mut signed, "/data/signatory", name)?;
        }
        filling.put(&mut signed, "/data/signature_kind", "signature_kind")?;
        filling.put(&mut signed, "/data/place", "place")?;
        filling.put(&mut signed, "/occurred_on", "signed_on")?;
        filling.put_evidence(&mut signed)?;
        put_own_party(&mut signed, scene);
        wishes.push(signed);
    }
    Ok(wishes)
}

fn registered(filling: &Filling<'_>, scene: &Scene, id: &str) -> Result<Wanted, Complaint> {
    let mut wanted = Wanted::new("RegisterAgreement");
    wanted.set("/data/agreement_id", id);
    wanted.because("/data/agreement_id", "titles");
    filling.put(&mut wanted, "/data/titles", "titles")?;
    filling.put(&mut wanted, "/data/instrument_kind", "instrument_kind")?;
    filling.put(&mut wanted, "/data/class", "class")?;
    filling.put(&mut wanted, "/data/legal_effect", "legal_effect")?;
    filling.put(&mut wanted, "/data/legal_effect_basis", "effect_basis")?;
    filling.value("parties")?;
    let parties: Vec<Value> =
        filling.chosen("parties").iter().map(|p| json!({ "party_id": p, "role": "party" })).collect();
    wanted.set("/data/parties", parties);
    wanted.because("/data/parties", "parties");
    wanted.set("/data/counts_toward_totals", true);
    filling.put(&mut wanted, "/occurred_on", "signed_on")?;
    filling.put_evidence(&mut wanted)?;
    put_own_party(&mut wanted, scene);
    Ok(wanted)
}
