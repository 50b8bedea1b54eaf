//! The shop's server: joined, left, asked, followed.

use std::{future::pending, time::Duration};

use clap::Args;
use serde_json::json;
use shuke_app::{
    App, Code, Event, Failure, replica,
    sync::{self, Round, State},
};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::{
    Keys, figure, home,
    voice::{Stop, Voice},
};

#[derive(Debug, Args)]
pub(crate) struct Enroll {
    /// Where the server is, as this machine reaches it.
    url: String,
    /// The enrolment code, whole or its part after `#`.
    #[arg(long)]
    code: String,
    /// What this machine is called.
    #[arg(long, value_name = "NAME")]
    device: Option<String>,
    /// Who works here.
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
}

impl Enroll {
    pub(crate) async fn run(self, app: &App, voice: Voice, keys: Keys) -> Result<(), Stop> {
        // The address inside the code is the server's guess; who types one knows it.
        let secret = self.code.rsplit('#').next().unwrap_or_default().trim();
        let code = format!("{}#{secret}", self.url.trim().trim_end_matches('/'));
        let fresh = matches!(app.session().await, Err(Failure { code: Code::HomeMissing, .. }));
        let enroll = sync::Enroll { code, device_name: self.device, person_name: self.user };
        let state = sync::enroll(app, enroll).await?;
        let name = state.workspace.as_ref().map(|it| it.name.clone()).unwrap_or_default();
        let line = if name.is_empty() {
            voice.text("cli:enroll.joined", &[])
        } else {
            voice.text("cli:enroll.joined_shop", &[("name", &name)])
        };
        voice.answer(&json!({ "device_id": state.device.map(|it| it.id) }), &[line])?;
        if fresh { home::tell_place(app, voice, keys) } else { Ok(()) }
    }
}

pub(crate) async fn leave(app: &App, voice: Voice) -> Result<(), Stop> {
    let state = sync::leave(app, ()).await?;
    let line = voice.text("cli:leave.done", &[]);
    voice.answer(&json!({ "device_id": state.device.map(|it| it.id) }), &[line])
}

pub(crate) async fn status(app: &App, voice: Voice) -> Result<(), Stop> {
    let status = sync::status(app, ()).await?;
    let online = status.enrolled && replica::online(app).await?;
    let state = match status.state {
        State::Synced | State::Waiting if !online => State::Offline,
        state => state,
    };
    let value = json!({
        "online": online,
        "outbox": { "count": status.outbox_count, "oldest_at": figure::moment(status.oldest_at) },
        "cursor": replica::cursor(app).await?,
        "last_sync_at": figure::moment(status.last_sync_at),
        "conflicts": status.conflicts,
        "state": state,
        "enrolled": status.enrolled,
        "server": status.server,
        "range": status.range,
    });
    let mut lines = vec![voice.text(
        match state {
            State::Alone => "sync:state.alone",
            State::Synced => "sync:state.synced",
            State::Waiting => "sync:state.waiting",
            State::Syncing => "sync:state.syncing",
            State::Offline => "sync:state.offline",
            State::NeedsAttention => "sync:state.needs_attention",
        },
        &[],
    )];
    if status.enrolled {
        let count = figure::count(status.outbox_count.into());
        lines.push(voice.text("cli:status.outbox", &[("count", &count)]));
        if status.conflicts > 0 {
            let count = figure::count(status.conflicts.into());
            lines.push(voice.text("cli:status.conflicts", &[("count", &count)]));
        }
        if let Some(oldest) = status.oldest_at {
            lines.push(voice.text("cli:status.oldest", &[("at", &figure::local(oldest))]));
        }
        if let Some(pulled) = status.last_pull_at {
            lines.push(voice.text("cli:status.as_of", &[("at", &figure::local(pulled))]));
        }
    }
    voice.answer(&value, &lines)
}

#[derive(Debug, Args)]
pub(crate) struct Sync {
    /// Go on until stopped: a line for each round that moved something.
    #[arg(long)]
    watch: bool,
}

/// How long nothing is asked when nothing happens.
const QUIET: Duration = Duration::from_secs(60);
const FIRST_RETRY: Duration = Duration::from_secs(2);
const LAST_RETRY: Duration = Duration::from_secs(120);

impl Sync {
    pub(crate) async fn run(self, app: &App, voice: Voice) -> Result<(), Stop> {
        if self.watch {
            return watch(app, voice).await;
        }
        tell(voice, &sync::now(app, ()).await?)
    }
}

fn tell(voice: Voice, round: &Round) -> Result<(), Stop> {
    let value = json!({
        "pushed": round.pushed,
        "pulled": round.pulled,
        "conflicts": round.conflicts,
        "cursor": round.cursor,
        "seconds": round.seconds,
    });
    let line = if round.pushed + round.pulled == 0 {
        voice.text("sync:round.none", &[])
    } else {
        let figure = |number: u64| figure::count(i64::try_from(number).unwrap_or(i64::MAX));
        voice.text(
            "sync:round.moved",
            &[("pushed", &figure(round.pushed)), ("pulled", &figure(round.pulled))],
        )
    };
    voice.answer(&value, &[line])
}

/// Rounds until stopped: after each local change, at each nudge of the server, and by a timer.
async fn watch(app: &App, voice: Voice) -> Result<(), Stop> {
    let mut events = app.events();
    let mut retry = FIRST_RETRY;
    let mut first = true;
    let mut stop = std::pin::pin!(tokio::signal::ctrl_c());
    loop {
        let round = tokio::select! {
            round = sync::now(app, ()) => round,
            _ = &mut stop => return Ok(()),
        };
        let (wait, reached) = match round {
            Ok(round) => {
                if first || round.pushed + round.pulled > 0 {
                    tell(voice, &round)?;
                }
                first = false;
                retry = FIRST_RETRY;
                (QUIET, true)
            }
            Err(failure) if passes(&failure) => {
                if retry == FIRST_RETRY {
                    voice.aside(&voice.sentence(&failure))?;
                }
                let wait = retry;
                retry = (retry * 2).min(LAST_RETRY);
                (wait, false)
            }
            Err(failure) => return Err(failure.into()),
        };
        tokio::select! {
            () = written(app, &mut events), if reached => {}
            () = nudged(app), if reached => {}
            () = tokio::time::sleep(wait) => {}
            _ = &mut stop => return Ok(()),
        }
    }
}

/// Whether waiting is all that is needed.
fn passes(failure: &Failure) -> bool {
    matches!(
        failure.code,
        Code::ServerUnreachable
            | Code::EnrolWrongServer
            | Code::TooManyRequests
            | Code::DatabaseBusy
    )
}

/// Ends when something waits to be sent that was written here or by another process.
async fn written(app: &App, events: &mut Receiver<Event>) {
    loop {
        match events.recv().await {
            Ok(Event::Touched(_)) | Err(RecvError::Lagged(_)) => {
                if sync::status(app, ()).await.is_ok_and(|status| status.outbox_count > 0) {
                    return;
                }
            }
            Ok(Event::Progress { .. }) => {}
            Err(RecvError::Closed) => pending().await,
        }
    }
}

/// Ends at a nudge; a line that is cut is the timer's affair.
async fn nudged(app: &App) {
    if replica::nudge(app).await.is_err() {
        pending::<()>().await;
    }
}
