//! Users and tokens: what is accepted, what is not, and what another process does meanwhile.

use servanda_events::ids::ActorId;

use super::*;
use crate::token;
use crate::words::Lang;

fn at(micros: i64) -> Instant {
    Instant::from_micros(micros).unwrap()
}

fn id<T: std::str::FromStr>(text: &str) -> T {
    text.parse().ok().unwrap()
}

fn wish(scope: Scope, expires_at: Option<Instant>) -> TokenWish {
    TokenWish { user: id("official-1"), scope, label: "test".into(), expires_at }
}

fn person(role: Role) -> UserWish {
    UserWish { id: id("official-1"), name: "Aigerim".into(), party: Some(id("kz-mfa")), role, lang: Some(Lang::Kk) }
}

fn with_user() -> Access {
    let access = Access::memory().unwrap();
    access.create_user(&person(Role::Administrator), at(1)).unwrap();
    access
}

#[test]
fn a_token_tells_its_user_party_and_scope_until_it_expires() {
    let access = with_user();
    assert!(!access.anybody_known(at(1)).unwrap());
    let (text, token) = access.create_token(&[1; 32], &wish(Scope::Record, Some(at(100))), at(2)).unwrap();
    assert!(access.anybody_known(at(2)).unwrap());
    let bearer =
        Bearer { user: id("official-1"), party: Some(id("kz-mfa")), role: Role::Administrator, scope: Scope::Record };
    assert_eq!(access.bearer(&text, at(99)).unwrap(), Ok(bearer));
    assert_eq!(access.bearer(&text, at(100)).unwrap(), Err(NotAccepted::Invalid));
    assert_eq!(access.tokens().unwrap(), vec![token]);
}

#[test]
fn a_revoked_token_and_one_of_a_closed_account_are_not_accepted() {
    let access = with_user();
    let (one, first) = access.create_token(&[1; 32], &wish(Scope::Admin, None), at(2)).unwrap();
    let (two, _) = access.create_token(&[2; 32], &wish(Scope::Read, None), at(3)).unwrap();
    access.revoke_token(&first.id, at(4)).unwrap();
    access.revoke_token(&first.id, at(5)).unwrap();
    assert_eq!(access.tokens().unwrap()[0].revoked_at, Some(at(4)));
    assert_eq!(access.bearer(&one, at(6)).unwrap(), Err(NotAccepted::Invalid));
    assert!(access.bearer(&two, at(6)).unwrap().is_ok());
    access.disable_user(&id("official-1"), at(6)).unwrap();
    assert_eq!(access.bearer(&two, at(6)).unwrap(), Err(NotAccepted::Disabled));
    assert!(access.anybody_known(at(7)).unwrap(), "revoking all tokens must not open the ledger again");
}

#[test]
fn what_does_not_exist_cannot_be_changed() {
    let access = with_user();
    assert!(matches!(access.create_user(&person(Role::Reader), at(1)), Err(AccessError::UserExists(_))));
    assert!(matches!(access.disable_user(&id("nobody"), at(1)), Err(AccessError::UserUnknown(_))));
    assert!(matches!(access.revoke_token("nothing", at(1)), Err(AccessError::TokenUnknown(_))));
    let nobody = TokenWish { user: id("nobody"), ..wish(Scope::Read, None) };
    assert!(matches!(access.create_token(&[1; 32], &nobody, at(1)), Err(AccessError::UserUnknown(_))));
}

#[test]
fn another_process_is_noticed_and_the_secret_is_not_in_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("access.sqlite");
    let (here, there) = (Access::open(&path).unwrap(), Access::open(&path).unwrap());
    there.create_user(&person(Role::Recorder), at(1)).unwrap();
    let (text, token) = there.create_token(&[9; 32], &wish(Scope::Record, None), at(2)).unwrap();
    assert!(here.bearer(&text, at(2)).unwrap().is_ok(), "a token made elsewhere is known at once");
    there.revoke_token(&token.id, at(3)).unwrap();
    assert_eq!(here.bearer(&text, at(2 + LOOK_AGAIN_MICROS)).unwrap(), Err(NotAccepted::Invalid));
    drop((here, there));
    for file in std::fs::read_dir(dir.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(20).any(|window| window == &text.as_bytes()[3..23]));
    }
}

#[test]
fn a_file_of_a_newer_version_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("access.sqlite");
    drop(Access::open(&path).unwrap());
    Connection::open(&path).unwrap().pragma_update(None, "user_version", file::FILE_VERSION + 1).unwrap();
    assert!(matches!(Access::open(&path), Err(AccessError::Newer { found }) if found == file::FILE_VERSION + 1));
}

