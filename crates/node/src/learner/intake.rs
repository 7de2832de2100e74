//! What the learner takes from the journal: each record once, and none of them may stop it.
//!
//! A record that cannot be decoded, or whose learning panics, is parked and passed over. What of its
//! evidence was added before the panic stays: the map is a set, and learning the whole later adds the rest.

use super::learn::{Learned, learn, learn_guarded, learn_part, learn_without};
use super::origin::{Origin, Reading, next_entry};
use super::parked::{Label, Parked};
use crate::metrics::{Metrics, gauge};
use cairn_archive::Exclusions;
use cairn_journal::{Position, ReadError, codec};
use cairn_radiomap::RadioMap;
use cairn_report::Batch;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

/// How a batch is learned.
type Learn = fn(&mut RadioMap, &Batch) -> Learned;

/// Reads and learns, and parks what cannot be.
#[derive(Debug)]
pub(super) struct Intake {
    journal: Origin,
    reader: Reading,
    parked: Parked,
    metrics: Arc<Metrics>,
    /// Files of records that were learned after all; they go when that is sealed.
    learned_after_all: Vec<PathBuf>,
    /// What was taken out.
    without: Arc<Exclusions>,
    learn: Learn,
}

impl Intake {
    /// Reads on from `reader`'s place.
    pub(super) fn new(
        journal: &Origin,
        reader: Reading,
        parked: Parked,
        metrics: &Arc<Metrics>,
    ) -> Self {
        let (journal, metrics) = (journal.clone(), Arc::clone(metrics));
        let (learned_after_all, without) = (Vec::new(), Arc::default());
        let intake = Self { journal, reader, parked, metrics, learned_after_all, without, learn };
        intake.show();
        intake
    }

    /// From here on without what was taken out.
    pub(super) fn leave_out(&mut self, without: &Arc<Exclusions>) {
        self.without = Arc::clone(without);
    }

    /// Reads on from another place.
    pub(super) fn go_on_from(&mut self, reader: Reading) {
        self.reader = reader;
    }

    /// Learns the next record; `None` at the end of what is committed.
    ///
    /// # Errors
    /// When the disk refuses; trying again tries again.
    pub(super) fn step(
        &mut self,
        map: &mut RadioMap,
    ) -> Result<Option<(Position, Learned)>, ReadError> {
        if matches!(self.reader, Reading::Shared(..)) {
            return self.step_shared(map);
        }
        while let Reading::Own(reader) = &mut self.reader {
            let start = reader.reached();
            match reader.next() {
                None => return Ok(None),
                Some(Ok((end, batch))) => {
                    let learned = self.learn(map, &batch).unwrap_or_else(|reason| {
                        self.park(start, reason, &codec::encode(&batch));
                        Learned::default()
                    });
                    return Ok(Some((end, learned)));
                }
                Some(Err(ReadError::Undecodable { source, .. })) => {
                    let payload = self.payload(start)?;
                    self.park(start, source.to_string(), &payload);
                    self.skip_damage()?;
                }
                Some(Err(damage @ (ReadError::Corrupt { .. } | ReadError::OutOfRange { .. }))) => {
                    tracing::error!(%damage, "journal damage skipped: restore the file from a copy");
                    self.skip_damage()?;
                }
                Some(Err(error)) => return Err(error),
            }
        }
        Ok(None)
    }

    /// The same of the log of several machines: what lies in our part of the next message.
    fn step_shared(
        &mut self,
        map: &mut RadioMap,
    ) -> Result<Option<(Position, Learned)>, ReadError> {
        let Reading::Shared(reader, _) = &mut self.reader else { return Ok(None) };
        let Some(entry) = next_entry(&mut **reader)? else { return Ok(None) };
        self.metrics.cluster.parked.inc_by(u64::from(entry.parked.is_some()));
        let mut all = Learned::default();
        for batch in &entry.batches {
            match self.learn(map, batch) {
                Ok(learned) => {
                    all.n_evidence += learned.n_evidence;
                    all.refusals.merge(&learned.refusals);
                }
                Err(reason) => self.park(entry.end, reason, &codec::encode(batch)),
            }
        }
        Ok(Some((entry.end, all)))
    }

    fn skip_damage(&mut self) -> Result<(), ReadError> {
        match &mut self.reader {
            Reading::Own(reader) => reader.skip_damage().map(drop),
            Reading::Shared(reader, _) => reader.pass_damage(),
        }
    }

    /// Tries every parked record again; true when the map has more now.
    pub(super) fn retry(&mut self, map: &mut RadioMap) -> bool {
        let records = self.parked.all().unwrap_or_else(|error| {
            tracing::error!(kind = ?error.kind(), "parked records cannot be read: look at the folder");
            vec![]
        });
        for record in records {
            let outcome = codec::decode(&record.payload)
                .map_err(|error| error.to_string())
                .and_then(|batch| self.learn(map, &batch));
            match outcome {
                Ok(_) => self.learned_after_all.push(record.path),
                Err(_still) => tracing::warn!(segment = %record.label.segment,
                    offset = record.label.offset, "a parked record still cannot be learned"),
            }
        }
        !self.learned_after_all.is_empty()
    }

    /// What was learned up to a position is sealed, with the position: the log is told, and the files of
    /// parked records in it may go.
    pub(super) fn sealed(&mut self, position: Position) {
        if let Reading::Shared(reader, _) = &mut self.reader {
            reader.settle(position);
        }
        for path in self.learned_after_all.drain(..) {
            match fs::remove_file(&path) {
                Ok(()) => tracing::info!("a parked record was learned"),
                Err(error) => tracing::error!(kind = ?error.kind(),
                    "a parked record that was learned cannot be removed: it is learned again"),
            }
        }
        self.show();
    }

    /// Learns one batch; the reason when that panics.
    fn learn(&self, map: &mut RadioMap, batch: &Batch) -> Result<Learned, String> {
        if let Reading::Shared(_, part) = self.reader {
            let how =
                |map: &mut RadioMap, batch: &Batch| learn_part(map, batch, part, &self.without);
            return learn_guarded(how, map, batch);
        }
        if self.without.is_empty() {
            return learn_guarded(self.learn, map, batch);
        }
        learn_guarded(|map, batch| learn_without(map, batch, &self.without), map, batch)
    }

    /// The bytes of the record at `start`.
    fn payload(&self, start: Position) -> Result<Vec<u8>, ReadError> {
        let Some(journal) = self.journal.own() else { return Ok(vec![]) };
        let payload = journal.read_from(start)?.next_payload();
        payload.unwrap_or(Ok((start, vec![]))).map(|(_, payload)| payload)
    }

    /// Sets a record aside and says so; what it says of people stays in the file.
    fn park(&self, start: Position, reason: String, payload: &[u8]) {
        let place = self.journal.own().and_then(|journal| journal.place_of(start));
        let label = Label::of(start, place, reason);
        let kept = self.parked.park(&label, payload);
        tracing::error!(segment = %label.segment, offset = label.offset,
            kept = kept.as_ref().is_ok_and(|kept| *kept),
            "a record cannot be learned: parked, and tried again at the next start");
        self.metrics.learner.parked_total.inc();
        self.show();
    }

    fn show(&self) {
        let n_parked = self.parked.count().unwrap_or(0);
        self.metrics.learner.parked.set(gauge(n_parked as u64));
    }
}

#[cfg(test)]
#[path = "intake_tests.rs"]
mod tests;
