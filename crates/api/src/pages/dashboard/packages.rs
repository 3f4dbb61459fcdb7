//! What the dashboard shows: rows read at the two clocks, with every figure beside the address of its explanation.
//!
//! Deliberately absent: HTML, which stands in the templates.

use servanda_events::package::Scope;
use servanda_projector::progress::{AmountCoverage, CommitmentLine, CountCoverage, Delivery, OverdueMilestone, Rollup};
use servanda_projector::views::{CommitmentView, IndicatorView, PackageView};
use servanda_projector::{Filter, Over, ProjectorError};

use super::rows::{
    AmountRow, CommitmentRow, CountRow, CountRows, IndicatorRow, MoneyRow, OverdueRow, PackageRows, ProspectRow,
};
use crate::pages::format;
use crate::pages::look::{Look, name_of};

/// Things of each kind on the page, at most; the interface has the rest.
const PACKAGES_MAX: usize = 10;
const COMMITMENTS_MAX: usize = 40;
const INDICATORS_MAX: usize = 40;
const OVERDUE_MAX: usize = 40;

/// Reads the rows.
pub(super) struct Rows<'a>(pub(super) &'a Look<'a>);

impl Rows<'_> {
    fn say(&self, key: &str, values: &[(&str, String)]) -> String {
        let values: Vec<_> = values.iter().map(|(name, value)| (*name, value.into())).collect();
        self.0.say(key, &values)
    }

    fn percent(&self, figure: &servanda_projector::progress::Figure) -> Option<String> {
        self.0.percent(figure)
    }

    pub(super) fn packages(&self) -> Result<Vec<PackageRows>, ProjectorError> {
        let page = self.0.reader.packages(&Filter::default(), "", PACKAGES_MAX)?;
        page.items.iter().map(|package| self.package(package)).collect()
    }

    fn package(&self, view: &PackageView) -> Result<PackageRows, ProjectorError> {
        let package = &view.package;
        let id = &package.package_id;
        let rollup = self.0.reader.rollup(&Over::Package(id.clone()))?;
        let parties = package.parties.iter().map(|id| self.0.party(id)).collect::<Result<Vec<_>, _>>()?.join(", ");
        let announced = match package.anchor_date {
            Some(date) => self.say("page-announced", &[("date", format::day(date, self.0.lang)), ("parties", parties)]),
            None => self.say("page-announced-undated", &[("parties", parties)]),
        };
        let coverage = rollup.as_ref().and_then(|rollup| rollup.coverage.as_ref());
        let all = rollup.as_ref().map(|rollup| rollup.commitments.as_slice()).unwrap_or_default();
        let commitments = all.iter().take(COMMITMENTS_MAX).map(|progress| self.commitment(progress));
        let of_package = Filter { package: Some(id.clone()), ..Filter::default() };
        let prospects = self.0.reader.commitments(&of_package, "", COMMITMENTS_MAX)?.items;
        Ok(PackageRows {
            title: package.titles.best(self.0.lang.tag()).to_owned(),
            occasion: package.occasion.best(self.0.lang.tag()).to_owned(),
            announced,
            place: package.place.as_ref().map(ToString::to_string),
            demonstration: view.demonstration,
            counts: coverage.iter().flat_map(|c| &c.counts).map(|count| self.count(count)).collect(),
            amounts: coverage.iter().flat_map(|c| &c.amounts).map(|amount| self.amount(amount)).collect(),
            completion: rollup.as_ref().and_then(|rollup| self.percent(&rollup.completion_mean)),
            measured: rollup.as_ref().map(|rollup| self.measured(rollup)).unwrap_or_default(),
            unverifiable: rollup
                .as_ref()
                .filter(|rollup| rollup.counts.unverifiable > 0)
                .map(|rollup| self.say("page-unverifiable", &[("count", rollup.counts.unverifiable.to_string())])),
            verified: rollup.as_ref().and_then(|rollup| self.percent(&rollup.verified_share)),
            disputed: rollup.as_ref().and_then(|rollup| self.percent(&rollup.disputed_share)),
            money: rollup.iter().flat_map(|rollup| &rollup.money.per_currency).map(|money| self.money(money)).collect(),
            overdue: rollup
                .iter()
                .flat_map(|rollup| &rollup.overdue)
                .take(OVERDUE_MAX)
                .map(|o| self.overdue(o))
                .collect(),
            commitments: commitments.collect::<Result<_, _>>()?,
            prospects: prospects.iter().filter_map(|view| self.prospect(view)).collect(),
            href: self.0.data_link(&format!("/api/v1/packages/{id}/progress")),
            more_href: (all.len() > COMMITMENTS_MAX)
                .then(|| self.0.data_link(&format!("/api/v1/commitments?package={id}"))),
            id: id.to_string(),
        })
    }

    fn measured(&self, rollup: &Rollup) -> String {
        let counts = &rollup.counts;
        let mut values =
            vec![("measurable", counts.measurable.to_string()), ("identified", counts.identified.to_string())];
        match &counts.documents {
            Some(documents) => {
                values.push(("documents", documents.identified.to_string()));
                values.push(("declared", documents.declared.clone()));
                self.say("page-measured", &values)
            }
            None => self.say("page-measured-undeclared", &values),
        }
    }

    fn scope(&self, scope: Scope) -> String {
        match scope {
            Scope::All => self.0.text("page-all-documents"),
            Scope::Class(class) => self.0.text(&format!("class-{}", name_of(&class))),
        }
    }

    fn count(&self, count: &CountCoverage) -> CountRows {
        let number = |text: &str| format::number(text, self.0.lang);
        let mut rows: Vec<CountRow> = count
            .classes
            .iter()
            .map(|class| CountRow {
                name: self.0.text(&format!("class-{}", name_of(&class.class))),
                declared: class.declared.as_deref().map(number),
                identified: class.identified,
                remainder: class.remainder.as_deref().map(number),
                share: self.percent(&class.share),
                total: false,
            })
            .collect();
        rows.push(CountRow {
            name: self.scope(count.scope),
            declared: Some(number(&count.declared)),
            identified: count.identified,
            remainder: Some(number(&count.remainder)),
            share: self.percent(&count.share),
            total: true,
        });
        CountRows { rows }
    }

    fn amount(&self, amount: &AmountCoverage) -> AmountRow {
        let money = |text: &str| format::money(text, amount.currency.as_str(), self.0.lang);
        let qualifier = format!("qualifier-{}", name_of(&amount.qualifier));
        let share = self.percent(&amount.share);
        let note = match (&share, amount.of_unknown_amount) {
            (None, _) => self.0.text("page-amount-none-known"),
            (Some(_), 0) => String::new(),
            (Some(_), unknown) => self.say("page-amount-some-unknown", &[("count", unknown.to_string())]),
        };
        AmountRow {
            scope: self.scope(amount.scope),
            declared: self.say(&qualifier, &[("value", money(&amount.declared))]),
            identified: money(&amount.identified),
            share,
            note,
            scope_ambiguous: amount.scope_ambiguous,
        }
    }

    fn money(&self, delivery: &Delivery) -> MoneyRow {
        let money = |figure: &servanda_projector::progress::Figure| {
            let amount = figure.value.map(|value| value.to_string())?;
            Some(format::money(&amount, delivery.currency.as_str(), self.0.lang))
        };
        let committed = delivery.committed.as_ref().and_then(money);
        let returned = money(&delivery.returned).filter(|_| delivery.returned.value.is_some_and(|v| !v.is_zero()));
        MoneyRow {
            disbursed: money(&delivery.disbursed).unwrap_or_default(),
            returned: returned.map(|returned| self.say("page-returned", &[("returned", returned)])),
            committed: committed.map(|committed| self.say("page-of-committed", &[("committed", committed)])),
            share: self.percent(&delivery.share),
        }
    }

    fn overdue(&self, milestone: &OverdueMilestone) -> OverdueRow {
        OverdueRow {
            title: milestone.titles.best(self.0.lang.tag()).to_owned(),
            first_due: milestone.first_due.as_ref().map(|date| self.0.date(date)),
            due: self.0.date(&milestone.due),
            late_days: milestone.late_days,
            href: self.0.data_link(&format!("/api/v1/commitments/{}/progress", milestone.commitment_id)),
        }
    }

    fn commitment(&self, progress: &CommitmentLine) -> Result<CommitmentRow, ProjectorError> {
        let id = &progress.commitment_id;
        let view = self.0.reader.commitment(id)?;
        let made = view.as_ref().and_then(|view| view.commitment.as_ref());
        let milestones = view.as_ref().map(|view| view.milestones.as_slice()).unwrap_or_default();
        let planned = milestones.iter().filter(|milestone| milestone.cancelled.is_none()).count();
        let achieved = milestones.iter().filter(|milestone| milestone.achieved.is_some()).count();
        let values = [("achieved", achieved.to_string()), ("planned", planned.to_string())];
        Ok(CommitmentRow {
            statement: made.map_or_else(|| id.to_string(), |made| made.statement.best(self.0.lang.tag()).to_owned()),
            achieved: (planned > 0).then(|| self.say("page-achieved-of", &values)),
            completion: progress
                .completion
                .filter(|_| progress.verifiable)
                .and_then(|share| format::percent(Some(share.0), self.0.lang)),
            demonstration: view.as_ref().is_some_and(|view| view.demonstration),
            href: self.0.data_link(&format!("/api/v1/commitments/{id}/progress")),
        })
    }

    fn prospect(&self, view: &CommitmentView) -> Option<ProspectRow> {
        let prospect = view.prospect.as_ref().filter(|_| view.commitment.is_none())?;
        Some(ProspectRow {
            statement: prospect.statement.best(self.0.lang.tag()).to_owned(),
            href: self.0.data_link(&format!("/api/v1/commitments/{}", view.commitment_id)),
        })
    }

    pub(super) fn indicators(&self) -> Result<Vec<IndicatorRow>, ProjectorError> {
        let page = self.0.reader.indicators(&Filter::default(), "", INDICATORS_MAX)?;
        Ok(page.items.iter().flat_map(|view| self.observations(view)).collect())
    }

    fn observations(&self, view: &IndicatorView) -> Vec<IndicatorRow> {
        let IndicatorView::Series { indicator, observations, demonstration, .. } = view else {
            return Vec::new();
        };
        let row = |observed: &servanda_projector::views::ObservationView| {
            let observation = &observed.observation;
            let value =
                format!("{}\u{a0}{}", format::number(&observation.value.to_string(), self.0.lang), indicator.unit);
            let qualifier = format!("qualifier-{}", name_of(&observation.qualifier));
            IndicatorRow {
                title: indicator.titles.best(self.0.lang.tag()).to_owned(),
                period: self.0.date(&observation.period),
                value: self.say(&qualifier, &[("value", value)]),
                source: observation.source.to_string(),
                demonstration: *demonstration,
                href: self.0.data_link(&format!("/api/v1/indicators/{}", indicator.indicator_id)),
            }
        };
        observations.iter().map(row).collect()
    }
}
