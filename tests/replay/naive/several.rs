//! The figures of several promises on a day, and how much of what was declared is identified.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::facts::{Answered, Fact, days_between, decimal, ratio, shown};
use super::figures::{Measured, is_judged, median_and_max, said_of};
use super::ledger::{Told, Whole, within};
use super::money;
use super::promise::{Milestone, State};

/// The mean of what can be measured, each counting the same.
fn mean(values: impl Iterator<Item = Option<Decimal>>) -> Value {
    let measured: Vec<Decimal> = values.flatten().collect();
    shown(ratio(measured.iter().sum(), Decimal::from(measured.len())))
}

fn count(part: usize, whole: usize) -> Value {
    shown(ratio(Decimal::from(part), Decimal::from(whole)))
}

impl Told {
    /// The figures of a whole, as the interface names them.
    pub(super) fn rollup(&self, whole: &Whole) -> Value {
        let members = self.members(whole);
        let scored: Vec<&Measured> =
            members.iter().copied().filter(|of| of.promise.terms["verifiable"] == true).collect();
        let stand = |wanted: &str| {
            let so = members.iter().filter(|of| of.promise.standing() == wanted);
            so.map(|of| of.promise.id.clone()).collect::<Vec<_>>()
        };
        let kept = scored.iter().filter(|of| of.promise.standing() == "fulfilled").count();
        let failed = ["missed", "cancelled_unilaterally", "overdue"];
        let judged = kept + scored.iter().filter(|of| failed.contains(&of.promise.standing())).count();
        let first_promised = scored.iter().filter(|of| of.promise.standing() != "cancelled_mutually");
        let newest = members.iter().filter_map(|of| of.promise.last_report()).max();
        let slipped =
            |which: usize| median_and_max(members.iter().flat_map(|of| of.slipped()[which].clone()).collect());
        let inside = self.inside(&members, |_| true);
        let money = |is_inside: bool| {
            let of = members.iter().map(|of| &of.promise).filter(|p| inside.contains(&p.id) == is_inside);
            money::delivery(of, &self.rates, &self.day)
        };
        let coverage = match whole {
            Whole::Package(id) => self.coverage(id, &members),
            _ => Value::Null,
        };
        json!({
            "counts": self.counts(whole, &members, &scored, &coverage),
            "coverage": coverage,
            "completion_mean": mean(scored.iter().map(|of| of.completion)),
            "completion_by_amount": self.by_amount(&members),
            "partial_completion_mean": mean(scored.iter().map(|of| of.partial)),
            "original_completion_mean": mean(first_promised.map(|of| of.original)),
            "completion_words": words(&scored),
            "assessments": assessments(&members),
            "cancelled_share_mean": mean(scored.iter().map(|of| of.cancelled)),
            "spi_mean": mean(scored.iter().map(|of| of.spi)),
            "spi_t_mean": mean(scored.iter().map(|of| of.spi_t)),
            "on_time_rate": self.on_time(&members),
            "slippage": { "current": slipped(0), "original": slipped(1) },
            "verified_share": said(&members, |said| said.vouched_for),
            "disputed_share": said(&members, |said| said.disputed),
            "honoured_rate": count(kept, judged),
            "suspended": stand("suspended"),
            "mutually_cancelled": stand("cancelled_mutually"),
            "freshness": shown(newest.map(|last| Decimal::from(days_between(&last, &self.day)))),
            "status_disagreement": disagreement(&members),
            "overdue": members.iter().flat_map(|of| of.overdue.clone()).collect::<Vec<_>>(),
            "at_risk": members.iter().flat_map(|of| of.at_risk.clone()).collect::<Vec<_>>(),
            "money": money(false),
            "money_within_others": money(true),
            "commitments": members.iter().map(|of| line(of)).collect::<Vec<_>>(),
        })
    }

    fn counts(&self, whole: &Whole, members: &[&Measured], scored: &[&Measured], coverage: &Value) -> Value {
        let is_score = |fact: &Fact| fact.is("AssessmentRecorded") && !fact.data("value").is_null();
        let documents = coverage["counts"].get(0);
        json!({
            "measurable": scored.iter().filter(|of| of.completion.is_some()).count(),
            "identified": members.len(),
            "unverifiable": members.len() - scored.len(),
            "complete": scored.iter().filter(|of| of.word() == "complete").count(),
            "assessed": members.iter().filter(|of| of.promise.facts.iter().any(is_score)).count(),
            "prospects": self.prospects(whole),
            "documents": documents.map(|of| json!({ "identified": of["identified"], "declared": of["declared"] })),
        })
    }

