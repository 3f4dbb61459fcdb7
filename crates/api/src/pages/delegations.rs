//! Who decides in whose place: what is in force, what was, and the form that hands over or takes back.
//!
//! Deliberately absent: the rules, see [`crate::four_eyes::delegation`]; deciding, see [`super::review`].

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use servanda_events::dates::LedgerDate;

use super::account::Choice;
use super::fields::{Fields, Filled};
use super::format;
use super::routes::{Row, Who};
use super::visitor::{self, Visitor};
use crate::access::{Delegation, DelegationWish, Role, User};
use crate::four_eyes::delegation;
use crate::problem::Problem;

pub(super) static DELEGATIONS: Row = Row::plain("get", "/delegations", "delegations", Who::Recorders, &[]);
pub(super) static HAND_OVER: Row = Row::plain("post", "/delegations", "hand-over", Who::Reviewers, &[]);
pub(super) static TAKE_BACK: Row = Row::plain("post", "/delegations/{id}/end", "take-back", Who::Recorders, &[]);

/// Delegations that are listed; older ones stand in the audit list.
const ROWS_MAX: usize = 100;

#[derive(Debug, Serialize)]
struct DelegationsPage {
    title: String,
    rows: Vec<DelegationRow>,
    /// Whether the visitor has something to hand over.
    may_give: bool,
    givers: Vec<Choice>,
    takers: Vec<Choice>,
    days_max: i64,
    #[serde(flatten)]
    form: Filled,
}

#[derive(Debug, Serialize)]
struct DelegationRow {
    giver: String,
    taker: String,
    days: String,
    reason: String,
    state: String,
    made: String,
    /// Where it is ended, by whoever may.
    end: Option<String>,
}

fn row(visitor: &Visitor, delegation: &Delegation, user: &User) -> DelegationRow {
    let (lang, today) = (visitor.lang, visitor.app.log().now().date());
    let at = |instant, by: &str| [("by", by.into()), ("at", format::moment(instant, lang).into())];
    let open = delegation.ended.is_none() && today <= delegation.until;
    let state = match &delegation.ended {
        Some((ended, by)) => visitor.say("delegation-ended", &at(*ended, by.as_str())),
        None if delegation.holds_on(today) => visitor.say("delegation-holds", &[]),
        None if open => visitor.say("delegation-later", &[]),
        None => visitor.say("delegation-over", &[]),
    };
    let may_end = user.role == Role::Administrator || [&delegation.giver, &delegation.taker].contains(&&user.id);
    DelegationRow {
        giver: delegation.giver.to_string(),
        taker: delegation.taker.to_string(),
        days: format!("{} – {}", format::day(delegation.from, lang), format::day(delegation.until, lang)),
        reason: delegation.reason.clone(),
        state,
        made: visitor.say("delegation-made", &at(delegation.made_at, delegation.made_by.as_str())),
        end: (open && may_end).then(|| format!("/delegations/{}/end", delegation.id)),
    }
}

/// Those whom a person sees: their own, and for administrators and those who decide the party's.
fn concerns(delegation: &Delegation, user: &User, users: &[User]) -> bool {
    let own = [&delegation.giver, &delegation.taker].contains(&&user.id);
    let giver = users.iter().find(|giver| giver.id == delegation.giver);
    let of_party = user.party.is_some() && giver.is_some_and(|giver| giver.party == user.party);
    own || user.role == Role::Administrator || user.role.reviews() && of_party
}

fn page(visitor: &Visitor, status: StatusCode, form: Filled) -> Result<Response, Problem> {
    let user = visitor.signed_in()?;
    let users = visitor.app.access().users()?;
    let typed = |name: &str| form.values.get(name).cloned().unwrap_or_default();
    let choices = |field: &str, wanted: &dyn Fn(&User) -> bool| -> Vec<Choice> {
        let chosen = typed(field);
        let choice = |user: &User| Choice {
            value: user.id.to_string(),
            text: format!("{} ({})", user.name, user.id),
            hint: None,
            checked: chosen == user.id.as_str(),
        };
        users.iter().filter(|of| wanted(of)).map(choice).collect()
    };
    let all = user.role == Role::Administrator;
    let delegations = visitor.app.access().delegations()?;
    let shown = delegations.iter().filter(|of| concerns(of, user, &users)).take(ROWS_MAX);
    let page = DelegationsPage {
        title: visitor.say("delegation-title", &[]),
        rows: shown.map(|of| row(visitor, of, user)).collect(),
        may_give: user.role.reviews(),
        givers: choices("giver", &|giver| delegation::may_give(giver) && (all || giver.id == user.id)),
        takers: choices("taker", &|taker| delegation::may_take(taker) && (all || taker.party == user.party)),
        days_max: delegation::DAYS_MAX,
        form,
    };
    visitor.page_as(status, "pages/people/delegations.html", &page)
}

pub(super) async fn delegations(visitor: Visitor) -> Result<Response, Problem> {
    let today = visitor.app.log().now().date().to_string();
    let own = visitor.signed_in()?.id.to_string();
    let form = Filled::with([("giver", &*own), ("taker", ""), ("from", &*today), ("until", ""), ("reason", "")]);
    page(&visitor, StatusCode::OK, form)
}

/// A wish as it was typed.
fn wish(fields: &Fields) -> Result<DelegationWish, Problem> {
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let day = |name: &'static str, at: &'static str| -> Result<LedgerDate, Problem> {
        let text = fields.text(name).trim();
        let malformed = |_| Problem::new(unprocessable, "malformed_date").with("value", &text).at(at);
        text.parse().map_err(malformed)
    };
    let person = |name: &'static str, at: &'static str| {
        fields.text(name).parse().map_err(|_| Problem::new(unprocessable, "choice_missing").at(at))
    };
    Ok(DelegationWish {
        giver: person("giver", "/giver")?,
        taker: person("taker", "/taker")?,
        from: day("from", "/from")?,
        until: day("until", "/until")?,
        reason: fields.text("reason").to_owned(),
    })
}

pub(super) async fn hand_over(visitor: Visitor, fields: Fields) -> Result<Response, Problem> {
    let user = visitor.signed_in()?;
    match wish(&fields).and_then(|wish| delegation::hand_over(&visitor.app, user, wish)) {
        Ok(()) => Ok(visitor::see_other(DELEGATIONS.path)),
        Err(problem) if problem.is_refusal_of_right() => Err(problem),
        Err(problem) => {
            let typed = ["giver", "taker", "from", "until", "reason"].map(|name| (name, fields.text(name)));
            let form = Filled::with(typed).refused(&visitor, problem, "taker")?;
            page(&visitor, StatusCode::UNPROCESSABLE_ENTITY, form)
        }
    }
}

pub(super) async fn take_back(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Problem> {
    let id = id.parse().map_err(|_| Problem::new(StatusCode::NOT_FOUND, "delegation_unknown"))?;
    delegation::take_back(&visitor.app, visitor.signed_in()?, id)?;
    Ok(visitor::see_other(DELEGATIONS.path))
}
