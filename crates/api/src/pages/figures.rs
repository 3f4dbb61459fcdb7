//! Figures as pages show them: the value, what it is of, and a link to where it comes from.
//!
//! Deliberately absent: computing any, which the read model does.

use servanda_projector::progress::{Delivery, Figure, Rollup};

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
    pub(super) fn value(&self, figure: &Figure, how: As) -> String {
        let value = figure.value.map(|value| value.normalize().to_string());
        let written = match how {
            As::Share => self.percent(figure),
            As::Number => value.map(|value| format::number(&value, self.lang)),
        };
        written.unwrap_or_else(|| self.text("page-not-measurable"))
    }

    /// A figure with a link to its explanation, and what it is of where it is a share.
    pub(super) fn figure(&self, of: &str, name: &str, figure: &Figure, how: As) -> Cell {
        let parts = figure.inputs.get("numerator").zip(figure.inputs.get("denominator"));
        let number = |text: &String| format::number(text, self.lang);
        // Of a mean, the parts are no counts that anyone could look up.
        let whole = |(part, whole): &(&String, &String)| !part.contains('.') && !whole.contains('.');
        let note = parts.filter(whole).filter(|_| how == As::Share && figure.value.is_some()).map(|(part, whole)| {
            self.say("figure-of", &[("part", number(part).into()), ("whole", number(whole).into())])
        });
        Cell::link(self.value(figure, how), self.explain_link(of, name)).noted(note)
    }

    /// Money of one currency: owed, paid out, sent back, share.
    pub(super) fn money_lines(&self, of: &str, place: usize, money: &Delivery) -> Vec<Line> {
        let currency = money.currency.as_str();
        let amount = |name: &str, figure: &Figure| {
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
        lines
    }

    /// The figures over several commitments, as a section.
    pub(super) fn rollup_section(&self, of: &str, rollup: &Rollup) -> Section {
        let counts = &rollup.counts;
        let line = |key: &str, name: &str, figure: &Figure, how| {
            Line::new(self.text(key), vec![self.figure(of, name, figure, how)])
        };
        let mut lines = vec![
            line("figure-completion-mean", "completion_mean", &rollup.completion_mean, As::Share),
            line("figure-on-time", "on_time_rate", &rollup.on_time_rate, As::Share),
            line("figure-verified", "verified_share", &rollup.verified_share, As::Share),
            line("figure-disputed", "disputed_share", &rollup.disputed_share, As::Share),
            line("figure-honoured", "honoured_rate", &rollup.honoured_rate, As::Share),
            line("figure-slippage", "slippage.original.median", &rollup.slippage.original.median, As::Number),
            line("figure-freshness", "freshness", &rollup.freshness, As::Number),
        ];
        for (place, money) in rollup.money.per_currency.iter().enumerate() {
            lines.extend(self.money_lines(of, place, money));
        }
        let measured = [("measurable", counts.measurable.into()), ("n", counts.identified.into())];
        let mut sentences = vec![self.say("figures-stand-on", &measured)];
        if counts.unverifiable > 0 {
            sentences.push(self.say("figures-unverifiable", &[("n", counts.unverifiable.into())]));
        }
        if counts.prospects > 0 {
            sentences.push(self.say("figures-prospects", &[("n", counts.prospects.into())]));
        }
        Section { lines, sentences, ..Section::new("figures", self.text("section-figures")) }
    }
}
