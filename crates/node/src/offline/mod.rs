//! Queries of a file, answered without a server: on all cores, in their order, in bounded memory.
//!
//! One thread reads blocks of whole lines, several answer them, one writes what came of each block when its
//! turn has come. So the output is the same whatever the number of threads, and a block that takes long is
//! waited for, not overtaken.
//!
//! Reading order: `line` (one query), `blocks` (lines read in bulk), [`answer_lines`].

mod blocks;
mod line;

pub(crate) use line::{Format, Tally, answer_line};

use crate::models::serving::Ready;
use anyhow::Context as _;
use blocks::Blocks;
use cairn_snapshot::SnapshotSet;
use cairn_wire::geolocate::LocateRequest;
use std::io::{BufRead, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Blocks under way for each thread: those read ahead, and those that wait for an earlier one.
const BLOCKS_PER_THREAD: usize = 4;

/// What answers rest on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Basis<'a> {
    /// The map.
    pub(crate) set: &'a SnapshotSet,
    /// The model that gives them their radii, where there is one.
    pub(crate) model: Option<&'a Ready>,
}

/// Lines, and where what came of them goes.
struct Job {
    block: blocks::Block,
    done: SyncSender<Done>,
}

/// The answers to a block.
struct Done {
    lines: Vec<u8>,
    tally: Tally,
}

/// Answers every line of `input` with a line of `out`.
///
/// # Errors
/// When reading or writing fails; what was answered before is written.
pub(crate) fn answer_lines(
    basis: Basis<'_>,
    input: &mut dyn BufRead,
    out: &mut (dyn Write + Send),
    (n_threads, format): (usize, Format),
) -> anyhow::Result<Tally> {
    let (give, jobs) = sync_channel::<Job>(n_threads);
    let (promise, promised) = sync_channel::<Receiver<Done>>(n_threads * BLOCKS_PER_THREAD);
    let jobs = Mutex::new(jobs);
    thread::scope(|scope| {
        for _ in 0..n_threads {
            scope.spawn(|| answer_jobs(basis, &jobs, format));
        }
        let writing = scope.spawn(move || write_in_order(&promised, out));
        let read = hand_out(input, &give, &promise);
        drop((give, promise));
        let written = writing.join().unwrap_or_else(|_panic| anyhow::bail!("writing broke off"));
        // A reader that went away ends the reading too: it is the one to tell of.
        written.and_then(|tally| read.map(|()| tally))
    })
}

/// Reads blocks and hands each to whoever is free; the order is kept by `promise`.
fn hand_out(
    input: &mut dyn BufRead,
    give: &SyncSender<Job>,
    promise: &SyncSender<Receiver<Done>>,
) -> anyhow::Result<()> {
    let mut blocks = Blocks::of(input);
    while let Some(block) = blocks.next_block().context("read queries")? {
        let (done, result) = sync_channel(1);
        let is_wanted = promise.send(result).is_ok() && give.send(Job { block, done }).is_ok();
        if !is_wanted {
            break;
        }
    }
    Ok(())
}

/// Answers blocks until there are no more.
fn answer_jobs(basis: Basis<'_>, jobs: &Mutex<Receiver<Job>>, format: Format) {
    let mut asked = LocateRequest::default();
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { block, done }) = job else { return };
        let (mut lines, mut tally) = (Vec::new(), Tally::default());
        for line in block.lines() {
            answer_line(basis, line, format, (&mut lines, &mut tally, &mut asked));
        }
        let _nobody_waits_any_more = done.send(Done { lines, tally });
    }
}

/// Writes what came of each block in the order they were read.
fn write_in_order(
    promised: &Receiver<Receiver<Done>>,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<Tally> {
    let mut all = Tally::default();
    for promise in promised {
        let Done { lines, tally } = promise.recv().context("a thread that answers broke off")?;
        out.write_all(&lines).context("write answers")?;
        all.add(tally);
    }
    out.flush().context("write answers")?;
    Ok(all)
}

#[cfg(test)]
#[path = "offline_tests.rs"]
mod tests;
