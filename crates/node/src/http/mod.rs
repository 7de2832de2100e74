//! The HTTP edge: routes, limits, errors, the page.
//!
//! Reading order: `route` (which paths there are), `geosubmit` and `geolocate` (the main job), `bulk` (queries in volume), `grpc`, `track`, `country`,
//! `query` and `body` (reading under caps and deadlines), `address` and `admit` (whose request it is, and
//! whether it may come in), `reply` and `reply_body` (answers and errors), `hot` (the most asked path) and `reused`, `ops` (probes and metrics), `page` (the embedded
//! front end), `site` (pages, downloads, heartbeats), `openapi` (the description of it all), `connection` (who comes in).

mod address;
mod admit;
mod body;
mod bulk;
pub(crate) mod connection;
mod country;
mod geolocate;
mod geosubmit;
mod grpc;
mod hot;
mod openapi;
mod ops;
mod page;
mod query;
mod reply;
mod reply_body;
mod reused;
mod route;
pub(crate) mod site;
mod track;

pub(crate) use hot::ask as ask_directly;
pub(crate) use route::router;
