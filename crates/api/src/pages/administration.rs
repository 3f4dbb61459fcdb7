//! What administrators look after: accounts with their roles. A password that is made here is shown once and must be
//! changed at the first sign-in.
//!
//! Deliberately absent: deleting an account, because its pseudonym stands in entries; facts.

pub(super) mod audit;
pub(super) mod status;
pub(super) mod webhooks;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use servanda_events::ids::{ActorId, PartyId};

use super::account::{self, Choice, Person};
use super::fields::{Fields, Filled};
use super::format;
use super::routes::{Row, Who};
use super::visitor::{self, Visitor};
use crate::access::{Role, User, UserWish};
use crate::people;
use crate::problem::Problem;
use crate::words::Lang;

pub(super) static USERS: Row = admins("get", "/admin", "users");
pub(super) static USER_NEW: Row = admins("get", "/admin/new", "user-new");
pub(super) static USER_CREATE: Row = admins("post", "/admin/new", "user-create");
pub(super) static USER: Row = admins("get", "/admin/users/{id}", "user");
pub(super) static USER_ROLE: Row = admins("post", "/admin/users/{id}/role", "user-role");
pub(super) static USER_PASSWORD: Row = admins("post", "/admin/users/{id}/password", "user-password");
pub(super) static USER_CLOSE: Row = admins("post", "/admin/users/{id}/close", "user-close");
pub(super) static USER_OPEN: Row = admins("post", "/admin/users/{id}/open", "user-open");

/// A page for administrators.
const fn admins(method: &'static str, path: &'static str, id: &'static str) -> Row {
    Row::plain(method, path, id, Who::Administrators, &[])
}

/// Most parties that a form offers; beyond that the id is typed.
const PARTIES_MAX: usize = 1_000;
/// Longest name of a person, in bytes.
const NAME_BYTES_MAX: usize = 200;

#[derive(Debug, Serialize)]
struct UsersPage {
    title: String,
    users: Vec<UserRow>,
}

#[derive(Debug, Serialize)]
struct UserRow {
    href: String,
    person: Person,
    since: String,
    state: String,
}

fn state(visitor: &Visitor, user: &User) -> String {
    let key = match (user.disabled, user.signs_in, user.password_temporary) {
        (true, _, _) => "user-closed",
        (false, false, _) => "user-no-password",
        (false, true, true) => "user-new-password",
        (false, true, false) => "user-active",
    };
    visitor.say(key, &[])
}

fn address(id: &ActorId) -> String {
    format!("/admin/users/{id}")
}

pub(super) async fn users(visitor: Visitor) -> Result<Response, Problem> {
    let mut users = Vec::new();
    for user in visitor.app.access().users()? {
        users.push(UserRow {
            href: address(&user.id),
            person: account::who(&visitor, &user).await?,
            since: format::day(user.created_at.date(), visitor.lang),
            state: state(&visitor, &user),
        });
    }
    visitor.page("pages/people/users.html", &UsersPage { title: visitor.say("admin-users", &[]), users })
}

#[derive(Debug, Serialize)]
struct UserPage {
    title: String,
    action: String,
    submit: String,
    back_href: &'static str,
    person: Option<Person>,
    state: String,
    closed_account: bool,
    /// Addresses of what can be done with the account.
    at: String,
    roles: Vec<Choice>,
    parties: Vec<Choice>,
    langs: Vec<Choice>,
    /// A password that was just made.
    password: Option<String>,
    #[serde(flatten)]
    form: Filled,
}

fn role_choices(visitor: &Visitor, chosen: &str) -> Vec<Choice> {
    let choice = |role: Role| Choice {
        value: role.as_str().to_owned(),
        text: visitor.say(&format!("role-{}", role.as_str()), &[]),
        hint: Some(visitor.say(&format!("role-{}-about", role.as_str()), &[])),
        checked: chosen == role.as_str(),
    };
    Role::ALL.into_iter().map(choice).collect()
}

