//! The parts of a release that are read. What else a publisher writes is passed over.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// An id, which publishers write as text or as a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Id(pub(super) String);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Text(String),
            Number(i64),
        }
        Ok(Self(match Written::deserialize(deserializer)? {
            Written::Text(text) => text,
            Written::Number(number) => number.to_string(),
        }))
    }
}

/// A record: all releases of one contracting process.
#[derive(Debug, Deserialize)]
pub(super) struct Record {
    #[serde(default)]
    pub(super) releases: Vec<Release>,
}

/// What was published at one moment.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Release {
    pub(super) ocid: Option<String>,
    pub(super) id: Option<Id>,
    pub(super) date: Option<String>,
    pub(super) tag: Vec<String>,
    pub(super) language: Option<String>,
    pub(super) parties: Vec<Party>,
    pub(super) buyer: Option<Reference>,
    pub(super) awards: Vec<Award>,
    pub(super) contracts: Vec<Contract>,
}

/// An organisation.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Party {
    pub(super) id: Option<Id>,
    pub(super) name: Option<String>,
    pub(super) roles: Vec<String>,
    pub(super) identifier: Option<Identifier>,
    pub(super) additional_identifiers: Vec<Identifier>,
}

/// An identifier in a register.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Identifier {
    pub(super) scheme: Option<String>,
    pub(super) id: Option<Id>,
}

/// A reference to an organisation.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Reference {
    pub(super) id: Option<Id>,
}

/// Who won.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Award {
    pub(super) id: Option<Id>,
    pub(super) suppliers: Vec<Reference>,
}

/// A contract.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Contract {
    pub(super) id: Option<Id>,
    #[serde(rename = "awardID")]
    pub(super) award_id: Option<Id>,
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) status: Option<String>,
    pub(super) period: Period,
    pub(super) value: Option<Value>,
    pub(super) date_signed: Option<String>,
    pub(super) milestones: Vec<Milestone>,
    pub(super) implementation: Implementation,
    pub(super) amendments: Vec<Amendment>,
}

/// From when to when.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Period {
    pub(super) start_date: Option<String>,
    pub(super) end_date: Option<String>,
}

/// An amount, as it is written, so that no float comes near it.
#[derive(Debug, Deserialize)]
pub(super) struct Value {
    pub(super) amount: Box<RawValue>,
    #[serde(default)]
    pub(super) currency: String,
}

/// What was done under a contract.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Implementation {
    pub(super) milestones: Vec<Milestone>,
    pub(super) transactions: Vec<Transaction>,
}

/// A step.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Milestone {
    pub(super) id: Option<Id>,
    pub(super) title: Option<String>,
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) due_date: Option<String>,
    pub(super) date_met: Option<String>,
    pub(super) status: Option<String>,
    pub(super) value: Option<Value>,
}

/// A payment.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Transaction {
    pub(super) id: Option<Id>,
    pub(super) date: Option<String>,
    pub(super) value: Option<Value>,
    pub(super) payer: Option<Reference>,
    pub(super) payee: Option<Reference>,
}

/// A change that the parties agreed on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Amendment {
    pub(super) id: Option<Id>,
    pub(super) date: Option<String>,
    pub(super) rationale: Option<String>,
}
