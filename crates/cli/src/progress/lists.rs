//! What stands below the figures: what is overdue or at risk, the money, what assessors think.

use servanda_events::dates::FuzzyDate;
use servanda_projector::progress::{AtRiskMilestone, MoneyDelivery, OverdueMilestone, Risk};
use servanda_projector::views::AssessmentView;

use super::table::{name, percent, plain, share};
use crate::output::Table;

pub(super) fn overdue(overdue: &[OverdueMilestone], text: &mut String) {
    let mut table = Table::new(["Overdue", "commitment", "milestone", "due", "first due", "weight"]).right(&[0, 5]);
    for milestone in overdue {
        table.row([
            format!("{} days", milestone.late_days),
            milestone.commitment_id.to_string(),
            milestone.milestone_id.to_string(),
            milestone.due.in_full(),
            milestone.first_due.as_ref().map_or_else(|| "-".to_owned(), FuzzyDate::in_full),
            milestone.weight.to_string(),
        ]);
    }
    text.push('\n');
    text.push_str(&if table.is_empty() { "Nothing is overdue.\n".to_owned() } else { table.lines(0) });
}

fn above(above: bool) -> &'static str {
    if above { "more than committed" } else { "" }
}

pub(super) fn money(title: &str, money: &MoneyDelivery, text: &mut String) {
    let columns = [title, "committed", "disbursed", "returned", "delivered", "of what was scheduled", ""];
    let mut table = Table::new(columns).right(&[1, 2, 3, 4, 5]);
    for delivery in &money.per_currency {
        table.row([
            delivery.currency.to_string(),
            delivery.committed.as_ref().map_or_else(|| "unknown".to_owned(), plain),
            plain(&delivery.disbursed),
            plain(&delivery.returned),
            share(&delivery.share),
            share(&delivery.schedule),
            above(delivery.above_committed).to_owned(),
        ]);
    }
    if table.is_empty() {
        return;
    }
    text.push('\n');
    text.push_str(&table.lines(0));
    if let Some(all) = &money.converted {
        let left_out = match all.unconverted {
            0 => String::new(),
            1 => "; 1 payment is left out, no rate is recorded for it".to_owned(),
            count => format!("; {count} payments are left out, no rates are recorded for them"),
        };
        let owed = match all.owed_without_rate {
            0 => String::new(),
            1 => "; for 1 obligation no rate is recorded".to_owned(),
            count => format!("; for {count} obligations no rate is recorded"),
        };
        let above = if all.above_committed { ", more than committed" } else { "" };
        text.push_str(&format!(
            "all of it in {}: {} delivered{above}{owed}{left_out}\n",
            all.currency,
            share(&all.share)
        ));
    }
}

pub(super) fn at_risk(at_risk: &[AtRiskMilestone], text: &mut String) {
    let mut table = Table::new(["At risk", "commitment", "milestone", "due", "reported", "because"]).right(&[0, 4]);
    for milestone in at_risk {
        let because: Vec<String> = milestone.risks.iter().map(reason).collect();
        table.row([
            format!("in {} days", milestone.days_left),
            milestone.commitment_id.to_string(),
            milestone.milestone_id.to_string(),
            milestone.due.in_full(),
            milestone.done.map_or_else(|| "-".to_owned(), |done| percent(Some(done.0))),
            because.join("; "),
        ]);
    }
    if !table.is_empty() {
        text.push('\n');
        text.push_str(&table.lines(0));
    }
}

fn reason(risk: &Risk) -> String {
    match risk {
        Risk::DueSoon => "due soon".to_owned(),
        Risk::BehindTime => "behind its time".to_owned(),
        Risk::ConditionUnmet { condition_id } => format!("condition {condition_id} is not met"),
        Risk::PredecessorOverdue { milestone_id } => format!("{milestone_id} before it is overdue"),
    }
}

pub(super) fn assessments(assessments: &[AssessmentView], text: &mut String) {
    let mut table = Table::new(["Assessments", "scale", "score", "share", "when"]).right(&[3]);
    for view in assessments {
        let of = &view.assessment;
        let why_not = of.not_assessed_reason.as_ref().map_or_else(String::new, |reason| format!("none: {reason}"));
        table.row([
            of.assessor.to_string(),
            format!("{} {}", name(&of.scale), of.scale_version),
            of.value.as_ref().map_or(why_not, ToString::to_string),
            view.share.as_ref().map_or_else(|| "-".to_owned(), |share| percent(share.parse().ok())),
            view.assessed_on.to_string(),
        ]);
    }
    if !table.is_empty() {
        text.push('\n');
        text.push_str(&table.lines(0));
    }
}
