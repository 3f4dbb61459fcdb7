//! Figures as pages show them: the value, what it is of, and a link to where it comes from.
//!
//! Deliberately absent: computing any, which the read model does.

use servanda_projector::progress::{BareDelivery, BareFigure, Outline};

use super::format;
use super::look::Look;
use super::parts::{Cell, Line, Section};
use super::shell::encoded;

/// How the value of a figure is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum As {
    /// A share, in percent.
    Share,
    /// A plain number.
    Number,
}

impl Look<'_> {
    /// Where a figure of a thing is explained: `of` is such as `package/paris-visit`, `name` such as `completion_mean`.
    pub(super) fn explain_link(&self, of: &str, name: &str) -> String {
        self.link(&format!("/explain?of={}&figure={}", encoded(of), encoded(name)))
    }

    /// The value of a figure in words; never a number where it is not measurable.
    pub(super) fn value(&self, figure: &BareFigure, how: As) -> String {
        let value = figure.value.map(|value| value.normalize().to_string());
        let written = match how {
            As::Share => format::percent(figure.value, self.lang),
            As::Number => value.map(|value| format::number(&value, self.lang)),
        };
        written.unwrap_or_else(|| self.text("page-not-measurable"))
    }

    /// A figure with a link to its explanation, and what it is of where it is a share.
    pub(super) fn figure(&self, of: &str, name: &str, figure: &BareFigure, how: As) -> Cell {
        let input = |name: &str| figure.inputs.get(name).map(|input| input.to_string());
        let parts = input("numerator").zip(input("denominator"));
        let number = |text: String| format::number(&text, self.lang);
        // Of a mean, the parts are no counts that anyone could look up.
        let whole = |(part, whole): &(String, String)| !part.contains('.') && !whole.contains('.');
        let note = parts.filter(whole).filter(|_| how == As::Share && figure.value.is_some()).map(|(part, whole)| {
            self.say("figure-of", &[("part", number(part).into()), ("whole", number(whole).into())])
        });
        Cell::link(self.value(figure, how), self.explain_link(of, name)).noted(note)
    }

    /// Money of one currency: owed, paid out, sent back, share.
    pub(super) fn money_lines(&self, of: &str, place: usize, money: &BareDelivery) -> Vec<Line> {
        let currency = money.currency.as_str();
        let amount = |name: &str, figure: &BareFigure| {
            let value = figure.value.map(|value| format::money(&value.to_string(), currency, self.lang));
            let href = self.explain_link(of, &format!("money.per_currency.{place}.{name}"));
            Cell::link(value.unwrap_or_else(|| self.text("page-not-measurable")), href)
        };
        let line = |key: &str, cell: Cell| Line::new(format!("{}, {currency}", self.text(key)), vec![cell]);
        let mut lines = Vec::new();
        if let Some(committed) = &money.committed {
            lines.push(line("figure-committed", amount("committed", committed)));
        }
        lines.push(line("figure-disbursed", amount("disbursed", &money.disbursed)));
        if money.returned.value.is_some_and(|value| !value.is_zero()) {
            lines.push(line("figure-returned", amount("returned", &money.returned)));
        }
        let share = self.figure(of, &format!("money.per_currency.{place}.share"), &money.share, As::Share);
        lines.push(line("figure-delivered", share));
        if money.schedule.value.is_some() {
            let schedule = self.figure(of, &format!("money.per_currency.{place}.schedule"), &money.schedule, As::Share);
            lines.push(line("dictionary-schedule", schedule));
        }
        lines
    }

    /// Where all figures of several commitments stand, as data.
    fn full_figures(of: &str) -> String {
        match of.split_once('/') {
            Some(("party", id)) => format!("/api/v1/parties/{id}/progress"),
            Some((kind, id)) => format!("/api/v1/{kind}s/{id}/progress"),
            None => "/api/v1/progress".to_owned(),
        }
    }

    /// The figures over several commitments, as a section.
    pub(super) fn outline_section(&self, of: &str, outline: &Outline) -> Section {
        let line = |key: &str, name: &str, figure: &BareFigure, how| {
            Line::new(self.text(key), vec![self.figure(of, name, figure, how)])
        };
        let counted = format!("{} / {}", outline.measurable, outline.identified);
        let mut lines = vec![
            Line::new(self.text("dictionary-counted"), vec![Cell::link(counted, self.explain_link(of, "counts"))]),
            line("figure-completion-mean", "completion_mean", &outline.completion_mean, As::Share),
            line("figure-on-time", "on_time_rate", &outline.on_time_rate, As::Share),
            line("figure-verified", "verified_share", &outline.verified_share, As::Share),
            line("figure-disputed", "disputed_share", &outline.disputed_share, As::Share),
            line("figure-honoured", "honoured_rate", &outline.honoured_rate, As::Share),
            line("figure-slippage", "slippage.original.median", &outline.slippage_original_median, As::Number),
            line("figure-freshness", "freshness", &outline.freshness, As::Number),
        ];
        for (place, money) in outline.money.iter().enumerate() {
            lines.extend(self.money_lines(of, place, money));
        }
        let measured = [("measurable", outline.measurable.into()), ("n", outline.identified.into())];
        let mut sentences = vec![self.say("figures-stand-on", &measured)];
        if outline.unverifiable > 0 {
            sentences.push(self.say("figures-unverifiable", &[("n", outline.unverifiable.into())]));
        }
        if outline.prospects > 0 {
            sentences.push(self.say("figures-prospects", &[("n", outline.prospects.into())]));
        }
        if !outline.money.is_empty() {
            sentences.push(self.say("figures-money-elsewhere", &[("path", Self::full_figures(of).into())]));
        }
        Section { lines, sentences, ..Section::new("figures", self.text("section-figures")) }
    }
}
