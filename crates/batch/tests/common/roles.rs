//! The roles of a cluster as a process that tests can kill: `scheduler PORT SECONDS`, `executor PORT PORT FOLDER`.

use cairn_batch::BatchError;
use cairn_batch::cluster::{Executor, Scheduler, execute, schedule};
use cairn_batch::limits::MEMORY_BYTES_MIN;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match runtime.map(|runtime| runtime.block_on(run(&words))) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

async fn run(words: &[&str]) -> Result<(), BatchError> {
    let number = |word: &str| word.parse().unwrap_or(0);
    match words {
        ["scheduler", port, seconds] => {
            let listen = SocketAddr::new(HERE, number(port));
            let executor_timeout = Duration::from_secs(number(seconds).into());
            schedule(&Scheduler { listen, executor_timeout }).await
        }
        ["executor", scheduler, port, work] => {
            let executor = Executor {
                scheduler_host: HERE.to_string(),
                scheduler_port: number(scheduler),
                host: HERE,
                port: number(port),
                n_threads: 1,
                memory_bytes: 8 * MEMORY_BYTES_MIN,
                work: (*work).into(),
                heartbeat: Duration::from_secs(1),
            };
            execute(&executor).await
        }
        _ => Ok(()),
    }
}
