//! What a form has before it: whose it is, what it is about, what can be chosen from. Read once for each page.
//!
//! Lists are short: what was chosen, what was searched for, else the first few. Names are in the person's language and
//! in the order of that language.
//!
//! Deliberately absent: the questions, see [`super::form`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use servanda_events::commitment::{Flow, State};
use servanda_events::ids::{AgreementId, CommandId, EventId, Family, PackageId, PartyId, StreamId};
use servanda_events::money::Money;
use servanda_events::text::Texts;
use servanda_events::{Event, Fact, History};
use servanda_log::Log;
use servanda_projector::{At, Filter, ProjectorError, ReadModel, Reader};

use super::flows;
use super::form::{About, Answers, Form, Kind};
use crate::pages::{format, say};
use crate::problem::Problem;
use crate::words::Lang;

/// Most things offered where nothing was searched for.
const OFFERED_MAX: usize = 20;
/// Most things offered of a search.
const FOUND_MAX: usize = 30;

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offer {
    /// What is recorded.
    pub(crate) value: String,
    /// What is read.
    pub(crate) text: String,
    /// What tells it from others of the same name.
    pub(crate) hint: Option<String>,
}

/// What a form has before it.
pub(crate) struct Scene {
    pub(crate) lang: Lang,
    /// The party for which the person speaks.
    pub(crate) party: Option<PartyId>,
    /// The id of the draft.
    pub(crate) draft: CommandId,
    /// The thing that the form is about, with its facts in effect; an empty history where the thing is new.
    pub(crate) history: Arc<History>,
    /// The agreement of the commitment that the form is about.
    pub(crate) agreement: Option<Arc<History>>,
    /// The event of the entry that the form is about.
    event: Option<EventId>,
    offers: BTreeMap<&'static str, Vec<Offer>>,
    names: BTreeMap<String, String>,
}

/// What is asked of a scene.
pub(crate) struct Wish<'a> {
    pub(crate) form: &'a Form,
    pub(crate) answers: &'a Answers,
    pub(crate) draft: &'a CommandId,
    pub(crate) party: Option<&'a PartyId>,
    pub(crate) lang: Lang,
}

impl Scene {
    /// Reads what a form has before it. Reads the disk.
    pub(crate) fn of(log: &Log, read: &ReadModel, wish: &Wish<'_>) -> Result<Self, Problem> {
        let today = log.now().date_furthest_east();
        let at = At { as_of: today, known_at: read.position() };
        let (stream, event) = about(log, wish.form, wish.answers)?;
        let history = match &stream {
            Some(stream) => log.history(stream)?,
            None => Arc::new(History::empty(StreamId::from(&unnamed()))),
        };
        if stream.is_some() && history.is_empty() {
            return Err(missing(wish.form, wish.answers));
        }
        let named = || wish.answers.text("agreement").parse().ok();
        let agreement = agreement_of(&history).or_else(named);
        let agreement = agreement.map(|id| log.history(&StreamId::from(&id))).transpose()?;
        let mut scene = Self {
            lang: wish.lang,
            party: wish.party.cloned(),
            draft: wish.draft.clone(),
            history,
            agreement,
            event,
            offers: BTreeMap::new(),
            names: BTreeMap::new(),
        };
        let fields = wish.form.steps.iter().flat_map(|step| step.fields);
        for field in fields {
            let (Kind::One(list) | Kind::Many(list)) = field.kind else { continue };
            let chosen: Vec<&str> = wish.answers.all(field.name).collect();
            let find = wish.answers.text(&format!("{}-find", field.name));
            let offers = read.at(at, |reader| scene.offered(reader, list, find, &chosen))?;
            scene.offers.insert(field.name, offers);
        }
        let named = scene.parties_named();
        scene.names = read.at(at, |reader| {
            named.iter().map(|id| Ok((id.to_string(), name_of_party(reader, id, wish.lang)?))).collect()
        })?;
        Ok(scene)
    }

    /// What can be chosen for a question.
    pub(crate) fn offers(&self, field: &str) -> &[Offer] {
        self.offers.get(field).map_or(&[], Vec::as_slice)
    }

    /// The name of a party in the person's language; its id where it has none.
    pub(crate) fn name(&self, party: &str) -> String {
        self.names.get(party).cloned().unwrap_or_else(|| party.to_owned())
    }

    /// A text in the person's language.
    pub(crate) fn said(&self, texts: &Texts) -> String {
        texts.best(self.lang.tag()).to_owned()
    }

    /// An amount as the person's language writes it.
    pub(crate) fn money(&self, money: &Money) -> String {
        format::money(&money.amount().to_string(), money.currency().as_str(), self.lang)
    }

