//! `cairn batch`: the map of the archive and the rest of the journal, by a query engine, is the map of `cairn rebuild`.

use crate::support::cairn;

#[cfg(not(feature = "batch"))]
#[test]
fn a_build_without_the_engine_says_how_to_make_one_with_it() {
    let told = cairn(&["batch", "rebuild", "--data", "nowhere"]);
    assert_eq!(told.status.code(), Some(2));
    let error = String::from_utf8_lossy(&told.stderr).into_owned();
    assert!(error.contains("cargo build --release --features cluster"), "{error}");
}

#[cfg(feature = "batch")]
mod engine {
    use super::cairn;
    use crate::support::kept::{ARCHIVING, append, batch};
    use crate::support::taught::settle;
    use crate::support::{Data, Server, said, wait_for};
    use std::net::TcpListener;
    use std::process::{Child, Command, Stdio};

    /// A folder whose archive holds eight submissions, and whose journal holds two more.
    fn archived() -> Data {
        let data = Data::new();
        let batches: Vec<_> = (0..8_u8).map(|n| batch(n, 51.5, 1 + u64::from(n) * 3)).collect();
        append(&data, &batches);
        let server = Server::start_under(&data, ARCHIVING, &[]);
        settle(&server);
        wait_for("the archive", || {
            server.metric("archive_lag_bytes") < 0.5 && server.metric("archive_rows") > 0.5
        });
        server.stop();
        append(&data, &[batch(8, 51.5, 40), batch(9, 52.5, 50)]);
        data
    }

    /// The digest that a verb says.
    fn digest(words: &[&str]) -> String {
        said(&cairn(words)).lines().next().unwrap().to_owned()
    }

    #[test]
    fn the_engine_in_process_makes_the_map_of_a_rebuild_without_what_was_taken_out() {
        let data = archived();
        let dir = data.path().to_str().unwrap();
        assert_eq!(
            digest(&["batch", "rebuild", "--data", dir]),
            digest(&["rebuild", "--data", dir])
        );
        let whole = digest(&["rebuild", "--data", dir]);
        for what in ["03030303030303030303030303030303", "08080808080808080808080808080808"] {
            said(&cairn(&["undo", "--data", dir, "--why", "a test", "--submission", what]));
        }
        let without = digest(&["rebuild", "--data", dir]);
        assert_eq!(digest(&["batch", "rebuild", "--data", dir, "--threads", "1"]), without);
        assert_ne!(without, whole, "one of them is in the archive, the other in the journal");
    }

    /// A process that is killed when dropped.
    struct Role(Child);

    impl Role {
        fn start(words: &[&str]) -> Self {
            let mut command = Command::new(env!("CARGO_BIN_EXE_cairn"));
            command.arg("batch").args(words).stdin(Stdio::null());
            Self(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
        }
    }

    impl Drop for Role {
        fn drop(&mut self) {
            self.0.kill().unwrap();
            self.0.wait().unwrap();
        }
    }

    fn free_port() -> String {
        TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string()
    }

    #[test]
    fn executors_make_the_map_of_a_rebuild() {
        let data = archived();
        let dir = data.path().to_str().unwrap();
        let scheduler = format!("127.0.0.1:{}", free_port());
        let _scheduler = Role::start(&["scheduler", "--listen", &scheduler]);
        let folder = |name: &str| data.path().join(name).to_str().unwrap().to_owned();
        let executors = ["one", "two"].map(|name| {
            let (work, port) = (folder(name), free_port());
            Role::start(&["executor", "--scheduler", &scheduler, "--port", &port, "--work", &work])
        });
        let outputs = folder("outputs");
        let made = digest(&[
            "batch",
            "submit",
            "--data",
            dir,
            "--scheduler",
            &scheduler,
            "--outputs",
            &outputs,
        ]);
        assert_eq!(made, digest(&["rebuild", "--data", dir]));
        drop(executors);
    }
}
