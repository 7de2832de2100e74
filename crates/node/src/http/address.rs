//! Whose request it is: the connection's address, or what a trusted proxy says.

use super::connection::Peer;
use crate::server::App;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr};

/// The client's address, in its canonical form (an IPv4 address inside an IPv6 one is IPv4).
pub(super) fn client_address(app: &App, head: &Parts) -> IpAddr {
    client_behind(app, peer(head), &head.headers)
}

/// The same for who knows the connection's address.
pub(super) fn client_behind(app: &App, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    believed(peer.to_canonical(), headers, &app.config.http.trusted_proxies)
}

/// The connection's address.
pub(super) fn peer(head: &Parts) -> IpAddr {
    head.extensions.get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0)
}

/// The connection's address, unless it is a trusted proxy's: then the last address of
/// `X-Forwarded-For` that is neither a trusted proxy's nor of a private network (a proxy that appends
/// puts the address it saw last, whatever the client wrote before), else the first.
fn believed(connection: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    if !is_trusted(&connection) {
        return connection;
    }
    let listed = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let addresses: Vec<IpAddr> =
        listed.flat_map(|list| list.split(',')).filter_map(parse).collect();
    let is_between = |address: &IpAddr| is_trusted(address) || is_private(*address);
    let outside = addresses.iter().rev().find(|address| !is_between(address));
    outside.or(addresses.first()).copied().unwrap_or(connection)
}

/// One entry: an address, or an address with a port as some proxies write it.
fn parse(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim().trim_matches('"');
    let bare = entry.strip_prefix('[').and_then(|rest| rest.split(']').next()).unwrap_or(entry);
    let address = bare.parse::<IpAddr>();
    let address = address.or_else(|_| entry.parse::<std::net::SocketAddr>().map(|it| it.ip()));
    address.ok().map(|address| address.to_canonical())
}

/// True for addresses that no client outside has.
/// Source: RFC 1918 (private), RFC 1122 §3.2.1.3 (loopback), RFC 3927 (link-local), RFC 4193 (unique local).
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_private() || v4.is_loopback() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn client(connection: &str, forwarded: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_static(value));
        }
        let trusted = ["127.0.0.0/8".parse().unwrap(), "2001:db8:1::/48".parse().unwrap()];
        believed(connection.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn a_stranger_s_header_is_not_believed() {
        assert_eq!(client("198.51.100.7", &["81.2.69.192"]), "198.51.100.7");
        assert_eq!(client("127.0.0.1", &[]), "127.0.0.1");
    }

    #[test]
    fn behind_a_trusted_proxy_the_address_it_saw_counts() {
        assert_eq!(client("127.0.0.1", &["81.2.69.192"]), "81.2.69.192");
        assert_eq!(client("127.0.0.1", &["81.2.69.192, 10.0.0.1"]), "81.2.69.192");
        assert_eq!(client("127.0.0.1", &["1.2.3.4, 81.2.69.192"]), "81.2.69.192", "appended");
        assert_eq!(client("127.0.0.1", &["1.2.3.4", "81.2.69.192"]), "81.2.69.192", "two headers");
        assert_eq!(client("2001:db8:1::5", &["2a02::1, 2001:db8:1::9"]), "2a02::1");
    }

    #[test]
    fn ports_brackets_and_rubbish_are_read_as_far_as_they_go() {
        assert_eq!(client("127.0.0.1", &["[2a02::1]:443"]), "2a02::1");
        assert_eq!(client("127.0.0.1", &["81.2.69.192:5000"]), "81.2.69.192");
        assert_eq!(client("127.0.0.1", &["unknown"]), "127.0.0.1");
        assert_eq!(client("127.0.0.1", &["::ffff:81.2.69.192"]), "81.2.69.192");
    }
}
