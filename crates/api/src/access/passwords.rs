//! Passwords: how long they must be, and what is kept of them (Argon2id as a PHC string).
//!
//! Long and nothing else: rules about digits and signs make passwords that people write down. A password is compared in
//! Unicode's composed form, because keyboards differ in how they write ё or й.
//!
//! Deliberately absent: randomness, which is handed in; how many may be checked at a time, which is the service's.

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use unicode_normalization::UnicodeNormalization;

use super::AccessError;

/// Fewest characters of a password.
pub const PASSWORD_CHARS_MIN: usize = 12;
/// Most bytes of a password; beyond that it is no password but an attempt to keep the machine busy.
const PASSWORD_BYTES_MAX: usize = 512;
/// Memory for one check, in KiB, and rounds over it, as OWASP recommends them for Argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const ROUNDS: u32 = 2;
/// Letters and digits that nobody mistakes for one another.
const CLEAR: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// What is kept of a password.
#[derive(Clone, PartialEq, Eq)]
pub struct Hashed(String);

impl std::fmt::Debug for Hashed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hashed")
    }
}

impl Hashed {
    /// What is to be kept of a password, with 128 of the random bits as salt. Takes tens of milliseconds.
    pub fn of(password: &str, salt: &[u8; 32]) -> Result<Self, AccessError> {
        if password.chars().count() < PASSWORD_CHARS_MIN {
            return Err(AccessError::PasswordTooShort);
        }
        if password.len() > PASSWORD_BYTES_MAX {
            return Err(AccessError::PasswordTooLong);
        }
        let composed: String = password.nfc().collect();
        let hash = argon2()?.hash_password_with_salt(composed.as_bytes(), &salt[..16]).map_err(AccessError::hashing)?;
        Ok(Self(hash.to_string()))
    }

    pub(super) fn kept(text: String) -> Self {
        Self(text)
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is of this password. Takes as long either way.
    pub(crate) fn is_of(&self, password: &str) -> bool {
        let composed: String = password.chars().take(PASSWORD_BYTES_MAX).nfc().collect();
        argon2().is_ok_and(|argon2| argon2.verify_password(composed.as_bytes(), self.0.as_str()).is_ok())
    }

    /// Something that is of no password, for names that nobody has: the answer takes as long as for those that are.
    pub(crate) fn of_nobody() -> Self {
        let (m, t) = (MEMORY_KIB, ROUNDS);
        Self(format!(
            "$argon2id$v=19$m={m},t={t},p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        ))
    }
}

fn argon2() -> Result<Argon2<'static>, AccessError> {
    let params = Params::new(MEMORY_KIB, ROUNDS, 1, None).map_err(AccessError::hashing)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// A password of 100 random bits that can be read out over a telephone.
pub fn password_of(secret: &[u8; 32]) -> String {
    let letters: Vec<u8> = secret[..20].iter().map(|byte| CLEAR[usize::from(byte % 32)]).collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
    groups.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_recognised_in_every_way_of_writing_it() {
        let hashed = Hashed::of("пароль с ё и й", &[3; 32]).unwrap();
        assert!(hashed.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(hashed.is_of("пароль с ё и й"));
        assert!(hashed.is_of("пароль с е\u{308} и и\u{306}"), "decomposed");
        assert!(!hashed.is_of("пароль с е и й"));
        assert!(!hashed.as_str().contains("пароль"));
        assert_ne!(Hashed::of("пароль с ё и й", &[4; 32]).unwrap(), hashed, "each has its salt");
    }

    #[test]
    fn a_password_is_long_and_nothing_else() {
        assert!(Hashed::of("twelve chars", &[0; 32]).is_ok());
        assert!(matches!(Hashed::of("only eleven", &[0; 32]), Err(AccessError::PasswordTooShort)));
        assert!(matches!(Hashed::of("қазақ тілі1", &[0; 32]), Err(AccessError::PasswordTooShort)), "characters count");
        assert!(matches!(Hashed::of(&"x".repeat(513), &[0; 32]), Err(AccessError::PasswordTooLong)));
    }

    #[test]
    fn what_is_kept_of_nobody_reads_and_is_of_no_password() {
        assert!(argon2::password_hash::phc::PasswordHash::new(Hashed::of_nobody().as_str()).is_ok());
        for password in ["", "twelve chars", "AAAAAAAAAAAAAAAA"] {
            assert!(!Hashed::of_nobody().is_of(password));
        }
    }

    #[test]
    fn a_made_password_can_be_read_out() {
        let mut secret = [0; 32];
        (0..).zip(&mut secret).for_each(|(n, byte)| *byte = n);
        assert_eq!(password_of(&secret), "abcd-efgh-ijkm-npqr-stuv");
    }
}
