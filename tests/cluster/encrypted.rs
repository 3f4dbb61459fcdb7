//! Encrypted connections among servers and from nodes to servers, with certificates that are made here.
//!
//! Deliberately absent: monitoring, which is for this machine or for a proxy that encrypts.

use servanda_tests::authority::{Authority, open_to_all};
use servanda_tests::binary::Service;
use servanda_tests::nats::newest;
use servanda_tests::repository::root;

use crate::kit::{Clients, Cluster, Wish, all_is_well, here, state};

/// Who may do what, as a configuration of the project says.
fn accounts(config: &str) -> String {
    let text = std::fs::read_to_string(root().join(config)).unwrap();
    text[text.find("accounts {").unwrap()..].to_owned()
}

#[test]
fn containers_have_the_rights_that_machines_have() {
    assert_eq!(accounts("config/compose/server.conf"), accounts("config/nats/cluster/common.conf"));
}

#[test]
fn servers_and_nodes_speak_encrypted_and_nobody_joins_unencrypted() {
    let Some(program) = newest() else { return };
    let dir = tempfile::tempdir().unwrap();
    let authority = Authority::new(dir.path(), "authority");
    let (certificate, key) = authority.vouches_for(dir.path(), "server");
    for path in [dir.path(), &certificate, &key, &authority.certificate] {
        open_to_all(path);
    }
    let files = format!(
        "cert_file: \"{}\", key_file: \"{}\", ca_file: \"{}\"",
        certificate.display(),
        key.display(),
        authority.certificate.display()
    );
    let wish = Wish {
        // With no more rights than the project's own configuration gives.
        accounts: Some(
            accounts("config/compose/server.conf")
                .replace("$CLUSTER_PASSWORD_NODE", "pw")
                .replace("$CLUSTER_PASSWORD_ADMIN", "other"),
        ),
        routes: format!("tls {{ {files}, verify: true }}"),
        server: format!("tls {{ {files} }}"),
        bus: format!("tls_ca_file = \"{}\"\ninbox_prefix = \"_INBOX_node\"", authority.certificate.display()),
        scheme: "tls".to_owned(),
        ..Wish::usual()
    };
    let sites = here();
    let cluster = Cluster::at(&program, &sites, &wish);
    let nodes = cluster.nodes();
    for site in &sites {
        let said = site.asked("/varz");
        assert_eq!((&said["tls_required"], &said["cluster"]["tls_required"]), (&true.into(), &true.into()));
    }
    let clients = Clients::start(&nodes);
    clients.go_on(60);
    let handed_over = |node: &Service| state(node)["forwarded"].as_u64().unwrap();
    assert!(nodes.iter().filter(|node| handed_over(node) > 0).count() == 2, "two nodes hand over to the third");
    all_is_well(&cluster, nodes, &clients.stop());

    // Nobody whom the node trusts vouches for these servers.
    let config = std::fs::read_to_string(cluster.config()).unwrap().replace("tls_ca_file", "# tls_ca_file");
    std::fs::write(cluster.config(), config).unwrap();
    let told = Service::try_start(&cluster.data(0), &["--config", cluster.config().to_str().unwrap()]).unwrap_err();
    assert!(told.contains("bus.tls_ca_file"), "{told}");
}
