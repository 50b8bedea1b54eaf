//! `GET /v1/events`: "scope X is at N", as it happens.

use std::{
    collections::{HashSet, VecDeque},
    convert::Infallible,
    time::Duration,
};

use axum::{
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
};
use futures_util::{Stream, stream};
use shuke_domain::{Scope, wire::Nudge};
use tokio::{
    sync::{broadcast, watch},
    time::{Instant, Interval, interval_at},
};

use super::{Shared, auth::Caller, metrics::Open};
use crate::{Refused, database::DeviceRow, service::SCOPES};

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
    first: VecDeque<Nudge>,
    device: DeviceRow,
    /// The scopes of the device: of others it hears nothing.
    scopes: HashSet<Scope>,
    _open: Open,
}

pub(super) async fn events(
    State(shared): State<Shared>,
    caller: Caller,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Refused> {
    // Listen first, then look: what is committed in between is told twice rather than never.
    let nudges = shared.service.listen();
    let first = shared.service.standing_of(&caller.device).await?;
    shared.service.seen(&caller.device).await?;
    let watching = Watching {
        token: caller.token,
        nudges,
        closing: shared.closing.clone(),
        recheck: interval_at(Instant::now() + RECHECK, RECHECK),
        scopes: first.iter().map(|nudge| nudge.scope.clone()).collect(),
        first: first.into(),
        device: caller.device,
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
        loop {
            if let Some(first) = self.first.pop_front() {
                return Some(first);
            }
            tokio::select! {
                nudge = self.nudges.recv() => match nudge {
                    Ok(nudge) if nudge.scope.as_str() == SCOPES => {
                        self.look_again().await?;
                        return Some(nudge);
                    }
                    Ok(nudge) if self.scopes.contains(&nudge.scope) => return Some(nudge),
                    Ok(_) => {}
                    // Too slow to hear them all: where things stand says as much.
                    Err(broadcast::error::RecvError::Lagged(_)) => self.first = self.look_again().await?.into(),
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

impl Watching {
    /// Which scopes the device has now, and where they stand.
    async fn look_again(&mut self) -> Option<Vec<Nudge>> {
        let standing = self.shared.service.standing_of(&self.device).await.ok()?;
        self.scopes = standing.iter().map(|nudge| nudge.scope.clone()).collect();
        Some(standing)
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