async fn party_choices(visitor: &Visitor, chosen: &str) -> Result<Vec<Choice>, Problem> {
    let mut parties = visitor
        .read(|look| {
            let parties = look.reader.parties(&Default::default(), "", PARTIES_MAX)?;
            let named = parties
                .items
                .into_iter()
                .map(|view| (view.party.party_id.to_string(), view.party.names.best(look.lang.tag()).to_owned()));
            Ok(named.collect::<Vec<_>>())
        })
        .await?;
    parties.sort_by(|one, other| format::order(&one.1, &other.1, visitor.lang));
    let none = (String::new(), visitor.say("people-no-party", &[]));
    let choice = |(value, text): (String, String)| Choice { checked: value == chosen, value, text, hint: None };
    Ok(std::iter::once(none).chain(parties).map(choice).collect())
}

fn lang_choices(visitor: &Visitor, chosen: &str) -> Vec<Choice> {
    let any = Choice {
        value: String::new(),
        text: visitor.say("people-lang-any", &[]),
        hint: None,
        checked: chosen.is_empty(),
    };
    let choice = |lang: Lang| Choice {
        value: lang.tag().to_owned(),
        text: lang.own_name().to_owned(),
        hint: None,
        checked: chosen == lang.tag(),
    };
    std::iter::once(any).chain(Lang::ALL.into_iter().map(choice)).collect()
}

/// The page of an account, or of a new one.
async fn page(
    visitor: &Visitor,
    status: StatusCode,
    user: Option<&User>,
    (form, password): (Filled, Option<String>),
) -> Result<Response, Problem> {
    let typed = |name: &str| form.values.get(name).cloned().unwrap_or_default();
    let at = user.map_or_else(|| USER_CREATE.path.to_owned(), |user| address(&user.id));
    let page = UserPage {
        title: user.map_or_else(|| visitor.say("admin-new", &[]), |user| user.name.clone()),
        action: user.map_or_else(|| at.clone(), |_| format!("{at}/role")),
        submit: visitor.say(if user.is_some() { "admin-save-role" } else { "admin-create" }, &[]),
        back_href: USERS.path,
        person: match user {
            Some(user) => Some(account::who(visitor, user).await?),
            None => None,
        },
        state: user.map(|user| state(visitor, user)).unwrap_or_default(),
        closed_account: user.is_some_and(|user| user.disabled),
        at,
        roles: role_choices(visitor, &typed("role")),
        parties: party_choices(visitor, &typed("party")).await?,
        langs: lang_choices(visitor, &typed("lang")),
        password,
        form,
    };
    let mut response = visitor.page_as(status, "pages/people/user.html", &page)?;
    visitor::not_kept(&mut response);
    Ok(response)
}

/// The form of an account as it stands.
fn filled(user: &User) -> Filled {
    let party = user.party.as_ref().map(PartyId::as_str).unwrap_or_default();
    Filled::with([("role", user.role.as_str()), ("party", party)])
}

fn found(visitor: &Visitor, id: &str) -> Result<User, Problem> {
    let unknown = || Problem::new(StatusCode::NOT_FOUND, "user_unknown").with("user", &id);
    let id: ActorId = id.parse().map_err(|_| unknown())?;
    visitor.app.access().user(&id)?.ok_or_else(unknown)
}

pub(super) async fn user_new(visitor: Visitor) -> Result<Response, Problem> {
    let form = Filled::with([("id", ""), ("name", ""), ("role", "recorder"), ("party", ""), ("lang", "")]);
    page(&visitor, StatusCode::OK, None, (form, None)).await
}

