//! What the log says of parties, packages and agreements on a day, and which promises are put together.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::facts::{Fact, streams};
use super::figures::Measured;
use super::money::Rates;
use super::promise::Promise;

/// Everything that was so by a day, as far as the first entries of the log tell it.
pub(super) struct Told {
    pub(super) day: String,
    pub(super) streams: BTreeMap<String, Vec<Fact>>,
    pub(super) rates: Rates,
    /// All promises that there are on the day, those that were split or went into others among them.
    pub(super) promises: Vec<Measured>,
    /// What went into another promise, with that one.
    pub(super) merged: BTreeMap<String, String>,
}

/// What figures of several promises are asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Whole {
    Package(String),
    Agreement(String),
    Party(String),
    Sector(String, String),
    Ledger,
}

impl Told {
    pub(super) fn by(entries: &[Value], day: &str) -> Self {
        let mut streams = streams(entries);
        let rates = Rates::of(&streams, day);
        let promises = streams.iter().filter(|(name, _)| name.starts_with("commitment-"));
        let promises = promises.filter_map(|(name, facts)| Promise::of(name, facts, day)).map(Measured::of).collect();
        streams.values_mut().for_each(|facts| facts.retain(|fact| fact.days().0.as_str() <= day));
        let mut merged = BTreeMap::new();
        for (name, facts) in &streams {
            for fact in facts.iter().filter(|fact| fact.is("CommitmentsMerged")) {
                for part in fact.data("from").as_array().into_iter().flatten() {
                    let into = name.strip_prefix("commitment-").unwrap_or_default().to_owned();
                    merged.insert(part["commitment_id"].as_str().unwrap().to_owned(), into);
                }
            }
        }
        Self { day: day.to_owned(), rates, promises, merged, streams }
    }

    /// The facts of a kind, in the order of their streams.
    pub(super) fn all<'t>(&'t self, kind: &'t str) -> impl Iterator<Item = &'t Fact> {
        self.streams.values().flatten().filter(move |fact| fact.is(kind))
    }

    /// What is known under an id.
    fn registered(&self, stream: &str, kind: &str) -> Option<&Fact> {
        self.streams.get(stream)?.iter().find(|fact| fact.is(kind))
    }

    /// Everything of which figures can be asked.
    pub(super) fn wholes(&self) -> BTreeSet<Whole> {
        let mut wholes = BTreeSet::from([Whole::Ledger]);
        let id = |fact: &Fact, field: &str| fact.text(field).to_owned();
        wholes.extend(self.all("PackageAnnounced").map(|fact| Whole::Package(id(fact, "package_id"))));
        wholes.extend(self.all("AgreementRegistered").map(|fact| Whole::Agreement(id(fact, "agreement_id"))));
        wholes.extend(self.all("PartyRegistered").map(|fact| Whole::Party(id(fact, "party_id"))));
        let promised = self.promises.iter().flat_map(|of| sectors(&of.promise.terms));
        wholes.extend(promised);
        wholes.extend(self.all("AgreementRegistered").flat_map(|fact| sectors(&fact.json["data"])));
        wholes
    }

    /// The agreements that belong to a package: linked, and not unlinked since.
    pub(super) fn agreements_of(&self, package: &str) -> Vec<&Fact> {
        let agreements = self.all("AgreementRegistered").filter(|agreement| {
            let facts = &self.streams[&format!("agreement-{}", agreement.text("agreement_id"))];
            let about = facts.iter().filter(|fact| fact.text("package_id") == package);
            let mut links = about.filter(|fact| fact.kind().starts_with("Agreement"));
            links.next_back().is_some_and(|last| last.is("AgreementLinkedToPackage"))
        });
        agreements.collect()
    }

    /// All ids of the party that an id stands for, after all mergers.
    fn ids_of_party(&self, id: &str) -> BTreeSet<String> {
        let went_into = |id: &str| {
            let took = |fact: &&Fact| {
                fact.data("merged").as_array().into_iter().flatten().any(|merged| merged.as_str() == Some(id))
            };
            self.all("PartiesMerged").find(took).map(|fact| fact.text("survivor").to_owned())
        };
        let last = |id: &str| {
            let mut last = id.to_owned();
            while let Some(next) = went_into(&last) {
                last = next;
            }
            last
        };
        let all = self.all("PartyRegistered").map(|fact| fact.text("party_id").to_owned());
        let mut ids: BTreeSet<String> = all.filter(|other| last(other) == last(id)).collect();
        ids.insert(last(id));
        ids
    }

