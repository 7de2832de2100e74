//! One query of a batch: let in, decoded, answered.

use super::super::reused::Reused;
use super::form::{self, Form, Said};
use crate::access::{Ask, Route};
use crate::limits::BATCH_QUERY_BYTES_MAX;
use crate::locating;
use crate::server::App;
use cairn_answer::{Guess, choose};
use cairn_wire::errors::PublicError;
use cairn_wire::geolocate::LocateRequest;
use cairn_wire::split::Item;
use cairn_wire::{batch, proto};
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

/// Who asks.
#[derive(Debug, Clone)]
pub(crate) struct Asker {
    /// The API key, as sent.
    pub(crate) key: String,
    /// Where the request came from.
    pub(crate) address: IpAddr,
    /// Whether it reads the list of single networks.
    pub(crate) reads_raw: bool,
}

/// Answers the queries of a batch, in order or several at once.
pub(in crate::http) struct Answering {
    pub(super) app: Arc<App>,
    /// How they are written, in metrics.
    form: &'static str,
    asker: Asker,
    /// What the asker's address says, once it was looked up.
    by_address: OnceLock<Option<Guess>>,
}

/// Whether a query is answered, as its key has it.
pub(in crate::http) type Admitted = Result<(), PublicError>;

impl Answering {
    /// For whoever asks.
    pub(in crate::http) const fn new(app: Arc<App>, form: &'static str, asker: Asker) -> Self {
        Self { app, form, asker, by_address: OnceLock::new() }
    }

    /// Appends the answer to one query. Whatever is wrong with it is its own answer (W2).
    pub(super) fn answer(
        &self,
        form: Form,
        (item, admitted): (Item<'_>, Admitted),
        out: &mut Vec<u8>,
    ) {
        let (said, id) = match item {
            Item::TooLong => {
                let refused = PublicError::TooLarge { bytes_max: BATCH_QUERY_BYTES_MAX };
                (admitted.and(Err(refused)), None)
            }
            Item::Whole(line) if form == Form::Json => {
                let mut asked = Reused::spare();
                let read = asked.read(line).map_err(|error| PublicError::from(&error));
                (self.said(read.map(|()| asked), admitted), batch::id_of(line).map(str::to_owned))
            }
            Item::Whole(message) => self.said_to(message, admitted),
        };
        form.push(out, &said, id.as_deref());
    }

    /// The answer to a `LocateRequest` by itself.
    pub(in crate::http) fn message(&self, message: &[u8], admitted: Admitted) -> Vec<u8> {
        let (said, id) = self.said_to(message, admitted);
        form::message(&said, id.as_deref())
    }

    fn said_to(&self, message: &[u8], admitted: Admitted) -> (Said, Option<String>) {
        match proto::decode_query(message) {
            Ok(query) => (self.said(Ok(query.request.into()), admitted), Some(query.id)),
            Err(error) => (self.said(Err(PublicError::from(&error)), admitted), None),
        }
    }

    /// Answers a query that was let in, if it could be read.
    fn said(&self, asked: Result<Reused, PublicError>, admitted: Admitted) -> Said {
        admitted.and(asked).and_then(|mut asked| self.locate(&mut asked))
    }

    /// Counts the `n`-th query, and that against its key: in the order of the batch, so that it is the last ones that
    /// a limit costs. The first was counted against it when the request came in.
    pub(in crate::http) fn admit(&self, n: u64) -> Admitted {
        self.app.metrics.bulk.query(self.form);
        if n == 0 {
            return Ok(());
        }
        let Asker { key, address, .. } = &self.asker;
        let ask = Ask { key, route: Route::Geolocate, address: *address };
        self.app.access.admit(&ask, self.app.clock.now()).map_err(|refused| {
            self.app.metrics.not_let_in(refused.name());
            refused.into()
        })
    }

    /// The answer of the snapshot of this instant (N1), else of the area or address as far as the query
    /// allows. Other services are not asked: one client would ask each a thousand times.
    fn locate(&self, asked: &mut LocateRequest) -> Said {
        asked.wants_raw |= self.asker.reads_raw;
        let app = &self.app;
        app.metrics.refused_at_the_door(&asked.refusals);
        let set = &app.serving.now().set;
        let (mut sources, refusal) = locating::sources(set, asked);
        app.models.promise(set, asked, &mut sources.radio);
        if sources.radio.is_none() && asked.fallback_ip {
            let guess = || locating::address_guess(&app.geoip, asked, self.asker.address);
            let look_up = || guess().as_ref().and_then(locating::place_of);
            sources.ip = *self.by_address.get_or_init(look_up);
        }
        let Some(choice) = choose(&sources) else {
            app.metrics.refused(refusal.name());
            return Err(locating::not_found(refusal));
        };
        app.metrics.found(choice.name());
        app.metrics.promise.note(&choice);
        let raw = locating::single_cells(set, asked);
        Ok((locating::wire_answer(&choice, asked), raw))
    }
}
