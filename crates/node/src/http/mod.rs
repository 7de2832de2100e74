//! The HTTP edge: routes, limits, errors, the page.
//!
//! Reading order: `route` (which paths there are), `geosubmit` and `geolocate` (the main job), `body`
//! (reading under caps and deadlines), `reply` (answers and errors), `ops` (probes and metrics), `page`
//! (the embedded front end), `accept` (connections).

pub(crate) mod accept;
mod address;
mod body;
mod geolocate;
mod geosubmit;
mod ops;
mod page;
mod reply;
mod route;

pub(crate) use route::router;
