//! What links and files from outside ask for, handed to the screens. What they may ask, `app` says.

use tauri::{AppHandle, Emitter as _, Runtime};

pub(crate) use shuke_app::link::{Route, route};

/// Asks the screens to go there.
pub(crate) fn open<R: Runtime>(app: &AppHandle<R>, route: Option<Route>) {
    let Some(route) = route else { return };
    if let Err(error) = app.emit("open", route.as_str()) {
        tracing::warn!(%error, "a link did not reach the window");
    }
}
