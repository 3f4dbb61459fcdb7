//! Figures for people. What cannot be measured says so; it is never printed as zero or as a hundred per cent.

use rust_decimal::Decimal;
use servanda_events::dates::FuzzyDate;
use servanda_events::ids::CommitmentId;
use servanda_events::package::{Qualifier, Scope};
use servanda_projector::progress::{
    AmountCoverage, CommitmentLine, CommitmentProgress, CompletionWord, CompletionWords, CountCoverage, Coverage,
    Figure, Input, Rollup, Share, Slippage, SourceDisagreement,
};
use servanda_projector::views::CommitmentView;

use super::lists::{assessments, at_risk, money, overdue};
use crate::output::Table;

pub(super) const NOT_MEASURABLE: &str = "not measurable";
/// Commitments listed below a roll-up; a longer list is cut, which is said.
const COMMITMENTS_MAX: usize = 50;

/// A share in per cent.
pub(super) fn percent(value: Option<Decimal>) -> String {
    value.and_then(Share::percent).map_or_else(|| NOT_MEASURABLE.to_owned(), |percent| format!("{percent} %"))
}

pub(super) fn share(figure: &Figure) -> String {
    percent(figure.value)
}

pub(super) fn plain(figure: &Figure) -> String {
    figure.value.map_or_else(|| NOT_MEASURABLE.to_owned(), |value| value.to_string())
}

/// `numerator of denominator`, as the formula had them, rounded like the figure itself.
fn parts(figure: &Figure) -> String {
    let input = |name: &str| match figure.inputs.get(name)? {
        Input::Number(value) => Some(Share::of(value).0),
        Input::Flag(_) | Input::Day(_) | Input::Word(_) => None,
    };
    match (input("numerator"), input("denominator")) {
        (Some(of), Some(all)) => format!("{of} of {all}"),
        _ => String::new(),
    }
}

