//! The one way from the screens to the app: a command's name and a request in, a reply or a refusal out.

use std::{error::Error, path::PathBuf, sync::Arc, time::Duration};

use serde::Serialize;
use serde_json::Value;
use shuke_app::{App, KeyPlace};
use tauri::{AppHandle, Manager as _, async_runtime};
use tokio::sync::Mutex;

use crate::{events, notices, tray, words};

/// A refusal as it crosses to the screens: `{code, params}`. What lay beneath stays here, in the log.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct Refusal(Value);

impl Refusal {
    fn of<F: Error + Serialize>(command: &str, failure: &F) -> Self {
        let mut causes = Vec::new();
        let mut next = failure.source();
        while let Some(cause) = next {
            causes.push(cause.to_string());
            next = cause.source();
        }
        if causes.is_empty() {
            // Parameters may name people, so a plain refusal is its code alone.
            tracing::info!(command, code = %failure, "refused");
        } else {
            tracing::error!(command, code = %failure, cause = causes.join(": "), "failed");
        }
        Self(serde_json::to_value(failure).unwrap_or_default())
    }
}

/// The data folder behind the window. Opening may wait for a person who types the keychain's password, so it
/// happens beside the window, and commands wait here until it is done.
#[derive(Debug)]
pub(crate) struct Door {
    home: PathBuf,
    place: KeyPlace,
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    Shut,
    Open(Arc<App>),
    Failed {
        refusal: Refusal,
        /// Whether somebody who may try again has seen it.
        told: bool,
    },
}

impl Door {
    pub(crate) fn new(home: PathBuf, place: KeyPlace) -> Self {
        Self { home, place, state: Mutex::new(State::Shut) }
    }

    /// The app behind the door. A failure to open stays the answer until someone who was told of it tries `again`,
    /// so that a locked keychain asks once and not once per caller.
    async fn app(&self, window: &AppHandle, again: bool) -> Result<Arc<App>, Refusal> {
        let mut state = self.state.lock().await;
        match &mut *state {
            State::Open(app) => return Ok(Arc::clone(app)),
            State::Failed { refusal, told } if !again || !*told => {
                *told |= again;
                return Err(refusal.clone());
            }
            State::Failed { .. } | State::Shut => {}
        }
        let opened = App::open(&self.home, self.place, true).await;
        match opened {
            Ok(app) => {
                async_runtime::spawn(events::tell(window.clone(), app.events()));
                async_runtime::spawn(notices::watch(window.clone(), Arc::clone(&app)));
                *state = State::Open(Arc::clone(&app));
                Ok(app)
            }
            Err(failure) => {
                let refusal = Refusal::of("open", &failure);
                *state = State::Failed { refusal: refusal.clone(), told: again };
                Err(refusal)
            }
        }
    }

    /// Runs what may help where the folder does not open, and opens it by that. `None` where it is open.
    async fn rescue(
        &self,
        window: &AppHandle,
        name: &str,
        request: &Value,
    ) -> Option<Result<Value, Refusal>> {
        let mut state = self.state.lock().await;
        if !matches!(&*state, State::Failed { .. }) {
            return None;
        }
        let app = App::closed(&self.home, self.place, true);
        // From the start: a backup may be long, and says how far it is.
        let telling = async_runtime::spawn(events::tell(window.clone(), app.events()));
        let reply = shuke_app::call(&app, name, request.clone()).await;
        if reply.is_ok() {
            async_runtime::spawn(notices::watch(window.clone(), Arc::clone(&app)));
            *state = State::Open(app);
        } else {
            telling.abort();
        }
        Some(reply.map_err(|failure| Refusal::of(name, &failure)))
    }

    /// The app, if it is open and nobody is opening it.
    pub(crate) fn opened(&self) -> Option<Arc<App>> {
        match &*self.state.try_lock().ok()? {
            State::Open(app) => Some(Arc::clone(app)),
            State::Shut | State::Failed { .. } => None,
        }
    }

    /// At the end of the process: lets the file settle, but not for long.
    pub(crate) fn close(&self) {
        let Some(app) = self.opened() else { return };
        let closed = async_runtime::block_on(async {
            tokio::time::timeout(Duration::from_secs(3), app.close()).await
        });
        if !matches!(closed, Ok(Ok(()))) {
            tracing::warn!("the file was left open");
        }
    }
}

/// Commands for a folder that does not open: a backup in its place, or the words that stand for its lost key.
const RESCUES: [&str; 2] = ["backup.restore", "recovery.unlock"];

/// Opens the data folder beside the window.
pub(crate) fn open(window: AppHandle) {
    async_runtime::spawn(async move {
        // A failure is logged, and told to the screens when they ask.
        let _ = window.state::<Door>().app(&window, false).await;
    });
}

/// Runs a command of the app's table by its name.
#[tauri::command]
pub(crate) async fn call(
    window: AppHandle,
    name: String,
    request: Value,
) -> Result<Value, Refusal> {
    let door = window.state::<Door>();
    if RESCUES.contains(&name.as_str())
        && let Some(reply) = door.rescue(&window, &name, &request).await
    {
        return reply;
    }
    // The screens ask for the state first and on "try again".
    let app = door.app(&window, name == "home.state").await?;
    let reply = shuke_app::call(&app, &name, request)
        .await
        .map_err(|failure| Refusal::of(&name, &failure))?;
    if name == "settings.set" {
        words::follow(&window, app.home());
        tray::speak(&window);
    }
    Ok(reply)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt;

    #[derive(Debug, Serialize)]
    struct Failure {
        code: &'static str,
        params: Value,
        #[serde(skip)]
        cause: fmt::Error,
    }

    impl fmt::Display for Failure {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.code)
        }
    }

    impl Error for Failure {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.cause)
        }
    }

    #[test]
    fn the_cause_never_crosses() {
        let params = serde_json::json!({ "path": "a" });
        let failure =
            Failure { code: "database.damaged", params: params.clone(), cause: fmt::Error };
        let crossed = serde_json::to_value(Refusal::of("open", &failure)).unwrap();
        assert_eq!(crossed, serde_json::json!({ "code": "database.damaged", "params": params }));
    }
}
