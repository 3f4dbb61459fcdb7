//! Figures for people. What cannot be measured says so; it is never printed as zero or as a hundred per cent.

use rust_decimal::Decimal;
use servanda_events::package::{Qualifier, Scope};
use servanda_projector::progress::{
    AmountCoverage, CommitmentProgress, CountCoverage, Coverage, Figure, MoneyDelivery, OverdueMilestone, Rollup,
};
use servanda_projector::views::CommitmentView;

use crate::output::Table;

const NOT_MEASURABLE: &str = "not measurable";
/// Commitments listed below a roll-up; a longer list is cut, which is said.
const COMMITMENTS_MAX: usize = 50;

/// A share in per cent.
fn percent(value: Option<Decimal>) -> String {
    match value {
        None => NOT_MEASURABLE.to_owned(),
        Some(value) => format!("{} %", (value * Decimal::ONE_HUNDRED).round_dp(1).normalize()),
    }
}

fn share(figure: &Figure) -> String {
    percent(figure.value)
}

fn plain(figure: &Figure) -> String {
    figure.value.map_or_else(|| NOT_MEASURABLE.to_owned(), |value| value.to_string())
}

/// `numerator of denominator`, as the formula had them.
fn parts(figure: &Figure) -> String {
    match (figure.inputs.get("numerator"), figure.inputs.get("denominator")) {
        (Some(of), Some(all)) => format!("{of} of {all}"),
        _ => String::new(),
    }
}

/// The stable name of a value, as it stands in JSON.
fn name(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

pub(super) fn rollup(rollup: &Rollup, text: &mut String) {
    if let Some(of) = &rollup.coverage {
        coverage(of, text);
    }
    let counts = &rollup.counts;
    let declared = counts.documents.as_ref().map(|documents| documents.declared.as_str());
    let mut table = Table::new(["Progress", "", ""]);
    let declared = declared.map_or_else(|| "nothing declared".to_owned(), |declared| format!("{declared} declared"));
    let stands_on = format!("{} measurable of {} identified of {declared}", counts.measurable, counts.identified);
    table.row(["completion, mean".to_owned(), share(&rollup.completion_mean), stands_on]);
    for mean in &rollup.completion_by_amount {
        let weighted = format!("completion, by amount in {}", mean.currency);
        table.row([weighted, share(&mean.completion), parts(&mean.completion)]);
    }
    table.row(["complete".to_owned(), counts.complete.to_string(), format!("of {}", counts.measurable)]);
    let milestones = |figure: &Figure| format!("{} achieved milestones", parts(figure));
    table.row(["verified".to_owned(), share(&rollup.verified_share), milestones(&rollup.verified_share)]);
    table.row(["disputed".to_owned(), share(&rollup.disputed_share), milestones(&rollup.disputed_share)]);
    table.row(["not verifiable".to_owned(), counts.unverifiable.to_string(), "set aside, not scored".to_owned()]);
    table.row(["prospects".to_owned(), counts.prospects.to_string(), "never counted as promised".to_owned()]);
    text.push_str(&table.lines(0));
    overdue(&rollup.overdue, text);
    money(&rollup.money, text);
    let mut table = Table::new(["Commitments", "completion", "overdue"]).right(&[2]);
    for line in rollup.commitments.iter().take(COMMITMENTS_MAX) {
        let completion = match line.verifiable {
            true => percent(line.completion.map(|share| share.0)),
            false => "not verifiable".to_owned(),
        };
        table.row([line.commitment_id.to_string(), completion, line.overdue.to_string()]);
    }
    if !table.is_empty() {
        text.push('\n');
        text.push_str(&table.lines(0));
    }
    if rollup.commitments.len() > COMMITMENTS_MAX {
        let more = rollup.commitments.len() - COMMITMENTS_MAX;
        text.push_str(&format!("and {more} more; --json lists them all\n"));
    }
}

fn coverage(of: &Coverage, text: &mut String) {
    let mut table = Table::new(["Coverage", "identified", "declared", "share", "remainder"]).right(&[1, 2, 3, 4]);
    for count in &of.counts {
        count_rows(count, &mut table);
    }
    for amount in &of.amounts {
        amount_row(amount, &mut table);
    }
    if !table.is_empty() {
        text.push_str(&table.lines(0));
        text.push('\n');
    }
}

fn count_rows(count: &CountCoverage, table: &mut Table) {
    let over = if count.over_identified { ", more than declared" } else { "" };
    let what = format!("documents{}{over}", scoped(count.scope, false));
    let row =
        [what, count.identified.to_string(), count.declared.clone(), share(&count.share), count.remainder.clone()];
    table.row(row);
    for class in &count.classes {
        let unknown = || "not declared".to_owned();
        table.row([
            format!("  {}", name(&class.class)),
            class.identified.to_string(),
            class.declared.clone().unwrap_or_else(unknown),
            share(&class.share),
            class.remainder.clone().unwrap_or_else(|| "-".to_owned()),
        ]);
    }
}

fn amount_row(amount: &AmountCoverage, table: &mut Table) {
    let exactly = match amount.qualifier {
        Qualifier::Exact => "",
        Qualifier::About => "about ",
        Qualifier::UpTo => "up to ",
        Qualifier::AtLeast => "at least ",
    };
    let over = if amount.over_identified { ", more than declared" } else { "" };
    let what = format!("amount in {}{}{over}", amount.currency, scoped(amount.scope, amount.scope_ambiguous));
    let known = amount.remainder.is_some();
    let identified = match (known, amount.of_unknown_amount) {
        (false, _) => "unknown".to_owned(),
        (true, 0) => amount.identified.clone(),
        (true, unknown) => format!("{} and {unknown} unknown", amount.identified),
    };
    table.row([
        what,
        identified,
        format!("{exactly}{}", amount.declared),
        share(&amount.share),
        amount.remainder.clone().unwrap_or_else(|| "unknown".to_owned()),
    ]);
}

fn scoped(scope: Scope, ambiguous: bool) -> String {
    let scope = match scope {
        Scope::All => String::new(),
        Scope::Class(class) => format!(", {} only", name(&class)),
    };
    if ambiguous { format!("{scope} (the source can be read otherwise)") } else { scope }
}

fn overdue(overdue: &[OverdueMilestone], text: &mut String) {
    let mut table = Table::new(["Overdue", "commitment", "milestone", "due", "first due", "weight"]).right(&[0, 5]);
    for milestone in overdue {
        table.row([
            format!("{} days", milestone.late_days),
            milestone.commitment_id.to_string(),
            milestone.milestone_id.to_string(),
            milestone.due.to_string(),
            milestone.first_due.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string),
            milestone.weight.to_string(),
        ]);
    }
    text.push('\n');
    text.push_str(&if table.is_empty() { "Nothing is overdue.\n".to_owned() } else { table.lines(0) });
}

