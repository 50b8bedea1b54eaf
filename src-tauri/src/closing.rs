//! Closing the window. Work that the shared server hasn't got yet is safe on this device, but leaving it unsaid
//! would surprise: then the screens ask, and they close the window themselves.

use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

use serde_json::Value;
use shuke_app::App;
use tauri::{AppHandle, Emitter as _, Manager as _, Window, WindowEvent, async_runtime};

use crate::{bridge::Door, window};

/// Someone who asks three times within this long means it, whatever the screens are doing.
const PATIENCE: Duration = Duration::from_secs(5);
const TIMES: usize = 3;

#[derive(Debug, Default)]
pub(crate) struct Closing(Mutex<Vec<Instant>>);

impl Closing {
    fn insists(&self, now: Instant) -> bool {
        let Ok(mut asked) = self.0.lock() else { return true };
        asked.retain(|&at| now.duration_since(at) < PATIENCE);
        asked.push(now);
        asked.len() >= TIMES
    }
}

pub(crate) fn on_window_event(window: &Window, event: &WindowEvent) {
    let WindowEvent::CloseRequested { api, .. } = event else { return };
    if window.state::<Closing>().insists(Instant::now()) {
        return;
    }
    api.prevent_close();
    let window = window.clone();
    async_runtime::spawn(async move {
        let ask = unsent(window.app_handle()).await && window.emit("closing", ()).is_ok();
        if ask {
            window::show(window.app_handle());
        } else if let Err(error) = window.destroy() {
            tracing::warn!(%error, "the window did not close");
        }
    });
}

/// Whether something waits for the shared server. Not knowing within a second counts as no.
async fn unsent(app: &AppHandle) -> bool {
    let Some(app) = app.state::<Door>().opened() else { return false };
    tokio::time::timeout(Duration::from_secs(1), waits(&app)).await.unwrap_or(false)
}

async fn waits(app: &App) -> bool {
    match shuke_app::call(app, "sync.status", Value::Null).await {
        Ok(status) => {
            status["enrolled"] == true
                && status["outbox_count"].as_u64().is_some_and(|count| count > 0)
        }
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_third_time_closes() {
        let closing = Closing::default();
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        assert!(!closing.insists(after(0)));
        assert!(!closing.insists(after(4)));
        // The first has been forgotten.
        assert!(!closing.insists(after(8)));
        assert!(closing.insists(after(8)));
    }
}
