//! Encrypted connections: to a server that someone vouches for, and by a client whom someone vouches for, with
//! certificates that are made here.

use std::path::PathBuf;

use servanda_bus::{Connection, Settings, Trouble};
use servanda_log::Log;
use servanda_tests::authority::{Authority, open_to_all};
use servanda_tests::nats::{Nats, Program, all};

use crate::kit::{Running, log_of, read_as, to};

/// A server with its certificate, and with what else stands in its part `tls`.
fn server(program: &Program, (certificate, key): &(PathBuf, PathBuf), more: &str) -> Nats {
    // The newest server runs as someone else, who must be able to read these files.
    for file in [certificate, key] {
        open_to_all(file);
    }
    open_to_all(certificate.parent().unwrap());
    let files = format!("cert_file: \"{}\", key_file: \"{}\"", certificate.display(), key.display());
    Nats::start_with(program, &format!("tls {{ {files} {more} }}"), &[])
}

async fn publishes_over(connection: &Connection, log: &Log) {
    let running = Running::start(log, Settings { connection: connection.clone(), ..to("") });
    running.done(log).await;
    assert_eq!(read_as(connection, log.ledger(), log.head()).await.len() as u64, log.head());
    running.stop().await;
}

/// The relay's words about a connection that cannot be made, once nothing came of it.
async fn refused(connection: Connection, log: &Log) -> String {
    let running = Running::start(log, Settings { connection, ..to("") });
    let told = running.trouble(Trouble::Tls).await;
    assert_eq!(running.stop().await.published, 0);
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encrypted_connection_is_made_to_servers_that_someone_vouches_for() {
    for program in all() {
        let dir = tempfile::tempdir().unwrap();
        let authority = Authority::new(dir.path(), "authority");
        let server = server(&program, &authority.vouches_for(dir.path(), "server"), "");
        let log = log_of(20).await;
        let servers = server.url().replace("nats://", "tls://");
        let mut connection = Connection { servers, ..Connection::default() };
        let told = refused(connection.clone(), &log).await;
        assert!(told.contains("bus.tls_ca_file"), "nobody vouches for this server: {told}");
        connection.tls_ca_file = Some(authority.certificate);
        publishes_over(&connection, &log).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_asks_who_we_are_gets_a_certificate_that_someone_vouches_for() {
    for program in all() {
        let dir = tempfile::tempdir().unwrap();
        let (authority, stranger) = (Authority::new(dir.path(), "authority"), Authority::new(dir.path(), "stranger"));
        open_to_all(&authority.certificate);
        let verify = format!(", ca_file: \"{}\", verify: true", authority.certificate.display());
        let server = server(&program, &authority.vouches_for(dir.path(), "server"), &verify);
        let log = log_of(20).await;
        let good = Connection {
            servers: server.url().replace("nats://", "tls://"),
            tls_ca_file: Some(authority.certificate.clone()),
            tls_client: Some(authority.vouches_for(dir.path(), "relay")),
            ..Connection::default()
        };
        publishes_over(&good, &log).await;
        let nobody = Connection { tls_client: None, ..good.clone() };
        let told = refused(nobody, &log).await;
        assert!(told.contains("bus.tls_cert_file"), "no certificate: {told}");
        let another = Connection { tls_client: Some(stranger.vouches_for(dir.path(), "another")), ..good.clone() };
        let told = refused(another, &log).await;
        assert!(told.contains("bus.tls_cert_file"), "a certificate of a stranger: {told}");
        // A key that is not the certificate's.
        let (certificate, _) = authority.vouches_for(dir.path(), "one");
        let (_, key) = authority.vouches_for(dir.path(), "two");
        let told = refused(Connection { tls_client: Some((certificate, key)), ..good }, &log).await;
        assert!(told.contains("bus.tls_cert_file"), "another key: {told}");
    }
}