    /// Those of some promises that lie within the amount of another of those that `count`.
    fn inside(&self, members: &[&Measured], counts: impl Fn(&Value) -> bool) -> BTreeSet<String> {
        let umbrella = |terms: &Value| {
            let mut named = terms["umbrella_of"].as_str()?.to_owned();
            // What lay within a promise that went into another lies within that one.
            for _ in 0..=self.merged.len() {
                named = self.merged.get(&named).cloned().unwrap_or(named);
            }
            Some(named)
        };
        let counting = members.iter().map(|of| &of.promise).filter(|promise| counts(&promise.terms));
        within(&counting.map(|promise| (promise.id.clone(), umbrella(&promise.terms))).collect())
    }

    /// Those whose amounts may be summed.
    fn summed<'m>(&self, members: &[&'m Measured]) -> Vec<&'m Measured> {
        let counts = |terms: &Value| terms["counts_toward_totals"] == true;
        let inside = self.inside(members, counts);
        let may = |of: &&&Measured| counts(&of.promise.terms) && !inside.contains(&of.promise.id);
        members.iter().filter(may).copied().collect()
    }

    /// Means weighted by amount, currency by currency; never mixed with the others.
    fn by_amount(&self, members: &[&Measured]) -> Vec<Value> {
        let mut sums: BTreeMap<String, (Decimal, Decimal)> = BTreeMap::new();
        for of in self.summed(members).iter().filter(|of| of.promise.terms["verifiable"] == true) {
            let Some((completion, (currency, amount))) = of.completion.zip(amount_of(of)) else { continue };
            let sum = sums.entry(currency).or_default();
            sum.0 += amount * completion;
            sum.1 += amount;
        }
        let row = |(currency, (part, whole)): (String, _)| json!({ "currency": currency, "completion": shown(ratio(part, whole)) });
        sums.into_iter().map(row).collect()
    }

    fn on_time(&self, members: &[&Measured]) -> Value {
        let all: Vec<&Milestone> = members.iter().flat_map(|of| &of.promise.milestones).collect();
        let judged: Vec<&&Milestone> = all.iter().filter(|m| is_judged(m, &self.day)).collect();
        count(judged.iter().filter(|m| m.state(&self.day) == State::OnTime).count(), judged.len())
    }

    /// Identified of what was declared for a package, for each total in force.
    fn coverage(&self, package: &str, members: &[&Measured]) -> Value {
        let agreements = self.agreements_of(package);
        let (counts, amounts): (Vec<&Fact>, Vec<&Fact>) =
            self.declared(package).into_iter().partition(|total| total.text("measure") == "count");
        json!({
            "counts": counts.iter().map(|total| count_coverage(total, &agreements)).collect::<Vec<_>>(),
            "amounts": amounts.iter().map(|total| self.amount_coverage(total, &agreements, members)).collect::<Vec<_>>(),
        })
    }

    fn amount_coverage(&self, total: &Fact, agreements: &[&Fact], members: &[&Measured]) -> Value {
        let class = |of: &Measured| {
            let id = &of.promise.terms["agreement_id"];
            agreements.iter().find(|agreement| agreement.data("agreement_id") == id).map(|a| a.text("class").to_owned())
        };
        let about: Vec<&Measured> =
            members.iter().copied().filter(|of| is_about(total, class(of).as_deref())).collect();
        let counted = self.summed(&about);
        let amounts: Vec<Option<(String, Decimal)>> = counted.iter().map(|of| amount_of(of)).collect();
        let known = amounts.iter().flatten().filter(|(currency, _)| currency == total.text("currency"));
        let known: Vec<Decimal> = known.map(|(_, amount)| *amount).collect();
        let (sum, declared) = (known.iter().sum::<Decimal>(), decimal(total.data("value")));
        json!({
            "declared_id": total.text("declared_id"),
            "currency": total.text("currency"),
            "declared": total.text("value"),
            "identified": shown(Some(sum)),
            "of_unknown_amount": amounts.iter().filter(|amount| amount.is_none()).count(),
            "in_other_currencies": amounts.iter().flatten().count() - known.len(),
            "share": shown(ratio(sum, declared).filter(|_| !known.is_empty())),
            "remainder": shown((!known.is_empty()).then(|| declared - sum)),
            "over_identified": sum > declared,
        })
    }
}

/// The known amount of a promise.
fn amount_of(of: &Measured) -> Option<(String, Decimal)> {
    let amount = &of.promise.terms["amount"];
    Some((amount["currency"].as_str()?.to_owned(), decimal(&amount["amount"])))
}

/// Whether a total is about what is of a class.
fn is_about(total: &Fact, class: Option<&str>) -> bool {
    let scope = total.data("scope");
    *scope == "all" || scope["class"].as_str().is_some_and(|wanted| class == Some(wanted))
}