#[test]
fn a_file_of_version_1_is_brought_up_and_everybody_keeps_what_they_could_do() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("access.sqlite");
    let (text, made) = (token::text_of(&[7; 32]), at(5).to_string());
    {
        let old = Connection::open(&path).unwrap();
        old.execute_batch(file::FIRST).unwrap();
        let people = [("clerk", "record"), ("chief", "admin"), ("guest", "read"), ("nobody-yet", "")];
        for (n, (user, scope)) in (7..).zip(people) {
            let sql = "INSERT INTO user (id, name, party, created_at) VALUES (?1, ?1, 'kaz', ?2)";
            old.execute(sql, [user, &made]).unwrap();
            let secret = token::text_of(&[n; 32]);
            if !scope.is_empty() {
                old.execute(
                    "INSERT INTO token (id, hash, user, scope, label, created_at) VALUES (?1, ?2, ?1, ?3, '', ?4)",
                    rusqlite::params![user, token::hash_of(&secret).unwrap(), scope, made],
                )
                .unwrap();
            }
        }
    }
    let access = Access::open(&path).unwrap();
    let roles: Vec<(String, Role)> =
        access.users().unwrap().into_iter().map(|user| (user.id.to_string(), user.role)).collect();
    let expected = [
        ("chief", Role::Administrator),
        ("clerk", Role::Recorder),
        ("guest", Role::Reader),
        ("nobody-yet", Role::Recorder),
    ];
    assert_eq!(roles, expected.map(|(user, role)| (user.to_owned(), role)));
    let bearer = access.bearer(&text, at(9)).unwrap().unwrap();
    assert_eq!((bearer.scope, bearer.party), (Scope::Record, Some(id("kaz"))));
    assert!(!access.any_administrator().unwrap(), "nobody has a password yet");
    drop(access);
    assert_eq!(Access::open(&path).unwrap().users().unwrap().len(), 4, "the way up is taken once");
}

#[test]
fn a_token_allows_no_more_than_the_role_even_when_the_role_is_lowered_later() {
    let access = with_user();
    let user = id("official-1");
    let (text, _) = access.create_token(&[1; 32], &wish(Scope::Admin, None), at(2)).unwrap();
    access.change_role(&user, Role::Reader, None, at(3)).unwrap();
    let bearer = access.bearer(&text, at(4)).unwrap().unwrap();
    assert_eq!((bearer.scope, bearer.role, bearer.party), (Scope::Read, Role::Reader, None));
    let refused = access.create_token(&[2; 32], &wish(Scope::Record, None), at(5));
    assert!(matches!(refused, Err(AccessError::ScopeAboveRole { .. })));
}

const SECOND: i64 = 1_000_000;

#[test]
fn a_session_ends_when_idle_when_it_is_old_and_when_it_is_ended() {
    let access = with_user();
    let user = id("official-1");
    let text = access.begin_session(&user, &[1; 32], at(0)).unwrap();
    let minutes = |n: i64| at(n * 60 * SECOND);
    let ends = access.session(&text, minutes(59)).unwrap().unwrap();
    assert_eq!((ends.user.id.as_str(), ends.ends_at), ("official-1", minutes(119)), "asking keeps it");
    assert!(access.session(&text, minutes(118)).unwrap().is_some());
    assert!(access.session(&text, minutes(118 + 60)).unwrap().is_none(), "an hour without a request");
    let text = access.begin_session(&user, &[2; 32], at(0)).unwrap();
    for n in 1..24 {
        assert!(access.session(&text, minutes(n * 30)).unwrap().is_some(), "{n}");
    }
    assert!(access.session(&text, minutes(12 * 60)).unwrap().is_none(), "twelve hours in any case");
    let text = access.begin_session(&user, &[3; 32], at(0)).unwrap();
    access.end_session(&text, at(1)).unwrap();
    access.end_session(&text, at(1)).unwrap();
    assert!(access.session(&text, at(1)).unwrap().is_none());
    for wrong in ["", "x", &"0".repeat(64), &text.to_uppercase()] {
        assert!(access.session(wrong, at(1)).unwrap().is_none());
    }
}

