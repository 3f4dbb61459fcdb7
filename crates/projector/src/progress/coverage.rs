//! Coverage: how much of what was declared the ledger can name. What is unknown stays unknown, never zero.
//!
//! Counts are documents linked to the package that count toward its totals; amounts are commitments of known value.
//! What belongs to an umbrella is counted once, with the
//! umbrella, where that is counted; else by itself.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_events::agreement::InstrumentClass;
use servanda_events::ids::{DeclaredId, Position};
use servanda_events::money::Currency;
use servanda_events::package::{DeclaredTotalRecorded, Measure, Qualifier, Scope};

use super::figure::Figure;
use super::member::Member;
use super::umbrella;
use crate::views::AgreementView;

/// Coverage of each declared total of a package.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Coverage {
    /// Declared numbers of documents.
    pub counts: Vec<CountCoverage>,
    /// Declared amounts.
    pub amounts: Vec<AmountCoverage>,
}

/// Coverage of a declared number of documents.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CountCoverage {
    /// The declared total.
    pub declared_id: DeclaredId,
    /// What it is about.
    pub scope: Scope,
    /// Identified of declared.
    pub share: Figure,
    /// Declared.
    pub declared: String,
    /// Identified.
    pub identified: usize,
    /// Declared less identified.
    pub remainder: String,
    /// Whether more are identified than were declared.
    pub over_identified: bool,
    /// Class by class.
    pub classes: Vec<ClassCoverage>,
}

/// Coverage of one class of documents.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ClassCoverage {
    /// The class.
    pub class: InstrumentClass,
    /// Declared; none where the declaration does not name the class.
    pub declared: Option<String>,
    /// Identified.
    pub identified: usize,
    /// Declared less identified.
    pub remainder: Option<String>,
    /// Identified of declared.
    pub share: Figure,
}

/// Coverage of a declared amount.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AmountCoverage {
    /// The declared total.
    pub declared_id: DeclaredId,
    /// What it is about.
    pub scope: Scope,
    /// Whether the source can be read as another scope.
    pub scope_ambiguous: bool,
    /// How exactly it was stated.
    pub qualifier: Qualifier,
    /// The currency.
    pub currency: Currency,
    /// Declared.
    pub declared: String,
    /// Sum of the known amounts of identified commitments in that currency.
    pub identified: String,
    /// Identified commitments whose amount is not known: the true sum lies above `identified`, nobody knows how far.
    pub of_unknown_amount: usize,
    /// Identified commitments whose amount is known in another currency; it is not converted, and not in `identified`.
    pub in_other_currencies: usize,
    /// Identified of declared; `null` while no amount at all is known. With amounts unknown it is the least it can be.
    pub share: Figure,
    /// Declared less identified; none while no amount at all is known.
    pub remainder: Option<String>,
    /// Whether more is identified than was declared.
    pub over_identified: bool,
}

/// A declared total with the entries behind it.
pub(crate) struct Declared<'a> {
    pub(crate) total: &'a DeclaredTotalRecorded,
    pub(crate) entries: &'a [Position],
}

fn within(scope: Scope, class: Option<InstrumentClass>) -> bool {
    match scope {
        Scope::All => true,
        Scope::Class(wanted) => class == Some(wanted),
    }
}

impl Coverage {
    pub(super) fn figures_mut(&mut self) -> Vec<&mut Figure> {
        let mut figures: Vec<&mut Figure> = self.amounts.iter_mut().map(|amount| &mut amount.share).collect();
        for count in &mut self.counts {
            figures.push(&mut count.share);
            figures.extend(count.classes.iter_mut().map(|class| &mut class.share));
        }
        figures
    }

    pub(super) fn of(declared: &[Declared<'_>], agreements: &[AgreementView], members: &[Member<'_>]) -> Self {
        let of = |measure: Measure| declared.iter().filter(move |d| d.total.measure == measure);
        Self {
            counts: of(Measure::Count).map(|d| count(d, agreements)).collect(),
            amounts: of(Measure::Amount)
                .filter_map(|d| d.total.currency.map(|currency| amount(d, currency, agreements, members)))
                .collect(),
        }
    }
}