fn count_coverage(total: &Fact, agreements: &[&Fact]) -> Value {
    let counting: Vec<&&Fact> = agreements
        .iter()
        .filter(|a| *a.data("counts_toward_totals") == true && is_about(total, Some(a.text("class"))))
        .collect();
    let umbrella = |a: &Fact| a.data("umbrella_of").as_str().map(str::to_owned);
    let under = within(&counting.iter().map(|a| (a.text("agreement_id").to_owned(), umbrella(a))).collect());
    let counted: Vec<&&&Fact> = counting.iter().filter(|a| !under.contains(a.text("agreement_id"))).collect();
    let (identified, declared) = (Decimal::from(counted.len()), decimal(total.data("value")));
    let mut classes: BTreeMap<String, (Option<Decimal>, usize)> = BTreeMap::new();
    for part in total.data("breakdown").as_array().into_iter().flatten() {
        classes.entry(part["class"].as_str().unwrap().to_owned()).or_default().0 = Some(decimal(&part["value"]));
    }
    for agreement in &counted {
        classes.entry(agreement.text("class").to_owned()).or_default().1 += 1;
    }
    let class = |(class, (declared, named)): (String, (Option<Decimal>, usize))| {
        let number = Decimal::from(named);
        json!({
            "class": class, "declared": shown(declared), "identified": named,
            "remainder": shown(declared.map(|declared| declared - number)),
            "share": shown(declared.and_then(|declared| ratio(number, declared))),
        })
    };
    json!({
        "declared_id": total.text("declared_id"),
        "share": shown(ratio(identified, declared)),
        "declared": total.text("value"),
        "identified": counted.len(),
        "remainder": shown(Some(declared - identified)),
        "over_identified": identified > declared,
        "classes": classes.into_iter().map(class).collect::<Vec<_>>(),
    })
}

fn words(scored: &[&Measured]) -> Value {
    let with = |word: Value| scored.iter().filter(|of| of.word() == word).count();
    json!({
        "no_evidence": with(json!("no_evidence")), "not_started": with(json!("not_started")),
        "limited": with(json!("limited")), "substantial": with(json!("substantial")),
        "complete": with(json!("complete")), "not_measurable": with(Value::Null),
    })
}

/// Of achieved milestones that were not given up, those of whose claims something is so.
fn said(members: &[&Measured], counts: impl Fn(&Answered) -> bool) -> Value {
    let claims = members.iter().flat_map(|of| of.promise.milestones.iter().filter_map(|m| said_of(&of.promise, m)));
    let claims: Vec<Answered> = claims.collect();
    count(claims.iter().filter(|said| counts(said)).count(), claims.len())
}

fn disagreement(members: &[&Measured]) -> Vec<Value> {
    let mut sources: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (source, differs) in members.iter().flat_map(|of| of.disagreement()) {
        let of = sources.entry(source).or_default();
        of.0 += usize::from(differs);
        of.1 += 1;
    }
    sources.into_iter().map(|(source, (part, all))| json!({ "source": source, "share": count(part, all) })).collect()
}

/// Means of the newest scores as shares of their scales, by assessor, scale and version.
fn assessments(members: &[&Measured]) -> Vec<Value> {
    type Key = [String; 3];
    let key = |fact: &Fact| ["assessor", "scale", "scale_version"].map(|field| fact.text(field).to_owned());
    let mut shares: BTreeMap<Key, Vec<Decimal>> = BTreeMap::new();
    for of in members {
        let mut told: Vec<&Fact> = of.promise.facts.iter().filter(|fact| fact.is("AssessmentRecorded")).collect();
        told.sort_by_key(|fact| (fact.days().0, fact.position));
        let newest: BTreeMap<Key, &Fact> = told.into_iter().map(|fact| (key(fact), fact)).collect();
        for (key, fact) in newest {
            let score = || fact.text("value").parse::<Decimal>().ok();
            let share = match key[1].as_str() {
                "g20" => score().map(|score| (score + Decimal::ONE) / Decimal::from(2)),
                "pam" => score().map(|score| score / Decimal::from(3)),
                "percent" => score().map(|score| score / Decimal::from(100)),
                _ => None,
            };
            shares.entry(key).or_default().extend(share);
        }
    }
    let rows =
        shares.into_iter().filter(|(_, shares)| !shares.is_empty()).map(|([assessor, scale, version], shares)| {
            json!({ "assessor": assessor, "scale": scale, "scale_version": version,
                "share": mean(shares.into_iter().map(Some)) })
        });
    rows.collect()
}

fn line(of: &Measured) -> Value {
    json!({
        "commitment_id": of.promise.id,
        "verifiable": of.promise.terms["verifiable"],
        "standing": of.promise.standing(),
        "completion": shown(of.completion),
        "completion_word": of.word(),
        "overdue": of.overdue.len(),
        "at_risk": of.at_risk.len(),
    })
}