#[test]
fn a_session_ends_with_the_password_the_role_and_the_account() {
    let access = with_user();
    let user = id("official-1");
    let hashed = Hashed::of("a long password", &[1; 32]).unwrap();
    let ends: [&dyn Fn(); 3] = [
        &|| access.set_password(&user, &hashed, false, at(1)).unwrap(),
        &|| access.change_role(&user, Role::Recorder, None, at(1)).unwrap(),
        &|| access.disable_user(&user, at(1)).unwrap(),
    ];
    for (n, end) in (1..).zip(ends) {
        let text = access.begin_session(&user, &[n; 32], at(0)).unwrap();
        assert!(access.session(&text, at(1)).unwrap().is_some());
        end();
        assert!(access.session(&text, at(2)).unwrap().is_none(), "{n}");
    }
    assert!(access.password(&user).unwrap().is_none(), "a closed account has no password to try");
    access.enable_user(&user, at(3)).unwrap();
    assert!(access.password(&user).unwrap().unwrap().is_of("a long password"));
}

#[test]
fn neither_the_cookie_nor_the_password_is_in_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let access = Access::open(&dir.path().join("access.sqlite")).unwrap();
    access.create_user(&person(Role::Recorder), at(1)).unwrap();
    access
        .set_password(&id("official-1"), &Hashed::of("correct horse battery", &[1; 32]).unwrap(), false, at(1))
        .unwrap();
    let text = access.begin_session(&id("official-1"), &[0xab; 32], at(2)).unwrap();
    for file in std::fs::read_dir(dir.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for secret in [text.as_bytes(), b"correct horse battery", &[0xab; 32]] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret));
        }
    }
}

#[test]
fn names_wait_after_failures_whether_anybody_has_them_or_not() {
    let access = with_user();
    let user = id("official-1");
    for (name, user) in [("official-1", Some(&user)), ("nobody", None)] {
        let attempt = Attempt { name, user, network: "192.0.2.0/24" };
        let mut now = 60 * SECOND;
        for _ in 0..5 {
            now += 1;
            assert_eq!(access.try_sign_in(&attempt, at(now)).unwrap(), MayTry::Now);
            access.sign_in_failed(&attempt, at(now)).unwrap();
        }
        assert_eq!(access.try_sign_in(&attempt, at(now + SECOND)).unwrap(), MayTry::After(29), "{name}");
        now += 30 * SECOND;
        assert_eq!(access.try_sign_in(&attempt, at(now)).unwrap(), MayTry::Now);
        assert_eq!(access.try_sign_in(&attempt, at(now)).unwrap(), MayTry::After(60), "it counts when it begins");
        access.signed_in(&attempt, at(now)).unwrap();
        assert_eq!(access.try_sign_in(&attempt, at(now)).unwrap(), MayTry::Now, "a success takes it back");
    }
    let list = access.audit(true, 0, 100).unwrap();
    let seen: Vec<(Option<&str>, &str, u64)> =
        list.iter().rev().map(|row| (row.who.as_ref().map(ActorId::as_str), row.why.as_str(), row.times)).collect();
    assert_eq!(
        seen,
        [
            (Some("official-1"), "sign_in_wrong", 5),
            (Some("official-1"), "sign_in_wait", 2),
            (None, "sign_in_wrong", 5),
            (None, "sign_in_wait", 2),
        ],
        "a name that nobody has is not kept"
    );
}

#[test]
fn one_password_tried_on_every_name_is_slowed_down_too() {
    let access = with_user();
    let names: Vec<String> = (0..121).map(|n| format!("name-{n}")).collect();
    let tried = |name: &str, now| access.try_sign_in(&Attempt { name, user: None, network: "" }, at(now)).unwrap();
    assert!(names[..120].iter().all(|name| tried(name, 60 * SECOND) == MayTry::Now));
    assert_eq!(tried(&names[120], 60 * SECOND), MayTry::After(61));
    assert_eq!(tried(&names[120], 120 * SECOND), MayTry::Now, "the next minute begins anew");
}

#[test]
fn refusals_are_listed_once_a_minute_with_their_number_and_without_addresses() {
    let access = with_user();
    let user = id("official-1");
    for n in 0..100 {
        access.note_refused(Some(&user), "POST /api/v1/commands", ("10.1.2.0/24", "not_your_party"), at(n)).unwrap();
    }
    access.note_refused(None, "POST /api/v1/commands", ("10.1.2.0/24", "token_invalid"), at(100)).unwrap();
    let list = access.audit(true, 0, 10).unwrap();
    assert_eq!(list.iter().map(|row| row.times).collect::<Vec<_>>(), [1, 100]);
    assert_eq!((list[1].at, list[1].last_at, list[1].who.clone()), (at(0), at(99), Some(user)));
    assert_eq!(access.audit(false, 0, 10).unwrap().len(), 3, "the account's opening is listed too");
    assert_eq!(access.audit(true, 1, 10).unwrap().len(), 1);
    for (address, network) in [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("::1", "loopback"),
        ("127.0.0.1", "loopback"),
    ] {
        assert_eq!(network_of(address.parse().unwrap()), network);
    }
}
