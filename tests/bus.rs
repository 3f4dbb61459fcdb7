//! The bus with a real nats-server: the relay, its subscribers, and everything that goes wrong between them.
//!
//! After each fault the same must hold: no message is missing, each stands at its entry's position, and whoever folds
//! the stream comes to the state that the log comes to. Deliberately absent: a power cut of several
//! servers, see `tests/cluster.rs`.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as the test does, by panicking")]

#[path = "bus/cluster.rs"]
mod cluster;
#[path = "bus/encrypted.rs"]
mod encrypted;
#[path = "bus/faults.rs"]
mod faults;
#[path = "bus/kit.rs"]
mod kit;
#[path = "bus/operator.rs"]
mod operator;
#[path = "bus/order.rs"]
mod order;
#[path = "bus/outages.rs"]
mod outages;
#[path = "bus/power.rs"]
mod power;
#[path = "bus/security.rs"]
mod security;
#[path = "bus/service.rs"]
mod service;
#[path = "bus/subscribers.rs"]
mod subscribers;