    /// The promises that count in figures of a whole: none that was split or went into another.
    pub(super) fn members(&self, whole: &Whole) -> Vec<&Measured> {
        let belongs: Box<dyn Fn(&Value) -> bool> = match whole {
            Whole::Ledger => Box::new(|_| true),
            Whole::Agreement(id) => Box::new(move |terms| terms["agreement_id"] == *id.as_str()),
            Whole::Package(id) => {
                let agreements: BTreeSet<&str> =
                    self.agreements_of(id).iter().map(|fact| fact.text("agreement_id")).collect();
                Box::new(move |terms| {
                    terms["package_id"] == *id.as_str()
                        || terms["agreement_id"].as_str().is_some_and(|id| agreements.contains(id))
                })
            }
            Whole::Party(id) => {
                let ids = self.ids_of_party(id);
                let owes = move |party: &Value| ids.contains(party.as_str().unwrap());
                Box::new(move |terms| terms["obligors"].as_array().unwrap().iter().any(&owes))
            }
            Whole::Sector(..) => Box::new(move |terms| {
                let agreement = terms["agreement_id"].as_str();
                let agreement =
                    agreement.and_then(|id| self.registered(&format!("agreement-{id}"), "AgreementRegistered"));
                sectors(terms).chain(agreement.iter().flat_map(|fact| sectors(&fact.json["data"]))).any(|s| s == *whole)
            }),
        };
        let counts = |of: &&Measured| !of.promise.was_split() && !self.merged.contains_key(&of.promise.id);
        self.promises.iter().filter(counts).filter(|of| belongs(&of.promise.terms)).collect()
    }

    /// Prospects that were never promised by the day: they belong to the package that names them, and to the ledger.
    pub(super) fn prospects(&self, whole: &Whole) -> usize {
        let open = self
            .all("ProspectNoted")
            .filter(|prospect| !self.promises.iter().any(|of| of.promise.id == prospect.text("commitment_id")));
        match whole {
            Whole::Ledger => open.count(),
            Whole::Package(id) => open.filter(|prospect| prospect.text("package_id") == id).count(),
            Whole::Agreement(_) | Whole::Party(_) | Whole::Sector(..) => 0,
        }
    }

    /// The totals declared for a package that others did not take the place of.
    pub(super) fn declared(&self, package: &str) -> Vec<&Fact> {
        let Some(facts) = self.streams.get(&format!("package-{package}")) else { return Vec::new() };
        let superseded =
            |id: &str| facts.iter().any(|fact| fact.is("DeclaredTotalSuperseded") && fact.text("declared_id") == id);
        let totals = facts.iter().filter(|fact| fact.is("DeclaredTotalRecorded"));
        totals.filter(|fact| !superseded(fact.text("declared_id"))).collect()
    }
}

fn sectors(of: &Value) -> impl Iterator<Item = Whole> + use<> {
    let sectors = of["sectors"].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    sectors.into_iter().map(move |sector| Whole::Sector(text(&sector["scheme"]), text(&sector["code"])))
}

/// Those of some things that lie within another of them: the one whose umbrella is there. On a circle none does.
pub(super) fn within(umbrellas: &BTreeMap<String, Option<String>>) -> BTreeSet<String> {
    let above = |id: &String| umbrellas.get(id)?.as_ref().filter(|umbrella| umbrellas.contains_key(*umbrella));
    let on_a_circle = |id: &String| {
        let mut next = above(id);
        for _ in 0..umbrellas.len() {
            match next {
                Some(there) if there == id => return true,
                Some(there) => next = above(there),
                None => return false,
            }
        }
        false
    };
    umbrellas.keys().filter(|id| above(id).is_some() && !on_a_circle(id)).cloned().collect()
}
