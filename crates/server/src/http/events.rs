//! `GET /v1/events`: "scope X is at N", as it happens.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
};
use futures_util::{Stream, stream};
use shuke_domain::wire::Nudge;
use tokio::{
    sync::{broadcast, watch},
    time::{Instant, Interval, interval_at},
};

use super::{Shared, auth::Caller, metrics::Open};
use crate::Refused;

/// How often a stream asks whether its device is still let in.
const RECHECK: Duration = Duration::from_secs(30);

/// Below the half minute after which boxes between us cut a silent line.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

struct Watching {
    shared: Shared,
    token: String,
    nudges: broadcast::Receiver<Nudge>,
    closing: watch::Receiver<bool>,
    recheck: Interval,
    /// What is told first: where things stand, so that nothing is missed between two streams.
    first: Option<Nudge>,
    _open: Open,
}

pub(super) async fn events(
    State(shared): State<Shared>,
    caller: Caller,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Refused> {
    // Listen first, then look: what is committed in between is told twice rather than never.
    let nudges = shared.service.listen();
    let first = Some(shared.service.standing().await?);
    shared.service.seen(&caller.device).await?;
    let watching = Watching {
        token: caller.token,
        nudges,
        closing: shared.closing.clone(),
        recheck: interval_at(Instant::now() + RECHECK, RECHECK),
        first,
        _open: shared.metrics.open_stream(),
        shared,
    };
    let stream = stream::unfold(watching, |mut watching| async move {
        let nudge = watching.next().await?;
        Some((Ok(event(&nudge)), watching))
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

impl Watching {
    /// The next thing to tell; `None` ends the stream.
    async fn next(&mut self) -> Option<Nudge> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        loop {
            tokio::select! {
                nudge = self.nudges.recv() => match nudge {
                    Ok(nudge) => return Some(nudge),
                    // Too slow to hear them all: the latest says as much.
                    Err(broadcast::error::RecvError::Lagged(_)) => return self.shared.service.standing().await.ok(),
                    Err(broadcast::error::RecvError::Closed) => return None,
                },
                () = closed(&mut self.closing) => return None,
                _ = self.recheck.tick() => {
                    if self.shared.service.authenticate(&self.token).await.is_err_and(|refused| !refused.is_fault()) {
                        return None;
                    }
                }
            }
        }
    }
}

fn event(nudge: &Nudge) -> Event {
    Event::default().event("scope").data(serde_json::to_string(nudge).unwrap_or_default())
}

/// Ends when the server is told to stop.
async fn closed(closing: &mut watch::Receiver<bool>) {
    // An error means that whoever would tell is gone, and the server with them.
    let _ = closing.wait_for(|closing| *closing).await;
}
