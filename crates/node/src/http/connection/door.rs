//! One request at the door: its lane, and a word at once for who would only be sent away.

use super::watch::{Busy, Watch};
use crate::access::Route;
use crate::http::admit::key_of;
use crate::http::query::Whose;
use crate::http::reply_body::ReplyBody;
use crate::http::{body, grpc, hot, reply, route};
use crate::lanes::Lane;
use crate::limits::SMALL_BODY_BYTES_MAX;
use crate::server::App;
use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{Response, Version};
use cairn_wire::errors::PublicError;
use futures_util::future::Either;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

/// Where a connection comes from; put into every request.
#[derive(Clone, Copy)]
pub(in crate::http) struct Peer(pub(in crate::http) IpAddr);

/// The requests of one connection.
pub(super) struct Door {
    pub(super) app: Arc<App>,
    pub(super) routes: TowerToHyperService<Router>,
    pub(super) peer: IpAddr,
    pub(super) watch: Arc<Watch>,
    /// Whether only emergencies are answered here.
    pub(super) emergencies_only: bool,
}

/// What becomes of a request.
type Answered = Result<Response<ReplyBody>, Infallible>;

impl Door {
    /// Answers a request of the connection.
    ///
    /// What is asked for most is a future of its own and in no box: it lies where the connection keeps what it
    /// works on.
    pub(super) fn answer(
        &self,
        mut request: Request<Incoming>,
    ) -> impl Future<Output = Answered> + Send + use<> {
        let busy = self.watch.begin(request.version() == Version::HTTP_2);
        let started = self.app.clock.instant();
        let lane = self.lane_of(&request);
        let app = Arc::clone(&self.app);
        if let Err(refused) = self.look(&request, lane) {
            return Either::Right(boxed(send_away(app, request, (refused, started, busy))));
        }
        if let (Some(lane), Some(route)) = (lane, hot::route_of(&app, &request)) {
            let whose = Whose { peer: self.peer, lane };
            return Either::Left(async move {
                let response = hot::answer(&app, route, (whose, started), request).await;
                Ok(busy_until_sent(response, busy))
            });
        }
        let extensions = request.extensions_mut();
        extensions.insert(Peer(self.peer));
        lane.map(|lane| extensions.insert(lane));
        let routes = self.routes.clone();
        Either::Right(boxed(async move {
            let response = routes.call(request).await?;
            if let Some(lane) = lane {
                let took = app.clock.instant().saturating_duration_since(started);
                app.metrics.lanes.took(lane, took);
            }
            Ok(busy_until_sent(response.map(ReplyBody::Routed), busy))
        }))
    }

    /// The lane of a request; `None` for what is no work: probes, metrics, pages.
    fn lane_of(&self, request: &Request<Incoming>) -> Option<Lane> {
        let of_route = lane_of_path(request.uri().path())?;
        if of_route == Lane::Bulk {
            return Some(Lane::Bulk);
        }
        let key = key_of(request.uri(), request.headers());
        let of_key = || self.app.access.lane_of(key, self.app.clock.now());
        let named = if key.is_empty() { None } else { of_key() };
        Some(named.unwrap_or(of_route))
    }

    /// What is said at once to who has no business here, or would only be sent away.
    fn look(&self, request: &Request<Incoming>, lane: Option<Lane>) -> Result<(), PublicError> {
        let is_probe = matches!(request.uri().path(), "/healthz" | "/readyz");
        if self.emergencies_only && lane != Some(Lane::Emergency) && !is_probe {
            return Err(PublicError::KeyInvalid);
        }
        lane.map_or(Ok(()), |lane| Ok(self.app.lanes.look(lane)?))
    }
}

/// Tells a client why not, once it can hear it: what still comes of its body is thrown away.
async fn send_away(
    app: Arc<App>,
    request: Request<Incoming>,
    (refused, started, _busy): (PublicError, Instant, Busy),
) -> Answered {
    let (head, body) = request.into_parts();
    if !body.is_end_stream() {
        body::drain(&head.headers, body).await;
    }
    let response = reply::failure(&refused.into());
    let response = route::finished(&app, route::route_of(head.uri.path()), started, response);
    Ok(response.map(ReplyBody::Routed))
}

/// What is asked for less often.
fn boxed(
    answering: impl Future<Output = Answered> + Send + 'static,
) -> Pin<Box<dyn Future<Output = Answered> + Send>> {
    Box::pin(answering)
}

/// The lane that a path is in without a key, of those that are work.
fn lane_of_path(path: &str) -> Option<Lane> {
    match path {
        "/v1/geolocate" | "/geolocation/v1/geolocate" | "/v1/country" | "/v1/track" => {
            Some(Lane::Interactive)
        }
        "/cairn.v1.Location/Locate" => Some(Lane::Interactive),
        _ if route::API.contains(&path)
            || grpc::PATHS.contains(&path)
            || path.starts_with("/downloads/") =>
        {
            Some(Lane::Bulk)
        }
        _ => None,
    }
}

/// The lane of a request that was let in.
pub(in crate::http) fn lane(head: &Parts, route: Route) -> Lane {
    let of_route = match route {
        Route::Geolocate | Route::Country => Lane::Interactive,
        _ => Lane::Bulk,
    };
    head.extensions.get::<Lane>().copied().unwrap_or(of_route)
}

/// A connection is busy until a body that comes in pieces is sent; a small one lies ready.
fn busy_until_sent(response: Response<ReplyBody>, busy: Busy) -> Response<ReplyBody> {
    let n_bytes = response.body().size_hint().exact();
    if n_bytes.is_some_and(|n_bytes| n_bytes <= SMALL_BODY_BYTES_MAX as u64) {
        return response;
    }
    response.map(|body| ReplyBody::Routed(Body::new(Sending { body, _busy: busy })))
}

/// A body on its way.
struct Sending {
    body: ReplyBody,
    _busy: Busy,
}

impl HttpBody for Sending {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_are_work_have_a_lane_and_no_other() {
        assert_eq!(lane_of_path("/v1/geolocate"), Some(Lane::Interactive));
        assert_eq!(lane_of_path("/v2/geosubmit"), Some(Lane::Bulk));
        assert_eq!(lane_of_path("/downloads/cells.csv.gz"), Some(Lane::Bulk));
        assert_eq!(lane_of_path("/cairn.v1.Location/LocateBatch"), Some(Lane::Bulk));
        for path in ["/metrics", "/healthz", "/", "/downloads", "/nothing"] {
            assert_eq!(lane_of_path(path), None, "{path}");
        }
        assert!(route::API.iter().all(|path| lane_of_path(path).is_some()));
    }
}