/// A role and a party as they were typed. The party must be in the ledger.
async fn role_and_party(visitor: &Visitor, fields: &Fields) -> Result<(Role, Option<PartyId>), Problem> {
    let wrong = |pointer: &'static str| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "choice_missing").at(pointer);
    let role = Role::of_name(fields.text("role")).ok_or_else(|| wrong("/role"))?;
    let typed = fields.text("party").to_owned();
    if typed.is_empty() {
        return Ok((role, None));
    }
    let party: PartyId = typed.parse().map_err(|_| wrong("/party"))?;
    let asked = party.clone();
    let known = visitor.read(move |look| Ok(look.reader.party(&asked)?.is_some())).await?;
    if known { Ok((role, Some(party))) } else { Err(wrong("/party")) }
}

async fn wish(visitor: &Visitor, fields: &Fields) -> Result<UserWish, Problem> {
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let id = fields.text("id").trim();
    let malformed = |_| {
        let problem = Problem::new(unprocessable, "malformed_id").at("/id");
        problem.with("kind", &"actor").with("value", &id)
    };
    let id: ActorId = id.parse().map_err(malformed)?;
    let name = fields.text("name").trim().to_owned();
    if name.is_empty() || name.len() > NAME_BYTES_MAX {
        return Err(Problem::new(unprocessable, "label_missing").at("/name"));
    }
    let (role, party) = role_and_party(visitor, fields).await?;
    Ok(UserWish { id, name, party, role, lang: Lang::of_tag(fields.text("lang")) })
}

pub(super) async fn user_create(visitor: Visitor, fields: Fields) -> Result<Response, Problem> {
    let made = match wish(&visitor, &fields).await {
        Ok(wish) => people::create_user(&visitor.app, &wish).await.map(|password| (wish, password)),
        Err(problem) => Err(problem),
    };
    match made {
        Ok((wish, password)) => {
            let user = found(&visitor, wish.id.as_str())?;
            page(&visitor, StatusCode::CREATED, Some(&user), (filled(&user), Some(password))).await
        }
        Err(problem) => {
            let typed = ["id", "name", "role", "party", "lang"].map(|name| (name, fields.text(name)));
            let form = Filled::with(typed).refused(&visitor, problem, "id")?;
            page(&visitor, StatusCode::UNPROCESSABLE_ENTITY, None, (form, None)).await
        }
    }
}

pub(super) async fn user(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Problem> {
    let user = found(&visitor, &id)?;
    page(&visitor, StatusCode::OK, Some(&user), (filled(&user), None)).await
}

/// After a change: the account's page, or the same page with what is wrong.
async fn changed(visitor: &Visitor, user: &User, changed: Result<(), Problem>) -> Result<Response, Problem> {
    match changed {
        Ok(()) => Ok(visitor::see_other(&address(&user.id))),
        Err(problem) => {
            let form = filled(user).refused(visitor, problem, "role")?;
            page(visitor, StatusCode::UNPROCESSABLE_ENTITY, Some(user), (form, None)).await
        }
    }
}

pub(super) async fn user_role(visitor: Visitor, Path(id): Path<String>, fields: Fields) -> Result<Response, Problem> {
    let user = found(&visitor, &id)?;
    let wanted = role_and_party(&visitor, &fields).await;
    let done = wanted.and_then(|(role, party)| people::change_role(&visitor.app, &user.id, role, party.as_ref()));
    changed(&visitor, &user, done).await
}

pub(super) async fn user_password(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Problem> {
    let user = found(&visitor, &id)?;
    let password = people::reset_password(&visitor.app, &user.id).await?;
    let user = found(&visitor, &id)?;
    page(&visitor, StatusCode::OK, Some(&user), (filled(&user), Some(password))).await
}

pub(super) async fn user_close(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Problem> {
    let user = found(&visitor, &id)?;
    let done = people::set_disabled(&visitor.app, &user.id, true);
    changed(&visitor, &user, done).await
}

pub(super) async fn user_open(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Problem> {
    let user = found(&visitor, &id)?;
    let done = people::set_disabled(&visitor.app, &user.id, false);
    changed(&visitor, &user, done).await
}
