//! The people of the demo: two of each side, a verifier, and an administrator.
//!
//! Their passwords are made anew at each start and said aloud, so that nothing that opens an account is written down
//! anywhere, least of all in this program. They exist only where the service listens on this machine alone.
//!
//! Deliberately absent: anybody real.

use anyhow::Result;
use servanda_api::{Access, AccessError, Lang, Role, UserWish};
use servanda_log::Clock;

use crate::access::new_password;
use crate::output::say;

/// Pseudonym, name, party, role, language.
const PEOPLE: [(&str, &str, Option<&str>, Role, Lang); 6] = [
    ("kaz-recorder", "Demo: Kazakhstan, recorder", Some("kaz"), Role::Recorder, Lang::Kk),
    ("kaz-reviewer", "Demo: Kazakhstan, reviewer", Some("kaz"), Role::Reviewer, Lang::Ru),
    ("fra-recorder", "Demo: France, recorder", Some("fra"), Role::Recorder, Lang::Fr),
    ("fra-reviewer", "Demo: France, reviewer", Some("fra"), Role::Reviewer, Lang::Fr),
    ("verifier", "Demo: verifier", None, Role::Verifier, Lang::En),
    ("admin", "Demo: administrator", None, Role::Administrator, Lang::En),
];

/// Opens the accounts where they are missing, gives each a new password, and says them.
pub(crate) fn make(access: &Access) -> Result<()> {
    say("the people of the demo, with passwords that are good until the next start:");
    for (id, name, party, role, lang) in PEOPLE {
        let party = party.map(str::parse).transpose()?;
        let wish = UserWish { id: id.parse()?, name: name.to_owned(), party, role, lang: Some(lang) };
        match access.create_user(&wish, Clock::System.now()) {
            Ok(()) | Err(AccessError::UserExists(_)) => {}
            Err(error) => return Err(error.into()),
        }
        let password = new_password(access, &wish.id, false)?;
        say(format!("  {id:<13}  {password}  ({})", role.as_str()));
    }
    Ok(())
}
