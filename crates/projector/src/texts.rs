//! What a fact links to and says in words: the rows that make it findable.

use servanda_events::Event;
use servanda_events::agreement::Sector;
use servanda_events::ids::PartyId;
use servanda_events::text::Texts;

fn parties<'a>(role: &'static str, parties: impl IntoIterator<Item = &'a PartyId>) -> Vec<String> {
    parties.into_iter().map(|party| format!("{role}/{party}")).collect()
}

fn sectors(sectors: &[Sector]) -> impl Iterator<Item = String> {
    sectors.iter().map(|sector| sector_link(sector.scheme.as_str(), sector.code.as_str()))
}

/// The link of everything that belongs to a sector.
pub(crate) fn sector_link(scheme: &str, code: &str) -> String {
    format!("sector/{scheme}/{code}")
}

/// The things that a fact's stream concerns because of that fact.
pub(crate) fn links(event: &Event) -> Vec<String> {
    match event {
        Event::PartyRegistered(e) => parties("parent", &e.parent),
        Event::PackageAnnounced(e) => {
            let mut links = parties("party", &e.parties);
            links.extend(sectors(&e.sectors));
            links
        }
        Event::AgreementRegistered(e) => {
            let mut links = parties("party", e.parties.iter().map(|p| &p.party_id));
            links.extend(sectors(&e.sectors));
            links
        }
        Event::AgreementLinkedToPackage(e) => vec![format!("package/{}", e.package_id)],
        Event::ProspectNoted(e) => {
            let mut links = parties("party", &e.parties);
            links.extend(e.package_id.iter().map(|id| format!("package/{id}")));
            links
        }
        Event::CommitmentMade(e) => {
            let mut links = parties("obligor", &e.obligors);
            links.extend(parties("party", e.obligors.iter().chain(&e.beneficiaries)));
            links.extend(e.package_id.iter().map(|id| format!("package/{id}")));
            links.extend(e.agreement_id.iter().map(|id| format!("agreement/{id}")));
            links.extend(sectors(&e.sectors));
            links.sort_unstable();
            links.dedup();
            links
        }
        Event::IndicatorDefined(e) => {
            let mut links = parties("party", &e.parties);
            links.extend(e.package_id.iter().map(|id| format!("package/{id}")));
            links
        }
        Event::ExchangeRateRecorded(e) => vec![format!("rate/{}/{}", e.base, e.quote)],
        Event::DeclaredTotalRecorded(_)
        | Event::AgreementSigned(_)
        | Event::MilestonePlanned(_)
        | Event::MilestoneRebaselined(_)
        | Event::MilestoneAchieved(_)
        | Event::MilestoneCancelled(_)
        | Event::FundsCommitted(_)
        | Event::FundsDisbursed(_)
        | Event::FundsReturned(_)
        | Event::ClaimConfirmed(_)
        | Event::ClaimDisputed(_)
        | Event::IndicatorObserved(_)
        | Event::EntryCorrected(_)
        | Event::EntryRetracted(_) => Vec::new(),
    }
}

/// The texts of a fact that people search for.
pub(crate) fn texts(event: &Event) -> Vec<&Texts> {
    match event {
        Event::PartyRegistered(e) => vec![&e.names],
        Event::PackageAnnounced(e) => vec![&e.titles, &e.occasion],
        Event::DeclaredTotalRecorded(e) => vec![&e.statement],
        Event::AgreementRegistered(e) => vec![&e.titles],
        Event::ProspectNoted(e) => vec![&e.statement],
        Event::CommitmentMade(e) => vec![&e.statement],
        Event::MilestonePlanned(e) => vec![&e.titles],
        Event::IndicatorDefined(e) => vec![&e.titles],
        Event::AgreementSigned(_)
        | Event::AgreementLinkedToPackage(_)
        | Event::MilestoneRebaselined(_)
        | Event::MilestoneAchieved(_)
        | Event::MilestoneCancelled(_)
        | Event::FundsCommitted(_)
        | Event::FundsDisbursed(_)
        | Event::FundsReturned(_)
        | Event::ClaimConfirmed(_)
        | Event::ClaimDisputed(_)
        | Event::IndicatorObserved(_)
        | Event::ExchangeRateRecorded(_)
        | Event::EntryCorrected(_)
        | Event::EntryRetracted(_) => Vec::new(),
    }
}

/// A text or a query as the search compares it: lower case, ё as е, and the Kazakh letters as the Russian ones that
/// people type in their place. The diacritics of Latin letters are the index's affair.
pub(crate) fn folded(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'ё' => 'е',
            'ә' => 'а',
            'ғ' => 'г',
            'қ' => 'к',
            'ң' => 'н',
            'ө' => 'о',
            'ұ' | 'ү' => 'у',
            'һ' => 'х',
            'і' => 'и',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_russian_keyboard_finds_kazakh_names() {
        assert_eq!(folded("Қарағанды"), "караганды");
        assert_eq!(folded("Ёлка"), "елка");
    }
}
