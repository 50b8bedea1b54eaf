//! The system's notices, for what should be known although nobody looks at the window.

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use shuke_app::{App, Event};
use tauri::AppHandle;
use tauri_plugin_notification::NotificationExt as _;
use tokio::sync::broadcast::error::RecvError;

use crate::{window, words};

/// Sync that needs a person is worth a notice, but a stuttering network isn't worth ten.
const REST: Duration = Duration::from_secs(5);

/// Tells once whenever sync begins to need a person.
pub(crate) async fn watch(window: AppHandle, app: Arc<App>) {
    let mut events = app.events();
    let mut needed = false;
    loop {
        match events.recv().await {
            Ok(Event::Touched(tags)) if tags.iter().any(|tag| tag == "sync") => {}
            Ok(_) | Err(RecvError::Lagged(_)) => continue,
            Err(RecvError::Closed) => return,
        }
        let status = shuke_app::call(&app, "sync.status", Value::Null).await.unwrap_or_default();
        let needs = status["state"] == "needs_attention";
        if needs && !needed && !window::is_focused(&window) {
            tell(&window);
        }
        needed = needs;
        tokio::time::sleep(REST).await;
    }
}

fn tell(window: &AppHandle) {
    let notice = window
        .notification()
        .builder()
        .title(words::text(window, "desktop:attention.title"))
        .body(words::text(window, "desktop:attention.body"));
    if let Err(error) = notice.show() {
        tracing::warn!(%error, "no notice");
    }
}