    /// The promise that the form is about.
    pub(crate) fn commitment(&self) -> State<'_> {
        State::of(self.history.facts(), None)
    }

    /// The fact of an event of the thing that the form is about.
    pub(crate) fn fact(&self, event: &str) -> Option<&Arc<Fact>> {
        event.parse().ok().and_then(|event| self.history.fact(&event))
    }

    /// The fact of the entry that the form is about, while it is in effect.
    pub(crate) fn about_fact(&self) -> Option<&Arc<Fact>> {
        self.event.as_ref().and_then(|event| self.history.fact(event))
    }

    /// Whether the entry that the form is about may have a field.
    pub(crate) fn has_in_fact(&self, name: &str) -> bool {
        self.about_fact().is_some_and(|fact| flows::has_in_fact(fact, name))
    }

    /// The parties that have to do with the thing: those of the promise and of its agreement.
    pub(crate) fn concerned(&self) -> Vec<PartyId> {
        let mut parties = Vec::new();
        let facts = self.history.facts().iter().chain(self.agreement.iter().flat_map(|history| history.facts()));
        for fact in facts {
            match &fact.event {
                Event::CommitmentMade(made) => parties.extend(made.obligors.iter().chain(&made.beneficiaries).cloned()),
                Event::ProspectNoted(noted) => parties.extend(noted.parties.iter().cloned()),
                Event::AgreementRegistered(agreement) => {
                    parties.extend(agreement.parties.iter().map(|party| party.party_id.clone()));
                }
                Event::PackageAnnounced(package) => parties.extend(package.parties.iter().cloned()),
                Event::PartyRegistered(party) => parties.push(party.party_id.clone()),
                _ => {}
            }
        }
        let mut seen = BTreeSet::new();
        parties.retain(|party| seen.insert(party.clone()));
        parties
    }

    /// The concerned parties, and whoever said something.
    fn parties_named(&self) -> BTreeSet<PartyId> {
        let mut named: BTreeSet<PartyId> = self.concerned().into_iter().chain(self.party.clone()).collect();
        named.extend(self.history.facts().iter().filter_map(|fact| fact.reported_by.clone()));
        for fact in self.history.facts() {
            match &fact.event {
                Event::FundsDisbursed(paid) => named.extend([paid.payer.clone(), paid.payee.clone()]),
                Event::ClaimConfirmed(answer) => named.extend([answer.by_party.clone()]),
                Event::ClaimDisputed(answer) => named.extend([answer.by_party.clone()]),
                _ => {}
            }
        }
        named
    }

    fn offered(
        &self,
        reader: &Reader<'_>,
        list: &str,
        find: &str,
        chosen: &[&str],
    ) -> Result<Vec<Offer>, ProjectorError> {
        match list {
            "parties" => self.things(reader, Family::Party, find, chosen),
            "packages" => self.things(reader, Family::Package, find, chosen),
            "speakers" | "concerned" => {
                let concerned = self.concerned();
                if concerned.is_empty() {
                    return self.things(reader, Family::Party, find, chosen);
                }
                self.sorted(concerned.iter().map(|id| offer_of_party(reader, id, self.lang)))
            }
            "milestones" => Ok(self.milestones()),
            "flows" => Ok(self.flows()),
            "payments" => Ok(self.payments()),
            "changes" => Ok(self.changes()),
            _ => Ok(Vec::new()),
        }
    }

    /// Things of a family: the chosen ones, the person's own party, those that have to do with what the form is about,
    /// what was searched for; where there is none of these, the first few.
    fn things(
        &self,
        reader: &Reader<'_>,
        family: Family,
        find: &str,
        chosen: &[&str],
    ) -> Result<Vec<Offer>, ProjectorError> {
        let mut ids: BTreeSet<String> = chosen.iter().map(|id| (*id).to_owned()).collect();
        let concerned = if family == Family::Party { self.concerned() } else { Vec::new() };
        if !find.is_empty() {
            // The words of other things are found too, so more is asked for than is shown.
            let hits = reader.search(find, FOUND_MAX * 10)?;
            ids.extend(hits.into_iter().filter(|hit| hit.family == family).map(|hit| hit.id).take(FOUND_MAX));
        } else if concerned.is_empty() {
            ids.extend(first_few(reader, family)?);
        }
        if family == Family::Party {
            ids.extend(self.party.iter().chain(&concerned).map(ToString::to_string));
        }
        let offer = |id: &String| match family {
            Family::Party => id.parse().map_or(Ok(None), |id| offer_of_party(reader, &id, self.lang)),
            _ => id.parse().map_or(Ok(None), |id| offer_of_package(reader, &id, self.lang)),
        };
        self.sorted(ids.iter().map(offer))
    }

    fn sorted(
        &self,
        offers: impl Iterator<Item = Result<Option<Offer>, ProjectorError>>,
    ) -> Result<Vec<Offer>, ProjectorError> {
        let mut offers = offers.filter_map(Result::transpose).collect::<Result<Vec<_>, _>>()?;
        offers.sort_by(|one, other| format::order(&one.text, &other.text, self.lang));
        Ok(offers)
    }

    /// Milestones that are still open.
    fn milestones(&self) -> Vec<Offer> {
        let state = self.commitment();
        let open = state.milestones().iter().filter(|milestone| milestone.is_open());
        open.map(|milestone| Offer {
            value: milestone.plan.milestone_id.to_string(),
            text: self.said(&milestone.plan.titles),
            hint: milestone.due.map(|due| format::fuzzy(due, self.lang)),
        })
        .collect()
    }

    /// Flows of money.
    fn flows(&self) -> Vec<Offer> {
        let state = self.commitment();
        let flow = |flow: &Flow<'_>| Offer {
            value: flow.flow_id.to_string(),
            text: flow.flow_id.to_string(),
            hint: flow.owed().map(|owed| self.money(&owed)),
        };
        state.flows().iter().map(flow).collect()
    }

    /// The ways in which the entry can change.
    fn changes(&self) -> Vec<Offer> {
        let ways = self.about_fact().map_or(&[][..], |fact| flows::ways(&fact.event));
        let offer = |way: &&str| Offer {
            value: (*way).to_owned(),
            text: say::text(self.lang, &format!("choice-change-{way}")),
            hint: Some(say::text(self.lang, &format!("choice-change-{way}-hint"))),
        };
        ways.iter().map(offer).collect()
    }

    /// Payments that could have been sent back.
    fn payments(&self) -> Vec<Offer> {
        let paid = self.history.facts().iter().filter_map(|fact| match &fact.event {
            Event::FundsDisbursed(paid) => Some((fact, paid)),
            _ => None,
        });
        paid.map(|(fact, paid)| Offer {
            value: fact.event_id.to_string(),
            text: self.money(&paid.amount),
            hint: Some(format::fuzzy(&paid.value_date, self.lang)),
        })
        .collect()
    }
}