fn money(money: &MoneyDelivery, text: &mut String) {
    let mut table = Table::new(["Money", "committed", "disbursed", "returned", "delivered"]).right(&[1, 2, 3, 4]);
    for delivery in &money.per_currency {
        table.row([
            delivery.currency.to_string(),
            delivery.committed.as_ref().map_or_else(|| "unknown".to_owned(), plain),
            plain(&delivery.disbursed),
            plain(&delivery.returned),
            share(&delivery.share),
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
        text.push_str(&format!("all of it in {}: {} delivered{left_out}\n", all.currency, share(&all.share)));
    }
}

pub(super) fn commitment(figures: &CommitmentProgress, view: Option<&CommitmentView>, text: &mut String) {
    let mut table = Table::new(["Progress", "", ""]);
    let mut row = |what: &str, value: String, figure: &Figure| table.row([what.to_owned(), value, parts(figure)]);
    row("completion", share(&figures.completion), &figures.completion);
    row("cancelled", share(&figures.cancelled_share), &figures.cancelled_share);
    row("planned value", plain(&figures.planned_value), &figures.planned_value);
    row("earned value", plain(&figures.earned_value), &figures.earned_value);
    row("earned of planned (SPI)", plain(&figures.spi), &figures.spi);
    row("earned schedule (SPI(t))", plain(&figures.spi_t), &figures.spi_t);
    row("on time", share(&figures.on_time_rate), &figures.on_time_rate);
    row("verified", share(&figures.verified_share), &figures.verified_share);
    row("disputed", share(&figures.disputed_share), &figures.disputed_share);
    text.push_str(&table.lines(0));
    if !figures.verifiable {
        text.push_str("Nobody could verify this promise; it is set aside in figures of several commitments.\n");
    }
    overdue(&figures.overdue, text);
    money(&figures.money, text);
    let mut table = Table::new(["Milestones", "state", "due", "first due", "weight", "claim"]).right(&[4]);
    for milestone in view.iter().flat_map(|view| &view.milestones) {
        let date = |date: Option<&servanda_events::dates::FuzzyDate>| {
            date.map_or_else(|| "-".to_owned(), |date| date.to_string())
        };
        table.row([
            milestone.plan.milestone_id.to_string(),
            name(&milestone.state),
            date(milestone.due_now.as_ref()),
            date(milestone.plan.due.as_ref()),
            milestone.weight_now.to_string(),
            milestone.achieved.as_ref().map_or_else(|| "-".to_owned(), |achieved| name(&achieved.claim.standing)),
        ]);
    }
    if !table.is_empty() {
        text.push('\n');
        text.push_str(&table.lines(0));
    }
}
