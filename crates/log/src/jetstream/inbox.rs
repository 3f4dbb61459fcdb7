//! Where answers come that are several messages: one subscription for all questions, for the servers tell one another
//! of each subscription that begins or ends.
//!
//! One question is asked at a time. What comes late to one that was given up is passed over. Deliberately absent:
//! questions with one answer, for which the client has such a place itself.

use async_nats::{Client, Message, Subscriber};
use futures_util::StreamExt as _;

use super::wire::away;
use crate::LogError;

#[derive(Default)]
pub(crate) struct Inbox {
    /// The subscription, and the part of its subject that all answers share.
    open: Option<(String, Subscriber)>,
    /// Questions asked so far.
    asked: u64,
}

/// The answers to one question.
pub(crate) struct Answers<'i> {
    inbox: &'i mut Inbox,
    subject: String,
}

impl Inbox {
    /// Asks something of whoever listens on a subject.
    pub(crate) async fn ask(
        &mut self,
        client: &Client,
        subject: String,
        body: String,
    ) -> Result<Answers<'_>, LogError> {
        let place = match &self.open {
            Some((place, _)) => place.clone(),
            None => {
                let place = client.new_inbox();
                let answers = client.subscribe(format!("{place}.*")).await.map_err(|error| away(error.to_string()))?;
                self.open = Some((place.clone(), answers));
                place
            }
        };
        self.asked += 1;
        let reply_to = format!("{place}.{}", self.asked);
        let sent = client.publish_with_reply(subject, reply_to.clone(), body.into()).await;
        sent.map_err(|error| away(error.to_string()))?;
        Ok(Answers { inbox: self, subject: reply_to })
    }
}

impl Answers<'_> {
    /// Leaves a place where nothing comes. It may not be one any more, such as where rights were given only later, and
    /// a node must not wait there for ever; the next question has a new one.
    pub(crate) fn give_up(self) {
        self.inbox.open = None;
    }

    /// The next message; nothing where none will come.
    pub(crate) async fn next(&mut self) -> Option<Message> {
        let (_, answers) = self.inbox.open.as_mut()?;
        loop {
            let message = answers.next().await?;
            if message.subject.as_str() == self.subject {
                return Some(message);
            }
        }
    }
}
