//! The text of an access token, and what is kept of it.
//!
//! A token is 256 random bits with a prefix, by which scanners find leaked ones, and a checksum, by which a mistyped
//! one is told from an unknown one without a look-up. Kept is only its SHA-256: of 256 random bits that is enough.
//!
//! Deliberately absent: randomness, which is handed in; whose token it is, see [`crate::access`].

use sha2::{Digest, Sha256};

/// What every token begins with.
pub(crate) const PREFIX: &str = "sv_";
const SECRET_DIGITS: usize = 64;
const CHECKSUM_DIGITS: usize = 8;

/// SHA-256 of a token's text.
pub(crate) type TokenHash = [u8; 32];

/// The text of the token of a secret.
pub(crate) fn text_of(secret: &[u8; 32]) -> String {
    let text = format!("{PREFIX}{}", hex(secret));
    let checksum = checksum(&text);
    format!("{text}_{checksum}")
}

/// The hash of a token, if the text can be one.
pub(crate) fn hash_of(text: &str) -> Option<TokenHash> {
    let (body, given) = text.rsplit_once('_')?;
    let secret = body.strip_prefix(PREFIX)?;
    let is_hex = |part: &str| part.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let shaped = secret.len() == SECRET_DIGITS && given.len() == CHECKSUM_DIGITS && is_hex(secret) && is_hex(given);
    (shaped && checksum(body) == given).then(|| Sha256::digest(text.as_bytes()).into())
}

fn checksum(text: &str) -> String {
    let mut digits = hex(&Sha256::digest(text.as_bytes()));
    digits.truncate(CHECKSUM_DIGITS);
    digits
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing into a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_and_a_mistyped_one_does_not() {
        let text = text_of(&[7; 32]);
        assert!(text.starts_with("sv_0707"));
        assert_eq!(hash_of(&text), Some(Sha256::digest(text.as_bytes()).into()));
        for place in 0..text.len() {
            let mut wrong = text.clone().into_bytes();
            wrong[place] = if wrong[place] == b'1' { b'2' } else { b'1' };
            assert_eq!(hash_of(std::str::from_utf8(&wrong).unwrap()), None, "place {place}");
        }
        for wrong in ["", "sv_", "sv__", "Bearer", &text[1..], &text[..text.len() - 1]] {
            assert_eq!(hash_of(wrong), None);
        }
    }
}
