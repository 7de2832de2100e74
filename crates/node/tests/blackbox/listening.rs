//! Where a server listens: IPv4, IPv6, both.

use crate::support::client::{get, post, request};
use crate::support::reports::{query, walk};
use crate::support::taught::{LONDONER, teach, with_addresses};
use crate::support::{CAIRN, Data, Server};
use std::net::TcpListener;
use std::process::Command;

/// A server on these addresses alone; `None` where this machine has no IPv6.
fn listening(data: &Data, http: &str, addresses: &[&str]) -> Option<Server> {
    if TcpListener::bind("[::1]:0").is_err() {
        println!("skipped: no IPv6");
        return None;
    }
    let mut command = Command::new(CAIRN);
    command.arg("serve").arg("--data").arg(data.path()).arg("--config").arg(data.settings(http));
    for address in addresses {
        command.args(["--listen", address]);
    }
    Some(Server::spawn(command))
}

#[test]
fn the_whole_service_runs_on_ipv6_alone() {
    let data = Data::new();
    let Some(server) = listening(&data, "", &["[::1]:0"]) else { return };
    assert!(server.address().starts_with("[::1]:"), "{}", server.address());
    teach(&server, &walk(51.5, -0.12, 1, 0));
    assert_eq!(post(server.address(), "/v1/geolocate", &query(&[1, 2, 3, 4])).status, 200);
    server.stop();
}

#[test]
fn who_reads_where_it_listens_may_stop_it_at_once() {
    let data = Data::new();
    for _ in 0..5 {
        Server::start(&data).stop();
    }
}

#[test]
fn the_unspecified_address_of_ipv6_takes_both() {
    let data = Data::new();
    let Some(server) = listening(&data, "", &["[::]:0"]) else { return };
    let port = server.address().rsplit(':').next().unwrap();
    for address in ["127.0.0.1", "[::1]"] {
        assert_eq!(get(&format!("{address}:{port}"), "/healthz").status, 200, "{address}");
    }
}

#[test]
fn a_proxy_on_ipv6_is_believed_like_one_on_ipv4() {
    let Some(settings) = with_addresses() else { return };
    let data = Data::new();
    let Some(server) = listening(&data, &settings, &["[::]:0"]) else { return };
    let port = server.address().rsplit(':').next().unwrap();
    for address in ["127.0.0.1", "[::1]"] {
        let address = format!("{address}:{port}");
        let headers = [("X-Forwarded-For", LONDONER)];
        let answer = request(&address, "POST", "/v1/geolocate", &headers, b"{}").unwrap();
        assert_eq!(answer.status, 200, "{address}");
        assert_eq!(get(&address, "/v1/geolocate").status, 404, "{address}");
    }
}
