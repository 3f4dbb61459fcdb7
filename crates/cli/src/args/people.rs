//! The flags of `user` and `token`.
//!
//! Deliberately absent: passwords as flags, which everybody on the machine could read.

use clap::{Args, Subcommand};
use servanda_api::{Lang, Role, Scope};
use servanda_events::dates::Instant;
use servanda_events::ids::{ActorId, PartyId};

use super::{Place, values};

/// A person's account, by pseudonym.
#[derive(Debug, Args)]
pub(crate) struct Account {
    /// Pseudonym
    #[arg(value_parser = values::id::<ActorId>)]
    pub(crate) id: ActorId,
    #[command(flatten)]
    pub(crate) place: Place,
}

#[derive(Debug, Subcommand)]
pub(crate) enum UserVerb {
    /// Open an account
    #[command(visible_alias = "add")]
    Create {
        /// Pseudonym that will stand in entries
        #[arg(value_parser = values::id::<ActorId>)]
        id: ActorId,
        /// Name for administrators; it stands nowhere in the log
        #[arg(long)]
        name: String,
        /// Party for which the user speaks; nothing for an operator
        #[arg(long, value_name = "ID", value_parser = values::id::<PartyId>)]
        party: Option<PartyId>,
        /// What the user is there for: reader, recorder, reviewer, verifier, administrator
        #[arg(long, default_value = "recorder", value_parser = values::role)]
        role: Role,
        /// Language of the user's pages: en, fr, kk, ru [default: what the browser asks for]
        #[arg(long, value_parser = values::lang)]
        lang: Option<Lang>,
        /// Make a password too, and print it, once
        #[arg(long)]
        password: bool,
        #[command(flatten)]
        place: Place,
    },
    /// List the accounts
    List {
        #[command(flatten)]
        place: Place,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Give an account another role, and another party; its sessions end
    Role {
        /// Pseudonym
        #[arg(value_parser = values::id::<ActorId>)]
        id: ActorId,
        /// The role: reader, recorder, reviewer, verifier, administrator
        #[arg(value_parser = values::role)]
        role: Role,
        /// Party for which the user speaks from now on [default: the same as before]
        #[arg(long, value_name = "ID", value_parser = values::id::<PartyId>, conflicts_with = "no_party")]
        party: Option<PartyId>,
        /// The user speaks for no party from now on
        #[arg(long)]
        no_party: bool,
        #[command(flatten)]
        place: Place,
    },
    /// Set a password: make one and print it, once, or read one from standard input; the account's sessions end
    Password {
        #[command(flatten)]
        account: Account,
        /// Read the password from standard input, one line, instead of making one
        #[arg(long)]
        stdin: bool,
    },
    /// Close an account: its tokens and sessions are not accepted any more
    Disable {
        #[command(flatten)]
        account: Account,
    },
    /// Open a closed account again
    Enable {
        #[command(flatten)]
        account: Account,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum TokenVerb {
    /// Make a token and print it, once
    Create {
        /// Whose it is
        #[arg(long, value_name = "ID", value_parser = values::id::<ActorId>)]
        user: ActorId,
        /// What it allows: read, record, admin
        #[arg(long, value_parser = values::scope)]
        scope: Scope,
        /// What it is for
        #[arg(long, default_value = "")]
        label: String,
        /// Until when it is good, such as 2027-01-01T00:00:00Z [default: until it is revoked]
        #[arg(long, value_name = "TIME", value_parser = values::time)]
        expires: Option<Instant>,
        #[command(flatten)]
        place: Place,
    },
    /// List the tokens, without their secrets
    List {
        #[command(flatten)]
        place: Place,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Revoke a token for good
    Revoke {
        /// Its id, as `token list` shows it
        id: String,
        #[command(flatten)]
        place: Place,
    },
}
