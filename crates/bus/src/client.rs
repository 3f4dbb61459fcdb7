//! A connection for the log itself, where servers of the bus hold it: the same addresses, credentials and certificates.
//!
//! Deliberately absent: what the log does with it.

use async_nats::Client;
use tokio::sync::watch;

use crate::connect::{Connection, Link};
use crate::state::Fault;

impl Connection {
    /// Connects, for as long as it takes after that, and says what the server last complained about.
    pub async fn client(&self) -> Result<(Client, watch::Receiver<String>), Fault> {
        let (link, mut heard) = watch::channel(Link::default());
        let (said, complaints) = watch::channel(String::new());
        let client = self.connect(link, None).await?;
        tokio::spawn(async move {
            while heard.changed().await.is_ok() {
                let complaint = heard.borrow_and_update().complaint.clone().unwrap_or_default();
                if said.send(complaint).is_err() {
                    return;
                }
            }
        });
        Ok((client, complaints))
    }
}