fn count(declared: &Declared<'_>, agreements: &[AgreementView]) -> CountCoverage {
    let total = declared.total;
    let counting: Vec<&AgreementView> = agreements
        .iter()
        .filter(|a| a.agreement.counts_toward_totals && within(total.scope, Some(a.agreement.class)))
        .collect();
    let under =
        umbrella::within(counting.iter().map(|a| (&a.agreement.agreement_id, a.agreement.umbrella_of.as_ref())));
    let counted: Vec<&AgreementView> =
        counting.into_iter().filter(|a| !under.contains_key(&a.agreement.agreement_id)).collect();
    let mut classes: BTreeMap<InstrumentClass, (Option<Decimal>, Vec<&AgreementView>)> = BTreeMap::new();
    for part in &total.breakdown {
        classes.entry(part.class).or_default().0 = Some(part.value.value());
    }
    for agreement in &counted {
        classes.entry(agreement.agreement.class).or_default().1.push(agreement);
    }
    let entries = |of: &[&AgreementView]| of.iter().flat_map(|a| a.named_as_one()).collect::<Vec<_>>();
    let identified = Decimal::from(counted.len());
    CountCoverage {
        declared_id: total.declared_id.clone(),
        scope: total.scope,
        share: Figure::ratio("coverage_count.v2", identified, total.value.value())
            .from(declared.entries.iter().copied())
            .from(entries(&counted)),
        declared: total.value.to_string(),
        identified: counted.len(),
        remainder: (total.value.value() - identified).to_string(),
        over_identified: identified > total.value.value(),
        classes: classes
            .into_iter()
            .map(|(class, (declared_of_class, of_class))| {
                let number = Decimal::from(of_class.len());
                let share = match declared_of_class {
                    Some(value) => Figure::ratio("coverage_count.v2", number, value),
                    None => Figure::unmeasurable("coverage_count.v2"),
                };
                ClassCoverage {
                    class,
                    declared: declared_of_class.map(|d| d.to_string()),
                    identified: of_class.len(),
                    remainder: declared_of_class.map(|d| (d - number).to_string()),
                    share: share.from(declared.entries.iter().copied()).from(entries(&of_class)),
                }
            })
            .collect(),
    }
}

fn amount(
    declared: &Declared<'_>,
    currency: Currency,
    agreements: &[AgreementView],
    members: &[Member<'_>],
) -> AmountCoverage {
    let total = declared.total;
    let agreement = |member: &Member<'_>| {
        let id = member.made().agreement_id.as_ref()?;
        agreements.iter().find(|a| a.agreement.agreement_id == *id)
    };
    let class = |member: &Member<'_>| agreement(member).map(|a| a.agreement.class);
    let counted = Member::counting(members.iter().filter(|m| within(total.scope, class(m))));
    let known: Vec<Decimal> = counted
        .iter()
        .filter_map(|m| m.made().amount.filter(|amount| amount.currency() == currency))
        .map(|amount| amount.amount())
        .collect();
    let unknown = counted.iter().filter(|m| m.made().amount.is_none()).count();
    let identified: Decimal = known.iter().copied().sum();
    let share = if known.is_empty() {
        Figure::unmeasurable("coverage_amount.v2").input("denominator", total.value.value())
    } else {
        Figure::ratio("coverage_amount.v2", identified, total.value.value())
    };
    AmountCoverage {
        declared_id: total.declared_id.clone(),
        scope: total.scope,
        scope_ambiguous: total.scope_ambiguous,
        qualifier: total.qualifier,
        currency,
        declared: total.value.to_string(),
        identified: identified.to_string(),
        of_unknown_amount: unknown,
        in_other_currencies: counted.len() - unknown - known.len(),
        share: share
            .from(declared.entries.iter().copied())
            .from(counted.iter().flat_map(|m| m.base.iter().chain(&m.alone).copied()))
            .from(counted.iter().filter_map(|m| agreement(m)).flat_map(AgreementView::named_as_one)),
        remainder: (!known.is_empty()).then(|| (total.value.value() - identified).to_string()),
        over_identified: identified > total.value.value(),
    }
}
