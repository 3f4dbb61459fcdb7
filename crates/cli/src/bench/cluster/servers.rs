//! Three servers of the bench's own on this machine, which sync everything before they acknowledge it.
//!
//! Deliberately absent: machines of their own, whose network and disks would be measured; everything shares the
//! processors here.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(30);
/// What nodes may not do to a stream.
const DENIED: [&str; 5] = ["DELETE", "PURGE", "UPDATE", "MSG.DELETE", "RESTORE"];

/// Servers, gone with this value.
pub(super) struct Servers {
    children: Vec<Child>,
    /// Where they are, separated by commas.
    pub(super) urls: String,
}

impl Drop for Servers {
    fn drop(&mut self) {
        for child in &mut self.children {
            // One that has ended cannot be killed.
            let _gone = child.kill();
            let _ended = child.wait();
        }
    }
}

impl Servers {
    /// Starts them, with a user `node` and a user `admin`, whose password is `pw`.
    pub(super) fn start(dir: &Path, program: &Path) -> Result<Self> {
        // All ports are held until each is known to be another.
        let held = (0..6).map(|_| TcpListener::bind("127.0.0.1:0")).collect::<Result<Vec<_>, _>>()?;
        let ports = held.iter().map(|one| Ok(one.local_addr()?.port())).collect::<Result<Vec<_>>>()?;
        drop(held);
        let (clients, routes) = ports.split_at(3);
        let all: String = routes.iter().map(|port| format!("\"nats://127.0.0.1:{port}\", ")).collect();
        let denied: String = DENIED.iter().map(|what| format!("\"$JS.API.STREAM.{what}.>\", ")).collect();
        let mut servers = Self { children: Vec::new(), urls: String::new() };
        for n in 0..3 {
            let store = dir.join(format!("server{n}"));
            std::fs::create_dir_all(&store)?;
            let config = store.join("server.conf");
            let text = format!(
                "server_name: n{n}\nlisten: \"127.0.0.1:{}\"\n\
                 jetstream {{ store_dir: \"{}\", max_mem: 64MB, max_file: 20GB, sync_interval: always }}\n\
                 cluster {{ name: bench, listen: \"127.0.0.1:{}\", routes: [ {all} ] }}\n\
                 accounts {{ LEDGER {{ jetstream: enabled, users: [ {{ user: admin, password: pw }}, \
                 {{ user: node, password: pw, permissions: {{ publish: {{ deny: [ {denied} ] }} }} }} ] }} }}\n",
                clients[n],
                store.display(),
                routes[n],
            );
            std::fs::write(&config, text)?;
            let mut command = Command::new(program);
            command.arg("-c").arg(&config).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            let missing = || format!("{} cannot be run; name a nats-server with --nats-server", program.display());
            servers.children.push(command.spawn().with_context(missing)?);
        }
        servers.urls = clients.iter().map(|port| format!("nats://127.0.0.1:{port}")).collect::<Vec<_>>().join(",");
        let begun = Instant::now();
        for port in clients {
            while TcpStream::connect(("127.0.0.1", *port)).is_err() {
                ensure!(begun.elapsed() < PATIENCE, "the servers do not start; is {} new enough?", program.display());
                std::thread::sleep(Duration::from_millis(10));
            }
        }
        Ok(servers)
    }
}
