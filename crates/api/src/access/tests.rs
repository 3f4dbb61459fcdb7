//! Users and tokens: what is accepted, what is not, and what another process does meanwhile.

use super::*;

fn at(micros: i64) -> Instant {
    Instant::from_micros(micros).unwrap()
}

fn id<T: std::str::FromStr>(text: &str) -> T {
    text.parse().ok().unwrap()
}

fn wish(scope: Scope, expires_at: Option<Instant>) -> TokenWish {
    TokenWish { user: id("official-1"), scope, label: "test".into(), expires_at }
}

fn with_user() -> Access {
    let access = Access::memory().unwrap();
    access.create_user(&id("official-1"), "Aigerim", Some(&id("kz-mfa")), at(1)).unwrap();
    access
}

#[test]
fn a_token_tells_its_user_party_and_scope_until_it_expires() {
    let access = with_user();
    assert!(!access.any_token(at(1)).unwrap());
    let (text, token) = access.create_token(&[1; 32], &wish(Scope::Record, Some(at(100))), at(2)).unwrap();
    assert!(access.any_token(at(2)).unwrap());
    let bearer = Bearer { user: id("official-1"), party: Some(id("kz-mfa")), scope: Scope::Record };
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
    access.disable_user(&id("official-1")).unwrap();
    assert_eq!(access.bearer(&two, at(6)).unwrap(), Err(NotAccepted::Disabled));
    assert!(access.any_token(at(7)).unwrap(), "revoking all tokens must not open the ledger again");
}

#[test]
fn what_does_not_exist_cannot_be_changed() {
    let access = with_user();
    assert!(matches!(access.create_user(&id("official-1"), "x", None, at(1)), Err(AccessError::UserExists(_))));
    assert!(matches!(access.disable_user(&id("nobody")), Err(AccessError::UserUnknown(_))));
    assert!(matches!(access.revoke_token("nothing", at(1)), Err(AccessError::TokenUnknown(_))));
    let nobody = TokenWish { user: id("nobody"), ..wish(Scope::Read, None) };
    assert!(matches!(access.create_token(&[1; 32], &nobody, at(1)), Err(AccessError::UserUnknown(_))));
}

#[test]
fn another_process_is_noticed_and_the_secret_is_not_in_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("access.sqlite");
    let (here, there) = (Access::open(&path).unwrap(), Access::open(&path).unwrap());
    there.create_user(&id("official-1"), "Aigerim", None, at(1)).unwrap();
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
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 2).unwrap();
    assert!(matches!(Access::open(&path), Err(AccessError::Newer { found: 2 })));
}
