//! This replica as seen from outside: all it holds, how far it has read, whether its server answers.

use std::{io, time::Duration};

use futures_util::StreamExt as _;
use shuke_domain::{Code, Failure, Record};
use shuke_sync::{Connection, Trouble};

use crate::{App, home, sync::trouble_failure};

/// How long a server may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(4);

/// Hands every record to `line`, one JSON text each, in canonical order: two replicas that have
/// synced give the same bytes.
///
/// Who is signed in sees of it what they see anywhere: no record that is not theirs, masks where there are any.
pub async fn dump(app: &App, mut line: impl FnMut(&str) -> io::Result<()>) -> Result<(), Failure> {
    let session = app.session().await?;
    let eyes = session.eyes().await?;
    let seen = |record: &Record| eyes.may_read_record(record).then(|| eyes.shown(record));
    Ok(session.store.dump_as(seen, &mut line).await?)
}

/// How far the server's one order has been read; zero before the first pull.
pub async fn cursor(app: &App) -> Result<i64, Failure> {
    let cursors = app.behind_lock().await?.store.cursors().await?;
    Ok(cursors.iter().map(|cursor| cursor.number.0).max().unwrap_or_default())
}

/// Asks the server whether it is there; a refusal is an answer too. Nothing is sent or read.
pub async fn online(app: &App) -> Result<bool, Failure> {
    let Some(connection) = connection(app).await? else { return Ok(false) };
    let answer = tokio::time::timeout(PATIENCE, connection.events()).await;
    Ok(matches!(answer, Ok(Ok(_) | Err(Trouble::Refused(_)))))
}

/// Ends when the server says that it is further than this replica has read.
///
/// The server begins by saying where it stands, so nothing is missed between two calls.
pub async fn nudge(app: &App) -> Result<(), Failure> {
    let connection = connection(app).await?.ok_or_else(|| Failure::new(Code::SyncNotEnrolled))?;
    let mut events = connection.events().await.map_err(trouble_failure)?;
    while let Some(nudge) = events.next().await {
        let nudge = nudge.map_err(trouble_failure)?;
        let known = app.session().await?.store.cursor(&nudge.scope).await?;
        if known.is_none_or(|known| known.number < nudge.number) {
            return Ok(());
        }
    }
    Err(Failure::new(Code::ServerUnreachable))
}

pub(crate) async fn connection(app: &App) -> Result<Option<Connection>, Failure> {
    let session = app.behind_lock().await?;
    let Some(server) = &session.server else { return Ok(None) };
    let token = app.keys()?.get(home::TOKEN).await.map_err(home::key_failure)?;
    let token = token.and_then(|token| token.expose_text().map(str::to_owned));
    Connection::new(server, token).map(Some).map_err(trouble_failure)
}