/// The stable name of a value, as it stands in JSON.
pub(super) fn name(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

pub(super) fn rollup(rollup: &Rollup, text: &mut String) {
    if let Some(of) = &rollup.coverage {
        coverage(of, text);
    }
    text.push_str(&rollup_figures(rollup).lines(0));
    left_out("Suspended, not in the honoured rate", &rollup.suspended, text);
    left_out("Cancelled by agreement, not in the honoured rate", &rollup.mutually_cancelled, text);
    overdue(&rollup.overdue, text);
    at_risk(&rollup.at_risk, text);
    money("Money", &rollup.money, text);
    money("Money within others", &rollup.money_within_others, text);
    lines(&rollup.commitments, text);
}

fn rollup_figures(rollup: &Rollup) -> Table {
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
    let partial = &rollup.partial_completion_mean;
    table.row(["with what is reported done".to_owned(), share(partial), parts(partial)]);
    let original = &rollup.original_completion_mean;
    table.row(["of what was first promised".to_owned(), share(original), parts(original)]);
    table.row(["complete".to_owned(), counts.complete.to_string(), format!("of {}", counts.measurable)]);
    table.row(["in words".to_owned(), String::new(), words(&rollup.completion_words)]);
    table.row(["honoured".to_owned(), share(&rollup.honoured_rate), parts(&rollup.honoured_rate)]);
    let cancelled = &rollup.cancelled_share_mean;
    table.row(["cancelled, mean".to_owned(), share(cancelled), parts(cancelled)]);
    table.row(["earned of planned (SPI), mean".to_owned(), plain(&rollup.spi_mean), parts(&rollup.spi_mean)]);
    table.row(["earned schedule (SPI(t)), mean".to_owned(), plain(&rollup.spi_t_mean), parts(&rollup.spi_t_mean)]);
    let milestones = |figure: &Figure, of: &str| format!("{} {of}", parts(figure));
    let on_time = milestones(&rollup.on_time_rate, "milestones that were due");
    table.row(["on time".to_owned(), share(&rollup.on_time_rate), on_time]);
    slippage(&rollup.slippage, &mut table);
    let achieved = "achieved milestones";
    let (verified, disputed) = (&rollup.verified_share, &rollup.disputed_share);
    table.row(["verified".to_owned(), share(verified), milestones(verified, achieved)]);
    table.row(["disputed".to_owned(), share(disputed), milestones(disputed, achieved)]);
    table.row(["last report".to_owned(), days(&rollup.freshness, "ago"), last_report(&rollup.freshness)]);
    disagreement(&rollup.status_disagreement, &mut table);
    for mean in &rollup.assessments {
        let what = format!("assessed by {}, {} {}", mean.assessor, name(&mean.scale), mean.scale_version);
        table.row([what, share(&mean.share), parts(&mean.share)]);
    }
    table.row(["not verifiable".to_owned(), counts.unverifiable.to_string(), "set aside, not scored".to_owned()]);
    table.row(["prospects".to_owned(), counts.prospects.to_string(), "never counted as promised".to_owned()]);
    table
}

/// Every word for completion that some commitment has, with how many have it.
fn words(words: &CompletionWords) -> String {
    let counted = [
        ("complete", words.complete),
        ("substantial", words.substantial),
        ("limited", words.limited),
        ("not started", words.not_started),
        ("no evidence", words.no_evidence),
        (NOT_MEASURABLE, words.not_measurable),
    ];
    let some = counted.iter().filter(|(_, count)| *count > 0);
    some.map(|(word, count)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
}

fn left_out(what: &str, ids: &[CommitmentId], text: &mut String) {
    if !ids.is_empty() {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        text.push_str(&format!("{what}: {}.\n", ids.join(", ")));
    }
}

fn lines(commitments: &[CommitmentLine], text: &mut String) {
    let mut table =
        Table::new(["Commitments", "completion", "in a word", "standing", "overdue", "at risk"]).right(&[4, 5]);
    for line in commitments.iter().take(COMMITMENTS_MAX) {
        let completion = match line.verifiable {
            true => percent(line.completion.map(|share| share.0)),
            false => "not verifiable".to_owned(),
        };
        table.row([
            line.commitment_id.to_string(),
            completion,
            word(line.completion_word),
            spoken(&line.standing),
            line.overdue.to_string(),
            line.at_risk.to_string(),
        ]);
    }
    if !table.is_empty() {
        text.push('\n');
        text.push_str(&table.lines(0));
    }
    if commitments.len() > COMMITMENTS_MAX {
        let more = commitments.len() - COMMITMENTS_MAX;
        text.push_str(&format!("and {more} more; --json lists them all\n"));
    }
}

/// The stable name of a value, with blanks.
fn spoken(value: &impl serde::Serialize) -> String {
    name(value).replace('_', " ")
}

fn word(word: Option<CompletionWord>) -> String {
    word.map_or_else(|| NOT_MEASURABLE.to_owned(), |word| spoken(&word))
}

fn days(figure: &Figure, what: &str) -> String {
    figure.value.map_or_else(|| NOT_MEASURABLE.to_owned(), |days| format!("{days} days {what}").trim_end().to_owned())
}

fn last_report(freshness: &Figure) -> String {
    freshness.inputs.get("last_report").map_or_else(|| "no evidence".to_owned(), |day| format!("on {day}"))
}

/// Days by which milestones were or are late.
fn slippage(of: &Slippage, table: &mut Table) {
    for (against, of) in [("dates now", &of.current), ("first dates", &of.original)] {
        let longest = format!("at most {}", days(&of.max, ""));
        let longest = if of.max.value.is_some() { longest } else { String::new() };
        table.row([format!("slipped against {against}"), days(&of.median, "(median)"), longest]);
    }
}

fn disagreement(sources: &[SourceDisagreement], table: &mut Table) {
    for row in sources {
        let what = format!("status differs, {}", row.source);
        table.row([what, share(&row.share), format!("{} asserted", parts(&row.share))]);
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
    let identified = match amount.in_other_currencies {
        0 => identified,
        others => format!("{identified}, and {others} in other currencies"),
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

pub(super) fn commitment(figures: &CommitmentProgress, view: Option<&CommitmentView>, text: &mut String) {
    text.push_str(&commitment_figures(figures).lines(0));
    if !figures.verifiable {
        text.push_str("Nobody could verify this promise; it is set aside in figures of several commitments.\n");
    }
    let mutual: Vec<String> = figures.original_completion.mutually_cancelled.iter().map(ToString::to_string).collect();
    if !mutual.is_empty() {
        text.push_str(&format!("Cancelled by agreement, not in what was first promised: {}.\n", mutual.join(", ")));
    }
    overdue(&figures.overdue, text);
    at_risk(&figures.at_risk, text);
    money("Money", &figures.money, text);
    assessments(&figures.assessments, text);
    let mut table = Table::new(["Milestones", "state", "due", "first due", "weight", "claim"]).right(&[4]);
    for milestone in view.iter().flat_map(|view| &view.milestones) {
        let date = |date: Option<&FuzzyDate>| date.map_or_else(|| "-".to_owned(), FuzzyDate::in_full);
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

fn commitment_figures(figures: &CommitmentProgress) -> Table {
    let mut table = Table::new(["Progress", "", ""]);
    table.row(["standing".to_owned(), spoken(&figures.standing), String::new()]);
    let mut row = |what: &str, value: String, figure: &Figure| table.row([what.to_owned(), value, parts(figure)]);
    row("completion", share(&figures.completion), &figures.completion);
    let (partial, original) = (&figures.partial_completion, &figures.original_completion.share);
    row("with what is reported done", share(partial), partial);
    row("of what was first promised", share(original), original);
    table.row(["in a word".to_owned(), word(figures.completion_word.value), String::new()]);
    let mut row = |what: &str, value: String, figure: &Figure| table.row([what.to_owned(), value, parts(figure)]);
    row("cancelled", share(&figures.cancelled_share), &figures.cancelled_share);
    row("planned value", plain(&figures.planned_value), &figures.planned_value);
    row("earned value", plain(&figures.earned_value), &figures.earned_value);
    row("earned of planned (SPI)", plain(&figures.spi), &figures.spi);
    row("earned schedule (SPI(t))", plain(&figures.spi_t), &figures.spi_t);
    row("on time", share(&figures.on_time_rate), &figures.on_time_rate);
    slippage(&figures.slippage, &mut table);
    let mut row = |what: &str, value: String, figure: &Figure| table.row([what.to_owned(), value, parts(figure)]);
    row("verified", share(&figures.verified_share), &figures.verified_share);
    row("disputed", share(&figures.disputed_share), &figures.disputed_share);
    table.row(["last report".to_owned(), days(&figures.freshness, "ago"), last_report(&figures.freshness)]);
    disagreement(&figures.status_disagreement, &mut table);
    table
}
