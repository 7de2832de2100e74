//! First act: the town's phones send what they heard.

use super::client::Client;
use super::stage::Stage;
use crate::clock::Clock;
use anyhow::anyhow;
use cairn_sim::{Contribution, Town, TrafficConfig};
use indicatif::{ProgressBar, ProgressStyle};
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Mutex, PoisonError};

/// Clients that send at the same time: enough to share each other's disk syncs.
const CLIENTS: usize = 4;
/// Contributions simulated ahead of the clients.
const AHEAD: usize = 32;

/// Sends all reports; returns reports acknowledged a second.
pub(super) fn send_all(
    town: &Town,
    traffic: &TrafficConfig,
    address: SocketAddr,
    stage: &Stage,
    clock: &Clock,
) -> anyhow::Result<f64> {
    let bar = progress(traffic.n_reports, "reports sent");
    let started = clock.instant();
    let (sender, receiver) = sync_channel::<Contribution>(AHEAD);
    let receiver = Mutex::new(receiver);
    std::thread::scope(|scope| {
        let clients: Vec<_> =
            (0..CLIENTS).map(|_| scope.spawn(|| client(&receiver, address, stage, &bar))).collect();
        for contribution in town.contributions(traffic) {
            if sender.send(contribution).is_err() {
                break;
            }
        }
        drop(sender);
        clients.into_iter().try_for_each(|client| {
            client.join().map_err(|_panic| anyhow!("a client of the demo died"))?
        })
    })?;
    bar.finish_and_clear();
    let seconds = clock.instant().duration_since(started).as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a count of reports")]
    Ok(stage.reports_sent.load(Ordering::Relaxed) as f64 / seconds)
}

/// One client: sends what comes until nothing more does.
fn client(
    receiver: &Mutex<Receiver<Contribution>>,
    address: SocketAddr,
    stage: &Stage,
    bar: &ProgressBar,
) -> anyhow::Result<()> {
    let client = Client::new(address);
    loop {
        let next = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(contribution) = next else { return Ok(()) };
        client.submit(&contribution.nickname, &contribution.reports)?;
        let n = contribution.reports.len();
        stage.reports_sent.fetch_add(n, Ordering::Relaxed);
        bar.inc(u64::try_from(n).unwrap_or(0));
    }
}

/// A progress bar with rate and time left; hidden when nobody watches.
pub(super) fn progress(n: usize, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(n).unwrap_or(0));
    let style = ProgressStyle::with_template(
        "{msg:14} {wide_bar} {human_pos}/{human_len}  {per_sec}  {eta} left",
    );
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar.set_message(what);
    bar
}
