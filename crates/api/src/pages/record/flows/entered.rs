//! What has to be in the ledger before anything can be said of it: a party, a package.

use serde_json::json;

use super::{EVIDENCE, any_text, put_own_party, put_sector};
use crate::pages::record::form::{About, Form, Kind, Shown, Step, needed, optional};
use crate::pages::record::scene::Scene;
use crate::pages::record::wanted::{Complaint, Filling, Wanted};

pub(super) static PARTY: Form = Form {
    id: "party",
    about: About::New,
    within: &[],
    steps: &[
        Step {
            id: "name",
            fields: &[
                needed("names", Kind::Texts),
                needed(
                    "party_kind",
                    Kind::Word("party_kind", &["state", "government_body", "company", "university", "io"]),
                ),
            ],
            shown: Shown::Always,
        },
        Step {
            id: "register",
            fields: &[
                optional("country", Kind::Line),
                optional("org_scheme", Kind::Line),
                optional("org_id", Kind::Line),
                optional("parent", Kind::One("parties")),
            ],
            shown: Shown::Always,
        },
    ],
    plan: party,
};

fn party(filling: &Filling<'_>, scene: &Scene) -> Result<Vec<Wanted>, Complaint> {
    let mut wanted = Wanted::new("RegisterParty");
    let names = filling.value("names")?;
    wanted.set("/data/party_id", filling.new_id(&any_text(names.as_ref())));
    wanted.because("/data/party_id", "names");
    filling.put(&mut wanted, "/data/names", "names")?;
    filling.put(&mut wanted, "/data/kind", "party_kind")?;
    filling.put(&mut wanted, "/data/country", "country")?;
    filling.put(&mut wanted, "/data/parent", "parent")?;
    match (filling.value("org_scheme")?, filling.value("org_id")?) {
        (None, None) => {}
        (Some(scheme), Some(id)) => wanted.set("/data/org_ids", json!([{ "scheme": scheme, "id": id }])),
        (None, Some(_)) => return Err(Complaint::new("answer_missing").at("org_scheme")),
        (Some(_), None) => return Err(Complaint::new("answer_missing").at("org_id")),
    }
    wanted.because("/data/org_ids", "org_id");
    wanted.refused_at("org_id_taken", "org_id");
    put_own_party(&mut wanted, scene);
    Ok(vec![wanted])
}

pub(super) static PACKAGE: Form = Form {
    id: "package",
    about: About::New,
    within: &[],
    steps: &[
        Step {
            id: "title",
            fields: &[needed("titles", Kind::Texts), needed("occasion", Kind::Texts)],
            shown: Shown::Always,
        },
        Step { id: "parties", fields: &[needed("parties", Kind::Many("parties"))], shown: Shown::Always },
        Step {
            id: "date",
            fields: &[
                needed("anchor_date", Kind::Day),
                optional("anchor_basis", Kind::Line),
                optional("place", Kind::Line),
                optional("sector", Kind::Line),
            ],
            shown: Shown::Always,
        },
        Step { id: "document", fields: EVIDENCE, shown: Shown::Always },
    ],
    plan: package,
};

fn package(filling: &Filling<'_>, scene: &Scene) -> Result<Vec<Wanted>, Complaint> {
    let mut wanted = Wanted::new("AnnouncePackage");
    let titles = filling.value("titles")?;
    wanted.set("/data/package_id", filling.new_id(&any_text(titles.as_ref())));
    wanted.because("/data/package_id", "titles");
    for name in ["titles", "occasion", "place", "parties", "anchor_date", "anchor_basis"] {
        filling.put(&mut wanted, &format!("/data/{name}"), name)?;
    }
    filling.put(&mut wanted, "/occurred_on", "anchor_date")?;
    put_sector(filling, &mut wanted)?;
    filling.put_evidence(&mut wanted)?;
    put_own_party(&mut wanted, scene);
    Ok(vec![wanted])
}