/// The stream that the address names.
fn about(log: &Log, form: &Form, answers: &Answers) -> Result<(Option<StreamId>, Option<EventId>), Problem> {
    match form.about {
        About::New => Ok((None, None)),
        About::Thing(family) => {
            let name = format!("{}-{}", family.as_str(), answers.text(family.as_str()));
            let stream = name.parse().map_err(|_| missing(form, answers))?;
            Ok((Some(stream), None))
        }
        About::Entry => {
            let position = answers.text("entry").parse().map_err(|_| missing(form, answers))?;
            let entry = log.entry(position)?.ok_or_else(|| missing(form, answers))?;
            let recorded = entry.decode()?;
            Ok((Some(recorded.stream), Some(recorded.fact.event_id.clone())))
        }
    }
}

fn missing(form: &Form, answers: &Answers) -> Problem {
    let kind = match form.about {
        About::New => "agreement",
        About::Thing(family) => family.as_str(),
        About::Entry => "entry",
    };
    crate::reads::not_found(kind, answers.text(kind))
}

/// The name of a stream that nothing is recorded in: an id may not begin with a sign.
fn unnamed() -> PartyId {
    "unnamed".parse().unwrap_or_else(|_| unreachable!("`unnamed` is an id"))
}

/// The first things of a family.
fn first_few(reader: &Reader<'_>, family: Family) -> Result<Vec<String>, ProjectorError> {
    let all = Filter::default();
    if family == Family::Party {
        let page = reader.parties(&all, "", OFFERED_MAX)?;
        return Ok(page.items.into_iter().map(|view| view.party.party_id.to_string()).collect());
    }
    let page = reader.packages(&all, "", OFFERED_MAX)?;
    Ok(page.items.into_iter().map(|view| view.package.package_id.to_string()).collect())
}

fn agreement_of(history: &History) -> Option<AgreementId> {
    history.facts().iter().find_map(|fact| match &fact.event {
        Event::CommitmentMade(made) => made.agreement_id.clone(),
        _ => None,
    })
}

fn name_of_party(reader: &Reader<'_>, id: &PartyId, lang: Lang) -> Result<String, ProjectorError> {
    let view = reader.party(id)?;
    Ok(view.map_or_else(|| id.to_string(), |view| view.party.names.best(lang.tag()).to_owned()))
}

fn offer_of_party(reader: &Reader<'_>, id: &PartyId, lang: Lang) -> Result<Option<Offer>, ProjectorError> {
    let text = name_of_party(reader, id, lang)?;
    let hint = (text != id.as_str()).then(|| id.to_string());
    Ok(Some(Offer { value: id.to_string(), text, hint }))
}

fn offer_of_package(reader: &Reader<'_>, id: &PackageId, lang: Lang) -> Result<Option<Offer>, ProjectorError> {
    let view = reader.package(id)?;
    Ok(view.map(|view| Offer {
        value: id.to_string(),
        text: view.package.titles.best(lang.tag()).to_owned(),
        hint: view.package.anchor_date.map(|date| date.to_string()),
    }))
}
