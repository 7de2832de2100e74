//! From journal records to the map: cleaning and adding, and the same for a whole journal at once.

use cairn_evidence::clean;
use cairn_journal::{Position, ReadError, Reader};
use cairn_radiomap::RadioMap;
use cairn_report::{Batch, Refusals};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// Batches waiting between the reading thread and one learning thread.
const QUEUE_BATCHES: usize = 64;

/// What became of a batch.
#[derive(Debug, Default, Clone, Copy)]
pub struct Learned {
    /// Pieces of evidence added.
    pub n_evidence: u64,
    /// What cleaning refused.
    pub refusals: Refusals,
}

/// Cleans one batch and adds what is left to the map.
pub fn learn(map: &mut RadioMap, batch: &Batch) -> Learned {
    let (evidence, refusals) = clean(batch);
    for piece in &evidence {
        map.add(piece);
    }
    Learned { n_evidence: evidence.len() as u64, refusals }
}

/// The same, and the reason when it panics: no record may stop a learner.
///
/// # Errors
/// What the panic said; a part of the batch's evidence may be in the map.
pub fn learn_guarded(
    how: fn(&mut RadioMap, &Batch) -> Learned,
    map: &mut RadioMap,
    batch: &Batch,
) -> Result<Learned, String> {
    catch_unwind(AssertUnwindSafe(|| how(map, batch))).map_err(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        text.or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "learning it failed".to_owned())
    })
}

/// The next record, with damage named once and skipped (J3); `None` at the end of what is committed.
///
/// # Errors
/// When the disk refuses to read; reading again tries again.
pub fn next_record(reader: &mut Reader) -> Result<Option<(Position, Batch)>, ReadError> {
    loop {
        match reader.next() {
            None => return Ok(None),
            Some(Ok(record)) => return Ok(Some(record)),
            Some(Err(damage @ (ReadError::Corrupt { .. } | ReadError::Undecodable { .. }))) => {
                tracing::error!(%damage, "journal damage skipped: restore the file from a copy");
                reader.skip_damage()?;
            }
            Some(Err(trimmed @ ReadError::OutOfRange { .. })) => {
                tracing::error!(%trimmed, "journal records were removed before they were read here");
                reader.skip_damage()?;
            }
            Some(Err(error)) => return Err(error),
        }
    }
}

/// Learns everything from `reader` up to `end` with `n_threads` threads; the result does not depend
/// on how many (M1, M2). `tell` hears each position passed.
///
/// # Errors
/// When the disk refuses to read.
pub fn learn_all(
    reader: &mut Reader,
    end: Position,
    n_threads: usize,
    empty: impl Fn() -> RadioMap + Sync,
    tell: &mut dyn FnMut(Position),
) -> Result<RadioMap, ReadError> {
    thread::scope(|scope| {
        let (queues, workers): (Vec<_>, Vec<_>) = (0..n_threads.max(1))
            .map(|_| {
                let (queue, batches) = sync_channel(QUEUE_BATCHES);
                let map = empty();
                (queue, scope.spawn(move || learn_from(map, &batches)))
            })
            .unzip();
        let read = deal(reader, end, &queues, tell);
        drop(queues);
        let mut whole = empty();
        for worker in workers {
            match worker.join() {
                Ok(part) => whole.merge(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        read.map(|()| whole)
    })
}

/// Learns what arrives.
fn learn_from(mut map: RadioMap, batches: &Receiver<Batch>) -> RadioMap {
    for batch in batches {
        if learn_guarded(learn, &mut map, &batch).is_err() {
            tracing::error!("a record cannot be learned: left out");
        }
    }
    map
}

/// Deals records to the learning threads in turn.
fn deal(
    reader: &mut Reader,
    end: Position,
    queues: &[SyncSender<Batch>],
    tell: &mut dyn FnMut(Position),
) -> Result<(), ReadError> {
    for turn in 0.. {
        let Some((position, batch)) = next_record(reader)? else { break };
        if position > end {
            break;
        }
        tell(position);
        if queues[turn % queues.len()].send(batch).is_err() {
            break;
        }
    }
    Ok(())
}
