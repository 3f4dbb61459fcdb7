//! Three real servers on this machine that hold one stream together.
//!
//! Deliberately absent: a network between them that could be cut; servers are killed, stopped and started again.

use std::net::TcpListener;

use crate::nats::{Nats, Program};

/// Servers of one cluster; all are killed, and their stores removed, when it is dropped.
#[derive(Debug)]
pub struct Cluster {
    servers: Vec<Nats>,
}

impl Cluster {
    /// Starts three servers. They choose a leader after a while, which is not waited for.
    pub fn start(program: &Program) -> Self {
        // All ports are held until each is known to be another.
        let held: Vec<TcpListener> = (0..3).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
        let ports: Vec<u16> = held.iter().map(|listener| listener.local_addr().unwrap().port()).collect();
        drop(held);
        let routes: Vec<String> = ports.iter().map(|port| format!("\"nats-route://127.0.0.1:{port}\"")).collect();
        let routes = routes.join(", ");
        let start = |(number, port): (usize, &u16)| {
            let name = Self::name(number);
            let listen = format!("listen: \"127.0.0.1:{port}\"");
            let more = format!("server_name: {name}\ncluster {{ name: test, {listen}, routes: [{routes}] }}");
            Nats::start_with(program, &more, &[])
        };
        Self { servers: ports.iter().enumerate().map(start).collect() }
    }

    fn name(number: usize) -> String {
        format!("n{number}")
    }

    /// Where they are, separated by commas.
    pub fn urls(&self) -> String {
        self.servers.iter().map(Nats::url).collect::<Vec<_>>().join(",")
    }

    /// The server of a name.
    pub fn server(&mut self, name: &str) -> &mut Nats {
        let place = (0..self.servers.len()).find(|number| Self::name(*number) == name).unwrap();
        &mut self.servers[place]
    }

    /// Every server.
    pub fn servers(&mut self) -> &mut [Nats] {
        &mut self.servers
    }
}
