//! One query of a batch: let in, decoded, answered.

use super::form::{self, Form, Said};
use crate::access::{Ask, Route};
use crate::limits::BATCH_QUERY_BYTES_MAX;
use crate::locating;
use crate::server::App;
use cairn_answer::{Guess, choose};
use cairn_wire::errors::PublicError;
use cairn_wire::geolocate::{self, LocateRequest};
use cairn_wire::split::Item;
use cairn_wire::{batch, proto};
use std::cell::OnceCell;
use std::net::IpAddr;
use std::sync::Arc;

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

/// Answers queries one after the other.
pub(in crate::http) struct Answering {
    pub(super) app: Arc<App>,
    /// How they are written, in metrics.
    form: &'static str,
    asker: Asker,
    /// What the asker's address says, once it was looked up.
    by_address: OnceCell<Option<Guess>>,
    /// Answers so far.
    pub(super) n_queries: u64,
}

impl Answering {
    /// Nothing is answered yet.
    pub(in crate::http) const fn new(app: Arc<App>, form: &'static str, asker: Asker) -> Self {
        Self { app, form, asker, by_address: OnceCell::new(), n_queries: 0 }
    }

    /// Appends the answer to one query. Whatever is wrong with it is its own answer (W2).
    pub(super) fn answer(&mut self, form: Form, item: Item<'_>, out: &mut Vec<u8>) {
        let (said, id) = match item {
            Item::TooLong => {
                let refused = PublicError::TooLarge { bytes_max: BATCH_QUERY_BYTES_MAX };
                (self.said(Err(refused)), None)
            }
            Item::Whole(line) if form == Form::Json => {
                let asked = geolocate::decode(line).map_err(|error| PublicError::from(&error));
                (self.said(asked), batch::id_of(line).map(str::to_owned))
            }
            Item::Whole(message) => self.said_to(message),
        };
        form.push(out, &said, id.as_deref());
    }

    /// The answer to a `LocateRequest` by itself.
    pub(in crate::http) fn message(&mut self, message: &[u8]) -> Vec<u8> {
        let (said, id) = self.said_to(message);
        form::message(&said, id.as_deref())
    }

    fn said_to(&mut self, message: &[u8]) -> (Said, Option<String>) {
        match proto::decode_query(message) {
            Ok(query) => (self.said(Ok(query.request)), Some(query.id)),
            Err(error) => (self.said(Err(PublicError::from(&error))), None),
        }
    }

    /// Counts a query, and answers it if it could be read.
    fn said(&mut self, asked: Result<LocateRequest, PublicError>) -> Said {
        let admitted = self.admit();
        self.n_queries += 1;
        self.app.metrics.bulk.query(self.form);
        admitted.and(asked).and_then(|asked| self.locate(asked))
    }

    /// Counts a query against its key; the first was, when the request came in.
    fn admit(&self) -> Result<(), PublicError> {
        if self.n_queries == 0 {
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
    fn locate(&mut self, mut asked: LocateRequest) -> Said {
        asked.wants_raw |= self.asker.reads_raw;
        let app = &self.app;
        app.metrics.refused_at_the_door(&asked.refusals);
        let set = &app.serving.now().set;
        let (mut sources, refusal) = locating::sources(set, &asked);
        app.models.promise(set, &asked, &mut sources.radio);
        if sources.radio.is_none() && asked.fallback_ip {
            let guess = || locating::address_guess(&app.geoip, &asked, self.asker.address);
            let look_up = || guess().as_ref().and_then(locating::place_of);
            sources.ip = *self.by_address.get_or_init(look_up);
        }
        let Some(choice) = choose(&sources) else {
            app.metrics.refused(refusal.name());
            return Err(locating::not_found(refusal));
        };
        app.metrics.found(choice.name());
        let raw = locating::single_cells(set, &asked);
        Ok((locating::wire_answer(&choice, &asked), raw))
    }
}
