//! HTTP: carries requests to [`Service`] and its answers back. One file per noun; decides nothing.

mod aside;
mod auth;
mod device;
mod enrol;
mod events;
mod failure;
mod health;
mod history;
mod intake;
mod invite;
mod limits;
mod listen;
mod metrics;
mod pull;
mod push;
mod renew;
mod segment;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::Response,
    routing::{MethodRouter, get, post},
};
use tokio::sync::watch;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, CompressionLevel},
    decompression::RequestDecompressionLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, RequestId, SetRequestIdLayer},
    set_header::SetResponseHeaderLayer,
    timeout::TimeoutLayer,
};

pub use self::failure::status_of;
pub use self::{
    listen::{Listening, Protection, serve},
    metrics::Metrics,
};
use crate::Service;
use limits::Limits;

/// The most a request may weigh once unpacked; reading stops there.
const BODY_LIMIT: usize = 16 * 1024 * 1024;

/// How long an answer may take. The event stream stays outside.
const PATIENCE: Duration = Duration::from_secs(60);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What every handler sees.
#[derive(Clone, Debug)]
pub struct Shared {
    pub service: Arc<Service>,
    pub metrics: Arc<Metrics>,
    limits: Arc<Limits>,
    /// Turns true when the server is about to stop, so that event streams end.
    closing: watch::Receiver<bool>,
}

impl Shared {
    pub fn new(service: Arc<Service>, closing: watch::Receiver<bool>) -> Self {
        Self {
            service,
            metrics: Arc::new(Metrics::new()),
            limits: Arc::new(Limits::new()),
            closing,
        }
    }
}

type Route = (&'static str, fn() -> MethodRouter<Shared>);

/// What is answered within [`PATIENCE`].
const ROUTES: [Route; 15] = [
    ("/v1/enrol", || post(enrol::enrol)),
    ("/v1/push", || post(push::push)),
    ("/v1/pull", || post(pull::pull)),
    ("/v1/segments", || post(segment::list)),
    ("/v1/renew", || post(renew::renew)),
    ("/v1/history", || post(history::history)),
    ("/v1/invite", || post(invite::invite)),
    ("/v1/devices", || post(device::list)),
    ("/v1/devices/end", || post(device::end)),
    ("/v1/retire", || post(device::retire)),
    ("/v1/aside", || post(aside::list)),
    ("/v1/aside/settle", || post(aside::settle)),
    ("/v1/intake/sales", || post(intake::sales)),
    ("/healthz", || get(health::health)),
    ("/metrics", || get(metrics::metrics)),
];

const EVENTS: &str = "/v1/events";

/// What is packed already, and counted by its bytes.
const SEGMENT: &str = "/v1/segment";

/// Every path that is ours.
pub fn paths() -> impl Iterator<Item = &'static str> {
    ROUTES.into_iter().map(|(path, _)| path).chain([EVENTS, SEGMENT])
}

/// All routes with their limits.
pub fn router(shared: Shared) -> Router {
    let timed = ROUTES
        .into_iter()
        .fold(Router::new(), |router, (path, route)| router.route(path, route()))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, PATIENCE))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(RequestDecompressionLayer::new())
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest));
    let packed = Router::new()
        .route(SEGMENT, get(segment::get))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, PATIENCE));
    Router::new()
        .merge(timed)
        .merge(packed)
        .route(EVENTS, get(events::events))
        .fallback(failure::unknown)
        .layer(CatchPanicLayer::custom(failure::panicked))
        .layer(middleware::from_fn_with_state(shared.clone(), observe))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-store"),
        ))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        .with_state(shared)
}

/// One line and one count for each request: path, status, time; never an address, name or value.
async fn observe(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let begun = std::time::Instant::now();
    let id = request
        .extensions()
        .get::<RequestId>()
        .and_then(|id| id.header_value().to_str().ok())
        .map(str::to_owned);
    let path = known(request.uri().path());
    let response = next.run(request).await;
    let took = begun.elapsed();
    let status = response.status().as_u16();
    shared.metrics.answered(path, status, took);
    let (id, took_ms) = (id.unwrap_or_default(), took.as_secs_f64() * 1000.0);
    if path == "/healthz" || path == "/metrics" {
        tracing::debug!(path, status, took_ms, id, "answered");
    } else {
        tracing::info!(path, status, took_ms, id, "answered");
    }
    response
}

/// A path of ours, or one word for all others: what strangers type does not belong in logs.
fn known(path: &str) -> &'static str {
    paths().find(|known| *known == path).unwrap_or("other")
}
