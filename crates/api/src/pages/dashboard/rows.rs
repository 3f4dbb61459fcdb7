//! The rows of the dashboard, as the template takes them: texts in one language, and addresses.

use serde::Serialize;

#[derive(Debug, Serialize)]
pub(super) struct PackageRows {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) occasion: String,
    pub(super) announced: String,
    pub(super) place: Option<String>,
    pub(super) demonstration: bool,
    pub(super) counts: Vec<CountRows>,
    pub(super) amounts: Vec<AmountRow>,
    pub(super) completion: Option<String>,
    pub(super) measured: String,
    pub(super) unverifiable: Option<String>,
    pub(super) verified: Option<String>,
    pub(super) disputed: Option<String>,
    pub(super) money: Vec<MoneyRow>,
    pub(super) overdue: Vec<OverdueRow>,
    pub(super) commitments: Vec<CommitmentRow>,
    pub(super) prospects: Vec<ProspectRow>,
    pub(super) href: String,
    pub(super) more_href: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct CountRows {
    pub(super) rows: Vec<CountRow>,
}

#[derive(Debug, Serialize)]
pub(super) struct CountRow {
    pub(super) name: String,
    pub(super) declared: Option<String>,
    pub(super) identified: usize,
    pub(super) remainder: Option<String>,
    pub(super) share: Option<String>,
    pub(super) total: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct AmountRow {
    pub(super) scope: String,
    pub(super) declared: String,
    pub(super) identified: String,
    pub(super) share: Option<String>,
    pub(super) note: String,
    pub(super) scope_ambiguous: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct MoneyRow {
    pub(super) disbursed: String,
    pub(super) committed: Option<String>,
    pub(super) returned: Option<String>,
    pub(super) share: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct OverdueRow {
    pub(super) title: String,
    pub(super) first_due: Option<String>,
    pub(super) due: String,
    pub(super) late_days: i64,
    pub(super) href: String,
}

#[derive(Debug, Serialize)]
pub(super) struct CommitmentRow {
    pub(super) statement: String,
    pub(super) achieved: Option<String>,
    pub(super) completion: Option<String>,
    pub(super) demonstration: bool,
    pub(super) href: String,
}

#[derive(Debug, Serialize)]
pub(super) struct ProspectRow {
    pub(super) statement: String,
    pub(super) href: String,
}

#[derive(Debug, Serialize)]
pub(super) struct IndicatorRow {
    pub(super) title: String,
    pub(super) period: String,
    pub(super) value: String,
    pub(super) source: String,
    pub(super) demonstration: bool,
    pub(super) href: String,
}
