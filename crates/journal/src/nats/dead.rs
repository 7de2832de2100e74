//! Dead letters: messages that could not be read, kept whole with the reason, to be sent again.

use super::cluster::Cluster;
use super::fault::{fault, kind_of};
use super::stream::Names;
use crate::RemoteFault;
use async_nats::jetstream::message::{PublishMessage, StreamMessage};
use async_nats::jetstream::stream::{Info, Stream};

/// The stream of dead letters.
pub const DEAD_STREAM: &str = "cairn-dead";
/// What is published to it.
const SUBJECTS: &str = "cairn.dead.>";
/// Which header says why.
const REASON: &str = "Cairn-Reason";
/// Which header says where it was published.
const SUBJECT: &str = "Cairn-Subject";
/// Which header says which message of the stream it was.
const SEQUENCE: &str = "Cairn-Sequence";

/// A message that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dead {
    /// Its number among the dead letters.
    pub number: u64,
    /// Why it could not be read.
    pub reason: String,
    /// Where it was published, and goes again.
    pub subject: String,
    /// Which message of its stream it was.
    pub sequence: String,
    /// Its bytes.
    pub payload: Vec<u8>,
}

impl Dead {
    fn of(message: &StreamMessage) -> Self {
        let header = |name: &str| {
            message.headers.get(name).map_or_else(String::new, |it| it.as_str().to_owned())
        };
        Self {
            number: message.sequence,
            reason: header(REASON),
            subject: header(SUBJECT),
            sequence: header(SEQUENCE),
            payload: message.payload.to_vec(),
        }
    }
}

impl Cluster {
    /// Puts a message aside, once.
    pub(super) fn park(
        &self,
        from: &Names,
        sequence: u64,
        reason: &str,
        payload: &[u8],
    ) -> Result<(), RemoteFault> {
        let message = PublishMessage::build()
            .message_id(format!("{}-{sequence}", from.stream))
            .header(REASON, reason)
            .header(SUBJECT, from.subject.as_str())
            .header(SEQUENCE, sequence.to_string().as_str())
            .payload(payload.to_vec().into());
        let subject = format!("cairn.dead.{}", from.stream);
        self.block_on(async {
            self.open((DEAD_STREAM, SUBJECTS), false, 1).await?;
            self.publish(&subject, message).await.map(drop)
        })
    }

    /// The dead letters, oldest first, `n_max` at most.
    ///
    /// # Errors
    /// [`RemoteFault`]
    pub fn dead(&self, n_max: usize) -> Result<Vec<Dead>, RemoteFault> {
        self.block_on(async {
            let stream = self.open((DEAD_STREAM, SUBJECTS), false, 1).await?;
            let state = &stream.cached_info().state;
            let mut found = Vec::new();
            for number in state.first_sequence..=state.last_sequence {
                if found.len() >= n_max {
                    break;
                }
                if let Ok(message) = stream.get_raw_message(number).await {
                    found.push(Dead::of(&message));
                }
            }
            Ok(found)
        })
    }

    /// Sends a dead letter again where it was published, and takes it from the dead letters.
    ///
    /// # Errors
    /// [`RemoteFault`]; it is still there then.
    pub fn replay(&self, dead: &Dead) -> Result<(), RemoteFault> {
        self.block_on(async {
            let stream: Stream<Info> = self.open((DEAD_STREAM, SUBJECTS), false, 1).await?;
            let message = PublishMessage::build()
                .message_id(format!("replay-{}-{}", dead.number, dead.sequence))
                .payload(dead.payload.clone().into());
            self.publish(&dead.subject, message).await?;
            let deleted = stream.delete_message(dead.number).await;
            deleted.map(drop).map_err(|error| fault("remove the dead letter", kind_of(&error)))
        })
    }
}
