//! Nobody takes what is logged: the service works all the same.

use crate::support::client::{get, post};
use crate::support::reports::{query, submission, walk};
use crate::support::{CAIRN, Data, Server, cairn, said, wait_for};
use std::process::Command;

/// A server whose log is written to a disk that is always full.
fn unheard(data: &Data) -> Server {
    let mut command = Command::new("sh");
    let script = "exec \"$0\" serve --log-level trace --listen 127.0.0.1:0 --data \"$1\" \
                  --config \"$2\" 2>/dev/full";
    command.args(["-c", script, CAIRN]).arg(data.path()).arg(data.settings(""));
    Server::spawn(command)
}

#[test]
fn a_log_that_cannot_be_written_costs_its_lines_and_nothing_else() {
    let data = Data::new();
    let server = unheard(&data);
    let taught = post(server.address(), "/v2/geosubmit", &submission(&walk(51.5, -0.12, 1, 0)));
    assert_eq!(taught.status, 200);
    let answers = || post(server.address(), "/v1/geolocate", &query(&[1, 2, 3, 4])).status == 200;
    wait_for("what was taken is learned", answers);
    wait_for("a base", || server.metric("snapshot_overlays") < 0.5);
    assert!(server.metric("node_log_lines_lost_total") > 0.5);
    assert!(server.metric("node_threads_died_total") < 0.5);
    assert_eq!(get(server.address(), "/readyz").status, 200);
    server.stop();
    let dir = data.path().to_str().unwrap();
    assert!(said(&cairn(&["rebuild", "--data", dir, "--check"])).contains("equal to"));
}
