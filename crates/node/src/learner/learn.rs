//! From journal records to the map: cleaning and adding, and the same for a whole journal at once.

use crate::archiver::occurrences;
use crate::cluster::Partition;
use cairn_archive::Exclusions;
use cairn_evidence::{Evidence, clean};
use cairn_journal::{Position, ReadError, Reader};
use cairn_radiomap::RadioMap;
use cairn_report::{Batch, Refusals};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// Batches waiting between the reading thread and one learning thread.
const QUEUE_BATCHES: usize = 64;
/// Pieces of evidence handed over at once.
const EVIDENCE_AT_ONCE: usize = 256;

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
    how: impl FnOnce(&mut RadioMap, &Batch) -> Learned,
    map: &mut RadioMap,
    batch: &Batch,
) -> Result<Learned, String> {
    catch_unwind(AssertUnwindSafe(|| how(map, batch))).map_err(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        text.or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "learning it failed".to_owned())
    })
}

/// The same without what was taken out.
pub fn learn_without(map: &mut RadioMap, batch: &Batch, without: &Exclusions) -> Learned {
    if without.is_empty() {
        return learn(map, batch);
    }
    let (taught, refusals) = occurrences(batch);
    let mut n_evidence = 0;
    for one in taught.iter().filter(|one| !without.exclude(one)) {
        map.add(&one.evidence);
        n_evidence += 1;
    }
    Learned { n_evidence, refusals }
}

/// The same of what lies in one part of the world: the parts together learn what the whole does.
pub fn learn_part(
    map: &mut RadioMap,
    batch: &Batch,
    part: Partition,
    without: &Exclusions,
) -> Learned {
    let (taught, refusals) = occurrences(batch);
    let is_mine = |place| part.contains(place);
    let mut n_evidence = 0;
    for one in taught.iter().filter(|it| is_mine(it.evidence.place) && !without.exclude(it)) {
        map.add(&one.evidence);
        n_evidence += 1;
    }
    Learned { n_evidence, refusals }
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

/// What a learning thread gets.
#[derive(Debug)]
enum Piece {
    Batch(Batch),
    Evidence(Vec<Evidence>),
}

/// Deals pieces to learning threads in turn.
#[derive(Debug)]
pub struct Dealer<'a> {
    queues: &'a [SyncSender<Piece>],
    turn: usize,
}

impl Dealer<'_> {
    /// Deals a submission; false when nobody learns any more.
    pub fn batch(&mut self, batch: Batch) -> bool {
        self.deal(Piece::Batch(batch))
    }

    /// Deals evidence; false when nobody learns any more.
    pub fn evidence(&mut self, all: impl Iterator<Item = Evidence>) -> bool {
        let mut all = all.peekable();
        while all.peek().is_some() {
            let some = all.by_ref().take(EVIDENCE_AT_ONCE).collect();
            if !self.deal(Piece::Evidence(some)) {
                return false;
            }
        }
        true
    }

    fn deal(&mut self, piece: Piece) -> bool {
        self.turn = (self.turn + 1) % self.queues.len();
        self.queues[self.turn].send(piece).is_ok()
    }
}

/// Learns all that `feed` deals, without what was taken out, with `n_threads` threads; the result does
/// not depend on how many (M1, M2).
///
/// # Errors
/// Those of `feed`.
pub fn learn_pieces(
    n_threads: usize,
    empty: impl Fn() -> RadioMap + Sync,
    without: &Exclusions,
    feed: impl FnOnce(&mut Dealer<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<RadioMap> {
    thread::scope(|scope| {
        let (queues, workers): (Vec<_>, Vec<_>) = (0..n_threads.max(1))
            .map(|_| {
                let (queue, pieces) = sync_channel(QUEUE_BATCHES);
                let map = empty();
                (queue, scope.spawn(move || learn_from(map, &pieces, without)))
            })
            .unzip();
        let fed = feed(&mut Dealer { queues: &queues, turn: 0 });
        drop(queues);
        let mut whole = empty();
        for worker in workers {
            match worker.join() {
                Ok(part) => whole.merge(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        fed.map(|()| whole)
    })
}

/// Learns what arrives.
fn learn_from(mut map: RadioMap, pieces: &Receiver<Piece>, without: &Exclusions) -> RadioMap {
    for piece in pieces {
        match piece {
            Piece::Batch(batch) => {
                let how = |map: &mut RadioMap, batch: &Batch| learn_without(map, batch, without);
                if learn_guarded(how, &mut map, &batch).is_err() {
                    tracing::error!("a record cannot be learned: left out");
                }
            }
            Piece::Evidence(all) => all.iter().for_each(|one| map.add(one)),
        }
    }
    map
}

#[cfg(test)]
#[path = "learn_tests.rs"]
mod tests;
